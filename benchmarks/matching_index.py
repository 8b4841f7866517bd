"""
How long it takes to look a fingerprint up among many, against comparing with each in the same run.

    python benchmarks/matching_index.py [--sizes 10000 100000 1000000] [--rows 100000] [--pictures 5000]

The fingerprints are random. `--rows` of them are also read from a scratch database, as a process does when it starts;
`--pictures` is how many the index of local features is filled with. One process, one thread.
"""

import argparse
import os
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


def catch_up(number: int) -> None:
    """Print how long a process that starts needs to read so many rows, and one more row later."""
    from datetime import UTC, datetime

    from archive.files.models import MediaFile, Rendition
    from archive.matching.compare_pictures import Traits
    from archive.matching.fingerprint_index import Held
    from archive.matching.make_fingerprints import VERSION
    from archive.matching.models import Fingerprint, RevisionHead

    at, rng = datetime(2026, 1, 1, tzinfo=UTC), np.random.default_rng(1)

    def fill(first: int, count: int) -> None:
        keys = range(first, first + count)
        MediaFile.objects.bulk_create(
            [
                MediaFile(pk=key, message_digest=f"{key:064x}", size_bytes=1, format_name="JPEG", received_at=at)
                for key in keys
            ],
            batch_size=5000,
        )
        Rendition.objects.bulk_create(
            [
                Rendition(
                    pk=key, media_file_id=key, purpose="SCREEN", width_px=1, height_px=1, size_bytes=1, made_at=at
                )
                for key in keys
            ],
            batch_size=5000,
        )
        Fingerprint.objects.bulk_create(
            [
                Fingerprint(media_file_id=key, rendition_id=key, pdq=rng.bytes(32).hex(), version=VERSION, revision=key)
                for key in keys
            ],
            batch_size=5000,
        )
        RevisionHead.objects.update_or_create(pk=1, defaults={"last": first + count - 1})

    nothing = Traits(None, None, lambda: None)
    fill(1, number)
    held = Held()
    began = time.perf_counter()
    held.candidates(nothing)
    print(f"\n{number:,} rows read from the database at the start of a process: {time.perf_counter() - began:.2f} s")
    fill(number + 1, 1)
    began = time.perf_counter()
    held.candidates(nothing)
    caught_up = time.perf_counter() - began
    began = time.perf_counter()
    held.candidates(nothing)
    print(f"one more row: {caught_up * 1000:.1f} ms; nothing new: {(time.perf_counter() - began) * 1000:.1f} ms")


def local_features(number: int) -> None:
    """Print what the index of local features takes for so many pictures of 400 random points each."""
    from archive.matching.feature_index import WordIndex
    from archive.matching.features import Features

    rng = np.random.default_rng(2)

    def picture() -> Features:
        points = rng.random((400, 2), dtype=np.float32)
        plain = np.ones(400, np.float32)
        return Features(1600, 1200, points, plain, plain, rng.integers(0, 256, (400, 16), dtype=np.uint8))

    kept = [picture().to_bytes() for _ in range(number)]
    index, began = WordIndex(), time.perf_counter()
    index.add_many((key, Features.from_bytes(packed)) for key, packed in enumerate(kept))
    index.candidates(picture())
    built = time.perf_counter() - began
    asked = []
    for packed in kept[:: max(1, number // 100)]:
        features = Features.from_bytes(packed)
        began = time.perf_counter()
        index.candidates(features)
        asked.append(time.perf_counter() - began)
    kilobytes, in_memory = len(b"".join(kept)) / number / 1000, index.size_bytes / number / 1000
    print(
        f"\nlocal features of {number:,} pictures: {kilobytes:.1f} kB a picture in the database, {in_memory:.1f} kB in "
        f"memory ({in_memory * 100:.0f} MB for 100,000), {built / number * 1000:.2f} ms each to load; look-up p50 and "
        f"p95 {milliseconds(asked)} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pictures", type=int, default=5_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="strandline-benchmark-") as folder:
        os.environ |= {"VAR_ROOT": folder, "MEDIA_ROOT": folder, "DJANGO_SETTINGS_MODULE": "archive.settings"}
        sys.path.insert(0, str(ROOT))
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
        if asked.rows:
            call_command("migrate", verbosity=0, skip_checks=True)
            catch_up(asked.rows)
        if asked.pictures:
            local_features(asked.pictures)


if __name__ == "__main__":
    main()
