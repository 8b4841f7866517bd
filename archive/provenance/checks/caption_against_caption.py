"""Do the captions of this picture, and of its copies, say the same of it?"""

from collections.abc import Iterator

from archive.provenance.checks.evidence import MOST_SAME_WORDS, ClaimFacts, CopyFacts, Evidence, Ground, SameWords
from archive.provenance.checks.finding import (
    MORE_COPIES,
    Check,
    Observation,
    Outcome,
    Question,
    Value,
    days,
    gravest,
    more_copies,
)
from archive.provenance.checks.places_apart import are_apart
from archive.standards.normal_form import gettext_noop
from archive.standards.vocabulary import Property, SourceKind, Standing

# A matter, what is compared of it, and the sentences for it.
_MATTERS = (Property.DATE_CREATED, Property.LOCATION_SHOWN, Property.PEOPLE_COUNT)
# So many are told, the gravest first; of the others their number.
_MOST_TOLD = 12


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    own = _read_from_captions(evidence.claims)
    said = [*_of_own_captions(own), *(each for copy in evidence.copies for each in _of_copy(own, copy))]
    said += _of_other_pictures(evidence)
    said += more_copies(evidence)
    if not said:
        yield Observation(Outcome.NOT_APPLICABLE, "no-caption" if not own else "no-other-caption")
    yield from gravest(said, _MOST_TOLD)


def _read_from_captions(claims: tuple[ClaimFacts, ...]) -> list[ClaimFacts]:
    return [
        claim
        for claim in claims
        if claim.source == SourceKind.CAPTION
        and claim.property in _MATTERS
        and claim.standing in (Standing.PROPOSED, Standing.ACCEPTED)
    ]


def _of_own_captions(own: list[ClaimFacts]) -> Iterator[Observation]:
    """Yield where two captions of the item itself cannot both be true."""
    for at, claim in enumerate(own):
        for other in own[at + 1 :]:
            if other.property != claim.property or other.caption == claim.caption:
                continue
            if (values := _contradiction(claim, other)) is not None:
                code = f"own-{_word(claim)}"
                yield Observation(Outcome.CONTRADICTORY, code, values, (claim.ground, other.ground))


def _of_copy(own: list[ClaimFacts], copy: CopyFacts) -> Iterator[Observation]:
    agrees = False
    for claim in own:
        for other in _read_from_captions(copy.claims):
            if other.property != claim.property:
                continue
            grounds: tuple[Ground, ...] = (claim.ground, other.ground, *copy.grounds)
            values = _contradiction(claim, other)
            if values is None:
                agrees = True
            elif copy.is_confirmed:
                yield Observation(Outcome.CONTRADICTORY, f"copy-{_word(claim)}", values, grounds)
            else:
                yield Observation(Outcome.INCONCLUSIVE, f"perhaps-copy-{_word(claim)}", values, grounds)
    if agrees:
        grounds = (*(claim.ground for claim in own), *copy.grounds)
        yield Observation(Outcome.CONSISTENT, "copy-agrees", {}, grounds)


def _of_other_pictures(evidence: Evidence) -> Iterator[Observation]:
    """Yield that the same words stand with other pictures: mostly of a series, a lead where those are dated apart."""
    own = [claim for claim in evidence.leading(Property.DATE_CREATED) if claim.dates]
    # A wording that names neither day nor place, such as a line of rights, stands with pictures of any day.
    telling = {claim.caption for claim in _read_from_captions(evidence.claims)}
    same_words = [same for same in evidence.same_words if same.own_caption in telling]
    apart = [same for same in same_words if _is_of_another_day(own, same)]
    if others := apart or same_words:
        outcome, code = (Outcome.INCONCLUSIVE, "same-words-other-day") if apart else (Outcome.CONSISTENT, "same-words")
        # Of another day by these claims: who may not read them is not told so.
        dated = [claim.ground for claim in (*own, *(claim for same in apart for claim in same.dated))] if apart else []
        grounds = (*(ground for same in others for ground in same.grounds), *dated)
        # Of a wording that stands with more pictures than are gathered nobody has counted them.
        code += "-and-more" if len(evidence.same_words) == MOST_SAME_WORDS else ""
        yield Observation(outcome, code, {"number": len(others)}, grounds)


