"""
Measure how well captions are read: precision, recall and F1 for each kind of reading, each miss, and the speed.

    python benchmarks/captions.py [seen] [unseen] [corpus] [articles] [--misses-of-unseen]
    python benchmarks/captions.py BATCH.jsonl… [--misses]

A file of captions by other authors, with their truth in the form of benchmarks/captions/README.md, is a batch: its
figures stand alone, for each language too, and its misses are shown only with `--misses`, so that a fresh batch can be
measured before anybody looks into it.

Without a file: `seen` and `unseen` are the two halves of the captions in benchmarks/captions/, written for the project
with their truth before the rules; the misses of the unseen half are counted and, unless asked for, not shown. `corpus`
is the caption list of the corpus, `articles` the figure captions of its saved news pages, if there are any. Baseline in
the same run: dateparser's search, and every name of the gazetteer wherever it stands. Exit 1 where the unseen half or a
batch misses a target.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DATABASE_URL"] = "sqlite://:memory:"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django  # noqa: E402

django.setup()

from dateparser.search import search_dates  # noqa: E402
from django.core.management import call_command  # noqa: E402

from archive.extraction.articles.read_article import read_article  # noqa: E402
from archive.extraction.captions.gazetteer import Gazetteer  # noqa: E402
from archive.extraction.captions.read_caption import read_caption  # noqa: E402
from archive.extraction.captions.words import words_of  # noqa: E402
from archive.extraction.gazetteer_of_captions import known_names  # noqa: E402
from archive.standards.normal_form import normalise  # noqa: E402

CORPUS = Path(os.environ.get("STRANDLINE_CORPUS") or ROOT.parent / "shared" / "corpus")
CREDIT_PARTS = ("creator", "agency", "supplier", "publisher")
TARGETS = {("dates", "f1"): 0.95, ("picture date", "f1"): 0.9, ("places", "precision"): 0.92, ("places", "recall"): 0.9,
           ("credits", "f1"): 0.95}  # fmt: skip
CAPTIONS_A_SECOND = 2000
BATCH_TARGETS = {("date", "f1"): 0.95, ("places", "precision"): 0.95, ("places", "recall"): 0.9,
                 ("credits", "f1"): 0.93, ("counts", "f1"): 0.85}  # fmt: skip
BATCH_KINDS = ("date", "places", "credits", "counts", "bodies")
BATCH_KEYS = {"text", "date", "places", "credit", "counts", "language",
              "id", "note", "published", "places_also", "bodies"}  # fmt: skip
KINDS = ("dates", "picture date", "places", "relations", "credits", "counts", "bodies")
_MARK = re.compile(r"\{(?P<kind>\w+)(?: (?P<value>[^|}]*))?\|(?P<shown>[^|}]*)(?:\|(?P<span>[^}]*))?\}")
_COMPASS_OR_LEAD = re.compile(r"^(?:(off|near|between|from|to|towards|(?:north|south|east|west) of) )?(\S+)$")


@dataclass
class Truth:
    """A caption and what it says, written down by hand."""

    text: str
    published: date | None
    language: str
    dates: set[tuple[int, int, str]] = field(default_factory=set)
    picture_date: str | None = None
    places: list[tuple[int, int, str, str]] = field(default_factory=list)
    credit: dict[str, str] = field(default_factory=dict)
    counts: set[tuple[int | None, int | None]] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)


@dataclass
class Score:
    right: int = 0
    found: int = 0
    asked: int = 0
    misses: list[str] = field(default_factory=list)

    def of(self, name: str) -> float:
        precision = self.right / self.found if self.found else 1.0
        recall = self.right / self.asked if self.asked else 1.0
        total = precision + recall
        return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / total if total else 0.0}[name]

    def add(self, found: set[Any], asked: set[Any], text: str) -> None:
        self.right += len(found & asked)
        self.found += len(found)
        self.asked += len(asked)
        if found != asked:
            self.misses.append(f"{text}\n      found too much {_shown(found - asked)}, missed {_shown(asked - found)}")


def main(arguments: list[str]) -> int:
    wanted = [argument for argument in arguments if not argument.startswith("--")] or [
        "seen",
        "unseen",
        "corpus",
        "articles",
    ]
    shown = {wanted[at] for at in range(len(wanted)) if wanted[at] != "unseen"}
    if "--misses-of-unseen" in arguments:
        shown.add("unseen")
    call_command("migrate", verbosity=0)
    call_command("load_gazetteer", verbosity=0)
    call_command("load_outlets", verbosity=0)
    gazetteer = known_names().gazetteer
    if files := [argument for argument in wanted if argument.endswith((".json", ".jsonl"))]:
        met = [measure_batch(Path(file), gazetteer, shown="--misses" in arguments) for file in files]
        return int(not all(met))
    failed = False
    for half in ("seen", "unseen"):
        if half in wanted:
            truths = read_truth(Path(__file__).parent / "captions" / f"{half}.txt")
            ours = score(truths, gazetteer)
            print_table(f"{half} half: {len(truths)} captions", ours, baseline(truths, gazetteer))
            if half in shown:
                print_misses(ours)
            if half == "unseen":
                failed = any(ours[kind].of(name) < least for (kind, name), least in TARGETS.items())
            speed = captions_a_second(truths, gazetteer)
            print(f"  {speed:,.0f} captions a second on one core (target {CAPTIONS_A_SECOND:,})\n")
    if "corpus" in wanted:
        compare_corpus(CORPUS / "captions" / "captions.json", gazetteer)
    if "articles" in wanted and (CORPUS / "articles").is_dir():
        truths = read_articles(CORPUS / "articles", Path(__file__).parent / "articles" / "captions.json")
        ours = score(truths, gazetteer, ("dates", "picture date", "places", "relations", "credits"))
        print_table(f"saved news pages: {len(truths)} captions", ours, baseline(truths, gazetteer))
        print_misses(ours)
    return int(failed)


def read_truth(path: Path) -> list[Truth]:
    """Read `published language | text with {kind value|words} marks`; the form is in benchmarks/captions/README.md."""
    truths = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if "|" not in line or line.startswith("#"):
            continue
        head, _bar, marked = line.partition(" | ")
        day, language = head.split()
        marked, _kind, source_kind = marked.partition(" kind=")
        truth = Truth("", None if day == "-" else date.fromisoformat(day), language)
        if source_kind:
            truth.credit["source_kind"] = source_kind.strip().replace("screen-capture", "screen capture")
        position = 0
        for mark in _MARK.finditer(marked):
            truth.text += marked[position : mark.start()]
            start = len(truth.text) + (mark["shown"].index(mark["span"]) if mark["span"] else 0)
            truth.text += mark["shown"]
            _take(truth, mark, start, start + len(mark["span"] or mark["shown"]))
            position = mark.end()
        truth.text += marked[position:]
        truths.append(truth)
    return truths


def read_articles(folder: Path, truth_file: Path) -> list[Truth]:
    """Read the captions out of the pages; their truth knows them by hash, for the words are their publishers'."""
    known = json.loads(truth_file.read_text(encoding="utf-8"))
    truths = []
    for path in sorted(folder.glob("*.html")):
        with tempfile.TemporaryDirectory() as into_dir:
            page = read_article(str(path), into_dir)
        for printed in filter(None, (figure["printed"] for figure in page["figures"])):
            key = hashlib.sha256(" ".join(printed.split()).encode()).hexdigest()[:20]
            if key not in known:
                print(f"    no truth for a caption of {path.name}: {printed}")
                continue
            truth = Truth(printed, date.fromisoformat(page["published"]["day"]), page["language"]["value"][:2])
            truth.credit = known[key]["credit"]
            for start, end, edtf, *picture in known[key]["dates"]:
                truth.dates.add((start, end, edtf))
                truth.picture_date = edtf if picture else truth.picture_date
            truth.places = [
                (start, end, slug, "".join(relation)) for start, end, slug, *relation in known[key]["places"]
            ]
            truths.append(truth)
    return truths


