"""
Measure how well saved news pages are read: outlet, published day, authors, figure captions and credits.

    python benchmarks/articles.py [NAME…]
    python benchmarks/articles.py --hash "a caption or credit"

The pages stand in the corpus beside the project; the truth about them, written down by hand, in
benchmarks/articles/truth.json, with captions and credits as hashes, for the words are their publishers'. Baseline in
the same run: trafilatura's metadata, and for captions the plain text of every <figcaption>. Exit 1 where a target is
missed.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lxml import html  # noqa: E402
from trafilatura import extract_metadata  # noqa: E402

from archive.extraction.articles.read_article import read_article  # noqa: E402
from archive.standards.normal_form import normalise  # noqa: E402

CORPUS = Path(os.environ.get("STRANDLINE_CORPUS") or ROOT.parent / "shared" / "corpus") / "articles"
TRUTH = Path(__file__).parent / "articles" / "truth.json"
KINDS = ("published day", "outlet", "authors", "captions", "credits")
TARGETS = {"published day": 0.95, "captions": 0.9, "credits": 0.9}
# "Credit: EPA" and "EPA" are the same credit; the label is the page's design.
_LABEL = re.compile(
    r"^(?:(?:photo|picture|image|foto|beeld|bild|crédit|credit|photograph|file)s?\s*[:.…]+\s*|©\s*|photo\s+)+",
    re.IGNORECASE,
)


@dataclass
class Score:
    right: int = 0
    found: int = 0
    asked: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.asked) if self.found + self.asked else 1.0

    def add(self, page: str, found: Counter[str], asked: Counter[str], shown: dict[str, str]) -> None:
        self.right += (found & asked).total()
        self.found += found.total()
        self.asked += asked.total()
        for said, difference in (("too much", found - asked), ("missed", asked - found)):
            for key in difference.elements():
                self.misses.append(f"{page}: {said} {shown.get(key, key)}")


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--hash"]:
        print(*(f"{hashed(text)}  {text}" for text in arguments[1:]), sep="\n")
        return 0
    if not CORPUS.is_dir():
        print(f"no corpus at {CORPUS}: set STRANDLINE_CORPUS to measure on it")
        return 0
    truth = {name: page for name, page in json.loads(TRUTH.read_text(encoding="utf-8")).items()
             if not arguments or name in arguments}  # fmt: skip
    ours, theirs = ({kind: Score() for kind in KINDS} for _ in range(2))
    began = time.perf_counter()
    for name, page in truth.items():
        score(ours, name, page, read(CORPUS / f"{name}.html"))
    seconds = time.perf_counter() - began
    for name, page in truth.items():
        score(theirs, name, page, baseline(CORPUS / f"{name}.html"))
    print(f"{len(truth)} pages, {seconds / max(len(truth), 1):.2f} seconds a page")
    print(f"  {'':<15}{'in truth':>9}{'precision':>11}{'recall':>8}{'F1':>8}{'baseline F1':>13}   target")
    for kind, one in ours.items():
        precision, recall = one.right / max(one.found, 1), one.right / max(one.asked, 1)
        print(f"  {kind:<15}{one.asked:>9}{precision:>11.3f}{recall:>8.3f}{one.f1:>8.3f}{theirs[kind].f1:>13.3f}"
              f"   {TARGETS.get(kind, '')}")  # fmt: skip
    for kind, one in ours.items():
        for miss in one.misses:
            print(f"    {kind}: {miss}")
    return int(any(ours[kind].f1 < least for kind, least in TARGETS.items()))


def read(path: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as into_dir:
        return read_article(str(path), into_dir)


def baseline(path: Path) -> dict[str, Any]:
    """Read with trafilatura alone, in the same form; it knows no figures, so every <figcaption> stands for one."""
    content = path.read_bytes()
    found = extract_metadata(content.decode("utf-8", "replace"))
    root = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    captions = [" ".join(element.text_content().split()) for element in root.iter("figcaption")]
    return {
        "outlet": {"value": found.sitename},
        "published": {"day": found.date} if found.date else None,
        "authors": {"value": found.author.split("; ") if found.author else []},
        "figures": [{"caption": caption, "credit": None} for caption in captions if caption],
    }


def score(scores: dict[str, Score], name: str, page: dict[str, Any], reading: dict[str, Any]) -> None:
    day = [reading["published"]["day"]] if reading["published"] else []
    scores["published day"].add(name, Counter(day), Counter([page["published"]]), {})
    outlet, known = reading["outlet"]["value"], [normalise(one) for one in page["outlet"]]
    named = [known[0] if normalise(outlet) in known else normalise(outlet)] if outlet else []
    scores["outlet"].add(name, Counter(named), Counter(known[:1]), {})
    authors = Counter(normalise(one) for one in reading["authors"]["value"])
    scores["authors"].add(name, authors, Counter(normalise(one) for one in page["authors"]), {})
    for kind, key in (("captions", "caption"), ("credits", "credit")):
        words = [figure[key] for figure in reading["figures"] if figure[key]]
        asked = Counter(figure[key] for figure in page["figures"] if figure[key])
        hints = {
            figure[key]: f"figure {number}" for number, figure in enumerate(page["figures"], start=1) if figure[key]
        }
        scores[kind].add(name, Counter(map(hashed, words)), asked, hints | {hashed(one): repr(one) for one in words})


def hashed(text: str) -> str:
    """Hash a wording without regard to case, spaces, marks at its ends and the label of a credit."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .()[]|–—-")
    return hashlib.sha256(_LABEL.sub("", plain).strip(" .()[]").encode()).hexdigest()[:20]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
