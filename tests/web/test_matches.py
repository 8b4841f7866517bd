"""Pairs that wait, two pictures compared, all copies of one, search by a picture."""

import io
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from archive.accounts.models import User
from archive.catalogue.hidden_wordings import bearers, hold
from archive.catalogue.models import Access, Caption, Item
from archive.matching.models import Match, MatchRuling
from archive.projection.item_gate import changing
from archive.provenance.matches import undecided
from archive.standards.vocabulary import Property, SourceKind
from tests.builders import NOW, make_appearance, make_caption, make_claim, make_footage, make_item, make_outlet

pytestmark = pytest.mark.django_db
People = dict[str, User]

HALF = [[0.25, 0.25], [0.75, 0.25], [0.75, 0.75], [0.25, 0.75]]
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]


def make_crop(held: Item, other: Item, **fields: Any) -> Match:
    """Make a strong match: `other` is the middle of `held`."""
    fields = {
        "kind": "CROPPED", "is_strong": True, "distance": None, "inliers": 80,
        "transform": [0.5, 0, 0.25, 0, 0.5, 0.25, 0, 0, 1], "held_outline": HALF, "other_outline": WHOLE,
        "shared_of_held": 0.25, "shared_of_other": 1.0, "method": "features", "method_version": "1", "found_at": NOW,
    } | fields  # fmt: skip
    return Match.objects.create(held=held.media_file, other=other.media_file, **fields)


@pytest.fixture
def pair(db: None) -> Match:
    april, june = make_item(file_name="april.jpg"), make_item(file_name="june.jpg")
    make_caption(april, "A boat off Dunkirk in April")
    make_caption(june, "A boat off Dunkirk on Tuesday")
    make_claim(april, Property.DATE_CREATED, date="2024-04-23", kind=SourceKind.DEVICE_METADATA)
    make_claim(june, Property.DATE_CREATED, date="2024-06-18")
    return make_crop(april, june)


def test_the_pairs_that_wait_are_listed_the_oldest_first(client: Client, people: People, pair: Match) -> None:
    later = make_crop(make_item(), make_item(), is_strong=False)
    client.force_login(people["archivist"])

    page = client.get(reverse("matches"))

    assert list(page.context["page"]) == [pair, later]


def test_the_two_pictures_are_laid_on_each_other_the_fuller_one_below(
    client: Client, people: People, pair: Match
) -> None:
    turned = make_crop(
        make_item(), make_item(), shared_of_held=1.0, shared_of_other=0.25, held_outline=WHOLE, other_outline=HALF,
        transform=[2, 0, -0.5, 0, 2, -0.5, 0, 0, 1],
    )  # fmt: skip
    client.force_login(people["researcher"])

    straight = client.get(reverse("compare", args=[pair.pk])).context["overlay"]
    around = client.get(reverse("compare", args=[turned.pk])).context["overlay"]

    assert (straight.base.letter, straight.over.letter) == ("A", "B")
    assert straight.matrix == [0.5, 0, 0.25, 0, 0.5, 0.25, 0, 0, 1]
    assert (around.base.letter, around.over.letter) == ("B", "A")
    assert around.matrix == [0.5, 0, 0.25, 0, 0.5, 0.25, 0, 0, 1]


def test_a_is_left_whichever_of_the_two_lies_above(client: Client, people: People, pair: Match) -> None:
    turned = make_crop(make_item(), make_item(), shared_of_held=1.0, shared_of_other=0.25)
    client.force_login(people["researcher"])

    pages = [client.get(reverse("compare", args=[match.pk])).content.decode() for match in (pair, turned)]

    assert [page.partition('data-left="')[2].partition('"')[0] for page in pages] == ["base", "over"]
    for page in pages:
        assert 'compare__which--one">A<' in page
        assert 'compare__which--other">B<' in page


def test_what_differs_in_words_and_values_is_marked(client: Client, people: People, pair: Match) -> None:
    client.force_login(people["researcher"])

    page = client.get(reverse("compare", args=[pair.pk]))

    assert "<del> in April</del><ins> on Tuesday</ins>" in page.content.decode()
    assert [(line.one, line.other) for line in page.context["said"] if line.differs] == [
        ("23 April 2024", "18 June 2024")
    ]
    assert [line.label for line in page.context["files"] if line.differs] == ["Bytes", "File name", "SHA-256"]


def test_a_pair_of_which_one_picture_is_hidden_is_not_there(client: Client, people: People, pair: Match) -> None:
    Item.objects.filter(media_file=pair.held_id).update(access=Access.RESTRICTED)
    client.force_login(people["researcher"])

    assert client.get(reverse("compare", args=[pair.pk])).status_code == 404


