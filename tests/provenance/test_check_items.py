"""Checks are made where something changed, and what they found is kept once."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Item
from archive.extraction.examination_kinds import PROMPT_KINDS
from archive.extraction.models import Examination
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, recording
from archive.ledger.snapshot import snapshot
from archive.projection.item_gate import changing
from archive.provenance import check_items
from archive.provenance.checks.all_checks import CHECKS
from archive.provenance.checks.evidence import Evidence
from archive.provenance.checks.finding import FAILED, Observation
from archive.provenance.gather_evidence import gather
from archive.provenance.models import CheckedItem, ChecksRead, CurrentFinding, Finding, FindingCount
from archive.provenance.rule_on_match import rule_on_match
from archive.provenance.shown_findings import findings_on
from archive.standards.vocabulary import Property, Standing
from tests.builders import (
    NOW,
    make_appearance,
    make_claim,
    make_event,
    make_item,
    make_match,
    make_outlet,
    tell_of_items,
)
from tests.two_at_once import together, until_somebody_waits

SLUG = "date-against-first-publication"


def check_all_that_is_due() -> None:
    tell_of_items()
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
def test_a_look_where_nothing_changed_asks_the_same_few_questions_however_many_items_there_are() -> None:
    def asked() -> list[str]:
        check_all_that_is_due()
        with CaptureQueriesContext(connection) as queries:
            assert not check_items.follow()
        return [query["sql"] for query in queries]

    make_item()
    of_one = asked()
    for _number in range(20):
        make_item()

    assert len(asked()) == len(of_one) <= 10
    assert not any("catalogue_item" in sql for sql in of_one)


@pytest.mark.django_db
def test_the_due_items_are_read_from_the_index_of_marks(recycled: object) -> None:
    check_all_that_is_due()
    with CaptureQueriesContext(connection) as queries:
        assert check_items._due(is_all=True) == []

    for query in queries:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Of so few rows all would be read, but for this.
                cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' * (connection.vendor == 'sqlite')}{query['sql']}")
            plan = str(cursor.fetchall())
        assert "checked_item_versions" in plan


@pytest.mark.django_db
def test_what_changed_is_checked_while_new_files_wait_to_be_examined(recycled: tuple[Item, Item]) -> None:
    _april, june = recycled
    check_all_that_is_due()
    coming = make_item()
    tell_of_items()
    say(june)

    check_items.follow(is_all=False)

    assert list(check_items.still_to_check()) == [coming]
    check_items.follow()
    assert not check_items.still_to_check().exists()


@pytest.mark.django_db
@pytest.mark.parametrize("is_noted", [True, False], ids=["noted before", "noted after"])
def test_a_new_item_waits_until_its_file_was_examined_by_all_kinds_and_no_longer(is_noted: bool) -> None:
    item, other = make_item(), make_item()
    tell_of_items()
    if is_noted:
        check_items.follow(is_all=False)
    for kind in PROMPT_KINDS:
        assert set(check_items.still_to_check()) == {item, other}
        Examination.objects.create(
            media_file=item.media_file, kind=kind.code, version=kind.version, result={}, examined_at=NOW
        )
        check_items.ask_again(item.media_file)
        check_items.follow(is_all=False) if is_noted else None
    check_items.follow(is_all=False)

    assert list(check_items.still_to_check()) == [other]


@pytest.mark.django_db
def test_an_archive_from_before_has_every_unchecked_item_noted_and_its_ledger_taken_as_read() -> None:
    checked, never = make_item(), make_item()
    tell_of_items()
    check_items.check([checked.pk])
    ChecksRead.objects.all().delete()
    migration = import_module("archive.provenance.migrations.0004_due_items")

    migration.note_all(apps, connection.schema_editor())

    assert ChecksRead.objects.get().sequence == LedgerEntry.objects.count()
    assert list(check_items.still_to_check()) == [never]
    check_items.follow()
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
def test_an_item_whose_evidence_cannot_be_gathered_is_told_and_keeps_no_other_from_being_checked(
    recycled: tuple[Item, Item], capsys: pytest.CaptureFixture
) -> None:
    _april, june = recycled
    broken = make_item()
    claim = make_claim(broken, Property.DATE_CREATED, date="2024")
    claim.pk, claim.value_edtf = None, "no date at all"
    claim.save(force_insert=True)

    call_command("check_items")

    told = capsys.readouterr().out
    assert f"{broken.pk} {broken.file_name}: INCONCLUSIVE {SLUG}: This check failed on this item" in told
    assert told.count("failed on this item") == len(CHECKS)
    assert set(broken.findings.values_list("code", flat=True)) == {FAILED}
    assert outcome(june) == "NOT_APPLICABLE"
    assert not Finding.objects.exclude(item=broken).filter(code=FAILED).exists()
    assert not check_items.still_to_check().exists()


@pytest.mark.django_db
def test_what_failed_is_tried_again_by_itself_less_and_less_often_until_it_succeeds(
    recycled: tuple[Item, Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    april, _june = recycled
    tries = 0

    def fails(items: list[Item]) -> list[Evidence]:
        nonlocal tries
        tries += items == [april]
        if april in items:
            raise LookupError
        return gather(items)

    def once_it_is_time() -> CheckedItem:
        CheckedItem.objects.filter(try_at__isnull=False).update(try_at=timezone.now())
        check_all_that_is_due()
        return CheckedItem.objects.get(item=april)

    monkeypatch.setattr(check_items, "gather", fails)
    check_all_that_is_due()
    check_all_that_is_due()
    assert tries == 1
    noted, waits = CheckedItem.objects.get(item=april), []
    for _try in range(check_items.MOST_TRIES - 1):
        waits.append((noted.try_at - noted.checked_at) / timedelta(minutes=1))
        noted = once_it_is_time()
    assert waits == [2, 8, 32, 128, 512]
    assert once_it_is_time().failures == tries == check_items.MOST_TRIES
    assert not CheckedItem.objects.exclude(item=april).exclude(failures=0, try_at=None).exists()

    say(april)
    monkeypatch.setattr(check_items, "gather", gather)
    check_all_that_is_due()

    noted = CheckedItem.objects.get(item=april)
    assert (noted.failures, noted.try_at) == (0, None)
    assert not Finding.objects.current().filter(code=FAILED).exists()


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


def kept_counts() -> dict[tuple[str, str], int]:
    rows = FindingCount.objects.filter(number__gt=0).values_list("check_slug", "outcome", "number")
    return {(slug, outcome): number for slug, outcome, number in rows}


@pytest.mark.django_db
def test_what_each_check_found_is_counted_as_it_changes(recycled: tuple[Item, Item], people: dict) -> None:
    april, june = recycled
    check_all_that_is_due()
    match = make_match(april, june)
    check_all_that_is_due()
    rule_on_match(match, standing=Standing.ACCEPTED, by=people["moderator"])
    check_all_that_is_due()

    assert kept_counts() == Counter(CurrentFinding.objects.values_list("check_slug", "outcome"))
    assert kept_counts()[SLUG, "CONTRADICTORY"] == 1


@pytest.mark.django_db
def test_an_archive_from_before_has_what_stands_counted(recycled: object) -> None:
    check_all_that_is_due()
    counted = kept_counts()
    FindingCount.objects.all().delete()

    import_module("archive.provenance.migrations.0005_finding_counts").count(apps, None)

    assert kept_counts() == counted != {}


@pytest.mark.django_db
def test_what_a_removed_check_found_stands_no_longer_and_is_told(
    recycled: tuple[Item, Item], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    _april, june = recycled
    make_appearance(june, make_outlet("Littoral Press"), published="2024-05-02")
    check_all_that_is_due()
    june.refresh_from_db()
    assert june.is_contradicted
    monkeypatch.setattr(check_items, "CHECKS", tuple(check for check in CHECKS if check.slug != SLUG))
    monkeypatch.setattr(check_items, "AT_ONCE", 1)

    call_command("check_items")

    june.refresh_from_db()
    assert (
        f"The check {SLUG} is no longer made: what it found on items stands no longer (2)." in capsys.readouterr().err
    )
    assert not june.is_contradicted and june.findings.filter(check_slug=SLUG).exists()
    assert not CurrentFinding.objects.filter(check_slug=SLUG).exists()
    assert kept_counts() == Counter(CurrentFinding.objects.values_list("check_slug", "outcome"))
    assert not FindingCount.objects.filter(check_slug=SLUG).exists()
    dropped = LedgerEntry.objects.filter(verb=Finding.DROP_VERB)
    assert list(dropped.values_list("subject", flat=True)) == [f"catalogue.item:{june.pk}"]


@pytest.mark.django_db
def test_workers_drop_what_a_removed_check_found(recycled: object, monkeypatch: pytest.MonkeyPatch) -> None:
    check_all_that_is_due()
    monkeypatch.setattr(check_items, "CHECKS", CHECKS[1:])

    check_items.follow()

    assert not CurrentFinding.objects.filter(check_slug=CHECKS[0].slug).exists()


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
    tell_of_items()

    together(lambda: check_items.check(items), lambda: check_items.check(items), check_items.follow)

    assert Finding.objects.count() == len(items) * len(CHECKS)
    assert kept_counts() == Counter(CurrentFinding.objects.values_list("check_slug", "outcome"))
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
