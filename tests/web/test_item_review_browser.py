"""In a real browser: an item is reviewed by keys alone, and a verdict can be taken back before it is written."""

from collections.abc import Callable
from typing import Any

import pytest

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.provenance.check_items import check
from archive.provenance.checks.finding import Question
from archive.review.models import Verdict
from archive.review.verdicts import judge
from archive.standards.vocabulary import Property
from tests.builders import make_caption, make_claim, make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = dict[str, User]


@pytest.fixture
def items(transactional_db: None, with_pictures: Callable[..., None]) -> list[Item]:
    made = [make_item(file_name=f"boat-{number}.jpg") for number in range(2)]
    for item in made:
        make_caption(item, "A boat off Gravelines on 18 June 2024.")
        make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    check([item.pk for item in made])
    with_pictures(*made)
    return made


def given(item: Item) -> list[tuple[str, str]]:
    return list(Verdict.objects.filter(item=item).order_by("pk").values_list("question", "word"))


def test_an_item_is_reviewed_by_keys_and_the_next_one_taken(
    page_of: Callable[..., Any], people: People, items: list[Item]
) -> None:
    page = page_of(people["moderator"], "/review/items/")
    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[0].pk}/review/")

    page.keyboard.press("a")
    page.locator(".review__state", has_text="When was it made? Supported.").wait_for()
    assert given(items[0]) == []
    # The next verdict sends the one before; the question after it is chosen by itself.
    assert page.locator("[name=question]:checked").get_attribute("value") == "WHERE"
    page.keyboard.press("u")
    page.locator("[data-question=WHEN] [data-word=SUPPORTED]").wait_for()
    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[1].pk}/review/")

    assert given(items[0]) == [("WHEN", "SUPPORTED"), ("WHERE", "UNDETERMINED")]


def test_a_verdict_is_taken_back_and_nothing_was_written(
    page_of: Callable[..., Any], people: People, items: list[Item]
) -> None:
    page = page_of(people["moderator"], f"/items/{items[0].pk}/review/")

    page.keyboard.press("3")
    page.keyboard.press("a")
    page.keyboard.press("z")
    page.locator(".review__state", has_text="Undone.").wait_for()
    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[1].pk}/review/")

    assert given(items[0]) == []


def test_leaving_the_page_writes_what_waits(page_of: Callable[..., Any], people: People, items: list[Item]) -> None:
    page = page_of(people["moderator"], f"/items/{items[0].pk}/review/")

    page.keyboard.press("a")
    page.locator(".review__state:not([hidden])").wait_for()
    page.goto(page.url.replace(f"/items/{items[0].pk}/review/", "/checks/"))
    page.wait_for_timeout(1000)

    assert given(items[0]) == [("WHEN", "SUPPORTED")]


def test_what_agrees_is_supported_by_one_key(page_of: Callable[..., Any], people: People, items: list[Item]) -> None:
    page = page_of(people["moderator"], f"/items/{items[0].pk}/review/")

    page.keyboard.press("s")
    page.locator("[data-question=WHEN] [data-word=SUPPORTED]").wait_for()

    assert ("WHEN", "SUPPORTED") in given(items[0])


def test_a_contradiction_without_a_reason_is_refused_and_keeps_its_place(
    page_of: Callable[..., Any], people: People, items: list[Item]
) -> None:
    page = page_of(people["moderator"], f"/items/{items[0].pk}/review/")

    page.keyboard.press("x")
    page.locator("[role=alert]", has_text="Say why in a few words").wait_for()
    # Keys are heard once its scripts have run.
    page.wait_for_load_state()
    page.keyboard.press("c")
    page.keyboard.type("the beach is another one")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.locator(".review__state", has_text="Contradicted.").wait_for()
    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[1].pk}/review/")

    assert Verdict.objects.get().reason == "the beach is another one"


def test_keys_pressed_faster_than_the_server_answers_lose_no_verdict(
    page_of: Callable[..., Any], people: People, items: list[Item]
) -> None:
    page = page_of(people["moderator"], f"/items/{items[0].pk}/review/")
    # The answer to each verdict takes a while.
    page.evaluate(
        "() => { const asked = fetch; window.fetch = async (...all) => "
        "{ await new Promise((done) => setTimeout(done, 300)); return asked(...all); }; }"
    )

    for key in ("a", "u", "a", "u"):
        page.keyboard.press(key)
    page.locator(".review__state", has_text="Who made it, and who published it first? Undetermined.").wait_for()
    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[1].pk}/review/")

    words = ["SUPPORTED", "UNDETERMINED"] * 2
    assert given(items[0]) == list(zip(["WHEN", "WHERE", "EVENT", "MAKER"], words, strict=True))


