"""What a reading consists of: statements word for word, problems in sentences, a state for each kind of metadata."""

import math
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from archive.extraction.readers.decode_text import decoded_once_more

# A value is JSON: text, a number, a list of values, or a mapping (language to text, or the fields of a structure).
Value = Any

# Raise it when a reader comes to read the same file differently.
READER_VERSION = "3"
# A second and third IIM record of one file stand beside the first.
IPTC_GROUPS = ("IPTC", "IPTC2", "IPTC3")
_LONGEST_TEXT = 100_000


class State(StrEnum):
    """Absent and unreadable are two different things."""

    READ = "READ"
    UNREADABLE = "UNREADABLE"
    ABSENT = "ABSENT"


@dataclass(frozen=True)
class Statement:
    """One value as it stands in the file: "EXIF", "DateTimeOriginal", "2024:06:18 05:12:00"."""

    group: str
    tag: str
    value: Value

    @property
    def name(self) -> str:
        return f"{self.group}:{self.tag}"


@dataclass(frozen=True)
class Problem:
    """
    Something that could not be read, or cannot be true.

    `code` is UNREADABLE (damaged), IMPOSSIBLE (no such day or position), SUSPECT (a value that clocks and
    receivers give when they know nothing), NOTED or LIMIT (more than is taken over); `text` is the sentence for people.
    """

    code: str
    group: str
    text: str


@dataclass
class Reading:
    """
    All that one file says of itself.

    `states` has a State for each of EXIF, IPTC, XMP and ICC; `properties` has the leading value of each property,
    absent ones left out.
    """

    format_name: str = ""
    width_px: int | None = None
    height_px: int | None = None
    statements: list[Statement] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    states: dict[str, State] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name: dict[str, list[Value]] = {}
        self._groups: set[str] = set()
        self._has_further_iptc = False
        self._indexed = 0

    @property
    def state(self) -> State:
        """The state of the metadata as a whole: one unreadable part makes it UNREADABLE."""
        for state in (State.UNREADABLE, State.READ):
            if state in self.states.values():
                return state
        return State.ABSENT

    def sourced_values(self, name: str) -> list[tuple[str, Value]]:
        """List the values as `values` does, each with the name under which it stands: that of its own IPTC block."""
        group, _, tag = name.partition(":")
        sources = [f"{each}:{tag}" for each in IPTC_GROUPS] if group == "IPTC" else [name]
        sourced = []
        for value in self.values(name):
            source = next((candidate for candidate in sources if value in self._by_name.get(candidate, [])), name)
            sourced.append((source, value))
        return sourced

    def values(self, name: str) -> list[Value]:
        """
        List every value stated under "Group:Tag", in the file's order, those of further IPTC blocks behind the first.

        Text that was encoded in UTF-8 twice is given as it was meant; the statement itself keeps what is written.
        """
        self._index()
        values = self._by_name.get(name, [])
        if self._has_further_iptc and name.startswith("IPTC:"):
            tag = name.partition(":")[2]
            further = [value for each in IPTC_GROUPS[1:] for value in self._by_name.get(f"{each}:{tag}", [])]
            values = [*values, *(value for value in further if value not in values)]
        return values

    def groups(self) -> set[str]:
        """Return the groups in which something is stated: "EXIF", "IPTC2", "XMP-dc"."""
        self._index()
        return self._groups

    def _index(self) -> None:
        if self._indexed != len(self.statements):
            self._by_name = {}
            for statement in self.statements:
                self._by_name.setdefault(statement.name, []).append(decoded_text(statement.value))
            self._groups = {statement.group for statement in self.statements}
            self._has_further_iptc = not self._groups.isdisjoint(IPTC_GROUPS[1:])
            self._indexed = len(self.statements)

    def block(self, group: str, tag: str) -> str:
        """Give the first value of this block alone, as text; "" for none."""
        self.values(f"{group}:{tag}")
        value = next(iter(self._by_name.get(f"{group}:{tag}", [])), None)
        return "" if value is None else as_text(value).strip()

    def first(self, name: str) -> Value:
        """Give the first value under "Group:Tag", or None."""
        values = self.values(name)
        return values[0] if values else None

    def state_values(self, group: str, values: dict[str, Value]) -> None:
        self.statements += [Statement(group, tag, clean(value)) for tag, value in values.items()]

    def note(self, group: str, text: str) -> None:
        """Tell people of something that was read with a doubt."""
        problem = Problem("NOTED", group, text)
        if problem not in self.problems:
            self.problems.append(problem)

    def unreadable(self, group: str, text: str) -> None:
        self.states[group] = State.UNREADABLE
        problem = Problem("UNREADABLE", group, text)
        if problem not in self.problems:
            self.problems.append(problem)

    def to_json(self) -> dict[str, Any]:
        """Give the reading as JSON values; `from_json` takes it back."""
        return {**asdict(self), "state": str(self.state)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Reading":
        return cls(
            format_name=stored["format_name"],
            width_px=stored["width_px"],
            height_px=stored["height_px"],
            statements=[Statement(**statement) for statement in stored["statements"]],
            properties=dict(stored["properties"]),
            problems=[Problem(**problem) for problem in stored["problems"]],
            states={group: State(state) for group, state in stored["states"].items()},
        )


def clean(value: Value) -> Value:
    """Make a value fit for JSON on every database: no NUL, no lone surrogate, no NaN, no endless text."""
    if isinstance(value, str):
        text = value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
        return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list | tuple):
        return [clean(part) for part in value]
    if isinstance(value, dict):
        return {clean(str(key)): clean(part) for key, part in value.items()}
    return value


def decoded_text(value: Value) -> Value:
    """Undo a second encoding in UTF-8, in a text and in all texts of a list or mapping."""
    if isinstance(value, str):
        return decoded_once_more(value)
    if isinstance(value, list):
        return [decoded_text(part) for part in value]
    if isinstance(value, dict):
        return {key: decoded_text(part) for key, part in value.items()}
    return value


def as_text(value: Value) -> str:
    """Write a value in one line for people."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {as_text(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(as_text(part) for part in value)
    return str(value)
