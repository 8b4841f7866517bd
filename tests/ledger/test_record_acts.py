import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from archive.ledger.chain import Link, first_broken
from archive.ledger.models import LedgerEntry, LedgerHead
from archive.ledger.record_acts import NotRecording, act, recording


def walk() -> list[tuple[Link, str]]:
    rows = LedgerEntry.objects.order_by("sequence").values_list(*Link._fields, "entry_hash")
    return [(Link(*fields), stored) for *fields, stored in rows]


@pytest.mark.django_db
def test_acts_are_chained_in_order() -> None:
    with recording():
        act(verb="first", subject="item:1", actor="anna", payload={"b": 1, "a": "é"})
        act(verb="second", subject="item:1", actor=None)

    first, second = LedgerEntry.objects.order_by("sequence")
    assert (first.sequence, second.sequence) == (1, 2)
    assert first.payload == '{"a":"é","b":1}'
    assert second.previous_hash == first.entry_hash
    assert second.actor == "system"
    assert first_broken(walk()) is None


@pytest.mark.django_db
def test_an_act_outside_recording_is_refused() -> None:
    with pytest.raises(NotRecording):
        act(verb="lost", subject="item:1", actor=None)


@pytest.mark.django_db
def test_an_act_that_fails_leaves_no_entry() -> None:
    with pytest.raises(ZeroDivisionError), recording():
        act(verb="half done", subject="item:1", actor=None)
        1 / 0  # noqa: B018

    assert not LedgerEntry.objects.exists()


@pytest.mark.django_db
def test_a_nested_block_that_fails_takes_only_its_own_acts_back() -> None:
    with recording():
        act(verb="outer", subject="item:1", actor=None)
        with pytest.raises(ZeroDivisionError), recording():
            act(verb="inner", subject="item:1", actor=None)
            1 / 0  # noqa: B018

    assert [entry.verb for entry in LedgerEntry.objects.all()] == ["outer"]


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE ledger_ledgerentry SET actor = 'x'", "DELETE FROM ledger_ledgerentry"])
def test_the_database_refuses_to_change_an_entry(change: str) -> None:
    with recording():
        act(verb="stays", subject="item:1", actor=None)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db
def test_verify_ledger_names_the_first_broken_entry() -> None:
    with recording():
        for number in range(3):
            act(verb=f"act {number}", subject="item:1", actor=None)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER ledger_ledgerentry_refuse_update")
        else:
            cursor.execute("ALTER TABLE ledger_ledgerentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_ledgerentry SET actor = 'somebody else' WHERE sequence = 2")

    with pytest.raises(CommandError, match="broken at entry 2: entry 2 was altered"):
        call_command("verify_ledger")


@pytest.mark.django_db
def test_verify_ledger_misses_an_entry_cut_off_at_the_end() -> None:
    with recording():
        act(verb="first", subject="item:1", actor=None)
    LedgerHead.objects.update(sequence=2)

    with pytest.raises(CommandError, match="broken at entry 2"):
        call_command("verify_ledger")


@pytest.mark.django_db(transaction=True)
def test_an_act_that_follows_on_the_commit_is_recorded_too() -> None:
    def follow() -> None:
        with recording():
            act(verb="second", subject="item:1", actor=None)

    with recording():
        act(verb="first", subject="item:1", actor=None)
        transaction.on_commit(follow)

    assert list(LedgerEntry.objects.order_by("sequence").values_list("verb", flat=True)) == ["first", "second"]
    assert first_broken(walk()) is None


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_make_one_chain() -> None:
    def write(name: str) -> None:
        try:
            for number in range(5):
                with recording():
                    act(verb=f"{name} {number}", subject="item:1", actor=name)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(f"writer {number}",)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert LedgerEntry.objects.count() == 20
    assert first_broken(walk()) is None
