"""
What lies in a delivery: the files of folders and ZIP archives, each with its XMP sidecar or news document.

Whatever cannot be listed or opened is a file with a refusal, one of many: it never ends the walk.
"""

import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from archive.ingest.delivered_names import Pairing, ReadName, is_litter, is_sidecar, pair, read_name
from archive.ingest.news_pairing import NewsDocument, NewsPairing, look_into, may_be_news, pair_news
from archive.ingest.zip_archives import MOST_DEPTH, Archives, CannotRead, Place, open_regular, sort_of, why_unreadable

MAX_SIDECAR_BYTES = 4 * 1024 * 1024
_LEADS_OUT = "it is a link that leads out of the folder that was delivered, and such links are not followed"


def _nothing() -> BinaryIO:
    raise CannotRead("it cannot be read")


@dataclass(frozen=True)
class Delivered:
    """
    One file of a delivery. `path` is how people name it; `open` opens its bytes; `size_bytes` is what is claimed.

    `refusal` says as the end of a sentence why it is not taken in; `remark` what had to be guessed to read its name.
    `news` has the identifiers of the items of a news document that came without its picture; None for what is none.
    """

    path: str
    size_bytes: int
    open: Callable[[], BinaryIO] = _nothing
    sidecar: "Delivered | None" = None
    stated: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    remark: str = ""
    news: tuple[str, ...] | None = None
    # The folder or archive that was delivered and holds it, as people name it.
    base: str = ""
    # Its path on the disk; of what lies in an archive also its position in there.
    place: Place = (Path(),)

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]


Look = Callable[[Delivered], NewsDocument | None]


def walk(
    paths: list[Path],
    *,
    leave_out: Path | None = None,
    left_out: list[str] | None = None,
    look: Look = look_into,
) -> Iterator[Delivered]:
    """
    Yield the files below the paths, by name; sidecars come with their picture and not by themselves.

    :param leave_out: the captions list, where it lies among the files
    :param left_out: takes the paths that were left out as litter of systems
    :param look: what looks into a file for whether it is a news document
    """
    archives, left_out = Archives(), [] if left_out is None else left_out
    # A link that a person names leads where that person means; links that a folder brings along stay within it.
    files_given = [path for path in paths if not _is_folder(path)]
    folder_given = _shared_folder(files_given)
    pairings = {folder: _pairing_in(folder) for folder in {path.parent for path in files_given}}
    news_in = {folder: _news_in(folder, pairing, look) for folder, pairing in pairings.items()}
    beside = {path: _sidecars_beside(path, pairings[path.parent], news_in[path.parent]) for path in files_given}
    come_along = set().union(*beside.values())
    seen: set[str] = set()
    for path in paths:
        if path in beside:
            # A sidecar that is named too, by a shell's `*`, comes with its picture.
            if path in come_along:
                continue
            listed = [_on_disk(path), *(_on_disk(file, within=path.parent) for file in beside[path])]
            pairing: Pairing | None = pairings[path.parent]
            news: NewsPairing | None = news_in[path.parent]
            base = name_of(path if path.suffix.lower() == ".zip" else folder_given).text
        else:
            listed, base, pairing, news = _listed(path, left_out), name_of(path).text, None, None
        listed = [replace(file, base=base) for file in listed if file.path not in seen]
        listed = [file for file in listed if not (leave_out and _is_same(file.place[0], leave_out))]
        # A sidecar that may belong to several of the files given is told once.
        seen |= {file.path for file in listed if pairing and file.path in pairing.ambiguous}
        for file in with_sidecars(listed, pairing, news, look):
            yield from unpacked(file, archives, left_out, look)


def _shared_folder(paths: list[Path]) -> Path:
    """Return the folder in which all these files lie, as it was written; empty where that names none."""
    try:
        return Path(os.path.commonpath([path.parent for path in paths]))
    except ValueError:  # none, or written from different roots
        return Path()


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.name == other.name and path.samefile(other)
    except OSError:
        return False


