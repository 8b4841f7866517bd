"""How codes and values are worded on a page: grounds, outcomes, dates, counts."""

from django import template
from django.utils.translation import gettext_lazy as _

from archive.standards.edtf import InvalidEDTF, parse

register = template.Library()

GROUNDS = {
    "PERSON": (_("person"), _("stated by a person who works with the archive")),
    "DEVICE_METADATA": (_("file"), _("written by the device into the file")),
    "EMBEDDED_DESCRIPTION": (_("description"), _("written into the file by whoever described it")),
    "CAPTION": (_("caption"), _("read from the words of a caption")),
    "APPEARANCE": (_("in print"), _("as it appeared in an outlet")),
    "MATCH": (_("match"), _("taken over from another copy of the same picture")),
    "INFERENCE": (_("inferred"), _("concluded from other claims by a rule")),
}
OUTCOMES = {
    "CONSISTENT": ("●", _("consistent")),
    "CONTRADICTORY": ("▲", _("contradictory")),
    "INCONCLUSIVE": ("◐", _("inconclusive")),
    "UNREADABLE": ("▨", _("unreadable")),
    "NOT_APPLICABLE": ("–", _("not applicable")),
}


@register.filter
def ground_word(kind: str) -> str:
    return GROUNDS[kind][0] if kind in GROUNDS else kind


@register.filter
def ground_sentence(kind: str) -> str:
    return GROUNDS[kind][1] if kind in GROUNDS else kind


@register.filter
def outcome_shape(outcome: str) -> str:
    return OUTCOMES[outcome][0]


@register.filter
def outcome_word(outcome: str) -> str:
    return OUTCOMES[outcome][1]


@register.filter
def edtf_label(text: str) -> str:
    """Word an EDTF date for people: "2024-04" is "April 2024", never 1 April."""
    try:
        return parse(text).label() if text else ""
    except InvalidEDTF:
        return text
