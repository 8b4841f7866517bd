"""The names that captions are read against: places and outlets, held in memory, made by whoever has the records."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.extraction.captions.words import fold

_WORD = re.compile(r"\w+")
_KINDS = {"beach", "harbour", "port", "plage", "strand", "island", "upon", "north", "south", "east", "west"}
_ARTICLES = {"the", "le", "la", "les", "l", "de", "het"}


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """A place as captions see it; `kind` is the gazetteer's code, `above` the slugs of the places around it."""

    slug: str
    name: str
    kind: str
    country_code: str = ""
    above: frozenset[str] = frozenset()
    point: tuple[float, float] | None = None


@dataclass(slots=True)
class Gazetteer:
    """Places by the words of their names, longest name first, and outlets by name."""

    # first word of a name -> (all its words, the places that bear it), longest name first
    names: dict[str, list[tuple[tuple[str, ...], tuple[PlaceRecord, ...]]]] = field(default_factory=dict)
    # slug of a town -> the beaches, harbours and ports beneath it
    beneath: dict[str, list[PlaceRecord]] = field(default_factory=dict)
    # name in folded words -> kind of outlet
    outlets: dict[str, str] = field(default_factory=dict)
    # the first words of outlets' names, so that most words need no further look
    outlet_starts: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.outlet_starts = frozenset(name.split(" ", 1)[0] for name in self.outlets or ())

    @classmethod
    def of(
        cls,
        places: Iterable[tuple[PlaceRecord, Iterable[tuple[str, str]]]],
        outlets: Iterable[tuple[str, str]] = (),
    ) -> "Gazetteer":
        """
        Hold places with their (name, language) pairs and outlets as (name, kind).

        Names without a language are spellings from far away ("Dofras", "Kale"); they count only where they are
        near to the leading name, for some are common words here.
        """
        bearers: dict[tuple[str, ...], dict[str, PlaceRecord]] = defaultdict(dict)
        beneath: dict[str, list[PlaceRecord]] = defaultdict(list)
        for record, names in places:
            if record.kind in ("BEACH", "HARBOUR", "PORT"):
                for slug in record.above:
                    beneath[slug].append(record)
            for name, language in names:
                words = tuple(fold(word) for word in _WORD.findall(name))
                if words and (language or name == record.name or _near(name, record.name)):
                    bearers[words][record.slug] = record
                    if (
                        len(words) > 1
                        and words[0] in _ARTICLES
                        and record.kind in ("SEA_AREA", "TOWN", "HARBOUR", "PORT")
                    ):
                        # "du Touquet", "the port of Le Havre", "du Havre": French melts the article into "du".
                        bearers[words[1:]].setdefault(record.slug, record)
        first: dict[str, list[tuple[tuple[str, ...], tuple[PlaceRecord, ...]]]] = defaultdict(list)
        for words, found in bearers.items():
            first[words[0]].append((words, tuple(found.values())))
        for held in first.values():
            held.sort(key=lambda entry: -len(entry[0]))
        return cls(
            dict(first), dict(beneath), {" ".join(map(fold, _WORD.findall(name))): kind for name, kind in outlets}
        )

    def outlet_kind(self, name: str) -> str:
        """Return the kind of the outlet of this name, "" if there is none."""
        return self.outlets.get(" ".join(map(fold, _WORD.findall(name))), "")


def _near(name: str, leading: str) -> bool:
    """ "Southend" is near "Southend-on-Sea", "Berck-sur-Mer" near "Berck", "Marseilles" near "Marseille"."""
    if not name[0].isupper() or len(name) < 4:
        return False
    one, other = _WORD.findall(name.lower()), _WORD.findall(leading.lower())
    if (
        one[: len(other)] == other
        or (len(one) > 1 and other[: len(one)] == one)
        or (len(one) == 1 and other[:1] == one and len(one[0]) > 5)
    ):
        return True
    if len(one) == 1 and one[0] in other and one[0] not in _KINDS:
        return True
    return (
        len(one) == 1
        and len(other) == 1
        and len(name) > 6
        and name[:6] == leading[:6]
        and abs(len(name) - len(leading)) < 3
    )
