"""The original's own pixels under the enlarged picture: for whom, from which bytes, and how much of them is kept."""

import io
import os
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.files import reading_lane
from archive.files.reading_lane import take_places
from archive.files.tile_cache import clear_tiles, cut_tiles, has_tiles, kept_tiles
from tests.builders import make_footage, make_item
from tests.ingest.pictures import jpeg

pytestmark = pytest.mark.django_db
SIZE = (1800, 1200)


def large(shade: int = 120, *, content: bytes = b"", size: tuple[int, int] = SIZE, **fields: Any) -> Item:
    """Make an item whose original, larger than its screen copy, lies in the store."""
    content = content or jpeg(shade, size=size)
    item = make_item(content=content, size_px=size, **fields)
    storages["originals"].save(item.media_file.storage_path, ContentFile(content))
    for made in item.media_file.renditions.all():
        copy = jpeg(40, size=(made.width_px, made.height_px))
        storages["renditions"].save(made.storage_path, ContentFile(copy))
    return item


def tiles(client: Client, item: Item, **headers: str) -> Any:
    return client.get(reverse("tiles", args=[item.pk]), headers={"HX-Request": "true"} | headers)


def tile(client: Client, item: Item, level: int = 0, column: int = 0, row: int = 0, **options: Any) -> Any:
    return client.get(reverse("tile", args=[item.pk, level, column, row]), **options)


@pytest.mark.parametrize(
    ("role", "access", "status"),
    [
        (None, Access.RELEASED, 302),
        ("researcher", Access.RELEASED, 403),
        ("researcher", Access.RESTRICTED, 404),
        ("archivist", Access.RESTRICTED, 200),
        ("moderator", Access.RESEARCH, 200),
        ("administrator", Access.RESEARCH, 200),
    ],
)
def test_whoever_may_download_the_original_sees_its_tiles(
    client: Client, people: dict[str, User], role: str | None, access: str, status: int
) -> None:
    item = large(access=access)
    if role:
        client.force_login(people[role])

    assert client.get(reverse("tiles", args=[item.pk])).status_code == status
    assert tile(client, item).status_code == status
    page = client.get(reverse("item", args=[item.pk])).content.decode()
    assert ("data-tiles" in page) is (status == 200)


