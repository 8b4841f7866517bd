"""Do the words that stand in the picture agree with its date, its place, its outlet and its caption?"""

from collections.abc import Iterator

from archive.provenance.checks.evidence import ClaimFacts, Evidence, PlaceFacts, WordsFacts
from archive.provenance.checks.finding import (
    Check,
    Observation,
    Outcome,
    Question,
    Value,
    beside_leads,
    days,
    gravest,
    metres,
)
from archive.provenance.checks.places_apart import are_apart
from archive.standards.normal_form import gettext_noop, normalise
from archive.standards.vocabulary import WORDS_IN_PICTURE, Property

# The next beach is often meant by the name of the town: nearer than this two names are no contradiction.
_NEAR_METRES = 10_000
# "Founded 12 May 1898": signs and memorials name days of long ago, banners those of their news.
_LONGEST_AGO_DAYS = 20 * 366
# A name alone may be that of a boat or a shop; with other words beside it a line tells of the picture.
_WORDS_OF_A_CAPTION = 3
# So many words of a caption are no chance.
_SAME_WORDS = 4
_LONGEST = 120
_MOST_TOLD = 6


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    result = evidence.examinations.get(WORDS_IN_PICTURE)
    if result is None:
        yield Observation(Outcome.NOT_APPLICABLE, "not-looked-for")
    elif problem := result.get("problem"):
        yield Observation(Outcome.UNREADABLE, "unreadable", {"problem": str(problem)})
    elif not evidence.words:
        yield Observation(Outcome.NOT_APPLICABLE, "passed-over" if result.get("passed_over") else "none")
    else:
        seen = [*_dates(evidence), *_places(evidence), *_outlets(evidence), *_captions(evidence)]
        yield from gravest(beside_leads(seen), _MOST_TOLD) if seen else [_only_words(evidence)]


def _only_words(evidence: Evidence) -> Observation:
    text = _short(" / ".join(line.text for line in evidence.words))
    return Observation(
        Outcome.NOT_APPLICABLE, "nothing-compared", {"words": text}, tuple(line.ground for line in evidence.words)
    )


def _dates(evidence: Evidence) -> Iterator[Observation]:
    for line in evidence.words:
        for claim in evidence.leading(Property.DATE_CREATED):
            if not claim.dates:
                continue
            for day in line.dates:
                values: dict[str, Value] = {
                    "words": _short(line.text), "written": days(day), "claimed": days(claim.dates),
                }  # fmt: skip
                grounds = (line.ground, claim.ground)
                gap = day.gap_days(claim.dates)
                slack = 1 if "Z" in claim.dates.edtf else 0
                if gap <= slack:
                    outcome = Outcome.CONSISTENT if day.within(claim.dates) else Outcome.INCONCLUSIVE
                    yield Observation(outcome, "same-day" if day.within(claim.dates) else "day-near", values, grounds)
                elif day.earliest > claim.dates.latest:
                    yield Observation(Outcome.INCONCLUSIVE, "later-day", values, grounds)
                elif line.is_level and gap <= _LONGEST_AGO_DAYS:
                    yield Observation(Outcome.CONTRADICTORY, "earlier-day", values, grounds)
                else:
                    yield Observation(Outcome.INCONCLUSIVE, "long-ago", values, grounds)


def _places(evidence: Evidence) -> Iterator[Observation]:
    claims = [claim for claim in evidence.leading(Property.LOCATION_SHOWN) if claim.place]
    named = [(line, place) for line in evidence.words for place in line.places]
    agreeing = [
        (line, place, claim) for line, place in named for claim in claims if claim.place and _meets(place, claim.place)
    ]
    for line, place, claim in agreeing:
        yield _of_place(Outcome.CONSISTENT, "same-place", line, place, claim)
    if agreeing:
        # A banner may name where it is shown from, beside where the picture is.
        return
    for line, place in named:
        for claim in claims:
            assert claim.place
            apart = are_apart(place, claim.place)
            if apart is None or apart <= _NEAR_METRES:
                continue
            is_caption = line.is_level and len(line.text.split()) >= _WORDS_OF_A_CAPTION
            outcome = Outcome.CONTRADICTORY if is_caption else Outcome.INCONCLUSIVE
            code = "other-place" if is_caption else "place-named"
            if apart != float("inf"):
                yield _of_place(outcome, f"{code}-by", line, place, claim, distance=metres(apart))
            else:
                yield _of_place(outcome, code, line, place, claim)


def _meets(place: PlaceFacts, claimed: PlaceFacts) -> bool:
    """Tell whether one is or holds the other, their reaches meet, or both bear one name: either may be meant."""
    if normalise(place.name) == normalise(claimed.name):
        return True
    if place.path.startswith(claimed.path) or claimed.path.startswith(place.path):
        return True
    known = all(each.point and each.reach_metres is not None for each in (place, claimed))
    return known and are_apart(place, claimed) is None


def _of_place(
    outcome: Outcome, code: str, line: WordsFacts, place: PlaceFacts, claim: ClaimFacts, **further: Value
) -> Observation:
    assert claim.place
    values: dict[str, Value] = {"words": _short(line.text), "place": place.name, "claimed": claim.place.name, **further}
    return Observation(outcome, code, values, (line.ground, claim.ground))


