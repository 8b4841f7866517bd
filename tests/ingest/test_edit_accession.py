"""What is said of an accession is corrected: with history, and with what follows from it."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Accession, AccessionStatement, Caption, Item
from archive.claims.models import Claim, Standing
from archive.ingest import edit_accession as edit_accession_module
from archive.ingest import process_lines
from archive.ingest.edit_accession import ChangedMeanwhile, edit_accession
from archive.ingest.process_lines import work_off
from archive.ingest.receive_files import open_accession
from archive.ledger.models import LedgerEntry, Told
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import digest_of_words
from archive.operation import status
from archive.operation.ledger_comparison import differences
from archive.projection import carry_changes, item_gate
from archive.projection.carry_changes import carry_some, failed_of, progress_of
from archive.projection.item_gate import changing
from archive.projection.models import RecordChange
from archive.provenance.changed_items import changed_items
from archive.review.authority_records import merge
from archive.standards.vocabulary import Property
from tests.builders import make_accession, make_caption, make_item, make_outlet
from tests.ingest.pictures import jpeg
from tests.ingest.test_process_lines import receive
from tests.two_at_once import meet, together

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


def test_another_outlet_is_kept_by_name_and_lets_the_day_count_on_which_it_published(
    people: dict[str, User],
) -> None:
    accession, item = brought(published_on=date(2024, 6, 26), received_on=date(2024, 6, 19))
    assert item.date_created_edtf == "2024-06-18"
    courier, post = make_outlet("The Courier"), make_outlet("The Post")

    [made] = edit_accession(accession, by=people["archivist"], outlet=courier, reason="by its header")

    item.refresh_from_db()
    assert (made.before, made.after, item.date_created_edtf) == ("", "The Courier", "2024-06-25")
    assert edit_accession(accession, by=people["archivist"], outlet=courier) == []
    merge(courier, into=post, by=people["moderator"])
    post.refresh_from_db()
    # What stands for it is the same outlet.
    assert edit_accession(accession, by=people["archivist"], outlet=post) == []
    assert list(differences()) == []
    [made] = edit_accession(accession, by=people["archivist"], outlet=None)
    assert (made.before, made.after) == ("The Courier", "")
    item.refresh_from_db()
    assert item.date_created_edtf == "2024-06-18" and list(differences()) == []
    Accession.objects.update(outlet=post)
    assert [sentence.split(" than")[0] for sentence in differences()] == [
        f"accession {accession.pk} has another outlet"
    ]


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


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Accession:
    """An accession of five items, of which two at a time follow a correction."""
    monkeypatch.setattr(carry_changes, "AT_ONCE", 2)
    accession = make_accession("Feed", received_on=date(2024, 6, 19), supplied_by="A. Desk")
    for number in range(5):
        item = make_item(accession=accession)
        make_caption(item, f"Boat {number} on Tuesday.", origin=Caption.Origin.LIST, accession=accession)
        with changing([item], reword=True):
            pass
    return accession


def carry_all() -> None:
    while carry_some(edit_accession_module.CARRIERS):
        pass


def days() -> list[str]:
    return list(Item.objects.order_by("pk").values_list("date_created_edtf", flat=True))


def suppliers() -> list[str]:
    """Return who is said to have supplied each item by what stands."""
    claims = Claim.objects.filter(property=Property.SUPPLIED_BY).with_standing().order_by("item", "pk")
    return [claim.as_written for claim in claims if claim.standing == Standing.PROPOSED]


def test_of_many_items_the_correction_is_saved_at_once_and_workers_carry_it_through(
    feed: Accession, people: dict[str, User], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as called:
        edit_accession(feed, by=people["archivist"], received_on=date(2024, 6, 12), supplied_by="B. Desk")

    assert len(called) == 1, "a worker is woken"
    assert days() == ["2024-06-18"] * 5 and suppliers() == []
    assert carry_some(edit_accession_module.CARRIERS)
    assert days() == ["2024-06-11"] * 2 + ["2024-06-18"] * 3
    [row] = progress_of(feed)
    assert (row.done, row.items, row.fields) == (2, 5, ["received_on", "supplied_by"])
    carry_all()
    assert days() == ["2024-06-11"] * 5 and suppliers() == ["B. Desk"] * 5
    assert {claim.source.person for claim in Claim.objects.filter(property=Property.SUPPLIED_BY)} == {
        people["archivist"]
    }
    assert progress_of(feed) == [] and list(differences()) == []


def test_what_a_killed_worker_left_is_gone_on_with_and_nothing_is_done_twice(
    feed: Accession, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit_accession(feed, by=people["archivist"], supplied_by="B. Desk")
    carry_some(edit_accession_module.CARRIERS)
    with monkeypatch.context() as dying:
        dying.setattr(item_gate, "project", lambda items: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            carry_some(edit_accession_module.CARRIERS)

    assert (RecordChange.objects.get().done, suppliers()) == (2, ["B. Desk"] * 2)
    # Even what was done already, were it to be done again.
    RecordChange.objects.update(after_item=0, done=0)
    carry_all()
    assert suppliers() == ["B. Desk"] * 5
    assert Claim.objects.filter(property=Property.SUPPLIED_BY).count() == 5


def test_a_correction_that_is_taken_back_half_way_is_right_at_the_end(feed: Accession, people: dict[str, User]) -> None:
    edit_accession(feed, by=people["archivist"], received_on=date(2024, 6, 12))
    carry_some(edit_accession_module.CARRIERS)

    edit_accession(feed, by=people["archivist"], received_on=date(2024, 6, 19), supplied_by="B. Desk")

    [row] = progress_of(feed)
    assert (row.done, row.fields) == (0, ["received_on", "supplied_by"]), "it takes the place of the first"
    carry_all()
    assert days() == ["2024-06-18"] * 5 and suppliers() == ["B. Desk"] * 5


def test_an_item_that_cannot_follow_is_told_and_stops_no_other(
    feed: Accession, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, project = Item.objects.order_by("pk")[3], item_gate.project

    def fail(items: Any) -> None:
        items = list(items)
        if bad in items:
            raise ValueError("cannot be written")
        project(items)

    monkeypatch.setattr(item_gate, "project", fail)
    edit_accession(feed, by=people["archivist"], received_on=date(2024, 6, 12))
    carry_all()

    assert days() == ["2024-06-11"] * 3 + ["2024-06-18", "2024-06-11"]
    assert failed_of(feed) == [bad.pk]
    monkeypatch.setattr(item_gate, "project", project)
    assert edit_accession(feed, by=people["archivist"], received_on=date(2024, 6, 12)) == []
    carry_all()
    assert days() == ["2024-06-11"] * 5 and failed_of(feed) == []
    edit_accession(feed, by=people["archivist"], received_on=date(2024, 6, 12))
    assert progress_of(feed) == []


@pytest.mark.parametrize("broken", ["following", "finish"])
def test_a_correction_that_cannot_be_carried_on_waits_is_told_and_holds_up_no_other(
    feed: Accession, people: dict[str, User], monkeypatch: pytest.MonkeyPatch, client: Client, broken: str
) -> None:
    other = make_accession("Other", supplied_by="A. Desk")
    for _number in range(3):
        make_item(accession=other)
    edit_accession(feed, by=people["archivist"], supplied_by="B. Desk")
    edit_accession(other, by=people["archivist"], supplied_by="C. Desk")
    carrier = edit_accession_module.CARRIERS[edit_accession_module.SORT]

    def fail(row: RecordChange, *given: Any) -> Any:
        if row.keys == [feed.pk]:
            raise ValueError("cannot be carried")
        return getattr(carrier, broken)(row, *given)

    with monkeypatch.context() as failing:
        failing.setitem(edit_accession_module.CARRIERS, edit_accession_module.SORT, carrier._replace(**{broken: fail}))
        failing.setattr(carry_changes, "_FIRST_WAIT", timedelta(minutes=5))
        began = timezone.now()
        carry_all()

        assert suppliers().count("C. Desk") == 3, "the later one was carried"
        [row] = progress_of(feed)
        assert row.tries == 1 and began < row.not_before - timedelta(minutes=5) < timezone.now()
        RecordChange.objects.update(not_before=timezone.now(), tries=30)
        carry_all()
    [row] = progress_of(feed)
    assert row.tries == 31 and row.not_before - timezone.now() < timedelta(hours=1, seconds=1)
    [told] = [finding for finding in status.findings() if "cannot be carried on" in finding.words]
    assert told.state == status.State.WATCH
    client.force_login(people["archivist"])
    page = client.get(reverse("accession_progress", args=[feed.pk])).content.decode()
    assert "held up" in page and "31 times so far" in page
    RecordChange.objects.update(not_before=timezone.now())
    carry_all()
    assert suppliers().count("B. Desk") == 5 and progress_of(feed) == []
    assert not RecordChange.objects.failing().exists() and list(differences()) == []


@pytest.mark.parametrize("at_once", [2, 50], ids=["by workers", "at once"])
def test_the_items_are_weighed_anew_once_they_have_followed(
    feed: Accession, people: dict[str, User], monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", at_once)

    edit_accession(feed, by=people["archivist"], published_on=date(2024, 6, 12))

    entries = LedgerEntry.objects.order_by("sequence")
    if at_once == 2:
        assert changed_items(told_of_entries(entries)) == set()
        carry_all()
    last = told_of_entries(entries.all())[-1:]
    assert changed_items(last) == set(Item.objects.values_list("pk", flat=True))
    edit_accession(feed, by=people["archivist"], note="by mail")
    assert changed_items(told_of_entries(entries.all())[-1:]) == set()


def told_of_entries(entries: Any) -> list[Told]:
    return [Told(entry.sequence, entry.subject, entry.verb, entry.payload) for entry in entries]


@pytest.mark.django_db(transaction=True)
def test_a_correction_while_a_worker_carries_the_first_is_right_at_the_end(
    feed: Accession, people: dict[str, User]
) -> None:
    edit_accession(feed, by=people["archivist"], received_on=date(2024, 6, 12), supplied_by="B. Desk")

    meet(
        lambda: carry_some(edit_accession_module.CARRIERS),
        lambda: edit_accession(feed, by=people["moderator"], received_on=date(2024, 6, 5), supplied_by="C. Desk"),
    )

    carry_all()
    assert days() == ["2024-06-04"] * 5 and suppliers() == ["C. Desk"] * 5
    assert RecordChange.objects.filter(finished_at=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_of_many_items_at_once_the_later_holds_for_all(
    feed: Accession, people: dict[str, User]
) -> None:
    meet(
        lambda: edit_accession(feed, by=people["archivist"], received_on=date(2024, 6, 12)),
        lambda: edit_accession(feed, by=people["moderator"], received_on=date(2024, 6, 5), supplied_by="C. Desk"),
    )
    together(carry_all, carry_all)
    carry_all()

    assert days() == ["2024-06-04"] * 5 and suppliers() == ["C. Desk"] * 5


def test_a_picture_that_is_being_read_meanwhile_follows_the_correction(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    accession = open_accession(title="Feed", by=None, supplied_by="A. Desk", received_on=date(2024, 6, 19))
    before_recording = process_lines._read_wordings

    def read(jobs: list[process_lines.Job]) -> None:
        before_recording(jobs)
        edit_accession(
            accession, by=people["archivist"], supplied_by="The Courier archive", received_on=date(2024, 6, 12)
        )

    monkeypatch.setattr(process_lines, "_read_wordings", read)
    receive(
        io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg",
        stated={"caption": "A boat off Dunkirk on Tuesday"},
    )  # fmt: skip
    work_off()

    item = Item.objects.get()
    assert item.date_created_edtf == "2024-06-11"
    assert [claim.as_written for claim in item.claims.filter(property=Property.SUPPLIED_BY)] == ["The Courier archive"]


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_is_recorded_during_the_correction_follows_it(people: dict[str, User]) -> None:
    accession = open_accession(title="Feed", by=None, supplied_by="A. Desk")
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg")

    meet(lambda: edit_accession(accession, by=people["archivist"], supplied_by="B. Desk"), work_off)

    assert suppliers() == ["B. Desk"]
