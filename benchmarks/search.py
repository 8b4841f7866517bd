"""
How long a search takes among many made-up items: what search does, the whole page, the API, and what they stand beside.

    python benchmarks/search.py --items 100000 [--only "two words,polygon"] [--without careless] [--growth] [--explain]

Works in the database of DATABASE_URL, else on SQLite in a temporary folder (or in VAR_ROOT, where that is set), and
fills it by `seed_benchmark`: what is there already is gone on with, and an archive of other items is refused. Makes the
index of items in VAR_ROOT, where it is not there or is behind, or with --without index has SQL answer. Then asks each
search as a researcher, and prints milliseconds as a table:

    first       the first time in a process that is warmed up as web processes are; what the system and the database
                hold in memory is not emptied before
    p50, p95    of the next, by one client; in ×8 by eight threads of this process at once
    work        processor time of this process for it, that of the engine's threads among it; not that of the database
    page, API   the same over HTTP, from the web processes of the Procfile, by one client and by eight
    page work   processor time of the web processes for a page, on average; not that of the database
    engine      the index's engine asked by hand for the same: the number, the keys of one page, the numbers of facets
    its work    processor time of this process for that
    with SQL    the number and the keys from the engine, and the cards of these items from the database; no facets
    careless    what Django makes of it without a thought: icontains, and a COUNT for each value of each facet
    bare SQL    the number of what is found and the keys of one page, written by hand
    growth      p50 of work, by p50 of work with fewer items: with --growth a tenth of them, on an empty database alone,
                or with --than what --json of another run wrote

Nothing of it is a test: what it measures is this machine as it is now, and says so in its head.
"""

import argparse
import http.client
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as dt_time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import tantivy

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = 8
# Either web process has answered before it is measured: what one reads and compiles once is not a page's work.
WARMED_BY = 8
Milliseconds = list[float]


@dataclass
class Search:
    """
    One search: the parameters of its address, and what it is measured against.

    `call` does it without the page, where that is another function than that of a page of items.
    """

    params: dict[str, str]
    path: str = "/"
    api: str = "/api/v1/items/"
    call: Callable[[Any], Any] | None = None
    careless: dict[str, Any] | None = None
    bare: Callable[[Any], Any] | None = None
    engine: Callable[[Any], Any] | None = None
    took: dict[str, Milliseconds] = field(default_factory=dict)
    found: int | None = None


def searches() -> dict[str, Search]:
    """Return the searches by their names, asked of the places that most items are led to."""
    from django.http import QueryDict

    from archive.authorities.models import Place
    from archive.catalogue.models import Item
    from archive.item_index.documents import microseconds
    from archive.sample.seed_benchmark import made_world
    from archive.search.map_marks import Box, marks
    from archive.search.type_ahead import complete

    world = made_world()
    records = Place.objects.in_bulk([place.key for place in world.places[:300]])
    ranked = [records[place.key] for place in world.places[:300]]
    beach = next(place for place in ranked if place.kind == Place.Kind.BEACH)
    town = next(place for place in ranked if place.kind == Place.Kind.TOWN)
    north, east = town.point
    corners = [(-0.2, -0.3), (0.2, -0.25), (0.15, 0.1), (0.25, 0.3), (-0.1, 0.2)]
    polygon = ",".join(f"{north + up:.4f},{east + right:.4f}" for up, right in corners)

    last_day = Item.objects.order_by("-added_at").values_list("added_at", flat=True)[0].date()
    # What a window of 1,200 × 800 px shows of the coasts around the Channel.
    view = Box(south=47.5, west=-3.0, north=53.0, east=8.0)

    def in_years(place: Any, first: str, last: str) -> Callable[[Any], Any]:
        days = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
        return lambda ask: [
            ask.term("place", place.pk),
            ask.over("first", days[0], None),
            ask.over("last", None, days[1]),
        ]

    def map_of(asked: dict[str, str]) -> Callable[[Any], Any]:
        params = QueryDict(urlencode(asked))
        return lambda user: marks(params, box=view, zoom=7, user=user)

    return {
        "two words": Search(
            {"q": "stranded whale"},
            careless={"words": ["stranded", "whale"]},
            bare=_of_words,
            engine=lambda ask: [ask.term("words", "stranded"), ask.begins("words", "whale")],
        ),
        "beach in certain years": Search(
            {"place": beach.slug, "date": "2015/2024", "certainty": "certain"},
            careless={"place": beach, "days": ("2015-01-01", "2024-12-31")},
            bare=lambda params: _of_place(beach, "2015-01-01", "2024-12-31"),
            engine=in_years(beach, "2015-01-01", "2024-12-31"),
        ),
        "text with place and date": Search(
            {"q": "boat", "place": town.slug, "date": "2021"},
            careless={"words": ["boat"], "place": town, "days": ("2021-01-01", "2021-12-31")},
            engine=lambda ask: [
                ask.begins("words", "boat"),
                ask.term("place", town.pk),
                ask.over("first", None, date(2021, 12, 31).toordinal()),
                ask.over("last", date(2021, 1, 1).toordinal(), None),
            ],
        ),
        "one common word": Search(
            {"q": "sand"},
            careless={"words": ["sand"]},
            bare=_of_words,
            engine=lambda ask: [ask.begins("words", "sand")],
        ),
        "whole archive": Search({}, careless={}, bare=lambda params: _of_all(0), engine=lambda ask: []),
        "deep page": Search({"page": "1000"}, bare=lambda params: _of_all(999), engine=lambda ask: []),
        "new since": Search(
            {"q": f"received:{last_day}..", "sort": "added"},
            engine=lambda ask: [ask.over("added", microseconds(datetime.combine(last_day, dt_time.min, UTC)), None)],
        ),
        "polygon": Search({"q": f"within:{polygon}"}),
        "a sentence": Search({"q": "beaches between Calais and Dunkirk in mid June 2024"}),
        "map": Search({"box": "47.5,-3,53,8", "zoom": "7"}, path="/map/marks/", api="", call=map_of({})),
        "map of a word": Search(
            {"box": "47.5,-3,53,8", "zoom": "7", "q": "sand"},
            path="/map/marks/",
            api="",
            call=map_of({"q": "sand"}),
        ),
        "histogram": Search({}, path="", api="", call=_histogram),
        "type-ahead": Search(
            {"q": "boats place:dun", "at": "15"},
            path="/suggest/search/",
            api="",
            call=lambda user: complete("boats place:dun", 15, user=user),
        ),
    }