def _is_of_another_day(own: list[ClaimFacts], same: SameWords) -> bool:
    """Tell whether every date that the other picture may have lies apart from every one of this."""
    pairs = [(here.dates, there.dates) for here in own for there in same.dated]
    return bool(pairs) and all(here and there and here.gap_days(there) > 1 for here, there in pairs)


def _contradiction(claim: ClaimFacts, other: ClaimFacts) -> dict[str, Value] | None:
    """Return what the two say where both cannot be true, else None; in doubt they can."""
    match claim.property:
        case Property.DATE_CREATED:
            if claim.dates and other.dates and _days_differ(claim, other):
                return {"here": days(claim.dates), "there": days(other.dates)}
        case Property.LOCATION_SHOWN:
            if claim.place and other.place and are_apart(claim.place, other.place) is not None:
                return {"here": claim.place.name, "there": other.place.name}
        case Property.PEOPLE_COUNT:
            if _counts_differ(claim, other):
                return {"here": _count(claim), "there": _count(other)}
    return None


def _days_differ(claim: ClaimFacts, other: ClaimFacts) -> bool:
    assert claim.dates and other.dates
    slack = 1 if "Z" in claim.dates.edtf + other.dates.edtf else 0
    return claim.dates.gap_days(other.dates) > slack


def _counts_differ(claim: ClaimFacts, other: ClaimFacts) -> bool:
    least = max(claim.least or 0, other.least or 0)
    return any(most is not None and most < least for most in (claim.most, other.most))


def _count(claim: ClaimFacts) -> str:
    least, most = claim.least, claim.most
    if least == most:
        return str(least)
    return f"{'' if least is None else least}–{'' if most is None else most}"


def _word(claim: ClaimFacts) -> str:
    words = {Property.DATE_CREATED: "dates", Property.LOCATION_SHOWN: "places", Property.PEOPLE_COUNT: "counts"}
    return words[claim.property]


CHECK = Check(
    slug="caption-against-caption",
    version="4",
    title=gettext_noop("Caption against caption"),
    question=Question.CAPTION,
    meaning=gettext_noop(
        "Compares the day, the place and the number of people that the captions of this picture name with one another "
        "and with those of its copies; and tells whether the same caption stands with other pictures."
    ),
    limits=gettext_noop(
        "It compares what was read from the words, and reads no more than that: two captions can agree and both be "
        "wrong, and what a caption does not name is not compared."
    ),
    sentences={
        "no-caption": gettext_noop("No caption names a day, a place or a number of people."),
        "no-other-caption": gettext_noop("There is no other caption of this picture to compare with."),
        "own-dates": gettext_noop("One of its captions says %(here)s, another %(there)s."),
        "own-places": gettext_noop("One of its captions says %(here)s, another %(there)s."),
        "own-counts": gettext_noop("One of its captions counts %(here)s people, another %(there)s."),
        "copy-dates": gettext_noop("Its caption says %(here)s, that of a copy %(there)s."),
        "copy-places": gettext_noop("Its caption says %(here)s, that of a copy %(there)s."),
        "copy-counts": gettext_noop("Its caption counts %(here)s people, that of a copy %(there)s."),
        "perhaps-copy-dates": gettext_noop(
            "Its caption says %(here)s, that of what may be a copy %(there)s: confirm or deny the match."
        ),
        "perhaps-copy-places": gettext_noop(
            "Its caption says %(here)s, that of what may be a copy %(there)s: confirm or deny the match."
        ),
        "perhaps-copy-counts": gettext_noop(
            "Its caption counts %(here)s people, that of what may be a copy %(there)s: confirm or deny the match."
        ),
        "copy-agrees": gettext_noop("The captions of a copy say nothing else."),
        "same-words": gettext_noop("The same caption stands with other pictures (%(number)s), as in a series."),
        "same-words-and-more": gettext_noop(
            "The same caption stands with other pictures (%(number)s and perhaps more), as in a series."
        ),
        "same-words-other-day": gettext_noop(
            "The same caption stands with pictures of another day (%(number)s): one of them may bear the wrong one."
        ),
        "same-words-other-day-and-more": gettext_noop(
            "The same caption stands with pictures of another day (%(number)s and perhaps more): one of them may bear "
            "the wrong one."
        ),
        "more-copies": MORE_COPIES,
        "more": gettext_noop("And %(number)s more of the kind, which are not told here."),
    },
    weigh=_weigh,
)