@dataclass
class BatchTruth:
    """A caption of another author and what it says, in the form of benchmarks/captions/README.md."""

    text: str
    language: str
    published: date | None
    # EDTF values that are right, the first as the author's own; empty where the caption leaves the day open
    dates: tuple[str, ...]
    # (start, end, country code or "", left open)
    places: list[tuple[int, int, str, bool]]
    # spans that may be read as a place or left out
    either: list[tuple[int, int]]
    credit: dict[str, str]
    counts: set[tuple[int | None, int | None]]
    bodies: set[str] | None


def read_batch(path: Path) -> list[BatchTruth]:
    """
    Read a batch of captions: a JSON list, or one JSON object a line.

    :raises SystemExit: where a caption is not in the form, with its number and what is wrong
    """
    written = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        records = json.loads(written)
    else:
        records = [json.loads(line) for line in written.splitlines() if line.strip()]
    truths = []
    for number, record in enumerate(records, start=1):
        try:
            truths.append(_batch_truth(record))
        except (KeyError, ValueError, TypeError) as error:
            raise SystemExit(f"{path.name}, caption {number} ({record.get('id', 'no id')}): {error!r}") from error
    return truths


def _batch_truth(record: dict[str, Any]) -> BatchTruth:
    if unknown := set(record) - BATCH_KEYS:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    text, dates = record["text"], record["date"]
    dates = [dates] if isinstance(dates, str) else dates or []
    taken: list[int] = []
    places = []
    for place in record["places"]:
        start, end = _span_of(text, place["words"], taken)
        places.append((start, end, place.get("country", ""), bool(place.get("open"))))
    if unknown := set(record["credit"]) - {*CREDIT_PARTS, "outlet", "kind"}:
        raise ValueError(f"unknown parts of the credit {sorted(unknown)}")
    return BatchTruth(
        text,
        record["language"],
        date.fromisoformat(record["published"]) if record.get("published") else None,
        tuple(_moment(edtf) for edtf in dates),
        places,
        [_span_of(text, words, []) for words in record.get("places_also", ())],
        {part: _part(part, name) for part, name in record["credit"].items() if name},
        {(low, high) for low, high in record["counts"]},
        {_body(name) for name in record["bodies"]} if record.get("bodies") is not None else None,
    )


