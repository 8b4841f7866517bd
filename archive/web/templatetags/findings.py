"""How outcomes of checks are drawn: a shape and a word each, so that nobody needs to see colour."""

from django import template

from archive.provenance.checks.finding import Outcome
from archive.provenance.models import OUTCOMES
from archive.web.presenters.findings import SHAPES

register = template.Library()


@register.filter
def shape(outcome: str) -> str:
    """Return the shape of an outcome."""
    return SHAPES[Outcome(outcome)]


@register.filter
def outcome(code: str) -> str:
    """Return the word for an outcome."""
    return str(dict(OUTCOMES)[code])
