"""What the archive says of itself: kept as versions, one after the other, and told everywhere."""

import json
import time
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue import archive_description
from archive.catalogue.archive_description import DescribedMeanwhile, Description, describe_archive, described, keep
from archive.catalogue.models import ArchiveDescription
from archive.exports.citations import Cited
from archive.ledger.models import LedgerEntry
from tests.two_at_once import meet

SAID = {"name": "Coast Record", "purpose": "Boats.\r\n", "terms": "", "contact": "us@coast.example", "takedown": ""}


@pytest.mark.django_db
def test_what_is_said_holds_and_stands_in_the_ledger_with_what_was_said_before(people: dict[str, User]) -> None:
    by = people["administrator"]
    assert describe_archive(by=by, seen=0, **SAID)
    first = described().version
    assert not describe_archive(by=by, seen=first, **SAID)
    assert describe_archive(by=by, seen=first, **SAID | {"takedown": "takedown@coast.example"})

    assert described() == Description(
        name="Coast Record",
        purpose="Boats.",
        contact="us@coast.example",
        takedown="takedown@coast.example",
        version=described().version,
    )
    assert described().ask_at == "takedown@coast.example"
    told = [json.loads(each) for each in LedgerEntry.objects.order_by("pk").values_list("payload", flat=True)]
    assert [(each["name"], each["takedown"]) for each in told] == [
        ("Coast Record", ""),
        ("Coast Record", "takedown@coast.example"),
    ]
    assert "Coast Record, item 5" in Cited(5, "PHOTOGRAPH").wording("en")


@pytest.mark.django_db
def test_nobody_but_an_administrator_says_it(people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed):
        describe_archive(by=people["moderator"], seen=0, **SAID)


@pytest.mark.django_db
def test_no_version_is_changed(people: dict[str, User]) -> None:
    describe_archive(by=people["administrator"], seen=0, **SAID)

    for act in (lambda: ArchiveDescription.objects.update(name="x"), lambda: ArchiveDescription.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


@pytest.mark.django_db
def test_a_page_costs_one_question_in_a_quarter_of_a_minute(django_assert_num_queries: Any) -> None:
    keep(None)

    with django_assert_num_queries(1):
        assert described() == described() == Description()


@pytest.mark.django_db
def test_who_asks_while_another_changes_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(None)
    moment = time.monotonic

    def meanwhile() -> float:
        archive_description._kept.description = None
        return moment()

    monkeypatch.setattr(archive_description.time, "monotonic", meanwhile)

    assert described() == Description()


@pytest.mark.django_db
def test_where_the_database_cannot_be_asked_it_is_called_by_the_software(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(None)

    def fail(*_args: object) -> None:
        raise DatabaseError("gone")

    with connection.execute_wrapper(fail):
        assert described().name == "Strandline"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="two connections that write at once")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_the_second_is_told(people: dict[str, User]) -> None:
    def save(name: str) -> None:
        describe_archive(by=people["administrator"], seen=0, **SAID | {"name": name})

    with pytest.raises(DescribedMeanwhile):
        meet(lambda: save("A"), lambda: save("B"))

    assert ArchiveDescription.objects.get().name == "A"