# --- what stands beside it --------------------------------------------------------------------------------------------
_COLUMNS = "i.access IN ('RESEARCH', 'RELEASED')"
_NEWEST = "ORDER BY i.date_created_earliest DESC NULLS LAST, i.id DESC LIMIT 48 OFFSET {skipped}"


def _asked_of_sql(joined: str, condition: str, values: list[Any], skipped: int = 0) -> tuple[int, list[int]]:
    from django.db import connection

    source = f"FROM catalogue_item i {joined} WHERE {_COLUMNS} AND {condition}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {source}", values)
        number = cursor.fetchone()[0]
        cursor.execute(f"SELECT i.id {source} {_NEWEST.format(skipped=skipped)}", values)
        return number, [row[0] for row in cursor.fetchall()]


def _of_all(pages: int) -> Any:
    return _asked_of_sql("", "1 = 1", [], 48 * pages)


def _of_words(params: dict[str, str]) -> Any:
    from django.db import connection

    words, text = params["q"].split(), "catalogue_itemtext_research"
    if connection.vendor == "sqlite":
        question = " AND ".join([*words[:-1], f"{words[-1]}*"])
        return _asked_of_sql(f"JOIN {text} t ON t.rowid = i.id", f"{text} MATCH %s", [question])
    question = " & ".join([*words[:-1], f"{words[-1]}:*"])
    return _asked_of_sql(f"JOIN {text} t ON t.item_id = i.id", "t.words @@ %s::tsquery", [question])


def _of_place(place: Any, first: str, last: str) -> Any:
    return _asked_of_sql(
        "JOIN catalogue_itemplace p ON p.item_id = i.id",
        "p.place_id = %s AND p.audiences IN (2, 3, 6, 7) AND i.date_created_earliest >= %s "
        "AND i.date_created_latest <= %s AND NOT i.is_contested",
        [place.pk, first, last],
    )


def _carelessly(words: tuple[str, ...] = (), place: Any = None, days: tuple[str, str] | None = None) -> int:
    """Find a page and count every facet as a first version of a site may do it."""
    from archive.authorities.models import Event, Outlet, Place
    from archive.catalogue.models import Item, ItemEvent, ItemOutlet, ItemPlace

    items = Item.objects.filter(access__in=["RESEARCH", "RELEASED"])
    for word in words:
        items = items.filter(lead_caption__icontains=word)
    if place:
        items = items.filter(lead_place__path__startswith=place.path)
    if days:
        items = items.filter(date_created_earliest__lte=days[1], date_created_latest__gte=days[0])
    found = items.count()
    list(items.order_by("-date_created_earliest", "-pk").select_related("media_file", "lead_place")[:48])
    for links, name, model, most in (
        (ItemPlace, "place", Place, 40),
        (ItemEvent, "event", Event, 12),
        (ItemOutlet, "outlet", Outlet, 12),
    ):
        named = links.objects.values_list(name, flat=True).distinct()[:most]
        for record in model.objects.filter(pk__in=list(named)):
            items.filter(pk__in=links.objects.filter(**{name: record}).values("item")).count()
    for further in ({"kind": "PHOTOGRAPH"}, {"kind": "STILL"}, {"kind": "FOOTAGE"}, {"is_contested": True},
                    {"is_placed": False}, {"date_created_earliest": None}):  # fmt: skip
        items.filter(**further).count()
    return found


