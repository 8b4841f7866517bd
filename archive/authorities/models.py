"""The named things that records point to. Rows are merged, never deleted, so what pointed to one still stands."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from archive.authorities.geometry import bounds, encloses
from archive.authorities.record_tree import MOST_DEPTH, Nested, NestedQuerySet
from archive.standards.edtf import DateInterval, parse
from archive.standards.normal_form import normalise


def _in_range(field: str, limit: float) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": -limit, f"{field}__lte": limit})


class MergeableQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Leave out the records that were merged into another."""
        return self.filter(merged_into=None)

    def alike(self, **which: object) -> Self:
        """Narrow to the record that is named so, the one that stands for it, and all that were merged into that one."""
        keys = self.model.objects.filter(**which).annotate(standing=Coalesce("merged_into", "pk")).values("standing")
        return self.filter(Q(pk__in=keys) | Q(merged_into__in=keys))

    def current(self) -> Self:
        """Put in place of each merged record the one it was merged into."""
        # One key each: with OR, PostgreSQL walks through all records there are, and all above each.
        return self.model.objects.filter(pk__in=self.values_list(Coalesce("merged_into", "pk")))


class Mergeable(models.Model):
    """A record that may have been merged into another: what pointed to it still does, and reads `current`."""

    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")

    class Meta:
        abstract = True

    @property
    def current(self) -> Self:
        """The record that stands for this one; merging keeps it one step away, with_card() makes it free."""
        return self.merged_into or self

    @property
    def current_key(self) -> int:
        """The key of the record that stands for this one; it is free."""
        return self.merged_into_id or self.pk


class PlaceQuerySet(MergeableQuerySet, NestedQuerySet):
    def beneath(self, record: "Place") -> Self:
        """
        Narrow to the place and everything beneath it, merged places included.

        A stretch of coast takes in what lies within its outline too, for a beach stands beneath its town alone;
        that costs one query more.
        """
        if record.kind != Place.Kind.COAST or not record.outline:
            return super().beneath(record)
        south, west, north, east = bounds(record.outline)
        near = Place.objects.filter(
            latitude_degrees__range=(south, north), longitude_degrees__range=(west, east), kind__in=Place.POINT_KINDS
        ).values_list("pk", "latitude_degrees", "longitude_degrees")
        within = [pk for pk, *point in near if encloses(record.outline, *point)]
        return self.filter(Q(path__startswith=record.path) | Q(pk__in=within))

    def named(self, text: str) -> Self:
        """Narrow to places that bear this name in any language, accents and punctuation aside."""
        names = PlaceName.objects.filter(normalised=normalise(text))
        return self.filter(pk__in=names.values("place"))

    def located(self) -> Self:
        return self.filter(latitude_degrees__isnull=False)

    def with_card(self) -> Self:
        """Fetch what a card or a type-ahead row shows: the place and all above it."""
        return self.select_related("parent__parent__parent__parent", "merged_into")


