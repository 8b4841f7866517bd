"""
News pages that a person looks at before they are brought in: read, and held in the spool.

Nothing of them is answered "received". Confirmed they are recorded from what was read; forgotten for a day they are
swept away.
"""

import json
import os
import shutil
import uuid
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.conf import settings

from archive.accounts.models import User
from archive.extraction.articles.containers import folder_beside
from archive.files.outside_faults import is_outside_fault
from archive.ingest.process_lines import PAGES
from archive.ingest.receive_files import Arrived, arrive
from archive.ingest.record_news_page import NotAPage, Page, open_sandbox, read_page
from archive.ingest.zip_archives import why_unreadable

PAGE_ENDINGS = (".html", ".htm", ".xhtml", ".mhtml", ".mht", ".warc", ".warc.gz", ".wacz", ".webarchive", ".warc.zst",
                ".txt")  # fmt: skip
# A saved page brings its style sheets and scripts along; more than this is no page.
_MOST_MEMBERS = 5_000
_MOST_BYTES = 512 * 1024 * 1024
_LONGEST_NAME_BYTES = 255


class NoSuchPage(Exception):
    """Nothing is held under this key, or it is somebody else's: the two are not told apart."""


class RefusedPage(Exception):
    """A page that cannot be read, with what arrived, for the record."""

    def __init__(self, came: Arrived, why: str) -> None:
        super().__init__(why)
        self.came = came


@dataclass(frozen=True)
class HeldPage:
    """A page that waits for its person: what arrived, what the sandbox read, and what of its folder was refused."""

    key: str
    came: Arrived
    page: Page
    refused: list[Arrived]


def hold(file: BinaryIO, *, name: str, pictures: Iterable[tuple[str, BinaryIO]], by: User) -> HeldPage:
    """
    Take a page in, or a ZIP archive of one with its folder, and read it.

    :param pictures: the files of the folder that was saved with an HTML page
    :raises RefusedPage: it is no page that can be read
    """
    came = arrive(file, original_name=name, delivered_path=name)
    if came.refusal:
        raise RefusedPage(came, "")
    desk = _folder() / uuid.uuid4().hex
    into, beside = desk / "pictures", desk / "beside"
    into.mkdir(parents=True)
    try:
        if _is_packed(came.spool_path):
            came, folder, refused = _unpack(came, beside)
        else:
            folder, refused = _put(pictures, beside)
        with open_sandbox(seconds=settings.INTERACTIVE_MAX_SECONDS) as sandbox:
            page = read_page(came.spool_path, into, sandbox=sandbox, folder=folder)
        note = {
            "came": asdict(came),
            "owner": by.pk,
            "read": page.read,
            "refused": [asdict(arrival) for arrival in refused],
        }
        (desk / "note.json").write_text(json.dumps(note))
    except NotAPage as why:
        shutil.rmtree(desk)
        raise RefusedPage(came, str(why)) from why
    shutil.rmtree(beside, ignore_errors=True)
    return HeldPage(desk.name, came, page, refused)


def find(key: uuid.UUID, *, by: User) -> HeldPage:
    """
    Return the page that this person left under the key.

    :raises NoSuchPage: none, or not theirs
    """
    desk = _folder() / key.hex
    try:
        note = json.loads((desk / "note.json").read_text())
    except (OSError, ValueError):
        raise NoSuchPage from None
    came = Arrived(**note["came"])
    if note["owner"] != by.pk or not came.spool_path.exists():
        raise NoSuchPage
    return HeldPage(
        key.hex, came, Page(note["read"], desk / "pictures"), [Arrived(**arrival) for arrival in note["refused"]]
    )


def drop(page: HeldPage) -> None:
    """Forget a page that was looked at; what was recorded of it meanwhile stays."""
    shutil.rmtree(_folder() / page.key, ignore_errors=True)
    page.came.spool_path.unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.SPOOL_ROOT) / PAGES
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _put(pictures: Iterable[tuple[str, BinaryIO]], folder: Path) -> tuple[Path | None, list[Arrived]]:
    """
    Lay files side by side; browsers send the names of a folder's files without the folders between.

    :return: where they lie, None where none does, and those that were refused
    """
    written, refused = 0, []
    # A name that leads elsewhere is no picture's.
    for name, stream in ((n, s) for n, s in pictures if n not in (".", "..")):
        if len(name.encode()) > _LONGEST_NAME_BYTES:
            why = "its name is longer than the disk takes. Give it a shorter one and send it by itself"
            refused.append(_refused(name, stream.seek(0, os.SEEK_END), name, why))
            continue
        folder.mkdir(exist_ok=True)
        try:
            with (folder / name).open("xb") as target:
                shutil.copyfileobj(stream, target)
                written += target.tell()
        except FileExistsError:
            why = "another file of this name came with the page, from another folder. Send the page as a ZIP archive"
            refused.append(_refused(name, stream.seek(0, os.SEEK_END), name, why))
        if written > _MOST_BYTES:
            raise NotAPage(_too_much())
    return folder if folder.exists() else None, refused


