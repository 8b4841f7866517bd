"""
How long a search takes among many items: the whole page, with its counts, facets and bars.

    python benchmarks/search.py [--items 200000] [--explain]

Fills a scratch database with made-up items: on SQLite in a temporary folder, or in that of DATABASE_URL (an empty one,
please; what is there already is used as it is), then prints milliseconds for each search.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

SEARCHES = [
    "",
    "sort=oldest",
    "sort=added",
    "page=1000",
    "q=dinghy",
    "q=dinghy&sort=best",
    "q=din",
    'q="word7 word11" -dinghy',
    "place=beach-7",
    "place=country-1",
    "date=2024-06-18",
    "date=2020/2022&certainty=certain",
    "event=event-5",
    "outlet=outlet-3&kind=PHOTOGRAPH",
    "standing=contested",
    "undated=true",
    "place=country-1&date=2024-06&outlet=outlet-3&q=dinghy",
]
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def fill(number: int) -> None:
    """Make the items: a fifth undated, a tenth known by month only, a fifth unplaced; common and rare words."""
    from django.db import connection, transaction

    from archive.authorities.models import Event, Outlet, Place
    from archive.authorities.record_tree import nest
    from archive.catalogue.audiences import AUDIENCES
    from archive.catalogue.models import Accession, Item, ItemEvent, ItemOutlet, ItemPlace
    from archive.catalogue.text_index import Texts, write
    from archive.files.models import MediaFile

    def place(name: str, kind: str, parent: Place | None = None) -> Place:
        made = Place.objects.create(slug=name.lower(), name=name, kind=kind)
        nest(made, parent)
        return made

    readers = {"RELEASED": AUDIENCES, "RESEARCH": AUDIENCES[1:], "RESTRICTED": AUDIENCES[2:]}

    rng = random.Random(7)
    countries = [place(f"Country-{n}", "COUNTRY") for n in range(4)]
    towns = [place(f"Town-{n}", "TOWN", rng.choice(countries)) for n in range(60)]
    beaches = [place(f"Beach-{n}", "BEACH", rng.choice(towns)) for n in range(400)]
    events = [Event.objects.create(slug=f"event-{n}", name=f"Event {n}", path=f"{n:06}/") for n in range(300)]
    outlets = [Outlet.objects.create(slug=f"outlet-{n}", name=f"Outlet {n}", kind="NEWSPAPER") for n in range(80)]
    accession = Accession.objects.create(title="made up", opened_at=NOW)
    words = [f"word{n}" for n in range(4000)]

    def items() -> Iterator[Item]:
        for n in range(1, number + 1):
            file = MediaFile(
                pk=n, message_digest=f"{n:064x}", size_bytes=1, format_name="JPEG", mime_type="image/jpeg",
                original_name=f"{n}.jpg", received_at=NOW, storage_path=f"{n}",
            )  # fmt: skip
            day = date(2004, 1, 1) + timedelta(days=int(8200 * rng.random() ** 0.5))
            first, last = (day.replace(day=1), day.replace(day=28)) if rng.random() < 0.1 else (day, day)
            dated = rng.random() > 0.2
            yield Item(
                pk=n, media_file=file, accession=accession, file_name=f"{n}.jpg",
                added_at=NOW - timedelta(seconds=number - n), kind=rng.choice(["PHOTOGRAPH"] * 4 + ["STILL"]),
                access="RELEASED" if n % 10 == 0 else "RESTRICTED" if n % 33 == 0 else "RESEARCH",
                date_created_earliest=first if dated else None, date_created_latest=last if dated else None,
                lead_place=rng.choice(beaches) if rng.random() > 0.2 else None, is_contested=n % 50 == 0,
                latitude_degrees=51.0 if n % 3 == 0 else None, longitude_degrees=2.0 if n % 3 == 0 else None,
            )  # fmt: skip

    made = items()
    while batch := list(islice(made, 5000)):
        with transaction.atomic():
            MediaFile.objects.bulk_create([item.media_file for item in batch])
            for item in batch:
                item.is_placed = item.lead_place is not None
            Item.objects.bulk_create(batch)
            placed = [item for item in batch if item.lead_place]
            ItemPlace.objects.bulk_create(
                ItemPlace(item=item, place_id=pk, is_stated=pk == item.lead_place_id)
                for item in placed
                for pk in (*item.lead_place.ancestor_ids, item.lead_place_id)
            )
            ItemEvent.objects.bulk_create(
                ItemEvent(item=item, event=rng.choice(events), is_stated=True) for item in batch if item.pk % 2
            )
            ItemOutlet.objects.bulk_create(
                ItemOutlet(item=item, outlet=outlets[int(80 * rng.random() ** 2)]) for item in batch
            )
            told = {
                item: Texts(
                    item.file_name,
                    " ".join([*rng.choices(words, k=25), *(["dinghy"] if item.pk % 4 == 0 else [])]),
                    item.lead_place.name if item.lead_place else "",
                    " ".join(rng.choices(words, k=60)),
                )
                for item in batch
            }
            write({item.pk: dict.fromkeys(readers[item.access], texts) for item, texts in told.items()})
        print(f"\r{batch[-1].pk} items", end="", file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(explain: bool) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.db import connection
    from django.http import QueryDict
    from django.test.utils import CaptureQueriesContext

    from archive.accounts.models import User
    from archive.accounts.roles import grant_roles
    from archive.catalogue.models import Item
    from archive.search.find_items import find, neighbours, points

    grant_roles()
    readers = {"visitor": AnonymousUser()}
    for role in ("researcher", "archivist"):
        readers[role] = User.objects.get_or_create(username=role)[0]
        readers[role].groups.set(readers[role].groups.model.objects.filter(name=role))
    print(f"{connection.vendor}, {Item.objects.count()} items; milliseconds for a whole page, median of three")
    for asked in SEARCHES:
        params, took = QueryDict(asked), {}
        for name, user in readers.items():
            if name == "visitor" and ("beach-" in asked or "standing" in asked):
                continue
            times = []
            for _ in range(3):
                started = time.perf_counter()
                with CaptureQueriesContext(connection) as queries:
                    found = find(params, user=user)
                times.append(1000 * (time.perf_counter() - started))
            took[name] = f"{name} {statistics.median(times):.0f}"
        print(f"{asked or '(everything)':58} {found.counts.total:7}  {', '.join(took.values())}")
        if explain:
            for query in sorted(queries.captured_queries, key=lambda query: -float(query["time"]))[:3]:
                print("    ", query["time"], query["sql"][:2000])
    for name, call in {
        "neighbours": lambda: neighbours(QueryDict("q=dinghy"), user=user, item_id=4000),
        "points": lambda: points(QueryDict(""), user=user),
    }.items():
        started = time.perf_counter()
        call()
        print(f"{name:58} {1000 * (time.perf_counter() - started):.0f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--explain", action="store_true", help="print the slowest queries of each search")
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "archive.settings"
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VAR_ROOT", folder)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from archive.catalogue.models import Item

        if not Item.objects.exists():
            fill(options.items)
        measure(options.explain)
