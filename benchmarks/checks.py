"""
What the checks find of planted contradictions, what they say of true pairs, and how many items they weigh a second.

    python benchmarks/checks.py [--pairs 3000] [--seed 1] [--write] [--rate 10000] [--profile]

Makes so many true items by a seeded generator (`made_cases.py`), lets every check weigh them, then plants each
contradiction in them in turn. *Contradicted* is what a check called CONTRADICTORY, *left open* what it called
INCONCLUSIVE or UNREADABLE and had not of the true item. With `--rate` so many items without pixels are stored and
checked as `check_items` does, beside plain INSERTs of as many findings; a second run must write nothing. On SQLite in a
temporary folder, or in the database of DATABASE_URL (an empty one, please). Exit 1 where more than 1 % of the true
items are contradicted by a check, or fewer than 500 items a second are checked.
"""

import argparse
import cProfile
import json
import os
import pstats
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
MEASURED = ROOT / "archive" / "provenance" / "checks" / "measured.json"
MOST_FALSE_ALARMS = 0.01
LEAST_ITEMS_A_SECOND = 500
WARM_UP = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--pairs", type=int, default=3000, help="true items")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=int, default=0, metavar="ITEMS", help="store and check so many items")
    parser.add_argument("--write", action="store_true", help=f"keep the error rates in {MEASURED}, for the page")
    parser.add_argument("--profile", action="store_true", help="where the time of the rate goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="strandline-checks-") as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/checks.sqlite3")
        os.environ["VAR_ROOT"], os.environ["MEDIA_ROOT"] = f"{folder}/var", f"{folder}/media"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("load_gazetteer", verbosity=0)
        is_right = measure_errors(options.pairs, options.seed, write=options.write)
        is_fast = not options.rate or measure_rate(options.rate, options.seed, profile=options.profile)
    return 0 if is_right and is_fast else 1


def measure_errors(pairs: int, seed: int, *, write: bool = False) -> bool:
    """Print what each check finds of planted contradictions and of true items; return whether few are false alarms."""
    measured: dict[str, dict[str, Any]] = {}
    from made_cases import PLANTED, evidence_on, known_shores, true_case

    from archive.provenance.checks.all_checks import CHECKS
    from archive.provenance.checks.finding import Outcome, weigh

    open_outcomes = (Outcome.INCONCLUSIVE, Outcome.UNREADABLE)
    random, shores = Random(seed), known_shores()
    cases = [true_case(random, shores) for _number in range(pairs)]
    true: list[dict[str, Outcome]] = []
    codes: Counter[str] = Counter()
    for case in cases:
        weighed = {check.slug: weigh(check, evidence_on(case)) for check in CHECKS}
        true.append({slug: each.outcome for slug, each in weighed.items()})
        codes.update(f"{slug} {each.code}" for slug, each in weighed.items() if each.outcome == Outcome.CONTRADICTORY)

    print(f"True items, {pairs} of seed {seed}; at most {MOST_FALSE_ALARMS:.0%} may be contradicted.")
    print(f"{'':38}{'applies':>9}{'contradicted':>14}{'':>9}{'left open':>11}")
    worst = 0.0
    for check in CHECKS:
        outcomes = Counter(each[check.slug] for each in true)
        applies = pairs - outcomes[Outcome.NOT_APPLICABLE]
        false, left_open = outcomes[Outcome.CONTRADICTORY], sum(outcomes[each] for each in open_outcomes)
        share = false / applies if applies else 0.0
        worst = max(worst, share)
        measured[check.slug] = {"version": check.version, "true": applies, "false_alarms": false, "planted": []}
        print(f"{check.slug:38}{applies:9}{false:14}{share:9.2%}{left_open:11}")
    for code, number in codes.most_common():
        print(f"    {number:5} {code}")

    print("\nPlanted contradictions, and the checks that tell of them.")
    print(f"{'':38}{'planted':>9}{'contradicted':>14}{'':>9}{'left open':>11}")
    for name, plant in PLANTED.items():
        found: dict[str, Counter[str]] = defaultdict(Counter)
        planted = 0
        by_any: Counter[str] = Counter()
        for case, before in zip(cases, true, strict=True):
            if (changed := plant(case, random)) is None:
                continue
            planted += 1
            evidence = evidence_on(changed)
            told = set()
            for check in CHECKS:
                outcome = weigh(check, evidence).outcome
                if outcome == Outcome.CONTRADICTORY and before[check.slug] != Outcome.CONTRADICTORY:
                    told.add("contradicted")
                    found[check.slug]["contradicted"] += 1
                elif outcome in open_outcomes and before[check.slug] not in (*open_outcomes, Outcome.CONTRADICTORY):
                    told.add("left open")
                    found[check.slug]["left open"] += 1
            by_any["contradicted" if "contradicted" in told else "left open" if told else "nothing"] += 1
        for slug, tally in found.items():
            # What a check tells of in one of fifty is not what it is for.
            if tally["contradicted"] + tally["left open"] >= planted / 50:
                row = {"what": name, "number": planted, "contradicted": tally["contradicted"]}
                measured[slug]["planted"].append(row | {"left_open": tally["left open"]})
        for slug, tally in [(name, by_any), *((f"    {slug}", found[slug]) for slug in sorted(found))]:
            share = tally["contradicted"] / planted if planted else 0.0
            number = f"{planted:9}" if slug == name else f"{'':9}"
            print(f"{slug:38}{number}{tally['contradicted']:14}{share:9.1%}{tally['left open']:11}")
    if write:
        MEASURED.write_text(json.dumps({"pairs": pairs, "checks": measured}, indent=1) + "\n")
    return worst <= MOST_FALSE_ALARMS


