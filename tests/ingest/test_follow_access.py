"""Who may see an accession is corrected: its items follow, and what somebody decided or what holds an item stands."""

from typing import Any

import pytest
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.audiences import Audience, readable_for
from archive.catalogue.models import Access, Accession, Caption, Item, ItemCredit, ItemOutlet, ItemPlace
from archive.catalogue.text_index import stored_words
from archive.claims.models import Claim, DeliveredReading, Source
from archive.extraction.models import Reading
from archive.ingest import edit_accession as corrections
from archive.ingest.edit_accession import edit_accession
from archive.ingest.follow_access import holds_on
from archive.ingest.models import AccessionLine
from archive.ledger.record_acts import act, recording
from archive.operation.ledger_comparison import differences
from archive.projection import carry_changes
from archive.projection.carry_changes import carry_some
from archive.projection.item_gate import changing
from archive.review.access import Copies, set_access
from archive.review.flags import decide_on_flag, flag_picture
from archive.review.identify_pictures import identify
from archive.review.models import OwnAct
from archive.review.undo_acts import SomeStands, undo
from archive.review.withdraw_items import bring_back, withdraw
from archive.standards.vocabulary import Property
from tests.builders import (
    make_accession,
    make_article,
    make_caption,
    make_claim,
    make_item,
    make_match,
    make_outlet,
    make_place,
)
from tests.two_at_once import meet

pytestmark = pytest.mark.django_db
RESTRICTED, RESEARCH, RELEASED = Access.RESTRICTED, Access.RESEARCH, Access.RELEASED


def brought(accession: Accession, number: int = 1) -> list[Item]:
    """Make items as they come in with an accession, with their entries."""
    items = [make_item(accession=accession, access=accession.access) for _number in range(number)]
    with recording():
        for item in items:
            act(verb="bring in", subject=item, actor="Strandline", payload={"access": item.access})
    return items


def access_of(*items: Item) -> list[str]:
    return [Item.objects.values_list("access", flat=True).get(pk=item.pk) for item in items]


def carry_all() -> None:
    while carry_some(corrections.CARRIERS):
        pass


