"""What differs between two wordings, word by word."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

# A word, with what belongs inside it ("fisherman's", "05:12", "18/06/2024", "11,000"), or one mark; the space before
# it goes along, so that the parts of a difference can be written one after another.
_TOKEN = re.compile(r"\s*(?:\w+(?:['’.,:/-]\w+)*|[^\w\s])")
# Longer texts are compared without their most frequent words: each pair of those would cost a step.
_LONG_WORDS = 2_000
# So many pairs of equal words are looked at; a caption has thousands, a text made to keep us busy a hundred million.
_MOST_PAIRS = 2_000_000


class Kind(StrEnum):
    SAME = "same"
    ADDED = "added"
    DROPPED = "dropped"


class Part(NamedTuple):
    """A run of words, with the spaces before them; in SAME they are spaced as in the later wording."""

    kind: Kind
    text: str

    @property
    def space(self) -> str:
        """The space before the words: not to be marked with them."""
        return self.text[: len(self.text) - len(self.words)]

    @property
    def words(self) -> str:
        return self.text.lstrip()


def differences(before: str, after: str) -> list[Part]:
    """
    Return the runs of words that stayed, were dropped and were added, in the order to be read.

    Of texts that repeat the same words thousands of times, all between what they begin and end with counts as replaced.
    Capitals and marks count, spaces and line ends do not. Where words were replaced, the dropped ones come first.
    """
    earlier, later = _TOKEN.findall(before.strip()), _TOKEN.findall(after.strip())
    parts: list[Part] = []
    steps = _steps([token.strip() for token in earlier], [token.strip() for token in later])
    dropped: list[str] = []
    added: list[str] = []
    for at, (step, a, b, c, d) in enumerate(steps):
        if step == "equal" and not (0 < at < len(steps) - 1 and _is_crumb(steps[at - 1 : at + 2], later[c:d])):
            parts += _changed(dropped, added)
            dropped, added = [], []
            parts.append(Part(Kind.SAME, "".join(later[c:d])))
        else:
            dropped += earlier[a:b]
            added += later[c:d]
    return parts + _changed(dropped, added)


def _steps(earlier: list[str], later: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """Return the opcodes of difflib; of texts whose words repeat without end, only what they begin and end with."""
    counts = Counter(later)
    if sum(number * counts[word] for word, number in Counter(earlier).items()) <= _MOST_PAIRS:
        is_long = len(earlier) + len(later) > _LONG_WORDS
        return SequenceMatcher(None, earlier, later, autojunk=is_long).get_opcodes()
    shorter = min(len(earlier), len(later))
    head = next((at for at in range(shorter) if earlier[at] != later[at]), shorter)
    tail = next((at for at in range(shorter - head) if earlier[-1 - at] != later[-1 - at]), shorter - head)
    a, c = len(earlier) - tail, len(later) - tail
    steps = [("equal", 0, head, 0, head), ("replace", head, a, head, c), ("equal", a, a + tail, c, c + tail)]
    return [step for step in steps if step[1] < step[2] or step[3] < step[4]]


def _is_crumb(steps: Sequence[tuple[str, int, int, int, int]], kept: list[str]) -> bool:
    """Say whether what stayed only cuts the changes on either side of it: a mark, or a word between longer runs."""
    words = sum(bool(re.search(r"\w", token)) for token in kept)
    changed = [max(b - a, d - c) for step, a, b, c, d in steps if step != "equal"]
    return 2 * words <= min(changed)


def _changed(dropped: list[str], added: list[str]) -> list[Part]:
    both = Part(Kind.DROPPED, "".join(dropped)), Part(Kind.ADDED, "".join(added))
    return [part for part in both if part.text]
