from typing import Any, NamedTuple

from django.core.management.base import BaseCommand

from archive.accounts.models import User
from archive.accounts.roles import RESEARCHER
from archive.catalogue.models import Caption
from archive.review.models import Proposal
from archive.review.proposing import propose

Reason = Proposal.Reason


class Said(NamedTuple):
    """What somebody says of the caption of one file of the sample."""

    file_name: str
    reason: str
    text: str = ""
    note: str = ""


SAID = [
    Said(
        "wimereux-boarding.jpg",
        Reason.WRONG_DATE,
        "People board a boat at Wimereux on 3 May 2024.",
        "Which year is not said. The agency’s pictures of that boarding are of 2024.",
    ),
    Said(
        "beach_0602_leaving.jpg",
        Reason.WRONG_COUNT,
        "The boat leaves the coast with more than thirty people on board. Still from footage by Sky News, Tuesday.",
        "I count 34 heads at full size.",
    ),
    Said(
        "aerial_0611.jpg",
        Reason.WRONG_PLACE,
        note="The coast here has groynes; between Dunkirk and the border there are none.",
    ),
    Said(
        "IMG-20240703-WA0012.jpg",
        Reason.LOADED_LANGUAGE,
        "A boat with people on board this morning. Forwarded many times.",
    ),
    Said(
        "clovelly-harbour.jpg",
        Reason.NOT_WHAT_IS_SHOWN,
        "The harbour at Clovelly.",
        "Nobody who is named can be seen in it.",
    ),
    Said(
        "IMG_4471.jpg",
        Reason.CREDIT_MISSING,
        note="The delivery names its maker, the caption does not.",
    ),
    Said(
        "beach_0547_phone.png",
        Reason.IDENTIFIES_PERSON,
        note="Could the officer be known by this? I was not sure, so I marked it.",
    ),
]


class Command(BaseCommand):
    help = "Let the first researcher flag some captions of the sample collection, once."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(groups__name=RESEARCHER, is_active=True).order_by("pk").first()
        if by is None or Proposal.objects.exists():
            return
        made = 0
        for said in SAID:
            captions = Caption.objects.filter(item__file_name=said.file_name, origin=Caption.Origin.LIST)
            if caption := captions.filter(superseded_by=None).order_by("pk").first():
                propose(caption, reason=said.reason, by=by, text=said.text, note=said.note)
                made += 1
        self.stdout.write(f"{made} captions of the sample were flagged, for the moderators’ queue.")
