"""Several items at once: linked, cleared, released; by whom it is allowed, and only what one may see."""

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.models import Access, Item
from archive.claims.models import Claim
from archive.review.claim_rulings import rule
from archive.standards.vocabulary import Property, Standing
from tests.builders import make_claim, make_event, make_item, make_outlet, make_place
from tests.pages import folded

pytestmark = pytest.mark.django_db


@pytest.fixture
def items() -> list[Item]:
    return [make_item(file_name=f"boat-{number}.jpg") for number in range(3)]


def posted(items: list[Item], **fields: object) -> dict[str, object]:
    return {"items": [item.pk for item in items], "next": "/?q=boat", **fields}


@pytest.mark.parametrize(
    "property, field, value, label",
    [
        (Property.LOCATION_SHOWN, "place", lambda: make_place("Malo").pk, "Malo"),
        (Property.LOCATION_CREATED, "place", lambda: make_place("Malo").pk, "Malo"),
        (Property.EVENT, "event", lambda: make_event("A crossing").pk, "A crossing"),
        (Property.PUBLISHED_BY, "outlet", lambda: make_outlet("Gazette").pk, "Gazette"),
        (Property.DATE_CREATED, "date", lambda: "2024-06~", "2024-06~"),
    ],
)
def test_linking_claims_the_value_for_each_item(
    client: Client, people: dict[str, User], items: list[Item], property: str, field: str, value: object, label: str
) -> None:
    client.force_login(people["archivist"])

    answer = client.post(reverse("bulk_link"), posted(items, property=property, note="seen there", **{field: value()}))

    assert answer.status_code == 302 and answer.url == "/?q=boat"
    claims = Claim.objects.filter(property=property).select_related("source")
    assert {claim.item_id for claim in claims} == {item.pk for item in items}
    assert {claim.as_written for claim in claims} == {label}
    assert {(claim.source.person, claim.source.note) for claim in claims} == {(people["archivist"], "seen there")}


