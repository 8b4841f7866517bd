"""Of the acts on an item a person is told those that tell nothing they may not read."""

import pytest
from django.utils.translation import override

from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, recording
from archive.provenance.models import Finding
from archive.review.told_acts import acts_told_to, words_of_act
from tests.builders import make_item, make_people

pytestmark = pytest.mark.django_db


def test_that_a_removed_check_had_found_something_is_told_to_archive_staff_alone() -> None:
    people, item = make_people(), make_item(access="RELEASED")
    with recording():
        act(verb=Finding.DROP_VERB, subject=item, actor="Strandline", payload={"finding": 7})

    told = {role: acts_told_to(people[role], item, claims=set()) for role in ("researcher", "archivist")}

    assert told["researcher"] == []
    words, more = words_of_act(LedgerEntry.objects.get(pk=told["archivist"][0].pk))
    assert (words, more) == ("dropped the finding of a check that is no longer made", "")


def test_what_was_said_is_written_as_the_language_writes_it() -> None:
    people, item = make_people(), make_item()
    with recording():
        act(verb="claim", subject=item, actor=people["archivist"], payload={"property": "event", "value": "Crossings"})
        act(verb="claim", subject=item, actor=people["archivist"], payload={"property": "event"})
    first, second = LedgerEntry.objects.filter(verb="claim").order_by("sequence")

    with override("fr"):
        told = [words_of_act(first)[1], words_of_act(second)[1]]

    assert told == ["Événement\N{NO-BREAK SPACE}: Crossings", "Événement"]
    assert words_of_act(first)[1] == "Event: Crossings"
