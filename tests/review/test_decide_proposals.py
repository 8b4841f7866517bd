"""What an answer does: to the quotation nothing, to the archive's own wording a version, to a hold its end."""

from datetime import timedelta

import pytest
from django.test import Client

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.add_caption import add_caption
from archive.catalogue.models import Caption, CaptionHold, Item
from archive.claims.models import Claim, Ruling
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.projection.item_gate import changing
from archive.review.decide_proposals import AlreadyDecided, decide, revert, show_held
from archive.review.models import Proposal, ProposalDecision
from archive.review.propose_wording import propose, see_answers
from archive.review.versions import versions
from archive.review.work_leases import TakenByAnother, take
from archive.standards.vocabulary import Property, SourceKind
from tests.builders import NOW, make_caption, make_claim, make_item, make_place, make_proposal

pytestmark = pytest.mark.django_db
Outcome = ProposalDecision.Outcome
People = dict[str, User]
PRINTED = "Migrants swarm a beach near Dunkirk on Tuesday."
PROPOSED = "People wade out to an inflatable boat at a beach near Dunkirk."


@pytest.fixture
def quotation(people: People) -> Caption:
    return make_caption(make_item(), PRINTED, origin=Caption.Origin.PRINT, language="en")


def texts(item: Item) -> list[tuple[str, str]]:
    current = item.captions.filter(superseded_by=None).order_by("pk")
    return [(str(one.origin), one.text) for one in current]


def test_an_accepted_wording_stands_beside_the_outlets_words_and_never_in_their_place(
    people: People, quotation: Caption
) -> None:
    proposal = make_proposal(quotation, "LOADED_LANGUAGE", by=people["researcher"], text=PROPOSED)

    decision = decide(proposal, outcome=Outcome.ACCEPTED, by=people["moderator"], at=NOW)

    assert texts(quotation.item) == [("PRINT", PRINTED), ("PERSON", PROPOSED)]
    assert decision.caption.language == "en"
    quotation.item.refresh_from_db()
    assert quotation.item.lead_caption == PROPOSED


def test_a_further_accepted_wording_supersedes_the_archives_own_and_not_that_of_another_language(
    people: People, quotation: Caption
) -> None:
    archivist, moderator = people["archivist"], people["moderator"]
    own = add_caption(quotation.item, text="A boat.", by=archivist, language="en")
    french = add_caption(quotation.item, text="Un canot.", by=archivist, language="fr")
    proposal = make_proposal(quotation, "LOADED_LANGUAGE", by=people["researcher"], text=PROPOSED)

    decision = decide(proposal, outcome=Outcome.AMENDED, by=moderator, at=NOW, text="People wade out to a boat.")

    assert decision.caption.supersedes == own
    assert texts(quotation.item) == [
        ("PRINT", PRINTED), ("PERSON", french.text), ("PERSON", "People wade out to a boat."),
    ]  # fmt: skip


def test_an_accepted_flag_changes_no_wording(people: People, quotation: Caption) -> None:
    proposal = make_proposal(quotation, "WRONG_DATE", by=people["researcher"], note="The flags are of 2019.")

    decide(proposal, outcome=Outcome.ACCEPTED, by=people["moderator"], at=NOW)

    assert texts(quotation.item) == [("PRINT", PRINTED)]


def test_a_rejection_needs_a_reason(people: People, quotation: Caption) -> None:
    proposal = make_proposal(quotation, by=people["researcher"], text=PROPOSED)

    with pytest.raises(NotDone, match="Say in a few words why"):
        decide(proposal, outcome=Outcome.REJECTED, by=people["moderator"], at=NOW, reason=" ")

    assert Proposal.objects.undecided().get() == proposal


def test_an_earlier_version_is_put_back_as_a_new_version(people: People, quotation: Caption) -> None:
    item, archivist = quotation.item, people["archivist"]
    first = add_caption(item, text="A boat at sea.", by=archivist)
    second = add_caption(item, text="Smugglers at sea.", by=archivist, supersedes=first)
    proposal = make_proposal(second, "LOADED_LANGUAGE", by=people["researcher"])

    decision = decide(proposal, outcome=Outcome.REVERTED, by=people["moderator"], at=NOW, version=first)

    chain = versions(first, item.captions.all())
    assert [(one.number, one.caption.text, one.is_current) for one in chain] == [
        (1, "A boat at sea.", False), (2, "Smugglers at sea.", False), (3, "A boat at sea.", True),
    ]  # fmt: skip
    assert chain[2].caption == decision.caption
    assert "".join(text for kind, text in chain[1].parts if kind == "dropped") == "A boat"


@pytest.mark.parametrize("which", ["quotation", "current"])
def test_there_is_nothing_to_put_back_of_a_quotation_or_of_the_current_version(
    which: str, people: People, quotation: Caption
) -> None:
    own = add_caption(quotation.item, text="A boat at sea.", by=people["archivist"])

    with pytest.raises(NotDone, match=r"nothing to put back|current version already"):
        revert(quotation if which == "quotation" else own, by=people["moderator"])


