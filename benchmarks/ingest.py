"""
How fast photographs come in, everything included: original kept, digest, metadata, claims, ledger, two renditions.

    python benchmarks/ingest.py [--photographs 100] [--held 1000000] [--pixels 100]

Draws camera-sized JPEGs (12 to 24 megapixels, with Exif) and compares, in the same run, with two baselines: the bare
floor (one read, SHA-256, copy, metadata, one scaled decode, two renditions; a pool of processes, no database) and the
careless way (a full decode and Lanczos for each rendition). Fingerprints and matches of these photographs follow in one
process (`manage.py match`, its start included): the rate of both together is a line of its own. On a machine that is
used by others, ratios of processor time say more than those of rates. Runs on SQLite in a temporary folder.
"""

import argparse
import hashlib
import io
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import cv2
import exifread
import numpy as np
import simplejpeg
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
SIDES = [(4000, 3000), (4896, 3264), (5472, 3648), (6000, 4000)]  # 12, 16, 20 and 24 megapixels


def draw(folder: Path, number: int, size: tuple[int, int]) -> None:
    """Draw one photograph: soft shapes with fine grain, which compresses about as a camera's pictures do."""
    random = np.random.default_rng(number)
    coarse = random.integers(0, 255, (size[1] // 200, size[0] // 200, 3), dtype=np.uint8)
    picture = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC).astype(np.int16)
    grain = random.integers(-9, 10, (size[1] // 4, size[0], 1), dtype=np.int16)
    picture += np.concatenate([grain] * 4)
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x010E] = "Strandline", "Drawn", f"Drawn photograph {number}, a beach at low tide"
    exif.get_ifd(0x8769).update({0x9003: f"2024:06:18 05:{number % 60:02}:00", 0x9011: "+02:00", 0x829A: 0.004})
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 3.0, number % 60), 3: "E", 4: (2.0, 24.0, 30.0)})
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(
        folder / f"photograph-{number:04}.jpg", quality=88, exif=exif
    )


def floor(job: tuple[str, str]) -> None:
    """Do the least that bringing a photograph in can mean."""
    path, into = Path(job[0]), Path(job[1])
    cv2.setNumThreads(1)
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    (into / digest).write_bytes(content)
    exifread.process_file(io.BytesIO(content), details=False)
    picture = simplejpeg.decode_jpeg(content, min_width=1600, min_height=1200, fastdct=True)
    for side in (1600, 400):
        scale = side / max(picture.shape[:2])
        target = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
        picture = cv2.resize(picture, target, interpolation=cv2.INTER_LINEAR)
        (into / f"{digest}-{side}.jpg").write_bytes(simplejpeg.encode_jpeg(picture, quality=82, colorsubsampling="420"))


def careless(job: tuple[str, str]) -> None:
    """Do what is written first: open the file anew and decode all of it for each rendition."""
    path, into = Path(job[0]), Path(job[1])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    shutil.copyfile(path, into / digest)
    with path.open("rb") as stream:
        exifread.process_file(stream)
    for side in (1600, 400):
        with Image.open(path) as picture:
            scale = side / max(picture.size)
            size = round(picture.width * scale), round(picture.height * scale)
            picture.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(
                into / f"{digest}-{side}.jpg", quality=82
            )


def processor_seconds() -> float:
    """Return the processor time of this process and of those that it has seen end."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(of.ru_utime + of.ru_stime for of in used)


def per_second(work: Callable[[tuple[str, str]], None], paths: list[Path], workers: int) -> tuple[float, float]:
    """Return photographs a second through a pool of processes, their start included, and each one's processor time."""
    with tempfile.TemporaryDirectory() as into:
        began, used = time.perf_counter(), processor_seconds()
        with get_context("spawn").Pool(workers) as pool:
            pool.map(work, [(str(path), into) for path in paths], chunksize=1)
            rate = len(paths) / (time.perf_counter() - began)
            pool.close()
            pool.join()
        return rate, (processor_seconds() - used) / len(paths)


