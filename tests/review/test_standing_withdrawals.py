"""What is withdrawn is listed to archive staff, with what becomes of its bytes; two people have those destroyed."""

import io
import json
import re
from html import unescape
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import DestructionAnswer, DestructionRequest, Item
from archive.ledger.models import LedgerEntry
from archive.review.destroy_originals import ask_destruction
from archive.review.withdraw_items import bring_back, withdraw
from tests.api.test_proposals import by_token
from tests.builders import make_item
from tests.pages import folded

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def items(people: People) -> list[Item]:
    """Three withdrawn items, one of them twice, and one that is back."""
    made = [make_item(content=f"bytes {n}".encode(), file_name=f"boat-{n}.jpg") for n in range(4)]
    for item in made:
        storages["originals"].save(item.media_file.storage_path, ContentFile(b"bytes"))
        gone(item, people, reason=f"mistake {item.file_name}")
    for item in (made[0], made[3]):
        bring_back([item], by=people["moderator"], reason="it was right", at=timezone.now())
    gone(made[0], people, reason="wrong after all")
    return made


def gone(item: Item, people: People, *, reason: str) -> None:
    withdraw([item], by=people["moderator"], reason=reason, at=timezone.now())


def run(name: str, *arguments: object) -> str:
    out = io.StringIO()
    call_command(name, *map(str, arguments), stdout=out)
    return out.getvalue()


def test_staff_read_what_is_withdrawn_the_latest_first(
    client: Client, people: People, items: list[Item], django_assert_num_queries: Any
) -> None:
    ask_destruction(items[1], by=people["moderator"], reason="a private person", at=timezone.now())
    client.force_login(people["archivist"])

    page = client.get(reverse("withdrawn_items"))
    said = folded(page.content.decode())
    assert [row.item_id for row in page.context["page"]] == [items[0].pk, items[2].pk, items[1].pk]
    assert "wrong after all" in said and "mistake boat-0.jpg" not in said and "boat-3.jpg" not in said
    assert "moderator asks that they be destroyed" in said
    only = client.get(reverse("withdrawn_items"), {"asked": ""})
    assert [row.item_id for row in only.context["page"]] == [items[1].pk]

    told = client.get("/api/v1/withdrawals/").json()
    assert [row["item"] for row in told["results"]] == [items[0].pk, items[2].pk, items[1].pk]
    assert told["results"][0] | {"set_at": None, "sha256": None} == {
        "item": items[0].pk, "file_name": "boat-0.jpg", "sha256": None, "former": "RESEARCH",
        "reason": "wrong after all", "set_at": None, "set_by": "moderator", "destruction_asked_by": None,
        "is_destroyed": False,
    }  # fmt: skip
    assert told["results"][2]["destruction_asked_by"] == "moderator"

    lines = [json.loads(line) for line in run("withdrawn_items", "--json").splitlines()]
    assert [(line["item"], line["destruction_asked_by"]) for line in lines] == [
        (items[0].pk, None), (items[2].pk, None), (items[1].pk, "moderator"),
    ]  # fmt: skip
    assert "moderator asks that its bytes be destroyed" in run("withdrawn_items")


def test_nothing_withdrawn_says_so_and_others_read_nothing(client: Client, people: People) -> None:
    client.force_login(people["archivist"])
    assert "Nothing is withdrawn." in folded(client.get(reverse("withdrawn_items")).content.decode())
    assert run("withdrawn_items") == "Nothing is withdrawn.\n"
    client.force_login(people["researcher"])
    assert client.get(reverse("withdrawn_items")).status_code == 403
    assert client.get("/api/v1/withdrawals/").status_code == 403


