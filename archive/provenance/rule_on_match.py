"""People rule on matches: confirm, deny, or name another kind. What copies prove of one another follows at once."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item
from archive.ledger.not_done import DecidedMeanwhile, NotDone
from archive.ledger.record_acts import act, recording
from archive.matching.models import Match, MatchRuling
from archive.provenance import following_marks, taking_down
from archive.provenance.lineage import lead
from archive.standards.vocabulary import Standing

SAID = {
    Standing.ACCEPTED: gettext_lazy("confirmed"),
    Standing.REJECTED: gettext_lazy("not the same"),
    Standing.PROPOSED: gettext_lazy("the answer was taken back"),
}
VERBS = {
    Standing.ACCEPTED: "confirm match",
    Standing.REJECTED: "deny match",
    Standing.PROPOSED: "reopen match",
}


def rule_on_match(
    match: Match, *, standing: Standing, by: User, kind: str = "", reason: str = "", seen: int | None = None
) -> MatchRuling:
    """
    Record what a person answers to a match, and lead the lineage of both pictures anew. What is confirmed as a copy of
    a picture that was taken down is restricted with it.

    :param kind: where the person names another kind than the machine, such as another exposure of the same scene
    :param seen: how many answers the person was shown; the same answer of the same person again is that one
    :raises NotAllowed: the person may not rule on matches
    :raises DecidedMeanwhile: somebody answered after what was shown
    :raises NotDone: an answer that is none
    """
    if not by.has_perm("matching.rule_on_match"):
        raise NotAllowed(_("Only an archivist may decide on a match."))
    if standing not in VERBS:
        raise NotDone(_("Confirm the match, say “not the same”, or reset it to proposed."))
    if kind and kind not in dict(Match._meta.get_field("kind").choices):
        raise NotDone(_("There is no such kind of match. Choose one of the list."))
    answer = {"standing": standing, "kind": kind, "reason": reason.strip(), "ruled_by": by}
    with recording():
        # Without the key: who leads lineage points claims to the match, and holds what `lead` waits for.
        Match.objects.select_for_update(no_key=True).get(pk=match.pk)
        rulings = list(match.rulings.select_related("ruled_by").order_by("pk"))
        # A double click is one act; somebody else's same answer is another one.
        if rulings and all(getattr(rulings[-1], name) == value for name, value in answer.items()):
            return rulings[-1]
        if seen is not None and len(rulings) > seen:
            last = rulings[-1]
            if (last.ruled_by, last.standing, last.kind) == (by, standing, kind):
                return last
            raise DecidedMeanwhile(last.ruled_by, last.ruled_at, str(SAID[Standing(last.standing)]))
        ruling = MatchRuling.objects.create(match=match, ruled_at=timezone.now(), **answer)
        payload = {"held": match.held_id, "other": match.other_id, "kind": kind or match.kind, "reason": ruling.reason}
        act(verb=VERBS[standing], subject=match, actor=by, payload=payload)
        lead(Item.objects.filter(media_file__in=[match.held_id, match.other_id]))
    if standing == Standing.ACCEPTED:
        taking_down.follow()
        following_marks.follow()
    return ruling
