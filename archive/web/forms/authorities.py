"""Forms of places, events and outlets: what a person may write, and what the functions of `authorities` take."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.authorities import gazetteer
from archive.authorities.models import Event, Outlet, Place
from archive.search.date_field import DateField, as_typed
from archive.web.forms.bounded_text import BoundedText
from archive.web.forms.chosen_records import ChosenRecords

_LINES = forms.Textarea(attrs={"rows": 3})


def _kind(kinds: Any) -> forms.ChoiceField:
    """Return the field of a kind, which has to be chosen: none is likelier than the others."""
    return forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("Choose …")), *kinds.choices],
        error_messages={"required": _("Choose of what kind it is.")},
    )


class RecordForm(forms.Form):
    """What the three have in common: values go out as the arguments of `create_…` and `edit_…`."""

    name = forms.CharField(label=_("Name"), max_length=200)

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class PlaceForm(RecordForm):
    kind = _kind(Place.Kind)
    parent = forms.ModelChoiceField(Place.objects.standing(), label=_("Lies in"), required=False)
    latitude_degrees = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    longitude_degrees = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    radius_metres = forms.IntegerField(
        label=_("Reach, metres"),
        required=False,
        min_value=1,
        help_text=_("How far the place reaches around its point."),
    )
    names = forms.CharField(
        label=_("Further names"),
        required=False,
        widget=_LINES,
        help_text=_("One a line, with its language before it where known: fr: Dunkerque"),
    )
    country_code = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        required=False,
        help_text=_("Two letters, such as GB; empty: that of the place it lies in, or none at sea."),
    )

    @property
    def position(self) -> list[Any]:
        """The fields of the point on the map and its reach."""
        return [self[name] for name in ("latitude_degrees", "longitude_degrees", "radius_metres")]

    def clean_names(self) -> list[tuple[str, str]]:
        names = []
        for line in self.cleaned_data["names"].splitlines():
            language, colon, name = line.partition(":")
            is_told = colon and 1 < len(language.strip()) <= 12 and " " not in language.strip()
            names.append((name.strip(), language.strip()) if is_told else (line.strip(), ""))
        if any(len(name) > 200 for name, _language in names):
            raise forms.ValidationError(_("A name has at most 200 letters."))
        return [pair for pair in names if pair[0]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (cleaned.get("latitude_degrees") is None) != (cleaned.get("longitude_degrees") is None):
            self.add_error("longitude_degrees", _("Give latitude and longitude together, or neither."))
        return cleaned

    @staticmethod
    def values_of(place: Place) -> dict[str, Any]:
        further = [name for name in place.names.order_by("pk") if name.name != place.name]
        lines = [f"{name.language}: {name.name}" if name.language else name.name for name in further]
        fields = ("name", "kind", "parent", "country_code", "latitude_degrees", "longitude_degrees", "radius_metres")
        return {field: getattr(place, field) for field in fields} | {"names": "\n".join(lines)}


class EventForm(RecordForm):
    kind = _kind(Event.Kind)
    date_edtf = DateField(label=_("Date"), required=False)
    parent = forms.ModelChoiceField(Event.objects.standing(), label=_("Part of"), required=False)
    places = ChosenRecords(
        Place.objects.standing(), label=_("Places"), required=False, widget=forms.CheckboxSelectMultiple
    )
    further_place = forms.ModelChoiceField(Place.objects.standing(), label=_("Add a place"), required=False)
    description = BoundedText(label=_("What happened"), required=False, max_length=5000, widget=_LINES)

    def clean_date_edtf(self) -> str:
        date = self.cleaned_data["date_edtf"]
        return date.edtf if date else ""

    def arguments(self) -> dict[str, Any]:
        values = super().arguments()
        further = values.pop("further_place")
        return values | {"places": [*values["places"], *([further] if further else [])]}

    @staticmethod
    def values_of(event: Event) -> dict[str, Any]:
        fields = ("name", "kind", "date_edtf", "parent", "description")
        return {field: getattr(event, field) for field in fields} | {
            "date_edtf": as_typed(event.date_edtf),
            "places": list(event.places.order_by("name", "pk")),
        }


class OutletForm(RecordForm):
    kind = _kind(Outlet.Kind)
    aliases = forms.CharField(
        label=_("Also known as"), required=False, widget=_LINES, help_text=_("One a line, as credits are printed.")
    )
    country_code = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        required=False,
        help_text=_("Two letters; empty if worldwide."),
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https", max_length=200)

    def clean_aliases(self) -> list[str]:
        aliases = [line.strip() for line in self.cleaned_data["aliases"].splitlines() if line.strip()]
        if any(len(alias) > 200 for alias in aliases):
            raise forms.ValidationError(_("A name has at most 200 letters."))
        return aliases

    @staticmethod
    def values_of(outlet: Outlet) -> dict[str, Any]:
        further = [row.name for row in outlet.names.order_by("pk") if row.name != outlet.name]
        fields = ("name", "kind", "country_code", "website")
        return {field: getattr(outlet, field) for field in fields} | {"aliases": "\n".join(further)}


class UnmergeForm(forms.Form):
    """Why a merge is taken back."""

    reason = BoundedText(label=_("Why"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class MergeForm(forms.Form):
    """Into which record, and why."""

    into = forms.ModelChoiceField(Place.objects.none(), label=_("Merge into"), required=False)
    reason = BoundedText(label=_("Why"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    # How a record is chosen by name where no script fills in its key.
    _MEANT = {Place: gazetteer.place_meant, Event: gazetteer.event_meant, Outlet: gazetteer.outlet_meant}

    def __init__(self, *args: Any, model: type[Place] | type[Event] | type[Outlet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model = model
        self.fields["into"].queryset = model.objects.standing()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("into") and "into" not in self.errors:
            cleaned["into"] = self._MEANT[self.model](self.data.get("into_text", "").strip()[:300])
            if cleaned["into"] is None:
                self.add_error("into", _("Choose one of the list that opens as you type."))
        return cleaned
