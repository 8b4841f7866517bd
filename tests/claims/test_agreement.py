"""Whether many claims can be true together: the same answer as of each two, in a time that does not grow with pairs."""

from collections import Counter
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.authorities.models import Outlet, Place
from archive.claims import agreement
from archive.claims.agreement import all_can_be_true, can_both_be_true
from archive.claims.models import Claim, Source
from archive.standards.vocabulary import Property, SourceKind

OUTLETS = [Outlet(pk=1, name="one"), Outlet(pk=2, name="other"), Outlet(pk=3, name="merged", merged_into_id=1)]
PLACES = [
    Place(pk=1, name="Dunkirk", kind="TOWN", path="000001/", latitude_degrees=51.0, longitude_degrees=2.3),
    Place(pk=2, name="Malo", kind="BEACH", path="000001/000002/", latitude_degrees=51.05, longitude_degrees=2.4),
    Place(pk=3, name="Dover", kind="PORT", path="000003/", latitude_degrees=51.1, longitude_degrees=1.3),
    Place(pk=4, name="France", kind="COUNTRY", path="000004/", latitude_degrees=46.0, longitude_degrees=2.0),
]
WORDS = ["", "jo", "jo doe", "jo doe sky", "bo", "sky", "Jo Doe", "doe sky"]


@st.composite
def sources(draw: Any) -> Source:
    pk = draw(st.integers(1, 4))
    kind = draw(st.sampled_from([SourceKind.CAPTION, SourceKind.DEVICE_METADATA, SourceKind.INFERENCE]))
    # A source has one caption, or none; the same key is the same source.
    return Source(pk=pk, kind=kind, caption_id=None if pk == 1 else pk // 2, start=None if pk < 3 else 1, end=2)


@st.composite
def values(draw: Any, name: Property) -> dict[str, Any]:
    match name:
        case Property.DATE_CREATED:
            first, days = draw(st.integers(1, 8)), draw(st.integers(0, 3))
            edtf = draw(st.sampled_from(["", "Z"]))
            if draw(st.booleans()):
                return {"value_text": "then"}
            last = date(2024, 6, first + days)
            return {"value_edtf": f"2024{edtf}", "value_earliest": date(2024, 6, first), "value_latest": last}
        case Property.PEOPLE_COUNT:
            return {"value_min": draw(st.none() | st.integers(0, 5)), "value_max": draw(st.none() | st.integers(0, 5))}
        case Property.LOCATION_SHOWN:
            return draw(
                st.sampled_from(
                    [
                        *(
                            {"value_place": place, "uncertainty_metres": near}
                            for place in PLACES
                            for near in (None, 9e3)
                        ),
                        *({"latitude_degrees": 51.0 + n / 50, "longitude_degrees": 2.3} for n in range(4)),
                        *({"value_text": words} for words in WORDS),
                    ]
                )
            )
        case _:
            outlet = draw(st.none() | st.sampled_from(OUTLETS))
            return {"value_text": draw(st.sampled_from(WORDS)), "value_outlet": outlet}


@pytest.mark.parametrize("name", [Property.DATE_CREATED, Property.PEOPLE_COUNT, Property.LOCATION_SHOWN,
                                  Property.CREDIT_LINE, Property.DIGITAL_SOURCE_TYPE, Property.EVENT])  # fmt: skip
@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_many_claims_can_be_true_where_each_two_can(name: Property, data: Any) -> None:
    drawn = data.draw(st.lists(st.tuples(sources(), values(name)), max_size=7))
    kinds = {source.pk: source.kind for source, _value in drawn}
    claims = []
    for number, (source, value) in enumerate(drawn, 1):
        source.kind = kinds[source.pk]
        claims.append(Claim(pk=number, property=name, source=source, **value))

    expected = all(can_both_be_true(name, one, other) for one, other in combinations(claims, 2))

    assert all_can_be_true(name, claims) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (Property.CREDIT_LINE, lambda number: {"value_text": "jo doe " * (1 + number % 50)}),
        (Property.CREATOR, lambda number: {"value_text": "Jo Doe"}),
        (Property.CREATOR, lambda number: {"value_text": "Bo Roe; Jo Doe" + ";" * number}),
        (Property.DATE_CREATED, lambda number: {"value_edtf": "2024", "value_earliest": date(2024, 1, 1 + number % 9),
                                                "value_latest": date(2024, 6, 1)}),
        (Property.PEOPLE_COUNT, lambda number: {"value_min": number, "value_max": None}),
        (Property.LOCATION_SHOWN, lambda number: {"latitude_degrees": 51 + number / 1e9, "longitude_degrees": 2.0}),
    ],
    ids=["credits", "by-lines", "by-lines written otherwise", "dates", "counts", "positions"],
)  # fmt: skip
def test_what_is_asked_grows_with_the_claims_and_not_with_their_pairs(name: Property, value: Any, monkeypatch) -> None:
    asked: Counter[str] = Counter()
    for function in ("normalise", "distances_metres", "_point", "_reach", "_teller", "can_both_be_true"):
        before = getattr(agreement, function)

        def counted(*given: Any, function: str = function, before: Any = before, **more: Any) -> Any:
            asked[function] += 1
            return before(*given, **more)

        monkeypatch.setattr(agreement, function, counted)
    claims = [
        Claim(pk=n, property=name, source=Source(pk=n, kind=SourceKind.DEVICE_METADATA), **value(n))
        for n in range(1, 1001)
    ]

    assert all_can_be_true(name, claims)

    assert 0 < asked.total() <= 8 * len(claims)


