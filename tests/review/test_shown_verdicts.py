"""Who is told of a verdict, and what of it is hidden with a wording."""

import pytest

from archive.catalogue.hidden_wordings import hold
from archive.catalogue.models import Item
from archive.provenance.checks.finding import Question
from archive.review.second_readings import let_go
from archive.review.shown_verdicts import standpoints_for
from archive.review.verdicts import judge
from tests.builders import make_caption, make_item

pytestmark = pytest.mark.django_db
NAME = "Jane Doe of Lodz with her two sons"


@pytest.fixture
def judged(people: dict) -> Item:
    item = make_item()
    caption = make_caption(item, NAME)
    given = {"question": Question.CAPTION, "word": "CONTRADICTED", "reason_code": "SEEN_IN_PICTURE"}
    judge(item, **given, reason=f"It says “{NAME}”, and there is one child.", by=people["moderator"])
    judge(item, **given, reason=f"Also: {NAME}.", by=people["archivist"])
    hold(caption, by=people["archivist"])
    return item


def reasons(people: dict, role: str, item: Item) -> list[str]:
    return [
        verdict.reason
        for standpoint in standpoints_for(people[role], [item])[item.pk]
        for verdict in [standpoint.verdict, *standpoint.advice]
        if verdict
    ]


def test_a_reason_that_repeats_a_hidden_wording_is_hidden_with_it(judged: Item, people: dict) -> None:
    assert reasons(people, "archivist", judged) == ["hidden until decided"] * 2
    assert all(NAME in reason for reason in reasons(people, "moderator", judged))


def test_who_may_not_advise_is_told_of_no_verdict(judged: Item, people: dict) -> None:
    assert standpoints_for(people["researcher"], [judged]) == {judged.pk: []}


def test_the_reason_why_a_second_reading_was_let_go_is_hidden_with_a_wording_too(people: dict) -> None:
    item = make_item(access="RELEASED")
    caption = make_caption(item, NAME)
    judge(item, question=Question.WHEN, word="CONTRADICTED", reason_code="OTHER", reason="x", by=people["moderator"])
    let_go(by=people["administrator"], reason=f"Nobody knows {NAME}.")
    hold(caption, by=people["archivist"])

    def told(role: str) -> str:
        (verdict,) = (each.verdict for each in standpoints_for(people[role], [item])[item.pk] if each.verdict)
        return verdict.let_go.reason

    assert told("archivist") == "hidden until decided"
    assert told("moderator") == f"Nobody knows {NAME}."
