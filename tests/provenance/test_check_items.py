"""Checks are made where something changed, and what they found is kept once."""

import json
from collections.abc import Iterable
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Item
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, recording
from archive.ledger.snapshot import snapshot
from archive.projection.item_gate import changing
from archive.provenance import check_items
from archive.provenance.checks.all_checks import CHECKS
from archive.provenance.checks.evidence import Evidence
from archive.provenance.checks.finding import Observation
from archive.provenance.models import CheckedItem, CurrentFinding, Finding
from archive.provenance.rule_on_match import rule_on_match
from archive.provenance.shown_findings import findings_on
from archive.standards.vocabulary import Property, Standing
from tests.builders import make_appearance, make_claim, make_event, make_item, make_match, make_outlet
from tests.two_at_once import together, until_somebody_waits

SLUG = "date-against-first-publication"


def check_all_that_is_due() -> None:
    while check_items.follow():
        pass


def outcome(item: Item, slug: str = SLUG) -> str:
    return CurrentFinding.objects.get(item=item, check_slug=slug).outcome


def say(item: Item) -> None:
    with recording():
        act(verb="claim", subject=item, actor="test")


@pytest.fixture
def recycled() -> tuple[Item, Item]:
    """A picture in print in April, and what may be its copy, said to be made in June."""
    april, june = make_item(), make_item()
    make_appearance(april, make_outlet("The Kentish Post"), published="2024-04-23")
    make_claim(june, Property.DATE_CREATED, date="2024-06-18")
    return april, june


@pytest.mark.django_db
def test_every_check_finds_something_on_every_item_and_a_second_run_writes_nothing(recycled: object) -> None:
    check_all_that_is_due()
    findings, entries = Finding.objects.count(), LedgerEntry.objects.count()

    check_items.check(list(Item.objects.values_list("pk", flat=True)))
    check_all_that_is_due()

    assert findings == 2 * len(CHECKS)
    assert (Finding.objects.count(), LedgerEntry.objects.count()) == (findings, entries)


@pytest.mark.django_db
def test_a_finding_is_made_anew_when_what_it_rests_on_changes_and_the_old_one_stays(
    recycled: tuple[Item, Item], people: dict
) -> None:
    april, june = recycled
    check_all_that_is_due()
    assert outcome(june) == "NOT_APPLICABLE"

    match = make_match(april, june)
    check_all_that_is_due()
    assert outcome(june) == "INCONCLUSIVE"

    rule_on_match(match, standing=Standing.ACCEPTED, by=people["moderator"])
    check_all_that_is_due()
    assert outcome(june) == "CONTRADICTORY"
    assert [finding.outcome for finding in june.findings.filter(check_slug=SLUG).order_by("pk")] == [
        "NOT_APPLICABLE",
        "INCONCLUSIVE",
        "CONTRADICTORY",
    ]


@pytest.mark.django_db
def test_what_changes_at_a_copy_is_weighed_at_the_item_too(recycled: tuple[Item, Item]) -> None:
    _april, june = recycled
    other = make_item()
    make_match(june, other)
    check_all_that_is_due()

    make_appearance(other, make_outlet("Littoral Press"), published="2024-05-01")
    say(other)
    check_all_that_is_due()

    assert outcome(june) == "INCONCLUSIVE"


@pytest.mark.django_db
def test_what_changes_at_a_copy_of_a_copy_is_weighed_at_the_item_too(recycled: tuple[Item, Item]) -> None:
    _april, june = recycled
    between, far = make_item(), make_item()
    make_match(june, between)
    make_match(between, far)
    check_all_that_is_due()
    assert outcome(june) == "NOT_APPLICABLE"

    make_appearance(far, make_outlet("Littoral Press"), published="2024-05-01")
    say(far)
    check_all_that_is_due()

    assert outcome(june) == "INCONCLUSIVE"


