"""
What the index of items takes to be made and to be kept, among many made-up items.

    python benchmarks/item_index.py --items 100000 [--only making,findable,updates] [--updates 10000] [--together 1]
        [--seconds 60]

Works in the database of DATABASE_URL, else on SQLite in a temporary folder (or in VAR_ROOT, where that is set), and
fills it by `seed_benchmark` as `benchmarks/search.py` does. What it prints:

    making      items a second, of the clock and of a processor (the database's is not in it), memory of the one that
                writes, and the folder
    findable    how long after its transaction an item is found while fifty come in each second, each in one of its own,
                and `manage.py keep_index` runs beside; where the machine cannot keep up, fewer come, which is told
    updates     the folder against what the segments in use take, while items are changed one by one, each in a
                transaction of its own, and each committed to the index by itself; with `--together 10`, ten at a time,
                as they are taken in where many come

Nothing of it is a test: what it measures is this machine as it is now, and says so in its head.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
A_SECOND = 50
# So many write at once, as workers would: one alone waits for the database most of the time.
WORKERS = 8
PARTS = ("making", "findable", "updates")


def megabytes(size_bytes: float) -> str:
    return f"{size_bytes / 1_000_000:,.0f} MB"


def sizes() -> tuple[int, int]:
    """Return the bytes of all files of the index, and of those that belong to segments in use."""
    from archive.item_index import folder
    from archive.item_index.fields import FOLDERS

    known = folder.known(folder.CURRENT)
    assert known
    every, live = 0, 0
    for name in FOLDERS.values():
        path = folder.root() / known.folder / name
        meta = json.loads((path / "meta.json").read_text())
        segments = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
        for file in path.iterdir():
            try:
                size = file.stat().st_size
            except FileNotFoundError:
                continue
            every += size
            live += size if file.name.partition(".")[0] in segments else 0
    return every, live


def of_helpers() -> float:
    """Return the seconds of a processor that processes begun by this one took, of those that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def make() -> None:
    """Make the index in this process."""
    from archive.catalogue.models import Item
    from archive.item_index import folder
    from archive.item_index.keep_index import Keeper

    began, used, helped = time.perf_counter(), time.process_time(), of_helpers()
    with folder.locked():
        keeper = Keeper()
        keeper.begin_anew()
        while keeper.is_building:
            keeper.step()
            if begun := folder.known(folder.NEXT):
                print(f"\r\033[K{begun.built:,}", end="", file=sys.stderr)
        keeper.close()
    seconds, used, helped = time.perf_counter() - began, time.process_time() - used, of_helpers() - helped
    number = Item.objects.count()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    every, _live = sizes()
    print(
        f"\rmaking: {number:,} items in {seconds:,.0f} s, {number / seconds:,.0f} a second; "
        f"{used + helped:,.0f} s of a processor, {number / (used + helped):,.0f} a second, {helped:,.0f} s of it in "
        f"processes that help; at most {megabytes(peak)} of memory; "
        f"the folder has {megabytes(every)}, {every / number:,.0f} bytes an item",
        flush=True,
    )


def findable(seconds: int) -> None:
    """Add items, one in each transaction, and tell when each is found."""
    from django.db import connection

    from archive.catalogue.audiences import Audience
    from archive.item_index import reader
    from archive.item_index.keep_index import Keeper  # noqa: F401 - imported before the clock runs
    from archive.sample import seed_benchmark
    from archive.search.index_questions import between

    keeper = subprocess.Popen([sys.executable, str(ROOT / "manage.py"), "keep_index"], cwd=ROOT)
    number, before = seconds * A_SECOND, seed_benchmark.number_made()
    world = seed_benchmark.made_world(further=number)
    first = world.first_key + before
    # All rows are made before the first is written: to make them is no part of what is measured.
    tables = seed_benchmark.tables_filled()
    each = [range(key, key + 1) for key in range(before + 1, before + number + 1)]
    rows = [made for _numbers, made in seed_benchmark.made_rows(world, each)]
    committed: dict[int, float] = {}
    seen: dict[int, float] = {}
    is_over = threading.Event()

    def look() -> None:
        while not is_over.is_set():
            if index := reader.opened(Audience.STAFF, for_user=None):
                hits = index.searcher.search(between("id", first, None), number).hits
                at = time.perf_counter()
                for key in index.searcher.fast_field_values("id", [address for _score, address in hits]):
                    seen.setdefault(key, at)
            time.sleep(0.05)
        connection.close()

    def write(worker: int) -> None:
        for turn in range(worker, number, WORKERS):
            time.sleep(max(0.0, began + turn / A_SECOND - time.perf_counter()))
            seed_benchmark.store(rows[turn], tables)
            committed[first + turn] = time.perf_counter()
        connection.close()

    looking = threading.Thread(target=look)
    writing = [threading.Thread(target=write, args=(worker,)) for worker in range(WORKERS)]
    try:
        time.sleep(10)
        looking.start()
        began = time.perf_counter()
        for thread in writing:
            thread.start()
        for thread in writing:
            thread.join()
        until = time.monotonic() + 30
        while len(seen) < len(committed) and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        is_over.set()
        keeper.terminate()
        keeper.wait(60)
    looking.join()
    seed_benchmark.finish(tables)
    took = [max(0.0, seen[key] - at) for key, at in committed.items() if key in seen]
    rate = (len(committed) - 1) / (max(committed.values()) - min(committed.values()))
    print(
        f"findable: {len(took):,} of {len(committed):,} items, {rate:.1f} a second; after p50 {_p(took, 50):.2f} s, "
        f"p95 {_p(took, 95):.2f} s, at most {max(took):.2f} s",
        flush=True,
    )


