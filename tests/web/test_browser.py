"""In a real browser: the grid by keyboard, linking what is selected, the theme, narrowing the time, accessibility."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.models import Access, Item
from archive.claims.models import Claim
from archive.ingest.models import AccessionLine
from archive.standards.vocabulary import Property
from tests.builders import make_caption, make_claim, make_event, make_item, make_match, make_outlet, make_place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = dict[str, User]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def shore(transactional_db: None, with_pictures: Callable[..., None]) -> list[Item]:
    """Six items at one beach, of five days in June and one of the whole month."""
    france = make_place("France", kind=Place.Kind.COUNTRY)
    town = make_place("Dunkirk", parent=france, latitude_degrees=51.03, longitude_degrees=2.37, radius_metres=2500)
    malo = make_place("Malo-les-Bains", kind=Place.Kind.BEACH, parent=town)
    outlet = make_outlet("Sky News")
    make_event("Crossings of 18 June 2024", date="2024-06-18")
    items = []
    for number in range(6):
        item = make_item(file_name=f"boat-{number}.jpg")
        make_claim(item, Property.DATE_CREATED, date=f"2024-06-{15 + number}" if number else "2024-06")
        make_claim(item, Property.LOCATION_SHOWN, value_place=malo)
        make_claim(item, Property.PUBLISHED_BY, value_outlet=outlet)
        items.append(item)
    with_pictures(*items)
    return items


def chosen(page: Any) -> list[str]:
    return page.eval_on_selector_all(".card__select:checked", "boxes => boxes.map(box => box.value)")


def order(page: Any) -> list[str]:
    return page.eval_on_selector_all("a[data-item]", "links => links.map(link => link.dataset.item)")


def test_items_are_selected_by_keyboard_and_linked_to_a_place(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["archivist"], "/")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Space")
    assert chosen(page) == order(page)[1:4]

    page.keyboard.press("l")
    page.get_by_role("combobox", name="Location shown").fill("dunk")
    page.get_by_role("option", name=re.compile("Dunkirk.*town.*6 items", re.DOTALL)).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_text("3 items are linked: Location shown Dunkirk.").wait_for()
    # What was selected stays so, for the next act; one press undoes this one.
    page.locator("[data-bulk].is-open").wait_for()
    assert chosen(page) == order(page)[1:4]
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone on 3 items.").wait_for()
    page.locator("[data-bulk].is-open").wait_for()
    assert chosen(page) == order(page)[1:4]

    by_hand = Claim.objects.filter(source__person__isnull=False)
    assert {str(claim.item_id) for claim in by_hand} == set(order(page)[1:4])
    assert {claim.value_place.name for claim in by_hand} == {"Dunkirk"}


def test_a_range_is_selected_with_shift_and_cleared_with_escape(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["archivist"], "/")
    boxes = page.locator(".card__select")

    boxes.nth(1).check()
    page.locator("a[data-item]").nth(4).click(modifiers=["Shift"])
    assert chosen(page) == order(page)[1:5]
    assert page.locator("[data-bulk] [data-chosen]").inner_text() == "4"

    page.keyboard.press("Escape")
    assert chosen(page) == []
    assert not page.locator("[data-bulk]").is_visible()


def test_what_contradicts_is_answered_in_the_dialog_and_each_further_press_counts(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["archivist"], "/")
    page.locator(".card__select").nth(0).check()
    page.locator("[data-bulk] [value=link]").click()
    page.locator("#bulk-body form").wait_for()

    page.get_by_role("button", name="Link", exact=True).click()
    page.locator("#bulk-body .field__error").first.wait_for()
    page.locator("#bulk-body [name=date]").fill("2 May 1998")
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_role("heading", name="This contradicts what is known").wait_for()
    page.get_by_role("button", name="Set it all the same").click()

    page.get_by_text("1 item is linked: When 2 May 1998.").wait_for()
    assert Claim.objects.filter(source__kind="PERSON", value_edtf="1998-05-02").count() == 1


def test_what_is_withdrawn_is_selected_no_longer(page_of: Callable[..., Any], people: People) -> None:
    items = [make_item() for _ in range(3)]
    page = page_of(people["moderator"], "/")
    page.locator("a[data-item]").first.focus()
    page.keyboard.press("x")
    page.locator("[data-bulk] [value=withdraw]").click()
    page.locator("#bulk-body textarea").fill("a holiday")
    page.locator("#bulk-body .button--main").click()

    page.get_by_text("1 item is withdrawn.").wait_for()

    page.wait_for_function("() => document.querySelectorAll('a[data-item]').length === 2")
    assert not page.locator("[data-bulk]").is_visible()
    assert page.evaluate("sessionStorage.getItem('selected')") is None
    assert Item.objects.filter(access=Access.WITHDRAWN, pk__in=[item.pk for item in items]).count() == 1


def test_what_is_selected_outlives_views_and_pages_and_all_that_is_found_is_selected_by_a_key(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["archivist"], "/")
    page.locator(".card__select").nth(0).check()
    first = order(page)[0]

    page.locator("#view-list").click()
    page.locator("ul.lines").wait_for()
    is_one = "() => document.querySelectorAll('.card__select:checked').length === 1"
    page.wait_for_function(is_one)
    assert chosen(page) == [first]
    page.goto(page.url.split("?")[0] + "?kind=STILL")
    assert page.locator("[data-bulk] [data-chosen]").inner_text() == "1"
    page.get_by_text("1 of them not on this page").wait_for()
    page.goto(page.url.split("?")[0])
    page.locator("[data-bulk].is-open").wait_for()
    page.wait_for_function(is_one)
    assert chosen(page) == [first]
    page.keyboard.press("Shift+A")
    page.locator(".card__select:checked").nth(5).wait_for(state="attached")
    assert page.locator("[data-bulk] [data-chosen]").inner_text() == "6"
    # Folder and verdict have pages of their own.
    page.get_by_role("button", name="Folder …").click()
    page.get_by_role("heading", name="Put 6 items in a folder").wait_for()
    page.go_back()
    page.keyboard.press("Escape")
    assert chosen(page) == []
    page.reload()
    assert chosen(page) == [] and not page.locator("[data-bulk]").is_visible()


def test_the_picture_in_focus_opens_with_enter(page_of: Callable[..., Any], people: People, shore: list[Item]) -> None:
    page = page_of(people["researcher"], "/")
    first = order(page)[0]

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(f"/items/{first}/"))


def test_a_bar_of_time_is_pressed(page_of: Callable[..., Any], people: People, shore: list[Item]) -> None:
    page = page_of(people["researcher"], "/")

    page.get_by_role("link", name=re.compile("^18 June 2024: ")).click()

    page.get_by_role("link", name="Remove 18 June 2024").wait_for()
    assert page.locator("a[data-item]").count() == 2
    assert "date=2024-06-18" in page.url


def test_a_facet_swaps_the_results_and_the_address_is_the_search(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["researcher"], "/")

    page.get_by_role("link", name=re.compile("France")).click()
    page.get_by_role("link", name="Remove at France").wait_for()
    assert "place=france" in page.url

    page.go_back()
    page.get_by_role("link", name="Remove at France").wait_for(state="detached")
    assert page.locator("a[data-item]").count() == 6


def test_of_two_facets_pressed_quickly_the_last_is_answered_and_stands_in_the_address(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["researcher"], "/")

    page.evaluate(
        """() => {
            const press = (words) => [...document.querySelectorAll(".facets a")]
                .find((link) => link.textContent.includes(words)).click();
            press("Sky News");
            press("unreviewed");
        }"""
    )
    page.get_by_role("link", name="Remove unreviewed").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.url.endswith("/?standing=unreviewed")
    assert page.get_by_role("link", name="Remove unreviewed").is_visible()
    assert page.get_by_role("link", name="Remove Sky News").count() == 0

    # A branch of the tree is no search: it opens while one is on its way, and its places are searches as all are.
    page.evaluate("document.querySelector('.facet__branch').open = true")
    page.locator(".facet__branch").get_by_role("link", name=re.compile("^Dunkirk")).click()
    page.get_by_role("link", name="Remove at Dunkirk").wait_for()


def test_the_focus_stays_on_the_choice_and_on_the_chips(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["researcher"], "/?kind=photograph&outlet=sky-news")

    page.locator(".facets").get_by_role("link", name=re.compile("^unreviewed")).press("Enter")
    page.get_by_role("link", name="Remove unreviewed").wait_for()
    page.wait_for_function("() => document.activeElement.textContent.includes('unreviewed')")
    assert page.evaluate("document.activeElement.closest('.facets') !== null")

    page.get_by_role("link", name="Remove unreviewed").press("Enter")
    page.get_by_role("link", name="Remove unreviewed").wait_for(state="detached")
    page.wait_for_function("() => document.activeElement.closest('.chips') !== null")


def test_dragging_over_the_bars_narrows_the_time(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["researcher"], "/")
    bars = page.locator("[data-histogram] a[data-start]")
    start, end = (bars.nth(place).locator(".histogram__ground").bounding_box() for place in (0, bars.count() - 2))

    page.mouse.move(start["x"] + 4, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + 4, end["y"] + 20, steps=6)
    page.mouse.up()

    page.wait_for_url(re.compile("date_from=2024-06"))
    page.locator(".chip").first.wait_for()


def test_the_ends_of_the_time_are_moved_by_keyboard_and_what_is_selected_is_said(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["researcher"], "/?q=date:2024-06-10..2024-06-25")
    first, last = (page.get_by_role("slider", name=f"Filter {end}") for end in ("from", "to"))
    told = page.locator("[data-histogram-told]")

    first.focus()
    for key in ["ArrowRight"] * 6 + ["ArrowLeft"]:
        page.keyboard.press(key)
    last.focus()
    page.keyboard.press("PageDown")
    assert (first.get_attribute("aria-valuetext"), last.get_attribute("aria-valuetext")) == (
        "15 June 2024",
        "20 June 2024",
    )
    assert told.inner_text().startswith("Selected: from 15 June 2024 to 20 June 2024.")
    page.keyboard.press("Escape")
    assert told.inner_text() == ""
    page.keyboard.press("PageDown")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("date_from=2024-06-10&date_to=2024-06-20"))
    page.wait_for_function("() => document.activeElement.id === 'time-to'")
    assert page.locator("#words").input_value() == "date:2024-06-10..2024-06-20"
    assert "date%3A2024-06-10" not in page.url


def test_an_end_of_the_time_is_dragged_and_the_way_to_wider_is_a_link(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["researcher"], "/?date=2024-06")
    box = page.get_by_role("slider", name="Filter from").bounding_box()
    middle = page.locator("[data-histogram] svg").bounding_box()

    page.mouse.move(box["x"] + 12, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(middle["x"] + middle["width"] / 2, box["y"] + 22, steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile(r"date_from=2024-06-1\d&date_to=2024-06-30"))

    page.get_by_role("link", name="June 2024", exact=True).click()
    page.wait_for_url(re.compile("date=2024-06$"))


def test_the_theme_is_switched_and_remembered(page_of: Callable[..., Any], people: People, shore: list[Item]) -> None:
    page = page_of(people["researcher"], "/", color_scheme="light")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)

    page.get_by_role("button", name="Dark theme").click()
    dark = page.evaluate(ground)
    page.reload()

    assert (light, dark) == ("rgb(251, 251, 250)", "rgb(20, 21, 22)")
    assert page.evaluate(ground) == dark


def test_the_keys_are_listed(page_of: Callable[..., Any], people: People, shore: list[Item]) -> None:
    page = page_of(people["archivist"], "/")

    page.keyboard.press("?")

    assert page.get_by_role("dialog", name="Keys").is_visible()
    assert page.get_by_role("row", name=re.compile("Select all from the last")).is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog", name="Keys").is_visible()


def test_keys_of_one_letter_can_be_switched_off_and_stay_so(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    """WCAG 2.1.4."""
    page = page_of(people["archivist"], "/")
    page.keyboard.press("?")
    page.get_by_label("Keys of a single letter").uncheck()
    page.keyboard.press("Escape")

    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("i")
    page.wait_for_timeout(300)
    assert not page.get_by_role("dialog", name="Keys").is_visible()
    assert page.url.endswith("/")

    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Keys of a single letter").check()
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    page.wait_for_url("**/search/by-image/")


def test_pictures_are_whole_and_rows_do_not_jump(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["researcher"], "/")

    boxes = page.eval_on_selector_all(
        ".card__picture img", "all => all.map(one => [one.clientWidth / one.clientHeight, one.width, one.height])"
    )

    assert all(abs(ratio - 400 / 266) < 0.02 for ratio, _width, _height in boxes)


@pytest.mark.parametrize("width, scheme", [(1440, "light"), (390, "dark")])
def test_pages_pass_the_accessibility_rules(
    page_of: Callable[..., Any], people: People, shore: list[Item], width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    paths = ["/", "/?view=list", "/?view=days&date=2024-06", "/?view=map", "/?q=whale", "/?date_from=x"]
    paths += ["/places/", "/places/dunkirk/", "/events/", "/outlets/sky-news/", "/places/new/", "/about/", "/account/"]
    about = f"/people/{people['researcher'].pk}/"
    paths += ["/people/", "/status/", about, f"{about}close/", "/account/password/", "/new-password/MQ/x/"]
    paths += ["/forgotten/"]
    paths += [f"/selected/?items={shore[0].pk}&act=link", "/places/dunkirk/merge/", "/nowhere/"]
    page = page_of(people["administrator"], "/", viewport={"width": width, "height": 900}, color_scheme=scheme)
    faults = []
    for path in paths:
        page.goto(path)
        found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]
        faults += [(path, fault["id"], fault["nodes"][0]["html"][:120]) for fault in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((path, "wider than the window", ""))

    assert faults == []


def test_the_door_passes_the_accessibility_rules(page_of: Callable[..., Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    page = page_of(None, "/sign-in/")

    assert axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"] == []


def test_a_map_that_does_not_come_is_told_and_comes_with_the_next_page(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["researcher"], "/")
    page.route("**/basemap/*.json", lambda route: route.fulfill(status=503, body="busy"))

    page.goto("/?view=map")
    page.locator("#said").get_by_text("That did not work").wait_for()
    page.unroute("**/basemap/*.json")
    page.goto("/?view=map")

    page.locator(".map canvas").first.wait_for()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_long_name_without_a_break_widens_no_page(
    page_of: Callable[..., Any], people: People, shore: list[Item], width: int
) -> None:
    word = "W" * 240
    item, copy = (make_item(file_name=f"{word}-{number}.jpg") for number in range(2))
    make_claim(item, Property.CREATOR, value_text=word)
    make_caption(item, word)
    match = make_match(item, copy)
    AccessionLine.objects.create(
        accession=item.accession,
        original_name=f"{word}.jpg",
        delivered_path=word,
        size_bytes=10,
        received_at=item.accession.opened_at,
        item=item,
        state="DONE",
        outcome="CREATED",
    )
    people["researcher"].username = "u" * 150
    people["researcher"].save()
    page = page_of(people["administrator"], "/", viewport={"width": width, "height": 900})
    wide = []
    for path in (
        f"/items/{item.pk}/", f"/matches/{match.pk}/", f"/items/{item.pk}/copies/",
        f"/items/{item.pk}/caption-history/", f"/accessions/{item.accession_id}/", "/", "/?view=list", "/people/",
        f"/people/{people['researcher'].pk}/",
    ):  # fmt: skip
        assert page.goto(path).status == 200, path
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append((path, page.evaluate("document.documentElement.scrollWidth")))

    assert wide == []


def test_a_day_is_typed_in_words_and_read_while_it_is_typed(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["researcher"], "/")

    page.get_by_label("Taken from").fill("18 June 2024")
    page.locator("#date-from-understood").get_by_text("2024-06-18").wait_for()
    assert page.url.endswith("/")
    page.locator("#date-to").fill("mid June 2024")
    page.locator("#date-to-understood").get_by_text("20 June 2024").first.wait_for()
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("date_from=18%20June%202024"))
    page.locator(".chip").first.wait_for()
    assert page.get_by_label("Taken from").input_value() == "18 June 2024"
    assert page.locator("a[data-item]").count() == 4
    assert page.problems == []


def test_a_point_is_picked_on_the_map_by_mouse_and_by_keyboard(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["archivist"], "/places/new/")
    stage = page.get_by_role("application", name="Map to pick the point on")
    stage.locator("canvas").first.wait_for()
    page.get_by_role("combobox", name="Lies in").fill("dunk")
    page.get_by_role("option", name=re.compile("Dunkirk")).click()

    stage.click(position={"x": 200, "y": 150})
    pressed = [float(page.get_by_label(name).input_value()) for name in ("Latitude", "Longitude")]
    # The map looks at the place that this one lies in.
    assert abs(pressed[0] - 51.03) < 0.3 and abs(pressed[1] - 2.37) < 0.4

    page.get_by_label("Longitude").fill("2.5")
    page.get_by_label("Reach, metres").fill("700")
    stage.focus()
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    assert page.get_by_label("Longitude").input_value() == "2.50000"
    assert page.url.endswith("/places/new/")


def test_a_missing_place_is_added_beside_the_field_that_asks_for_it(
    page_of: Callable[..., Any], people: People, shore: list[Item]
) -> None:
    page = page_of(people["archivist"], f"/items/{shore[0].pk}/")
    field = page.locator("#link-place")
    field.evaluate("field => field.closest('details')?.setAttribute('open', '')")
    field.press_sequentially("Malo")
    page.get_by_role("option", name="Add “Malo” …").wait_for()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Add a place")
    dialog.wait_for()

    page.keyboard.press("Escape")
    page.keyboard.type("!")
    assert field.input_value() == "Malo!"

    page.keyboard.press("Backspace")
    page.get_by_role("option", name="Add “Malo” …").click()
    dialog.get_by_label("Name", exact=True).fill("Malo-les-Bains")
    dialog.get_by_label("Kind").select_option("beach")
    dialog.get_by_role("button", name="Save").click()
    dialog.get_by_role("button", name="Use this one").click()
    dialog.wait_for(state="detached")
    assert field.input_value() == "Malo-les-Bains"

    page.keyboard.press("Control+a")
    page.keyboard.type("Zuydcoote")
    page.get_by_role("option", name="Add “Zuydcoote” …").click()
    dialog.get_by_label("Kind").select_option("beach")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    assert axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"] == []
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")

    made = Place.objects.get(name="Zuydcoote")
    assert field.input_value() == "Zuydcoote"
    assert page.locator("[name=place]").first.input_value() == str(made.pk)
    assert field.evaluate("field => field === document.activeElement")


@pytest.mark.parametrize("width, scheme", [(1440, "light"), (390, "dark")])
def test_a_merge_and_its_taking_back_pass_the_accessibility_rules(
    page_of: Callable[..., Any], people: People, shore: list[Item], width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = page_of(
        people["archivist"], "/places/malo-les-bains/merge/", viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )  # fmt: skip
    faults = []

    def look(where: str) -> None:
        page.wait_for_load_state("networkidle")
        found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]
        faults.extend((where, fault["id"], fault["nodes"][0]["html"][:120]) for fault in found)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((where, "wider than the window", ""))

    page.get_by_role("combobox", name="Merge into").press_sequentially("dunk")
    page.get_by_role("option", name=re.compile("Dunkirk")).click()
    page.get_by_role("button", name="Show both").click()
    page.get_by_role("heading", name="Merge Malo-les-Bains into Dunkirk").wait_for()
    look("both")
    page.get_by_role("button", name="Merge", exact=True).click()
    page.get_by_role("link", name="Take Malo-les-Bains out").wait_for()
    look("merged")
    page.get_by_role("link", name="Take Malo-les-Bains out").click()
    page.get_by_role("heading", name="This goes back").wait_for()
    look("taking back")
    page.get_by_role("button", name="Let it stand by itself again").click()
    page.get_by_text("Malo-les-Bains stands by itself again.").wait_for()
    page.goto("/places/new/")
    page.get_by_label("Name", exact=True).fill("malo les bains")
    page.get_by_label("Kind").select_option("beach")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Is it one of these?").wait_for()
    look("likely duplicates")

    assert faults == []


def test_paper_shows_what_is_said_and_nothing_to_press(page_of: Callable[..., Any], people: dict[str, User]) -> None:
    page = page_of(people["archivist"], f"/items/{make_item().pk}/")

    page.emulate_media(media="print")

    assert not page.locator(".item__offers").is_visible()
    assert page.locator("main button:visible, main a.button:visible").count() == 0
    assert page.locator("[data-tabs] > section > h2").first.is_visible()
