"""After a merge all that led to the old record is found by the new one, and by the old one's address."""

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.authorities.merge_records import merge
from archive.authorities.models import Outlet
from archive.catalogue.models import Item
from archive.claims.agreement import confirms
from archive.claims.models import Claim
from archive.ingest import process_lines
from archive.ingest.models import AccessionLine
from archive.review import assign_events, mark_spans
from archive.review.gatherings import gatherings
from archive.review.propose_wording import propose
from archive.review.queue import Narrowing, waiting
from archive.standards.vocabulary import Property, SpanProperty
from tests.builders import (
    items_of_event,
    make_article,
    make_caption,
    make_claim,
    make_event,
    make_footage,
    make_item,
    make_outlet,
    make_place,
)
from tests.ingest.pictures import jpeg
from tests.ingest.test_process_lines import send
from tests.pages import folded

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def merged() -> tuple[Outlet, Outlet]:
    """An outlet with a news page, merged into another that has one too."""
    old, new = make_outlet("Channel Courier Weekly"), make_outlet("The Channel Courier")
    make_article(old, headline="Old page", normalised="old page")
    make_article(new, headline="New page", normalised="new page")
    merge(old, into=new, by="test")
    return old, new


@pytest.mark.parametrize("at", [0, 1], ids=["by the old address", "by the new one"])
def test_news_pages_of_both_are_listed(client: Client, people: People, merged: tuple[Outlet, Outlet], at: int) -> None:
    client.force_login(people["researcher"])

    page = folded(client.get("/articles/", {"outlet": merged[at].slug}).content.decode())
    told = client.get("/api/v1/articles/", {"outlet": merged[at].slug}).json()

    assert "Old page" in page
    assert "New page" in page
    assert told["count"] == 2
    # Counted together, under the name that stands.
    assert 'aria-current="true"><b>2</b> The Channel Courier' in page
    assert "Channel Courier Weekly" not in page


def test_the_moderators_queue_is_narrowed_by_either(people: People) -> None:
    old, new = make_outlet("Old"), make_outlet("New")
    item = make_item()
    make_claim(item, Property.PUBLISHED_BY, value_outlet=old)
    propose(make_caption(item, "A boat"), reason="OTHER", note="no", by=people["researcher"])
    merge(old, into=new, by="test")
    old.refresh_from_db()

    for outlet in (old, new):
        assert waiting(people["moderator"], Narrowing(outlet=outlet)).count() == 1


def test_items_are_asked_for_by_either_before_they_are_written_anew() -> None:
    item = make_item()
    records = {}
    for make, property, value in (
        (make_place, Property.LOCATION_SHOWN, "value_place"),
        (make_event, Property.EVENT, "value_event"),
        (make_outlet, Property.PUBLISHED_BY, "value_outlet"),
    ):
        old, new = make("Old"), make("New")
        make_claim(item, property, **{value: old})
        merge(old, into=new, by="test")
        records[value] = old, new

    for record in records["value_place"]:
        assert list(Item.objects.at_place(record)) == [item]
    for record in records["value_event"]:
        assert list(items_of_event(record)) == [item]
    for record in records["value_outlet"]:
        assert list(Item.objects.of_outlet(record)) == [item]


def test_claims_of_both_outlets_say_the_same() -> None:
    old, new, item = make_outlet("Old"), make_outlet("New"), make_item()
    make_claim(item, Property.CREDIT_LINE, value_outlet=old, value_text="Old")
    make_claim(item, Property.CREDIT_LINE, value_outlet=new, value_text="New")
    merge(old, into=new, by="test")
    one, other = Claim.objects.with_grounds().order_by("pk")

    assert confirms(Property.CREDIT_LINE, one, other)


def test_a_delivery_of_a_merged_outlet_asks_no_second_time(people: People) -> None:
    old, new = make_outlet("Old"), make_outlet("New")
    send(jpeg(1))
    line = send(jpeg(1), by=people["archivist"], outlet=old)
    process_lines.work_off()
    merge(old, into=new, by="test")
    assert AccessionLine.objects.asking_for_appearance().get() == line

    appearance = process_lines.add_appearance(line, by=people["archivist"])

    assert appearance.outlet == new
    assert not AccessionLine.objects.asking_for_appearance().exists()
    assert AccessionLine.objects.with_appearance_told().filter(is_told=True).exists()


def test_pictures_dismissed_from_an_event_stay_so_when_it_is_merged(people: People) -> None:
    dunkirk = make_place("Dunkirk", latitude_degrees=51.0, longitude_degrees=2.3)
    old, new = (make_event(name, date="2024-06-18") for name in ("Old", "New"))
    for event in (old, new):
        event.places.add(dunkirk)
    items = [make_item() for _ in range(3)]
    for item in items:
        make_claim(item, Property.DATE_CREATED, date="2024-06-18")
        make_claim(item, Property.LOCATION_SHOWN, value_place=dunkirk)
    keys = [item.pk for item in items]
    assign_events.dismiss(keys, by=people["archivist"], event=old, name="Old", reason="other boats")
    merge(old, into=new, by="test")

    proposed = gatherings(Item.objects.all())

    assert not [one for one in proposed if one.event == new]


def test_claims_read_the_record_that_stands_and_keep_their_own_words(client: Client, people: People) -> None:
    old, event = make_event("Landing at noon"), make_event("Landing of 18 June")
    old_place, place = make_place("Old harbour"), make_place("New harbour")
    film, by = make_footage(), people["archivist"]
    make_claim(film, "event", value_event=old, as_written="the landing at noon")
    make_claim(film, "location_shown", value_place=old_place)
    span, _possible = mark_spans.mark(film, start_milliseconds=1000, end_milliseconds=2000, title="The boat", by=by)
    mark_spans.say(span, property=SpanProperty.EVENT, event=old, by=by)
    mark_spans.say(span, property=SpanProperty.LOCATION_SHOWN, place=old_place, by=by)
    merge(old, into=event, by=by)
    merge(old_place, into=place, by=by)
    client.force_login(by)

    for path in (reverse("item", args=[film.pk]), reverse("span", args=[film.pk, span.pk])):
        page = folded(client.get(path).content.decode())
        assert ">Landing of 18 June</a>" in page and ">Landing at noon</a>" not in page, path
        assert ">New harbour</a>" in page and ">Old harbour" not in page, path
        assert f'href="{reverse("event", args=[event.slug])}"' in page, path
    told = client.get(f"/api/v1/items/{film.pk}/").json()
    assert told["leading"]["event"]["event"]["slug"] == event.slug
    assert [claim["as_written"] for claim in told["claims"] if claim["property"] == "event"] == ["the landing at noon"]
