"""What the search box offers while somebody types in it."""

import pytest
from django.contrib.auth.models import AnonymousUser

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.audiences import Audience
from archive.catalogue.models import Access, Item
from archive.item_index import reader
from archive.search.type_ahead import complete
from archive.standards.vocabulary import Property
from tests.builders import make_claim, make_event, make_item, make_outlet, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("answered_by")]
VISITOR = AnonymousUser()


@pytest.fixture(autouse=True)
def records(db: None) -> None:
    dunkirk = make_place("Dunkirk", source_id="dunkirk")
    beach = make_place("Dune Dewulf", kind="BEACH", parent=dunkirk, source_id="dewulf")
    item = make_item()
    make_claim(item, Property.LOCATION_SHOWN, value_place=beach)
    make_claim(item, Property.PUBLISHED_BY, value_outlet=make_outlet("Sky News"))
    make_claim(item, Property.EVENT, value_event=make_event("Dune crossing", date="2024"))
    make_claim(item, Property.CREATOR, value_text="Jo Dune / AFP")
    hidden = make_item(access=Access.RESTRICTED)
    make_claim(hidden, Property.CREATOR, value_text="Dunstan Secret")


def texts(text: str, user: object, at: int | None = None) -> list[str]:
    return [row.text for row in complete(text, len(text) if at is None else at, user=user)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bea", ["beach:"]),
        ("boats -plac", ["boats -place:", "boats -place-kind:"]),
        ("dun", ["place:dunkirk ", "place:dune-dewulf ", "event:dune-crossing "]),
        ("beach:dun", ["beach:dune-dewulf "]),
        ("place:calais,dun", ["place:calais,dunkirk ", "place:calais,dune-dewulf "]),
        ("between:calais,dunk", ["between:calais,dunkirk "]),
        ('outlet:"sky n', ["outlet:sky-news "]),
        ("by:dun", ['by:"jo dune afp" ']),
        ("status:un", ["status:unreviewed "]),
        ("boats -has:ca", ["boats -has:caption ", "boats -has:camera-model "]),
        ("added-by:a", []),
        ("check:con", []),
        ("verdict:when", []),
        ("xyz:dun", []),
        ("boats ", []),
        ("", []),
    ],
)
def test_what_is_begun_is_completed(people: dict[str, User], typed: str, expected: list[str]) -> None:
    assert texts(typed, people["researcher"]) == expected


def test_each_name_is_told_with_the_number_of_items_that_the_asker_may_see(people: dict[str, User]) -> None:
    beach = Place.objects.get(slug="dune-dewulf")
    for access in (Access.RESEARCH, Access.RESTRICTED):
        item = make_item(access=access)
        make_claim(item, Property.LOCATION_SHOWN, value_place=beach)
        Item.objects.filter(pk=item.pk).update(camera_model="canon eos r5")

    def numbers(text: str, role: str) -> dict[str, int | None]:
        return {row.name: row.count for row in complete(text, len(text), user=people[role])}

    assert numbers("place:dun", "researcher") == {"Dunkirk": 2, "Dune Dewulf": 2}
    assert numbers("place:dun", "moderator") == {"Dunkirk": 3, "Dune Dewulf": 3}
    assert numbers("camera-model:eos", "researcher") == {"canon eos r5": 1}
    assert numbers("camera-model:eos", "moderator") == {"canon eos r5": 2}
    assert numbers("camera-model:nikon", "moderator") == {}
    # Marks without a word in them leave out no camera, and offer none without a name.
    make_item()
    assert numbers("camera-model:--", "moderator") == {"canon eos r5": 2}


def test_of_names_that_begin_alike_the_one_with_most_items_stands_first(people: dict[str, User]) -> None:
    for number in range(20):
        make_place(f"Malor {number}", source_id=f"malor {number}")
    beach = make_place("Malo-les-Bains", kind="BEACH", source_id="malo")
    make_place("Mal", kind="BEACH", source_id="mal")
    make_place("Grand Mal", kind="BEACH", source_id="grand")
    make_claim(make_item(), Property.LOCATION_SHOWN, value_place=beach)

    offered = texts("beach:mal", people["researcher"])

    assert offered == ["beach:mal ", "beach:malo-les-bains ", "beach:grand-mal "]
    assert texts("place:malo", people["researcher"])[0] == "place:malo-les-bains "
    assert texts("malo", people["researcher"])[0] == "place:malo-les-bains "


@pytest.mark.parametrize("answered_by", ["SQL"], indirect=True)
def test_the_index_is_looked_for_once_for_names_of_every_sort(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who has just acted may wait for it each time."""
    asked: list[object] = []
    monkeypatch.setattr(reader, "opened", lambda audience, for_user: asked.append(audience))

    complete("dun", 3, user=people["researcher"])

    assert asked == [Audience.RESEARCH]


def test_what_stands_behind_the_caret_stays(people: dict[str, User]) -> None:
    assert texts("beach:dun boats", people["researcher"], at=9) == ["beach:dune-dewulf boats"]


def test_nobody_is_offered_what_they_may_not_read(people: dict[str, User]) -> None:
    assert texts("by:secret", people["researcher"]) == texts("by:dun", VISITOR) == texts("beach:dun", VISITOR) == []
    assert texts("by:secret", people["archivist"]) == ['by:"dunstan secret" ']
    assert texts("check:contra", people["archivist"]) == ["check:contradictory "]
    assert texts("verdict:when=su", people["archivist"]) == ["verdict:when=supported "]
    assert "place:dune-dewulf " not in texts("place:dun", VISITOR)
