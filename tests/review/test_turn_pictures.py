"""Turning a picture is a claim of a person: it holds over the file's tag, is told, taken back, and never mixed up."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.claims.models import Claim
from archive.files.models import RenditionRequest
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import DecidedMeanwhile, NotDone
from archive.operation.ledger_comparison import differences
from archive.review.claim_rulings import rule
from archive.review.correct_claims import correct
from archive.review.link_items import link
from archive.review.models import OwnAct
from archive.review.own_acts import acts_of_late
from archive.review.told_acts import words_of_own_act
from archive.review.turn_pictures import CannotBeTurned, digest_of_turns, turn_pictures
from archive.review.undo_acts import SomeStands, undo
from archive.review.verdicts import bases_of
from archive.standards.orientation import Turn
from archive.standards.vocabulary import Property, Standing
from tests.builders import make_footage, make_item, make_people
from tests.two_at_once import meet

pytestmark = pytest.mark.django_db


def now(item: Item) -> int | None:
    return Item.objects.values_list("orientation", flat=True).get(pk=item.pk)


def standings() -> list[tuple[str, str]]:
    return list(Claim.objects.with_standing().order_by("pk").values_list("value_text", "standing"))


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("turn_pictures", *arguments, stdout=out)
    return out.getvalue()


def test_it_is_a_claim_in_the_persons_name_and_its_copies_are_asked_for(people: dict[str, User]) -> None:
    item = make_item()

    turned = turn_pictures([item], by=people["archivist"], turn=Turn.RIGHT, note=" the horizon stood on end ")

    claim, entry = Claim.objects.get(), LedgerEntry.objects.get(verb="claim")
    assert (claim.property, claim.value_text, claim.label()) == ("orientation", "6", "turned a quarter to the right")
    assert (claim.source.person, claim.source.note) == (people["archivist"], "the horizon stood on end")
    told = json.loads(entry.payload)
    assert (told["property"], told["value"], entry.actor) == ("orientation", claim.label(), "archivist")
    assert (turned.items, turned.number_as_before, now(item)) == ([item], 0, 6)
    assert RenditionRequest.objects.get().media_file == item.media_file
    assert list(differences()) == []
    [act] = acts_of_late(people["archivist"], at=timezone.now())
    assert words_of_own_act(act) == ["information added · Orientation: turned a quarter to the right"]


@pytest.mark.parametrize(
    ("turns", "lies"),
    [
        ([Turn.RIGHT, Turn.RIGHT], 3),
        ([Turn.LEFT, Turn.LEFT, Turn.LEFT], 6),
        ([Turn.RIGHT, Turn.LEFT], None),
        ([Turn.UPSIDE_DOWN, Turn.MIRROR], 4),
        ([Turn.MIRROR, Turn.RIGHT], 7),
    ],
    ids=lambda each: str(each),
)
def test_each_turn_is_of_how_it_lies_and_stands_in_the_place_of_the_one_before(
    people: dict[str, User], turns: list[Turn], lies: int | None
) -> None:
    item = make_item()

    for turn in turns:
        turn_pictures([item], by=people["archivist"], turn=turn)

    assert now(item) == lies
    assert [standing for _value, standing in standings()] == [Standing.SUPERSEDED] * (len(turns) - 1) + [
        Standing.PROPOSED
    ]


def test_what_lies_so_already_is_left_alone(people: dict[str, User]) -> None:
    item = make_item()
    seen = digest_of_turns([item])

    # A double click sends the same form twice.
    for _click in range(2):
        turned = turn_pictures([item], by=people["archivist"], orientation=6, seen=seen)

    assert (turned.items, turned.number_as_before) == ([], 1)
    assert Claim.objects.count() == 1 and OwnAct.objects.count() == 1


def test_who_saw_it_otherwise_is_told_who_turned_it(people: dict[str, User]) -> None:
    item = make_item()
    seen = digest_of_turns([item])
    turn_pictures([item], by=people["moderator"], turn=Turn.RIGHT)

    with pytest.raises(DecidedMeanwhile, match=r"moderator .* the picture was turned"):
        turn_pictures([item], by=people["archivist"], turn=Turn.RIGHT, seen=seen)

    assert now(item) == 6


@pytest.mark.django_db(transaction=True)
def test_of_two_who_turn_it_at_once_the_second_sees_the_first() -> None:
    people, item = make_people(), make_item()
    seen = digest_of_turns([item])

    def turn(name: str) -> None:
        turn_pictures([Item.objects.get()], by=people[name], turn=Turn.RIGHT, seen=seen)

    with pytest.raises(DecidedMeanwhile):
        meet(lambda: turn("archivist"), lambda: turn("moderator"))

    assert now(item) == 6
    assert standings() == [("6", Standing.PROPOSED)]


@pytest.mark.django_db(transaction=True)
def test_two_turns_at_once_without_a_look_follow_one_another() -> None:
    people, item = make_people(), make_item()

    def turn(name: str) -> None:
        turn_pictures([Item.objects.get()], by=people[name], turn=Turn.RIGHT)

    meet(lambda: turn("archivist"), lambda: turn("moderator"))

    assert now(item) == 3
    assert standings() == [("6", Standing.SUPERSEDED), ("3", Standing.PROPOSED)]


def test_undoing_it_brings_back_how_it_lay_before(people: dict[str, User]) -> None:
    item, by = make_item(), people["archivist"]
    turn_pictures([item], by=by, turn=Turn.RIGHT)
    turn_pictures([item], by=by, turn=Turn.RIGHT)

    lay = []
    # The undoing is an act of its own: to undo it turns the picture again.
    for _time in range(2):
        undo(OwnAct.objects.latest("pk"), by=by, at=timezone.now())
        lay.append(now(item))

    assert lay == [6, 3]
    assert list(differences()) == []


def test_what_another_turned_since_is_not_undone(people: dict[str, User]) -> None:
    item, by = make_item(), people["archivist"]
    turn_pictures([item], by=by, turn=Turn.RIGHT)
    turn_pictures([item], by=people["moderator"], turn=Turn.RIGHT)

    with pytest.raises(SomeStands):
        undo(OwnAct.objects.earliest("pk"), by=by, at=timezone.now())

    assert now(item) == 3


def test_a_rejected_claim_turns_it_back(people: dict[str, User]) -> None:
    item = make_item()
    turn_pictures([item], by=people["archivist"], turn=Turn.LEFT)

    rule(Claim.objects.get(), standing=Standing.REJECTED, by=people["moderator"], reason="it was upright")

    assert now(item) is None


def test_how_it_lies_is_said_by_turning_it_alone(people: dict[str, User]) -> None:
    item = make_item()
    turn_pictures([item], by=people["archivist"], turn=Turn.LEFT)

    with pytest.raises(NotDone, match="turned on its page"):
        link([item], property=Property.ORIENTATION, by=people["archivist"], text="sideways")
    with pytest.raises(NotDone, match="turned on its page"):
        correct(Claim.objects.get(), by=people["archivist"], text="sideways")

    assert now(item) == 8


def test_it_answers_no_question_of_the_review(people: dict[str, User]) -> None:
    item = make_item()
    before = bases_of([item])

    turn_pictures([item], by=people["archivist"], turn=Turn.LEFT)
    turn_pictures([item], by=people["archivist"], turn=Turn.LEFT)

    item.refresh_from_db()
    assert bases_of([item]) == before
    assert not item.is_reviewed and item.contested == []


def test_what_cannot_be_turned_is_told_and_nothing_else_is_turned(people: dict[str, User]) -> None:
    item, footage, damaged = make_item(), make_footage(), make_item(renditions=False)
    withdrawn = make_item(access=Access.WITHDRAWN)
    items = [item, footage, damaged, withdrawn]

    with pytest.raises(CannotBeTurned) as refusal:
        turn_pictures(items, by=people["archivist"], turn=Turn.LEFT)

    why = {each.item.pk: each.why for each in refusal.value.left}
    assert "footage" in why[footage.pk] and "No copy" in why[damaged.pk] and "withdrawn" in why[withdrawn.pk]
    assert not Claim.objects.exists()
    turned = turn_pictures(items, by=people["archivist"], turn=Turn.LEFT, leaves_out=True)
    assert turned.items == [item] and len(turned.left) == 3


def test_a_researcher_may_not(people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed):
        turn_pictures([make_item()], by=people["researcher"], turn=Turn.LEFT)

    assert not Claim.objects.exists()


def test_many_are_one_act(people: dict[str, User]) -> None:
    items = [make_item() for _number in range(3)]
    turn_pictures(items[:1], by=people["archivist"], turn=Turn.RIGHT)

    turn_pictures(items, by=people["archivist"], turn=Turn.RIGHT)

    assert [now(item) for item in items] == [3, 6, 6]
    undo(OwnAct.objects.latest("pk"), by=people["archivist"], at=timezone.now())
    assert [now(item) for item in items] == [6, None, None]


def test_the_command_turns_in_the_name_of_a_person(people: dict[str, User]) -> None:
    item, footage = make_item(), make_footage()

    assert run("left", str(item.pk), "--by", "archivist") == "1 turned, 0 lay so already.\n"
    assert (now(item), Claim.objects.get().source.person) == (8, people["archivist"])
    assert run("as-the-file", str(item.pk), "--by", "archivist") == "1 turned, 0 lay so already.\n"
    assert now(item) is None
    with pytest.raises(CommandError, match=f"Nothing was turned.\nitem {footage.pk}: It is footage"):
        run("left", str(item.pk), str(footage.pk), "--by", "archivist")
    with pytest.raises(CommandError, match="there is no item 999"):
        run("left", "999", "--by", "archivist")
    with pytest.raises(CommandError, match="no open account"):
        run("left", str(item.pk), "--by", "nobody")
    with pytest.raises(CommandError, match="Only an archivist"):
        run("left", str(item.pk), "--by", "researcher")
    assert now(item) is None