@pytest.mark.django_db
def test_an_event_of_very_many_items_is_checked_in_parts_and_what_is_left_stays_due(
    recycled: tuple[Item, Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event("Crossing", date="2024-06-18")
    items = [*recycled, *(make_item() for _number in range(3))]
    for item in items:
        make_claim(item, Property.EVENT, value_event=event)
    check_all_that_is_due()
    for name in ("LOOKED_UP", "KEYS_AT_ONCE"):
        monkeypatch.setattr(check_items, name, 2)

    with recording():
        act(verb="change", subject=event, actor="test")

    assert check_items.follow()
    assert check_items.still_to_check().count() == 3
    check_all_that_is_due()
    assert not check_items.still_to_check().exists()


@pytest.mark.django_db
def test_an_item_on_which_a_check_fails_keeps_no_other_from_being_checked(
    recycled: tuple[Item, Item], people: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    april, _june = recycled

    def fails_on_april(evidence: Evidence) -> Iterable[Observation]:
        if evidence.item == april.pk:
            raise ZeroDivisionError
        return CHECKS[0].weigh(evidence)

    monkeypatch.setattr(check_items, "CHECKS", (replace(CHECKS[0], weigh=fails_on_april), *CHECKS[1:]))
    check_all_that_is_due()

    assert outcome(april, CHECKS[0].slug) == "INCONCLUSIVE"
    assert CurrentFinding.objects.count() == 2 * len(CHECKS)
    shown = findings_on(april, people["researcher"], withheld=withheld_from(people["researcher"], [april]))
    assert any(each.sentence.startswith("This check failed on this item") for each in shown)


@pytest.mark.django_db
def test_an_event_that_changes_has_its_items_checked(recycled: tuple[Item, Item]) -> None:
    _april, june = recycled
    event = make_event("Crossing", date="2024-06-18")
    make_claim(june, Property.EVENT, value_event=event)
    check_all_that_is_due()
    before = CheckedItem.objects.get(item=june).checked_at

    with recording():
        act(verb="change", subject=event, actor="test")
    check_all_that_is_due()

    assert CheckedItem.objects.get(item=june).checked_at > before


@pytest.mark.django_db
def test_another_version_of_a_check_makes_every_item_due(recycled: object, monkeypatch: pytest.MonkeyPatch) -> None:
    check_all_that_is_due()
    assert not check_items.still_to_check().exists()

    monkeypatch.setattr(check_items, "CHECKS", (replace(CHECKS[0], version="next"), *CHECKS[1:]))
    assert check_items.still_to_check().count() == 2
    check_all_that_is_due()

    assert Finding.objects.filter(check_slug=CHECKS[0].slug, version="next").count() == 2
    assert CurrentFinding.objects.count() == 2 * len(CHECKS)


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_items() -> None:
    outlet = make_outlet("The Kentish Post")

    def asked(number: int) -> int:
        items = [make_item() for _number in range(number)]
        for item in items:
            make_claim(item, Property.DATE_CREATED, date="2024-06-18")
            make_appearance(item, outlet, published="2024-06-19")
        with CaptureQueriesContext(connection) as queries:
            check_items.check([item.pk for item in items])
        # Rows are inserted together, as many as a database takes in one statement.
        return sum(not query["sql"].startswith("INSERT") for query in queries)

    assert asked(2) >= asked(20)
    assert asked(20) <= 30


@pytest.mark.django_db
def test_the_database_refuses_to_change_a_finding(recycled: object) -> None:
    check_all_that_is_due()

    with pytest.raises(DatabaseError), transaction.atomic():
        Finding.objects.update(outcome="CONSISTENT")
    with pytest.raises(DatabaseError), transaction.atomic():
        Finding.objects.all()._raw_delete(using="default")


@pytest.mark.django_db(transaction=True)
def test_two_who_check_at_once_keep_each_finding_once() -> None:
    items = [make_item().pk for _number in range(3)]

    together(lambda: check_items.check(items), lambda: check_items.check(items), check_items.follow)

    assert Finding.objects.count() == len(items) * len(CHECKS)
    with snapshot():
        assert LedgerEntry.objects.filter(verb=Finding.VERB).count() == len(items)


@pytest.mark.django_db(transaction=True)
def test_who_checks_waits_for_a_change_of_several_items_and_not_in_a_circle() -> None:
    first, second = make_item(), make_item()
    check_items.check([first.pk, second.pk])
    outlet = make_outlet("The Kentish Post")
    for item in (first, second):
        make_claim(item, Property.DATE_CREATED, date="2024-06-18")
        make_appearance(item, outlet, published="2024-04-23")
    # Its row now stands behind that of the other, and is come to later where no order is asked for.
    Item.objects.filter(pk=first.pk).update(file_name="moved.jpg")

    def change() -> None:
        with changing([first]):
            until_somebody_waits()
            list(Item.objects.filter(pk=second.pk).select_for_update(no_key=True))

    together(change, lambda: check_items.check([first.pk, second.pk]))

    assert Item.objects.filter(is_contradicted=True).count() == 2


@pytest.mark.django_db
def test_the_command_tells_what_contradicts_and_gives_each_finding_as_json(
    recycled: tuple[Item, Item], capsys: pytest.CaptureFixture
) -> None:
    _april, june = recycled
    make_appearance(june, make_outlet("Littoral Press"), published="2024-05-02")

    call_command("check_items")
    told = capsys.readouterr().out
    assert f"{june.pk} {june.file_name}: CONTRADICTORY {SLUG}: Said to be made 18 June 2024" in told
    assert "2 items checked" in told

    call_command("check_items", june.pk, "--json")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["check"] for row in rows} == {check.slug for check in CHECKS}
    row = next(row for row in rows if row["check"] == SLUG)
    assert list(row) == ["item", "check", "version", "outcome", "code", "sentence"]
    assert (row["item"], row["outcome"], row["code"]) == (june.pk, "CONTRADICTORY", "after")


@pytest.mark.django_db
def test_the_command_refuses_what_is_no_item() -> None:
    with pytest.raises(CommandError, match=r"No item has the number 4711\."):
        call_command("check_items", 4711)
    with pytest.raises(CommandError, match="not both"):
        call_command("check_items", 4711, "--all")


def test_every_check_tells_all_of_itself() -> None:
    assert len({check.slug for check in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        assert check.title and check.meaning and check.limits and check.sentences