def _span_of(text: str, words: str, taken: list[int]) -> tuple[int, int]:
    """Find the words as written, whole words first; the second mention of the same words behind the first."""
    whole = re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)
    for found in [*whole, *re.finditer(re.escape(words), text)]:
        if found.start() not in taken:
            taken.append(found.start())
            return found.span()
    raise ValueError(f"{words!r} is not in the text")


def _moment(edtf: str) -> str:
    """ "2024-06-18T04:00" and "2024-06-18T04:00:00" are the same moment, "1930/1939" and "193X" the same decade."""
    if decade := re.fullmatch(r"(\d{3})0/(\d{3})9", str(edtf)):
        edtf = f"{decade[1]}X" if decade[1] == decade[2] else edtf
    return re.sub(r"T(\d\d:\d\d)(?::00)?$", r"T\1", str(edtf))


def _credited(name: str) -> str:
    """Drop what makes no difference: case, accents, an article, the @ of a handle, "Photo" or "Wire" behind a name."""
    behind = r"(?<=\w)(?: Stock)? (?:Photos?|Foto|Wire|Images|Archive)$"
    words = normalise(re.sub(behind, "", name.strip(" .()"), flags=re.IGNORECASE)).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("the", "la", "le", "l", "les") else words)


def _part(part: str, names: str | list[str]) -> str:
    """Several photographers ("Jo Doe and Sam Roe", or a list) are the same in any order."""
    if part != "creator":
        return _credited(str(names))
    named = names if isinstance(names, list) else re.split(r"\s(?:and|et|und|en|y|e|&)\s|,\s", names)
    return " and ".join(sorted(_credited(name) for name in named))