def test_thousands_of_by_lines_of_one_statement_beside_one_of_another_are_compared_with_that_alone() -> None:
    one, other = Source(pk=1, kind=SourceKind.DEVICE_METADATA), Source(pk=2, kind=SourceKind.CAPTION)
    many = [Claim(pk=n, source=one, value_text=f"jo doe {n}") for n in range(1, 9001)]

    assert all_can_be_true(Property.CREATOR, many)
    assert all_can_be_true(Property.CREATOR, [*many, Claim(pk=9001, source=other, value_text="Jo Doe")])
    assert not all_can_be_true(Property.CREATOR, [*many, Claim(pk=9001, source=other, value_text="Bo Roe")])


def variant(number: int) -> str:
    """One list of twelve photographers, each by name or by initial: no two are the same, and each two may be."""
    return "; ".join(f"{'Jo' if number >> at & 1 else 'J'} Doe{'abcdefghijkl'[at]}" for at in range(12))


@pytest.mark.parametrize("number", [1000, 3000])
def test_what_is_compared_of_made_up_by_lines_has_an_end_and_hides_no_contradiction(number: int, monkeypatch) -> None:
    asked: Counter[str] = Counter()
    before = agreement._is_one_person
    monkeypatch.setattr(agreement, "_is_one_person", lambda *names: asked.update(["name"]) or before(*names))
    claims = [
        Claim(pk=n, property=Property.CREATOR, source=Source(pk=n, kind="CAPTION"), value_text=variant(n))
        for n in range(1, number + 1)
    ]

    assert not all_can_be_true(Property.CREATOR, claims)

    assert 0 < asked.total() <= agreement.MOST_COMPARED


@pytest.mark.parametrize("name", [Property.CREDIT_LINE, Property.EVENT])
def test_what_is_compared_of_words_and_events_has_an_end(name: Property, monkeypatch) -> None:
    monkeypatch.setattr(agreement, "MOST_COMPARED", 500)
    words = [f"jo {n} doe" for n in range(40)]
    # Of two tellers, the one with each credit and the other with all of them: each two meet.
    claims = [
        *(Claim(pk=n, source=Source(pk=1, kind=SourceKind.MATCH), value_text=text) for n, text in enumerate(words)),
        *(
            Claim(pk=50 + n, source=Source(pk=2, kind="CAPTION"), value_text=f"{' '.join(words)} {n}")
            for n in range(40)
        ),
    ]
    assert all(can_both_be_true(name, one, other) for one in claims[:40] for other in claims[40:])

    assert not all_can_be_true(name, claims)
    monkeypatch.setattr(agreement, "MOST_COMPARED", 200_000)
    assert all_can_be_true(name, claims)


def test_two_books_for_by_lines_are_compared_by_their_words() -> None:
    book, other = "; ".join(f"Jo Doe{n}" for n in range(500)), "; ".join(f"Jo Doe{n}" for n in range(400))

    assert agreement._names_meet(book, other)
    assert not agreement._names_meet(book, other + "; Bo Roe")
