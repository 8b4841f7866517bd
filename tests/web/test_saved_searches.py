"""Searches that are kept, on the pages, as feeds, by programs and on the command line."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import parse_http_date
from pytest_django import DjangoAssertNumQueries

from archive.accounts.models import User
from archive.catalogue.archive_description import describe_archive
from archive.catalogue.models import Access, Item
from archive.projection.write_projection import project
from archive.saved_searches.keep_searches import keep_search
from archive.saved_searches.models import SavedSearch, SearchFeed
from archive.standards.vocabulary import Property
from tests.builders import NOW, make_caption, make_claim, make_item, make_place, make_proposal
from tests.saved_searches.atom_rules import ATOM, broken_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def archivist(people: dict[str, User], client: Client) -> Client:
    client.force_login(people["archivist"])
    return client


def boat(words: str = "A boat off the coast", **fields: object) -> Item:
    item = make_item(**{"added_at": timezone.now()} | fields)
    make_caption(item, words)
    project([item])
    return item


def words_of(response: object) -> str:
    return " ".join(response.content.decode().split())


def keep(by: User, text: str = "boat", **more: object) -> SavedSearch:
    return keep_search({"q": text}, by=by, at=timezone.now(), **{"name": "Boats"} | more)


def test_a_search_is_kept_from_its_results_and_says_what_is_new(archivist: Client) -> None:
    boat()
    page = archivist.get("/?q=boat&sort=oldest").content.decode()
    there = f"{reverse('keep_search')}?q=boat&amp;sort=oldest"
    assert there in page

    asked = archivist.get(f"{reverse('keep_search')}?q=boat&sort=oldest")
    answered = archivist.post(f"{reverse('keep_search')}?q=boat&sort=oldest", {"name": "Boats", "is_shared": "on"})

    search = SavedSearch.objects.get()
    assert 'value="boat"' in asked.content.decode()
    assert answered.url == reverse("saved_search", args=[search.pk])
    assert (search.text, search.sort, search.is_shared) == ("boat", "oldest", True)
    assert "Nothing new" in words_of(archivist.get(answered.url))
    added = boat("Another boat")
    shown = archivist.get(answered.url)
    assert "1 new item" in words_of(shown) and f'data-item="{added.pk}"' in shown.content.decode()
    assert "Show all, 2 items" in words_of(shown)
    counted = archivist.get(reverse("count_new", args=[search.pk]), headers={"HX-Request": "true"})
    assert "1 new" in words_of(counted) and "2 in all" in words_of(counted)

    archivist.post(reverse("looked_at_search", args=[search.pk]), {"shown_at": timezone.now().isoformat()})

    assert "nothing new" in words_of(archivist.get(reverse("count_new", args=[search.pk])))


@pytest.mark.parametrize("shown_at", ["", "yesterday", "2024-06-18", "9999-12-31T23:59:59+00:00", "2024-13-45T00:00Z"])
def test_a_moment_that_no_page_wrote_means_now(archivist: Client, people: dict[str, User], shown_at: str) -> None:
    search = keep(people["archivist"])
    boat()

    archivist.post(reverse("looked_at_search", args=[search.pk]), {"shown_at": shown_at})

    assert search.looks.get().looked_at <= timezone.now()
    assert "nothing new" in words_of(archivist.get(reverse("count_new", args=[search.pk])))


def test_the_search_of_the_page_of_a_place_is_kept_with_its_place(archivist: Client) -> None:
    make_place("Dunkirk"), make_place("Calais")

    page = archivist.get(reverse("place", args=["dunkirk"]) + "?q=boat").content.decode()
    within = archivist.get(reverse("place", args=["dunkirk"]) + "?place=calais").content.decode()

    assert f"{reverse('keep_search')}?q=boat&amp;place=" in page
    assert f"{reverse('keep_search')}?q=place%3Acalais+place%3A" in within


def test_what_cannot_be_kept_is_told_and_nothing_is_kept(archivist: Client, people: dict[str, User]) -> None:
    keep(people["archivist"])

    no_name = archivist.post(f"{reverse('keep_search')}?q=boat", {"name": " "})
    taken = archivist.post(f"{reverse('keep_search')}?q=boat", {"name": "Boats"})
    unknown = archivist.get(f"{reverse('keep_search')}?q=place:atlantis")

    assert (no_name.status_code, taken.status_code) == (422, 422)
    assert "Give it a name" in words_of(no_name) and "of this name already" in words_of(taken)
    assert "not understood, so it is not kept" in words_of(unknown)
    assert reverse("keep_search") not in archivist.get("/?q=place:atlantis").content.decode()
    assert SavedSearch.objects.count() == 1


def test_a_search_is_renamed_shared_and_removed_by_its_owner_alone(archivist: Client, people: dict[str, User]) -> None:
    mine, theirs = keep(people["archivist"]), keep(people["moderator"], "sand", name="Sand", is_shared=True)
    address = reverse("saved_search", args=[mine.pk])

    archivist.post(address, {"name": "Small boats", "is_shared": "on"})
    listed = words_of(archivist.get(reverse("saved_searches")))

    assert "Small boats" in listed and "shared by moderator" in listed
    others = reverse("saved_search", args=[theirs.pk])
    assert "Rename or share it" not in words_of(archivist.get(others))
    assert archivist.post(others, {"name": "Mine"}).status_code == 403
    assert archivist.post(reverse("remove_search", args=[theirs.pk])).status_code == 404
    assert "Remove the search “Small boats”?" in words_of(archivist.get(reverse("remove_search", args=[mine.pk])))
    archivist.post(reverse("remove_search", args=[mine.pk]))
    assert list(SavedSearch.objects.all()) == [theirs]


def test_a_search_that_is_not_understood_says_so_and_keeps_its_text(archivist: Client, people: dict[str, User]) -> None:
    search = keep(people["archivist"])
    SavedSearch.objects.update(text="place:gone-away boat", version=99)

    page = words_of(archivist.get(reverse("saved_search", args=[search.pk])))
    archivist.post(reverse("read_search_anew", args=[search.pk]))

    assert "This search is not understood any more." in page and "place:gone-away boat" in page
    assert "kept in version 99" in page
    assert "not understood any more" in words_of(archivist.get(reverse("count_new", args=[search.pk])))
    search.refresh_from_db()
    assert (search.text, search.version) == ("place:gone-away boat", 1)


def test_the_list_costs_as_many_queries_with_many_searches_as_with_one(
    archivist: Client, people: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert "You have kept no search yet" in words_of(archivist.get(reverse("saved_searches")))
    keep(people["archivist"])
    keep(people["moderator"], is_shared=True)
    with django_assert_num_queries(9):
        archivist.get(reverse("saved_searches"))
    for number in range(10):
        keep(people["archivist"], name=f"Boats {number}")
        keep(people["moderator"], name=f"Boats {number}", is_shared=True)
    with django_assert_num_queries(9):
        archivist.get(reverse("saved_searches"))


# The feed


def feed_of(client: Client, search: SavedSearch) -> str:
    """Make a feed as whoever is signed in, and return its address on the test server."""
    client.post(reverse("make_feed", args=[search.pk]))
    page = client.get(reverse("saved_search", args=[search.pk]))
    return "/feeds/" + page.context["feed_address"].split("/feeds/")[1]


def test_a_feed_is_atom_and_tells_what_its_person_may_read(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])
    search = keep(people["researcher"])
    place = make_place("Dunkirk", source_id="1")
    seen = boat("A boat <b>& more</b> \x0b off", is_distressing=True)
    make_claim(seen, Property.LOCATION_SHOWN, value_place=place)
    make_claim(seen, Property.DATE_CREATED, date="2024-06")
    hidden = boat("The boat of Jo Doe, seven years old, from Calais")
    make_proposal(hidden.captions.get(), "IDENTIFIES_PERSON", by=people["archivist"])
    closed = boat("A boat nobody knows of", access=Access.RESTRICTED)
    address = feed_of(client, search)

    answered = Client().get(address)

    text = answered.content.decode()
    assert (answered.status_code, answered["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    assert broken_rules(answered.content) == []
    assert f"/items/{seen.pk}/" in text and "June 2024 · Dunkirk" in text
    assert "<title>Distressing: A boat &lt;b&gt;&amp; more&lt;/b&gt;" in text
    assert "Jo Doe" not in text and "nobody knows" not in text and f"/items/{closed.pk}/" not in text
    assert "rendition" not in text and "<img" not in text and "&lt;img" not in text and "enclosure" not in text
    assert answered["Cache-Control"] == "private, no-cache" and answered["X-Robots-Tag"] == "noindex"


def test_an_empty_feed_and_one_that_is_not_understood_are_atom_too(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])
    search = keep(people["researcher"], "nothing-is-called-so")
    address = feed_of(client, search)
    assert broken_rules(Client().get(address).content) == []
    SavedSearch.objects.update(text="place:gone-away")

    answered = Client().get(address)

    assert broken_rules(answered.content) == []
    assert "not understood any more" in answered.content.decode()


def test_a_feed_of_an_archive_whose_name_has_an_odd_character_is_atom(client: Client, people: dict[str, User]) -> None:
    said = {"purpose": "", "terms": "", "contact": "", "takedown": ""}
    describe_archive(by=people["administrator"], seen=0, name="Coast\x0bRecord", **said)
    client.force_login(people["researcher"])

    answer = client.get(feed_of(client, keep(people["researcher"])))

    assert answer.status_code == 200 and broken_rules(answer.content) == []


def test_the_rules_tell_what_is_no_atom() -> None:
    bare = f'<feed xmlns="{ATOM[1:-1]}"><title/><entry><id>7</id><updated>18 June</updated></entry></feed>'

    told = broken_rules(bare.encode())

    assert len(told) == 8 and "the feed has not exactly one id" in told, told
    assert any("none of RFC 3339: 18 June" in sentence for sentence in told)


def test_who_has_the_feed_already_is_told_that_nothing_changed(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])
    search = keep(people["researcher"])
    boat(added_at=NOW)
    address = feed_of(client, search)
    SearchFeed.objects.update(made_at=NOW)
    Item.objects.update(projected_at=NOW)
    first, reader = Client().get(address), Client()

    by_tag = reader.get(address, headers={"If-None-Match": first["ETag"]})
    by_moment = reader.get(address, headers={"If-Modified-Since": first["Last-Modified"]})
    boat("Another boat")
    later = reader.get(address, headers={"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]})

    assert (by_tag.status_code, by_moment.status_code, later.status_code) == (304, 304, 200)
    assert later["ETag"] != first["ETag"] and first["Last-Modified"] == "Thu, 20 Jun 2024 09:00:00 GMT"
    assert parse_http_date(later["Last-Modified"]) > parse_http_date(first["Last-Modified"])


@pytest.mark.parametrize("end", ["another", "withdrawn", "password", "closed", "unshared", "role", "removed", "forged"])
def test_an_address_ends(end: str, client: Client, people: dict[str, User]) -> None:
    person = people["researcher"]
    client.force_login(person)
    search = keep(people["archivist"], is_shared=True)
    address = feed_of(client, search)
    assert Client().get(address).status_code == 200

    if end == "another":
        client.post(reverse("make_feed", args=[search.pk]))
    elif end == "withdrawn":
        client.post(reverse("withdraw_feed", args=[search.pk]))
        assert not SearchFeed.objects.exists()
    elif end == "password":
        person.set_password("another-long-password")
        person.save()
    elif end == "closed":
        User.objects.filter(pk=person.pk).update(is_active=False)
    elif end == "unshared":
        SavedSearch.objects.update(is_shared=False)
    elif end == "role":
        person.groups.clear()
    elif end == "removed":
        SavedSearch.objects.all().delete()
    else:
        address = address[:-2] + ("0/" if address[-2] != "0" else "1/")

    assert Client().get(address).status_code == 404


# Programs


def test_programs_keep_read_and_change_searches(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])
    there = reverse("api:saved-searches")

    def send(method: str, address: str, **body: object) -> object:
        return getattr(client, method)(address, body, content_type="application/json")

    made = send("post", there, name="Boats", query="boat", sort="oldest")
    assert made.status_code == 201, made.content
    one = reverse("api:saved-search", args=[made.json()["id"]])
    item = boat()
    told = client.get(one).json()
    refused = send("post", there, name="Nowhere", query="place:atlantis")
    theirs = keep(people["archivist"], is_shared=True)
    renamed, nothing = send("patch", one, name="Small boats"), send("patch", one)
    assert nothing.status_code == 400 and "Nothing to change was sent" in nothing.json()["detail"]

    assert told["new"] == {
        "items": [item.pk], "is_capped": False, "is_by_added": False, "total": 1,
        "looked_at": told["new"]["looked_at"],
    }  # fmt: skip
    assert (told["is_understood"], told["told"], told["version"], told["sort"]) == (True, [], 1, "oldest")
    assert refused.status_code == 400 and "not understood" in refused.json()["detail"]
    assert renamed.json()["name"] == "Small boats" and renamed.json()["is_shared"] is False
    assert [row["owner"] for row in client.get(there).json()["results"]] == ["archivist", "researcher"]
    assert client.post(reverse("api:look-at-saved-search", args=[made.json()["id"]])).status_code == 204
    assert client.get(one).json()["new"]["items"] == []
    assert send("patch", reverse("api:saved-search", args=[theirs.pk]), name="Mine").status_code == 403
    assert client.delete(reverse("api:saved-search", args=[theirs.pk])).status_code == 403
    assert client.delete(one).status_code == 204 and client.get(one).status_code == 404


def test_the_command_lists_what_somebody_keeps(people: dict[str, User]) -> None:
    keep(people["archivist"])
    SavedSearch.objects.create(
        owner=people["moderator"],
        name="Lost",
        text="place:gone-away",
        version=1,
        is_shared=True,
        kept_at=timezone.now(),
    )
    boat()
    out, told = StringIO(), StringIO()

    call_command("saved_searches", "--as", "archivist", "--json", stdout=out, stderr=told)

    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(row["name"], row["new"], row["owner"]) for row in rows] == [
        ("Boats", 1, "archivist"),
        ("Lost", None, "moderator"),
    ]
    assert "Lost:" in told.getvalue() and "gone-away" in told.getvalue()
    with pytest.raises(CommandError, match="no open account"):
        call_command("saved_searches", "--as", "nobody")


def test_what_came_after_a_program_was_told_stays_new(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["archivist"])
    search = keep_search({}, name="All", by=people["archivist"], at=timezone.now())
    there, look = (reverse(f"api:{name}", args=[search.pk]) for name in ("saved-search", "look-at-saved-search"))
    shown_at = client.get(there).json()["shown_at"]
    item = make_item()
    Item.objects.filter(pk=item.pk).update(added_at=timezone.now(), projected_at=None)

    def new_after(**body: str) -> list[int]:
        assert client.post(look, body, content_type="application/json").status_code == 204
        return client.get(there).json()["new"]["items"]

    assert new_after(shown_at=shown_at) == [item.pk]
    assert new_after() == []
    assert client.post(look, {"shown_at": "x"}, content_type="application/json").status_code == 400