def _listed(folder: Path, left_out: list[str]) -> list[Delivered]:
    """List all files below a folder; a folder that cannot be looked into is a file with a refusal."""
    files: list[Delivered] = []

    def note(problem: OSError) -> None:
        why = f"this folder cannot be looked into ({why_unreadable(problem)})"
        files.append(_refused(Path(problem.filename), why))

    for where, folders, names in os.walk(folder, onerror=note):
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        for path in (Path(where) / name for name in (*names, *links)):
            if is_litter(name_of(path.relative_to(folder)).text):
                left_out.append(name_of(path).text)
            else:
                files.append(_on_disk(path, within=folder))
    return sorted(files, key=lambda file: file.place)


def _on_disk(path: Path, *, within: Path | None = None) -> Delivered:
    """
    Return a file of the disk.

    :param within: the folder that was delivered; a link that leads out of it would bring in what nobody sent
    """
    try:
        status = path.stat()
    except OSError as problem:
        if path.is_symlink() and not os.path.exists(path):
            target = read_name(os.fsencode(path.readlink())).text
            return _refused(path, f"it is a link, and there is nothing at “{target}”, where it leads")
        return _refused(path, f"it cannot be read ({why_unreadable(problem)})")
    if sort := sort_of(status.st_mode):
        if sort == "a folder":
            return _refused(path, "it is a link to a folder, and such links are not followed. Bring that folder in too")
        return _refused(path, f"it is {sort}, not a file")
    if within and not _lies_within(path, within):
        return _refused(path, _LEADS_OUT)
    name = name_of(path)
    return Delivered(name.text, status.st_size, lambda: _open(path, within), remark=name.remark, place=(path,))


