"""The item page: who sees what, what it says of a picture, and what people may add."""

from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.models import Access, Caption, Item
from archive.claims.models import Ruling
from archive.extraction.models import Reading
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from archive.press.models import Appearance
from archive.provenance.check_items import check
from archive.provenance.checks.finding import Question
from archive.provenance.rule_on_match import rule_on_match
from archive.review.verdicts import judge
from archive.standards.vocabulary import Property, SourceKind, Standing
from archive.web.presenters.items import axis, lead_caption, rows, wordings
from tests.builders import (
    NOW,
    make_accession,
    make_appearance,
    make_caption,
    make_claim,
    make_event,
    make_item,
    make_match,
    make_outlet,
    make_place,
)
from tests.ingest.pictures import jpeg
from tests.pages import folded

pytestmark = pytest.mark.django_db
ROLES = [None, "researcher", "archivist", "moderator", "administrator"]


def enter(client: Client, people: dict[str, User], role: str | None) -> None:
    if role:
        client.force_login(people[role])


def make_reading(item: Item, *statements: list, state: str = "READ", problems: list | None = None) -> Reading:
    return Reading.objects.create(
        media_file=item.media_file,
        reader="embedded",
        reader_version="1",
        read_at=NOW,
        state=state,
        statements=list(statements),
        problems=problems or [],
    )


@pytest.fixture
def told(people: dict[str, User]) -> Item:
    """A released picture of which much is said, some of it not for everybody."""
    town = make_place("Dunkirk", latitude_degrees=51.03, longitude_degrees=2.37)
    beach = make_place(
        "Malo-les-Bains", kind=Place.Kind.BEACH, parent=town, latitude_degrees=51.05, longitude_degrees=2.4
    )
    item = make_item(file_name="secret-name.jpg", access=Access.RELEASED)
    make_caption(item, "People wade out to a boat.", group="XMP-dc", tag="description")
    make_claim(item, Property.DATE_CREATED, date="2024-06-18T05:12:00", kind=SourceKind.DEVICE_METADATA)
    make_claim(item, Property.DATE_CREATED, date="2024-04", as_written="in April")
    make_claim(item, Property.LOCATION_SHOWN, value_place=beach, as_written="the beach by the casino")
    make_claim(
        item,
        Property.LOCATION_CREATED,
        latitude_degrees=51.0506,
        longitude_degrees=2.4021,
        uncertainty_metres=12,
        kind=SourceKind.DEVICE_METADATA,
    )
    make_claim(
        item, Property.SUPPLIED_BY, value_text="A private person", kind=SourceKind.PERSON, person=people["archivist"]
    )
    make_reading(item, ["EXIF", "DateTimeOriginal", "2024:06:18 05:12:00"], ["GPS", "GPSLatitude", "51.0506"])
    return item


# --- Beside the picture, before all else ---------------------------------------------------------------------------


def test_the_archive_s_own_latest_caption_is_read_first(people: dict[str, User]) -> None:
    item = make_item()
    came = make_caption(item, "A boat leaves.")
    headline = make_caption(item, "Boats", role=Caption.Role.HEADLINE)
    assert lead_caption(wordings([headline, came])) == came
    assert lead_caption(wordings([headline])) == headline
    assert lead_caption([]) is None

    own = make_caption(item, "A boat at Deal.", origin=Caption.Origin.PERSON, recorded_by=people["archivist"])

    assert lead_caption(wordings([came, headline, own])) == own


def test_the_caption_beside_the_picture_is_the_same_on_each_page_of_the_captions(
    client: Client, people: dict[str, User]
) -> None:
    item = make_item()
    for number in range(30):
        make_caption(item, f"Boat {number}.")
    make_caption(item, "A boat at Deal.", origin=Caption.Origin.PERSON, recorded_by=people["archivist"])
    client.force_login(people["researcher"])

    pages = [client.get(reverse("item", args=[item.pk]), asked) for asked in ({}, {"list": "captions", "part": 1})]

    assert {page.context["lead"].caption.text for page in pages} == {"A boat at Deal."}