def _histogram(user: Any) -> Any:
    from archive.search.filters import ItemFilter
    from archive.search.find_items import answered, spans_of
    from archive.search.timeline import histogram

    asked = ItemFilter({}, user=user)
    assert asked.form.is_valid()
    spans = answered(asked, lambda answers: spans_of(answers, asked))
    return histogram(spans, asked=None, address=lambda edtf: edtf)


class Engine:
    """The engine of the index, asked by hand: none of what `archive.search` does stands between."""

    FACETS = ("event", "outlet", "kind", "state", "accession", "camera_model", "months")

    def __init__(self) -> None:
        from archive.catalogue.audiences import Audience
        from archive.item_index import reader
        from archive.item_index.fields import schema

        self.schema = schema()
        index = reader.opened(Audience.RESEARCH, for_user=None)
        if index is None:
            sys.exit("The index of items does not answer.")
        self.searcher = index.searcher

    def term(self, field: str, value: Any) -> Any:
        return tantivy.Query.term_query(self.schema, field, value, "basic")

    def begins(self, field: str, word: str) -> Any:
        return tantivy.Query.regex_query(self.schema, field, f"{word}.*")

    def over(self, field: str, first: int | None, last: int | None) -> Any:
        return tantivy.Query.range_query(self.schema, field, tantivy.FieldType.Integer, first, last)

    def page(self, search: Search) -> tuple[Any, list[int]]:
        """Return the question, and the keys of the page, the newest first."""
        asked = search.engine(self)
        every = [(tantivy.Occur.Must, question) for question in asked]
        question = tantivy.Query.boolean_query(every) if every else tantivy.Query.all_query()
        skipped = 48 * (int(search.params.get("page", 1)) - 1)
        found = self.searcher.search(question, 48, order_by_field="newest", offset=skipped)
        return question, self.searcher.fast_field_values("id", [address for _value, address in found.hits])

    def answer(self, search: Search) -> None:
        question, _keys = self.page(search)
        self.searcher.aggregate(question, {field: {"terms": {"field": field, "size": 60_000}} for field in self.FACETS})

    def with_sql(self, search: Search) -> None:
        from archive.catalogue.models import Item

        list(Item.objects.filter(pk__in=self.page(search)[1]).with_card())


# --- how long it takes ------------------------------------------------------------------------------------------------
def timed(call: Callable[[], Any], times: int, *, clock: Callable[[], float] = time.perf_counter) -> Milliseconds:
    """Return how long each of so many calls took, in milliseconds."""
    took = []
    for _one in range(times):
        began = clock()
        call()
        took.append(1000 * (clock() - began))
    return took


def timed_at_once(make: Callable[[], Callable[[], Any]], times: int) -> Milliseconds:
    """Return how long calls took that eight clients made at once, so many each; `make` gives each client its own."""
    from django.db import connection

    def ask(_client: int) -> Milliseconds:
        call = make()
        try:
            return timed(call, times)
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [took for of_client in pool.map(ask, range(CLIENTS)) for took in of_client]


