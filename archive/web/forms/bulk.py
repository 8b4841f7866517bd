"""Forms for what is done to several items at once; the item page uses the same for one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.accounts.models import User
from archive.authorities import gazetteer
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.models import Access
from archive.claims.models import words_of_code
from archive.review.access import Copies
from archive.review.mark_distressing import Alike
from archive.search.date_field import DateField
from archive.standards.mappings import DIGITAL_SOURCE_TYPES
from archive.standards.vocabulary import MOST_PEOPLE, Property
from archive.web.forms.bounded_text import BoundedText

# What a person may say of items by hand, and by which field its value is given.
LINKS = {
    Property.LOCATION_SHOWN: ("place", _("Location shown")),
    Property.LOCATION_CREATED: ("place", _("Camera location")),
    Property.DATE_CREATED: ("date", _("Date it was taken")),
    Property.EVENT: ("event", _("Event")),
    Property.PUBLISHED_BY: ("outlet", _("Published by")),
    Property.SUPPLIED_BY: ("outlet", _("Supplied by")),
    Property.CREATOR: ("text", _("Photographer")),
    Property.CREDIT_LINE: ("text", _("Credit")),
}


class LinkForm(forms.Form):
    """One value for one property; only the field that goes with the property is read."""

    property = forms.ChoiceField(
        label=_("What"), choices=[(name.value, label) for name, (_field, label) in LINKS.items()]
    )
    place = forms.ModelChoiceField(Place.objects.standing(), required=False)
    event = forms.ModelChoiceField(Event.objects.standing(), required=False)
    outlet = forms.ModelChoiceField(Outlet.objects.standing(), required=False)
    date = DateField(label=_("Date"), required=False)
    text = BoundedText(label=_("In words"), required=False, max_length=300)
    note = BoundedText(
        label=_("How do you know?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    answers = forms.IntegerField(required=False)
    # The latest claim that was shown with the form, which is as far as the word of the person reaches.
    latest: int | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("answers") is not None and not cleaned.get("note"):
            self.add_error("note", _("Say how you know: that answers what else is said."))
        name = self.field_in_use()
        if name and name not in self.errors and not cleaned.get(name):
            sentences = {"date": _("Write a date."), "text": _("Write a name.")}
            self.add_error(name, sentences.get(name, _("Choose one of the list that opens as you type.")))
        return cleaned

    def field_in_use(self) -> str:
        return LINKS[Property(chosen)][0] if (chosen := self.cleaned_data.get("property")) else ""

    def link(self) -> dict[str, Any]:
        """Return the arguments of `review.link_items.link` that this form gives."""
        name, cleaned = self.field_in_use(), self.cleaned_data
        given = {"note": cleaned["note"], "answers": cleaned["answers"], name: cleaned[name]}
        return {"property": Property(cleaned["property"]), **given}


class ManyForm(forms.Form):
    """Several values at once for several items: what is filled in is said, what is empty stays as it is."""

    place = forms.ModelChoiceField(Place.objects.standing(), label=_("Location shown"), required=False)
    event = forms.ModelChoiceField(Event.objects.standing(), label=_("Event"), required=False)
    date = DateField(label=_("Date it was taken"), required=False)
    outlet = forms.ModelChoiceField(Outlet.objects.standing(), label=_("Published by"), required=False)
    camera = forms.ModelChoiceField(Place.objects.standing(), label=_("Camera location"), required=False)
    supplier = forms.ModelChoiceField(Outlet.objects.standing(), label=_("Supplied by"), required=False)
    creator = BoundedText(label=_("Photographer"), required=False, max_length=300)
    credit_line = BoundedText(label=_("Credit"), required=False, max_length=300)
    least = forms.IntegerField(label=_("People, at least"), required=False, min_value=0, max_value=MOST_PEOPLE)
    most = forms.IntegerField(label=_("People, at most"), required=False, min_value=0, max_value=MOST_PEOPLE)
    source_type = forms.ChoiceField(
        label=_("Source type"),
        required=False,
    )
    note = BoundedText(
        label=_("How do you know?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    answers = forms.IntegerField(required=False)
    # What spoke against it when the person was asked.
    seen = forms.CharField(required=False, max_length=32)
    leave_out = forms.CharField(required=False, max_length=3)
    latest: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        # In the language of the page.
        words = sorted((words_of_code(code), code) for code in DIGITAL_SOURCE_TYPES)
        self.fields["source_type"].choices = [("", _("as it is")), *((code, word) for word, code in words)]

    # How a record is chosen by name where no script fills in its key.
    _MEANT = {
        "place": gazetteer.place_meant,
        "camera": gazetteer.place_meant,
        "event": gazetteer.event_meant,
        "outlet": gazetteer.outlet_meant,
        "supplier": gazetteer.outlet_meant,
    }
    # Each field with its property and the argument of `link` that carries the value.
    _SAYS = {
        "place": (Property.LOCATION_SHOWN, "place"),
        "camera": (Property.LOCATION_CREATED, "place"),
        "date": (Property.DATE_CREATED, "date"),
        "event": (Property.EVENT, "event"),
        "outlet": (Property.PUBLISHED_BY, "outlet"),
        "supplier": (Property.SUPPLIED_BY, "outlet"),
        "creator": (Property.CREATOR, "text"),
        "credit_line": (Property.CREDIT_LINE, "text"),
        "source_type": (Property.DIGITAL_SOURCE_TYPE, "text"),
    }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, meant in self._MEANT.items():
            written = self.data.get(f"{name}_text", "").strip()[:300]
            if written and not cleaned.get(name) and name not in self.errors:
                cleaned[name] = meant(written)
                if cleaned[name] is None:
                    self.add_error(name, _("Choose one of the list that opens as you type."))
        least, most = cleaned.get("least"), cleaned.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", _("The least number of people is larger than the most: swap the two."))
        if cleaned.get("answers") is not None and not cleaned.get("note"):
            self.add_error("note", _("Say how you know: that answers what else is said."))
        if not self.errors and not self.values():
            self.add_error(None, _("Nothing is filled in: say a place, an event, a date, or something else."))
        return cleaned

    def values(self) -> dict[Property, dict[str, Any]]:
        """Return what is filled in as `review.link_many.link_many` takes it."""
        cleaned = self.cleaned_data
        values = {name: {key: cleaned[field]} for field, (name, key) in self._SAYS.items() if cleaned.get(field)}
        count = (cleaned.get("least"), cleaned.get("most"))
        return values | ({} if count == (None, None) else {Property.PEOPLE_COUNT: {"count": count}})


class AccessForm(forms.Form):
    access = forms.ChoiceField(label=_("Access"), widget=forms.RadioSelect)
    reason = BoundedText(label=_("Why"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    # Shown where a release was refused for them.
    answers_notices = forms.BooleanField(
        label=_("I have read these notices. The reason above says why it is released all the same."), required=False
    )

    answers_questions = forms.CharField(
        label=_("I have seen what is open. The reason above says why it is released all the same."),
        required=False,
        max_length=32,
    )
    # Shown where copies of what is restricted stay open.
    copies = forms.ChoiceField(label=_("Its copies"), choices=Copies.choices, required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may_release = user.has_perm("catalogue.release_item")
        self.fields["access"].choices = [
            choice
            for choice in Access.choices
            if choice[0] != Access.WITHDRAWN and (may_release or choice[0] != Access.RELEASED)
        ]


class MarkForm(forms.Form):
    """Mark pictures as distressing, or take that back."""

    is_distressing = forms.ChoiceField(
        label=_("How they are shown"),
        choices=[("yes", _("blurred until asked for, as distressing")), ("no", _("as they are"))],
        widget=forms.RadioSelect,
    )
    reason = BoundedText(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    # Shown where copies are marked otherwise.
    copies = forms.ChoiceField(label=_("Its copies"), choices=Alike.choices, required=False, widget=forms.RadioSelect)

    def mark(self) -> dict[str, Any]:
        """Return the arguments of `review.mark_distressing.mark_distressing` that this form gives."""
        given = self.cleaned_data
        is_distressing = given["is_distressing"] == "yes"
        return {"is_distressing": is_distressing, "reason": given["reason"], "copies": given["copies"]}
