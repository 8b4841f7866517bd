"""Who sees which copies and which matches, and who may answer."""

from datetime import date

import pytest

from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.matching.kinds import Kind
from archive.matching.models import Match
from archive.provenance.lineage import follow
from archive.provenance.matches import matches_of, matches_visible_to, other_side, undecided
from archive.provenance.rule_on_match import rule_on_match
from archive.provenance.shown_cluster import cluster_of
from archive.standards.vocabulary import Standing
from tests.builders import make_accession, make_appearance, make_item, make_match, make_outlet

pytestmark = pytest.mark.django_db


@pytest.fixture
def copies() -> list[Item]:
    """Three copies in a row: the first matches the second, the second the third."""
    first = make_item(size_px=(4000, 3000))
    second = make_item(size_px=(2400, 1800), access=Access.RESTRICTED)
    third = make_item(size_px=(1200, 900))
    make_appearance(third, make_outlet("The Kentish Post"), published="2024-04-23")
    make_match(first, second)
    make_match(second, third)
    while follow():
        pass
    return [first, second, third]


def test_a_cluster_is_shown_in_time_with_the_likeliest_original(copies, people):
    first, second, third = copies

    shown = cluster_of(third, people["archivist"])

    assert [member.item for member in shown.members] == [third, first, second]
    assert shown.best.item == first
    assert {member.item: member.derived_from for member in shown.members} == {first: None, second: first, third: second}
    assert shown.members[0].evidence.words == "was published in The Kentish Post on 23 April 2024"


def test_copies_that_a_person_may_not_see_are_neither_shown_nor_counted(copies, people):
    first, _second, third = copies

    shown = cluster_of(third, people["researcher"])

    assert {member.item for member in shown.members} == {first, third}
    assert all(member.through is None and member.derived_from is None for member in shown.members)


def test_evidence_that_a_person_may_not_read_is_not_told_of_a_copy(people):
    shut = make_accession(access=Access.RESTRICTED, published_on=date(2024, 4, 25))
    item, copy = make_item(), make_item(accession=shut)
    make_appearance(copy, make_outlet("The Secret Post"), published="2024-04-23", accession=shut)
    make_match(item, copy)
    while follow():
        pass

    def told(role: str) -> str:
        evidence = {member.item: member.evidence for member in cluster_of(item, people[role]).members}
        return evidence[copy].words

    assert told("archivist") == "was published in The Secret Post on 23 April 2024"
    assert told("researcher") == "was received by the archive on 20 June 2024 (UTC)"


def test_a_cluster_costs_the_same_queries_whatever_its_size(copies, people, django_assert_num_queries):
    for _ in range(10):
        make_match(copies[1], make_item())
    user = people["archivist"]
    user.has_perm("catalogue.view_item")

    with django_assert_num_queries(10):
        shown = cluster_of(copies[1], user)

    assert len(shown.members) == 13


def test_a_match_with_a_picture_one_may_not_see_does_not_exist(copies, people):
    first, second, _third = copies

    assert not matches_visible_to(people["researcher"]).exists()
    assert not matches_of(first, people["researcher"]).exists()
    (match,) = matches_of(first, people["archivist"])
    assert other_side(match, first) == second
    assert match.standing == Standing.PROPOSED


def test_undecided_matches_come_oldest_first_and_leave_once_answered(copies, people):
    archivist = people["archivist"]
    oldest, next_one = undecided(archivist)
    assert oldest.pk < next_one.pk

    rule_on_match(oldest, standing=Standing.ACCEPTED, by=archivist)

    assert list(undecided(archivist)) == [next_one]
    assert not undecided(people["researcher"]).exists()


@pytest.mark.parametrize("role", ["researcher", "archivist", "moderator", "administrator"])
def test_archivists_and_those_above_them_may_answer(copies, people, role):
    match = Match.objects.earliest("pk")

    def answer() -> None:
        rule_on_match(match, standing=Standing.REJECTED, by=people[role], reason="another day")

    if role == "researcher":
        with pytest.raises(NotAllowed):
            answer()
        assert not match.rulings.exists()
    else:
        answer()
        assert match.rulings.get().ruled_by == people[role]
        assert LedgerEntry.objects.filter(verb="deny match", subject=f"matching.match:{match.pk}").count() == 1


def test_the_latest_answer_holds_with_the_kind_it_names(copies, people):
    match = Match.objects.earliest("pk")
    rule_on_match(match, standing=Standing.REJECTED, by=people["archivist"])
    rule_on_match(match, standing=Standing.ACCEPTED, by=people["moderator"], kind=Kind.SIMILAR_SCENE)

    now = Match.objects.with_standing().get(pk=match.pk)

    assert (now.standing, now.kind_now, now.kind) == (Standing.ACCEPTED, Kind.SIMILAR_SCENE, Kind.REENCODED)


@pytest.mark.parametrize("answer", [{"standing": Standing.SUPERSEDED}, {"standing": Standing.ACCEPTED, "kind": "FAKE"}])
def test_an_answer_that_is_none_is_refused_with_a_sentence(copies, people, answer):
    with pytest.raises(NotDone, match=r"\.$"):
        rule_on_match(Match.objects.earliest("pk"), by=people["archivist"], **answer)
