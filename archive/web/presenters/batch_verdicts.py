"""Put into words what one answer would be on each of many items, or what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from archive.claims.property_names import PROPERTIES
from archive.provenance.checks.all_checks import BY_SLUG
from archive.review.batch_verdicts import Obstacle, Prospect
from archive.standards.vocabulary import Property


@dataclass(frozen=True)
class Row:
    """One item, and in words why the answer is not given on it, or over what it is."""

    prospect: Prospect
    words: list[str]


@dataclass(frozen=True)
class LaidOut:
    """
    The items it is given on, the others, and how many have each obstacle.

    `shown` goes back with the answer: what the person saw of each.
    """

    given: list[Row]
    left_out: list[Row]
    counts: list[tuple[str, str, int]]
    shown: str

    def number_of(self, obstacle: Obstacle) -> int:
        return next((number for code, _label, number in self.counts if code == obstacle), 0)

    @property
    def against(self) -> int:
        return self.number_of(Obstacle.AGAINST)

    @property
    def answered(self) -> int:
        return self.number_of(Obstacle.ANSWERED)


def lay_out(prospects: Iterable[Prospect]) -> LaidOut:
    """Sort the items by whether the answer is given on them."""
    prospects = list(prospects)
    rows = [Row(each, [_words(each, obstacle) for obstacle in each.obstacles]) for each in prospects]
    counts = [(code, label, sum(code in each.obstacles for each in prospects)) for code, label in Obstacle.choices]
    return LaidOut(
        [row for row in rows if row.prospect.is_given],
        [row for row in rows if not row.prospect.is_given],
        [(code, str(label), number) for code, label, number in counts if number],
        " ".join(f"{each.item.pk}={each.shown}" for each in prospects),
    )


def what_was_shown(written: str) -> dict[int, str]:
    """Read back `LaidOut.shown`; what is not of its form says that nothing was shown."""
    pairs = (part.split("=", 1) for part in written.split() if "=" in part)
    return {int(key): shown for key, shown in pairs if key.isascii() and key.isdigit() and len(key) < 19}


def _words(prospect: Prospect, obstacle: Obstacle) -> str:
    if obstacle == Obstacle.AGAINST:
        return _("%(what)s: %(names)s") % {"what": obstacle.label, "names": ", ".join(_names(prospect.against))}
    if obstacle in (Obstacle.ANSWERED, Obstacle.SAME) and (verdict := prospect.standpoint.verdict):
        words = {"what": obstacle.label, "names": f"{verdict.get_word_display()}, {verdict.judged_by}"}
        return _("%(what)s: %(names)s") % words
    return str(obstacle.label)


def _names(against: Iterable[str]) -> Iterable[str]:
    """Name the contested properties and the checks that speak against it."""
    for code in against:
        if code in BY_SLUG:
            yield _(BY_SLUG[code].title)
        else:
            yield _("%(property)s is contested") % {"property": PROPERTIES[Property(code)]}
