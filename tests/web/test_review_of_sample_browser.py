"""In a real browser: the sample collection and a news page are reviewed to the last question by keys alone."""

from collections.abc import Callable
from typing import Any

import pytest

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.provenance.check_items import check
from archive.provenance.checks.finding import Question
from archive.review.models import CurrentVerdict
from archive.review.review_queue import to_review
from archive.sample.collection import write_collection
from archive.sample.load_collection import add_records
from tests.sample.test_load_collection import bring_in_as_the_command_does

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Of what nothing speaks against, so many keys take an item from unreviewed to a verdict on each question.
MOST_KEYS = 6


@pytest.fixture
def sample(transactional_db: None, tmp_path: Any) -> list[Item]:
    deliveries = {accession.folder.name: accession for accession in write_collection(tmp_path)}
    add_records(None)
    for folder in ("agency-archive-spring-2024", "agency-feed-2024-06-18", "newspaper-2024-06-19"):
        bring_in_as_the_command_does(deliveries[folder])
    items = list(Item.objects.order_by("pk"))
    check([item.pk for item in items])
    return items


def questions(page: Any) -> list[tuple[str, bool, bool]]:
    """Return each question of the page: whether it is answered, and whether something speaks against it."""
    return page.evaluate(
        "[...document.querySelectorAll('.question')].map((question) => [question.dataset.question,"
        " Boolean(question.querySelector('[data-word]:not([data-word=OPEN])')),"
        " Boolean(question.querySelector('[data-outcome=CONTRADICTORY]'))])"
    )


def answer_by_keys(page: Any) -> int:
    """Give a verdict on each question of the item that is shown and take the next one; return how many keys it took."""
    loaded = page.evaluate("performance.timeOrigin")
    page.keyboard.press("s")
    page.wait_for_function("(before) => performance.timeOrigin !== before", arg=loaded)
    page.wait_for_load_state()
    keys = 2
    for question, is_answered, is_doubted in questions(page):
        if is_answered:
            continue
        page.wait_for_function(
            "(name) => document.querySelector('[name=question]:checked').value === name", arg=question
        )
        # What is said and found on it is in sight when it is answered.
        page.wait_for_function(
            "(name) => { const seen = document.getElementById('questions').getBoundingClientRect();"
            " const row = document.querySelector(`[data-question=${name}]`).getBoundingClientRect();"
            " return row.top >= seen.top - 1 && row.top < seen.bottom; }",
            arg=question,
        )
        if is_doubted:
            page.keyboard.press("c")
            page.keyboard.type("what was found speaks against it")
            page.keyboard.press("Escape")
        page.keyboard.press("x" if is_doubted else "u")
        keys += 3 if is_doubted else 1
    here = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda address: address != here)
    return keys


def test_the_sample_is_taken_from_unreviewed_to_a_verdict_on_each_question_by_keys(
    page_of: Callable[..., Any], people: dict[str, User], sample: list[Item]
) -> None:
    page = page_of(people["moderator"], "/review/items/")
    page.keyboard.press("n")
    page.wait_for_url("**/review/")

    keys = {}
    for _number in sample:
        page.wait_for_load_state()
        key = int(page.url.split("/items/")[1].split("/")[0])
        is_uncontested = not any(is_doubted for _question, _is_answered, is_doubted in questions(page))
        keys[key] = (is_uncontested, answer_by_keys(page))

    assert set(keys) == {item.pk for item in sample}
    assert CurrentVerdict.objects.exclude(word="OPEN").count() == len(sample) * len(Question)
    assert not to_review(Item.objects.all()).exists()
    page.get_by_text("Nothing is left to review here.").first.wait_for()
    uncontested = [number for is_uncontested, number in keys.values() if is_uncontested]
    assert uncontested and max(uncontested) <= MOST_KEYS
    assert not page.problems
