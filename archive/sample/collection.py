"""Writes the files of the sample: kept pictures with the metadata of the story, footage, copies, captions lists."""

import csv
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path

from PIL import Image

from archive.sample import embed_metadata, make_clip
from archive.sample.story import HOME, ROW_COLUMNS, SampleAccession, SampleFile, read_story

CAPTIONS_NAME = "captions.csv"
# Turns a picture to how a camera held sideways stores it: Exif orientation 6 is shown by a quarter turn clockwise.
_STORED = {1: None, 6: Image.Transpose.ROTATE_90}


@dataclass(frozen=True)
class WrittenAccession:
    """One delivery as it lies on disk, beside what the story says of it."""

    story: SampleAccession
    folder: Path

    @property
    def captions(self) -> Path:
        return self.folder / CAPTIONS_NAME

    @property
    def files(self) -> list[Path]:
        return [self.folder / file.name for file in self.story.files]


def write_collection(into: Path, *, report: Callable[[], object] = lambda: None) -> list[WrittenAccession]:
    """
    Write every file of the story below `into`, one folder an accession, and return what lies there.

    The bytes are the same each time. Files of the same names are replaced, nothing else is touched.

    :param report: called after each file
    """
    accessions = [WrittenAccession(accession, into / accession.folder) for accession in read_story().accessions]
    for accession in accessions:
        accession.folder.mkdir(parents=True, exist_ok=True)
        _write_captions(accession)
    files = read_story().files.items()
    # A copy may be of a file in a later folder, and of another copy.
    originals = [(name, file) for name, file in files if file.copy is None]
    with ThreadPoolExecutor(os.cpu_count()) as hands:
        for _written in hands.map(lambda named: write_file(named[1], into / named[0], collection=into), originals):
            report()
    for name, file in files:
        if file.copy:
            write_file(file, into / name, collection=into)
            report()
    return accessions


def write_file(file: SampleFile, path: Path, *, collection: Path) -> None:
    """Write one file; what it is a copy of lies below `collection` already."""
    kept = HOME / "pictures" / path.parent.name / path.name
    if file.copy and file.copy.same_bytes:
        shutil.copyfile(collection / file.copy.of, path)
    elif file.signed:
        shutil.copyfile(kept, path)
    elif file.seconds:
        make_clip.write_clip(_shown(kept), path, seconds=file.seconds, made_at=file.made_at)
    else:
        image = _copied(file, collection) if file.copy else _shown(kept)
        stored = _STORED[file.camera.orientation] if file.camera else None
        embed_metadata.write(image if stored is None else image.transpose(stored), path, file)


def _shown(kept: Path) -> Image.Image:
    with Image.open(f"{kept}.avif") as image:
        return image.convert("RGB")


def _copied(file: SampleFile, collection: Path) -> Image.Image:
    copy = file.copy
    if copy.at_seconds is None:
        with Image.open(collection / copy.of) as original:
            image = original.convert("RGB")
    else:
        image = make_clip.frame_at(collection / copy.of, copy.at_seconds)
    if copy.crop:
        image = image.crop(tuple(round(share * side) for share, side in zip(copy.crop, image.size * 2, strict=True)))
    return narrowed(image, copy.width_px) if copy.width_px else image


def narrowed(image: Image.Image, width_px: int) -> Image.Image:
    """Return a picture at another width, its height in proportion."""
    return image.resize((width_px, round(image.height * width_px / image.width)), Image.Resampling.LANCZOS)


def _write_captions(accession: WrittenAccession) -> None:
    with accession.captions.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["filename", *ROW_COLUMNS])
        writer.writerows([file.name, *astuple(file.row)] for file in accession.story.files if file.row)
