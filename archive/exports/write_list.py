"""
Write a list of items as CSV, JSON or a contact sheet, in portions: as its reader may read them, in constant memory.

A list says of each item what leads; the bag (`write_bag.py`) holds the whole record.
"""

import base64
import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy, override

from archive.accounts.models import User
from archive.catalogue.archive_description import described
from archive.catalogue.hidden_wordings import withheld_of_each
from archive.catalogue.models import Item
from archive.catalogue.names import name_of, read_by
from archive.exports.citations import LANGUAGES, Cited, cite_each
from archive.exports.gather_record import term_as_record
from archive.exports.terms_of_use import Origin, Terms, terms_of_each
from archive.files.turned_copies import as_shown, open_as_shown
from archive.folders.shown_notes import notes_for
from archive.ledger.record_acts import act, recording
from archive.standards.edtf import parse

PORTION = 200
BOM = "\ufeff"
# What a spreadsheet takes for a formula at the start of a cell, perhaps behind what nobody sees: spaces, and letters
# without a width, such as a byte order mark.
_SIGNS = r"[=+\-@＝＋－＠]"
_UNSEEN = r"\s\x00-\x1f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_FORMULA = re.compile(rf"[\t\r]|[{_UNSEEN}]*{_SIGNS}")
# Where Excel splits at semicolons or tabs, our quotation marks do not count: a cell may begin in the midst of a text.
_INNER_FORMULA = re.compile(rf'([;\t\r\n](?:"|(?![\t\r\n])[{_UNSEEN}])*)(?={_SIGNS})')


class Form(StrEnum):
    CSV = "csv"
    JSON = "json"
    SHEET = "html"

    @property
    def most(self) -> int:
        """How many items it holds: a sheet has its pictures within it, some 20 kB each."""
        return 500 if self == Form.SHEET else 10_000

    @property
    def media_type(self) -> str:
        types = {Form.CSV: "text/csv; charset=utf-8", Form.JSON: "application/json", Form.SHEET: "text/html"}
        return types[self]


LABELS = {
    Form.CSV: gettext_lazy("CSV, for a spreadsheet"),
    Form.JSON: gettext_lazy("JSON, for a program"),
    Form.SHEET: gettext_lazy("contact sheet, a page with small pictures to print"),
}
COLUMNS = (
    "item", "address", "file_name", "kind", "headline", "caption", "date", "date_in_words", "date_is_contested",
    "place", "place_is_contested", "outlet", "photographer", "credit", "is_contested", "is_distressing", "access",
    "note", "citation", "terms_of_accessions", "terms_in_file", "copyright_in_file",
)  # fmt: skip


@dataclass(frozen=True)
class ItemList:
    """
    What is listed: the keys of items in their order, what the list is called, and what is to be said of it.

    :param notes: what is noted beside items, by their keys
    :param is_cut: more items were found than the list holds
    :param is_folder: what a folder holds, in its order; else what a search finds
    """

    keys: Sequence[int]
    title: str
    source: str
    is_cut: bool = False
    notes: dict[int, str] = field(default_factory=dict)
    is_folder: bool = False


def record_list(listed: ItemList, form: Form, *, by: User | str, distressing: bool) -> None:
    """Tell the ledger that a list went out: of what and of how many, and digests of the keys and of what was asked."""
    with recording():
        act(
            verb="export list",
            subject="exports.list:folder" if listed.is_folder else "exports.list:search",
            actor=by,
            payload={
                "form": form.value,
                "items": len(listed.keys),
                "with_distressing": distressing,
                "keys_sha256": sha256(json.dumps(list(listed.keys)).encode()).hexdigest(),
                "asked_sha256": sha256(listed.source.encode()).hexdigest(),
            },
        )


def write_list(
    listed: ItemList, form: Form, *, reader: User, at: datetime, distressing: bool = False
) -> Iterator[bytes]:
    """
    Yield a list in blocks, a portion of 200 items at a time: seven queries a portion, and more
    where words are hidden or notes stand beside items.

    :param at: when it is written; it stands in JSON and on the sheet
    :param distressing: on a sheet, show pictures that are marked as distressing; else they are blurred
    """
    # What is written later speaks the language of who asked, when their request is over.
    language = get_language() or "en"
    language = language if language in LANGUAGES else "en"
    write = {Form.CSV: _csv, Form.JSON: _json, Form.SHEET: _sheet}[form]
    return write(listed, reader, at, distressing, language)


@dataclass(frozen=True)
class _Line:
    item: Item
    cited: Cited
    row: dict[str, Any]
    terms: list[Terms]


def _portions(listed: ItemList, reader: User, language: str) -> Iterator[list[_Line]]:
    for start in range(0, len(listed.keys), PORTION):
        keys = listed.keys[start : start + PORTION]
        # Seen anew for each portion: what was closed meanwhile does not go out.
        seen = Item.objects.visible_to(reader).filter(pk__in=keys).with_card()
        items = seen.select_related("lead_place__parent__parent__parent__parent").in_bulk()
        ordered = [items[key] for key in keys if key in items]
        with override(language), read_by(lambda: reader):
            withheld = withheld_of_each(reader, ordered)
            cited = cite_each(ordered, reader=reader, withheld=withheld)
            notes = notes_for(reader, {key: listed.notes.get(key, "") for key in items})
            terms = terms_of_each(ordered, reader=reader, withheld=withheld)
            rows = [_row(item, cited[item.pk], notes.get(item.pk, ""), language) for item in ordered]
            lines = [_Line(item, cited[item.pk], row, terms[item.pk]) for item, row in zip(ordered, rows, strict=True)]
        yield lines


