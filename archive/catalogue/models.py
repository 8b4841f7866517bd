from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from archive.accounts.permissions import may
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.audiences import EVERYBODY, Audience, audience_of, may_read_held, readable_for
from archive.extraction.models import Reading
from archive.files.models import MediaFile, Rendition
from archive.files.turned_copies import as_shown, still_to_turn
from archive.standards.normal_form import text_digest
from archive.standards.orientation import AS_IT_IS, turned_size


class Access(models.TextChoices):
    """Who may see an item. A visitor, who is not signed in, sees what is RELEASED and nothing else."""

    RESTRICTED = "RESTRICTED", _("archive staff only")
    RESEARCH = "RESEARCH", _("cleared for research")
    RELEASED = "RELEASED", _("released to the public")
    # Brought in by mistake: nobody sees it, and its address says so.
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


SEEN_BY = {
    Audience.PUBLIC: [Access.RELEASED],
    Audience.RESEARCH: [Access.RESEARCH, Access.RELEASED],
    # All but what is withdrawn.
    Audience.STAFF: [Access.RESTRICTED, Access.RESEARCH, Access.RELEASED],
}


class AccessionQuerySet(models.QuerySet["Accession"]):
    def visible_to(self, user: object) -> AccessionQuerySet:
        """Keep what this user may see: the title and note of a delivery tell as much as its pictures do."""
        if not may(user, "catalogue.view_accession"):
            return self.none()
        return self.all() if user.has_perm("catalogue.view_restricted_item") else self.filter(access=Access.RESEARCH)

    def with_terms_for(self, user: object) -> AccessionQuerySet:
        """
        Keep what states terms that this user may read.

        Everybody reads those that an archivist said are for visitors; whether the rest of the accession may be read
        is annotated as `is_readable`.
        """
        readable = Accession.objects.visible_to(user).filter(pk=OuterRef("pk"))
        stated = self.exclude(terms="").annotate(is_readable=Exists(readable))
        return stated.filter(Q(terms_public=True) | Q(is_readable=True))


class Accession(models.Model):
    """One delivery of material: who brought it, when, from whom, under what terms."""

    title = models.CharField(max_length=300)
    supplied_by = models.CharField(max_length=300, blank=True, help_text="as the deliverer names themself")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, blank=True, related_name="accessions")
    received_on = models.DateField(null=True, blank=True, help_text="the day it was handed over, if that is stated")
    published_on = models.DateField(null=True, blank=True, help_text="the day the outlet published the material")
    terms = models.TextField(blank=True)
    terms_public = models.BooleanField(
        default=False, db_default=False, help_text="whether visitors read the terms beside released pictures of it"
    )
    note = models.TextField(blank=True)
    access = models.CharField(
        max_length=10,
        choices=[choice for choice in Access.choices if choice[0] in (Access.RESTRICTED, Access.RESEARCH)],
        default=Access.RESEARCH,
        help_text="who may see its items until somebody decides otherwise",
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = AccessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["title"], name="accession_title")]

    def __str__(self) -> str:
        return f"{self.title} ({self.opened_at:%Y-%m-%d})"


class AccessionStatement(models.Model):
    """
    One correction of what is said of an accession, with what was said before. Append-only; the latest of a field holds.
    """

    class Field(models.TextChoices):
        TITLE = "title", _("Title")
        SUPPLIED_BY = "supplied_by", _("Supplied by")
        RECEIVED_ON = "received_on", _("Received on")
        OUTLET = "outlet", _("Outlet")
        PUBLISHED_ON = "published_on", _("Published on")
        TERMS = "terms", _("Terms")
        TERMS_PUBLIC = "terms_public", _("Terms for visitors")
        NOTE = "note", _("Note")
        ACCESS = "access", _("Access")

    accession = models.ForeignKey(Accession, models.PROTECT, related_name="statements")
    field = models.CharField(max_length=12, choices=Field.choices)
    before = models.TextField(
        blank=True, help_text="a day as YYYY-MM-DD, an outlet by its name; empty: nothing was stated"
    )
    after = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["accession", "-id"], name="accession_statement")]

    def __str__(self) -> str:
        return f"{self.field} of accession {self.accession_id}: {self.after[:60]}"

    @property
    def label_in_words(self) -> str:
        return self.get_field_display()

    @property
    def before_in_words(self) -> str:
        return self._in_words(self.before)

    @property
    def after_in_words(self) -> str:
        return self._in_words(self.after)

    def _in_words(self, written: str) -> str:
        """Return what was stated as people read it."""
        if self.field == self.Field.ACCESS:
            return str(Access(written).label)
        if self.field == self.Field.TERMS_PUBLIC:
            return str(_("yes") if written else _("no"))
        return written


