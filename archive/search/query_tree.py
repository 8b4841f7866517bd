"""
What a search says, as a tree: the free words and the conditions, in the order they are written. Plain Python.

A search that is kept holds the text of `print_query` and the `VERSION` that it was written in.
"""

from dataclasses import dataclass, field, replace
from typing import Any

# Goes up when a text would be read otherwise than before.
VERSION = 1


@dataclass(frozen=True)
class Range:
    """`2024-06-15..2024-06-20`; an end that is left open is empty."""

    first: str
    last: str


Value = str | Range


@dataclass(frozen=True)
class Words:
    """A word, or a phrase whose words stand together; `is_excluded`: what is found has it not."""

    text: str
    is_phrase: bool = False
    is_excluded: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Condition:
    """`prefix:value`; one of several values is enough. `is_excluded`: what is found does not meet it."""

    prefix: str
    values: tuple[Value, ...]
    is_excluded: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


Term = Words | Condition


@dataclass(frozen=True)
class Problem:
    """What is not as the language has it, from `start` to `end` of the text; `instead` is what would be right."""

    start: int
    end: int
    sentence: str
    values: dict[str, Any] = field(default_factory=dict)
    instead: str = ""


@dataclass(frozen=True)
class Query:
    """Every term has to be met. The problems are those of the text it was read from, and no part of the tree."""

    terms: tuple[Term, ...] = ()
    version: int = VERSION
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def words(self) -> tuple[Words, ...]:
        return tuple(term for term in self.terms if isinstance(term, Words))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(term for term in self.terms if isinstance(term, Condition))

    def without(self, *left_out: Term) -> "Query":
        """Return the query without these very terms; an equal one elsewhere in it stays."""
        kept = tuple(term for term in self.terms if not any(term is gone for gone in left_out))
        return replace(self, terms=kept)