def test_a_proposal_has_one_answer(people: People, quotation: Caption) -> None:
    proposal = make_proposal(quotation, by=people["researcher"], text=PROPOSED)
    decide(proposal, outcome=Outcome.ACCEPTED, by=people["moderator"], at=NOW)

    with pytest.raises(AlreadyDecided, match="moderator has decided"):
        decide(proposal, outcome=Outcome.REJECTED, by=people["administrator"], at=NOW, reason="No.")

    assert ProposalDecision.objects.get().outcome == Outcome.ACCEPTED


def test_what_another_moderator_works_on_is_not_decided(people: People, quotation: Caption) -> None:
    proposal = make_proposal(quotation, by=people["researcher"], text=PROPOSED)
    take(proposal, by=people["administrator"], at=NOW)

    with pytest.raises(TakenByAnother, match="administrator works on this"):
        decide(proposal, outcome=Outcome.ACCEPTED, by=people["moderator"], at=NOW)
    decide(proposal, outcome=Outcome.ACCEPTED, by=people["moderator"], at=NOW + timedelta(minutes=10))

    assert ProposalDecision.objects.get().decided_by == people["moderator"]


@pytest.mark.parametrize("role", ["researcher", "archivist"])
def test_only_moderators_decide(role: str, people: People, quotation: Caption) -> None:
    proposal = make_proposal(quotation, by=people["researcher"], text=PROPOSED)

    with pytest.raises(NotAllowed):
        decide(proposal, outcome=Outcome.ACCEPTED, by=people[role], at=NOW)
    with pytest.raises(NotAllowed):
        show_held(quotation, by=people[role], reason="No.")
    with pytest.raises(NotAllowed):
        revert(quotation, by=people[role])


def test_a_wording_that_does_not_identify_is_shown_again_once_no_mark_on_it_waits(
    people: People, quotation: Caption
) -> None:
    one = make_proposal(quotation, "IDENTIFIES_PERSON", by=people["researcher"])
    other = make_proposal(quotation, "IDENTIFIES_PERSON", by=people["archivist"])
    readable = Caption.objects.readable_by(people["researcher"])
    assert not readable.exists()

    decide(one, outcome=Outcome.REJECTED, by=people["moderator"], at=NOW, reason="It names nobody.")
    assert not readable.exists()
    decide(other, outcome=Outcome.REJECTED, by=people["moderator"], at=NOW, reason="It names nobody.")

    assert readable.get() == quotation


def test_a_mark_on_the_same_words_with_other_marks_of_punctuation_keeps_them_hidden(
    people: People, quotation: Caption
) -> None:
    louder = make_caption(make_item(), f"“{PRINTED.upper()}”", origin=Caption.Origin.PRINT)
    one = make_proposal(quotation, "IDENTIFIES_PERSON", by=people["researcher"])
    make_proposal(louder, "IDENTIFIES_PERSON", by=people["archivist"])

    decide(one, outcome=Outcome.REJECTED, by=people["moderator"], at=NOW, reason="It names nobody.")

    assert not Caption.objects.readable_by(people["researcher"]).exists()


def test_a_wording_that_identifies_stays_hidden_until_a_moderator_shows_it_again(
    people: People, quotation: Caption
) -> None:
    proposal = make_proposal(quotation, "IDENTIFIES_PERSON", by=people["researcher"])
    decide(proposal, outcome=Outcome.ACCEPTED, by=people["moderator"], at=NOW)
    readable = Caption.objects.readable_by(people["researcher"])
    assert not readable.exists()

    show_held(quotation, by=people["moderator"], reason="She is a minister.")

    assert readable.get() == quotation
    assert [hold.set_by for hold in CaptionHold.objects.order_by("pk")] == [people["researcher"], people["moderator"]]


def test_each_act_is_in_the_ledger_without_the_words(people: People, quotation: Caption) -> None:
    proposal = make_proposal(quotation, "IDENTIFIES_PERSON", by=people["researcher"], note="Her name is Nobody Known.")
    decide(proposal, outcome=Outcome.REJECTED, by=people["moderator"], at=NOW, reason="Nobody Known is a ship.")

    acts = list(LedgerEntry.objects.order_by("sequence").values_list("actor", "verb"))
    assert acts == [
        ("researcher", "propose on caption"), ("researcher", "hide caption"),
        ("moderator", "decide on caption"), ("moderator", "show caption again"),
    ]  # fmt: skip
    assert not LedgerEntry.objects.filter(payload__contains="Nobody").exists()
    assert not LedgerEntry.objects.filter(payload__contains="Migrants").exists()


def test_the_proposer_has_an_unseen_answer_until_they_saw_it(people: People, quotation: Caption) -> None:
    proposal = make_proposal(quotation, by=people["researcher"], text=PROPOSED)
    decision = decide(proposal, outcome=Outcome.ACCEPTED, by=people["moderator"], at=NOW)

    unseen = ProposalDecision.objects.filter(seen=None)
    see_answers(people["moderator"], [decision])
    assert unseen.get() == decision
    see_answers(people["researcher"], [decision])
    assert not unseen.exists()


