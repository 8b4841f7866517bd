"""The bytes of a withdrawn item are destroyed by two people alone; their record and digest stay, and raise no alarm."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.carry_out_destruction import carry_out_destructions
from archive.catalogue.models import Access, DestructionAnswer, DestructionRequest, Item
from archive.files.fixity import check, failed_checks, not_checked_since
from archive.files.models import MediaFile, PreservationEvent, Rendition
from archive.files.original_repair import doubtful
from archive.ingest.process_lines import held_since
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.operation.status import destructions
from archive.review.destroy_originals import answer_destruction, ask_destruction
from archive.review.models import OwnAct
from archive.review.undo_acts import SomeStands, undo
from archive.review.withdraw_items import bring_back, withdraw
from tests.builders import make_item
from tests.two_at_once import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(people: dict[str, User], db: None) -> Item:
    """A withdrawn item with its bytes, an altered copy that was set aside, and its renditions."""
    made = make_item(content=b"bytes", added_by=people["archivist"])
    path = made.media_file.storage_path
    for name in (path, f"{path}.altered-0123456789abcdef", f"{path[:-4]}0000"):
        storages["originals"].save(name, ContentFile(b"bytes"))
    for row in made.media_file.renditions.all():
        storages["renditions"].save(row.storage_path, ContentFile(b"small"))
    withdraw([made], by=people["archivist"], reason="a holiday picture", at=timezone.now())
    return Item.objects.select_related("media_file").get(pk=made.pk)


def ask(item: Item, by: User, reason: str = "a private person asked") -> DestructionRequest:
    return ask_destruction(item, by=by, reason=reason, at=timezone.now())


def answer(request: DestructionRequest, by: User, *, is_confirmed: bool = True, reason: str = "") -> DestructionAnswer:
    return answer_destruction(request, is_confirmed=is_confirmed, by=by, reason=reason, at=timezone.now())


def stored(item: Item) -> set[str]:
    folder = Path(storages["originals"].path(item.media_file.storage_path)).parent
    return {path.name for path in folder.iterdir()}


def test_one_asks_another_confirms_and_nothing_of_the_bytes_is_left_but_their_record(
    people: dict[str, User], item: Item, django_capture_on_commit_callbacks: object
) -> None:
    copies = [row.storage_path for row in item.media_file.renditions.all()]
    assert len(stored(item)) == 3 and copies
    request = ask(item, people["archivist"])
    assert ask(item, people["moderator"]) == request

    with django_capture_on_commit_callbacks(execute=True):
        answer(request, people["administrator"])

    assert stored(item) == {f"{item.media_file.storage_path[:-4]}0000".rpartition("/")[2]}  # another file's
    assert not any(storages["renditions"].exists(path) for path in copies) and not Rendition.objects.exists()
    event = PreservationEvent.objects.get(event_type="deletion")
    assert (event.linking_agent, event.event_outcome) == ("administrator", "success")
    assert event.event_outcome_detail == ("asked by archivist, confirmed by administrator: a private person asked")
    assert MediaFile.objects.get().message_digest == item.media_file.message_digest
    verbs = LedgerEntry.objects.filter(verb__contains="dest").order_by("sequence").values_list("verb", "actor")
    assert list(verbs) == [
        ("ask destruction", "archivist"),
        ("confirm destruction", "administrator"),
        ("destroy original", "Strandline"),
    ]


def test_destroyed_bytes_raise_no_fixity_alarm_and_are_not_asked_for_again(people: dict[str, User], item: Item) -> None:
    now = timezone.now()
    request = ask(item, people["archivist"])
    answer(request, people["administrator"])
    # A check that ran between the two found them missing.
    storages["originals"].delete(item.media_file.storage_path)
    list(check(MediaFile.objects.all(), clock=timezone.now))
    assert failed_checks().count() == 1 and doubtful([item.media_file])

    assert carry_out_destructions(at=now) == 1
    assert carry_out_destructions(at=now) == 0

    assert not failed_checks().exists()
    assert not not_checked_since(now + timedelta(days=1)).exists()
    assert doubtful([item.media_file]) == set()
    assert PreservationEvent.objects.filter(event_type="deletion").count() == 1
    assert "Its bytes were destroyed, and those sent now were not kept" in held_since(item)


def test_nobody_confirms_what_they_asked_themselves_and_the_database_refuses_it_too(
    people: dict[str, User], item: Item
) -> None:
    administrator = people["administrator"]
    request = ask(item, administrator)

    with pytest.raises(NotAllowed, match="another administrator"):
        answer(request, administrator)
    with pytest.raises(NotAllowed, match="Only an administrator"):
        answer(request, people["moderator"])
    with pytest.raises(IntegrityError), transaction.atomic():
        DestructionAnswer.objects.create(
            request=request, is_confirmed=True, answered_at=timezone.now(),
            answered_by=administrator, asked_by=administrator,
        )  # fmt: skip

    second = User.objects.create(username="second")
    second.groups.add(Group.objects.get(name="administrator"))
    assert answer(request, second).is_confirmed


def test_only_what_is_withdrawn_is_destroyed_and_a_request_lapses_when_it_comes_back(
    people: dict[str, User], item: Item
) -> None:
    standing = make_item(added_by=people["archivist"])
    with pytest.raises(NotDone, match="not withdrawn"):
        ask(standing, people["archivist"])
    with pytest.raises(NotDone, match="why"):
        ask(item, people["archivist"], reason=" ")
    request = ask(item, people["archivist"])
    bring_back([item], by=people["archivist"], reason="it was right", at=timezone.now())

    with pytest.raises(NotDone, match="not withdrawn"):
        answer(request, people["administrator"])
    withdraw([item], by=people["archivist"], reason="no, it was not", at=timezone.now())
    with pytest.raises(NotDone, match="brought back"):
        answer(request, people["administrator"])

    assert not DestructionAnswer.objects.exists() and carry_out_destructions(at=timezone.now()) == 0
    assert ask(item, people["archivist"]) != request


def test_what_is_declined_is_kept_and_may_be_asked_again(people: dict[str, User], item: Item) -> None:
    request = ask(item, people["archivist"])
    with pytest.raises(NotDone, match="why not"):
        answer(request, people["administrator"], is_confirmed=False)
    answer(request, people["administrator"], is_confirmed=False, reason="a court may ask for it")

    assert carry_out_destructions(at=timezone.now()) == 0 and len(stored(item)) == 3
    assert ask(item, people["archivist"]) != request


def test_what_is_destroyed_neither_comes_back_nor_is_its_withdrawal_undone(people: dict[str, User], item: Item) -> None:
    done = OwnAct.objects.get()
    answer(ask(item, people["archivist"]), people["administrator"])

    with pytest.raises(NotDone, match="cannot come back"):
        bring_back([item], by=people["moderator"], reason="it was right", at=timezone.now())
    with pytest.raises(SomeStands) as stands:
        undo(done, by=people["archivist"], at=timezone.now())

    assert "cannot come back" in stands.value.standing[0].why
    assert Item.objects.get().access == Access.WITHDRAWN


def test_it_is_asked_and_confirmed_at_the_address_of_the_item(
    client: Client, people: dict[str, User], item: Item, django_capture_on_commit_callbacks: object
) -> None:
    address, there = reverse("destroy_item", args=[item.pk]), reverse("item", args=[item.pk])
    client.force_login(people["archivist"])
    assert "Ask for its bytes to be destroyed" in client.get(there).text
    asked = client.post(address, {"act": "ask", "reason": "a private person asked"}, follow=True)
    assert "Another person, an administrator, has to confirm it." in asked.text
    client.post(address, {"act": "confirm"})
    assert not DestructionAnswer.objects.exists()
    client.force_login(people["administrator"])
    assert [each.words for each in destructions(timezone.now())] == [
        f"to be destroyed, if a second person confirms it at its address: item {item.pk}"
    ]
    assert "Destroy the bytes" in client.get(there).text

    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(address, {"act": "confirm"}, follow=True)

    assert page.status_code == 410 and not list(destructions(timezone.now()))
    assert "asked by archivist, confirmed by administrator" in page.text and "Bring it back" not in page.text
    again = client.post(address, {"act": "confirm"}, follow=True)
    assert "answered meanwhile" in again.text
    client.force_login(people["researcher"])
    assert client.post(address, {"act": "ask", "reason": "x"}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_one_does(people: dict[str, User], item: Item) -> None:
    request, refusals = ask(item, people["archivist"]), []
    second = User.objects.create(username="second")
    second.groups.add(Group.objects.get(name="administrator"))

    def act(by: User, *, is_confirmed: bool) -> None:
        try:
            answer(request, by, is_confirmed=is_confirmed, reason="so")
        except NotDone as refusal:
            refusals.append(str(refusal))

    together(lambda: act(people["administrator"], is_confirmed=True), lambda: act(second, is_confirmed=False))

    assert len(refusals) == 1
    is_confirmed = DestructionAnswer.objects.get().is_confirmed
    assert PreservationEvent.objects.filter(event_type="deletion").exists() == is_confirmed
    assert (len(stored(item)) == 1) == is_confirmed
