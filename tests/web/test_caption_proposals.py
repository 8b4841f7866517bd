"""Flagging a caption, the moderators' queue, and the answer that comes back."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.add_caption import add_caption
from archive.catalogue.models import Access, Caption
from archive.review.claim_rulings import rule
from archive.review.models import Proposal, ProposalDecision, ProposalLease
from archive.review.work_leases import take
from archive.standards.vocabulary import Property, Standing
from tests.builders import (
    make_accession,
    make_caption,
    make_claim,
    make_item,
    make_outlet,
    make_place,
    make_proposal,
)  # fmt: skip
from tests.pages import folded

pytestmark = pytest.mark.django_db
People = dict[str, User]
PRINTED = "Migrants swarm a beach near Dunkirk on Tuesday."
PROPOSED = "People wade out to a boat at a beach near Dunkirk."
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def quotation(people: People) -> Caption:
    return make_caption(make_item(), PRINTED, origin=Caption.Origin.PRINT, language="en")


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def signed_in(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def propose(client: Client, caption: Caption, **said: str) -> Any:
    return client.post(reverse("propose_on_caption", args=[caption.pk]), said)


def decide(client: Client, proposal: Proposal, address: str = "", **said: Any) -> Any:
    return client.post(reverse("decide_on_proposal", args=[proposal.pk]) + address, said)


def test_a_researcher_proposes_and_the_proposal_stands_beside_the_caption(
    client: Client, people: People, quotation: Caption
) -> None:
    signed_in(client, people["researcher"])

    response = propose(client, quotation, reason="LOADED_LANGUAGE", text=PROPOSED, note="They walk.")

    assert response.status_code == 302
    page = text_of(client.get(reverse("item", args=[quotation.item_id])))
    assert PRINTED in page
    assert "loaded language · researcher" in page and "waits for a moderator" in page and "“They walk.”" in page
    assert quotation.item.captions.count() == 1


def test_a_flag_without_a_reason_is_refused_beside_its_field(
    client: Client, people: People, quotation: Caption
) -> None:
    response = propose(signed_in(client, people["researcher"]), quotation, note="Something is wrong.")

    assert response.status_code == 422
    assert "Choose what is wrong with it." in text_of(response) and "Something is wrong." in response.content.decode()


def test_what_is_proposed_is_text_and_never_markup(client: Client, people: People, quotation: Caption) -> None:
    make_proposal(quotation, by=people["researcher"], text="<script>alert(1)</script>", note="<b>bold</b>")
    signed_in(client, people["moderator"])

    for name, key in (("item", quotation.item_id), ("caption", quotation.pk), ("caption_proposal", 1)):
        key = Proposal.objects.get().pk if name == "caption_proposal" else key
        page = client.get(reverse(name, args=[key])).content.decode()
        assert "<script>alert" not in page and "<b>bold" not in page


def test_the_wording_of_an_outlet_is_not_offered_as_changeable(
    client: Client, people: People, quotation: Caption
) -> None:
    page = text_of(signed_in(client, people["researcher"]).get(reverse("caption", args=[quotation.pk])))

    assert "What came with the picture is a quotation and is never changed." in page
    assert "What the archive’s own description should say" in page


def test_the_queue_is_narrowed_and_keeps_it_from_one_proposal_to_the_next(
    client: Client, people: People, quotation: Caption
) -> None:
    sky = make_outlet("Sky News")
    proposals = []
    for _ in range(3):
        item = make_item(accession=make_accession("Stills"))
        make_claim(item, Property.PUBLISHED_BY, value_outlet=sky)
        proposals.append(make_proposal(make_caption(item, "A boat."), by=people["researcher"], note="no"))
    make_proposal(quotation, "OTHER", by=people["researcher"], note="another")
    signed_in(client, people["moderator"])

    page = text_of(client.get(reverse("caption_proposals"), {"outlet": "sky-news", "reason": "WRONG_DATE"}))
    assert "3 proposals on captions wait" in page
    response = client.post(reverse("next_proposal") + "?outlet=sky-news")
    for at, proposal in enumerate(proposals):
        assert response["Location"] == f"/review/captions/{proposal.pk}/?outlet=sky-news", at
        response = decide(client, proposal, "?outlet=sky-news", outcome="ACCEPTED")
    assert response["Location"] == "/review/captions/?outlet=sky-news"
    assert Proposal.objects.undecided().get().note == "another"


def test_a_condition_that_is_not_understood_is_named(client: Client, people: People, quotation: Caption) -> None:
    make_proposal(quotation, by=people["researcher"])

    page = text_of(signed_in(client, people["moderator"]).get(reverse("caption_proposals"), {"place": "atlantis"}))

    assert "Select a valid choice" in page


def test_a_second_moderator_gets_the_next_one_and_sees_who_has_the_first(
    client: Client, people: People, quotation: Caption
) -> None:
    first = make_proposal(quotation, by=people["researcher"])
    second = make_proposal(quotation, by=people["researcher"], note="another")
    take(first, by=people["administrator"], at=timezone.now())
    signed_in(client, people["moderator"])

    assert client.post(reverse("next_proposal"))["Location"] == f"/review/captions/{second.pk}/"
    queue = text_of(client.get(reverse("caption_proposals")))
    assert "with administrator" in queue and "with you" in queue
    page = text_of(client.get(reverse("caption_proposal", args=[first.pk])))
    assert "administrator works on this at the moment." in page and "Why it is rejected" not in page
    assert decide(client, first, outcome="ACCEPTED")["Location"] == f"/review/captions/{second.pk}/"
    assert not ProposalDecision.objects.exists()


def test_a_lease_that_ended_is_taken_over(client: Client, people: People, quotation: Caption) -> None:
    proposal = make_proposal(quotation, by=people["researcher"])
    take(proposal, by=people["administrator"], at=timezone.now() - timedelta(minutes=11))

    response = signed_in(client, people["moderator"]).post(reverse("take_proposal", args=[proposal.pk]))

    assert response["Location"] == f"/review/captions/{proposal.pk}/"
    assert ProposalLease.objects.get().holder == people["moderator"]


def test_one_that_is_left_goes_back_to_the_queue(client: Client, people: People, quotation: Caption) -> None:
    first, second = (make_proposal(quotation, by=people["researcher"], note=note) for note in "ab")
    signed_in(client, people["moderator"])
    client.post(reverse("take_proposal", args=[first.pk]))

    response = client.post(reverse("next_proposal"), {"after": first.pk})

    assert response["Location"] == f"/review/captions/{second.pk}/"
    assert ProposalLease.objects.get().proposal == second


def test_the_page_of_a_proposal_shows_difference_readings_and_rivals(
    client: Client, people: People, quotation: Caption
) -> None:
    item = quotation.item
    dunkirk = make_place("Dunkirk")
    claim = make_claim(item, Property.LOCATION_SHOWN, value_place=dunkirk)
    claim.source.__class__.objects.bulk_create(
        [claim.source.__class__(kind="CAPTION", caption=quotation, start=25, end=32)]
    )
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    proposal = make_proposal(quotation, "LOADED_LANGUAGE", by=people["researcher"], text=PROPOSED)

    response = signed_in(client, people["moderator"]).get(reverse("caption_proposal", args=[proposal.pk]))

    page = folded(response.content.decode())
    assert re.search(r"<del>.*?Migrants swarm</del>", page) and re.search(r"<ins>.*?People wade out to", page)
    assert "18 June 2024" in page and "Dunkirk" in page
    assert "Accepted, it becomes the archive’s own description." in page


@pytest.mark.parametrize(
    "said, problem",
    [
        ({"outcome": "REJECTED"}, "Say in a few words why"),
        ({"outcome": "AMENDED", "text": " "}, "Write the wording"),
        ({"outcome": "REVERTED"}, "Choose the version"),
        ({"outcome": "BURN"}, "That was not understood"),
    ],
    ids=["rejected without a reason", "amended without words", "reverted to nothing", "an unknown outcome"],
)
def test_an_answer_that_lacks_something_is_refused_in_words(
    client: Client, people: People, quotation: Caption, said: dict[str, str], problem: str
) -> None:
    proposal = make_proposal(quotation, by=people["researcher"], text=PROPOSED)

    response = decide(signed_in(client, people["moderator"]), proposal, **said)

    assert response.status_code == 422 and problem in text_of(response)
    assert not ProposalDecision.objects.exists()


def test_the_proposer_is_told_of_the_answer_until_they_have_seen_it(
    client: Client, people: People, quotation: Caption
) -> None:
    proposal = make_proposal(quotation, by=people["researcher"], text=PROPOSED)
    decide(signed_in(client, people["moderator"]), proposal, outcome="REJECTED", reason="It says what cannot be seen.")
    signed_in(client, people["researcher"])

    assert "1 new answer to your proposals" in text_of(client.get(reverse("search")))
    page = text_of(client.get(reverse("own_proposals")))
    assert "new answer" in page and "rejected by moderator" in page and "“It says what cannot be seen.”" in page
    assert "new answer" not in text_of(client.get(reverse("own_proposals")))
    assert "rejected" in text_of(client.get(reverse("caption", args=[quotation.pk])))


def test_earlier_versions_are_shown_with_what_changed_and_put_back_by_a_moderator(
    client: Client, people: People, quotation: Caption
) -> None:
    first = add_caption(quotation.item, text="A boat at sea.", by=people["archivist"])
    second = add_caption(quotation.item, text="Smugglers at sea.", by=people["archivist"], supersedes=first)

    page = signed_in(client, people["researcher"]).get(reverse("caption", args=[second.pk]))
    page = folded(page.content.decode())
    assert re.search(r"<del>.*?A boat</del>", page) and "Put version 1 back" not in page
    response = signed_in(client, people["moderator"]).post(reverse("revert_caption", args=[first.pk]))

    third = Caption.objects.get(supersedes=second)
    assert third.text == first.text and response["Location"] == f"/captions/{third.pk}/"
    assert "3 versions" in text_of(client.get(reverse("item", args=[quotation.item_id])))


def test_what_agrees_with_an_accepted_claim_is_looked_at_and_accepted_together(client: Client, people: People) -> None:
    captions = []
    for day in ("18", "18", "19"):
        claim = make_claim(make_item(), Property.DATE_CREATED, date="2024-06-18")
        rule(claim, standing=Standing.ACCEPTED, by=people["archivist"])
        captions.append(make_caption(claim.item, "A boat."))
        make_proposal(captions[-1], by=people["researcher"], text=f"A boat, {day} June 2024.")
    signed_in(client, people["moderator"])

    page = client.get(reverse("agreeing_proposals"))
    offered = re.findall(r'name="proposals" value="(\d+)"', page.content.decode())
    assert len(offered) == 2 and "as accepted: 18 June 2024" in text_of(page)
    assert not ProposalDecision.objects.exists()
    client.post(reverse("agreeing_proposals") + "?reason=WRONG_DATE", {"proposals": offered[:1]})

    assert ProposalDecision.objects.get().caption.text == "A boat, 18 June 2024."
    assert Proposal.objects.undecided().count() == 2


def test_pages_cost_a_known_number_of_queries(
    client: Client, people: People, quotation: Caption, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(12):
        proposal = make_proposal(quotation, by=people["researcher"], text=f"{PROPOSED} {number}", note="n")
        make_proposal(make_caption(make_item(), "A boat."), by=people["researcher"], note="x")
    for number, proposal in enumerate(Proposal.objects.all()[:6]):
        decide(signed_in(client, people["moderator"]), proposal, outcome="REJECTED", reason=f"No {number}.")

    for name, key, most in (
        ("caption_proposals", None, 14),
        ("caption_proposal", proposal.pk, 20),
        ("caption", quotation.pk, 10),
        ("own_proposals", None, 12),
    ):
        client.force_login(people["moderator" if "own" not in name else "researcher"])
        with django_assert_max_num_queries(most):
            client.get(reverse(name, args=[key] if key else []))


# --- In a browser ----------------------------------------------------------------------------------------------------
@pytest.fixture
def twenty(transactional_db: None, people: People, with_pictures: Callable[..., None]) -> list[Proposal]:
    """Twenty proposals of all kinds, with and without words, on quotations and on the archive's own wording."""
    nord = make_place("Nord", kind=Place.Kind.COUNTY)
    dunkirk = make_place("Dunkirk", parent=nord)
    reasons = [reason for reason in Proposal.Reason if reason != "OTHER"] + [Proposal.Reason.OTHER]
    proposals, items = [], []
    for number in range(20):
        item = make_item(file_name=f"beach-{number}.jpg")
        make_claim(item, Property.DATE_CREATED, date="2024-06-18")
        make_claim(item, Property.LOCATION_SHOWN, value_place=dunkirk)
        caption = make_caption(item, f"{PRINTED} Frame {number}.", origin=Caption.Origin.PRINT)
        if number % 5 == 4:
            before = add_caption(item, text=f"A boat, frame {number}.", by=people["archivist"])
            caption = add_caption(item, text=f"Smugglers, frame {number}.", by=people["archivist"], supersedes=before)
        reason = reasons[number % len(reasons)]
        text = f"{PROPOSED} Frame {number}." if number % 3 else ""
        proposals.append(make_proposal(caption, reason, by=people["researcher"], text=text, note=f"note {number}"))
        items.append(item)
    with_pictures(*items)
    return proposals


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_moderator_works_through_twenty_proposals_by_keys_alone(
    page_of: Callable[..., Any], people: People, twenty: list[Proposal]
) -> None:
    page = page_of(people["moderator"], "/")
    keys = page.keyboard
    keys.press("r")
    page.wait_for_url("**/review/captions/")
    keys.press("n")
    for number, proposal in enumerate(twenty):
        page.wait_for_url(f"**/review/captions/{proposal.pk}/")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "the page does not scroll"
        if proposal.identifies and number % 2:
            keys.press("s")
        elif number % 5 == 4:
            keys.press("v")
            page.wait_for_function("() => document.activeElement.matches('.deciding__versions button')")
            keys.press("Enter")
        elif number % 5 == 3:
            keys.press("e")
            keys.press("End")
            keys.type(" In my words.")
            keys.press("Control+Enter")
        elif number % 5 == 2:
            keys.press("x")
            keys.type("This cannot be seen.")
            keys.press("Enter")
        else:
            keys.press("a")
    page.get_by_role("heading", name="0 proposals on captions wait").wait_for()

    outcomes = list(ProposalDecision.objects.order_by("pk").values_list("outcome", flat=True))
    assert len(outcomes) == 20 and not Proposal.objects.undecided().exists()
    assert {outcome: outcomes.count(outcome) for outcome in outcomes} == {
        "ACCEPTED": 8, "REJECTED": 4, "AMENDED": 4, "REVERTED": 4,
    }  # fmt: skip
    assert Caption.objects.filter(text__contains="In my words.").count() == 4
    assert page.problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_keys_of_a_proposal_are_listed(page_of: Callable[..., Any], people: People, twenty: list[Proposal]) -> None:
    page = page_of(people["moderator"], f"/review/captions/{twenty[4].pk}/")

    page.keyboard.press("?")

    rows = page.get_by_role("dialog", name="Keys").get_by_role("row").all_inner_texts()
    told = {row.split()[0] for row in rows}
    assert {"a", "x", "e", "v", "j", "u", "o"} <= told


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width, scheme", [(1440, "light"), (390, "dark")])
def test_pages_pass_the_accessibility_rules(
    page_of: Callable[..., Any], people: People, twenty: list[Proposal], width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    own = twenty[4]
    claim = make_claim(twenty[10].caption.item, Property.DATE_CREATED, date="2024-06-19")
    rule(claim, standing=Standing.ACCEPTED, by=people["archivist"])
    make_proposal(twenty[10].caption, by=people["moderator"], text="A boat on 19 June 2024.")
    paths = ["/review/captions/", f"/review/captions/{own.pk}/", "/review/captions/agreeing/", "/account/proposals/"]
    paths += [f"/captions/{own.caption_id}/", f"/items/{own.caption.item_id}/#captions", "/review/captions/?place=nord"]
    page = page_of(people["moderator"], "/", viewport={"width": width, "height": 900}, color_scheme=scheme)
    faults = []
    for path in paths:
        page.goto(path)
        found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]
        faults += [(path, fault["id"], fault["nodes"][0]["html"][:160]) for fault in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((path, "wider than the window", ""))

    assert faults == []


def test_a_restricted_item_keeps_its_wordings_from_researchers(
    client: Client, people: People, quotation: Caption
) -> None:
    quotation.item.access = Access.RESTRICTED
    quotation.item.save(update_fields=["access"])
    signed_in(client, people["researcher"])

    assert client.get(reverse("caption", args=[quotation.pk])).status_code == 404
    assert propose(client, quotation, reason="WRONG_DATE").status_code == 404


def test_whom_a_caption_identifies_is_told_to_moderators_alone_whatever_they_answer(
    client: Client, people: People, quotation: Caption
) -> None:
    mark = make_proposal(quotation, "IDENTIFIES_PERSON", by=people["researcher"], note="It is Nobody Known.")
    decide(signed_in(client, people["moderator"]), mark, outcome="REJECTED", reason="It names nobody.")
    address = reverse("caption", args=[quotation.pk])

    told = {
        role: "Nobody Known" in text_of(signed_in(client, people[role]).get(address))
        for role in ("researcher", "archivist", "moderator")
    }

    assert told == {"researcher": True, "archivist": False, "moderator": True}


def test_what_was_decided_is_told_as_sentences_and_promises_nothing_more(
    client: Client, people: People, quotation: Caption
) -> None:
    proposal = make_proposal(quotation, "WRONG_PLACE", by=people["researcher"], text=PROPOSED)
    moderator = signed_in(client, people["moderator"])
    address = reverse("caption_proposal", args=[proposal.pk])
    before = moderator.get(address).content.decode()

    after = decide(moderator, proposal, outcome="REJECTED", reason="It is the place.")

    assert "<title>Wrong place" in before.replace("\n", "") and "Accepted, it becomes" in before
    told = [str(message) for message in after.wsgi_request._messages]
    assert told[0] == "Rejected: wrong place, proposed by researcher."
    decided = moderator.get(address)
    assert "Accepted, it becomes" not in decided.content.decode()
    assert "Rejected by moderator" in text_of(decided)
