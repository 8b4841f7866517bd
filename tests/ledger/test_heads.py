"""The tree grows with the entries, its heads are signed, and an earlier one tells a ledger that was written anew."""

import importlib
import os
import re
import stat
from datetime import UTC
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.state import ProjectState
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from archive.ledger import grow_tree
from archive.ledger.chain import GENESIS, Link, digest, entry_bytes, moment
from archive.ledger.grow_tree import frontier_of
from archive.ledger.heads import prove_consistency, prove_inclusion, prove_inclusions, root_of_entries, signed_head
from archive.ledger.merkle_tree import EMPTY_ROOT, is_consistent, is_included, leaf_hash
from archive.ledger.models import LedgerEntry, LedgerHead, LedgerSubtrees
from archive.ledger.record_acts import act, recording
from archive.ledger.signed_notes import read_request, read_signed_head, read_verifier_key
from archive.ledger.signing_key import NoSigningKey, keys_named, make_key, replace_key, signing_key
from tests.two_at_once import together


def record(*verbs: str) -> None:
    with recording():
        for verb in verbs:
            act(verb=verb, subject="item:1", actor="anna")


def said(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def without_triggers() -> None:
    """Do as somebody does who owns the database."""
    with connection.cursor() as cursor:
        for table in ("ledger_ledgerentry", "ledger_ledgersubtrees"):
            for name in ("update", "delete"):
                on = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_{name}{on}")


def write_anew(change: dict[int, str]) -> None:
    """Write the whole ledger anew with other actors: chain, tree and head all fit together afterwards."""
    without_triggers()
    links = [Link(*row) for row in LedgerEntry.objects.order_by("sequence").values_list(*Link._fields)]
    LedgerEntry.objects.all().delete()
    LedgerSubtrees.objects.all().delete()
    previous = GENESIS
    for link in links:
        altered = link._replace(actor=change.get(link.sequence, link.actor), previous_hash=previous)
        previous = digest(altered)
        LedgerEntry.objects.create(**altered._asdict(), entry_hash=previous)
    head = LedgerHead.objects.get()
    head.entry_hash, head.tree_size, head.frontier = previous, 0, ""
    grow_tree.grow(head, LedgerEntry, LedgerSubtrees)
    head.save()


@given(
    st.builds(
        Link, st.integers(1, 2**53 - 1), st.datetimes().map(lambda at: at.replace(tzinfo=UTC)),
        *[st.text(st.characters(exclude_categories=["Cs"]))] * 5,
    )
)  # fmt: skip
def test_the_bytes_of_an_entry_are_canonical_by_rfc_8785(link: Link) -> None:
    covered = link._asdict() | {"occurred_at": moment(link.occurred_at)}

    assert entry_bytes(link) == rfc8785.dumps(covered)


@pytest.mark.django_db
def test_the_tree_grows_with_the_entries() -> None:
    record("first")
    record("second", "third", "fourth")
    record("fifth")

    entries = [entry_bytes(Link(*row)) for row in LedgerEntry.objects.order_by("pk").values_list(*Link._fields)]
    head = LedgerHead.objects.get()
    root = frontier_of(head).root()
    assert head.tree_size == 5
    assert root == root_of_entries(5)
    for at, entry in enumerate(entries):
        assert is_included(at, 5, leaf_hash(entry), prove_inclusion(at + 1, 5), root)
    for first in range(6):
        assert is_consistent(first, 5, root_of_entries(first), root, prove_consistency(first, 5))
    assert [len(row.hashes) // 64 for row in LedgerSubtrees.objects.order_by("pk")] == [1, 2, 1, 3, 1]


@pytest.mark.django_db
def test_an_act_costs_as_many_queries_whatever_the_size(django_assert_num_queries: Any) -> None:
    record("first")
    for _ in range(9):
        # Savepoint and release, the head locked; what is written, by one statement where each is a way to the server.
        with django_assert_num_queries(6 if connection.vendor == "sqlite" else 4):
            record("one more", "and another")


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE {} SET hashes = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_tree(change: str) -> None:
    record("first")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format("ledger_ledgersubtrees"))


@pytest.mark.django_db
def test_the_migration_makes_the_tree_over_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    record(*(f"act {number}" for number in range(21)))
    whole = list(LedgerSubtrees.objects.order_by("pk").values_list("pk", "hashes"))
    frontier = LedgerHead.objects.get().frontier
    without_triggers()
    LedgerSubtrees.objects.all().delete()
    LedgerHead.objects.update(tree_size=0, frontier="")
    # More than once round.
    monkeypatch.setattr(grow_tree, "_AT_ONCE", 4)

    migration = importlib.import_module("archive.ledger.migrations.0003_merkle_tree")
    migration.build_tree(ProjectState.from_apps(apps).apps, None)

    assert list(LedgerSubtrees.objects.order_by("pk").values_list("pk", "hashes")) == whole
    assert (LedgerHead.objects.get().tree_size, LedgerHead.objects.get().frontier) == (21, frontier)


@pytest.mark.django_db
def test_what_an_older_process_wrote_is_taken_into_the_tree() -> None:
    record("first", "second")
    without_triggers()
    LedgerSubtrees.objects.filter(pk=2).delete()
    first = LedgerSubtrees.objects.get()
    LedgerHead.objects.update(tree_size=1, frontier=first.hashes)
    with pytest.raises(CommandError, match="a process that was started before the update"):
        call_command("verify_ledger")

    record("third")

    assert frontier_of(LedgerHead.objects.get()).root() == root_of_entries(3)
    call_command("verify_ledger")


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_tree() -> None:
    def write() -> None:
        for number in range(5):
            record(f"act {number}", "and another")

    together(write, write, write)

    call_command("verify_ledger")
    assert LedgerHead.objects.get().tree_size == 30


@pytest.mark.django_db
def test_the_key_is_made_once_and_is_for_this_account_alone(settings: Any) -> None:
    key = make_key()

    assert make_key().public == key.public == signing_key().public == keys_named()[-1]
    file = Path(settings.VAR_ROOT) / "ledger_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == ["ledger_key"]
    assert LedgerEntry.objects.filter(verb="make ledger key").count() == 1


@pytest.mark.django_db
def test_a_key_that_is_lost_is_not_made_anew_in_silence(settings: Any) -> None:
    with pytest.raises(NoSigningKey, match="prepare"):
        signing_key()
    first = make_key()
    (Path(settings.VAR_ROOT) / "ledger_key").unlink()

    with pytest.raises(NoSigningKey, match="Copy the file"):
        make_key()
    with pytest.raises(CommandError, match="Copy the file"):
        call_command("checkpoint")

    second = replace_key()
    assert second.name == first.name
    assert keys_named() == [first.public, second.public]


@pytest.mark.django_db
def test_a_key_that_the_ledger_does_not_name_signs_nothing(settings: Any) -> None:
    make_key()
    file = Path(settings.VAR_ROOT) / "ledger_key"
    other = file.read_text()
    replace_key()
    file.write_text(other)

    with pytest.raises(NoSigningKey, match="is not the one that the ledger names last"):
        signed_head()
    file.write_text("PRIVATE+KEY+x")
    with pytest.raises(NoSigningKey, match="cannot be read"):
        signed_head()


@pytest.mark.django_db
def test_checkpoint_prints_a_head_that_its_key_signed(tmp_path: Path) -> None:
    make_key()
    record("first", "second")

    signed = read_signed_head(said("checkpoint"))
    own, as_witness = map(read_verifier_key, said("checkpoint", "--public-key").split())

    assert signed.head.size == 3
    assert signed.head.root == root_of_entries(3)
    assert signed.is_signed_by(own)
    assert as_witness.public == own.public
    said("checkpoint", out=str(tmp_path / "head"))
    assert (tmp_path / "head").read_text() == signed.note()
    with pytest.raises(CommandError, match="File exists"):
        said("checkpoint", out=str(tmp_path / "head"))


@pytest.mark.django_db
def test_a_proof_is_printed_with_the_head() -> None:
    make_key()
    record("first", "second")
    record("third")

    request = read_request(said("checkpoint", since=2))

    assert is_consistent(2, 4, root_of_entries(2), request.signed.head.root, request.proof)
    with pytest.raises(CommandError, match="The ledger has 4 entries"):
        said("checkpoint", since=5)


@pytest.mark.django_db
def test_an_earlier_head_is_consistent_whatever_came_since(tmp_path: Path) -> None:
    make_key()
    record("first", "second")
    head = tmp_path / "head"
    said("checkpoint", out=str(head))
    record("third")
    replace_key()
    # As mail brings it.
    head.write_bytes(head.read_bytes().replace(b"\n", b"\r\n"))

    assert said("checkpoint", check=str(head)) == "Consistent: the first 3 entries are those of this head.\n"
    assert "Consistent: the first 3 entries" in said("verify_ledger", head=str(head))


@pytest.mark.django_db
@pytest.mark.parametrize("is_key_new", [False, True], ids=["with the key", "with another key"])
def test_a_ledger_written_anew_as_a_whole_is_told_by_one_earlier_head(tmp_path: Path, is_key_new: bool) -> None:
    make_key()
    record("first", "second", "third")
    head = tmp_path / "head"
    said("checkpoint", out=str(head))
    record("fourth")
    write_anew({3: "somebody else"})
    if is_key_new:
        replace_key()
        LedgerEntry.objects.filter(verb="make ledger key").update(
            payload=LedgerEntry.objects.get(verb="replace ledger key").payload
        )
        write_anew({})

    # It fits together, and signs heads.
    call_command("verify_ledger")
    assert read_signed_head(said("checkpoint")).is_signed_by(signing_key().public)
    for command, option in (("checkpoint", "check"), ("verify_ledger", "head")):
        with pytest.raises(CommandError, match="Fork: its first 4 entries give the root") as told:
            said(command, **{option: str(head)})
        assert told.value.returncode == 1
        assert ("No key that this ledger names signed it" in str(told.value)) == is_key_new


@pytest.mark.django_db
def test_a_ledger_that_was_cut_is_told(tmp_path: Path) -> None:
    make_key()
    record("first", "second", "third")
    head = tmp_path / "head"
    said("checkpoint", out=str(head))
    without_triggers()
    LedgerEntry.objects.filter(pk=4).delete()
    LedgerSubtrees.objects.filter(pk=4).delete()

    with pytest.raises(CommandError, match="has 3 entries, and the head 4: some are gone") as told:
        said("checkpoint", check=str(head))
    assert told.value.returncode == 1


@pytest.mark.django_db
def test_a_head_that_anybody_may_have_written_proves_nothing(tmp_path: Path) -> None:
    make_key()
    record("first")
    head = tmp_path / "head"
    note = said("checkpoint")
    head.write_text(re.sub(r"(— \S+ .{20}).", lambda m: m[1] + ("A" if m[0][-1] != "A" else "B"), note))

    with pytest.raises(CommandError, match="no key that this ledger names has signed it") as told:
        said("checkpoint", check=str(head))
    assert told.value.returncode == 2
    head.write_text("no head")
    with pytest.raises(CommandError, match="is no head of a ledger: it has no empty line") as told:
        said("checkpoint", check=str(head))
    assert told.value.returncode == 2
    with pytest.raises(CommandError, match="cannot be read"):
        said("checkpoint", check=str(tmp_path))


@pytest.mark.django_db
def test_an_empty_ledger_has_the_empty_root() -> None:
    assert frontier_of(LedgerHead()).root() == EMPTY_ROOT == root_of_entries(0)


@pytest.mark.django_db
def test_the_proofs_of_many_entries_are_those_of_each_and_cost_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    record(*(f"act {number}" for number in range(100)))

    with django_assert_num_queries(1):
        proofs = prove_inclusions(range(1, 98), 97)

    assert proofs == {sequence: prove_inclusion(sequence, 97) for sequence in range(1, 98)}
