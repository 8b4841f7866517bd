"""The search page: who sees what, the page and its fragment, what it costs, what it says when nothing is there."""

import html
import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.models import Access, Item
from archive.standards.vocabulary import Property
from tests.builders import make_caption, make_claim, make_event, make_item, make_outlet, make_place, projected_once
from tests.pages import folded

pytestmark = pytest.mark.django_db
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def coast() -> dict[str, Place]:
    france = make_place("France", kind=Place.Kind.COUNTRY)
    nord = make_place("Nord", kind=Place.Kind.COUNTY, parent=france)
    dunkirk = make_place("Dunkirk", parent=nord)
    return {"dunkirk": dunkirk, "malo": make_place("Malo-les-Bains", kind=Place.Kind.BEACH, parent=dunkirk)}


@pytest.fixture
@projected_once()
def items(coast: dict[str, Place]) -> dict[str, Item]:
    """One item of each access, all at the beach on 18 June 2024."""
    made = {access: make_item(file_name=f"{access.lower()}.jpg", access=access) for access in Access.values[:3]}
    for access, item in made.items():
        make_claim(item, Property.DATE_CREATED, date="2024-06-18")
        make_claim(item, Property.LOCATION_SHOWN, value_place=coast["malo"])
        make_caption(item, f"A boat, {access.lower()}.")
    return made


def text_of(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, **headers)
    assert answer.status_code == 200
    return folded(answer.content.decode())


def shown(page: str) -> set[int]:
    return {int(key) for key in re.findall(r'data-item="(\d+)"', page)}


@pytest.mark.parametrize(
    "role, seen",
    [
        (None, {Access.RELEASED}),
        ("researcher", {Access.RELEASED, Access.RESEARCH}),
        ("archivist", set(Access.values[:3])),
        ("moderator", set(Access.values[:3])),
        ("administrator", set(Access.values[:3])),
    ],
)
def test_each_role_sees_its_items(
    client: Client, people: dict[str, User], items: dict[str, Item], role: str | None, seen: set[str]
) -> None:
    if role:
        client.force_login(people[role])

    page = text_of(client, reverse("search"))

    assert shown(page) == {items[access].pk for access in seen}


def test_a_visitor_reads_no_file_name_and_no_beach(client: Client, items: dict[str, Item]) -> None:
    page = text_of(client, reverse("search") + "?view=list")

    assert "released.jpg" not in page
    assert "Malo" not in page
    assert "Dunkirk" in page


def test_a_fragment_is_the_results_alone(client: Client, items: dict[str, Item]) -> None:
    whole = text_of(client, reverse("search"))
    fragment = text_of(client, reverse("search"), **FRAGMENT)
    boosted = text_of(client, reverse("search"), **FRAGMENT, HTTP_HX_BOOSTED="true")
    restored = text_of(client, reverse("search"), **FRAGMENT, HTTP_HX_HISTORY_RESTORE_REQUEST="true")

    assert "<html" in whole and "<html" in boosted and "<html" in restored
    assert "<html" not in fragment and 'id="results"' in fragment
    assert "HX-Request" in client.get(reverse("search"))["Vary"]


