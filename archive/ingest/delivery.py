"""
What lies in a delivery: the files of folders and ZIP archives, each with its XMP sidecar and its row of the captions
list.
"""

import csv
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

COLUMNS = ("filename", "caption", "credit", "creator", "date", "place", "event", "outlet", "url")
# Left behind by systems, brought in by nobody.
LITTER = {".ds_store", "thumbs.db", "desktop.ini"}
MAX_SIDECAR_BYTES = 4 * 1024 * 1024


class UnreadableDelivery(ValueError):
    """A path of the delivery, its captions list or its archive cannot be read; the text says which and why."""


@dataclass(frozen=True)
class Delivered:
    """One file of a delivery. `path` is how people name it; `open` opens its bytes; `size_bytes` is what is claimed."""

    path: str
    size_bytes: int
    open: Callable[[], BinaryIO]
    read_sidecar: Callable[[], bytes] | None = None
    stated: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.path.replace("\\", "/").rsplit("/", 1)[-1]


def read_captions(path: Path) -> dict[str, dict[str, str]]:
    """
    Read a captions list: CSV in UTF-8 with the columns of COLUMNS, `filename` first among them; others are ignored.

    :raises UnreadableDelivery: no such file, not UTF-8, no `filename` column, or one name twice
    """
    rows: dict[str, dict[str, str]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if "filename" not in (reader.fieldnames or []):
                raise UnreadableDelivery(
                    f"{path}: the first line names no column “filename”. It takes {', '.join(COLUMNS)}."
                )
            for row in reader:
                stated = {name: (row.get(name) or "").strip() for name in COLUMNS if (row.get(name) or "").strip()}
                if (name := stated.pop("filename", "")) in rows:
                    raise UnreadableDelivery(f"{path}, line {reader.line_num}: {name} is listed twice.")
                if name:
                    rows[name] = stated
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise UnreadableDelivery(f"{path} cannot be read as a captions list: {problem}.") from problem
    return rows


def walk(
    paths: list[Path], *, captions: dict[str, dict[str, str]], leave_out: Path | None = None
) -> Iterator[Delivered]:
    """
    Yield the files below the paths, by name; sidecars come with their picture and not by themselves.

    :raises UnreadableDelivery: a path does not exist
    """
    for path in paths:
        if path.is_dir():
            files = [Path(folder) / name for folder, folders, names in os.walk(path) for name in names]
            yield from _files(sorted(files), captions, leave_out)
        elif zipfile.is_zipfile(path) and path.suffix.lower() == ".zip":
            yield from _members(path, captions)
        elif path.is_file():
            yield from _files([path, *_beside(path)], captions, leave_out, only=path)
        else:
            raise UnreadableDelivery(f"{path} does not exist.")


def _beside(path: Path) -> list[Path]:
    return [near for near in _sidecar_names(path) if near.is_file()]


def _sidecar_names(path: Path) -> list[Path]:
    """Return where the sidecar of a picture may lie: `NAME.jpg.xmp`, `NAME.xmp`."""
    return [path.with_name(path.name + end) for end in (".xmp", ".XMP")] + [
        path.with_suffix(end) for end in (".xmp", ".XMP")
    ]


def _files(
    files: list[Path], captions: dict[str, dict[str, str]], leave_out: Path | None, only: Path | None = None
) -> Iterator[Delivered]:
    there = set(files)
    sidecars = {
        near for path in files if path.suffix.lower() != ".xmp" for near in _sidecar_names(path) if near in there
    }
    for path in [only] if only else files:
        if path.name.lower() in LITTER or path in sidecars or (leave_out and path.resolve() == leave_out.resolve()):
            continue
        if path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
            yield from _members(path, captions)
            continue
        sidecar = next((near for near in _sidecar_names(path) if near in sidecars), None)
        yield Delivered(
            path=str(path),
            size_bytes=path.stat().st_size,
            open=lambda path=path: path.open("rb"),
            read_sidecar=(lambda sidecar=sidecar: sidecar.read_bytes()[:MAX_SIDECAR_BYTES]) if sidecar else None,
            stated=captions.get(path.name, {}),
        )


def _members(archive_path: Path, captions: dict[str, dict[str, str]]) -> Iterator[Delivered]:
    """Yield the files of a ZIP archive; their bytes are streamed out one by one and never unpacked to a path."""
    try:
        archive = zipfile.ZipFile(archive_path)
    except (zipfile.BadZipFile, OSError) as problem:
        raise UnreadableDelivery(f"{archive_path} is no readable ZIP archive: {problem}.") from problem
    by_name = {member.filename: member for member in archive.infolist() if not member.is_dir()}
    paired = {
        near for name in by_name if not name.lower().endswith(".xmp")
        for near in map(str, _sidecar_names(Path(name))) if near in by_name
    }  # fmt: skip
    for name in sorted(by_name):
        base = name.rsplit("/", 1)[-1]
        if base.lower() in LITTER or name in paired or name.startswith("__MACOSX/"):
            continue
        sidecar = next((near for near in map(str, _sidecar_names(Path(name))) if near in paired), None)
        yield Delivered(
            path=f"{archive_path}/{name}",
            size_bytes=by_name[name].file_size,
            open=lambda name=name: archive.open(name),
            read_sidecar=(lambda near=sidecar: archive.open(near).read(MAX_SIDECAR_BYTES)) if sidecar else None,
            stated=captions.get(name, captions.get(base, {})),
        )
