"""Flags on the pages and by the API: raised on an item or several, answered in the queue, told to who raised them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.review.flags import MOST_AN_HOUR, decide_on_flag, flag_as_visitor, flag_picture
from archive.review.models import Flag, FlagDecision
from tests.builders import make_item, make_match
from tests.pages import folded

pytestmark = pytest.mark.django_db
People = dict[str, User]


def page(client: Client, name: str, *arguments: int) -> str:
    return folded(client.get(reverse(name, args=arguments)).content.decode())


def entered(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_researcher_flags_a_picture_and_reads_the_answer(people: People) -> None:
    item, reader, moderator = make_item(), entered(people["researcher"]), entered(people["moderator"])
    address, given = reverse("flag_item", args=[item.pk]), {"ground": "FAMILY_REQUEST", "note": "They wrote to me."}

    assert reader.post(address, given)["Location"] == reverse("item", args=[item.pk])
    again = reader.post(address, given | {"note": "They wrote again."}, follow=True).content.decode()
    assert "waiting for an answer: 1" in again
    assert "They wrote to me." in page(reader, "item", item.pk)
    assert "They wrote to me." not in page(entered(people["archivist"]), "item", item.pk)

    flag = Flag.objects.get()
    assert "They wrote to me." in page(moderator, "flags")
    answer = {"outcome": "UPHELD", "reason": "They are right.", "takes_down": "on"}
    assert moderator.post(reverse("answer_flag", args=[flag.pk]), answer).status_code == 302

    item.refresh_from_db()
    assert item.access == Access.RESTRICTED
    assert "1 new answer to your proposals and flags" in page(reader, "search")
    told = page(reader, "own_flags")
    assert "They are right." in told and "not open to you any more" in told
    assert "new answer to your" not in page(reader, "search")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ground": ""}, "Choose why it should perhaps not be shown as it is."),
        ({"ground": "UGLY"}, "Choose one of the grounds in the list."),
        ({"ground": "RIGHTS", "note": "x" * 2001}, "Write at most 2000 characters; these are 2001."),
    ],
    ids=["none", "unknown", "too long"],
)  # fmt: skip
def test_what_is_no_flag_is_refused_beside_its_field(people: People, given: dict, said: str) -> None:
    response = entered(people["researcher"]).post(reverse("flag_item", args=[make_item().pk]), given)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Flag.objects.exists()


def test_a_flood_of_words_is_refused_without_being_sent_back(people: People) -> None:
    reader, address = entered(people["researcher"]), reverse("flag_item", args=[make_item().pk])

    response = reader.post(address, {"ground": "RIGHTS", "note": "word " * 40_000})

    text = response.content.decode()
    assert response.status_code == 422 and "these are 200000" in text.replace("199999", "200000")
    assert text.count("word ") < 500
    kept = reader.post(address, {"ground": "RIGHTS", "note": "word " * 500}).content.decode()
    assert kept.count("word ") >= 500, "what is a little too long comes back whole, to be shortened"


def test_a_visitor_flags_a_released_picture_and_moderators_read_who_wrote(people: People, client: Client) -> None:
    item = make_item(access=Access.RELEASED)
    address = reverse("flag_as_visitor", args=[item.pk])
    assert address in page(client, "item", item.pk)
    assert "stays as it is until then" in client.get(address).content.decode()
    given = {"ground": "FAMILY_REQUEST", "note": "That is my sister.", "contact": "ada@example.org"}

    done = client.post(address, given, follow=True)

    assert "Thank you. A moderator reads it." in done.content.decode()
    client.post(address, given)
    flag = Flag.objects.get()
    assert (flag.flagged_by, flag.contact, flag.by_whom) == (None, "ada@example.org", "a visitor")
    moderator = entered(people["moderator"])
    assert "a visitor" in page(moderator, "flags")
    shown = page(moderator, "flag", flag.pk)
    assert "From a visitor" in shown and "ada@example.org" in shown and "That is my sister." in shown
    for other in (client, entered(people["archivist"])):
        assert "ada@example.org" not in page(other, "item", item.pk)
    answer = {"outcome": "UPHELD", "reason": "She asks for it.", "takes_down": "on"}
    assert moderator.post(reverse("answer_flag", args=[flag.pk]), answer).status_code == 302
    assert client.get(address).status_code == 404


def test_a_moderator_erases_what_a_visitor_wrote_and_nobody_reads_it_again(people: People, client: Client) -> None:
    item = make_item(access=Access.RELEASED)
    flag = flag_as_visitor(item, ground="RIGHTS", address="192.0.2.1", note="I am Ada", contact="ada@example.org")
    moderator, address = entered(people["moderator"]), reverse("erase_flag_words", args=[flag.pk])
    assert address in page(moderator, "flag", flag.pk)

    assert moderator.post(address, {"reason": ""}).status_code == 422
    assert moderator.post(address, {"reason": "asked for by letter", "takes_note": "on"}).status_code == 302

    shown = page(moderator, "flag", flag.pk)
    assert "What they wrote was erased by moderator" in shown and address not in shown
    history = page(moderator, "item", item.pk)
    assert "erased what a visitor wrote in a flag" in history and "asked for by letter" in history
    told = moderator.get(reverse("api:item-flags", args=[item.pk])).content.decode()
    assert not any(words in text for text in (shown, history, told) for words in ("ada@example.org", "I am Ada"))
    assert "asked for by letter" not in page(entered(people["researcher"]), "item", item.pk)


@pytest.mark.parametrize("access", [Access.RESEARCH, Access.RESTRICTED], ids=str)
def test_of_what_is_not_released_a_visitor_learns_nothing(people: People, client: Client, access: str) -> None:
    address = reverse("flag_as_visitor", args=[make_item(access=access).pk])

    assert client.get(address).status_code == 404
    assert client.post(address, {"ground": "RIGHTS"}).status_code == 404
    assert not Flag.objects.exists()


def test_who_is_signed_in_flags_on_the_page_of_the_item(people: People) -> None:
    item = make_item(access=Access.RELEASED)

    answer = entered(people["researcher"]).get(reverse("flag_as_visitor", args=[item.pk]))

    assert answer["Location"] == f"{reverse('item', args=[item.pk])}#act-flag"


def test_from_one_address_only_some_flags_are_taken_within_an_hour(people: People, client: Client) -> None:
    items = [make_item(access=Access.RELEASED) for _ in range(MOST_AN_HOUR + 1)]
    addresses = [reverse("flag_as_visitor", args=[item.pk]) for item in items]
    wrong = client.post(addresses[0], {"ground": ""})
    for address in addresses[:-1]:
        assert client.post(address, {"ground": "RIGHTS"}).status_code == 302

    refused = client.post(addresses[-1], {"ground": "RIGHTS", "note": "what I wrote"})

    assert (wrong.status_code, refused.status_code, refused["Retry-After"]) == (422, 429, "3600")
    assert "within an hour. Try again later." in refused.content.decode() and "what I wrote" in refused.content.decode()
    assert Flag.objects.count() == MOST_AN_HOUR
    elsewhere = client.post(addresses[-1], {"ground": "RIGHTS"}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302


def test_a_flag_of_a_visitor_stands_in_the_api_for_moderators_alone(people: People) -> None:
    item = make_item(access=Access.RELEASED)
    flag_as_visitor(item, ground="RIGHTS", address="192.0.2.1", note="mine", contact="a letter box")
    address = reverse("api:item-flags", args=[item.pk])

    [told] = entered(people["moderator"]).get(address).json()["results"]

    assert (told["flagged_by"], told["contact"], told["note"]) == (None, "a letter box", "mine")
    assert entered(people["archivist"]).get(address).json()["results"] == []
    assert Client().get(address).status_code in (401, 403)


def test_several_pictures_are_flagged_at_once(people: People) -> None:
    items, archivist = [make_item() for _ in range(3)], entered(people["archivist"])
    flag_picture(items[0], ground="RIGHTS", by=people["archivist"])
    given = {"items": [item.pk for item in items[:2]], "act": "flag", "ground": "RIGHTS", "note": "of another agency"}

    done = archivist.post(reverse("bulk_flag"), given, follow=True).content.decode()

    assert "1 item is flagged." in done and "waiting for an answer: 1" in done
    assert set(Flag.objects.values_list("item", flat=True)) == {items[0].pk, items[1].pk}


def test_an_answer_is_not_taken_before_the_copies_are_answered_for(people: People) -> None:
    item, copy, moderator = make_item(), make_item(), entered(people["moderator"])
    make_match(item, copy)
    for ground, more in (("DISTRESSING", {}), ("RIGHTS", {"takes_down": "on"})):
        flag, _is_new = flag_picture(item, ground=ground, by=people["researcher"])
        address, given = reverse("answer_flag", args=[flag.pk]), {"outcome": "UPHELD", "reason": "so it is"} | more

        asked = moderator.post(address, given)

        assert asked.status_code == 422
        assert f"/items/{copy.pk}/rendition/thumbnail/" in asked.content.decode()
        assert moderator.post(address, given | {"copies": "TAKE"}).status_code == 302
    assert set(Item.objects.values_list("access", "is_distressing")) == {("RESTRICTED", True)}


def test_what_is_said_to_be_distressing_comes_blurred_to_who_decides(people: People) -> None:
    item, moderator = make_item(), entered(people["moderator"])
    flag, _is_new = flag_picture(item, ground="DISTRESSING", by=people["researcher"])

    other, _is_new = flag_picture(item, ground="RIGHTS", by=people["archivist"])

    assert page(moderator, "flags").count(f"/items/{item.pk}/rendition/thumbnail/?blurred") == 2
    assert f"/items/{item.pk}/rendition/screen/?blurred" in page(moderator, "flag", other.pk)
    assert f"/items/{item.pk}/rendition/screen/?blurred" in page(moderator, "flag", flag.pk)
    shown = moderator.get(reverse("flag", args=[flag.pk]) + "?show").content.decode()
    assert f'/items/{item.pk}/rendition/screen/"' in shown


def test_the_queue_is_narrowed_by_ground_and_counted_in_the_bar(people: People) -> None:
    item, moderator = make_item(), entered(people["moderator"])
    for ground in ("RIGHTS", "DISTRESSING"):
        flag_picture(item, ground=ground, by=people["researcher"])

    rows = moderator.get(reverse("flags") + "?ground=RIGHTS").context["page"]

    assert [row.ground for row in rows] == ["RIGHTS"]
    assert 'Review <span class="bar__count">2</span>' in page(moderator, "search")


def test_a_flag_that_is_answered_is_not_answered_again(people: People) -> None:
    flag, _is_new = flag_picture(make_item(), ground="RIGHTS", by=people["researcher"])
    decide_on_flag(flag, outcome="NOT_UPHELD", by=people["moderator"], reason="They agreed.")

    response = entered(people["administrator"]).post(
        reverse("answer_flag", args=[flag.pk]), {"outcome": "UPHELD", "reason": "no"}, follow=True
    )

    assert "moderator has decided on this meanwhile" in response.content.decode()
    assert FlagDecision.objects.get().outcome == "NOT_UPHELD"


def test_rows_cost_the_same_for_many(people: People, django_assert_max_num_queries: Any) -> None:
    moderator = entered(people["moderator"])
    for number in (1, 12):
        for _ in range(number):
            flag_picture(make_item(), ground="RIGHTS", by=people["researcher"])
        with django_assert_max_num_queries(13):
            moderator.get(reverse("flags"))


def test_the_api_takes_a_flag_once_and_tells_its_answer_to_who_raised_it(people: People) -> None:
    item, reader = make_item(), entered(people["researcher"])
    address, given = reverse("api:item-flags", args=[item.pk]), {"ground": "RIGHTS", "note": "of another agency"}

    first, again = (reader.post(address, given, content_type="application/json") for _ in range(2))
    decide_on_flag(Flag.objects.get(), outcome="NOT_UPHELD", by=people["moderator"], reason="They agreed.")

    assert (first.status_code, again.status_code) == (201, 200)
    told = reader.get(address).json()["results"]
    assert [(one["ground"], one["note"], one["answer"]["outcome"], one["answer"]["reason"]) for one in told] == [
        ("RIGHTS", "of another agency", "NOT_UPHELD", "They agreed.")
    ]
    assert entered(people["archivist"]).get(address).json()["count"] == 0
    assert entered(people["moderator"]).get(address).json()["count"] == 1
    assert reader.post(address, {"ground": "UGLY"}, content_type="application/json").status_code == 400
