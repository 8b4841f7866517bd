"""A second person reads blind; both readings are shown then, and what comes of them is told and counted."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import DecidedMeanwhile, NotDone
from archive.provenance.checks.finding import Question
from archive.review import changed_verdicts
from archive.review.access import set_access
from archive.review.flags import decide_on_flag, flag_as_visitor, flag_picture
from archive.review.mark_distressing import mark_distressing
from archive.review.models import CurrentVerdict, ReadingPolicy, ReadingRequest, ReadingRequestEnd, Verdict
from archive.review.reading_policies import Policy, set_policy, settings_of_policies
from archive.review.reading_requests import hidden_verdicts
from archive.review.review_queue import to_review
from archive.review.second_readings import NoLongerAsked, OwnVerdict, let_go, read_second, to_read_second
from archive.review.verdicts import ChangedMeanwhile, SecondReadingAsked, Standpoint, judge, judge_agreeing, standpoints
from archive.standards.vocabulary import Property
from tests.builders import make_claim, make_item
from tests.two_at_once import meet, together

WHEN, WHERE = Question.WHEN, Question.WHERE
OTHERWISE = {"reason_code": "OTHER", "reason": "the pier was pulled down in 1998"}


def no(item: Item, question: Question = WHEN, **more: object) -> Verdict:
    return judge(item, question=question, **{"word": "CONTRADICTED", **OTHERWISE} | more)


def yes(item: Item, question: Question = WHEN, **more: object) -> Verdict:
    return judge(item, question=question, **{"word": "SUPPORTED", "reason_code": "FILE_SHOWS", "reason": ""} | more)


def second(item: Item, word: str = "CONTRADICTED", question: Question = WHEN, **more: object) -> Verdict:
    return read_second(item, question=question, **{"word": word, **OTHERWISE} | more)


def on(item: Item, reader: User | None, question: Question = WHEN) -> Standpoint:
    return next(each for each in standpoints([item], reader=reader)[item.pk] if each.question == question)


def current(item: Item, question: Question = WHEN) -> str:
    row = CurrentVerdict.objects.filter(item=item, question=question).first()
    return row.word if row else ""


@pytest.fixture
def released() -> Item:
    item = make_item(access=Access.RELEASED)
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    return item


@pytest.fixture
def moderator(people: dict[str, User]) -> User:
    return people["moderator"]


@pytest.fixture
def administrator(people: dict[str, User]) -> User:
    return people["administrator"]


@pytest.mark.django_db
def test_a_contradicted_verdict_on_a_released_item_is_known_to_nobody_but_who_gave_it(
    released: Item, people: dict[str, User], moderator: User, administrator: User
) -> None:
    verdict = no(released, by=moderator)

    assert on(released, moderator).verdict == verdict and on(released, moderator).is_own
    for reader in (administrator, people["archivist"], None):
        assert on(released, reader).verdict is None and on(released, reader).is_waiting
        assert on(released, reader).seen == 0
        assert hidden_verdicts([released], reader) == {verdict.pk}
    assert current(released) == "WAITING" and CurrentVerdict.objects.get().verdict is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("access", "word", "is_asked"),
    [
        ("RELEASED", "CONTRADICTED", True),
        ("RELEASED", "SUPPORTED", False),
        ("RELEASED", "UNDETERMINED", False),
        ("RESEARCH", "CONTRADICTED", False),
    ],
)
def test_only_what_falls_under_a_policy_is_read_twice(moderator: User, access: str, word: str, is_asked: bool) -> None:
    judge(make_item(access=access), question=WHEN, word=word, by=moderator, **OTHERWISE)

    assert ReadingRequest.objects.exists() == is_asked


@pytest.mark.django_db
def test_advice_and_a_question_opened_again_are_not_read_twice(
    people: dict[str, User], released: Item, moderator: User
) -> None:
    mark_distressing([released], is_distressing=True, by=moderator, reason="the dead are seen")

    no(released, by=people["archivist"])
    no(released, word="OPEN", by=moderator)

    assert not ReadingRequest.objects.exists()


@pytest.mark.django_db
def test_two_readings_that_agree_stand_and_both_are_shown(
    released: Item, people: dict[str, User], moderator: User, administrator: User
) -> None:
    first = no(released, by=moderator)

    reading = second(released, by=administrator, reason="no pier")

    for reader in (moderator, administrator, people["archivist"], None):
        assert (on(released, reader).verdict, on(released, reader).second) == (first, reading)
        assert not on(released, reader).is_open and not on(released, reader).is_dissent
    assert current(released) == "CONTRADICTED"
    told = json.loads(LedgerEntry.objects.get(verb="read second").payload)
    assert told["outcome"] == "AGREED" and told["second_of"] == first.pk and "pier" not in str(told)


@pytest.mark.django_db
def test_a_dissent_opens_the_question_until_somebody_decides_who_has_seen_both(
    released: Item, moderator: User, administrator: User
) -> None:
    for question in Question:
        yes(released, question, by=moderator)
    first = no(released, by=moderator)
    assert released not in to_review(Item.objects.all())

    reading = second(released, "SUPPORTED", by=administrator)

    assert current(released) == "DISSENT" and on(released, None).is_dissent and on(released, None).is_open
    assert released in to_review(Item.objects.all())
    with pytest.raises(DecidedMeanwhile):
        no(released, by=moderator, seen=first.pk)
    with pytest.raises(NotDone, match="Two readings differ"):
        no(released, by=moderator)
    assert judge_agreeing(released, by=moderator) == []

    decided = no(released, by=moderator, reason="the harbour books say so", seen=reading.pk)

    # Who decides has seen both: to have it read blind once more would be no end.
    assert current(released) == "CONTRADICTED" and on(released, administrator).verdict == decided
    assert ReadingRequest.objects.count() == 1 and released not in to_review(Item.objects.all())


@pytest.mark.django_db
def test_nobody_reads_their_own(released: Item, moderator: User) -> None:
    no(released, by=moderator)

    with pytest.raises(OwnVerdict):
        second(released, by=moderator)

    assert current(released) == "WAITING"


@pytest.mark.django_db
def test_only_who_may_decide_reads_a_second_time(released: Item, people: dict[str, User], moderator: User) -> None:
    no(released, by=moderator)

    with pytest.raises(NotAllowed):
        second(released, by=people["archivist"])
    assert not to_read_second(Item.objects.all(), people["archivist"]).exists()


@pytest.mark.django_db
def test_who_judges_what_waits_is_told_nothing_of_the_first(
    released: Item, moderator: User, administrator: User
) -> None:
    no(released, by=moderator)

    with pytest.raises(SecondReadingAsked) as refusal:
        yes(released, by=administrator, seen=0)

    assert not {"moderator", "contradicted", "pier"} & set(str(refusal.value).lower().split())
    assert not [each for each in judge_agreeing(released, by=administrator) if each.question == WHEN]


@pytest.mark.django_db
def test_a_second_reading_answers_the_question(released: Item, moderator: User, administrator: User) -> None:
    no(released, by=moderator)

    with pytest.raises(NotDone, match="answers the question"):
        second(released, "OPEN", by=administrator)


@pytest.mark.django_db
def test_a_double_click_is_one_reading_and_another_person_is_told(
    released: Item, moderator: User, administrator: User
) -> None:
    no(released, by=moderator)

    assert second(released, by=administrator) == second(released, by=administrator)
    with pytest.raises(DecidedMeanwhile, match="administrator"):
        second(released, "SUPPORTED", by=moderator)

    assert Verdict.objects.count() == 2


@pytest.mark.django_db
def test_the_readers_queue_has_what_others_judged_whatever_they_said(
    released: Item, moderator: User, administrator: User
) -> None:
    sensitive = make_item()
    mark_distressing([sensitive], is_distressing=True, by=moderator, reason="the dead are seen")
    no(released, by=moderator)
    yes(sensitive, by=administrator)
    late = make_item()
    mark_distressing([late], is_distressing=True, by=moderator, reason="the dead are seen")
    yes(late, by=moderator)

    # In the order in which all items are reviewed, which rests on checks and claims alone.
    assert list(to_read_second(Item.objects.all(), administrator)) == [released, late]
    assert list(to_read_second(Item.objects.all(), moderator)) == [sensitive]
    assert set(to_review(Item.objects.all())) == {released, sensitive, late}


@pytest.mark.django_db
def test_what_changed_before_the_second_reading_is_read_as_it_stands_and_told(
    released: Item, moderator: User, administrator: User
) -> None:
    no(released, by=moderator)
    shown = on(released, administrator).basis_digest
    make_claim(released, Property.DATE_CREATED, date="1991-06-18")

    with pytest.raises(ChangedMeanwhile):
        second(released, by=administrator, seen_basis=shown)
    second(released, by=administrator, seen_basis=on(released, administrator).basis_digest)

    assert on(released, None).is_on_other_grounds
    # They agree, and the later one rests on what stands now: there is nothing to be looked at again.
    assert current(released) == "CONTRADICTED" and not on(released, None).is_to_be_looked_at


@pytest.mark.django_db
def test_the_first_reader_takes_back_what_waits_and_nothing_of_it_shows(
    released: Item, moderator: User, administrator: User
) -> None:
    first = no(released, by=moderator)

    no(released, word="OPEN", by=moderator, reason="I misread the pier", seen=first.pk)

    assert current(released) == "OPEN" and on(released, administrator).is_open
    assert "pier" not in on(released, administrator).verdict.reason
    assert "pier" in on(released, moderator).verdict.reason
    assert hidden_verdicts([released], administrator) == {first.pk}
    with pytest.raises(NoLongerAsked):
        second(released, by=administrator)
    assert ReadingRequestEnd.objects.get().how == "WITHDRAWN"

    yes(released, by=administrator)
    assert hidden_verdicts([released], administrator) == set()


@pytest.mark.django_db
def test_a_first_reading_corrected_while_it_waits_hides_the_one_before_too(
    released: Item, moderator: User, administrator: User
) -> None:
    first = no(released, by=moderator)
    better = no(released, by=moderator, reason="the pier was pulled down in 1997", seen=first.pk)

    assert hidden_verdicts([released], administrator) == {first.pk, better.pk}
    second(released, by=administrator)
    assert hidden_verdicts([released], administrator) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("ground", ["IDENTIFIES_PERSON", "DISTRESSING"])
def test_a_flag_that_comes_later_hides_a_verdict_until_it_is_read_twice(
    people: dict[str, User], moderator: User, administrator: User, ground: str
) -> None:
    item = make_item()
    yes(item, by=moderator)
    assert on(item, administrator).verdict

    flag_picture(item, ground=ground, by=people["archivist"])

    assert on(item, administrator).verdict is None and current(item) == "WAITING"


@pytest.mark.django_db
def test_a_flag_on_rights_and_one_of_a_visitor_hide_nothing_until_it_is_upheld(
    people: dict[str, User], released: Item, moderator: User, administrator: User
) -> None:
    yes(released, by=moderator)
    flag_picture(released, ground="RIGHTS", by=people["archivist"])
    flag = flag_as_visitor(released, ground="IDENTIFIES_CHILD", address="192.0.2.1")
    assert current(released) == "SUPPORTED"

    decide_on_flag(flag, outcome="UPHELD", by=moderator, reason="she is seven")

    assert current(released) == "WAITING"


@pytest.mark.django_db
def test_a_release_that_comes_later_hides_what_is_contradicted(moderator: User, administrator: User) -> None:
    item = make_item()
    no(item, by=moderator)
    yes(item, WHERE, by=moderator)

    set_access([item], access=Access.RELEASED, by=moderator, reason="cleared")

    assert (current(item), current(item, WHERE)) == ("WAITING", "SUPPORTED")
    second(item, by=administrator)
    set_access([item], access=Access.RESEARCH, by=moderator, reason="a mistake")
    set_access([item], access=Access.RELEASED, by=moderator, reason="cleared again")
    assert current(item) == "CONTRADICTED" and ReadingRequest.objects.count() == 1


@pytest.mark.django_db
def test_a_mark_that_follows_a_copy_asks_too(moderator: User) -> None:
    item = make_item()
    yes(item, by=moderator)
    Item.objects.filter(pk=item.pk).update(is_distressing=True)
    from archive.ledger.record_acts import act, recording

    with recording():
        act(verb="mark distressing", subject=item, actor="copies")
    while changed_verdicts.follow():
        pass

    assert current(item) == "WAITING"


@pytest.mark.django_db
def test_the_administrator_sets_the_policies_and_each_setting_is_an_act(
    released: Item, moderator: User, administrator: User
) -> None:
    with pytest.raises(NotAllowed):
        set_policy(Policy.CONTRADICTED, is_on=False, by=moderator)
    assert settings_of_policies()[Policy.CONTRADICTED].is_on

    set_policy(Policy.CONTRADICTED, is_on=False, by=administrator)
    set_policy(Policy.CONTRADICTED, is_on=False, by=administrator)
    no(released, by=moderator)

    assert not ReadingRequest.objects.exists() and current(released) == "CONTRADICTED"
    assert LedgerEntry.objects.filter(verb="set reading policy").count() == ReadingPolicy.objects.count() == 1


@pytest.mark.django_db
def test_lots_are_drawn_among_all_words_on_released_items(moderator: User, administrator: User) -> None:
    set_policy(Policy.SAMPLE, is_on=True, one_in=1, by=administrator)

    yes(make_item(access=Access.RELEASED), by=moderator)
    no(make_item(access=Access.RELEASED), by=moderator)
    yes(make_item(), by=moderator)

    assert [request.policy for request in ReadingRequest.objects.all()] == ["SAMPLE", "SAMPLE"]


@pytest.mark.django_db
def test_no_lot_is_drawn_for_a_verdict_that_stood_before(moderator: User, administrator: User) -> None:
    set_policy(Policy.SAMPLE, is_on=True, one_in=1, by=administrator)
    item = make_item()
    yes(item, by=moderator)

    set_access([item], access=Access.RELEASED, by=moderator, reason="cleared")

    assert current(item) == "SUPPORTED"


@pytest.mark.django_db
@pytest.mark.parametrize("between", ["", "OPEN"], ids=["at once", "after opening it again"])
def test_who_judges_anew_does_not_draw_again_what_a_lot_fell_on(
    released: Item, moderator: User, administrator: User, between: str
) -> None:
    set_policy(Policy.SAMPLE, is_on=True, one_in=1, by=administrator)
    yes(released, by=moderator)
    set_policy(Policy.SAMPLE, is_on=True, one_in=100, by=administrator)

    if between:
        no(released, word=between, by=moderator)
    answers = [yes(released, by=moderator, reason=f"seen {number} times") for number in range(5)]

    assert all(answer.asked and answer.asked.policy == "SAMPLE" for answer in answers)


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", ["", "UPHELD", "NOT_UPHELD"])
def test_a_flag_that_makes_nothing_sensitive_hides_no_verdict_from_before_a_policy(
    released: Item, people: dict[str, User], moderator: User, administrator: User, outcome: str
) -> None:
    set_policy(Policy.CONTRADICTED, is_on=False, by=administrator)
    no(released, by=moderator)
    set_policy(Policy.CONTRADICTED, is_on=True, by=administrator)

    flag, _is_new = flag_picture(released, ground="RIGHTS", by=people["archivist"])
    if outcome:
        decide_on_flag(flag, outcome=outcome, by=moderator, reason="asked the agency")

    assert current(released) == "CONTRADICTED"


@pytest.mark.django_db
def test_what_waits_is_let_go_with_a_reason_and_holds_as_read_once(
    released: Item, moderator: User, administrator: User
) -> None:
    verdict = no(released, by=moderator)
    make_claim(released, Property.DATE_CREATED, date="1991-06-18")
    with pytest.raises(NotAllowed):
        let_go(by=moderator, reason="nobody is there")
    with pytest.raises(NotDone):
        let_go(by=administrator, reason=" ")

    assert let_go(by=administrator, reason="nobody is there") == 1

    assert on(released, administrator).verdict == verdict and on(released, administrator).is_to_be_looked_at
    assert current(released) == "CONTRADICTED" and CurrentVerdict.objects.get().is_changed
    assert "nobody" not in LedgerEntry.objects.get(verb="end second reading").payload


@pytest.mark.django_db
def test_the_database_takes_no_second_reading_that_is_none(released: Item, moderator: User) -> None:
    first = no(released, by=moderator)

    with pytest.raises(DatabaseError), transaction.atomic():
        Verdict.objects.create(
            item=released, question=WHEN, word="OPEN", reason_code="OTHER", reason="x", second_of=first,
            judged_at=first.judged_at, judged_by=moderator,
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_second_readers_at_once_one_reads_and_the_other_is_told(people: dict[str, User]) -> None:
    item = make_item(access=Access.RELEASED)
    no(item, by=people["moderator"])
    readers = [User.objects.create(username=name, is_superuser=True) for name in ("anna", "ben")]
    told = []

    def read(by: User, word: str) -> None:
        try:
            second(item, word, by=by)
        except DecidedMeanwhile as refusal:
            told.append(str(refusal))

    together(lambda: read(readers[0], "SUPPORTED"), lambda: read(readers[1], "UNDETERMINED"))

    assert Verdict.objects.filter(second_of__isnull=False).count() == len(told) == 1


@pytest.mark.django_db(transaction=True)
def test_who_takes_back_while_another_reads_is_told_of_the_reading(people: dict[str, User]) -> None:
    item = make_item(access=Access.RELEASED)
    first = no(item, by=people["moderator"])
    told = []

    def take_back() -> None:
        try:
            no(item, word="OPEN", by=people["moderator"], seen=first.pk)
        except DecidedMeanwhile as refusal:
            told.append(str(refusal))

    meet(lambda: second(item, by=people["administrator"]), take_back)

    assert len(told) == 1 and "administrator" in told[0] and current(item) == "CONTRADICTED"


@pytest.mark.django_db
def test_all_items_with_their_readings_cost_the_same_queries(
    people: dict[str, User], moderator: User, administrator: User, django_assert_num_queries: object
) -> None:
    items = [make_item(access=Access.RELEASED) for _number in range(6)]
    for item in items:
        no(item, by=moderator)
        second(item, "SUPPORTED", by=administrator)
    connection.queries_log.clear()

    with django_assert_num_queries(4):
        for each in standpoints(items, reader=administrator).values():
            assert [point.second.judged_by.username for point in each if point.is_dissent] == ["administrator"]