class Projection(models.Model):
    """
    What search and cards read of an item: its leading values, derived from its claims.

    `claims.projecting` alone writes these columns, and can write them anew at any time.
    """

    date_created_edtf = models.CharField(max_length=100, blank=True)
    date_created_earliest = models.DateField(null=True, help_text="inclusive, local day; null: undated")
    date_created_latest = models.DateField(null=True, help_text="inclusive, local day; null: undated")
    date_created_ground = models.CharField(max_length=24, blank=True, help_text="kind of source of the leading date")
    lead_place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    lead_place_ground = models.CharField(max_length=24, blank=True)
    lead_outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="+")
    lead_outlet_ground = models.CharField(max_length=24, blank=True)
    latitude_degrees = models.FloatField(null=True, help_text="WGS 84, of the leading position of the camera")
    longitude_degrees = models.FloatField(null=True)
    uncertainty_metres = models.FloatField(null=True)
    headline = models.CharField(max_length=300, blank=True)
    lead_caption = models.TextField(blank=True)
    contested = models.JSONField(default=list, help_text="the properties whose claims cannot all be true")
    is_contested = models.BooleanField(default=False)
    is_placed = models.BooleanField(default=False)
    people_min = models.PositiveIntegerField(null=True, help_text="of the leading number of people; null: not stated")
    people_max = models.PositiveIntegerField(null=True)
    camera_model = models.CharField(
        max_length=120, blank=True, help_text="make and model by the file itself, normalised"
    )
    orientation = models.SmallIntegerField(
        null=True, help_text="Exif's 2 to 8: how it is turned from how its file shows it; null: it is not"
    )
    is_reviewed = models.BooleanField(default=False, help_text="a person has linked it or ruled on one of its claims")
    unsearched_words = models.PositiveIntegerField(default=0, help_text="that full text had no room for")
    projected_at = models.DateTimeField(null=True)
    projection_version = models.SmallIntegerField(
        default=0, db_default=0, help_text="of what wrote it; below 0: that failed"
    )

    class Meta:
        abstract = True


