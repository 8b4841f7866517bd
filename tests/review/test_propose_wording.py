import pytest
from django.db import connection

from archive.accounts.models import User
from archive.ledger.not_done import NotDone
from archive.review import propose_wording
from archive.review.models import Proposal
from archive.review.propose_wording import propose
from tests.builders import make_caption, make_item, make_proposal
from tests.two_at_once import meet

pytestmark = pytest.mark.django_db
People = dict[str, User]


def test_nobody_fills_the_queue_alone(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(propose_wording, "MOST_OPEN", 2)
    caption = make_caption(make_item(), "A boat.")
    for note in "ab":
        make_proposal(caption, by=people["researcher"], note=note)

    with pytest.raises(NotDone, match="2 of your proposals wait"):
        propose(caption, reason="WRONG_DATE", by=people["researcher"])

    assert propose(caption, reason="WRONG_DATE", by=people["archivist"])


@pytest.mark.django_db(transaction=True)
def test_of_two_proposals_at_once_the_last_place_goes_to_one(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    monkeypatch.setattr(propose_wording, "MOST_OPEN", 1)
    one, other = (make_caption(make_item(), text) for text in ("A boat.", "A beach."))
    refused: list[str] = []

    def late() -> None:
        try:
            propose(other, reason="WRONG_DATE", by=people["researcher"])
        except NotDone as problem:
            refused.append(str(problem))

    meet(lambda: propose(one, reason="WRONG_DATE", by=people["researcher"]), late)

    assert len(refused) == 1 and Proposal.objects.get().caption == one
