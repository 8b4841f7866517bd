"""
How surely a still leads back to the footage it was taken from, and to its second; and what long footage costs.

    python benchmarks/footage.py [FOLDER] [--each 20] [--long MINUTES]

Brings the clips of a folder in (without one: clips it draws), everything included, into a SQLite database of its own in
a temporary folder. Then cuts stills out of each at moments spread evenly over it, turns them into JPEG of quality 75,
drops 10 % of width and of height at a corner, and searches by them. "Right" is a still whose best result is that
footage at a moment within one second. Exit 1 below 95 %. Stills that are too plain to recognise anything by say so and
are counted by themselves.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def draw_clip(
    path: Path, number: int, *, seconds: float = 8, rate: int = 25, size: tuple[int, int] = (640, 360)
) -> None:
    """Draw a clip: the camera pans over a drawn landscape, and cuts to another one half-way."""
    random = np.random.default_rng(number)
    (width, height), rate = size, 25
    scenes = []
    for _ in range(2):
        coarse = random.integers(0, 256, (18, 64, 3), np.uint8)
        wide = cv2.resize(coarse, (width * 2, height), interpolation=cv2.INTER_CUBIC)
        for _stone in range(160):
            at = int(random.integers(0, width * 2)), int(random.integers(0, height))
            colour = tuple(int(part) for part in random.integers(0, 256, 3))
            cv2.circle(wide, at, int(random.integers(3, 26)), colour, -1, cv2.LINE_AA)
        scenes.append(wide)
    frames = round(seconds * rate)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"g": str(rate * 4)})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for at in range(frames):
            left = width * at // frames
            seen = scenes[2 * at // frames][:, left : left + width]
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(seen), format="rgb24")
            frame.pts, frame.time_base = at, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def lengthen(source: Path, path: Path, minutes: float) -> None:
    """Repeat a clip without coding it again until it lasts so long."""
    with av.open(str(source)) as whole, av.open(str(path), "w") as container:
        stream = whole.streams.video[0]
        packets = [
            (one.pts, one.dts, one.is_keyframe, bytes(one)) for one in whole.demux(stream) if one.dts is not None
        ]
        lasts = stream.duration
        into = container.add_stream_from_template(stream)
        for turn in range(round(minutes * 60 / float(lasts * stream.time_base))):
            for pts, dts, is_key, body in packets:
                packet = av.Packet(body)
                packet.pts, packet.dts = pts + turn * lasts, dts + turn * lasts
                packet.time_base, packet.stream, packet.is_keyframe = stream.time_base, into, is_key
                container.mux(packet)


def open_archive(folder: Path) -> None:
    """Set Django up over a database and a store of this run alone."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "archive.settings",
        "VAR_ROOT": str(folder / "var"),
        "MEDIA_ROOT": str(folder / "media"),
        "LOG_LEVEL": "ERROR",
    }
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def bring(folder: Path) -> list[str]:
    """Bring a folder in and match it; return what was refused."""
    from archive.ingest.command_line import bring_in
    from archive.ingest.delivery import walk
    from archive.ingest.match_arrivals import match_accession
    from archive.ingest.receive_files import open_accession

    told: list = []
    accession = open_accession(title=folder.name, by=None)
    bring_in(walk([folder]), accession=accession, by=None, size=2, report=told.append)
    match_accession(accession)
    return [brought.reason for brought in told if brought.outcome == "refused"]