def measure_archive(task: str, folder: str, workers: int) -> None:
    """Run in a process of its own: bring a folder in and print the seconds, after Django is up."""
    if task == "busy":
        # As the Procfile starts a worker: pages come first.
        os.nice(10)
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "archive.settings"
    import django

    django.setup()
    from archive.ingest.command_line import bring_in
    from archive.ingest.delivery import walk
    from archive.ingest.receive_files import open_accession

    outcomes: dict[str, int] = {}

    def report(brought: object) -> None:
        outcomes[brought.outcome] = outcomes.get(brought.outcome, 0) + 1

    accession = open_accession(title=f"benchmark {task} {time.time()}", by=None)
    began, used = time.perf_counter(), processor_seconds()
    bring_in(walk([Path(folder)]), accession=accession, by=None, size=workers, report=report)
    seconds, used = time.perf_counter() - began, processor_seconds() - used
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    # Not ru_maxrss, which counts what the process held before it became this program.
    status = Path("/proc/self/status").read_text()
    own = int(status.split("VmHWM:")[1].split()[0]) // 1024
    told = {"seconds": seconds, "used": used, "outcomes": outcomes, "reader_peak_mb": peak, "recorder_peak_mb": own}
    print(json.dumps(told))


def archive(task: str, folder: Path, workers: int, environment: dict[str, str]) -> dict:
    """Bring a folder into the archive of this environment and return what was measured."""
    command = [sys.executable, __file__, "--measure", task, str(folder), str(workers)]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return json.loads(told.splitlines()[-1])


@contextmanager
def scratch_archive() -> Iterator[dict[str, str]]:
    """Make an archive of its own in a temporary folder: tables, roles, gazetteer, outlets."""
    with tempfile.TemporaryDirectory(prefix="strandline-bench-") as folder:
        own = {"VAR_ROOT": f"{folder}/var", "MEDIA_ROOT": f"{folder}/media", "LOG_LEVEL": "ERROR"}
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | own
        for command in (["migrate"], ["make_accounts"], ["load_gazetteer"], ["load_outlets"]):
            manage(environment, *command)
        yield environment


def manage(environment: dict[str, str], *command: str) -> None:
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *command], env=environment, **quiet)


HOLD = """
import django, sys
django.setup()
from datetime import datetime, timezone
from django.db import transaction
from archive.catalogue.models import Accession, Item
from archive.files.models import MediaFile
at = datetime(2024, 1, 1, tzinfo=timezone.utc)
accession = Accession.objects.create(title="held before", opened_at=at)
for start in range(0, int(sys.argv[1]), 20000):
    numbers = range(start, min(start + 20000, int(sys.argv[1])))
    with transaction.atomic():
        files = MediaFile.objects.bulk_create(
            MediaFile(message_digest=f"{n:064x}", size_bytes=3_000_000 + n, format_name="JPEG", mime_type="image/jpeg",
                      width_px=4000, height_px=3000, original_name=f"{n}.jpg", received_at=at, storage_path=f"{n}")
            for n in numbers)
        Item.objects.bulk_create(
            Item(media_file=f, file_name=f.original_name, added_at=at, accession=accession) for f in files)
"""


SIGN_IN = """
import django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from archive.accounts.models import User
user = User.objects.get(username="archivist")
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session.create()
print(session.session_key)
"""


def run_code(code: str, environment: dict[str, str], *arguments: str) -> str:
    """Run code that knows the archive, in a process of its own; return what it prints."""
    own = environment | {"DJANGO_SETTINGS_MODULE": "archive.settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=own, check=True, capture_output=True, text=True).stdout.strip()


def slowest_page(environment: dict[str, str], work: Callable[[], object]) -> tuple[float, float]:
    """Ask for an archivist's pages while `work` goes on; return the 95th percentile and the slowest, in ms."""
    import urllib.request

    port = "8763"
    serve = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", port, "--workers", "2",
             "--blocking-threads", "64", "--log-level", "error", "archive.wsgi:application"]  # fmt: skip
    manage(environment, "collectstatic", "--noinput")
    server = subprocess.Popen(serve, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    took: list[float] = []
    cookie = {"Cookie": f"sessionid={run_code(SIGN_IN, environment)}"}
    try:
        paths = ("/", "/?date=2024-06-18", "/upload/", "/api/v1/items/")
        addresses = [urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=cookie) for path in paths]
        for _ in range(100):
            try:
                for address in addresses * 4:
                    urllib.request.urlopen(address).read()
                break
            except OSError:
                time.sleep(0.1)
        done = threading.Event()

        def ask() -> None:
            while not done.is_set():
                for address in addresses:
                    began = time.perf_counter()
                    urllib.request.urlopen(address).read()
                    took.append(1000 * (time.perf_counter() - began))
                    time.sleep(0.05)

        asking = threading.Thread(target=ask)
        asking.start()
        work()
        done.set()
        asking.join()
    finally:
        server.terminate()
        server.wait()
    return statistics.quantiles(took, n=20)[-1], max(took)


