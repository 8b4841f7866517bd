from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from archive.authorities.edit_records import edit_place
from archive.authorities.gazetteer import place_meant
from archive.authorities.gazetteer_file import BadGazetteer, load_gazetteer, read_rows
from archive.authorities.merge_records import merge
from archive.authorities.models import Place, PlaceName
from archive.ledger.models import LedgerEntry

pytestmark = pytest.mark.django_db

HEAD = "name,alt_names,kind,country_code,admin1,admin2,lat,lon,source_id,source,licence"
TOWN = "Dunkirk,fr:Dunkerque|nl:Duinkerke|Denkerk,town,FR,Hauts-de-France,Nord,51.034,2.377,t:1,Test,CC0-1.0"
BEACH = "Malo-les-Bains,,beach,FR,Hauts-de-France,Nord,51.053,2.403,t:2,Test,CC0-1.0"
FAR_BEACH = "Plage du Nord,,beach,FR,Hauts-de-France,Nord,50.5,3.2,t:3,Test,CC0-1.0"


@pytest.fixture
def file(tmp_path):
    def write(*lines: str, head: str = HEAD) -> Path:
        path = tmp_path / "places.csv"
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def test_a_beach_stands_beneath_its_town_its_county_its_region_and_its_country(file):
    load_gazetteer([file(BEACH, TOWN)])

    beach = Place.objects.with_card().get(slug="malo-les-bains")
    assert beach.full_name == "Malo-les-Bains, Dunkirk, Nord, France"
    assert [place.kind for place in (beach.parent, beach.parent.parent, beach.parent.parent.parent)] == [
        "TOWN",
        "COUNTY",
        "REGION",
    ]
    assert beach in Place.objects.beneath(Place.objects.get(slug="france"))


def test_a_beach_far_from_every_town_stands_beneath_its_county(file):
    load_gazetteer([file(TOWN, FAR_BEACH)])

    assert Place.objects.get(slug="plage-du-nord").parent.name == "Nord"


def test_a_second_load_changes_nothing(file):
    path = file(TOWN, BEACH)
    load_gazetteer([path])
    before = list(Place.objects.order_by("pk").values())

    again = load_gazetteer([path])

    assert (again.created, again.updated) == (0, 0)
    assert list(Place.objects.order_by("pk").values()) == before
    assert LedgerEntry.objects.filter(verb="load gazetteer").count() == 1


def test_a_changed_row_changes_its_place_and_keeps_its_slug(file):
    load_gazetteer([file(TOWN, BEACH)])

    loaded = load_gazetteer([file(TOWN.replace("Dunkirk", "Dunkerque-Centre").replace("51.034", "51.035"), BEACH)])

    place = Place.objects.get(slug="dunkirk")
    assert (loaded.created, loaded.updated) == (0, 1)
    assert (place.name, place.latitude_degrees) == ("Dunkerque-Centre", 51.035)
    assert set(place.names.values_list("name", "language")) >= {("Duinkerke", "nl"), ("Dunkerque-Centre", "")}


def test_a_correction_by_hand_outlives_the_next_load(file):
    path = file(TOWN, BEACH)
    load_gazetteer([path])
    edit_place(Place.objects.get(slug="malo-les-bains"), by="someone", radius_metres=900)

    load_gazetteer([path])

    assert Place.objects.get(slug="malo-les-bains").radius_metres == 900


def test_a_merged_place_stays_merged_when_its_row_changes(file):
    load_gazetteer([file(TOWN, BEACH, FAR_BEACH)])
    beach = Place.objects.get(slug="malo-les-bains")
    merge(Place.objects.get(slug="plage-du-nord"), into=beach, by="someone")

    load_gazetteer([file(TOWN, BEACH, FAR_BEACH.replace("3.2", "3.3"))])

    merged = Place.objects.get(slug="plage-du-nord")
    assert (merged.merged_into, merged.parent) == (beach, beach)