def _row(item: Item, cited: Cited, note: str, language: str) -> dict[str, Any]:
    date = parse(item.date_created_edtf).label(language) if item.date_created_edtf else ""
    placed = {"location_shown", "location_created"} & set(item.contested)
    return {
        "item": item.pk,
        "address": cited.address,
        "file_name": name_of(item),
        "kind": item.kind,
        "headline": item.headline,
        "caption": item.lead_caption,
        "date": item.date_created_edtf,
        "date_in_words": date,
        "date_is_contested": "date_created" in item.contested,
        "place": item.lead_place.full_name if item.lead_place else "",
        "place_is_contested": bool(placed),
        "outlet": str(item.lead_outlet or ""),
        "photographer": cited.creator,
        "credit": cited.credit,
        "is_contested": item.is_contested,
        "is_distressing": item.is_distressing,
        "access": item.access,
        "note": note,
        "citation": cited.wording(language),
    }


def safe_cell(value: Any) -> str:
    """
    Write a value as a cell of CSV that no spreadsheet takes for a formula: an apostrophe goes before what it might.

    So it does within the text behind a semicolon, a tab or a line break, where Excel may split it. Excel shows the
    apostrophes; a program that reads the file takes one off before these signs.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return ("'" if _FORMULA.match(text) else "") + _INNER_FORMULA.sub(r"\1'", text)


def _csv(listed: ItemList, reader: User, at: datetime, distressing: bool, language: str) -> Iterator[bytes]:
    yield (BOM + csv_lines([COLUMNS])).encode()
    for lines in _portions(listed, reader, language):
        rows = [line.row | _terms_in_cells(line.terms) for line in lines]
        yield csv_lines([[safe_cell(row[name]) for name in COLUMNS] for row in rows]).encode()


def _terms_in_cells(terms: list[Terms]) -> dict[str, str]:
    """Return the terms as three cells, a line for each statement: what differs stands side by side."""
    told = [each for each in terms if each.words]
    of_accessions = [
        f"{each.accession.title}: {each.words}" if each.accession else each.words
        for each in told
        if each.origin == Origin.ACCESSION
    ]
    of_file = [each for each in told if each.origin == Origin.FILE]
    return {
        "terms_of_accessions": "\n".join(of_accessions),
        "terms_in_file": "\n".join(each.words for each in of_file if not each.is_copyright),
        "copyright_in_file": "\n".join(each.words for each in of_file if each.is_copyright),
    }


def csv_lines(rows: Sequence[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _json(listed: ItemList, reader: User, at: datetime, distressing: bool, language: str) -> Iterator[bytes]:
    head = {"title": listed.title, "source": listed.source, "exported_at": at.isoformat(), "is_cut": listed.is_cut}
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "items": ['
    comma = b"\n"
    for lines in _portions(listed, reader, language):
        for line in lines:
            told = line.row | {"terms": [term_as_record(each) for each in line.terms], "csl": line.cited.csl()}
            yield comma + json.dumps(told, ensure_ascii=False).encode()
            comma = b",\n"
    yield b"\n]}\n"


def _sheet(listed: ItemList, reader: User, at: datetime, distressing: bool, language: str) -> Iterator[bytes]:
    told = {"listed": listed, "at": at, "reader": reader.get_username(), "language": language}
    told |= {"archive": described().name, "address": settings.SITE_URL}
    with override(language):
        head = render_to_string("exports/sheet_head.html", told)
    yield head.encode()
    for lines in _portions(listed, reader, language):
        for line in lines:
            with override(language):
                picture = _picture(line.item, distressing)
                shown = {"line": line, "picture": picture, "is_blurred": line.item.is_distressing and not distressing}
                figure = render_to_string("exports/sheet_figure.html", shown)
            yield figure.encode()
    yield render_to_string("exports/sheet_foot.html").encode()


def _picture(item: Item, distressing: bool) -> str:
    """Return the thumbnail as an address that holds its bytes; "" where there is none."""
    made = item.media_file.thumbnail
    if made is None:
        return ""
    try:
        stored, shown = open_as_shown(made, item.orientation), as_shown(made, item.orientation)
    except (FileNotFoundError, ValueError):
        return ""
    with stored:
        if item.is_distressing and not distressing:
            from archive.files.blurred_pictures import blurred  # with Pillow: loaded where it is asked for alone

            drawn = io.BytesIO()
            blurred(stored, width_px=shown.width_px, height_px=shown.height_px).save(drawn, "JPEG", quality=70)
            return _as_address(drawn.getvalue(), "image/jpeg")
        return _as_address(stored.read(), made.mime_type)


def _as_address(content: bytes, mime_type: str) -> str:
    return f"data:{mime_type};base64,{base64.b64encode(content).decode()}"
