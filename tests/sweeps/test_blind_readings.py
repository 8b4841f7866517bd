"""No page, answer or export tells a second reader what the first said: it is the same whatever they said."""

import re
from difflib import unified_diff
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.exports.seal_bag import seal
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import subject_of
from archive.ledger.signing_key import make_key
from archive.provenance.checks.finding import Question
from archive.review.mark_distressing import mark_distressing
from archive.review.models import Verdict
from archive.review.verdicts import judge
from archive.standards.vocabulary import Property
from tests.builders import make_caption, make_claim, make_item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pace")]
REASON = "zqpiervuxk"
GIVEN = {
    "supported": {"word": "SUPPORTED", "reason_code": "FILE_SHOWS", "reason": f"A {REASON}."},
    "contradicted": {"word": "CONTRADICTED", "reason_code": "OTHER", "reason": f"No {REASON}, and more words."},
    "undetermined": {"word": "UNDETERMINED", "reason_code": "NOT_ENOUGH", "reason": f"{REASON}?"},
}


@pytest.fixture
def item(people: dict[str, User]) -> Item:
    item = make_item(access=Access.RELEASED)
    make_caption(item, "A boat at the pier.")
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    make_item(access=Access.RELEASED)
    mark_distressing([item], is_distressing=True, by=people["moderator"], reason="the dead are seen")
    return item


def addresses(item: Item) -> list[str]:
    """Return whatever shows an item, or that it is among others, to who may review."""
    of_item = (
        *("item", "item_review", "second_reading", "caption_history", "copies"),
        *("api:item-detail", "api:item-findings", "api:item-flags"),
    )
    lists = (
        # The head of the ledger is left out: a digest, which is another after each entry.
        *("search", "review_queue", "second_reading_queue", "agreement", "reading_policies", "checks"),
        *("flags", "own_flags", "matches", "accessions", "api:item-list", "api:agreement", "api:checks"),
        *("audit", "api:audit"),
    )
    words = [*Verdict.Word.values, "WAITING", "DISSENT"]
    return [
        *(reverse(name, args=[item.pk]) for name in of_item),
        *map(reverse, lists),
        reverse("accession", args=[item.accession_id]),
        *(
            f"{page}?verdict=when%3D{word.lower()}"
            for page in ("/", "/review/items/", "/review/second/", "/api/v1/items/")
            for word in words
        ),
        *(
            f"{page}?{asked}"
            for page in ("/audit/", "/api/v1/audit/")
            for asked in ("person=moderator", "act=review", "act=judge", f"about=catalogue.item:{item.pk}")
        ),
        *(f"/?view={view}" for view in ("list", "days", "map")),
        f"/?q={REASON[:-2]}",
    ]


def told(client: Client, address: str) -> str:
    """Return what a page says, but for the tokens of its forms and how long ago something was."""
    response = client.get(address)
    assert response.status_code < 500, address
    page = response.content.decode(errors="replace")
    page = re.sub(r"<time.*?</time>", "", page, flags=re.DOTALL)
    return re.sub(r"\b[A-Za-z0-9]{64}\b|\d{4}-\d\d-\d\dT[\d:.]+", "", page)


class TakenBack(Exception):
    """What was given is taken back, so that another word can be."""


def all_told(client: Client, item: Item, by: User, given: dict[str, str]) -> dict[str, str]:
    pages = {}
    try:
        with transaction.atomic():
            judge(item, question=Question.WHEN, by=by, **given)
            pages = {address: told(client, address) for address in addresses(item)}
            for address in ("/review/items/next/", "/review/second/next/"):
                pages[f"POST {address}"] = client.post(address).headers.get("Location", "")
            raise TakenBack
    except TakenBack:
        return pages


@pytest.mark.parametrize("role", ["archivist", "administrator"])
@pytest.mark.parametrize("other", ["supported", "undetermined"])
def test_everything_is_the_same_whatever_the_first_reading_says(
    item: Item, people: dict[str, User], role: str, other: str
) -> None:
    client = Client()
    client.force_login(people[role])

    pages = all_told(client, item, people["moderator"], GIVEN["contradicted"])
    others = all_told(client, item, people["moderator"], GIVEN[other])

    differing = {
        address: list(unified_diff(pages[address].splitlines(), others[address].splitlines(), n=0)) for address in pages
    }
    assert {address: lines for address, lines in differing.items() if lines} == {}
    assert not [address for address, page in pages.items() if REASON in page]
    # The filter names all acts there are; none of them was done.
    assert not re.search(r"gave a verdict\s*</p>", pages["/audit/?act=judge"])


def test_the_one_who_gave_it_reads_it(item: Item, people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["moderator"])

    pages = all_told(client, item, people["moderator"], GIVEN["contradicted"])

    for name in ("item", "item_review"):
        assert REASON in pages[reverse(name, args=[item.pk])]
    assert "gave a verdict" in pages["/audit/?act=judge"]


@pytest.mark.parametrize("sent", ["judge", "second", "agreeing"])
def test_no_refusal_tells_what_the_first_reading_says(item: Item, people: dict[str, User], sent: str) -> None:
    judge(item, question=Question.WHEN, by=people["moderator"], **GIVEN["contradicted"])
    client = Client()
    client.force_login(people["administrator"])
    form = {"question": "WHEN", "word": "SUPPORTED", "reason_code": "FILE_SHOWS", "seen-WHEN": "0"}
    if sent == "second":
        form |= {"second-WHEN": "1", "basis-WHEN": "another"}

    address = reverse("judge_item_agreeing" if sent == "agreeing" else "judge_item", args=[item.pk])
    answer = client.post(address, form, follow=True)

    page = answer.content.decode()
    assert REASON not in page and 'data-word="CONTRADICTED"' not in page
    assert Verdict.objects.filter(question="WHEN").count() == 1


def test_no_bag_tells_of_a_verdict_that_waits(item: Item, people: dict[str, User], tmp_path: Path) -> None:
    make_key()
    verdict = judge(item, question=Question.WHEN, by=people["moderator"], **GIVEN["contradicted"])
    judge(item, question=Question.WHEN, by=people["archivist"], **GIVEN["supported"])
    bag = tmp_path / "bag"
    (bag / "data").mkdir(parents=True)
    (bag / "data" / "a.txt").write_text("a")

    about = LedgerEntry.objects.filter(subject=subject_of(item)).values_list("sequence", flat=True)
    seal(bag, items=[item.pk], entries=about, reader=people["moderator"], by=people["moderator"])

    entries = (bag / "ledger" / "entries.jsonl").read_text()
    assert '\\"word\\":\\"SUPPORTED\\"' in entries  # the advice, which hides nothing
    assert "CONTRADICTED" not in entries and f'\\"verdict\\":{verdict.pk},' not in entries