@pytest.mark.parametrize(
    ("sent", "standing", "kind"),
    [
        ({"standing": "ACCEPTED"}, "ACCEPTED", ""),
        ({"standing": "REJECTED", "reason": "another boat"}, "REJECTED", ""),
        ({"standing": "ACCEPTED", "kind": "SIMILAR_SCENE"}, "ACCEPTED", "SIMILAR_SCENE"),
    ],
    ids=["confirmed", "denied", "same scene"],
)
def test_an_answer_is_recorded_and_the_next_pair_follows(
    client: Client, people: People, pair: Match, sent: dict[str, str], standing: str, kind: str
) -> None:
    following = make_crop(make_item(), make_item())
    client.force_login(people["archivist"])

    answer = client.post(reverse("answer_match", args=[pair.pk]) + "?queue", sent)

    ruling = MatchRuling.objects.get()
    assert (ruling.match, ruling.standing, ruling.kind, ruling.ruled_by) == (
        pair, standing, kind, people["archivist"],
    )  # fmt: skip
    assert answer["Location"] == reverse("compare", args=[following.pk]) + "?queue"
    assert list(undecided(people["archivist"])) == [following]


@pytest.mark.parametrize(("role", "status"), [("researcher", 403), (None, 302)])
def test_an_answer_of_who_may_not_rule_leaves_no_trace(
    client: Client, people: People, pair: Match, role: str | None, status: int
) -> None:
    if role:
        client.force_login(people[role])

    assert client.post(reverse("answer_match", args=[pair.pk]), {"standing": "ACCEPTED"}).status_code == status
    assert not MatchRuling.objects.exists()


def test_an_answer_that_is_none_is_refused_with_a_word(client: Client, people: People, pair: Match) -> None:
    client.force_login(people["archivist"])

    page = client.post(reverse("answer_match", args=[pair.pk]), {"standing": "MAYBE"}, follow=True)

    assert "Confirm the match, or say that it is not the same." in page.content.decode()
    assert not MatchRuling.objects.exists()


def test_the_copies_stand_in_time_with_their_captions_and_outlets(client: Client, people: People, pair: Match) -> None:
    june = pair.other.item
    make_appearance(june, outlet=make_outlet("Channel Courier"), published="2024-06-19", headline="Boats leave")
    client.force_login(people["researcher"])

    page = client.get(reverse("copies", args=[june.pk]))
    said = page.content.decode()

    assert [row["member"].item.file_name for row in page.context["rows"]] == ["april.jpg", "june.jpg"]
    assert "A boat off Dunkirk in April" in said
    assert "Channel Courier" in said and "Boats leave" in said
    assert reverse("compare", args=[pair.pk]) in said


def test_a_picture_without_copies_says_so(client: Client, people: People) -> None:
    client.force_login(people["researcher"])

    assert "No other copy is known" in client.get(reverse("copies", args=[make_item().pk])).content.decode()


def test_a_still_of_footage_is_compared_with_its_moment_and_shown_with_the_footage(
    client: Client, people: People
) -> None:
    film, still = make_footage(), make_item(file_name="still.jpg")
    moment = film.media_file.renditions.stills().order_by("offset_milliseconds").last().offset_milliseconds
    match = make_crop(film, still, kind="STILL_OF", offset_milliseconds=moment)
    client.force_login(people["researcher"])

    compared = client.get(reverse("compare", args=[match.pk])).content.decode()
    of_film = client.get(reverse("copies", args=[film.pk])).content.decode()
    of_still = client.get(reverse("copies", args=[still.pk])).content.decode()

    assert reverse("still", args=[film.pk, moment]) in compared
    assert "Stills that show a moment of it" in of_film and reverse("item", args=[still.pk]) in of_film
    assert "Footage of which it is a still" in of_still and reverse("item", args=[film.pk]) in of_still


def test_the_item_page_shows_its_copies_with_what_is_shared(client: Client, people: People, pair: Match) -> None:
    client.force_login(people["researcher"])

    page = client.get(reverse("item", args=[pair.held.item.pk]))

    assert [(match, twin.file_name) for match, twin, _outline in page.context["copies"]] == [(pair, "june.jpg")]
    assert "100.00,0.00" in page.content.decode()


def test_a_held_caption_is_shown_on_no_page_of_copies(client: Client, people: People, pair: Match) -> None:
    named = Caption.objects.get(text="A boat off Dunkirk on Tuesday")
    with changing(bearers(named), alone=True):
        hold(named, by=people["moderator"])
    client.force_login(people["researcher"])

    for address in (
        reverse("compare", args=[pair.pk]), reverse("copies", args=[pair.held.item.pk]),
        reverse("item", args=[pair.held.item.pk]),
    ):  # fmt: skip
        assert "on Tuesday" not in client.get(address).content.decode()


