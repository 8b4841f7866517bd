import pytest

from archive.authorities import gazetteer
from archive.authorities.edit_records import create_event, create_outlet, create_place, edit_place
from archive.authorities.merge_records import merge
from archive.authorities.models import Outlet, OutletName, Place
from archive.standards.normal_form import normalise
from tests.builders import make_outlet

pytestmark = pytest.mark.django_db


@pytest.fixture
def shores():
    """Two shores of a strait, with the namesakes that make trouble."""
    made = {}

    def place(name, kind, parent=None, point=(None, None), names=(), **fields):
        made[name if name not in made else f"{name} {kind.lower()}"] = create_place(
            name=name,
            kind=kind,
            by="test",
            parent=made.get(parent),
            latitude_degrees=point[0],
            longitude_degrees=point[1],
            names=names,
            **fields,
        )

    place("France", "COUNTRY", country_code="FR")
    place("United Kingdom", "COUNTRY", names=[("UK", "en")], country_code="GB")
    for code, country in (("FRA", "France"), ("GBR", "United Kingdom")):
        Place.objects.filter(pk=made[country].pk).update(source_id=f"iso3166:{code}")
    place("Nord", "COUNTY", "France")
    place("Kent", "COUNTY", "United Kingdom")
    place("Hampshire", "COUNTY", "United Kingdom")
    place("Dunkirk", "TOWN", "Nord", (51.034, 2.377), [("Dunkerque", "fr"), ("Duinkerke", "nl")])
    place("Malo-les-Bains", "BEACH", "Dunkirk", (51.053, 2.403))
    place("Dover", "TOWN", "Kent", (51.126, 1.313), [("Douvres", "fr")])
    place("Folkestone", "TOWN", "Kent", (51.082, 1.167))
    place("Folkestone", "BEACH", "Folkestone", (51.082, 1.191))
    place("Hythe", "TOWN", "Kent", (51.07, 1.08))
    place("Hythe", "TOWN", "Hampshire", (50.87, -1.40))
    return made


def meant(name, **where):
    place = gazetteer.place_meant(name, **where)
    return place.slug if place else None


def around(*point):
    return gazetteer.neighbourhoods({point: frozenset()}, within_metres=20_000)[point]


@pytest.mark.parametrize("name", ["Dunkirk", "dunkerque", "DUINKERKE"])
def test_every_name_of_a_place_means_it(shores, name):
    assert meant(name) == "dunkirk"


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("Dunkirk, France", "dunkirk"),
        ("Dunkerque (Nord)", "dunkirk"),
        ("Dunkirk, Nord, FR", "dunkirk"),
        ("Hythe, Kent", "hythe"),
        ("Hythe, Kent, UK", "hythe"),
        ("Hythe, UK", None),
        ("Dunkirk, Kent", None),
        ("Dunkirk, UK", None),
        ("Dunkirk, Dover", None),
        ("Dunkirk; Dover", None),
        ("Dunkirk, Nord, Kent, France", None),
    ],
)
def test_a_place_may_be_followed_by_those_above_it(shores, written, slug):
    assert meant(written) == slug


@pytest.mark.parametrize(
    ("name", "where", "slug"),
    [
        ("Folkestone", {}, "folkestone"),
        ("Hythe", {}, None),
        ("Hythe", {"province": "Kent"}, "hythe"),
        ("Hythe", {"province": "Hampshire", "country": "UK"}, "hythe-2"),
        ("Dover", {"country": "GBR"}, "dover"),
        ("Dover", {"country": "France"}, None),
        ("Dover", {"province": "Delaware"}, None),
        ("Atlantis", {}, None),
    ],
    ids=[
        "town-over-its-beach",
        "open",
        "by-county",
        "by-both",
        "alpha-3",
        "other-country",
        "other-province",
        "unknown",
    ],
)
def test_a_name_means_the_one_place_that_nothing_speaks_against(shores, name, where, slug):
    assert meant(name, **where) == slug


def test_all_candidates_are_kept_with_the_likeliest_first(shores):
    found = gazetteer.resolve("Hythe", province="Kent")

    assert [(candidate.place.slug, candidate.unambiguous) for candidate in found] == [
        ("hythe", True),
        ("hythe-2", False),
    ]


def test_a_kind_narrows_the_candidates(shores):
    assert [found.place.slug for found in gazetteer.resolve("Folkestone", kind="BEACH")] == ["folkestone-2"]


@pytest.mark.parametrize(("text", "code"), [("FR", "FR"), ("fra", "FR"), ("France", "FR"), ("UK", "GB"), ("Mars", "")])
def test_a_country_is_known_by_code_or_name(shores, text, code):
    assert gazetteer.country_code(text) == code


def test_the_nearest_place_comes_with_its_distance(shores):
    beach = around(51.054, 2.404)

    assert beach.nearest.slug == "malo-les-bains"
    assert beach.metres == pytest.approx(131, abs=2)


def test_a_neighbourhood_tells_the_nearest_place_and_how_near_countries_and_areas_come(
    shores, django_assert_num_queries
):
    kent, hampshire = shores["Kent"].pk, shores["Hampshire"].pk
    at_calais, at_sea = (50.96, 1.85), (47.0, -8.0)
    around(51, 2)

    with django_assert_num_queries(1):
        known = gazetteer.neighbourhoods(
            {at_calais: frozenset({kent, hampshire}), at_sea: frozenset({kent})}, within_metres=100_000
        )

    calais = known[at_calais]
    assert (calais.nearest.slug, calais.metres) == ("dunkirk", pytest.approx(37_700, rel=0.01))
    assert list(calais.countries) == ["FR", "GB"]
    assert calais.countries["GB"] == pytest.approx(41_900, rel=0.01)
    assert list(calais.areas) == [kent] and calais.areas[kent] == calais.countries["GB"]
    assert (known[at_sea].nearest, known[at_sea].countries, known[at_sea].areas) == (None, {}, {})


