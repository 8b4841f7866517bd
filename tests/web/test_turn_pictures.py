"""A picture is turned on its page and on a selection; what pages show of it, and browsers keep, follows at once."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from PIL import Image

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.catalogue.words_in_pictures import WordsLine
from archive.claims.models import Claim
from archive.files.tile_cache import cut_tiles
from archive.ingest.rebuild_renditions import rebuild_some
from archive.review.turn_pictures import digest_of_turns, turn_pictures
from archive.standards.orientation import Turn
from archive.web.presenters import words_in_pictures
from tests.builders import make_footage, make_item
from tests.ingest.turning import as_jpeg, bring_in, corners, corners_turned, upright
from tests.pages import folded

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(people: dict[str, User]) -> Item:
    return bring_in(as_jpeg(upright(), tag=1))


def page_of(client: Client, item: Item) -> str:
    return folded(client.get(reverse("item", args=[item.pk])).content.decode())


def turn(client: Client, item: Item, **form: Any) -> Any:
    return client.post(reverse("turn_item", args=[item.pk]), form)


def picture(client: Client, address: str) -> tuple[Any, Image.Image]:
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, Image.open(io.BytesIO(content))


def test_the_form_turns_it_and_the_page_says_who_and_what_the_file_says(
    client: Client, people: dict[str, User], item: Item
) -> None:
    client.force_login(people["archivist"])
    before = page_of(client, item)

    answer = turn(client, item, orientation=6, seen=digest_of_turns([item]), note="the sea stood on end")
    page = page_of(client, item)

    assert "Turn left" in before and "Turn right" in before and "Turn upside down" in before
    assert 'name="orientation" value="6" data-turn="6"' in before and "A person says how it lies" not in before
    assert answer.status_code == 302
    assert "The picture is turned." in page and "A person says how it lies: turned a quarter to the right." in page
    assert "The file’s own tag stays as it was read: 1, upright as it is stored." in page
    assert "Its copies are being made anew" in page and 'width="200" height="320"' in page
    assert "The original: JPEG, 200 × 320 px" in page and "Turn left: as its file shows it" in page
    rebuild_some()
    assert "Its copies are being made anew" not in page_of(client, item)


def test_a_browser_that_kept_it_is_given_another_address(client: Client, people: dict[str, User], item: Item) -> None:
    client.force_login(people["researcher"])
    bare = reverse("rendition", args=[item.pk, "thumbnail"])
    kept, as_filed = picture(client, bare)
    turn_pictures([item], by=people["archivist"], turn=Turn.RIGHT)

    for _made in range(2):
        assert f"{bare.replace('thumbnail', 'screen')}?turned=6" in page_of(client, item)
        answer, shown = picture(client, f"{bare}?turned=6")
        assert corners(shown) == corners_turned(6) and shown.size == (200, 320)
        assert "immutable" in answer["Cache-Control"]
        # Whoever still has the earlier page, or sends back what was kept, is given what is right by now.
        old, shown = picture(client, bare)
        assert corners(shown) == corners_turned(6)
        assert old["Cache-Control"] == "private, no-cache"
        assert client.get(bare, headers={"If-None-Match": kept["ETag"]}).status_code == 200
        rebuild_some()
    assert corners(as_filed) == corners_turned(1) and "immutable" in kept["Cache-Control"]


def test_what_is_handed_out_to_keep_is_turned_and_the_original_is_not(
    client: Client, people: dict[str, User], item: Item
) -> None:
    client.force_login(people["archivist"])
    turn_pictures([item], by=people["archivist"], turn=Turn.UPSIDE_DOWN)

    _answer, copy = picture(client, reverse("screen_copy", args=[item.pk]))
    original = b"".join(client.get(reverse("original", args=[item.pk])).streaming_content)

    assert corners(copy) == corners_turned(3)
    assert original == as_jpeg(upright(), tag=1)


def test_a_distressing_one_is_blurred_as_it_lies(client: Client, people: dict[str, User], item: Item) -> None:
    turn_pictures([item], by=people["archivist"], turn=Turn.RIGHT)
    Item.objects.update(is_distressing=True)
    client.force_login(people["researcher"])

    page = page_of(client, item)
    _answer, blurred = picture(client, f"{reverse('rendition', args=[item.pk, 'screen'])}?blurred&turned=6")

    assert "?blurred&amp;turned=6" in page
    assert blurred.width < blurred.height


def test_a_copy_that_is_no_picture_is_told(client: Client, people: dict[str, User], item: Item) -> None:
    Path(storages["renditions"].path(item.media_file.sharpest.storage_path)).write_bytes(b"no picture")
    turn_pictures([item], by=people["archivist"], turn=Turn.RIGHT)
    client.force_login(people["archivist"])

    answer = client.get(reverse("rendition", args=[item.pk, "screen"]))

    assert answer.status_code == 422 and "cannot be read" in folded(answer.content.decode())


def test_tiles_of_before_are_not_laid_on_it(client: Client, people: dict[str, User]) -> None:
    item = bring_in(as_jpeg(upright((1800, 1200))))
    cut_tiles(item.media_file)
    client.force_login(people["archivist"])
    address = reverse("tile", args=[item.pk, 0, 0, 0])
    before = client.get(address)
    turn_pictures([item], by=people["archivist"], turn=Turn.RIGHT)

    told = client.get(reverse("tiles", args=[item.pk]))
    stale, fresh = client.get(address, headers={"If-None-Match": before["ETag"]}), client.get(f"{address}?turned=6")

    assert told.status_code == 200 and 'data-turned="6"' in page_of(client, item)
    assert (stale.status_code, stale["Cache-Control"]) == (200, "private, no-store")
    assert fresh["Cache-Control"] == "private, max-age=86400"
    assert Image.open(io.BytesIO(fresh.content)).convert("RGB").getpixel((9, 9))[2] < 60, "yellow, and no longer red"
    assert client.get(reverse("tile", args=[item.pk, 0, 0, 3])).status_code == 200, "it is 1800 high now"


def test_nothing_chosen_and_what_another_turned_meanwhile_are_told(
    client: Client, people: dict[str, User], item: Item
) -> None:
    client.force_login(people["archivist"])
    seen = digest_of_turns([item])

    nothing = turn(client, item, seen=seen)
    turn_pictures([item], by=people["moderator"], turn=Turn.LEFT)
    late = turn(client, item, orientation=6, seen=seen)

    assert nothing.status_code == late.status_code == 422
    assert "Choose how to turn it." in nothing.content.decode()
    assert "moderator decided on this already" in late.content.decode()
    # The form beside the refusal is of the picture as it lies by now.
    assert digest_of_turns([Item.objects.get()]) in late.content.decode()
    assert Claim.objects.filter(property="orientation").count() == 1


def test_what_cannot_be_turned_says_so(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["archivist"])
    footage, damaged = make_footage(), make_item(renditions=False)

    assert "Turn the picture" not in page_of(client, footage)
    assert "there is no picture to turn" in page_of(client, damaged)
    assert turn(client, footage, orientation=6).status_code == 422
    assert not Claim.objects.exists()


def test_readers_see_how_it_lies_and_turn_nothing(client: Client, people: dict[str, User], item: Item) -> None:
    turn_pictures([item], by=people["archivist"], turn=Turn.RIGHT)
    Item.objects.update(access=Access.RELEASED)

    as_visitor = page_of(client, item)
    client.force_login(people["researcher"])
    as_researcher = page_of(client, item)

    assert "A person says how it lies" in as_visitor and "own tag" not in as_visitor
    assert "The file’s own tag" in as_researcher
    assert "act-turn" not in as_visitor + as_researcher
    assert turn(client, item, orientation=3).status_code == 403
    assert Item.objects.get().orientation == 6


def test_a_selection_is_turned_and_what_is_left_is_told(client: Client, people: dict[str, User]) -> None:
    items = [make_item(), make_item(), make_footage()]
    client.force_login(people["archivist"])
    turn_pictures(items[:1], by=people["archivist"], turn=Turn.RIGHT)
    keys = [item.pk for item in items]
    asked = client.get(reverse("bulk"), {"items": keys, "act": "turn"})
    form = {"items": keys, "act": "turn", "turn": "left", "seen": asked.context["turns_seen"], "next": "/?q=boat"}

    none = client.post(reverse("bulk_turn"), form | {"turn": ""})
    done = client.post(reverse("bulk_turn"), form, follow=True)
    again = client.post(reverse("bulk_turn"), form)

    page = folded(asked.content.decode())
    assert "Each is turned from how it is shown now." in page
    # The preview turns pictures alone, each from how it lies, and says before what cannot be turned.
    assert re.findall(r'<li(?: data-back="(\d)")?>\s*<img', page) == ["8", "1", ""]
    assert "1 is not turned: It is footage" in page
    # Which act is asked for is told among the others.
    assert re.findall(r'value="(\w+)" aria-current="true"', page) == ["turn"]
    assert '<button class="button" name="act" value="link"' in page
    assert none.status_code == 422 and "Choose how to turn them." in none.content.decode()
    told = folded(done.content.decode())
    assert "2 pictures are turned. 1 is not turned: It is footage" in told
    assert [Item.objects.get(pk=key).orientation for key in keys] == [None, 8, None]
    # The same form once more would turn them twice.
    assert again.status_code == 422 and "decided on this already" in again.content.decode()


def test_all_of_a_selection_lies_as_the_files_show_it(client: Client, people: dict[str, User]) -> None:
    items = [make_item(), make_item()]
    turn_pictures(items[:1], by=people["archivist"], turn=Turn.RIGHT)
    client.force_login(people["archivist"])

    form = {"items": [item.pk for item in items], "act": "turn", "turn": "as-the-file"}
    told = folded(client.post(reverse("bulk_turn"), form, follow=True).content.decode())

    assert "1 picture is turned. 1 lay so already." in told
    assert not Item.objects.exclude(orientation=None).exists()


def test_the_words_in_it_are_shown_where_they_stand() -> None:
    line = WordsLine(1, "PRESS", 0.99, ((0.1, 0.2), (0.3, 0.2), (0.3, 0.25), (0.1, 0.25)))

    turned = words_in_pictures.turned(line, 6)

    assert turned.corners[0] == pytest.approx((0.8, 0.1)) and turned.corners[2] == pytest.approx((0.75, 0.3))
    assert words_in_pictures.turned(line, None) == line
