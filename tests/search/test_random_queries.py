"""Random queries find what a plain evaluator finds, as each role; STRANDLINE_SWEEP=all: 2,000 over 20,000 items."""

from typing import Any

import pytest

from archive.accounts.models import User
from archive.sample.seed_benchmark import seed
from archive.search.filters import ItemFilter
from archive.search.find_items import find
from archive.search.prefixes import PREFIXES
from archive.search.query_language import parse
from tests.sample.made_archive import fill_gazetteer
from tests.search.plain_evaluator import PlainArchive, disagreements
from tests.search.random_queries import random_queries
from tests.sweeps.chosen import IS_WHOLE

pytestmark = pytest.mark.django_db
ITEMS, QUERIES = (20_000, 2_000) if IS_WHOLE else (400, 200)


def found_by_database(text: str, user: Any) -> set[int] | None:
    """Return the keys of all that a text of the box finds, where the number that is told agrees with them."""
    asked = ItemFilter({"q": text}, user=user)
    if not asked.form.is_valid():
        return None
    keys = set(asked.narrowed().values_list("pk", flat=True))
    if len(keys) % 16 == 0:  # the whole page takes twenty times as long
        answer = find({"q": text}, user=user)
        assert answer.counts.total == len(keys), text
        assert {item.pk for item in answer.items} <= keys and len(answer.items) == min(len(keys), 48)
    return keys


def test_random_queries_find_what_the_plain_evaluator_finds(people: dict[str, User]) -> None:
    fill_gazetteer()
    seed(ITEMS)
    archive = PlainArchive()
    texts = list(random_queries(archive, QUERIES, seed=12))

    told = disagreements(found_by_database, texts, users=people)

    assert told == [], "\n".join(told)


def test_the_queries_say_all_that_the_language_has(people: dict[str, User]) -> None:
    fill_gazetteer()
    seed(200)
    archive = PlainArchive()

    queries = [parse(text) for text in random_queries(archive, 400, seed=12)]

    # Folders are put together by people: none is made up, and tests/folders ask them.
    asked = {condition.prefix for query in queries for condition in query.conditions}
    assert asked == set(PREFIXES) - {"folder"}
    answers = {
        role: [archive.answer(text, role) for text in random_queries(archive, 400, seed=12)]
        for role in ("visitor", "researcher", "moderator")
    }
    found = {role: sum(bool(keys) for keys in of) for role, of in answers.items()}
    assert 40 < found["visitor"] < found["researcher"] < found["moderator"], "most find something, and not the same"
