"""Find words that no translator sees: in templates outside of their marks, in code where a person is told something."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ARCHIVE = Path(__file__).parents[1] / "archive"
# What people read, or have read to them, of a tag.
SPOKEN = {"title", "aria-label", "aria-description", "placeholder", "alt", "data-key-label", "label"}
# Names, units, keys of the keyboard, and what is written so in every language.
NAMES = {"Strandline", "Esc", "Enter", "Shift", "Ctrl", "Tab", "px", "km", "fr", "en", "KB", "MB", "GB", "SHA"}
_MARKED = re.compile(
    r"\{% *block page_class *%\}.*?\{% *endblock *%\}|\{% *comment\b.*?\{% *endcomment *%\}"
    r"|\{% *blocktrans(?:late)?\b.*?\{% *endblocktrans(?:late)? *%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
# What is raised or answered with a sentence for people.
_TELLING = re.compile(r"NotAllowed|ValidationError|\w*Meanwhile|Http404|CannotMerge|NotDone|TooOften|\w*Problem")
_STAGES = ("accounts", "authorities", "catalogue", "claims", "ingest", "provenance", "review", "search", "web")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "code", "kbd"):
            self.open.append(tag)
        for name, value in attrs:
            if name in SPOKEN:
                self._note(value or "")

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open:
            self._note(data)

    def _note(self, words: str) -> None:
        # A fragment may be a piece of a tag: hx-target="#wording".
        if '="' not in words and any(word not in NAMES for word in _WORD.findall(words)):
            self.found.append((self.getpos()[0], " ".join(words.split())))


def in_template(source: str) -> list[tuple[int, str]]:
    """Return the line and the words of what a template says in one language only."""
    parser = _Words()
    # Lines are kept, so that what is found can be named by its line. A mark inside a tag leaves a value of the tag.
    parser.feed(_MARKED.sub(lambda mark: "\n" * mark[0].count("\n"), source))
    return parser.found


def in_code(source: str) -> list[tuple[int, str]]:
    """Return the line and the words of literals that are told to people: refusals, messages, labels of forms."""
    found = []
    for node in ast.walk(ast.parse(source)):
        told: list[ast.expr] = []
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = getattr(node.exc.func, "id", getattr(node.exc.func, "attr", ""))
            told = node.exc.args[:1] if _TELLING.fullmatch(name) else []
        elif isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                is_message = getattr(function.value, "id", "") == "messages" or function.attr == "add_error"
                told = node.args[1:2] if is_message else []
            told += [each.value for each in node.keywords if each.arg in ("label", "help_text", "empty_label")]
        for each in told:
            parts = each.values if isinstance(each, ast.JoinedStr) else [each]
            words = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
            if " " in words.strip():
                found.append((each.lineno, words))
    return found


def everywhere() -> Iterator[str]:
    """Yield where words stand that are in no catalogue, with the words."""
    for path in sorted((ARCHIVE / "web" / "templates").rglob("*.html")):
        for line, words in in_template(path.read_text()):
            yield f"{path.relative_to(ARCHIVE.parent)}:{line}: {words}"
    for stage in _STAGES:
        for path in sorted((ARCHIVE / stage).rglob("*.py")):
            if "migrations" not in path.parts and "management" not in path.parts:
                # What fields of models are for is told to who writes code; their labels on pages are those of forms.
                for line, words in in_code(path.read_text()) if path.name != "models.py" else ():
                    yield f"{path.relative_to(ARCHIVE.parent)}:{line}: {words}"


if __name__ == "__main__":
    print("\n".join(everywhere()))
