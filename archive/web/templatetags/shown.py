"""How codes and values are worded on a page: grounds, outcomes, dates, counts."""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import Context
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from archive.catalogue.models import Item
from archive.catalogue.names import is_hidden, name_of, number_of
from archive.claims.models import ORIENTATIONS, Claim, SpanClaim
from archive.claims.property_names import PROPERTIES, SPAN_PROPERTIES
from archive.files.models import Rendition
from archive.files.refusals import in_words_of_reader
from archive.files.turned_copies import as_shown
from archive.ingest.models import DeliveredRow, DeliveredSidecar
from archive.matching.models import KINDS, Match
from archive.provenance.matches import Laid
from archive.provenance.matches import laid_as_shown as _laid_as_shown
from archive.search.marked_words import Part, marked
from archive.standards.addresses import is_web_address as _is_web_address
from archive.standards.edtf import DateInterval, InvalidEDTF, parse
from archive.standards.orientation import AS_IT_IS, undone
from archive.standards.timecode import duration, frames_timecode, timecode
from archive.standards.vocabulary import Property, SpanProperty
from archive.web.blur import address, is_blurred
from archive.web.filled_html import fill, joined
from archive.web.presenters.matches import points_of as _points_of
from archive.web.presenters.search import HEIGHT_PX, Column

register = template.Library()

# Of a caption in a list.
MOST_LETTERS = 260
MOST_LETTERS_IN_CARD = 90
# Around the page that is shown, and the first and the last.
_PAGES_AROUND = 2

HIDDEN = _("distressing picture, hidden until asked for")

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


register.filter("refusal", in_words_of_reader)


@register.filter
def is_web_address(address: str) -> bool:
    """Say whether an address may be a link; any other is shown as text."""
    return _is_web_address(address)


# These stand beside each of many pictures on one page: a template takes ten times as long. A space ends each.
@register.simple_tag
def ground(kind: str | None) -> SafeString | str:
    """Write on what a statement rests, by the kind of its source; nothing where that is not known."""
    return _ground(kind, get_language()) if kind else ""


@lru_cache
def _ground(kind: str, _language: str | None) -> SafeString:
    word, sentence = GROUNDS.get(kind, (kind, kind))
    return fill('<span class="ground" data-kind="{}" title="{}">{}</span>\n', kind, sentence, word)


@register.simple_tag
def when(item: Item) -> SafeString:
    """Write when a picture was made and on what ground; and that it may be, where a search by dates says so."""
    if not item.date_created_edtf:
        return fill('<span class="quiet">{}</span>\n', gettext("undated"))
    possible: SafeString | str = ""
    if getattr(item, "match", "") == "possible":
        possible = fill('<span class="tag tag--possible">{}</span>\n', gettext("possible"))
    return fill("{}\n{}{}", edtf_label(item.date_created_edtf), ground(item.date_created_ground), possible)


@register.simple_tag
def where(item: Item) -> SafeString:
    """Write the place of a picture as its reader may know it (`shown_place`), and on what ground."""
    if place := getattr(item, "shown_place", None):
        return fill("{}\n{}", place, ground(item.lead_place_ground))
    words = gettext("on the map, no place named") if item.is_placed else gettext("unplaced")
    return fill('<span class="quiet">{}</span>\n', words)


@register.simple_tag
def time_badge(item: Item) -> SafeString | str:
    """Write over its poster how long footage is; nothing over a picture."""
    if item.kind != Item.Kind.FOOTAGE:
        return ""
    return fill(
        '<span class="badge-time"><span class="hidden-text">{}</span><span aria-hidden="true">▸</span>\n{}</span>\n',
        gettext("footage"), duration(item.media_file.duration_milliseconds),
    )  # fmt: skip


@register.simple_tag
def contested(bare: bool = False) -> SafeString:
    """Write that claims on a picture cannot all be true; `bare`: its words are for who hears the page alone."""
    word = gettext("contested")
    return fill(
        '<span class="contested" title="{}"><span aria-hidden="true">▲</span>\n{}</span>\n',
        gettext("Claims that cannot all be true stand side by side"),
        fill('<span class="hidden-text">{}</span>', word) if bare else word,
    )