def update(number: int, together: int) -> None:
    """Change items one by one, each or so many taken in before the next."""
    from archive.catalogue.models import Item
    from archive.item_index import folder
    from archive.item_index.keep_index import Keeper

    keys = list(Item.objects.order_by("pk").values_list("pk", flat=True))
    chosen = keys[:: max(1, len(keys) // number)][:number]
    before, worst = sizes()[0], 0.0
    began, used = time.perf_counter(), time.process_time()
    with folder.locked():
        keeper = Keeper()
        while keeper.step():
            pass
        for done, key in enumerate(chosen, 1):
            Item.objects.filter(pk=key).update(file_name=f"changed_{done}.jpg")
            if done % together == 0:
                keeper.step()
            if done % 100 == 0:
                every, live = sizes()
                worst = max(worst, every / live)
                print(f"\r\033[K{done:,}: {megabytes(every)}, live {megabytes(live)}", end="", file=sys.stderr)
        keeper.step()
        at_end = sizes()
        keeper.close()
    used, seconds = time.process_time() - used, time.perf_counter() - began
    every, live = sizes()
    print(
        f"\rupdates: {len(chosen):,}, {together} at once, {len(chosen) / seconds:.0f} a second "
        f"({1000 * used / len(chosen):.1f} ms of a processor each); the folder had {megabytes(before)}, has "
        f"{megabytes(every)}, {every / live:.2f} × its live segments; at most {worst:.2f} × while it went on, "
        f"{at_end[0] / at_end[1]:.2f} × before it was closed",
        flush=True,
    )


def _p(took: list[float], percent: int) -> float:
    return statistics.quantiles(took, n=100)[percent - 1]


def run(options: argparse.Namespace) -> None:
    from django.core.management import call_command
    from django.db import connection

    from archive.authorities.models import Outlet, Place
    from archive.item_index import folder
    from archive.sample.seed_benchmark import number_made

    call_command("migrate", verbosity=0)
    if not Place.objects.exists():
        call_command("load_gazetteer", verbosity=0)
    if not Outlet.objects.exists():
        call_command("load_outlets", verbosity=0)
    if number_made() < options.items:
        call_command("seed_benchmark", options.items)
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(
        f"{connection.vendor}, {number_made():,} items; {os.cpu_count()} cores, load {load}; {time.strftime('%F %R')}",
        flush=True,
    )
    if "making" in options.only or folder.known(folder.CURRENT) is None:
        make()
    if "findable" in options.only:
        findable(options.seconds)
    if "updates" in options.only:
        update(options.updates, options.together)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--only", type=lambda text: text.split(","), default=PARTS, help=f"of {', '.join(PARTS)}")
    parser.add_argument("--updates", type=int, default=10_000)
    parser.add_argument("--together", type=int, default=1, help="so many updates are committed to the index at once")
    parser.add_argument("--seconds", type=int, default=60, help="so long items come in")
    chosen_options = parser.parse_args()
    if unknown := set(chosen_options.only) - set(PARTS):
        sys.exit(f"There is no part {', '.join(sorted(unknown))}.")
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "archive.settings"
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.setdefault("VAR_ROOT", scratch)
        os.environ.setdefault("MEDIA_ROOT", str(Path(os.environ["VAR_ROOT"]) / "media"))
        import django

        django.setup()
        run(chosen_options)