def test_each_verdict_has_the_reason_that_was_written_for_it_however_slowly_the_server_answers(
    page_of: Callable[..., Any], people: People, items: list[Item]
) -> None:
    page = page_of(people["moderator"], f"/items/{items[0].pk}/review/")
    page.evaluate(
        "() => { const asked = fetch; window.fetch = async (...all) => "
        "{ await new Promise((done) => setTimeout(done, 1500)); return asked(...all); }; }"
    )
    reasons = ["the clock is an hour off", "the pier is another one", "it was a week later"]

    for reason in reasons:
        page.keyboard.press("c")
        page.keyboard.type(reason)
        page.keyboard.press("Escape")
        page.keyboard.press("x")
    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[1].pk}/review/")

    verdicts = Verdict.objects.order_by("pk").values_list("question", "reason")
    assert list(verdicts) == list(zip(["WHEN", "WHERE", "EVENT"], reasons, strict=True))


@pytest.mark.parametrize("hand", ["double click", "held key"])
def test_a_hand_that_slips_gives_one_verdict(
    page_of: Callable[..., Any], people: People, items: list[Item], hand: str
) -> None:
    page = page_of(people["moderator"], f"/items/{items[0].pk}/review/")

    if hand == "double click":
        page.get_by_role("button", name="Supported").dblclick()
    else:
        for _again in range(3):
            page.keyboard.down("a")
        page.keyboard.up("a")
    page.locator(".review__state", has_text="When was it made? Supported.").wait_for()
    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[1].pk}/review/")

    assert given(items[0]) == [("WHEN", "SUPPORTED")]


@pytest.mark.parametrize("lost", ["session", "network"])
def test_a_verdict_that_could_not_be_saved_waits_until_it_can(
    page_of: Callable[..., Any], people: People, items: list[Item], lost: str
) -> None:
    page = page_of(people["moderator"], f"/items/{items[0].pk}/review/")
    cookies = page.context.cookies()
    if lost == "session":
        page.context.clear_cookies(name="sessionid")
    else:
        page.context.set_offline(True)

    page.keyboard.press("c")
    page.keyboard.type("the beach is another one")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.keyboard.press("n")
    page.locator(".review__state", has_text="Contradicted. It is not saved yet").wait_for()
    page.keyboard.press("a")
    page.locator(".review__state", has_text="Contradicted. It is not saved yet").wait_for()
    assert page.url.endswith(f"/items/{items[0].pk}/review/")
    assert page.locator("#signed-out").is_visible() is (lost == "session")

    page.context.set_offline(False)
    page.context.clear_cookies(name="csrftoken")  # signing in anew, in another tab, brings another one
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "sessionid"])
    page.context.new_page().goto(page.url)
    page.keyboard.press("a")
    page.locator(".review__state", has_text="Where was it made? Supported.").wait_for()
    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[1].pk}/review/")

    assert given(items[0]) == [("WHEN", "CONTRADICTED"), ("WHERE", "SUPPORTED")]
    assert Verdict.objects.get(question="WHEN").reason == "the beach is another one"


def test_who_is_refused_stays_and_finds_their_words_again(
    page_of: Callable[..., Any], people: People, items: list[Item]
) -> None:
    page = page_of(people["moderator"], f"/items/{items[0].pk}/review/")
    agree = {"reason_code": Verdict.Reason.GROUNDS_AGREE, "reason": "", "by": people["administrator"]}
    judge(items[0], question=Question.WHEN, word=Verdict.Word.SUPPORTED, **agree)

    page.keyboard.press("c")
    page.keyboard.type("the beach is another one")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.keyboard.press("n")
    page.locator(".review__state", has_text="administrator").wait_for()

    assert page.url.endswith(f"/items/{items[0].pk}/review/")
    assert page.locator("[name=question]:checked").get_attribute("value") == "WHEN"
    assert page.locator("#reason").input_value() == "the beach is another one"
    assert given(items[0]) == [("WHEN", "SUPPORTED")]


def test_a_figure_chooses_its_question_which_comes_into_sight(
    page_of: Callable[..., Any], people: People, items: list[Item]
) -> None:
    page = page_of(people["moderator"], f"/items/{items[0].pk}/review/", viewport={"width": 1440, "height": 640})

    page.keyboard.press("5")
    page.keyboard.press("u")
    page.keyboard.press("u")  # sends the one before, whose answer brings a new list
    page.locator("[data-question=WHOLENESS] [data-word=UNDETERMINED]").wait_for()

    seen, row = page.locator("#questions").bounding_box(), page.locator("[data-question=CAPTION]").bounding_box()
    assert row["y"] + row["height"] <= seen["y"] + seen["height"] + 1


def test_the_ground_is_chosen_by_keys(page_of: Callable[..., Any], people: People, items: list[Item]) -> None:
    page = page_of(people["moderator"], f"/items/{items[0].pk}/review/")

    page.keyboard.press("g")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("a")
    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[1].pk}/review/")

    verdict = Verdict.objects.get()
    assert (verdict.question, verdict.reason_code) == ("WHERE", list(Verdict.Reason)[1])