def measure_rate(number: int, seed: int, *, profile: bool) -> bool:
    """Print how many items a second are checked, beside plain INSERTs; return whether they are enough."""
    from django.db import connection, transaction

    from archive.catalogue.models import Item
    from archive.provenance.check_items import check_all
    from archive.provenance.checks.all_checks import CHECKS
    from archive.provenance.models import Finding

    keys = _stored(number, seed)
    Item.objects.count()
    profiler = cProfile.Profile()
    check_all(keys[:WARM_UP])  # tables that are read once
    keys = keys[WARM_UP:]
    began, worked = time.perf_counter(), time.process_time()
    if profile:
        profiler.runcall(check_all, keys)
    else:
        check_all(keys)
    first, first_worked = time.perf_counter() - began, time.process_time() - worked
    findings = Finding.objects.count()
    began, worked = time.perf_counter(), time.process_time()
    check_all(keys)
    second, second_worked = time.perf_counter() - began, time.process_time() - worked
    assert Finding.objects.count() == findings, "a second run wrote findings"

    rows = list(Finding.objects.values_list("item_id", "check_slug", "version", "outcome", "code", "sentence"))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE plain_insert (item integer, slug text, version text, outcome text, code text, sentence text)"
        )
        began, worked = time.perf_counter(), time.process_time()
        for start in range(0, len(rows), 100 * len(CHECKS)):
            with transaction.atomic():
                cursor.executemany(
                    "INSERT INTO plain_insert VALUES (%s, %s, %s, %s, %s, %s)", rows[start : start + 100 * len(CHECKS)]
                )
        plain, plain_worked = time.perf_counter() - began, time.process_time() - worked
        cursor.execute("DROP TABLE plain_insert")
    print(f"\n{connection.vendor}: {len(keys)} items, {len(CHECKS)} checks, {findings} findings; items a second")
    print(f"{'':28}{'':>10}{'of one free processor':>24}")
    for name, seconds, seconds_worked in (
        ("checked for the first time", first, first_worked),
        ("checked again, nothing new", second, second_worked),
        ("plain INSERT of as many", plain, plain_worked),
    ):
        print(f"{name:28}{len(keys) / seconds:10.0f}{len(keys) / seconds_worked:24.0f}")
    if profile:
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(35)
    return len(keys) / first >= LEAST_ITEMS_A_SECOND


