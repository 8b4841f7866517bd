"""Renditions for whoever may see the item, originals for who may download them."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from tests.builders import make_item

pytestmark = pytest.mark.django_db
STATUS = {  # access: status by role, None being the visitor
    Access.RESTRICTED: {None: 404, "researcher": 404, "archivist": 200, "moderator": 200, "administrator": 200},
    Access.RESEARCH: {None: 404, "researcher": 200, "archivist": 200, "moderator": 200, "administrator": 200},
    Access.RELEASED: {None: 200, "researcher": 200, "archivist": 200, "moderator": 200, "administrator": 200},
}


def kept(**fields: object) -> Item:
    """Make an item whose bytes lie in the stores."""
    item = make_item(**fields)
    storages["originals"].save(item.media_file.storage_path, ContentFile(b"original bytes"))
    for made in item.media_file.renditions.all():
        storages["renditions"].save(made.storage_path, ContentFile(b"copy"))
    return item


@pytest.mark.parametrize("access", STATUS)
@pytest.mark.parametrize("role", [None, "researcher", "archivist", "moderator", "administrator"])
def test_a_rendition_is_answered_to_whoever_may_see_the_item(
    client: Client, people: dict[str, User], access: str, role: str | None
) -> None:
    item = kept(access=access)
    if role:
        client.force_login(people[role])

    answer = client.get(reverse("rendition", args=[item.pk, "screen"]))

    assert answer.status_code == STATUS[access][role]


def test_a_rendition_is_kept_by_this_browser_alone_and_not_sent_twice(client: Client) -> None:
    item = kept(access=Access.RELEASED)
    address = reverse("rendition", args=[item.pk, "thumbnail"])

    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert b"".join(first.streaming_content) == b"copy"
    assert first["Cache-Control"].startswith("private")
    assert "Cookie" in first["Vary"]
    assert item.media_file.message_digest in first["ETag"]
    assert again.status_code == 304


@pytest.mark.parametrize("purpose", ["original", "poster", "..", "SCREEN "])
def test_there_is_no_rendition_of_another_purpose(client: Client, purpose: str) -> None:
    item = kept(access=Access.RELEASED)

    assert client.get(f"/items/{item.pk}/rendition/{purpose}/").status_code == 404


def test_an_original_comes_as_an_attachment_that_no_browser_opens(client: Client, people: dict[str, User]) -> None:
    item = kept(file_name="Zoë <b>.html")
    client.force_login(people["archivist"])

    answer = client.get(reverse("original", args=[item.pk]))

    assert b"".join(answer.streaming_content) == b"original bytes"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("role", "access", "status"),
    [
        (None, Access.RELEASED, 403),
        (None, Access.RESEARCH, 404),
        ("researcher", Access.RESEARCH, 403),
        ("researcher", Access.RESTRICTED, 404),
    ],
)
def test_an_original_is_for_archivists(
    client: Client, people: dict[str, User], role: str | None, access: str, status: int
) -> None:
    item = kept(access=access)
    if role:
        client.force_login(people[role])

    assert client.get(reverse("original", args=[item.pk])).status_code == status
