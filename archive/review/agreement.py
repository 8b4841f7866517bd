"""How far two readings agree, per question: counted of what was read twice, and never per person."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import starmap
from typing import Any, NamedTuple

from archive.provenance.checks.finding import Question
from archive.review.models import ReadingPolicy, Verdict

WORDS = (Verdict.Word.SUPPORTED, Verdict.Word.CONTRADICTED, Verdict.Word.UNDETERMINED)
# Of fewer readings kappa swings so far with one of them that it says nothing.
LEAST_FOR_KAPPA = 30
# Chosen by their word, first readings are all alike, and there is no chance to compare agreement with.
CHOSEN_BY_WORD = ReadingPolicy.Policy.CONTRADICTED
# Dissenting readings told of a question; the search has all that are still to be decided.
MOST_DISSENT = 20


@dataclass(frozen=True)
class Agreement:
    """
    Of one question: how often each pair of words was given, first and second; what was read on other grounds apart, and
    so what others could read before a second reading was asked for, as when its item was released later.

    :param is_chosen: some of the first readings were read again for what they say
    :param dissent: the latest second readings that say otherwise, the last one first
    """

    question: Question
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    on_other_grounds: int = 0
    not_blind: int = 0
    is_chosen: bool = False
    dissent: list[Verdict] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.pairs.total()

    @property
    def agreed(self) -> int:
        return sum(number for (first, second), number in self.pairs.items() if first == second)

    @property
    def differing(self) -> int:
        return self.number - self.agreed

    @property
    def left_out(self) -> int:
        """How many second readings are in no pair."""
        return self.on_other_grounds + self.not_blind

    @property
    def percent(self) -> int | None:
        """How many of a hundred agree; None where nothing was read twice."""
        return round(100 * self.agreed / self.number) if self.number else None

    @property
    def kappa(self) -> float | None:
        """
        Return Cohen's kappa: agreement beyond that of two who say each word as often as these did, by chance.

        None where there are too few readings, where some were chosen by their word, or where only one word was said.
        """
        if self.number < LEAST_FOR_KAPPA or self.is_chosen:
            return None
        firsts, seconds = Counter[str](), Counter[str]()
        for (first, second), number in self.pairs.items():
            firsts[first] += number
            seconds[second] += number
        by_chance = sum(firsts[word] * seconds[word] for word in WORDS) / self.number**2
        return None if by_chance == 1 else (self.agreed / self.number - by_chance) / (1 - by_chance)

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """The table: for each word of the first reading, how often the second said which."""
        return [(str(first.label), [self.pairs[first, second] for second in WORDS]) for first in WORDS]


def agreement(*, earliest: date | None = None, latest: date | None = None, policy: str = "") -> list[Agreement]:
    """
    Count the second readings given from one day to another, both inclusive, by question; two queries.

    What waits is counted nowhere: of one policy it would tell what the first readings say.

    :param policy: only what this one asked for; "": whatever asked
    """
    seconds = Verdict.objects.filter(second_of__isnull=False)
    if earliest:
        seconds = seconds.filter(judged_at__date__gte=earliest)
    if latest:
        seconds = seconds.filter(judged_at__date__lte=latest)
    if policy:
        seconds = seconds.filter(second_of__request__policy=policy)
    counted = {question: _Counted() for question in Question}
    # What both rest on is long, and of years there are many: one after the other, and none is kept.
    for row in starmap(_Row, seconds.order_by("pk").values_list(*_COLUMNS).iterator(chunk_size=1000)):
        counted[Question(row.question)].add(row)
    latest_dissent = [key for each in counted.values() for key in each.dissent]
    told = Verdict.objects.select_related("second_of", "item").in_bulk(latest_dissent)
    return [
        Agreement(
            question,
            each.pairs,
            each.on_other_grounds,
            each.not_blind,
            each.is_chosen,
            [told[key] for key in reversed(each.dissent)],
        )
        for question, each in counted.items()
    ]


# What is asked for with a verdict has its very moment; earlier records have that of the next statement.
ONE_ACT = timedelta(seconds=1)
_COLUMNS = (
    "pk", "question", "word", "basis", "second_of__word", "second_of__basis", "second_of__judged_at",
    "second_of__request__asked_at", "second_of__request__policy",
)  # fmt: skip


class _Row(NamedTuple):
    """A second reading beside its first, in the order of `_COLUMNS`."""

    pk: int
    question: str
    word: str
    basis: dict[str, Any]
    first_word: str
    first_basis: dict[str, Any]
    first_at: datetime
    asked_at: datetime
    policy: str


class _Counted:
    """The counts of one question while its readings are gone through."""

    def __init__(self) -> None:
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.on_other_grounds = 0
        self.not_blind = 0
        self.is_chosen = False
        self.dissent: deque[int] = deque(maxlen=MOST_DISSENT)

    def add(self, row: _Row) -> None:
        if row.basis != row.first_basis:
            self.on_other_grounds += 1
            return
        if row.asked_at - row.first_at >= ONE_ACT:
            self.not_blind += 1
            return
        self.pairs[row.first_word, row.word] += 1
        self.is_chosen = self.is_chosen or row.policy == CHOSEN_BY_WORD
        if row.word != row.first_word:
            self.dissent.append(row.pk)
