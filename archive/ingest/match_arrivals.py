"""
The step after a picture is recorded: fingerprinted, matched with all that is held, its lineage led, its bytes examined,
its claims checked.

What is to be done stands in the rows of the fingerprints and examinations and in the ledger, whoever brought it in.
"""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils import timezone

from archive.catalogue.models import Accession
from archive.extraction import examinations
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
    is_examined = examinations.examine_some(of=described_files(), is_all=True, recorded=check_items.ask_again)
    # Checked once what copies prove of one another is led, and what the bytes hold is read: that is weighed too.
    is_ready = not is_led and not is_examined
    return (is_ready and check_items.follow()) or not is_ready or matched > 0


def described_files() -> QuerySet[MediaFile]:
    """Return the files that are examined: those of items."""
    return MediaFile.objects.filter(item__isnull=False)


def examine(of: QuerySet[MediaFile]) -> None:
    """Examine the bytes of these files, whatever is still to do of them."""
    total = examinations.count_to_do(of=of, now=timezone.now())
    with progress(what="examining", total=total, unit="file") as bar:
        while examinations.examine_some(of=of, recorded=check_items.ask_again, report=bar.update):
            pass


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
    examine(described_files() if of is None else of)
    while check_items.follow():
        pass
