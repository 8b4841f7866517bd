"""
Seal an exported bag: BagIt 1.0 (RFC 8493) around a payload, bound to a signed head of the ledger.

    data/…                               the payload, as it stands when this begins
    manifest-sha256.txt                  the digest of each of its files
    bagit.txt, bag-info.txt, verify.py
    ledger/entries.jsonl                 what was done with the items, each act with its proof, that of the export last
    ledger/head, ledger/key              a signed head that covers them, and the key that it is checked with
    tagmanifest-sha256.txt

The act of the export names the digests of the manifest and of the three files below it, the entries, and which of
them are told: so the head binds every byte, also against somebody who writes the lists anew.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from hashlib import file_digest, sha256
from itertools import starmap
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.archive_description import DEFAULT_NAME, described
from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.hidden_wordings import Withheld, withheld_from
from archive.catalogue.models import Item
from archive.ledger.chain import Link, canonical, entry_bytes, moment
from archive.ledger.heads import prove_inclusions, signed_head
from archive.ledger.merkle_tree import leaf_hash
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, recording
from archive.ledger.signing_key import signing_key
from archive.ledger.snapshot import snapshot
from archive.review.reading_requests import hidden_verdicts
from archive.review.verdicts import VERBS
from archive.standards.batches import batches

EXPORT = "export"
MANIFEST, TAGMANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
_CHECKER = Path(__file__).with_name("verify.py")
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
# Of subjects, and of entries with some twenty subtrees each: what a query of either database takes.
_AT_ONCE = 500
_READERS = {Audience.PUBLIC: "visitors", Audience.RESEARCH: "researchers", Audience.STAFF: "archive staff"}
# RFC 8493 lets them be escaped, and programs differ in how.
_UNFIT_FOR_NAMES = frozenset(map(chr, range(32))) | {"\x7f", "%", "\\"}


class Unsealable(NotDone):
    """What stands in the folder cannot be sealed; the text says why."""


class Sealed(NamedTuple):
    """A bag that was sealed: its number, the entry of the act, and what its payload comes to."""

    bag: str
    sequence: int
    file_count: int
    size_bytes: int


def seal(
    directory: Path,
    *,
    items: Iterable[int],
    entries: Iterable[int],
    reader: User,
    by: User | None,
    on_progress: Callable[[int], None] = lambda size_bytes: None,
) -> Sealed:
    """
    Make a bag of a folder whose payload stands in `data/`, and record that it was exported.

    Nobody else writes there meanwhile. What fails after the act leaves an act of a bag that nobody has.

    :param items: keys of those that it is the record of
    :param entries: numbers of those in the ledger that the payload tells of
    :param reader: whom it was written for
    :param by: who had it made; None: the command line
    :param on_progress: called after each file with the bytes that were read of the payload
    :raises Unsealable: there is no payload, something else stands beside it, or a name cannot be listed
    :raises NoSigningKey: this machine cannot sign a head
    """
    signing_key()
    items, sequences, audience = sorted(set(items)), sorted(set(entries)), audience_of(reader)
    if sorted(path.name for path in directory.iterdir()) != ["data"]:
        raise Unsealable(f"{directory} is not sealed: it holds something beside the folder data.")
    bag = str(uuid.uuid4())
    file_count, size_bytes = _write_manifest(directory, on_progress)
    _write(directory / "bagit.txt", _DECLARATION)
    _write(directory / "bag-info.txt", _information(bag, items, audience, f"{size_bytes}.{file_count}"))
    _write(directory / "verify.py", _CHECKER.read_text(encoding="utf-8"))
    told = _told(sequences, items, reader)
    entries = [[sequence - 1, sequence in told] for sequence in sequences]
    payload = {
        "bag": bag,
        "audience": audience.name,
        "items": items,
        "files": {name: _digest(directory / name) for name in ("bag-info.txt", "bagit.txt", MANIFEST, "verify.py")},
        "entries": sha256(canonical(entries).encode()).hexdigest(),
    }
    with recording():
        act(verb=EXPORT, subject=f"exports.bag:{bag}", actor=by or "command line", payload=payload)
    with snapshot():
        signed = signed_head()
        own = LedgerEntry.objects.values_list("sequence", flat=True).get(subject=f"exports.bag:{bag}", verb=EXPORT)
        rows = _rows([*sequences, own], signed.head.size, told | {own})
        (directory / "ledger").mkdir()
        with (directory / "ledger" / "entries.jsonl").open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{canonical(row)}\n" for row in rows)
    _write(directory / "ledger" / "head", signed.note())
    _write(directory / "ledger" / "key", f"{signing_key().public}\n")
    _write_tagmanifest(directory)
    return Sealed(bag, own, file_count, size_bytes)


def _write_manifest(directory: Path, on_progress: Callable[[int], None]) -> tuple[int, int]:
    """Write the list of the payload, and return how many files and bytes it has."""
    file_count = size_bytes = 0
    with (directory / MANIFEST).open("x", encoding="utf-8", newline="\n") as manifest:
        for path in _files_below(directory / "data"):
            name = path.relative_to(directory).as_posix()
            if _UNFIT_FOR_NAMES & set(name) or not name.isprintable():
                raise Unsealable(f"{name!r} is not sealed: its name holds a character that lists of files do not take.")
            manifest.write(f"{_digest(path)}  {name}\n")
            file_count, size_bytes = file_count + 1, size_bytes + path.stat().st_size
            on_progress(size_bytes)
    return file_count, size_bytes


def _write_tagmanifest(directory: Path) -> None:
    names = [path.relative_to(directory).as_posix() for path in _files_below(directory)]
    lines = [f"{_digest(directory / name)}  {name}\n" for name in names if not name.startswith("data/")]
    _write(directory / TAGMANIFEST, "".join(lines))


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder in the order of their names, one folder at a time."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise Unsealable(f"{path} is not sealed: it is no plain file.")
        if path.is_dir():
            yield from _files_below(path)
        else:
            yield path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _source() -> str:
    """Say which archive it is, by the name that its administrator gave it, and where."""
    name = described().name
    return settings.SITE_URL if name == DEFAULT_NAME else f"{name}, {settings.SITE_URL}"


def _information(bag: str, items: list[int], audience: Audience, oxum: str) -> str:
    number = f"{len(items)} item{'' if len(items) == 1 else 's'}"
    facts = {
        "Source-Organization": _source(),
        "External-Identifier": f"urn:uuid:{bag}",
        "External-Description": f"The record of {number}, as {_READERS[audience]} may read it",
        "Bagging-Date": timezone.now().date().isoformat(),
        "Payload-Oxum": oxum,
        "Bag-Software-Agent": "Strandline",
    }
    return "".join(f"{name}: {fact}\n" for name, fact in facts.items())


def _told(sequences: list[int], items: list[int], reader: User) -> set[int]:
    """Return the entries that a reader may read; the others are given by their hash alone."""
    audience, withheld = audience_of(reader), withheld_from(reader, items)
    # A bag goes anywhere: what waits for a second reading is told in it to nobody.
    hidden = {key for some in batches(items, _AT_ONCE) for key in hidden_verdicts([Item(pk=one) for one in some], None)}
    links = (link for some in batches(sequences, _AT_ONCE) for link in _links(some))
    return {link.sequence for link in links if _may_read(link, audience, withheld, hidden)}


def _links(sequences: list[int]) -> Iterator[Link]:
    rows = LedgerEntry.objects.filter(sequence__in=sequences).order_by("sequence").values_list(*Link._fields)
    return starmap(Link, rows)


def _rows(sequences: list[int], size: int, told: set[int]) -> Iterator[dict[str, Any]]:
    """Yield each entry with its proof, the hash alone of one that is not told; two queries for some hundred."""
    for some in batches(sequences, _AT_ONCE):
        proofs = prove_inclusions(some, size)
        for link in _links(some):
            row = {"index": link.sequence - 1, "proof": [part.hex() for part in proofs[link.sequence]]}
            if link.sequence in told:
                yield row | {"entry": link._asdict() | {"occurred_at": moment(link.occurred_at)}}
            else:
                yield row | {"leaf": leaf_hash(entry_bytes(link)).hex()}


def _may_read(link: Link, audience: Audience, withheld: Withheld, hidden: set[int]) -> bool:
    """
    Say whether a reader is told what an entry says: who, why and of what else it tells is for archive staff.

    :param hidden: keys of verdicts that nobody may know of yet
    """
    payload = json.loads(link.payload)
    is_hidden = link.verb in VERBS and payload["verdict"] in hidden
    repeats = any(withheld.hides(text) or withheld.everywhere.name(text) for text in _texts_in(payload))
    return audience is Audience.STAFF and not is_hidden and not repeats


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts_in(part)
