"""
Which news document (NewsML-G2, ninjs) of a delivery speaks of which picture: by the files that it names, else by its
own name.

A document is looked into here, where the delivery is listed, for the names of its pictures alone; it is read in the
sandbox with them. Both bound its size, its elements and its depth.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, Protocol

from archive.extraction.readers.news_documents import (
    LARGEST_BYTES,
    PICTURES,
    DamagedNews,
    NewsItem,
    group_of,
    item_of,
    last_part,
    read_news,
)
from archive.extraction.readers.news_versions import Version, version_of
from archive.ingest.delivered_names import fold_path, is_named_as_picture, without_ending

ENDINGS = (".xml", ".json", ".ninjs", ".newsml", ".g2")


class File(Protocol):
    """What is known of a file of a delivery: its path, a refusal, and how it is opened."""

    @property
    def path(self) -> str: ...

    @property
    def refusal(self) -> str: ...

    @property
    def open(self) -> Callable[[], BinaryIO]: ...


@dataclass(frozen=True)
class NewsDocument:
    """A news document: of which standard, its items, and why it cannot be read, empty where it can."""

    path: str
    group: str
    items: tuple[NewsItem, ...] = ()
    problem: str = ""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def guids(self) -> tuple[str, ...]:
        """The identifiers of its items that are pictures or footage."""
        return tuple(dict.fromkeys(item.guid for item in self.items if item.guid and item.kind in (*PICTURES, "")))

    def about(self, picture: str) -> tuple[str, Version]:
        """Return identifier and version of the item that speaks of a picture."""
        item = item_of(list(self.items), file_name=picture.rpartition("/")[2])
        return (item.guid, version_of(item.version, item.version_created)) if item else ("", version_of("", ""))


@dataclass(frozen=True)
class NewsPairing:
    """
    Which news document goes with which picture.

    `document_of` gives it by picture; `told` says of a document as the end of a sentence why it went with none, and
    `alone` has those of them that no picture of the delivery is named in or like.
    """

    documents: dict[str, NewsDocument] = field(default_factory=dict)
    document_of: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    alone: dict[str, NewsDocument] = field(default_factory=dict)

    def why_not(self, document: NewsDocument) -> str:
        """Say why a document went with no picture: as it was found, or because its picture was not given with it."""
        if why := self.told.get(document.path):
            return why
        pictures = [picture for picture, path in self.document_of.items() if path == document.path]
        names = ", ".join(f"“{picture.rpartition('/')[2]}”" for picture in pictures[:3])
        return f"it is a news document ({document.group}) about {names}; bring it in together with that"


def may_be_news(path: str) -> bool:
    return path.lower().endswith(ENDINGS)


def look_into(file: File) -> NewsDocument | None:
    """Look into a file for what it is and names; None for what is no news document. What it says is not kept."""
    if file.refusal or not may_be_news(file.path):
        return None
    try:
        with file.open() as stream:
            raw = stream.read(LARGEST_BYTES + 1)
    except Exception:  # what cannot be read is told where it arrives
        return None
    if not (group := group_of(raw)):
        return None
    try:
        items = tuple(replace(item, values=[], notes=[]) for item in read_news(raw))
    except DamagedNews as problem:
        return NewsDocument(file.path, group, problem=str(problem))
    return NewsDocument(file.path, group, items)


def pair_news(
    files: Iterable[File],
    having: Mapping[str, str] | None = None,
    look: Callable[[Any], NewsDocument | None] = look_into,
) -> NewsPairing:
    """
    Pair the news documents among the files with the pictures beside them.

    :param having: the pictures that have a sidecar of another kind, each with its path
    :param look: what looks into a file, such as one that remembers what it found
    """
    files = list(files)
    documents = [document for file in files if (document := look(file))]
    if not documents:
        return NewsPairing()
    pairing = NewsPairing({document.path: document for document in documents})
    pictures = [file.path for file in files if not file.refusal and file.path not in pairing.documents]
    beside = _Pictures([path for path in pictures if is_named_as_picture(path)])
    spoken_of: dict[str, list[NewsDocument]] = {}
    for document in documents:
        if named := beside.named_in(document) or beside.named_like(document):
            if len(named) > 1 and not beside.named_in(document):
                pairing.told[document.path] = _of_several(document, named)
                continue
            for picture in named:
                spoken_of.setdefault(picture, []).append(document)
        else:
            pairing.alone[document.path] = document
    _join_versions(spoken_of, pairing)
    for picture, speaking in spoken_of.items():
        _choose(picture, speaking, pairing, (having or {}).get(picture, ""))
    taken = set(pairing.document_of.values())
    for path in taken:
        pairing.told.pop(path, None)
    for document in pairing.alone.values():
        pairing.told[document.path] = _of_none(document)
    return pairing


class _Pictures:
    """The pictures of a delivery, found by their paths and by their names without an ending."""

    def __init__(self, paths: list[str]) -> None:
        self._by_path: dict[str, list[str]] = {}
        self._by_stem: dict[str, list[str]] = {}
        for path in paths:
            self._by_path.setdefault(fold_path(path), []).append(path)
            for stem in {fold_path(path), fold_path(without_ending(path))}:
                self._by_stem.setdefault(stem, []).append(path)

    def named_in(self, document: NewsDocument) -> list[str]:
        """Return the pictures in the folder of a document, or beneath it, that its items name."""
        folder = document.path[: len(document.path) - len(document.name)]
        named: dict[str, None] = {}
        for href in (href for item in document.items for href in item.hrefs):
            for way in (href.strip().removeprefix("./"), last_part(href)):
                if near := self._by_path.get(fold_path(folder + way)) if way else None:
                    named |= dict.fromkeys(near)
                    break
        return list(named)

    def named_like(self, document: NewsDocument) -> list[str]:
        """Return the pictures of the same name as a document, unless it is about something else than a picture."""
        if document.items and not any(item.kind in (*PICTURES, "") for item in document.items):
            return []
        return self._by_stem.get(fold_path(without_ending(document.path)), [])


def _join_versions(spoken_of: dict[str, list[NewsDocument]], pairing: NewsPairing) -> None:
    """Take a document that names no picture for a version of the one that does, where both have one identifier."""
    by_guid = {each.about(picture)[0]: picture for picture, speaking in spoken_of.items() for each in speaking}
    for path, document in list(pairing.alone.items()):
        picture = by_guid.get(document.guids[0]) if len(document.guids) == 1 else None
        if picture:
            spoken_of[picture].append(document)
            del pairing.alone[path]


def _choose(picture: str, speaking: list[NewsDocument], pairing: NewsPairing, other: str) -> None:
    """Give a picture the latest version of the first document, and tell of the rest."""
    first = min(speaking, key=lambda document: (bool(document.problem), document.path))
    guid, _version = first.about(picture)
    versions = [document for document in speaking if document is first or (guid and document.about(picture)[0] == guid)]
    chosen = max(versions, key=lambda document: (document.about(picture)[1], document is first))
    if not other:
        pairing.document_of[picture] = chosen.path
    name = picture.rpartition("/")[2]
    for document in speaking:
        if document is chosen and not other:
            continue
        if document in versions and not other:
            why = f"“{chosen.name}” is a later version of it, and went with “{name}”"
        else:
            near = (other or chosen.path).rpartition("/")[2]
            why = (
                f"“{name}” has “{near}” beside it already, and takes one at a time. "
                "Send the picture again with this one alone"
            )
        pairing.told.setdefault(document.path, f"it is a news document ({document.group}), but {why}")


def _of_several(document: NewsDocument, pictures: list[str]) -> str:
    names = ", ".join(path.rpartition("/")[2] for path in pictures[:3]) + (", …" if len(pictures) > 3 else "")
    return (
        f"it is a news document ({document.group}) that may belong to any of {len(pictures)} files ({names}) and was "
        "given to none: it names none of them"
    )


def _of_none(document: NewsDocument) -> str:
    what = f"it is a news document ({document.group})"
    if document.problem:
        return f"{what} without its picture. {document.problem.rstrip('.')}"
    if not any(item.kind in (*PICTURES, "") for item in document.items):
        return f"{what} about no picture ({document.items[0].kind}), and none beside it is named in it"
    return (
        f"{what} without its picture: no file beside it is named in it or like it, and no document of the same "
        "identifier came with a picture before. Send it with its picture, also where that is held already"
    )