def _body(name: str) -> str:
    return re.sub(r"^(?:the|la|le|les|l['’]|die|der|das|de|het|il|el) ?", "", name.strip(), flags=re.IGNORECASE).lower()


def score_batch(truths: list[BatchTruth], gazetteer: Gazetteer) -> dict[str, Score]:
    scores = {kind: Score() for kind in BATCH_KINDS}
    for truth in truths:
        read = read_caption(
            truth.text, gazetteer=gazetteer, published=truth.published, language=truth.language
        ).to_json()
        day = _moment(read["picture_date"] or "")
        scores["date"].add(_one("right" if day in truth.dates else day), _one("right" if truth.dates else ""),
                           f"{truth.text} [{truth.published}, {' or '.join(truth.dates) or 'no date'}]")  # fmt: skip
        asked = {truth.text[start:end] + f"@{start}" for start, end, _country, _open in truth.places}
        places, named = set(), set()
        for place in read["places"]:
            found = _batch_place(place, truth)
            # The truth names each place once: the same record again, as in a dateline, counts neither way.
            if found in asked or place["place"] not in named:
                places.add(found)
            named.add(place["place"])
        places -= {""}
        scores["places"].add(places, asked, truth.text)
        parts = {part: _part(part, read["credit"][part]) for part in CREDIT_PARTS if read["credit"][part]}
        if read["credit"]["source_kind"] and "kind" in truth.credit:
            parts["kind"] = _credited(read["credit"]["source_kind"])
        for part in ("agency", "publisher", "supplier"):
            if truth.credit.get("outlet") and parts.get(part) == truth.credit["outlet"]:
                parts["outlet"] = parts.pop(part)
                break
        if "agency" in parts and "agency" not in truth.credit and parts["agency"] == truth.credit.get("supplier"):
            # The only agency, behind "via", is the agency; who calls it the supplier names the same body.
            parts = {**parts, "supplier": parts["agency"]}
            del parts["agency"]
        scores["credits"].add(set(parts.items()), set(truth.credit.items()), truth.text)
        scores["counts"].add({(count["min"], count["max"]) for count in read["counts"]}, truth.counts, truth.text)
        if truth.bodies is not None:
            scores["bodies"].add({_body(body["name"]) for body in read["bodies"]}, truth.bodies, truth.text)
    return scores


def _batch_place(place: dict[str, Any], truth: BatchTruth) -> str:
    """Name a found place by the true words that it touches; "" where it counts neither way."""
    for start, end, country, left_open in truth.places:
        if place["start"] < end and start < place["end"]:
            if not place["place"]:
                return truth.text[start:end] + f"@{start}" if left_open else ""
            if not country or place["country_code"] in ("", country):
                return truth.text[start:end] + f"@{start}"
            return f"{place['words']} in {place['country_code']}"
    if not place["place"] or any(place["start"] < end and start < place["end"] for start, end in truth.either):
        return ""
    return f"{place['words']} as {place['place']}"


def measure_batch(path: Path, gazetteer: Gazetteer, *, shown: bool) -> bool:
    """Print the figures of a batch, all of it and each language; return whether it reaches the targets."""
    truths = read_batch(path)
    scores = score_batch(truths, gazetteer)
    print(f"{path.name}: {len(truths)} captions")
    print(f"  {'':<10}{'in truth':>9}{'right':>7}{'precision':>11}{'recall':>8}{'F1':>8}   target")
    for kind, one in scores.items():
        target = ", ".join(f"{name} {least}" for (of, name), least in BATCH_TARGETS.items() if of == kind)
        print(f"  {kind:<10}{one.asked:>9}{one.right:>7}{one.of('precision'):>11.3f}{one.of('recall'):>8.3f}"
              f"{one.of('f1'):>8.3f}   {target}")  # fmt: skip
    for language in sorted({truth.language for truth in truths}):
        own = score_batch([truth for truth in truths if truth.language == language], gazetteer)
        print(f"  {language}: " + ", ".join(f"{kind} {own[kind].right}/{own[kind].asked}" for kind in BATCH_KINDS[:4]))
    met = all(scores[kind].of(name) >= least for (kind, name), least in BATCH_TARGETS.items())
    print("  all targets reached" if met else "  targets missed")
    if shown:
        print_misses(scores)
    return met


