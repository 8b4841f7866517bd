"""What was brought in by mistake is withdrawn with a reason, found nowhere, told of at its address, brought back."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.people import renew_token
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item, ItemPlace, Withdrawal
from archive.folders.fill_folders import make_folder, put_in
from archive.ingest.process_lines import held_since
from archive.item_index.documents import documents
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.operation.ledger_comparison import differences
from archive.review.access import set_access
from archive.review.models import OwnAct
from archive.review.undo_acts import SomeStands, undo
from archive.review.withdraw_items import bring_back, withdraw
from archive.standards.vocabulary import Property
from tests.builders import make_claim, make_item, make_match, make_place
from tests.pages import folded
from tests.two_at_once import together

pytestmark = pytest.mark.django_db


def gone(item: Item, by: User, reason: str = "a holiday picture") -> int:
    return withdraw([item], by=by, reason=reason, at=timezone.now())


def back(item: Item, by: User) -> int:
    return bring_back([item], by=by, reason="it was right", at=timezone.now())


@pytest.mark.parametrize("access", [Access.RESTRICTED, Access.RESEARCH, Access.RELEASED], ids=str)
def test_a_withdrawn_item_is_seen_by_nobody_and_comes_back_as_it_was(people: dict[str, User], access: str) -> None:
    item, moderator = make_item(access=access), people["moderator"]
    make_claim(item, Property.LOCATION_SHOWN, value_place=make_place("Malo"))

    assert gone(item, moderator) == 1
    for reader in (None, *people.values()):
        assert not Item.objects.visible_to(reader).exists()
    assert not ItemPlace.objects.exists()
    assert list(documents([item.pk])) == []
    assert gone(item, moderator) == 0 and Withdrawal.objects.count() == 1
    assert list(differences()) == []
    assert back(item, moderator) == 1

    item.refresh_from_db()
    assert item.access == access and ItemPlace.objects.count() == 1
    assert list(differences()) == []
    entries = LedgerEntry.objects.filter(verb__contains="item").order_by("sequence")
    told = [(entry.verb, json.loads(entry.payload)["reason"]) for entry in entries]
    assert told == [("withdraw item", "a holiday picture"), ("bring item back", "it was right")]


def test_what_would_not_be_released_unasked_comes_back_for_research(people: dict[str, User], client: Client) -> None:
    moderator = people["moderator"]
    asked, free = make_item(access=Access.RELEASED), make_item(access=Access.RELEASED)
    withdraw([asked, free], by=moderator, reason="by mistake", at=timezone.now())
    match = make_match(asked, make_item())

    client.force_login(moderator)
    address = reverse("bring_item_back", args=[asked.pk])
    assert "for research" in folded(client.post(address, {"reason": "it was right"}, follow=True).content.decode())
    out = StringIO()
    call_command("withdraw_items", str(free.pk), by=moderator.username, reason="it was right", back=True, stdout=out)

    assert out.getvalue() == "1 brought back, 0 were so already.\n"
    assert [Item.objects.get(pk=item.pk).access for item in (asked, free)] == [Access.RESEARCH, Access.RELEASED]
    last = LedgerEntry.objects.filter(verb="bring item back", subject=f"catalogue.item:{asked.pk}").get()
    assert json.loads(last.payload)["open"] == [f"match {match.pk}"]
    assert list(differences()) == []

    withdraw([asked], by=moderator, reason="by mistake", at=timezone.now())
    withdraw([free], by=moderator, reason="by mistake", at=timezone.now())
    make_match(free, make_item())
    out = StringIO()
    call_command("withdraw_items", str(free.pk), by=moderator.username, reason="it was right", back=True, stdout=out)
    assert f"speaks against a release: {free.pk}." in out.getvalue()


def test_an_archivist_withdraws_what_they_uploaded_and_a_moderator_anything(people: dict[str, User]) -> None:
    archivist, moderator = people["archivist"], people["moderator"]
    own, other = make_item(added_by=archivist), make_item(added_by=moderator)
    public = make_item(added_by=archivist, access=Access.RELEASED)

    for item, by in ((other, archivist), (own, people["researcher"]), (public, archivist)):
        with pytest.raises(NotAllowed):
            gone(item, by)
    with pytest.raises(NotDone, match="why"):
        gone(own, archivist, reason="  ")
    assert not Withdrawal.objects.exists()

    assert gone(own, archivist) == gone(other, moderator) == gone(public, moderator) == 1


def test_a_withdrawn_item_is_neither_released_nor_asked_about_as_an_open_copy(people: dict[str, User]) -> None:
    item, copy, moderator = make_item(), make_item(), people["moderator"]
    make_match(item, copy)
    gone(copy, moderator)

    with pytest.raises(NotAllowed):
        set_access([copy], access=Access.RELEASED, by=moderator)
    set_access([item], access=Access.RESTRICTED, by=moderator)  # asks about no copy

    copy.refresh_from_db()
    assert copy.access == Access.WITHDRAWN


def test_what_shows_the_same_as_a_picture_taken_down_since_does_not_come_back(people: dict[str, User]) -> None:
    item, copy, moderator = make_item(), make_item(), people["moderator"]
    make_match(item, copy)
    gone(item, moderator)
    done = OwnAct.objects.get()
    set_access([copy], access=Access.RESTRICTED, by=moderator, reason="a face")

    with pytest.raises(NotDone, match="A copy of it is taken down"):
        back(item, moderator)
    with pytest.raises(SomeStands):
        undo(done, by=moderator, at=timezone.now())

    item.refresh_from_db()
    assert item.access == Access.WITHDRAWN


def test_a_withdrawal_is_undone_as_any_act_of_one_s_own(people: dict[str, User]) -> None:
    item, archivist = make_item(added_by=people["archivist"]), people["archivist"]
    gone(item, archivist)

    undo(OwnAct.objects.latest("pk"), by=archivist, at=timezone.now())
    item.refresh_from_db()
    assert item.access == Access.RESEARCH
    assert "undoes entries" in Withdrawal.objects.latest("pk").reason
    undo(OwnAct.objects.latest("pk"), by=archivist, at=timezone.now())
    item.refresh_from_db()
    assert item.access == Access.WITHDRAWN
    last = OwnAct.objects.latest("pk")
    back(item, people["moderator"])
    with pytest.raises(SomeStands):
        undo(last, by=archivist, at=timezone.now())
    assert list(differences()) == []


def test_its_address_tells_staff_who_withdrew_it_and_why_and_others_that_it_was(
    client: Client, people: dict[str, User]
) -> None:
    item, address = make_item(access=Access.RELEASED), ""
    closed = make_item(access=Access.RESTRICTED)
    address = reverse("item", args=[item.pk])
    gone(item, people["moderator"]), gone(closed, people["moderator"])

    visitor = client.get(address)
    assert visitor.status_code == 410
    assert "was withdrawn" in visitor.text and "a holiday picture" not in visitor.text
    assert client.get(reverse("item", args=[closed.pk])).status_code == 404
    client.force_login(people["archivist"])
    page = client.get(address)
    assert page.status_code == 410
    assert "a holiday picture" in page.text and "moderator" in page.text and item.media_file.message_digest in page.text
    assert "<img" not in page.text and "Bring it back" not in page.text
    for name in ("caption_history", "copies", "original", "api:item-detail"):
        assert client.get(reverse(name, args=[item.pk])).status_code == 404
    assert client.get(reverse("rendition", args=[item.pk, "thumbnail"])).status_code == 404


def test_it_is_withdrawn_and_brought_back_on_the_pages(client: Client, people: dict[str, User]) -> None:
    item = make_item(added_by=people["archivist"])
    folder = make_folder(name="Shelf", by=people["archivist"], at=timezone.now())
    put_in(folder, [item.pk], by=people["archivist"], at=timezone.now())
    address = reverse("item", args=[item.pk])
    client.force_login(people["archivist"])
    assert reverse("withdraw_item", args=[item.pk]) in client.get(address).text

    nothing = client.post(reverse("withdraw_item", args=[item.pk]), {"reason": " "}, follow=True)
    assert "say in a few words why" in nothing.text and not Withdrawal.objects.exists()
    page = client.post(reverse("withdraw_item", args=[item.pk]), {"reason": "a holiday picture"}, follow=True)
    assert page.status_code == 410
    assert "found and shown nowhere" in page.text
    assert reverse("undo_act", args=[OwnAct.objects.get().pk]) in page.text
    shelf = folded(client.get(reverse("folder", args=[folder.pk])).text)
    assert "Withdrawn:" in shelf and address in shelf and "not open to you any more" not in shelf
    assert client.post(reverse("bring_item_back", args=[item.pk]), {"reason": ""}).status_code == 422
    done = client.post(reverse("bring_item_back", args=[item.pk]), {"reason": "it was right"}, follow=True)
    assert done.status_code == 200 and "The item is back" in done.text
    client.force_login(people["moderator"])
    other = make_item(added_by=people["moderator"])
    client.force_login(people["archivist"])
    assert client.post(reverse("withdraw_item", args=[other.pk]), {"reason": "x"}).status_code == 403


def test_a_program_withdraws_and_brings_back(client: Client, people: dict[str, User]) -> None:
    item = make_item(added_by=people["archivist"])
    address, form = reverse("api:item-withdrawal", args=[item.pk]), {"is_withdrawn": True, "reason": "a mistake"}
    tokens = {role: {"Authorization": f"Token {renew_token(people[role])}"} for role in ("archivist", "researcher")}

    assert client.get(address, headers=tokens["researcher"]).status_code == 403
    assert client.get(address, headers=tokens["archivist"]).json()["is_withdrawn"] is False
    told = client.post(address, form, content_type="application/json", headers=tokens["archivist"]).json()
    assert (told["is_withdrawn"], told["reason"], told["set_by"]) == (True, "a mistake", "archivist")
    form |= {"is_withdrawn": False}
    told = client.post(address, form, content_type="application/json", headers=tokens["archivist"]).json()

    assert (told["is_withdrawn"], told["reason"]) == (False, None)
    other = reverse("api:item-withdrawal", args=[make_item().pk])
    assert client.post(other, form, content_type="application/json", headers=tokens["archivist"]).status_code == 403


def test_the_command_withdraws_and_brings_back_all_or_none(people: dict[str, User]) -> None:
    items = [make_item(added_by=people["archivist"]) for _number in range(2)]
    other, out = make_item(), StringIO()
    keys = [str(item.pk) for item in items]

    with pytest.raises(CommandError, match="somebody else uploaded"):
        call_command("withdraw_items", *keys, str(other.pk), "--by", "archivist", "--reason", "a mistake")
    assert not Withdrawal.objects.exists()
    call_command("withdraw_items", *keys, "--by", "archivist", "--reason", "a mistake", stdout=out)
    call_command("withdraw_items", keys[0], "--by", "archivist", "--reason", "right", "--back", stdout=out)

    assert out.getvalue().splitlines() == ["2 withdrawn, 0 were so already.", "1 brought back, 0 were so already."]


def test_who_sends_the_same_bytes_again_is_told_of_the_withdrawal(people: dict[str, User]) -> None:
    item = make_item()
    gone(item, people["moderator"])
    item.refresh_from_db()

    assert "by moderator (“a holiday picture”). It stays withdrawn" in held_since(item)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_withdraw_at_once_one_does(people: dict[str, User]) -> None:
    item = make_item()

    together(lambda: gone(item, people["moderator"], "one"), lambda: gone(item, people["administrator"], "two"))

    assert Withdrawal.objects.count() == 1
    assert LedgerEntry.objects.filter(verb="withdraw item").count() == 1
