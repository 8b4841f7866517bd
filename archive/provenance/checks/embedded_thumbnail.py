"""Does the small picture inside the file show what the picture shows?"""

from collections.abc import Iterator, Mapping
from typing import Any

from archive.extraction.readers.statements import as_text
from archive.provenance.checks.evidence import Evidence
from archive.provenance.checks.finding import Check, Observation, Outcome, Question, Value
from archive.standards.normal_form import gettext_noop
from archive.standards.vocabulary import FILE_TRACES

# Measured by benchmarks/thumbnails.py on 38 files of a corpus whose thumbnails are their own, and with 228 of another
# file; before, on 1,638 such pairs, of which the most alike are told here. Detail is the correlation of detail.
# Own thumbnails: 0.93 and more, and 0.88 after a strong change of light or coding. Others: 0.63 and less.
ALIKE = 0.85
OTHER = 0.70
# Fields that agree. Own thumbnails beneath a logo or a banner added later: 0.50 and more. Others: 0.37 and less.
SAME_IN_MOST = 0.50
OTHER_IN_MOST = 0.40
# What was cut out is found at 0.92 and more in 19 of 20; what is no part, of the area below, at 0.74 and less.
PART = 0.85
# So much better than the whole must a part fit, and so much be missing, before a crop is told: programs round.
BETTER = 0.05
LARGEST_PART = 0.94
SMALLEST_PART = 0.15
# Levels of detail: less is a wall, fog or a black frame, and any two of those are alike. The files above have 8 to 37.
LEAST_DETAIL = 3.0


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    traces = evidence.examinations.get(FILE_TRACES)
    if traces is None:
        yield Observation(Outcome.NOT_APPLICABLE, "not-examined")
    elif problem := traces.get("problem"):
        yield Observation(Outcome.UNREADABLE, "unreadable", {"problem": str(problem)})
    elif not traces.get("thumbnails"):
        is_uncompressed = as_text(evidence.embedded.first("IFD1:Compression") or "") == "1"
        yield Observation(Outcome.NOT_APPLICABLE, "uncompressed" if is_uncompressed else "none")
    else:
        for thumbnail in traces["thumbnails"]:
            yield judge(thumbnail, traces)


def judge(thumbnail: Mapping[str, Any], traces: Mapping[str, Any]) -> Observation:
    """Say what follows from what was measured of one small picture in a file."""
    values: dict[str, Value] = {"source": thumbnail["source"]}
    if "width_px" in thumbnail:
        values["size"] = f"{thumbnail['width_px']} × {thumbnail['height_px']}"
    if problem := thumbnail.get("problem"):
        if problem == "damaged":
            return Observation(Outcome.UNREADABLE, "damaged", values)
        return Observation(Outcome.INCONCLUSIVE, "too-small" if problem == "small" else "too-large", values)
    if traces["is_damaged"]:
        return Observation(Outcome.INCONCLUSIVE, "damaged-picture", values)
    if traces["detail"] < LEAST_DETAIL:
        return Observation(Outcome.INCONCLUSIVE, "too-plain", values)
    whole = thumbnail["detail"]
    cropped, enlarged = thumbnail.get("picture_in_it", {}), thumbnail.get("it_in_picture", {})
    if _is_part(cropped, whole):
        values["share"] = round(100 * (1 - cropped["area"]))
        return Observation(Outcome.CONTRADICTORY, "cropped", values)
    if whole >= ALIKE:
        if thumbnail["is_mirrored"]:
            return Observation(Outcome.CONTRADICTORY, "mirrored", values)
        return Observation(Outcome.CONSISTENT, "turned" if thumbnail["turn"] else "same", values)
    if _is_part(enlarged, whole):
        return Observation(Outcome.INCONCLUSIVE, "shows-less", values)
    if thumbnail["agreeing"] >= SAME_IN_MOST:
        return Observation(Outcome.CONTRADICTORY, "differs-in-part", values)
    if whole < OTHER and thumbnail["agreeing"] < OTHER_IN_MOST:
        return Observation(Outcome.CONTRADICTORY, "other-picture", values)
    return Observation(Outcome.INCONCLUSIVE, "unclear", values)


def _is_part(part: Mapping[str, Any], whole: float) -> bool:
    """Tell whether one was found to be a part of the other, and fits so better than as a whole."""
    return bool(part and part["detail"] >= max(PART, whole + BETTER) and SMALLEST_PART <= part["area"] <= LARGEST_PART)


CHECK = Check(
    slug="embedded-thumbnail",
    version="2",
    title=gettext_noop("Small picture inside the file"),
    question=Question.WHOLENESS,
    meaning=gettext_noop(
        "Cameras and programs put a small picture of the picture into the file. It is laid over the picture, turned, "
        "mirrored and cropped in every way: where it shows more, or something else, the picture was changed by a "
        "program that left it as it was."
    ),
    limits=gettext_noop(
        "Most programs make the small picture anew, and messengers remove it: that it agrees, or is missing, says "
        "nothing of what was done before. Cropping and banners are everyday work of newsrooms. A crop of less than a "
        "twentieth is not seen, nor is a small retouch."
    ),
    sentences={
        "not-examined": gettext_noop("The bytes of the file have not been looked into yet."),
        "unreadable": gettext_noop("The bytes of the file could not be looked into: %(problem)s"),
        "none": gettext_noop("There is no small picture inside the file, as in many honest files."),
        "uncompressed": gettext_noop("The small picture inside the file is uncompressed, and is not compared."),
        "damaged": gettext_noop("The small picture inside the file (%(source)s) is damaged."),
        "too-small": gettext_noop("The small picture inside the file (%(source)s, %(size)s) is too small to compare."),
        "too-large": gettext_noop("The small picture inside the file (%(source)s, %(size)s) is too large to compare."),
        "damaged-picture": gettext_noop(
            "The picture is damaged, so the small one inside the file (%(source)s) is not compared with it."
        ),
        "too-plain": gettext_noop("The picture is too plain to compare it with the small one inside the file."),
        "same": gettext_noop("The small picture inside the file (%(source)s) shows the same."),
        "turned": gettext_noop(
            "The small picture inside the file (%(source)s) shows the same, turned: the picture lies another way now."
        ),
        "mirrored": gettext_noop(
            "The small picture inside the file (%(source)s) shows the same with left and right exchanged: the picture "
            "was mirrored."
        ),
        "cropped": gettext_noop(
            "The small picture inside the file (%(source)s) shows more than the picture: about %(share)s %% of it was "
            "cut off. Look at what is missing."
        ),
        "shows-less": gettext_noop("The small picture inside the file (%(source)s) shows only a part of the picture."),
        "differs-in-part": gettext_noop(
            "The small picture inside the file (%(source)s) differs from the picture in places: something was added or "
            "removed since, a banner perhaps. Look at both."
        ),
        "other-picture": gettext_noop("The small picture inside the file (%(source)s) shows another picture."),
        "unclear": gettext_noop(
            "Whether the small picture inside the file (%(source)s) shows the same cannot be told: look at both."
        ),
    },
    weigh=_weigh,
)
