"""What is said of an accession is corrected: with history, and with what follows from it."""

import io
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Accession, AccessionStatement, Item
from archive.claims.models import Claim, Standing
from archive.ingest.edit_accession import ChangedMeanwhile, edit_accession
from archive.ingest.process_lines import work_off
from archive.ingest.receive_files import open_accession
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import digest_of_words
from archive.operation.ledger_comparison import differences
from archive.standards.vocabulary import Property
from tests.builders import make_accession, make_outlet
from tests.ingest.pictures import jpeg
from tests.ingest.test_process_lines import receive
from tests.two_at_once import meet

pytestmark = pytest.mark.django_db


def brought(**known: Any) -> tuple[Accession, Item]:
    """Bring a picture in whose captions list says "on Tuesday"."""
    accession = open_accession(title="Feed", by=None, **known)
    receive(
        io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg",
        stated={"caption": "A boat off Dunkirk on Tuesday"},
    )  # fmt: skip
    work_off()
    return accession, Item.objects.get()


def test_each_correction_stands_with_what_was_said_before(people: dict[str, User]) -> None:
    accession = open_accession(title="Feed", by=None, supplied_by="A. Desk", terms="once")

    made = edit_accession(accession, by=people["archivist"], title="Feed of Tuesday", terms="", note="", reason="typo")

    assert [(each.field, each.before, each.after) for each in made] == [
        ("title", "Feed", "Feed of Tuesday"), ("terms", "once", ""),
    ]  # fmt: skip
    accession.refresh_from_db()
    assert (accession.title, accession.terms, accession.supplied_by) == ("Feed of Tuesday", "", "A. Desk")
    entry = LedgerEntry.objects.get(verb="correct accession")
    assert entry.actor == "archivist"
    assert '"title":["Feed","Feed of Tuesday"]' in entry.payload
    # What may name somebody is not told there.
    assert "once" not in entry.payload
    assert digest_of_words("once") in entry.payload
    assert edit_accession(accession, by=people["archivist"], title="Feed of Tuesday") == []


def test_another_day_reads_tuesday_again(people: dict[str, User]) -> None:
    accession, item = brought(received_on=date(2024, 6, 19))
    assert item.date_created_edtf == "2024-06-18"

    edit_accession(accession, by=people["archivist"], received_on=date(2024, 6, 12))

    item.refresh_from_db()
    assert item.date_created_edtf == "2024-06-11"
    assert "2024-06-18" in item.claims.values_list("value_edtf", flat=True)


def test_the_day_on_which_it_was_published_comes_first_and_is_read_as_it_stands_now(people: dict[str, User]) -> None:
    accession, item = brought(
        outlet=make_outlet("The Courier"), published_on=date(2024, 6, 26), received_on=date(2024, 6, 19)
    )
    assert item.date_created_edtf == "2024-06-25"

    edit_accession(accession, by=people["archivist"], published_on=date(2024, 6, 12))

    item.refresh_from_db()
    assert item.date_created_edtf == "2024-06-11"


def test_another_supplier_takes_the_place_of_the_first(people: dict[str, User]) -> None:
    accession, _item = brought(supplied_by="A. Desk")

    edit_accession(accession, by=people["archivist"], supplied_by="B. Desk")

    claims = Claim.objects.filter(property=Property.SUPPLIED_BY).with_standing().order_by("pk")
    assert [(claim.as_written, claim.standing) for claim in claims] == [
        ("A. Desk", Standing.SUPERSEDED), ("B. Desk", Standing.PROPOSED),
    ]  # fmt: skip
    edit_accession(accession, by=people["archivist"], supplied_by="")
    assert {claim.standing for claim in claims.all()} == {Standing.SUPERSEDED}
    assert list(differences()) == []


def test_who_looked_before_another_corrected_it_is_told(people: dict[str, User]) -> None:
    accession = make_accession("Feed")
    edit_accession(accession, by=people["moderator"], seen=0, title="Feed of Tuesday")

    with pytest.raises(ChangedMeanwhile, match="moderator corrected this accession meanwhile"):
        edit_accession(accession, by=people["archivist"], seen=0, title="Feed of Wednesday")

    accession.refresh_from_db()
    assert accession.title == "Feed of Tuesday"
    # The same form sent twice is no quarrel.
    assert edit_accession(accession, by=people["moderator"], seen=0, title="Feed of Tuesday") == []


def test_a_title_is_needed_and_an_archivist(people: dict[str, User]) -> None:
    accession = make_accession("Feed")

    with pytest.raises(NotDone):
        edit_accession(accession, by=people["archivist"], title=" ")
    with pytest.raises(NotAllowed):
        edit_accession(accession, by=people["researcher"], title="Other")


def test_a_statement_is_never_changed(people: dict[str, User]) -> None:
    edit_accession(make_accession("Feed"), by=people["archivist"], title="Other")

    with pytest.raises(DatabaseError), transaction.atomic():
        AccessionStatement.objects.update(after="Third")
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessionStatement.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_correct_at_once_one_is_told(people: dict[str, User]) -> None:
    accession = make_accession("Feed")
    told: list[str] = []

    def correct(name: str) -> None:
        try:
            edit_accession(accession, by=people[name], seen=0, title=name)
        except ChangedMeanwhile:
            told.append(name)

    meet(lambda: correct("archivist"), lambda: correct("moderator"))

    assert len(told) == 1
    accession.refresh_from_db()
    assert accession.title not in (told[0], "Feed")
    assert AccessionStatement.objects.count() == 1
