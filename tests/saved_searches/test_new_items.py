"""What is new in a kept search: what it finds now and did not find when its reader looked."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.projection.write_projection import project
from archive.review.access import set_access
from archive.review.authority_records import merge
from archive.saved_searches import new_items as module
from archive.saved_searches.keep_searches import keep_search
from archive.saved_searches.models import SavedSearch, SearchLook
from archive.saved_searches.new_items import NewItems, look, new_items
from archive.saved_searches.read_search import read_search
from archive.search import query_tree
from archive.standards.vocabulary import Property
from tests.builders import make_caption, make_claim, make_item, make_people, make_place
from tests.two_at_once import together

pytestmark = pytest.mark.django_db


def keep(text: str, by: User) -> SavedSearch:
    return keep_search({"q": text}, name="Boats", by=by, at=timezone.now())


def boat(**fields: object) -> Item:
    item = make_item(**{"added_at": timezone.now()} | fields)
    make_caption(item, "A boat off the coast")
    project([item])
    return item


def test_what_was_added_opened_or_given_the_words_since_is_new(people: dict[str, User]) -> None:
    dunkirk = make_place("Dunkirk", source_id="1")
    long_ago = timezone.now() - timedelta(days=300)
    old, closed, placeless = boat(), boat(access=Access.RESTRICTED), boat(added_at=long_ago)
    for item in (old, closed):
        make_claim(item, Property.LOCATION_SHOWN, value_place=dunkirk)
    search = keep("boat place:dunkirk", people["researcher"])
    assert new_items(search, person=people["researcher"]).keys == []

    added = boat()
    make_claim(added, Property.LOCATION_SHOWN, value_place=dunkirk)
    set_access([closed], access=Access.RESEARCH, by=people["archivist"], reason="cleared")
    make_claim(placeless, Property.LOCATION_SHOWN, value_place=dunkirk)
    project([old])

    new = new_items(search, person=people["researcher"])
    assert new.keys == [added.pk, closed.pk, placeless.pk]
    assert (new.total, new.is_by_added) == (4, False)
    look(search, person=people["researcher"], at=timezone.now())
    assert new_items(search, person=people["researcher"]).keys == []


def test_what_came_after_the_page_was_made_stays_new(people: dict[str, User]) -> None:
    search = keep("boat", people["archivist"])
    shown = boat()
    shown_at = timezone.now()
    late = boat()

    look(search, person=people["archivist"], at=shown_at)

    assert new_items(search, person=people["archivist"]).keys == [late.pk]
    project([shown])
    look(search, person=people["archivist"], at=shown_at)
    assert new_items(search, person=people["archivist"]).keys == [late.pk]


def test_nobody_is_told_of_what_they_may_not_see(people: dict[str, User]) -> None:
    search = keep("boat", people["researcher"])

    boat(access=Access.RESTRICTED)

    assert new_items(search, person=people["researcher"]) == NewItems(
        looked_at=SearchLook.objects.get().looked_at, keys=[], total=0
    )


def test_of_a_large_result_new_is_what_was_added(people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REMEMBERED", 2)
    for _number in range(3):
        boat()
    search = keep("boat", people["archivist"])
    assert SearchLook.objects.get().seen is None

    added = boat()

    new = new_items(search, person=people["archivist"])
    assert (new.keys, new.total, new.is_by_added, new.is_capped) == ([added.pk], None, True, False)
    for _number in range(2):
        boat()
    assert new_items(search, person=people["archivist"]).is_capped


def test_who_never_looked_is_told_so_and_of_nothing_new(people: dict[str, User]) -> None:
    search = keep_search({"q": "boat"}, name="Boats", is_shared=True, by=people["archivist"], at=timezone.now())
    boat()

    new = new_items(search, person=people["moderator"])

    assert (new.looked_at, new.keys, new.total) == (None, [], 1)


def test_what_is_new_costs_as_many_queries_whatever_is_found(
    people: dict[str, User], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    dunkirk = make_place("Dunkirk")
    search = keep("boat place:dunkirk", people["archivist"])
    for _number in range(5):
        make_claim(boat(), Property.LOCATION_SHOWN, value_place=dunkirk)

    with django_assert_max_num_queries(16):
        assert len(new_items(search, person=people["archivist"]).keys) == 5


def test_a_merged_place_an_unknown_one_and_another_version_are_told_and_nothing_is_lost(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    archivist, old, new = people["archivist"], make_place("Plage de Malo"), make_place("Malo-les-Bains")
    item = boat()
    make_claim(item, Property.LOCATION_SHOWN, value_place=old)
    search = keep("place:plage-de-malo", archivist)
    merge(old, into=new, by=archivist)

    read = read_search(search, archivist)
    assert read.told == ["Plage de Malo was merged into Malo-les-Bains, which is looked for now."]
    assert list(read.asked.narrowed()) == [item]

    SavedSearch.objects.update(version=query_tree.VERSION + 1)
    search.refresh_from_db()
    assert "kept in version 2" in read_search(search, archivist).told[0]
    SavedSearch.objects.update(text="place:gone-away")
    search.refresh_from_db()
    read = read_search(search, archivist)
    assert not read.is_understood and any("gone-away" in sentence for sentence in read.told)
    assert not new_items(search, person=archivist).is_understood
    look(search, person=archivist, at=timezone.now())
    assert SearchLook.objects.get().seen == [item.pk]


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_look_at_once_remember_what_both_have_shown() -> None:
    archivist = make_people()["archivist"]
    search = keep("boat", archivist)
    first = boat()
    early = timezone.now()
    second = boat()
    late = timezone.now()

    together(lambda: look(search, person=archivist, at=early), lambda: look(search, person=archivist, at=late))

    row = SearchLook.objects.get()
    assert (row.seen, row.looked_at) == ([first.pk, second.pk], late)
