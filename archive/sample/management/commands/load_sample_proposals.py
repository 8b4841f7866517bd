from typing import Any

from django.core.management.base import BaseCommand

from archive.accounts.models import User
from archive.accounts.roles import RESEARCHER
from archive.catalogue.models import Caption
from archive.review.models import Proposal
from archive.review.propose_wording import propose
from archive.sample.story import read_story


class Command(BaseCommand):
    help = "Let the first researcher flag some captions of the sample collection, once."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(groups__name=RESEARCHER, is_active=True).order_by("pk").first()
        if by is None or Proposal.objects.exists():
            return
        made = 0
        for proposal in read_story().proposals:
            captions = Caption.objects.filter(item__file_name=proposal.file_name, origin=Caption.Origin.LIST)
            if caption := captions.current().order_by("pk").first():
                propose(caption, reason=Proposal.Reason[proposal.reason], by=by, text=proposal.text, note=proposal.note)
                made += 1
        self.stdout.write(f"{made} captions of the sample were flagged, for the moderators’ queue.")