def _is_packed(path: Path) -> bool:
    """Tell whether a file is a ZIP archive of a page; WACZ is one too, and is a page by itself."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except Exception as problem:  # files of other people fail in every way there is
        raise _unreadable_archive(problem) from problem
    return not any(name == "datapackage.json" or (name.startswith("archive/") and ".warc" in name) for name in names)


def _unpack(packed: Arrived, into: Path) -> tuple[Arrived, Path | None, list[Arrived]]:
    """
    Take a ZIP archive of one page apart: the page goes into the spool, its folder to `into`.

    :return: the page, its folder, and the files of it that cannot be read
    """
    refused = []
    try:
        with zipfile.ZipFile(packed.spool_path) as archive:
            members: dict[PurePosixPath, zipfile.ZipInfo] = {}
            listed = [member for member in archive.infolist() if not member.is_dir()]
            if len(listed) > _MOST_MEMBERS or sum(member.file_size for member in listed) > _MOST_BYTES:
                raise NotAPage(_too_much())
            for member in listed:
                path = _safe(member.filename)
                if members.setdefault(path, member) is not member:
                    delivered_path = f"{packed.original_name}/{path}"
                    refused.append(_refused(path.name, member.file_size, delivered_path, _has_its_place()))
            name = _page_among(members)
            with archive.open(members[name]) as stream:
                came = arrive(stream, original_name=name.name, delivered_path=f"{packed.original_name}/{name}")
            if came.refusal:
                raise NotAPage(came.refusal)
            for path, member in members.items():
                if path == name or name.parent not in path.parents:
                    continue
                if why := _unpack_member(archive, member, into / path.relative_to(name.parent)):
                    delivered_path = f"{packed.original_name}/{path}"
                    refused.append(_refused(path.name, member.file_size, delivered_path, why))
    except NotAPage:
        raise
    except Exception as problem:  # as above
        if is_outside_fault(problem):
            raise
        raise _unreadable_archive(problem) from problem
    packed.spool_path.unlink(missing_ok=True)
    folders = [path for path in into.iterdir() if path.is_dir()] if into.exists() else []
    # Of several folders, as tools that fetch pages make them, the page's references name the one.
    folder = folder_beside(into / name.name) or (folders[0] if len(folders) == 1 else into if folders else None)
    return came, folder, refused


def _unpack_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> str:
    """Write one file of an archive; return why it cannot be had, "" where it could: the others do not suffer by it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as stream, target.open("xb") as file:
            shutil.copyfileobj(stream, file)
    except (FileExistsError, NotADirectoryError):
        # What lies there came before: a file and a folder of one name.
        return _has_its_place()
    except Exception as problem:  # as above
        if is_outside_fault(problem):
            raise
        target.unlink(missing_ok=True)
        return f"{why_unreadable(problem)}. Send it by itself"
    return ""


def _has_its_place() -> str:
    return "another file of the archive has its place. Send it by itself"


def _refused(name: str, size_bytes: int, delivered_path: str, why: str) -> Arrived:
    return Arrived(name, size_bytes, refusal=f"“{name}” was not kept: {why}.", delivered_path=delivered_path)


def _unreadable_archive(problem: Exception) -> NotAPage:
    return NotAPage(f"it is a ZIP archive that cannot be read ({why_unreadable(problem)}).")


def _safe(name: str) -> PurePosixPath:
    """Return a path that leads nowhere but down."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return PurePosixPath(*(part.replace("\x00", "")[:200] for part in parts))


def _page_among(members: Iterable[PurePosixPath]) -> PurePosixPath:
    """Return the page of an archive: what lies deeper than others is part of what was saved with it."""
    pages = [path for path in members if path.name.lower().endswith(PAGE_ENDINGS) and path.parts[0] != "__MACOSX"]
    if not pages:
        raise NotAPage("it holds no page: neither HTML, MHTML, WARC, WACZ, webarchive nor plain text.")
    least = min(len(path.parts) for path in pages)
    pages = [path for path in pages if len(path.parts) == least]
    if len(pages) > 1:
        names = ", ".join(path.name for path in pages[:5])
        raise NotAPage(f"it holds {len(pages)} pages ({names}): send each by itself.")
    return pages[0]


def _too_much() -> str:
    return f"it holds more than {_MOST_MEMBERS} files or {_MOST_BYTES // 1024**2} MB."