def test_a_tile_is_a_jpeg_kept_by_this_browser_alone_and_not_sent_twice(client: Client, people: dict) -> None:
    item = large()
    client.force_login(people["archivist"])

    told = tiles(client, item).json()
    first = tile(client, item, column=3, row=2)
    again = tile(client, item, column=3, row=2, headers={"If-None-Match": first["ETag"]})

    assert told == {"sharpest": 0, "levels": 1, "tile_px": 512}
    assert first.content.startswith(b"\xff\xd8\xff")
    assert (first["Content-Type"], first["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert first["Cache-Control"].startswith("private")
    assert "Cookie" in first["Vary"]
    assert again.status_code == 304


@pytest.mark.parametrize("place", [(1, 0, 0), (0, 4, 0), (0, 0, 3), (9, 9, 9)])
def test_a_place_outside_the_picture_has_no_tile(client: Client, people: dict, place: tuple[int, ...]) -> None:
    item = large()
    client.force_login(people["archivist"])

    assert tile(client, item, *place).status_code == 404


def test_a_distressing_picture_has_no_tiles_until_this_session_asked_for_it(client: Client, people: dict) -> None:
    item = large(is_distressing=True)
    client.force_login(people["archivist"])

    before = tiles(client, item), tile(client, item), client.get(reverse("item", args=[item.pk]))
    client.post(reverse("show_picture", args=[item.pk]), {"shown": "1"})
    after = tile(client, item)

    assert [answer.status_code for answer in before] == [403, 403, 200]
    assert (
        before[0].content.decode()
        == "It is marked as distressing, and blurred until you ask for it. Show it on its page."
    )
    assert b"data-tiles" not in before[2].content
    assert after.status_code == 200
    assert "no-store" in after["Cache-Control"]


def test_of_an_altered_original_not_even_kept_tiles_are_shown(client: Client, people: dict) -> None:
    item = large()
    client.force_login(people["archivist"])
    assert tile(client, item).status_code == 200

    path = Path(storages["originals"].path(item.media_file.storage_path))
    path.chmod(0o600)
    path.write_bytes(jpeg(9, size=SIZE))

    assert tile(client, item).status_code == 409
    assert "was altered in the store" in tiles(client, item).content.decode()
    path.unlink()
    assert tile(client, item).status_code == 404


def test_an_original_that_cannot_be_decoded_is_told_in_a_sentence(client: Client, people: dict) -> None:
    item = large(content=b"\xff\xd8\xff\xe0 no picture")
    client.force_login(people["archivist"])

    answer = tiles(client, item)

    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert "Send the file again" in answer.content.decode()
    assert list((project.VAR_ROOT / "tiles").iterdir()) == []


def test_a_small_picture_and_footage_have_no_tiles(client: Client, people: dict) -> None:
    client.force_login(people["archivist"])

    for item in (make_item(size_px=(1600, 1200)), make_footage()):
        assert not has_tiles(item.media_file)
        assert tiles(client, item).status_code == 404


def test_nothing_is_cut_while_the_disk_is_too_full(client: Client, people: dict, settings: Any) -> None:
    item = large()
    client.force_login(people["archivist"])
    settings.DISK_RESERVE_BYTES = 2**60

    answer = tiles(client, item)

    assert answer.status_code == 507
    assert "disk is too full" in answer.content.decode()


def test_cutting_takes_a_place_in_the_lane_and_what_is_kept_takes_none(
    client: Client, people: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_lane, "PATIENCE_SECONDS", 0.1)
    kept, new = large(1), large(2)
    client.force_login(people["archivist"])
    cut_tiles(kept.media_file)
    with ExitStack() as places:
        take_places(places, account=people["archivist"].pk, address="192.0.2.1")

        assert tiles(client, kept).status_code == 200
        busy = tiles(client, new)

    assert busy.status_code == 429
    assert busy["Retry-After"]
    assert tiles(client, new).status_code == 200


def test_two_who_ask_at_once_have_it_cut_once() -> None:
    media_file = large().media_file
    written: list[int] = []

    def ask() -> None:
        path = cut_tiles(media_file).path_of(0, 0, 0)
        written.append(os.stat(path).st_mtime_ns)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(written) == 2
    assert len(set(written)) == 1


def test_tiles_that_were_lost_are_cut_again(client: Client, people: dict) -> None:
    item = large()
    client.force_login(people["archivist"])
    note = cut_tiles(item.media_file).folder / "tiles.json"
    note.unlink()

    assert tile(client, item).status_code == 200
    assert note.exists()


def test_the_longest_unused_tiles_go_first_and_the_last_used_stay(settings: Any) -> None:
    files = [large(shade).media_file for shade in (1, 2, 3)]
    now = timezone.now()
    for age, media_file in enumerate(files):
        note = cut_tiles(media_file).folder / "tiles.json"
        used_at = (now - timedelta(hours=age)).timestamp()
        os.utime(note, (used_at, used_at))
        one_bytes = sum(path.stat().st_size for path in note.parent.glob("*.jpg"))
    settings.TILES_MAX_BYTES = 5 * one_bytes // 2

    removed = clear_tiles(now=now)

    assert removed == 1
    assert [kept_tiles(media_file) is not None for media_file in files] == [True, True, False]
    settings.TILES_MAX_BYTES = 1
    assert clear_tiles(now=now) == 1
    assert sum(kept_tiles(media_file) is not None for media_file in files) == 1


def test_tiles_unused_for_long_and_what_killed_processes_left_are_removed(settings: Any) -> None:
    media_file = large().media_file
    cut_tiles(media_file)
    left = project.VAR_ROOT / "tiles" / "aside-left"
    left.mkdir()

    assert clear_tiles(now=timezone.now()) == 0
    assert left.exists()

    assert clear_tiles(now=timezone.now() + timedelta(days=settings.TILES_KEEP_DAYS, hours=1)) == 1
    assert list((project.VAR_ROOT / "tiles").iterdir()) == []


# --- In a browser --------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_enlarged_picture_shows_the_pixels_of_its_original(
    page_of: Callable[..., Any], people: dict[str, User]
) -> None:
    # The original is red where its copy is dark: what is seen tells which of them is shown.
    item = large(250, size=(4000, 2600))
    page = page_of(people["archivist"], f"/items/{item.pk}/")
    page.wait_for_selector("#stage.leaflet-container")

    def level() -> int:
        return int(page.locator("#zoom-level").evaluate("output => output.value").split()[0])

    fitted = level()
    assert page.locator(".leaflet-tile").count() == 0
    for _ in range(8):
        page.keyboard.press("+")
    page.wait_for_selector(".leaflet-tile-loaded[src*='/tiles/0/']")

    page.wait_for_timeout(500)  # they fade in
    assert level() > 2 * fitted
    with Image.open(io.BytesIO(page.locator("#stage").screenshot())) as seen:
        assert seen.convert("RGB").getpixel((seen.width // 2, seen.height // 2))[0] > 200
    assert page.text_content("#zoom-state") == ""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    rules = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    assert axe.run(page, options={"runOnly": rules, "preload": False}).response["violations"] == []
    before = page.locator(".leaflet-map-pane").evaluate("pane => pane.style.transform")
    page.keyboard.press("Shift+ArrowLeft")
    assert page.locator(".leaflet-map-pane").evaluate("pane => pane.style.transform") != before
    page.keyboard.press("0")
    page.wait_for_timeout(400)
    assert level() == fitted
    assert page.problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_enlarged_is_told_beside_the_picture(page_of: Callable[..., Any], people: dict) -> None:
    item = large(content=b"\xff\xd8\xff\xe0 no picture")
    page = page_of(people["archivist"], f"/items/{item.pk}/")
    page.wait_for_selector("#stage.leaflet-container")

    for _ in range(8):
        page.keyboard.press("+")
    page.wait_for_selector("#zoom-state:text('The original could not be enlarged')")

    assert page.text_content("#zoom-state").endswith("Shown is the screen copy.")
    assert page.locator("#stage img").get_attribute("alt") is not None
