"""Say which lines of the templates are too long: more than 120 characters. A tag alone on its line cannot be broken."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

TEMPLATES = Path(__file__).parents[1] / "archive/web/templates"
LONGEST = 120
_SOLE_TAG = re.compile(r" *\{%[^%]*%\}")


def long_lines(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.html")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if len(line) > LONGEST and not _SOLE_TAG.fullmatch(line):
                yield f"{path}:{number}: {len(line)} characters, more than {LONGEST}"


if __name__ == "__main__":
    sys.exit("\n".join(long_lines(TEMPLATES)) or None)
