from __future__ import annotations

import re
from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from archive.authorities.models import Agent, Event, Outlet, Place
from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.models import Access, Accession, Caption, Item, closed_captions
from archive.catalogue.names import name_of
from archive.extraction.models import Reading
from archive.matching.models import Match
from archive.press.models import Appearance
from archive.standards.edtf import parse
from archive.standards.timecode import timecode
from archive.standards.vocabulary import Property, SourceKind, SpanProperty, Standing

# Groups of sources that are no metadata of the file: the accession's own record.
ACCESSION_GROUP = "accession"
# Who handed a picture over is between them and the archive; what it derives from is told with a file's name.
NEVER_PUBLIC = (Property.SUPPLIED_BY, Property.DERIVED_FROM)


# Of IPTC's digital source types those that desks send, as `Claim.label` writes them.
_SOURCE_TYPES = (
    _("digital capture"), _("screen capture"), _("negative film"), _("positive film"), _("print"), _("composite"),
    _("composite capture"), _("human edits"), _("minor human edits"), _("digital creation"),
    _("trained algorithmic media"), _("composite with trained algorithmic media"),
)  # fmt: skip


# By the values of Exif's tag Orientation, counted from the picture as its file shows it.
ORIENTATIONS = {
    1: _("as its file shows it"),
    2: _("mirrored left to right"),
    3: _("turned upside down"),
    4: _("mirrored top to bottom"),
    5: _("mirrored left to right, then turned a quarter to the left"),
    6: _("turned a quarter to the right"),
    7: _("mirrored left to right, then turned a quarter to the right"),
    8: _("turned a quarter to the left"),
}


def words_of_code(code: str) -> str:
    """Word one of IPTC's codes of a digital source type, which are words without spaces: screenCapture."""
    return str(_(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code).lower()))


def words_of_place(place: Place) -> str:
    """Name a place, or the one that it was merged into, with the one above it, which were fetched with it."""
    place = place.current
    return f"{place.name}, {place.parent.name}" if place.parent else place.name


def words_of_count(least: int | None, most: int | None) -> str:
    """Word a number of people of which one end may be open."""
    if most is None:
        return str(_("at least %(number)s") % {"number": least})
    if least is None:
        return str(_("at most %(number)s") % {"number": most})
    return "–".join(dict.fromkeys([str(least), str(most)]))


