"""The contact sheet of a span: made when it is asked for, for readers of the archive, with credit and terms beside."""

from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.claims.models import Span
from archive.files import sheet_cache
from archive.ingest.command_line import bring_in
from archive.ingest.delivery import walk
from archive.review.mark_distressing import mark_distressing
from archive.review.mark_spans import mark
from tests.api.test_proposals import by_token
from tests.builders import make_accession
from tests.filming import film

pytestmark = pytest.mark.django_db(transaction=True)
People = dict[str, User]


@pytest.fixture
def span(people: People, tmp_path: Path) -> Span:
    """A second of two, released."""
    path = film(tmp_path / "boat.mp4", seconds=2)
    accession = make_accession("Beach", terms="Only with the name of the reader")
    bring_in(walk([path]), accession=accession, by=None, size=1, report=lambda told: None)
    Item.objects.update(access=Access.RELEASED)
    item = Item.objects.select_related("media_file").get()
    return mark(item, start_milliseconds=500, end_milliseconds=1500, title="Ashore", by=people["archivist"])[0]


def address(span: Span, name: str = "contact_sheet", *more: int) -> str:
    return reverse(name, args=[span.item_id, span.pk, *more])


def test_a_sheet_is_made_when_it_is_asked_for_and_shown_with_its_origin(
    client: Client, people: People, span: Span
) -> None:
    client.force_login(people["researcher"])

    before = client.get(address(span), {"stills": "6"}).content.decode()
    made = client.get(address(span, "sheet_stills"), {"stills": "6"}, follow=True)
    page = made.content.decode()

    assert "Make the stills" in before and "<figure>" not in before
    assert made.redirect_chain[0][0] == f"{address(span)}?stills=6"
    assert page.count("<figure>") == 6 and "0:00.500" in page and "00:00:01:04" in page
    for words in (f"/items/{span.item_id}/", "Strandline", "Beach", "Only with the name of the reader"):
        assert words in page
    still = client.get(address(span, "sheet_still", 6, 5))
    assert still.content.startswith(b"\xff\xd8\xff") and still["Content-Type"] == "image/jpeg"
    again = client.get(address(span, "sheet_still", 6, 5), headers={"If-None-Match": still["ETag"]})
    assert again.status_code == 304
    assert client.get(address(span, "sheet_still", 6, 6)).status_code == 404
    assert client.get(address(span, "sheet_still", 7, 0)).status_code == 404


def test_a_number_that_is_not_offered_gives_the_usual_one(client: Client, people: People, span: Span) -> None:
    client.force_login(people["researcher"])

    made = client.get(address(span, "sheet_stills"), {"stills": "100000"}, headers={"HX-Request": "true"})

    # The second has ten frames.
    assert made.content.decode().count("<figure>") == 10
    assert "10 different frames where 12 stills would lie" in made.content.decode()


def test_a_visitor_sees_no_stills_of_released_footage(client: Client, people: People, span: Span) -> None:
    sheet_cache.make_sheet(span.item.media_file, 500, 1500, 12)

    for name, more in (("contact_sheet", ()), ("sheet_stills", ()), ("sheet_still", (12, 0))):
        answer = client.get(address(span, name, *more))
        assert answer.status_code in (302, 403) and not answer.content.startswith(b"\xff\xd8"), name
    assert client.get(address(span, "api:span-sheet")).status_code == 401


def test_restricted_footage_has_no_sheet_for_who_does_not_see_it(client: Client, people: People, span: Span) -> None:
    sheet_cache.make_sheet(span.item.media_file, 500, 1500, 12)
    Item.objects.update(access=Access.RESTRICTED)
    client.force_login(people["researcher"])

    for name, more in (("contact_sheet", ()), ("sheet_stills", ()), ("sheet_still", (12, 0))):
        assert client.get(address(span, name, *more)).status_code == 404, name


def test_a_distressing_one_is_shown_only_once_it_was_asked_for(client: Client, people: People, span: Span) -> None:
    mark_distressing([span.item], is_distressing=True, by=people["moderator"], reason="x", copies="LEAVE")
    sheet_cache.make_sheet(span.item.media_file, 500, 1500, 12)
    client.force_login(people["researcher"])

    page = client.get(address(span)).content.decode()
    closed = [client.get(address(span, name, *more)) for name, more in (("sheet_stills", ()), ("sheet_still", (12, 0)))]
    told = client.get(address(span, "api:span-sheet"), headers=by_token(people["researcher"]))
    client.post(reverse("show_picture", args=[span.item_id]), {"shown": "1"})

    assert "<figure>" not in page and "shown once you ask for it" in page
    assert [answer.status_code for answer in closed] == [403, 403] and told.status_code == 403
    assert client.get(address(span)).content.decode().count("?shown") == 10
    assert client.get(address(span, "sheet_still", 12, 0)).status_code == 200


def test_an_altered_original_gives_no_stills(client: Client, people: People, span: Span) -> None:
    storages["originals"].delete(span.item.media_file.storage_path)
    client.force_login(people["archivist"])

    assert client.get(address(span, "sheet_stills")).status_code == 404
    told = client.get(address(span, "api:span-sheet"), headers=by_token(people["archivist"]))
    assert told.status_code == 409 and "missing from the store" in told.json()["detail"]


def test_stills_that_are_cleared_away_while_the_api_reads_them_are_to_be_asked_for_again(
    client: Client, people: People, span: Span
) -> None:
    sheet = sheet_cache.make_sheet(span.item.media_file, 500, 1500, 6)
    sheet.stills[3].path.unlink()

    told = client.get(address(span, "api:span-sheet"), {"stills": "6"}, headers=by_token(people["researcher"]))

    assert told.status_code == 503 and "Try again" in told.json()["detail"]


def test_the_api_gives_the_stills_with_their_moments(client: Client, people: People, span: Span) -> None:
    headers = by_token(people["researcher"])

    told = client.get(address(span, "api:span-sheet"), {"stills": "6"}, headers=headers).json()

    assert [still["timecode"] for still in told["stills"]] == [
        "0:00.500", "0:00.700", "0:00.900", "0:01.000", "0:01.200", "0:01.400",
    ]  # fmt: skip
    assert told["is_whole"] and told["stills"][0]["frames"] == "00:00:00:05"
    assert told["stills"][0]["jpeg"].startswith("/9j/")
    wrong = client.get(address(span, "api:span-sheet"), {"stills": "7"}, headers=headers)
    assert wrong.status_code == 400 and "6, 12, 24, 48" in wrong.json()["detail"]
