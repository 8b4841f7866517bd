"""Whatever changes in what search reads of an item is noted by the database, and read once and by everybody."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from archive.authorities.models import Place
from archive.catalogue.models import Access, Item
from archive.item_index import changes
from archive.item_index.change_triggers import trigger_names
from archive.item_index.models import ItemChange
from archive.provenance.models import CurrentFinding
from archive.review.models import CurrentVerdict
from archive.standards.vocabulary import Property
from tests.builders import make_caption, make_claim, make_item, make_place

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _find(item: Item) -> None:
    CurrentFinding.objects.create(item=item, finding_id=1, check_slug="gps-against-place", outcome="CONSISTENT")


def _decide(item: Item) -> None:
    CurrentVerdict.objects.create(item=item, question="when", word="WAITING")


def _decide_otherwise(item: Item) -> None:
    _decide(item)
    changes_before.append(changes.newest())
    CurrentVerdict.objects.filter(item=item).update(word="OPEN")


changes_before: list[changes.Position] = []


@pytest.mark.parametrize(
    "act",
    [
        lambda item: make_caption(item, "A boat"),
        lambda item: make_claim(item, Property.DATE_CREATED, date="2024-06"),
        lambda item: Item.objects.filter(pk=item.pk).update(access=Access.RESTRICTED),
        lambda item: Item.objects.filter(pk=item.pk).update(is_distressing=True),
        _find,
        _decide,
        _decide_otherwise,
        lambda item: item.delete(),
    ],
    ids=["caption", "claim", "access", "distressing", "finding", "verdict", "other verdict", "deleted"],
)
def test_what_changes_of_an_item_is_noted(act: Callable[[Item], object]) -> None:
    item, other = make_item(), make_item()
    before = changes.newest()
    changes_before.clear()
    key = item.pk

    act(item)

    found, _places, after = changes.read_on(changes_before[0] if changes_before else before)
    assert found == {key} and other.pk != key
    assert changes.read_on(after)[:2] == (set(), set())
    assert changes.is_behind(before) and not changes.is_behind(after)


@pytest.mark.parametrize(
    ("act", "is_noted"),
    [
        (lambda town: Place.objects.filter(pk=town.pk).update(latitude_degrees=51.0), True),
        (lambda town: Place.objects.filter(pk=town.pk).update(radius_metres=900), True),
        (lambda town: Place.objects.filter(pk=town.pk).update(kind="BEACH"), True),
        (lambda town: Place.objects.filter(pk=town.pk).update(path=""), True),
        (lambda town: Place.objects.filter(pk=town.pk).update(name="Dunkerque", latitude_degrees=51.03), False),
    ],
    ids=["moved", "of another reach", "of another kind", "beneath another", "of another name"],
)
def test_a_place_that_moves_is_noted_once_however_many_items_are_led_to_it(
    act: Callable[[Place], object], is_noted: bool
) -> None:
    town = make_place("Dunkirk", latitude_degrees=51.03, longitude_degrees=2.37)
    for _number in range(3):
        make_claim(make_item(), Property.LOCATION_SHOWN, value_place=town)
    before, rows = changes.newest(), ItemChange.objects.count()

    act(town)

    assert changes.read_on(before)[:2] == (set(), {town.pk} if is_noted else set())
    assert ItemChange.objects.count() - rows == is_noted


def test_each_table_has_its_triggers() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if connection.vendor == "sqlite"
            else "SELECT tgname FROM pg_trigger"
        )
        there = {row[0] for row in cursor.fetchall()}

    assert trigger_names() - there == set()


@pytest.mark.parametrize(
    "restore",
    [lambda: ItemChange.objects.all().delete(), lambda: ItemChange.objects.update(mark="another")],
    ids=["removed", "another row with its key"],
)
def test_a_position_of_another_history_is_told(restore: Callable[[], object]) -> None:
    make_item()
    position = changes.newest()

    restore()

    assert changes.is_behind(position)
    with pytest.raises(changes.OtherHistory):
        changes.read_on(position)


def test_a_position_of_a_server_that_counted_further_is_told() -> None:
    """As after a dump and restore: the row read last is there, and what is new has a lower number."""
    make_item()
    position = replace(changes.newest(), at=10**12)
    make_item()

    assert changes.is_behind(position)
    with pytest.raises(changes.OtherHistory):
        changes.read_on(position)


def test_rows_of_a_server_that_counted_further_do_not_stay_ahead() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's positions are keys of rows, which a copy keeps")
    item = make_item()
    own = set(ItemChange.objects.values_list("pk", flat=True))
    restored = [ItemChange.objects.create(item_id=1, transaction_number=10**12 + n, mark=str(n)) for n in range(2)]

    position = changes.newest()
    Item.objects.filter(pk=item.pk).update(is_distressing=True)

    assert not position.ahead & {row.pk for row in restored}
    assert own <= set(ItemChange.objects.values_list("pk", flat=True))
    assert changes.is_behind(position)
    assert changes.read_on(position)[0] == {item.pk}


def test_old_rows_are_removed_and_the_newest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "KEPT_ROWS", 2)
    for _number in range(5):
        make_item()
    last = ItemChange.objects.order_by("-pk")[0].pk

    assert changes.prune() == 3
    assert sorted(ItemChange.objects.values_list("pk", flat=True)) == [last - 1, last]


@pytest.mark.django_db(transaction=True)
def test_a_slower_transaction_is_not_passed_by() -> None:
    """On PostgreSQL it takes its number first and commits last; of SQLite's two writers the second waits."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time: the order of keys is that of commits")
    slow, fast, later = make_item(), make_item(), make_item()
    before = changes.newest()
    has_written, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                Item.objects.filter(pk=slow.pk).update(is_distressing=True)
                has_written.set()
                may_commit.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=write_slowly)
    thread.start()
    has_written.wait(20)
    Item.objects.filter(pk=fast.pk).update(is_distressing=True)
    first, _places, between = changes.read_on(before)
    is_behind = changes.is_behind(between)
    again, _places, between = changes.read_on(between)
    may_commit.set()
    thread.join()
    was_behind = changes.is_behind(between)
    second, _places, after = changes.read_on(between)
    Item.objects.filter(pk=later.pk).update(is_distressing=True)
    third, _places, _end = changes.read_on(after)

    # Who is fast is not held up by who is slow, and is told once.
    assert (first, again, second, third) == ({fast.pk}, set(), {slow.pk}, {later.pk})
    assert (is_behind, was_behind) == (False, True)
