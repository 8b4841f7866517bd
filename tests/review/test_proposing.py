import io

import pytest
from django.core.management import call_command

from archive.accounts.models import User
from archive.catalogue.models import Caption
from archive.review import proposing
from archive.review.management.commands.load_sample_proposals import SAID
from archive.review.models import Proposal
from archive.review.proposing import propose
from tests.builders import make_caption, make_item, make_proposal

pytestmark = pytest.mark.django_db
People = dict[str, User]


def test_nobody_fills_the_queue_alone(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposing, "MOST_OPEN", 2)
    caption = make_caption(make_item(), "A boat.")
    for note in "ab":
        make_proposal(caption, by=people["researcher"], note=note)

    with pytest.raises(ValueError, match="2 of your proposals wait"):
        propose(caption, reason="WRONG_DATE", by=people["researcher"])

    assert propose(caption, reason="WRONG_DATE", by=people["archivist"])


def test_the_sample_has_proposals_once_and_only_where_its_captions_are(people: People) -> None:
    for said in SAID[:3]:
        make_caption(make_item(file_name=said.file_name), "As it came.", origin=Caption.Origin.LIST)

    for _ in range(2):
        call_command("load_sample_proposals", stdout=io.StringIO())

    made = Proposal.objects.order_by("pk").values_list("reason", "proposed_by__username")
    assert list(made) == [(said.reason, "researcher") for said in SAID[:3]]
