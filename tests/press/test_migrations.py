"""The news pages were in `claims` once: an archive from that time keeps them, who may what, and its ledger."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, recording
from archive.press.models import Appearance, Article, Figure
from tests.builders import NOW, make_accession, make_item

pytestmark = pytest.mark.django_db(transaction=True)

MOVED = ["appearance", "article", "figure"]
BEFORE = [("claims", "0006_delivered_readings"), ("ingest", "0008_upload_keys"), ("press", None)]


def migrate(targets: list[tuple[str, str | None]] | None = None) -> Any:
    """Migrate there, or to the end, and return the models of that time."""
    executor = MigrationExecutor(connection)
    return executor.migrate(targets or executor.loader.graph.leaf_nodes()).apps


@pytest.fixture
def back_at_the_end() -> Iterator[None]:
    yield
    migrate()


def kinds_and_permissions() -> tuple[dict[str, tuple[str, int]], list[tuple[int, str, int]]]:
    kinds = ContentType.objects.filter(model__in=MOVED)
    permissions = Permission.objects.filter(content_type__in=kinds).order_by("pk")
    return {kind.model: (kind.app_label, kind.pk) for kind in kinds}, list(
        permissions.values_list("pk", "codename", "content_type")
    )


@pytest.mark.usefixtures("back_at_the_end")
def test_an_archive_from_before_keeps_its_news_pages() -> None:
    page, boat, accession = make_item().media_file, make_item(), make_accession()
    old = migrate(BEFORE)
    article = old.get_model("claims", "Article").objects.create(
        media_file_id=page.pk, accession_id=accession.pk, headline="From before", recorded_at=NOW
    )
    figure = old.get_model("claims", "Figure").objects.create(article=article, position=1, caption="A boat")
    seen = old.get_model("claims", "Appearance").objects.create(item_id=boat.pk, figure=figure, recorded_at=NOW)
    source = old.get_model("claims", "Source").objects.create(kind="APPEARANCE", appearance=seen)
    line = old.get_model("ingest", "AccessionLine").objects.create(
        accession_id=accession.pk, article=article, figure=figure, appearance=seen, received_at=NOW, size_bytes=1
    )

    new = migrate()

    assert Article.objects.get(headline="From before").figures.get().appearances.get().item == boat
    assert new.get_model("claims", "Source").objects.get(pk=source.pk).appearance.figure.article.headline
    line = new.get_model("ingest", "AccessionLine").objects.get(pk=line.pk)
    assert (line.article_id, line.figure_id, line.appearance_id) == (article.pk, figure.pk, seen.pk)
    for model in (Article, Figure, Appearance):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.update(id=1)


@pytest.mark.usefixtures("back_at_the_end")
def test_permissions_on_news_pages_keep_their_keys() -> None:
    after = kinds_and_permissions()
    migrate(BEFORE)
    before = kinds_and_permissions()

    migrate()

    assert {label for label, _key in before[0].values()} == {"claims"}
    assert {label for label, _key in after[0].values()} == {"press"}
    assert kinds_and_permissions() == after
    assert before[1] == after[1] != []


def test_the_ledger_names_a_news_page_as_it_always_did() -> None:
    article = Article.objects.create(media_file=make_item().media_file, accession=make_accession(), recorded_at=NOW)

    with recording():
        act(verb="bring in", subject=article, actor=None)

    assert LedgerEntry.objects.get().subject == f"claims.article:{article.pk}"
    call_command("verify_ledger")
