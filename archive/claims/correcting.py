"""People correct what was read from a caption: one act says what the words mean, in place of what the machine read."""

from typing import Any

from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.claims.agreeing import can_both_be_true
from archive.claims.item_gate import changing
from archive.claims.linking import link
from archive.claims.models import Claim
from archive.claims.ruling import rule, rule_all
from archive.standards.vocabulary import Property, Standing


def correct(
    claim: Claim, *, by: User, note: str = "", seen: int | None = None, answers: int | None = None, **value: Any
) -> Claim:
    """
    Claim on the word of a person what the span of a caption says, and supersede what was read there.

    :param answers: the latest claim that the person was shown, where they say that theirs answers what contradicts it:
        all up to it that is only proposed and cannot be true beside theirs is superseded by it, in the same act; what
        is said later contests again
    :param value: as `linking.link` takes it, of the same property: `date`, `place`, `outlet`, `count` or `text`
    :param seen: how many rulings the person was shown
    :raises NotAllowed: the person may not make claims or rule on them; nothing changed
    :raises DecidedMeanwhile: somebody ruled after what was shown; nothing changed
    :raises ValueError: no value was given, or rivals are answered without a reason
    """
    if answers is not None and not note.strip():
        raise ValueError(_("Say how you know: that answers what else is said."))
    with changing([claim.item]):
        [corrected] = link(
            [claim.item], property=Property(claim.property), by=by, note=note, quoting=claim.source, **value
        )
        rule(claim, standing=Standing.SUPERSEDED, by=by, reason=note, superseded_by=corrected, seen=seen)
        if answers is not None:
            rivals = _contradicted(corrected, until=answers)
            rule_all(rivals, standing=Standing.SUPERSEDED, by=by, reason=note, superseded_by=corrected)
    return corrected


def _contradicted(corrected: Claim, *, until: int) -> list[Claim]:
    """Return what is proposed for the same property, was recorded by then, and cannot be true beside the correction."""
    name = Property(corrected.property)
    shown = Claim.objects.filter(item=corrected.item, property=name, pk__lte=until).with_grounds().order_by("pk")
    proposed = [claim for claim in shown if claim.standing == Standing.PROPOSED]
    return [claim for claim in proposed if not can_both_be_true(name, claim, corrected)]
