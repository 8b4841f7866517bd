"""Made-up items: what is written of them is what the real projection would write, and the same at each run."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from archive.authorities.models import Place
from archive.catalogue.models import (
    CaptionHold,
    Item,
    ItemCredit,
    ItemEvent,
    ItemOutlet,
    ItemPlace,
    ItemWording,
    Projection,
)
from archive.catalogue.text_index import TABLES
from archive.provenance.models import CurrentFinding, FindingCount
from archive.sample import indexes_aside, seed_benchmark
from archive.sample.made_items import make
from archive.standards.edtf import parse
from tests.builders import make_item
from tests.sample.made_archive import fill_gazetteer

pytestmark = pytest.mark.django_db
COLUMNS = [field.attname for field in Projection._meta.get_fields() if field.name != "projected_at"]
LINKS = {ItemPlace: "place", ItemEvent: "event", ItemOutlet: "outlet", ItemWording: "digest", ItemCredit: "name"}


@pytest.fixture
def gazetteer(db: None) -> None:
    fill_gazetteer()


def run(number: int, **options: Any) -> str:
    out = io.StringIO()
    call_command("seed_benchmark", number, processes=1, stdout=out, **options)
    return out.getvalue()


def what_search_reads() -> dict[str, Any]:
    """Return all that search reads of every item, apart from keys that databases give and moments of writing."""
    read: dict[str, Any] = {"items": list(Item.objects.order_by("pk").values("pk", *COLUMNS))}
    for model, name in LINKS.items():
        further = [field.attname for field in model._meta.concrete_fields if field.attname not in ("id", "item_id")]
        read[model.__name__] = sorted(model.objects.values_list("item_id", *further))
        assert name or read[model.__name__]
    with connection.cursor() as cursor:
        for table in TABLES.values():
            key = "rowid" if connection.vendor == "sqlite" else "item_id"
            cursor.execute(f"SELECT {key}, {table}.* FROM {table} ORDER BY {key}")
            read[table] = cursor.fetchall()
    return read


def test_what_is_written_is_what_the_projection_writes(gazetteer: None) -> None:
    run(400, with_grounds=True)
    written = what_search_reads()

    call_command("rebuild_projection", stdout=io.StringIO())

    projected = what_search_reads()
    for name, rows in projected.items():
        assert len(rows) > 20, name
        for mine, theirs in zip(written[name], rows, strict=True):
            assert mine == theirs, name


def test_the_grounds_are_left_out_unless_asked_for_and_change_nothing(gazetteer: None) -> None:
    from archive.claims.models import Claim

    run(300)
    without = what_search_reads()

    assert not Claim.objects.exists()
    assert all(len(rows) > 20 for rows in without.values())
    assert CaptionHold.objects.count() > 2 and CurrentFinding.objects.filter(outcome="CONTRADICTORY").exists()
    assert Item.objects.exclude(access="RESTRICTED").filter(place_links__audiences=4).exists(), "known to staff alone"


def test_gone_on_with_it_makes_what_it_makes_at_once(gazetteer: None) -> None:
    with transaction.atomic():
        run(450)
        at_once = what_search_reads()
        transaction.set_rollback(True)

    run(150)
    run(450)

    gone_on = what_search_reads()
    assert len(gone_on["items"]) == 450
    # PostgreSQL gives no key a second time, and those events are no longer there.
    links_to_events = at_once.pop("ItemEvent"), gone_on.pop("ItemEvent")
    assert at_once == gone_on
    assert len(links_to_events[0]) == len(links_to_events[1])


def test_items_added_one_by_one_are_those_of_the_next_run(gazetteer: None) -> None:
    run(20)
    with transaction.atomic():
        run(23)
        by_run = what_search_reads()["items"]
        transaction.set_rollback(True)

    world, tables = seed_benchmark.made_world(further=3), seed_benchmark.tables_filled()
    for _numbers, rows in seed_benchmark.made_rows(world, [range(21, 22), range(22, 23), range(23, 24)]):
        seed_benchmark.store(rows, tables)
    seed_benchmark.finish(tables)

    assert what_search_reads()["items"] == by_run


def test_of_an_archive_with_other_items_it_says_so_and_changes_nothing(gazetteer: None) -> None:
    item = make_item()

    with pytest.raises(CommandError, match="not made up"):
        run(10)
    assert Item.objects.count() == 1

    assert "10 items made" in run(10, among_real_items=True)
    assert Item.objects.count() == 11
    assert Item.objects.filter(pk=item.pk, file_name=item.file_name).exists()


def test_without_a_gazetteer_it_says_what_to_run() -> None:
    with pytest.raises(CommandError, match="load_gazetteer"):
        run(10)


def test_items_made_before_are_gone_on_with_by_the_same_seed_alone(gazetteer: None) -> None:
    run(20)

    with pytest.raises(CommandError, match="--seed 7"):
        run(30, seed=8)
    assert "0 items made" in run(10) and Item.objects.count() == 20


def test_records_of_others_in_the_way_of_further_items_are_told(gazetteer: None) -> None:
    run(20)
    make_item()

    with pytest.raises(CommandError, match="in the way"):
        run(30, among_real_items=True)


def test_the_days_are_those_of_the_dates(gazetteer: None) -> None:
    run(300)

    dated = list(Item.objects.exclude(date_created_edtf=""))
    assert len({item.date_created_edtf[4:5] + item.date_created_edtf[-1:] for item in dated}) > 8
    for item in dated:
        days = parse(item.date_created_edtf)
        assert (days.earliest, days.latest) == (item.date_created_earliest, item.date_created_latest)


def test_places_are_named_by_zipfs_law(gazetteer: None) -> None:
    run(800)

    numbers = sorted((Item.objects.filter(lead_place=place).count() for place in Place.objects.all()), reverse=True)
    assert numbers[0] > 1.5 * numbers[1] > 1.5 * numbers[4] > 0


def test_findings_are_counted(gazetteer: None) -> None:
    run(100)

    assert sum(FindingCount.objects.values_list("number", flat=True)) == CurrentFinding.objects.count() > 0


def names_of_indexes() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'")
        else:
            cursor.execute(
                "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index UNION ALL "
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            )
        return {f"{name} {made_by}" for name, made_by in cursor.fetchall()}


def kept_aside() -> list[tuple[int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, name, made_by FROM sample_indexes_aside")
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("is_ended", "number"),
    [(False, 120), (True, 120), (True, 260)],
    ids=["whole", "ended behind the last item", "ended half way"],
)
def test_indexes_that_are_set_aside_are_there_again(
    gazetteer: None, monkeypatch: pytest.MonkeyPatch, is_ended: bool, number: int
) -> None:
    monkeypatch.setattr(seed_benchmark, "INDEXES_ASIDE_FROM", 100)
    before, during = names_of_indexes(), set()

    def progress(done: int, total: int) -> None:
        during.update(names_of_indexes())
        if is_ended:
            monkeypatch.setattr(indexes_aside, "put_back", lambda **options: None)
            raise KeyboardInterrupt

    if is_ended:
        put_back = indexes_aside.put_back
        with pytest.raises(KeyboardInterrupt):
            seed_benchmark.seed(120, progress=progress)
        monkeypatch.setattr(indexes_aside, "put_back", put_back)
        assert names_of_indexes() != before
        with connection.cursor() as cursor:
            # An update in between made this one anew.
            cursor.execute(next(makes for _at, name, makes in kept_aside() if name == "item_file_name"))
        progress = lambda done, total: None  # noqa: E731
    # Two build indexes beside one another, where there are two.
    seed_benchmark.seed(number, progress=progress, processes=2)

    assert len(during) < len(before)
    assert names_of_indexes() == before
    assert Item.objects.count() == number


@pytest.mark.django_db(transaction=True)
def test_several_processes_make_the_same(gazetteer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed_benchmark, "AT_ONCE", 40)

    seed_benchmark.seed(100, processes=3)
    by_several = what_search_reads()

    assert len(by_several["items"]) == 100
    world = seed_benchmark.made_world()
    assert [row["lead_caption"] for row in by_several["items"]][-1:] == [
        next((w.text for w in make(world, 100).wordings if w.role == "DESCRIPTION"), "")
    ]
