"""The index is what the database says, whatever happened to the one or to who keeps it."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tantivy
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.audiences import AUDIENCES, Audience
from archive.catalogue.models import Access, Caption, Item
from archive.files.cache_folders import Busy
from archive.item_index import folder, keep_index
from archive.item_index.fields import (
    CODES,
    COUNTED_CODES,
    FOLDERS,
    FORMAT,
    FOUND_NUMBERS,
    NUMBERS,
    WORDS,
    IndexFailed,
    schema,
)
from archive.item_index.folder import CURRENT, NEXT, WANTED
from archive.item_index.keep_index import Keeper, open_index
from archive.item_index.management.commands.keep_index import Command as KeepIndex
from archive.provenance.models import CurrentFinding
from archive.review.models import CurrentVerdict
from archive.standards.vocabulary import Property
from tests.builders import (
    make_accession,
    make_appearance,
    make_caption,
    make_claim,
    make_event,
    make_item,
    make_outlet,
    make_place,
)
from tests.indexing import catch_up

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    with folder.locked():
        keeper = Keeper()
        yield keeper
        keeper.close()


@pytest.fixture
def places() -> None:
    coast = make_place("Nord", kind="COUNTY")
    for name in ("Dunkirk", "Malo"):
        make_place(name, parent=coast)


def holds(audience: Audience) -> dict[str, dict[Any, list[int]]]:
    """Return all that an index holds: for each field and value, the keys of the items."""
    index = open_index(folder.root() / folder.known(CURRENT).folder / FOLDERS[audience])
    searcher, held = index.searcher(), {}

    def items(question: tantivy.Query) -> list[int]:
        found = searcher.search(question, 100_000)
        return sorted(searcher.fast_field_values("id", [address for _score, address in found.hits]))

    for field in (*WORDS, *CODES, *COUNTED_CODES):
        values = [value for value, _number in searcher.terms_with_prefix(field, "")]
        held[field] = {v: items(tantivy.Query.term_query(schema(), field, v, "basic")) for v in values}
    for field in NUMBERS:
        counted = searcher.aggregate(tantivy.Query.all_query(), {"all": {"terms": {"field": field, "size": 60_000}}})
        values = [bucket["key"] for bucket in counted["all"]["buckets"]]
        held[field] = {v: items(tantivy.Query.term_query(schema(), field, v)) for v in values}
    for field in FOUND_NUMBERS:
        keys = Place.objects.values_list("pk", flat=True)
        held[field] = {key: items(tantivy.Query.term_query(schema(), field, key)) for key in keys}
    # A word of which every item is gone stays in the list of words until the engine tidies up.
    return {field: {value: keys for value, keys in values.items() if keys} for field, values in held.items()}


def everything() -> dict[str, dict[str, dict[Any, list[int]]]]:
    return {FOLDERS[audience]: holds(audience) for audience in AUDIENCES}


def made_anew(keeper: Keeper) -> dict[str, dict[str, dict[Any, list[int]]]]:
    keeper.begin_anew()
    catch_up(keeper)
    return everything()


def _some(items: list[Item], number: int) -> Item:
    return items[number % len(items)]


ACTS: dict[str, Callable[[list[Item], int], object]] = {
    "new": lambda items, n: items.append(make_item(access=Access.values[n % 3])),
    "caption": lambda items, n: make_caption(_some(items, n), f"Boats off Malo {n}, seen-by nobody"),
    "headline": lambda items, n: make_caption(_some(items, n), f"Crossing {n}", role=Caption.Role.HEADLINE),
    "date": lambda items, n: make_claim(_some(items, n), Property.DATE_CREATED, date=f"2024-{n % 12 + 1:02}"),
    "place": lambda items, n: make_claim(
        _some(items, n), Property.LOCATION_SHOWN, value_place=Place.objects.order_by("pk")[n % 3]
    ),
    "people": lambda items, n: make_claim(_some(items, n), Property.PEOPLE_COUNT, value_min=n, value_max=n + 2),
    "credit": lambda items, n: make_claim(_some(items, n), Property.CREATOR, value_text=f"Jo Doe {n % 4}"),
    "access": lambda items, n: Item.objects.filter(pk=_some(items, n).pk).update(access=Access.values[n % 3]),
    "mark": lambda items, n: Item.objects.filter(pk=_some(items, n).pk).update(is_distressing=n % 2 == 0),
    "finding": lambda items, n: CurrentFinding.objects.update_or_create(
        item=_some(items, n), check_slug="gps", defaults={"finding_id": _some(items, n).pk, "outcome": f"O{n % 3}"}
    ),
    "verdict": lambda items, n: CurrentVerdict.objects.update_or_create(
        item=_some(items, n), question="when", defaults={"word": ["OPEN", "SUPPORTED"][n % 2]}
    ),
    "removed": lambda items, n: len(items) > 1 and _remove(items.pop(n % len(items))),
    "kept": lambda items, n: None,
}


def _remove(item: Item) -> None:
    """As no page does: every row of an item goes."""
    for model in (CurrentFinding, CurrentVerdict):
        model.objects.filter(item=item).delete()
    if not item.captions.exists() and not item.claims.exists():
        item.delete()


@given(acts=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 30)), max_size=20))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_after_any_sequence_of_acts_the_index_is_the_one_made_anew(
    acts: list[tuple[str, int]], places: None, keeper: Keeper
) -> None:
    items = [make_item()]
    catch_up(keeper)

    for act, number in acts:
        ACTS[act](items, number)
        if act == "kept":
            keeper.step()
    catch_up(keeper)

    grown = everything()
    assert grown == made_anew(keeper)
    assert set(grown["staff"]["id"]) == set(Item.objects.values_list("pk", flat=True))


def test_an_audience_has_no_more_than_it_may_read(keeper: Keeper) -> None:
    restricted, research, released = (make_item(access=access) for access in Access.values[:3])
    for item in (restricted, research, released):
        make_caption(item, f"Word{item.access}")
        make_claim(item, Property.PUBLISHED_BY, value_outlet=make_outlet(f"Paper {item.access}"))
        make_claim(item, Property.EVENT, value_event=make_event(f"Event {item.access}"))
    CurrentFinding.objects.create(item=released, finding_id=1, check_slug="gps", outcome="CONTRADICTORY")
    Item.objects.filter(pk=released.pk).update(is_contradicted=True)

    catch_up(keeper)

    held = everything()
    keys = [restricted.pk, research.pk, released.pk]
    assert [sorted(held[name]["id"]) for name in ("staff", "research", "public")] == [keys, keys[1:], keys[2:]]
    assert "wordrestricted" in held["staff"]["words"] and "wordrestricted" not in held["research"]["words"]
    assert (held["staff"]["finding"], held["research"]["finding"]) == ({"gps=CONTRADICTORY": [released.pk]}, {})
    assert "contradicted" in held["staff"]["state"] and "contradicted" not in held["research"]["state"]


def test_visitors_have_nothing_in_their_index_that_they_may_not_ask(keeper: Keeper, people: dict[str, User]) -> None:
    item = make_item(access=Access.RELEASED, accession=make_accession("Delivery"), added_by=people["archivist"])
    make_claim(item, Property.DATE_CREATED, date="2024-06")
    make_claim(item, Property.CREATOR, value_text="Jo Doe")
    make_appearance(item)
    Item.objects.filter(pk=item.pk).update(
        camera_model=" nikon d5 ", latitude_degrees=51.05, longitude_degrees=2.4, is_distressing=True, is_reviewed=True,
        is_contested=True, contested=["creator", "date_created"],
    )  # fmt: skip

    catch_up(keeper)

    public, research = holds(Audience.PUBLIC), holds(Audience.RESEARCH)
    withheld = ("accession", "format", "access", "camera_model", "added_by")
    assert not any(public[field] for field in withheld) and all(research[field] for field in withheld[:-1])
    assert {"gps", "camera_model", "printed", "contested creator"} <= set(research["is"])
    assert set(public["is"]) == {"dated", "credits", "contested date_created"}
    assert {"contested", "reviewed", "distressing"} <= set(research["state"])
    assert set(public["state"]) == {"unplaced"}


@pytest.mark.parametrize("written", [51.03456789, 55.042694035321276, -46.681680045385036, 1.2e-7])
def test_a_position_is_held_to_its_last_digit(keeper: Keeper, written: float) -> None:
    town = make_place("Dunkirk", latitude_degrees=written, longitude_degrees=written)
    item = make_item(access=Access.RELEASED)
    make_claim(item, Property.LOCATION_SHOWN, value_place=town)

    catch_up(keeper)

    for audience in AUDIENCES:
        searcher = open_index(folder.root() / folder.known(CURRENT).folder / FOLDERS[audience]).searcher()
        [(_score, address)] = searcher.search(tantivy.Query.all_query(), 2).hits
        held = [searcher.fast_field_values(field, [address])[0] for field in ("id", "north", "east")]
        assert held == [item.pk, written, written]


def test_an_index_of_another_format_is_made_anew(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    make_item()
    catch_up(keeper)
    before = folder.known(CURRENT)
    path = folder.root() / CURRENT
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": FORMAT + 1}))

    catch_up(keeper)

    assert folder.known(CURRENT).format == FORMAT
    assert folder.known(CURRENT).folder != before.folder
    assert not (folder.root() / before.folder).exists()


def test_an_index_of_a_restored_database_is_made_anew(keeper: Keeper) -> None:
    make_item()
    catch_up(keeper)
    before = folder.known(CURRENT)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE item_index_itemchange SET mark = 'of another'")

    catch_up(keeper)

    assert folder.known(CURRENT).folder != before.folder


def test_the_index_answers_while_another_one_is_made(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_index, "_AT_ONCE", 2)
    monkeypatch.setattr(keep_index, "_COMMIT_EVERY", 2)
    monkeypatch.setattr(keep_index, "_LOOK_EVERY_SECONDS", 60)
    items = [make_item() for _number in range(5)]
    catch_up(keeper)
    before = folder.known(CURRENT)

    (folder.root() / WANTED).touch()
    keeper.step()
    begun, meanwhile = folder.known(NEXT), folder.known(CURRENT)
    # What is made already, and what is not, changes.
    for item in (items[0], items[4]):
        Item.objects.filter(pk=item.pk).update(is_distressing=True)
    keeper.step()

    assert (meanwhile.folder, begun.built, begun.to_build) == (before.folder, 2, 5)
    assert holds(Audience.STAFF)["state"]["distressing"] == [items[0].pk, items[4].pk]
    catch_up(keeper)
    assert folder.known(CURRENT).folder == begun.folder
    assert holds(Audience.STAFF)["state"]["distressing"] == [items[0].pk, items[4].pk]


def test_the_index_follows_before_what_is_made_of_another_one_is_committed(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_index, "_AT_ONCE", 2)
    monkeypatch.setattr(keep_index, "_LOOK_EVERY_SECONDS", 0)
    items = [make_item() for _number in range(5)]
    catch_up(keeper)

    (folder.root() / WANTED).touch()
    keeper.step()
    Item.objects.filter(pk=items[0].pk).update(is_distressing=True)
    keeper.step()

    assert folder.known(NEXT).built == 0
    assert holds(Audience.STAFF)["state"]["distressing"] == [items[0].pk]
    catch_up(keeper)
    assert folder.known(NEXT) is None
    assert sorted(holds(Audience.STAFF)["id"]) == [item.pk for item in items]
    assert holds(Audience.STAFF)["state"]["distressing"] == [items[0].pk]


def test_what_was_begun_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_index, "_AT_ONCE", 2)
    monkeypatch.setattr(keep_index, "_COMMIT_EVERY", 2)
    monkeypatch.setattr(keep_index, "_LOOK_EVERY_SECONDS", 60)
    items = [make_item() for _number in range(5)]
    with folder.locked():
        first = Keeper()
        first.step()
        begun = folder.known(NEXT)
        # Killed behind the commit, and before that was noted.
        first.step()
        folder.note(NEXT, begun)
        first.close()
    monkeypatch.setattr(keep_index, "_LOOK_EVERY_SECONDS", 0)
    with folder.locked():
        second = Keeper()
        catch_up(second)
        second.close()

    assert folder.known(CURRENT).folder == begun.folder
    assert sorted(holds(Audience.STAFF)["id"]) == [item.pk for item in items]
    assert [len(keys) for keys in holds(Audience.STAFF)["id"].values()] == [1] * 5


def test_an_item_that_comes_to_light_behind_a_commit_that_was_not_noted_doubles_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keep_index, "_AT_ONCE", 2)
    monkeypatch.setattr(keep_index, "_COMMIT_EVERY", 2)
    monkeypatch.setattr(keep_index, "_LOOK_EVERY_SECONDS", 60)
    items = [make_item() for _number in range(6)]
    # Its transaction began before those of the items behind it, and is committed later.
    late = Item.objects.get(pk=items[3].pk)
    _remove(items[3])
    with folder.locked():
        first = Keeper()
        first.step()
        begun = folder.known(NEXT)
        first.step()
        folder.note(NEXT, begun)
        first.close()
    late.save(force_insert=True)

    with folder.locked():
        second = Keeper()
        catch_up(second)
        second.close()

    assert {key: len(keys) for key, keys in holds(Audience.STAFF)["id"].items()} == {late.pk: 1} | {
        item.pk: 1 for item in items if item.pk
    }


@pytest.mark.parametrize("is_killed", [True, False], ids=["killed", "failed"])
@pytest.mark.parametrize("fails_in", ["commit", "note"])
def test_a_first_commit_that_was_not_noted_doubles_no_item(
    fails_in: str, is_killed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [make_item(access=Access.RELEASED) for _number in range(3)]
    commit, note = keep_index._Writer.commit, folder.note

    class Killed(BaseException):
        pass

    def commit_and_fail(writer: object) -> None:
        commit(writer)
        raise Killed if is_killed else IndexFailed("no space")

    def fail_to_note(name: str, what: folder.Known) -> None:
        if what.built_to:
            raise Killed if is_killed else OSError("no space")
        note(name, what)

    with folder.locked():
        first = Keeper()
        with monkeypatch.context() as failing:
            if fails_in == "commit":
                failing.setattr(keep_index._Writer, "commit", commit_and_fail)
            else:
                failing.setattr(folder, "note", fail_to_note)
            with pytest.raises(Killed if is_killed else (IndexFailed, OSError)):
                first.step()
        assert is_killed or folder.known(NEXT) is None
        if is_killed:
            first.close()
            first = Keeper()
        catch_up(first)
        first.close()

    assert [len(keys) for keys in holds(Audience.PUBLIC)["id"].values()] == [1] * len(items)
    index = open_index(folder.root() / folder.known(CURRENT).folder / FOLDERS[Audience.PUBLIC])
    assert index.searcher().num_docs == len(items)


def test_an_index_whose_beginning_was_removed_is_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_index, "_AT_ONCE", 2)
    monkeypatch.setattr(keep_index, "_COMMIT_EVERY", 2)
    monkeypatch.setattr(keep_index, "_LOOK_EVERY_SECONDS", 60)
    items = [make_item() for _number in range(5)]
    with folder.locked():
        first = Keeper()
        first.step()
        first.close()
        shutil.rmtree(folder.root() / folder.known(NEXT).folder)
        second = Keeper()
        catch_up(second)
        second.close()

    assert sorted(holds(Audience.STAFF)["id"]) == [item.pk for item in items]


def test_who_keeps_the_index_goes_on_where_it_could_not_be_written(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    command = KeepIndex()
    monkeypatch.setattr(command, "_wait", lambda seconds: None)
    problems = [IndexFailed("no space in the index"), OSError("no space for a note")]

    def step(keeper: Keeper) -> bool:
        if problems:
            raise problems.pop(0)
        command._stop()
        return False

    monkeypatch.setattr(Keeper, "step", step)
    with folder.locked():
        command._keep()

    assert "no space in the index" in caplog.text and "no space for a note" in caplog.text


def test_reindex_tells_that_the_index_could_not_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(writer: object) -> None:
        raise IndexFailed("no space")

    make_item()
    monkeypatch.setattr(keep_index._Writer, "commit", fail)

    with pytest.raises(CommandError, match="no space"):
        call_command("reindex")


def test_one_process_writes_and_another_one_is_told_which() -> None:
    with folder.locked(), pytest.raises(Busy, match=str(os.getpid())), folder.locked():
        pass


def test_reindex_makes_the_index_where_nobody_keeps_it(capsys: pytest.CaptureFixture[str]) -> None:
    items = [make_item() for _number in range(3)]

    call_command("reindex")

    assert "3 items indexed." in capsys.readouterr().out
    assert sorted(holds(Audience.STAFF)["id"]) == [item.pk for item in items]


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_keeper_that_is_killed_at_any_moment_leaves_an_index_that_catches_up(tmp_path: Path) -> None:
    database = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "VAR_ROOT": str(tmp_path / "var"), "MEDIA_ROOT": str(tmp_path / "media")}
    chance = random.Random(12)
    items = [make_item() for _number in range(5)]
    for _kill in range(int(os.environ.get("STRANDLINE_KILLS", "3"))):
        process = subprocess.Popen([sys.executable, "manage.py", "keep_index"], cwd=ROOT, env=env)
        until = time.monotonic() + 20
        while folder.known(CURRENT) is None and time.monotonic() < until:
            time.sleep(0.05)
        end = time.monotonic() + chance.uniform(0.5, 4)
        while time.monotonic() < end:
            Item.objects.filter(pk=chance.choice(items).pk).update(is_distressing=chance.random() < 0.5)
            items.append(make_item(access=chance.choice(Access.values[:3])))
        process.send_signal(signal.SIGKILL)
        process.wait()

    with folder.locked():
        keeper = Keeper()
        catch_up(keeper)
        grown = everything()
        assert grown == made_anew(keeper)
        keeper.close()
    assert sorted(grown["staff"]["id"]) == sorted(item.pk for item in items)
    assert sum(map(len, grown["staff"]["id"].values())) == len(items)