def _lies_within(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a circle of links; that it cannot be read is told where it is
        return True


def _open(path: Path, within: Path | None) -> BinaryIO:
    """Open a file; what became a link since the folder was listed is judged again."""
    if within is None:
        return open_regular(path)
    if not _lies_within(path, within):
        raise CannotRead(_LEADS_OUT)
    return open_regular(path.resolve())


def _refused(path: Path, why: str) -> Delivered:
    name = name_of(path)
    return Delivered(name.text, 0, refusal=why, remark=name.remark, place=(path,))


def name_of(path: Path) -> ReadName:
    """Read a path of the disk, whose bytes may be in any code page; what had to be guessed of a part is told."""
    parts = [read_name(part) for part in os.fsencode(path).split(b"/")]
    return ReadName("/".join(part.text for part in parts), " ".join(part.remark for part in parts if part.remark))


def _pairing_in(folder: Path) -> Pairing:
    """Pair what lies in a folder of which single files are given: a sidecar there may be another picture's."""
    try:
        return pair([name_of(path).text for path in folder.iterdir()])
    except OSError:
        return Pairing()


def _news_in(folder: Path, pairing: Pairing, look: Look) -> NewsPairing:
    """Pair the news documents of a folder of which single files are given."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return NewsPairing()
    if not any(may_be_news(path.name) for path in paths):
        return NewsPairing()
    return pair_news([_on_disk(path, within=folder) for path in paths], pairing.sidecar_of, look)


def _sidecars_beside(path: Path, pairing: Pairing, news: NewsPairing) -> list[Path]:
    """Return the sidecars and the news document that lie beside a picture which was given by its own path."""
    name = name_of(path).text
    if document := news.document_of.get(name):
        return [other for other in path.parent.iterdir() if name_of(other).text == document]
    if is_sidecar(path.name) or not pairing.names_sidecar_of(name):
        return []
    near = [other for other in path.parent.iterdir() if is_sidecar(other.name)]
    return sorted(other for other in near if name in pairing.pictures_of(name_of(other).text))


def with_sidecars(
    files: list[Delivered],
    pairing: Pairing | None = None,
    news: NewsPairing | None = None,
    look: Look = look_into,
) -> Iterator[Delivered]:
    """
    Yield the files, each with its sidecar; one that is a picture's second, or may be of several, is refused by name.

    A sidecar whose picture is not among the files comes by itself.

    :param pairing: where it goes by more files than these; `news` likewise
    """
    pairing = pairing or pair([file.path for file in files])
    news = news or pair_news(files, pairing.sidecar_of, look)
    first: dict[str, Delivered] = {}
    paths = {file.path for file in files}
    by_picture = (*pairing.sidecar_of.items(), *news.document_of.items())
    sidecars = {sidecar for picture, sidecar in by_picture if picture in paths}
    for file in files:
        if file.path in sidecars:
            first.setdefault(file.path, file)
    for file in files:
        if first.get(file.path) is file:
            continue
        if pictures := pairing.ambiguous.get(file.path):
            names = [picture.rpartition("/")[2] for picture in pictures]
            listed = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
            why = (
                f"it may belong to any of {len(names)} files ({listed}) and was given to none. Name it “{names[0]}.xmp”"
            )
            yield replace(file, refusal=f"{why} or likewise, after the one it speaks of")
        elif is_sidecar(file.path) and (picture := pairing.surplus.get(file.path)):
            sidecar = pairing.sidecar_of.get(picture, "").rpartition("/")[2]
            why = (
                f"“{picture.rpartition('/')[2]}” has the sidecar “{sidecar}” beside it already, and takes one at a time"
            )
            yield replace(file, refusal=f"{why}. Join the two, or send the picture again with this one alone")
        elif document := news.documents.get(file.path):
            # One that another took the place of is told; what came without its picture may be about one that is held.
            is_alone = file.path in news.alone or file.path not in news.told
            yield replace(file, refusal=news.why_not(document), news=document.guids if is_alone else None)
        else:
            beside = pairing.sidecar_of.get(file.path) or news.document_of.get(file.path, "")
            yield replace(file, sidecar=first.get(beside))


def unpacked(file: Delivered, archives: Archives, left_out: list[str], look: Look = look_into) -> Iterator[Delivered]:
    """
    Yield the file, or what lies in it where it is a ZIP archive; one that cannot be read is a file refused.

    :param left_out: takes the paths that were left out as litter of systems
    """
    if file.refusal or not is_zip(file):
        yield file
        return
    depth = len(file.place)
    if depth > MOST_DEPTH:
        yield replace(file, refusal=f"it is an archive within {depth - 1} archives. Unpack it and send its files")
        return
    try:
        members = archives.members(file.place)
    except CannotRead as problem:
        yield replace(file, refusal=str(problem))
        return
    if file.sidecar:
        yield replace(file.sidecar, refusal=f"“{file.name}” is an archive and no picture")
    listed = []
    for member in members:
        path = f"{file.path}/{member.name.text}"
        if is_litter(member.name.text):
            left_out.append(path)
            continue
        place: Place = (*file.place, member.position)
        listed.append(
            Delivered(
                path,
                member.size_bytes,
                lambda position=member.position: archives.open(file.place, position),
                refusal=member.refusal,
                remark=member.name.remark,
                base=file.base,
                place=place,
            )
        )
    if not listed:
        but = " but what operating systems leave behind" if members else ""
        yield replace(file, refusal=f"it is an archive that holds no file{but}")
    for member_file in with_sidecars(listed, look=look):
        yield from unpacked(member_file, archives, left_out, look)


def is_zip(file: Delivered) -> bool:
    """Tell whether a file is named and begins as a ZIP archive; what is only named so is refused like others."""
    if not file.name.lower().endswith(".zip"):
        return False
    try:
        with file.open() as stream:
            is_begun = stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
            # On the disk a program may stand before it, that unpacks it by itself.
            return is_begun or (len(file.place) == 1 and zipfile.is_zipfile(stream))
    except Exception:  # what cannot be opened is refused where it is brought in
        return False
