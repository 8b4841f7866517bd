"""A session that ended, a page older than the sign-in: nothing is done in silence, nothing typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.review.models import Proposal
from tests.builders import make_caption, make_item

People = dict[str, User]
WORDS = "The boat is off Gravelines, not Dunkirk."


@pytest.fixture
def item(people: People) -> Item:
    item = make_item(access=Access.RESEARCH)
    make_caption(item, "A boat off Dunkirk.")
    return item


# What the page shows, which act it holds, and how.
ACTS = {
    "not for visitors": lambda item: reverse("propose_on_caption", args=[item.captions.get().pk]),
    "only for the signed-in": lambda item: reverse("make_token"),
    "for a role": lambda item: reverse("bulk_access"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_htmx_is_led_to_the_door_and_back_to_the_page(client: Client, item: Item, act: Callable[[Item], str]) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/items/7/?q=boat"}

    answer = client.post(act(item), headers=headers)

    assert (answer.status_code, answer["Content-Type"]) == (401, "text/plain")
    assert "signed out" in answer.content.decode()
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fitems%2F7%2F%3Fq%3Dboat"


@pytest.mark.django_db
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_form_leads_to_the_door_which_says_why(client: Client, item: Item, act: Callable[[Item], str]) -> None:
    answer = client.post(act(item), headers={"Referer": "http://testserver/items/7/"}, follow=True)

    assert answer.redirect_chain == [("/sign-in/?next=%2Fitems%2F7%2F", 302)]
    assert "so this was not done" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["https://elsewhere.example/", "//elsewhere.example/", "", "javascript:alert(1)"])
def test_the_way_back_never_leads_to_another_site(client: Client, item: Item, page: str) -> None:
    answer = client.post(reverse("make_token"), headers={"HX-Request": "true", "HX-Current-URL": page})

    assert answer["HX-Redirect"] == "/sign-in/?next=%2F"


@pytest.mark.django_db
def test_reading_is_answered_as_ever(client: Client, item: Item) -> None:
    assert client.get(reverse("account")).url == "/sign-in/?next=/account/"
    assert client.get(reverse("item", args=[item.pk])).status_code == 404
    assert client.get(reverse("people") + "?page=2").url == "/sign-in/?next=/people/%3Fpage%3D2"
    assert client.get(reverse("people"), headers={"Sec-Fetch-Dest": "empty"}).status_code == 403
    assert client.post("/nowhere/").status_code == 404
    assert client.post("/api/v1/items/").status_code in (401, 403, 405)


@pytest.mark.django_db
def test_who_is_signed_in_and_may_not_is_not_led_to_the_door(client: Client, people: People, item: Item) -> None:
    client.force_login(people["researcher"])

    assert client.post(reverse("people"), headers={"HX-Request": "true"}).status_code == 403
    assert client.get(reverse("people")).status_code == 403


# --- A page older than the sign-in ---------------------------------------------------------------------------------


@pytest.fixture
def strict(people: People) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["researcher"])
    client.get(reverse("account"))
    return client


def sent(item: Item, **more: str) -> dict[str, Any]:
    page = f"http://testserver/items/{item.pk}/"
    return {
        "path": reverse("propose_on_caption", args=[item.captions.get().pk]),
        "data": {"csrfmiddlewaretoken": _get_new_csrf_string(), "text": WORDS, "password": "secret-words"},
        "headers": {"Referer": page, **more},
    }


@pytest.mark.django_db
def test_a_stale_form_is_answered_by_a_page_of_ours_with_what_was_typed(strict: Client, item: Item) -> None:
    answer = strict.post(**sent(item))

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "older than your sign-in" in page and WORDS in page and f'href="/items/{item.pk}/"' in page
    assert "secret-words" not in page and "CSRF verification" not in page


@pytest.mark.django_db
def test_a_stale_part_of_a_page_loads_the_page_again(strict: Client, item: Item) -> None:
    page = f"http://testserver/items/{item.pk}/"
    answer = strict.post(**sent(item, **{"HX-Request": "true", "HX-Current-URL": page}))

    assert (answer.status_code, answer["HX-Redirect"]) == (403, f"/items/{item.pk}/")
    assert "Nothing was done" in strict.get(f"/items/{item.pk}/").content.decode()


@pytest.mark.django_db
def test_a_browser_without_cookies_is_told(item: Item) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("sign_in"), {"username": "x", "password": "y"})

    assert answer.status_code == 403
    assert "Your browser sent no cookie" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_of_a_session_whose_cookies_are_gone_shows_what_was_typed_and_no_word_of_the_page(item: Item) -> None:
    said = {"ground": "IDENTIFIES_CHILD", "property": "date_created", "next": "/items/3/?view=list", "answers": "12",
            "note": "The boy in front.", "date": "18 June 2024", "shown": "on", "digest": "0f" * 32}  # fmt: skip

    page = Client(enforce_csrf_checks=True).post(reverse("flag_item", args=[item.pk]), said).content.decode()

    assert "sign in again" in page and "The boy in front." in page and "18 June 2024" in page
    for word in ("IDENTIFIES_CHILD", "date_created", "view=list", "0f0f", "ground", "digest"):
        assert word not in page, word


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "word"), [("note", "UNHCR"), ("date", "1936"), ("least", "47")])
def test_a_single_word_or_number_that_was_typed_is_shown(name: str, word: str, item: Item) -> None:
    page = Client(enforce_csrf_checks=True).post(reverse("flag_item", args=[item.pk]), {name: word}).content.decode()

    assert word in page


@pytest.mark.django_db
def test_an_address_that_is_not_the_sites_is_told(strict: Client, item: Item) -> None:
    answer = strict.post(**sent(item, Origin="https://archive.example.org"))

    assert "CSRF_TRUSTED_ORIGINS" in answer.content.decode()


# --- In a browser --------------------------------------------------------------------------------------------------


@pytest.fixture
def flagging(page_of: Callable[..., Any], people: People, item: Item) -> Any:
    """The page of an item, with words written into the form that proposes others."""
    page = page_of(people["researcher"], f"/items/{item.pk}/")
    page.locator(".wording__flag summary").click()
    write(page)
    return page


def write(page: Any) -> None:
    form = page.locator(".wording__flag form")
    form.locator("textarea[name=text]").fill(WORDS)
    reason = form.locator("select[name=reason], input[name=reason]").first
    if reason.evaluate("field => field.tagName") == "SELECT":
        reason.select_option("WRONG_PLACE")
    else:
        form.locator("input[name=reason][value=WRONG_PLACE]").check()


def send(page: Any) -> None:
    page.locator(".wording__flag form button").last.click()


def sign_in(page: Any, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(f"{name}-password")
    page.locator("main form button").click()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_was_typed_is_offered_back_after_signing_in(flagging: Any, item: Item) -> None:
    page = flagging
    Session.objects.all().delete()

    send(page)
    page.wait_for_url("**/sign-in/**")
    assert "so this was not done" in page.locator(".message").inner_text()
    sign_in(page, "researcher")
    page.wait_for_url(f"**/items/{item.pk}/")

    assert page.locator("#kept dd").first.inner_text() == WORDS
    page.get_by_role("button", name="Put it back").click()
    assert page.locator(".wording__flag textarea[name=text]").input_value() == WORDS
    assert not page.locator("#kept").is_visible()
    send(page)
    page.wait_for_load_state()
    page.locator(".message").first.wait_for()
    assert Proposal.objects.get().text == WORDS
    page.reload()
    assert not page.locator("#kept").is_visible()
    assert page.problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_was_typed_is_offered_to_nobody_else(flagging: Any, item: Item) -> None:
    page = flagging
    Session.objects.all().delete()

    send(page)
    page.wait_for_url("**/sign-in/**")
    sign_in(page, "archivist")
    page.wait_for_url(f"**/items/{item.pk}/")

    assert not page.locator("#kept").is_visible()
    assert page.evaluate("sessionStorage.getItem('strandline.kept')") is None


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_older_than_the_sign_in_offers_what_was_typed(flagging: Any, item: Item) -> None:
    page = flagging
    page.context.add_cookies(
        [{"name": "csrftoken", "value": _get_new_csrf_string(), "domain": "localhost", "path": "/"}]
    )

    send(page)
    while page.evaluate("sessionStorage.getItem('strandline.kept')") is None:
        page.wait_for_timeout(50)  # until the page's script has run
    page.get_by_role("link", name="Back to the page").click()

    assert page.locator("#kept dd").first.inner_text() == WORDS
    page.get_by_role("button", name="Put it back").click()
    send(page)
    page.locator(".message").first.wait_for()
    assert Proposal.objects.get().text == WORDS


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_script_that_is_not_let_in_says_so_on_the_page(page_of: Callable[..., Any], people: People) -> None:
    page = page_of(people["archivist"], "/upload/")
    page.set_input_files("#files", {"name": "boat.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    Session.objects.all().delete()

    page.locator("#start").click()
    page.locator("#signed-out").wait_for()
    assert "You are signed out" in page.locator("#signed-out").inner_text()

    with page.context.expect_page() as opened:
        page.locator("#signed-out a").click()
    sign_in(opened.value, "archivist")
    opened.value.wait_for_url("**/")
    page.locator("#start").click()
    page.locator("tr[data-line]").first.wait_for()
    assert not page.locator("#signed-out").is_visible()
    assert page.problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_double_click_sends_a_form_once(flagging: Any, item: Item) -> None:
    page = flagging

    page.locator(".wording__flag form button").last.dblclick()
    page.locator(".message").first.wait_for()

    assert Proposal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writing_is_still_read(client: Client, people: People) -> None:
    client.force_login(people["researcher"])
    User.objects.update(last_login=None, last_used_at=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA query_only = ON" if connection.vendor == "sqlite" else "SET default_transaction_read_only = ON"
        )
    try:
        answer = client.get(reverse("search"))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "PRAGMA query_only = OFF"
                if connection.vendor == "sqlite"
                else "SET default_transaction_read_only = OFF"
            )

    assert answer.status_code == 200
    assert User.objects.get(pk=people["researcher"].pk).last_used_at is None