def test_nothing_is_near_where_no_place_is():
    assert around(0, 0).nearest is None


def test_a_change_is_seen_at_once(shores):
    assert meant("Duinkerke") == "dunkirk"

    edit_place(shores["Dunkirk"], by="test", names=[("Dunkerque", "fr")], latitude_degrees=52.0)

    assert meant("Duinkerke") is None
    assert around(52.0, 2.377).metres == pytest.approx(0, abs=1)


def test_a_merged_place_is_not_offered_but_its_names_lead_to_the_one_that_stands(shores):
    merge(shores["Dover"], into=shores["Dunkirk"], by="test")

    assert meant("Douvres") == "dunkirk"
    assert around(51.126, 1.313).nearest.slug != "dover"
    assert [row.slug for row in gazetteer.suggest_places("dov")] == ["dunkirk"]


def test_the_whole_place_is_known_with_one_query(shores, django_assert_num_queries):
    around(51, 2)

    with django_assert_num_queries(1):
        assert around(51.054, 2.404).nearest.full_name == "Malo-les-Bains, Dunkirk, Nord, France"


def test_letters_become_places_with_their_kind_and_where_they_lie(shores):
    first, *_others = gazetteer.suggest_places("duin")

    assert (first.name, first.matched, first.kind, first.context) == ("Dunkirk", "Duinkerke", "town", "Nord, France")


def test_a_word_inside_a_name_is_found_after_names_that_begin_so(shores):
    create_place(name="Bains-sur-Mer", kind="TOWN", by="test", parent=shores["Nord"])

    assert [row.slug for row in gazetteer.suggest_places("bains")] == ["bains-sur-mer", "malo-les-bains"]


def test_no_letters_suggest_nothing(shores):
    assert gazetteer.suggest_places(" - ") == []
    assert gazetteer.suggest_events("") == []
    assert gazetteer.suggest_outlets("") == []


def test_letters_become_events_with_their_date():
    create_event(name="Départ de Malo", by="test", date_edtf="2024-06-18")

    (row,) = gazetteer.suggest_events("depart")

    assert (row.slug, row.context) == ("depart-de-malo", "18 June 2024")


def test_letters_become_outlets_by_any_alias():
    create_outlet(name="Agence France-Presse", kind="AGENCY", by="test", aliases=["AFP", "AFP Photo"])

    (row,) = gazetteer.suggest_outlets("afp")

    assert (row.name, row.matched, row.kind) == ("Agence France-Presse", "AFP", "news agency")


@pytest.mark.parametrize(
    ("credit", "name"),
    [
        ("AFP", "Agence France-Presse"),
        ("Jo Doe/AFP via Getty Images", "Agence France-Presse"),
        ("© Getty Images", "Getty Images"),
        ("Photo by Jo Doe (AFP)", "Agence France-Presse"),
        ("Jo Doe", None),
        ("", None),
    ],
)
def test_a_credit_names_the_first_outlet_in_it(credit, name):
    create_outlet(name="Agence France-Presse", kind=Outlet.Kind.AGENCY, by="test", aliases=["AFP"])
    create_outlet(name="Getty Images", kind=Outlet.Kind.PHOTO_LIBRARY, by="test")

    meant = gazetteer.outlet_meant(credit)

    assert (meant and meant.name) == name


def test_a_name_of_two_outlets_names_neither():
    create_outlet(name="The Standard", kind="NEWSPAPER", by="test")
    create_outlet(name="Evening Standard", kind="NEWSPAPER", by="test", aliases=["The Standard"])

    assert gazetteer.outlet_meant("The Standard") is None


def test_a_name_means_the_event_of_that_name_alone():
    event = create_event(name="Départ de Malo", by="test")
    assert gazetteer.event_meant("depart de malo") == event
    assert gazetteer.event_meant("depart") is None

    create_event(name="Depart de Malo", by="test")

    assert gazetteer.event_meant("depart de malo") is None


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.harbourpost.example/2024/boats.html", "Harbour Post"),
        ("http://AMP.harbourpost.example/x", "Harbour Post"),
        ("harbourpost.example", "Harbour Post"),
        ("https://local.harbourpost.example/x", "Harbour Post Local"),
        ("https://harbourpost-intl.example/x", "Harbour Post"),
        ("https://www.state.example/bodies/coastguard/news/1", "Coastguard"),
        ("https://www.state.example/bodies/coastguards/", None),
        ("https://www.state.example/", None),
        ("https://notharbourpost.example/", None),
        ("https://example/", None),
        ("no address", None),
        ("", None),
    ],
    ids=str,
)
def test_an_address_lies_in_the_website_of_one_outlet(address: str, name: str | None) -> None:
    post = make_outlet("Harbour Post", website="https://www.harbourpost.example")
    OutletName.objects.create(
        outlet=post, name="harbourpost-intl.example", normalised=normalise("harbourpost-intl.example")
    )
    make_outlet("Harbour Post Local", website="https://local.harbourpost.example")
    make_outlet("Coastguard", website="https://www.state.example/bodies/coastguard")
    make_outlet("Home Ministry", website="https://www.state.example/bodies/home")

    found = gazetteer.outlet_at(address)

    assert (found.name if found else None) == name


def test_a_website_that_two_outlets_share_names_neither() -> None:
    make_outlet("Harbour Post", website="https://harbourpost.example")
    make_outlet("Harbour Post on Sunday", website="https://www.harbourpost.example/")

    assert gazetteer.outlet_at("https://harbourpost.example/x") is None
    assert gazetteer.outlet_at("https://[harbourpost.example/x") is None