def test_copies_stand_beside_the_picture_with_who_published_them_first(client: Client, people: dict[str, User]) -> None:
    item, copy, denied, undated = (make_item(file_name=f"{name}.jpg") for name in "abcd")
    make_appearance(item, make_outlet("Littoral Press"), published="2024-06-18")
    make_appearance(copy, make_outlet("Strait Watch"), published="2024-07-12")
    make_appearance(copy, make_outlet("Sky News"), published="2024-07-10")
    make_match(item, copy)
    rejected = make_match(item, denied)
    rule_on_match(rejected, standing=Standing.REJECTED, by=people["moderator"], reason="another boat")
    make_match(item, undated)
    client.force_login(people["researcher"])

    lead = client.get(reverse("item", args=[item.pk])).context["lead"]

    assert str(lead.first.outlet) == "Littoral Press"
    shown = [(twin, printed and str(printed.outlet)) for _match, twin, printed in lead.copies]
    assert shown == [(copy, "Sky News"), (undated, None)]


def test_a_copy_that_may_not_be_seen_does_not_stand_beside_the_picture(client: Client, people: dict[str, User]) -> None:
    item, secret = make_item(file_name="a.jpg"), make_item(file_name="secret.jpg", access=Access.RESTRICTED)
    make_match(item, secret)
    client.force_login(people["researcher"])

    page = client.get(reverse("item", args=[item.pk]))

    assert page.context["lead"].copies == []


# --- Who sees what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("access", "seen_by"),
    [
        (Access.RELEASED, ROLES),
        (Access.RESEARCH, ROLES[1:]),
        (Access.RESTRICTED, ROLES[2:]),
    ],
)
@pytest.mark.parametrize("role", ROLES)
def test_an_item_that_one_may_not_see_is_not_found(
    client: Client, people: dict[str, User], access: str, seen_by: list, role: str | None
) -> None:
    item = make_item(access=access)
    enter(client, people, role)

    assert client.get(reverse("item", args=[item.pk])).status_code == (200 if role in seen_by else 404)


def test_a_visitor_reads_leading_values_and_places_no_more_precise_than_allowed(client: Client, told: Item) -> None:
    page = client.get(reverse("item", args=[told.pk])).content.decode()

    assert "18 June 2024, 05:12" in page
    assert "Dunkirk" in page
    assert "People wade out to a boat." in page
    for hidden in (
        "Malo-les-Bains", "casino", "51.05", "2.40", "April", "private person", "secret-name", "DateTimeOriginal",
        "SHA-256", "archivist", told.media_file.message_digest, "original",
    ):  # fmt: skip
        assert hidden not in page, hidden


def test_a_researcher_reads_everything_but_may_change_nothing(
    client: Client, people: dict[str, User], told: Item
) -> None:
    client.force_login(people["researcher"])

    page = client.get(reverse("item", args=[told.pk])).content.decode()

    for shown in ("51.05060, 2.40210 ± 12 m", "in April", "casino", "DateTimeOriginal", told.media_file.message_digest):
        assert shown in page
    for act in ("link_item", "describe_item", "item_access"):
        assert reverse(act, args=[told.pk]) not in page
    assert "/ruling/" not in page
    assert reverse("original", args=[told.pk]) not in page


@pytest.mark.parametrize(
    ("address", "least"),
    [("link_item", "archivist"), ("describe_item", "archivist"), ("item_access", "archivist")],
)
@pytest.mark.parametrize("role", ROLES)
def test_only_who_may_act_does(
    client: Client, people: dict[str, User], told: Item, address: str, least: str, role: str | None
) -> None:
    enter(client, people, role)

    status = client.post(reverse(address, args=[told.pk])).status_code

    # 422: let in, and the empty form is refused beside its fields.
    assert status == (302 if role is None else 403 if role == "researcher" else 422)


