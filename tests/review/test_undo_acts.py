"""What a person did is undone by themselves, whole, by entries of the ledger that name it; and done again likewise."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Caption, Item
from archive.claims.models import Claim
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import recording
from archive.operation.ledger_comparison import differences
from archive.provenance import taking_down
from archive.review import link_items
from archive.review.access import Copies, set_access
from archive.review.assign_events import accept
from archive.review.claim_rulings import rule
from archive.review.correct_claims import correct
from archive.review.describe_items import describe
from archive.review.flags import decide_on_flag, flag_picture
from archive.review.mark_distressing import mark_distressing
from archive.review.models import OwnAct
from archive.review.own_acts import acts_of_late, note_act
from archive.review.told_acts import words_of_own_act
from archive.review.undo_acts import SomeStands, Undone, undo
from archive.standards.edtf import parse
from archive.standards.vocabulary import Property, Standing
from tests.builders import make_claim, make_event, make_item, make_match, make_place
from tests.two_at_once import meet, together

pytestmark = pytest.mark.django_db


@pytest.fixture
def items() -> list[Item]:
    return [make_item(file_name=f"boat-{number}.jpg") for number in range(3)]


def last() -> OwnAct:
    return OwnAct.objects.order_by("-pk")[0]


def undone(by: User, act: OwnAct | None = None, **more: bool) -> Undone:
    return undo(act or last(), by=by, at=timezone.now(), **more)


def standings() -> list[str]:
    return list(Claim.objects.with_standing().order_by("pk").values_list("standing", flat=True))


def test_a_link_is_one_act_and_its_undoing_another_that_names_it(people: dict[str, User], items: list[Item]) -> None:
    place, archivist = make_place("Malo"), people["archivist"]
    link_items.link(items, property=Property.LOCATION_SHOWN, by=archivist, place=place)
    done = last()
    assert set(done.items) == {item.pk for item in items}
    assert done.what == [["claim", "location_shown", "Malo"]]
    assert Item.objects.filter(lead_place=place).count() == 3

    counter = undone(archivist)

    assert counter.items == {item.pk for item in items} and not counter.standing
    assert standings() == [Standing.SUPERSEDED] * 3
    assert not Item.objects.filter(lead_place=place).exists()
    entries = LedgerEntry.objects.filter(sequence__gt=done.last_entry)
    assert {entry.verb for entry in entries} == {"superseded claim"} and len(entries) == 3
    for entry in entries:
        assert json.loads(entry.payload)["undoes"] == [done.first_entry, done.last_entry]
        assert entry.actor == "archivist"
    assert list(differences()) == []


def test_an_undoing_is_undone_and_the_act_done_again(people: dict[str, User], items: list[Item]) -> None:
    archivist = people["archivist"]
    link_items.link(items, property=Property.DATE_CREATED, by=archivist, date=parse("2024-06-18"))

    undone(archivist)
    undone(archivist)
    assert standings() == [Standing.PROPOSED] * 3
    assert Item.objects.filter(date_created_edtf="2024-06-18").count() == 3
    undone(archivist)

    assert standings() == [Standing.SUPERSEDED] * 3
    assert OwnAct.objects.count() == 4
    assert list(differences()) == []


def test_an_undone_act_is_not_undone_twice(people: dict[str, User], items: list[Item]) -> None:
    archivist = people["archivist"]
    link_items.link(items, property=Property.CREATOR, by=archivist, text="A. Person")
    done = last()
    undone(archivist, done)
    before = LedgerEntry.objects.count()

    with pytest.raises(NotDone, match="undone already"):
        undone(archivist, done)

    assert LedgerEntry.objects.count() == before


def test_a_ruling_is_followed_by_what_stood_before_it(people: dict[str, User]) -> None:
    item, archivist = make_item(), people["archivist"]
    claim = make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    rule(claim, standing=Standing.ACCEPTED, by=people["moderator"])
    rule(claim, standing=Standing.REJECTED, by=archivist, reason="the pier was not built")

    undone(archivist)

    assert standings() == [Standing.ACCEPTED]
    latest = claim.rulings.latest("pk")
    assert latest.ruled_by == archivist and latest.reason.startswith("undoes entries")


def test_a_claim_that_a_colleague_put_in_the_place_of_another_stands(people: dict[str, User]) -> None:
    item, malo, archivist = make_item(), make_place("Malo"), people["archivist"]
    former = make_claim(item, Property.LOCATION_SHOWN, value_place=make_place("Dunkirk"))
    [claim] = link_items.link([item], property=Property.LOCATION_SHOWN, by=archivist, place=malo)
    done = last()
    rule(former, standing=Standing.SUPERSEDED, by=people["moderator"], superseded_by=claim)

    with pytest.raises(SomeStands) as refusal:
        undone(archivist, done)

    assert "moderator decided on it since" in refusal.value.standing[0].why
    assert Item.objects.get().lead_place == malo


def test_a_claim_is_withdrawn_once_no_colleague_puts_it_in_the_place_of_another(people: dict[str, User]) -> None:
    item, archivist = make_item(), people["archivist"]
    former = make_claim(item, Property.LOCATION_SHOWN, value_place=(dunkirk := make_place("Dunkirk")))
    [claim] = link_items.link([item], property=Property.LOCATION_SHOWN, by=archivist, place=make_place("Malo"))
    done = last()
    rule(former, standing=Standing.SUPERSEDED, by=people["moderator"], superseded_by=claim)
    rule(former, standing=Standing.ACCEPTED, by=people["moderator"])

    undone(archivist, done)

    assert Item.objects.get().lead_place == dunkirk


def test_a_correction_is_undone_whole(people: dict[str, User]) -> None:
    item, archivist = make_item(), people["archivist"]
    describe(item, text="A boat on 17 June 2024.", by=people["moderator"])
    read = Claim.objects.read_from_captions().get(property=Property.DATE_CREATED)
    correct(read, by=archivist, note="the paper says so", date=parse("2024-06-18"))
    assert standings()[-2:] == [Standing.SUPERSEDED, Standing.PROPOSED]

    undone(archivist)

    assert dict(Claim.objects.with_standing().values_list("pk", "standing"))[read.pk] == Standing.PROPOSED
    assert Item.objects.get().date_created_edtf == "2024-06-17"


def test_access_is_put_back_to_what_each_had(people: dict[str, User], items: list[Item]) -> None:
    moderator = people["moderator"]
    set_access(items[:1], access=Access.RESTRICTED, by=moderator)
    set_access(items, access=Access.RELEASED, by=moderator, reason="asked for")

    undone(moderator)

    assert list(Item.objects.order_by("pk").values_list("access", flat=True)) == ["RESTRICTED", "RESEARCH", "RESEARCH"]
    assert list(differences()) == []


def test_what_was_taken_down_by_mistake_is_shown_with_its_copies_again(people: dict[str, User]) -> None:
    item, copy, moderator = make_item(), make_item(), people["moderator"]
    make_match(item, copy)
    set_access([item], access=Access.RESTRICTED, by=moderator, reason="a face", copies=Copies.TAKE)
    assert taking_down.taken_down().count() == 2

    undone(moderator)

    assert set(Item.objects.values_list("access", flat=True)) == {"RESEARCH"}
    assert not taking_down.taken_down().exists()
    assert len(last().items) == 2


def test_undoing_a_clearance_takes_down_again_what_was_taken_down_before(people: dict[str, User]) -> None:
    item, other, moderator = make_item(), make_item(access=Access.RESTRICTED), people["moderator"]
    set_access([item], access=Access.RESTRICTED, by=moderator, reason="a face")
    set_access([item, other], access=Access.RESEARCH, by=moderator, reason="it is nobody")

    undone(moderator)

    assert set(Item.objects.values_list("access", flat=True)) == {"RESTRICTED"}
    assert list(taking_down.taken_down()) == [item]


def test_nothing_is_released_again_that_something_speaks_against(people: dict[str, User]) -> None:
    item, moderator = make_item(access=Access.RELEASED), people["moderator"]
    set_access([item], access=Access.RESTRICTED, by=moderator, reason="asked to")
    flag_picture(item, ground="IDENTIFIES_CHILD", by=people["archivist"])

    with pytest.raises(SomeStands) as refusal:
        undone(moderator)

    assert "speaks against its release" in refusal.value.standing[0].why
    assert Item.objects.get().access == Access.RESTRICTED


def test_what_was_restricted_already_is_no_longer_taken_down_either(people: dict[str, User]) -> None:
    item, other, moderator = make_item(), make_item(access=Access.RESTRICTED), people["moderator"]
    set_access([item, other], access=Access.RESTRICTED, by=moderator, reason="a face")
    assert taking_down.taken_down().count() == 2

    undone(moderator)

    assert not taking_down.taken_down().exists()
    assert list(Item.objects.order_by("pk").values_list("access", flat=True)) == ["RESEARCH", "RESTRICTED"]
    undone(moderator)
    assert taking_down.taken_down().count() == 2
    assert list(differences()) == []


@pytest.mark.parametrize("is_left", [False, True], ids=["taken down", "left open"])
def test_what_was_undone_follows_a_copy_again_as_if_nobody_had_decided_on_it(
    people: dict[str, User], is_left: bool
) -> None:
    item, copy, moderator = make_item(), make_item(), people["moderator"]
    make_match(item, copy)
    set_access([copy if is_left else item], access=Access.RESTRICTED, by=moderator, reason="no", copies=Copies.LEAVE)
    undone(moderator)
    later = make_item()
    set_access([later], access=Access.RESTRICTED, by=people["administrator"], reason="it endangers a child")
    make_match(item, later)

    taking_down.follow()

    assert Item.objects.get(pk=item.pk).access == Access.RESTRICTED


def test_a_copy_that_was_restricted_by_itself_since_is_opened_with_what_it_followed(people: dict[str, User]) -> None:
    item, copy, further, moderator = make_item(), make_item(), make_item(), people["moderator"]
    set_access([item], access=Access.RESTRICTED, by=moderator, reason="a face")
    done = last()
    make_match(item, copy)
    make_match(copy, further)
    while taking_down.follow():
        pass
    assert taking_down.taken_down().count() == 3

    result = undone(moderator, done)

    assert result.items == {item.pk, copy.pk, further.pk}
    assert set(Item.objects.values_list("access", flat=True)) == {"RESEARCH"}
    assert not taking_down.taken_down().exists() and taking_down.follow() == 0
    assert list(differences()) == []
    undone(moderator)
    assert taking_down.taken_down().count() == 3
    assert taking_down.to_look_at(moderator).count() == 2


@pytest.mark.parametrize("former", [Access.RESEARCH, Access.RELEASED])
def test_nothing_is_opened_whose_copy_a_colleague_took_down_since(people: dict[str, User], former: str) -> None:
    item, copy, moderator = make_item(access=former), make_item(access=former), people["moderator"]
    make_match(item, copy)
    set_access([item], access=Access.RESTRICTED, by=moderator, reason="asked to", copies=Copies.LEAVE)
    done = last()
    set_access([copy], access=Access.RESTRICTED, by=people["administrator"], reason="it endangers a child")

    with pytest.raises(SomeStands) as refusal:
        undone(moderator, done)

    assert "copy of it is taken down" in refusal.value.standing[0].why
    assert set(Item.objects.values_list("access", flat=True)) == {"RESTRICTED"}


def test_what_stands_keeps_the_copies_that_were_taken_down_with_it(people: dict[str, User]) -> None:
    first, second, third, other = items = [make_item() for _ in range(4)]
    for one, two in ((first, second), (second, third)):
        make_match(one, two)
    moderator = people["moderator"]
    set_access([*items[:2], other], access=Access.RESTRICTED, by=moderator, reason="asked to", copies=Copies.LEAVE)
    done = last()
    set_access([third], access=Access.RESTRICTED, by=people["administrator"], reason="it endangers a child")

    with pytest.raises(SomeStands) as refusal:
        undone(moderator, done)
    assert {stands.item for stands in refusal.value.standing} == {first, second, third}
    undone(moderator, done, leaves_others=True)

    assert list(Item.objects.exclude(access=Access.RESTRICTED)) == [other]


@pytest.mark.django_db(transaction=True)
def test_an_undoing_that_waited_for_the_taking_down_of_a_copy_sees_it(people: dict[str, User]) -> None:
    item, copy, moderator = make_item(), make_item(), people["moderator"]
    make_match(item, copy)
    set_access([item], access=Access.RESTRICTED, by=moderator, reason="asked to", copies=Copies.LEAVE)
    done = last()

    with pytest.raises(SomeStands):
        meet(
            lambda: set_access([copy], access=Access.RESTRICTED, by=people["administrator"], reason="a child"),
            lambda: undone(moderator, done),
        )

    assert set(Item.objects.values_list("access", flat=True)) == {"RESTRICTED"}


def test_a_distressing_mark_is_taken_back(people: dict[str, User], items: list[Item]) -> None:
    moderator = people["moderator"]
    mark_distressing(items[:2], is_distressing=True, by=moderator, reason="a body")

    undone(moderator)
    assert not Item.objects.filter(is_distressing=True).exists()
    undone(moderator)

    assert Item.objects.filter(is_distressing=True).count() == 2
    assert list(differences()) == []


def test_a_new_caption_is_withdrawn_and_the_record_of_it_stays(people: dict[str, User]) -> None:
    item, archivist = make_item(), people["archivist"]
    caption = describe(item, text="Six people in a boat off Dunkirk on 18 June 2024.", by=archivist)
    assert Item.objects.get().lead_caption

    undone(archivist)

    assert Item.objects.get().lead_caption == ""
    assert not Item.objects.get().date_created_edtf
    assert not Caption.objects.current().exists() and Caption.objects.get(pk=caption.pk).text
    undone(archivist)
    assert [one.text for one in Caption.objects.current()] == [caption.text]
    assert Item.objects.get().date_created_edtf == "2024-06-18"


def test_a_replaced_caption_is_put_back(people: dict[str, User]) -> None:
    item, archivist = make_item(), people["archivist"]
    first = describe(item, text="A boat.", language="en", by=people["moderator"])
    describe(item, text="Un bateau.", language="fr", by=archivist, supersedes=first)

    undone(archivist)

    [caption] = Caption.objects.current()
    assert (caption.text, caption.language, caption.recorded_by) == ("A boat.", "en", archivist)
    undone(archivist)
    [caption] = Caption.objects.current()
    assert (caption.text, caption.language) == ("Un bateau.", "fr")


def test_a_caption_that_somebody_replaced_meanwhile_stands(people: dict[str, User]) -> None:
    item, archivist = make_item(), people["archivist"]
    first = describe(item, text="A boat.", by=archivist)
    done = last()
    describe(item, text="A ship.", by=people["moderator"], supersedes=first)

    with pytest.raises(SomeStands, match="decided on meanwhile") as refusal:
        undone(archivist, done)

    assert "moderator decided on it since" in refusal.value.standing[0].why


def test_where_somebody_decided_meanwhile_all_or_the_rest_is_undone_as_asked(
    people: dict[str, User], items: list[Item]
) -> None:
    archivist = people["archivist"]
    claims = link_items.link(items, property=Property.EVENT, by=archivist, event=make_event("A crossing"))
    rule(claims[1], standing=Standing.ACCEPTED, by=people["moderator"])
    done = OwnAct.objects.get(done_by=archivist)

    with pytest.raises(SomeStands) as refusal:
        undone(archivist, done)
    assert [stands.item for stands in refusal.value.standing] == [items[1]]
    assert refusal.value.number == 2
    assert standings() == [Standing.PROPOSED, Standing.ACCEPTED, Standing.PROPOSED]
    result = undone(archivist, done, leaves_others=True)

    assert result.items == {items[0].pk, items[2].pk}
    assert standings() == [Standing.SUPERSEDED, Standing.ACCEPTED, Standing.SUPERSEDED]


def test_where_all_of_it_was_decided_on_nothing_is_undone(people: dict[str, User]) -> None:
    archivist = people["archivist"]
    [claim] = link_items.link([make_item()], property=Property.CREATOR, by=archivist, text="A. Person")
    rule(claim, standing=Standing.ACCEPTED, by=people["moderator"])

    with pytest.raises(SomeStands):
        undone(archivist, OwnAct.objects.get(done_by=archivist), leaves_others=True)


def test_nobody_undoes_what_another_did_and_nobody_after_a_day(people: dict[str, User]) -> None:
    archivist = people["archivist"]
    link_items.link([make_item()], property=Property.CREATOR, by=archivist, text="A. Person")
    now = last().done_at

    with pytest.raises(NotAllowed):
        undo(last(), by=people["administrator"], at=now)
    with pytest.raises(NotDone, match="more than a day ago"):
        undo(last(), by=archivist, at=now + timedelta(days=1))

    assert not acts_of_late(archivist, at=now + timedelta(days=1)).exists()
    assert standings() == [Standing.PROPOSED]
    assert undo(last(), by=archivist, at=now + timedelta(hours=23, minutes=59)).items


def test_who_may_no_longer_do_such_things_does_not_undo_them(people: dict[str, User]) -> None:
    moderator = people["moderator"]
    mark_distressing([make_item()], is_distressing=True, by=moderator, reason="a body")
    moderator.groups.set(people["archivist"].groups.all())

    with pytest.raises(NotAllowed):
        undone(User.objects.get(pk=moderator.pk))

    assert Item.objects.get().is_distressing


def test_a_decision_is_no_act_that_is_undone(people: dict[str, User]) -> None:
    moderator = people["moderator"]
    flag, _is_new = flag_picture(make_item(), ground="DISTRESSING", by=people["archivist"])

    decide_on_flag(flag, outcome="UPHELD", by=moderator, reason="a body")

    assert Item.objects.get().is_distressing
    assert not OwnAct.objects.exists()


def test_items_given_to_an_event_are_taken_from_it_and_the_event_stays(people: dict[str, User]) -> None:
    item, left, archivist = make_item(), make_item(), people["archivist"]
    event, _number = accept(
        [item.pk, left.pk], by=archivist, event=None, leave_out=[left.pk], name="A crossing", date_edtf="2024-06-18"
    )
    assert {verb for verb, *_ in last().what} == {"create", "claim", "dismiss event proposal"}

    undone(archivist)

    assert standings() == [Standing.SUPERSEDED]
    event.refresh_from_db()
    assert not item.event_links.exists()


def test_of_many_different_things_the_first_are_told_and_how_many_more_there_are(people: dict[str, User]) -> None:
    archivist = people["archivist"]
    with recording():
        note_act(archivist)
        for number in range(15):
            link_items.link([make_item()], property=Property.CREATOR, by=archivist, text=f"Person {number}")

    [line] = words_of_own_act(last())

    assert "Person 11" in line and "Person 12" not in line and line.endswith("; and 3 more")


def test_what_was_refused_leaves_no_act(people: dict[str, User]) -> None:
    with pytest.raises(NotDone):
        link_items.link([make_item()], property=Property.CREATOR, by=people["archivist"], text="  ")
    link_items.link([], property=Property.CREATOR, by=people["archivist"], text="A. Person")

    assert not OwnAct.objects.exists()


def test_undoing_many_costs_as_many_queries_as_undoing_few_but_for_their_projection(people: dict[str, User]) -> None:
    archivist, place = people["archivist"], make_place("Malo")

    def cost(number: int) -> int:
        link_items.link(
            [make_item() for _ in range(number)], property=Property.LOCATION_SHOWN, by=archivist, place=place
        )
        with CaptureQueriesContext(connection) as queries:
            undone(archivist)
        return len([query for query in queries if 'UPDATE "catalogue_item" SET' not in query["sql"]])

    assert cost(3) == cost(30)


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_one_undoes_and_the_other_is_told(people: dict[str, User]) -> None:
    archivist = people["archivist"]
    link_items.link([make_item()], property=Property.CREATOR, by=archivist, text="A. Person")
    done, refusals = last(), []

    def click() -> None:
        try:
            undone(archivist, done)
        except NotDone as refusal:
            refusals.append(str(refusal))

    together(click, click)

    assert len(refusals) == 1 and "undone already" in refusals[0]
    assert OwnAct.objects.filter(undoes=done).count() == 1
    assert Claim.objects.get().rulings.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_ruling_that_came_first_stands_against_an_undoing_that_waited_for_it(people: dict[str, User]) -> None:
    archivist = people["archivist"]
    [claim] = link_items.link([make_item()], property=Property.CREATOR, by=archivist, text="A. Person")
    done = last()

    with pytest.raises(SomeStands):
        meet(
            lambda: rule(claim, standing=Standing.ACCEPTED, by=people["moderator"], seen=0),
            lambda: undone(archivist, done),
        )

    assert standings() == [Standing.ACCEPTED]


@pytest.mark.django_db(transaction=True)
def test_a_ruling_that_waited_for_an_undoing_is_told_of_it(people: dict[str, User]) -> None:
    archivist = people["archivist"]
    [claim] = link_items.link([make_item()], property=Property.CREATOR, by=archivist, text="A. Person")
    done = last()

    with pytest.raises(NotDone, match="archivist decided on this already"):
        meet(
            lambda: undone(archivist, done),
            lambda: rule(claim, standing=Standing.ACCEPTED, by=people["moderator"], seen=0),
        )

    assert standings() == [Standing.SUPERSEDED]
