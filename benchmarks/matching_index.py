"""
How long it takes to look a fingerprint up among many, against comparing with each in the same run; and what a process
that looks up takes, with the files of the picture index and without.

    python benchmarks/matching_index.py [--sizes 10000 100000 1000000] [--pictures 100000]

The fingerprints are random. `--pictures` of them, with local features, are kept in a scratch database and written to
files; then processes are started that find copies of some, by the files and by the database alone. One thread each.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
LOOK_UPS, BRUTE_LOOK_UPS, EXACT, POSSIBLE = 400, 40, 31, 70


def milliseconds(seconds: list[float]) -> str:
    p50, p95 = (np.percentile(seconds, share) * 1000 for share in (50, 95))
    return f"{p50:8.3f} {p95:8.3f}"


def resident_megabytes() -> float:
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


def queries(codes: np.ndarray, number: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Return near copies of some of the fingerprints: up to 40 bits differ."""
    made = []
    for row in rng.integers(0, len(codes), number):
        bits = np.unpackbits(codes[row])
        bits[rng.choice(256, int(rng.integers(0, 41)), replace=False)] ^= 1
        made.append(np.packbits(bits))
    return made


def look_up(size: int) -> None:
    """Print one row: what a million, or fewer, cost to build, to hold, to ask and to add to; and if all is found."""
    from archive.matching.pdq_index import PdqIndex, distances

    rng = np.random.default_rng(size)
    codes = rng.integers(0, 256, (size, 32), dtype=np.uint8)
    before, began = resident_megabytes(), time.perf_counter()
    index = PdqIndex()
    index.add(np.arange(size), codes)
    built, held = time.perf_counter() - began, resident_megabytes() - before

    exact, wide, brute, missed, found, wanted = [], [], [], 0, 0, 0
    for number, code in enumerate(queries(codes, LOOK_UPS, rng)):
        began = time.perf_counter()
        near = index.within(code, EXACT)
        exact.append(time.perf_counter() - began)
        began = time.perf_counter()
        possible = index.within(code, POSSIBLE)
        wide.append(time.perf_counter() - began)
        if number < BRUTE_LOOK_UPS:
            began = time.perf_counter()
            apart = distances(codes, code)
            all_near = np.flatnonzero(apart <= EXACT)
            brute.append(time.perf_counter() - began)
            missed += near != {int(key): int(apart[key]) for key in all_near}
            all_possible = np.flatnonzero(apart <= POSSIBLE)
            wanted += len(all_possible)
            found += len(set(all_possible) & set(possible))

    added = []
    for batch in range(1000):
        new = rng.integers(0, 256, (4, 32), dtype=np.uint8)
        began = time.perf_counter()
        index.add(range(size + 4 * batch, size + 4 * batch + 4), new)
        added.append((time.perf_counter() - began) / 4)
    faster = np.median(brute) / np.median(exact)
    print(
        f"{size:>9,} {built:8.2f} {held:8.0f} {milliseconds(exact)} {milliseconds(wide)} {milliseconds(brute)} "
        f"{faster:7.0f} {missed:6d} {found:5d}/{wanted:<5d} {np.mean(added) * 1e6:8.1f}",
        flush=True,
    )


def fill(first: int, count: int) -> None:
    """Keep so many random fingerprints in the scratch database, with keys and revisions from `first` on."""
    from datetime import UTC, datetime

    from archive.files.models import MediaFile, Rendition
    from archive.matching.features import Features
    from archive.matching.make_fingerprints import VERSION
    from archive.matching.models import Fingerprint, RevisionHead

    at, rng = datetime(2026, 1, 1, tzinfo=UTC), np.random.default_rng(first)
    points, plain = rng.random((400, 2), dtype=np.float32), np.ones(400, np.float32)
    for begin in range(first, first + count, 1000):
        keys = range(begin, min(begin + 1000, first + count))
        MediaFile.objects.bulk_create(
            MediaFile(pk=key, message_digest=f"{key:064x}", size_bytes=1, format_name="JPEG", received_at=at)
            for key in keys
        )
        Rendition.objects.bulk_create(
            Rendition(pk=key, media_file_id=key, purpose="SCREEN", width_px=1, height_px=1, size_bytes=1, made_at=at)
            for key in keys
        )
        codes = rng.integers(0, 256, (len(keys), 400, 16), dtype=np.uint8)
        Fingerprint.objects.bulk_create(
            Fingerprint(
                media_file_id=key,
                rendition_id=key,
                pdq=rng.bytes(32).hex(),
                features=Features(1600, 1200, points, plain, plain, own).to_bytes(),
                version=VERSION,
                revision=key,
            )
            for key, own in zip(keys, codes, strict=True)
        )
    RevisionHead.objects.update_or_create(pk=1, defaults={"last": first + count - 1})


