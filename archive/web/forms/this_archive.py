"""What an administrator says of the archive, and the picture that a visitor reports."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_NUMBER = re.compile(r"(?:^|/items/|#|no\.?\s*)(\d{1,18})(?:[/?#].*)?$", re.IGNORECASE)


class DescriptionForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("In the header and the title of every page, in exports and in mails."),
    )
    purpose = forms.CharField(
        label=gettext_lazy("What it is for"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Who keeps it, what it holds and why: whoever opens the archive reads this first."),
    )
    terms = forms.CharField(
        label=gettext_lazy("Terms of use"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("On which pictures that are released may be used."),
    )
    contact = forms.CharField(
        label=gettext_lazy("Contact"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("A mail address, or where else somebody reaches you."),
    )
    takedown = forms.CharField(
        label=gettext_lazy("Contact for takedowns"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Whom to write to about a picture; the contact above where this is empty."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**53)


class ReportForm(forms.Form):
    picture = forms.CharField(
        label=gettext_lazy("Which picture"),
        max_length=500,
        help_text=gettext_lazy("Its number, or the address of its page."),
    )

    def clean_picture(self) -> int:
        if not (number := _NUMBER.search(self.cleaned_data["picture"].strip())):
            raise forms.ValidationError(_("Write the number of the picture, or paste the address of its page."))
        return int(number[1])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
