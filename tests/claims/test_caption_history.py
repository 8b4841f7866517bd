"""How wordings follow one another, what changed between them, and which other pictures bear them."""

from typing import Any

import pytest

from archive.accounts.models import User
from archive.catalogue.hidden_wordings import bearers, hold
from archive.catalogue.models import Access, Caption, Item, ItemWording
from archive.claims.caption_history import Change, drift, tellings
from archive.claims.models import Claim, Ruling, Source
from archive.claims.same_words import repeated
from archive.projection.item_gate import changing
from archive.projection.write_projection import project
from archive.standards.edtf import parse
from archive.standards.vocabulary import Property, SourceKind
from archive.standards.word_differences import Kind
from tests.builders import NOW, make_appearance, make_caption, make_item, make_outlet

pytestmark = pytest.mark.django_db
FIRST = "About two dozen people board a boat near Dunkirk on Tuesday."
LATER = "About 40 people board a boat in April."


def read_from(caption: Caption, property: Property, words: str, **values: Any) -> Claim:
    """Make a claim that rests on words of the caption."""
    start = caption.text.index(words)
    source = Source.objects.create(kind=SourceKind.CAPTION, caption=caption, start=start, end=start + len(words))
    if "value_edtf" in values:
        days = parse(values["value_edtf"])
        values |= {"value_earliest": days.earliest, "value_latest": days.latest}
    return Claim.objects.create(item=caption.item, property=property, source=source, claimed_at=NOW, **values)


@pytest.fixture
def item(db: None) -> Item:
    """A picture with an embedded caption, printed a day later in the same words, and in others a month after."""
    item = make_item()
    first = make_caption(item, FIRST)
    later = make_caption(item, LATER, origin=Caption.Origin.PRINT)
    make_appearance(item, make_outlet("Courier"), published="2024-06-19", caption=f" {FIRST}\n", credit="PA")
    make_appearance(item, make_outlet("Gazette"), published="2024-07-20", caption=LATER, wording=later)
    read_from(first, Property.DATE_CREATED, "Tuesday", value_edtf="2024-06-18")
    read_from(first, Property.PEOPLE_COUNT, "two dozen", value_min=20, value_max=28)
    read_from(later, Property.DATE_CREATED, "April", value_edtf="2024-04")
    read_from(later, Property.PEOPLE_COUNT, "40", value_min=40, value_max=40)
    read_from(first, Property.EVENT, "boat", value_text="boarding")
    project([item])
    return item


def steps_of(item: Item) -> list:
    told = tellings(item.captions.order_by("pk"), item.appearances.select_related("outlet").order_by("pk"))
    return drift(told, item.claims.with_grounds().order_by("pk"))


def test_the_same_words_in_file_and_print_are_one_telling_dated_by_print(item: Item) -> None:
    first, later = (step.telling for step in steps_of(item))

    assert (first.text, str(first.printed_on)) == (FIRST, "2024-06-19")
    assert [len(first.captions), len(first.appearances)] == [1, 1]
    assert (later.text, str(later.printed_on)) == (LATER, "2024-07-20")


def test_words_and_claims_that_changed_are_named(item: Item) -> None:
    first, later = steps_of(item)

    assert (first.parts, first.changes) == (None, [])
    assert [(part.kind, part.text.strip()) for part in later.parts if part.kind != Kind.SAME] == [
        (Kind.DROPPED, "two dozen"), (Kind.ADDED, "40"),
        (Kind.DROPPED, "near Dunkirk on Tuesday"), (Kind.ADDED, "in April"),
    ]  # fmt: skip
    assert later.changes == [
        Change(Property.DATE_CREATED, ["18 June 2024"], ["April 2024"]),
        Change(Property.PEOPLE_COUNT, ["20–28"], ["40"]),
        Change(Property.EVENT, ["boarding"], []),
    ]


def test_a_claim_that_was_superseded_says_nothing_more(item: Item) -> None:
    claim = item.claims.get(value_text="boarding")
    Ruling.objects.create(claim=claim, standing="SUPERSEDED", ruled_at=NOW)

    assert Property.EVENT not in [change.property for change in steps_of(item)[1].changes]


def test_words_in_another_language_are_not_compared_but_what_they_claim_is(item: Item) -> None:
    make_caption(item, "Une embarcation.", language="fr", origin=Caption.Origin.LIST)
    make_caption(item, "A boat, seen from the pier.", language="en-GB", origin=Caption.Origin.PERSON)

    steps = steps_of(item)

    assert [(step.telling.language, step.is_other_language, step.parts is None) for step in steps] == [
        ("", False, True), ("en-GB", False, False), ("fr", True, True), ("", False, False)
    ]  # fmt: skip


def test_a_picture_without_words_has_no_drift() -> None:
    assert steps_of(make_item()) == []


# --- The same words elsewhere ----------------------------------------------------------------------------------------


def test_other_pictures_under_the_same_words_are_found_capitals_and_marks_aside(
    item: Item, people: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    in_caption, in_print, hidden = make_item(), make_item(), make_item(access=Access.RESTRICTED)
    make_caption(in_caption, "About two dozen people board a boat, near DUNKIRK, on Tuesday")
    make_appearance(in_print, caption=LATER)
    make_caption(hidden, FIRST)
    make_caption(make_item(), "About two dozen people board a boat near Dunkirk")
    project([in_print])

    with django_assert_max_num_queries(6):
        found = repeated(item, [FIRST, LATER], user=people["researcher"])

    assert [(one.text, [other.pk for other in one.items], one.total) for one in found] == [
        (FIRST, [in_caption.pk], 1), (LATER, [in_print.pk], 1)
    ]  # fmt: skip
    assert [one.total for one in repeated(item, [FIRST, LATER], user=people["archivist"])] == [2, 1]


def test_words_that_many_pictures_bear_say_nothing(people: dict[str, User]) -> None:
    one, other = make_item(), make_item()
    for item in (one, other):
        make_caption(item, "Photo: J. Doe")

    assert repeated(one, ["Photo: J. Doe"], user=people["archivist"]) == []
    assert not ItemWording.objects.exists()


def test_a_held_wording_leads_to_no_other_picture(item: Item, people: dict[str, User]) -> None:
    other = make_item()
    caption = make_caption(other, FIRST)

    with changing(bearers(caption), alone=True):
        hold(caption, by=people["moderator"])

    assert repeated(item, [FIRST], user=people["archivist"]) == []


def test_a_wording_that_was_replaced_leads_nowhere(people: dict[str, User], item: Item) -> None:
    other = make_item()
    former = make_caption(other, FIRST, origin=Caption.Origin.PERSON)
    make_caption(other, "A small boat with people in it.", origin=Caption.Origin.PERSON, supersedes=former)

    assert repeated(item, [FIRST], user=people["archivist"]) == []
