import io

import pytest
from django.core.management import call_command

from archive.accounts.models import User
from archive.catalogue.models import Caption
from archive.review.models import Proposal
from archive.sample.story import read_story
from tests.builders import make_caption, make_item

pytestmark = pytest.mark.django_db
People = dict[str, User]


def test_the_sample_has_proposals_once_and_only_where_its_captions_are(people: People) -> None:
    three = read_story().proposals[:3]
    for proposal in three:
        make_caption(make_item(file_name=proposal.file_name), "As it came.", origin=Caption.Origin.LIST)

    for _ in range(2):
        call_command("load_sample_proposals", stdout=io.StringIO())

    made = Proposal.objects.order_by("pk").values_list("reason", "proposed_by__username")
    assert list(made) == [(proposal.reason, "researcher") for proposal in three]


def test_what_the_story_proposes_is_of_its_own_files_and_for_a_reason_there_is() -> None:
    names = {file.name for file in read_story().files.values()}
    for proposal in read_story().proposals:
        assert proposal.file_name in names
        assert proposal.reason in Proposal.Reason
