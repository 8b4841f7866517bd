"""Only who holds the lease of a line records what became of it."""

import io
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from archive.accounts.models import User
from archive.ingest import failed_lines, process_lines
from archive.ingest.models import LONGEST_WAIT, AccessionLine, DeliveredSidecar
from archive.ledger.models import LedgerEntry
from archive.matching.make_fingerprints import still_to_do
from archive.matching.models import Fingerprint
from tests.ingest.pictures import jpeg
from tests.ingest.test_process_lines import receive, send
from tests.two_at_once import meet, together

pytestmark = pytest.mark.django_db

State, Outcome = AccessionLine.State, AccessionLine.Outcome


def end_the_lease() -> None:
    AccessionLine.objects.update(leased_until=timezone.now() - timedelta(seconds=1))


def test_a_worker_that_slept_past_its_lease_changes_nothing_of_what_another_did() -> None:
    line = send(jpeg(1))
    with process_lines.Bench(1) as late, process_lines.Bench(1) as quick:
        late.take(process_lines.lease(count=1))
        end_the_lease()
        process_lines.work_off(quick)
        [told] = late.finish_some()

    line.refresh_from_db()
    assert (line.state, line.outcome) == (State.DONE, Outcome.CREATED)
    assert told.outcome == Outcome.CREATED
    assert LedgerEntry.objects.filter(verb__in=["bring in", "deliver again"]).count() == 1


def test_a_line_that_another_is_reading_is_left_to_it() -> None:
    line = send(jpeg(1))
    with process_lines.Bench(1) as late:
        late.take(process_lines.lease(count=1))
        end_the_lease()
        process_lines.lease_lost()
        [told] = late.finish_some()

    line.refresh_from_db()
    assert (line.state, line.outcome) == (State.WORKING, "")
    assert "another worker reads it" in told.reason


def test_a_lease_is_renewed_while_its_worker_lives(monkeypatch) -> None:
    line = send(jpeg(1))
    with process_lines.Bench(1) as bench:
        bench.take(process_lines.lease(count=1))
        before = AccessionLine.objects.get(pk=line.pk).leased_until
        bench._renewed_at -= process_lines.LEASE.total_seconds()
        bench._renew()
        after = AccessionLine.objects.get(pk=line.pk).leased_until
        bench.finish_some()

    line.refresh_from_db()
    assert after > before
    assert line.outcome == Outcome.CREATED


def test_the_bytes_of_a_refusal_that_could_not_be_recorded_stay_in_the_spool(monkeypatch) -> None:
    line = send(b"no picture at all")
    refuse = process_lines._record_refused

    def fail(*_: object) -> None:
        raise RuntimeError("the disk of the database is full")

    monkeypatch.setattr(process_lines, "_record_refused", fail)
    with process_lines.Bench(1) as bench:
        bench.take(process_lines.lease(count=1))
        bench.finish_some()
        line.refresh_from_db()
        assert (line.state, line.spool_path.exists()) == (State.WAITING, True)

        monkeypatch.setattr(process_lines, "_record_refused", refuse)
        bench.take(process_lines.lease(count=1, lines=[line.pk]))
        bench.finish_some()

    line.refresh_from_db()
    assert line.outcome == Outcome.REFUSED
    assert line.spool_name == ""


def test_a_person_may_ask_for_a_line_that_was_given_up(people) -> None:
    line = send(jpeg(1))
    AccessionLine.objects.update(attempts=process_lines.MOST_ATTEMPTS)

    assert process_lines.lease(count=1) == []
    assert process_lines.lease(count=1, lines=[line.pk]) == [line]


class Killed(BaseException):
    """Nothing that runs after it in the process of a worker that is killed does anything."""


def test_a_file_that_kills_its_worker_each_time_costs_no_other_more_than_one_attempt(monkeypatch) -> None:
    lines = [send(jpeg(number)) for number in range(5)]
    deadly, others = lines[2], [*lines[:2], *lines[3:]]
    finish = process_lines.Bench.finish_some

    def finish_or_die(bench: process_lines.Bench) -> list[AccessionLine]:
        if deadly in [job.line for job in bench.jobs]:
            raise Killed
        return finish(bench)

    monkeypatch.setattr(process_lines.Bench, "finish_some", finish_or_die)
    for _start in range(process_lines.MOST_ATTEMPTS + 1):
        with suppress(Killed):
            process_lines.work_off()
        end_the_lease()
        process_lines.give_up_on_lost_lines(now=timezone.now())

    deadly.refresh_from_db()
    assert (deadly.state, deadly.attempts) == (State.FAILED, process_lines.MOST_ATTEMPTS)
    for line in others:
        line.refresh_from_db()
        assert (line.outcome, line.attempts) == (Outcome.CREATED, 2)


