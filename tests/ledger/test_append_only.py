"""Each append-only table has its triggers after all migrations: altering a table can lose them."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from archive.catalogue.models import (
    AccessionStatement,
    ArchiveDescription,
    Caption,
    CaptionHold,
    DestructionAnswer,
    DestructionRequest,
    Withdrawal,
)
from archive.claims.models import (
    Claim,
    DeliveredReading,
    Ruling,
    Source,
    Span,
    SpanClaim,
    SpanRetraction,
    SpanVersion,
)
from archive.extraction.models import Examination, NamedDocument, NewsVersion, Reading, TrustList
from archive.files.models import MediaFile, PreservationEvent
from archive.ingest.models import AccessionRemark, DeliveredList, DeliveredNewsItem, DeliveredRow, DeliveredSidecar
from archive.ledger.append_only import append_only
from archive.ledger.models import LedgerEntry, LedgerSubtrees, WitnessedHead
from archive.ledger.record_acts import act, recording
from archive.matching.models import Match, MatchRuling
from archive.press.models import Appearance, Article, Figure
from archive.provenance.models import Finding, TakeDown
from archive.review.models import (
    Dismissal,
    Flag,
    FlagDecision,
    OwnAct,
    Proposal,
    ProposalDecision,
    ProposalReopening,
    ReadingPolicy,
    ReadingRequest,
    ReadingRequestEnd,
    Verdict,
)
from archive.standards.vocabulary import Property
from tests.builders import make_article, make_caption, make_claim, make_item, make_match

APPEND_ONLY = [
    *(LedgerEntry, MediaFile, PreservationEvent, Reading, NamedDocument, Match, MatchRuling, Caption, CaptionHold),
    *(Appearance, Article, Claim, Figure, Ruling, Source, Proposal, ProposalDecision, Dismissal),
    *(AccessionRemark, DeliveredReading, TakeDown, Flag, FlagDecision, Examination, TrustList, Finding, Verdict),
    *(LedgerSubtrees, WitnessedHead, ReadingPolicy, ReadingRequest, ReadingRequestEnd, OwnAct, Withdrawal),
    *(NewsVersion, DeliveredList, DeliveredRow, DeliveredSidecar, ArchiveDescription, ProposalReopening),
    *(DeliveredNewsItem, AccessionStatement),
    *(DestructionRequest, DestructionAnswer),
    *(Span, SpanVersion, SpanClaim, SpanRetraction),
]


@pytest.mark.django_db
@pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda model: model.__name__)
def test_the_database_refuses_to_change_or_remove_a_row(model: type) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [table])
        triggers = {name for (name,) in cursor.fetchall()}

    assert {f"{table}_refuse_update", f"{table}_refuse_delete"} <= triggers


@pytest.mark.django_db
def test_every_append_only_table_is_among_those_tested_here() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_refuse_update'")
        else:
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_refuse_update'")
        tables = {table for (table,) in cursor.fetchall()}

    assert tables == {model._meta.db_table for model in APPEND_ONLY}


def _row(model: type[models.Model]) -> dict[str, Any]:
    """Make a row of the table and return it as the database has it."""
    with recording():
        act(verb="first", subject="item:1", actor=None)
    item = make_item()
    make_claim(item, Property.CREDIT_LINE, value_text="Jo Doe")
    make_caption(item, "A boat")
    make_article(figures=1)
    make_match(item, make_item())
    return dict(model.objects.values()[0])


def _insert(model: type[models.Model], row: dict[str, Any], how: str, end: str = "") -> None:
    columns = ", ".join(f'"{model._meta.get_field(name).column}"' for name in row)
    values = [model._meta.get_field(name).get_db_prep_value(value, connection) for name, value in row.items()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"{how} INTO {model._meta.db_table} ({columns}) VALUES ({', '.join(['%s'] * len(values))}) {end}",
            values,
        )


MADE = [LedgerEntry, LedgerSubtrees, MediaFile, Match, Caption, Article, Claim, Figure, Source]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no REPLACE")
@pytest.mark.parametrize("model", MADE, ids=lambda model: model.__name__)
def test_a_row_is_replaced_by_none_of_the_same_key(model: type[models.Model]) -> None:
    row = _row(model)
    before = list(model.objects.order_by("pk").values())

    with pytest.raises(IntegrityError, match="append-only"):
        _insert(model, row, "INSERT OR REPLACE")

    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no REPLACE")
@pytest.mark.parametrize(
    ("model", "key"),
    [(LedgerEntry, "sequence"), (MediaFile, "id"), (Article, "id"), (Figure, "id"), (Match, "id")],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_row_is_replaced_by_none_of_another_unique_value(model: type[models.Model], key: str) -> None:
    row = _row(model) | {key: 1_000_000}

    with pytest.raises(IntegrityError, match="append-only"):
        _insert(model, row, "REPLACE")

    assert not model.objects.filter(pk=1_000_000).exists()


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no REPLACE")
@pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda model: model.__name__)
def test_the_trigger_knows_each_unique_key_of_its_table(model: type[models.Model]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [f"{table}_refuse_replace"])
        [[trigger]] = cursor.fetchall()
        cursor.execute(f"PRAGMA index_list({table})")
        for _at, index, is_unique, *_rest in cursor.fetchall():
            cursor.execute(f"PRAGMA index_info({index})")
            key = " AND ".join(f'"{name}" = NEW."{name}"' for _rank, _id, name in cursor.fetchall())
            assert not is_unique or key in trigger


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no REPLACE")
def test_a_key_under_a_condition_bars_only_rows_that_fulfil_it() -> None:
    def insert(key: int, name: str, is_current: bool) -> None:
        cursor.execute("INSERT OR REPLACE INTO lasting VALUES (%s, %s, %s)", [key, name, is_current])

    with connection.cursor() as cursor:
        cursor.execute('CREATE TABLE "lasting" ("id" integer PRIMARY KEY, "name" text, "is_current" bool)')
        cursor.execute('CREATE UNIQUE INDEX "lasting_once" ON "lasting" ("name") WHERE "is_current"')
        try:
            with connection.schema_editor(atomic=False) as editor:
                append_only("lasting")[0].code(None, editor)
            insert(1, "a", True)
            insert(2, "a", False)
            insert(3, "a", False)
            with pytest.raises(IntegrityError, match="append-only"):
                insert(4, "a", True)
        finally:
            cursor.execute("DROP TABLE lasting")


@pytest.mark.django_db
@pytest.mark.parametrize("model", MADE, ids=lambda model: model.__name__)
def test_a_row_is_not_changed_by_way_of_an_insert(model: type[models.Model]) -> None:
    row = _row(model)
    key = model._meta.pk.column

    with pytest.raises(DatabaseError, match="append-only"):
        _insert(model, row, "INSERT", f"ON CONFLICT ({key}) DO UPDATE SET {key} = excluded.{key}")


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda model: model.__name__)
def test_a_table_is_not_emptied(model: type[models.Model]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
