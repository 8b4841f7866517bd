"""In a real browser, on the files as they are served: each module runs once, and one click does one thing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.ingest.models import AccessionLine
from archive.press.models import Appearance
from tests.addresses import arguments
from tests.builders import NOW, make_accession, make_item, make_outlet
from tests.ingest.pictures import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "search", "about", "places", "place", "events", "event", "outlets", "outlet", "outlet_appearances",
    "outlet_articles", "new_place", "edit_event", "merge_outlet", "sign_in", "account", "password", "accessions",
    "accession", "caption_data", "agreeing_caption_data", "upload", "upload_article", "articles", "article",
    "item", "caption_history", "caption", "own_proposals", "search_by_image", "matches", "compare", "copies",
    "caption_proposals", "agreeing_proposals", "caption_proposal", "event_proposals", "people",
]  # fmt: skip

# What a page took from its cache counts too.
_LOADED = """performance.getEntriesByType("resource").map(entry => new URL(entry.name).pathname)
  .filter(path => path.startsWith("/static/js/"))"""
_HASHED = re.compile(r"/static/js/(\w+)\.[0-9a-f]{12}\.js")


@pytest.fixture
def question(people: dict[str, User], client: Any) -> AccessionLine:
    """A line that asks whether the held picture stood in this delivery's outlet too, on the page to bring in."""
    delivery = make_accession("The Courier's pictures", outlet=make_outlet("The Courier"))
    line = AccessionLine.objects.create(
        accession=delivery,
        original_name="again.jpg",
        size_bytes=5,
        message_digest="a" * 64,
        way=AccessionLine.Way.PAGE,
        received_at=NOW,
        received_by=people["archivist"],
        not_before=NOW,
        state=AccessionLine.State.DONE,
        outcome=AccessionLine.Outcome.ALREADY_HELD,
        item=make_item(),
        finished_at=NOW,
    )
    session = client.session
    session["batch"] = delivery.pk
    session.save()
    return line


def test_every_module_runs_once_on_every_page(
    page_of: Callable[..., Any], people: dict[str, User], world: dict[str, Any]
) -> None:
    page, wrong = page_of(people["administrator"], "/"), {}

    for name in PAGES:
        page.goto(reverse(name, kwargs=arguments(name, world)))
        page.wait_for_load_state("networkidle")
        loaded = [_HASHED.fullmatch(address) for address in page.evaluate(_LOADED)]
        names = [address and address[1] for address in loaded]
        if None in names or len(set(names)) != len(names) or "main" not in names:
            wrong[name] = names

    assert (wrong, page.problems) == ({}, [])


@pytest.mark.parametrize("address", ["/upload/", "accession"])
def test_one_click_makes_one_appearance(
    page_of: Callable[..., Any], people: dict[str, User], question: AccessionLine, address: str
) -> None:
    if address == "accession":
        address = reverse("accession", args=[question.accession_id])
    page = page_of(people["archivist"], address)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)

    page.get_by_role("button", name="Add as a further appearance").click()
    page.get_by_text("Added as a further appearance in The Courier").wait_for()

    assert len(posted) == 1
    assert Appearance.objects.filter(item=question.item).count() == 1
    assert Accession.objects.get(pk=question.accession_id).lines.count() == 1


def test_an_error_is_said_in_the_page_that_asked_by_script(
    page_of: Callable[..., Any], people: dict[str, User]
) -> None:
    page = page_of(people["archivist"], "/places/")
    said = page.locator("#said")

    for address, words in {"/nowhere/": "There is no such page", "/people/": "Your role does not allow this"}.items():
        page.evaluate("address => htmx.ajax('GET', address, {target: '#told'})", address)
        said.get_by_text(words).wait_for()
        assert page.locator("#told").inner_text() == ""
        assert page.locator("h1").count() == 1


def test_a_suggestion_that_fails_is_said(page_of: Callable[..., Any], people: dict[str, User]) -> None:
    page = page_of(people["archivist"], "/places/new/")
    page.route("**/suggest/**", lambda route: route.fulfill(status=503, content_type="text/plain", body="Try later."))

    page.locator("[role=combobox]").first.press_sequentially("Dun")

    page.locator("#said").get_by_text("Try later.").wait_for()


def test_files_that_somebody_else_chose_are_sent_in_a_new_name_only_once_that_is_said(
    page_of: Callable[..., Any], people: dict[str, User], client: Any
) -> None:
    page = page_of(people["archivist"], "/upload/")
    page.locator("#files").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg(1)})
    # In another tab of this browser.
    client.force_login(people["moderator"])
    origin = page.evaluate("location.origin")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": origin}
    page.context.add_cookies([cookie])

    page.locator("#start").click()
    page.get_by_role("heading", name="Somebody else signed in meanwhile: moderator").wait_for()
    assert Accession.objects.count() == 0

    page.get_by_role("button", name="Send the rest as moderator").click()
    page.locator("#start").click()
    page.get_by_text("The file has arrived.").wait_for()

    assert AccessionLine.objects.get().received_by == people["moderator"]
    assert not page.locator("#another-person").is_visible()
    assert page.problems == []
