"""Was the camera announced before the picture is said to have been made?"""

from collections.abc import Iterator
from datetime import timedelta

from archive.extraction.readers.statements import as_text
from archive.provenance.checks.evidence import OF_THE_FILE, Evidence, Ground
from archive.provenance.checks.finding import Check, Observation, Outcome, Question, Value, edtf
from archive.standards.camera_models import find_camera_model
from archive.standards.edtf import parse
from archive.standards.mappings import DIGITAL_SOURCE_TYPE, MAKE, MODEL
from archive.standards.normal_form import gettext_noop
from archive.standards.vocabulary import Property

# Makers lend cameras to photographers before they announce them.
LENT_BEFORE = timedelta(days=92)
_DIGITISED = ("negativefilm", "positivefilm", "print")


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    make, model = (_first(evidence, field.tags) for field in (MAKE, MODEL))
    claims = [claim for claim in evidence.leading(Property.DATE_CREATED) if claim.dates]
    if not model[1]:
        yield Observation(Outcome.NOT_APPLICABLE, "no-model")
        return
    known = find_camera_model(make[1], model[1])
    if known is None:
        yield Observation(Outcome.NOT_APPLICABLE, "unknown-model", {"model": model[1][:60]}, (("tag", model[0]),))
        return
    announced = parse(known.announced)
    values: dict[str, Value] = {"model": known.model, "announced": edtf(announced), "source": known.source}
    if not claims:
        yield Observation(Outcome.NOT_APPLICABLE, "no-date", values, (("tag", model[0]),))
        return
    is_digitised = _first(evidence, DIGITAL_SOURCE_TYPE.tags)[1].rstrip("/").casefold().endswith(_DIGITISED)
    for claim in claims:
        assert claim.dates
        of_both = values | {"claimed": edtf(claim.dates)}
        grounds: tuple[Ground, ...] = (claim.ground, ("tag", model[0]))
        if claim.dates.earliest >= announced.earliest:
            yield Observation(Outcome.CONSISTENT, "after", of_both, grounds)
        elif claim.dates.latest >= announced.earliest:
            yield Observation(Outcome.INCONCLUSIVE, "overlap", of_both, grounds)
        elif is_digitised:
            yield Observation(Outcome.INCONCLUSIVE, "digitised", of_both, grounds)
        elif claim.dates.latest >= announced.earliest - LENT_BEFORE:
            yield Observation(Outcome.INCONCLUSIVE, "shortly-before", of_both, grounds)
        else:
            code = "embedded-before" if claim.source in OF_THE_FILE else "before"
            yield Observation(Outcome.CONTRADICTORY, code, of_both, grounds)


def _first(evidence: Evidence, tags: tuple[str, ...]) -> tuple[str, str]:
    """Return the first of these tags that says something, with what it says."""
    for tag in tags:
        if text := as_text(evidence.embedded.first(tag) or "").strip():
            return tag, text
    return "", ""


CHECK = Check(
    slug="camera-first-sale",
    version="1",
    title=gettext_noop("Date against the age of the camera"),
    question=Question.WHEN,
    meaning=gettext_noop(
        "Compares each date that could lead with the month in which the maker announced the camera or telephone that "
        "the file names, for well-known models. Up to three months before are left open, for makers lend cameras "
        "before they announce them."
    ),
    limits=gettext_noop(
        "It knows only some models, and believes the file what camera it was. A camera that photographed an older "
        "picture, a print or a screen, is younger than what is shown. A date after the announcement can still be wrong."
    ),
    sentences={
        "no-model": gettext_noop("The file names no camera."),
        "unknown-model": gettext_noop("When the camera %(model)s was announced is not known here."),
        "no-date": gettext_noop(
            "Nobody says when it was made; its camera %(model)s was announced %(announced)s (%(source)s)."
        ),
        "after": gettext_noop(
            "Said to be made %(claimed)s; its camera %(model)s had been announced %(announced)s (%(source)s)."
        ),
        "overlap": gettext_noop(
            "Said to be made %(claimed)s, within which its camera %(model)s was announced: %(announced)s (%(source)s)."
        ),
        "shortly-before": gettext_noop(
            "Said to be made %(claimed)s, shortly before its camera %(model)s was announced %(announced)s (%(source)s)."
        ),
        "digitised": gettext_noop(
            "Said to be made %(claimed)s, before its camera %(model)s was announced %(announced)s (%(source)s); the "
            "file says that it was digitised from film or print."
        ),
        "before": gettext_noop(
            "Said to be made %(claimed)s, but its camera %(model)s was announced only %(announced)s (%(source)s). "
            "Perhaps it photographed an older picture."
        ),
        "embedded-before": gettext_noop(
            "The file says that it was made %(claimed)s, but its camera %(model)s was announced only %(announced)s "
            "(%(source)s): the clock was wrong, or date and camera are not of one picture."
        ),
    },
    weigh=_weigh,
)
