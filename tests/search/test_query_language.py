import pytest

from archive.search.query_language import asked, box, unread_prefixes


@pytest.mark.parametrize(
    ("written", "fields"),
    [
        ("boats at dawn", {"q": "boats at dawn"}),
        ("beach:malo-les-bains boats", {"q": "boats", "place": "malo-les-bains"}),
        ("date:2024-06 boats outlet:sky-news", {"q": "boats", "date": "2024-06", "outlet": "sky-news"}),
        ('outlet:"Sky News" -dover', {"q": "-dover", "outlet": "Sky News"}),
        ("is:contested has:gps", {"standing": "contested", "has_gps": "true"}),
        ("is:undated -is:unplaced", {"undated": "true", "unplaced": "false"}),
        ("is:distressing boats", {"q": "boats", "distressing": "true"}),
        ("is:lost", {"standing": "lost"}),
        ("xmp:city -place:dover", {"q": "xmp:city -place:dover"}),
        ('metadata:"nikon d5"', {"statement": "nikon d5"}),
        ("PLACE:Dover", {"place": "Dover"}),
        ("place:", {"q": "place:"}),
        ("  ", {}),
    ],
)
def test_prefixes_in_the_box_become_parameters(written, fields):
    assert asked({"q": written}) == fields


def test_the_box_goes_before_the_fields():
    fields = asked({"q": "place:dover date:2024", "place": "calais", "date_from": "2020-01-01", "kind": ""})

    assert fields == {"place": "dover", "date": "2024"}


@pytest.mark.parametrize(
    "fields",
    [
        {"q": "boats", "place": "dover", "date": "2024-06"},
        {"outlet": "Sky News", "standing": "contested", "has_gps": "true"},
        {"distressing": "false", "undated": "false", "accession": "3", "statement": "nikon d5"},
        {"date_from": "2024-06-18", "date_to": "2024-06-20", "certainty": "certain"},
    ],
)
def test_parameters_written_into_the_box_come_out_of_it_again(fields):
    assert asked({"q": box(fields)}) == fields


@pytest.mark.parametrize(
    ("written", "unread"),
    [
        ("foo:bar boats", ["foo:"]),
        ("-place:dover xmp:city xmp:title", ["-place:", "xmp:"]),
        ('place:dover is:undated -is:unplaced has:gps date:"18 June 2024"', []),
        ("https://example.org/a.jpg at 05:12", []),
    ],
    ids=["unknown", "left out", "known", "an address and a time"],
)
def test_a_prefix_that_is_taken_for_a_word_is_known(written: str, unread: list[str]) -> None:
    assert unread_prefixes(written) == unread
