"""
Let four processes write entries of the ledger at once, beside plain INSERTs of the same rows by as many.

    DATABASE_URL=postgres://… python benchmarks/ledger.py [--entries 100000] [--writers 4] [--acts 1 10 100]

In a database of its own, which is made and removed. Each transaction has so many acts; both ways go through the ORM,
insert one row an act into tables of the same columns and indexes, and commit as often. Afterwards the whole chain and
tree are walked, and proofs of a thousand entries and heads are checked.
"""

import argparse
import multiprocessing
import os
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

PROOFS = 1000
PLAIN_TABLE = "plain_entries"


def main() -> int:
    options = _options()
    import django

    django.setup()
    from django.db import connection

    if connection.vendor != "postgresql":
        print("Set DATABASE_URL to a PostgreSQL: on SQLite there is one writer at a time, whatever it writes.")
        return 2
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return _compare(options)
    finally:
        connection.creation.destroy_test_db(os.environ["BENCHMARK_DATABASE"], verbosity=0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--acts", type=int, nargs="+", default=[1, 10, 100], help="in one transaction")
    return parser.parse_args()


def _compare(options: argparse.Namespace) -> int:
    from django.db import connection

    os.environ["BENCHMARK_DATABASE"] = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {PLAIN_TABLE} (LIKE ledger_ledgerentry INCLUDING INDEXES)")
    connection.close()
    for acts in options.acts:
        plain = _timed(_write_plainly, options, acts)
        recorded = _timed(_record, options, acts)
        print(
            f"{acts:4} acts a transaction: plain {plain:7,.0f} rows a second, ledger {recorded:7,.0f} entries a "
            f"second, {recorded / plain:.2f}",
            flush=True,
        )
    print(_hold(options))
    return 0


def _timed(write: object, options: argparse.Namespace, acts: int) -> float:
    """Return how many entries a second all writers write together."""
    spawn = multiprocessing.get_context("spawn")
    each = options.entries // options.writers // acts
    ready, start = spawn.Barrier(options.writers + 1), time.perf_counter
    writers = [
        spawn.Process(target=_writer, args=(write.__name__, ready, at, each, acts)) for at in range(options.writers)
    ]
    for writer in writers:
        writer.start()
    ready.wait()
    begun = start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    return each * acts * options.writers / (start() - begun)


def _writer(write: str, ready: object, at: int, transactions: int, acts: int) -> None:
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = os.environ["BENCHMARK_DATABASE"]
    connection.ensure_connection()
    ready.wait()
    globals()[write](at, transactions, acts)


def _payload(number: int) -> dict[str, object]:
    return {
        "claim": number,
        "property": "location_shown",
        "reason": "the pier, as on the card of 1936",
        "digest": "0" * 64,
    }


def _record(at: int, transactions: int, acts: int) -> None:
    from archive.ledger.record_acts import act, recording

    for transaction in range(transactions):
        with recording():
            for number in range(acts):
                act(
                    verb="benchmark",
                    subject=f"catalogue.item:{number}",
                    actor=f"writer {at}",
                    payload=_payload(transaction),
                )


def _write_plainly(at: int, transactions: int, acts: int) -> None:
    from django.db import transaction
    from django.utils import timezone

    from archive.ledger.chain import canonical
    from archive.ledger.models import LedgerEntry

    LedgerEntry._meta.db_table = PLAIN_TABLE
    first = random.Random(at + time.time_ns()).getrandbits(62)
    for done in range(transactions):
        with transaction.atomic():
            LedgerEntry.objects.bulk_create(
                LedgerEntry(
                    sequence=first + done * acts + number,
                    occurred_at=timezone.now(),
                    actor=f"writer {at}",
                    verb="benchmark",
                    subject=f"catalogue.item:{number}",
                    payload=canonical(_payload(done)),
                    previous_hash="0" * 64,
                    entry_hash=f"{first + done * acts + number:064x}",
                )
                for number in range(acts)
            )


def _hold(options: argparse.Namespace) -> str:
    """Walk all of it and check proofs; say how that went."""
    from django.core.management import call_command

    from archive.ledger.chain import Link, entry_bytes
    from archive.ledger.heads import prove_consistency, prove_inclusion, root_of_entries
    from archive.ledger.merkle_tree import is_consistent, is_included, leaf_hash
    from archive.ledger.models import LedgerEntry

    begun = time.perf_counter()
    call_command("verify_ledger")
    walked = time.perf_counter() - begun
    size, draw = LedgerEntry.objects.count(), random.Random(1)
    root = root_of_entries(size)
    begun = time.perf_counter()
    for sequence in draw.sample(range(1, size + 1), PROOFS):
        link = Link(*LedgerEntry.objects.filter(pk=sequence).values_list(*Link._fields).get())
        assert is_included(sequence - 1, size, leaf_hash(entry_bytes(link)), prove_inclusion(sequence, size), root)
    proved = (time.perf_counter() - begun) / PROOFS
    for first in draw.sample(range(1, size + 1), 5):
        assert is_consistent(first, size, root_of_entries(first), root, prove_consistency(first, size))
    return (
        f"{size:,} entries hold, walked in {walked:.0f} s; {PROOFS} of them proved, {proved * 1000:.1f} ms each; "
        "5 heads proved"
    )


if __name__ == "__main__":
    sys.exit(main())
