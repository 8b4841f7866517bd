"""The choices of facets, of which a hundred and more stand on each page of a search: templates took long for them."""

from collections.abc import Iterable

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archive.search.facets import Choice
from archive.web.filled_html import fill, joined

register = template.Library()

_CHOSEN = SafeString(' aria-current="true"')
_BRANCH = """\
<details class="facet__branch scripted-only" hx-get="{}&amp;of={}&amp;under={}"
    hx-trigger="toggle once" hx-target="find div" hx-swap="innerHTML" hx-push-url="false" hx-sync="unset">
  <summary aria-label="{}"></summary>
  <div></div>
</details>
"""


@register.simple_tag
def choice(choice: Choice) -> SafeString:
    """Write a value with its number of items, as a link: it chooses the value, or takes it away where it is chosen."""
    kind = fill(' <span class="facet__kind">{}</span>', choice.kind) if choice.kind else ""
    count: SafeString | str = ""
    if choice.count is not None:
        number = intcomma(choice.count) if choice.count > 999 else choice.count
        count = fill('\n<span class="facet__count">{}</span>', number)
    chosen: SafeString | str = ""
    if choice.is_chosen:
        chosen = fill('<span class="hidden-text">{}</span>', gettext("chosen: press to take it away"))
    return fill(
        '<a href="{0}" hx-get="{0}"{1}>\n<span>{2}{3}</span>{4}{5}</a>\n',
        choice.address, _CHOSEN if choice.is_chosen else "", choice.label, kind, count, chosen,
    )  # fmt: skip


@register.simple_tag
def choices(choices: Iterable[Choice]) -> SafeString:
    """Write choices as the rows of a list."""
    return joined([fill("<li>{}</li>", choice(each)) for each in choices])


@register.simple_tag
def place_choices(places: Iterable[Choice], search: str, of: str, depth: int | None = None) -> SafeString:
    """
    Write places of the tree as the rows of a list, each with its branch to open where others may lie beneath it.

    :param search: the address of the search
    :param of: what the page is about, as `views.search.fixed_by` reads it
    :param depth: how far down the tree they stand
    """
    row = "<li>{}\n{}</li>\n" if depth is None else f'<li style="--depth: {depth}">{{}}\n{{}}</li>\n'
    there, label = f"{reverse('place_branch')}{search}", gettext("Places in %(name)s")
    rows = []
    for place in places:
        branch: SafeString | str = ""
        if place.may_open and place.count:
            branch = fill(_BRANCH, there, of, place.value, label % {"name": place.label})
        rows.append(fill(row, choice(place), branch))
    return joined(rows)
