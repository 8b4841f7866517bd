import pytest

from archive.catalogue import text_index
from archive.catalogue.audiences import Audience
from archive.catalogue.models import Item
from archive.catalogue.text_index import NoWords, Texts, in_heading, in_picture, in_statements, matching
from tests.builders import make_item

pytestmark = pytest.mark.django_db


def found(words: str, *, audience: Audience = Audience.STAFF) -> set[str]:
    return set(Item.objects.filter(matching(words, audience=audience)).values_list("file_name", flat=True))


def write(texts: dict[int, Texts]) -> dict[int, int]:
    """Index texts as archive staff read them."""
    return text_index.write({key: {Audience.STAFF: own} for key, own in texts.items()})


@pytest.fixture
def items() -> dict[str, Item]:
    made = {name: make_item(file_name=name) for name in ("beach", "harbour", "empty")}
    write(
        {
            made["beach"].pk: Texts(
                heading="Small boats at dawn",
                captions="Réfugiés board a dinghy near Malo-les-Bains, Saint-Étienne's team watched. “Tuesday”",
                places="Dunkirk Dunkerque Duinkerke",
                statements="XMP-photoshop:City Leffrinckoucke EXIF:Model NIKON D5",
            ),
            made["harbour"].pk: Texts(heading="Clovelly harbour", captions="Boats dry at low water, 1936"),
        }
    )
    return made


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("boats", {"beach", "harbour"}),
        ("boats dawn", {"beach"}),
        ("boats -dawn", {"harbour"}),
        ("-dawn", {"harbour", "empty"}),
        ("-dawn -clovelly", {"empty"}),
        ("-dawn -nowhere", {"harbour", "empty"}),
        ('-"low water"', {"beach", "empty"}),
        ("REFUGIES", {"beach"}),
        ("réfug", {"beach"}),
        ("refug dinghy", set()),
        ("dinghy refug", {"beach"}),
        ('"small boats"', {"beach"}),
        ('"small boat"', set()),
        ('"boats small"', set()),
        ('"at dawn refugies"', set()),
        ("malo-les-bains", {"beach"}),
        ("malo-les-b", {"beach"}),
        ("les-malo", set()),
        ('"st etiennes"', {"beach"}),
        ("saint etienne", {"beach"}),
        ("dunkerque", {"beach"}),
        ("xmp-photoshop:city", {"beach"}),
        ("1936", {"harbour"}),
        ("boats AND dawn", set()),
        ("heading:clovelly", set()),
        ("boats' | 'xm", {"beach"}),
        ("boats | !", {"beach", "harbour"}),
        ('"', None),
        ("?!", None),
        ("- -", None),
        ("", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_words_find_the_same_items_on_either_database(items, words, names):
    if names is None:
        with pytest.raises(NoWords, match="no word"):
            found(words)
    else:
        assert found(words) == names


def test_each_audience_finds_by_its_own_words_alone() -> None:
    item = make_item(file_name="one")
    text_index.write(
        {item.pk: {Audience.STAFF: Texts(captions="restricted boat"), Audience.PUBLIC: Texts(captions="boat")}}
    )

    assert found("restricted") == {"one"}
    assert found("boat", audience=Audience.PUBLIC) == {"one"}
    assert found("restricted", audience=Audience.PUBLIC) == set()
    assert found("boat", audience=Audience.RESEARCH) == set()

    text_index.write({item.pk: {Audience.STAFF: Texts(captions="boat")}})

    assert found("boat", audience=Audience.PUBLIC) == set()


def test_a_question_narrows_to_headings_or_to_raw_metadata():
    item = make_item()
    write({item.pk: Texts(heading="Dawn", statements="Nikon")})

    assert Item.objects.filter(in_heading("dawn", audience=Audience.STAFF)).exists()
    assert not Item.objects.filter(in_heading("nikon", audience=Audience.STAFF)).exists()
    assert Item.objects.filter(in_statements("nikon", audience=Audience.STAFF)).exists()
    assert not Item.objects.filter(in_statements("dawn", audience=Audience.STAFF)).exists()


def test_writing_again_replaces_what_was_indexed(items):
    write({items["beach"].pk: Texts(heading="Empty sand")})

    assert found("dinghy") == set()
    assert found("sand") == {"beach"}


def test_a_text_longer_than_an_index_holds_is_still_found_by_its_beginning():
    item = make_item(file_name="long")
    write(
        {
            item.pk: Texts(
                heading="first " + "again " * 2000,
                captions="again and " + " ".join(f"w{n}" for n in range(20_000)),
                statements="y" * 5000 + " ' \\ \x00 end",
            )
        }
    )

    assert found("w5990") == {"long"}
    assert found("w6001") == set()
    assert found('"w100 w101"') == {"long"}
    assert found('"again and"') == set()
    assert found("y" * 5000) == {"long"}
    assert found("end") == {"long"}


def test_letters_of_every_script_are_words():
    item = make_item(file_name="scripts")
    write({item.pk: Texts(captions="Дюнкерк 敦刻尔克 دونكيرك ℌarbour ½ naïve")})

    for word in ("дюнкерк", "敦刻尔克", "敦刻", "دونكيرك", "harbour", "naive"):
        assert found(word) == {"scripts"}


def _long_words(count: int) -> list[str]:
    """Return words as long as the index keeps them, of letters of three bytes."""
    return [f"{number:05}" + "漢" * 55 for number in range(count)]


def test_more_than_a_tsvector_holds_is_cut_at_one_place_on_both_databases() -> None:
    item, words = make_item(file_name="long"), _long_words(14_000)

    left_out = write({item.pk: Texts("Dawn", " ".join(words[:6000]), "Dunkirk", " ".join(words[6000:]))})

    # Five bytes of digits, 165 of the others, five around them; heading and place come first.
    held = (1_000_000 - len("dawn") - len("dunkirk") - 2 * 5) // 175
    assert left_out == {item.pk: 14_000 - held}
    assert found(f"dawn dunkirk {words[0]} {words[held - 1]}") == {"long"}
    assert found(words[held]) == set()
    assert found(words[-1]) == set()


def test_words_that_find_no_room_are_counted_and_repeated_ones_are_not() -> None:
    item = make_item(file_name="long")

    left_out = write({item.pk: Texts(captions="boat " * 7000, statements=" ".join(f"w{n}" for n in range(8100)))})

    # Of 7,000 words 6,000 have a place in their field; of those, all but 255 repeat what is found without them.
    assert left_out == {item.pk: 1000 + 100}
    assert found("boat w7999") == {"long"}


def test_a_common_word_is_asked_in_the_query_and_finds_the_same(monkeypatch, items) -> None:
    asked = ["boats", "boats -dawn", "boats dawn", "boa"]
    before = [found(words) for words in asked]

    monkeypatch.setattr(text_index, "_MOST_KEYS", 1)

    assert [found(words) for words in asked] == before
    assert {"beach", "harbour"} in before


@pytest.mark.parametrize(
    ("asked", "letter"),
    [("d", "d"), ("boat 7", "7"), ("du", ""), ('"d"', ""), ("boat -d", ""), ("舟", ""), ("d boat", ""), ("boat", "")],
)
def test_a_letter_at_the_end_is_a_word_and_known(asked: str, letter: str) -> None:
    assert text_index.sole_letter(asked) == letter


def test_a_letter_at_the_end_begins_no_word() -> None:
    letter, word, cjk = (make_item(file_name=name) for name in ("plan-d.jpg", "dinghy.jpg", "舟山.jpg"))
    text_index.write(
        {
            letter.pk: {Audience.STAFF: Texts(captions="plan D")},
            word.pk: {Audience.STAFF: Texts(captions="dinghy")},
            cjk.pk: {Audience.STAFF: Texts(captions="舟山")},
        }
    )

    assert found("d") == {"plan-d.jpg"}
    assert found("di") == {"dinghy.jpg"}
    assert found("舟") == {"舟山.jpg"}


def test_words_in_the_picture_are_found_with_captions_and_by_themselves() -> None:
    item = make_item(file_name="still")
    write({item.pk: Texts(captions="Officers wait", pictured="Beach at Calais", statements="Calais Nikon")})
    other = make_item(file_name="captioned")
    write({other.pk: Texts(captions="Beach at Calais", statements="beach")})

    assert found('"beach at calais"') == {"still", "captioned"}
    assert found("officers calais") == {"still"}
    assert set(Item.objects.filter(in_picture("calais beach", audience=Audience.STAFF))) == {item}
    assert set(Item.objects.filter(in_picture('"at calais"', audience=Audience.STAFF))) == {item}
    assert set(Item.objects.filter(in_picture("cal", audience=Audience.STAFF))) == {item}
    assert not Item.objects.filter(in_picture("officers", audience=Audience.STAFF)).exists()
    assert not Item.objects.filter(in_picture("nikon", audience=Audience.STAFF)).exists()
    assert set(Item.objects.filter(in_statements("calais", audience=Audience.STAFF))) == {item}
