"""Exports on the pages: asked for, followed, downloaded, and told about when they cannot be had."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.exports.ask_for_export import MOST_ITEMS
from archive.exports.models import Export
from archive.ledger.signing_key import make_key
from tests.builders import make_export, make_item, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    return make_people()


@pytest.fixture
def archivist(people: dict[str, User], client: Client) -> Client:
    client.force_login(people["archivist"])
    return client


def test_an_item_is_exported_by_a_worker_and_downloaded(
    archivist: Client, django_capture_on_commit_callbacks: object
) -> None:
    Path(settings.SPOOL_ROOT).mkdir(parents=True)
    make_key()
    item = make_item()
    assert reverse("export_items") in archivist.get(reverse("item", args=[item.pk])).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        answered = archivist.post(reverse("export_items"), {"items": [item.pk]})

    assert answered.url == reverse("exports")
    export = Export.objects.get()
    assert (export.state, export.reason) == (Export.State.DONE, "")
    page = archivist.get(reverse("exports")).content.decode()
    assert reverse("export_bag", args=[export.pk]) in page and "kept until" in page and 'hx-trigger="every' not in page
    bag = archivist.get(reverse("export_bag", args=[export.pk]))
    assert bag["Content-Type"] == "application/zip" and "no-store" in bag["Cache-Control"]
    assert f'filename="strandline-export-{export.pk}.zip"' in bag["Content-Disposition"]
    whole = b"".join(bag.streaming_content)
    part = archivist.get(reverse("export_bag", args=[export.pk]), headers={"Range": "bytes=100-199"})
    assert part.status_code == 206 and b"".join(part.streaming_content) == whole[100:200]


@pytest.mark.parametrize("ticked", [False, True])
def test_distressing_pictures_are_asked_for_by_a_tick_and_again_as_before(archivist: Client, ticked: bool) -> None:
    item = make_item()
    tick = 'name="distressing"'
    assert tick not in archivist.get(reverse("item", args=[item.pk])).content.decode()
    Item.objects.filter(pk=item.pk).update(is_distressing=True)
    assert tick in archivist.get(reverse("item", args=[item.pk])).content.decode()
    assert tick in archivist.get(reverse("bulk"), {"act": "export", "items": item.pk}).content.decode()

    archivist.post(reverse("export_items"), {"items": [item.pk]} | ({"distressing": "on"} if ticked else {}))
    export = Export.objects.get()
    Export.objects.update(state="FAILED")
    archivist.post(reverse("export_again", args=[export.pk]))

    assert list(Export.objects.values_list("with_distressing", flat=True)) == [ticked, ticked]
    assert ("with pictures marked as distressing" in archivist.get(reverse("exports")).content.decode()) is ticked


def test_the_page_tells_how_each_export_stands(archivist: Client, people: dict[str, User]) -> None:
    by, item = people["archivist"], make_item()
    assert "You have exported nothing yet" in archivist.get(reverse("exports")).content.decode()
    make_export(item, make_item(), by=by, state="WORKING", items_done=1)
    make_export(item, by=by, state="WAITING", reason="the archive’s disk is full.")
    make_export(item, by=by, state="FAILED", reason="Nothing can be signed.")
    make_export(item, by=by, state="EXPIRED")
    make_export(item, by=people["moderator"], state="FAILED", reason="Somebody else’s.")

    page = archivist.get(reverse("exports")).content.decode()
    part = archivist.get(reverse("exports"), headers={"HX-Request": "true"}).content.decode()

    for told in ("1 of 2 written", "disk is full. It is tried again", "Nothing can be signed.", "and then removed"):
        assert told in " ".join(page.split()), told
    assert 'hx-trigger="every 2s"' in page and page.count("Export again") == 2
    assert "Somebody else" not in page
    assert "<html" not in part and "1 of 2 written" in " ".join(part.split())


def test_the_page_costs_as_many_queries_with_many_exports_as_with_one(
    archivist: Client, people: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    item = make_item()
    make_export(item, by=people["archivist"])
    archivist.get(reverse("exports"))
    with django_assert_num_queries(8):
        archivist.get(reverse("exports"))
    for _number in range(10):
        make_export(item, by=people["archivist"])
    with django_assert_num_queries(8):
        archivist.get(reverse("exports"))


def test_what_cannot_be_exported_or_had_is_told(archivist: Client, people: dict[str, User]) -> None:
    by, item = people["archivist"], make_item()
    expired, waiting = make_export(item, by=by, state="EXPIRED"), make_export(item, by=by, state="WAITING")
    gone = make_export(item, by=by)
    storages["exports"].delete(gone.storage_path)

    assert archivist.get(reverse("export_bag", args=[expired.pk])).status_code == 410
    assert archivist.get(reverse("export_bag", args=[waiting.pk])).status_code == 409
    missing = archivist.get(reverse("export_bag", args=[gone.pk]))
    assert missing.status_code == 410 and "missing from the store" in missing.content.decode()
    archivist.post(reverse("export_items"), {"items": ["7777", "x"]})
    assert "No item was named" in archivist.get(reverse("exports")).content.decode()
    archivist.post(reverse("export_again", args=[expired.pk]))
    assert "being exported already" in archivist.get(reverse("exports")).content.decode()


def test_more_than_may_be_exported_are_refused_and_not_cut(archivist: Client) -> None:
    item = make_item()
    files = [make_item(renditions=False, accession=item.accession).pk for _number in range(MOST_ITEMS)]

    archivist.post(reverse("export_items"), {"items": [item.pk, *files]})

    assert not Export.objects.exists()
    assert "at most 1000 items" in archivist.get(reverse("exports")).content.decode()


def test_an_export_is_nobody_else_s(people: dict[str, User], client: Client) -> None:
    export = make_export(make_item(), by=people["archivist"])
    client.force_login(people["administrator"])

    for name in ("export_bag", "api:export", "api-export-bag"):
        assert client.get(reverse(name, args=[export.pk])).status_code == 404
    assert client.post(reverse("export_again", args=[export.pk])).status_code == 404


def test_a_selection_is_exported_from_the_search(archivist: Client) -> None:
    items = [make_item(), make_item()]
    keys = {"items": [item.pk for item in items]}

    asked = archivist.get(reverse("bulk"), keys | {"act": "export"}).content.decode()
    archivist.post(reverse("export_items"), keys)

    assert reverse("export_items") in asked and "Export the records" in asked
    assert Export.objects.get().item_keys == sorted(keys["items"])
    assert "Export …" in archivist.get(reverse("search")).content.decode()


def test_programs_export_follow_and_download(people: dict[str, User], client: Client) -> None:
    researcher, seen, closed = people["researcher"], make_item(access=Access.RESEARCH), make_item()
    Item.objects.filter(pk=closed.pk).update(access=Access.RESTRICTED)
    client.force_login(researcher)

    def ask(*keys: object) -> object:
        return client.post(reverse("api:exports"), {"items": keys}, content_type="application/json")

    made, again, refused = ask(seen.pk), ask(seen.pk), ask(seen.pk, closed.pk)

    assert (made.status_code, again.status_code, refused.status_code) == (201, 200, 400)
    assert made.json()["state"] == "WAITING" and made.json()["items"] == [seen.pk]
    assert again.json()["id"] == made.json()["id"]
    assert f"not open to you: {closed.pk}" in refused.json()["detail"]
    assert [ask().status_code, ask("x").status_code, ask(*range(1, MOST_ITEMS + 2)).status_code] == [400] * 3
    not_ready = client.get(reverse("api-export-bag", args=[made.json()["id"]]))
    assert not_ready.status_code == 409 and not_ready.json()["detail"] == "This export is not ready."
    done = make_export(seen, by=researcher, audience=2)
    state = client.get(reverse("api:export", args=[done.pk])).json()
    assert (state["state"], state["audience"], state["size_bytes"]) == ("DONE", "RESEARCH", 3)
    bag = client.get(reverse("api-export-bag", args=[done.pk]), headers={"Range": "bytes=1-"})
    assert bag.status_code == 206 and b"".join(bag.streaming_content) == b"ag"
    listed = client.get(reverse("api:exports")).json()
    assert [row["id"] for row in listed["results"]] == [done.pk, made.json()["id"]]
    assert client.get(reverse("api:exports"), {"mistyped": 1}).status_code == 400
