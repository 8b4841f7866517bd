"""Was the picture published before it is said to have been made?"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from archive.provenance.checks.evidence import OF_THE_FILE, ClaimFacts, Evidence, Ground
from archive.provenance.checks.finding import (
    MORE_COPIES,
    Check,
    Observation,
    Outcome,
    Question,
    beside_leads,
    days,
    more_copies,
)
from archive.standards.edtf import DateInterval, parse
from archive.standards.normal_form import gettext_noop
from archive.standards.vocabulary import Property

_DAY = timedelta(days=1)


class _Publication(NamedTuple):
    """When and where it was published, the grounds of that, and whether people confirmed it."""

    dates: DateInterval
    outlet: str
    grounds: tuple[Ground, ...]
    is_sure: bool = True


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    claims = [claim for claim in evidence.leading(Property.DATE_CREATED) if claim.dates]
    published = sorted(_published(evidence), key=lambda each: (each.dates.latest, str(each.grounds)))
    if not claims:
        yield Observation(Outcome.NOT_APPLICABLE, "no-date")
        return
    yield from more_copies(evidence)
    if not published:
        yield Observation(Outcome.NOT_APPLICABLE, "no-publication")
        return
    sure = next((each for each in published if each.is_sure), None)
    # What may be a copy was published before it: a lead beside what is sure, which never hides a contradiction.
    perhaps = published[0] if not published[0].is_sure else None
    seen = [_compared(claim, sure) for claim in claims] if sure else []
    leads = [_compared(claim, perhaps) for claim in claims] if perhaps else []
    if sure:
        leads = [each for each in leads if each.code == "perhaps-after"]
    all_seen = [*leads, *seen]
    yield from beside_leads(all_seen) if any(each.code == "perhaps-after" for each in leads) else all_seen


def _compared(claim: ClaimFacts, published: _Publication) -> Observation:
    assert claim.dates
    values = {"claimed": days(claim.dates), "published": days(published.dates), "outlet": published.outlet}
    if _earliest(claim) > published.dates.latest:
        by_file = "embedded-" if claim.source in OF_THE_FILE else ""
        outcome, code = (
            (Outcome.CONTRADICTORY, f"{by_file}after") if published.is_sure else (Outcome.INCONCLUSIVE, "perhaps-after")
        )
    elif claim.dates.latest < published.dates.earliest:
        outcome, code = Outcome.CONSISTENT, "before"
    else:
        outcome, code = Outcome.INCONCLUSIVE, "overlap"
    return Observation(outcome, code, values, (claim.ground, *published.grounds))


def _published(evidence: Evidence) -> Iterator[_Publication]:
    """Yield each day on which it, or a copy, was published."""
    for appearance in evidence.appearances:
        if appearance.dates and appearance.dates.latest != date.max:
            yield _Publication(appearance.dates, appearance.outlet, (appearance.ground,))
    accession = evidence.accession
    if accession.published_on:
        day = parse(accession.published_on.isoformat())
        yield _Publication(day, accession.outlet or "–", (accession.ground,))
    for copy in evidence.copies:
        for appearance in copy.appearances:
            if appearance.dates and appearance.dates.latest != date.max:
                grounds = (appearance.ground, *copy.grounds)
                yield _Publication(appearance.dates, appearance.outlet, grounds, is_sure=copy.is_confirmed)


def _earliest(claim: ClaimFacts) -> date:
    """Return the first day claimed; a day told in UTC may be the day before where it happened."""
    assert claim.dates
    return claim.dates.earliest - _DAY if "Z" in claim.dates.edtf else claim.dates.earliest


CHECK = Check(
    slug="date-against-first-publication",
    version="3",
    title=gettext_noop("Date against first publication"),
    question=Question.WHEN,
    meaning=gettext_noop(
        "Compares each date that could lead with the first day on which this picture, or a copy of it, is known to "
        "have been published."
    ),
    limits=gettext_noop(
        "It knows only what this archive holds: the picture may have been published earlier elsewhere. A picture that "
        "was made before it was published can still have been made on another day than is said."
    ),
    sentences={
        "no-date": gettext_noop("Nobody says when it was made."),
        "no-publication": gettext_noop("No dated publication of it, or of a copy, is known."),
        "before": gettext_noop("Said to be made %(claimed)s, first published %(published)s (%(outlet)s)."),
        "after": gettext_noop("Said to be made %(claimed)s, but already published %(published)s (%(outlet)s)."),
        "embedded-after": gettext_noop(
            "The file says that it was made %(claimed)s, but it was already published %(published)s (%(outlet)s)."
        ),
        "perhaps-after": gettext_noop(
            "Said to be made %(claimed)s, but what may be a copy was already published %(published)s (%(outlet)s): "
            "confirm or deny the match."
        ),
        "more-copies": MORE_COPIES,
        "overlap": gettext_noop(
            "Said to be made %(claimed)s, first published %(published)s (%(outlet)s): both can be true, and neither "
            "proves the other."
        ),
    },
    weigh=_weigh,
)
