from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.extraction.readers.document_identifiers import LONGEST, Part
from archive.extraction.readers.news_versions import LONGEST_GUID
from archive.files.models import MediaFile


class Reading(models.Model):
    """
    What one reader found in one file: every statement verbatim, kept whole. Append-only.

    `statements` is a list of [group, tag, value]; `properties` holds the leading value of each property by name;
    `problems` are sentences for people.
    """

    class State(models.TextChoices):
        READ = "READ", _("read")
        ABSENT = "ABSENT", _("the file carries no metadata")
        UNREADABLE = "UNREADABLE", _("the file carries metadata that cannot be read")

    media_file = models.ForeignKey(MediaFile, models.PROTECT, related_name="readings")
    reader = models.CharField(max_length=40, help_text="embedded or sidecar")
    reader_version = models.CharField(max_length=20)
    read_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices)
    statements = models.JSONField(default=list)
    properties = models.JSONField(default=dict)
    problems = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.reader} reading of {self.media_file_id}: {self.state}"


class Examination(models.Model):
    """
    What one kind of examination found in the bytes of one file. Append-only; the latest of a kind holds.

    Kinds are listed in `examination_kinds.py`. Where a file could not be examined, `problem` says why in a sentence and
    `result` is empty: it is not tried again before the kind has another version.
    """

    media_file = models.ForeignKey(MediaFile, models.PROTECT, related_name="examinations")
    kind = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    inputs = models.CharField(
        max_length=64, blank=True, help_text="digest of what else the result rests on; empty: nothing else changes it"
    )
    result = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    examined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["media_file", "kind", "version", "inputs"], name="examined_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version} of {self.media_file_id}"


class ExaminationLease(models.Model):
    """A file that is being examined, or waits for another try. The row goes once the examination is recorded."""

    media_file = models.ForeignKey(MediaFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    leased_until = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["media_file", "kind"], name="examined_by_one")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.media_file_id}, try {self.attempts}"


class ExaminationsSeen(models.Model):
    """
    How far nothing was left to do of a kind: every file up to `last_file` had an examination, or a lease that tells.

    Saves workers from going over all files for the few new ones. It holds for one version and its inputs, and for a
    while: a file that was recorded late, or had no item then, is found by the next look at all.
    """

    kind = models.CharField(max_length=40, unique=True)
    version = models.CharField(max_length=20)
    inputs = models.CharField(max_length=64, blank=True)
    last_file = models.BigIntegerField()
    all_seen_at = models.DateTimeField(help_text="of the last look at all files")

    def __str__(self) -> str:
        return f"{self.kind} up to file {self.last_file}"


class TrustList(models.Model):
    """
    Certificates that somebody vouches for as signers of Content Credentials, as loaded from files. Append-only.

    Of each name the one with the latest date is in use. `sha256` is that of the files, one after the other; `pem` has
    their certificates and nothing else.
    """

    class Name(models.TextChoices):
        C2PA = "c2pa", "C2PA trust list"
        INTERIM = "interim", "interim trust list of C2PA"
        IPTC_NEWS = "iptc-news", "verified news publishers of IPTC"

    name = models.CharField(max_length=20, choices=Name.choices)
    dated = models.DateField(help_text="the day on which its publisher issued it")
    sha256 = models.CharField(max_length=64)
    pem = models.TextField()
    certificate_count = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "dated", "sha256"], name="trust_list_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.dated}"


class NamedDocument(models.Model):
    """
    A document that a file names by its identifier in XMP: the one it is a version of, or one placed in it.

    Append-only, made with each reading of the file itself; it finds the files that name the same one.
    """

    media_file = models.ForeignKey(MediaFile, models.PROTECT, related_name="named_documents", db_index=False)
    part = models.CharField(max_length=6, choices=[(part.value, part.value) for part in Part])
    identifier = models.CharField(max_length=LONGEST)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["media_file", "identifier"], name="named_document_once")]
        indexes = [models.Index(fields=["identifier", "media_file"], name="named_document_identifier")]

    def __str__(self) -> str:
        return f"{self.media_file_id} names {self.identifier}"


class NewsVersion(models.Model):
    """
    The news item that a reading gives, by the identifier that its supplier gave it (NewsML-G2, ninjs). Append-only.

    Made with the reading; it finds the files that a correction or a kill speaks of, which come without their picture.
    """

    media_file = models.ForeignKey(MediaFile, models.PROTECT, related_name="news_versions")
    reading = models.OneToOneField(Reading, models.PROTECT, related_name="news_version")
    guid = models.CharField(max_length=LONGEST_GUID)
    version = models.CharField(max_length=40, blank=True, help_text="as written")

    class Meta:
        indexes = [models.Index(fields=["guid", "media_file"], name="news_version_guid")]

    def __str__(self) -> str:
        return f"{self.guid}, version {self.version}, of {self.media_file_id}"
