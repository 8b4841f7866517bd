"""
Copies of a distressing picture that come after it was marked: marked as they are recognised, as take-downs follow.

Only what a strong match, or a person, says to be the same picture. What a person has decided on by itself stays.
"""

from datetime import datetime

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from archive.catalogue.distressing import MARK_VERBS
from archive.catalogue.models import Item
from archive.ledger.models import LedgerEntry
from archive.ledger.recording import act, subject_of
from archive.matching.kinds import Kind
from archive.matching.models import Match, MatchQuerySet, MatchRuling
from archive.projection.item_gate import changing
from archive.provenance.taking_down import AGENT


def follow() -> int:
    """Mark the copies that have come since of what is marked distressing; return how many. May run again."""
    number = 0
    for match, item in _newly_matched(Match.objects.all()):
        with changing([item]):
            # Asked again now that it is locked: a person may have decided on it a moment before, or denied the match.
            if item.pk not in {each.pk for _match, each in _newly_matched(Match.objects.filter(pk=match.pk))}:
                continue
            Item.objects.filter(pk=item.pk).update(is_distressing=True)
            reason = _("It shows the same as a picture that is marked distressing.")
            act(verb=MARK_VERBS[True], subject=item, actor=AGENT, payload={"reason": reason, "match": match.pk})
            number += 1
    return number


def _newly_matched(matches: MatchQuerySet) -> list[tuple[Match, Item]]:
    """
    Return strong or confirmed matches of marked pictures with pictures that nobody has marked or unmarked.

    What was matched before the mark was asked about with it, and stays as it was answered. Of footage its stills, and
    of a still the footage, show other moments: they are left to people.
    """
    marked = Item.objects.filter(is_distressing=True).values("media_file")
    answered = MatchRuling.objects.filter(match=OuterRef("pk")).order_by("-pk").values("ruled_at")[:1]
    touching = (
        matches.counting()
        .exclude(kind_now__in=[Kind.SIMILAR_SCENE, Kind.STILL_OF])
        .filter(Q(held__in=marked) | Q(other__in=marked))
        .exclude(held__item__is_distressing=True, other__item__is_distressing=True)
        .annotate(said_at=Coalesce(Subquery(answered), "found_at"))
        .select_related("held__item", "other__item")
        .order_by("pk")
    )
    found = list(touching)
    acts = _last_acts([item for match in found for item in (match.held.item, match.other.item)])
    new = []
    for match in found:
        sides = (match.held.item, match.other.item)
        for item, other in (sides, sides[::-1]):
            marked_at = acts.get(subject_of(other))
            is_decided = item.is_distressing or subject_of(item) in acts
            if not is_decided and other.is_distressing and marked_at and match.said_at > marked_at:
                new.append((match, item))
    return new


def _last_acts(items: list[Item]) -> dict[str, datetime]:
    """Return when each item was last marked, or its mark taken back, by its name in the ledger."""
    subjects = {subject_of(item) for item in items}
    acts = LedgerEntry.objects.filter(verb__in=MARK_VERBS.values(), subject__in=subjects).order_by("sequence")
    return dict(acts.values_list("subject", "occurred_at"))