@register.simple_tag
def contradicted() -> SafeString:
    """Write that a check found something contradictory."""
    return fill(
        '<span class="outcome" data-outcome="CONTRADICTORY" title="{}">'
        '<span class="outcome__shape" aria-hidden="true">▲</span> {}</span>\n',
        gettext("A check found something contradictory"), gettext("contradictory"),
    )  # fmt: skip


@register.filter
def outcome_shape(outcome: str) -> str:
    return OUTCOMES[outcome][0]


@register.filter
def outcome_word(outcome: str) -> str:
    return OUTCOMES[outcome][1]


@register.filter
def property_name(name: str) -> str:
    """Word the property of a claim."""
    return str(PROPERTIES.get(Property(name), name))


@register.filter
def span_property_name(name: str) -> str:
    """Word what a claim on a span of footage speaks of."""
    return str(SPAN_PROPERTIES[SpanProperty(name)])


@register.filter
def by_frames(milliseconds: int, rate: float) -> str:
    """Write a moment by its frame, as cutting rooms do: "00:00:12:10"."""
    return frames_timecode(milliseconds, rate)


@register.filter
def edtf_label(text: str) -> str:
    """Word an EDTF date for people: "2024-04" is "April 2024", never 1 April."""
    try:
        return parse(text).label(get_language()) if text else ""
    except InvalidEDTF:
        return text


@register.filter
def short_day(day: date) -> str:
    """Write a day with its month in few letters: "29 Nov 2026"; where three are too few, as the language has it."""
    # Translators: a format of Django's date filter. In three letters "juin" and "juillet" are the same.
    return date_format(day, pgettext("date format", "j M Y"))


@register.filter
def short_moment(at: datetime) -> str:
    """Write a moment in the zone of the site: "29 Nov 2026 14:02"."""
    here = localtime(at)
    return f"{short_day(here)} {here:%H:%M}"


@register.filter
def label(value: Claim | SpanClaim | DateInterval) -> str:
    """Word a claim's value, or a date, in the language of the page."""
    return value.label(get_language())


@register.filter
def with_view(address: str, view: str) -> str:
    """Put the chosen view into the address of a search; the grid is what there is without a word."""
    return _with(address, "view", view if view != "grid" else "")


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, number: int, pages: int, address: str | None = None, swaps: str = "") -> dict[str, Any]:
    """
    Link to the other pages of a list, this being page `number` of so many; nothing where there is one page.

    :param address: the query of the list, such as "?q=boat"; that of the request where none is given
    :param swaps: how htmx puts a page in place of the list; "" for links alone
    """
    if pages < 2:
        return {}
    if address is None:
        address = f"?{context['request'].GET.urlencode()}"
    near = range(number - _PAGES_AROUND, number + _PAGES_AROUND + 1)
    numbers: list[int | None] = []
    for shown in sorted({1, pages, *(page for page in near if 1 <= page <= pages)}):
        if numbers and shown - (numbers[-1] or 0) > 1:
            numbers.append(None)
        numbers.append(shown)
    return {
        "here": number,
        "numbers": [(page, _with_page(address, page) if page else "") for page in numbers],
        "previous": _with_page(address, number - 1) if number > 1 else "",
        "next": _with_page(address, number + 1) if number < pages else "",
        "swaps": swaps,
    }


def _with_page(address: str, number: int) -> str:
    return _with(address, "page", str(number) if number > 1 else "")


def _with(address: str, name: str, value: str) -> str:
    pairs = [pair for pair in parse_qsl(address.removeprefix("?")) if pair[0] != name]
    return f"?{urlencode([*pairs, (name, value)] if value else pairs)}"


@register.filter
def thumbnail(item: Item) -> Rendition | None:
    """Return the small rendition, from what `with_card()` fetched."""
    return item.thumbnail


