"""Renditions for whoever may see the item, originals for who may download them."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.files.fixity import check
from archive.files.models import MediaFile, RenditionRequest
from archive.operation.status import findings
from tests.builders import make_item
from tests.files.failing_store import sign_of

pytestmark = pytest.mark.django_db
STATUS = {  # access: status by role, None being the visitor
    Access.RESTRICTED: {None: 404, "researcher": 404, "archivist": 200, "moderator": 200, "administrator": 200},
    Access.RESEARCH: {None: 404, "researcher": 200, "archivist": 200, "moderator": 200, "administrator": 200},
    Access.RELEASED: {None: 200, "researcher": 200, "archivist": 200, "moderator": 200, "administrator": 200},
}


def kept(**fields: object) -> Item:
    """Make an item whose bytes lie in the stores."""
    item = make_item(content=b"original bytes", **fields)
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
        (None, Access.RELEASED, 302),
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


def written_over(item: Item, content: bytes) -> None:
    path = Path(storages["originals"].path(item.media_file.storage_path))
    path.chmod(0o600)
    path.write_bytes(content)


@pytest.mark.parametrize("was_read", [True, False], ids=["after it was handed out", "before"])
def test_an_altered_original_is_not_handed_out(client: Client, people: dict[str, User], was_read: bool) -> None:
    item = kept()
    client.force_login(people["archivist"])
    address = reverse("original", args=[item.pk])
    if was_read:
        assert client.get(address)["ETag"] == f'"{item.media_file.message_digest}"'
    written_over(item, b"Original bytes")

    answers = [client.get(address), client.head(address), client.get(address, headers={"Range": "bytes=0-3"})]

    assert [answer.status_code for answer in answers] == [409] * 3
    assert not any(answer.has_header("ETag") for answer in answers)
    assert "was altered in the store" in answers[0].content.decode()
    checks = item.media_file.preservation_events.filter(event_type="fixity check")
    assert [check.event_outcome for check in checks] == ["fail"], "recorded, once"
    page = client.get(reverse("item", args=[item.pk])).content.decode()
    assert "ALTERED its original was altered" in page


def test_an_original_that_was_brought_back_is_handed_out_again(client: Client, people: dict[str, User]) -> None:
    item = kept()
    client.force_login(people["archivist"])
    address = reverse("original", args=[item.pk])
    written_over(item, b"Original bytes")
    refused = client.get(address).status_code

    written_over(item, b"original bytes")

    assert (refused, client.get(address).status_code) == (409, 200)


def test_the_page_tells_when_the_original_was_read_again(client: Client, people: dict[str, User]) -> None:
    item = kept()
    client.force_login(people["archivist"])
    before = client.get(reverse("item", args=[item.pk])).content.decode()

    list(check(MediaFile.objects.all(), clock=timezone.now))

    assert "Not read again since it was received." in before
    assert "Unchanged when it was last read again:" in client.get(reverse("item", args=[item.pk])).content.decode()


def test_the_status_tells_of_originals_that_failed_and_renditions_that_are_asked_for(client: Client) -> None:
    item = kept(access=Access.RELEASED)
    before = {finding.what: finding.state for finding in findings()}
    storages["renditions"].delete(item.media_file.renditions.get(purpose="SCREEN").storage_path)
    client.get(reverse("rendition", args=[item.pk, "screen"]))
    written_over(item, b"Original bytes")
    list(check(MediaFile.objects.all(), clock=timezone.now))

    now = {finding.what: (finding.state, finding.words) for finding in findings()}

    assert before["originals"] == "GOOD"
    assert now["originals"][0] == "BAD" and "1 failed the last fixity check" in now["originals"][1]
    assert "1 files wait" in now["renditions to make again"][1]
    written_over(item, b"original bytes")
    list(check(MediaFile.objects.all(), clock=timezone.now))
    assert {finding.what: finding.state for finding in findings()}["originals"] == "GOOD"


@pytest.mark.parametrize("fault", ["broken", "unreachable"])
def test_a_rendition_that_cannot_be_read_now_is_said_to_come_back(
    client: Client, people: dict[str, User], settings: object, tmp_path: Path, fault: str
) -> None:
    item = kept()
    client.force_login(people["researcher"])
    options = {"location": tmp_path / "failing" / "renditions"}
    backend = {"BACKEND": "tests.files.failing_store.FailingStore", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "renditions": backend}
    sign = sign_of(storages["renditions"])
    sign.parent.mkdir(parents=True)
    sign.write_text(fault)

    answer = client.get(reverse("rendition", args=[item.pk, "screen"]))

    assert answer.status_code == 503
    assert "The file store cannot be read now." in answer.content.decode()
    assert not RenditionRequest.objects.exists()