def _take(truth: Truth, mark: re.Match[str], start: int, end: int) -> None:
    kind, value = mark["kind"], mark["value"] or ""
    if kind == "d":
        edtf = value.removesuffix(" *")
        truth.dates.add((start, end, edtf))
        if value.endswith(" *"):
            truth.picture_date = edtf
    elif kind == "p":
        relation, slug = _COMPASS_OR_LEAD.match(value).groups()
        truth.places.append((start, end, slug, {"towards": "to"}.get(relation, relation) or ""))
    elif kind == "c":
        low, high = value.split("..")
        truth.counts.add((int(low) if low else None, int(high) if high else None))
    elif kind == "b":
        truth.bodies.add(re.sub(r"^(?:the|la|le) ", "", mark["shown"], flags=re.IGNORECASE).lower())
    else:
        truth.credit[kind] = _plain(mark["shown"])


def _plain(credit: str | None) -> str:
    return re.sub(r" Photo$", "", credit or "")


def score(truths: list[Truth], gazetteer: Gazetteer, kinds: Sequence[str] = KINDS) -> dict[str, Score]:
    scores = {kind: Score() for kind in KINDS}
    for truth in truths:
        read = read_caption(
            truth.text, gazetteer=gazetteer, published=truth.published, language=truth.language
        ).to_json()
        scores["dates"].add({(d["start"], d["end"], d["edtf"]) for d in read["dates"]}, truth.dates, truth.text)
        scores["picture date"].add(_one(read["picture_date"]), _one(truth.picture_date), truth.text)
        found = {_place_found(p, truth) for p in read["places"] if p["place"]}
        scores["places"].add(found, {(slug, start) for start, _end, slug, _relation in truth.places}, truth.text)
        related = {(slug, relation) for _start, _end, slug, relation in truth.places if relation}
        ours = {(p["place"], p["relation"] or "") for p in read["places"]}
        scores["relations"].add({pair for pair in ours if pair[0] in dict(related)}, related, truth.text)
        split = {
            (part, _plain(read["credit"][part])) for part in (*CREDIT_PARTS, "source_kind") if read["credit"][part]
        }
        scores["credits"].add(split, set(truth.credit.items()), truth.text)
        scores["counts"].add({(c["min"], c["max"]) for c in read["counts"]}, truth.counts, truth.text)
        scores["bodies"].add({b["name"].lower() for b in read["bodies"]}, truth.bodies, truth.text)
    return {kind: scores[kind] for kind in kinds}


def _one(edtf: str | None) -> set[str]:
    return {edtf} if edtf else set()


def _place_found(place: dict[str, Any], truth: Truth) -> tuple[str, int]:
    """Name a found place by its record and the start of the true span that it touches."""
    for start, end, _slug, _relation in truth.places:
        if place["start"] < end and start < place["end"]:
            return place["place"], start
    return place["place"], -place["start"] - 1


