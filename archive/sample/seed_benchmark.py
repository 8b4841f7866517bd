"""
Fill an archive with made-up items, as many as a benchmark asks for, straight into the tables that search reads.

Nothing of it stands in the ledger and no bytes of originals are kept: an archive to measure in, and for nothing else.
It may be stopped at any moment and gone on with, and run again with a larger number.
"""

from __future__ import annotations

import ctypes
import gc
import math
import random
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from multiprocessing import get_context
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, connections, models, transaction
from django.db.models import Max, Min

from archive.accounts.models import User
from archive.authorities import revision
from archive.authorities.models import Event, OutletName, Place, PlaceName
from archive.authorities.record_tree import path_of
from archive.catalogue.models import Access, Accession, Item
from archive.catalogue.text_index import TABLES
from archive.provenance.models import CurrentFinding, FindingCount
from archive.sample import indexes_aside
from archive.sample.made_items import (
    ADDED_FROM,
    ITEMS_OF_ACCESSION,
    MadeEvent,
    MadePlace,
    World,
    is_restricted_accession,
    zipf,
)
from archive.sample.made_rows import (
    KEYED,
    OF_GROUNDS,
    PICTURES,
    SIZES_PX,
    TABLES_FILLED,
    Row,
    columns_of_table,
    path_of_picture,
    rows_of,
)
from archive.standards.edtf import parse
from archive.standards.normal_form import normalise

# By whom the deliveries of made-up items say that they were supplied: by this they are known.
MARK = "seed_benchmark"
AT_ONCE = 1000
EVENTS = 300
# With fewer new rows the indexes are kept up; to set them aside and build them anew takes some seconds.
INDEXES_ASIDE_FROM = 50_000
# Where the archive is made to begin: places are named the more often the nearer they are.
_MIDDLE = (51.05, 2.4)
_PR_SET_PDEATHSIG = 1
_KINDS = (Place.Kind.BEACH, Place.Kind.TOWN, Place.Kind.HARBOUR, Place.Kind.PORT)


class NotSeeded(ValueError):
    """The archive cannot be filled; the message is a sentence for people."""


def seed(
    number: int,
    *,
    seed: int = 7,
    with_grounds: bool = False,
    among_real_items: bool = False,
    processes: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """
    Make items until there are so many; return how many were made now. Each thousand is a transaction of its own.

    :param with_grounds: also the claims and readings that all could be projected from anew
    :param among_real_items: also where the archive holds others; its indexes are then kept up, which takes longer
    :param processes: that make items beside this one, which writes them; 1: none
    :param progress: called with how many are made, and how many are asked for
    :raises NotSeeded: there are other items, or records are in the way
    """
    tables = tables_filled(with_grounds=with_grounds)
    held = number_made()
    others = Item.objects.exclude(accession__supplied_by=MARK).exists()
    if others and not among_real_items:
        raise NotSeeded("This archive holds items that were not made up. Use an empty one, or say --among-real-items.")
    is_aside = not others and number - held >= INDEXES_ASIDE_FROM
    if not is_aside:
        indexes_aside.put_back()
    if number <= held:
        return 0
    world = _world(number, held, seed)
    if is_aside:
        indexes_aside.set_aside(tables)
    try:
        chunks = [range(start, min(start + AT_ONCE, number + 1)) for start in range(held + 1, number + 1, AT_ONCE)]
        for numbers, rows in made_rows(world, chunks, with_grounds=with_grounds, processes=processes):
            store(rows, tables)
            progress(numbers[-1], number)
    finally:
        if is_aside:
            indexes_aside.put_back(at_once=processes)
    _count_findings()
    finish(tables)
    return number - held


def tables_filled(*, with_grounds: bool = False) -> list[str]:
    """Return the tables that rows are stored in, in that order."""
    models = TABLES_FILLED + (OF_GROUNDS if with_grounds else ())
    return [model._meta.db_table for model in models] + list(TABLES.values())


def made_rows(
    world: World, chunks: list[range], *, with_grounds: bool = False, processes: int = 1
) -> Iterator[tuple[range, dict[str, Any]]]:
    """Yield these numbers of items, each with its rows for `store`."""
    if processes < 2:
        for numbers in chunks:
            yield numbers, _make(world, numbers, with_grounds)
        return
    # A process that was forked off would share the connection.
    connections.close_all()
    with ProcessPoolExecutor(processes - 1, get_context("fork"), _begin, (world,)) as pool:
        left = iter(chunks)

        def submitted(some: int) -> list[tuple[range, Future[dict[str, Any]]]]:
            return [(numbers, pool.submit(_make_there, numbers, with_grounds)) for numbers in islice(left, some)]

        # A few wait to be stored, however many are made in all.
        waiting = submitted(2 * processes)
        while waiting:
            numbers, made = waiting.pop(0)
            yield numbers, made.result()
            waiting += submitted(1)


_world_there: World


def _begin(world: World) -> None:
    global _world_there
    _world_there = world
    # What is made is thrown away in whole thousands, and nothing of it points in a circle; what is there stays.
    gc.freeze()
    gc.disable()
    if sys.platform == "linux":
        # Where the one who writes is killed, those who make items would wait for good.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _make_there(numbers: range, with_grounds: bool) -> dict[str, Any]:
    return _make(_world_there, numbers, with_grounds)


def _make(world: World, numbers: range, with_grounds: bool) -> dict[str, Any]:
    """Return the rows of items by the table, as the database takes them in."""
    write = _as_copied if connection.vendor == "postgresql" else _as_inserted
    return {table: write(rows) for table, rows in rows_of(world, numbers, with_grounds=with_grounds).items()}


def _as_copied(rows: list[Row]) -> bytes:
    # No made-up text holds a tabulator or a new line, and none says None alone.
    lines = ["\t".join(map(str, row)) for row in rows]
    return "\n".join([*lines, ""]).replace("\\", "\\\\").encode()


def _as_inserted(rows: list[Row]) -> list[Row]:
    return [tuple([_inserted(each) if isinstance(each, date) else each for each in row]) for row in rows]


def _inserted(day: date) -> str:
    return str(day.replace(tzinfo=None)) if isinstance(day, datetime) else str(day)


def store(rows: dict[str, Any], tables: list[str]) -> None:
    """Store the rows of items in one transaction."""
    with transaction.atomic():
        for table in tables:
            if table in rows:
                _store(table, rows[table])


def _store(table: str, rows: Any) -> None:
    columns = columns_of_table(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(
                f"COPY {table} ({', '.join(map(_quoted, columns))}) FROM STDIN (NULL 'None')"
            ) as copy:
                copy.write(rows)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(map(_quoted, columns))}) VALUES ({marks})", rows)


