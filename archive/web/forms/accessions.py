"""What a person says of an accession as they upload its files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from archive.accounts.models import User
from archive.authorities.models import Outlet
from archive.catalogue.models import Accession, AccessionStatement
from archive.ingest.edit_accession import EDITED, written
from archive.web.forms.outlet_by_name import OutletByName


class AccessionForm(OutletByName, forms.ModelForm):
    """What is said of a whole accession, once."""

    class Meta:
        model = Accession
        fields = [
            "title",
            "supplied_by",
            "received_on",
            "outlet",
            "published_on",
            "terms",
            "terms_public",
            "note",
            "access",
        ]
        labels = {
            "title": gettext_lazy("Title"),
            "supplied_by": gettext_lazy("Supplied by"),
            "received_on": gettext_lazy("Received on"),
            "published_on": gettext_lazy("Published on"),
            "terms": gettext_lazy("Terms"),
            "terms_public": gettext_lazy("Visitors read these terms beside released pictures"),
            "note": gettext_lazy("Note"),
            "access": gettext_lazy("Access"),
        }
        help_texts = {
            "supplied_by": gettext_lazy("Who handed it over, as they name themselves."),
            "received_on": gettext_lazy(
                "The day it was handed over. “Tuesday” in a captions list that nobody published is counted from here."
            ),
            "published_on": gettext_lazy(
                "The day the outlet published it. “Tuesday” in a caption is counted from here."
            ),
            "terms": gettext_lazy("What may be done with it."),
            "terms_public": gettext_lazy("Otherwise archive staff and researchers alone read them."),
            "access": "",
        }
        widgets = {
            "received_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "published_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "terms": forms.Textarea(attrs={"rows": 2}),
            "note": forms.Textarea(attrs={"rows": 2}),
            "access": forms.RadioSelect,
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class AccessionCorrection(OutletByName, forms.ModelForm):
    """What is said of an accession otherwise than before, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is corrected"), required=False, max_length=1000, widget=forms.TextInput
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)

    class Meta(AccessionForm.Meta):
        fields = list(EDITED)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        # Of an outlet that was merged the one that stands for it is chosen.
        if outlet := self.instance.outlet:
            self.initial["outlet"] = outlet.current_key
        self.fields["access"].required = False
        self.fields["access"].help_text = gettext_lazy(
            "Its items follow, except those whose access somebody decided. A narrower access holds at once. "
            "Copies that came with other accessions stay as they are."
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        # A page that was opened before a field stood on it says nothing of it.
        cleaned["access"] = cleaned.get("access") or self.initial["access"]
        if not {"outlet", "outlet_text"} & self.data.keys() and self.initial.get("outlet"):
            cleaned["outlet"] = Outlet.objects.get(pk=self.initial["outlet"])
        return cleaned

    def with_said_since(self, statements: list[AccessionStatement], accession: Accession) -> "AccessionCorrection":
        """
        Return the form once more, as it was filled in, to be sent again: this person has seen these statements now.

        Where they wrote nothing else than stood there before, it says what the accession says now.

        :param statements: what others said since the form was opened, the first first
        """
        data, before = self.data.copy(), {each.field: each.before for each in reversed(statements)}
        for field, words in before.items():
            if written(self.cleaned_data[field]) == words:
                data[field] = _in_form(getattr(accession, field))
                if field == "outlet":
                    data["outlet_text"] = accession.outlet.current.name if accession.outlet else ""
        data["seen"] = str(statements[-1].pk)
        return AccessionCorrection(data, instance=accession)

    @property
    def outlet_text(self) -> str:
        """What stands in the field of the outlet: as it was written, else its name."""
        if self.is_bound:
            return self.data.get("outlet_text", "")
        return self.instance.outlet.current.name if self.instance.outlet else ""


def _in_form(value: Any) -> str:
    """Return a value of an accession as its field of a form is sent; nothing is an empty box."""
    return str(value.current_key) if isinstance(value, Outlet) else written(value)


class AccessionFilter(forms.Form):
    """Which accessions are looked for: by words, by whom, and when they or files of them were added."""

    q = forms.CharField(label=gettext_lazy("Title or supplier"), required=False, max_length=200)
    by = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Added by"), required=False, empty_label=gettext_lazy("anybody")
    )
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        people = User.objects.filter(pk__in=Accession.objects.values("opened_by"))
        self.fields["by"].queryset = people.order_by("username")