def main(photographs: int, held: int, megapixels: int) -> None:
    with tempfile.TemporaryDirectory(prefix="strandline-drawn-") as drawn:
        folder = Path(drawn) / "photographs"
        folder.mkdir()
        for number in range(photographs):
            draw(folder, number, SIDES[number % len(SIDES)])
        paths = sorted(folder.iterdir())
        size = sum(path.stat().st_size for path in paths) / 1e6
        print(f"{photographs} photographs, {size / photographs:.1f} MB each; {os.cpu_count()} processors\n")
        print(f"{'photographs a second':<34}{'1 worker':>10}{'2 workers':>12}")
        floors = [per_second(floor, paths, workers) for workers in (1, 2)]
        cares = [per_second(careless, paths[:30], workers) for workers in (1, 2)]
        rates, used, matched = [], [], []
        for workers in (1, 2):
            with scratch_archive() as environment:
                fresh = archive("fresh", folder, workers, environment)
                assert fresh["outcomes"] == {"created": photographs}, fresh
                used.append(fresh["used"] / photographs)
                rates.append(photographs / fresh["seconds"])
                began = time.perf_counter()
                manage(environment, "match")
                matched.append(photographs / (fresh["seconds"] + time.perf_counter() - began))
                if workers == 2:
                    known = archive("known", folder, workers, environment)
                    assert known["outcomes"] == {"already_held": photographs}, known
                    single = Path(drawn) / "large"
                    single.mkdir()
                    side = round((megapixels * 1e6 / 1.5) ** 0.5)
                    draw(single, 999, (side * 3 // 2 // 4 * 4, side // 4 * 4))
                    large = archive("large", single, 1, environment)
        print(f"{'floor':<34}{floors[0][0]:>10.1f}{floors[1][0]:>12.1f}")
        print(f"{'careless':<34}{cares[0][0]:>10.1f}{cares[1][0]:>12.1f}")
        print(f"{'Strandline':<34}{rates[0]:>10.1f}{rates[1]:>12.1f}")
        print(f"{'  and matched, by one process':<34}{matched[0]:>10.1f}{matched[1]:>12.1f}")
        print(f"{'  of the floor':<34}{rates[0] / floors[0][0]:>10.2f}{rates[1] / floors[1][0]:>12.2f}")
        print(
            f"{'  of the floor, by processor time':<34}{floors[0][1] / used[0]:>10.2f}{floors[1][1] / used[1]:>12.2f}"
        )
        print(f"{'  times the careless way':<34}{rates[0] / cares[0][0]:>10.1f}{rates[1] / cares[1][0]:>12.1f}")
        again = fresh["seconds"] / known["seconds"]
        print(f"\nknown files: {photographs / known['seconds']:.0f} a second, {again:.1f} x new ones")
        print(
            f"a picture of {megapixels} megapixels: the reader takes {large['reader_peak_mb']} MB, "
            f"the recorder {large['recorder_peak_mb']} MB at most"
        )
        with scratch_archive() as environment:
            run_code(HOLD, environment, str(held))
            # The store holds none of their bytes, and is taken for another one until somebody says that it is right.
            manage(environment, "adopt_store", "--yes")
            # In turn, so that both see the same machine; each time with photographs that were never held.
            ratios, costs, full = [], [], []
            for turn in range(3):
                fresh = Path(drawn) / f"turn-{turn}"
                fresh.mkdir()
                for path in paths:
                    (fresh / path.name).write_bytes(path.read_bytes() + bytes([turn]))
                with scratch_archive() as empty:
                    alone = archive("empty", fresh, 2, empty)
                among = archive("full", fresh, 2, environment)
                assert among["outcomes"] == {"created": photographs}, among
                full.append(photographs / among["seconds"])
                ratios.append(alone["seconds"] / among["seconds"])
                costs.append(alone["used"] / among["used"])
            ratio, cost = statistics.median(ratios), statistics.median(costs)
            print(
                f"with {held:,} items held: {statistics.median(full):.1f} a second, {ratio:.2f} x the empty archive "
                f"({cost:.2f} by processor time)"
            )
        with scratch_archive() as environment:
            p95, most = slowest_page(environment, lambda: archive("busy", folder, 1, environment))
            print(f"pages while one worker works: 95 % within {p95:.0f} ms, the slowest {most:.0f} ms")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure_archive(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
        parser.add_argument("--photographs", type=int, default=100)
        parser.add_argument("--held", type=int, default=1_000_000)
        parser.add_argument("--pixels", type=int, default=100, help="megapixels of the large picture")
        asked = parser.parse_args()
        main(asked.photographs, asked.held, asked.pixels)
