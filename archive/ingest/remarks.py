"""Keep with the accession what has to be told of a delivery beside the outcome of its files."""

import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from archive.catalogue.models import Accession
from archive.ingest.captions_list import Remark
from archive.ingest.delivered_names import tell_litter
from archive.ingest.delivery import Delivered
from archive.ingest.models import AccessionRemark


def remarks_of(files: Iterable[Delivered], left_out: list[str]) -> list[Remark]:
    """Return what was guessed of the names of files, and how many were left out as litter of systems."""
    remarks = [Remark(file.path, file.remark, is_problem=False) for file in files if file.remark]
    if litter := tell_litter(left_out):
        remarks.append(Remark("", litter, is_problem=False))
    return remarks


@transaction.atomic
def record_remarks(accession: Accession, remarks: Iterable[Remark]) -> None:
    """Write the remarks that were not written before. Of two at once the second sees what the first wrote."""
    by_digest = {hashlib.sha256(f"{remark.about}\0{remark.text}".encode()).hexdigest(): remark for remark in remarks}
    if not by_digest:
        return
    # Not left to `ignore_conflicts`: on SQLite the table refuses a key that it has, and the whole statement with it.
    Accession.objects.select_for_update(no_key=True).get(pk=accession.pk)
    known = set(AccessionRemark.objects.filter(accession=accession).values_list("digest", flat=True))
    now = timezone.now()
    AccessionRemark.objects.bulk_create(
        [
            AccessionRemark(
                accession=accession,
                about=remark.about,
                text=remark.text,
                is_problem=remark.is_problem,
                digest=digest,
                noted_at=now,
            )
            for digest, remark in by_digest.items()
            if digest not in known
        ],
        batch_size=500,
    )
