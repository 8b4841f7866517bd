"""Whoever may see a picture flags it, once for each ground; moderators answer, and what they uphold takes effect."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import digest_of_words
from archive.operation.ledger_comparison import differences
from archive.provenance.taking_down import taken_down
from archive.review import flags
from archive.review.access import Copies, CopiesStand
from archive.review.decide_proposals import AlreadyDecided
from archive.review.flags import (
    TooOften,
    decide_on_flag,
    erase_words,
    erasures_of,
    flag_as_visitor,
    flag_picture,
    flags_to_do,
    see_flag_answers,
    waiting_flags,
)
from archive.review.mark_distressing import Alike, CopiesDiffer
from archive.review.models import Flag, FlagDecision
from tests.builders import make_item, make_match
from tests.two_at_once import meet, together

pytestmark = pytest.mark.django_db
People = dict[str, User]
UPHELD, NOT_UPHELD = FlagDecision.Outcome


def flagged(item: Item, by: User, ground: str = "IDENTIFIES_CHILD", note: str = "") -> Flag:
    return flag_picture(item, ground=ground, by=by, note=note)[0]


def test_the_same_ground_by_the_same_person_counts_once_until_it_is_answered(people: People) -> None:
    item, researcher = make_item(), people["researcher"]

    first, is_new = flag_picture(item, ground="DISTRESSING", by=researcher, note="a body")
    again, is_new_again = flag_picture(item, ground="DISTRESSING", by=researcher, note="a body in the surf")
    flagged(item, researcher, "RIGHTS")
    flagged(item, people["archivist"], "DISTRESSING")

    assert (is_new, is_new_again, again) == (True, False, first)
    assert Flag.objects.count() == 3
    decide_on_flag(first, outcome=NOT_UPHELD, by=people["moderator"], reason="It is driftwood.")
    assert flag_picture(item, ground="DISTRESSING", by=researcher)[1]


def test_of_visitors_no_more_are_taken_than_moderators_can_read(people: People, monkeypatch: Any) -> None:
    monkeypatch.setattr(flags, "MOST_OF_VISITORS", 7)
    items = [make_item(access=Access.RELEASED) for _ in range(3)]
    sent = [
        flag_as_visitor(items[0], ground="RIGHTS", address=f"192.0.2.{n}", note=f"letter {n}")
        for n in range(flags.MOST_OF_A_GROUND)
    ]

    with pytest.raises(TooOften, match="flagged on this ground already"):
        flag_as_visitor(items[0], ground="RIGHTS", address="192.0.2.100")
    for item in items[1:]:
        flag_as_visitor(item, ground="RIGHTS", address="192.0.2.101")
    with pytest.raises(TooOften, match="So many flags of visitors wait"):
        flag_as_visitor(items[0], ground="DISTRESSING", address="192.0.2.102")

    decide_on_flag(sent[0], outcome=NOT_UPHELD, by=people["moderator"], reason="It is ours.")
    assert flag_as_visitor(items[0], ground="RIGHTS", address="192.0.2.103").flagged_by is None
    acts = LedgerEntry.objects.filter(verb="flag picture")
    assert set(acts.values_list("actor", flat=True)) == {"a visitor"}
    assert not any("192.0.2" in one.payload for one in acts)


@pytest.mark.django_db(transaction=True)
def test_of_two_visitors_at_once_only_one_is_the_last_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    monkeypatch.setattr(flags, "MOST_OF_VISITORS", 1)
    one, other = (make_item(access=Access.RELEASED) for _ in range(2))

    def late() -> None:
        with pytest.raises(TooOften, match="So many flags of visitors wait"):
            flag_as_visitor(other, ground="RIGHTS", address="192.0.2.2")

    meet(lambda: flag_as_visitor(one, ground="RIGHTS", address="192.0.2.1"), late)

    assert Flag.objects.count() == 1


def test_what_a_visitor_wrote_is_erased_and_the_ledger_keeps_why(people: People) -> None:
    item, moderator = make_item(access=Access.RELEASED), people["moderator"]
    flag = flag_as_visitor(item, ground="RIGHTS", address="192.0.2.1", note="I am Ada", contact="+44 7700 900123")

    (raised,) = (json.loads(entry.payload) for entry in LedgerEntry.objects.filter(verb="flag picture"))
    assert raised["digest"] != digest_of_words("I am Ada")
    with pytest.raises(NotAllowed):
        erase_words(flag, by=people["archivist"], reason="asked for by letter")
    with pytest.raises(NotDone, match="why"):
        erase_words(flag, by=moderator, reason=" ")
    with pytest.raises(NotDone, match="with an account"):
        erase_words(flagged(item, people["researcher"]), by=moderator, reason="asked for")
    assert erase_words(flag, by=moderator, reason="asked for by letter")
    flag.refresh_from_db()
    assert (flag.contact, flag.note) == ("", "I am Ada")
    assert not [told for told in differences() if "flag" in told]
    assert erase_words(flag, by=moderator, reason="asked again", takes_note=True)
    assert not erase_words(flag, by=moderator, reason="once more", takes_note=True)

    flag.refresh_from_db()
    assert (flag.contact, flag.note, flag.ground) == ("", "", "RIGHTS")
    told = [json.loads(entry.payload) for entry in erasures_of(flag)]
    assert [(each["erased"], each["reason"]) for each in told] == [
        (["contact"], "asked for by letter"), (["note"], "asked again")
    ]  # fmt: skip
    assert digest_of_words("+44 7700 900123") not in [each["digest"] for each in told]
    assert not [told for told in differences() if "flag" in told]


@pytest.mark.parametrize(
    "change",
    [{"note": "Bob"}, {"contact": "Bob"}, {"contact": "", "ground": "DISTRESSING"}, {"contact": "", "item": 0}],
    ids=["a note", "a contact", "the ground with it", "the picture with it"],
)
def test_the_database_lets_nothing_of_a_flag_be_changed_but_erased(people: People, change: dict) -> None:
    item, other = (make_item(access=Access.RELEASED) for _ in range(2))
    flag = flag_as_visitor(item, ground="RIGHTS", address="192.0.2.1", note="I am Ada", contact="here")
    if "item" in change:
        change = change | {"item": other}

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Flag.objects.filter(pk=flag.pk).update(**change)


def test_the_database_lets_nothing_be_erased_of_a_flag_of_somebody_with_an_account(people: People) -> None:
    flag = flagged(make_item(), people["researcher"], note="the girl is Ada Quill")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Flag.objects.filter(pk=flag.pk).update(note="")


def test_of_one_address_a_whole_hour_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = 1_900_000_000.0
    monkeypatch.setattr(flags.time, "time", lambda: seconds)
    items = [make_item(access=Access.RELEASED) for _ in range(flags.MOST_AN_HOUR + 3)]

    def flag_next() -> None:
        flag_as_visitor(items.pop(), ground="RIGHTS", address="192.0.2.1")

    for _ in range(flags.MOST_AN_HOUR):
        flag_next()
        seconds += 350
    with pytest.raises(TooOften, match="within an hour"):
        flag_next()
    seconds += 150
    flag_next()
    with pytest.raises(TooOften, match="within an hour"):
        flag_next()


def test_a_picture_that_is_not_released_is_no_visitor_s_to_flag(people: People) -> None:
    with pytest.raises(NotAllowed):
        flag_as_visitor(make_item(), ground="RIGHTS", address="192.0.2.1")


def test_the_ledger_says_that_it_was_flagged_and_answered_and_never_what_was_written(people: People) -> None:
    item = make_item()

    flag = flagged(item, people["researcher"], note="the girl is Ada Quill")
    decide_on_flag(flag, outcome=UPHELD, by=people["moderator"], reason="Ada Quill is seven", takes_down=False)

    entries = LedgerEntry.objects.filter(subject=f"catalogue.item:{item.pk}").order_by("sequence")
    assert [(one.actor, one.verb) for one in entries] == [
        ("researcher", "flag picture"), ("moderator", "decide on flag")
    ]  # fmt: skip
    told = [json.loads(one.payload) for one in entries]
    assert [{name: one[name] for name in one if name not in ("flag", "digest")} for one in told] == [
        {"ground": "IDENTIFIES_CHILD"}, {"ground": "IDENTIFIES_CHILD", "outcome": "UPHELD"}
    ]  # fmt: skip
    assert not any("Quill" in one.payload for one in entries)


def test_nobody_but_readers_flags_and_nobody_but_moderators_answers(people: People) -> None:
    item, stranger = make_item(), User.objects.create_user("stranger")

    with pytest.raises(NotAllowed):
        flag_picture(item, ground="RIGHTS", by=stranger)
    flag = flagged(item, people["researcher"])
    for role in ("researcher", "archivist"):
        with pytest.raises(NotAllowed):
            decide_on_flag(flag, outcome=UPHELD, by=people[role], reason="so it is")


def test_an_answer_without_a_reason_is_refused(people: People) -> None:
    flag = flagged(make_item(), people["researcher"])

    with pytest.raises(NotDone, match="why"):
        decide_on_flag(flag, outcome=UPHELD, by=people["moderator"], reason=" ")

    assert not FlagDecision.objects.exists()


def test_who_floods_the_queue_is_told_to_wait(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flags, "MOST_OPEN", 2)
    for _ in range(2):
        flagged(make_item(), people["researcher"])

    with pytest.raises(NotDone, match="2 of your flags"):
        flag_picture(make_item(), ground="RIGHTS", by=people["researcher"])


def test_what_is_upheld_as_distressing_is_marked_and_its_copies_are_asked_about(people: People) -> None:
    item, copy, moderator = make_item(), make_item(), people["moderator"]
    make_match(item, copy)
    flag = flagged(item, people["researcher"], "DISTRESSING")

    with pytest.raises(CopiesDiffer):
        decide_on_flag(flag, outcome=UPHELD, by=moderator, reason="a body")
    assert not FlagDecision.objects.exists() and not Item.objects.filter(is_distressing=True).exists()
    decide_on_flag(flag, outcome=UPHELD, by=moderator, reason="a body", copies=Alike.TAKE)

    assert Item.objects.filter(is_distressing=True).count() == 2


def test_what_is_upheld_on_another_ground_is_taken_down_with_its_copies_where_that_is_said(people: People) -> None:
    item, copy, moderator = make_item(access=Access.RELEASED), make_item(), people["moderator"]
    make_match(item, copy)
    flag = flagged(item, people["researcher"], "FAMILY_REQUEST")

    with pytest.raises(CopiesStand):
        decide_on_flag(flag, outcome=UPHELD, by=moderator, reason="The family asks.", takes_down=True)
    assert not FlagDecision.objects.exists()
    decide_on_flag(flag, outcome=UPHELD, by=moderator, reason="The family asks.", takes_down=True, copies=Copies.TAKE)

    assert set(taken_down()) == {item, copy}
    assert not Item.objects.exclude(access=Access.RESTRICTED).exists()


def test_what_is_not_upheld_changes_nothing_but_the_queue(people: People) -> None:
    item = make_item(access=Access.RELEASED)
    flag = flagged(item, people["researcher"], "DISTRESSING")

    decide_on_flag(flag, outcome=NOT_UPHELD, by=people["moderator"], reason="It is driftwood.", takes_down=True)

    item.refresh_from_db()
    assert (item.access, item.is_distressing) == (Access.RELEASED, False)
    assert not waiting_flags(people["moderator"]).exists()


def test_flags_are_read_by_who_raised_them_and_by_moderators(people: People) -> None:
    item = make_item()
    one, other = flagged(item, people["researcher"]), flagged(item, people["archivist"])

    assert list(waiting_flags(people["researcher"])) == [one]
    assert list(waiting_flags(people["archivist"])) == [other]
    assert list(waiting_flags(people["moderator"])) == [one, other]
    Item.objects.update(access=Access.RESTRICTED)
    assert not waiting_flags(people["researcher"]).exists()


def test_who_flagged_is_told_of_an_answer_until_it_was_shown(people: People, django_assert_num_queries: object) -> None:
    one, other = flagged(make_item(), people["researcher"]), flagged(make_item(), people["researcher"])
    decide_on_flag(one, outcome=NOT_UPHELD, by=people["moderator"], reason="Nobody can be told.")
    for role in ("moderator", "researcher", "archivist"):
        assert people[role].has_perm("review.add_flag")

    with django_assert_num_queries(3):
        assert flags_to_do(people["moderator"]) == (1, 0)
        assert flags_to_do(people["researcher"]) == (0, 1)
        assert flags_to_do(people["archivist"]) == (0, 0)

    see_flag_answers(people["researcher"], Flag.objects.with_answers().filter(pk=one.pk))
    assert flags_to_do(people["researcher"]) == (0, 0)
    assert other in waiting_flags(people["moderator"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("takes_down", [False, True])
def test_of_two_moderators_who_answer_one_flag_at_once_the_second_is_told(people: People, takes_down: bool) -> None:
    second = User.objects.create_user("second")
    second.groups.set(people["moderator"].groups.all())
    flag, refused = flagged(make_item(), people["researcher"]), []

    def late() -> None:
        try:
            decide_on_flag(flag, outcome=UPHELD, by=second, reason="a child", takes_down=True)
        except AlreadyDecided as told:
            refused.append(str(told))

    meet(
        lambda: decide_on_flag(
            flag, outcome=NOT_UPHELD, by=people["moderator"], reason="nobody", takes_down=takes_down
        ),
        late,
    )

    assert [(one.outcome, one.decided_by) for one in FlagDecision.objects.all()] == [(NOT_UPHELD, people["moderator"])]
    assert len(refused) == 1 and "moderator has decided on this meanwhile" in refused[0]
    assert Item.objects.get().access == Access.RESEARCH
    assert LedgerEntry.objects.filter(verb__in=["decide on flag", "set access"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_flag(people: People) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    item, researcher = make_item(), people["researcher"]

    together(*[lambda: flag_picture(item, ground="RIGHTS", by=researcher)] * 3)

    assert Flag.objects.count() == 1


def test_pictures_that_a_letter_lists_are_flagged_by_command_all_or_none(people: People, capsys: Any) -> None:
    items = [make_item(), make_item(), make_item(access=Access.RESTRICTED)]
    flagged(items[0], people["researcher"], "FAMILY_REQUEST")
    keys = [str(item.pk) for item in items]
    given = ["--ground", "family_request", "--by", "researcher", "--note", "Letter of 3 May."]

    with pytest.raises(CommandError, match=f"researcher sees no item {keys[2]}"):
        call_command("flag_pictures", *keys, *given)
    with pytest.raises(CommandError, match="no open account"):
        call_command("flag_pictures", keys[0], "--ground", "RIGHTS", "--by", "nobody")
    assert Flag.objects.count() == 1
    call_command("flag_pictures", *keys[:2], *given)

    assert "1 flagged, 1 waited already" in capsys.readouterr().out
    assert Flag.objects.get(item=items[1]).note == "Letter of 3 May."
