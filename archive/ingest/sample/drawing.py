"""Draws the whole sample collection into a folder."""

import csv
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import cv2
from PIL import Image

from archive.ingest.sample import embedding, filming, scenes, story
from archive.ingest.sample.brush import Canvas, finish
from archive.ingest.sample.captioning import put_banner

CAPTIONS_NAME = "captions.csv"
# Turns a picture to how a camera held sideways stores it: Exif orientation 6 is shown by a quarter turn clockwise.
_STORED = {1: None, 6: Image.Transpose.ROTATE_90}


@dataclass(frozen=True)
class DrawnAccession:
    """One folder as it lies on disk, with what the form of its accession would say."""

    folder: Path
    title: str
    supplied_by: str
    outlet: str
    published_on: str  # ISO day, or empty
    terms: str
    note: str
    captions: Path
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Collection:
    accessions: tuple[DrawnAccession, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(path for accession in self.accessions for path in accession.files)


def draw_collection(into: Path, *, report: Callable[[int, int, str], None] | None = None) -> Collection:
    """
    Draw every picture of the story below `into`, one folder an accession, and return what lies there.

    The bytes are the same each time. Files of the same names are replaced, nothing else is touched.

    :param report: called as `report(done, total, name)` after each file
    """
    pairs = [(accession, picture) for accession in story.ACCESSIONS for picture in accession.pictures]
    for accession in story.ACCESSIONS:
        (into / accession.folder).mkdir(parents=True, exist_ok=True)
    done = 0

    def finished(picture: story.Picture) -> None:
        nonlocal done
        done += 1
        if report:
            report(done, len(pairs), picture.name)

    drawn = [pair for pair in pairs if pair[1].copy is None]
    # Drawing is NumPy and OpenCV, which let go of the interpreter: two threads use two cores, and OpenCV's own
    # threads would only get in their way.
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with ThreadPoolExecutor(2) as pool:
            for (_, picture), _ in zip(drawn, pool.map(lambda pair: draw(*pair, into), drawn), strict=True):
                finished(picture)
    finally:
        cv2.setNumThreads(threads)
    for accession, picture in pairs:
        if picture.copy:
            _copy(accession, picture, into)
            finished(picture)
    return Collection(tuple(_describe(accession, into) for accession in story.ACCESSIONS))


def paint(picture: story.Picture) -> Image.Image:
    """Return a picture as it is seen, upright."""
    canvas = Canvas(*picture.size_px, picture.light, seed=picture.seed)
    getattr(scenes, picture.scene)(canvas, **picture.manner)
    image = Image.fromarray(finish(canvas))
    return put_banner(image, *picture.banner) if picture.banner else image


def draw(accession: story.SampleAccession, picture: story.Picture, into: Path) -> None:
    """Draw one picture that is no copy into its accession's folder."""
    image = paint(picture)
    if picture.seconds:
        filming.write_clip(
            image, into / accession.folder / picture.name, seconds=picture.seconds, made_at=picture.made_at
        )
        return
    stored = _STORED[picture.camera.orientation] if picture.camera else None
    if stored is not None:
        image = image.transpose(stored)
    _write(image, picture, into / accession.folder / picture.name)


def _copy(accession: story.SampleAccession, picture: story.Picture, into: Path) -> None:
    source, target = into / picture.copy.of, into / accession.folder / picture.name
    if picture.copy.same_bytes:
        shutil.copyfile(source, target)
        return
    with Image.open(source) as original:
        image = original.convert("RGB")
    if picture.copy.crop:
        image = image.crop(
            tuple(round(share * side) for share, side in zip(picture.copy.crop, image.size * 2, strict=True))
        )
    if picture.copy.width_px:
        height_px = round(image.height * picture.copy.width_px / image.width)
        image = image.resize((picture.copy.width_px, height_px), Image.Resampling.LANCZOS)
    _write(image, picture, target)


def _write(image: Image.Image, picture: story.Picture, path: Path) -> None:
    embedding.write(
        image,
        path,
        camera=picture.camera,
        words=picture.words,
        xmp=picture.xmp,
        iim=picture.iim,
        quality=picture.quality,
    )


def _describe(accession: story.SampleAccession, into: Path) -> DrawnAccession:
    folder = into / accession.folder
    captions = folder / CAPTIONS_NAME
    with captions.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["filename", *(column.name for column in fields(story.Row))])
        writer.writerows([picture.name, *astuple(picture.row)] for picture in accession.pictures if picture.row)
    return DrawnAccession(
        folder=folder,
        title=accession.title,
        supplied_by=accession.supplied_by,
        outlet=accession.outlet,
        published_on=accession.published_on,
        terms=accession.terms,
        note=accession.note,
        captions=captions,
        files=tuple(folder / picture.name for picture in accession.pictures),
    )