class Source(models.Model):
    """
    The ground of a claim: a metadata tag, a span of a caption, an appearance, a match, a person, an inference.

    Append-only.
    """

    kind = models.CharField(max_length=24, choices=[(kind.value, kind.value) for kind in SourceKind])
    reading = models.ForeignKey(Reading, models.PROTECT, null=True, related_name="+")
    group = models.CharField(max_length=60, blank=True, help_text="of the statement, such as EXIF or XMP-dc")
    tag = models.CharField(max_length=200, blank=True)
    caption = models.ForeignKey(Caption, models.PROTECT, null=True, related_name="+")
    start = models.PositiveIntegerField(null=True, help_text="first character of the span of the caption")
    end = models.PositiveIntegerField(null=True, help_text="the character after the span")
    appearance = models.ForeignKey(Appearance, models.PROTECT, null=True, related_name="+")
    match = models.ForeignKey(Match, models.PROTECT, null=True, related_name="+")
    accession = models.ForeignKey(
        Accession, models.PROTECT, null=True, related_name="+", help_text="the delivery that brought the statement"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    rule = models.CharField(max_length=80, blank=True)
    rule_version = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="source_span_is_whole",
                condition=Q(start__isnull=True, end__isnull=True) | Q(start__lt=F("end"), caption__isnull=False),
            ),
            models.CheckConstraint(
                name="source_of_a_person_names_them",
                condition=~Q(kind=SourceKind.PERSON) | Q(person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.group}:{self.tag}".rstrip(": ")


def _came_closed() -> Q:
    """Narrow to claims whose ground restricted deliveries and news pages brought, but for the item's own delivery."""
    restricted = Access.RESTRICTED
    by_delivery = Q(source__accession__access=restricted) & (
        # Who handed it over is no word of the picture's, and is not released with it.
        Q(source__group=ACCESSION_GROUP) | ~Q(source__accession=F("item__accession"))
    )
    # What a restricted page or delivery says of a copy is carried over to this picture, and the note may name the page.
    of_copy = {"item": OuterRef("value_item")}
    carried = Exists(Appearance.objects.filter(accession__access=restricted, **of_copy)) | Exists(
        Caption.objects.filter(closed_captions(), **of_copy)
    )
    dated = Exists(Appearance.objects.filter(accession__access=restricted, item=OuterRef("item")))
    return (
        by_delivery
        | closed_captions("source__caption__")
        | Q(source__appearance__accession__access=restricted)
        | Q(carried, source__kind=SourceKind.MATCH)
        # Why a picture derives from another tells since when each of the two is known.
        | Q(dated, source__kind=SourceKind.MATCH, property=Property.DERIVED_FROM)
    )


class ClaimQuerySet(models.QuerySet["Claim"]):
    def with_standing(self) -> ClaimQuerySet:
        """Annotate `standing`: that of the latest ruling, PROPOSED where there is none."""
        latest = Ruling.objects.filter(claim=OuterRef("pk")).order_by("-pk").values("standing")[:1]
        return self.annotate(standing=Coalesce(Subquery(latest), models.Value(str(Standing.PROPOSED))))

    def read_from_captions(self) -> ClaimQuerySet:
        """Narrow to what the machine read at a span of a caption."""
        return self.filter(source__kind=SourceKind.CAPTION, source__start__isnull=False)

    def told_to(self, user: object) -> ClaimQuerySet:
        """
        Leave out what this user may not read: `copy_is_seen` tells of the item that a claim names.

        That is every claim whose ground is a match with an item that they may not see, or what a restricted delivery
        brought or a restricted news page printed. For a visitor also who supplied the picture and what it derives from.
        """
        return self.told_for(audience_of(user))

    def told_for(self, audience: Audience) -> ClaimQuerySet:
        """Leave out what this audience may not read."""
        seen = Item.objects.for_audience(audience)
        claims = self.annotate(copy_is_seen=Exists(seen.filter(pk=OuterRef("value_item"))))
        if audience == Audience.STAFF:
            return claims
        both_seen = Exists(seen.filter(media_file=OuterRef("source__match__held"))) & Exists(
            seen.filter(media_file=OuterRef("source__match__other"))
        )
        claims = (
            claims.filter(Q(value_item=None) | Q(copy_is_seen=True))
            .filter(Q(source__match=None) | both_seen)
            .filter(~Exists(Claim.objects.filter(_came_closed(), pk=OuterRef("pk"))))
        )
        return claims.exclude(property__in=NEVER_PUBLIC) if audience == Audience.PUBLIC else claims

    def with_grounds(self) -> ClaimQuerySet:
        """Fetch all that a claim is shown with, in the same query."""
        return self.with_standing().select_related(
            "source__person", "source__caption", "source__appearance__outlet",
            "value_place__parent", "value_place__merged_into__parent", "value_event__merged_into",
            "value_outlet__merged_into", "value_agent", "value_item",
        )  # fmt: skip


class DeliveredReading(models.Model):
    """
    The reading of a sidecar, and a delivery that brought that sidecar. Append-only.

    It says who may read it, also where no claim and no caption rests on it.
    """

    reading = models.ForeignKey(Reading, models.PROTECT, related_name="+")
    accession = models.ForeignKey(Accession, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading", "accession"], name="delivered_reading_once")]

    def __str__(self) -> str:
        return f"reading {self.reading_id} of accession {self.accession_id}"


def closed_readings() -> Q:
    """Narrow readings to those that only archive staff may read: sidecars of restricted deliveries of held bytes."""
    brought = DeliveredReading.objects.filter(reading=OuterRef("pk"))
    captions = Caption.objects.filter(closed_captions(), reading=OuterRef("pk"))
    claims = Claim.objects.filter(_came_closed(), source__reading=OuterRef("pk"))
    only_restricted = Q(Exists(brought)) & ~Q(Exists(brought.filter(_is_open_to_readers())))
    return Q(Exists(captions)) | Q(Exists(claims)) | only_restricted


def closed_among(keys: Collection[int]) -> models.QuerySet[Reading]:
    """
    Return those of these readings that only archive staff may read, as `closed_readings` has it.

    What is asked is led by the keys: whatever PostgreSQL takes an archive to hold, it reads no claims but theirs.
    """
    brought = DeliveredReading.objects.filter(reading__in=keys)
    captions = Caption.objects.filter(closed_captions(), reading__in=keys)
    claims = Claim.objects.filter(_came_closed(), source__reading__in=keys)
    open_ones = brought.filter(_is_open_to_readers()).values("reading")
    only_restricted = Q(pk__in=brought.values("reading")) & ~Q(pk__in=open_ones)
    closed = Q(pk__in=captions.values("reading")) | Q(pk__in=claims.values("source__reading")) | only_restricted
    return Reading.objects.filter(closed, pk__in=keys)


def _is_open_to_readers() -> Q:
    return ~Q(accession__access=Access.RESTRICTED) | Q(accession=F("reading__media_file__item__accession"))


def readings_told_to(user: object) -> models.QuerySet[Reading]:
    """Return the readings that this user may read, of items that they may see."""
    readings = Reading.objects.all()
    return readings if audience_of(user) == Audience.STAFF else readings.exclude(closed_readings())


class Claim(models.Model):
    """
    A statement on one property of an item, its value typed, with the words as written beside it. Append-only.

    Its standing is that of its latest `Ruling`; `objects.with_standing()` tells it.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="claims")
    property = models.CharField(max_length=24, choices=[(name.value, name.value) for name in Property])
    source = models.ForeignKey(Source, models.PROTECT, related_name="claims")
    as_written = models.TextField(blank=True)
    value_edtf = models.CharField(max_length=100, blank=True)
    value_earliest = models.DateField(null=True, help_text="inclusive, local day")
    value_latest = models.DateField(null=True, help_text="inclusive, local day")
    value_moment = models.DateTimeField(null=True, help_text="where the zone is known")
    value_place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    latitude_degrees = models.FloatField(null=True, help_text="WGS 84")
    longitude_degrees = models.FloatField(null=True, help_text="WGS 84")
    uncertainty_metres = models.FloatField(null=True)
    altitude_metres = models.FloatField(null=True, help_text="above sea level; below it negative")
    bearing_degrees = models.FloatField(null=True, help_text="where the camera looked, clockwise from north")
    value_event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    value_outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="+")
    value_agent = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    value_item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+", help_text="derived from it")
    value_offset_milliseconds = models.PositiveIntegerField(null=True, help_text="of the frame of that footage")
    value_min = models.PositiveIntegerField(null=True)
    value_max = models.PositiveIntegerField(null=True)
    value_text = models.TextField(blank=True)
    claimed_at = models.DateTimeField()

    objects = ClaimQuerySet.as_manager()

    class Meta:
        permissions = [("rule_on_claim", "Can accept and reject claims")]
        constraints = [
            models.CheckConstraint(
                name="claim_has_a_value",
                condition=~Q(value_edtf="") | ~Q(value_text="") | Q(value_place__isnull=False)
                | Q(latitude_degrees__isnull=False) | Q(value_event__isnull=False) | Q(value_outlet__isnull=False)
                | Q(value_agent__isnull=False) | Q(value_item__isnull=False)
                | Q(value_min__isnull=False) | Q(value_max__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_point_is_on_the_globe",
                condition=Q(latitude_degrees__isnull=True, longitude_degrees__isnull=True)
                | Q(latitude_degrees__range=(-90, 90), longitude_degrees__range=(-180, 180)),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["item", "property"], name="claim_item_property")]

    def __str__(self) -> str:
        return f"{self.property} of item {self.item_id}: {self.as_written or self.value_edtf or self.value_text}"

    def label(self, language: str | None = settings.LANGUAGE_CODE) -> str:
        """
        Write the value for people; free of queries after `with_grounds()`.

        :param language: that of the record, unless a page asks for another
        """
        with override(language or settings.LANGUAGE_CODE):
            return self._label(language)

    def _label(self, language: str | None) -> str:
        if self.value_edtf:
            return parse(self.value_edtf).label(language)
        if self.latitude_degrees is not None:
            within = f" ± {self.uncertainty_metres:.0f} m" if self.uncertainty_metres else ""
            return f"{self.latitude_degrees:.5f}, {self.longitude_degrees:.5f}{within}"
        if self.value_place:
            beside = f" ± {self.uncertainty_metres / 1000:g} km" if self.uncertainty_metres else ""
            return words_of_place(self.value_place) + beside
        if self.value_item and self.property == Property.DERIVED_FROM:
            return self._label_of_origin(self.value_item)
        if self.value_min is not None or self.value_max is not None:
            return words_of_count(self.value_min, self.value_max)
        if self.property == Property.DIGITAL_SOURCE_TYPE:
            return words_of_code(self.value_text)
        if self.property == Property.ORIENTATION:
            return str(ORIENTATIONS[int(self.value_text)])
        record = self.value_event or self.value_outlet
        return self.value_text or str(record.current if record else self.value_agent)

    def _label_of_origin(self, origin: Item) -> str:
        if self.value_offset_milliseconds is None:
            return name_of(origin)
        return f"{name_of(origin)}, {timecode(self.value_offset_milliseconds)}"


class Ruling(models.Model):
    """A change of a claim's standing: who, when, why. Append-only; the latest holds."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="rulings")
    standing = models.CharField(
        max_length=12, choices=[(name.value, name.value) for name in Standing], help_text=_("from now on")
    )
    reason = models.TextField(blank=True)
    superseded_by = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="+")
    ruled_at = models.DateTimeField()
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"claim {self.claim_id} {self.standing}"


class Span(models.Model):
    """
    A stretch of footage that somebody marked. Append-only: what it is now its latest `SpanVersion` says.

    What is said of a span is said of it alone, and leads nothing of the item: an hour of footage has many days and
    places in it.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="spans")
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"span {self.pk} of item {self.item_id}"


class SpanVersion(models.Model):
    """Where a span begins and ends, and what it is called, from now on. Append-only; the latest of a span holds."""

    span = models.ForeignKey(Span, models.PROTECT, related_name="versions")
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    start_milliseconds = models.PositiveIntegerField(help_text="from the beginning of the footage")
    end_milliseconds = models.PositiveIntegerField(help_text="the moment at which it is over")
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="span_begins_before_it_ends", condition=Q(start_milliseconds__lt=F("end_milliseconds"))
            ),
            models.CheckConstraint(name="span_has_a_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return f"{timecode(self.start_milliseconds)} – {timecode(self.end_milliseconds)} {self.title}"


class SpanClaim(models.Model):
    """What a person says of a span, and on what ground. Append-only; several stand side by side."""

    span = models.ForeignKey(Span, models.PROTECT, related_name="claims")
    property = models.CharField(max_length=24, choices=[(name.value, name.value) for name in SpanProperty])
    as_written = models.TextField(blank=True)
    value_edtf = models.CharField(max_length=100, blank=True)
    value_earliest = models.DateField(null=True, help_text="inclusive, local day")
    value_latest = models.DateField(null=True, help_text="inclusive, local day")
    value_place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    value_event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    value_min = models.PositiveIntegerField(null=True)
    value_max = models.PositiveIntegerField(null=True)
    value_text = models.TextField(blank=True)
    ground = models.TextField(blank=True, help_text="how the person knows")
    claimed_at = models.DateTimeField()
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="span_claim_has_a_value",
                condition=~Q(value_edtf="") | ~Q(value_text="") | Q(value_place__isnull=False)
                | Q(value_event__isnull=False) | Q(value_min__isnull=False) | Q(value_max__isnull=False),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.property} of span {self.span_id}: {self.as_written}"

    def label(self, language: str | None = settings.LANGUAGE_CODE) -> str:
        """
        Write the value for people; free of queries where the place was fetched with the one above it.

        :param language: that of the record, unless a page asks for another
        """
        with override(language or settings.LANGUAGE_CODE):
            if self.value_edtf:
                return parse(self.value_edtf).label(language)
            if self.value_place:
                return words_of_place(self.value_place)
            if self.value_min is not None or self.value_max is not None:
                return words_of_count(self.value_min, self.value_max)
            return str(self.value_event.current) if self.value_event else self.value_text


class SpanRetraction(models.Model):
    """
    From now on a span, or one claim on it, is retracted, or stands again. Append-only; the latest of each holds.
    """

    span = models.ForeignKey(Span, models.PROTECT, related_name="retractions")
    claim = models.ForeignKey(SpanClaim, models.PROTECT, null=True, related_name="retractions")
    is_retracted = models.BooleanField()
    reason = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="span_retracted_with_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.claim or self.span} {'retracted' if self.is_retracted else 'stands again'}"