def measure(chosen: dict[str, Search], options: argparse.Namespace) -> None:
    """Measure searches without HTTP, and what stands beside them."""
    from django.http import QueryDict

    from archive.accounts.models import User
    from archive.search.find_items import find
    from archive.search.warm_up import warm_up

    user = User.objects.get(username="benchmark-researcher")
    [work] = timed(warm_up, 1, clock=time.process_time)
    print(f"warmed up, as a web process is beside its first pages: {work:,.0f} ms of work")
    engine = None if "index" in options.without else Engine()
    for name, search in chosen.items():
        print(f"\r\033[K{name}", end="", file=sys.stderr)
        params = QueryDict(urlencode(search.params))

        def ask(search: Search = search, params: QueryDict = params) -> Any:
            return search.call(user) if search.call else find(params, user=user)

        search.took["first"] = timed(ask, 1)
        search.took["work"] = timed(ask, options.times, clock=time.process_time)
        if not search.call:
            search.found = ask().counts.total
        search.took["search"] = timed(ask, options.times)
        if options.explain:
            explain(name, ask)
        if "clients" not in options.without:
            search.took["search ×8"] = timed_at_once(lambda: ask, max(options.times // 4, 2))
        if search.bare and "bare" not in options.without:
            search.took["bare SQL"] = timed(partial(search.bare, search.params), options.times)
        if search.engine and engine:
            search.took["engine"] = timed(partial(engine.answer, search), options.times)
            search.took["its work"] = timed(partial(engine.answer, search), options.times, clock=time.process_time)
            search.took["with SQL"] = timed(partial(engine.with_sql, search), options.times)
        if search.careless is not None and "careless" not in options.without:
            search.took["careless"] = timed(partial(_carelessly, **search.careless), 1)


def explain(name: str, ask: Callable[[], Any]) -> None:
    """Print the three slowest queries of a search, and how the database goes about them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        ask()
    print(f"\n{name}: {len(queries)} queries")
    for query in sorted(queries.captured_queries, key=lambda query: -float(query["time"]))[:3]:
        print("  ", query["time"], query["sql"][:1500])


class Site:
    """The web processes of the Procfile over the same archive, and a session of the researcher's."""

    def __init__(self) -> None:
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore

        from archive.accounts.models import User

        user, session = User.objects.get(username="benchmark-researcher"), SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = (
            str(user.pk),
            "django.contrib.auth.backends.ModelBackend",
        )
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        self.headers = {"Cookie": f"sessionid={session.session_key}"}
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = listening.getsockname()[1]
        env = os.environ | {
            "GRANIAN_HOST": "127.0.0.1",
            "GRANIAN_PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        [web] = [
            line.partition(":")[2] for line in (ROOT / "Procfile").read_text().splitlines() if line.startswith("web:")
        ]
        self.process = subprocess.Popen(["/bin/sh", "-c", web], env=env, cwd=ROOT)
        until = time.monotonic() + 120
        while True:
            try:
                return self.client("/")()
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    sys.exit("The web processes do not answer.")
                time.sleep(0.5)

    def client(self, path: str) -> Callable[[], None]:
        """Return what asks for an address over a connection of its own, which is kept."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

        def ask() -> None:
            connection.request("GET", path, headers=self.headers)
            response = connection.getresponse()
            response.read()
            assert response.status == 200, (path, response.status)

        return ask

    def resident_megabytes(self) -> list[int]:
        """Return how much memory each web process holds."""
        return [int(kilobytes) // 1024 for kilobytes in self._of_processes("rss")]

    def work_seconds(self) -> float:
        """Return the processor time that the web processes took so far; on Linux, where it is told in hundredths."""
        took = 0.0
        for pid in self._of_processes("pid"):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            took += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return took

    def _of_processes(self, column: str) -> list[str]:
        listed = subprocess.run(
            ["ps", "-o", f"{column}=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return listed.stdout.split()


@contextmanager
def serving() -> Iterator[Site]:
    site = Site()
    try:
        yield site
    finally:
        site.process.terminate()
        site.process.wait(30)


def measure_over_http(chosen: dict[str, Search], options: argparse.Namespace) -> list[int]:
    """Measure pages and API; return how much memory the web processes held in the end, in megabytes."""
    with serving() as site:
        for name, search in chosen.items():
            for column, path in (("page", search.path), ("API", search.api)):
                if not path:
                    continue
                print(f"\r\033[K{name}: {column}", end="", file=sys.stderr)
                address = f"{path}?{urlencode(search.params)}"
                client = site.client(address)
                for _each in range(WARMED_BY):
                    client()
                times, before = max(options.times // 2, 2), site.work_seconds()
                search.took[column] = timed(client, times)
                if column == "page":
                    search.took["page work"] = [1000 * (site.work_seconds() - before) / times]
                if "clients" not in options.without:
                    search.took[f"{column} ×8"] = timed_at_once(
                        lambda address=address: site.client(address), max(options.times // 8, 2)
                    )
        return site.resident_megabytes()


COLUMNS = (
    "first", "search", "work", "search ×8", "page", "page work", "page ×8", "API", "API ×8", "engine", "its work",
    "with SQL", "bare SQL", "careless",
)  # fmt: skip


def table(chosen: dict[str, Search], smaller: dict[str, dict[str, Milliseconds]]) -> Iterator[str]:
    """Yield the lines of a table: p50 and p95 of each column, one number where it was asked once."""
    shown = [column for column in COLUMNS if any(column in search.took for search in chosen.values())]
    yield " | ".join(["| search", "found", *shown, *(["growth"] if smaller else [])]) + " |"
    yield "| --- |" + " ---: |" * (len(shown) + 1 + bool(smaller))
    for name, search in chosen.items():
        cells = [_cell(search.took.get(column, [])) for column in shown]
        if smaller:
            before = smaller.get(name, {}).get("work")
            cells.append(f"{statistics.median(search.took['work']) / statistics.median(before):.1f}" if before else "")
        found = "" if search.found is None else f"{search.found:,}"
        yield " | ".join([f"| {name}", found, *cells]) + " |"


def _cell(took: Milliseconds) -> str:
    if len(took) < 2:
        return f"{took[0]:,.0f}" if took else ""
    return f"{statistics.median(took):,.0f} / {statistics.quantiles(took, n=20)[-1]:,.0f}"


def run(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    from archive.accounts.models import User
    from archive.accounts.roles import grant_roles
    from archive.authorities.models import Outlet, Place
    from archive.sample.seed_benchmark import number_made

    call_command("migrate", verbosity=0)
    grant_roles()
    user = User.objects.get_or_create(username="benchmark-researcher")[0]
    user.groups.set(user.groups.model.objects.filter(name="researcher"))
    if not Place.objects.exists():
        call_command("load_gazetteer", verbosity=0)
    if not Outlet.objects.exists():
        call_command("load_outlets", verbosity=0)
    smaller: dict[str, dict[str, Milliseconds]] = json.loads(options.than.read_text()) if options.than else {}
    if options.growth and not number_made():
        call_command("seed_benchmark", options.items // 10)
        make_index(options)
        few = _chosen(options)
        measure(few, argparse.Namespace(**vars(options) | {"without": ["clients", "careless", "bare"]}))
        smaller = {name: search.took for name, search in few.items()}
    call_command("seed_benchmark", options.items)
    make_index(options)
    chosen = _chosen(options)
    measure(chosen, options)
    held: list[int] = []
    try:
        if "http" not in options.without:
            call_command("collectstatic", verbosity=0, interactive=False)
            held = measure_over_http(chosen, options)
    finally:
        tell(chosen, smaller, held, options)


def make_index(options: argparse.Namespace) -> None:
    """Make the index of items where there is none that holds all; or put it away where SQL is to answer."""
    from django.core.management import call_command

    from archive.item_index import changes, folder

    if "index" in options.without:
        folder.forget(folder.CURRENT)
    elif (known := folder.known(folder.CURRENT)) is None or changes.is_behind(known.position):
        call_command("reindex")


def tell(
    chosen: dict[str, Search], smaller: dict[str, dict[str, Milliseconds]], held: list[int], options: argparse.Namespace
) -> None:
    """Print what was measured, in whatever state of the machine."""
    from django.db import connection

    from archive.sample.seed_benchmark import number_made

    print("\r\033[K", end="", file=sys.stderr)
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(
        f"{connection.vendor}, {number_made():,} items; {os.cpu_count()} cores, load {load}; {time.strftime('%F %R')}"
    )
    print("milliseconds: p50 / p95\n")
    print("\n".join(table(chosen, smaller)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nMemory: at most {peak} MB here", f"; {held} MB in the web processes" if held else "", sep="")
    if options.json:
        options.json.write_text(json.dumps({name: search.took for name, search in chosen.items()}))


def _chosen(options: argparse.Namespace) -> dict[str, Search]:
    known = searches()
    if unknown := set(options.only) - set(known):
        sys.exit(f"There is no search {', '.join(sorted(unknown))}; these are: {', '.join(known)}.")
    return {name: search for name, search in known.items() if not options.only or name in options.only}


if __name__ == "__main__":

    def several(text: str) -> list[str]:
        return [part.strip() for part in text.split(",") if part.strip()]

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--only", type=several, default=[], help="names of searches, with commas between them")
    parser.add_argument("--without", type=several, default=[], help="of index, http, clients, careless, bare")
    parser.add_argument("--times", type=int, default=20, help="each search is asked by one client")
    parser.add_argument("--growth", action="store_true", help="measure a tenth of the items first")
    parser.add_argument("--than", type=Path, help="what --json of a run with fewer items wrote, to tell growth")
    parser.add_argument("--explain", action="store_true", help="print the slowest queries of each search")
    parser.add_argument("--json", type=Path, help="write all that was measured there")
    chosen_options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "archive.settings"
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VAR_ROOT", folder)
        os.environ.setdefault("MEDIA_ROOT", str(Path(os.environ["VAR_ROOT"]) / "media"))
        import django

        django.setup()
        run(chosen_options)
