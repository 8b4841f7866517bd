"""Several items at once: linked, cleared, released; by whom it is allowed, and only what one may see."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.models import Access, Item, Withdrawal
from archive.claims.models import Claim
from archive.folders.models import Folder
from archive.review.claim_rulings import rule
from archive.review.models import OwnAct
from archive.standards.vocabulary import Property, Standing
from archive.web.views import chosen_items
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
        (Property.LOCATION_CREATED, "camera", lambda: make_place("Malo").pk, "Malo"),
        (Property.EVENT, "event", lambda: make_event("A crossing").pk, "A crossing"),
        (Property.PUBLISHED_BY, "outlet", lambda: make_outlet("Gazette").pk, "Gazette"),
        (Property.DATE_CREATED, "date", lambda: "2024-06~", "2024-06~"),
    ],
)
def test_linking_claims_the_value_for_each_item(
    client: Client, people: dict[str, User], items: list[Item], property: str, field: str, value: object, label: str
) -> None:
    client.force_login(people["archivist"])

    answer = client.post(reverse("bulk_link"), posted(items, note="seen there", **{field: value()}))

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
    form = posted(items, place=right.pk, answers=accepted.pk)

    refused = client.post(reverse("bulk_link"), form)
    assert refused.status_code == 422
    assert "Say how you know" in refused.content.decode()
    assert f'value="{accepted.pk}" checked' in folded(refused.content.decode())
    assert not Claim.objects.filter(source__person__isnull=False).exists()
    told = client.post(reverse("bulk_link"), form | {"note": "the pier stands there"})
    assert "on 3 items it is said otherwise" in folded(told.content.decode())
    form |= {"note": "the pier stands there", "seen": told.context["digest"]}
    assert client.post(reverse("bulk_link"), form).status_code == 302

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

    client.post(reverse("bulk_link"), posted(items, place=make_place("Malo").pk))

    assert not rival.rulings.exists()


def test_a_script_is_sent_back_to_its_page(client: Client, people: dict[str, User], items: list[Item]) -> None:
    client.force_login(people["archivist"])
    form = posted(items, date="2024")

    answer = client.post(reverse("bulk_link"), form, headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == "/?q=boat"


@pytest.mark.parametrize(
    "form, words",
    [
        ({}, "Nothing is filled in"),
        ({"place_text": "Nowhere at all"}, "Choose one of the list"),
        ({"date": "some day"}, "some day"),
        ({"least": "9", "most": "3"}, "swap the two"),
        ({"source_type": "painting"}, "not one of the available choices"),
        ({"date": "2024", "answers": "1"}, "Say how you know"),
    ],
    ids=["nothing filled in", "no such place", "no date", "more than most", "no such source", "no reason"],
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
    form = posted(items, date="2024", access="RESTRICTED")

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
    assert "Now: Malo" in page


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
    form = posted(items, date="2024") | {"next": there}

    assert client.post(reverse("bulk_link"), form).url == reverse("search")


def test_several_things_are_said_of_all_items_in_one_act_which_one_press_undoes(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    client.force_login(people["archivist"])
    event, outlet, place = make_event("A crossing", date="2024-06"), make_outlet("Gazette"), make_place("Malo")
    form = posted(items, place=place.pk, event=event.pk, date="18 June 2024", outlet=outlet.pk, creator="A. Person")
    form |= {"least": "20", "most": "60", "source_type": "digitalCapture", "credit_line": "  "}

    answer = client.post(reverse("bulk_link"), form, follow=True)

    assert answer.redirect_chain == [("/?q=boat", 302)]
    words = folded(answer.content.decode())
    assert "3 items are linked: Location shown Malo" in words and "Photographer A. Person" in words
    assert Claim.objects.count() == 3 * 7 and not Claim.objects.filter(property=Property.CREDIT_LINE).exists()
    act = OwnAct.objects.get()
    for item in Item.objects.all():
        assert (item.lead_place, item.date_created_edtf, item.lead_outlet) == (place, "2024-06-18", outlet)
        assert (item.people_min, item.people_max) == (20, 60)
    client.post(reverse("undo_act", args=[act.pk]))
    assert {claim.standing for claim in Claim.objects.with_standing()} == {"SUPERSEDED"}
    assert not Item.objects.exclude(lead_place=None).exists()


def test_what_contradicts_is_told_before_anything_is_said_and_set_all_the_same_or_on_the_others(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    client.force_login(people["archivist"])
    for item, year in zip(items[:2], ("2007", "2021"), strict=True):
        make_claim(item, Property.DATE_CREATED, date=year)
    form = posted(items, event=make_event("A crossing", date="2024-06").pk)

    question = client.post(reverse("bulk_link"), form)
    words = folded(question.content.decode())
    assert question.status_code == 422 and not Claim.objects.filter(property=Property.EVENT).exists()
    assert "Now: 2 different dates, 1 without" in words
    assert "2 items are of other days than A crossing (June 2024): 2007 (1), 2021 (1)" in words
    assert all(reverse("item", args=[item.pk]) in words for item in items[:2])
    assert "Set it all the same" in words and "Set it on the other 1 item" in words
    digest = question.context["digest"]
    assert f'name="seen" value="{digest}"' in words
    # What came meanwhile is told first.
    make_claim(items[2], Property.DATE_CREATED, date="2019")
    again = client.post(reverse("bulk_link"), form | {"seen": digest})
    assert again.status_code == 422 and "3 items are of other days" in folded(again.content.decode())
    assert "on the other" not in folded(again.content.decode())
    rule(Claim.objects.get(value_edtf="2019"), standing=Standing.REJECTED, by=people["archivist"], reason="a slip")
    rest = client.post(reverse("bulk_link"), form | {"seen": digest, "leave_out": "yes"}, follow=True)
    assert "1 item is linked: Event A crossing" in folded(rest.content.decode())
    assert [claim.item for claim in Claim.objects.filter(property=Property.EVENT)] == [items[2]]
    assert client.post(reverse("bulk_link"), form | {"seen": digest}).status_code == 302
    assert Claim.objects.filter(property=Property.EVENT).count() == 3


def test_a_day_that_is_given_outside_of_the_event_given_with_it_is_told(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    client.force_login(people["archivist"])
    form = posted(items, event=make_event("A crossing", date="2024-06").pk, date="2024-07-02")

    words = folded(client.post(reverse("bulk_link"), form).content.decode())

    assert "3 items are of other days than A crossing (June 2024): 2 July 2024 (3)" in words


def test_another_place_than_stands_there_is_told_and_what_is_rejected_is_not(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    at = {"longitude_degrees": 2.0, "radius_metres": 1000}
    here, there = make_place("Malo", latitude_degrees=51, **at), make_place("Lyme", latitude_degrees=45, **at)
    make_claim(items[0], Property.LOCATION_SHOWN, value_place=there)
    rejected = make_claim(items[1], Property.LOCATION_SHOWN, value_place=there)
    rule(rejected, standing=Standing.REJECTED, by=people["archivist"], reason="a slip")
    client.force_login(people["archivist"])

    words = folded(client.post(reverse("bulk_link"), posted(items, place=here.pk)).content.decode())

    assert "Location shown, Malo: on 1 item it is said otherwise: Lyme (1)" in words
    assert "Set it on the other 2 items" in words


def test_a_record_is_named_in_words_where_no_script_chooses_it(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    make_place("Malo"), make_event("A crossing"), make_outlet("Gazette")
    client.force_login(people["archivist"])
    form = posted(items, place_text="malo", event_text="a crossing", outlet_text="Gazette", place="", event="")

    assert client.post(reverse("bulk_link"), form).status_code == 302
    assert Claim.objects.count() == 9


def test_what_differs_among_the_items_is_marked_beside_each_field(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    for item, name in zip(items, ("A. Person", "B. Person", ""), strict=True):
        if name:
            make_claim(item, Property.CREATOR, value_text=name)
    make_claim(items[0], Property.LOCATION_SHOWN, value_place=make_place("Malo"))
    client.force_login(people["archivist"])

    page = folded(client.post(reverse("bulk"), posted(items, act="link")).content.decode())

    assert "Now: 2 different values, 1 without" in page
    assert "Now: Malo, 2 without" in page


def test_the_form_and_the_act_cost_the_same_for_many_items_but_for_their_projection(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    client.force_login(people["archivist"])
    event, place = make_event("A crossing", date="2024-06"), make_place("Malo")

    def cost(some: list[Item]) -> list[int]:
        for item in some:
            make_claim(item, Property.DATE_CREATED, date="2007")
        form, counted = posted(some, event=event.pk, place=place.pk, act="link"), []
        with CaptureQueriesContext(connection) as asked:
            client.post(reverse("bulk"), form)
        with CaptureQueriesContext(connection) as told:
            digest = client.post(reverse("bulk_link"), form).context["digest"]
        with CaptureQueriesContext(connection) as done:
            client.post(reverse("bulk_link"), form | {"seen": digest})
        counted += [len(asked), len(told)]
        return [*counted, sum('UPDATE "catalogue_item"' not in query["sql"] for query in done.captured_queries)]

    cost(items)  # what is asked once and remembered
    few = cost([make_item() for _number in range(3)])

    assert cost([make_item() for _number in range(30)]) == few


def test_hundreds_of_items_are_sent_by_post_and_more_than_a_thousand_are_refused_with_a_sentence(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    client.force_login(people["archivist"])
    many = ",".join(map(str, range(10_000, 10_990)))
    form = {"items": [f"{items[0].pk},{many}", items[1].pk], "creator": "A. Person"}

    page = client.post(reverse("bulk"), form | {"act": "link"})
    assert page.status_code == 200
    assert "990 of those chosen are left out" in folded(page.content.decode())
    assert client.post(reverse("bulk_link"), form).status_code == 302
    assert Claim.objects.count() == 2
    too_many = client.post(reverse("bulk_link"), form | {"items": ",".join(map(str, range(1, 1002)))})

    assert too_many.status_code == 400
    assert "1001 items are chosen; at most 1000 are changed at once" in too_many.content.decode()
    assert Claim.objects.count() == 2


def test_all_that_a_search_finds_is_chosen_as_far_as_who_asks_may_see_it(
    client: Client, people: dict[str, User], items: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = make_item(file_name="boat-9.jpg", access=Access.RESTRICTED)
    make_item(kind=Item.Kind.STILL)
    address, form = reverse("bulk_all"), {"search": "?kind=PHOTOGRAPH&page=7&view=list", "of": ""}
    client.force_login(people["researcher"])

    assert set(client.post(address, form).json()["keys"]) == {item.pk for item in items}
    client.force_login(people["archivist"])
    assert set(client.post(address, form).json()["keys"]) == {item.pk for item in [*items, closed]}
    wrong = client.post(address, form | {"of": "moon:full"})
    assert (wrong.status_code, wrong.content.decode()) == (422, "This search is not understood. Correct it first.")
    # Without a script the button of the bar sends the search itself.
    page = client.post(reverse("bulk"), form | {"whole": "yes", "act": "link"})
    assert {item.pk for item in page.context["items"]} == {item.pk for item in [*items, closed]}
    monkeypatch.setattr(chosen_items, "MOST", 3)
    for answer in (client.post(address, form), client.post(reverse("bulk"), form | {"whole": "yes"})):
        assert answer.status_code in (400, 422)
        assert "This search finds more than 3 items" in answer.content.decode()


def test_a_place_s_page_selects_all_of_its_own(client: Client, people: dict[str, User], items: list[Item]) -> None:
    place = make_place("Malo")
    make_claim(items[1], Property.LOCATION_SHOWN, value_place=place)
    client.force_login(people["archivist"])

    answer = client.post(reverse("bulk_all"), {"search": "?", "of": f"place:{place.slug}"})

    assert answer.json()["keys"] == [items[1].pk]
    assert f'name="of" value="place:{place.slug}"' in client.get(reverse("place", args=[place.slug])).content.decode()


@pytest.mark.parametrize(
    ("act", "words"), [("folder", "Put 3 items in a folder"), ("verdict", "One verdict on 3 items")]
)
def test_a_folder_and_a_verdict_are_asked_for_by_post_too(
    client: Client, people: dict[str, User], items: list[Item], act: str, words: str
) -> None:
    client.force_login(people["moderator"])

    page = client.post(reverse("bulk"), posted(items, act=act))

    assert page.status_code == 200 and words in folded(page.content.decode())
    keys = ",".join(str(item.pk) for item in items)
    assert f'name="items" value="{keys}"' in folded(page.content.decode())
    if act == "folder":
        client.post(reverse("put_in_folder"), {"items": keys, "name": "Shelf"})
        assert Folder.objects.get().entries.count() == 3


def test_several_items_are_withdrawn_with_one_reason_or_none_and_undone_at_once(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    client.force_login(people["moderator"])
    asked = client.get(reverse("bulk"), {"items": ",".join(str(item.pk) for item in items), "act": "withdraw"})
    assert "All of them are withdrawn with this reason, or none." in folded(asked.content.decode())

    without = client.post(reverse("bulk_withdraw"), posted(items, reason=" "))
    assert without.status_code == 422 and not Withdrawal.objects.exists()
    answer = client.post(reverse("bulk_withdraw"), posted(items, reason="a holiday"))

    assert answer.status_code == 302 and answer.url == "/?q=boat"
    assert set(Item.objects.values_list("access", flat=True)) == {Access.WITHDRAWN}
    assert set(Withdrawal.objects.values_list("reason", flat=True)) == {"a holiday"}
    # One act, so that one press takes it back.
    assert OwnAct.objects.count() == 1
    assert "3 items are withdrawn." in folded(client.get("/").content.decode())
    # No picture of them is shown any more; their names lead to where they are told of.
    acts = client.get(reverse("own_acts")).content.decode()
    assert all(reverse("item", args=[item.pk]) in acts and item.file_name in acts for item in items)
    assert "rendition/" not in acts


def test_an_archivist_withdraws_none_of_those_chosen_where_one_is_of_somebody_else(
    client: Client, people: dict[str, User], items: list[Item]
) -> None:
    Item.objects.filter(pk__in=[item.pk for item in items[1:]]).update(added_by=people["archivist"])
    client.force_login(people["archivist"])

    refused = client.post(reverse("bulk_withdraw"), posted(items, reason="a holiday"))
    assert refused.status_code == 422
    assert "Only a moderator may withdraw what somebody else uploaded" in folded(refused.content.decode())
    assert not Withdrawal.objects.exists()
    assert client.post(reverse("bulk_withdraw"), posted(items[1:], reason="a holiday")).status_code == 302
    assert Withdrawal.objects.count() == 2
