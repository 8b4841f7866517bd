"""What the index of each audience holds of where an item is: visitors' tells no camera and nothing too precise."""

import json

import pytest
from django.db import connection

from archive.catalogue.audiences import Audience
from archive.catalogue.models import Access
from archive.item_index import documents as module
from archive.item_index.cells import cells_of
from archive.item_index.documents import documents
from archive.standards.vocabulary import Property, SourceKind
from tests.builders import make_accession, make_caption, make_claim, make_item, make_place

pytestmark = pytest.mark.django_db
CAMERA = (51.0512, 2.4134)


def test_visitors_index_tells_the_town_and_no_camera_and_no_cell() -> None:
    town = make_place("Dunkirk", latitude_degrees=51.03, longitude_degrees=2.37)
    beach = make_place("Malo", kind="BEACH", parent=town, latitude_degrees=51.05, longitude_degrees=2.41)
    by_camera, by_place = make_item(access=Access.RELEASED), make_item(access=Access.RELEASED)
    for item in (by_camera, by_place):
        make_claim(item, Property.LOCATION_SHOWN, value_place=beach)
    make_claim(
        by_camera, Property.LOCATION_CREATED, kind=SourceKind.DEVICE_METADATA,
        latitude_degrees=CAMERA[0], longitude_degrees=CAMERA[1],
    )  # fmt: skip

    held = {}
    for audience, document in documents([by_camera.pk, by_place.pk]):
        fields = json.loads(document)
        held[audience, fields["id"]] = fields

    for item in (by_camera, by_place):
        public = held[Audience.PUBLIC, item.pk]
        assert (public["north"], public["east"], public["at"]) == (51.03, 2.37, town.pk)
        assert "cell" not in public
    for audience in (Audience.RESEARCH, Audience.STAFF):
        assert held[audience, by_camera.pk]["cell"] == cells_of(*CAMERA)
        assert "at" not in held[audience, by_camera.pk]
        assert held[audience, by_place.pk]["cell"] == cells_of(51.05, 2.41)
        assert held[audience, by_place.pk]["at"] == beach.pk


def test_what_researchers_and_archive_staff_read_alike_is_written_once(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: object
) -> None:
    item, held, written = *(make_item(access=Access.RESEARCH) for _each in range(2)), []
    write = module._written
    monkeypatch.setattr(module, "_written", lambda fields: written.append(fields.get("id")) or write(fields))
    beach = make_place("Malo", kind="BEACH", parent=make_place("Dunkirk"))
    for each in (item, held):
        make_claim(each, Property.LOCATION_SHOWN, value_place=beach)
        make_caption(each, "Boats off Malo")
    make_caption(held, "A raft", accession=make_accession(access=Access.RESTRICTED))

    with django_assert_num_queries(12 if connection.vendor == "sqlite" else 10):
        of_each = [audience for audience, _document in documents([item.pk, held.pk])]

    assert of_each == [Audience.RESEARCH, Audience.STAFF] * 2
    assert [key for key in written if key] == [item.pk, held.pk, held.pk]
