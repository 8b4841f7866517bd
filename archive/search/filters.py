"""Which items are asked for: the fields of a search, what they accept, and the condition that each makes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.authorities.gazetteer import place_meant
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue import text_index
from archive.catalogue.audiences import Audience, audience_of, readable_for
from archive.catalogue.models import Accession, Item, ItemEvent, ItemOutlet, ItemPlace, ItemQuerySet
from archive.provenance.checks.all_checks import BY_SLUG
from archive.provenance.checks.finding import Outcome, Question
from archive.provenance.models import CurrentFinding
from archive.review.models import CurrentVerdict, Verdict
from archive.search.date_field import DateField
from archive.search.public import events_known_to, outlets_known_to, public_place, searched_places
from archive.search.query_language import asked
from archive.standards.edtf import DateInterval
from archive.standards.normal_form import normalise
from archive.standards.vocabulary import Property
from archive.standards.whole_numbers import whole_number

CERTAINTIES = [("possible", gettext_lazy("possible too")), ("certain", gettext_lazy("certain only"))]
STANDINGS = [
    ("contested", gettext_lazy("contested")),
    ("unreviewed", gettext_lazy("unreviewed")),
    ("reviewed", gettext_lazy("reviewed")),
]
SORTS = [
    ("newest", gettext_lazy("newest")),
    ("oldest", gettext_lazy("oldest")),
    ("added", gettext_lazy("recently added")),
    ("best", gettext_lazy("best match")),
]
LOCATIONS = (Property.LOCATION_SHOWN, Property.LOCATION_CREATED)
_YES_NO = [("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]
# What a visitor cannot ask, since the answer would tell what a visitor may not read, or list what distresses.
WITHHELD = ("standing", "distressing", "has_gps", "accession", "format", "statement", "check", "verdict")
# What archive staff alone can ask: a finding rests on all that is known, also of what others may not see.
OF_STAFF = ("check", "verdict")
# Parameters that make one condition together.
GROUPS = {"dates": ("date", "date_from", "date_to", "certainty")}


class WordsField(forms.CharField):
    """Words to look for, refused where there is none among them."""

    def clean(self, value: Any) -> str:
        written = super().clean(value)
        if written:
            try:
                text_index.refuse_wordless(written)
            except text_index.NoWords as problem:
                raise ValidationError(str(problem)) from problem
        return written


class CodeField(django_filters.fields.ChoiceField):
    """One of a few codes, in capitals or not; the refusal names them."""

    def to_python(self, value: Any) -> str:
        by_name = {str(code).lower(): code for code, _label in self.choices}
        return by_name.get(str(value or "").lower(), value)

    def validate(self, value: Any) -> None:
        if value and not self.valid_value(value):
            codes = ", ".join(str(code).lower() for code, _label in self.choices if code)
            raise ValidationError(_("“%(value)s” is none of: %(codes)s.") % {"value": value, "codes": codes})


class RecordField(forms.CharField):
    """A record by its slug, its number, or a name that can mean only one; a merged record stands for its successor."""

    model: type[Place | Event | Outlet]

    def __init__(self, *, seen: QuerySet | None = None, **more: Any) -> None:
        super().__init__(**more)
        # What the asker may read of: a record that is not among these is not there.
        self.seen = self.model.objects.none() if seen is None else seen

    def _is_seen(self, record: Any) -> bool:
        return self.seen.filter(Q(pk=record.pk) | Q(merged_into=record.pk)).exists()

    def clean(self, value: Any) -> Any:
        written = super().clean(value)
        if not written:
            return None
        known = Q(slug=written.lower())
        if (key := whole_number(written)) is not None:
            known |= Q(pk=key)
        # A slug of digits goes before another record's number.
        rows = sorted(self.model.objects.filter(known).with_card(), key=lambda record: record.slug != written.lower())
        return next((record.current for record in rows if self._is_seen(record.current)), None) or self.named(written)

    def named(self, name: str) -> Any:
        bearing = self.bearing(name).current().filter(pk__in=self.seen.values("pk"))
        records = list(bearing.with_card().order_by("pk")[:6])
        if len(records) == 1:
            return records[0]
        if not records:
            raise ValidationError(
                _("The archive knows no %(kind)s “%(name)s”. Write its name as its page has it.")
                % {"kind": self.model._meta.verbose_name, "name": name}
            )
        several = "; ".join(f"{record.slug} ({getattr(record, 'full_name', record)})" for record in records)
        raise ValidationError(
            _("“%(name)s” can mean more than one. Write one of: %(several)s.") % {"name": name, "several": several}
        )

    def bearing(self, name: str) -> Any:
        return self.model.objects.named(name)


class PlaceField(RecordField):
    model = Place

    def named(self, name: str) -> Place:
        # "Dover" means the town even where its harbour bears the same name.
        place = place_meant(name)
        return place if place and self._is_seen(place) else super().named(name)


class EventField(RecordField):
    model = Event

    def bearing(self, name: str) -> Any:
        return Event.objects.filter(normalised=normalise(name))


class OutletField(RecordField):
    model = Outlet


class AccessionField(forms.IntegerField):
    def __init__(self, *, seen: QuerySet[Accession] | None = None, **more: Any) -> None:
        super().__init__(**more)
        self.seen = Accession.objects.none() if seen is None else seen

    def clean(self, value: Any) -> Accession | None:
        number = super().clean(value)
        if number is None:
            return None
        accession = self.seen.filter(pk=number).first() if 0 < number < 2**63 else None
        if accession is None:
            raise ValidationError(_("There is no accession number %(number)s.") % {"number": number})
        return accession


class FindingAsked(NamedTuple):
    """A check by its slug, or "" for any, and the outcome that is asked of it."""

    slug: str
    outcome: str

    def __str__(self) -> str:
        return f"{self.slug}={self.outcome.lower()}" if self.slug else self.outcome.lower()


class VerdictAsked(NamedTuple):
    """A question of the review, and the word of the verdict that is asked of it."""

    question: str
    word: str


class VerdictField(forms.CharField):
    """A question and the verdict on it: `when=supported`; the refusal names them."""

    def clean(self, value: Any) -> VerdictAsked | None:
        written = super().clean(value).upper()
        if not written:
            return None
        asked = VerdictAsked(*written.partition("=")[::2])
        if asked.question in list(Question) and asked.word in Verdict.Word:
            return asked
        names = {
            "value": value,
            "questions": ", ".join(question.lower() for question in Question),
            "words": ", ".join(word.lower() for word in Verdict.Word.values),
        }
        raise ValidationError(
            _("“%(value)s” is no question with a verdict. Write one of %(questions)s, “=” and one of %(words)s.")
            % names
        )


class CheckField(forms.CharField):
    """`contradictory`, or a check and its outcome: `gps-against-place=contradictory`; the refusal names them."""

    def clean(self, value: Any) -> FindingAsked | None:
        written = super().clean(value).lower()
        if not written:
            return None
        slug, _equals, outcome = written.rpartition("=")
        asked = FindingAsked(slug, outcome.upper().replace("-", "_"))
        if asked == ("", Outcome.CONTRADICTORY) or (slug in BY_SLUG and asked.outcome in list(Outcome)):
            return asked
        outcomes = ", ".join(outcome.lower() for outcome in Outcome)
        raise ValidationError(
            _("“%(value)s” is no check with an outcome. Write “contradictory”, or one of %(checks)s with “=” and one "
              "of %(outcomes)s.") % {"value": value, "checks": ", ".join(BY_SLUG), "outcomes": outcomes}
        )  # fmt: skip


class WordsFilter(django_filters.CharFilter):
    field_class = WordsField


class DaysFilter(django_filters.CharFilter):
    field_class = DateField


class CodeFilter(django_filters.ChoiceFilter):
    field_class = CodeField


class PlaceFilter(django_filters.CharFilter):
    field_class = PlaceField


class EventFilter(django_filters.CharFilter):
    field_class = EventField


class OutletFilter(django_filters.CharFilter):
    field_class = OutletField


class CheckFilter(django_filters.CharFilter):
    field_class = CheckField


class VerdictFilter(django_filters.CharFilter):
    field_class = VerdictField


class AccessionFilter(django_filters.NumberFilter):
    field_class = AccessionField


class ItemForm(forms.Form):
    """What is asked, each field checked, then the fields against one another."""

    is_public = False
    is_of_staff = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        place = cleaned.get("place")
        if self.is_public and place and place.kind not in settings.PUBLIC_PLACE_KINDS:
            wider = public_place(place)
            advice = _("Search for “%(slug)s” instead.") % {"slug": wider.slug} if wider else ""
            self.add_error("place", _("Sign in to search as closely as %(place)s.") % {"place": place} + f" {advice}")
        if self.is_public:
            for name in WITHHELD:
                if self.data.get(name):
                    self.add_error(None, _("Sign in to search by “%(name)s”.") % {"name": name})
        elif not self.is_of_staff:
            for name in OF_STAFF:
                if self.data.get(name):
                    self.add_error(None, _("Archive staff alone can search by “%(name)s”.") % {"name": name})
        cleaned["dates"] = self._dates(cleaned)
        if cleaned.get("undated") == "true" and cleaned["dates"]:
            self.add_error("undated", _("What is undated lies within no dates: ask for the one or the other."))
        if cleaned.get("unplaced") == "true" and place:
            self.add_error("unplaced", _("What is unplaced lies at no place: ask for the one or the other."))
        return cleaned

    def _dates(self, cleaned: dict[str, Any]) -> DateInterval | None:
        whole, first, last = (cleaned.get(name) for name in ("date", "date_from", "date_to"))
        if whole and (first or last):
            self.add_error("date", _("Write either one date or a first and a last day."))
        if whole or not (first or last):
            return whole
        earliest = first.earliest if first else date.min
        latest = last.latest if last else date.max
        if latest < earliest:
            self.add_error("date_to", _("The last day comes before the first. Swap the two."))
            return None
        start = first.edtf if first else ".."
        return DateInterval(f"{start}/{last.edtf if last else '..'}", earliest, latest)


class ItemFilter(django_filters.FilterSet):
    """
    The items that are asked for, out of those that the user may see.

    Every number, page, point and answer of search and API begins from `narrowed()`.
    """

    q = WordsFilter(label=gettext_lazy("Words"), help_text=gettext_lazy("of caption, headline, file name, tags"))
    place = PlaceFilter(
        label=gettext_lazy("Place"), help_text=gettext_lazy("slug, number or name; with all beneath it")
    )
    date_from = DaysFilter(
        label=gettext_lazy("From"), help_text=gettext_lazy("first day, such as 2024-06-18 or 18 June 2024")
    )
    date_to = DaysFilter(label=gettext_lazy("To"), help_text=gettext_lazy("last day, such as 2024-06-20"))
    date = DaysFilter(
        label=gettext_lazy("Date"),
        help_text=gettext_lazy("such as 2024-06-18, June 2024, 2024-06-18/2024-06-20 or 1936~"),
    )
    certainty = CodeFilter(
        label=gettext_lazy("Certainty"),
        choices=CERTAINTIES,
        help_text=gettext_lazy(
            "possible (the dates touch the days asked for, or date or place is contested) or certain (they lie within, "
            "and nothing is contested)"
        ),
    )
    event = EventFilter(label=gettext_lazy("Event"), help_text=gettext_lazy("slug, number or name; with all within it"))
    outlet = OutletFilter(label=gettext_lazy("Outlet"), help_text=gettext_lazy("slug, number or name"))
    kind = CodeFilter(label=gettext_lazy("Kind"), choices=Item.Kind.choices)
    standing = CodeFilter(label=gettext_lazy("Status"), choices=STANDINGS)
    distressing = CodeFilter(label=gettext_lazy("Marked as distressing"), choices=_YES_NO)
    has_gps = CodeFilter(label=gettext_lazy("Has GPS"), choices=_YES_NO)
    undated = CodeFilter(label=gettext_lazy("Undated"), choices=_YES_NO)
    unplaced = CodeFilter(label=gettext_lazy("Unplaced"), choices=_YES_NO)
    accession = AccessionFilter(label=gettext_lazy("Accession"), help_text=gettext_lazy("its number"))
    format = django_filters.CharFilter(label=gettext_lazy("Format"), help_text=gettext_lazy("such as JPEG"))
    statement = WordsFilter(label=gettext_lazy("Raw metadata"), help_text=gettext_lazy("words of the file's own tags"))
    check = CheckFilter(
        label=gettext_lazy("Check"),
        help_text=gettext_lazy("contradictory, or a check and its outcome: gps-against-place=contradictory"),
    )
    verdict = VerdictFilter(
        label=gettext_lazy("Verdict"), help_text=gettext_lazy("a question and the verdict on it: when=supported")
    )
    sort = CodeFilter(label=gettext_lazy("Sort"), choices=SORTS)

    class Meta:
        model = Item
        fields: list[str] = []
        form = ItemForm

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        queryset: ItemQuerySet | None = None,
        *,
        user: Any = None,
        **more: Any,
    ) -> None:
        self.user = user if user is not None else getattr(more.get("request"), "user", None)
        self.audience = audience_of(self.user)
        self.is_public = self.audience == Audience.PUBLIC
        self.asked = asked(data or {})
        # Of a page that is about a place.
        self.is_of_place = False
        super().__init__(self.asked, Item.objects.visible_to(self.user) if queryset is None else queryset, **more)
        # The title of a delivery, which its chip shows, tells as much as the pictures.
        self.filters["accession"].extra["seen"] = Accession.objects.visible_to(self.user)
        self.filters["place"].extra["seen"] = searched_places(self.user)
        self.filters["event"].extra["seen"] = events_known_to(self.user)
        self.filters["outlet"].extra["seen"] = outlets_known_to(self.user)
        if self.is_public:
            for name in WITHHELD:
                del self.filters[name]
        elif self.audience != Audience.STAFF:
            for name in OF_STAFF:
                del self.filters[name]

    def get_form_class(self) -> type[forms.Form]:
        form = super().get_form_class()
        form.is_public = self.is_public
        form.is_of_staff = self.audience == Audience.STAFF
        return form

    @property
    def dates(self) -> DateInterval | None:
        return self.form.cleaned_data["dates"]

    @property
    def is_certain_only(self) -> bool:
        return self.form.cleaned_data["certainty"] == "certain"

    @property
    def is_at_place(self) -> bool:
        """Whether a place is asked for, so that a contested one makes an answer no more than possible."""
        return self.is_of_place or bool(self.form.cleaned_data.get("place"))

    @property
    def certain(self) -> Q:
        """The items that certainly meet the dates and the place that are asked for."""
        certain = within(self.dates) if self.dates else Q()
        return certain & uncontested(*LOCATIONS) if self.is_at_place else certain

    def filter_queryset(self, queryset: ItemQuerySet) -> ItemQuerySet:
        return self.narrowed()

    def narrowed(self, *, without: Collection[str] = ()) -> ItemQuerySet:
        """
        Return the items that meet every condition but those named.

        :param without: names of parameters, or "dates" for all that ask for days
        """
        condition = Q()
        for name, asks in self.conditions.items():
            if name not in without:
                condition &= asks
        return self.queryset.filter(condition)

    @cached_property
    def conditions(self) -> dict[str, Q]:
        """The condition that each parameter makes, by its name; parameters that ask nothing are left out."""
        fields = self.form.cleaned_data
        conditions = {
            "q": lambda words: text_index.matching(words, audience=self.audience),
            "place": lambda place: Q(
                pk__in=self._linked(ItemPlace).filter(place__in=_with_beneath(place)).values("item")
            ),
            "dates": overlapping,
            "event": lambda event: Q(pk__in=self._linked(ItemEvent).filter(event__in=_alike(event)).values("item")),
            "outlet": lambda outlet: Q(
                pk__in=self._linked(ItemOutlet).filter(outlet__in=_alike(outlet)).values("item")
            ),
            "kind": lambda kind: Q(kind=kind),
            "standing": lambda standing: (
                Q(is_contested=True) if standing == "contested" else Q(is_reviewed=standing == "reviewed")
            ),
            "distressing": lambda yes: Q(is_distressing=yes == "true"),
            "has_gps": lambda yes: Q(latitude_degrees__isnull=yes != "true"),
            "undated": lambda yes: Q(date_created_earliest__isnull=yes == "true"),
            "unplaced": lambda yes: Q(is_placed=yes != "true"),
            "accession": lambda accession: Q(accession=accession),
            "format": lambda name: Q(media_file__format_name__iexact=name),
            "check": _found,
            "verdict": lambda asked: Q(
                pk__in=CurrentVerdict.objects.filter(question=asked.question, word=asked.word).values("item")
            ),
            "statement": lambda words: text_index.in_statements(words, audience=self.audience),
        }
        conditions = {name: make(fields[name]) for name, make in conditions.items() if fields.get(name)}
        if self.is_certain_only and (self.dates or self.is_at_place):
            conditions["dates"] = self.certain
        return conditions

    def _linked(self, links: type[ItemPlace] | type[ItemEvent] | type[ItemOutlet]) -> QuerySet:
        """Return the links that the asker may read; whose items they may see is asked of the items themselves."""
        return links.objects.filter(readable_for(self.audience))


def _found(asked: FindingAsked) -> Q:
    """Narrow to items of which a check found this."""
    if not asked.slug:
        return Q(is_contradicted=True)
    found = CurrentFinding.objects.filter(check_slug=asked.slug, outcome=asked.outcome)
    return Q(pk__in=found.values("item"))


def within(dates: DateInterval) -> Q:
    """Narrow to items whose whole interval lies within the days, and is not contested: *certain*."""
    days = Q(date_created_earliest__gte=dates.earliest, date_created_latest__lte=dates.latest)
    return days & uncontested(Property.DATE_CREATED)


def uncontested(*properties: Property) -> Q:
    """Narrow to items of which nobody says otherwise on these properties."""
    # The list is JSON, which the two databases do not search alike; its text they do.
    names = Cast("contested", TextField())
    contested = Q(*(Contains(names, f'"{name}"') for name in properties), _connector=Q.OR)
    return Q(is_contested=False) | ~contested


def overlapping(dates: DateInterval) -> Q:
    """Narrow to items whose interval touches the days: *possible*, the certain ones among them."""
    return Q(date_created_earliest__lte=dates.latest, date_created_latest__gte=dates.earliest)


def _alike(record: Place | Event | Outlet) -> QuerySet:
    """Return the record and those merged into it, whose items may not have been projected anew yet."""
    return type(record).objects.alike(pk=record.pk).values("pk")


def _with_beneath(place: Place) -> Any:
    # The beaches of a coast stand beneath their towns, not beneath it, so the links of items do not lead up to it.
    is_coast = place.kind == Place.Kind.COAST
    return list(Place.objects.beneath(place).values_list("pk", flat=True)) if is_coast else _alike(place)
