"""Two at once on one item lose nothing, and wait for one another in one order."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from archive.accounts.models import User
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.audiences import Audience
from archive.catalogue.models import Access, Item, ItemEvent, ItemOutlet, ItemPlace, ItemWording
from archive.catalogue.text_index import matching
from archive.claims.models import Claim
from archive.ingest import process_lines
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import recording
from archive.projection.item_gate import NotLocked, changing
from archive.projection.write_projection import COLUMNS, project
from archive.provenance.lineage import follow, lead
from archive.provenance.rule_on_match import rule_on_match
from archive.review import authority_records
from archive.review.access import set_access
from archive.review.claim_rulings import rule
from archive.review.correct_claims import correct
from archive.review.decide_proposals import decide, show_held
from archive.review.describe_items import describe
from archive.review.identify_pictures import identify
from archive.review.link_items import link
from archive.review.models import ProposalDecision
from archive.review.propose_wording import propose
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.builders import (
    NOW,
    items_of_event,
    make_article,
    make_caption,
    make_claim,
    make_event,
    make_item,
    make_match,
    make_outlet,
    make_place,
)
from tests.ingest.pictures import jpeg
from tests.ingest.test_process_lines import send
from tests.two_at_once import meet, together, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


def projected(item: Item) -> dict[str, Any]:
    """Return all that search reads of an item, but for when it was written."""
    item = Item.objects.get(pk=item.pk)
    told: dict[str, Any] = {name: getattr(item, name) for name in COLUMNS if name != "projected_at"}
    for model, name in ((ItemPlace, "place"), (ItemEvent, "event"), (ItemOutlet, "outlet"), (ItemWording, "digest")):
        told[name] = set(model.objects.filter(item=item).values_list(name, flat=True))
    return told


def assert_in_step(*items: Item) -> None:
    """Say that what search reads is what follows from the claims: made anew, it is the same."""
    before = [projected(item) for item in items]
    project(Item.objects.filter(pk__in=[item.pk for item in items]))
    assert before == [projected(item) for item in items]


def is_found(item: Item, words: str) -> bool:
    return Item.objects.filter(matching(words, audience=Audience.STAFF), pk=item.pk).exists()


def test_two_links_of_one_item_are_both_searched(people: People) -> None:
    item, place, event = make_item(), make_place("Dunkirk"), make_event("Crossings")

    meet(
        lambda: link([item], property=Property.LOCATION_SHOWN, by=people["archivist"], place=place),
        lambda: link([item], property=Property.EVENT, by=people["moderator"], event=event),
    )

    assert list(Item.objects.at_place(place)) == list(items_of_event(event)) == [item]
    assert is_found(item, "Dunkirk Crossings")
    assert_in_step(item)


def test_two_rulings_on_one_item_both_count(people: People) -> None:
    item = make_item()
    date = make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    place = make_claim(item, Property.LOCATION_SHOWN, value_place=make_place("Dunkirk"))

    meet(
        lambda: rule(date, standing=Standing.REJECTED, by=people["archivist"], reason="no"),
        lambda: rule(place, standing=Standing.REJECTED, by=people["moderator"], reason="no"),
    )

    item.refresh_from_db()
    assert (item.date_created_edtf, item.is_placed) == ("", False)
    assert_in_step(item)


def test_a_correction_beside_a_link_loses_neither(people: People) -> None:
    item, event = make_item(), make_event("Crossings")
    caption = make_caption(item, "A boat off Dunkirk on Tuesday")
    read = make_claim(item, Property.LOCATION_SHOWN, value_place=make_place("Dover"))
    read.source.caption_id = caption.pk

    meet(
        lambda: correct(read, by=people["archivist"], place=make_place("Dunkirk")),
        lambda: link([item], property=Property.EVENT, by=people["moderator"], event=event),
    )

    item.refresh_from_db()
    assert item.lead_place.name == "Dunkirk"
    assert list(items_of_event(event)) == [item]
    assert_in_step(item)


def test_two_descriptions_of_one_item_are_both_found_and_read(people: People) -> None:
    item = make_item()
    make_place("Dunkirk")

    meet(
        lambda: describe(item, text="A dinghy leaves Dunkirk", by=people["archivist"]),
        lambda: describe(item, text="Eleven people wade ashore", by=people["moderator"]),
    )

    assert is_found(item, "dinghy wade")
    assert set(item.claims.values_list("property", flat=True)) == {Property.LOCATION_SHOWN, Property.PEOPLE_COUNT}
    assert_in_step(item)


def test_two_captions_hidden_at_once_are_found_by_no_word(people: People) -> None:
    item = make_item()
    first, second = make_caption(item, "Jane Nobody is carried ashore"), make_caption(item, "John Noname waits there")

    meet(
        lambda: propose(first, reason="IDENTIFIES_PERSON", by=people["researcher"]),
        lambda: propose(second, reason="IDENTIFIES_PERSON", by=people["archivist"]),
    )

    assert not is_found(item, "nobody")
    assert not is_found(item, "noname")
    assert_in_step(item)


def test_a_caption_hidden_while_its_words_are_written_elsewhere_is_hidden_there(people: People) -> None:
    words = "Jane Nobody is carried ashore"
    caption, other = make_caption(make_item(), words), make_item()

    meet(
        lambda: describe(other, text=words, by=people["archivist"]),
        lambda: propose(caption, reason="IDENTIFIES_PERSON", by=people["researcher"]),
    )

    assert not is_found(other, "nobody")
    assert_in_step(caption.item, other)


def test_words_written_while_they_are_hidden_elsewhere_are_hidden_too(people: People) -> None:
    words = "Jane Nobody is carried ashore"
    caption, other = make_caption(make_item(), words), make_item()

    meet(
        lambda: propose(caption, reason="IDENTIFIES_PERSON", by=people["researcher"]),
        lambda: describe(other, text=words, by=people["archivist"]),
    )

    assert not is_found(other, "nobody")
    assert_in_step(caption.item, other)


def test_a_decision_beside_a_link_loses_neither(people: People) -> None:
    item, place = make_item(), make_place("Dunkirk")
    proposal = propose(make_caption(item, "A boat"), reason="OTHER", text="A dinghy", by=people["researcher"])
    accepted = ProposalDecision.Outcome.ACCEPTED

    meet(
        lambda: link([item], property=Property.LOCATION_SHOWN, by=people["archivist"], place=place),
        lambda: decide(proposal, outcome=accepted, by=people["moderator"], at=NOW),
    )

    assert is_found(item, "dinghy Dunkirk")
    assert_in_step(item)


def test_a_caption_shown_again_beside_a_link_loses_neither(people: People) -> None:
    item, place = make_item(), make_place("Dunkirk")
    caption = make_caption(item, "Jane Nobody is carried ashore")
    propose(caption, reason="IDENTIFIES_PERSON", by=people["researcher"])

    meet(
        lambda: link([item], property=Property.LOCATION_SHOWN, by=people["archivist"], place=place),
        lambda: show_held(caption, by=people["moderator"], reason="the name of a boat"),
    )

    assert is_found(item, "nobody Dunkirk")
    assert_in_step(item)


def test_a_figure_beside_a_link_loses_neither(people: People) -> None:
    item, place = make_item(), make_place("Dunkirk")
    [figure] = make_article(make_outlet("The Channel Courier"), figures=1).figures.all()

    meet(
        lambda: identify(figure, item, by=people["moderator"]),
        lambda: link([item], property=Property.LOCATION_SHOWN, by=people["archivist"], place=place),
    )

    assert is_found(item, "Courier Dunkirk")
    assert_in_step(item)


def test_batches_in_opposite_order_wait_in_one(people: People) -> None:
    items = [make_item() for _ in range(40)]
    place, event = make_place("Dunkirk"), make_event("Crossings")

    for _ in range(3):
        together(
            lambda: link(items, property=Property.LOCATION_SHOWN, by=people["archivist"], place=place),
            lambda: link(items[::-1], property=Property.EVENT, by=people["moderator"], event=event),
        )

    assert set(Item.objects.at_place(place)) == set(items_of_event(event)) == set(items)
    assert_in_step(*items)


def test_a_file_delivered_again_beside_a_link_loses_neither(people: People, no_worker: None) -> None:
    send(jpeg(1))
    process_lines.work_off()
    item, place = Item.objects.get(), make_place("Dunkirk")
    outlet = make_outlet("The Channel Courier")
    line = send(jpeg(1), way=AccessionLine.Way.COMMAND, by=people["archivist"], outlet=outlet)

    meet(
        lambda: link([item], property=Property.LOCATION_SHOWN, by=people["archivist"], place=place),
        process_lines.work_off,
    )

    line.refresh_from_db()
    assert line.outcome == AccessionLine.Outcome.ALREADY_HELD
    assert is_found(item, "Courier Dunkirk")
    assert_in_step(item)


def test_an_appearance_added_at_the_door_beside_a_link_loses_neither(people: People, no_worker: None) -> None:
    send(jpeg(1))
    outlet = make_outlet("The Channel Courier")
    line = send(jpeg(1), by=people["archivist"], outlet=outlet)
    process_lines.work_off()
    item, place = Item.objects.get(), make_place("Dunkirk")

    meet(
        lambda: process_lines.add_appearance(line, by=people["archivist"]),
        lambda: link([item], property=Property.LOCATION_SHOWN, by=people["moderator"], place=place),
    )

    assert is_found(item, "Courier Dunkirk")
    assert_in_step(item)


def test_lineage_beside_a_link_loses_neither(people: People) -> None:
    dated, bare, place = make_item(), make_item(), make_place("Dunkirk")
    make_claim(dated, Property.DATE_CREATED, date="2024-06-18", kind=SourceKind.DEVICE_METADATA)
    make_match(dated, bare)

    meet(
        lambda: link([bare], property=Property.LOCATION_SHOWN, by=people["archivist"], place=place),
        follow,
    )

    bare.refresh_from_db()
    assert (bare.date_created_edtf, bare.lead_place) == ("2024-06-18", place)
    assert_in_step(dated, bare)


def test_a_match_denied_beside_a_link_loses_neither(people: People) -> None:
    dated, bare, place = make_item(), make_item(), make_place("Dunkirk")
    make_claim(dated, Property.DATE_CREATED, date="2024-06-18", kind=SourceKind.DEVICE_METADATA)
    match = make_match(dated, bare)
    follow()

    meet(
        lambda: link([bare], property=Property.LOCATION_SHOWN, by=people["archivist"], place=place),
        lambda: rule_on_match(match, standing=Standing.REJECTED, by=people["moderator"]),
    )

    bare.refresh_from_db()
    assert (bare.date_created_edtf, bare.lead_place) == ("", place)
    assert_in_step(dated, bare)


def test_a_match_answered_while_lineage_is_led_by_it_waits_in_no_circle(people: People) -> None:
    dated, bare = make_item(), make_item()
    make_claim(dated, Property.DATE_CREATED, date="2024-06-18", kind=SourceKind.DEVICE_METADATA)
    match, holds_lineage = make_match(dated, bare), threading.Event()

    def leads() -> None:
        with recording():
            lead([])
            holds_lineage.set()
            until_somebody_waits()
            follow()

    def answers() -> None:
        holds_lineage.wait(20)
        rule_on_match(match, standing=Standing.ACCEPTED, by=people["moderator"])

    together(leads, answers)

    bare.refresh_from_db()
    assert bare.date_created_edtf == "2024-06-18"
    assert_in_step(dated, bare)


@pytest.mark.parametrize("is_first", [True, False], ids=["merged first", "linked first"])
@pytest.mark.parametrize(
    ("make", "property", "value"),
    [
        (make_place, Property.LOCATION_SHOWN, "place"),
        (make_event, Property.EVENT, "event"),
        (make_outlet, Property.PUBLISHED_BY, "outlet"),
    ],
    ids=["places", "events", "outlets"],
)
def test_a_record_merged_while_an_item_is_linked_to_it_leads_to_the_one_that_stands(
    people: People, make: Callable[[str], Place | Event | Outlet], property: Property, value: str, is_first: bool
) -> None:
    item, record, into = make_item(), make("Doublet"), make("Dunkirk")
    acts = [
        lambda: authority_records.merge(record, into=into, by=people["moderator"]),
        lambda: link(
            [item],
            property=property,
            by=people["archivist"],
            # As a form has it, which was read before.
            **{value: type(record).objects.get(pk=record.pk)},
        ),
    ]

    meet(*(acts if is_first else acts[::-1]))

    assert projected(item)[value] == {into.pk}
    assert_in_step(item)


def test_a_place_renamed_while_an_item_is_linked_to_it_is_found_by_its_new_name(people: People) -> None:
    item, place = make_item(), make_place("Dunkirk")

    meet(
        lambda: link([item], property=Property.LOCATION_SHOWN, by=people["archivist"], place=place),
        lambda: authority_records.edit(place, by=people["moderator"], name="Duinkerke"),
    )

    assert is_found(item, "Duinkerke")
    assert_in_step(item)


def test_two_changes_of_access_follow_from_one_another(people: People) -> None:
    item = make_item()
    one, other = (Item.objects.get(pk=item.pk) for _ in range(2))

    meet(
        lambda: set_access([one], access=Access.RELEASED, by=people["moderator"]),
        lambda: set_access([other], access=Access.RESTRICTED, by=people["moderator"]),
    )

    told = LedgerEntry.objects.filter(verb="set access").order_by("sequence").values_list("payload", flat=True)
    assert ['"from":"RESEARCH"' in told[0], '"to":"RELEASED"' in told[0]] == [True, True]
    assert ['"from":"RELEASED"' in told[1], '"to":"RESTRICTED"' in told[1]] == [True, True]


def test_what_a_nested_gate_took_back_is_not_projected(people: People) -> None:
    item, other = make_item(), make_item()

    with changing([item]) as change:
        with pytest.raises(ValueError, match="no"), changing():
            change.add_new(make_item())
            raise ValueError("no")
        link([item], property=Property.CREDIT_LINE, by=people["archivist"], text="Jo Doe")

    assert is_found(item, "Doe")
    other.refresh_from_db()
    assert other.projected_at is None


def test_an_item_that_the_outermost_gate_did_not_lock_is_refused(people: People) -> None:
    item, other = make_item(), make_item()

    with pytest.raises(NotLocked), changing([item]):
        link([other], property=Property.CREDIT_LINE, by=people["archivist"], text="Jo Doe")

    assert not Claim.objects.exists()


def test_a_gate_that_must_be_alone_opens_in_no_other(people: People) -> None:
    caption = make_caption(make_item(), "Jane Nobody is carried ashore")

    with pytest.raises(NotLocked), changing([caption.item]):
        propose(caption, reason="IDENTIFIES_PERSON", by=people["researcher"])


def test_an_item_is_projected_once_however_many_acts_it_gets(people: People, django_assert_max_num_queries) -> None:
    item, place = make_item(), make_place("Dunkirk")

    def queries(times: int) -> int:
        with django_assert_max_num_queries(1000) as caught, changing([item]):
            for _ in range(times):
                link([item], property=Property.LOCATION_SHOWN, by=people["archivist"], place=place)
        return sum("UPDATE" in query["sql"] and '"date_created_edtf"' in query["sql"] for query in caught)

    assert queries(3) == 1
