"""
Draw pairs of pictures that are nearly equal and yet different, and count what the archive calls them.

    python benchmarks/near_equal.py SEED ... [--clips FOLDER] [--pictures FOLDER] [--strong] [--processes N]

One place at two moments (a sea with other waves, a drifted sky, a street with other lamps, a card of the same layout
with other words), and pictures of one kind of two seeds. Each pair is compared as it was published: both plain, one or
both under a banner, under words or on a phone's screen, cropped, saved at JPEG 20. Different pictures of one place may
be asked about or called the same scene; none of them may be strong. Beside them, with `--pictures`, calm parts of
different photographs, and with `--clips`, frames of footage half a second and more apart that clearly differ: real
pairs of the same sort.

The same harness counts how many true copies of these pictures, one under the same things, are found and are strong.
"""

import argparse
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import av  # noqa: E402
import cv2  # noqa: E402
import numpy as np  # noqa: E402
from calm_pictures import KINDS, at_moment, calm_parts  # noqa: E402
from matching import _is_large, _open, _see  # noqa: E402
from PIL import Image  # noqa: E402
from variants import Variant, variants  # noqa: E402

from archive.matching.compare_pictures import Comparison, compare  # noqa: E402
from archive.matching.kinds import Kind  # noqa: E402

MOMENTS = (0, 1, 2)
# What is done to the first and to the second of a pair.
TREATMENTS = {
    "plain": ("JPEG 95", "JPEG 95"),
    "JPEG 20 of one": ("JPEG 20", "JPEG 95"),
    "banner on one": ("banner 18 %", "JPEG 95"),
    "banner on both": ("banner 18 %", "banner 18 %"),
    "words on both": ("text overlay", "text overlay"),
    "phone, one": ("phone screenshot", "JPEG 95"),
    "phone, both": ("phone screenshot", "phone screenshot"),
    "half of one": ("crop 50 %", "JPEG 95"),
}
# Frames of a clip are the less alike, the more levels they differ by (the mean of the most different tenth).
LEAST_CHANGE, FRAMES_APART_SECONDS, MOST_FRAMES = 12.0, 0.5, 4
NAMES = ("strong", "asked", "scene", "nothing")


def main() -> int:
    options = _options()
    cv2.setNumThreads(1)
    jobs = [(name, seed) for seed in options.seeds for name in KINDS]
    with ProcessPoolExecutor(options.processes, get_context("fork")) as pool:
        results = [result for part in pool.map(_drawn_pairs, jobs) for result in part]
        if options.clips:
            clips = [path for path in sorted(options.clips.rglob("*")) if path.is_file()]
            results += [result for part in pool.map(_pairs_of_clip, clips) for result in part]
        if options.pictures:
            results += _pairs_of_parts(options.pictures)
    return _report(results, name_strong=options.strong)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("seeds", type=int, nargs="*", metavar="SEED", help="each draws other pairs of every kind")
    parser.add_argument("--clips", type=Path, help="footage whose frames are compared with each other")
    parser.add_argument("--pictures", type=Path, help="photographs whose calm parts are compared with each other")
    parser.add_argument("--strong", action="store_true", help="name every pair of different pictures that is strong")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    return parser.parse_args()


Result = tuple[str, str, bool, str, str]
"""Kind, treatment, whether it is a copy, what it is called, and the pair named."""


def _drawn_pairs(job: tuple[str, int]) -> list[Result]:
    name, seed = job
    cv2.setNumThreads(1)
    pictures = {moment: at_moment(name, seed, moment) for moment in MOMENTS}
    another = at_moment(name, seed + 100_000, 0)
    results = list(_compared(name, f"{name} {seed}", [pictures[0], pictures[1]]))
    results += _compared(name, f"{name} {seed}, held still", [pictures[0], pictures[2]])
    results += _compared("another of the kind", f"{name} {seed} and another", [pictures[0], another])
    return results + list(_compared(name, f"{name} {seed}", [pictures[0]]))


def _compared(name: str, told: str, pictures: list[Image.Image]) -> Iterator[Result]:
    """Compare two different pictures, or one with itself, as each treatment has it."""
    made: dict[tuple[int, str], object] = {}

    def seen(number: int, variant: str):
        key = number % len(pictures), variant
        if key not in made:
            made[key] = _see(_first(variant)(pictures[key[0]])).traits
        return made[key]

    for treatment, (one, other) in TREATMENTS.items():
        called = _called(compare(seen(0, one), seen(1, other)))
        yield name, treatment, len(pictures) == 1, called, told


def _first(variant: str) -> Variant:
    changes: tuple[Callable[[Image.Image], Image.Image], ...] = variants()[variant]
    return changes[0]


def _called(answer: Comparison | None) -> str:
    if answer is None:
        return "nothing"
    if answer.kind is Kind.SIMILAR_SCENE:
        return "scene"
    return "strong" if answer.is_strong else "asked"


def _pairs_of_clip(path: Path) -> list[Result]:
    cv2.setNumThreads(1)
    frames: list[tuple[Image.Image, np.ndarray]] = []
    try:
        with av.open(str(path)) as container:
            next_second = 0.0
            for frame in container.decode(video=0):
                if frame.time is None or frame.time < next_second:
                    continue
                image = frame.to_image()
                small = np.asarray(image.convert("L").resize((240, 160)), np.float32)
                if all(_change(small, earlier) >= LEAST_CHANGE for _, earlier in frames):
                    frames.append((image, small))
                    next_second = frame.time + FRAMES_APART_SECONDS
                if len(frames) == MOST_FRAMES:
                    break
    except (av.FFmpegError, IndexError):
        return []
    results: list[Result] = []
    for (one, _), (other, _) in combinations(frames, 2):
        if max(one.size) >= 300:
            results += _compared("frames of a clip", path.name, [one, other])
    return results


def _change(one: np.ndarray, other: np.ndarray) -> float:
    off = np.sort(np.abs(one - other), axis=None)
    return float(off[-off.size // 10 :].mean())


def _pairs_of_parts(folder: Path) -> list[Result]:
    """Compare calm parts of different photographs, each with the next two."""
    parts = [
        (path.name, part)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and _is_large(path)
        for part in list(calm_parts(_open(path)))[:1]
    ]
    results: list[Result] = []
    for apart in (1, 2):
        for (name, one), (other_name, other) in zip(parts, parts[apart:], strict=False):
            results += _compared("parts of photographs", f"{name} and {other_name}", [one, other])
    return results


def _report(results: list[Result], *, name_strong: bool) -> int:
    false = 0
    for is_copy, title in ((False, "Different pictures; none may be strong"), (True, "Copies; each is to be found")):
        print(f"\n{title}.\n{'':24}{'pairs':>7}" + "".join(f"{name:>9}" for name in NAMES))
        for column in (0, 1):
            tallies: dict[str, Counter[str]] = defaultdict(Counter)
            for result in results:
                if result[2] == is_copy:
                    tallies[result[column]][result[3]] += 1
            for name, tally in tallies.items():
                print(f"{name:24}{tally.total():7}" + "".join(f"{tally[called]:9}" for called in NAMES))
            total = sum(tallies.values(), Counter[str]())
            print(f"{'all':24}{total.total():7}" + "".join(f"{total[called]:9}" for called in NAMES) + "\n")
        if not is_copy:
            false = total["strong"]
    if name_strong:
        for name, treatment, is_copy, called, told in results:
            if called == "strong" and not is_copy:
                print(f"    {name}, {treatment}: {told}")
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main())
