"""Forms of the item page."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.catalogue.models import Caption
from archive.web.forms.bounded_text import BoundedText


class CaptionForm(forms.Form):
    """The archive's own wording; it may replace an earlier one of its own, never what came with the picture."""

    text = BoundedText(label=_("Caption"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))
    role = forms.ChoiceField(label=_("Stands as"), choices=Caption.Role.choices)
    language = forms.CharField(
        label=_("Language"), required=False, max_length=20, help_text=_("en, fr, nl … ; empty where it is not stated")
    )
    supersedes = forms.ModelChoiceField(
        Caption.objects.none(),
        label=_("Replaces"),
        required=False,
        empty_label=_("nothing: it stands beside the others"),
        error_messages={"invalid_choice": _("This wording was replaced meanwhile. Look at the newer one first.")},
    )

    def __init__(self, *args: Any, captions: Iterable[Caption], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        own = [caption.pk for caption in captions if caption.origin == Caption.Origin.PERSON]
        self.fields["supersedes"].queryset = Caption.objects.filter(pk__in=own).order_by("pk")


class WithdrawForm(forms.Form):
    """Why an item is withdrawn, or brought back."""

    reason = BoundedText(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
