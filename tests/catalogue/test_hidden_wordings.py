"""A wording that is held is held wherever its words stand."""

import pytest

from archive.accounts.models import User
from archive.catalogue.add_caption import add_caption
from archive.catalogue.hidden_wordings import hold, show_again, withheld_from, withheld_of_each
from archive.catalogue.models import Caption
from tests.builders import make_caption, make_item

pytestmark = pytest.mark.django_db
People = dict[str, User]
NAMED = "Nobody Known, 7, is carried ashore at Dover by her uncle."


@pytest.mark.parametrize(
    "text, is_hidden",
    [
        (NAMED, True),
        ("is carried ashore at Dover by her uncle", False),
        ("nobody known, 7, is carried ashore\n at dover by her uncle", True),
        (f"FILE PHOTO: {NAMED} REUTERS", True),
        ("Nobody Known, 7, is carried ashore at", True),
        ("at Dover", False),
        ("A woman is carried ashore at Dover by her uncle", False),
        ("", False),
    ],
    ids=[
        "itself",
        "without the name",
        "other marks and capitals",
        "with more around it",
        "cut short",
        "a place in it",
        "another",
        "empty",
    ],
)
def test_a_text_is_hidden_with_the_wording_that_it_repeats(text: str, is_hidden: bool, people: People) -> None:
    caption = make_caption(make_item(), NAMED)
    hold(caption, by=people["researcher"])

    assert withheld_from(people["researcher"], [caption.item]).hides(text) is is_hidden


def test_a_wording_of_one_word_hides_that_word_alone(people: People) -> None:
    caption = make_caption(make_item(), "Nobody")
    hold(caption, by=people["researcher"])

    withheld = withheld_from(people["archivist"], [caption.item])

    assert withheld.hides("nobody.")
    assert not withheld.hides("A boat that nobody saw.")


def test_the_same_words_on_another_picture_are_held_even_when_they_come_later(people: People) -> None:
    caption = make_caption(make_item(), NAMED)
    hold(caption, by=people["researcher"])
    later, other = make_caption(make_item(), NAMED), make_caption(make_item(), "A boat.")

    held = withheld_of_each(people["researcher"], [caption.item, later.item, other.item])

    assert set(held) == {caption.item_id, later.item_id}
    assert list(Caption.objects.readable_by(people["researcher"])) == [other]


def test_the_versions_before_a_held_one_are_held_and_those_after_are_not(people: People) -> None:
    item = make_item()
    first = add_caption(item, text="Nobody Known on a beach.", by=people["archivist"])
    second = add_caption(item, text="Nobody Known, a child, on a beach.", by=people["archivist"], supersedes=first)
    hold(second, by=people["researcher"])
    third = add_caption(item, text="Nobody Known, a child, on a", by=people["archivist"], supersedes=second)

    withheld = withheld_from(people["researcher"], [item])

    assert [withheld.covers(one) for one in (first, second, third)] == [True, True, False]


def test_moderators_read_what_is_held_for_no_further_query(people: People, django_assert_num_queries: object) -> None:
    caption = make_caption(make_item(), NAMED)
    hold(caption, by=people["researcher"])
    moderator = people["moderator"]
    assert moderator.has_perm("catalogue.view_held_caption")

    with django_assert_num_queries(0):
        assert not withheld_from(moderator, [caption.item])
    assert Caption.objects.readable_by(moderator).get() == caption


def test_what_is_shown_again_is_read_by_all(people: People) -> None:
    caption = make_caption(make_item(), NAMED)
    hold(caption, by=people["researcher"])
    show_again(caption, by=people["moderator"])

    assert not withheld_from(people["researcher"], [caption.item])
    assert Caption.objects.readable_by(people["researcher"]).get() == caption
