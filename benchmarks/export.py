"""
Export the records of many items, and say how long it takes and how much memory it needs.

    python benchmarks/export.py [--items 50 1000] [--original-kb 200]

In a database and a store of its own, which are removed. The items have captions, claims, an appearance, copies and
findings; each number is exported in a process of its own, sealed and all. Exit 1 where the most needs more than 24 MB
of memory beyond the least: that memory does not grow with the number is the claim.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
MOST_GROWTH_MB = 24
AT_ONCE = 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, nargs="+", default=[50, 1000])
    parser.add_argument("--original-kb", type=int, default=200)
    parser.add_argument("--export", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--make", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.make:
        return make(options.make, options.original_kb)
    if options.export:
        return measure(options.export)
    with tempfile.TemporaryDirectory(prefix="strandline-export-") as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "archive.settings",
            "DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{folder}/export.sqlite3"),
            "VAR_ROOT": f"{folder}/var",
            "MEDIA_ROOT": f"{folder}/media",
        }
        kb = ["--original-kb", str(options.original_kb)]
        subprocess.run([sys.executable, __file__, "--make", str(max(options.items)), *kb], env=environment, check=True)
        needed = []
        for number in options.items:
            command = [sys.executable, __file__, "--export", str(number)]
            said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.split()
            seconds, megabytes, queries = float(said[0]), float(said[1]), int(said[2])
            needed.append(megabytes)
            print(
                f"{number} items: {seconds:.1f} s, {number / seconds:.1f} a second, "
                f"{queries / number:.1f} queries each, {megabytes:.0f} MB of memory at most"
            )
    return int(max(needed) - min(needed) > MOST_GROWTH_MB)


def make(number: int, original_kb: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from archive.catalogue.models import Item
    from archive.ledger.signing_key import make_key
    from archive.provenance.check_items import check
    from archive.standards.vocabulary import Property, SourceKind
    from tests.builders import (
        make_accession,
        make_appearance,
        make_caption,
        make_claim,
        make_item,
        make_match,
        make_outlet,
        projected_once,
    )
    from tests.exports.kept_bytes import keep_bytes

    make_key()
    accession, outlet = make_accession("Feed"), make_outlet("Courier")
    before = None
    with projected_once():
        for n in range(number):
            content = f"{n:08d}".encode() * (original_kb * 128)
            item = make_item(content=content, accession=accession)
            keep_bytes(item, content)
            make_caption(item, f"Boat {n} on the beach of Dunkirk, Tuesday 18 June 2024. " * 4)
            make_claim(item, Property.DATE_CREATED, date="2024-06-18", kind=SourceKind.DEVICE_METADATA)
            make_claim(item, Property.DATE_CREATED, date=f"2024-0{n % 9 + 1}")
            make_claim(item, Property.CREATOR, value_text=f"Photographer {n % 50}")
            make_appearance(item, outlet, published="2024-06-19", headline=f"Boat {n}")
            if n % 2:
                make_match(before, item)
            before = item
    keys = list(Item.objects.order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(keys), AT_ONCE):
        check(keys[at : at + AT_ONCE])
    return 0


def measure(number: int) -> int:
    import django

    django.setup()
    from django.db import connection

    from archive.catalogue.models import Item
    from archive.exports.readers import archive_staff
    from archive.exports.write_bag import export

    queries = [0]

    def count(execute, sql, params, many, context):
        queries[0] += 1
        return execute(sql, params, many, context)

    keys = list(Item.objects.order_by("pk").values_list("pk", flat=True)[:number])
    with tempfile.TemporaryDirectory() as folder, connection.execute_wrapper(count):
        began = time.perf_counter()
        export(keys, Path(folder) / "bag", reader=archive_staff())
        seconds = time.perf_counter() - began
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, queries[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