class ItemQuerySet(models.QuerySet["Item"]):
    """Questions about items. Every page, bulk action, export, count and API answer starts from `visible_to`."""

    def visible_to(self, user: object) -> ItemQuerySet:
        """Keep what this user may see: nobody sees more, whatever the way in."""
        return self.for_audience(audience_of(user))

    def for_audience(self, audience: Audience) -> ItemQuerySet:
        """Keep what this audience may see."""
        if audience == Audience.STAFF:
            # Of a million items hardly one: the order of an index is kept, which a list of three would lose.
            return self.exclude(access=Access.WITHDRAWN)
        return self.filter(access__in=SEEN_BY[audience])

    def among(self, keys: Iterable[int]) -> list[int]:
        """Return which of these keys are of items kept here, in the order given, each once; one query."""
        keys = list(dict.fromkeys(keys))
        kept = set(self.filter(pk__in=keys).values_list("pk", flat=True))
        return [key for key in keys if key in kept]

    def having(self, keys: Collection[int]) -> ItemQuerySet:
        """Narrow to the items of these keys, however many: they are one value, where IN would make one of each."""
        if connection.vendor == "sqlite":
            return self.filter(pk__in=RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(keys))]))
        return self.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [list(keys)]))

    def named_by(self, column: str) -> Exists:
        """
        Narrow rows of another table to those whose item, which this column names, is among these.

        Asked of each row: with IN, SQLite gathers the keys of all items there are, first. PostgreSQL does the same.
        """
        return Exists(self.order_by().filter(pk=OuterRef(column)))

    def undated(self) -> ItemQuerySet:
        return self.filter(date_created_earliest__isnull=True)

    def dated(self) -> ItemQuerySet:
        return self.filter(date_created_earliest__isnull=False)

    def unplaced(self) -> ItemQuerySet:
        return self.filter(is_placed=False)

    def at_place(self, place: Place) -> ItemQuerySet:
        """Keep items led to this place or to anything beneath it, as archive staff know it."""
        alike = Place.objects.alike(pk=place.pk).values("pk")
        return self.filter(pk__in=ItemPlace.objects.for_staff().filter(place__in=alike).values("item"))

    def of_outlet(self, outlet: Outlet) -> ItemQuerySet:
        """Keep items of this outlet, as archive staff know it."""
        alike = Outlet.objects.alike(pk=outlet.pk).values("pk")
        return self.filter(pk__in=ItemOutlet.objects.for_staff().filter(outlet__in=alike).values("item"))

    def with_card(self) -> ItemQuerySet:
        """Fetch what a card of the result grid shows: two queries."""
        return self.select_related("media_file", "lead_place", "lead_outlet").prefetch_related(
            Prefetch("media_file__renditions", Rendition.objects.one_of_each())
        )


