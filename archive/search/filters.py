"""Which items are asked for: the fields of a search, what they accept, and the condition that each makes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from copy import copy
from functools import partial, reduce
from operator import or_
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from archive.authorities.gazetteer import place_meant
from archive.authorities.models import Event, Outlet, OutletName, Place, PlaceName
from archive.catalogue import text_index
from archive.catalogue.audiences import Audience, audience_of, readable_for
from archive.catalogue.models import Accession, Item, ItemEvent, ItemOutlet, ItemPlace, ItemQuerySet
from archive.provenance.checks.all_checks import BY_SLUG
from archive.provenance.checks.finding import Outcome, Question
from archive.provenance.models import CurrentFinding
from archive.review.models import CurrentVerdict
from archive.search.conditions import SORTS as SORTS_OF_CONDITION
from archive.search.conditions import (
    Asker,
    Sort,
    between_days,
    keys_alike,
    overlapping,
    uncontested,
    with_beneath,
    within,
)
from archive.search.date_field import DateField
from archive.search.prefixes import PREFIXES, For
from archive.search.public import events_known_to, outlets_known_to, public_place, searched_places
from archive.search.query_language import parse, print_query, print_term
from archive.search.query_tree import Condition, Query, Range, Value
from archive.search.search_box import DATES, FLAGS, asked, parameter_of
from archive.search.sentences import Understood, read_sentence
from archive.standards.edtf import DateInterval
from archive.standards.normal_form import normalise, one_slip_from
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
# So many refusals are told at once. To look for what is near an unknown name costs a tenth of a second each time.
MOST_REFUSALS = 5
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
    # What was written and the record that it was taken for, since no record has exactly this name.
    taken: tuple[tuple[str, Any], ...] = ()

    def __init__(self, *, seen: Callable[[], QuerySet] | None = None, **more: Any) -> None:
        """:param seen: gives what the asker may read of: a record that is not among these is not there"""
        super().__init__(**more)
        # Most searches name no record, and these queries take long to put together.
        self.seen = seen or self.model.objects.none

    def _is_seen(self, record: Any) -> bool:
        return self.seen().filter(Q(pk=record.pk) | Q(merged_into=record.pk)).exists()

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
        bearing = self.bearing(name).current().filter(pk__in=self.seen().values("pk"))
        records = list(bearing.with_card().order_by("pk")[:6])
        if len(records) == 1:
            return records[0]
        if records:
            raise ValidationError(
                _("“%(name)s” can mean more than one. Write one of: %(several)s.")
                % {"name": name, "several": _listed(records)}
            )
        near = self._mistyped(name)
        if len(near) == 1:
            self.taken = (*self.taken, (name, near[0]))
            return near[0]
        said = {"kind": self.model._meta.verbose_name, "name": name, "several": _listed(near)}
        if near:
            raise ValidationError(
                _("The archive knows no %(kind)s “%(name)s”. Names like it are: %(several)s. Write one of these.")
                % said
            )
        raise ValidationError(_("The archive knows no %(kind)s “%(name)s”. Write its name as its page has it.") % said)

    def bearing(self, name: str) -> Any:
        return self.model.objects.named(name)

    def _mistyped(self, name: str) -> list[Any]:
        """Return the records of which a name is one slip of the fingers away, the first six."""
        return []

    def _seen_among(self, records: QuerySet) -> list[Any]:
        return list(records.current().filter(pk__in=self.seen().values("pk")).with_card().order_by("pk")[:6])


def _listed(records: list[Any]) -> str:
    return "; ".join(f"{record.slug} ({getattr(record, 'full_name', record)})" for record in records)


class PlaceField(RecordField):
    model = Place

    def named(self, name: str) -> Place:
        # "Dover" means the town even where its harbour bears the same name.
        place = place_meant(name)
        return place if place and self._is_seen(place) else super().named(name)

    def _mistyped(self, name: str) -> list[Any]:
        names = PlaceName.objects.filter(normalised__in=one_slip_from(normalise(name)))
        # Of one name, the place that it means when it is written right.
        written = set(names.values_list("normalised", flat=True))
        place = place_meant(written.pop()) if len(written) == 1 else None
        return (
            [place]
            if place and self._is_seen(place)
            else self._seen_among(Place.objects.filter(pk__in=names.values("place")))
        )


class EventField(RecordField):
    model = Event

    def bearing(self, name: str) -> Any:
        return Event.objects.filter(normalised=normalise(name))


class OutletField(RecordField):
    model = Outlet

    def _mistyped(self, name: str) -> list[Any]:
        slips = one_slip_from(normalise(name))
        return self._seen_among(
            Outlet.objects.filter(pk__in=OutletName.objects.filter(normalised__in=slips).values("outlet"))
        )


class AccessionField(forms.IntegerField):
    def __init__(self, *, seen: Callable[[], QuerySet[Accession]] | None = None, **more: Any) -> None:
        super().__init__(**more)
        self.seen = seen or Accession.objects.none

    def clean(self, value: Any) -> Accession | None:
        number = super().clean(value)
        if number is None:
            return None
        accession = self.seen().filter(pk=number).first() if 0 < number < 2**63 else None
        if accession is None:
            raise ValidationError(_("There is no accession number %(number)s.") % {"number": number})
        return accession


class PairAsked(NamedTuple):
    """A check and its outcome, or a question and the verdict on it; the first is "" where a code stands alone."""

    name: str
    code: str

    def __str__(self) -> str:
        return f"{self.name}={self.code}".lower() if self.name else self.code.lower()


class PairField(forms.CharField):
    """Two codes with “=” between them, such as `when=supported`; the refusal names them."""

    names: Collection[str] = ()
    codes: Collection[str] = ()
    alone: Collection[str] = ()  # codes that may stand without a name
    refusal = ""

    def clean(self, value: Any) -> PairAsked | None:
        written = super().clean(value)
        if not written:
            return None
        name, _equals, code = written.rpartition("=")
        known = {str(known).lower(): str(known) for known in self.names}.get(name.lower(), "")
        asked = PairAsked(known, code.upper().replace("-", "_"))
        if asked.code in (self.codes if known else () if name else self.alone):
            return asked
        names, codes = (", ".join(str(each).lower() for each in sort) for sort in (self.names, self.codes))
        raise ValidationError(_(self.refusal) % {"value": value, "names": names, "codes": codes})


class VerdictField(PairField):
    names, codes = list(Question), CurrentVerdict.Word.values
    refusal = gettext_noop(
        "“%(value)s” is no question with a verdict. Write one of %(names)s, “=” and one of %(codes)s."
    )


class CheckField(PairField):
    names, codes, alone = tuple(BY_SLUG), tuple(map(str, Outcome)), (str(Outcome.CONTRADICTORY),)
    refusal = gettext_noop(
        "“%(value)s” is no check with an outcome. Write “contradictory”, or one of %(names)s with “=” and one of "
        "%(codes)s."
    )


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


class Further(NamedTuple):
    """A condition that stands in the box alone; what each value means, with the parameter that asks for the like."""

    condition: Condition
    values: list[tuple[str, Any]]

    @property
    def is_of_place(self) -> bool:
        return any(name == "place" for name, _value in self.values)


class Part(NamedTuple):
    """One condition of a search, of which one value is enough; each is named as what makes a question of it."""

    values: list[tuple[str, Any]]
    is_excluded: bool = False


class ItemForm(forms.Form):
    """What is asked, each field checked, then the fields against one another."""

    is_public = False
    is_of_staff = False
    query = Query()
    user: Any = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        place = cleaned.get("place")
        if place and (refusal := self._too_close(place)):
            self.add_error("place", refusal)
        for name in WITHHELD:
            if self.data.get(name) and (refusal := self._withheld(name)):
                self.add_error(None, refusal)
        cleaned["further"] = list(self._all_further())
        cleaned["dates"] = self._dates(cleaned)
        if cleaned.get("undated") == "true" and cleaned["dates"]:
            self.add_error("undated", _("What is undated lies within no dates: ask for the one or the other."))
        if cleaned.get("unplaced") == "true" and place:
            self.add_error("unplaced", _("What is unplaced lies at no place: ask for the one or the other."))
        return cleaned

    def _withheld(self, name: str) -> str:
        """Say why this asker cannot ask for this parameter; "" where they can."""
        needed = For.STAFF if name in OF_STAFF else For.SIGNED_IN if name in WITHHELD else For.EVERYBODY
        return self._not_for_asker(name, needed)

    def _not_for_asker(self, name: str, needed: For) -> str:
        if self.is_public and needed > For.EVERYBODY:
            return _("Sign in to search by “%(name)s”.") % {"name": name}
        if not self.is_of_staff and needed == For.STAFF:
            return _("Archive staff alone can search by “%(name)s”.") % {"name": name}
        return ""

    def _too_close(self, place: Place) -> str:
        if not self.is_public or place.kind in settings.PUBLIC_PLACE_KINDS:
            return ""
        wider = public_place(place)
        advice = _("Search for “%(slug)s” instead.") % {"slug": wider.slug} if wider else ""
        return _("Sign in to search as closely as %(place)s.") % {"place": place} + f" {advice}"

    def _all_further(self) -> Iterator[Further]:
        for condition in self.query.conditions:
            if len(self.errors.get("q", ())) >= MOST_REFUSALS:
                return
            if further := self._further(condition):
                yield further

    def _further(self, condition: Condition) -> Further | None:
        """Return what a condition of the box means; None where that is told as an error instead."""
        prefix = PREFIXES[condition.prefix]
        if refusal := self._not_for_asker(prefix.name, prefix.asked_by):
            return self._refuse(condition, refusal)
        if sort := SORTS_OF_CONDITION.get(prefix.name):
            return self._of_sort(condition, sort)
        names = [parameter_of(condition.prefix, value) for value in condition.values]
        refusals = (self._withheld(name) or self._unsaid(condition, name) for name in names)
        if refusal := next(filter(None, refusals), ""):
            return self._refuse(condition, refusal)
        try:
            meant = [self._meant(condition, name, value) for name, value in zip(names, condition.values, strict=True)]
        except ValidationError as problem:
            return self._refuse(condition, problem.messages[0])
        names = ["dates" if name in DATES else name for name in names]
        return Further(condition, list(zip(names, meant, strict=True)))

    def _of_sort(self, condition: Condition, sort: Sort) -> Further | None:
        try:
            every = [condition.values] if sort.takes_all else condition.values
            return Further(condition, [(condition.prefix, sort.read(value, self.asker)) for value in every])
        except ValidationError as problem:
            return self._refuse(condition, problem.messages[0])

    def _refuse(self, condition: Condition, refusal: str) -> None:
        """Tell as an error what is wrong with a condition, behind the condition as it is written."""
        said = {"condition": print_term(condition), "refusal": refusal}
        self.add_error("q", _("%(condition)s: %(refusal)s") % said)

    @property
    def asker(self) -> Asker:
        return Asker(self.user, audience_of(self.user), self.fields, self._too_close)

    def _unsaid(self, condition: Condition, name: str) -> str:
        """Say what is wrong with the form of a condition, whatever its values; "" where nothing is."""
        if name not in self.fields or name == "certainty":
            return _("“%(prefix)s:” cannot be asked so: write it once, with one value.") % {"prefix": condition.prefix}
        return ""

    def _meant(self, condition: Condition, name: str, value: Value) -> Any:
        if isinstance(value, Range) and name != "date":
            raise ValidationError(_("“%(prefix)s:” takes no range.") % {"prefix": condition.prefix})
        if name == "date":
            return self.asker.days(value)
        assert isinstance(value, str)
        if (condition.prefix, value.lower()) in FLAGS:
            return "true"
        if name == "place":
            return self.asker.place(value)
        meant = self.fields[name].clean(value)
        if name in ("date_from", "date_to"):
            return between_days(meant, None) if name == "date_from" else between_days(None, meant)
        return meant

    def _dates(self, cleaned: dict[str, Any]) -> DateInterval | None:
        whole, first, last = (cleaned.get(name) for name in DATES)
        if whole and (first or last):
            self.add_error("date", _("Write either one date or a first and a last day."))
        if whole or not (first or last):
            return whole
        try:
            return between_days(first, last)
        except ValidationError as problem:
            self.add_error("date_to", problem)
            return None


class _Filters(dict[str, django_filters.Filter]):
    """The filters of a search as they are written down: each search has its own of them, and shares what they hold."""

    def __deepcopy__(self, memo: object) -> dict[str, django_filters.Filter]:
        # Of texts, choices and classes, which nobody changes, a deep copy took as long as the engine took to search.
        own = {name: copy(each) for name, each in self.items()}
        for each in own.values():
            each.extra = dict(each.extra)
        return own


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
    text = WordsFilter(
        label=gettext_lazy("Words in the picture"), help_text=gettext_lazy("banners, signs, screenshots")
    )
    check = CheckFilter(
        label=gettext_lazy("Check"),
        help_text=gettext_lazy("contradictory, or a check and its outcome: gps-against-place=contradictory"),
    )
    verdict = VerdictFilter(
        label=gettext_lazy("Verdict"),
        help_text=gettext_lazy(
            "a question and the verdict on it: when=supported; when=open where none holds, opened again or never given"
        ),
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
        base: ItemFilter | None = None,
        **more: Any,
    ) -> None:
        """:param base: what the page itself is about, and asks of every item"""
        self.user = user if user is not None else getattr(more.get("request"), "user", None)
        self.audience = audience_of(self.user)
        self.is_public = self.audience == Audience.PUBLIC
        self.understood: list[Understood] = []
        self.passed_over: list[str] = []
        self.withheld: list[str] = []
        self.asked, self.query, self.written = asked(data or {}, read=self._read)
        self.base = base
        if queryset is None:
            queryset = base.narrowed() if base else Item.objects.visible_to(self.user)
        words = print_query(Query(self.query.words))
        fields = {name: text for name, text in self.asked.items() if name != "q"} | ({"q": words} if words else {})
        super().__init__(fields, queryset, **more)
        # The title of a delivery, which its chip shows, tells as much as the pictures.
        self.filters["accession"].extra["seen"] = partial(Accession.objects.visible_to, self.user)
        self.filters["place"].extra["seen"] = partial(searched_places, self.user)
        self.filters["event"].extra["seen"] = partial(events_known_to, self.user)
        self.filters["outlet"].extra["seen"] = partial(outlets_known_to, self.user)
        if self.is_public:
            for name in WITHHELD:
                del self.filters[name]
        elif self.audience != Audience.STAFF:
            for name in OF_STAFF:
                del self.filters[name]

    @classmethod
    def get_filters(cls) -> _Filters:
        return _Filters(super().get_filters())

    def _read(self, text: str) -> Query:
        sentence = read_sentence(parse(text), place_named=self._place_named, may_ask=self._may_ask)
        self.understood, self.passed_over = sentence.understood, sentence.passed_over
        self.withheld = sentence.withheld
        return sentence.query

    def _may_ask(self, condition: Condition) -> bool:
        if condition.prefix == "check":
            return self.audience == Audience.STAFF
        kinds = [str(value).upper() for value in condition.values] if condition.prefix == "place-kind" else []
        return not self.is_public or all(kind in settings.PUBLIC_PLACE_KINDS for kind in kinds)

    def _place_named(self, name: str) -> str | None:
        """Return the slug of the one place that a name in a sentence means, of those that the asker may search."""
        place = place_meant(name) if normalise(name) else None
        is_close = self.is_public and place and place.kind not in settings.PUBLIC_PLACE_KINDS
        if place is None or is_close or not searched_places(self.user).filter(pk=place.pk).exists():
            return None
        return place.slug

    def get_form_class(self) -> type[forms.Form]:
        form = super().get_form_class()
        form.query = self.query
        form.user = self.user
        form.is_public = self.is_public
        form.is_of_staff = self.audience == Audience.STAFF
        return form

    @property
    def dates(self) -> DateInterval | None:
        return self.form.cleaned_data["dates"]

    @property
    def order(self) -> str:
        return self.form.cleaned_data["sort"] or "newest"

    @property
    def is_certain_only(self) -> bool:
        return self.form.cleaned_data["certainty"] == "certain"

    @property
    def is_at_place(self) -> bool:
        """Whether a place is asked for, so that a contested one makes an answer no more than possible."""
        fields = self.form.cleaned_data
        return (
            bool(self.base and self.base.is_at_place)
            or bool(fields.get("place"))
            or any(further.is_of_place for further in fields["further"])
        )

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
        """The condition that each part makes, by its name."""
        conditions = {}
        for name, (values, is_excluded) in self.parts.items():
            asks = reduce(or_, (self.asks(sort, value) for sort, value in values))
            conditions[name] = _not(asks) if is_excluded else asks
        return conditions

    @cached_property
    def parts(self) -> dict[str, Part]:
        """What is asked, by the name of the parameter; those that ask nothing are left out."""
        fields = self.form.cleaned_data
        parts = {name: Part([(name, fields[name])]) for name in self._makers if fields.get(name)}
        if self.is_certain_only and (self.dates or self.is_at_place):
            parts["dates"] = Part([("certainly", self.dates)])
        for number, (condition, values) in enumerate(fields["further"]):
            parts[f"further {number}"] = Part(values, condition.is_excluded)
        return parts

    def asks(self, name: str, value: Any) -> Q:
        """Return the condition that one value makes."""
        sort = SORTS_OF_CONDITION.get(name)
        return sort.asks(value, self.form.asker) if sort else self._makers[name](value)

    @cached_property
    def _makers(self) -> dict[str, Callable[[Any], Q]]:
        """What makes a condition of a value, by the name of the parameter."""
        return {
            "q": lambda words: text_index.matching(words, audience=self.audience),
            "place": lambda place: Q(
                pk__in=self._linked(ItemPlace).filter(place__in=with_beneath(place)).values("item")
            ),
            "dates": overlapping,
            "certainly": lambda dates: self.certain,
            "event": lambda event: Q(pk__in=self._linked(ItemEvent).filter(event__in=keys_alike(event)).values("item")),
            "outlet": lambda outlet: Q(
                pk__in=self._linked(ItemOutlet).filter(outlet__in=keys_alike(outlet)).values("item")
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
            "verdict": _decided,
            "statement": lambda words: text_index.in_statements(words, audience=self.audience),
            "text": lambda words: text_index.in_picture(words, audience=self.audience),
        }

    def _linked(self, links: type[ItemPlace] | type[ItemEvent] | type[ItemOutlet]) -> QuerySet:
        """Return the links that the asker may read; whose items they may see is asked of the items themselves."""
        return links.objects.filter(readable_for(self.audience))


def _not(asks: Q) -> Q:
    """
    Narrow to items that do not meet a condition.

    What stands in a subquery is asked as what does not exist: for each item PostgreSQL goes through all that NOT IN
    lists where that is more than `work_mem` holds, which takes hours among a million.
    """
    if any(isinstance(part, QuerySet) for part in asks.flatten()):
        return ~Q(Exists(Item.objects.filter(asks, pk=OuterRef("pk"))))
    return ~asks


def _found(asked: PairAsked) -> Q:
    """Narrow to items of which a check found this."""
    if not asked.name:
        return Q(is_contradicted=True)
    found = CurrentFinding.objects.filter(check_slug=asked.name, outcome=asked.code)
    return Q(pk__in=found.values("item"))


def _decided(asked: PairAsked) -> Q:
    """Narrow to items on which this verdict holds; to those on which none does, whether opened again or never given."""
    on_it = CurrentVerdict.objects.filter(question=asked.name)
    if asked.code == CurrentVerdict.Word.OPEN:
        return ~Q(pk__in=on_it.exclude(word__in=CurrentVerdict.UNANSWERED).values("item"))
    return Q(pk__in=on_it.filter(word=asked.code).values("item"))
