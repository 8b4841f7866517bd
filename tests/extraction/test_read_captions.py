import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from archive.authorities.models import Outlet, OutletName, Place, PlaceName


@pytest.fixture
def dunkirk(db: None) -> Place:
    place = Place.objects.create(slug="dunkirk", name="Dunkirk", kind=Place.Kind.TOWN, country_code="FR")
    for name, language in (("Dunkirk", "en"), ("Dunkerque", "fr")):
        PlaceName.objects.create(place=place, name=name, language=language, normalised=name.lower())
    outlet = Outlet.objects.create(slug="afp", name="AFP", kind=Outlet.Kind.AGENCY)
    OutletName.objects.create(outlet=outlet, name="AFP", normalised="afp")
    return place


def read(path: Path) -> tuple[list[dict], str]:
    out, errors = io.StringIO(), io.StringIO()
    call_command("read_captions", str(path), stdout=out, stderr=errors)
    return [json.loads(line) for line in out.getvalue().splitlines()], errors.getvalue()


def test_each_line_gives_a_line_read_against_the_held_gazetteer(dunkirk: Place, tmp_path: Path) -> None:
    captions = tmp_path / "captions.jsonl"
    caption = {"text": "Un canot au large de Dunkerque, mardi. (AFP)", "published": "2024-06-19", "language": "fr"}
    captions.write_text(json.dumps(caption) + "\n\n" + json.dumps({"text": "At sea"}), encoding="utf-8")

    rows, errors = read(captions)

    assert errors == ""
    assert [row["text"] for row in rows] == [caption["text"], "At sea"]
    assert rows[0]["picture_date"] == "2024-06-18"
    assert [(place["place"], place["relation"]) for place in rows[0]["places"]] == [("dunkirk", "off")]
    assert rows[0]["credit"]["agency"] == "AFP"


def test_names_of_a_merged_place_lead_to_the_one_that_took_it_in(dunkirk: Place, tmp_path: Path) -> None:
    merged = Place.objects.create(slug="dk", name="Duinkerke", kind=Place.Kind.TOWN, merged_into=dunkirk)
    PlaceName.objects.create(place=merged, name="Duinkerke", language="nl", normalised="duinkerke")
    captions = tmp_path / "captions.jsonl"
    captions.write_text(json.dumps({"text": "Een boot bij Duinkerke"}), encoding="utf-8")

    rows, _errors = read(captions)

    assert [place["place"] for place in rows[0]["places"]] == ["dunkirk"]


def test_a_bad_line_is_named_and_the_rest_is_read(db: None, tmp_path: Path) -> None:
    captions = tmp_path / "captions.jsonl"
    lines = ['{"text": 5}', "no json", '{"text": "x", "published": "May"}', '{"text": "\\ud800"}', "[" * 100_000]
    captions.write_text("\n".join([*lines, '{"text": "A boat"}']), encoding="utf-8")
    out, errors = io.StringIO(), io.StringIO()

    with pytest.raises(SystemExit):
        call_command("read_captions", str(captions), stdout=out, stderr=errors)

    assert json.loads(out.getvalue())["text"] == "A boat"
    assert [line.split(":")[0] for line in errors.getvalue().splitlines()] == [
        "Line 1 was not read",
        "Line 2 was not read",
        "Line 3 was not read",
        "Line 4 was not read",
        "Line 5 was not read",
    ]


def test_a_missing_file_is_refused_in_a_sentence(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="was not read"):
        call_command("read_captions", str(tmp_path / "none.jsonl"))
