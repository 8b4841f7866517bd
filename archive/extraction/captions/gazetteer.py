"""The names that captions are read against: places and outlets, held in memory, made by whoever has the records."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from archive.authorities.namesakes import outweighed, weight
from archive.extraction.captions.words import fold

_WORD = re.compile(r"\w+")
_KINDS = {"beach", "harbour", "port", "plage", "strand", "island", "upon", "north", "south", "east", "west"}
_ARTICLES = {"the", "le", "la", "les", "l", "de", "het"}
_MELTED_KINDS = ("SEA_AREA", "TOWN", "HARBOUR", "PORT")
# A town with fewer people melts into "du" no more: "du Bourg" is no village called Le Bourg.
_MELTED_FROM = 20_000
_SHORT_FROM = 5_000
_ON_SOMETHING = re.compile(r"(\w{6,})[- ](?:upon|on|by)[- ]\w")
_SHORT_COUNTIES = {
    "Lancashire": "lancs", "Yorkshire": "yorks", "North Yorkshire": "n yorks", "Lincolnshire": "lincs",
    "Hampshire": "hants", "Cambridgeshire": "cambs", "Hertfordshire": "herts", "Bedfordshire": "beds",
    "Buckinghamshire": "bucks", "Nottinghamshire": "notts", "Northamptonshire": "northants", "Leicestershire": "leics",
    "Staffordshire": "staffs", "Wiltshire": "wilts", "Gloucestershire": "glos", "Oxfordshire": "oxon",
    "Worcestershire": "worcs", "Carmarthenshire": "carms", "Pembrokeshire": "pembs", "Glamorgan": "glam",
    "Derbyshire": "derbys", "Northumberland": "northumb",
}  # fmt: skip
# From here on a name means its town wherever it stands; below, the words around it must ask for a place.
_FAMILIAR_FROM = 100_000


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """
    A place as captions see it; `kind` is the gazetteer's code, `above` the slugs of the places around it.

    `population` is known of the towns that a long list brought; what was listed by itself has none.
    """

    slug: str
    name: str
    kind: str
    country_code: str = ""
    above: frozenset[str] = frozenset()
    point: tuple[float, float] | None = None
    population: int | None = None

    @property
    def weight(self) -> int:
        """How likely the place is meant by its name alone, in people."""
        return weight(self.population)

    @property
    def familiar(self) -> bool:
        return self.weight >= _FAMILIAR_FROM


@dataclass(slots=True)
class Gazetteer:
    """Places by the words of their names, and outlets by name."""

    # folded words of a name, a space between -> the places that bear it
    bearers: Callable[[str], tuple[PlaceRecord, ...]] = lambda name: ()
    # first word of a name -> the most words that a name with it has
    starts: Mapping[str, int] = field(default_factory=dict)
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
        bearers: dict[str, dict[str, PlaceRecord]] = defaultdict(dict)
        beneath: dict[str, list[PlaceRecord]] = defaultdict(list)
        starts: dict[str, int] = {}
        for record, names in places:
            if record.kind in ("BEACH", "HARBOUR", "PORT"):
                for slug in record.above:
                    beneath[slug].append(record)
            for name, language in names:
                words = words_of_name(name)
                if words and counts(name, record.name, known=bool(language)):
                    bearers[words][record.slug] = record
                    put_start(starts, words)
                    for short in filter(None, (shortened_county(name), shortened_town(name, record.population))):
                        bearers[short].setdefault(record.slug, record)
                        put_start(starts, short)
                    if melted := without_article(words, record.kind, record.population):
                        bearers[melted].setdefault(record.slug, record)
                        put_start(starts, melted)
        by_name = {name: tuple(records.values()) for name, records in bearers.items()}
        return cls(lambda name: by_name.get(name, ()), starts, dict(beneath), folded_outlets(outlets))

    def listed(self, words: Sequence[str]) -> bool:
        """Say whether a place that was listed by itself bears this name; a long list holds every surname."""
        return any(record.population is None for record in self.bearers(" ".join(words)))

    def outlet_kind(self, name: str) -> str:
        """Return the kind of the outlet of this name, "" if there is none."""
        return self.outlets.get(words_of_name(name), "")


def words_of_name(name: str) -> str:
    """Return the folded words of a name with a space between them."""
    return " ".join(map(fold, _WORD.findall(name)))


def folded_outlets(outlets: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {words_of_name(name): kind for name, kind in outlets}


def put_start(starts: dict[str, int], words: str) -> None:
    first = words.split(" ", 1)[0]
    starts[first] = max(starts.get(first, 0), words.count(" ") + 1)


def without_article(words: str, kind: str, population: int | None) -> str:
    """ "du Touquet", "the port of Le Havre", "du Havre": French melts the article into "du"; "" where it cannot."""
    first, _space, rest = words.partition(" ")
    small = population is not None and population < _MELTED_FROM
    return rest if first in _ARTICLES and kind in _MELTED_KINDS and not small else ""


def shortened_county(name: str) -> str:
    """ "Co Galway", "Lancs": how papers write a county, in folded words; "" for other names."""
    if name.startswith("County "):
        return words_of_name(f"Co {name[7:]}")
    return _SHORT_COUNTIES.get(name, "")


def shortened_town(name: str, population: int | None) -> str:
    """ "Berwick" for Berwick-upon-Tweed, in folded words; "" where nobody says so, or another may be meant."""
    short = _ON_SOMETHING.match(name)
    small = population is not None and population < _SHORT_FROM
    return words_of_name(short[1]) if short and not small else ""


def outweigh(records: Iterable[PlaceRecord]) -> tuple[PlaceRecord, ...]:
    """Return the places that a name can mean by itself: a village does not stand beside a city of its name."""
    records = tuple(records)
    if len(records) < 2:
        return records
    heaviest = max(record.weight for record in records)
    return tuple(record for record in records if not outweighed(record.weight, heaviest))


def counts(name: str, leading: str, *, known: bool) -> bool:
    """Say whether captions are read by this name: the leading one, one of a known language, or a near one."""
    return known or name == leading or _near(name, leading)


def _near(name: str, leading: str) -> bool:
    """ "Southend" is near "Southend-on-Sea", "Berck-sur-Mer" near "Berck", "Marseilles" near "Marseille"."""
    if not name[0].isupper() or len(name) < 4:
        return False
    words, other = _WORD.findall(name.lower()), _WORD.findall(leading.lower())
    if (
        words[: len(other)] == other
        or (len(words) > 1 and other[: len(words)] == words)
        or (len(words) == 1 and other[:1] == words and len(words[0]) > 5)
    ):
        return True
    if len(words) == 1 and words[0] in other and words[0] not in _KINDS:
        return True
    return (
        len(words) == 1
        and len(other) == 1
        and len(name) > 6
        and name[:6] == leading[:6]
        and abs(len(name) - len(leading)) < 3
    )