@pytest.mark.parametrize("address", ["link_item", "describe_item", "item_access"])
def test_nothing_is_done_to_an_item_that_one_may_not_see(client: Client, people: dict[str, User], address: str) -> None:
    item = make_item(access=Access.RESTRICTED)
    client.force_login(people["researcher"])

    assert client.post(reverse(address, args=[item.pk])).status_code == 404


# --- What the page says --------------------------------------------------------------------------------------------


def test_what_is_contested_is_said_and_every_value_stands_with_its_ground(
    client: Client, people: dict[str, User], told: Item
) -> None:
    client.force_login(people["archivist"])

    answer = client.get(reverse("item", args=[told.pk]))
    when = answer.context["rows"][0]

    assert (when.value, when.is_contested, when.zone_is_unknown) == ("18 June 2024, 05:12", True, True)
    assert [claim.label() for claim in when.others] == ["April 2024"]
    assert b"contested" in answer.content
    assert b"zone unknown" in answer.content


def test_what_is_asked_of_every_picture_is_shown_as_not_known() -> None:
    assert [row.property for row in rows({})] == [
        Property.DATE_CREATED,
        Property.LOCATION_SHOWN,
        Property.EVENT,
        Property.CREATOR,
    ]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("ABSENT", "carries no metadata"),
        ("UNREADABLE", "cannot be read"),
        ("READ", "word for word"),
    ],
)
def test_absent_and_unreadable_metadata_are_told_apart(
    client: Client, people: dict[str, User], state: str, sentence: str
) -> None:
    item = make_item()
    problem = {"code": "UNREADABLE", "group": "EXIF", "text": "the EXIF block ends early"}
    make_reading(item, ["JPEG", "Comment", "x"], state=state, problems=[problem] if state == "UNREADABLE" else [])
    client.force_login(people["researcher"])

    page = client.get(reverse("item", args=[item.pk])).content.decode()

    assert sentence in page
    assert ("the EXIF block ends early" in page) == (state == "UNREADABLE")


def test_metadata_is_text_and_never_markup(client: Client, people: dict[str, User]) -> None:
    item = make_item(file_name="<img src=x>.jpg")
    make_reading(item, ["XMP-dc", "title", "<script>alert(1)</script>"], ["XMP", "list", [{"a": "<b>"}]])
    make_caption(item, "<i>wet</i>")
    client.force_login(people["researcher"])

    page = client.get(reverse("item", args=[item.pk])).content.decode()

    for markup in ("<script>alert", "<img src=x>", "<i>wet", "<b>&quot;"):
        assert markup not in page


def test_twins_of_one_wording_are_read_once() -> None:
    item = make_item()
    for group in ("XMP-dc", "IPTC"):
        make_caption(item, "A boat.", group=group, tag="description")
    make_caption(item, "Un bateau.", language="fr")

    found = wordings(item.captions.order_by("pk"))

    assert [(one.caption.text, len(one.twins)) for one in found] == [("A boat.", 2), ("Un bateau.", 1)]


def test_print_bounds_a_date_from_above() -> None:
    printed = Appearance(published_earliest=date(2024, 6, 19), published_latest=date(2024, 6, 19))

    drawn = axis(None, [printed])

    assert (drawn.first, drawn.last) == (date(2024, 6, 18), date(2024, 6, 20))
    assert [(bar.left, bar.is_open) for bar in drawn.bars] == [(0.0, True)]


@pytest.mark.parametrize("written", ["../2024-06-18", "2024-06-18/..", "0001", "9999-12-31", "1936~"])
def test_any_date_can_be_drawn(written: str) -> None:
    item = make_item()
    make_claim(item, Property.DATE_CREATED, date=written)
    from archive.claims.leading_claims import grounds_of

    drawn = axis(rows(grounds_of(item.claims.with_grounds()))[0], [])

    assert all(0 <= bar.left <= 100 and 0 < bar.width <= 100.01 for bar in drawn.bars)


