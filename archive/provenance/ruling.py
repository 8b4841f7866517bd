"""People rule on matches: confirm, deny, or name another kind. What copies prove of one another follows at once."""

from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item
from archive.ledger.recording import act, recording
from archive.matching.models import Match, MatchRuling
from archive.provenance.lineage import lead
from archive.standards.vocabulary import Standing

VERBS = {
    Standing.ACCEPTED: "confirm match",
    Standing.REJECTED: "deny match",
    Standing.PROPOSED: "reopen match",
}


def rule_on_match(match: Match, *, standing: Standing, by: User, kind: str = "", reason: str = "") -> MatchRuling:
    """
    Record what a person answers to a match, and lead the lineage of both pictures anew.

    :param kind: where the person names another kind than the machine, such as another exposure of the same scene
    :raises NotAllowed: the person may not rule on matches
    :raises ValueError: an answer that is none
    """
    if not by.has_perm("matching.rule_on_match"):
        raise NotAllowed(_("Only an archivist may confirm or deny a match."))
    if standing not in VERBS:
        raise ValueError(_("Confirm the match, deny it, or put it back to proposed."))
    if kind and kind not in dict(Match._meta.get_field("kind").choices):
        raise ValueError(_("There is no such kind of match. Choose one of the list."))
    with recording():
        ruling = MatchRuling.objects.create(
            match=match, standing=standing, kind=kind, reason=reason.strip(), ruled_at=timezone.now(), ruled_by=by
        )
        payload = {"held": match.held_id, "other": match.other_id, "kind": kind or match.kind, "reason": ruling.reason}
        act(verb=VERBS[standing], subject=match, actor=by, payload=payload)
        lead(Item.objects.filter(media_file__in=[match.held_id, match.other_id]))
    return ruling