class Place(Mergeable, Nested):
    """A record of the gazetteer. Points are WGS 84; `radius_metres` says how far the place reaches around its point."""

    class Kind(models.TextChoices):
        COUNTRY = "COUNTRY", _("country")
        REGION = "REGION", _("region or nation")
        COUNTY = "COUNTY", _("county or département")
        TOWN = "TOWN", _("town")
        BEACH = "BEACH", _("beach")
        HARBOUR = "HARBOUR", _("harbour")
        PORT = "PORT", _("port")
        COAST = "COAST", _("stretch of coast")
        SEA_AREA = "SEA_AREA", _("sea area")
        BATHING_LAKE = "BATHING_LAKE", _("bathing lake")
        BAY = "BAY", _("bay")
        HEADLAND = "HEADLAND", _("headland")

    # What a photograph can be taken at, where one point and a radius say enough.
    POINT_KINDS = (Kind.BEACH, Kind.HARBOUR, Kind.PORT, Kind.TOWN, Kind.BATHING_LAKE, Kind.BAY, Kind.HEADLAND)

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    country_code = models.CharField(max_length=2, blank=True, help_text=_("ISO 3166-1 alpha-2; empty at sea"))
    latitude_degrees = models.FloatField(null=True, blank=True)
    longitude_degrees = models.FloatField(null=True, blank=True)
    radius_metres = models.PositiveIntegerField(null=True, blank=True)
    outline = models.JSONField(
        default=list, blank=True, help_text=_("[latitude, longitude] corners of a coast or sea area")
    )
    population = models.PositiveIntegerField(null=True, blank=True, help_text=_("people who live there, where counted"))
    source = models.CharField(max_length=100, blank=True)
    source_id = models.CharField(max_length=100, blank=True)
    licence = models.CharField(max_length=60, blank=True)
    # Digest of the gazetteer row as last loaded: only a row that changed since then overrides a correction by hand.
    row_digest = models.CharField(max_length=32, blank=True, editable=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        indexes = [models.Index(fields=["latitude_degrees", "longitude_degrees"], name="place_point")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source_id=""), name="place_source_id_once"
            ),
            models.CheckConstraint(condition=_in_range("latitude_degrees", 90), name="place_latitude_on_earth"),
            models.CheckConstraint(condition=_in_range("longitude_degrees", 180), name="place_longitude_on_earth"),
            models.CheckConstraint(
                condition=Q(latitude_degrees__isnull=True, longitude_degrees__isnull=True)
                | Q(latitude_degrees__isnull=False, longitude_degrees__isnull=False),
                name="place_point_whole",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="place_not_beneath_itself"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="place_not_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """The name with the places around it, "Malo-les-Bains, Dunkirk, Nord, France"; with_card() makes it free."""
        names, place = [self.name], self.parent
        # No nesting is deeper; a circle, which `nest` refuses, would otherwise have no end.
        for _step in range(MOST_DEPTH):
            if place is None:
                break
            if place.kind != Place.Kind.REGION and place.name not in names:
                names.append(place.name)
            place = place.parent
        return ", ".join(names)

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, or None for a place that is not on the map."""
        return None if self.latitude_degrees is None else (self.latitude_degrees, self.longitude_degrees)


class PlaceName(models.Model):
    """One name of a place in one language, the leading name among them."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=12, blank=True, help_text=_("BCP 47; empty where unknown"))
    normalised = models.CharField(max_length=200, db_index=True)
    origin = models.CharField(
        max_length=202, blank=True, db_index=True, help_text=_("the gazetteer row that brought it; empty: a person")
    )

    class Meta:
        verbose_name = _("name of a place")
        verbose_name_plural = _("names of places")
        constraints = [models.UniqueConstraint(fields=["place", "name"], name="place_name_once")]

    def __str__(self) -> str:
        return self.name


class EventQuerySet(MergeableQuerySet, NestedQuerySet):
    def overlapping(self, earliest: date, latest: date) -> Self:
        """Narrow to events that may have gone on within these inclusive days; undated ones are left out."""
        return self.filter(date_earliest__lte=latest, date_latest__gte=earliest)

    def at(self, place: Place) -> Self:
        """Narrow to events at the place or anywhere beneath it."""
        places = Place.objects.beneath(place).values("pk")
        return self.filter(pk__in=EventPlace.objects.filter(place__in=places).values("event"))

    def with_card(self) -> Self:
        """Fetch what a card or a type-ahead row shows: the event, the one above it and its places; two queries."""
        return self.select_related("parent", "merged_into").prefetch_related("places")


class Event(Mergeable, Nested):
    """Something that happened. The EDTF string is the record; its two inclusive days sort and filter."""

    class Kind(models.TextChoices):
        CROSSING = "CROSSING", _("crossing")
        DEPARTURE = "DEPARTURE", _("departure")
        RESCUE = "RESCUE", _("rescue")
        INTERCEPTION = "INTERCEPTION", _("interception")
        ARRIVAL = "ARRIVAL", _("arrival")
        SHIPWRECK = "SHIPWRECK", _("shipwreck")
        PROTEST = "PROTEST", _("protest")
        ANNOUNCEMENT = "ANNOUNCEMENT", _("announcement")
        OTHER = "OTHER", _("other")

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    normalised = models.CharField(max_length=200, db_index=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.OTHER)
    date_edtf = models.CharField(max_length=100, blank=True)
    date_earliest = models.DateField(null=True, blank=True)
    date_latest = models.DateField(null=True, blank=True)
    description = models.TextField(blank=True)
    places = models.ManyToManyField(Place, through="EventPlace", related_name="events")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["date_earliest", "date_latest"], name="event_days")]
        constraints = [
            models.CheckConstraint(
                condition=Q(date_edtf="", date_earliest__isnull=True, date_latest__isnull=True)
                | (~Q(date_edtf="") & Q(date_earliest__lte=F("date_latest"))),
                name="event_days_follow_edtf",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="event_not_beneath_itself"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="event_not_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def interval(self) -> DateInterval | None:
        return parse(self.date_edtf) if self.date_edtf else None


class EventPlace(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE)
    place = models.ForeignKey(Place, on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("place of an event")
        verbose_name_plural = _("places of events")
        constraints = [models.UniqueConstraint(fields=["event", "place"], name="event_place_once")]

    def __str__(self) -> str:
        return f"{self.event} / {self.place}"


class OutletQuerySet(MergeableQuerySet):
    def named(self, text: str) -> Self:
        """Narrow to outlets known by this name or alias, accents and punctuation aside."""
        names = OutletName.objects.filter(normalised=normalise(text))
        return self.filter(pk__in=names.values("outlet"))

    def with_card(self) -> Self:
        """Fetch what a card shows: the outlet and its aliases; two queries."""
        return self.select_related("merged_into").prefetch_related("names")


class Outlet(Mergeable):
    """Who published or supplied a picture."""

    class Kind(models.TextChoices):
        AGENCY = "AGENCY", _("news agency")
        PHOTO_LIBRARY = "PHOTO_LIBRARY", _("photo library")
        BROADCASTER = "BROADCASTER", _("broadcaster")
        NEWSPAPER = "NEWSPAPER", _("newspaper")
        MAGAZINE = "MAGAZINE", _("magazine")
        WEBSITE = "WEBSITE", _("website")
        PLATFORM = "PLATFORM", _("platform")
        AUTHORITY = "AUTHORITY", _("public authority")
        CHARITY = "CHARITY", _("charity")
        OTHER = "OTHER", _("other")

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=13, choices=Kind)
    country_code = models.CharField(max_length=2, blank=True, help_text=_("ISO 3166-1 alpha-2; empty if worldwide"))
    website = models.URLField(blank=True)

    objects = OutletQuerySet.as_manager()

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="outlet_not_merged_into_itself"
            )
        ]

    def __str__(self) -> str:
        return self.name


class OutletName(models.Model):
    """One name an outlet goes by, the leading name among them."""

    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    normalised = models.CharField(max_length=200, db_index=True)

    class Meta:
        verbose_name = _("name of an outlet")
        verbose_name_plural = _("names of outlets")
        constraints = [models.UniqueConstraint(fields=["outlet", "name"], name="outlet_name_once")]

    def __str__(self) -> str:
        return self.name


class Agent(models.Model):
    """A person or body that made or supplied something; `outlet` is the one it works for, where known."""

    class Kind(models.TextChoices):
        PERSON = "PERSON", _("person")
        BODY = "BODY", _("body")

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    normalised = models.CharField(max_length=200, db_index=True)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.PERSON)
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, null=True, blank=True, related_name="agents")

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")

    def __str__(self) -> str:
        return self.name


class AuthorityRevision(models.Model):
    """One row for each sort of record: the mark of its last change. `revision` alone writes it."""

    sort = models.CharField(max_length=20, primary_key=True, help_text="name of the model")
    mark = models.CharField(max_length=32, help_text="another after each change, and never one of before")

    def __str__(self) -> str:
        return f"{self.sort} as of {self.mark}"
