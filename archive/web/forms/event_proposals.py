"""The form beside each proposal of an event."""

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.authorities.models import Event, Place
from archive.search.date_field import DateField
from archive.standards.whole_numbers import whole_numbers
from archive.web.forms.bounded_text import BoundedText
from archive.web.forms.chosen_records import ChosenRecords


class EventProposalForm(forms.Form):
    """Items as they were proposed, with the recorded event, or with name, date, kind and places of the new one."""

    # One field for all of them: a form may have a thousand fields, and an event more pictures.
    proposed = forms.CharField(max_length=200_000)
    event = forms.ModelChoiceField(Event.objects.standing(), required=False)
    name = forms.CharField(label=_("Name"), max_length=200)
    date_edtf = DateField(label=_("Date"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Event.Kind.choices, required=False)
    places = ChosenRecords(Place.objects.standing(), label=_("Places"), required=False)
    reason = BoundedText(label=_("Why not"), required=False, max_length=2000)

    def clean_proposed(self) -> list[int]:
        keys = self.cleaned_data["proposed"].split(",")
        numbers = whole_numbers(keys)
        if len(numbers) != len(keys):
            raise forms.ValidationError(_("The list of pictures is damaged. Load the page again."))
        return numbers

    def clean_date_edtf(self) -> str:
        date = self.cleaned_data["date_edtf"]
        return date.edtf if date else ""
