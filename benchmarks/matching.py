"""
Derive copies from real and drawn pictures, look them up among all originals, and count what is found and what is not.

    python benchmarks/matching.py [--folder FOLDER ...] [--parts] [--calm SEED ...] [--most N] [--kinds KIND ...]
                                  [--misses] [--false] [--processes N]

Originals: the near-duplicate sets and the photographs with a side of 400 pixels or more of the corpus (or FOLDER), and
the pictures that the sample draws; or, by `--calm`, drawn ones of little contrast, other ones of each seed. With
`--parts` the calm parts of the photographs stand for these: skies, seas, shadows that somebody cut out. Each copy
is looked up by its print and its local features among all originals, as the archive does it, and the candidates are
compared. A copy counts as found when its original is among the answers; a
false match is an answer that names an original of another picture, out of all pairs of a copy and such an original.
Beside it stands what PDQ alone finds at a distance of 31 or less, of the picture and its mirror image.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from fnmatch import fnmatch
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import pi_heif  # noqa: E402
import simplejpeg  # noqa: E402
from calm_pictures import calm_parts, calm_pictures  # noqa: E402
from PIL import Image, ImageOps  # noqa: E402
from variants import variants  # noqa: E402

from archive.files.renditions import JPEG_QUALITY, PURPOSES  # noqa: E402
from archive.matching.compare_pictures import Comparison, Traits, compare  # noqa: E402
from archive.matching.feature_index import WordIndex  # noqa: E402
from archive.matching.features import Features, features  # noqa: E402
from archive.matching.fingerprints import (  # noqa: E402
    CERTAIN_DISTANCE,
    POSSIBLE_DISTANCE,
    Pixels,
    Print,
    distance,
    fingerprint,
)
from archive.matching.kinds import Kind  # noqa: E402

LEAST_SIDE_PX = 400
# Files of the corpus that show the same picture, wholly or within a composition: a match between them is true.
SAME = (
    ("adobe-2022*",),
    ("exif.avif", "exif_imagemagick_orientation.png"),
    ("landscape_?.jpg",),
)
# At least this share of each kind is to be found; kinds that are not named have the last.
TO_REACH = {
    **dict.fromkeys(("JPEG 95", "JPEG 50", "JPEG 20", "half size", "quarter size"), 1.0),
    **dict.fromkeys(("messenger 1600 q75", "WebP", "AVIF", "greyscale"), 1.0),
    "photograph of a screen": 0.85,
}
USUALLY = 0.97
STRONG_FALSE_PER_PAIR = 1 / 100_000


@dataclass(frozen=True)
class Seen:
    """A picture as the archive would hold it: its print, its features, and itself small."""

    print: Print
    features: bytes
    small: bytes
    fingerprint_seconds: float
    features_seconds: float

    @property
    def traits(self) -> Traits:
        return Traits(self.print, Features.from_bytes(self.features), lambda: _opened(self.small))


@dataclass
class Tally:
    count: int = 0
    found: int = 0
    strong: int = 0
    by_pdq: int = 0
    named: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)


def main() -> int:
    options = _options()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as drawn:
        paths = _calm(options.calm, Path(drawn)) if options.calm else []
        if options.folder or options.parts or not options.calm:
            photographs = _originals(options.folder, Path(drawn))
            paths += _parts(photographs, Path(drawn)) if options.parts else photographs
        paths = paths[:: -(-len(paths) // (options.most or len(paths)))]
        with ProcessPoolExecutor(options.processes, get_context("fork")) as pool:
            held = list(pool.map(_see_original, paths))
            matchable = [n for n, seen in enumerate(held) if seen.traits.is_matchable]
            plain = [paths[n].name for n in range(len(paths)) if n not in matchable]
            print(f"{len(paths)} originals; too plain to be matched, and said so: {', '.join(plain) or 'none'}.")
            copies = pool.map(_see_copies, [paths[n] for n in matchable], [options.kinds] * len(matchable))
            return _look_up(paths, held, matchable, copies, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument(
        "--folder", type=Path, nargs="+", help="originals of your own instead of the corpus and the sample"
    )
    parser.add_argument("--parts", action="store_true", help="take calm parts of the photographs instead of them")
    parser.add_argument("--calm", type=int, nargs="+", metavar="SEED", help="draw pictures of little contrast instead")
    parser.add_argument("--most", type=int, help="take at most so many originals, evenly chosen")
    parser.add_argument(
        "--kinds", nargs="+", choices=list(variants()), metavar="KIND", help="copies of these kinds only"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--misses", action="store_true", help="name every copy that was not found")
    parser.add_argument("--false", action="store_true", help="name every false match, weak ones too")
    return parser.parse_args()


# --- Originals and copies -------------------------------------------------------------------------------------------


def _calm(seeds: list[int], drawn: Path) -> list[Path]:
    paths = []
    for seed in seeds:
        for name, image in calm_pictures(seed).items():
            paths.append(drawn / f"{name} {seed}.png")
            image.save(paths[-1], compress_level=1)
    return paths


def _parts(photographs: list[Path], drawn: Path) -> list[Path]:
    paths = []
    for path in photographs:
        for number, part in enumerate(calm_parts(_open(path))):
            # A name that is the same in two folders is told apart by its number among all.
            paths.append(drawn / f"{path.name}, part {number} ({len(paths)}).png")
            part.save(paths[-1], compress_level=1)
    return paths


def _originals(folders: list[Path] | None, drawn: Path) -> list[Path]:
    if folders:
        found = (path for folder in folders for path in sorted(folder.rglob("*")))
        return [path for path in found if path.is_file() and _is_large(path)]
    corpus = Path(os.environ.get("STRANDLINE_CORPUS") or ROOT.parent / "shared" / "corpus")
    paths = []
    if corpus.is_dir():
        near = corpus / "near-dup"
        sets = [*(near / "originals").iterdir(), *(near / "imagehash").iterdir(), near / "pdq-bridge" / "aaa-orig.jpg"]
        paths = [path for path in sorted(sets) + sorted((corpus / "photos").rglob("*")) if _is_large(path)]
    else:
        print(f"There is no corpus at {corpus}: only pictures of the sample are used.", file=sys.stderr)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
    from archive.sample.collection import write_collection

    written = [path for accession in write_collection(drawn) for path in accession.files]
    return paths + [path for path in written if path.suffix != ".mp4"]


def _is_large(path: Path) -> bool:
    pi_heif.register_heif_opener()
    try:
        with Image.open(path) as image:
            image.load()
            return max(image.size) >= LEAST_SIDE_PX
    except (OSError, ValueError, SyntaxError, EOFError):
        return False


def _groups(paths: list[Path]) -> list[int]:
    """Number the pictures: files that show the same have the same number."""
    from archive.sample.story import read_story

    copies = {file.name: Path(file.copy.of).name for file in read_story().files.values() if file.copy}
    numbers: dict[str, int] = {}
    groups = []
    for path in paths:
        same = next((names[0] for names in SAME if any(fnmatch(path.name, name) for name in names)), None)
        groups.append(numbers.setdefault(same or copies.get(path.name, path.name), len(numbers)))
    return groups


def _open(path: Path) -> Image.Image:
    """Open upright, on white."""
    pi_heif.register_heif_opener()
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode in ("RGBA", "LA", "PA", "P"):
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image.convert("RGB")


def _see_original(path: Path) -> Seen:
    return _see(_open(path))


def _see_copies(path: Path, kinds: list[str] | None) -> list[tuple[str, Seen]]:
    image = _open(path)
    made = {kind: changes for kind, changes in variants().items() if not kinds or kind in kinds}
    return [(kind, _see(change(image))) for kind, changes in made.items() for change in changes]


def _see(image: Image.Image) -> Seen:
    """Make the archive's own screen copy of it, and from that what the archive keeps."""
    pixels = np.asarray(image)
    scale = PURPOSES[0][1] / max(image.size)
    if scale < 1:
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    screen = _opened(simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality=JPEG_QUALITY, colorsubsampling="420"))
    started = time.thread_time()
    made = fingerprint(screen)
    between = time.thread_time()
    local = features(screen)
    ended = time.thread_time()
    scale = PURPOSES[1][1] / max(screen.shape[:2])
    small = cv2.resize(screen, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else screen
    body = simplejpeg.encode_jpeg(np.ascontiguousarray(small), quality=JPEG_QUALITY, colorsubsampling="420")
    return Seen(made, local.to_bytes(), body, between - started, ended - between)


def _opened(body: bytes) -> Pixels:
    return simplejpeg.decode_jpeg(body, colorspace="RGB")


# --- Looking up -----------------------------------------------------------------------------------------------------


def _look_up(paths, held, matchable, copies, options) -> int:
    index = WordIndex()
    for number, seen in enumerate(held):
        index.add(number, Features.from_bytes(seen.features))
    groups = _groups(paths)
    sizes = Counter(groups)
    traits = [seen.traits for seen in held]
    tallies: dict[str, Tally] = defaultdict(Tally)
    seconds: list[float] = []
    compared: list[int] = []
    made: list[Seen] = list(held)
    false: list[tuple[bool, str]] = []
    pairs = 0
    for number, of_one in zip(matchable, copies, strict=True):
        for kind, copy in of_one:
            made.append(copy)
            started = time.thread_time()
            answers, count = _find(copy.traits, traits, index)
            seconds.append(time.thread_time() - started)
            compared.append(count)
            tally = tallies[kind]
            _add(tally, copy, number, answers, held, paths)
            pairs += len(held) - sizes[groups[number]]
            for other, answer in answers.items():
                if groups[other] != groups[number]:
                    false.append((answer.is_strong, _told(paths[number].name, kind, paths[other].name, answer)))
    # The originals themselves, each against all others.
    for number, seen in enumerate(held):
        answers, _ = _find(seen.traits, traits, index)
        pairs += len(held) - sizes[groups[number]]
        for other, answer in answers.items():
            if groups[other] != groups[number]:
                false.append((answer.is_strong, _told(paths[number].name, "itself", paths[other].name, answer)))
    return _report(tallies, false, pairs, seconds, compared, made, index, options)


def _find(query: Traits, held: list[Traits], index: WordIndex) -> tuple[dict[int, Comparison], int]:
    """Look up by print and by features, compare the candidates; return the answers and how many were compared."""
    candidates = dict.fromkeys(found.key for found in index.candidates(query.features))
    if query.print.is_matchable:
        for number, other in enumerate(held):
            if other.print.is_matchable and _bits(query.print, other.print) <= POSSIBLE_DISTANCE:
                candidates.setdefault(number)
    answers = {number: compare(query, held[number]) for number in candidates}
    return {number: answer for number, answer in answers.items() if answer is not None}, len(candidates)


def _bits(one: Print, other: Print) -> int:
    return min(distance(one.pdq, other.pdq), distance(one.pdq_mirrored, other.pdq))


def _add(tally: Tally, copy: Seen, number: int, answers: dict[int, Comparison], held: list[Seen], paths) -> None:
    tally.count += 1
    tally.by_pdq += _bits(copy.print, held[number].print) <= CERTAIN_DISTANCE
    if answer := answers.get(number):
        tally.found += answer.kind is not Kind.SIMILAR_SCENE
        tally.strong += answer.is_strong
        tally.named[answer.kind] += 1
    if not answer or answer.kind is Kind.SIMILAR_SCENE:
        why = "" if copy.traits.is_matchable else ", the copy is not matchable and says so"
        tally.misses.append(f"{paths[number].name}{why}")


def _told(name: str, kind: str, other: str, answer: Comparison) -> str:
    return (
        f"{name} ({kind}) / {other}: {answer.kind}, {answer.inliers} points, print at {answer.distance}, "
        f"{answer.agreement:.0%} of the squares agree, by {answer.method}, "
        f"shared {answer.query_share:.0%} / {answer.held_share:.0%}"
    )


# --- Report ---------------------------------------------------------------------------------------------------------


def _report(tallies, false, pairs, seconds, compared, made, index, options) -> int:
    print(f"\n{'kind':24}{'copies':>7}{'found':>9}{'strong':>9}{'PDQ ≤ 31':>10}  to reach   named")
    fails = 0
    for kind, tally in tallies.items():
        wanted = TO_REACH.get(kind, USUALLY)
        found = tally.found / tally.count
        fails += found < wanted
        named = ", ".join(f"{name.lower()} {count}" for name, count in tally.named.most_common(3))
        print(
            f"{kind:24}{tally.count:7}{found:9.1%}{tally.strong / tally.count:9.1%}"
            f"{tally.by_pdq / tally.count:10.1%}{wanted:8.0%} {'' if found >= wanted else '✗':2} {named}"
        )
        if options.misses:
            for name in tally.misses:
                print(f"    not found: {name}")
    strong = [text for is_strong, text in false if is_strong]
    weak = [text for is_strong, text in false if not is_strong]
    print(f"\nUnrelated pairs: {pairs:,}. False and strong: {len(strong)}; asked only: {len(weak)}.")
    for text in strong + (weak if options.false else []):
        print(f"    {text}")
    milliseconds = np.array(seconds) * 1000
    prints = np.array([seen.fingerprint_seconds for seen in made]) * 1000
    locals_ = np.array([seen.features_seconds for seen in made]) * 1000
    for name, values in (("look-up with comparison", milliseconds), ("print", prints), ("local features", locals_)):
        print(f"{name:24} p50 {np.median(values):6.1f} ms   p95 {np.percentile(values, 95):6.1f} ms of one processor")
    size = np.mean([len(seen.features) for seen in made])
    print(f"{np.mean(compared):.1f} candidates compared a look-up; {size / 1000:.1f} kB of features a picture stored,")
    print(f"{index.size_bytes / max(len(index), 1) / 1000:.1f} kB a picture in the index.")
    return 1 if fails or len(strong) > pairs * STRONG_FALSE_PER_PAIR else 0


if __name__ == "__main__":
    sys.exit(main())
