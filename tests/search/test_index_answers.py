"""The index answers all that a page asks just as SQL does; STRANDLINE_SWEEP=all: 2,000 queries over 20,000 items."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db.models import F

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.authorities.record_tree import nest
from archive.authorities.revision import changing_names
from archive.catalogue.audiences import Audience
from archive.item_index import folder, keep_index, reader
from archive.item_index.keep_index import Keeper
from archive.sample.seed_benchmark import seed
from archive.search import index_answers
from archive.search.answers import Answers, Box
from archive.search.filters import SORTS, ItemFilter
from archive.search.index_answers import IndexAnswers
from archive.search.index_questions import NotInIndex
from archive.search.sql_answers import SqlAnswers
from tests.indexing import catch_up
from tests.sample.made_archive import fill_gazetteer
from tests.search.plain_evaluator import PlainArchive
from tests.search.random_queries import random_queries
from tests.search.rows_of_spans import rows_of
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
    for first, last, number, contested in rows_of(answers.spans()):
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
        "the way to a place": answers.places([], first=_longest_way(), most=0),
        "events": answers.records("event", first=[], most=12),
        "outlets": answers.records("outlet", first=[2], most=12),
        # A visitor is told neither, and their index has no word of them.
        "accessions": {} if asked.is_public else answers.values("accession", without={"accession"}),
        "cameras": {} if asked.is_public else answers.values("camera_model", without=()),
        "without event": answers.lacking("event", without={"event"}),
        "without outlet": answers.lacking("outlet", without={"outlet"}),
        "all spans": +_by_month(
            (first, last, "", sum(number)) for first, last, *number in rows_of(answers.all_spans())
        ),
        "spans by month": +_by_month(
            (first, last, name, number)
            for first, last, *numbers in rows_of(answers.spans(by_month=True))
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


def _longest_way() -> list[Place]:
    """Return the places that lead down to one of the deepest, which is the last of them."""
    deepest = max(Place.objects.order_by("pk"), key=lambda place: place.depth)
    return list(Place.objects.filter(pk__in=[*deepest.ancestor_ids, deepest.pk]).order_by("path"))


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
        index = reader.opened(asked.audience, for_user=None)
        assert index is not None
        by_index = everything(IndexAnswers(asked, index), asked)
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
    index = reader.opened(asked.audience, for_user=None)
    by_sql, by_index = SqlAnswers(asked), IndexAnswers(asked, index)

    every = by_sql.keys(0, MOST)

    assert [key for start in range(0, len(every) + 40, 40) for key in by_index.keys(start, start + 40)] == every


def test_more_values_than_the_engine_counts_are_counted_in_stretches(
    kept: None, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ItemFilter({}, user=people["researcher"])
    assert asked.form.is_valid()
    # There are 16 cameras; more events and months.
    monkeypatch.setattr(index_answers, "_MOST_VALUES", 20)
    monkeypatch.setattr(index_answers, "_MANY_VALUES", 5)
    monkeypatch.setattr(index_answers, "_fields_of_many", set())

    for _again in range(2):
        answers, by_sql = IndexAnswers(asked, reader.opened(asked.audience, for_user=None)), SqlAnswers(asked)
        assert answers.records("event", first=[], most=12) == by_sql.records("event", first=[], most=12)
        assert answers.values("accession", without=set()) == by_sql.values("accession", without=set())
        places = list(Place.objects.all())
        assert answers.places(places, first=[], most=40) == by_sql.places(places, first=[], most=40)
        spans = [_by_month((*each[:2], "", each[2]) for each in rows_of(by.spans())) for by in (answers, by_sql)]
        assert +spans[0] == +spans[1]
    assert "event" in index_answers._fields_of_many


def test_while_items_of_moved_places_are_written_anew_the_index_tells_nothing_old(
    kept: None, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tree of places is right at each moment; of where they lie the index says nothing until it is."""
    monkeypatch.setattr(keep_index, "_FEW_ITEMS", 20)
    monkeypatch.setattr(keep_index, "_LOOKED_THROUGH", 150)
    asked = ItemFilter({}, user=people["moderator"])
    near = ItemFilter({"q": "near:51.05,2.4,30km"}, user=people["moderator"])
    assert asked.form.is_valid() and near.form.is_valid()
    france, kent = (Place.objects.get(slug=slug) for slug in ("france", "kent"))
    by_sql, places, moments = SqlAnswers(asked), list(Place.objects.all()), []

    with changing_names(Place):
        nest(france, kent)
    Place.objects.beneath(france).update(latitude_degrees=F("latitude_degrees") + 0.25)
    places = list(Place.objects.all())
    keeper = Keeper()
    while keeper.step():
        index = reader.opened(asked.audience, for_user=None)
        answers, of_area = IndexAnswers(asked, index), IndexAnswers(near, index)
        for some in (places, [france, kent]):
            assert answers.places(some, first=[], most=MOST) == by_sql.places(some, first=[], most=MOST)
        assert answers.keys(0, MOST) == by_sql.keys(0, MOST)
        refused = [
            _is_refused(ask)
            for ask in (answers.positions, partial(answers.cells, WORLD, 1, 1), partial(answers.standing, COAST, 6))
        ]
        assert {*refused, _is_refused(of_area.total)} == {index.is_moving}
        moments.append(index.is_moving)
        if len(moments) == 2:
            # Killed between two commits, and another place is moved meanwhile.
            keeper.close()
            Place.objects.filter(pk=kent.pk).update(latitude_degrees=51.2, longitude_degrees=0.7)
            keeper = Keeper()
    keeper.close()

    assert moments.count(True) > 5 and moments[-1] is False
    for audience_of in ("visitor", "researcher", "moderator"):
        asked = ItemFilter({}, user=people.get(audience_of))
        assert asked.form.is_valid()
        answers, by_sql = IndexAnswers(asked, reader.opened(asked.audience, for_user=None)), SqlAnswers(asked)
        assert _nearly(answers.positions()) == _nearly(by_sql.positions())
        assert sorted(map(_nearly, answers.cells(WORLD, 1, 1))) == sorted(map(_nearly, by_sql.cells(WORLD, 1, 1)))


def _is_refused(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except NotInIndex:
        return True
    return False
