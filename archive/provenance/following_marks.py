"""
Copies of a distressing picture that come after it was marked: marked as they are recognised, as take-downs follow.

Only what a strong match, or a person, says to be the same picture. What a person has decided on by itself stays.
"""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_noop

from archive.catalogue.distressing_marks import MARK_VERBS
from archive.catalogue.models import Item
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, subject_of
from archive.matching.models import Match, MatchQuerySet
from archive.projection.item_gate import changing
from archive.provenance.taking_down import AGENT


def follow() -> int:
    """Mark the copies that have come since of what is marked distressing; return how many. May run again."""
    number = 0
    # What was just marked may have copies of its own.
    while marked := _mark(_newly_matched(Match.objects.all())):
        number += marked
    return number


def _mark(pairs: list[tuple[Match, Item]]) -> int:
    number = 0
    for match, item in pairs:
        with changing([item]):
            # Asked again now that it is locked: a person may have decided on it a moment before, or denied the match.
            own = Match.objects.filter(Q(held=item.media_file_id) | Q(other=item.media_file_id))
            if (match.pk, item.pk) not in {(again.pk, each.pk) for again, each in _newly_matched(own)}:
                continue
            Item.objects.filter(pk=item.pk).update(is_distressing=True)
            reason = gettext_noop("It shows the same as a picture that is marked distressing.")
            act(verb=MARK_VERBS[True], subject=item, actor=AGENT, payload={"reason": reason, "match": match.pk})
            number += 1
    return number


def _newly_matched(matches: MatchQuerySet) -> list[tuple[Match, Item]]:
    """
    Return strong or confirmed matches of marked pictures with pictures that nobody has marked or unmarked.

    What was matched before a person's mark was asked about with it, and stays as it was answered; about a mark that
    followed nobody was asked. Of footage its stills, and of a still the footage, show other moments: they are left to
    people.
    """
    marked = Item.objects.filter(is_distressing=True).values("media_file")
    touching = (
        matches.same_picture()
        .touching(marked)
        .exclude(held__item__is_distressing=True, other__item__is_distressing=True)
        .order_by("pk")
    )
    of_marked = list(touching)
    acts = _last_acts([item for match in of_marked for item in (match.held.item, match.other.item)])
    followed, by_person, asked_about = [], [], set()
    for match in of_marked:
        sides = (match.held.item, match.other.item)
        for item, other in (sides, sides[::-1]):
            marked_at, actor = acts.get(subject_of(other), (None, ""))
            if marked_at is None or not other.is_distressing:
                continue
            if actor == AGENT:
                followed.append((match, item))
            elif match.said_at > marked_at:
                by_person.append((match, item))
            else:
                asked_about.add(item.pk)
    new = by_person + [(match, item) for match, item in followed if item.pk not in asked_about]
    return [(match, item) for match, item in new if not item.is_distressing and subject_of(item) not in acts]


def _last_acts(items: list[Item]) -> dict[str, tuple[datetime, str]]:
    """Return when and by whom each item was last marked, or its mark taken back, by its name in the ledger."""
    subjects = {subject_of(item) for item in items}
    acts = LedgerEntry.objects.filter(verb__in=MARK_VERBS.values(), subject__in=subjects).order_by("sequence")
    return {subject: (at, actor) for subject, at, actor in acts.values_list("subject", "occurred_at", "actor")}
