"""
Compose what stands beside a wording: what was proposed on it, what was answered, and what is known beside it.

Plain functions over rows that were fetched before; none of them queries.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import get_language

from archive.accounts.models import User
from archive.catalogue.hidden_wordings import Withheld
from archive.catalogue.models import Caption
from archive.claims.leading_claims import Grounds
from archive.claims.models import Claim
from archive.review.models import Proposal, ProposalDecision
from archive.standards.vocabulary import Property
from archive.standards.word_differences import Part, differences
from archive.web.presenters.items import PROPERTIES


@dataclass(frozen=True)
class Remark:
    """A proposal as it is shown; of what is held, only that there is one and how it stands."""

    proposal: Proposal
    answer: ProposalDecision | None
    is_hidden: bool
    note: str = ""
    parts: list[Part] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        """Tell whether it was accepted as a remark: it changed no words, so it goes on standing beside them."""
        return self.answer is not None and self.answer.outcome == "ACCEPTED" and self.answer.caption_id is None


def remarks(proposals: Iterable[Proposal], withheld: Withheld, *, reader: User) -> list[Remark]:
    """
    Return the proposals in their order, with the words that the reader may read.

    :param proposals: from `Proposal.objects.with_answers()`
    """
    shown = []
    for proposal in proposals:
        answer = getattr(proposal, "decision", None)
        if withheld.covers(proposal.caption):
            shown.append(Remark(proposal, answer, is_hidden=True))
            continue
        text, note = proposal.words_for(reader, withheld)
        parts = differences(proposal.caption.text, text) if text else []
        shown.append(Remark(proposal, answer, is_hidden=False, note=note, parts=parts))
    return shown


@dataclass(frozen=True)
class Known:
    """One property beside a wording: what was read from it, and what others say."""

    label: str
    read: list[Claim]
    others: list[Claim]
    is_contested: bool


def known(grounds: dict[Property, Grounds], wording: Caption) -> list[Known]:
    """Return what is said of the picture, each value once, what was read from this wording apart from the rest."""
    rows = []
    for name, label in PROPERTIES.items():
        ground = grounds.get(name)
        if ground is None or ground.leading is None:
            continue
        read: dict[str, Claim] = {}
        others: dict[str, Claim] = {}
        for claim in [ground.leading, *ground.rivals]:
            (read if _is_read_from(claim, wording) else others).setdefault(claim.label(get_language()), claim)
        rows.append(Known(str(label), list(read.values()), list(others.values()), ground.is_contested))
    return rows


def _is_read_from(claim: Claim, wording: Caption) -> bool:
    # Twins are read once: a wording of the same text stands for this one.
    caption = claim.source.caption
    return caption is not None and (caption.pk == wording.pk or caption.text == wording.text)
