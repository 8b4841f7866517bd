"""What an earlier version wrote for search, workers write anew; an item that fails keeps no other waiting."""

from collections.abc import Iterable

import pytest
from django.core.management import call_command

from archive.catalogue.models import Item
from archive.ingest import tasks
from archive.operation import status
from archive.projection import item_gate, older_projections, write_projection
from archive.projection.item_gate import changing
from archive.projection.older_projections import FAILED, older
from archive.projection.write_projection import VERSION
from archive.standards.vocabulary import Property
from tests.builders import NOW, make_claim, make_item, make_place
from tests.two_at_once import meet

pytestmark = pytest.mark.django_db


def told() -> status.Finding:
    return next(finding for finding in status.upkeep(NOW) if finding.what == "search")


def items_of_before(number: int) -> list[Item]:
    items = [make_item() for _number in range(number)]
    for item in items:
        make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    Item.objects.update(projection_version=VERSION - 1, date_created_edtf="")
    return items


def test_workers_write_anew_what_is_older_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(older_projections, "AT_ONCE", 2)
    items_of_before(3)
    assert told().state == "WATCH" and told().words.startswith("3 items wait for workers to write anew")

    assert older_projections.project_some()
    assert older().count() == 1
    tasks.work()

    assert set(Item.objects.values_list("date_created_edtf", "projection_version")) == {("2024-06-18", VERSION)}
    assert told().words == "what it reads of every item was written by this version"
    before = Item.objects.latest("projected_at").projected_at
    tasks.work()
    assert Item.objects.latest("projected_at").projected_at == before


def test_an_item_that_fails_is_told_once_and_keeps_no_other_waiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, broken, last = items_of_before(3)
    camera_models = write_projection._camera_models

    def fails(items: list[Item], *known: object) -> dict[int, str]:
        if broken in items:
            raise LookupError
        return camera_models(items, *known)

    monkeypatch.setattr(write_projection, "_camera_models", fails)
    tasks.work()
    tasks.work()

    assert dict(Item.objects.values_list("pk", "projection_version")) == {
        first.pk: VERSION, broken.pk: FAILED, last.pk: VERSION,
    }  # fmt: skip
    assert caplog.text.count(f"What search reads of item {broken.pk} could not be written anew.") == 1
    assert told().words.startswith("Of 1 items it could not be written: the log says why.")

    monkeypatch.setattr(write_projection, "_camera_models", camera_models)
    call_command("rebuild_projection")

    assert told().state == "GOOD"


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_each_writes_other_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(older_projections, "AT_ONCE", 2)
    items = items_of_before(4)
    written: list[int] = []

    def project(some: Iterable[Item]) -> None:
        some = list(some)
        write_projection.project(some)
        written.extend(item.pk for item in some)

    monkeypatch.setattr(item_gate, "project", project)
    meet(older_projections.project_some, older_projections.project_some)

    assert sorted(written) == sorted(item.pk for item in items)
    assert not older().exists()


def test_an_item_that_was_written_well_meanwhile_is_not_told_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    [item] = items_of_before(1)

    def fails(*_known: object) -> dict[int, str]:
        raise LookupError

    def write_well(*_told: object) -> None:
        Item.objects.update(projection_version=VERSION)

    monkeypatch.setattr(write_projection, "_camera_models", fails)
    monkeypatch.setattr(older_projections.logger, "exception", write_well)
    older_projections.project_some()

    assert Item.objects.get(pk=item.pk).projection_version == VERSION


def test_another_version_alone_is_no_change_that_feeds_and_saved_searches_tell() -> None:
    same, other = items_of_before(2)
    make_claim(same, Property.LOCATION_SHOWN, value_place=make_place("Dunkirk"))
    with changing([same, other]):
        pass
    Item.objects.update(projected_at=NOW, projection_version=VERSION - 1)
    Item.objects.filter(pk=other.pk).update(date_created_edtf="")

    older_projections.project_some()

    assert not older().exists()
    assert Item.objects.get(pk=same.pk).projected_at == NOW
    assert Item.objects.get(pk=other.pk).projected_at != NOW