def test_names_carry_their_language(file):
    load_gazetteer([file(TOWN)])

    names = PlaceName.objects.filter(place__slug="dunkirk").values_list("name", "language")
    assert set(names) == {("Dunkirk", ""), ("Dunkerque", "fr"), ("Duinkerke", "nl"), ("Denkerk", "")}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (BEACH.replace("51.053", "91"), 'line 3: lat "91" is no number of degrees from -90 to 90'),
        (BEACH.replace("2.403", "east"), 'line 3: lon "east" is no number'),
        (BEACH.replace("beach", "dune"), 'line 3: kind "dune" is none of country, region'),
        (BEACH.replace("Malo-les-Bains", ""), "line 3: name is empty"),
        (BEACH.replace(",FR,", ",France,"), 'line 3: country_code "France" is not two letters'),
        (BEACH.replace(",FR,", ",XX,"), "line 3: there is no country XX"),
        (BEACH + ",", "line 3: the line has more or fewer fields"),
        (BEACH.replace("t:2", "t:1"), "source_id t:1 stands in 2 lines"),
    ],
    ids=["latitude", "longitude", "kind", "no-name", "country-name", "no-country", "fields", "twice"],
)
def test_a_bad_line_is_named_and_nothing_is_stored(file, line, complaint):
    path = file(TOWN, line)

    with pytest.raises(BadGazetteer, match="Nothing was stored") as refused:
        load_gazetteer([path])

    assert complaint in str(refused.value)
    assert not Place.objects.exists()


def test_a_missing_column_is_named(file):
    with pytest.raises(BadGazetteer, match="has no column lat"):
        read_rows(file(head=HEAD.replace("lat,", "")))


def test_the_command_refuses_what_is_no_table(tmp_path):
    path = tmp_path / "places.csv"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(CommandError, match="must be CSV in UTF-8"):
        call_command("load_gazetteer", str(path), verbosity=0)


def test_a_name_taken_out_of_a_file_is_known_no_more_and_told(file, capsys):
    call_command("load_gazetteer", str(file(TOWN)))
    assert place_meant("Denkerk")
    capsys.readouterr()

    call_command("load_gazetteer", str(file(TOWN.replace("|Denkerk", ""))))

    assert place_meant("Denkerk") is None
    assert place_meant("Dunkerque")
    assert "Denkerk (Dunkirk)" in capsys.readouterr().out
    assert '"names removed":["Denkerk (Dunkirk)"]' in LedgerEntry.objects.latest("sequence").payload


def test_names_that_people_added_stay_whatever_a_file_says(file):
    load_gazetteer([file(TOWN)])
    place = Place.objects.get(slug="dunkirk")
    names = [(row.name, row.language) for row in place.names.all()]
    edit_place(place, by="someone", names=[*names, ("Dunkerke", "vls")])

    loaded = load_gazetteer([file(TOWN.replace("fr:Dunkerque|nl:Duinkerke|Denkerk", ""))])

    assert set(place.names.values_list("name", flat=True)) == {"Dunkirk", "Dunkerke"}
    assert set(loaded.names_removed) == {"Dunkerque (Dunkirk)", "Duinkerke (Dunkirk)", "Denkerk (Dunkirk)"}


def test_a_name_that_a_merge_has_taken_along_is_removed_when_its_row_loses_it(file):
    other = FAR_BEACH.replace("Plage du Nord,,", "Plage du Nord,Noordstrand|Zuidstrand,")
    load_gazetteer([file(TOWN, BEACH, other)])
    beach = Place.objects.get(slug="malo-les-bains")
    merge(Place.objects.get(slug="plage-du-nord"), into=beach, by="someone")

    load_gazetteer([file(TOWN, BEACH, other.replace("|Zuidstrand", ""))])

    assert place_meant("Noordstrand") == beach
    assert place_meant("Zuidstrand") is None


def test_a_file_with_other_rows_removes_no_name(file):
    load_gazetteer([file(TOWN)])

    loaded = load_gazetteer([file(BEACH)])

    assert loaded.names_removed == ()
    assert place_meant("Denkerk")


def test_files_that_were_loaded_last_are_not_read_again(file, django_assert_max_num_queries):
    path = file(TOWN, BEACH)
    load_gazetteer([path])

    with django_assert_max_num_queries(2):
        again = load_gazetteer([path])

    assert (again.created, again.updated) == (0, 0)
    assert load_gazetteer([file(TOWN, BEACH, FAR_BEACH)]).created == 1


def test_an_area_of_listed_towns_alone_counts_the_people_of_its_towns(tmp_path):
    header = "name,alt_names,kind,country_code,admin1,admin2,lat,lon,source_id,source,population"
    lines = ["Botne,,town,NO,Rogaland,Strand,59.0,6.0,1,list,700", "Tau,,town,NO,Rogaland,Strand,59.1,6.1,2,list,900"]
    path = tmp_path / "towns.csv"
    path.write_text("\n".join([header, *lines, "Sola,,town,NO,Rogaland,Sola,58.9,5.6,3,list,"]), encoding="utf-8")

    load_gazetteer([path])

    areas = dict(Place.objects.filter(kind__in=["REGION", "COUNTY"]).values_list("name", "population"))
    assert areas == {"Rogaland": None, "Strand": 1600, "Sola": None}