class Item(Projection):
    """A picture as a described thing (PREMIS intellectual entity); its bytes are the media file's."""

    class Kind(models.TextChoices):
        PHOTOGRAPH = "PHOTOGRAPH", _("photograph")
        STILL = "STILL", _("still")
        FOOTAGE = "FOOTAGE", _("footage")

    media_file = models.OneToOneField(MediaFile, models.PROTECT, related_name="item")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PHOTOGRAPH)
    access = models.CharField(max_length=10, choices=Access.choices, default=Access.RESEARCH)
    is_distressing = models.BooleanField(default=False, help_text="shown blurred until somebody asks for it")
    is_contradicted = models.BooleanField(
        default=False, help_text="a check found something contradictory; told to archive staff alone"
    )
    file_name = models.CharField(max_length=300, help_text="as it first came")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    accession = models.ForeignKey(Accession, models.PROTECT, related_name="items", help_text="it first came with")

    objects = ItemQuerySet.as_manager()

    class Meta:
        permissions = [
            ("view_restricted_item", "Can see items that are for archive staff only"),
            ("clear_item", "Can clear an item for research, or restrict it"),
            ("release_item", "Can release an item to the public, or take it back"),
            ("mark_distressing", "Can mark a picture as distressing, or take that back"),
            ("withdraw_item", "Can withdraw an item that was brought in by mistake, and bring it back"),
            ("destroy_original", "Can confirm that the bytes of a withdrawn item are destroyed, which another asked"),
        ]
        constraints = [
            models.CheckConstraint(
                name="item_dated_by_both_bounds",
                condition=Q(date_created_earliest__isnull=True, date_created_latest__isnull=True)
                | Q(date_created_earliest__lte=F("date_created_latest")),
            )
        ]
        indexes = [
            models.Index(fields=["-date_created_earliest", "-id"], name="item_newest"),
            models.Index(fields=["date_created_latest", "id"], name="item_latest_day"),
            models.Index(fields=["-added_at", "-id"], name="item_recently_added"),
            # The queue of what is to be reviewed, of which one page is read at a time.
            models.Index(fields=["-is_contradicted", "-is_contested", "added_at", "id"], name="item_to_review"),
            # What an earlier version wrote is looked for at every sweep.
            models.Index(fields=["projection_version", "id"], name="item_projection_version"),
            # News pages cite pictures by the names of their files.
            models.Index(fields=["file_name"], name="item_file_name"),
            # Few are marked: a search for them, and their number, reads those alone.
            models.Index(fields=["id"], name="item_distressing", condition=Q(is_distressing=True)),
            # Holds all that counts, facets and bars ask of an item, so that they need not read its wide row.
            models.Index(
                name="item_counted",
                fields=[
                    "access",
                    "date_created_earliest",
                    "date_created_latest",
                    "kind",
                    "is_placed",
                    "is_contested",
                    "is_reviewed",
                    "is_contradicted",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.file_name}"

    @property
    def sharpest(self) -> Rendition | None:
        """The largest copy that may be shown, in the size that it is shown in; free of queries after `with_card()`."""
        return self._shown(self.media_file.sharpest)

    @property
    def thumbnail(self) -> Rendition | None:
        """The small copy, in the size that it is shown in; free of queries after `with_card()`."""
        return self._shown(self.media_file.thumbnail)

    def _shown(self, made: Rendition | None) -> Rendition | None:
        return made and as_shown(made, self.orientation)

    @property
    def is_being_turned(self) -> bool:
        """Whether copies are still to be made anew as the picture is turned; free of queries after `with_card()`."""
        return any(still_to_turn(made, self.orientation) != AS_IT_IS for made in self.media_file.renditions.all())

    @property
    def width_px(self) -> int | None:
        """Of the picture as it is shown; None: unknown. Needs the media file."""
        return turned_size(self.media_file.width_px, self.media_file.height_px, self.orientation or AS_IT_IS)[0]

    @property
    def height_px(self) -> int | None:
        return turned_size(self.media_file.width_px, self.media_file.height_px, self.orientation or AS_IT_IS)[1]


class FurtherAccession(models.Model):
    """An accession that brought an item again, after the one it first came with: its terms bound the use as well."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="further_accessions")
    accession = models.ForeignKey(Accession, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "accession"], name="further_accession_once")]

    def __str__(self) -> str:
        return f"item {self.item_id} came again with accession {self.accession_id}"


class Withdrawal(models.Model):
    """
    From now on an item is withdrawn, as brought in by mistake, or is back. Append-only; the latest of an item holds.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="withdrawals")
    is_withdrawn = models.BooleanField()
    former = models.CharField(max_length=10, choices=Access.choices, help_text="who could see it before")
    reason = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="withdrawn_with_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"item {self.item_id} {'withdrawn' if self.is_withdrawn else 'brought back'}"


class DestructionRequest(models.Model):
    """Somebody asks that the bytes of a withdrawn item be destroyed, and why. Append-only; another person answers."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="destruction_requests")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="destruction_with_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"destruction of item {self.item_id} asked by {self.asked_by_id}"


class DestructionAnswer(models.Model):
    """
    What a second person answers: the bytes are destroyed, or not. One a request; append-only.

    `asked_by` repeats who asked, so that the database itself refuses who answers their own request.
    """

    request = models.OneToOneField(DestructionRequest, models.PROTECT, related_name="answer")
    is_confirmed = models.BooleanField()
    reason = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="destruction_by_two", condition=~Q(answered_by=F("asked_by"))),
            models.CheckConstraint(name="destruction_declined_why", condition=Q(is_confirmed=True) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"destruction of item {self.request.item_id} {'confirmed' if self.is_confirmed else 'declined'}"


class DigestField(models.CharField):
    """The digest of another field's text, by which equal wordings meet whatever their marks; set as the row is made."""

    def __init__(self, *, of: str = "text", **options: Any) -> None:
        self.of = of
        super().__init__(**options | {"max_length": 32, "editable": False})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of}

    def pre_save(self, instance: models.Model, add: bool) -> str:
        digest = text_digest(getattr(instance, self.of))
        setattr(instance, self.attname, digest)
        return digest


def closed_captions(path: str = "") -> Q:
    """
    Narrow to wordings that only archive staff may read: what a restricted delivery brought to a picture held before,
    and what a restricted news page printed.

    :param path: from the model that is narrowed to the caption, such as "source__caption__"
    """
    is_print = Q(**{f"{path}origin": Caption.Origin.PRINT})
    is_own = Q(**{f"{path}accession": F(f"{path}item__accession")})
    return Q(**{f"{path}accession__access": Access.RESTRICTED}) & (is_print | ~is_own)


