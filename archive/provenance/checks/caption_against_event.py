"""Do the date and the place of the picture lie within those of the event that it is said to show?"""

from collections.abc import Iterator

from archive.provenance.checks.evidence import ClaimFacts, EventFacts, Evidence
from archive.provenance.checks.finding import Check, Observation, Outcome, Question, Value, days, edtf, metres
from archive.provenance.checks.places_apart import are_apart
from archive.standards.normal_form import gettext_noop
from archive.standards.vocabulary import Property

# A boat drifts, and a crowd walks, from one beach to the next: so far beside a place the event may still have gone on.
_NEAR_METRES = 25_000


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    claims = [claim for claim in evidence.leading(Property.EVENT) if claim.event]
    if not claims:
        yield Observation(Outcome.NOT_APPLICABLE, "no-event")
    for claim in claims:
        assert claim.event
        said = [*_of_dates(claim, claim.event, evidence), *_of_places(claim, claim.event, evidence)]
        yield from said or [Observation(Outcome.INCONCLUSIVE, "open", {"event": claim.event.name}, (claim.ground,))]


def _of_dates(claim: ClaimFacts, event: EventFacts, evidence: Evidence) -> Iterator[Observation]:
    for dated in evidence.leading(Property.DATE_CREATED):
        if not dated.dates or not event.dates:
            continue
        slack = 1 if "Z" in dated.dates.edtf else 0
        values = {"event": event.name, "claimed": days(dated.dates), "dates": edtf(event.dates)}
        grounds = (claim.ground, dated.ground)
        if dated.dates.gap_days(event.dates) > slack:
            yield Observation(Outcome.CONTRADICTORY, "date-outside", values, grounds)
        elif dated.dates.within(event.dates):
            yield Observation(Outcome.CONSISTENT, "date-within", values, grounds)


def _of_places(claim: ClaimFacts, event: EventFacts, evidence: Evidence) -> Iterator[Observation]:
    for placed in evidence.leading(Property.LOCATION_SHOWN):
        if not placed.place or not event.places:
            continue
        values: dict[str, Value] = {"event": event.name, "place": placed.place.name}
        grounds = (claim.ground, placed.ground)
        apart = [are_apart(placed.place, place) for place in event.places]
        nearest = min((distance for distance in apart if distance is not None), default=0.0)
        if None not in apart and nearest > _NEAR_METRES:
            far = "" if nearest == float("inf") else "-by"
            values |= {"distance": metres(nearest)} if far else {}
            yield Observation(Outcome.CONTRADICTORY, f"place-outside{far}", values, grounds)
        elif None not in apart:
            values["distance"] = metres(nearest)
            yield Observation(Outcome.INCONCLUSIVE, "place-beside", values, grounds)
        elif any(placed.place.path.startswith(place.path) for place in event.places):
            yield Observation(Outcome.CONSISTENT, "place-within", values, grounds)


CHECK = Check(
    slug="caption-against-event",
    version="1",
    title=gettext_noop("Date and place against the event"),
    question=Question.EVENT,
    meaning=gettext_noop(
        "Compares the dates and the places that could lead with those that the archive records of the event."
    ),
    limits=gettext_noop(
        "It is as good as the record of the event: days and places that are missing there look like a contradiction. A "
        "picture can lie within both and still show something else."
    ),
    sentences={
        "no-event": gettext_noop("It is linked to no event."),
        "open": gettext_noop("Neither its date nor its place can be compared with what is recorded of “%(event)s”."),
        "date-outside": gettext_noop("Said to be made %(claimed)s, but “%(event)s” is recorded as %(dates)s."),
        "date-within": gettext_noop("Said to be made %(claimed)s, within “%(event)s” (%(dates)s)."),
        "place-outside": gettext_noop("Said to show %(place)s, which is none of the places of “%(event)s”."),
        "place-outside-by": gettext_noop("Said to show %(place)s, %(distance)s from the nearest place of “%(event)s”."),
        "place-beside": gettext_noop(
            "Said to show %(place)s, which is no place of “%(event)s” but only %(distance)s from one."
        ),
        "place-within": gettext_noop("Said to show %(place)s, one of the places of “%(event)s”."),
    },
    weigh=_weigh,
)
