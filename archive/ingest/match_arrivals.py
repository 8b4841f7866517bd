"""
The step after a picture is recorded: fingerprinted, matched with all that is held, its lineage led, its bytes examined,
its claims checked.

What is to be done stands in the rows of the fingerprints and examinations and in the ledger, whoever brought it in.
"""

from collections.abc import Callable, Sequence

from django.db.models import QuerySet
from django.utils import timezone

from archive.catalogue.models import Accession, Item
from archive.extraction import examinations
from archive.extraction.examination_kinds import PROMPT_KINDS, SLOW_KINDS, ExaminationKind
from archive.files.models import MediaFile
from archive.ingest.progress_bar import progress
from archive.projection.item_gate import changing
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
    # What is new is checked once what copies prove of one another is led, and its bytes are read: that is weighed too.
    # What changed of others waits for nobody: many that come in together keep workers busy for hours.
    is_ready = not is_led and not is_examined
    is_more = check_items.follow(is_all=is_ready)
    return is_more or not is_ready or matched > 0


def examine_slowly() -> bool:
    """
    Do a little of the examinations that take seconds a picture; return whether there was anything to do.

    For whoever has nothing else to do: a large archive takes days of them.
    """
    return examinations.examine_some(of=described_files(), kinds=SLOW_KINDS, is_all=True, recorded=_words_read)


def _words_read(media_file: MediaFile) -> None:
    """Have the item of a file checked anew, and found by the words that were read in its picture."""
    check_items.ask_again(media_file)
    with changing(Item.objects.filter(media_file=media_file)):
        pass  # what search reads is written on leaving


def described_files() -> QuerySet[MediaFile]:
    """Return the files that are examined: those of items."""
    return MediaFile.objects.filter(item__isnull=False)


def examine(of: QuerySet[MediaFile], *, kinds: Sequence[ExaminationKind] = PROMPT_KINDS) -> None:
    """Examine the bytes of these files, whatever is still to do of them; the slow kinds only where they are named."""
    total = examinations.count_to_do(of=of, kinds=kinds, now=timezone.now())
    with progress(what="examining", total=total, unit="file") as bar:
        for of_sort, recorded in ((PROMPT_KINDS, check_items.ask_again), (SLOW_KINDS, _words_read)):
            asked = [kind for kind in kinds if kind in of_sort]
            while examinations.examine_some(of=of, kinds=asked, recorded=recorded, report=bar.update):
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
