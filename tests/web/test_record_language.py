"""
The record is in one language, whoever's request writes it.

The tests below are those of the acts that word something for the record. Here they run once more as a person who reads
French would do each: what they assert of the rows holds as in English, and the database takes no French words of ours.
"""

import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.client import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.claims.models import Ruling
from archive.ledger.models import LedgerEntry
from archive.projection.item_gate import changing
from archive.provenance import taking_down
from archive.provenance.models import TakeDown
from archive.review.access import set_access
from archive.review.claim_rulings import rule
from archive.review.decide_proposals import decide
from archive.standards.edtf import label_of_day
from archive.standards.vocabulary import Property, Standing
from tests.builders import make_accession, make_caption, make_claim, make_item, make_match, make_proposal
from tests.claims.test_caption_claims import (  # noqa: F401
    kent,
    test_a_new_version_of_a_caption_supersedes_what_the_old_one_said,
    test_words_in_print_are_read_against_the_day_they_were_printed,
)
from tests.files.test_fixity import (  # noqa: F401
    test_a_file_that_cannot_be_read_now_is_neither_missing_nor_altered,
    test_a_missing_file_is_reported_and_does_not_stop_the_others,
)
from tests.french import french_pieces, messages, refuse_french
from tests.ingest.test_repair import held, test_the_page_puts_an_original_right  # noqa: F401
from tests.matching.test_find_matches import (
    test_a_missing_copy_hinders_no_other_and_is_given_up_where_it_cannot_be_made_again,  # noqa: F401
)
from tests.provenance.test_following_marks import (  # noqa: F401
    test_a_copy_that_comes_later_is_marked_and_the_ledger_says_by_which_match,
)
from tests.provenance.test_lineage import (  # noqa: F401
    april_and_june,
    dunkirk_and_wimereux,
    test_a_copy_in_print_earlier_contradicts_a_later_date_and_says_so,
    test_a_denied_match_takes_its_claims_back_at_once,
    test_a_recycled_picture_is_contested_by_place_event_and_maker_of_the_older_copy,
    test_a_still_derives_from_the_footage_at_its_millisecond,
    test_a_stripped_copy_is_dated_by_the_camera_of_another,
    test_the_larger_and_less_cropped_is_likelier_the_source_with_its_reasons,
)
from tests.review.test_gatherings import shore, test_what_is_left_out_is_not_proposed_to_that_event_again  # noqa: F401
from tests.web.test_articles import (  # noqa: F401
    archivist,
    test_a_held_page_that_comes_again_tells_of_its_damaged_picture,
    test_a_second_file_of_one_name_that_comes_beside_a_page_is_refused_by_name,
)
from tests.web.test_caption_data import claim_of, delivery, dover  # noqa: F401
from tests.web.test_uploads import test_a_file_over_the_limit_is_refused_before_it_is_sent_and_on_record  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_french(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ask for every page in French, word everything else in French, and let the database take none of it."""
    plain = RequestFactory._base_environ
    asked = {"HTTP_ACCEPT_LANGUAGE": "fr"}
    monkeypatch.setattr(RequestFactory, "_base_environ", lambda self, **more: {**plain(self, **more), **asked})
    with translation.override("fr"), connection.execute_wrapper(refuse_french):
        yield


def test_french_that_is_stored_is_seen() -> None:
    # The longest that a title has room for.
    said = max((piece for piece in french_pieces() if len(piece) < 190), key=len)

    with pytest.raises(AssertionError, match="French is stored"):
        make_accession(f"1: {said}")
    assert len(french_pieces()) > len(messages()) / 2


def test_readings_that_agree_with_the_file_are_accepted_in_the_words_of_the_record(
    client: Client,
    people: dict[str, User],
    delivery: list[Item],  # noqa: F811
) -> None:
    client.force_login(people["archivist"])
    address = f"/accessions/{delivery[0].accession_id}/caption-data/date/agreeing/"

    answer = client.post(address, {"claim": [claim_of(delivery[1], "date_created").pk]}, follow=True)

    assert answer.context["LANGUAGE"] == "fr"
    assert Ruling.objects.get().reason == "agrees with the file’s own metadata"


def test_what_an_item_derives_from_is_ruled_on_in_the_words_of_the_record(
    client: Client, people: dict[str, User]
) -> None:
    copy, origin = make_item(), make_item()
    claim = make_claim(copy, Property.DERIVED_FROM, value_item=origin)

    rule(claim, standing=Standing.ACCEPTED, by=people["moderator"])

    told = LedgerEntry.objects.get(verb="accepted claim")
    assert json.loads(told.payload)["value"] == claim.label()


def test_accepted_words_are_given_as_the_reason_in_the_words_of_the_record(people: dict[str, User]) -> None:
    item = make_item()
    caption = make_caption(item, "Twenty people board a boat on 3 May 2024.")
    with changing([item], reword=True):
        pass
    words = "Twenty people board a boat on 18 June 2024."
    proposal = make_proposal(caption, "WRONG_DATE", by=people["researcher"], text=words)

    decide(proposal, outcome="ACCEPTED", by=people["moderator"], at=timezone.now())

    assert {ruling.reason for ruling in Ruling.objects.all()} == {"accepted: wrong date"}


def test_a_later_copy_is_restricted_in_the_words_of_the_record(people: dict[str, User]) -> None:
    item, later = make_item(), make_item()
    set_access([item], access=Access.RESTRICTED, by=people["archivist"], reason="The family asks.")
    make_match(item, later)

    taking_down.follow()

    assert TakeDown.objects.get(item=later).reason == "It shows the same as a picture that was taken down."


def test_accessions_are_offered_titles_in_the_words_of_the_record(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["archivist"])

    page = client.get(reverse("upload")).content.decode()

    assert f"Accession of {label_of_day(timezone.localdate())}" in page