def test_the_neighbours_are_those_of_the_search_in_the_address(client: Client, people: dict[str, User]) -> None:
    first, _other, third = (
        make_item(file_name=name, added_at=NOW) for name in ("boat-1.jpg", "tree.jpg", "boat-2.jpg")
    )
    for item in (first, third):
        make_caption(item, "A boat")
    client.force_login(people["researcher"])

    page = client.get(reverse("item", args=[first.pk]), {"q": "boat", "sort": "added"}).content.decode()

    assert f'href="{reverse("item", args=[third.pk])}?q=boat&amp;sort=added"' in page
    assert "of 2" in page


def test_a_file_without_any_copy_has_its_page(client: Client, people: dict[str, User]) -> None:
    item = make_item(renditions=False)
    client.force_login(people["archivist"])

    page = client.get(reverse("item", args=[item.pk]))

    assert b"No copy could be made of this file" in page.content


def test_the_page_costs_a_known_number_of_queries(
    client: Client, people: dict[str, User], told: Item, django_assert_max_num_queries: Any
) -> None:
    client.force_login(people["moderator"])

    with django_assert_max_num_queries(43):
        client.get(reverse("item", args=[told.pk]))


# --- What people add -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["place", "event", "outlet", "date", "text"])
def test_a_link_by_hand_is_a_claim_by_that_person(client: Client, people: dict[str, User], name: str) -> None:
    item = make_item()
    value = {
        "place": lambda: make_place("Gravelines").pk,
        "event": lambda: make_event("A crossing", date="2024-06-18").pk,
        "outlet": lambda: make_outlet("The Courier").pk,
        "date": lambda: "2024-06",
        "text": lambda: "Odile Varenne",
    }[name]()
    stated = {
        "place": "location_shown",
        "event": "event",
        "outlet": "published_by",
        "date": "date_created",
        "text": "creator",
    }[name]
    client.force_login(people["archivist"])

    answer = client.post(
        reverse("link_item", args=[item.pk]) + "?q=boat", {"property": stated, name: value, "note": "I was there"}
    )

    claim = item.claims.get()
    assert answer.url == reverse("item", args=[item.pk]) + "?q=boat"
    assert (claim.property, claim.source.person, claim.source.note) == (stated, people["archivist"], "I was there")
    assert LedgerEntry.objects.filter(subject=f"catalogue.item:{item.pk}", actor="archivist").exists()


def test_a_link_from_the_item_page_may_answer_its_rivals(client: Client, people: dict[str, User]) -> None:
    at = {"longitude_degrees": 2.0, "radius_metres": 1000}
    item, right = make_item(), make_place("Malo", latitude_degrees=51, **at)
    rival = make_claim(item, Property.LOCATION_SHOWN, value_place=make_place("Nice", latitude_degrees=43, **at))
    client.force_login(people["archivist"])
    page = folded(client.get(reverse("item", args=[item.pk])).content.decode())
    assert f'name="answers" value="{rival.pk}"' in page
    form = {"property": "location_shown", "place": right.pk, "answers": rival.pk, "note": "I know the pier"}

    assert client.post(reverse("link_item", args=[item.pk]), form | {"note": ""}).status_code == 422
    client.post(reverse("link_item", args=[item.pk]), form)

    item.refresh_from_db()
    assert rival.rulings.get().superseded_by.value_place == right
    assert (item.lead_place, item.contested) == (right, [])


def test_an_item_of_which_nothing_is_said_has_nothing_to_answer(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["archivist"])

    page = client.get(reverse("item", args=[make_item().pk])).content.decode()

    assert 'name="answers"' not in page


def test_a_link_to_nothing_is_refused_beside_its_field(client: Client, people: dict[str, User]) -> None:
    item = make_item()
    client.force_login(people["archivist"])

    answer = client.post(reverse("link_item", args=[item.pk]), {"property": "date_created", "date": "last week"})

    assert answer.status_code == 422
    assert answer.context["link_form"].errors["date"]
    assert not item.claims.exists()


