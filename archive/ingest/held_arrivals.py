"""Record what was delivered again: bytes that are held and were not sent a second time."""

from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.ingest.models import AccessionLine
from archive.ingest.process_lines import items_by_digest, record_held
from archive.ingest.receive_files import Arrived, line_of, note_rows
from archive.projection.item_gate import changing


def record_known(arrivals: list[Arrived], *, accession: Accession, by: User | None, way: str) -> list[AccessionLine]:
    """Write the lines of files that are held already and bring no sidecar, with what this delivery adds to them."""
    items = items_by_digest(came.message_digest for came in arrivals)
    now, lines = timezone.now(), []
    with changing() as change:
        change.lock(items.values())
        for came in arrivals:
            line = line_of(came, accession=accession, by=by, way=way, at=now)
            if record_held(line, items[came.message_digest], now):
                change.add(line.item, reword=True)
            line.save(force_insert=True)
            lines.append(line)
        note_rows(arrivals, lines, accession)
    return lines