def _quoted(column: str) -> str:
    return connection.ops.quote_name(column)


def number_made() -> int:
    return Item.objects.filter(accession__supplied_by=MARK).count()


# --- the records that items are led to --------------------------------------------------------------------------------
def made_world(*, further: int = 0) -> World:
    """
    Return the records of the items that were made, as they were made with.

    :param further: so many items are to be made beside them
    :raises NotSeeded: none were made, or other records are in the way of further ones
    """
    held = number_made()
    if not held:
        raise NotSeeded("No item of this archive was made up.")
    return _world(held + further, held, int(_closed_accession().note))


def _closed_accession() -> Accession:
    return Accession.objects.filter(supplied_by=MARK).order_by("pk").first()


def _world(number: int, held: int, seed: int) -> World:
    """Return the records that items are led to; those of our own are made where they are missing."""
    first = Item.objects.filter(accession__supplied_by=MARK).aggregate(first=Min("pk"))["first"]
    highest = {model: model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in KEYED}
    if first is None:
        first = max(last // KEYED[model] for model, last in highest.items()) + 1
    in_the_way = [
        str(model._meta.verbose_name_plural)
        for model, last in highest.items()
        if number > held and last >= (first + held) * KEYED[model]
    ]
    if in_the_way:
        raise NotSeeded(
            f"Others were added since ({', '.join(in_the_way)}), whose keys are in the way of further items."
        )
    places, place_words = _places()
    outlets: dict[int, list[str]] = {}
    for key, name in OutletName.objects.filter(outlet__merged_into=None).order_by("pk").values_list("outlet", "name"):
        outlets.setdefault(key, []).append(name)
    if not places or not outlets:
        raise NotSeeded("There is no gazetteer or no list of outlets yet: run load_gazetteer and load_outlets first.")
    by = User.objects.get_or_create(username=MARK, defaults={"is_active": False})[0]
    accessions = _accessions(number, seed, by)
    if (made_with := _closed_accession().note) != str(seed):
        raise NotSeeded(f"The items that are there were made with --seed {made_with}.")
    events = _events(places, seed)
    return World(
        seed=seed,
        first_key=first,
        places=tuple(places),
        events=tuple(MadeEvent(event.pk, event.name, tuple(event.ancestor_ids)) for event in events),
        outlets=tuple(outlets),
        outlet_names={key: names[0] for key, names in outlets.items()},
        place_words=place_words,
        outlet_words=_normalised(outlets),
        event_words={event.pk: event.normalised for event in events},
        accessions=tuple(accessions[1:]),
        closed_accession=accessions[0],
        people=(by.pk,),
    )


def _places() -> tuple[list[MadePlace], dict[int, str]]:
    rows = Place.objects.filter(kind__in=_KINDS, merged_into=None, latitude_degrees__isnull=False).exclude(path="")
    shrunk = math.cos(math.radians(_MIDDLE[0]))
    places = [MadePlace(place.pk, place.name, tuple(place.ancestor_ids), place.point) for place in rows.order_by("pk")]
    places.sort(key=lambda p: (math.hypot(p.point[0] - _MIDDLE[0], (p.point[1] - _MIDDLE[1]) * shrunk), p.key))
    named = {key for place in places for key in (place.key, *place.ancestors)}
    names: dict[int, list[str]] = {}
    for key, name in PlaceName.objects.order_by("pk").values_list("place", "name"):
        if key in named:
            names.setdefault(key, []).append(name)
    return places, _normalised({key: names.get(key, []) for key in named})


def _normalised(names: dict[int, list[str]]) -> dict[int, str]:
    return {key: " ".join(map(normalise.__wrapped__, of_record)) for key, of_record in names.items()}


def _accessions(number: int, seed: int, by: User) -> list[int]:
    """Return the keys of the deliveries of so many items, behind that of the closed one, whose note is the seed."""
    made = list(Accession.objects.filter(supplied_by=MARK).order_by("pk").values_list("pk", flat=True))
    fields: dict[str, Any] = {"supplied_by": MARK, "opened_at": ADDED_FROM, "opened_by": by}
    if not made:
        closed = Accession(title="Made up: closed delivery", access=Access.RESTRICTED, note=str(seed), **fields)
        closed.save()
        made = [closed.pk]
    missing = range(len(made) - 1, -(-number // ITEMS_OF_ACCESSION))
    made += [
        accession.pk
        for accession in Accession.objects.bulk_create(
            Accession(
                title=f"Made up: delivery {at + 1}",
                access=Access.RESTRICTED if is_restricted_accession(at) else Access.RESEARCH,
                **fields,
            )
            for at in missing
        )
    ]
    return made


def _events(places: list[MadePlace], seed: int) -> list[Event]:
    """Return the made-up events, one in four within another."""
    events = Event.objects.filter(slug__startswith="made-up-", merged_into=None).order_by("pk")
    if not events.exists():
        rng = random.Random(seed)
        made = []
        for at in range(EVENTS):
            place, edtf = zipf(rng, places), f"{rng.randrange(2008, 2026)}-{rng.randrange(1, 13):02}"
            name, days = f"Crossings off {place.name}, {edtf} ({at + 1})", parse(edtf)
            made.append(
                Event(
                    slug=f"made-up-{at + 1}", name=name, normalised=normalise(name), kind=Event.Kind.CROSSING,
                    date_edtf=edtf, date_earliest=days.earliest, date_latest=days.latest,
                    parent=made[at // 4 - 1] if at % 4 == 3 and at > 3 and at // 4 % 4 else None,
                )
            )  # fmt: skip
        with revision.changing_names(Event):
            # One by one: each that stands within another points to its key.
            for event in made:
                event.save()
                event.path = path_of(event, event.parent)
                event.save(update_fields=["path"])
    return list(events)


# --- afterwards -------------------------------------------------------------------------------------------------------
def _count_findings() -> None:
    FindingCount.objects.all().delete()
    counted = CurrentFinding.objects.values_list("check_slug", "outcome").annotate(number=models.Count("pk"))
    FindingCount.objects.bulk_create(
        FindingCount(check_slug=slug, outcome=outcome, number=number) for slug, outcome, number in counted.order_by()
    )


def finish(tables: list[str]) -> None:
    """Let the keys of the database go on behind ours, and the planner know what is there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in KEYED:
                table = model._meta.db_table
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM {table} HAVING max(id) > 0", [table]
                )
        # As autovacuum would after a while; within a transaction, as tests are, it is refused.
        vacuum = "VACUUM " if connection.vendor == "postgresql" and not connection.in_atomic_block else ""
        for table in tables:
            cursor.execute(f"{vacuum}ANALYZE {table}")


def draw_pictures() -> None:
    """Keep the few plain pictures that stand for all, as thumbnails and screen copies, where they are missing."""
    from PIL import Image

    store = storages["renditions"]
    for number in range(PICTURES):
        for purpose, size in SIZES_PX.items():
            name = path_of_picture(number, purpose)
            if store.exists(name):
                continue
            sky, sand = (120 + 8 * number, 150 + 5 * number, 190), (200 - 6 * number, 185, 150)
            picture = Image.new("RGB", size, sky)
            picture.paste(Image.new("RGB", (size[0], size[1] * 2 // 5), sand), (0, size[1] * 3 // 5))
            written = BytesIO()
            picture.save(written, "JPEG", quality=80)
            store.save(name, ContentFile(written.getvalue()))