def test_a_longer_list_costs_no_more_queries(
    client: Client, people: People, items: list[Item], django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        gone(make_item(content=f"more {n}".encode()), people, reason="twice")
    client.force_login(people["archivist"])
    client.get(reverse("withdrawn_items"))
    with django_assert_max_num_queries(14):
        client.get(reverse("withdrawn_items"))


def test_those_of_which_bytes_are_to_be_destroyed_are_paged_through(client: Client, people: People) -> None:
    made = [make_item(content=f"bytes {n}".encode()) for n in range(53)]
    now = timezone.now()
    withdraw(made, by=people["moderator"], reason="mistake", at=now)
    for item in made[:51]:
        ask_destruction(item, by=people["moderator"], reason="a private person", at=now)
    client.force_login(people["archivist"])

    [link] = re.findall(r'href="[^"?]*(\?asked[^"]*)"', client.get(reverse("withdrawn_items")).content.decode())
    first = client.get(reverse("withdrawn_items") + link)
    [beyond] = set(re.findall(r'href="(\?[^"]*page=2[^"]*)"', first.content.decode()))
    second = client.get(reverse("withdrawn_items") + unescape(beyond))

    rows = [*first.context["page"], *second.context["page"]]
    assert [row.item_id for row in rows] == [item.pk for item in reversed(made[:51])]


def test_two_people_destroy_the_bytes_by_program(
    client: Client, people: People, items: list[Item], django_capture_on_commit_callbacks: Any
) -> None:
    address = f"/api/v1/items/{items[1].pk}/destruction/"

    def send(person: str, **body: str) -> Any:
        headers = by_token(people[person])
        return client.post(address, body, content_type="application/json", headers=headers)

    # What is in the way is told at the field that has to change.
    assert "reason: Say in a few words why." in send("moderator", act="ASK").json()["detail"]
    assert "act: Nobody waits for an answer" in send("administrator", act="CONFIRM").json()["detail"]
    asked = send("moderator", act="ASK", reason="a private person")
    assert (asked.json()["asked_by"], asked.json()["is_destroyed"]) == ("moderator", False)
    assert send("moderator", act="CONFIRM").status_code == 403
    assert "reason: Say in a few words why not." in send("administrator", act="DECLINE").json()["detail"]
    with django_capture_on_commit_callbacks(execute=True):
        assert send("administrator", act="CONFIRM").json()["is_destroyed"]
    again = send("administrator", act="CONFIRM")

    assert again.status_code == 400 and "act: Nobody waits for an answer" in again.json()["detail"]
    assert not storages["originals"].exists(items[1].media_file.storage_path)
    assert DestructionAnswer.objects.get().asked_by == people["moderator"]
    assert LedgerEntry.objects.filter(verb__in=["ask destruction", "confirm destruction"]).count() == 2
    # What is not withdrawn has no such address.
    other = client.get(f"/api/v1/items/{items[3].pk}/destruction/", headers=by_token(people["moderator"]))
    assert other.status_code == 404


def test_two_people_destroy_the_bytes_by_command(
    people: People, items: list[Item], django_capture_on_commit_callbacks: Any
) -> None:
    for arguments, words in (
        ((items[3].pk, "--by", "moderator", "--ask"), "is not withdrawn"),
        ((items[1].pk, "--by", "nobody", "--ask"), "no open account"),
        ((items[1].pk, "--by", "moderator", "--ask"), "why"),
        ((items[1].pk, "--by", "administrator", "--confirm"), "Nobody waits for an answer"),
    ):
        with pytest.raises(CommandError, match=words):
            run("destroy_original", *arguments)
    assert not DestructionRequest.objects.exists()

    assert "has to confirm it" in run(
        "destroy_original", items[1].pk, "--by", "moderator", "--ask", "--reason", "asked"
    )
    with pytest.raises(CommandError, match="Only an administrator"):
        run("destroy_original", items[1].pk, "--by", "moderator", "--confirm")
    with django_capture_on_commit_callbacks(execute=True):
        assert "are destroyed" in run("destroy_original", items[1].pk, "--by", "administrator", "--confirm")
    assert not storages["originals"].exists(items[1].media_file.storage_path)
    run("destroy_original", items[2].pk, "--by", "moderator", "--ask", "--reason", "asked")
    declined = run("destroy_original", items[2].pk, "--by", "administrator", "--decline", "--reason", "needed")
    assert declined == "Declined: its bytes are kept.\n"
    assert storages["originals"].exists(items[2].media_file.storage_path)
