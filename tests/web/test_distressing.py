"""A picture marked distressing is shown blurred everywhere until somebody asks for it; then that one, to them."""

import io
import re
from collections.abc import Callable, Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageStat

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from tests.addresses import arguments, clients, every_address
from tests.builders import make_appearance, make_item, make_match

pytestmark = pytest.mark.django_db
HIDDEN = "distressing picture, hidden until asked for"
# Addresses of pictures as pages name them: of images, of posters, of stills behind links.
PICTURES = re.compile(r'"(/items/(\d+)/(?:rendition/\w+|stills/\d+)/[^"]*)"')


def marked(item: Item) -> Item:
    Item.objects.filter(pk=item.pk).update(is_distressing=True)
    item.refresh_from_db()
    return item


def striped(item: Item) -> None:
    """Put a picture of black and white stripes behind the item: what is clear has strong contrast."""
    for made in item.media_file.renditions.all():
        drawn = Image.new("L", (made.width_px, made.height_px))
        for x in range(0, made.width_px, 20):
            drawn.paste(255, (x, 0, x + 10, made.height_px))
        written = io.BytesIO()
        drawn.save(written, "JPEG")
        storages["renditions"].save(made.storage_path, ContentFile(written.getvalue()))


def contrast(client: Client, address: str) -> float:
    """Return the contrast at the left edge, where no mark is drawn."""
    picture = Image.open(io.BytesIO(b"".join(client.get(address).streaming_content))).convert("L")
    return ImageStat.Stat(picture.crop((0, 0, picture.width // 4, picture.height))).stddev[0]


def test_the_bytes_of_a_distressing_picture_are_blurred_but_where_it_is_asked_for(client: Client) -> None:
    item = make_item(access=Access.RELEASED)
    striped(item)
    address = reverse("rendition", args=[item.pk, "screen"])
    assert contrast(client, address) > 80

    marked(item)

    assert contrast(client, address) < 5
    assert contrast(client, f"{address}?blurred") < 5
    assert contrast(client, f"{address}?shown") > 80


def test_a_browser_keeps_no_clear_picture_under_the_address_of_the_blurred_one(client: Client) -> None:
    item = make_item(access=Access.RELEASED)
    striped(item)
    address = reverse("rendition", args=[item.pk, "screen"])
    clear = client.get(address)

    marked(item)
    again = client.get(address, headers={"If-None-Match": clear["ETag"]})

    assert again.status_code == 200
    assert again["Cache-Control"] == "private, no-cache"
    assert client.get(f"{address}?blurred", headers={"If-None-Match": again["ETag"]}).status_code == 304


def test_a_copy_that_cannot_be_read_is_plain_and_never_sent_as_it_is(client: Client) -> None:
    item = marked(make_item(access=Access.RELEASED))
    for made in item.media_file.renditions.all():
        storages["renditions"].save(made.storage_path, ContentFile(b"no picture at all"))

    answer = client.get(reverse("rendition", args=[item.pk, "thumbnail"]))

    assert answer.status_code == 200
    assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).size == (320, 213)


@pytest.fixture
def gallery(world: dict) -> dict:
    """Put the picture of the world, and its footage, wherever a picture may stand."""
    copy = make_item(access=Access.RESTRICTED)
    make_match(world["item"], copy)
    make_match(world["film"], copy, kind="STILL_OF", offset_milliseconds=1000)
    figure = world["article"].figures.get()
    make_appearance(world["item"], world["outlet"], figure=figure, headline="Boats")
    Item.objects.update(is_distressing=True)
    return world


def pages(world: dict) -> Iterator[str]:
    for name in every_address():
        if not name.startswith("api:"):
            yield reverse(name, kwargs=arguments(name, world))
    keys = "&".join(f"items={key}" for key in Item.objects.values_list("pk", flat=True))
    yield from (f"/?view={view}" for view in ("list", "days"))
    yield from (f"/selected/?{keys}&act={act}" for act in ("link", "access", "mark"))
    yield from (f"/items/{item.pk}/" for item in (world["film"], world["match"].other.item))
    yield from (f"/matches/{match}/" for match in range(1, 4))


@pytest.mark.usefixtures("no_pace")
def test_no_page_shows_a_distressing_picture_before_it_is_asked_for(gallery: dict) -> None:
    moderator = clients(gallery["people"])["moderator"]
    clear, silent, number = set(), set(), 0

    for address in pages(gallery):
        response = moderator.get(address)
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        page = response.content.decode()
        number += len(PICTURES.findall(page))
        clear |= {(address, there) for there, _item in PICTURES.findall(page) if not there.endswith("?blurred")}
        images = [image for image in re.findall(r"<(?:img|video)[^>]*>", page) if PICTURES.search(image)]
        silent |= {(address, image) for image in images if HIDDEN not in image}

    assert number > 25
    assert clear == set()
    assert silent == set()


@pytest.mark.usefixtures("no_pace")
def test_a_picture_that_was_asked_for_is_shown_to_that_session_and_no_other_picture(gallery: dict) -> None:
    both = clients(gallery["people"])
    asker, other = both["archivist"], both["moderator"]
    item, twin = gallery["item"], gallery["match"].other.item

    answer = asker.post(reverse("show_picture", args=[item.pk]), {"act": "show", "next": "/?view=list"})

    assert (answer.status_code, answer["Location"]) == (302, "/?view=list")
    shown = {int(key): there for there, key in PICTURES.findall(asker.get("/?view=list").content.decode())}
    assert shown[item.pk].endswith("?shown")
    assert shown[twin.pk].endswith("?blurred")
    page = asker.get(reverse("item", args=[item.pk])).content.decode()
    assert f'/items/{item.pk}/rendition/screen/?shown"' in page
    assert all(there.endswith("?blurred") for there, _key in PICTURES.findall(other.get("/").content.decode()))

    asker.post(reverse("show_picture", args=[item.pk]), {"act": "blur"})
    assert "?shown" not in asker.get("/").content.decode()


def test_a_visitor_asks_too_and_nobody_asks_for_what_they_may_not_see(client: Client) -> None:
    released, restricted = (marked(make_item(access=access)) for access in (Access.RELEASED, Access.RESTRICTED))

    assert client.post(reverse("show_picture", args=[released.pk])).status_code == 302
    assert client.post(reverse("show_picture", args=[restricted.pk]))["Location"].startswith("/sign-in/")
    assert f"/items/{released.pk}/rendition/screen/?shown" in client.get(f"/items/{released.pk}/").content.decode()


def test_footage_that_is_distressing_is_not_played_before_it_is_asked_for(gallery: dict) -> None:
    archivist, film = clients(gallery["people"])["archivist"], gallery["film"]
    address = reverse("item", args=[film.pk])

    assert "<video" not in archivist.get(address).content.decode()
    refused = archivist.get(reverse("playback", args=[film.pk]))
    assert refused.status_code == 403 and "Show it on its page." in refused.content.decode()
    archivist.post(reverse("show_picture", args=[film.pk]))

    page = archivist.get(address).content.decode()
    assert "<video" in page
    assert f"/items/{film.pk}/stills/1000/?shown" in page
    assert archivist.get(reverse("playback", args=[film.pk])).status_code in (200, 206)
    archivist.post(reverse("show_picture", args=[film.pk]), {"act": "blur"})
    assert archivist.get(reverse("playback", args=[film.pk])).status_code == 403


def test_where_a_picture_stands_instead_of_a_player_it_can_be_enlarged(gallery: dict) -> None:
    archivist, address = clients(gallery["people"])["archivist"], reverse("item", args=[gallery["film"].pk])

    def parts() -> list[bool]:
        page = archivist.get(address).content.decode()
        # What enlarges the stage writes into its level: without it the page says that something did not work.
        return [f'id="{part}"' in page for part in ("stage", "zoom-level", "film")]

    assert parts() == [True, True, False]
    archivist.post(reverse("show_picture", args=[gallery["film"].pk]))
    assert parts() == [False, False, True]


def test_the_original_of_a_distressing_picture_is_handed_out_once_it_was_asked_for(gallery: dict) -> None:
    archivist, item = clients(gallery["people"])["archivist"], gallery["item"]
    page, original = reverse("item", args=[item.pk]), reverse("original", args=[item.pk])

    assert original not in archivist.get(page).content.decode()
    assert archivist.get(original).status_code == 403
    assert archivist.get(f"{original}?shown").status_code == 200
    archivist.post(reverse("show_picture", args=[item.pk]))

    assert original in archivist.get(page).content.decode()
    assert archivist.get(original).status_code == 200


def test_a_moderator_marks_on_the_page_and_is_asked_about_copies(client: Client, people: dict[str, User]) -> None:
    item, copy = make_item(), make_item()
    make_match(item, copy)
    client.force_login(people["moderator"])
    address, given = reverse("mark_item", args=[item.pk]), {"is_distressing": "yes", "reason": "a body"}

    asked = client.post(address, given)
    assert asked.status_code == 422
    assert f"/items/{copy.pk}/rendition/thumbnail/" in asked.content.decode()
    answer = client.post(address, given | {"copies": "TAKE"})

    assert answer.status_code == 302
    assert set(Item.objects.values_list("is_distressing", flat=True)) == {True}
    assert "a body" in client.get(reverse("item", args=[item.pk])).content.decode()


def test_several_are_marked_at_once(client: Client, people: dict[str, User]) -> None:
    items = [make_item() for _ in range(3)]
    client.force_login(people["moderator"])
    given = {"items": [item.pk for item in items[:2]], "act": "mark", "is_distressing": "yes", "reason": "a body"}

    assert client.post(reverse("bulk_mark"), given | {"reason": ""}).status_code == 422
    assert client.post(reverse("bulk_mark"), given).status_code == 302

    assert list(Item.objects.order_by("pk").values_list("is_distressing", flat=True)) == [True, True, False]


@pytest.mark.parametrize("role", [None, "researcher"])
def test_why_it_is_marked_is_read_by_staff_alone(client: Client, people: dict[str, User], role: str | None) -> None:
    item = make_item(access=Access.RELEASED)
    moderator = Client()
    moderator.force_login(people["moderator"])
    moderator.post(reverse("mark_item", args=[item.pk]), {"is_distressing": "yes", "reason": "the drowned boy"})
    if role:
        client.force_login(people[role])

    page = client.get(reverse("item", args=[item.pk])).content.decode()
    told = client.get(reverse("api:item-detail", args=[item.pk])).json()

    assert "Marked as distressing" in page and "drowned" not in page
    assert told["is_distressing"] is True


def test_a_picture_is_asked_for_in_as_few_queries_as_another(
    client: Client, django_assert_num_queries: Callable
) -> None:
    clear, distressing = make_item(access=Access.RELEASED), marked(make_item(access=Access.RELEASED))
    for item in (clear, distressing):
        striped(item)
        with django_assert_num_queries(1):
            client.get(reverse("rendition", args=[item.pk, "thumbnail"]))