def test_a_page_of_somebody_who_is_signed_in_no_more_is_opened_anew_and_gets_no_results_of_a_visitor(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    reader = people["researcher"]
    client.force_login(reader)
    assert f'"X-Person": "{reader.pk}"' in text_of(client, "/")
    own = client.get("/?view=list", **FRAGMENT, HTTP_X_PERSON=str(reader.pk))
    client.logout()

    ended = client.get("/?view=list", **FRAGMENT, HTTP_X_PERSON=str(reader.pk))
    visitor = client.get("/?view=list", **FRAGMENT, HTTP_X_PERSON="")

    assert (ended.headers["HX-Redirect"], ended.content) == ("/?view=list", b"")
    for answered in (own, visitor):
        assert "HX-Redirect" not in answered.headers and answered.content


def test_a_fragment_brings_the_words_of_its_search_to_the_box(client: Client, items: dict[str, Item]) -> None:
    fragment = text_of(client, reverse("search") + "?q=boat&place=dunkirk", **FRAGMENT)

    assert re.search(r'<input id="words"[^>]*value="[^"]*boat[^"]*"[^>]*hx-swap-oob="true"', fragment)


@pytest.mark.parametrize("view", ["grid", "list", "days", "map"])
@pytest.mark.parametrize("address", ["", "?q=boat", "?date_from=2024-06-18&date_to=2024-06-18", "?undated=true"])
def test_each_view_answers(
    client: Client, people: dict[str, User], items: dict[str, Item], view: str, address: str
) -> None:
    client.force_login(people["archivist"])

    page = text_of(client, reverse("search") + address + ("&" if address else "?") + f"view={view}")

    assert page.count("aria-current=") >= 1


def test_the_view_stays_in_the_addresses(client: Client, people: dict[str, User], items: dict[str, Item]) -> None:
    client.force_login(people["researcher"])

    page = text_of(client, reverse("search") + "?place=dunkirk&view=list")

    links = re.findall(r'<a href="(\?[^"]*)"', page)
    assert links
    assert all("view=" in link for link in links if "place" not in link or "event" in link)


def test_undated_and_unplaced_are_counted(client: Client, people: dict[str, User], items: dict[str, Item]) -> None:
    make_item()
    client.force_login(people["researcher"])

    page = text_of(client, reverse("search") + "?place=dunkirk")

    assert "undated 0" in page
    assert "unplaced 1" in page


def test_an_uncertain_date_is_worded_and_marked_as_possible(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    make_claim(make_item(), Property.DATE_CREATED, date="2024-06")
    client.force_login(people["researcher"])

    page = text_of(client, reverse("search") + "?date_from=2024-06-18&date_to=2024-06-18")

    assert "2 certain, 1 possible" in page
    assert "June 2024" in page
    assert "tag--possible" in page


def test_a_day_beside_the_results_is_kept_as_it_was_typed(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    client.force_login(people["researcher"])

    page = text_of(client, reverse("search") + "?date_from=mid+June+2024&date_to=20+June+2024")

    for name, typed in (("date_from", "mid June 2024"), ("date_to", "20 June 2024")):
        assert re.search(rf'name="{name}" type="text"[^>]*value="{typed}"', page)
    assert "not understood" not in page and shown(page)


def test_words_that_are_a_date_and_find_nothing_lead_to_the_date(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    client.force_login(people["researcher"])

    page = html.unescape(text_of(client, reverse("search") + "?q=18+June+2024&place=dunkirk"))

    assert "Did you mean the date" in page
    address = "?place=dunkirk&date=18+June+2024"
    assert f'<a href="{address}"' in page
    assert shown(text_of(client, reverse("search") + address))
    assert "Did you mean" not in text_of(client, reverse("search") + "?q=whale")


@pytest.mark.parametrize("words", ["mi-juin 2024", "mid June 2024"])
def test_a_date_alone_is_offered_as_one_though_it_is_searched_as_words(
    client: Client, people: dict[str, User], items: dict[str, Item], words: str
) -> None:
    make_caption(items[Access.RESEARCH], f"Seen {words}.")
    client.force_login(people["researcher"])

    page = html.unescape(text_of(client, reverse("search") + f"?{urlencode({'q': words})}"))

    assert shown(page) == {items[Access.RESEARCH].pk}
    assert "Did you mean the date" in page and "It was looked for as words." in page
    assert f'href="?{urlencode({"date": words})}"' in page


def test_the_days_of_a_page_can_be_jumped_to(client: Client, people: dict[str, User], items: dict[str, Item]) -> None:
    make_claim(make_item(), Property.DATE_CREATED, date="2024-06-17")
    client.force_login(people["researcher"])

    page = text_of(client, reverse("search") + "?view=days")

    assert re.findall(r'<a href="#(day-\d)">([^<]*) <span class="quiet">(\d+)</span>', page) == [
        ("day-1", "18 June 2024", "2"),
        ("day-2", "17 June 2024", "1"),
    ]
    assert 'id="day-1"' in page and 'id="day-2"' in page


def test_words_that_are_found_are_marked_in_the_list_and_markup_of_a_caption_stays_text(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    make_caption(make_item(), "<script>dinghy</script> & a Dinghy")
    client.force_login(people["researcher"])

    page = text_of(client, reverse("search") + "?view=list&q=dinghy")

    assert "&lt;script&gt;<mark>dinghy</mark>&lt;/script&gt; &amp; a <mark>Dinghy</mark>" in page
    assert "<mark>" not in text_of(client, reverse("search") + "?view=list")


def test_an_area_that_is_asked_for_leads_to_the_map(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    client.force_login(people["researcher"])

    page = html.unescape(text_of(client, reverse("search") + "?q=within:51,2,52,3"))

    assert 'href="?q=within%3A51%2C2%2C52%2C3&view=map"' in page
    assert "Show the area on the map" not in text_of(client, reverse("search") + "?q=boat")


def test_a_prefix_nobody_knows_is_said_to_be_taken_for_a_word(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    client.force_login(people["researcher"])
    said = "“foo:” is no word of the search; it was looked for as a word."

    assert said in text_of(client, reverse("search") + "?q=foo:bar")
    assert "looked for as a word" not in text_of(client, reverse("search") + "?q=place:dunkirk")


@pytest.mark.parametrize("address", ["?date_from=yesterday", "?place=atlantis", "?kind=PAINTING", "?q=people:abc"])
def test_what_is_not_understood_is_said_and_nothing_is_shown(
    client: Client, people: dict[str, User], items: dict[str, Item], address: str
) -> None:
    client.force_login(people["researcher"])

    page = text_of(client, reverse("search") + address)

    assert "not understood" in page
    assert not shown(page)
    # That nothing was counted is not that there is nothing.
    assert "0 items" not in page and "undated" not in page


def test_a_condition_that_is_refused_is_told_as_it_is_written(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])

    page = text_of(client, "/?q=boats+people:abc+near:1,2")

    assert "<p>people:abc: Write a number of people, such as 40, or a range, such as 20..60.</p>" in page
    assert "<p>near:1,2: Write latitude, longitude and distance" in page and "Words:" not in page


def test_words_of_a_condition_that_a_reader_cannot_ask_by_are_told_apart_from_those_that_say_nothing(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    asked = "/?q=what+do+we+hold+at+Dunkirk,+not+yet+contradicted"
    client.force_login(people["researcher"])
    read = text_of(client, asked)
    client.force_login(people["moderator"])

    assert "“not yet contradicted” was not asked: you cannot search by that." in read
    assert "Passed over: what, do, we, hold<" in read
    assert "was not asked" not in text_of(client, asked)


@pytest.mark.parametrize(
    "role, address, words",
    [
        ("archivist", "", "The archive is empty"),
        (None, "", "No picture is released yet"),
        ("archivist", "?q=whale", "Nothing matches all of this"),
    ],
)
def test_an_empty_result_says_what_to_do(
    client: Client, people: dict[str, User], role: str | None, address: str, words: str
) -> None:
    if role:
        client.force_login(people[role])

    assert words in text_of(client, reverse("search") + address)


def test_pictures_have_their_size_and_a_name_before_they_arrive(client: Client, items: dict[str, Item]) -> None:
    page = text_of(client, reverse("search"))

    picture = re.search(r"<img [^>]*>", page)[0]
    assert 'width="400"' in picture and 'height="266"' in picture
    assert 'alt="A boat, released."' in picture
    assert "--ratio: 1.5038" in page


@pytest.mark.parametrize("view, most", [("grid", 31), ("list", 31), ("days", 31), ("map", 31)])
def test_a_page_costs_the_same_queries_however_many_items(
    client: Client,
    people: dict[str, User],
    items: dict[str, Item],
    django_assert_max_num_queries: object,
    view: str,
    most: int,
) -> None:
    for _ in range(20):
        make_claim(make_item(), Property.PUBLISHED_BY, value_outlet=make_outlet(f"Paper {_}"))
    client.force_login(people["archivist"])

    with django_assert_max_num_queries(most):
        text_of(client, reverse("search") + f"?view={view}")


def test_a_branch_of_the_tree_of_places_is_opened_beside_the_search(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    client.force_login(people["researcher"])

    page = html.unescape(text_of(client, reverse("place_branch") + "?q=boat&under=nord"))

    assert re.search(r'href="\?q=boat&place=dunkirk"[^>]*> <span>Dunkirk <span class="facet__kind">town</span>', page)
    assert '<span class="facet__count">2</span>' in page
    assert "/search/places/?q=boat&of=&under=dunkirk" in page
    assert "nothing beneath" in text_of(client, reverse("place_branch") + "?q=whale&under=nord")
    assert client.get(reverse("place_branch") + "?under=nord&of=kind:x").status_code == 400


def test_a_visitor_opens_no_branch_below_towns(client: Client, items: dict[str, Item]) -> None:
    for place in Place.objects.all():
        Place.objects.filter(pk=place.pk).update(source_id=place.slug)

    assert "Dunkirk" in text_of(client, reverse("place_branch") + "?under=nord")
    assert "under=dunkirk" not in text_of(client, reverse("place_branch") + "?under=nord")
    assert "Malo" not in text_of(client, reverse("place_branch") + "?under=dunkirk")


@pytest.fixture
def named(coast: dict[str, Place], items: dict[str, Item]) -> None:
    event, outlet = make_event("Crossings of 18 June", date="2024-06-18"), make_outlet("Malo Gazette")
    for item in items.values():
        make_claim(item, Property.EVENT, value_event=event)
        make_claim(item, Property.PUBLISHED_BY, value_outlet=outlet)


@pytest.mark.parametrize(
    "name, typed, found",
    [
        ("suggest_places", "malo", "Malo-les-Bains"),
        ("suggest_events", "cross", "Crossings of 18 June"),
        ("suggest_outlets", "gaz", "Malo Gazette"),
    ],
)
def test_suggestions_show_kind_and_the_number_of_items_one_may_see(
    client: Client, people: dict[str, User], named: None, name: str, typed: str, found: str
) -> None:
    client.force_login(people["researcher"])

    options = text_of(client, reverse(name) + f"?q={typed}&for=there")

    assert found in options
    assert 'role="option" id="there-' in options
    assert "2 items" in options


def test_a_visitor_is_suggested_no_beach(client: Client, named: None) -> None:
    assert "Malo" not in text_of(client, reverse("suggest_places") + "?q=malo")
    assert "Dunkirk" in text_of(client, reverse("suggest_places") + "?q=dunk")


def test_a_visitor_is_suggested_no_event_without_released_items(client: Client, named: None) -> None:
    make_event("Crossings of another day")

    assert text_of(client, reverse("suggest_events") + "?q=cross").count('role="option"') == 1


def test_letters_that_nothing_bears_are_answered_in_words(client: Client) -> None:
    assert "Nothing has this name" in text_of(client, reverse("suggest_places") + "?q=zz<script>")


def test_a_letter_that_is_looked_for_as_a_whole_word_is_told(client: Client) -> None:
    assert "“d” is looked for as a whole word" in client.get(reverse("search"), {"q": "boat d"}).content.decode()
    assert "as a whole word" not in client.get(reverse("search"), {"q": "boat di"}).content.decode()


def test_words_that_are_found_are_marked_in_the_grid(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    item = make_item()
    make_caption(item, "Long before " * 20 + "<b>a rubber dinghy</b> comes ashore")
    client.force_login(people["researcher"])

    page = text_of(client, reverse("search") + "?q=dinghy")

    assert re.search(r'class="card__found">…[^<]*&lt;b&gt;a rubber <mark>dinghy</mark>&lt;/b&gt;', page)
    # Found elsewhere, or without words asked, a card has no line of them.
    assert "card__found" not in text_of(client, reverse("search") + f"?q={item.file_name}")
    assert "card__found" not in text_of(client, reverse("search"))


def test_a_stretch_of_coast_is_asked_for_beside_the_box(
    client: Client, people: dict[str, User], items: dict[str, Item]
) -> None:
    client.force_login(people["researcher"])
    address = reverse("search")

    asked = text_of(client, f"{address}?q=boats&coast_from=calais&coast_to=dunkirk")
    half = text_of(client, f"{address}?coast_from=calais&coast_to=")

    assert 'value="boats between:calais,dunkirk"' in asked
    assert re.search(r'name="coast_from"[^>]* value="calais"', asked)
    assert re.search(r'name="coast_to"[^>]* value="dunkirk"', asked)
    # What the form says goes along once, in its own fields.
    assert 'type="hidden" name="q" value="boats"' in asked
    assert "Write two places, such as between:calais,dunkirk." in html.unescape(half)
