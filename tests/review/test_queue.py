import pytest

from archive.accounts.models import User
from archive.catalogue.models import Access
from archive.review.decide_proposals import decide
from archive.review.propose_wording import see_answers
from archive.review.queue import (
    Narrowing,
    accessions_of,
    count_by_reason,
    following,
    outlets_of,
    places_of,
    to_do,
    waiting,
    with_row,
)  # fmt: skip
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
    assert list(outlets_of(waiting(moderator))) == [bbc, sky]
    assert list(places_of(waiting(moderator, Narrowing(outlet=sky)))) == [beach, coast]
    assert accessions_of(waiting(moderator)).count() == 3


def test_nobody_is_told_of_proposals_on_what_they_may_not_see(people: People) -> None:
    caption = make_caption(make_item(access=Access.RESTRICTED), "A boat.")
    make_proposal(caption, by=people["archivist"])

    assert not waiting(people["researcher"]).exists()
    assert waiting(people["archivist"]).exists()


def test_going_on_leads_round_the_queue(people: People) -> None:
    caption = make_caption(make_item(), "A boat.")
    one, two, three = (make_proposal(caption, by=people["researcher"], note=note) for note in "abc")

    queue = waiting(people["moderator"])

    assert list(following(queue, None)) == [one, two, three]
    assert list(following(queue, one)) == [two, three, two, three]
    assert next(following(queue, three)) == one


def test_a_person_is_told_with_one_query_what_waits_for_them(people: People, django_assert_num_queries: object) -> None:
    caption = make_caption(make_item(), "A boat.")
    one, _two, three = (make_proposal(caption, by=people["researcher"], note=note) for note in "abc")
    own = make_proposal(caption, by=people["moderator"], note="d")
    for proposal in (one, three, own):
        decide(proposal, outcome="REJECTED", by=people["moderator"], at=NOW, reason="No.")
    see_answers(people["researcher"], [three.decision])
    for role in ("moderator", "researcher", "archivist"):
        assert people[role].has_perm("review.add_proposal")

    with django_assert_num_queries(3):
        assert to_do(people["moderator"]) == (1, 1)
        assert to_do(people["researcher"]) == (0, 1)
        assert to_do(people["archivist"]) == (0, 0)


def test_rows_cost_the_same_for_many(people: People, django_assert_num_queries: object) -> None:
    for _ in range(5):
        make_proposal(make_caption(make_item(), "A boat."), by=people["researcher"])

    proposals = with_row(waiting(people["moderator"]))

    with django_assert_num_queries(2):
        rows = list(proposals)
        assert [len(row.caption.item.media_file.renditions.all()) for row in rows] == [2] * 5
