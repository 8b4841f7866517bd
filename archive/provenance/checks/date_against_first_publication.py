"""Was the picture published before it is said to have been made?"""

from collections.abc import Iterator
from datetime import date, timedelta

from archive.provenance.checks.evidence import OF_THE_FILE, ClaimFacts, Evidence, Ground
from archive.provenance.checks.finding import Check, Observation, Outcome, Question, Value, days
from archive.standards.edtf import DateInterval, parse
from archive.standards.normal_form import gettext_noop
from archive.standards.vocabulary import Property

_DAY = timedelta(days=1)


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    claims = [claim for claim in evidence.leading(Property.DATE_CREATED) if claim.dates]
    published = sorted(_published(evidence), key=lambda each: (each[0].latest, str(each[2])))
    if not claims:
        yield Observation(Outcome.NOT_APPLICABLE, "no-date")
        return
    if not published:
        yield Observation(Outcome.NOT_APPLICABLE, "no-publication")
        return
    published_on, values, grounds, is_sure = published[0]
    for claim in claims:
        earliest = _earliest(claim)
        of_both = {"claimed": days(claim.dates), "published": days(published_on), **values}
        if earliest > published_on.latest:
            by_file = "embedded-" if claim.source in OF_THE_FILE else ""
            outcome, code = (
                (Outcome.CONTRADICTORY, f"{by_file}after") if is_sure else (Outcome.INCONCLUSIVE, "perhaps-after")
            )
        elif claim.dates.latest < published_on.earliest:
            outcome, code = Outcome.CONSISTENT, "before"
        else:
            outcome, code = Outcome.INCONCLUSIVE, "overlap"
        yield Observation(outcome, code, of_both, (claim.ground, *grounds))


def _published(evidence: Evidence) -> Iterator[tuple[DateInterval, dict[str, Value], tuple[Ground, ...], bool]]:
    """Yield each day on which it was published, where, the grounds of that, and whether people confirmed it."""
    for appearance in evidence.appearances:
        if appearance.dates and appearance.dates.latest != date.max:
            yield appearance.dates, {"outlet": appearance.outlet}, (appearance.ground,), True
    accession = evidence.accession
    if accession.published_on:
        day = parse(accession.published_on.isoformat())
        yield day, {"outlet": accession.outlet or "–"}, (accession.ground,), True
    for copy in evidence.copies:
        for appearance in copy.appearances:
            if appearance.dates and appearance.dates.latest != date.max:
                yield (
                    appearance.dates,
                    {"outlet": appearance.outlet},
                    (appearance.ground, *copy.grounds),
                    copy.is_confirmed,
                )


def _earliest(claim: ClaimFacts) -> date:
    """Return the first day claimed; a day told in UTC may be the day before where it happened."""
    assert claim.dates
    return claim.dates.earliest - _DAY if "Z" in claim.dates.edtf else claim.dates.earliest


CHECK = Check(
    slug="date-against-first-publication",
    version="1",
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
        "overlap": gettext_noop(
            "Said to be made %(claimed)s, first published %(published)s (%(outlet)s): both can be true, and neither "
            "proves the other."
        ),
    },
    weigh=_weigh,
)
