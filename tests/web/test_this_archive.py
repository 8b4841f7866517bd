"""What a visitor reads of the archive, and how anybody reports a picture."""

import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.archive_description import describe_archive, described
from archive.catalogue.models import Access
from archive.review.flags import flag_as_visitor, flag_of_receipt, flag_picture, receipt_of
from archive.review.models import Flag, FlagReceipt
from archive.standards.vocabulary import Property
from tests.builders import make_claim, make_item
from tests.pages import folded

pytestmark = pytest.mark.django_db
SAID = {
    "name": "Coast Record", "purpose": "Pictures of the Channel.", "terms": "Credit and no changes.",
    "contact": "us@coast.example", "takedown": "",
}  # fmt: skip


@pytest.fixture
def told(people: dict[str, User]) -> None:
    describe_archive(by=people["administrator"], seen=0, **SAID)


def shown(client: Client, name: str = "search", **asked: object) -> str:
    return folded(client.get(reverse(name), asked).content.decode())


def test_a_visitor_reads_first_what_this_is_and_whom_to_credit(client: Client, told: None) -> None:
    item = make_item(access=Access.RELEASED)
    make_claim(item, Property.CREDIT_LINE, value_text="A. Brewer / Coast")

    page = shown(client)

    for words in ("<h1>Coast Record</h1>", "Pictures of the Channel.", "Credit and no changes.", "A. Brewer / Coast"):
        assert words in page, words
    assert "· Coast Record</title>" in page and 'href="mailto:us@coast.example"' in page
    assert "<h1>Coast Record</h1>" not in shown(client, q="boat")
    of_item = folded(client.get(reverse("item", args=[item.pk])).content.decode())
    assert "Credit and rights" in of_item and "Credit and no changes." in of_item


@pytest.mark.parametrize("hidden", [0, 3])
def test_where_nothing_is_released_a_visitor_is_told_no_numbers(client: Client, told: None, hidden: int) -> None:
    for _number in range(hidden):
        make_item(access=Access.RESTRICTED)

    page = shown(client)

    assert "No picture is released yet" in page and "Pictures of the Channel." in page
    for words in ("0 items", "undated", "unplaced", "Taken from"):
        assert words not in page, words


def test_a_reader_of_the_archive_goes_on_to_the_search(client: Client, people: dict[str, User], told: None) -> None:
    client.force_login(people["researcher"])

    page = shown(client)

    assert "<h1>Coast Record</h1>" not in page and "undated 0" in page


def test_an_administrator_says_it_on_a_page_and_everybody_reads_it(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["administrator"])
    there = reverse("edit_this_archive")

    assert client.post(there, SAID | {"seen": "0"}).status_code == 302
    assert client.post(there, SAID | {"name": "", "seen": "1"}).status_code == 422
    late = client.post(there, SAID | {"name": "Other", "seen": "0"})
    assert late.status_code == 409 and "nothing of yours was saved" in folded(late.content.decode())
    assert described().name == "Coast Record"
    assert f'name="seen" value="{described().version}"' in late.content.decode()

    page = shown(Client(), "this_archive")
    assert "Pictures of the Channel." in page and "Change this page" not in page


@pytest.mark.parametrize("role", [None, "moderator"])
def test_nobody_else_says_it(client: Client, people: dict[str, User], role: str | None) -> None:
    if role:
        client.force_login(people[role])

    assert client.post(reverse("edit_this_archive"), SAID | {"seen": "0"}).status_code in (302, 403)
    assert described().version == 0


def test_markup_in_what_is_said_is_words(client: Client, people: dict[str, User]) -> None:
    describe_archive(
        by=people["administrator"], seen=0, **SAID | {"purpose": "<script>alert(1)</script>", "name": "<b>"}
    )

    for name in ("search", "this_archive"):
        page = client.get(reverse(name)).content.decode()
        assert "<script>alert" not in page and "<b>" not in page


def test_a_picture_is_reported_by_number_or_address_and_hidden_ones_are_as_absent(client: Client, told: None) -> None:
    released, hidden = make_item(access=Access.RELEASED), make_item(access=Access.RESTRICTED)
    there = reverse("report_picture")

    for written in (f"{released.pk}", f"#{released.pk}", f"https://a.example/items/{released.pk}/?q=boat"):
        assert client.get(there, {"picture": written}).url == reverse("flag_as_visitor", args=[released.pk])
    answers = [client.get(there, {"picture": key}) for key in (hidden.pk, 999_999)]
    pages = [re.sub(r'value="\d+"', "", answer.content.decode()) for answer in answers]
    assert {answer.status_code for answer in answers} == {404}
    first, other = (re.sub(r"[A-Za-z0-9]{64}|\?picture=\d+", "", page).splitlines() for page in pages)
    assert first == other
    assert client.get(there, {"picture": "the boat"}).status_code == 422


def test_a_visitor_gets_a_number_by_which_moderators_find_the_flag(client: Client, people: dict[str, User]) -> None:
    item = make_item(access=Access.RELEASED)
    sent = {"ground": "RIGHTS", "note": "It is mine."}
    other, _is_new = flag_picture(item, ground="RIGHTS", by=people["researcher"])

    page = client.post(reverse("flag_as_visitor", args=[item.pk]), sent, follow=True).content.decode()

    receipt = re.search(r"number ([A-Z2-7]{5}-[A-Z2-7]{5})", folded(page))[1]
    flag = Flag.objects.exclude(pk=other.pk).get()
    client.force_login(people["moderator"])
    for written in (receipt, receipt.lower(), receipt.replace("-", " ")):
        assert client.get(reverse("flags"), {"receipt": written}).url == reverse("flag", args=[flag.pk])
    assert receipt in client.get(reverse("flag", args=[flag.pk])).content.decode()
    assert "No flag has this number" in client.get(reverse("flags"), {"receipt": "AAAAA-AAAAA"}).content.decode()
    # One of many is found by an index.
    with CaptureQueriesContext(connection) as asked:
        assert flag_of_receipt(receipt, reader=people["moderator"]) == flag
    assert '"review_flagreceipt"."code" = ' in asked[-1]["sql"]


def test_an_archive_from_before_keeps_the_numbers_that_visitors_were_given(people: dict[str, User]) -> None:
    item = make_item(access=Access.RELEASED)
    flag_picture(item, ground="RIGHTS", by=people["researcher"])
    flag = flag_as_visitor(item, ground="RIGHTS", note="It is mine.", contact="", address="192.0.2.7")
    receipt = receipt_of(flag)
    FlagReceipt.objects.all().delete()

    keep_numbers = import_module("archive.review.migrations.0014_receipts_of_flags").keep_numbers
    keep_numbers(apps, SimpleNamespace(connection=connection))

    assert receipt_of(flag) == receipt and FlagReceipt.objects.count() == 1


def test_the_feeds_and_the_foot_carry_the_name(client: Client, told: None) -> None:
    assert "About Coast Record" in shown(client, "checks")
