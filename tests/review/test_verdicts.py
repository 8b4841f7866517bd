"""A verdict names who, when and why, remembers what stood, and says what changed since."""

import pytest
from django.db import DatabaseError, connection, transaction

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import DecidedMeanwhile, NotDone
from archive.provenance.check_items import check
from archive.provenance.checks.finding import Question
from archive.review.batch_verdicts import Answer, judge_each
from archive.review.claim_rulings import rule
from archive.review.models import CurrentVerdict, Verdict
from archive.review.review_queue import following, free_for, to_review
from archive.review.second_readings import let_go, read_second
from archive.review.verdicts import (
    LONGEST_REASON,
    ChangedMeanwhile,
    Standpoint,
    judge,
    judge_agreeing,
    judge_silent,
    standpoints,
)
from archive.review.work_leases import take
from archive.standards.vocabulary import Property, Standing
from tests.builders import NOW, make_appearance, make_caption, make_claim, make_item, make_outlet
from tests.two_at_once import together

WHEN, WHERE, CAPTION = Question.WHEN, Question.WHERE, Question.CAPTION


def support(item: Item, question: Question = WHEN, **more: object) -> Verdict:
    given = {"word": "SUPPORTED", "reason_code": "GROUNDS_AGREE", "reason": ""} | more
    return judge(item, question=question, **given)


def on(item: Item, question: Question = WHEN) -> Standpoint:
    return next(each for each in standpoints([item], reader=None)[item.pk] if each.question == question)


@pytest.fixture
def dated() -> Item:
    item = make_item()
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    check([item.pk])
    return item


@pytest.mark.django_db
def test_a_verdict_holds_until_what_it_rests_on_changes_and_then_says_what(dated: Item, people: dict) -> None:
    assert on(dated).is_open
    support(dated, by=people["moderator"])
    assert not on(dated).is_open and not on(dated).is_to_be_looked_at

    make_appearance(dated, make_outlet("The Kentish Post"), published="2024-04-23")
    check([dated.pk])

    assert on(dated).verdict.word == "SUPPORTED"
    assert on(dated).changes == ["Date against first publication: does not apply → contradictory"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda item, people: make_claim(item, Property.DATE_CREATED, date="2024-05-03"), "new information: 1"),
        (
            lambda item, people: rule(item.claims.get(), standing=Standing.ACCEPTED, by=people["archivist"]),
            "information accepted, rejected or reset since: 1",
        ),
        (
            lambda item, people: rule(item.claims.get(), standing=Standing.SUPERSEDED, by=people["archivist"]),
            "information replaced or withdrawn: 1",
        ),
    ],
    ids=["another claim", "a ruling", "superseded"],
)
def test_what_changed_is_told(dated: Item, people: dict, change: object, told: str) -> None:
    support(dated, by=people["moderator"])

    change(dated, people)

    assert on(dated).changes == [told]


@pytest.mark.django_db
def test_what_speaks_to_another_question_changes_nothing(dated: Item, people: dict) -> None:
    support(dated, by=people["moderator"])
    support(dated, CAPTION, by=people["moderator"])

    make_claim(dated, Property.CREATOR, value_text="Jane Doe")
    make_caption(dated, "A boat off Gravelines.")

    assert on(dated).changes == []
    assert on(dated, CAPTION).changes == ["other captions"]


@pytest.mark.django_db
def test_an_archivist_advises_and_a_researcher_may_not(dated: Item, people: dict) -> None:
    with pytest.raises(NotAllowed):
        support(dated, by=people["researcher"])

    support(dated, by=people["archivist"])
    assert on(dated).is_open and [each.judged_by for each in on(dated).advice] == [people["archivist"]]

    support(dated, by=people["moderator"])
    assert not on(dated).is_open and on(dated).advice == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"word": "CONTRADICTED"},
        {"word": "OPEN"},
        {"reason_code": "OTHER"},
        {"word": "UNDETERMINED"},
        {"word": "CONTRADICTED", "reason": "the beach is another"},
        {"word": "FAKE", "reason": "no"},
        {"reason_code": "NONE", "reason": "no"},
        {"question": "WHY", "reason": "no"},
    ],
    ids=[
        "contradicted without reason",
        "opened without reason",
        "other unsaid",
        "undetermined as all agrees",
        "contradicted as all agrees",
        "no word",
        "no code",
        "no question",
    ],
)
def test_a_verdict_without_a_reason_that_can_be_followed_is_refused(dated: Item, people: dict, wrong: dict) -> None:
    with pytest.raises(NotDone):
        support(dated, by=people["moderator"], **wrong)

    assert not Verdict.objects.exists()


