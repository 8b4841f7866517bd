"""How outcomes of checks are drawn: a shape and a word each, so that nobody needs to see colour."""

from django import template
from django.utils.translation import gettext as _

from archive.provenance.checks.error_rates import PLANTED
from archive.provenance.checks.finding import Outcome
from archive.provenance.models import OUTCOMES
from archive.web.presenters.findings import SHAPES

register = template.Library()


@register.filter
def shape(outcome: str) -> str:
    """Return the shape of an outcome."""
    return SHAPES[Outcome(outcome)]


@register.filter
def planted(what: str) -> str:
    """Return the words for a contradiction that a benchmark plants."""
    return _(PLANTED.get(what, what))


@register.filter
def outcome(code: str) -> str:
    """Return the word for an outcome."""
    return str(dict(OUTCOMES)[code])