@register.filter
def turn_back(item: Item) -> int:
    """Return the turn that shows a picture as its file does."""
    return undone(item.orientation or AS_IT_IS)


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Return the languages of the interface: their codes, and what each is called in itself."""
    return settings.LANGUAGES


register.filter("timecode", timecode)
register.filter("duration", duration)


@register.filter
def seconds(milliseconds: int) -> str:
    """Write a moment as an address has it (Media Fragments, 4.2.1): "12.345"."""
    return f"{milliseconds / 1000:.3f}"


@register.filter
def at_moment(milliseconds: int | None) -> str:
    """Write what the address of footage ends with for one of its moments: "#t=12.345"; nothing for None."""
    return "" if milliseconds is None else f"#t={seconds(milliseconds)}"


@register.filter
def ratio(item: Item) -> str:
    """Return width : height as CSS writes it; 1.5 where unknown. Panoramas are held to 6, strips to 0.3."""
    return ratio_of(item.thumbnail or item)


def ratio_of(sized: Item | Rendition) -> str:
    known = sized.width_px and sized.height_px
    return f"{min(6, max(0.3, sized.width_px / sized.height_px)) if known else 1.5:.4f}"


@register.filter
def called(item: Item, is_public: bool = False) -> str:
    """Return what to call a picture: its headline, else its caption, else its file; a visitor reads no file names."""
    words = item.headline or item.lead_caption or (number_of(item) if is_public else name_of(item))
    return Truncator(words).chars(140)


@register.filter
def name(item: Item) -> str:
    """Return the name of a picture's file, or its number where that is named after words hidden from who reads."""
    return name_of(item)


@register.filter
def shown_name(text: str) -> str:
    """Return the name or path of a file of which there is no item, or a word in its place where it is hidden."""
    return str(_("(name hidden)")) if is_hidden(text) else text


@register.filter
def why_given_to_none(words: DeliveredRow | DeliveredSidecar) -> str:
    """Say why a row or a sidecar is given to no file, without the names of files where one of them is hidden."""
    name = words.file_name if isinstance(words, DeliveredRow) else words.name
    named = [name, *(part.strip() for part in re.split("[“”(),]", words.why_not))]
    if any(map(is_hidden, filter(None, named))):
        return _("It may be of several files, whose names are hidden, and was given to none.")
    return words.why_not


@register.filter
def with_marks(text: str, words: str) -> SafeString:
    """Mark in a title or caption the words of a search; what is too long is cut to the part in which they stand."""
    return _marked(marked(text, words, most=MOST_LETTERS))


def _marked(parts: list[Part]) -> SafeString:
    return joined([fill("<mark>{}</mark>" if part.is_found else "{}", part.text) for part in parts])


@register.filter
def found_part(item: Item, words: str | None) -> SafeString | str:
    """Return the part of an item's headline or caption in which words of a search stand, marked; "" where none do."""
    texts = (item.headline, item.lead_caption) if words else ()
    for text in texts:
        parts = marked(text or "", words, most=MOST_LETTERS_IN_CARD)
        if any(part.is_found for part in parts):
            return _marked(parts)
    return ""


@register.filter
def copy_of(item: Item, small: bool) -> Rendition | None:
    """Return the thumbnail, or the sharpest copy, from what `with_card()` fetched."""
    return item.thumbnail if small else item.sharpest


@register.filter
def kind_of_match(match: object) -> str:
    """Word the kind of a match or of a find: a person's before the machine's."""
    kind = getattr(match, "kind_now", None) or match.kind
    return Truncator(dict(KINDS).get(kind, kind)).chars(80)


@register.filter
def orientation_words(orientation: int) -> str:
    """Word how a picture is turned from how its file shows it."""
    return str(ORIENTATIONS[orientation])


@register.filter
def tag_words(orientation: int) -> str:
    """Word what Exif's Orientation in a file asks for."""
    return str(ORIENTATIONS[orientation] if orientation != AS_IT_IS else _("upright as it is stored"))


@register.simple_tag
def laid_as_shown(match: Match) -> Laid:
    """Return how the two pictures of a match lie on each other as they are shown."""
    return _laid_as_shown(match)


@register.filter
def points_of(outline: list | None) -> str:
    """Write an outline as the points of an SVG polygon."""
    return _points_of(outline or [])


@register.filter
def percent(share: float | None) -> str:
    """Write a share of 0 to 1: nothing and all are said only where they are meant."""
    if share is None:
        return ""
    shown = round(100 * share)
    return f"{min(max(shown, 1 if share > 0 else 0), 99 if share < 0.995 else 100)} %"


