"""
Receive a ZIP archive that the page sent: what lies in it comes in by the rules of the command line, all or none.

Its lines are written in one transaction, the last with the key of the upload: a sender that was broken off finds them.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.ingest.delivered_bytes import READERS, arrivals, chunks
from archive.ingest.delivery import Delivered, is_zip, unpacked
from archive.ingest.give_words import give_some, take_words, with_waiting_rows
from archive.ingest.models import AccessionLine
from archive.ingest.receive_files import Arrived, record_arrivals
from archive.ingest.remarks import record_remarks, remarks_of
from archive.ingest.zip_archives import Archives, open_regular
from archive.ledger.record_acts import recording

Way = AccessionLine.Way
# They are unpacked while a request waits, and recorded in one transaction.
MOST_FILES = 5_000


def archive_sent(path: Path, *, named: str) -> Delivered | None:
    """
    Return what was sent as an archive to unpack; None where it is another file.

    :param named: the path by which it was sent
    """
    file = Delivered(named, path.stat().st_size, partial(open_regular, path), base=named, place=(path,))
    return file if is_zip(file) else None


def receive_archive(archive: Delivered, *, accession: Accession, by: User, upload_key: UUID) -> list[AccessionLine]:
    """
    Receive what lies in an archive, each file with its sidecar and its row, in the order of its paths; wake a worker.

    Captions lists in it give their rows to its files, and to those of other batches.

    :raises NoRoom: the disk is full; nothing of it was received
    """
    left_out: list[str] = []
    files = list(unpacked(archive, Archives(), left_out))
    if len(files) > MOST_FILES:
        why = f"it holds {len(files)} files, and the page takes archives of up to {MOST_FILES}"
        files = [replace(archive, refusal=f"{why}. Send it in parts, or by the command line (manage.py ingest)")]
    files = take_words(files, accession=accession, by=by)
    if not files:
        why = "it holds captions lists and sidecars alone. They were read; there is nothing else in it"
        files = [replace(archive, refusal=why)]
    files, _told = with_waiting_rows(files, accession)
    came: list[Arrived] = []
    try:
        with ThreadPoolExecutor(READERS) as readers:
            for chunk in chunks(files):
                came += arrivals(chunk, readers)
        came[-1] = replace(came[-1], upload_key=upload_key)
        # In one transaction, or what was unmatched could be lost; the remarks first, for they lock the accession.
        with recording():
            record_remarks(accession, remarks_of(files, left_out))
            lines = record_arrivals(came, accession=accession, by=by, way=Way.PAGE)
    except Exception:
        for arrived in came:
            if arrived.spool_path:
                arrived.spool_path.unlink(missing_ok=True)
        raise
    give_some(accession)
    return lines
