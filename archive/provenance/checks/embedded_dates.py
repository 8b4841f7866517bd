"""Do the dates within one file agree?"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from archive.extraction.readers.dates import ImpossibleDate, parse_written
from archive.extraction.readers.file_assertions import Assertion
from archive.provenance.checks.evidence import OF_THE_FILE, Evidence, Ground
from archive.provenance.checks.finding import Check, Observation, Outcome, Question, edtf, gravest
from archive.standards.normal_form import gettext_noop
from archive.standards.vocabulary import Property

# A zone more or less, and programs that write a day in UTC.
_SLACK = timedelta(days=1)
# When the file was last changed, as Exif and XMP write it.
_CHANGED = ("IFD0:DateTime", "XMP-xmp:ModifyDate", "XMP-tiff:DateTime")
_MOST_TOLD = 8


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    assertions, problems = evidence.asserted
    dated = [each for each in assertions if each.property is Property.DATE_CREATED and each.ground in OF_THE_FILE]
    said = [*_differences(dated), *_changed_before(dated, evidence)]
    for problem in problems:
        values = {"problem": problem.text}
        if problem.code == "SUSPECT":
            said.append(Observation(Outcome.INCONCLUSIVE, "clock-start", values, (("tag", problem.group),)))
        elif problem.code == "IMPOSSIBLE" and problem.text.startswith("The date "):
            said.append(Observation(Outcome.UNREADABLE, "impossible", values, (("tag", problem.group),)))
    yield from gravest(said, _MOST_TOLD)
    if len(dated) > 1 and not any(each.outcome == Outcome.CONTRADICTORY for each in said):
        first = min(dated, key=lambda each: each.date.days if each.date else 0)
        grounds = tuple(_tag(each) for each in dated)
        yield Observation(Outcome.CONSISTENT, "agree", {"number": len(dated), "date": _date(first)}, grounds)
    elif not said:
        yield Observation(Outcome.NOT_APPLICABLE, "one-date" if dated else "no-date", {}, tuple(map(_tag, dated)))


def _differences(dated: list[Assertion]) -> Iterator[Observation]:
    for here, there in combinations(dated, 2):
        if here.date and there.date and here.date.gap_days(there.date) > _SLACK.days:
            values = {"here": _date(here), "tag": _name(here), "there": _date(there), "other": _name(there)}
            yield Observation(Outcome.CONTRADICTORY, "differ", values, (_tag(here), _tag(there)))


def _changed_before(dated: list[Assertion], evidence: Evidence) -> Iterator[Observation]:
    for name in _CHANGED:
        value = evidence.embedded.first(name)
        try:
            changed = parse_written(str(value), today=evidence.received_at.date()) if value else None
        except ImpossibleDate:
            continue
        for each in dated:
            if changed and each.date and each.date.earliest - changed.interval.latest > _SLACK:
                values = {"changed": edtf(changed.interval), "name": name, "made": _date(each), "tag": _name(each)}
                yield Observation(Outcome.CONTRADICTORY, "changed-before-made", values, (("tag", name), _tag(each)))


def _date(assertion: Assertion) -> dict[str, str]:
    assert assertion.date
    # The day is what is compared; a clock and its zone would only be in the way of that.
    return edtf(assertion.date.earliest if assertion.date.days == 1 else assertion.date)


def _name(assertion: Assertion) -> str:
    return f"{assertion.group}:{assertion.tag}"


def _tag(assertion: Assertion) -> Ground:
    return "tag", _name(assertion)


CHECK = Check(
    slug="embedded-dates",
    version="2",
    title=gettext_noop("Dates within the file"),
    question=Question.WHEN,
    meaning=gettext_noop(
        "Compares the dates that the camera, a satellite and people wrote into the file with one another, and tells of "
        "times that clocks start from and of dates that cannot be."
    ),
    limits=gettext_noop(
        "Dates in a file can be written by anybody, and a camera's clock can be set wrongly: that they agree proves "
        "little, and that they differ may be an honest mistake. A file without dates was often sent by a messenger."
    ),
    sentences={
        "no-date": gettext_noop("The file carries no date of the picture."),
        "one-date": gettext_noop("The file carries one date of the picture, and nothing to compare it with."),
        "agree": gettext_noop("%(number)s dates in the file agree: %(date)s."),
        "differ": gettext_noop("%(tag)s says %(here)s, %(other)s says %(there)s."),
        "changed-before-made": gettext_noop(
            "%(name)s says that the file was last changed %(changed)s, before it was made (%(tag)s: %(made)s)."
        ),
        "clock-start": gettext_noop("A clock that was not set: %(problem)s"),
        "impossible": gettext_noop("A date that cannot be: %(problem)s"),
        "more": gettext_noop("And %(number)s more of the kind, which are not told here."),
    },
    weigh=_weigh,
)
