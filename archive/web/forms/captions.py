"""The form that flags a caption or proposes another wording."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.catalogue.models import Caption
from archive.review.models import Proposal
from archive.web.forms.bounded_text import BoundedText

LONGEST_WORDING = 10_000


class ProposalForm(forms.Form):
    """A reason, perhaps other words, perhaps a note; the field of words begins with those that stand."""

    reason = forms.ChoiceField(
        label=_("What is wrong"), choices=[("", _("choose a reason")), *Proposal.Reason.choices],
        error_messages={
            "required": _("Choose what is wrong with it."),
            "invalid_choice": _("Choose one of the reasons in the list."),
        },
    )  # fmt: skip
    text = BoundedText(
        required=False, max_length=LONGEST_WORDING, widget=forms.Textarea(attrs={"rows": 3}), strip=False
    )
    note = BoundedText(
        label=_("Note"), required=False, max_length=2000, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, caption: Caption, **kwargs: Any) -> None:
        given = {"auto_id": f"proposal-{caption.pk}-%s", "label_suffix": "", "initial": {"text": caption.text}}
        super().__init__(*args, **given, **kwargs)
        text = self.fields["text"]
        if caption.origin == Caption.Origin.PERSON:
            text.label = _("The archive’s wording, changed as it should be")
            text.help_text = _("Leave it as it is to flag only.")
        else:
            text.label = _("What the archive’s own description should say")
            text.help_text = _(
                "Leave it as it is to flag only. The wording that came stays: yours would stand beside it."
            )
