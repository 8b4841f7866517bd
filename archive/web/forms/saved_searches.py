"""The form of a search that is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.web.forms.bounded_text import BoundedText


class SavedSearchForm(forms.Form):
    """What it is called, and whether others see it."""

    name = BoundedText(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give it a name by which you find it again.")},
    )
    is_shared = forms.BooleanField(
        label=_("Shared with all who read the archive"),
        required=False,
        help_text=_("Researchers too. They see its name and its words, and find what they may see themselves."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
