"""
Search by a picture that is not kept: it is looked at in the sandbox, compared with what is held, and forgotten.

What decodes and compares pictures is loaded with the first search: the pages that ask here are loaded at the start.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.files.formats import UnreadableImage
from archive.files.refusals import in_words_of_reader
from archive.files.sandbox import JobFailed, Limits, Sandbox, Workshop
from archive.matching.kinds import Kind
from archive.provenance.matches import Laid, laid
from archive.standards.orientation import AS_IT_IS, from_to

if TYPE_CHECKING:
    from archive.matching import find_matches

# Larger pictures exist, but nobody searches with one; whoever has one can bring it in.
MAX_BYTES = 200_000_000

Polygon = list[list[float]]


class NoPicture(ValueError):
    """What was sent cannot be searched with; the text says to a person why, and what now."""


@dataclass(frozen=True)
class SamePicture:
    """A held picture that shows the same. `transform` leads from the query to the item: 3 × 3, row by row, 0 to 1."""

    item: Item
    kind: Kind
    is_strong: bool
    distance: int | None
    inliers: int
    shared_of_query: float
    shared_of_item: float
    query_outline: Polygon
    item_outline: Polygon
    transform: list[float]
    offset_milliseconds: int | None


@dataclass(frozen=True)
class Search:
    """What was found, the likeliest first. A picture too plain to recognise says so: it is not without copies."""

    is_matchable: bool
    reason: str
    results: list[SamePicture]


def search_by_upload(picture: UploadedFile | None, *, user: User) -> Search:
    """
    Find what this user may see of the same picture. Nothing is stored; the bytes are gone when this returns.

    :raises NoPicture: nothing was sent, too much, or nothing that can be read as a picture
    """
    if not picture:
        raise NoPicture(_("No picture came. Choose one, drop it, or paste it."))
    if picture.size > MAX_BYTES:
        raise NoPicture(
            _("“%(name)s” has %(size)d MB; a search takes pictures of up to %(most)d MB. Send a smaller copy.")
            % {"name": picture.name, "size": picture.size // 1_000_000, "most": MAX_BYTES // 1_000_000}
        )
    settings.SPOOL_ROOT.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix="looked-at-", dir=settings.SPOOL_ROOT) as copied:
        for chunk in picture.chunks():
            copied.write(chunk)
        copied.flush()
        try:
            return search_by_image(Path(copied.name), user=user)
        except (UnreadableImage, JobFailed) as refusal:
            raise NoPicture(
                _("“%(name)s” cannot be searched with: %(why)s")
                % {"name": picture.name, "why": in_words_of_reader(str(refusal))}
            ) from refusal


def search_by_image(path: Path, *, user: User | None, sandbox: Sandbox | None = None) -> Search:
    """
    Find what shows the same picture as a file, among what the user may see. Nothing of the file is kept.

    :param user: None for the command line, which sees all
    :param sandbox: where to look at it; that of the site by default
    :raises UnreadableImage: it is no picture the archive reads, or too large; the text is a sentence
    :raises JobFailed: reading it took too long, too much memory, or killed its process
    """
    from archive.matching.find_matches import find
    from archive.matching.look_at_picture import FUNCTION, traits_seen

    with tempfile.TemporaryDirectory(prefix="strandline-look-") as folder:
        job = {
            "path": str(path.resolve()),
            "into_dir": folder,
            "pixels": settings.INGEST_MAX_PIXELS,
            "frames": settings.INGEST_MAX_FRAMES,
            "size_bytes": settings.INGEST_MAX_BYTES,
        }
        seen = sandbox.run(FUNCTION, **job) if sandbox else _workshop.submit(FUNCTION, **job).result()
        traits = traits_seen(seen, folder)
        hits = find(traits) if traits.is_matchable else []
    visible = Item.objects.all() if user is None else Item.objects.visible_to(user)
    files = [hit.row.media_file_id for hit in hits]
    items = {item.media_file_id: item for item in visible.filter(media_file__in=files).with_card()}
    results = [_result(hit, items[hit.row.media_file_id]) for hit in hits if hit.row.media_file_id in items]
    return Search(traits.is_matchable, traits.reason, results)


def open_sandbox() -> Sandbox:
    """Return a sandbox under the limits of the settings; it starts with the first picture."""
    return Sandbox(_limits(settings.INGEST_MAX_SECONDS))


def _limits(seconds: int) -> Limits:
    return Limits(address_space_bytes=settings.INGEST_MAX_MEMORY_BYTES, cpu_seconds=seconds, wall_seconds=seconds)


# Those of the site, while somebody waits: a search need not wait for a process to start. Made with the first picture.
_workshop = Workshop(settings.INTERACTIVE_READERS, _limits(settings.INTERACTIVE_MAX_SECONDS))


def _result(hit: "find_matches.Found", item: Item) -> SamePicture:
    comparison, offset = hit.comparison, hit.row.offset_milliseconds
    # It was compared as its copies lay when its fingerprint was made.
    turn = from_to(hit.row.orientation or AS_IT_IS, item.orientation or AS_IT_IS)
    lie = laid(Laid(comparison.transform, comparison.held_area, comparison.query_area), held=turn, other=AS_IT_IS)
    return SamePicture(
        item=item,
        kind=comparison.kind if offset is None else Kind.STILL_OF,
        is_strong=comparison.is_strong,
        distance=comparison.distance,
        inliers=comparison.inliers,
        shared_of_query=comparison.query_share,
        shared_of_item=comparison.held_share,
        query_outline=comparison.query_area,
        item_outline=lie.held_outline,
        transform=lie.transform or [],
        offset_milliseconds=offset,
    )
