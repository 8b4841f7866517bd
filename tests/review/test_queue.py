import pytest

from archive.accounts.models import User
from archive.catalogue.models import Access
from archive.review.deciding import decide
from archive.review.queue import Narrowing, after, count_by_reason, number_waiting, waiting, with_row
from archive.standards.vocabulary import Property
from tests.builders import (
    NOW,
    make_accession,
    make_caption,
    make_claim,
    make_item,
    make_outlet,
    make_place,
    make_proposal,
)  # fmt: skip

pytestmark = pytest.mark.django_db
People = dict[str, User]


def test_the_queue_holds_what_is_undecided_the_oldest_first(people: People) -> None:
    caption = make_caption(make_item(), "A boat off Dunkirk.")
    one, two, three = (make_proposal(caption, by=people["researcher"], note=note) for note in "abc")
    decide(two, outcome="REJECTED", by=people["moderator"], at=NOW, reason="No.")

    assert list(waiting(people["moderator"])) == [one, three]
    assert number_waiting(people["moderator"]) == 2


def test_the_queue_is_narrowed_by_reason_accession_outlet_and_place(people: People) -> None:
    coast = make_place("Nord", kind="COUNTY")
    beach, other = make_place("Malo", kind="BEACH", parent=coast), make_place("Dover")
    sky, bbc = make_outlet("Sky News"), make_outlet("BBC")
    proposals = []
    for place, outlet, reason in ((beach, sky, "WRONG_DATE"), (other, bbc, "WRONG_PLACE"), (None, sky, "WRONG_DATE")):
        item = make_item(accession=make_accession(f"from {outlet}"))
        make_claim(item, Property.PUBLISHED_BY, value_outlet=outlet)
        if place:
            make_claim(item, Property.LOCATION_SHOWN, value_place=place)
        proposals.append(make_proposal(make_caption(item, "A boat."), reason, by=people["researcher"]))
    first, second, third = proposals
    moderator = people["moderator"]

    assert list(waiting(moderator, Narrowing(reason="WRONG_DATE"))) == [first, third]
    assert list(waiting(moderator, Narrowing(accession=second.caption.item.accession))) == [second]
    assert list(waiting(moderator, Narrowing(outlet=sky))) == [first, third]
    assert list(waiting(moderator, Narrowing(place=coast))) == [first]
    assert list(waiting(moderator, Narrowing(outlet=sky, place=other))) == []
    assert count_by_reason(waiting(moderator)) == {"WRONG_DATE": 2, "WRONG_PLACE": 1}


def test_nobody_is_told_of_proposals_on_what_they_may_not_see(people: People) -> None:
    caption = make_caption(make_item(access=Access.RESTRICTED), "A boat.")
    make_proposal(caption, by=people["archivist"])

    assert not waiting(people["researcher"]).exists()
    assert waiting(people["archivist"]).exists()


def test_going_on_leads_round_the_queue(people: People) -> None:
    caption = make_caption(make_item(), "A boat.")
    one, two, three = (make_proposal(caption, by=people["researcher"], note=note) for note in "abc")

    assert after([one, two, three], two.pk) == [three, one]
    assert after([one, two, three], three.pk) == [one, two]
    assert after([two, three], one.pk) == [two, three]


def test_rows_cost_the_same_for_many(people: People, django_assert_num_queries: object) -> None:
    for _ in range(5):
        make_proposal(make_caption(make_item(), "A boat."), by=people["researcher"])

    proposals = with_row(waiting(people["moderator"]))

    with django_assert_num_queries(2):
        rows = list(proposals)
        assert [len(row.caption.item.media_file.renditions.all()) for row in rows] == [2] * 5
