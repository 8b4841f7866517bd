"""The cards of pictures, of which 48 stand on each page of a search: in templates they took most of its time."""

from collections.abc import Iterator

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archive.catalogue.models import Item
from archive.web.filled_html import fill, joined
from archive.web.templatetags.shown import (
    called,
    contested,
    contradicted,
    found_part,
    image_of,
    ratio_of,
    reveal,
    time_badge,
    when,
    where,
)

register = template.Library()

_CARD = """\
<li class="card" style="--ratio: {}">
  <a class="card__picture" href="{}{}" data-item="{}">
    {}
    {}
  </a>
  {}
  {}
  <div class="card__words">
    {}
  </div>
</li>"""
_SELECT = """\
<input class="card__select" type="checkbox" name="items" value="{}" form="bulk"
      aria-label="{}">"""


@register.simple_tag(takes_context=True)
def card(
    context: Context,
    item: Item,
    *,
    address: str = "",
    is_public: bool = False,
    may_select: bool = False,
    shows_findings: bool = False,
    words: str = "",
) -> SafeString:
    """
    Write a picture of the result grid, as css/components/card.css shows it.

    :param address: of the search, which goes along to the item's page
    :param shows_findings: to archive staff
    :param words: of the search, marked where they stand
    """
    name, small = called(item, is_public), item.thumbnail
    if small:
        shown = image_of(getattr(context, "request", None), item, small, name)
    else:
        shown = fill('<span class="card__absent">{}<br>{}</span>', name, gettext("no picture could be made"))
    beneath = _beneath(item, name, is_public=is_public, shows_findings=shows_findings, words=words)
    return fill(
        _CARD, ratio_of(small or item), reverse("item", args=[item.pk]), address, item.pk, shown, time_badge(item),
        _reveal(context, item), _select(item, name) if may_select else "", joined(beneath, "\n"),
    )  # fmt: skip


def _beneath(item: Item, name: str, *, is_public: bool, shows_findings: bool, words: str) -> Iterator[SafeString]:
    if item.is_distressing:
        yield fill("<span>{}</span>", name)
    if part := found_part(item, words):
        yield fill('<span class="card__found">{}</span>', part)
    yield fill("<span>{}{}</span>", when(item), contested(bare=True) if item.is_contested else "")
    if shows_findings and item.is_contradicted:
        yield contradicted()
    yield fill("<span>{}</span>", where(item))
    # Whom a visitor has to credit, else the outlet.
    if source := (is_public and getattr(item, "credited", "")) or item.lead_outlet:
        yield fill('<span class="quiet">{}</span>', source)


def _reveal(context: Context, item: Item) -> str:
    if not item.is_distressing:
        return ""
    return render_to_string("components/reveal.html", reveal(context, item, is_over=True))


def _select(item: Item, name: str) -> SafeString:
    return fill(_SELECT, item.pk, gettext("Select %(name)s") % {"name": name})