class CaptionQuerySet(models.QuerySet["Caption"]):
    def current(self) -> CaptionQuerySet:
        """Keep what stands: no newer version supersedes it, and it is not an empty one, which withdraws the former."""
        # Asked of each wording: joined, and put in order, SQLite goes through all wordings of the archive.
        newer = Caption.objects.filter(supersedes=OuterRef("pk"))
        return self.filter(~Exists(newer)).exclude(text="")

    def with_hold(self) -> CaptionQuerySet:
        """Annotate `is_held`: whether the latest hold on these words, wherever they stand, still holds."""
        latest = CaptionHold.objects.filter(digest=OuterRef("digest")).order_by("-pk").values("is_held")[:1]
        return self.annotate(is_held=Coalesce(Subquery(latest), models.Value(False)))

    def readable_by(self, user: object) -> CaptionQuerySet:
        """Leave out what is held, but for those who decide on it, and what came with a delivery closed to this user."""
        captions = self.told_to(user)
        if may_read_held(user):
            return captions
        return captions.with_hold().filter(is_held=False)

    def told_to(self, user: object) -> CaptionQuerySet:
        """
        Leave out the words of restricted deliveries, for all but archive staff.

        What first came with the picture was released with it; what a news page printed, or a later delivery brought,
        was not.
        """
        return self.told_for(audience_of(user))

    def told_for(self, audience: Audience) -> CaptionQuerySet:
        """Leave out what this audience may not read, held or not."""
        if audience == Audience.STAFF:
            return self.all()
        return self.filter(~Exists(Caption.objects.filter(closed_captions(), pk=OuterRef("pk"))))


class Caption(models.Model):
    """
    One wording, verbatim, with where it stood (IPTC Description, Headline, Title). A new version supersedes an old one.

    Rows are append-only; the database refuses UPDATE and DELETE.
    """

    class Role(models.TextChoices):
        DESCRIPTION = "DESCRIPTION", _("caption")
        HEADLINE = "HEADLINE", _("headline")
        TITLE = "TITLE", _("title")

    class Origin(models.TextChoices):
        EMBEDDED = "EMBEDDED", _("the file")
        SIDECAR = "SIDECAR", _("the sidecar file")
        LIST = "LIST", _("the captions list")
        PRINT = "PRINT", _("in print")
        PERSON = "PERSON", _("a person")

    item = models.ForeignKey(Item, models.PROTECT, related_name="captions")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.DESCRIPTION)
    text = models.TextField()
    digest = DigestField(of="text", db_index=True, help_text="of its words, marks and spaces aside")
    language = models.CharField(max_length=20, blank=True, help_text="BCP 47; empty: not stated")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    reading = models.ForeignKey(Reading, models.PROTECT, null=True, related_name="+")
    group = models.CharField(max_length=60, blank=True)
    tag = models.CharField(max_length=200, blank=True)
    accession = models.ForeignKey(
        Accession,
        models.PROTECT,
        null=True,
        related_name="captions",
        help_text="it came with; null: with none, or before this was recorded",
    )
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = CaptionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.get_role_display()} of item {self.item_id}: {self.text[:60]}"