def test_an_archivist_rejects_a_claim_with_a_reason(client: Client, people: dict[str, User], told: Item) -> None:
    claim = told.claims.get(value_edtf="2024-04")
    client.force_login(people["archivist"])

    client.post(reverse("rule_on_claim", args=[claim.pk]), {"standing": "REJECTED", "reason": "an older caption"})
    page = client.get(reverse("item", args=[told.pk]))

    assert claim.rulings.get().standing == "REJECTED"
    assert page.context["rows"][0].is_contested is False
    assert b"an older caption" in page.content


@pytest.mark.parametrize(
    ("role", "standing", "reason", "status"),
    [
        ("researcher", "ACCEPTED", "", 403),
        ("moderator", "REJECTED", "", 302),
        ("moderator", "SUPERSEDED", "", 302),
        ("moderator", "", "", 302),
        (None, "ACCEPTED", "", 302),
    ],
    ids=["not theirs", "no reason", "no such ruling", "nothing", "visitor"],
)
def test_a_ruling_that_may_not_be_leaves_no_trace(
    client: Client, people: dict[str, User], told: Item, role: str | None, standing: str, reason: str, status: int
) -> None:
    enter(client, people, role)
    claim = told.claims.first()

    answer = client.post(reverse("rule_on_claim", args=[claim.pk]), {"standing": standing, "reason": reason})

    assert answer.status_code == status
    assert not Ruling.objects.exists()


def test_the_archives_own_wording_stands_beside_what_came_with_the_picture(
    client: Client, people: dict[str, User], told: Item
) -> None:
    client.force_login(people["archivist"])
    form = {"text": "A boat at sunrise.", "role": "DESCRIPTION", "language": "en"}

    client.post(reverse("describe_item", args=[told.pk]), form)
    own = Caption.objects.get(origin="PERSON")
    client.post(reverse("describe_item", args=[told.pk]), form | {"text": "A boat at dawn.", "supersedes": own.pk})
    page = client.get(reverse("item", args=[told.pk])).content.decode()

    assert "A boat at dawn." in page
    assert '<blockquote lang="en">A boat at sunrise.' not in page
    assert "People wade out to a boat." in page


@pytest.mark.parametrize(
    ("role", "access", "status"),
    [
        ("archivist", Access.RESTRICTED, 302),
        ("archivist", Access.RELEASED, 422),
        ("moderator", Access.RELEASED, 302),
    ],
)
def test_who_may_see_an_item_is_changed_by_who_may(
    client: Client, people: dict[str, User], role: str, access: str, status: int
) -> None:
    item = make_item(access=Access.RESEARCH)
    client.force_login(people[role])

    answer = client.post(reverse("item_access", args=[item.pk]), {"access": access, "reason": "agreed"})

    item.refresh_from_db()
    assert answer.status_code == status
    assert item.access == (access if status == 302 else Access.RESEARCH)


# --- In a browser --------------------------------------------------------------------------------------------------


