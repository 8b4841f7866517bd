"""Search by a picture that is not kept: it is read in the sandbox, compared with what is held, and forgotten."""

import base64
import tempfile
from dataclasses import dataclass
from pathlib import Path

import simplejpeg
from django.conf import settings

from archive.catalogue.models import Item
from archive.files.sandbox import Limits, Sandbox, Workshop
from archive.matching import finding
from archive.matching.comparing import Traits
from archive.matching.features import Features
from archive.matching.fingerprints import Print
from archive.matching.kinds import Kind
from archive.matching.looking import FUNCTION

Polygon = list[list[float]]


@dataclass(frozen=True)
class Found:
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
    results: list[Found]


def open_sandbox() -> Sandbox:
    """Return a sandbox under the limits of the settings; it starts with the first picture."""
    return Sandbox(_limits(settings.INGEST_MAX_SECONDS))


def _limits(seconds: int) -> Limits:
    return Limits(address_space_bytes=settings.INGEST_MAX_MEMORY_BYTES, cpu_seconds=seconds, wall_seconds=seconds)


# Those of the site, while somebody waits: a search need not wait for a process to start.
_workshop = Workshop(settings.INTERACTIVE_READERS, _limits(settings.INTERACTIVE_MAX_SECONDS))


def search_by_image(path: Path, *, user: object, sandbox: Sandbox | None = None) -> Search:
    """
    Find what shows the same picture as a file, among what the user may see. Nothing of the file is kept.

    :param user: None for the command line, which sees all
    :raises UnreadableImage: it is no picture the archive reads, or too large; the text is a sentence
    :raises JobFailed: reading it took too long, too much memory, or killed its process
    """
    with tempfile.TemporaryDirectory(prefix="strandline-look-") as folder:
        job = {
            "path": str(path.resolve()),
            "into_dir": folder,
            "pixels": settings.INGEST_MAX_PIXELS,
            "frames": settings.INGEST_MAX_FRAMES,
            "size_bytes": settings.INGEST_MAX_BYTES,
        }
        seen = sandbox.run(FUNCTION, **job) if sandbox else _workshop.submit(FUNCTION, **job).result()
        traits = Traits(
            Print.from_json(seen["print"]),
            Features.from_bytes(base64.b64decode(seen["features"])),
            lambda: simplejpeg.decode_jpeg((Path(folder) / "thumbnail.jpg").read_bytes(), colorspace="RGB"),
        )
        found = finding.find(traits) if traits.is_matchable else []
    visible = Item.objects.all() if user is None else Item.objects.visible_to(user)
    files = [one.row.media_file_id for one in found]
    items = {item.media_file_id: item for item in visible.filter(media_file__in=files).with_card()}
    results = [_result(one, items[one.row.media_file_id]) for one in found if one.row.media_file_id in items]
    return Search(traits.is_matchable, traits.reason, results)


def _result(one: finding.Found, item: Item) -> Found:
    said, offset = one.comparison, one.row.offset_milliseconds
    return Found(
        item=item,
        kind=said.kind if offset is None else Kind.STILL_OF,
        is_strong=said.is_strong,
        distance=said.distance,
        inliers=said.inliers,
        shared_of_query=said.query_share,
        shared_of_item=said.held_share,
        query_outline=said.query_area,
        item_outline=said.held_area,
        transform=said.transform,
        offset_milliseconds=offset,
    )