def baseline(truths: list[Truth], gazetteer: Gazetteer) -> dict[str, Score]:
    """Score what the two libraries' plain use gives: a date search, and every capitalised name of the gazetteer."""
    scores = {kind: Score() for kind in ("dates", "picture date", "places")}
    for truth in truths:
        dates, first = set(), None
        base = datetime.combine(truth.published, datetime.min.time()) if truth.published else None
        settings = {"PREFER_DATES_FROM": "past", "DATE_ORDER": "DMY", **({"RELATIVE_BASE": base} if base else {})}
        for words, moment in search_dates(truth.text, languages=[truth.language], settings=settings) or ():
            at = truth.text.find(words)
            dates.add((at, at + len(words), moment.date().isoformat()))
            first = first or moment.date().isoformat()
        scores["dates"].add(dates, truth.dates, truth.text)
        scores["picture date"].add(_one(first), _one(truth.picture_date), truth.text)
        found, words, at = set(), words_of(truth.text), 0
        while at < len(words):
            step = 1
            most = min(gazetteer.starts.get(words[at].folded, 0), len(words) - at) if words[at].capital else 0
            for count in range(most, 0, -1):
                if records := gazetteer.bearers(" ".join(word.folded for word in words[at : at + count])):
                    start, end = words[at].start, words[at + count - 1].end
                    found.add(_place_found({"start": start, "end": end, "place": records[0].slug}, truth))
                    step = count
                    break
            at += step
        scores["places"].add(found, {(slug, start) for start, _end, slug, _relation in truth.places}, truth.text)
    return scores


def captions_a_second(truths: list[Truth], gazetteer: Gazetteer) -> float:
    """Read each caption many times over, with another number in it each time so that nothing is remembered."""
    texts = [(f"{truth.text} {number:x}", truth) for number in range(2000 // len(truths) + 1) for truth in truths]
    began = time.process_time()
    for text, truth in texts:
        read_caption(text, gazetteer=gazetteer, published=truth.published, language=truth.language)
    return len(texts) / (time.process_time() - began)


def print_table(title: str, ours: dict[str, Score], theirs: dict[str, Score]) -> None:
    print(title)
    print(f"  {'':<14}{'in truth':>9}{'precision':>11}{'recall':>8}{'F1':>8}   baseline F1")
    for kind, one in ours.items():
        base = f"{theirs[kind].of('f1'):.3f}" if kind in theirs else "-"
        print(
            f"  {kind:<14}{one.asked:>9}{one.of('precision'):>11.3f}{one.of('recall'):>8.3f}"
            f"{one.of('f1'):>8.3f}   {base:>11}"
        )


def print_misses(scores: dict[str, Score]) -> None:
    for kind, one in scores.items():
        for miss in one.misses:
            print(f"    {kind}: {miss}")


def compare_corpus(path: Path, gazetteer: Gazetteer) -> None:
    """The corpus gives a day and a credit as text, no spans: the day must lie inside ours, the credit's words agree."""
    if not path.is_file():
        print(f"no corpus at {path}: set STRANDLINE_CORPUS to measure on it")
        return
    right: Counter[str] = Counter()
    cases = json.loads(path.read_text(encoding="utf-8"))
    for case in cases:
        published = date.fromisoformat(case["published"]) if case["published"] else None
        read = read_caption(case["text"], gazetteer=gazetteer, published=published).to_json()
        day = (case["taken"] or "").split(" ")[0]
        dated = (read["picture_date"] or "").startswith(day) if day else read["picture_date"] is None
        parts = " ".join(read["credit"][part] or "" for part in CREDIT_PARTS)
        said = f"{case['agency'] or ''} {case['photographer'] or ''}"
        credited = set(re.findall(r"\w+", said)) - {"via"} <= set(re.findall(r"\w+", parts))
        right.update(dated=dated, credited=credited)
        if not dated:
            print(f"    picture date {read['picture_date']} for {case['taken']}: {case['text']}")
        if not credited:
            print(f"    credit {parts!r} for {said!r}: {case['text']}")
    print(f"corpus: {len(cases)} captions, picture date right {right['dated']}, credit right {right['credited']}")


def _shown(found: set[Any]) -> str:
    return ", ".join(str(one) for one in sorted(found, key=str)) or "nothing"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
