"""Write the records of items into a folder, as the payload of a bag: one item at a time, whatever their number."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils.translation import override

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.exports.gather_record import HIDDEN, Record, hides_words_of_file, keys_seen, records_of
from archive.exports.premis_document import premis_of
from archive.exports.prov_document import prov_of
from archive.exports.record_files import as_json
from archive.exports.report import Report
from archive.exports.seal_bag import Sealed, seal
from archive.files.formats import KEPT
from archive.files.kept_files import BLOCK_BYTES, open_original
from archive.files.models import MediaFile
from archive.ledger.not_done import NotDone
from archive.ledger.signing_key import signing_key
from archive.ledger.snapshot import snapshot

PARTIAL = ".partial"
_ENDINGS = {kept.name: kept.extension for kept in KEPT}


class NotExported(NotDone):
    """Nothing was exported; the text says why and what to do."""


@dataclass(frozen=True)
class Choice:
    """What the person who exports asked for beside the records."""

    originals: bool = True
    distressing: bool = False


@dataclass
class Exported:
    """What was written, and what was left out and why: by rule, or because it could not be read."""

    directory: Path
    sealed: Sealed | None = None
    items: int = 0
    originals: int = 0
    entries: list[int] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


def export(
    keys: Iterable[int],
    directory: Path,
    *,
    reader: User,
    by: User | None = None,
    choice: Choice = Choice(),
    on_progress: Callable[[int], None] = lambda number: None,
) -> Exported:
    """
    Write the records of these items, as this person may read them, into a new folder, and seal it as a bag.

    It bears its name once it is whole; until then, and where something fails, it is called `.partial` and is removed.

    :param reader: whom it is written for
    :param by: the person who exports; None: the command line
    :param on_progress: called after each item, with how many are written
    :raises NotExported: an item that they may not see or that is not there, or a folder that holds something
    :raises NoSigningKey: this machine cannot sign a head of the ledger
    """
    keys = list(dict.fromkeys(keys))
    _refuse(keys, directory, reader)
    signing_key()  # before the work, rather than after it
    with _made_whole(directory) as partial:
        exported = Exported(directory)
        with snapshot():
            _write_payload(partial / "data", keys, reader, choice, exported, on_progress)
        exported.sealed = seal(partial, items=keys, entries=exported.entries, reader=reader, by=by)
    return exported


def _refuse(keys: list[int], directory: Path, reader: User) -> None:
    if not keys:
        raise NotExported("Nothing was exported: no item was named. Give the numbers of items.")
    if missing := sorted(set(keys) - keys_seen(keys, reader=reader)):
        numbers = ", ".join(map(str, missing[:20])) + (" …" if len(missing) > 20 else "")
        raise NotExported(
            f"Nothing was exported: {reader.get_username()} sees no item {numbers}. Look the numbers up in the search."
        )
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise NotExported(f"Nothing was exported: {directory} is there already. Name a folder that is not.")


@contextmanager
def _made_whole(directory: Path) -> Iterator[Path]:
    """Give a folder to write in that takes the name of `directory` once it is whole, and else is removed."""
    directory = directory.resolve()
    partial = directory.with_name(directory.name + PARTIAL)
    try:
        partial.mkdir(parents=True)
    except FileExistsError:
        raise NotExported(
            f"Nothing was exported: {partial} is there already, from an export that goes on or was cut off. "
            "Remove it if none goes on, or name another folder."
        ) from None
    try:
        yield partial
        if directory.exists():
            directory.rmdir()
        os.replace(partial, directory)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _write_payload(
    payload: Path,
    keys: list[int],
    reader: User,
    choice: Choice,
    exported: Exported,
    on_progress: Callable[[int], None],
) -> None:
    report = Report(payload / "report", number=len(keys), reader=reader, shows=choice.distressing)
    # As the record is: whatever is asked for elsewhere, it is written in English.
    with report, override("en"):
        for item, record in records_of(keys, reader=reader):
            folder = payload / "items" / str(item.pk)
            folder.mkdir(parents=True)
            record["original"] = _original(item, record, folder, reader, choice, exported)
            (folder / "item.json").write_bytes(as_json(record))
            (folder / "prov.json").write_bytes(prov_of(record, site=settings.SITE_URL))
            (folder / "premis.xml").write_bytes(premis_of(record, site=settings.SITE_URL))
            report.add(item, record)
            exported.items += 1
            exported.entries += [entry["sequence"] for entry in record["ledger"]]
            exported.left_out += [(item.pk, sentence) for sentence in record["left_out"]]
            on_progress(exported.items)
    if exported.items != len(keys):
        raise NotExported("Nothing was exported: what may be seen of these items changed meanwhile. Export again.")


def _original(
    item: Item, record: Record, folder: Path, reader: User, choice: Choice, exported: Exported
) -> dict[str, str | None]:
    """Copy the original where this person may have it, and say where it lies, or why it is left out."""
    if why := _why_no_original(item, record, reader, choice):
        record["left_out"].append(f"The original: {why}")
        return {"path": None, "left_out": why}
    name = f"{item.media_file.message_digest}{_ENDINGS.get(item.media_file.format_name, '')}"
    (folder / "originals").mkdir()
    if fault := _copy_original(item.media_file, folder / "originals" / name):
        (folder / "originals").rmdir()
        exported.faults.append((item.pk, f"The original: {fault}"))
        record["left_out"].append(f"The original: {fault}")
        return {"path": None, "left_out": fault}
    exported.originals += 1
    return {"path": f"originals/{name}", "left_out": None}


def _why_no_original(item: Item, record: Record, reader: User, choice: Choice) -> str:
    """Say why this person is not given the bytes as they came, by the rules of the pages; "" where they are."""
    if not choice.originals:
        return "it was exported without originals."
    if not reader.has_perm("files.download_original"):
        return "whom this was exported for may not have originals; archivists may."
    if item.is_distressing and not choice.distressing:
        return "the picture is marked as distressing, and was not asked for."
    if hides_words_of_file(record):
        return f"with it comes a wording that is {HIDDEN}."
    return ""


def _copy_original(media_file: MediaFile, target: Path) -> str:
    """Copy the bytes and hold them against their digest; return why they are not there, "" where they are."""
    digest = sha256()
    try:
        with open_original(media_file) as stream, target.open("xb") as copy:
            while block := stream.read(BLOCK_BYTES):
                digest.update(block)
                copy.write(block)
    except FileNotFoundError:
        return "it is missing from the store. Run check_fixity, and send the same file again."
    if digest.hexdigest() != media_file.message_digest:
        target.unlink()
        return "it was altered in the store. Run check_fixity, and send the same file again."
    return ""
