"""Forms for spans of footage: where one begins and ends, what is said of it, why it is retracted."""

from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.accounts.models import User
from archive.authorities import gazetteer
from archive.authorities.models import Event, Place
from archive.claims.models import SpanVersion
from archive.claims.property_names import SPAN_PROPERTIES
from archive.claims.spans import ShownSpan
from archive.files.models import MediaFile
from archive.review.mark_spans import LONGEST_TITLE
from archive.search.date_field import DateField
from archive.standards.timecode import InvalidTimecode, parse_moment, timecode
from archive.standards.vocabulary import MOST_PEOPLE, SpanProperty
from archive.web.forms.bounded_text import BoundedText


class Since(NamedTuple):
    """What others wrote in a field since a form was opened, for `components/said_since.html`."""

    label_in_words: str
    after_in_words: str
    made_by: User | None
    made_at: datetime


class MomentField(forms.CharField):
    """A moment of footage as people write it; cleans to milliseconds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        # Frames a second, where they do not vary; the form says of which footage.
        self.rate: float | None = None
        self.error_messages["required"] = gettext_lazy("Write a moment, such as 0:12.345.")

    def clean(self, value: Any) -> int:
        written = super().clean(value)
        try:
            return parse_moment(written, self.rate)
        except InvalidTimecode as problem:
            raise forms.ValidationError(_(problem.sentence) % problem.values) from problem

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocomplete": "off", "spellcheck": "false"}


class SpanForm(forms.Form):
    """Where a span begins and ends, and what it is called."""

    start = MomentField(label=gettext_lazy("In"))
    end = MomentField(label=gettext_lazy("Out"))
    title = BoundedText(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    note = BoundedText(
        label=gettext_lazy("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, media_file: MediaFile, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.media_file = media_file
        for name in ("start", "end"):
            self.fields[name].rate = media_file.steady_frame_rate

    @classmethod
    def of(cls, version: SpanVersion, media_file: MediaFile) -> "SpanForm":
        """Return the form that changes a span, filled in with what is so now."""
        filled = {
            "start": timecode(version.start_milliseconds),
            "end": timecode(version.end_milliseconds),
            "title": version.title,
            "note": version.note,
            "seen": version.pk,
        }
        return cls(media_file=media_file, initial=filled, auto_id="change-%s")

    def with_version_since(self, shown: ShownSpan) -> "SpanForm":
        """
        Return the form once more, as it was filled in, to be sent again: this person has seen the span as it is now.

        Where they wrote nothing else than stood there before, it says what the span says now. `since` has what others
        wrote, for the page.
        """
        data, now = self.data.copy(), SpanForm.of(shown.now, self.media_file)
        before = next((each for each in shown.versions if each.pk == self.cleaned_data["seen"]), None)
        opened = SpanForm.of(before, self.media_file).initial if before else {}
        since = []
        for name in ("start", "end", "title", "note"):
            if opened.get(name) == now.initial[name]:
                continue
            since.append(Since(self.fields[name].label, now.initial[name], shown.now.made_by, shown.now.made_at))
            if name in opened and self._is_as(name, before):
                data[name] = now.initial[name]
        data["seen"] = str(shown.now.pk)
        form = SpanForm(data, media_file=self.media_file, auto_id=self.auto_id)
        for error in self.non_field_errors():
            form.add_error(None, error)
        form.is_late, form.since = True, since
        return form

    def _is_as(self, name: str, version: SpanVersion) -> bool:
        """Tell whether a field says what the version says; moments are written in several ways."""
        of_version = {"start": version.start_milliseconds, "end": version.end_milliseconds}
        return self.cleaned_data[name] == of_version.get(name, getattr(version, name, None))

    def span(self) -> dict[str, Any]:
        """Return the arguments of `review.mark_spans.mark` that this form gives."""
        given = self.cleaned_data
        return {
            "start_milliseconds": given["start"],
            "end_milliseconds": given["end"],
            "title": given["title"],
            "note": given["note"],
        }


class SaySpanForm(forms.Form):
    """One value of one property of a span; only the fields that go with the property are read."""

    property = forms.ChoiceField(
        label=gettext_lazy("What"), choices=[(name.value, label) for name, label in SPAN_PROPERTIES.items()]
    )
    date = DateField(label=gettext_lazy("Date it was taken"), required=False)
    place = forms.ModelChoiceField(Place.objects.standing(), required=False)
    event = forms.ModelChoiceField(Event.objects.standing(), required=False)
    least = forms.IntegerField(label=gettext_lazy("At least"), required=False, min_value=0, max_value=MOST_PEOPLE)
    most = forms.IntegerField(label=gettext_lazy("At most"), required=False, min_value=0, max_value=MOST_PEOPLE)
    text = BoundedText(
        label=gettext_lazy("In words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    ground = BoundedText(
        label=gettext_lazy("How do you know?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    _FIELDS = {
        SpanProperty.DATE_CREATED: "date",
        SpanProperty.LOCATION_SHOWN: "place",
        SpanProperty.LOCATION_CREATED: "place",
        SpanProperty.EVENT: "event",
        SpanProperty.PEOPLE_COUNT: "least",
        SpanProperty.DESCRIPTION: "text",
    }
    # How a record is chosen by name where no script fills in its key.
    _MEANT = {"place": gazetteer.place_meant, "event": gazetteer.event_meant}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id="say-%s", **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name = self._field_in_use()
        written = self.data.get(f"{name}_text", "").strip()[:300]
        if name in self._MEANT and written and not cleaned.get(name) and name not in self.errors:
            cleaned[name] = self._MEANT[name](written)
        if name == "least":
            if cleaned.get("least") is None and cleaned.get("most") is None and not self.errors:
                self.add_error("least", _("Write how many people there are at least, or at most."))
        elif name and name not in self.errors and not cleaned.get(name):
            sentences = {"date": _("Write a date."), "text": _("Write what it shows.")}
            self.add_error(name, sentences.get(name, _("Choose one of the list that opens as you type.")))
        return cleaned

    def _field_in_use(self) -> str:
        return self._FIELDS[SpanProperty(chosen)] if (chosen := self.cleaned_data.get("property")) else ""

    def claim(self) -> dict[str, Any]:
        """Return the arguments of `review.mark_spans.say` that this form gives."""
        name, cleaned = self._field_in_use(), self.cleaned_data
        value = {"count": (cleaned["least"], cleaned["most"])} if name == "least" else {name: cleaned[name]}
        return {"property": SpanProperty(cleaned["property"]), "ground": cleaned["ground"], **value}


class RetractForm(forms.Form):
    """Why a span, or what is said of it, is retracted, or stands again."""

    reason = BoundedText(label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