def _stored(number: int, seed: int) -> list[int]:
    """Store so many true items, as they are when their files have come in; return their keys."""
    from django.db import transaction
    from made_cases import RECEIVED, Case, known_shores, reading_of, true_case, words_of

    from archive.authorities.models import Outlet
    from archive.catalogue.models import Accession, Caption, Item
    from archive.claims.models import Claim, Source
    from archive.claims.record_claims import claims_of_file, put_date, store
    from archive.extraction.models import Reading as StoredReading
    from archive.extraction.readers.file_assertions import assess
    from archive.files.models import MediaFile
    from archive.press.models import Appearance
    from archive.standards.edtf import parse
    from archive.standards.normal_form import text_digest
    from archive.standards.vocabulary import Property, SourceKind

    random, shores = Random(seed), known_shores()
    accession = Accession.objects.create(title="made up", opened_at=RECEIVED)
    outlet = Outlet.objects.create(slug="the-kentish-post", name="The Kentish Post", kind="NEWSPAPER")
    keys: list[int] = []

    def store_batch(cases: list[Case]) -> None:
        files = MediaFile.objects.bulk_create(
            MediaFile(
                message_digest=f"{len(keys) + at:064x}", size_bytes=2_000_000, format_name="JPEG",
                mime_type="image/jpeg", width_px=4000, height_px=3000, original_name="IMG_0001.jpg",
                received_at=RECEIVED, storage_path=f"{len(keys) + at}",
            )
            for at in range(len(cases))
        )  # fmt: skip
        items = Item.objects.bulk_create(
            Item(media_file=file, accession=accession, file_name="IMG_0001.jpg", added_at=RECEIVED) for file in files
        )
        readings = [reading_of(case) for case in cases]
        stored = StoredReading.objects.bulk_create(
            StoredReading(
                media_file=file, reader="embedded", reader_version="3", read_at=RECEIVED, state="READ",
                statements=[[each.group, each.tag, each.value] for each in reading.statements],
            )
            for file, reading in zip(files, readings, strict=True)
        )  # fmt: skip
        captions = Caption.objects.bulk_create(
            Caption(
                item=item, role="DESCRIPTION", text=words_of(case), digest=text_digest(words_of(case)),
                origin="EMBEDDED", recorded_at=RECEIVED,
            )
            for item, case in zip(items, cases, strict=True)
        )  # fmt: skip
        claims: list[Claim] = []
        for item, reading, row, caption, case in zip(items, readings, stored, captions, cases, strict=True):
            asserted, _problems = assess(reading, today=RECEIVED.date())
            claims += claims_of_file(item, row, asserted, at=RECEIVED)
            source = Source(kind=SourceKind.CAPTION, caption=caption, start=0, end=5)
            dated = Claim(item=item, property=Property.DATE_CREATED, source=source, claimed_at=RECEIVED)
            put_date(dated, parse(str(case.day)))
            named = Claim(
                item=item, property=case.property, source=source, value_place=case.place, claimed_at=RECEIVED,
                uncertainty_metres=case.beside_metres,
            )  # fmt: skip
            claims += [dated, named]
        store(claims)
        Appearance.objects.bulk_create(
            Appearance(
                item=item, outlet=outlet, recorded_at=RECEIVED, published_edtf=str(case.published),
                published_earliest=case.published, published_latest=case.published,
            )
            for item, case in zip(items, cases, strict=True)
        )  # fmt: skip
        keys.extend(item.pk for item in items)

    while len(keys) < number:
        with transaction.atomic():
            store_batch([true_case(random, shores) for _number in range(min(500, number - len(keys)))])
    return keys


if __name__ == "__main__":
    sys.exit(main())