@pytest.mark.parametrize(("name", "most"), [("matches", 11), ("compare", 22), ("copies", 22)])
def test_the_number_of_queries_does_not_grow(
    client: Client, people: People, pair: Match, django_assert_max_num_queries: Any, name: str, most: int
) -> None:
    for _ in range(6):
        make_crop(pair.held.item, make_item())
    client.force_login(people["archivist"])
    argument = {"matches": [], "compare": [pair.pk], "copies": [pair.held.item.pk]}[name]

    with django_assert_max_num_queries(most):
        client.get(reverse(name, args=argument))


# --- Search by a picture -------------------------------------------------------------------------------------------


def shore(seed: int = 7) -> np.ndarray:
    """Draw a picture with enough to recognise: patches of many sizes; RGB, 900 × 600."""
    random = np.random.default_rng(seed)
    drawn = np.full((600, 900, 3), 150, np.uint8)
    for _ in range(260):
        x, y, size = random.integers(0, 900), random.integers(0, 600), random.integers(8, 90)
        colour = tuple(int(part) for part in random.integers(0, 255, 3))
        if random.random() < 0.5:
            cv2.rectangle(drawn, (x, y), (x + size, y + size // 2 + 4), colour, -1)
        else:
            cv2.circle(drawn, (x, y), size // 2, colour, -1)
    return drawn


def encoded(pixels: np.ndarray, quality: int = 90) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return file.getvalue()


@pytest.fixture
def held(db: None, tmp_path: Any, people: People) -> Item:
    """A picture that came in the usual way and was matched against all others."""
    folder = tmp_path / "delivery"
    folder.mkdir()
    (folder / "shore.jpg").write_bytes(encoded(shore()))
    (folder / "other.jpg").write_bytes(encoded(shore(8)))
    call_command("ingest", str(folder), json=True, stdout=io.StringIO())
    return Item.objects.get(file_name="shore.jpg")


def sent(pixels: np.ndarray, name: str = "found.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, encoded(pixels, 70), "image/jpeg")


def test_a_crop_of_a_held_picture_finds_it(client: Client, people: People, held: Item) -> None:
    client.force_login(people["researcher"])

    page = client.post(reverse("search_by_image"), {"picture": sent(shore()[100:500, 150:750])})

    (found,) = page.context["search"].results
    assert (found.item, found.is_strong) == (held, True)
    assert 0.3 < found.shared_of_item < 0.6
    assert found.shared_of_query > 0.9


def test_a_search_by_a_picture_keeps_nothing(client: Client, people: People, held: Item, settings: Any) -> None:
    client.force_login(people["researcher"])
    before = Item.objects.count(), sorted(settings.SPOOL_ROOT.rglob("*")), sorted(settings.MEDIA_ROOT.rglob("*"))

    client.post(reverse("search_by_image"), {"picture": sent(shore(99))})

    assert (
        Item.objects.count(), sorted(settings.SPOOL_ROOT.rglob("*")), sorted(settings.MEDIA_ROOT.rglob("*")),
    ) == before  # fmt: skip


def test_what_a_reader_may_not_see_is_not_found(client: Client, people: People, held: Item) -> None:
    Item.objects.update(access=Access.RESTRICTED)
    client.force_login(people["researcher"])

    page = client.post(reverse("search_by_image"), {"picture": sent(shore())})

    assert page.context["search"].results == []
    assert "No copy of this picture was found" in page.content.decode()


def test_a_plain_picture_is_not_matchable_rather_than_not_found(client: Client, people: People, held: Item) -> None:
    client.force_login(people["researcher"])

    page = client.post(reverse("search_by_image"), {"picture": sent(np.full((400, 600, 3), 128, np.uint8))})

    assert "This picture cannot be matched." in page.content.decode()


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (None, "No picture came"),
        (SimpleUploadedFile("note.txt", b"hello, this is no picture at all"), "note.txt"),
    ],
    ids=["nothing", "text"],
)
def test_what_is_no_picture_is_refused_with_a_sentence(
    client: Client, people: People, picture: SimpleUploadedFile | None, words: str
) -> None:
    client.force_login(people["researcher"])

    page = client.post(reverse("search_by_image"), {"picture": picture} if picture else {})

    assert page.status_code == 422
    assert words in page.content.decode()


def test_the_api_answers_with_the_same_finds(client: Client, people: People, held: Item) -> None:
    client.force_login(people["researcher"])

    answer = client.post(reverse("api:search-by-image"), {"picture": sent(shore()[:, ::-1])})

    (found,) = answer.json()["matches"]
    assert (answer.json()["matchable"], found["item"], found["kind"]) == (True, held.pk, "MIRRORED")


def test_the_api_refuses_what_is_no_picture(client: Client, people: People) -> None:
    client.force_login(people["researcher"])

    answer = client.post(reverse("api:search-by-image"), {"picture": SimpleUploadedFile("a.jpg", b"not one")})

    assert answer.status_code == 400
    assert "a.jpg" in answer.json()["errors"][0]["detail"]