def own_megabytes() -> tuple[float, float]:
    """Return what is this process's own: what it has written to, and that with what it alone has mapped."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    dirty = kilobytes["Private_Dirty"] / 1024
    return dirty, dirty + kilobytes["Private_Clean"] / 1024


def measure_process(number: int) -> None:
    """Run in a process of its own: look copies up, print what that took, and wait until the other end is closed."""
    import django

    django.setup()
    from archive.matching.compare_pictures import Traits
    from archive.matching.features import Features
    from archive.matching.fingerprint_index import Held
    from archive.matching.fingerprints import Print
    from archive.matching.models import Fingerprint

    rng, copies = np.random.default_rng(3), []
    for revision in rng.integers(1, number + 1, 60).tolist():
        row = Fingerprint.objects.get(revision=revision)
        kept = Features.from_bytes(bytes(row.features))
        # As of real copies: 6 % of the bits of a point differ, and half of the points are others.
        bits = np.unpackbits(kept.codes, axis=1)
        bits ^= rng.random(bits.shape) < np.where(np.arange(400) % 2, 0.06, 0.5)[:, None]
        features = Features(*kept.frame, kept.points, kept.sizes, kept.angles, np.packbits(bits, axis=1))
        [pdq] = queries(np.frombuffer(bytes.fromhex(row.pdq), np.uint8).reshape(1, 32), 1, rng)
        copies.append((revision, Traits(Print(pdq.tobytes().hex(), "0" * 64, 100), features, lambda: None)))
    written, own = own_megabytes()
    held, began, used = Held(), time.perf_counter(), time.process_time()
    held.candidates(copies[0][1])
    ready, used = time.perf_counter() - began, time.process_time() - used
    took, found, by_features = [], [], 0
    for revision, copy in copies:
        # Of a processor: others may be at work on the same machine.
        began = time.process_time()
        found.append(held.candidates(copy))
        took.append(time.process_time() - began)
        by_features += revision in held.candidates(Traits(None, copy.features, lambda: None))
    now_written, now_own = own_megabytes()
    told = {
        "ready": ready,
        "used": used,
        "written": now_written - written,
        "own": now_own - own,
        "took": took,
        "found": sum(revision in of_it for (revision, _), of_it in zip(copies, found, strict=True)),
        "by_features": by_features,
        "candidates": found,
    }
    print(json.dumps(told), flush=True)
    sys.stdin.read()


def processes(number: int, folder: Path) -> None:
    """Print what a process takes that looks up among so many, by the files and by the database alone."""
    from archive.matching import keep_picture_index
    from archive.matching import picture_index_folder as index
    from archive.matching.fingerprint_index import Held
    from archive.matching.keep_picture_index import PictureKeeper

    fill(1, number)
    keep_picture_index.SETTLE_SECONDS = keep_picture_index._LOOK_SECONDS = 0.0
    began, used = time.perf_counter(), time.process_time()
    with index.locked():
        keeper = PictureKeeper()
        while keeper.step():
            pass
    seconds, used = time.perf_counter() - began, time.process_time() - used
    files = [path.stat().st_size for path in index.root().glob("?" * 32)]
    print(
        f"\n{number:,} pictures written to {len(files)} files, {sum(files) / number / 1000:.1f} kB a picture: "
        f"{seconds:.0f} s, of a processor {used:.0f} s"
    )
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'strandline.sqlite3'}"}
    print(
        f"{'':<16} {'ready':>8} {'of CPU':>8} {'written':>8} {'own':>8} {'look-up, of CPU':>17} {'found':>7} "
        f"{'by features':>12}\n{'':<16} {'s':>8} {'s':>8} {'MB':>8} {'MB':>8} {'p50 ms':>8} {'p95 ms':>8} {'of 60':>7} "
        f"{'of 60':>12}"
    )
    told = []
    # Two with files, as on any machine: what only one of them had mapped would be told as its own.
    for name, var_root in (("database", folder / "none"), ("files", folder), ("files, beside", folder)):
        process = subprocess.Popen(
            [sys.executable, __file__, "--measure", str(number)],
            env={**environment, "VAR_ROOT": str(var_root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        told.append((process, json.loads(process.stdout.readline())))
        made = told[-1][1]
        print(
            f"{name:<16} {made['ready']:8.2f} {made['used']:8.2f} {made['written']:8.0f} {made['own']:8.0f} "
            f"{milliseconds(made['took'])} {made['found']:7d} {made['by_features']:12d}",
            flush=True,
        )
        if name == "database":
            process.communicate()
    for process, _ in told[1:]:
        process.communicate()
    same = sum(old == new for old, new in zip(told[0][1]["candidates"], told[-1][1]["candidates"], strict=True))
    print(f"the same candidates in the same order: {same} of 60")

    held = Held()
    held.candidates(nothing := nobody())
    fill(number + 1, 1)
    began = time.perf_counter()
    held.candidates(nothing)
    caught_up = time.perf_counter() - began
    began = time.perf_counter()
    held.candidates(nothing)
    print(f"one more row: {caught_up * 1000:.1f} ms; nothing new: {(time.perf_counter() - began) * 1000:.1f} ms")


def nobody() -> object:
    from archive.matching.compare_pictures import Traits

    return Traits(None, None, lambda: None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    if asked.measure:
        return measure_process(asked.measure)
    with tempfile.TemporaryDirectory(prefix="strandline-benchmark-") as folder:
        os.environ |= {"VAR_ROOT": folder, "MEDIA_ROOT": folder, "DJANGO_SETTINGS_MODULE": "archive.settings"}
        import django
        from django.core.management import call_command

        django.setup()
        print(
            f"{'':>9} {'build':>8} {'held':>8} {'within 31 bits':>17} {'within 70 bits':>17} {'comparing each':>17} "
            f"{'times':>7} {'not':>6} {'within 70':>11} {'add':>8}\n{'number':>9} {'s':>8} {'MB':>8} "
            f"{'p50 ms':>8} {'p95 ms':>8} {'p50 ms':>8} {'p95 ms':>8} {'p50 ms':>8} {'p95 ms':>8} {'faster':>7} "
            f"{'equal':>6} {'found':>11} {'µs each':>8}"
        )
        for size in asked.sizes:
            look_up(size)
        if asked.pictures:
            call_command("migrate", verbosity=0)
            processes(asked.pictures, Path(folder))


if __name__ == "__main__":
    main()
