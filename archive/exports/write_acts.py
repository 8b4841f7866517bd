"""Write what was done by whom as CSV or JSON, in portions: as its reader may know it, in constant memory."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import get_language, override

from archive.accounts.models import User
from archive.catalogue.names import read_by
from archive.exports.write_list import BOM, Form, csv_lines, safe_cell
from archive.ledger.record_acts import act, recording
from archive.review.audit import Asked, Told, all_acts

COLUMNS = ("sequence", "occurred_at", "actor", "verb", "subject", "in_words", "more", "payload", "entry_hash")
FORMS = (Form.CSV, Form.JSON)


def record_export(asked: Asked, form: Form, *, by: User | str) -> None:
    """Tell the ledger that the audit went out, and what was asked for."""
    with recording():
        payload = {"form": form.value} | {name: str(value) for name, value in vars(asked).items() if value}
        act(verb="export acts", subject="exports.acts", actor=by, payload=payload)


def write_acts(asked: Asked, form: Form, *, reader: User | None, at: datetime) -> Iterator[bytes]:
    """
    Yield all acts that are asked for, the newest first: 500 at a time, ten queries a portion at most.

    :param reader: whom it is for; None: whoever has the command line
    """
    write = {Form.CSV: _csv, Form.JSON: _json}[form]
    return write(_portions(asked, reader, get_language() or "en"), at)


def row_of(told: Told) -> dict[str, Any]:
    """Return an act as a program reads it; `payload` is null where something in it is not for this reader."""
    return {
        "sequence": told.sequence,
        "occurred_at": told.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "actor": told.actor,
        "verb": told.verb,
        "subject": told.subject,
        "in_words": told.what,
        "more": told.more,
        "payload": told.payload,
        "entry_hash": told.entry_hash,
    }


def _portions(asked: Asked, reader: User | None, language: str) -> Iterator[list[dict[str, Any]]]:
    portions = all_acts(asked, reader=reader)
    while True:
        # What is written later speaks the language of who asked, when their request is over.
        with override(language), read_by(lambda: reader):
            if (portion := next(portions, None)) is None:
                return
            rows = [row_of(told) for told in portion]
        yield rows


def _csv(portions: Iterator[list[dict[str, Any]]], at: datetime) -> Iterator[bytes]:
    yield (BOM + csv_lines([COLUMNS])).encode()
    for rows in portions:
        for row in rows:
            if row["payload"] is not None:
                row["payload"] = json.dumps(row["payload"], ensure_ascii=False)
        yield csv_lines([[safe_cell(_or_empty(row[name])) for name in COLUMNS] for row in rows]).encode()


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


def _json(portions: Iterator[list[dict[str, Any]]], at: datetime) -> Iterator[bytes]:
    yield json.dumps({"exported_at": at.isoformat()})[:-1].encode() + b', "acts": ['
    comma = b"\n"
    for rows in portions:
        for row in rows:
            yield comma + json.dumps(row, ensure_ascii=False).encode()
            comma = b",\n"
    yield b"\n]}\n"
