"""The terms of an accession come to bound the use of what is public already: moderators are told, once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.further_accessions import note_accession
from archive.catalogue.models import Access, Accession, AccessionStatement, Item
from archive.ingest import edit_accession as corrections
from archive.ingest.edit_accession import edit_accession, undo_correction
from archive.ingest.flag_notices import count_flagged_by_terms
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from archive.operation.ledger_comparison import differences
from archive.projection import carry_changes
from archive.projection.carry_changes import carry_some
from archive.projection.models import RecordChange
from archive.review.access import ReleaseAsks, set_access
from archive.review.flags import decide_on_flag
from archive.review.models import Flag
from archive.review.withdraw_items import bring_back, withdraw
from tests.builders import make_accession, make_item
from tests.two_at_once import meet

pytestmark = pytest.mark.django_db
KILL = "MANDATORY KILL"


def released(accession: Accession, by: User, number: int = 1) -> list[Item]:
    items = [make_item(accession=accession) for _number in range(number)]
    set_access(items, access=Access.RELEASED, by=by, reason="seen", answers_notices=True)
    return items


def carry_all() -> None:
    while carry_some(corrections.CARRIERS):
        pass


@pytest.fixture(params=[50, 2], ids=["at once", "by workers"])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(carry_changes, "AT_ONCE", request.param)
    return request.param


def test_what_is_public_is_flagged_where_corrected_terms_bound_its_use(at_once: int, people: dict[str, User]) -> None:
    feed, other = make_accession("Feed"), make_accession("Other")
    public, [elsewhere] = released(feed, people["moderator"], 3), released(other, people["moderator"])
    make_item(accession=feed)
    note_accession(elsewhere, feed)
    AccessionLine.objects.create(
        accession=feed, item=elsewhere, original_name="a.jpg", size_bytes=1, way="PAGE", received_at=timezone.now(),
        state="DONE", outcome="ALREADY_HELD",
    )  # fmt: skip

    edit_accession(feed, by=people["archivist"], terms=f"Two uses. {KILL}.", reason="by telephone")
    carry_all()

    assert {flag.item for flag in Flag.objects.all()} == {*public, elsewhere} and count_flagged_by_terms(feed) == 4
    flag = Flag.objects.first()
    assert KILL in flag.note and "Terms of the accession" in flag.note
    assert (flag.ground, flag.rule) == ("RIGHTS", "notice after release")
    assert {item.access for item in Item.objects.filter(flags=None)} == {Access.RESEARCH}
    assert [sentence for sentence in differences() if "a.jpg" not in sentence] == []


def test_terms_that_bound_nothing_new_flag_nothing_and_leave_nothing_to_workers(
    at_once: int, people: dict[str, User]
) -> None:
    feed = make_accession("Feed", terms=KILL)
    released(feed, people["moderator"], 3)

    edit_accession(feed, by=people["archivist"], terms=f"{KILL}. Two uses.")
    carry_all()
    rows = RecordChange.objects.count()
    edit_accession(feed, by=people["archivist"], terms="Two uses.")

    assert not Flag.objects.exists() and RecordChange.objects.count() == rows
    assert not LedgerEntry.objects.filter(payload__contains='"followed":["').exists(), "nothing is weighed anew"


def test_a_correction_that_is_undone_and_made_again_flags_once(at_once: int, people: dict[str, User]) -> None:
    feed = make_accession("Feed")
    released(feed, people["moderator"], 3)

    edit_accession(feed, by=people["archivist"], terms=KILL)
    carry_all()
    decide_on_flag(Flag.objects.first(), outcome="NOT_UPHELD", by=people["moderator"], reason="another feed was meant")
    seen = AccessionStatement.objects.latest("pk").pk
    undo_correction(feed, by=people["archivist"], seen=seen, at=timezone.now())
    edit_accession(feed, by=people["archivist"], terms=KILL)
    carry_all()

    assert Flag.objects.count() == 3 and list(differences()) == []


@pytest.mark.parametrize(
    ("first", "later"),
    [("Embargoed until 3 June 2024.", "Embargoed."), ("Editorial use only in France", "Editorial use only")],
    ids=["embargo", "use"],
)
def test_words_with_which_those_of_a_flag_only_begin_are_flagged_too(
    people: dict[str, User], first: str, later: str
) -> None:
    feed = make_accession("Feed")
    released(feed, people["moderator"])

    edit_accession(feed, by=people["archivist"], terms=first)
    decide_on_flag(Flag.objects.get(), outcome="NOT_UPHELD", by=people["moderator"], reason="it was used before")
    edit_accession(feed, by=people["archivist"], terms=later)

    assert f"“{later.rstrip('.')}”" in Flag.objects.latest("pk").note


def test_a_flag_whose_terms_were_corrected_since_waits_and_says_that_nothing_stands_of_it(
    at_once: int, people: dict[str, User], client: Client
) -> None:
    feed = make_accession("Feed")
    released(feed, people["moderator"], 3)
    client.force_login(people["moderator"])

    edit_accession(feed, by=people["archivist"], terms=KILL)
    carry_all()
    page = reverse("flag", args=[Flag.objects.latest("pk").pk])
    before = client.get(page).content.decode()
    seen = AccessionStatement.objects.latest("pk").pk
    undo_correction(feed, by=people["archivist"], seen=seen, at=timezone.now())
    after = client.get(page).content.decode()

    assert Flag.objects.undecided().count() == 3, "a person answers them"
    assert "Nothing that it names bounds the use any more" not in before
    assert "Nothing that it names bounds the use any more" in after


def test_what_was_withdrawn_while_terms_came_to_bound_its_use_comes_back_for_research(
    at_once: int, people: dict[str, User]
) -> None:
    feed, by = make_accession("Feed"), people["moderator"]
    away, *others = released(feed, by, 3)

    withdraw([away], by=by, reason="twice", at=timezone.now())
    edit_accession(feed, by=people["archivist"], terms=KILL)
    carry_all()
    bring_back([away], by=by, reason="once", at=timezone.now())

    away.refresh_from_db()
    assert away.access == Access.RESEARCH and {flag.item for flag in Flag.objects.all()} == {*others}
    with pytest.raises(ReleaseAsks):
        set_access([away], access=Access.RELEASED, by=by)


def test_what_was_answered_at_the_release_is_not_asked_again_as_terms_come_back(
    at_once: int, people: dict[str, User]
) -> None:
    feed = make_accession("Feed", terms=KILL)
    released(feed, people["moderator"], 3)
    [made] = edit_accession(feed, by=people["archivist"], terms="")
    [unasked] = released(feed, people["moderator"])

    undo_correction(feed, by=people["archivist"], seen=made.pk, at=made.made_at + timedelta(minutes=1))
    carry_all()

    assert Flag.objects.get().item == unasked


def test_a_correction_that_takes_the_place_of_one_under_way_flags_what_that_did_not_come_to(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", 2)
    feed = make_accession("Feed")
    items = released(feed, people["moderator"], 5)

    edit_accession(feed, by=people["archivist"], terms=KILL)
    carry_some(corrections.CARRIERS)
    edit_accession(feed, by=people["archivist"], terms=f"{KILL}. Two uses.")
    carry_all()

    assert sorted(Flag.objects.values_list("item", flat=True)) == [item.pk for item in items]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["release", "correct"])
def test_a_release_and_terms_that_bound_the_use_at_once_never_pass_each_other_unseen(
    at_once: int, people: dict[str, User], first: str
) -> None:
    feed = make_accession("Feed")
    items = [make_item(accession=feed) for _number in range(3)]
    asked: list[ReleaseAsks] = []

    def release() -> None:
        try:
            set_access(items[:1], access=Access.RELEASED, by=people["moderator"])
        except ReleaseAsks as question:
            asked.append(question)

    def correct() -> None:
        edit_accession(feed, by=people["archivist"], terms=KILL)

    meet(*((release, correct) if first == "release" else (correct, release)))
    carry_all()

    assert Item.objects.filter(access=Access.RELEASED).exists() == Flag.objects.exists() == (not asked)
    assert list(differences()) == []
