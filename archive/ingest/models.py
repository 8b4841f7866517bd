from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.accounts.permissions import may
from archive.catalogue.models import Accession, Item
from archive.extraction.readers.news_versions import LONGEST_GUID
from archive.files.leases import is_over
from archive.press.models import Appearance, Article, Figure

# Whether a row or a sidecar waits for a file: one that was given to a file which was refused waits again.
HAS_NO_FILE = Q(line=None) | Q(line__outcome="REFUSED")
LEASE = timedelta(seconds=settings.INGEST_LEASE_SECONDS)
# Between two tries of a file, however many there were.
LONGEST_WAIT = timedelta(minutes=5)


class AccessionLineQuerySet(models.QuerySet["AccessionLine"]):
    def visible_to(self, user: object) -> AccessionLineQuerySet:
        """Keep the lines of who may bring in; names of files can tell as much as the files do."""
        return self.all() if may(user, "ingest.add_accessionline") else self.none()

    def with_appearance_told(self) -> AccessionLineQuerySet:
        """Annotate `is_told`: this delivery has told already that the item stood in its outlet."""
        lines = AccessionLine.objects.filter(
            Exact(
                Coalesce("appearance__outlet__merged_into", "appearance__outlet"),
                Coalesce(OuterRef("accession__outlet__merged_into"), OuterRef("accession__outlet")),
            ),
            accession=OuterRef("accession"),
            item=OuterRef("item"),
        )
        return self.annotate(is_told=Exists(lines))

    def asking_for_appearance(self) -> AccessionLineQuerySet:
        """Keep the lines of held items that may have stood in the delivery's outlet too: a person says whether."""
        return self.with_appearance_told().filter(
            outcome=AccessionLine.Outcome.ALREADY_HELD,
            item__isnull=False,
            appearance=None,
            article=None,
            figure=None,
            accession__outlet__isnull=False,
            is_told=False,
        )

    def due(self, now: datetime) -> AccessionLineQuerySet:
        """
        Keep what waits to be processed: new lines, those to try again, those whose worker was lost.

        Of the same bytes twice in one delivery the second waits for the first, so that the first one leads.
        """
        before = AccessionLine.objects.filter(
            accession=OuterRef("accession"),
            message_digest=OuterRef("message_digest"),
            pk__lt=OuterRef("pk"),
            state__in=[AccessionLine.State.WAITING, AccessionLine.State.WORKING],
        )
        return self.filter(
            ~Exists(before),
            # Words that came for a file wait until it is known what became of the file.
            Q(about=None) | Q(about__state=AccessionLine.State.DONE),
            Q(state=AccessionLine.State.WAITING)
            & (Q(not_before=None) | is_over("not_before", now=now, longest=LONGEST_WAIT))
            | Q(state=AccessionLine.State.WORKING) & is_over("leased_until", now=now, longest=LEASE),
        )

    def files(self) -> AccessionLineQuerySet:
        """Keep the files; leave out words that came for one of them by themselves."""
        return self.filter(about=None)

    def with_words(self) -> AccessionLineQuerySet:
        """Fetch which rows of captions lists and which later words went to each file: six queries at most."""
        rows = DeliveredRow.objects.select_related("captions_list").defer("captions_list__content", "stated")
        sidecars = DeliveredSidecar.objects.defer("content")
        later = AccessionLine.objects.defer("sidecar", "stated").order_by("pk")
        later = later.prefetch_related(Prefetch("rows", rows), Prefetch("given_sidecars", sidecars))
        return self.prefetch_related(Prefetch("rows", rows), Prefetch("later_words", later))

    def held_up(self) -> AccessionLineQuerySet:
        """Keep what waits because the disk, the file store or the database failed, not the file."""
        return self.filter(state__in=[AccessionLine.State.WAITING, AccessionLine.State.WORKING], outages__gt=0)

    def failed(self) -> AccessionLineQuerySet:
        """Keep what was given up and can be tried again."""
        return self.filter(state=AccessionLine.State.FAILED).exclude(spool_name="", about=None)

    def start_again(self) -> int:
        """Let these lines be processed as if they had just come; return how many there are."""
        return self.update(
            state=AccessionLine.State.WAITING,
            outcome="",
            reason="",
            attempts=0,
            outages=0,
            # From now on somebody should take them up.
            not_before=timezone.now(),
            leased_until=None,
        )


