"""The index answers all that a page asks just as SQL does; STRANDLINE_SWEEP=all: 2,000 queries over 20,000 items."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.audiences import Audience
from archive.item_index import folder, reader
from archive.item_index.keep_index import Keeper
from archive.sample.seed_benchmark import seed
from archive.search.answers import Answers, Box
from archive.search.filters import SORTS, ItemFilter
from archive.search.index_answers import IndexAnswers
from archive.search.sql_answers import SqlAnswers
from tests.indexing import catch_up
from tests.sample.made_archive import fill_gazetteer
from tests.search.plain_evaluator import PlainArchive
from tests.search.random_queries import random_queries
from tests.sweeps.chosen import IS_WHOLE

pytestmark = pytest.mark.django_db
ITEMS, QUERIES = (20_000, 2_000) if IS_WHOLE else (400, 60)
MOST = 1_000_000
WORLD, COAST = Box(-90, -180, 90, 180), Box(50.8, 1.6, 51.3, 2.7)


@pytest.fixture
def kept(people: dict[str, User]) -> Iterator[None]:
    fill_gazetteer()
    seed(ITEMS)
    with folder.locked():
        keeper = Keeper()
        catch_up(keeper)
        yield
        keeper.close()


def everything(answers: Answers, asked: ItemFilter) -> dict[str, Any]:
    spans: Counter[tuple[Any, ...]] = Counter()
    for first, last, number, contested in answers.spans():
        spans[first, last, "uncontested"] += number
        spans[first, last, "contested"] += contested
    keys, is_of_staff = answers.keys(0, MOST), asked.audience == Audience.STAFF
    before = (answers.total(), answers.undated(), answers.unplaced(), answers.lacking("event", without={"event"}))
    return {
        "before all is counted": before,
        "total": answers.total(),
        "without words": answers.total(without={"q"}),
        "certain": answers.certain_and_all() if asked.dates else None,
        "undated": answers.undated(),
        "unplaced": answers.unplaced(),
        "keys": keys,
        "a page": answers.keys(7, 19),
        "neighbours": [answers.neighbours(key) for key in [*keys[:2], *keys[-1:], 0]],
        "places": answers.places(list(Place.objects.all()), first=[], most=40),
        "events": answers.records("event", first=[], most=12),
        "outlets": answers.records("outlet", first=[2], most=12),
        "accessions": answers.values("accession", without={"accession"}),
        "cameras": answers.values("camera_model", without=()),
        "without event": answers.lacking("event", without={"event"}),
        "without outlet": answers.lacking("outlet", without={"outlet"}),
        "all spans": +_by_month((first, last, "", number) for first, last, number in answers.all_spans()),
        "spans by month": +_by_month(
            (first, last, name, number)
            for first, last, *numbers in answers.spans(by_month=True)
            for name, number in zip(("uncontested", "contested"), numbers, strict=True)
        ),
        "positions": _nearly(answers.positions()),
        "cells": sorted(map(_nearly, answers.cells(WORLD, 0.7, 1.3))),
        "cells of a part": sorted(map(_nearly, answers.cells(COAST, 0.01, 0.01))),
        "standing": answers.standing(COAST, 6),
        **({name: answers.values(name, without={name}) for name in ("finding", "verdict")} if is_of_staff else {}),
        "kinds": answers.kinds(),
        "states": _told_states(answers, asked),
        "spans": +spans,
    }


def _by_month(rows: Iterable[tuple[date, date, str, int]]) -> Counter[tuple[Any, ...]]:
    """Count by the months of the first and the last day."""
    counted: Counter[tuple[Any, ...]] = Counter()
    for first, last, name, number in rows:
        counted[first.year, first.month, last.year, last.month, name] += number
    return counted


def _nearly(told: Any) -> Any:
    """Write numbers to eleven places: sums of them may be made in another order."""
    if isinstance(told, tuple):
        return tuple(map(_nearly, told))
    return round(told, 11) if isinstance(told, float) else -1 if told is None else told


def _told_states(answers: Answers, asked: ItemFilter) -> dict[str, int]:
    """A visitor is told none, and archive staff alone what checks contradict: others' indexes have no word of it."""
    if asked.is_public:
        return {}
    states = answers.states()
    return states if asked.audience == Audience.STAFF else states | {"contradictory": 0}


def test_the_index_answers_random_queries_as_sql_does(kept: None, people: dict[str, User]) -> None:
    differing, compared = [], 0
    for number, text in enumerate(["", *random_queries(PlainArchive(), QUERIES, seed=21)]):
        role = ("visitor", "researcher", "moderator")[number % 3]
        params = {"q": text, "sort": SORTS[number % len(SORTS)][0]}
        asked = ItemFilter(params, user=people.get(role))
        if not asked.form.is_valid():
            continue
        searcher = reader.searcher(asked.audience, for_user=None)
        assert searcher is not None
        by_index = everything(IndexAnswers(asked, searcher), asked)
        by_sql = everything(SqlAnswers(asked), asked)
        compared += 1
        differing += [
            f"{role} {params}: {what}: {by_sql[what]} by SQL, {by_index[what]} by the index"
            for what in by_sql
            if by_sql[what] != by_index[what]
        ]

    assert differing == [], "\n".join(differing)
    assert compared > QUERIES / 2


@pytest.mark.parametrize("sort", [code for code, _label in SORTS])
def test_a_page_far_down_is_the_one_that_sql_finds(
    sort: str, kept: None, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.search.index_answers._FAR_DOWN", 0)
    asked = ItemFilter({"sort": sort, "q": "the"}, user=people["moderator"])
    assert asked.form.is_valid()
    searcher = reader.searcher(asked.audience, for_user=None)
    by_sql, by_index = SqlAnswers(asked), IndexAnswers(asked, searcher)

    every = by_sql.keys(0, MOST)

    assert [key for start in range(0, len(every) + 40, 40) for key in by_index.keys(start, start + 40)] == every
