"""The gazetteer that ships with the project, loaded once for all of these tests."""

import pytest
from django.db import transaction

from archive.authorities.gazetteer_file import SHIPPED, load_gazetteer, read_rows
from archive.authorities.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shipped(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        load_gazetteer()
        yield
        transaction.set_rollback(True)


def test_the_shipped_gazetteer_holds_the_beaches_and_harbours_of_both_shores(shipped):
    names = {
        "malo-les-bains": "Malo-les-Bains, Dunkirk, Nord, France",
        "dunkirk": "Dunkirk, Nord, France",
        "dover": "Dover, Kent, United Kingdom",
        "port-of-dover": "Port of Dover, Dover, Kent, United Kingdom",
        "clovelly-harbour": "Clovelly Harbour, Clovelly, Devon, United Kingdom",
        "plage-de-wissant": "Plage de Wissant, Wissant, Pas-de-Calais, France",
        "strait-of-dover": "Strait of Dover, English Channel",
        "newhaven": "Newhaven, East Sussex, United Kingdom",
        "hythe-gb-kent": "Hythe, Kent, United Kingdom",
    }

    held = {place.slug: place.full_name for place in Place.objects.with_card().filter(slug__in=names)}
    assert held == names


def test_every_shipped_place_names_its_source_and_licence_and_none_is_share_alike(shipped):
    assert not Place.objects.filter(source="").exists()
    assert not Place.objects.filter(licence="").exists()
    assert not Place.objects.filter(licence__startswith="ODbL").exists()


def test_every_shipped_path_follows_the_parents(shipped):
    paths = dict(Place.objects.values_list("pk", "path"))
    parents = Place.objects.exclude(parent=None).values_list("pk", "parent")

    assert all(paths[pk].startswith(paths[parent]) and paths[pk] != paths[parent] for pk, parent in parents)


def test_a_stretch_of_coast_takes_in_the_beaches_within_its_outline(shipped):
    coast = Place.objects.beneath(Place.objects.get(slug="opal-coast")).values_list("slug", flat=True)

    assert {"opal-coast", "malo-les-bains", "plage-de-berck", "cap-gris-nez"} <= set(coast)
    assert not {"dover", "lille", "paris"} & set(coast)


@pytest.mark.parametrize(
    ("spelling", "country", "name"),
    [
        ("Zuwara", "LY", "Zuwarah"),
        ("Zouara", "LY", "Zuwarah"),
        ("Derna", "LY", "Darnah"),
        ("Roccella Jonica", "IT", "Roccella Ionica"),
    ],
)
def test_a_town_of_other_letters_is_known_by_the_spellings_of_newsrooms(shipped, spelling, country, name):
    assert Place.objects.named(spelling).filter(country_code=country).values_list("name", flat=True).get() == name


@pytest.mark.corpus
def test_the_corpus_file_loads_over_the_shipped_one(corpus, shipped):
    first = load_gazetteer([corpus / "gazetteer" / "gazetteer.csv"])
    again = load_gazetteer([corpus / "gazetteer" / "gazetteer.csv"])

    assert first.created == 87 + 143  # the rows left out of the shipped file, see docs/gazetteer.md
    assert (again.created, again.updated) == (0, 0)


def test_the_shipped_files_name_each_place_once():
    rows = [row for path in SHIPPED for row in read_rows(path)]

    assert len(rows) == len({row.key for row in rows}) > 4500
