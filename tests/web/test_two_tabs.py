"""Two people, or two tabs of one, act on the same thing: the second is told who decided, what and when."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Caption
from archive.claims.models import Claim, Ruling
from archive.ledger.not_done import DecidedMeanwhile
from archive.matching.models import MatchRuling
from archive.provenance.rule_on_match import rule_on_match
from archive.review.claim_rulings import rule
from archive.review.correct_claims import correct
from archive.review.describe_items import describe
from archive.standards.vocabulary import Property, Standing
from tests.builders import make_claim, make_item, make_match, make_place

People = dict[str, User]


@pytest.fixture
def claim(db: None) -> Claim:
    return make_claim(make_item(), Property.DATE_CREATED, date="2024-06-18")


@pytest.fixture
def clients(people: People) -> tuple[Client, Client]:
    made = Client(), Client()
    made[0].force_login(people["archivist"])
    made[1].force_login(people["moderator"])
    return made


def told(answer: object) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def test_a_claim_that_another_ruled_on_is_told_to_the_second(clients: tuple[Client, Client], claim: Claim) -> None:
    address, [first, second] = reverse("rule_on_claim", args=[claim.pk]), clients
    page = second.get(reverse("item", args=[claim.item_id])).content.decode()
    assert '<input type="hidden" name="seen" value="0">' in page

    first.post(address, {"standing": "REJECTED", "reason": "It was July.", "seen": "0"})
    late = second.post(address, {"standing": "ACCEPTED", "seen": "0", "reason": "By its shadows."}, follow=True)
    by_script = second.post(address, {"standing": "ACCEPTED", "seen": "0"}, headers={"HX-Request": "true"})
    informed = second.post(address, {"standing": "ACCEPTED", "seen": "1"}, follow=True)

    assert "archivist decided on this already" in told(late) and ": rejected." in told(late)
    assert "What you wrote was not saved: “By its shadows.”." in told(late)
    assert by_script.status_code == 422 and "archivist decided on this already" in by_script.content.decode()
    assert "“It was July.”" in by_script.content.decode()
    assert f'name="seen" value="1" data-seen="{claim.pk}"' in by_script.content.decode()
    assert informed.status_code == 200
    assert [ruling.standing for ruling in Ruling.objects.order_by("pk")] == ["REJECTED", "ACCEPTED"]


def test_a_double_click_rules_once(clients: tuple[Client, Client], claim: Claim) -> None:
    for _ in range(2):
        answer = clients[0].post(
            reverse("rule_on_claim", args=[claim.pk]), {"standing": "ACCEPTED", "seen": "0"}, follow=True
        )
        assert told(answer) == ""

    assert Ruling.objects.count() == 1


def test_a_reading_that_another_ruled_on_is_not_corrected_unseen(people: People, db: None) -> None:
    item = make_item()
    describe(item, text="A boat off Dunkirk on 18 June 2024.", by=people["archivist"])
    read = Claim.objects.get(property=Property.DATE_CREATED)
    rule(read, standing=Standing.ACCEPTED, by=people["moderator"])

    with pytest.raises(DecidedMeanwhile, match="moderator decided"):
        correct(read, by=people["archivist"], seen=0, date=None, text="June")

    assert Ruling.objects.count() == 1


def test_a_match_that_another_answered_is_told_to_the_second(clients: tuple[Client, Client], db: None) -> None:
    match, [first, second] = make_match(make_item(), make_item()), clients
    address = reverse("answer_match", args=[match.pk])
    assert 'name="seen" value="0"' in second.get(reverse("compare", args=[match.pk])).content.decode()

    first.post(address, {"standing": "ACCEPTED", "seen": "0"})
    again = first.post(address, {"standing": "ACCEPTED", "seen": "0"}, follow=True)
    late = second.post(address, {"standing": "REJECTED", "seen": "0"}, follow=True)

    assert again.status_code == 200
    assert "archivist decided on this already" in told(late) and ": confirmed." in told(late)
    assert MatchRuling.objects.count() == 1


def test_a_wording_that_another_replaced_is_told_to_the_second(
    clients: tuple[Client, Client], people: People, db: None
) -> None:
    item, [first, second] = make_item(), clients
    own = describe(item, text="A boat.", by=people["archivist"])
    sent = {"text": "A boat at sea.", "role": "DESCRIPTION", "supersedes": own.pk}

    first.post(reverse("describe_item", args=[item.pk]), sent)
    late = second.post(reverse("describe_item", args=[item.pk]), sent | {"text": "A ship."})

    assert late.status_code == 422
    assert "was replaced meanwhile" in late.content.decode() and "A ship." in late.content.decode()
    with pytest.raises(DecidedMeanwhile, match="archivist decided"):
        describe(item, text="A ship.", by=people["moderator"], supersedes=own)
    assert Caption.objects.filter(supersedes=own).count() == 1


def test_readings_that_were_decided_meanwhile_are_counted_as_left(clients: tuple[Client, Client], claim: Claim) -> None:
    address = reverse("agreeing_caption_data", args=[claim.item.accession_id, "date"])

    answer = clients[0].post(address, {"claim": [claim.pk]}, follow=True)

    assert "0 readings were accepted." in told(answer) and "1 was left" in told(answer)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["claim", "match", "wording"])
def test_of_two_at_once_one_decides_and_the_other_is_told(people: People, what: str) -> None:
    item, barrier, refusals = make_item(), Barrier(2), []
    make_place("Dunkirk")
    claim, match = make_claim(item, Property.DATE_CREATED, date="2024"), make_match(item, make_item())
    own = describe(item, text="A boat.", by=people["archivist"])
    acts = {
        "claim": lambda by: rule(claim, standing=Standing.ACCEPTED, by=by, seen=0),
        "match": lambda by: rule_on_match(match, standing=Standing.ACCEPTED, by=by, seen=0),
        "wording": lambda by: describe(item, text=f"A boat, says {by}.", by=by, supersedes=own),
    }

    def decide(role: str) -> None:
        barrier.wait()
        try:
            acts[what](people[role])
        except DecidedMeanwhile as refusal:
            refusals.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=decide, args=[role]) for role in ("archivist", "moderator")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    made = {
        "claim": Ruling.objects.count(),
        "match": MatchRuling.objects.count(),
        "wording": Caption.objects.filter(supersedes=own).count(),
    }
    assert (len(refusals), made[what]) == (1, 1)