@pytest.mark.django_db
def test_who_was_shown_an_older_verdict_is_told_of_the_newer_one(dated: Item, people: dict) -> None:
    first = support(dated, by=people["moderator"], seen=0)

    again = support(dated, by=people["moderator"], seen=0)
    with pytest.raises(DecidedMeanwhile, match="moderator"):
        support(dated, by=people["administrator"], word="UNDETERMINED", reason_code="NOT_ENOUGH", seen=0)

    assert again == first and Verdict.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_the_second_is_told(people: dict) -> None:
    item = make_item()
    told = []

    def decide(by: object, word: str) -> None:
        try:
            judge(item, question=WHEN, word=word, reason_code="NOT_ENOUGH", reason="", by=by, seen=0)
        except DecidedMeanwhile as problem:
            told.append(problem)

    together(lambda: decide(people["moderator"], "SUPPORTED"), lambda: decide(people["administrator"], "UNDETERMINED"))

    assert Verdict.objects.count() == CurrentVerdict.objects.count() == len(told) == 1


@pytest.mark.django_db
def test_the_ledger_tells_of_a_verdict_and_not_of_its_words(dated: Item, people: dict) -> None:
    support(dated, by=people["moderator"], reason="The mother of the boy says so.")

    entry = LedgerEntry.objects.get(verb="judge")

    assert entry.actor == "moderator" and '"word":"SUPPORTED"' in entry.payload
    assert "mother" not in entry.payload


@pytest.mark.django_db
def test_the_database_refuses_to_change_a_verdict(dated: Item, people: dict) -> None:
    support(dated, by=people["moderator"])

    with pytest.raises(DatabaseError), transaction.atomic():
        Verdict.objects.update(word="CONTRADICTED", reason="x")


@pytest.mark.django_db
def test_what_nothing_speaks_against_is_supported_in_one_act_each(dated: Item, people: dict) -> None:
    make_claim(dated, Property.CREATOR, value_text="Jane Doe")
    make_claim(dated, Property.CREATOR, value_text="John Roe")
    dated.refresh_from_db()
    assert dated.contested == ["creator"]

    given = judge_agreeing(dated, by=people["moderator"])

    assert [verdict.question for verdict in given] == ["WHEN"]
    assert LedgerEntry.objects.filter(verb="judge").count() == 1
    assert judge_agreeing(dated, by=people["moderator"]) == []


@pytest.mark.django_db
def test_where_nothing_is_said_is_left_undetermined_in_one_act_each(dated: Item, people: dict) -> None:
    make_claim(dated, Property.EVENT, value_text="A crossing")
    support(dated, Question.MAKER, word="UNDETERMINED", reason_code="NOT_ENOUGH", by=people["moderator"])

    given = judge_silent(dated, by=people["moderator"])

    # Not when: a date is said; not the event; and the maker is answered.
    assert {WHEN, Question.EVENT, Question.MAKER}.isdisjoint(each.question for each in given)
    assert WHERE in {each.question for each in given}
    assert {(each.word, each.reason_code) for each in given} == {("UNDETERMINED", "NOT_ENOUGH")}


@pytest.mark.django_db
def test_what_a_check_contradicts_is_not_supported_by_itself(dated: Item, people: dict) -> None:
    make_appearance(dated, make_outlet("The Kentish Post"), published="2024-04-23")
    check([dated.pk])

    assert judge_agreeing(dated, by=people["moderator"]) == []