def seen_item(name: str) -> Item:
    """Make an item whose copies can be looked at."""
    item = make_item(file_name=name)
    for made in item.media_file.renditions.all():
        storages["renditions"].save(made.storage_path, ContentFile(jpeg(40, size=(made.width_px, made.height_px))))
    return item


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_picture_is_enlarged_and_fitted_by_key_and_wheel(page_of: Any, people: dict[str, User]) -> None:
    item = seen_item("one.jpg")
    page = page_of(people["researcher"], f"/items/{item.pk}/")
    page.wait_for_selector("#stage.leaflet-container")

    def level() -> int:
        return int(page.locator("#zoom-level").evaluate("output => output.value").split()[0])

    fitted = level()
    page.keyboard.press("+")
    page.keyboard.press("+")
    by_key = level()
    page.keyboard.press("0")
    by_zero = level()
    page.wait_for_timeout(1000)
    page.hover("#stage")
    page.mouse.wheel(0, -500)
    page.wait_for_timeout(1000)

    assert by_key > fitted
    assert by_zero == fitted
    assert level() > fitted
    assert page.problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_arrow_keys_walk_through_the_search(page_of: Any, people: dict[str, User]) -> None:
    items = [seen_item(f"walk-{number}.jpg") for number in range(3)]
    page = page_of(people["researcher"], f"/items/{items[1].pk}/?sort=added")
    there = [page.get_attribute(f"a[rel={rel}]", "href") for rel in ("next", "prev")]

    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**{there[0]}")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**/items/{items[1].pk}/?sort=added")

    assert {address.split("/")[2] for address in there} == {str(items[0].pk), str(items[2].pk)}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_claim_is_ruled_on_without_a_mouse(page_of: Any, people: dict[str, User]) -> None:
    item = seen_item("one.jpg")
    claim = make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    page = page_of(people["moderator"], f"/items/{item.pk}/")

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.type("the clock was wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector(".claim[data-standing=REJECTED]")

    assert claim.rulings.get().reason == "the clock was wrong"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_raw_metadata_is_narrowed_as_one_types(page_of: Any, people: dict[str, User]) -> None:
    item = seen_item("one.jpg")
    make_reading(item, ["EXIF", "Make", "Canon"], ["GPS", "GPSLatitude", "51.05"], ["GPS", "GPSLongitude", "2.4"])
    page = page_of(people["researcher"], f"/items/{item.pk}/#metadata")

    page.fill("#filter", "gps lat")

    assert page.locator(".raw tbody tr:not(.raw__group):visible").all_inner_texts() == ["GPSLatitude\t51.05"]


def test_words_that_came_with_another_delivery_name_it_to_staff_alone(client: Client, people: dict[str, User]) -> None:
    item = make_item(accession=make_accession("First feed"))
    make_caption(item, "A boat off Gravelines", accession=make_accession("Corrected feed"))

    for role, is_told in (("archivist", True), ("researcher", False)):
        client.force_login(people[role])
        assert ("Corrected feed" in client.get(reverse("item", args=[item.pk])).content.decode()) == is_told


def test_words_that_came_alone_are_no_second_receipt(client: Client, people: dict[str, User]) -> None:
    item = make_item()
    known = {"accession": item.accession, "item": item, "size_bytes": 1, "way": "PAGE", "received_at": NOW}
    known |= {"state": "DONE", "original_name": "a.jpg"}
    line = AccessionLine.objects.create(outcome="CREATED", **known)
    AccessionLine.objects.create(outcome="ALREADY_HELD", about=line, **known)
    client.force_login(people["archivist"])

    page = folded(client.get(reverse("item", args=[item.pk])).content.decode())

    assert page.count("received words for") == 1


def test_checks_and_verdicts_in_the_history_are_for_archive_staff(client: Client, people: dict[str, User]) -> None:
    item = make_item()
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    check([item.pk])
    given = {"question": Question.WHEN, "word": "UNDETERMINED", "reason_code": "COPY_SHOWS", "reason": ""}
    judge(item, by=people["moderator"], **given)
    judge(item, by=people["archivist"], **given)

    pages = {}
    for role in ("researcher", "archivist"):
        enter(client, people, role)
        pages[role] = folded(client.get(reverse("item", args=[item.pk])).content.decode())

    acts = ("checked it", "gave a verdict", "advised on a verdict")
    assert all(act in pages["archivist"] for act in acts)
    assert "When was it made?, another copy shows it, undetermined" in pages["archivist"]
    assert not any(act in pages["researcher"] for act in (*acts, "COPY_SHOWS"))


def test_what_else_was_taken_near_an_item_is_one_press_away(client: Client, people: dict[str, User]) -> None:
    item, nowhere = make_item(), make_item()
    place = make_place("Dover", latitude_degrees=51.13, longitude_degrees=1.31)
    make_claim(item, Property.LOCATION_SHOWN, value_place=place)
    client.force_login(people["researcher"])

    assert f"near:item-{item.pk},5km" in client.get(reverse("item", args=[item.pk])).content.decode()
    assert "near:item" not in client.get(reverse("item", args=[nowhere.pk])).content.decode()
