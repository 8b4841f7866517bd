"""One answer for many items: told beforehand, an entry of its own on each, and nothing over a contradiction unsaid."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Permission

from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.provenance.check_items import check
from archive.provenance.checks.finding import Question
from archive.review.batch_verdicts import MOST, Answer, Obstacle, Prospect, judge_each, prospects
from archive.review.models import CurrentVerdict, Verdict
from archive.review.verdicts import judge
from archive.review.work_leases import take
from archive.standards.vocabulary import Property
from tests.builders import NOW, make_appearance, make_claim, make_item, make_outlet
from tests.two_at_once import together

People = dict
SUPPORTED = Answer(Question.WHEN, "SUPPORTED", "GROUNDS_AGREE")
SEEN = replace(SUPPORTED, reason_code="SEEN_IN_PICTURE", reason="the same boat, the same light")


def dated() -> Item:
    item = make_item()
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    return item


def contradicted() -> Item:
    item = dated()
    make_appearance(item, make_outlet("The Kentish Post"), published="2024-04-23")
    check([item.pk])
    return item


def contested() -> Item:
    item = dated()
    make_claim(item, Property.DATE_CREATED, date="2024-05-01")
    return item


def looked_at(items: list[Item], answer: Answer, people: People) -> list[Prospect]:
    rows = Item.objects.filter(pk__in=[item.pk for item in items]).order_by("pk")
    return prospects(rows, answer, by=people["moderator"], at=NOW)


def shown(items: list[Item], answer: Answer, people: People) -> dict[int, str]:
    return {row.item.pk: row.shown for row in looked_at(items, answer, people)}


def given(items: list[Item], answer: Answer, people: People) -> list[Prospect]:
    return judge_each(items, answer, by=people["moderator"], shown=shown(items, answer, people), at=NOW)


@pytest.mark.django_db
def test_each_item_has_a_verdict_and_an_entry_of_its_own(people: People) -> None:
    items = [dated(), dated(), dated()]

    rows = given(items, SUPPORTED, people)

    assert all(row.is_given for row in rows)
    assert list(Verdict.objects.order_by("pk").values_list("item", "question", "word")) == [
        (item.pk, "WHEN", "SUPPORTED") for item in items
    ]
    entries = LedgerEntry.objects.filter(verb="judge").order_by("sequence").values_list("subject", flat=True)
    assert list(entries) == [f"catalogue.item:{item.pk}" for item in items]


@pytest.mark.django_db
@pytest.mark.parametrize("make", [contradicted, contested], ids=["a finding", "another claim"])
def test_nothing_is_supported_over_what_speaks_against_it_unless_that_is_chosen(people: People, make: object) -> None:
    item = make()

    (left_out,) = given([item], SEEN, people)
    assert left_out.obstacles == [Obstacle.AGAINST] and left_out.against and not Verdict.objects.exists()
    (row,) = given([item], replace(SEEN, is_against=True), people)

    assert row.is_given and Verdict.objects.get().word == "SUPPORTED"


@pytest.mark.django_db
def test_that_the_grounds_agree_is_no_ground_where_something_speaks_against_it(people: People) -> None:
    with pytest.raises(NotDone, match="Choose another ground"):
        given([contested()], replace(SUPPORTED, is_against=True), people)


@pytest.mark.django_db
def test_what_speaks_against_it_hinders_no_contradiction(people: People) -> None:
    answer = Answer(Question.WHEN, "CONTRADICTED", "PUBLICATION_SHOWS", "in print in April")

    (row,) = given([contradicted()], answer, people)

    assert row.is_given


@pytest.mark.django_db
def test_a_verdict_that_holds_is_replaced_only_where_that_is_chosen(people: People) -> None:
    item, fresh = dated(), dated()
    undetermined = {"word": "UNDETERMINED", "reason_code": "NOT_ENOUGH", "reason": ""}
    judge(item, question=Question.WHEN, **undetermined, by=people["moderator"])

    rows = given([item, fresh], SUPPORTED, people)
    assert [row.obstacles for row in rows] == [[Obstacle.ANSWERED], []]
    given([item, fresh], replace(SUPPORTED, is_instead=True), people)

    # Of the second the same verdict held already: it is not written twice.
    assert Verdict.objects.filter(item=item).count() == 2 and Verdict.objects.filter(item=fresh).count() == 1
    assert set(CurrentVerdict.objects.values_list("word", flat=True)) == {"SUPPORTED"}


@pytest.mark.django_db
def test_what_is_left_out_says_why(people: People) -> None:
    silent, taken, same = make_item(), dated(), dated()
    take(taken, by=people["administrator"], at=NOW)
    given([same], SUPPORTED, people)

    rows = given([silent, taken, same], SUPPORTED, people)

    assert [row.obstacles for row in rows] == [[Obstacle.SILENT], [Obstacle.TAKEN], [Obstacle.SAME]]
    assert Verdict.objects.count() == 1


@pytest.mark.django_db
def test_only_what_is_answered_is_opened_again(people: People) -> None:
    answered, unanswered = dated(), dated()
    given([answered], SUPPORTED, people)

    rows = given([answered, unanswered], Answer(Question.WHEN, "OPEN", "OTHER", "a copy came"), people)

    assert [row.is_given for row in rows] == [True, False] and rows[1].obstacles == [Obstacle.NOT_ANSWERED]


@pytest.mark.django_db
def test_what_changed_since_it_was_looked_at_is_left_out(people: People) -> None:
    changed, same = dated(), dated()
    seen = shown([changed, same], SEEN, people)
    make_claim(changed, Property.DATE_CREATED, date="2024-06-18/2024-06-19")

    rows = judge_each([changed, same], SEEN, by=people["moderator"], shown=seen, at=NOW)

    assert [row.obstacles for row in rows] == [[Obstacle.CHANGED], []]
    assert list(Verdict.objects.values_list("item", flat=True)) == [same.pk]


@pytest.mark.django_db
def test_moderators_alone_answer_for_many(people: People) -> None:
    items = [dated()]

    with pytest.raises(NotAllowed):
        judge_each(items, SUPPORTED, by=people["archivist"], shown={}, at=NOW)
    with pytest.raises(NotDone, match="No more than"):
        judge_each(items * (MOST + 1), SUPPORTED, by=people["moderator"], shown={}, at=NOW)


@pytest.mark.django_db
def test_an_item_that_the_person_may_no_longer_see_is_not_answered(people: People) -> None:
    item = make_item(access=Access.RESTRICTED)
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    seen = shown([item], SUPPORTED, people)
    people["moderator"].groups.clear()
    people["moderator"].user_permissions.set(
        Permission.objects.filter(codename__in=["judge_item", "view_item", "advise_on_item"])
    )

    reader = type(people["moderator"]).objects.get(pk=people["moderator"].pk)
    rows = judge_each([item], SUPPORTED, by=reader, shown=seen, at=NOW)

    assert rows == [] and not Verdict.objects.exists()


@pytest.mark.django_db
def test_many_cost_as_many_queries_as_one(
    people: People, django_assert_max_num_queries: object, django_assert_num_queries: object
) -> None:
    items = [dated() for _number in range(12)]
    people["moderator"].has_perm("review.judge_item")  # the permissions of a person are fetched once
    given(items[:1], SUPPORTED, people)  # makes the head of the ledger
    with django_assert_max_num_queries(40) as of_one:
        given(items[1:2], SUPPORTED, people)

    with django_assert_num_queries(len(of_one)):
        given(items[2:], SUPPORTED, people)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_for_the_same_items_at_once_one_does(people: People) -> None:
    items = [dated() for _number in range(4)]
    answers = {"moderator": SUPPORTED, "administrator": Answer(Question.WHEN, "UNDETERMINED", "NOT_ENOUGH")}
    seen = shown(items, SUPPORTED, people)
    rows: dict[str, list[Prospect]] = {}

    def act(role: str, of: list[Item]) -> None:
        rows[role] = judge_each(of, answers[role], by=people[role], shown=seen, at=NOW)

    together(lambda: act("moderator", items), lambda: act("administrator", items[::-1]))

    numbers = sorted(sum(row.is_given for row in each) for each in rows.values())
    assert numbers == [0, 4] and Verdict.objects.count() == 4
    late = min(rows.values(), key=lambda each: sum(row.is_given for row in each))
    assert all(Obstacle.CHANGED in row.obstacles for row in late)
