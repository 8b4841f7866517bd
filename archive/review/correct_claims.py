"""People correct what was read from a caption: one act says what the words mean, in place of what the machine read."""

from typing import Any

from archive.accounts.models import User
from archive.claims.models import Claim
from archive.projection.item_gate import changing
from archive.review.claim_rulings import rule
from archive.review.link_items import answer_rivals, check_reason, link
from archive.standards.vocabulary import Property, Standing


def correct(
    claim: Claim, *, by: User, note: str = "", seen: int | None = None, answers: int | None = None, **value: Any
) -> Claim:
    """
    Claim on the word of a person what the span of a caption says, and supersede what was read there.

    :param answers: the latest claim that the person was shown, where they say that theirs answers what contradicts it,
        as `linking.answer_rivals` does, in the same act
    :param value: as `linking.link` takes it, of the same property: `date`, `place`, `outlet`, `count` or `text`
    :param seen: how many rulings the person was shown
    :raises NotAllowed: the person may not make claims or rule on them; nothing changed
    :raises DecidedMeanwhile: somebody ruled after what was shown; nothing changed
    :raises NotDone: no value was given, or rivals are answered without a reason
    """
    if answers is not None:
        check_reason(note)
    with changing([claim.item]):
        [corrected] = link(
            [claim.item], property=Property(claim.property), by=by, note=note, quoting=claim.source, **value
        )
        # A person's own words of the span, said once more, are the claim itself: it stands.
        if corrected != claim:
            rule(claim, standing=Standing.SUPERSEDED, by=by, reason=note, superseded_by=corrected, seen=seen)
        if answers is not None:
            answer_rivals([corrected], until=answers, by=by, note=note)
    return corrected