@pytest.mark.django_db
def test_the_queue_begins_with_what_contradicts_itself_and_ends_with_what_is_decided(people: dict) -> None:
    plain, contested, contradicted, decided = (make_item() for _number in range(4))
    Item.objects.filter(pk=contested.pk).update(is_contested=True)
    Item.objects.filter(pk=contradicted.pk).update(is_contradicted=True)
    for question in Question:
        support(decided, question, by=people["moderator"])

    queue = to_review(Item.objects.all())

    assert list(queue) == [contradicted, contested, plain]
    contradicted.refresh_from_db()
    assert next(following(queue, contradicted)) == contested
    assert next(following(queue, plain)) == contradicted

    judge(decided, question=WHERE, word="OPEN", reason_code="OTHER", reason="a copy came", by=people["moderator"])
    assert decided in to_review(Item.objects.all())


@pytest.mark.django_db
def test_what_somebody_reviews_is_not_given_to_another(people: dict) -> None:
    first, second = make_item(), make_item()
    take(first, by=people["moderator"], at=NOW)

    free = free_for(to_review(Item.objects.all()), user=people["administrator"], at=NOW)

    assert list(free) == [second]


@pytest.mark.django_db
def test_standpoints_cost_the_same_queries_for_many_items(people: dict, django_assert_max_num_queries: object) -> None:
    items = [make_item() for _number in range(12)]
    for item in items:
        make_claim(item, Property.DATE_CREATED, date="2024-06-18")

    with django_assert_max_num_queries(4):
        standpoints(items, reader=None)


@pytest.mark.django_db
def test_a_verdict_on_what_was_not_shown_is_refused_and_would_not_be_told_as_a_change(
    dated: Item, people: dict
) -> None:
    shown = on(dated).basis_digest
    make_appearance(dated, make_outlet("The Kentish Post"), published="2024-04-23")
    check([dated.pk])

    with pytest.raises(ChangedMeanwhile, match="changed since you opened the page"):
        support(dated, by=people["moderator"], seen_basis=shown)
    assert not Verdict.objects.exists()

    support(dated, by=people["moderator"], seen_basis=on(dated).basis_digest)
    assert not on(dated).is_open and not on(dated).is_to_be_looked_at


@pytest.mark.django_db
def test_a_page_of_the_queue_is_read_in_its_order_and_not_sorted() -> None:
    make_item()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a few rows it would read all.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")

    plan = to_review(Item.objects.all())[:50].explain()

    assert "item_to_review" in plan and "TEMP B-TREE" not in plan


@pytest.mark.django_db
def test_the_same_advice_is_kept_once_until_something_changes(dated: Item, people: dict) -> None:
    for _time in range(2):
        judge_agreeing(dated, by=people["archivist"])
    assert Verdict.objects.count() == LedgerEntry.objects.filter(verb="advise").count() == 1

    make_claim(dated, Property.DATE_CREATED, date="2024-06-18")
    support(dated, by=people["archivist"])

    assert Verdict.objects.count() == 2


@pytest.mark.django_db
def test_a_finding_made_anew_with_the_same_outcome_is_told_as_that(dated: Item, people: dict) -> None:
    make_appearance(dated, make_outlet("Sky News"), published="2024-06-20")
    check([dated.pk])
    support(dated, by=people["moderator"])

    make_appearance(dated, make_outlet("The Kentish Post"), published="2024-06-19")
    check([dated.pk])

    assert on(dated).changes == ["Date against first publication: weighed again, same outcome: consistent"]


@pytest.mark.django_db
def test_a_reason_longer_than_is_kept_is_refused_wherever_it_is_given(people: dict[str, User]) -> None:
    item, too_long = make_item(access="RELEASED"), "x" * (LONGEST_REASON + 1)
    given = {"question": Question.WHEN, "word": "CONTRADICTED", "reason_code": "OTHER"}
    moderator, administrator = people["moderator"], people["administrator"]
    told = "The reason has 2001 characters. Say it in 2000 or fewer."

    with pytest.raises(NotDone, match=told):
        judge(item, **given, reason=too_long, by=moderator)
    with pytest.raises(NotDone, match=told):
        judge_each([item], Answer(**given, reason=too_long), by=moderator, shown={})
    judge(item, **given, reason=f" {too_long[1:]}\r\n", by=moderator)
    with pytest.raises(NotDone, match=told):
        read_second(item, **given, reason=too_long, by=administrator)
    with pytest.raises(NotDone, match=told):
        let_go(by=administrator, reason=too_long)

    assert Verdict.objects.get().reason == too_long[1:]
