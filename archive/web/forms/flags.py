"""Forms for flags on pictures and for the answers to them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.review.access import Copies
from archive.review.mark_distressing import Alike
from archive.review.models import Flag, FlagDecision
from archive.web.forms.bounded_text import BoundedText

_CHOOSE = _("Choose why it should perhaps not be shown as it is.")


class FlagForm(forms.Form):
    """A ground, perhaps a note."""

    ground = forms.ChoiceField(
        label=_("Why"), choices=[("", _("choose a ground")), *Flag.Ground.choices],
        error_messages={"required": _CHOOSE, "invalid_choice": _("Choose one of the grounds in the list.")},
    )  # fmt: skip
    note = BoundedText(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only the moderators and you read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="flag-%s", label_suffix="", **kwargs)


class VisitorFlagForm(FlagForm):
    """A ground, perhaps a note, and how somebody without an account may be reached."""

    contact = BoundedText(
        label=_("How you can be reached"), required=False, max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("If the archive may write to you: an e-mail address or a telephone number. Else leave it empty."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs["rows"] = 4
        self.fields["note"].label = _("What should the archive know?")
        self.fields["note"].help_text = _("Only the moderators read it.")


class FlagDecisionForm(forms.Form):
    """The answer to a flag."""

    outcome = forms.ChoiceField(choices=FlagDecision.Outcome.choices)
    reason = BoundedText(
        label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a few words why, so that whoever flagged it understands.")},
    )  # fmt: skip
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


class EraseForm(forms.Form):
    """Why what a visitor wrote is erased, and how much of it."""

    reason = BoundedText(
        label=_("Why"), max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Name nobody: it stays in the record, such as “asked for by letter of 3 May”."),
        error_messages={"required": _("Say in a few words why.")},
    )  # fmt: skip
    takes_note = forms.BooleanField(label=_("What they wrote beside it too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="erase-%s", label_suffix="", **kwargs)