@pytest.fixture(params=[50, 2], ids=["at once", "by workers"])
def at_once(request: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(carry_changes, "AT_ONCE", request.param)
    return request.param


def test_items_are_closed_at_once_and_opened_again(at_once: int, people: dict[str, User]) -> None:
    feed = make_accession("Feed")
    items = brought(feed, 5)

    [made] = edit_accession(feed, by=people["archivist"], access=RESTRICTED, reason="the family asked")

    assert (made.before, made.after, made.reason) == (RESEARCH, RESTRICTED, "the family asked")
    assert Item.objects.for_audience(Audience.RESEARCH).count() == 0, "readers see none, before any worker came"
    assert list(differences()) == []
    carry_all()
    assert access_of(*items) == [RESTRICTED] * 5 and list(differences()) == []
    edit_accession(feed, by=people["archivist"], access=RESEARCH)
    carry_all()
    assert access_of(*items) == [RESEARCH] * 5 and list(differences()) == []
    Item.objects.filter(pk=items[0].pk).update(access=RESTRICTED)
    assert [sentence.split(" is ")[0] for sentence in differences()] == [f"item {items[0].pk}"]


def test_what_is_closed_at_once_and_opened_again_before_a_worker_came_is_told_right(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", 2)
    feed = make_accession("Feed")
    items = brought(feed, 5)

    edit_accession(feed, by=people["archivist"], access=RESTRICTED)
    edit_accession(feed, by=people["archivist"], access=RESEARCH)

    assert access_of(*items) == [RESTRICTED] * 5 and list(differences()) == []
    carry_all()
    assert access_of(*items) == [RESEARCH] * 5 and list(differences()) == []


def test_who_opens_one_against_the_correction_is_found_by_the_ledger(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", 2)
    feed = make_accession("Feed")
    items = brought(feed, 5)
    edit_accession(feed, by=people["archivist"], access=RESTRICTED)

    Item.objects.filter(pk=items[3].pk).update(access=RESEARCH)

    assert len(list(differences())) == 1


def test_what_somebody_decided_by_itself_stands_either_way(at_once: int, people: dict[str, User]) -> None:
    feed = make_accession("Feed", access=RESTRICTED)
    own, *others = brought(feed, 4)
    # Restricted already: that somebody says so of it is a decision all the same.
    set_access([own], access=RESTRICTED, by=people["archivist"])

    edit_accession(feed, by=people["archivist"], access=RESEARCH)
    carry_all()

    assert access_of(own, *others) == [RESTRICTED, *[RESEARCH] * 3]
    set_access(others[:1], access=RELEASED, by=people["moderator"], reason="seen", answers_notices=True)
    edit_accession(feed, by=people["archivist"], access=RESTRICTED)
    carry_all()
    assert access_of(own, *others) == [RESTRICTED, RELEASED, RESTRICTED, RESTRICTED]
    assert list(differences()) == []


def test_a_flag_a_notice_a_copy_taken_down_and_another_accession_hold_an_item_closed(
    at_once: int, people: dict[str, User]
) -> None:
    feed, other = make_accession("Feed", access=RESTRICTED), make_accession("Other", access=RESTRICTED)
    flagged, embargoed, copied, again, withdrawn, free = brought(feed, 6)
    flag_picture(flagged, ground="FAMILY_REQUEST", by=people["moderator"])
    make_caption(embargoed, "EMBARGOED until further notice.")
    [copy] = brought(make_accession("Third"))
    make_match(copied, copy)
    set_access([copy], access=RESTRICTED, by=people["moderator"], reason="a child", copies=Copies.TAKE)
    AccessionLine.objects.create(
        accession=other, item=again, original_name="a.jpg", size_bytes=1, way="PAGE", received_at=timezone.now(),
        state="DONE", outcome="ALREADY_HELD",
    )  # fmt: skip
    withdraw([withdrawn], by=people["moderator"], reason="by mistake", at=timezone.now())

    edit_accession(feed, by=people["archivist"], access=RESEARCH)
    carry_all()

    assert access_of(flagged, embargoed, copied, again, withdrawn, free) == [
        RESTRICTED, RESTRICTED, RESTRICTED, RESTRICTED, Access.WITHDRAWN, RESEARCH,
    ]  # fmt: skip
    assert holds_on([flagged, embargoed, copied, again, free]) == {
        flagged.pk: "a flag on it waits for an answer",
        embargoed.pk: "its supplier bounds the use",
        copied.pk: "a copy of it is taken down",
        again.pk: "it came with a restricted accession too",
    }


def test_a_frame_is_opened_with_its_footage_and_not_before_it(at_once: int, people: dict[str, User]) -> None:
    feed = make_accession("Feed", access=RESTRICTED)
    early, film, closed_film, frame, frame_of_closed = brought(feed, 5)
    for still, footage in ((early, film), (frame, film), (frame_of_closed, closed_film)):
        make_claim(still, Property.DERIVED_FROM, value_item=footage)
    set_access([closed_film], access=RESTRICTED, by=people["archivist"])

    edit_accession(feed, by=people["archivist"], access=RESEARCH)
    carry_all()

    assert access_of(early, film, frame) == [RESEARCH] * 3
    assert access_of(closed_film, frame_of_closed) == [RESTRICTED] * 2


def test_what_was_withdrawn_comes_back_no_wider_than_its_accession(people: dict[str, User]) -> None:
    feed = make_accession("Feed")
    items = brought(feed, 2)
    set_access(items[:1], access=RESTRICTED, by=people["archivist"])
    set_access(items[:1], access=RESEARCH, by=people["archivist"])
    withdraw(items, by=people["moderator"], reason="by mistake", at=timezone.now())
    edit_accession(feed, by=people["archivist"], access=RESTRICTED)

    bring_back(items, by=people["moderator"], reason="it was none", at=timezone.now())

    assert access_of(*items) == [RESEARCH, RESTRICTED], "the first by a person's decision"
    assert list(differences()) == []


def test_undoing_a_decision_opens_nothing_whose_accession_was_restricted_since(people: dict[str, User]) -> None:
    feed = make_accession("Feed")
    [item] = brought(feed)
    set_access([item], access=RESTRICTED, by=people["archivist"])
    edit_accession(feed, by=people["moderator"], access=RESTRICTED)

    with pytest.raises(SomeStands) as refused:
        undo(OwnAct.objects.get(), by=people["archivist"], at=timezone.now())

    assert "restricted since" in refused.value.standing[0].why
    assert access_of(item) == [RESTRICTED]


def test_an_item_whose_decision_was_undone_follows_again(people: dict[str, User]) -> None:
    feed = make_accession("Feed", access=RESTRICTED)
    [item] = brought(feed)
    set_access([item], access=RESEARCH, by=people["archivist"])
    undone = undo(OwnAct.objects.get(), by=people["archivist"], at=timezone.now())

    edit_accession(feed, by=people["moderator"], access=RESEARCH)

    assert access_of(item) == [RESEARCH]
    edit_accession(feed, by=people["moderator"], access=RESTRICTED)
    assert access_of(item) == [RESTRICTED] and undone.act is not None
    assert list(differences()) == []


def test_others_read_no_words_that_a_restricted_accession_brought_to_what_was_held(
    at_once: int, people: dict[str, User]
) -> None:
    feed = make_accession("Feed")
    items = brought(make_accession("Other"), 3)
    for item in items:
        make_caption(item, "A boat named Zephyrine.", accession=feed, origin=Caption.Origin.LIST)
        AccessionLine.objects.create(
            accession=feed, item=item, original_name="a.jpg", size_bytes=1, way="PAGE", received_at=timezone.now(),
            state="DONE", outcome="ALREADY_HELD",
        )  # fmt: skip

    with changing(items, reword=True):
        pass
    assert set(Item.objects.values_list("lead_caption", flat=True)) == {"A boat named Zephyrine."}

    edit_accession(feed, by=people["archivist"], access=RESTRICTED)
    carry_all()

    assert access_of(*items) == [RESEARCH] * 3
    assert set(Item.objects.values_list("lead_caption", flat=True)) == {""}


def test_a_researcher_corrects_nothing(people: dict[str, User]) -> None:
    feed = make_accession("Feed", access=RESTRICTED)

    with pytest.raises(NotAllowed):
        edit_accession(feed, by=people["researcher"], access=RESEARCH)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at_once_", [50, 2], ids=["at once", "by workers"])
def test_who_restricts_an_item_while_its_accession_is_opened_is_not_overruled(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch, at_once_: int
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", at_once_)
    feed = make_accession("Feed", access=RESTRICTED)
    items = brought(feed, 3)

    def restrict() -> None:
        set_access(items[:1], access=RESTRICTED, by=people["moderator"], reason="a child")

    def open_all() -> None:
        edit_accession(feed, by=people["archivist"], access=RESEARCH)
        carry_all()

    meet(restrict, open_all)

    assert access_of(*items) == [RESTRICTED, RESEARCH, RESEARCH]
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_who_restricts_an_item_while_a_worker_opens_it_comes_last(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", 2)
    feed = make_accession("Feed", access=RESTRICTED)
    items = brought(feed, 3)
    edit_accession(feed, by=people["archivist"], access=RESEARCH)

    meet(
        lambda: carry_some(corrections.CARRIERS),
        lambda: set_access(items[:1], access=RESTRICTED, by=people["moderator"], reason="a child"),
    )
    carry_all()

    assert access_of(*items) == [RESTRICTED, RESEARCH, RESEARCH]
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_who_opens_an_item_while_its_accession_is_closed_decides_on_it_after_that(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", 2)
    feed = make_accession("Feed")
    items = brought(feed, 3)

    meet(
        lambda: edit_accession(feed, by=people["archivist"], access=RESTRICTED),
        lambda: set_access(items[:1], access=RESEARCH, by=people["moderator"]),
    )
    carry_all()

    assert access_of(*items) == [RESEARCH, RESTRICTED, RESTRICTED]
    assert list(differences()) == []


@pytest.mark.parametrize("first", ["film", "frame"])
def test_a_frame_stays_closed_with_its_footage_that_is_held(at_once: int, people: dict[str, User], first: str) -> None:
    feed = make_accession("Feed", access=RESTRICTED)
    films = brought(feed, 2)
    film, frame = films if first == "film" else films[::-1]
    [frame_of_frame] = brought(feed)
    make_claim(frame, Property.DERIVED_FROM, value_item=film)
    make_claim(frame_of_frame, Property.DERIVED_FROM, value_item=frame)
    make_caption(film, "EMBARGOED until further notice.")

    edit_accession(feed, by=people["archivist"], access=RESEARCH)
    carry_all()

    assert access_of(film, frame, frame_of_frame) == [RESTRICTED] * 3
    assert set(holds_on([film, frame, frame_of_frame])) == {film.pk, frame.pk, frame_of_frame.pk}


def test_a_flag_that_was_upheld_holds_an_item_closed(at_once: int, people: dict[str, User]) -> None:
    feed = make_accession("Feed", access=RESTRICTED)
    child, distressing, dismissed = brought(feed, 3)
    for item, ground, outcome in (
        (child, "IDENTIFIES_CHILD", "UPHELD"),
        (distressing, "DISTRESSING", "UPHELD"),
        (dismissed, "IDENTIFIES_CHILD", "NOT_UPHELD"),
    ):
        flag, _is_new = flag_picture(item, ground=ground, by=people["archivist"])
        decide_on_flag(flag, outcome=outcome, by=people["moderator"], reason="seen; it is closed already")

    edit_accession(feed, by=people["archivist"], access=RESEARCH)
    carry_all()

    assert access_of(child, distressing, dismissed) == [RESTRICTED, RESEARCH, RESEARCH]
    assert list(holds_on([child])) == [child.pk]


def test_a_release_that_is_undone_goes_no_further_back_than_the_accession(people: dict[str, User]) -> None:
    feed = make_accession("Feed")
    [item] = brought(feed)
    set_access([item], access=RELEASED, by=people["moderator"])
    edit_accession(feed, by=people["archivist"], access=RESTRICTED)

    undone = undo(OwnAct.objects.get(), by=people["moderator"], at=timezone.now())

    assert access_of(item) == [RESTRICTED], "nobody decided that readers see it"
    assert list(differences()) == []
    edit_accession(feed, by=people["archivist"], access=RESEARCH)
    assert access_of(item) == [RESEARCH] and undone.act is not None, "it follows again"
    assert list(differences()) == []


def test_readers_are_told_no_more_of_a_page_that_is_restricted_where_a_person_said_which_picture_it_shows(
    at_once: int, people: dict[str, User]
) -> None:
    pages = make_accession("Pages")
    article = make_article(make_outlet("Zephyr Post"), accession=pages, figures=3)
    items = brought(make_accession("Other"), 3)
    for figure, item in zip(article.figures.order_by("pk"), items, strict=True):
        identify(figure, item, by=people["archivist"])
    assert ItemOutlet.objects.filter(item__in=items).count() == 3

    edit_accession(pages, by=people["archivist"], access=RESTRICTED)
    carry_all()

    assert {item.lead_caption for item in Item.objects.all()} == {""}
    assert {link.audiences for link in ItemOutlet.objects.all()} == {Audience.STAFF}


def told_to_readers() -> set[tuple[object, ...]]:
    """Return all that search and cards tell of items to others than archive staff."""
    items = Item.objects.for_audience(Audience.RESEARCH)
    told: set[tuple[object, ...]] = set()
    for row in items.values_list("pk", "lead_caption", "headline", "date_created_edtf", "lead_place", "lead_outlet"):
        told |= {(row[0], value) for value in row[1:] if value}
    for model, name in ((ItemPlace, "place"), (ItemOutlet, "outlet"), (ItemCredit, "name")):
        rows = model.objects.filter(readable_for(Audience.RESEARCH), item__in=items)
        told |= {(key, model, value) for key, value in rows.values_list("item", name)}
    words = stored_words(list(items.values_list("pk", flat=True)))[Audience.RESEARCH]
    return told | {(key, word) for key, columns in words.items() for word in " ".join(columns).split()}


def test_what_a_restricted_accession_told_of_other_items_is_told_no_longer_before_any_worker_came(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", 2)
    outlet, place, feed = make_outlet("Zephyr Post"), make_place("Zephyrcove"), make_accession("Feed")
    [own, released] = brought(feed, 2)
    others = [worded, stated, printed, read, copy, untouched] = brought(make_accession("Other"), 6)
    set_access([released], access=RELEASED, by=people["moderator"])
    make_caption(worded, "A boat named Zephyrine.", accession=feed, origin=Caption.Origin.LIST)
    make_caption(released, "Its own words.", accession=feed, origin=Caption.Origin.LIST)
    make_caption(untouched, "A harbour.")
    by_list = {"kind": "CAPTION", "accession": feed}
    for item, source, value in (
        (stated, by_list, {"property": Property.DATE_CREATED, "value_edtf": "2024-06-18"}),
        (stated, by_list, {"property": Property.CREATOR, "value_text": "Zephyrinus"}),
        (released, by_list | {"group": "accession"}, {"property": Property.SUPPLIED_BY, "value_outlet": outlet}),
        (copy, {"kind": "MATCH", "match": make_match(own, copy)},
         {"property": Property.LOCATION_SHOWN, "value_place": place}),
    ):  # fmt: skip
        Claim.objects.create(item=item, source=Source.objects.create(**source), claimed_at=timezone.now(), **value)
    [figure] = make_article(outlet, accession=feed, figures=1).figures.all()
    identify(figure, printed, by=people["archivist"])
    for item in (worded, stated, read):
        AccessionLine.objects.create(
            accession=feed, item=item, original_name="a.jpg", size_bytes=1, way="PAGE", received_at=timezone.now(),
            state="DONE", outcome="ALREADY_HELD",
        )  # fmt: skip
    sidecar = Reading.objects.create(
        media_file=read.media_file, reader="sidecar", reader_version="1", read_at=timezone.now(), state="READ",
        statements=[["XMP-dc", "subject", "zephyrical"]],
    )  # fmt: skip
    DeliveredReading.objects.create(reading=sidecar, accession=feed)
    with changing([*others, own, released], reword=True):
        pass
    before = told_to_readers()

    edit_accession(feed, by=people["archivist"], access=RESTRICTED)

    saved = told_to_readers()
    carry_all()
    carried = told_to_readers()
    assert saved <= carried < before
    gone = {key for key, *_rest in before - carried}
    assert gone == {item.pk for item in (own, released, worded, stated, printed, read, copy)}
    assert {row for row in saved if row[0] == untouched.pk} == {row for row in before if row[0] == untouched.pk}
