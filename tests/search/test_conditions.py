"""What each prefix of the box finds, what it refuses, and who may ask it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.extraction.models import Reading
from archive.search.filters import ItemFilter
from archive.search.find_items import find, neighbours
from archive.search.map_marks import Box, marks, overview
from archive.search.prefixes import PREFIXES, For
from archive.search.sql_answers import SqlAnswers
from archive.search.type_ahead import complete
from archive.standards.vocabulary import Property, SourceKind
from tests.builders import (
    NOW,
    make_appearance,
    make_caption,
    make_claim,
    make_item,
    make_outlet,
    make_place,
    projected_once,
)
from tests.search.test_query_language import TEXTS
from tests.sweeps.chosen import IS_WHOLE

pytestmark = pytest.mark.django_db
BOTH_WAYS = pytest.mark.usefixtures("answered_by")
VISITOR = AnonymousUser()


@pytest.fixture
def items(db: None) -> dict[str, Item]:
    """Pictures along the coast from Calais to Dunkirk, and one at Dover that looks at it from afar."""
    with projected_once():
        return _make_items()


def _make_items() -> dict[str, Item]:
    def place(name: str, kind: str, latitude: float, longitude: float, **more: object):
        return make_place(
            name, kind=kind, latitude_degrees=latitude, longitude_degrees=longitude, source_id=name, **more
        )

    france = make_place("France", kind="COUNTRY", source_id="FR")
    calais = place("Calais", "TOWN", 50.95194, 1.85635, parent=france)
    dunkirk = place("Dunkirk", "TOWN", 51.0344, 2.37681, parent=france)
    place("Calais harbour", "HARBOUR", 50.967, 1.85, parent=calais)
    marck = place("Marck beach", "BEACH", 50.986, 1.962, parent=france)
    place("Oye beach", "BEACH", 50.998, 2.045, parent=france)
    gravelines = place("Gravelines beach", "BEACH", 51.008, 2.118, parent=france)
    place("Mardyck beach", "BEACH", 51.041, 2.245, parent=france)
    place("Dunkirk port", "PORT", 51.035, 2.29, parent=dunkirk)
    malo = place("Malo", "BEACH", 51.053, 2.403, parent=dunkirk)
    sangatte = place("Sangatte beach", "BEACH", 50.948, 1.752, parent=france)
    dover = place("Dover", "TOWN", 51.1295, 1.3089)
    names = ("calais", "marck", "gravelines", "malo", "sangatte", "dover", "bare")
    made = {name: make_item(file_name=name) for name in names}
    for name, shown in zip(names, (calais, marck, gravelines, malo, sangatte, gravelines), strict=False):
        make_claim(made[name], Property.LOCATION_SHOWN, value_place=shown)
    make_claim(made["dover"], Property.LOCATION_CREATED, value_place=dover)
    make_claim(
        made["malo"], Property.LOCATION_CREATED, kind=SourceKind.DEVICE_METADATA,
        latitude_degrees=51.054, longitude_degrees=2.404, uncertainty_metres=10,
    )  # fmt: skip
    make_claim(made["calais"], Property.DATE_CREATED, date="2024-06-18")
    make_claim(made["marck"], Property.DATE_CREATED, date="2024-06")
    make_claim(made["malo"], Property.PEOPLE_COUNT, value_min=40, value_max=40, value_text="40")
    make_claim(made["marck"], Property.PEOPLE_COUNT, value_min=50, value_text="at least 50")
    make_claim(made["malo"], Property.CREATOR, value_text="Jo Doe / AFP")
    make_caption(made["calais"], "A dinghy")
    make_appearance(made["calais"], make_outlet("Sky News"), published_edtf="2024-06-20",
                    published_earliest="2024-06-20", published_latest="2024-06-20")  # fmt: skip
    Reading.objects.create(
        media_file=made["malo"].media_file, reader="embedded", reader_version="1", read_at=NOW,
        state=Reading.State.READ, statements=[["IFD0", "Make", "NIKON CORPORATION"], ["IFD0", "Model", "NIKON D5"]],
    )  # fmt: skip
    return made


def found(written: str, user: object) -> str:
    answer = find(QueryDict(mutable=True) | {"q": written}, user=user)
    assert answer.is_valid, answer.form.errors
    assert answer.chips or not written
    return " ".join(sorted(item.file_name for item in answer.items))


@BOTH_WAYS
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("between:calais,dunkirk", "calais dover gravelines malo marck"),
        ("between:dunkirk,calais", "calais dover gravelines malo marck"),
        ("-between:calais,dunkirk", "bare sangatte"),
        ("between:calais,dunkirk place-kind:beach", "dover gravelines malo marck"),
        ("place-kind:town,port", "calais dover malo"),
        ("shown:gravelines-beach", "dover gravelines"),
        ("shown:dunkirk,marck-beach", "malo marck"),
        ("camera:dover", "dover"),
        ("camera:gravelines-beach", ""),
        ("camera:france", ""),
        ("near:51.05,2.40,1km", "malo"),
        ("near:51.01,2.12,900m", "dover gravelines"),
        ("near:51.0,2.1,30km", "calais dover gravelines malo marck sangatte"),
        ("within:51,2,51.1,2.2", "dover gravelines"),
        ("within:51.0,2.0,51.1,2.0,51.1,2.5,51.0,2.5", "dover gravelines malo"),
        ("within:51.0,2.0,51.1,2.0,51.0,2.2", "dover gravelines"),
        ("within:51.1,2.0,51.1,2.2,51.02,2.2", ""),
        ("certain:2024-06-18", "calais"),
        ("possible:2024-06-18", "marck"),
        ("certain:2024-06-01..2024-06-30", "calais marck"),
        ("-possible:2024-06-18 place:france -place-kind:beach", "calais"),
        ("published:2024-06", "calais"),
        ("published:..2024-06-19", ""),
        ("received:2024-06-20", "bare calais dover gravelines malo marck sangatte"),
        ("received:2024-06-21..", ""),
        ("by:doe", "malo"),
        ('by:"Jo DOE"', "malo"),
        ("by:do", ""),
        ("people:20..60", "malo marck"),
        ("people:40", "malo"),
        ("people:60..", "marck"),
        ("people:..45", "malo"),
        ("camera-model:d5", "malo"),
        ('camera-model:"Nikon D5"', "malo"),
        ("has:caption", "calais"),
        ("-has:place", "bare"),
        ("has:by,print", "calais malo"),
        ("has:gps,camera-model,people", "malo marck"),
        ("-has:date place:france has:people", "malo"),
        ("status:unreviewed has:people", "malo marck"),
        ("status:contested,reviewed", "dover"),
    ],
)
def test_each_prefix_finds_its_items(
    items: dict[str, Item], people: dict[str, User], written: str, expected: str
) -> None:
    assert found(written, people["researcher"]) == expected


@BOTH_WAYS
def test_near_an_item_is_near_where_it_is(items: dict[str, Item], people: dict[str, User]) -> None:
    assert found(f"near:item-{items['malo'].pk}", people["researcher"]) == "malo"
    assert found(f"near:item-{items['malo'].pk},30km", people["researcher"]) == "dover gravelines malo"
    items["marck"].access = Access.RESTRICTED
    items["marck"].save(update_fields=["access"])

    answers = [
        find(QueryDict(mutable=True) | {"q": f"near:item-{key}"}, user=people["researcher"]).form.errors["q"]
        for key in (items["marck"].pk, 10**9)
    ]

    assert all("with a position that you may see" in str(errors) for errors in answers)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("between:calais", "Write two places"),
        ("between:calais,atlantis", "knows no place “atlantis”"),
        ("between:calais,dover", "lead along a coast"),
        ("near:51,2", "Write latitude, longitude and distance"),
        ("near:95,2,1km", "no position in degrees"),
        ("near:51,2,900km", "no distance up to 300 km"),
        ("near:51,2,10", "no distance"),
        ("near:item-x,2,1km", "no position in degrees"),
        ("within:1,2,3", "Write a box"),
        ("within:51.1,2,51,3", "ends before it begins"),
        ("within:1..2,3,4,5", "No range"),
        ("place-kind:city", "none of: country"),
        ("shown:atlantis", "knows no place"),
        ("certain:2024-13", "no month 13"),
        ("possible:2024-06-19..2024-06-18", "before the first"),
        ("published:soonish", "is no date"),
        ("people:many", "Write a number of people"),
        ("people:60..20", "ends before it begins"),
        ("people:99999999999", "Write a number of people"),
        ("by:!!", "no word"),
        ("has:money", "none of: caption"),
        ("status:lost", "none of: contested, unreviewed, reviewed."),
        ("status:restricted", "none of: contested, unreviewed, reviewed."),
        ("added-by:archivist", "Archive staff alone"),
    ],
)
def test_what_a_prefix_cannot_mean_is_said(
    items: dict[str, Item], people: dict[str, User], written: str, sentence: str
) -> None:
    answer = find(QueryDict(mutable=True) | {"q": written}, user=people["researcher"])

    assert not answer.is_valid and answer.items == []
    assert sentence in " ".join(answer.form.errors["q"])


@BOTH_WAYS
def test_archive_staff_ask_further(items: dict[str, Item], people: dict[str, User]) -> None:
    Item.objects.filter(pk=items["malo"].pk).update(added_by=people["archivist"], access=Access.RESTRICTED)

    assert found("added-by:archivist", people["moderator"]) == "malo"
    assert found("status:restricted", people["archivist"]) == "malo"


@pytest.mark.parametrize("excluded", ["-place:malo", "-has:event", "-by:jo", "-place-kind:beach"])
def test_what_is_linked_is_excluded_by_a_join_and_not_by_a_list_gone_through_for_each_item(
    items: dict[str, Item], people: dict[str, User], excluded: str
) -> None:
    asked = ItemFilter({"q": f"{excluded} -kind:still"}, user=people["researcher"])
    assert asked.is_valid()

    written = str(asked.narrowed().query)
    with CaptureQueriesContext(connection) as asked_of_sql:
        SqlAnswers(asked).lacking("event", without=())

    assert "NOT (EXISTS" in written or "NOT EXISTS" in written
    assert 'NOT ("catalogue_item"."id" IN' not in written + asked_of_sql[-1]["sql"]
    assert written.count("EXISTS") == 1, "what a column of the item says is asked of it alone"


@BOTH_WAYS
def test_a_visitor_asks_between_towns_and_by_nothing_more_precise(items: dict[str, Item]) -> None:
    Item.objects.filter(pk__in=[items[name].pk for name in ("calais", "malo", "marck")]).update(access=Access.RELEASED)
    from archive.projection.write_projection import project

    project(Item.objects.all())

    assert found("between:calais,dunkirk", VISITOR) == "calais malo"
    assert found("shown:dunkirk", VISITOR) == "malo"
    assert found("people:20..60 has:by", VISITOR) == "malo"
    for refused in ("between:malo,calais", "shown:malo", "has:gps", "-has:print", "place-kind:beach"):
        answer = find(QueryDict(mutable=True) | {"q": refused}, user=VISITOR)
        assert not answer.is_valid, refused
    sentence = ItemFilter({"q": "beaches between Calais and Dunkirk in June 2024"}, user=VISITOR)
    assert sentence.is_valid() and sentence.withheld == ["beaches"], "what may not be asked is told, and not refused"


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
def test_the_example_of_each_prefix_is_understood_by_who_may_ask_it_alone(
    items: dict[str, Item], people: dict[str, User], prefix
) -> None:
    askers = {For.EVERYBODY: VISITOR, For.SIGNED_IN: people["researcher"], For.STAFF: people["archivist"]}

    for needed, asker in askers.items():
        asked = ItemFilter({"q": prefix.example}, user=asker)
        told = str(asked.form.errors)
        assert ("Sign in" in told or "Archive staff alone" in told) == (needed < prefix.asked_by) or (
            # The example is a beach, which is too close for a visitor.
            prefix.name in ("beach", "place-kind") and needed == For.EVERYBODY
        ), (prefix.name, needed, told)


class AnyText(TestCase):
    """Whatever is typed is answered, by all that the page asks the database; 20,000 texts with STRANDLINE_SWEEP=all."""

    @settings(
        max_examples=20_000 if IS_WHOLE else 150, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(TEXTS, st.sampled_from(["visitor", "researcher", "archivist"]), st.sampled_from(["newest", "best"]))
    def test_no_text_breaks_a_search(self, text: str, role: str, sort: str) -> None:
        # As it comes from an address, where no text has NUL: pages and API refuse that before they look at anything.
        typed = text.replace("\0", "").encode("utf-8", "surrogatepass").decode(errors="replace")
        asked, user = {"q": typed, "sort": sort}, self._people.get(role, VISITOR)

        answer = find(asked, user=user)
        overview(asked, user=user)
        marks(asked, box=Box(-90, -180, 90, 180), zoom=0, user=user)
        for item in answer.items[:1]:
            assert neighbours(asked, user=user, item_id=item.pk).total == answer.counts.total
        complete(typed, len(typed), user=user)

    @settings(max_examples=600 if IS_WHOLE else 50, deadline=None, database=None)
    @given(TEXTS, st.sampled_from(["visitor", "researcher", "archivist"]))
    def test_no_text_is_answered_with_an_error_of_the_site(self, text: str, role: str) -> None:
        self.client.logout()
        if role in self._people:
            self.client.force_login(self._people[role])
        for address in ("/", "/api/v1/items/"):
            answer = self.client.get(address, {"q": text.encode("utf-8", "surrogatepass")})
            assert answer.status_code < 500, text

    @classmethod
    def setUpTestData(cls) -> None:
        from tests.builders import make_people

        cls._people = make_people()
        _make_items()


def test_of_very_many_refusals_the_first_are_told_and_no_more_is_looked_up() -> None:
    written = " ".join(f"beach:nowhere{number}" for number in range(40))

    asked = ItemFilter({"q": written}, user=VISITOR)

    assert len(asked.form.errors["q"]) == 5
