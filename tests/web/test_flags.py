"""Flags on the pages and by the API: raised on an item or several, answered in the queue, told to who raised them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.review.flags import decide_on_flag, flag_picture
from archive.review.models import Flag, FlagDecision
from tests.builders import make_item, make_match

pytestmark = pytest.mark.django_db
People = dict[str, User]


def page(client: Client, name: str, *arguments: int) -> str:
    return client.get(reverse(name, args=arguments)).content.decode()


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
        ({"ground": ""}, "required"),
        ({"ground": "UGLY"}, "not one of"),
        ({"ground": "RIGHTS", "note": "x" * 2001}, "2000"),
    ],
    ids=["none", "unknown", "too long"],
)  # fmt: skip
def test_what_is_no_flag_is_refused_beside_its_field(people: People, given: dict, said: str) -> None:
    response = entered(people["researcher"]).post(reverse("flag_item", args=[make_item().pk]), given)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Flag.objects.exists()


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
