from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import MD5, Coalesce
from django.utils.translation import gettext_lazy as _

from archive.accounts.models import User
from archive.authorities.models import Event, Outlet, Place
from archive.extraction.models import Reading
from archive.files.models import MediaFile, Rendition


class Access(models.TextChoices):
    """Who may see an item. A visitor, who is not signed in, sees what is RELEASED and nothing else."""

    RESTRICTED = "RESTRICTED", _("archive staff only")
    RESEARCH = "RESEARCH", _("cleared for research")
    RELEASED = "RELEASED", _("released to the public")


class AccessionQuerySet(models.QuerySet["Accession"]):
    def visible_to(self, user: object) -> AccessionQuerySet:
        """Keep what this user may see: the title and note of a delivery tell as much as its pictures do."""
        if not isinstance(user, User) or not user.is_active or not user.has_perm("catalogue.view_accession"):
            return self.none()
        return self.all() if user.has_perm("catalogue.view_restricted_item") else self.filter(access=Access.RESEARCH)


class Accession(models.Model):
    """One delivery of material: who brought it, when, from whom, under what terms."""

    title = models.CharField(max_length=300)
    supplied_by = models.CharField(max_length=300, blank=True, help_text="as the deliverer names themself")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, blank=True, related_name="accessions")
    published_on = models.DateField(null=True, blank=True, help_text="the day the outlet published the material")
    terms = models.TextField(blank=True)
    note = models.TextField(blank=True)
    access = models.CharField(
        max_length=10,
        choices=[choice for choice in Access.choices if choice[0] != Access.RELEASED],
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
    is_reviewed = models.BooleanField(default=False, help_text="a person has linked it or ruled on one of its claims")
    unsearched_words = models.PositiveIntegerField(default=0, help_text="that full text had no room for")
    projected_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class ItemQuerySet(models.QuerySet["Item"]):
    """Questions about items. Every page, bulk action, export, count and API answer starts from `visible_to`."""

    def visible_to(self, user: object) -> ItemQuerySet:
        """Keep what this user may see: nobody sees more, whatever the way in."""
        if not isinstance(user, User) or not user.is_active or not user.has_perm("catalogue.view_item"):
            return self.filter(access=Access.RELEASED)
        if user.has_perm("catalogue.view_restricted_item"):
            return self.all()
        return self.filter(access__in=[Access.RESEARCH, Access.RELEASED])

    def undated(self) -> ItemQuerySet:
        return self.filter(date_created_earliest__isnull=True)

    def unplaced(self) -> ItemQuerySet:
        return self.filter(is_placed=False)

    def at_place(self, place: Place) -> ItemQuerySet:
        """Keep items led to this place or to anything beneath it."""
        alike = Place.objects.alike(pk=place.pk).values("pk")
        return self.filter(pk__in=ItemPlace.objects.filter(place__in=alike).values("item"))

    def of_event(self, event: Event) -> ItemQuerySet:
        """Keep items of this event or of one nested in it."""
        alike = Event.objects.alike(pk=event.pk).values("pk")
        return self.filter(pk__in=ItemEvent.objects.filter(event__in=alike).values("item"))

    def of_outlet(self, outlet: Outlet) -> ItemQuerySet:
        alike = Outlet.objects.alike(pk=outlet.pk).values("pk")
        return self.filter(pk__in=ItemOutlet.objects.filter(outlet__in=alike).values("item"))

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
        ]
        constraints = [
            models.CheckConstraint(
                name="item_dated_by_both_bounds",
                condition=Q(date_created_earliest__isnull=True, date_created_latest__isnull=True)
                | Q(date_created_earliest__lte=models.F("date_created_latest")),
            )
        ]
        indexes = [
            models.Index(fields=["-date_created_earliest", "-id"], name="item_newest"),
            models.Index(fields=["date_created_latest", "id"], name="item_latest_day"),
            models.Index(fields=["-added_at", "-id"], name="item_recently_added"),
            # News pages cite pictures by the names of their files.
            models.Index(fields=["file_name"], name="item_file_name"),
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
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.file_name}"


class CaptionQuerySet(models.QuerySet["Caption"]):
    def with_hold(self) -> CaptionQuerySet:
        """Annotate `is_held`: whether the latest hold on these words, wherever they stand, still holds."""
        latest = CaptionHold.objects.filter(text_md5=MD5(OuterRef("text"))).order_by("-pk").values("is_held")[:1]
        return self.annotate(is_held=Coalesce(Subquery(latest), models.Value(False)))

    def readable_by(self, user: object) -> CaptionQuerySet:
        """Leave out what is held, but for those who decide on it."""
        if isinstance(user, User) and user.is_active and user.has_perm("catalogue.view_held_caption"):
            return self.all()
        return self.with_hold().filter(is_held=False)


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

    It speaks of the words and not of the row: wherever the same text stands, now or later, it is held too.
    """

    caption = models.ForeignKey(Caption, models.PROTECT, related_name="holds")
    text_md5 = models.CharField(max_length=32, db_index=True, help_text="of the caption's text in UTF-8; to look it up")
    is_held = models.BooleanField()
    reason = models.TextField(blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        permissions = [("view_held_caption", "Can read captions that are held because they identify a person")]

    def __str__(self) -> str:
        return f"caption {self.caption_id} {'held' if self.is_held else 'shown again'}"


class ItemPlace(models.Model):
    """Projection: an item and a place it leads to, with each place above that one."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="place_links", db_index=False)
    place = models.ForeignKey(Place, models.CASCADE, related_name="+", db_index=False)
    is_stated = models.BooleanField(help_text="the place itself was claimed, not one beneath it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "item"], name="itemplace_once")]
        indexes = [models.Index(fields=["item", "place"], name="itemplace_of_item")]

    def __str__(self) -> str:
        return f"item {self.item_id} at place {self.place_id}"


class ItemEvent(models.Model):
    """Projection: an item and an event it leads to, with each event that one is nested in."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="event_links", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="+", db_index=False)
    is_stated = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "item"], name="itemevent_once")]
        indexes = [models.Index(fields=["item", "event"], name="itemevent_of_item")]

    def __str__(self) -> str:
        return f"item {self.item_id} of event {self.event_id}"


class ItemOutlet(models.Model):
    """Projection: an item and an outlet that published, supplied or is credited for it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="outlet_links", db_index=False)
    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outlet", "item"], name="itemoutlet_once")]
        indexes = [models.Index(fields=["item", "outlet"], name="itemoutlet_of_item")]

    def __str__(self) -> str:
        return f"item {self.item_id} of outlet {self.outlet_id}"


class ItemWording(models.Model):
    """Projection: an item and the digest of a wording that stands with it, as caption or in print."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="wording_links", db_index=False)
    digest = models.CharField(max_length=32, help_text="standards.wording.wording_digest")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "item"], name="itemwording_once")]
        indexes = [models.Index(fields=["item", "digest"], name="itemwording_of_item")]

    def __str__(self) -> str:
        return f"item {self.item_id} worded {self.digest}"
