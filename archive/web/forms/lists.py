"""The form of a list that is exported."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.exports.write_list import LABELS, Form


class ListForm(forms.Form):
    """As what, and whether distressing pictures are shown as they are."""

    form = forms.ChoiceField(
        label=_("As"),
        choices=[(form.value, label) for form, label in LABELS.items()],
        initial=Form.CSV.value,
        widget=forms.RadioSelect,
    )
    distressing = forms.BooleanField(
        label=_("On a contact sheet show pictures marked as distressing as they are; else they are blurred"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
