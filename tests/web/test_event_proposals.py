"""The page of proposed events: who sees it, what it says, and one decision after another by keys alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.authorities.models import Event, Place
from archive.catalogue.models import Access, Item
from archive.review.models import Dismissal
from archive.standards.vocabulary import Property
from tests.builders import items_of_event, make_claim, make_item, make_place, projected_once
from tests.pages import folded
from tests.web.test_browser import RULES

pytestmark = pytest.mark.django_db
People = dict[str, User]
PAGE = "/review/events/"


@pytest.fixture
@projected_once()
def days(db: None) -> dict[int, list[Item]]:
    """Pictures of a beach and its neighbour: five of 18 June, four of 20 June, three of 22 June 2024."""
    town = make_place("Dunkirk", latitude_degrees=51.03, longitude_degrees=2.37)
    malo = make_place(
        "Malo-les-Bains", kind=Place.Kind.BEACH, parent=town, latitude_degrees=51.05, longitude_degrees=2.40
    )
    other = make_place("Leffrinckoucke", latitude_degrees=51.04, longitude_degrees=2.44)
    made = {}
    for day, number in ((18, 5), (20, 4), (22, 3)):
        made[day] = [make_item() for _ in range(number)]
        for place, item in enumerate(made[day]):
            make_claim(item, Property.DATE_CREATED, date=f"2024-06-{day}")
            make_claim(item, Property.LOCATION_SHOWN, value_place=malo if place else other)
    return made


def form_of(proposed: list[Item], /, **told: Any) -> dict[str, Any]:
    keys = [item.pk for item in proposed]
    return {"proposed": ",".join(map(str, keys)), "items": keys, "name": "A day", "act": "accept"} | told


def test_a_proposal_says_how_many_when_where_and_on_which_ground(
    client: Client, people: People, days: dict[int, list[Item]]
) -> None:
    client.force_login(people["archivist"])

    page = folded(client.get(PAGE).content.decode())

    for said in (
        "Dunkirk, 18 June 2024",
        "5 pictures, 18 June 2024",
        "within 4 km",
        "Malo-les-Bains</a> 4",
        "Leffrinckoucke</a> 1",
    ):
        assert said in page, said
    assert page.count('data-kind="CAPTION"') >= 6
    assert page.index("18 June 2024") < page.index("20 June 2024") < page.index("22 June 2024")


def test_pictures_that_were_deselected_are_left_out(
    client: Client, people: People, days: dict[int, list[Item]]
) -> None:
    client.force_login(people["archivist"])
    kept = days[18][1:]

    answer = client.post(
        reverse("decide_on_event"),
        form_of(days[18], items=[item.pk for item in kept], date_edtf="2024-06-18", kind="CROSSING",
                places=Place.objects.get(name="Dunkirk").pk),
    )  # fmt: skip

    event = Event.objects.get()
    assert answer.url == PAGE
    assert (event.name, event.kind, event.date_edtf) == ("A day", "CROSSING", "2024-06-18")
    assert [place.name for place in event.places.all()] == ["Dunkirk"]
    assert set(items_of_event(event)) == set(kept)
    assert Dismissal.objects.get().items == [days[18][0].pk]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"act": "dismiss"}, "Say why"),
        ({"items": []}, "No picture is left"),
        ({"date_edtf": "last week"}, "a date"),
        ({"name": ""}, "required"),
        ({"proposed": "1,x"}, "damaged"),
        ({"proposed": "1," + "9" * 30}, "damaged"),
    ],
    ids=["no reason", "no picture", "no date", "no name", "no key", "too long a key"],
)
def test_what_cannot_be_done_is_said_beside_the_proposal(
    client: Client, people: People, days: dict[int, list[Item]], told: dict, words: str
) -> None:
    client.force_login(people["archivist"])
    headers = {"HX-Request": "true", "HX-Target": "event-proposal-2024-06-18-dunkirk"}

    answer = client.post(reverse("decide_on_event"), form_of(days[18], **told), headers=headers)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert answer["HX-Retarget"] == "#event-proposal-2024-06-18-dunkirk .event-proposal__problem"
    assert not Event.objects.exists() and not Dismissal.objects.exists()


def test_without_scripts_a_refusal_is_a_message(client: Client, people: People, days: dict[int, list[Item]]) -> None:
    client.force_login(people["archivist"])

    page = client.post(reverse("decide_on_event"), form_of(days[18], act="dismiss"), follow=True)

    assert b"Say why" in page.content


def test_hidden_pictures_are_not_linked(client: Client, people: People, days: dict[int, list[Item]]) -> None:
    people["researcher"].user_permissions.add(*people["archivist"].groups.get().permissions.filter(
        codename__in=["add_claim", "add_event"]
    ))  # fmt: skip
    Item.objects.filter(pk=days[18][0].pk).update(access=Access.RESTRICTED)
    client.force_login(people["researcher"])

    page = client.get(PAGE).content.decode()
    client.post(reverse("decide_on_event"), form_of(days[18]))

    assert f'value="{days[18][0].pk}"' not in page
    assert set(items_of_event(Event.objects.get())) == set(days[18][1:])


def test_nothing_proposed_says_what_makes_a_proposal(client: Client, people: People) -> None:
    client.force_login(people["archivist"])

    assert "No event is proposed" in client.get(PAGE).content.decode()


def test_a_page_of_proposals_costs_a_known_number_of_queries(
    client: Client, people: People, days: dict[int, list[Item]], django_assert_max_num_queries: Any
) -> None:
    client.force_login(people["archivist"])

    with django_assert_max_num_queries(14):
        client.get(PAGE)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_proposals_are_worked_through_by_keys_alone(
    page_of: Callable[..., Any], with_pictures: Callable[..., None], people: People, days: dict[int, list[Item]]
) -> None:
    with_pictures(*Item.objects.all())
    page = page_of(people["archivist"], PAGE)

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.type("three regattas")
    page.keyboard.press("Enter")
    page.get_by_text("is dismissed").wait_for()
    page.keyboard.press("e")
    page.keyboard.type("Landing at Malo")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.get_by_text("4 pictures are linked to “Landing at Malo”.").wait_for()
    page.keyboard.press("a")
    page.get_by_text("3 pictures are linked").wait_for()

    assert Dismissal.objects.get().reason == "three regattas"
    assert set(Event.objects.values_list("name", flat=True)) == {"Landing at Malo", "Dunkirk, 22 June 2024"}
    assert page.problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_refusal_stands_beside_its_proposal(
    page_of: Callable[..., Any], with_pictures: Callable[..., None], people: People, days: dict[int, list[Item]]
) -> None:
    with_pictures(*Item.objects.all())
    page = page_of(people["archivist"], PAGE)

    page.locator(".event-proposal").nth(1).get_by_role("button", name="Dismiss").click()
    page.locator(".event-proposal").nth(1).get_by_text("Say why these pictures").wait_for()

    assert page.locator(".event-proposal").count() == 3


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_page_of_proposals_passes_the_accessibility_rules(
    page_of: Callable[..., Any],
    with_pictures: Callable[..., None],
    people: People,
    days: dict[int, list[Item]],
    width: int,
    scheme: str,
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with_pictures(*Item.objects.all())
    page = page_of(people["archivist"], PAGE, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.keyboard.press("j")
    page.keyboard.press("e")

    found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]

    assert [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in found] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