@register.simple_tag
def bars_of_time(columns: list[Column]) -> SafeString:
    """Draw the bars over time: each is a link, certain items solid, possible ones hatched above them."""
    # Some hundred of them stand on each page of a search: a template takes twenty times as long.
    sentence = gettext("%(label)s: %(certain)s certain, %(possible)s possible")
    return joined([_bar_of_time(column, sentence) for column in columns], "\n")


def _bar_of_time(column: Column, sentence: str) -> SafeString:
    bar = column.bar
    words = sentence % {"label": bar.label, "certain": bar.certain, "possible": bar.possible}
    x, width = f"{column.left_percent:.3f}", f"{column.width_percent:.3f}"
    rect = f'<rect class="{{}}" x="{x}%" width="{width}%" y="{{}}" height="{{}}"{{}}/>'
    parts = [fill(rect, "histogram__ground", 0, HEIGHT_PX, "")]
    if column.possible_px:
        hatched = SafeString(' fill="url(#hatch)"')
        parts.append(fill(rect, "histogram__possible", column.possible_top_px, column.possible_px, hatched))
    if column.certain_px:
        parts.append(fill(rect, "histogram__certain", column.certain_top_px, column.certain_px, ""))
    return fill(
        '<a href="{}" data-start="{}" data-end="{}" aria-label="{}"><title>{}</title>{}</a>',
        bar.address, bar.start, bar.end, words, words, joined(parts),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def picture(context: Context, item: Item, made: Rendition, alt: str = "", **more: Any) -> SafeString:
    """Write the image of a copy of a picture, as `image_of()` does, to who asks for the page."""
    return image_of(getattr(context, "request", None), item, made, alt, **more)


def image_of(
    request: HttpRequest | None,
    item: Item,
    made: Rendition,
    alt: str = "",
    *,
    moment: int | None = None,
    blurs: bool = False,
    **attributes: object,
) -> SafeString:
    """
    Write the image of a copy of a picture: the one way in which pages show pictures, for it blurs what is distressing.

    :param alt: what it says to who does not see it; "" where the words stand beside
    :param moment: of footage: its still of that moment, in milliseconds
    :param blurs: blur it whatever it is marked as
    :param attributes: further ones, `_` for `-`
    """
    attributes = {"loading": "lazy", "decoding": "async"} | attributes
    if item.is_distressing or blurs:
        # Before the name, so that it is heard although the name is long.
        hidden_alt = ": ".join(filter(None, [str(HIDDEN), alt]))
        if not blurs:
            # js/blurring.js swaps the two without loading the page again.
            attributes |= {"data_picture": item.pk, "data_alt": alt, "data_hidden_alt": hidden_alt}
        if blurs or is_blurred(request, item):
            alt = hidden_alt
    # A template that names no moment hands over "".
    there = address(request, item, made, moment=None if moment == "" else moment, blurs=blurs)
    shown = as_shown(made, item.orientation)
    written = {"src": there, "width": shown.width_px, "height": shown.height_px, "alt": alt} | attributes
    pairs = [fill(' {}="{}"', name.replace("_", "-"), each) for name, each in written.items() if each is not None]
    return fill("<img{}>", joined(pairs))


@register.simple_tag(takes_context=True)
def picture_address(context: Context, item: Item, made: Rendition) -> str:
    """Return where the image of a copy is, blurred or not, for what is no `img`."""
    return address(getattr(context, "request", None), item, made)


@register.simple_tag(takes_context=True, name="is_blurred")
def is_blurred_here(context: Context, item: Item) -> bool:
    """Say whether this page shows the picture blurred."""
    return is_blurred(getattr(context, "request", None), item)


@register.inclusion_tag("components/reveal.html", takes_context=True)
def reveal(context: Context, item: Item, **more: object) -> dict[str, object]:
    """Write the button that shows a distressing picture, or blurs it again; nothing for any other picture."""
    request = getattr(context, "request", None)
    if request is None or not item.is_distressing:
        return {}
    return {
        "item": item, "is_blurred": is_blurred(request, item), "next": request.get_full_path(),
        "token": get_token(request),
    } | more  # fmt: skip