def test_a_proposal_without_a_change_is_a_flag(people: People, quotation: Caption) -> None:
    assert propose(quotation, reason="WRONG_DATE", by=people["researcher"], text=f" {PRINTED}\r\n").text == ""


def test_other_needs_words(people: People, quotation: Caption) -> None:
    with pytest.raises(NotDone, match="Say in the note"):
        propose(quotation, reason="OTHER", by=people["researcher"], text=PRINTED)


def labels(item: Item, name: Property) -> list[tuple[str, str]]:
    claims = Claim.objects.filter(item=item, property=name).with_grounds().order_by("pk")
    return [(claim.label(), claim.standing) for claim in claims]


@pytest.mark.parametrize(
    ("reason", "name", "words", "before", "after"),
    [
        ("WRONG_DATE", Property.DATE_CREATED, "Twenty people board a boat at Dunkirk on 18 June 2024.",
         "3 May 2024", "18 June 2024"),
        ("WRONG_PLACE", Property.LOCATION_SHOWN, "Twenty people board a boat at Gravelines on 3 May 2024.",
         "Dunkirk", "Gravelines"),
        ("WRONG_COUNT", Property.PEOPLE_COUNT, "Thirty people board a boat at Dunkirk on 3 May 2024.", "20", "30"),
    ],
    ids=["date", "place", "count"],
)  # fmt: skip
def test_accepted_words_change_what_leads_and_supersede_what_the_wrong_ones_say(
    people: People, client: Client, reason: str, name: Property, words: str, before: str, after: str
) -> None:
    make_place("Dunkirk"), make_place("Gravelines")
    item = make_item()
    caption = make_caption(item, "Twenty people board a boat at Dunkirk on 3 May 2024.")
    with changing([item], reword=True):
        pass
    assert labels(item, name) == [(before, "PROPOSED")]
    proposal = make_proposal(caption, reason, by=people["researcher"], text=words)
    client.force_login(people["moderator"])

    page = client.post(f"/review/captions/{proposal.pk}/decision/", {"outcome": "ACCEPTED"}, follow=True)

    assert labels(item, name) == [(before, "SUPERSEDED"), (after, "ACCEPTED")]
    item.refresh_from_db()
    assert name not in item.contested
    assert f"{before} → {after}." in page.content.decode()
    wrong, right = Claim.objects.filter(item=item, property=name).order_by("pk")
    ruling = wrong.rulings.get()
    assert (ruling.ruled_by, ruling.superseded_by) == (people["moderator"], right)
    others = {Property.DATE_CREATED, Property.LOCATION_SHOWN, Property.PEOPLE_COUNT} - {name}
    assert all("SUPERSEDED" not in standing for other in others for _label, standing in labels(item, other))


def test_the_wrong_words_claim_nothing_more_where_a_twin_has_other_marks_and_spaces(people: People) -> None:
    item = make_item()
    caption = make_caption(item, "Twenty people board a boat on 3 May 2024.")
    make_caption(item, "“Twenty people  board a boat on 3 May 2024”")
    with changing([item], reword=True):
        pass
    words = "Twenty people board a boat on 18 June 2024."
    proposal = make_proposal(caption, "WRONG_DATE", by=people["researcher"], text=words)

    decide(proposal, outcome=Outcome.ACCEPTED, by=people["moderator"], at=NOW)

    told = labels(item, Property.DATE_CREATED)
    assert told == [("3 May 2024", "SUPERSEDED"), ("3 May 2024", "SUPERSEDED"), ("18 June 2024", "ACCEPTED")]
    item.refresh_from_db()
    assert "date_created" not in item.contested


def test_accepted_words_lead_over_what_the_file_describes(people: People) -> None:
    item = make_item()
    caption = make_caption(item, "A boat on 3 May 2024.")
    make_claim(item, Property.DATE_CREATED, date="2024-05-03", kind=SourceKind.EMBEDDED_DESCRIPTION)
    proposal = make_proposal(caption, "WRONG_DATE", by=people["researcher"], text="A boat on 18 June 2024.")

    decision = decide(proposal, outcome=Outcome.ACCEPTED, by=people["moderator"], at=NOW)

    item.refresh_from_db()
    assert item.date_created_edtf == "2024-06-18"
    assert [(str(change.property), change.before, change.after) for change in decision.changes] == [
        ("date_created", "3 May 2024", "18 June 2024")
    ]


def test_words_accepted_for_another_reason_rule_on_no_reading(people: People) -> None:
    item = make_item()
    caption = make_caption(item, "A boat on 3 May 2024.")
    proposal = make_proposal(caption, "LOADED_LANGUAGE", by=people["researcher"], text="A dinghy on 3 May 2024.")

    decision = decide(proposal, outcome=Outcome.ACCEPTED, by=people["moderator"], at=NOW)

    assert list(decision.changes) == []
    assert not Ruling.objects.filter(claim__item=item, ruled_by__isnull=False).exists()
