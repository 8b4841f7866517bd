"""A search is kept as the text of a box, under a name, for oneself or for all who read the archive."""

from typing import Any

import pytest
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.ledger.not_done import NotDone
from archive.saved_searches import keep_searches
from archive.saved_searches.feed_addresses import make_feed
from archive.saved_searches.keep_searches import change_search, keep_search, read_anew, remove_search
from archive.saved_searches.models import SavedSearch, SearchFeed
from archive.saved_searches.read_search import read_search
from archive.search.filters import ItemFilter
from archive.search.query_tree import VERSION
from tests.builders import NOW, make_caption, make_event, make_item, make_outlet, make_people, make_place
from tests.two_at_once import together

pytestmark = pytest.mark.django_db


def kept(params: dict[str, str], by: User, **more: Any) -> SavedSearch:
    return keep_search(params, by=by, at=NOW, **{"name": "Boats"} | more)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"q": 'boats -sand "small boats" people:20..60', "sort": "oldest"},
        {"place": "dunkirk", "date_from": "2024-06-15", "date_to": "2024-06-20", "certainty": "certain"},
        {"date": "2024-06", "event": "crossing", "outlet": "courier", "kind": "photograph"},
        {"undated": "true", "unplaced": "false", "has_gps": "true", "distressing": "false", "standing": "contested"},
        {"q": "place:dunkirk", "place": "calais", "format": "jpeg", "check": "contradictory", "statement": "nikon d5"},
        {"q": 'date:"mid June 2024" -place:calais', "verdict": "when=open", "text": "beach at calais"},
    ],
    ids=["everything", "words", "place and days", "records", "flags", "said twice", "excluded"],
)
def test_what_is_kept_asks_what_its_address_asked(params: dict[str, str], people: dict[str, User]) -> None:
    for name in ("Dunkirk", "Calais"):
        make_place(name)
    make_event("Crossing")
    make_outlet("Courier")
    asked = ItemFilter(params, user=people["archivist"])
    assert asked.form.is_valid(), asked.form.errors

    search = kept(params, people["archivist"])

    again = read_search(search, people["archivist"]).asked
    assert again.form.is_valid()
    assert str(again.narrowed().query) == str(asked.narrowed().query)
    assert (search.sort, search.version) == (params.get("sort", ""), VERSION)


def test_a_search_is_its_owner_s_until_it_is_shared(people: dict[str, User]) -> None:
    search = kept({"q": "boat"}, people["archivist"])
    researcher = people["researcher"]
    assert not SavedSearch.objects.visible_to(researcher).exists()

    change_search(search, name="Small boats", is_shared=True, by=people["archivist"])

    assert SavedSearch.objects.visible_to(researcher).get().name == "Small boats"
    assert not SavedSearch.objects.own(researcher).exists()
    assert not SavedSearch.objects.visible_to(None).exists()
    for refused in (
        lambda: change_search(search, name="Mine", is_shared=False, by=researcher),
        lambda: remove_search(search, by=researcher),
    ):
        with pytest.raises(NotDone, match="archivist’s"):
            refused()


def test_who_is_no_longer_shared_a_search_loses_its_feed(people: dict[str, User]) -> None:
    search = kept({}, people["archivist"], is_shared=True)
    for name in ("archivist", "researcher"):
        make_feed(search, person=people[name], at=NOW)

    change_search(search, name="Boats", is_shared=False, by=people["archivist"])

    assert [feed.person for feed in SearchFeed.objects.all()] == [people["archivist"]]


def test_what_cannot_be_kept_is_refused_with_why(people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    archivist = people["archivist"]
    kept({}, archivist)

    with pytest.raises(NotDone, match="of this name already"):
        kept({"q": "boat"}, archivist)
    kept({"q": "boat"}, people["moderator"])
    with pytest.raises(NotDone, match="not understood"):
        kept({"q": "place:atlantis"}, archivist)
    with pytest.raises(NotDone, match="more than 2000 characters"):
        kept({"q": " ".join(["boat"] * 500)}, archivist, name="Long")
    monkeypatch.setattr(keep_searches, "MOST_OF_ONE_PERSON", 1)
    with pytest.raises(NotDone, match="all there is room for"):
        kept({"q": "boat"}, archivist, name="Another")
    with pytest.raises(NotAllowed):
        kept({}, User.objects.create_user("nobody"))
    assert SavedSearch.objects.count() == 2


def test_a_change_writes_what_was_sent_alone_and_tells_of_a_search_that_is_gone(people: dict[str, User]) -> None:
    archivist = people["archivist"]
    search = kept({"q": "boat"}, archivist, is_shared=True)
    stale = SavedSearch.objects.get()
    change_search(search, is_shared=False, by=archivist)

    assert not change_search(stale, name="Small boats", by=archivist).is_shared

    told = SavedSearch.objects.get()
    assert (told.name, told.is_shared, told.text) == ("Small boats", False, "boat")
    remove_search(search, by=archivist)
    for act in (
        lambda: change_search(stale, name="x", by=archivist),
        lambda: read_anew(stale, by=archivist),
        lambda: remove_search(stale, by=archivist),
    ):
        with pytest.raises(NotDone, match="removed meanwhile"):
            act()
    assert not SavedSearch.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_keep_one_name_at_once_one_is_told() -> None:
    archivist = make_people()["archivist"]
    make_caption(make_item(), "A boat")
    told: list[str] = []

    def keep() -> None:
        try:
            keep_search({"q": "boat"}, name="Boats", by=archivist, at=timezone.now())
        except NotDone as problem:
            told.append(str(problem))

    together(keep, keep)

    assert SavedSearch.objects.count() == 1
    assert len(told) == 1 and "of this name already" in told[0]
