"""However much is held of an item, its page shows the first of it, and the rest by pages."""

import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Caption
from archive.claims.models import Appearance, Claim, Source
from archive.claims.recording import store
from archive.extraction.models import Reading
from archive.ledger.recording import act, recording
from archive.standards.vocabulary import Property, SourceKind
from archive.web import composing
from archive.web.item_lists import FIRST_ROWS, FIRST_STATEMENTS, ROWS_A_PAGE, ItemLists
from tests.builders import NOW, make_item

pytestmark = pytest.mark.django_db
MANY = 130


def test_a_list_that_nobody_asks_for_shows_its_first_rows() -> None:
    shown = ItemLists(QueryDict("q=boat")).cut("captions", list(range(MANY)))

    assert (list(shown), shown.number, shown.is_whole) == (list(range(FIRST_ROWS)), MANY, False)
    assert shown.all_address == "?q=boat&list=captions&part=1"


def test_a_list_that_is_asked_for_comes_by_pages() -> None:
    shown = ItemLists(QueryDict("list=captions&part=2")).cut("captions", list(range(MANY)))

    assert list(shown) == list(range(ROWS_A_PAGE, MANY))
    assert shown.previous_address == "?list=captions&part=1"
    assert shown.next_address == ""


@pytest.mark.parametrize("part", ["", "0", "-1", "x", "99999999999999999999"])
def test_a_page_that_there_is_not_is_the_nearest(part: str) -> None:
    assert ItemLists(QueryDict(f"list=a&part={part}")).cut("a", list(range(MANY)))


def test_every_list_of_the_page_is_bounded_and_the_rest_is_one_press_away(
    client: Client, people: dict[str, User], django_assert_max_num_queries: object
) -> None:
    item = make_item(access="RESEARCH")
    statements = [["XMP-dc", f"tag{n}", "value"] for n in range(FIRST_STATEMENTS + 50)]
    reading = Reading.objects.create(
        media_file=item.media_file, reader="embedded", read_at=NOW, state="READ", statements=statements
    )
    source = Source(kind=SourceKind.EMBEDDED_DESCRIPTION, reading=reading)
    store(
        Claim(
            item=item, property=Property.CREATOR, source=source, value_text=f"P{n}", as_written=f"P{n}", claimed_at=NOW
        )
        for n in range(MANY)
    )
    Caption.objects.bulk_create(
        Caption(item=item, text=f"Boat {n}", recorded_at=NOW, origin=Caption.Origin.EMBEDDED) for n in range(MANY)
    )
    Appearance.objects.bulk_create(Appearance(item=item, headline=f"Story {n}", recorded_at=NOW) for n in range(MANY))
    with recording():
        for _ in range(MANY):
            act(verb="describe", subject=item, actor="Strandline")
    client.force_login(people["moderator"])

    page = client.get(reverse("item", args=[item.pk])).content.decode()

    counts = {
        "claims": len(re.findall(r'class="claim" id', page)),
        "captions": len(re.findall(r'class="wording" id', page)),
        "appearances": page.count('class="printed__headline"'),
        "statements": len(re.findall(r"<code>tag\d+</code>", page)),
        "history": page.count("ledger "),
    }
    assert counts == {
        "claims": FIRST_ROWS,
        "captions": FIRST_ROWS,
        "appearances": FIRST_ROWS,
        "statements": FIRST_STATEMENTS,
        "history": FIRST_ROWS,
    }
    assert page.count(f"Show all {MANY}") >= 4
    rest = client.get(reverse("item", args=[item.pk]), {"list": "claims-creator", "part": 2}).content.decode()
    assert len(re.findall(r'class="claim" id', rest)) == MANY - ROWS_A_PAGE
    assert "101 to 130 of 130" in rest


def test_of_very_many_claims_and_acts_only_those_shown_are_fetched_with_all_and_written(
    client: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    item, written = make_item(access="RESEARCH"), []
    source = Source(kind=SourceKind.CAPTION)
    store(
        Claim(
            item=item, property=Property.CREATOR, source=source, value_text=f"P{n}", as_written=f"P{n}", claimed_at=NOW
        )
        for n in range(MANY)
    )
    with recording():
        for n in range(MANY):
            act(verb="claim", subject=item, actor="x", payload={"value": f"P{n}"})
    told = composing._told
    monkeypatch.setattr(composing, "_told", lambda payload: written.append(payload) or told(payload))
    client.force_login(people["archivist"])

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("item", args=[item.pk]))

    [rulings] = [
        query["sql"]
        for query in queries
        if 'FROM "claims_ruling"' in query["sql"].partition("WHERE")[0]
        and '"claims_ruling"."claim_id" IN (' in query["sql"]
    ]
    assert rulings.rpartition(" IN (")[2].count(",") + 1 <= 2 * FIRST_ROWS + 1
    assert len(written) == FIRST_ROWS
