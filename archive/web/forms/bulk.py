"""Forms for what is done to several items at once; the item page uses the same for one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.accounts.models import User
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.models import Access
from archive.review.access import Copies
from archive.review.mark_distressing import Alike
from archive.search.date_field import DateField
from archive.standards.vocabulary import Property
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
            choice for choice in Access.choices if may_release or choice[0] != Access.RELEASED
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