class AccessionLine(models.Model):
    """
    One file of an accession, as it arrived: its name, size and hash, and what became of it.

    The row is the truth about what is still to do. It is made once the bytes lie safely in the spool, and stays as the
    record of a file that was refused or was held already.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("waiting")
        WORKING = "WORKING", _("being read")
        DONE = "DONE", _("done")
        FAILED = "FAILED", _("failed, can be tried again")

    class Outcome(models.TextChoices):
        CREATED = "CREATED", _("brought in")
        ALREADY_HELD = "ALREADY_HELD", _("held already")
        REFUSED = "REFUSED", _("refused")

    class Way(models.TextChoices):
        PAGE = "PAGE", _("the page")
        COMMAND = "COMMAND", _("the command line")

    accession = models.ForeignKey(Accession, models.PROTECT, related_name="lines")
    original_name = models.CharField(max_length=300)
    delivered_path = models.CharField(max_length=1000, blank=True, help_text="where it lay in the delivery")
    size_bytes = models.PositiveBigIntegerField()
    message_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256")
    way = models.CharField(max_length=8, choices=Way.choices)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    stated = models.JSONField(default=dict, help_text="its row of the captions list")
    sidecar = models.BinaryField(null=True, help_text="the XMP file that came beside it, verbatim")

    about = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="later_words",
        help_text="the file that these words are for, which came by themselves; null: it is a file",
    )

    upload_key = models.UUIDField(null=True, unique=True, help_text="the upload that ended as this line")

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    spool_name = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="that the file may be to blame for")
    outages = models.PositiveIntegerField(default=0, help_text="tries that failed for reasons outside of the file")
    not_before = models.DateTimeField(null=True, help_text="when it is tried again; null: at once")
    leased_until = models.DateTimeField(null=True)

    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    reason = models.TextField(blank=True)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="lines")
    appearance = models.OneToOneField(Appearance, models.PROTECT, null=True, related_name="+")
    article = models.ForeignKey(
        Article, models.PROTECT, null=True, related_name="lines", help_text="the news page that this file is"
    )
    figure = models.ForeignKey(
        Figure,
        models.PROTECT,
        null=True,
        related_name="lines",
        help_text="the figure of a news page that this file shows",
    )
    finished_at = models.DateTimeField(null=True)
    has_problems = models.BooleanField(default=False, help_text="it was kept, and not all of it could be read or shown")
    restored = models.BooleanField(default=False, help_text="the held original was put right from these bytes")

    objects = AccessionLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="line_done_has_an_outcome",
                condition=~Q(state="DONE") | ~Q(outcome=""),
            )
        ]
        indexes = [
            models.Index(fields=["state", "not_before"], condition=~Q(state="DONE"), name="line_due"),
            models.Index(fields=["accession", "message_digest"], name="line_accession_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.original_name} of accession {self.accession_id}: {self.outcome or self.state}"

    @property
    def is_open(self) -> bool:
        """Whether a worker has still to see to it, or to words that came for it."""
        unfinished = (self.State.WAITING, self.State.WORKING)
        return self.state in unfinished or any(words.state in unfinished for words in self.later_words.all())

    @property
    def spool_path(self) -> Path:
        """Where its bytes lie until they are kept."""
        return settings.SPOOL_ROOT / self.spool_name


class AccessionRemarkQuerySet(models.QuerySet["AccessionRemark"]):
    def standing(self) -> Self:
        """Leave out that a news document may be about several files, once it was given to one."""
        of_name = DeliveredSidecar.objects.filter(accession=OuterRef("accession"), name=OuterRef("about"))
        is_given = Exists(of_name.exclude(HAS_NO_FILE)) & ~Exists(of_name.filter(HAS_NO_FILE))
        return self.exclude(Q(text__startswith=AccessionRemark.MAY_BE_ABOUT) & is_given)


class AccessionRemark(models.Model):
    """
    What has to be told of a delivery beside the outcome of its files: a row that was not used, a name that was guessed.

    Append-only, once each.
    """

    MAY_BE_ABOUT = "It may be about any of"

    accession = models.ForeignKey(Accession, models.PROTECT, related_name="remarks")
    about = models.TextField(blank=True, help_text="the line of a list or the path of a file; empty: the whole")
    text = models.TextField()
    is_problem = models.BooleanField(help_text="something was not used")
    digest = models.CharField(max_length=64, help_text="SHA-256 of about and text; tells that it was said before")
    noted_at = models.DateTimeField()

    objects = AccessionRemarkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["accession", "digest"], name="remark_once")]

    def __str__(self) -> str:
        return f"{self.about}: {self.text}"


class DeliveredList(models.Model):
    """A captions list as it came with an accession, verbatim; its rows wait for their files. Append-only."""

    accession = models.ForeignKey(Accession, models.PROTECT, related_name="captions_lists")
    name = models.CharField(max_length=1000, help_text="where it lay in the delivery")
    content = models.BinaryField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of its content")
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["accession", "digest"], name="delivered_list_once")]

    def __str__(self) -> str:
        return f"{self.name} of accession {self.accession_id}"


class DeliveredRow(models.Model):
    """One row of a captions list that came with an accession. Written once, and again when it gets a file."""

    captions_list = models.ForeignKey(DeliveredList, models.PROTECT, related_name="rows")
    line_number = models.PositiveIntegerField()
    file_name = models.TextField(help_text="as the row writes it")
    stated = models.JSONField()
    line = models.ForeignKey(
        AccessionLine, models.PROTECT, null=True, related_name="rows", help_text="the line that says it of its file"
    )
    why_not = models.TextField(blank=True, help_text="why it is given to no file by itself; empty: it waits for one")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["captions_list", "line_number"], name="delivered_row_once")]
        indexes = [
            models.Index(fields=["captions_list"], condition=Q(line=None, why_not=""), name="delivered_row_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.captions_list.name}, line {self.line_number}"


class DeliveredSidecar(models.Model):
    """
    An XMP file or news document that came without its picture, verbatim. Written once, and once more when it gets its
    picture.
    """

    accession = models.ForeignKey(Accession, models.PROTECT, related_name="sidecars")
    name = models.CharField(max_length=1000, help_text="where it lay in the delivery")
    content = models.BinaryField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of its name and content")
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    way = models.CharField(max_length=8, choices=AccessionLine.Way.choices, blank=True, default="")
    line = models.ForeignKey(AccessionLine, models.PROTECT, null=True, related_name="given_sidecars")
    why_not = models.TextField(blank=True, help_text="why it is given to no file by itself; empty: it waits for one")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["accession", "digest"], name="delivered_sidecar_once")]

    def __str__(self) -> str:
        return f"{self.name} of accession {self.accession_id}"

    @property
    def came_by(self) -> str:
        """The way it came; of those from before that was noted, by whether a person sent it."""
        return self.way or (AccessionLine.Way.PAGE if self.received_by_id else AccessionLine.Way.COMMAND)


class DeliveredNewsItem(models.Model):
    """The identifier of an item that a news document gives which came without its picture. Append-only."""

    sidecar = models.ForeignKey(DeliveredSidecar, models.PROTECT, related_name="news_items")
    guid = models.CharField(max_length=LONGEST_GUID)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sidecar", "guid"], name="delivered_news_item_once")]

    def __str__(self) -> str:
        return f"{self.guid} of sidecar {self.sidecar_id}"


class WeighedWords(models.Model):
    """
    Until when the words that wait in an accession were weighed against its files. What came later is due.

    The row is the truth about what is still to do: without one nothing was weighed.
    """

    accession = models.OneToOneField(Accession, models.PROTECT, related_name="weighed_words")
    weighed_until = models.DateTimeField(help_text="files read and words received before this were weighed")
    is_under_way = models.BooleanField(help_text="more were found than are given at once")

    def __str__(self) -> str:
        return f"words of accession {self.accession_id}, weighed until {self.weighed_until}"