def test_a_link_that_answers_its_rivals_ends_the_contest(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    at = {"longitude_degrees": 2.0, "radius_metres": 1000}
    right, wrong, far = (make_place(name, latitude_degrees=n, **at) for name, n in (("A", 51), ("B", 45), ("C", 40)))
    rivals = [make_claim(item, Property.LOCATION_SHOWN, value_place=wrong) for item in items]
    agreed = make_claim(items[0], Property.DATE_CREATED, date="2024-06-18")
    accepted = make_claim(items[2], Property.LOCATION_SHOWN, value_place=far)
    rule(accepted, standing=Standing.ACCEPTED, by=people["archivist"])
    client.force_login(people["archivist"])
    page = client.get(reverse("bulk"), {"items": [item.pk for item in items], "act": "link"})
    assert f'name="answers" value="{accepted.pk}"' in folded(page.content.decode())
    late = make_claim(items[0], Property.LOCATION_SHOWN, value_place=far)
    form = posted(items, property="location_shown", place=right.pk, answers=accepted.pk)

    refused = client.post(reverse("bulk_link"), form)
    assert refused.status_code == 422
    assert "Say how you know" in refused.content.decode()
    assert f'value="{accepted.pk}" checked' in folded(refused.content.decode())
    assert not Claim.objects.filter(source__person__isnull=False).exists()
    assert client.post(reverse("bulk_link"), form | {"note": "the pier stands there"}).status_code == 302

    standings = dict(Claim.objects.with_standing().values_list("pk", "standing"))
    assert [standings[claim.pk] for claim in rivals] == [Standing.SUPERSEDED] * 3
    # What a person decided, what came after the form was shown, and what does not contradict it, stand.
    assert [standings[claim.pk] for claim in (accepted, late, agreed)] == ["ACCEPTED", "PROPOSED", "PROPOSED"]
    for item in items:
        item.refresh_from_db()
    assert ["location_shown" in item.contested for item in items] == [True, False, False]
    assert [item.lead_place for item in items] == [right, right, far]


def test_an_ordinary_link_leaves_its_rivals(client: Client, people: dict[str, User], items: list[Item]) -> None:
    rival = make_claim(items[0], Property.LOCATION_SHOWN, value_place=make_place("Wimereux"))
    client.force_login(people["archivist"])

    client.post(reverse("bulk_link"), posted(items, property="location_shown", place=make_place("Malo").pk))

    assert not rival.rulings.exists()


def test_a_script_is_sent_back_to_its_page(client: Client, people: dict[str, User], items: list[Item]) -> None:
    client.force_login(people["archivist"])
    form = posted(items, property="date_created", date="2024")

    answer = client.post(reverse("bulk_link"), form, headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == "/?q=boat"


@pytest.mark.parametrize(
    "form, words",
    [
        ({"property": "location_shown"}, "Choose one of the list"),
        ({"property": "date_created", "date": "some day"}, "some day"),
        ({"property": "people_count", "date": "2024"}, "not one of the available choices"),
    ],
    ids=["nothing chosen", "no date", "no such link"],
)
def test_an_error_is_said_in_the_form_and_nothing_is_claimed(
    client: Client, people: dict[str, User], items: list[Item], form: dict[str, str], words: str
) -> None:
    client.force_login(people["archivist"])

    answer = client.post(reverse("bulk_link"), posted(items, **form))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Claim.objects.exists()


@pytest.mark.parametrize("name", ["bulk_link", "bulk_access"])
def test_a_researcher_changes_nothing(client: Client, people: dict[str, User], items: list[Item], name: str) -> None:
    client.force_login(people["researcher"])
    form = posted(items, property="date_created", date="2024", access="RESTRICTED")

    assert client.post(reverse(name), form).status_code == 403
    assert not Claim.objects.exists()
    assert not Item.objects.filter(access=Access.RESTRICTED).exists()


def test_a_visitor_is_asked_to_sign_in(client: Client, items: list[Item]) -> None:
    assert reverse("sign_in") in client.get(reverse("bulk"), {"items": items[0].pk}).url


def test_an_archivist_restricts_and_clears_but_does_not_release(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    client.force_login(people["archivist"])

    client.post(reverse("bulk_access"), posted(items[:1], access="RESTRICTED", reason="a face"))
    refused = client.post(reverse("bulk_access"), posted(items[1:], access="RELEASED"))

    assert [item.access for item in Item.objects.order_by("pk")] == ["RESTRICTED", "RESEARCH", "RESEARCH"]
    assert refused.status_code == 422


def test_an_archivist_cannot_take_a_released_item_back(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    Item.objects.filter(pk=items[0].pk).update(access=Access.RELEASED)
    client.force_login(people["archivist"])

    answer = client.post(reverse("bulk_access"), posted(items, access="RESTRICTED"))

    assert answer.status_code == 422
    assert "moderator" in answer.content.decode()
    assert not Item.objects.filter(access=Access.RESTRICTED).exists()


def test_a_moderator_releases(client: Client, people: dict[str, User], items: list[Item]) -> None:
    client.force_login(people["moderator"])

    client.post(reverse("bulk_access"), posted(items, access="RELEASED"))

    assert Item.objects.filter(access=Access.RELEASED).count() == 3


def test_the_form_shows_what_the_items_differ_in(client: Client, people: dict[str, User], items: list[Item]) -> None:
    for day, item in zip(("2024-06-17", "2024-06-18"), items, strict=False):
        make_claim(item, Property.DATE_CREATED, date=day)
    malo = make_place("Malo", kind=Place.Kind.BEACH)
    for item in items:
        make_claim(item, Property.LOCATION_SHOWN, value_place=malo)
    client.force_login(people["archivist"])

    page = client.get(reverse("bulk"), {"items": [item.pk for item in items], "act": "link"}).content.decode()

    assert "3 items" in page
    assert "2 different dates, 1 without" in page
    assert "<dd>Malo</dd>" in page


def test_only_items_that_one_may_see_are_asked_about(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    Item.objects.filter(pk=items[0].pk).update(access=Access.RESTRICTED)
    client.force_login(people["researcher"])

    some = client.get(reverse("bulk"), {"items": [item.pk for item in items]}).content.decode()
    none = client.get(reverse("bulk"), {"items": [items[0].pk]})

    assert "2 items" in some
    assert none.status_code == 400


@pytest.mark.parametrize("there", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_host(client: Client, people: dict[str, User], items: list[Item], there: str) -> None:
    client.force_login(people["archivist"])
    form = posted(items, property="date_created", date="2024") | {"next": there}

    assert client.post(reverse("bulk_link"), form).url == reverse("search")
