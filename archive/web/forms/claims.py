"""The form that corrects what was read from a caption."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.authorities.models import Outlet, Place
from archive.claims.models import Claim
from archive.search.date_field import DateField, as_typed
from archive.standards.mappings import DIGITAL_SOURCE_TYPES
from archive.standards.vocabulary import MOST_PEOPLE, Property
from archive.web.forms.bounded_text import BoundedText

# By which field the value of a property is given.
_FIELDS = {
    Property.DATE_CREATED: "date",
    Property.LOCATION_SHOWN: "place",
    Property.LOCATION_CREATED: "place",
    Property.SUPPLIED_BY: "outlet",
    Property.PUBLISHED_BY: "outlet",
    Property.PEOPLE_COUNT: "count",
    Property.DIGITAL_SOURCE_TYPE: "source_type",
}


class CorrectionForm(forms.Form):
    """What the words mean, for the one property that the claim speaks of; `kind` names the field that is asked."""

    place = forms.ModelChoiceField(Place.objects.standing(), label=_("Place"), required=False)
    outlet = forms.ModelChoiceField(Outlet.objects.standing(), label=_("Outlet"), required=False)
    outlet_text = forms.CharField(required=False, max_length=300)
    date = DateField(label=_("Date"), required=False)
    least = forms.IntegerField(label=_("At least"), required=False, min_value=0, max_value=MOST_PEOPLE)
    most = forms.IntegerField(label=_("At most"), required=False, min_value=0, max_value=MOST_PEOPLE)
    source_type = forms.ChoiceField(
        label=_("Source type"), required=False, choices=[(code, code) for code in sorted(DIGITAL_SOURCE_TYPES)]
    )
    text = BoundedText(label=_("In words"), required=False, max_length=300)
    note = BoundedText(label=_("How do you know?"), required=False, max_length=2000)

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id=f"correct-{claim.pk}-%s", **kwargs)
        self.kind = _FIELDS.get(Property(claim.property), "text")
        self.initial = {
            "date": as_typed(claim.value_edtf),
            "least": claim.value_min,
            "most": claim.value_max,
            "text": claim.value_text,
            "source_type": claim.value_text,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        least, most = cleaned.get("least"), cleaned.get("most")
        if least is not None and most is not None and least > most:
            raise forms.ValidationError(_("The least number of people is larger than the most: swap the two."))
        if not self.errors and not any(self.value().values()):
            sentences = {
                "date": _("Write a date."),
                "place": _("Choose one of the list that opens as you type."),
                "count": _("Write how many there are at least, or at most."),
            }
            raise forms.ValidationError(sentences.get(self.kind, _("Write what the words mean.")))
        return cleaned

    def value(self) -> dict[str, Any]:
        """Return the value as `review.correct_claims.correct` takes it."""
        cleaned = self.cleaned_data
        match self.kind:
            case "count":
                count = (cleaned.get("least"), cleaned.get("most"))
                return {"count": None if count == (None, None) else count}
            case "outlet":
                named = cleaned.get("outlet")
                return {"outlet": named} if named else {"text": cleaned.get("outlet_text", "")}
            case "source_type":
                return {"text": cleaned.get("source_type", "")}
            case _:
                return {self.kind: cleaned.get(self.kind)}

    def refusal(self) -> str:
        """Return what is wrong, in one line."""
        return " ".join(str(problem) for problems in self.errors.values() for problem in problems)
