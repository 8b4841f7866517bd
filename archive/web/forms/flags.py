"""Forms for flags on pictures and for the answers to them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.review.access import Copies
from archive.review.distressing import Alike
from archive.review.models import Flag, FlagDecision


class FlagForm(forms.Form):
    """A ground, perhaps a note."""

    ground = forms.ChoiceField(label=_("Why"), choices=[("", _("choose a ground")), *Flag.Ground.choices])
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only the moderators and you read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="flag-%s", label_suffix="", **kwargs)


class FlagDecisionForm(forms.Form):
    """The answer to a flag."""

    outcome = forms.ChoiceField(choices=FlagDecision.Outcome.choices)
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    takes_down = forms.BooleanField(
        label=_("Upheld, also take the picture down: restrict it to archive staff"), required=False
    )
    # Shown where copies are asked about.
    copies = forms.ChoiceField(label=_("Its copies"), choices=Copies.choices, required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, flag: Flag, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if flag.ground == Flag.Ground.DISTRESSING:
            del self.fields["takes_down"]
            self.fields["copies"].choices = Alike.choices
