"""Keep sidecars and news documents that came without their picture with their accession, until they go to one."""

import hashlib

from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.ingest.delivery import Delivered
from archive.ingest.lines_of_words import is_in_archive, lock_accession
from archive.ingest.models import AccessionLine, DeliveredSidecar
from archive.ingest.receive_files import LONGEST_PATH
from archive.ledger.record_acts import act, recording


def kept_as(file: Delivered) -> str:
    """Return the path by which a sidecar or a document is kept, below the folder that was given."""
    # Of that folder its pictures may come by another name; archives are told apart by theirs.
    return file.path if is_in_archive(file.path) else file.path.removeprefix(f"{file.base}/")


def keep_sidecar(
    name: str, content: bytes, *, accession: Accession, by: User | None, way: str = AccessionLine.Way.PAGE
) -> DeliveredSidecar:
    """Keep an XMP file that came without its picture; the same again adds nothing. `give` gives it to its picture."""
    digest = hashlib.sha256(f"{name}\0".encode() + content).hexdigest()
    with recording():
        lock_accession(accession)
        if kept := DeliveredSidecar.objects.filter(accession=accession, digest=digest).first():
            return kept
        kept = DeliveredSidecar.objects.create(
            accession=accession,
            name=name[:LONGEST_PATH],
            content=content,
            digest=digest,
            received_at=timezone.now(),
            received_by=by,
            way=way,
        )
        payload = {"name": kept.name, "sha256": hashlib.sha256(content).hexdigest(), "accession": accession.pk}
        act(verb="receive sidecar", subject=kept, actor=by or "command line", payload=payload)
    return kept
