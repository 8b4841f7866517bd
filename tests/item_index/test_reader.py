"""The index answers where it may; else SQL does, and that is told."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tantivy
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils import timezone

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.audiences import Audience
from archive.catalogue.models import Item
from archive.item_index import folder, keep_index, reader
from archive.item_index.fields import FORMAT, IndexFailed, Refused, asking, guarded, schema
from archive.item_index.folder import CURRENT
from archive.item_index.keep_index import Keeper
from archive.ledger.record_acts import act, recording
from archive.operation.status import State, findings
from archive.search.filters import ItemFilter
from archive.search.find_items import FoundItems, answered, find
from archive.search.index_answers import IndexAnswers
from archive.search.sql_answers import SqlAnswers
from archive.standards.vocabulary import Property
from tests.builders import make_caption, make_claim, make_item, make_place
from tests.indexing import catch_up

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    with folder.locked():
        keeper = Keeper()
        yield keeper
        keeper.close()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "WAIT_SECONDS", 0.05)


def is_asked(user: object) -> bool:
    return reader.opened(Audience.STAFF, for_user=user) is not None


def told() -> tuple[State, str]:
    [finding] = [finding for finding in findings(now=timezone.now()) if finding.what == "index of items"]
    return finding.state, finding.words


def age(seconds: float) -> None:
    path = folder.root() / CURRENT
    path.write_text(json.dumps(json.loads(path.read_text()) | {"read_at": time.time() - seconds}))


def test_where_there_is_no_index_sql_answers() -> None:
    item = make_item()
    make_caption(item, "Boats at dawn")

    assert not is_asked(VISITOR)
    assert find(QueryDict("q=dawn"), user=User.objects.create_superuser("all")).counts.total == 1
    assert told()[0] == State.WATCH and "SQL answers searches" in told()[1]


def test_a_kept_index_answers_as_it_was_a_moment_ago(keeper: Keeper) -> None:
    item = make_item()
    catch_up(keeper)
    age(seconds=2)
    Item.objects.filter(pk=item.pk).update(is_distressing=True)

    assert is_asked(VISITOR)
    assert told()[0] == State.GOOD and told()[1].startswith("It answers searches, as the database was ")


def test_an_index_that_nobody_keeps_answers_until_something_changes(keeper: Keeper) -> None:
    item = make_item()
    catch_up(keeper)
    age(seconds=60)

    was_asked = is_asked(VISITOR)
    Item.objects.filter(pk=item.pk).update(is_distressing=True)

    assert (was_asked, is_asked(VISITOR)) == (True, False)
    assert told()[0] == State.WATCH and "Nobody has kept it for 6" in told()[1]


def test_who_has_just_acted_is_answered_by_no_index_that_lacks_it(keeper: Keeper, people: dict[str, User]) -> None:
    item = make_item()
    catch_up(keeper)
    moderator, researcher = people["moderator"], people["researcher"]
    with recording():
        Item.objects.filter(pk=item.pk).update(is_distressing=True)
        act(verb="mark distressing", subject=item, actor=moderator)

    before = is_asked(moderator), is_asked(researcher)
    catch_up(keeper)

    assert before == (False, True)
    assert is_asked(moderator)


def test_an_index_that_takes_the_place_of_another_is_asked_how_old_it_is(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_item()
    catch_up(keeper)
    ask, asked = reader._opened.searcher, []

    def ask_while_it_is_replaced(known: folder.Known, audience: Audience) -> object:
        asked.append(known.folder)
        if len(asked) > 1:
            return ask(known, audience)
        keeper.begin_anew()
        keeper._build_some()
        make_item()
        raise IndexFailed("its folder is gone")

    monkeypatch.setattr(reader._opened, "searcher", ask_while_it_is_replaced)

    assert not is_asked(VISITOR)
    assert folder.known(CURRENT).folder != asked[0] and folder.reported() is None
    catch_up(keeper)
    assert is_asked(VISITOR)


def cut(path: Path) -> None:
    for each in path.glob("*/*.fast"):
        each.write_bytes(each.read_bytes()[: each.stat().st_size // 2])


def lock_out(path: Path) -> None:
    for each in path.glob("*/meta.json"):
        each.unlink()
        each.mkdir()


@pytest.mark.parametrize("damage", [cut, lock_out], ids=["cut", "unreadable"])
def test_a_damaged_index_is_told_and_made_anew(damage: Callable[[Path], None], keeper: Keeper) -> None:
    item = make_item()
    catch_up(keeper)
    before = folder.known(CURRENT)
    keeper.close()
    damage(folder.root() / before.folder)

    was_asked, (state, words) = is_asked(VISITOR), told()
    catch_up(keeper)

    assert not was_asked
    assert state == State.WATCH and "It did not answer" in words and "run reindex" in words
    assert folder.known(CURRENT).folder != before.folder
    assert is_asked(VISITOR) and told()[0] == State.GOOD
    assert find(QueryDict(""), user=User.objects.create_superuser("all")).items == [item]


def test_an_index_of_another_format_is_not_asked(keeper: Keeper) -> None:
    make_item()
    catch_up(keeper)
    path = folder.root() / CURRENT
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": FORMAT + 1}))

    assert not is_asked(VISITOR)
    assert told()[0] == State.WATCH


def test_a_panic_of_the_engine_is_a_failure_like_any_other() -> None:
    with pytest.raises(IndexFailed, match="gave up"), guarded():
        tantivy.Query.phrase_query(schema(), "words", ["one"])


def test_a_question_that_the_engine_fails_on_is_answered_by_sql_and_told(
    keeper: Keeper, people: dict[str, User]
) -> None:
    item = make_item()
    catch_up(keeper)
    asked = ItemFilter(QueryDict(""), user=people["researcher"])

    assert asked.form.is_valid()

    def compose(answers: object) -> list[int]:
        if not isinstance(answers, SqlAnswers):
            raise IndexFailed("too many values")
        return answers.keys(0, 9)

    assert answered(asked, compose) == [item.pk]
    assert "too many values" in told()[1]


@pytest.mark.parametrize(
    "query", ['camera-model:"' + "x" * 600 + '"', "b-b"], ids=["a long camera model", "a word begun in many ways"]
)
def test_a_question_that_is_too_large_for_the_engine_is_answered_by_sql_and_no_damage(
    query: str, keeper: Keeper, people: dict[str, User], caplog: pytest.LogCaptureFixture
) -> None:
    # One item has room for some of the words.
    for part in range(3):
        make_caption(make_item(), "b " + " ".join(f"b{number}" for number in range(part, 18_000, 3)))
    catch_up(keeper)
    asked = ItemFilter({"q": query}, user=people["researcher"])
    assert asked.form.is_valid()

    assert answered(asked, lambda answers: answers.keys(0, 9)) == SqlAnswers(asked).keys(0, 9)
    assert "refused a question" in caplog.text
    assert folder.reported() is None and told()[0] == State.GOOD


def test_more_values_than_the_engine_counts_are_counted_by_sql(
    keeper: Keeper, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.search.index_answers._MOST_VALUES", 1)
    make_item(kind=Item.Kind.PHOTOGRAPH)
    make_item(kind=Item.Kind.STILL)
    catch_up(keeper)
    asked = ItemFilter(QueryDict(""), user=people["researcher"])
    assert asked.form.is_valid()

    assert answered(asked, lambda answers: answers.kinds()) == {"PHOTOGRAPH": 1, "STILL": 1}
    assert folder.reported() is None and told()[0] == State.GOOD


def test_a_damaged_file_met_while_asking_is_no_refusal() -> None:
    with pytest.raises(IndexFailed, match="corrupted"), asking():
        raise ValueError("Data corrupted: 'the footer'")
    with pytest.raises(Refused, match="too large"), asking():
        raise ValueError("An invalid argument was passed: 'too large'")


def test_places_whose_items_are_written_anew_are_told(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_index, "_FEW_ITEMS", 1)
    town = make_place("Dunkirk")
    for _number in range(3):
        make_claim(make_item(), Property.LOCATION_SHOWN, value_place=town)
    catch_up(keeper)

    Place.objects.filter(pk=town.pk).update(latitude_degrees=51.0, longitude_degrees=2.4)
    keeper.step()
    during = told()
    catch_up(keeper)

    assert during[0] == State.GOOD and "1 place was moved: its items are written anew" in during[1]
    assert "moved" not in told()[1]


def test_an_index_of_which_nobody_can_tell_what_was_moved_is_made_anew(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_index, "_FEW_ITEMS", 1)
    town = make_place("Dunkirk")
    for _number in range(3):
        make_claim(make_item(), Property.LOCATION_SHOWN, value_place=town)
    catch_up(keeper)
    before = folder.known(CURRENT)
    Place.objects.filter(pk=town.pk).update(latitude_degrees=51.0, longitude_degrees=2.4)
    keeper.step()

    (folder.root() / "moved.json").write_text("{")
    catch_up(keeper)

    assert folder.known(CURRENT).folder != before.folder and not folder.known(CURRENT).moved


def test_who_lists_what_is_found_asks_one_index_and_sql_where_it_fails_meanwhile(
    keeper: Keeper, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [make_item() for _number in range(3)]
    catch_up(keeper)
    asked, times, opened = ItemFilter(QueryDict(""), user=people["researcher"]), [], reader.opened
    monkeypatch.setattr(
        reader, "opened", lambda audience, for_user: times.append(1) or opened(audience, for_user=for_user)
    )
    assert asked.form.is_valid()
    found = FoundItems(asked, Item.objects.visible_to(people["researcher"]))

    assert (found.count(), len(found[0:2]), len(times)) == (3, 2, 1)
    # It was asked as it was then.
    make_item()
    assert found.count() == 3

    def fail(*args: object, **options: object) -> None:
        raise IndexFailed("cut short")

    monkeypatch.setattr(IndexAnswers, "keys", fail)
    assert set(found[0:9]) == set(Item.objects.all()) > set(items)
    assert "cut short" in told()[1] and len(times) == 1