class CaptionHold(models.Model):
    """
    From now on a wording is hidden from all but moderators, or shown again. Append-only; the latest of a text holds.

    It speaks of the words and not of the row: wherever the same words stand, now or later, they are held too, whatever
    their marks and spaces.
    """

    caption = models.ForeignKey(Caption, models.PROTECT, related_name="holds")
    digest = models.CharField(max_length=32, db_index=True, help_text="of the caption's words; to look them up")
    words = models.TextField(blank=True, help_text="the caption's words as they are compared: normalised")
    found_on = models.JSONField(default=list, help_text="keys of further items whose texts held the words at that time")
    is_held = models.BooleanField()
    reason = models.TextField(blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        permissions = [("view_held_caption", "Can read captions that are held because they identify a person")]

    def __str__(self) -> str:
        return f"caption {self.caption_id} {'held' if self.is_held else 'shown again'}"


class LinkQuerySet(models.QuerySet["Link"]):
    def known_to(self, user: object) -> LinkQuerySet:
        """Keep links that this user may read, of items that they may see."""
        audience = audience_of(user)
        if audience == Audience.STAFF:
            return self.filter(readable_for(audience))
        # Asked of each linked item by its key: a list of all that the user may see would be made anew for every count.
        seen = Exists(Item.objects.for_audience(audience).filter(pk=OuterRef("item")))
        return self.filter(readable_for(audience), seen)

    def for_staff(self) -> LinkQuerySet:
        return self.filter(readable_for(Audience.STAFF))


class Link(models.Model):
    """Projection: what an item leads to, and the audiences that may know of it, as a sum of `Audience`."""

    audiences = models.PositiveSmallIntegerField(default=EVERYBODY)

    objects = LinkQuerySet.as_manager()

    class Meta:
        abstract = True


class ItemPlace(Link):
    """Projection: an item and a place it leads to, with each place above that one."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="place_links", db_index=False)
    place = models.ForeignKey(Place, models.CASCADE, related_name="+", db_index=False)
    is_stated = models.BooleanField(help_text="the place itself was claimed, not one beneath it")
    # Sums of `Audience`: who may know that it is what the picture shows, and that it is where the camera stood.
    shown_for = models.PositiveSmallIntegerField(default=0)
    camera_for = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "item"], name="itemplace_once")]
        indexes = [models.Index(fields=["item", "place"], name="itemplace_of_item")]

    def __str__(self) -> str:
        return f"item {self.item_id} at place {self.place_id}"


class ItemEvent(Link):
    """Projection: an item and an event it leads to, with each event that one is nested in."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="event_links", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="+", db_index=False)
    is_stated = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "item"], name="itemevent_once")]
        indexes = [models.Index(fields=["item", "event"], name="itemevent_of_item")]

    def __str__(self) -> str:
        return f"item {self.item_id} of event {self.event_id}"


class ItemOutlet(Link):
    """Projection: an item and an outlet that published, supplied or is credited for it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="outlet_links", db_index=False)
    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outlet", "item"], name="itemoutlet_once")]
        indexes = [models.Index(fields=["item", "outlet"], name="itemoutlet_of_item")]

    def __str__(self) -> str:
        return f"item {self.item_id} of outlet {self.outlet_id}"


class ItemWording(Link):
    """Projection: an item and the digest of a wording that stands with it, as caption or in print."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="wording_links", db_index=False)
    digest = models.CharField(max_length=32, help_text="standards.wording.wording_digest")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "item"], name="itemwording_once")]
        indexes = [models.Index(fields=["item", "digest"], name="itemwording_of_item")]

    def __str__(self) -> str:
        return f"item {self.item_id} worded {self.digest}"


class ItemCredit(Link):
    """Projection: an item and the name of a photographer, or a credit line, that a claim or a print gives it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="credit_links", db_index=False)
    name = models.CharField(max_length=202, help_text="normalised, with a space before and behind it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "item"], name="itemcredit_once")]
        indexes = [models.Index(fields=["item", "name"], name="itemcredit_of_item")]

    def __str__(self) -> str:
        return f"item {self.item_id} by{self.name}"


class ArchiveDescription(models.Model):
    """What this archive says of itself to whoever opens it. Append-only; the latest holds."""

    name = models.CharField(max_length=80)
    purpose = models.TextField(blank=True, help_text="what this is, in a few sentences")
    terms = models.TextField(blank=True, help_text="on which released pictures may be used")
    contact = models.CharField(max_length=300, blank=True)
    takedown = models.CharField(max_length=300, blank=True, help_text="whom to write to about a picture")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.name}, as of {self.set_at:%Y-%m-%d}"
