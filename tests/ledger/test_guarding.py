"""Each append-only table has its triggers after all migrations: altering a table can lose them."""

import pytest
from django.db import connection

from archive.catalogue.models import Caption, CaptionHold
from archive.claims.models import Appearance, Article, Claim, Figure, Ruling, Source
from archive.extraction.models import Reading
from archive.files.models import MediaFile, PreservationEvent
from archive.ledger.models import LedgerEntry
from archive.matching.models import Match, MatchRuling
from archive.review.models import Dismissal, Proposal, ProposalDecision

APPEND_ONLY = [
    *(LedgerEntry, MediaFile, PreservationEvent, Reading, Match, MatchRuling, Caption, CaptionHold),
    *(Appearance, Article, Claim, Figure, Ruling, Source, Proposal, ProposalDecision, Dismissal),
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
