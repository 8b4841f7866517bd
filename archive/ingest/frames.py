"""Keep a frame of footage: cut exactly in the sandbox, then brought in as a still like any file, derived from it."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item
from archive.claims.models import Claim
from archive.files.fixity import BeingReread, State, verify
from archive.files.kept_files import digest_of, on_disk
from archive.files.models import MediaFile
from archive.files.original_repair import doubtful, restore
from archive.files.sandbox import Sandbox
from archive.ingest.models import AccessionLine
from archive.ingest.process_lines import LEASE, Bench, limits
from archive.ingest.receive_files import Arrived, arrive, record_arrivals
from archive.ingest.records import KEPT_FRAME
from archive.standards.timecode import timecode
from archive.standards.vocabulary import Property

CUT = "archive.files.footage.cut_frame"
# Of the largest footage that is read, as PNG.
MOST_FRAME_BYTES = 256 * 1024**2


class NotKept(Exception):
    """The frame was cut, but could not be brought in; the text is a sentence for people."""


@dataclass(frozen=True)
class KeptFrame:
    """The still, the moment of its frame, and whether it is new."""

    item: Item
    moment_milliseconds: int
    is_new: bool


def may_keep(person: User) -> bool:
    """Tell whether this person may keep frames: it brings a file in and makes a claim."""
    return person.has_perm("ingest.add_accessionline") and person.has_perm("claims.add_claim")


def keep_frame(footage: Item, *, moment_milliseconds: int, by: User | None) -> KeptFrame:
    """
    Keep the frame that is shown at a moment as a still of its own; where that very frame is held, give that one.

    :param by: None for the command line, which the ledger names so
    :raises NotAllowed: the person may not bring in
    :raises UnreadableImage: it is no footage, or nothing can be decoded at the moment
    :raises JobFailed: decoding ran into a limit
    :raises NotKept: the still could not be recorded now
    """
    if by and not may_keep(by):
        raise NotAllowed(_("Only an archivist may keep a frame."))
    check_original(footage)
    with tempfile.TemporaryDirectory(prefix="strandline-frame-") as folder:
        frame = Path(folder) / "frame.png"
        seconds = settings.INTERACTIVE_MAX_SECONDS if by else settings.INGEST_MAX_SECONDS
        cutting = replace(limits(), written_file_bytes=MOST_FRAME_BYTES, cpu_seconds=seconds, wall_seconds=seconds)
        with on_disk(footage.media_file) as path, Sandbox(cutting) as sandbox:
            cut = sandbox.run(
                CUT, path=str(path), into_path=str(frame), moment_milliseconds=min(moment_milliseconds, 2**31 - 1)
            )
        moment = cut["moment_milliseconds"]
        if still := kept_before(footage, moment):
            if doubtful([still.media_file]):
                _put_right(still.media_file, frame)
            return KeptFrame(still, moment, is_new=False)
        with frame.open("rb") as stream:
            came = arrive(
                stream,
                original_name=f"{Path(footage.file_name).stem[:250]} {timecode(moment).replace(':', '.')}.png",
                stated={"frame_of": footage.pk, "frame_milliseconds": moment},
            )
    line = _bring_in(came, footage, by)
    if line.item is None:
        raise NotKept(line.reason or _("The frame is received and safe, but not recorded yet. Try again in a minute."))
    return KeptFrame(line.item, moment, line.outcome == AccessionLine.Outcome.CREATED)


def check_original(footage: Item) -> None:
    """Refuse to cut a frame from bytes that are not those that were received: it would be kept as one of theirs."""
    try:
        state = verify(footage.media_file, at=timezone.now()).state
    except BeingReread:
        sentence = _(
            "The original of “%(name)s” is being compared with its checksum at this moment. Try again in a few seconds."
        )
        raise NotKept(sentence % {"name": footage.file_name}) from None
    if state is State.UNREADABLE:
        raise NotKept(_("The file store cannot be read now. Nothing is lost. Try again in a minute."))
    if state is not State.INTACT:
        sentence = _(
            "The original of “%(name)s” is missing from the store or was altered there: no frame can be cut from it. "
            "Send the same file again, and it is put right."
        )
        raise NotKept(sentence % {"name": footage.file_name})


def _put_right(media_file: MediaFile, frame: Path) -> None:
    """Restore the original of a still from the frame that was cut again, where that gave the very same bytes."""
    with frame.open("rb") as stream:
        digest, _size = digest_of(stream)
    if digest == media_file.message_digest:
        restore(media_file, frame, delivered_as=media_file.original_name, at=timezone.now())


def kept_before(footage: Item, moment_milliseconds: int) -> Item | None:
    """Return the still that was kept of this frame, whatever its bytes: another library may write it otherwise."""
    claims = Claim.objects.select_related("item__media_file").filter(
        property=Property.DERIVED_FROM,
        value_item=footage,
        value_offset_milliseconds=moment_milliseconds,
        source__rule=KEPT_FRAME,
    )
    first = claims.order_by("pk").first()
    return first.item if first else None


def _bring_in(came: Arrived, footage: Item, by: User | None) -> AccessionLine:
    """Bring the still in at once, into the footage's own accession; a killed process leaves it to the workers."""
    way = AccessionLine.Way.PAGE if by else AccessionLine.Way.COMMAND
    [line] = record_arrivals([came], accession=footage.accession, by=by, way=way, leased_until=timezone.now() + LEASE)
    with Bench(1) as bench:
        bench.take([line])
        while bench.jobs:
            bench.finish_some()
    return line