def _outlets(evidence: Evidence) -> Iterator[Observation]:
    known = {
        normalise(name): ground
        for name, ground in [
            *((claim.outlet, claim.ground) for name in _OF_OUTLETS for claim in evidence.standing(name)),
            *((appearance.outlet, appearance.ground) for appearance in evidence.appearances),
            (evidence.accession.outlet, evidence.accession.ground),
        ]
        if name
    }
    for line in evidence.words:
        for outlet in line.outlets:
            values = {"words": _short(line.text), "outlet": outlet}
            if ground := known.get(normalise(outlet)):
                yield Observation(Outcome.CONSISTENT, "same-outlet", values, (line.ground, ground))
            else:
                code = "other-outlet" if known else "outlet-named"
                yield Observation(Outcome.INCONCLUSIVE, code, values, (line.ground, *known.values()))


_OF_OUTLETS = (Property.PUBLISHED_BY, Property.SUPPLIED_BY, Property.CREDIT_LINE)


def _captions(evidence: Evidence) -> Iterator[Observation]:
    for line in evidence.words:
        words = normalise(line.text)
        if len(words.split()) < _SAME_WORDS:
            continue
        for caption in evidence.captions:
            if f" {words} " in f" {normalise(caption.text)} ":
                values = {"words": _short(line.text)}
                yield Observation(Outcome.CONSISTENT, "in-caption", values, (line.ground, caption.ground))
                break


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


CHECK = Check(
    slug=WORDS_IN_PICTURE,
    version="2",
    title=gettext_noop("Words in the picture"),
    question=Question.CAPTION,
    meaning=gettext_noop(
        "Banners, captions burned in and screenshots are read by machine, on this machine, and what they say is "
        "compared with the claimed date and place, the outlets and the captions. It contradicts where a level line "
        "writes out a day before the claimed one, or tells of a place far from it."
    ),
    limits=gettext_noop(
        "Latin letters are read, and no others; faint, small, slanted or handwritten words are missed, and a letter "
        "may be read wrongly: look at the picture. "
        "A banner can be wrong, or be laid over the picture later by anybody. A "
        "later day may be that on which it was shown. A place or an outlet named on a boat, a shop or a sign says "
        "little. Of footage one frame is read."
    ),
    sentences={
        "not-looked-for": gettext_noop(
            "Words in the picture were not looked for: it is not this picture's turn yet, or the program that reads "
            "them is not installed here. The status page tells which."
        ),
        "unreadable": gettext_noop("Words in the picture could not be looked for: %(problem)s"),
        "none": gettext_noop("No words were found in the picture."),
        "passed-over": gettext_noop(
            "No words that can be read were found in the picture: what was seen is too faint, a single letter or not "
            "in Latin letters."
        ),
        "nothing-compared": gettext_noop(
            "The words in the picture name no day, place or outlet that could be compared: “%(words)s”."
        ),
        "same-day": gettext_noop("The picture bears “%(words)s”: %(written)s lies within the claimed %(claimed)s."),
        "day-near": gettext_noop("The picture bears “%(words)s”: %(written)s, beside the claimed %(claimed)s."),
        "earlier-day": gettext_noop("The picture bears “%(words)s”: %(written)s is before the claimed %(claimed)s."),
        "later-day": gettext_noop(
            "The picture bears “%(words)s”: %(written)s is after the claimed %(claimed)s, and may be the day on which "
            "it was shown."
        ),
        "long-ago": gettext_noop(
            "The picture bears “%(words)s”: %(written)s is before the claimed %(claimed)s, but the words may be those "
            "of a sign or a memorial."
        ),
        "same-place": gettext_noop("The picture bears “%(words)s”: %(place)s goes with the claimed %(claimed)s."),
        "other-place": gettext_noop("The picture bears “%(words)s”: %(place)s is not the claimed %(claimed)s."),
        "other-place-by": gettext_noop(
            "The picture bears “%(words)s”: %(place)s is %(distance)s from the claimed %(claimed)s."
        ),
        "place-named": gettext_noop(
            "A sign or a mark in the picture names %(place)s (“%(words)s”), which is not the claimed %(claimed)s."
        ),
        "place-named-by": gettext_noop(
            "A sign or a mark in the picture names %(place)s (“%(words)s”), %(distance)s from the claimed %(claimed)s."
        ),
        "same-outlet": gettext_noop("The picture bears the name of %(outlet)s, which is recorded with it."),
        "other-outlet": gettext_noop(
            "The picture bears the name of %(outlet)s (“%(words)s”), which is none of the outlets recorded with it."
        ),
        "outlet-named": gettext_noop(
            "The picture bears the name of %(outlet)s (“%(words)s”); no outlet is recorded with it."
        ),
        "in-caption": gettext_noop("The words “%(words)s” stand in the picture and in a caption."),
        "more": gettext_noop("And %(number)s more of the kind, which are not told here."),
    },
    weigh=_weigh,
)
