"""The ledger holds digests of captions; what older entries hold is told."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from archive.accounts.models import User
from archive.catalogue.add_caption import add_caption
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, recording
from tests.builders import make_item

pytestmark = pytest.mark.django_db


def told() -> str:
    out = StringIO()
    call_command("ledger_words", stdout=out)
    return out.getvalue()


def test_a_new_entry_holds_the_digest_of_a_caption_and_none_of_its_words(people: dict[str, User]) -> None:
    add_caption(make_item(), text="Nobody Known on a beach.", by=people["archivist"])

    payload = json.loads(LedgerEntry.objects.get(verb="describe").payload)

    assert len(payload["text_digest"]) == 64
    assert "Nobody" not in json.dumps(payload)
    assert told() == "No entry of the ledger holds the words of a caption.\n"


def test_older_entries_that_hold_words_are_told_by_their_numbers(people: dict[str, User]) -> None:
    item = make_item()
    with recording():
        for text in ("One.", "Two."):
            act(verb="describe", subject=item, actor=people["archivist"], payload={"caption": 1, "text": text})

    assert told().startswith("2 entries of the ledger hold the words of captions in full: 1-2.")
