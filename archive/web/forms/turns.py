"""Forms by which pictures are turned: one from how it lies on its page, or several alike."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.catalogue.models import Item
from archive.review.turn_pictures import digest_of_turns
from archive.standards.orientation import AS_IT_IS, ORIENTATIONS, Turn, from_to, then
from archive.web.forms.bounded_text import BoundedText

TURNS = {
    Turn.LEFT: _("Turn left"),
    Turn.RIGHT: _("Turn right"),
    Turn.UPSIDE_DOWN: _("Turn upside down"),
    Turn.MIRROR: _("Mirror left to right"),
}
_KEYS = {Turn.LEFT: "ArrowLeft", Turn.RIGHT: "ArrowRight", Turn.UPSIDE_DOWN: "ArrowDown", Turn.MIRROR: "ArrowUp"}
AS_THE_FILE = "as-the-file"


@dataclass(frozen=True)
class Way:
    """One way to turn a picture: what is sent, and by what it is turned from how it lies now, which css/ draws."""

    value: str
    label: str
    turn: int
    key: str = ""
    is_chosen: bool = False


class TurnForm(forms.Form):
    """How one picture is to lie. What is sent is how it lies then, so that a double click turns it once."""

    orientation = forms.TypedChoiceField(
        choices=[(each, each) for each in ORIENTATIONS],
        coerce=int,
        error_messages={"required": _("Choose how to turn it.")},
    )
    note = BoundedText(label=_("How do you know?"), required=False, max_length=2000)
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="turn-%s", label_suffix="", **kwargs)
        self.shown_again(item)

    def shown_again(self, item: Item) -> "TurnForm":
        """Ask anew, of the picture as it lies by now."""
        self.now, self.digest = item.orientation or AS_IT_IS, digest_of_turns([item])
        return self

    @property
    def ways(self) -> list[Way]:
        chosen = str(self["orientation"].value())
        ways = [(then(self.now, turn.orientation), str(label), turn) for turn, label in TURNS.items()]
        if self.now != AS_IT_IS and AS_IT_IS not in [value for value, _label, _turn in ways]:
            ways.append((AS_IT_IS, "", None))
        return [
            Way(
                str(value),
                _words(label, is_back=value == AS_IT_IS),
                turn.orientation if turn else from_to(self.now, AS_IT_IS),
                _KEYS[turn] if turn else "",
                str(value) == chosen,
            )
            for value, label, turn in ways
        ]


def _words(label: str, *, is_back: bool) -> str:
    if not is_back:
        return label
    return gettext("%(turn)s: as its file shows it") % {"turn": label} if label else gettext("As its file shows it")


class TurnManyForm(forms.Form):
    """How several pictures are turned, each from how it lies now."""

    turn = forms.ChoiceField(
        label=_("Turn"),
        choices=[*((turn.value, label) for turn, label in TURNS.items()), (AS_THE_FILE, _("As their files show them"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how to turn them.")},
    )
    note = BoundedText(label=_("How do you know?"), required=False, max_length=2000)
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="turn-%s", label_suffix="", **kwargs)

    def turning(self) -> dict[str, Any]:
        """Return the arguments of `review.turn_pictures.turn_pictures` that this form gives."""
        chosen, given = self.cleaned_data["turn"], {name: self.cleaned_data[name] for name in ("note", "seen")}
        return given | ({"orientation": AS_IT_IS} if chosen == AS_THE_FILE else {"turn": Turn(chosen)})