def test_what_was_lost_is_tried_before_what_is_new_and_holds_nothing_new_up() -> None:
    lost, new = send(jpeg(1)), send(jpeg(2))
    AccessionLine.objects.filter(pk=lost.pk).update(state=State.WORKING, attempts=1)
    end_the_lease()

    process_lines.work_off()

    lost.refresh_from_db()
    new.refresh_from_db()
    assert lost.outcome == new.outcome == Outcome.CREATED
    assert lost.finished_at < new.finished_at


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_have_two_lost_lines_in_hand() -> None:
    lines = [send(jpeg(number)) for number in range(4)]
    AccessionLine.objects.update(state=State.WORKING, attempts=1)
    end_the_lease()
    taken: list[AccessionLine] = []

    def take() -> None:
        taken.extend(process_lines.lease_lost())

    together(take, take)
    meet(take, take)

    assert taken == lines[:1]
    # Once that one is done, or lost again, one that was tried less often is next.
    end_the_lease()
    assert process_lines.lease_lost() == [lines[1]]


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)], ids=["an hour", "a year"])
def test_a_clock_set_back_makes_nothing_wait_for_the_difference(back: timedelta) -> None:
    before = timezone.now()
    new, put_off, lost = send(jpeg(1)), send(jpeg(2)), send(jpeg(3))
    AccessionLine.objects.filter(pk=put_off.pk).update(not_before=before + LONGEST_WAIT, attempts=2)
    AccessionLine.objects.filter(pk=lost.pk).update(
        state=State.WORKING, leased_until=before + process_lines.LEASE, attempts=1
    )

    due = AccessionLine.objects.due(before - back)

    assert set(due) == {new, put_off, lost}


def test_a_wait_and_a_lease_hold_while_the_clock_goes_on() -> None:
    now = timezone.now()
    put_off, held = send(jpeg(1)), send(jpeg(2))
    AccessionLine.objects.filter(pk=put_off.pk).update(not_before=now + LONGEST_WAIT, attempts=2)
    AccessionLine.objects.filter(pk=held.pk).update(state=State.WORKING, leased_until=now + process_lines.LEASE)

    assert not AccessionLine.objects.due(now)
    # The clocks of two machines are never quite the same.
    assert not AccessionLine.objects.due(now - timedelta(minutes=1))


def test_a_fingerprint_is_in_nobodys_hands_after_the_clock_was_set_back() -> None:
    send(jpeg(1))
    process_lines.work_off()
    now = timezone.now()
    Fingerprint.objects.update(leased_until=now + timedelta(seconds=120))

    assert not still_to_do(now)
    assert still_to_do(now - timedelta(hours=1)).count() == 1


@pytest.mark.django_db(transaction=True)
def test_words_that_point_to_a_line_are_kept_while_it_is_leased_tried_again_or_answered(
    people: dict[str, User],
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    leased = send(jpeg(1))
    accession = leased.accession

    def fail(name: str) -> AccessionLine:
        line = receive(io.BytesIO(jpeg(2)), accession=accession, original_name=name)
        AccessionLine.objects.filter(pk=line.pk).update(state=State.FAILED, spool_name=name)
        return line

    def point_to(line: AccessionLine, number: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # Shorter than it takes the other to see that somebody waits, and to end.
            cursor.execute("SET LOCAL lock_timeout = '5ms'")
            DeliveredSidecar.objects.create(
                accession=accession, name=f"{number}.xmp", content=b"", digest=str(number), received_at=timezone.now(),
                line=line,
            )  # fmt: skip

    def take() -> None:
        [line] = process_lines.lease(count=1, lines=[leased.pk])
        job: Any = SimpleNamespace(line=line, leased_until=line.leased_until)
        assert process_lines._still_ours([job]) == [job]

    one, several = fail("one.jpg"), fail("several.jpg")
    # A worker was woken by each arrival and was done with it.
    AccessionLine.objects.filter(pk=leased.pk).update(state=State.WAITING)
    meet(take, lambda: point_to(leased, 1))
    meet(lambda: process_lines.retry(one, by=people["archivist"]), lambda: point_to(one, 2))
    meet(lambda: failed_lines.retry_failed(by=people["archivist"]), lambda: point_to(several, 3))

    assert DeliveredSidecar.objects.count() == 3