def disguise(png: Path, jpeg: Path, corner: int) -> None:
    """Crop a still by 10 % of each side at one of four corners, and encode it anew."""
    pixels = cv2.imread(str(png))
    height, width = pixels.shape[:2]
    top, left = round(height * 0.1) * (corner // 2), round(width * 0.1) * (corner % 2)
    seen = pixels[top : top + round(height * 0.9), left : left + round(width * 0.9)]
    cv2.imwrite(str(jpeg), seen, [cv2.IMWRITE_JPEG_QUALITY, 75])


def refind(each: int, desk: Path) -> tuple[int, int]:
    """Search by stills of all footage and print the table; return how many were right, and how many could be."""
    from archive.catalogue.models import Item
    from archive.files.footage import cut_frame
    from archive.files.kept_files import on_disk
    from archive.search.by_image import open_sandbox, search_by_image

    columns = (
        "footage",
        "lasts",
        "stills",
        "searched",
        "too plain",
        "found",
        "right second",
        "off by, median",
        "ms each",
    )
    print("| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns))
    right_all = could_all = 0
    with open_sandbox() as sandbox:
        for item in Item.objects.filter(kind=Item.Kind.FOOTAGE).select_related("media_file").order_by("pk"):
            held = item.media_file
            plain = found = right = 0
            off: list[int] = []
            took: list[float] = []
            moments: set[int] = set()
            for number in range(each):
                wanted = round((number + 0.5) * held.duration_milliseconds / each)
                with on_disk(held) as path:
                    cut = cut_frame(str(path), str(desk / "cut.png"), wanted)["moment_milliseconds"]
                if cut in moments:
                    continue
                moments.add(cut)
                disguise(desk / "cut.png", desk / "cut.jpg", number % 4)
                started = time.perf_counter()
                search = search_by_image(desk / "cut.jpg", user=None, sandbox=sandbox)
                took.append(1000 * (time.perf_counter() - started))
                if not search.is_matchable:
                    plain += 1
                    continue
                best = search.results[0] if search.results else None
                if best and best.item == item:
                    found += 1
                    off.append(abs(best.offset_milliseconds - cut))
                    right += off[-1] <= 1000
            could = len(moments) - plain
            right_all, could_all = right_all + right, could_all + could
            share = f"{100 * right / could:.0f} %" if could else "–"
            print(
                f"| {item.file_name} | {held.duration_milliseconds / 1000:.1f} s | {held.renditions.stills().count()} "
                f"| {len(moments)} | {plain} | {found} | {right} ({share}) "
                f"| {statistics.median(off) if off else '–'} ms | {statistics.median(took):.0f} |"
            )
    return right_all, could_all


def time_long(minutes: float, folder: Path) -> None:
    """Print what stills of long footage cost."""
    from archive.files.sandbox import Limits, Sandbox
    from archive.files.stills import MOST_REGULAR, MOST_SCENES

    draw_clip(folder / "short.mp4", 7, seconds=10, size=(1920, 1080))
    lengthen(folder / "short.mp4", folder / "long.mp4", minutes)
    into = folder / "stills"
    into.mkdir()
    with Sandbox(Limits(address_space_bytes=1536 * 1024**2, cpu_seconds=60, wall_seconds=60)) as sandbox:
        made = sandbox.run("archive.files.stills.make_stills", path=str(folder / "long.mp4"), into_dir=str(into))
    stills, kept = len(made["renditions"]) - 2, sum(one["size_bytes"] for one in made["renditions"])
    print(
        f"\n{minutes:g} minutes of 1920 × 1080 ({(folder / 'long.mp4').stat().st_size / 1e6:.0f} MB): "
        f"{stills} stills of at most {MOST_REGULAR + MOST_SCENES} in {sandbox.last_seconds:.1f} s, "
        f"{sandbox.last_peak_memory_bytes / 1e6:.0f} MB of memory, {kept / 1e6:.1f} MB kept. "
        f"{' '.join(made['problems'])}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="of clips; without one, some are drawn")
    parser.add_argument("--each", type=int, default=20, help="stills cut out of each clip")
    parser.add_argument("--long", type=float, default=60, metavar="MINUTES", help="0: leave out the long footage")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="strandline-footage-") as temporary:
        folder = Path(temporary)
        open_archive(folder)
        clips, desk = asked.folder, folder / "desk"
        desk.mkdir()
        if clips is None:
            clips = folder / "clips"
            clips.mkdir()
            for number in range(6):
                draw_clip(clips / f"drawn-{number}.mp4", number)
        for refusal in bring(clips):
            print(f"refused: {refusal}")
        right, could = refind(asked.each, desk)
        share = 100 * right / could if could else 0.0
        print(f"\nright second: {right} of {could} ({share:.1f} %)")
        if asked.long:
            time_long(asked.long, desk)
    sys.exit(share < 95)


if __name__ == "__main__":
    main()
