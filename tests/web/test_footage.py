"""Footage in the page: ranges of its bytes, its stills, the frames kept of it."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.files import fixity
from archive.files.kept_files import digest_of
from archive.files.machine_locks import take_lock
from archive.web import ranges
from tests.builders import make_footage, make_item

pytestmark = pytest.mark.django_db
People = dict[str, User]
BYTES = bytes(number % 251 for number in range(5000))


@pytest.fixture
def film() -> Item:
    item = make_footage(content=BYTES)
    storages["originals"].save(item.media_file.storage_path, ContentFile(BYTES))
    return item


def played(client: Client, film: Item, **headers: str) -> object:
    return client.get(reverse("playback", args=[film.pk]), headers=headers)


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-", 0, 5000),
        ("bytes=10-19", 10, 20),
        ("bytes=4990-9999", 4990, 5000),
        ("bytes=-10", 4990, 5000),
        ("bytes=-9999", 0, 5000),
        ("Bytes = 0-0", 0, 1),
    ],
)
def test_a_single_range_is_answered_with_just_those_bytes(
    client: Client, people: People, film: Item, asked: str, start: int, stop: int
) -> None:
    client.force_login(people["researcher"])

    answer = played(client, film, range=asked)

    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {start}-{stop - 1}/5000"
    assert answer["Content-Length"] == str(stop - start)
    assert b"".join(answer.streaming_content) == BYTES[start:stop]


@pytest.mark.parametrize("asked", ["", "bytes=5-2", "bytes=-", "bytes=0-1,4-5", "lines=0-5", "bytes=a-b", "bytes=٣-"])
def test_what_is_no_single_range_is_answered_with_the_whole(
    client: Client, people: People, film: Item, asked: str
) -> None:
    client.force_login(people["researcher"])

    answer = played(client, film, range=asked)

    assert answer.status_code == 200
    assert answer["Accept-Ranges"] == "bytes"
    assert b"".join(answer.streaming_content) == BYTES


@pytest.mark.parametrize("asked", ["bytes=5000-", "bytes=6000-7000", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(client: Client, people: People, film: Item, asked: str) -> None:
    client.force_login(people["researcher"])

    answer = played(client, film, range=asked)

    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */5000")


def test_a_range_of_other_bytes_is_not_mixed_with_these(client: Client, people: People, film: Item) -> None:
    client.force_login(people["researcher"])
    etag = played(client, film)["ETag"]

    same = client.get(reverse("playback", args=[film.pk]), headers={"Range": "bytes=0-9", "If-Range": etag})
    other = client.get(reverse("playback", args=[film.pk]), headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    again = client.get(reverse("playback", args=[film.pk]), headers={"If-None-Match": etag})

    assert etag == f'"{film.media_file.message_digest}"'
    assert (same.status_code, other.status_code, again.status_code) == (206, 200, 304)


def test_a_player_that_asks_for_all_gets_a_part_at_a_time(
    client: Client, people: People, film: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "MOST_AT_ONCE_BYTES", 1000)
    client.force_login(people["researcher"])

    answer = played(client, film, range="bytes=500-")

    assert answer["Content-Range"] == "bytes 500-1499/5000"
    assert b"".join(answer.streaming_content) == BYTES[500:1500]


def test_the_head_of_footage_says_how_long_it_is(client: Client, people: People, film: Item) -> None:
    client.force_login(people["researcher"])

    answer = client.head(reverse("playback", args=[film.pk]), headers={"Range": "bytes=0-9"})

    assert (answer.status_code, answer["Content-Length"], answer["Content-Type"]) == (200, "5000", "video/mp4")


def test_played_bytes_can_do_nothing_but_be_played(client: Client, people: People, film: Item) -> None:
    client.force_login(people["researcher"])

    answer = played(client, film)

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "media-src 'self'" in client.get(reverse("item", args=[film.pk]))["Content-Security-Policy"]


def test_bytes_missing_from_the_store_are_said_to_be(client: Client, people: People) -> None:
    client.force_login(people["researcher"])

    assert played(client, make_footage()).status_code == 404


def test_a_picture_is_not_played(client: Client, people: People) -> None:
    client.force_login(people["archivist"])

    assert played(client, make_item()).status_code == 404


def test_an_original_is_downloaded_on_from_where_it_broke_off(client: Client, people: People, film: Item) -> None:
    client.force_login(people["archivist"])

    answer = client.get(reverse("original", args=[film.pk]), headers={"Range": "bytes=4000-4999"})

    assert answer.status_code == 206
    assert answer["Content-Disposition"] == 'attachment; filename="clip.mp4"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert b"".join(answer.streaming_content) == BYTES[4000:]


def test_the_page_of_footage_plays_it_and_lists_its_stills(client: Client, people: People, film: Item) -> None:
    client.force_login(people["archivist"])

    page = client.get(reverse("item", args=[film.pk])).content.decode()

    assert "<video" in page and "autoplay" not in page
    for written in ('preload="metadata"', "playback/#t=1.000", "0:02.000", "Keep this frame", "25 frames a second"):
        assert written in page


def test_a_researcher_is_offered_no_keeping(client: Client, people: People, film: Item) -> None:
    client.force_login(people["researcher"])

    page = client.get(reverse("item", args=[film.pk])).content.decode()

    assert "<video" in page
    assert "Keep this frame" not in page


def test_footage_that_browsers_do_not_play_is_said_to_be_and_stepped_through(client: Client, people: People) -> None:
    film = make_footage(video_codec="mpeg4")
    client.force_login(people["researcher"])

    page = client.get(reverse("item", args=[film.pk])).content.decode()

    assert "<video" not in page
    assert "Browsers do not play footage that is coded as mpeg4." in page
    assert reverse("still", args=[film.pk, 1000]) in page


def test_a_visitor_sees_the_poster_of_released_footage_and_nothing_else_of_it(client: Client) -> None:
    film = make_footage(access=Access.RELEASED)

    page = client.get(reverse("item", args=[film.pk])).content.decode()

    assert "This is one frame of footage that lasts 0:03." in page
    assert "<video" not in page and "playback" not in page and "stills/" not in page


def test_the_page_of_footage_costs_one_query_more_however_many_stills(client: Client, people: People) -> None:
    film, long = make_footage(), make_footage(stills=tuple(range(0, 50_000, 1000)))
    client.force_login(people["archivist"])
    client.get(reverse("item", args=[film.pk]))

    counts = []
    for item in (film, long):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("item", args=[item.pk]))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_card_of_footage_tells_how_long_it_is(client: Client, people: People, film: Item) -> None:
    make_item()
    client.force_login(people["researcher"])

    for view in ("grid", "list"):
        page = client.get(reverse("search"), {"view": view}).content.decode()
        assert page.count('class="badge-time"') == 1, view
        assert "0:03" in page


def test_footage_that_was_altered_or_is_missing_is_not_played(client: Client, people: People, film: Item) -> None:
    client.force_login(people["archivist"])
    path = Path(storages["originals"].path(film.media_file.storage_path))
    path.chmod(0o600)
    path.write_bytes(BYTES[:-1])
    shorter = client.get(reverse("playback", args=[film.pk]))
    path.unlink()
    missing = client.get(reverse("playback", args=[film.pk]))

    assert (shorter.status_code, missing.status_code) == (409, 404)
    assert not shorter.has_header("ETag")


@pytest.mark.parametrize("was_played", [True, False], ids=["after it was played", "before"])
def test_footage_that_was_altered_and_kept_its_size_is_not_played(
    client: Client, people: People, film: Item, was_played: bool
) -> None:
    client.force_login(people["archivist"])
    if was_played:
        assert played(client, film, range="bytes=0-9").status_code == 206
    path = Path(storages["originals"].path(film.media_file.storage_path))
    path.chmod(0o600)
    path.write_bytes(BYTES[:-1] + b"!")

    answers = [
        played(client, film),
        played(client, film, range="bytes=0-9"),
        client.head(reverse("playback", args=[film.pk])),
    ]

    assert [answer.status_code for answer in answers] == [409] * 3
    assert not any(answer.has_header("ETag") for answer in answers)
    checks = film.media_file.preservation_events.filter(event_type="fixity check")
    assert [check.event_outcome for check in checks] == ["fail"], "recorded, once"


def test_seeking_reads_the_original_once_and_an_altered_one_once(
    client: Client, people: People, film: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    monkeypatch.setattr(fixity, "digest_of", lambda stream: read.append(stream.name) or digest_of(stream))
    client.force_login(people["researcher"])
    path = Path(storages["originals"].path(film.media_file.storage_path))

    intact = [played(client, film, range=f"bytes={start}-").status_code for start in range(0, 5000, 500)]
    reads_intact = len(read)
    path.chmod(0o600)
    path.write_bytes(BYTES[::-1])
    altered = [played(client, film, range=f"bytes={start}-").status_code for start in range(0, 5000, 500)]

    assert (set(intact), reads_intact) == ({206}, 1)
    assert (set(altered), len(read)) == ({409}, 2)


def test_whoever_asks_while_it_is_re_read_is_told_to_try_again(
    client: Client, people: People, film: Item, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fixity.verify, "__kwdefaults__", {"patience_seconds": 0.0})
    client.force_login(people["researcher"])
    with ExitStack() as locks:
        lock = film.media_file.message_digest
        assert take_lock(locks, settings.VAR_ROOT / "verifying", [lock], until=0)
        answer = played(client, film)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert [record.levelname for record in caplog.records if record.name == "django.request"] == ["WARNING"]
    assert "is being compared with its checksum" in answer.content.decode()
    assert played(client, film).status_code == 200
