"""
The step after a picture is recorded: fingerprinted, matched with all that is held, its lineage led, its claims checked.

What is to be done stands in the rows of the fingerprints and in the ledger, whoever brought the picture in.
"""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils import timezone

from archive.catalogue.models import Accession
from archive.files.models import MediaFile
from archive.ingest.progress_bar import progress
from archive.provenance import check_items, following_marks, lineage, taking_down

# Short enough that who brings in waits for nobody, long enough that a transaction is worth it.
BATCH = 4


def match_some() -> bool:
    """Take the step for a few pictures; return whether there was anything to do."""
    from archive.matching import find_matches  # with OpenCV: loaded where pictures are matched alone

    matched = find_matches.match_some(BATCH)
    # Also where nothing was matched: a worker may have been killed between the two.
    taking_down.follow()
    following_marks.follow()
    is_led = lineage.follow()
    # Checked once what copies prove of one another is led: that is weighed too.
    return (not is_led and check_items.follow()) or is_led or matched > 0


def match_accession(accession: Accession) -> None:
    """Take the step for the pictures of one delivery; what else is still to do is left to the workers."""
    from archive.matching.make_fingerprints import still_to_do

    files = MediaFile.objects.filter(item__lines__accession=accession)
    total = still_to_do(timezone.now()).filter(media_file__in=files).count()
    with progress(what="matching", total=total, unit="picture") as bar:
        match_all(of=files, report=bar.update)


def match_all(*, of: QuerySet[MediaFile] | None = None, report: Callable[[int], None] = lambda number: None) -> None:
    """
    Take the step for all that is still to do.

    :param of: only for pictures of these files
    :param report: is told how many more were matched
    """
    from archive.matching import find_matches

    while matched := find_matches.match_some(BATCH, of=of):
        report(matched)
        taking_down.follow()
        following_marks.follow()
        lineage.follow()
    while lineage.follow():
        pass
    while check_items.follow():
        pass
