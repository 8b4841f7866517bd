"""However much is held of an item, its page shows the first of it, and the rest by pages."""

import re
from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Caption
from archive.claims.models import Claim, Source
from archive.claims.record_claims import store
from archive.extraction.models import Reading
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, recording
from archive.press.models import Appearance
from archive.review import told_acts
from archive.standards.vocabulary import Property, SourceKind
from archive.web.item_lists import FIRST_ROWS, FIRST_STATEMENTS, ROWS_A_PAGE, ItemLists
from archive.web.presenters import caption_data
from archive.web.views import items
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
    told = told_acts._words_of
    monkeypatch.setattr(told_acts, "_words_of", lambda payload: written.append(payload) or told(payload))
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


@pytest.mark.parametrize("role", ["researcher", "archivist"])
def test_of_very_many_acts_only_those_shown_are_fetched_whole(
    client: Client, people: dict[str, User], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, made = make_item(access="RESEARCH"), []
    before = LedgerEntry.from_db.__func__
    counted = classmethod(lambda cls, *given: made.append(given) or before(cls, *given))
    with recording():
        for n in range(MANY):
            act(verb="describe", subject=item, actor="x", payload={"value": f"P{n}"})
    monkeypatch.setattr(LedgerEntry, "from_db", counted)
    client.force_login(people[role])

    page = client.get(reverse("item", args=[item.pk])).content.decode()
    made_at_first = len(made)
    last = client.get(reverse("item", args=[item.pk]), {"list": "history", "part": 2}).content.decode()

    assert made_at_first == FIRST_ROWS
    assert f"P{MANY - 1}" in page and f"Show all {MANY}" in page
    assert "P0" in last and f"101 to {MANY} of {MANY}" in last


def test_an_act_is_looked_up_among_many_claims_without_going_through_them(
    client: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was compared grew with acts times claims: 9,000 of each took seconds."""
    item = make_item(access="RESEARCH")
    gone_through = []

    class Watched(set):
        def __iter__(self) -> object:
            gone_through.append(len(self))
            return super().__iter__()

    acts = items.acts_told_to
    monkeypatch.setattr(items, "acts_told_to", lambda user, found, *, claims: acts(user, found, claims=Watched(claims)))
    with recording():
        for n in range(MANY):
            act(verb="claim", subject=item, actor="x", payload={"value": f"P{n}"})
    client.force_login(people["researcher"])

    client.get(reverse("item", args=[item.pk]))

    assert gone_through == []


def test_whether_claims_contradict_is_asked_of_what_the_captions_show_alone(
    client: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    item, asked = make_item(access="RESEARCH"), []
    caption = Caption.objects.create(item=item, text="In June 2024", recorded_at=NOW, origin=Caption.Origin.EMBEDDED)
    of_file = Source(kind=SourceKind.EMBEDDED_DESCRIPTION)
    of_caption = Source(kind=SourceKind.CAPTION, caption=caption, start=3, end=12)
    day = {"value_edtf": "2024-06", "value_earliest": date(2024, 6, 1), "value_latest": date(2024, 6, 30)}
    store(
        [
            Claim(item=item, property=Property.CREATOR, source=of_file, value_text="Jo Doe", claimed_at=NOW),
            Claim(item=item, property=Property.DATE_CREATED, source=of_caption, claimed_at=NOW, **day),
        ]
    )
    before = caption_data.all_can_be_true
    monkeypatch.setattr(caption_data, "all_can_be_true", lambda name, some: asked.append(name) or before(name, some))
    client.force_login(people["moderator"])

    client.get(reverse("item", args=[item.pk]))

    assert asked == [Property.DATE_CREATED]
