"""In a real browser: a second person reads blind by keys alone, then both see both, and a dissent is decided."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.provenance.check_items import check
from archive.provenance.checks.finding import Question
from archive.review.mark_distressing import mark_distressing
from archive.review.models import CurrentVerdict, Verdict
from archive.review.second_readings import read_second
from archive.review.verdicts import judge
from archive.standards.vocabulary import Property
from tests.builders import make_caption, make_claim, make_export, make_item
from tests.projection.test_words_in_pictures import read_in
from tests.web.test_every_page_browser import CUT, RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = dict[str, User]
REASON = "zqpiervuxk"


@pytest.fixture
def items(people: People, with_pictures: Callable[..., None]) -> list[Item]:
    """Two items of which each verdict is read twice."""
    made = [make_item(file_name=f"boat-{number}.jpg") for number in range(2)]
    for item in made:
        make_caption(item, "A boat off Gravelines on 18 June 2024.")
        make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    check([item.pk for item in made])
    mark_distressing(made, is_distressing=True, by=people["moderator"], reason="the dead are seen")
    with_pictures(*made)
    return made


def first(item: Item, question: Question, word: str, by: User) -> Verdict:
    return judge(item, question=question, word=word, reason_code="OTHER", reason=f"No {REASON}.", by=by)


def given(item: Item) -> list[tuple[str, str, bool]]:
    rows = Verdict.objects.filter(item=item).order_by("pk").values_list("question", "word", "second_of")
    return [(question, word, bool(second_of)) for question, word, second_of in rows]


def test_what_waits_is_read_blind_by_keys_and_then_both_are_shown(
    page_of: Callable[..., Any], people: People, items: list[Item]
) -> None:
    for question, word in ((Question.WHEN, "SUPPORTED"), (Question.EVENT, "CONTRADICTED")):
        first(items[0], question, word, people["moderator"])
    first(items[1], Question.WHERE, "SUPPORTED", people["moderator"])
    page = page_of(people["administrator"], "/review/second/")
    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[0].pk}/second-reading/")
    assert REASON not in page.content()
    page.keyboard.press("?")
    listed = page.locator("dialog[open]").inner_text()
    assert "Undo" in listed and "Undetermined" in listed
    # What these two answer is never what waits for a second reading.
    assert "Support all" not in listed and "wherever nothing is said" not in listed
    page.keyboard.press("Escape")

    page.keyboard.press("a")
    # From one that is asked for to the next: what else is open is no second reading.
    assert page.locator("[name=question]:checked").get_attribute("value") == "EVENT"
    page.keyboard.press("a")
    page.locator("[data-question=WHEN]", has_text="read twice, agreed").wait_for()
    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[1].pk}/second-reading/")
    page.keyboard.press("u")
    page.keyboard.press("n")
    page.wait_for_url("**/review/second/")
    page.get_by_text("Nothing is left to review here.").wait_for()

    assert given(items[0])[2:] == [("WHEN", "SUPPORTED", True), ("EVENT", "SUPPORTED", True)]
    assert given(items[1])[1:] == [("WHERE", "UNDETERMINED", True)]
    for person in ("administrator", "moderator"):
        both = page_of(people[person], f"/items/{items[0].pk}/review/").locator("[data-question=EVENT]").inner_text()
        assert "read twice, dissent" in both and REASON in both and "contradicted" in both
    assert not page.problems


def test_a_dissent_comes_back_and_is_decided_by_keys(
    page_of: Callable[..., Any], people: People, items: list[Item]
) -> None:
    first(items[0], Question.WHEN, "CONTRADICTED", people["moderator"])
    otherwise = {"word": "SUPPORTED", "reason_code": "FILE_SHOWS", "reason": ""}
    read_second(items[0], question=Question.WHEN, by=people["administrator"], **otherwise)
    page = page_of(people["moderator"], "/review/items/")
    page.get_by_text("read twice, dissent").wait_for()

    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[0].pk}/review/")
    page.keyboard.press("x")
    page.get_by_text("Say why in a few words").wait_for()
    page.wait_for_load_state()  # the words stand there before the script that hears the keys
    page.keyboard.press("c")
    page.keyboard.type("the pier is of another year")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.locator(".review__state", has_text="When was it made? Contradicted.").wait_for()
    # Why the first attempt was refused is no longer said.
    assert page.get_by_text("Say why in a few words").count() == 0
    page.keyboard.press("n")
    page.wait_for_url(f"**/items/{items[1].pk}/review/")

    assert CurrentVerdict.objects.get(item=items[0], question="WHEN").word == "CONTRADICTED"
    assert given(items[0])[-1] == ("WHEN", "CONTRADICTED", False)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_readings_batches_exports_and_words_pass_the_rules(
    page_of: Callable[..., Any], people: People, items: list[Item], width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    item, other = items
    for question, word in (
        (Question.WHEN, "CONTRADICTED"),
        (Question.WHERE, "SUPPORTED"),
        (Question.EVENT, "SUPPORTED"),
    ):
        first(item, question, word, people["moderator"])
    for question in (Question.WHEN, Question.WHERE):
        read_second(
            item, question=question, word="SUPPORTED", reason_code="OTHER", reason="seen", by=people["administrator"]
        )
    read_in(item, "CHANNEL CROSSINGS", "Jane Roe of Margate waits here")
    for fields in ({"state": "WORKING", "items_done": 1}, {"state": "FAILED", "reason": "Nothing can be signed."}):
        make_export(item, other, by=people["administrator"], **fields)
    batch = [("items", key.pk) for key in items] + [("question", "CAPTION"), ("word", "SUPPORTED")]
    paths = [
        "/review/second/",
        f"/items/{item.pk}/second-reading/",
        f"/items/{item.pk}/#words-in-picture",
        "/review/second/agreement/",
        "/review/second/policies/",
        "/selected/verdicts/?" + urlencode([*batch, ("reason_code", "GROUNDS_AGREE"), ("next", "/")]),
        "/exports/",
        "/ledger/",
    ]
    page = page_of(people["administrator"], "/", viewport={"width": width, "height": 900})
    faults = []
    for path in paths:
        page.goto(path)
        found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]
        faults += [(path, fault["id"], node["html"][:120]) for fault in found for node in fault["nodes"][:2]]
        faults += [(path, "cut", words) for words in page.evaluate(CUT)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((path, "wider than the window", ""))

    assert faults == [], "\n".join(map(str, faults))
