"""Keep with the accession what has to be told of a delivery beside the outcome of its files."""

import hashlib
from collections.abc import Iterable

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


def record_remarks(accession: Accession, remarks: Iterable[Remark]) -> None:
    """Write the remarks that were not written before."""
    now = timezone.now()
    AccessionRemark.objects.bulk_create(
        (
            AccessionRemark(
                accession=accession,
                about=remark.about,
                text=remark.text,
                is_problem=remark.is_problem,
                digest=hashlib.sha256(f"{remark.about}\0{remark.text}".encode()).hexdigest(),
                noted_at=now,
            )
            for remark in remarks
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
