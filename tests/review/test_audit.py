"""What was done by whom: which acts somebody is told of, in which words, how they are narrowed and paged."""

import ast
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import archive
from archive.accounts.locks import lift
from archive.accounts.models import User
from archive.accounts.people import add_person, give_role, let_in
from archive.catalogue.models import Item
from archive.exports.write_acts import write_acts
from archive.exports.write_list import Form
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import act, recording, subject_of
from archive.provenance.checks.finding import Question
from archive.review import audit
from archive.review.audit import GROUPS, Asked, acts_told_to, all_acts, page_of_acts
from archive.review.mark_distressing import mark_distressing
from archive.review.told_acts import ACTS
from archive.review.verdicts import judge
from tests.builders import make_claim, make_item

pytestmark = pytest.mark.django_db


def record(number: int, *, actor: str = "archivist", verb: str = "claim", subject: str = "catalogue.item:1") -> None:
    with recording():
        for at in range(number):
            act(verb=verb, subject=subject, actor=actor, payload={"n": at})


def numbers(asked: Asked, reader: User, **more: Any) -> list[int]:
    return [told.sequence for told in page_of_acts(asked, reader=reader, **more).acts]


def told_of(asked: Asked, reader: User | None) -> list[Any]:
    return [told for portion in all_acts(asked, reader=reader) for told in portion]


@pytest.mark.parametrize("role", ["researcher", "archivist", None])
def test_nobody_but_moderators_and_administrators_is_told(people: dict[str, User], role: str | None) -> None:
    record(1)

    assert not acts_told_to(people[role] if role else AnonymousUser()).exists()
    assert acts_told_to(people["moderator"]).exists() and acts_told_to(people["administrator"]).exists()


def test_the_newest_come_first_and_pages_lead_both_ways_without_a_gap(people: dict[str, User]) -> None:
    record(12)
    reader = people["moderator"]

    first = page_of_acts(Asked(), reader=reader, size=5)
    second = page_of_acts(Asked(), reader=reader, size=5, before=first.older)
    third = page_of_acts(Asked(), reader=reader, size=5, before=second.older)
    back = page_of_acts(Asked(), reader=reader, size=5, after=third.newer)

    shown = [[told.sequence for told in page.acts] for page in (first, second, third, back)]
    assert shown == [[12, 11, 10, 9, 8], [7, 6, 5, 4, 3], [2, 1], [7, 6, 5, 4, 3]]
    assert (first.newer, third.older) == (None, None)
    assert [told.sequence for told in page_of_acts(Asked(), reader=reader, size=5, after=back.newer).acts] == shown[0]


def test_acts_are_narrowed_by_person_act_group_and_record(people: dict[str, User]) -> None:
    reader = people["moderator"]
    record(1, actor="archivist", verb="claim", subject="catalogue.item:1")  # 1
    record(1, actor="moderator", verb="set access", subject="catalogue.item:12")  # 2
    record(1, actor="Strandline", verb="check", subject="catalogue.item:1")  # 3
    record(1, actor="administrator", verb="close account", subject="accounts.user:1")  # 4

    assert numbers(Asked(person="moderator"), reader) == [2]
    assert numbers(Asked(people_only=True), reader) == [4, 2, 1]
    assert numbers(Asked(act="claim"), reader) == [1]
    assert numbers(Asked(act="accounts"), reader) == [4]
    assert numbers(Asked(about="catalogue.item:1"), reader) == [3, 1]
    assert numbers(Asked(about="catalogue.item:1", person="archivist"), reader) == [1]
    assert numbers(Asked(act="no such act"), reader) == []


def test_days_are_those_of_the_site(people: dict[str, User], settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Paris"
    timezone.get_default_timezone.cache_clear()
    # 23:30 in London is the next day in Paris.
    for at in (datetime(2026, 3, 1, 22, 59, tzinfo=UTC), datetime(2026, 3, 1, 23, 30, tzinfo=UTC)):
        with patch("archive.ledger.record_acts.timezone.now", return_value=at):
            record(1)
    reader, day = people["moderator"], datetime(2026, 3, 2).date()

    try:
        assert numbers(Asked(since=day), reader) == [2]
        assert numbers(Asked(until=day - timedelta(days=1)), reader) == [1]
        assert numbers(Asked(since=day, until=day), reader) == [2]
    finally:
        timezone.get_default_timezone.cache_clear()


def test_what_is_done_with_accounts_is_told_in_words(people: dict[str, User]) -> None:
    by = people["administrator"]
    person = add_person(username="maud", role="researcher", by=by)
    give_role(person, role="archivist", by=by)
    let_in(person, is_active=False, by=by)

    told = told_of(Asked(act="accounts"), people["moderator"])

    assert [(each.what, each.more) for each in told] == [
        ("closed an account", ""),
        ("changed a role", "researcher → archivist"),
        ("made an account", "researcher"),
    ]
    assert {each.subject for each in told} == {subject_of(person)}


def test_where_wrong_passwords_came_from_is_for_administrators(people: dict[str, User]) -> None:
    with recording():
        act(verb="lift pause", subject="accounts.user", actor="x", payload={"name": "maud", "address": "192.0.2.7"})
    assert lift(name="", address="", by="x") == 0

    [to_moderator], [to_administrator] = (
        told_of(Asked(act="lift pause"), people[role]) for role in ("moderator", "administrator")
    )

    assert (to_moderator.more, to_moderator.payload) == ("maud", None)
    assert to_administrator.more == "maud, 192.0.2.7"
    assert to_administrator.payload == {"name": "maud", "address": "192.0.2.7"}


def test_acts_on_a_verdict_that_waits_are_told_to_who_gave_it_alone(people: dict[str, User]) -> None:
    item = make_item()
    make_claim(item, "date_created", date="2024-06-18")
    mark_distressing([item], is_distressing=True, by=people["moderator"], reason="the dead are seen")
    make_item()
    before = LedgerEntry.objects.count()
    judge(item, question=Question.WHEN, word="CONTRADICTED", reason_code="OTHER", reason="No.", by=people["moderator"])
    assert LedgerEntry.objects.count() == before + 2  # given, and asked to be read again

    for asked in (Asked(), Asked(person="moderator"), Asked(act="review"), Asked(about=subject_of(item))):
        told = {each.verb for each in told_of(asked, people["administrator"])}
        assert not told & {"judge", "ask second reading"}, asked
    assert {each.verb for each in told_of(Asked(act="review"), people["moderator"])} == {"judge", "ask second reading"}
    # Whoever has the command line has the database too; the command tells no more than a page all the same.
    assert not told_of(Asked(act="review"), None)


def test_a_page_asks_as_many_questions_however_long_the_ledger_is(
    people: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    record(300)
    reader = User.objects.get(pk=people["moderator"].pk)
    reader.has_perm("ledger.view_ledgerentry")

    with django_assert_max_num_queries(8):
        page = page_of_acts(Asked(), reader=reader, before=200)

    assert len(page.acts) == 100


def test_every_act_that_the_code_writes_has_words_and_stands_in_a_group() -> None:
    written = set()
    for path in Path(archive.__file__).parent.rglob("*.py"):
        if "migrations" in path.parts or path.parts[-2] == "sample":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "act":
                verbs = [word.value for word in node.keywords if word.arg == "verb"]
                written |= {
                    part.value
                    for verb in verbs
                    for part in ast.walk(verb)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and not part.value.startswith(" ")
                }
    grouped = {verb for group in GROUPS for verb in group.verbs}

    assert written - set(ACTS) == set()
    assert (written | set(ACTS)) - grouped == set()


def test_csv_holds_no_formula_and_json_what_was_hashed(people: dict[str, User]) -> None:
    with recording():
        act(verb="open accession", subject="catalogue.accession:1", actor="=cmd", payload={"title": "=HYPERLINK(1)"})
    form = {
        form: b"".join(write_acts(Asked(), form, reader=people["moderator"], at=timezone.now())).decode()
        for form in (Form.CSV, Form.JSON)
    }

    assert ",'=cmd," in form[Form.CSV] and ",'=HYPERLINK(1)," in form[Form.CSV]
    [told] = json.loads(form[Form.JSON])["acts"]
    assert told["payload"] == {"title": "=HYPERLINK(1)"}
    assert told["entry_hash"] == LedgerEntry.objects.get().entry_hash


def test_the_command_writes_what_the_page_shows_and_says_so_in_the_ledger(
    people: dict[str, User], tmp_path: Path, capsys: Any
) -> None:
    record(3)

    call_command("audit", "--person", "archivist")
    call_command("audit", "--as", "moderator", "--out", str(tmp_path / "acts.json"))

    assert capsys.readouterr().out.count("information added [catalogue.item:1]") == 3
    assert len(json.loads((tmp_path / "acts.json").read_text())["acts"]) == 3
    last = LedgerEntry.objects.order_by("-sequence").first()
    assert (last.verb, last.actor) == ("export acts", "moderator")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--as", "researcher"], "for moderators and administrators"),
        (["--out", "acts.txt"], "CSV or JSON"),
        (["--out", "/nowhere/acts.csv"], "was not written"),
    ],
    ids=["role", "ending", "folder"],
)
def test_the_command_says_why_it_does_nothing(people: dict[str, User], options: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("audit", *options)


def readings_that_wait(people: dict[str, User], number: int) -> None:
    for _each in range(number):
        item = make_item()
        make_claim(item, "date_created", date="2024-06-18")
        mark_distressing([item], is_distressing=True, by=people["moderator"], reason="the dead are seen")
        judge(
            item, question=Question.WHEN, word="CONTRADICTED", reason_code="OTHER", reason="No.", by=people["moderator"]
        )


def test_a_page_passes_over_what_waits_to_the_acts_before_it(people: dict[str, User]) -> None:
    readings_that_wait(people, 4)
    reader = people["administrator"]
    told_to_all = LedgerEntry.objects.exclude(verb__in=audit.VERBS).order_by("-sequence")

    with patch.object(audit, "_LOOKED_AT", 2):
        none = page_of_acts(Asked(act="review"), reader=reader, size=2)
        first = page_of_acts(Asked(), reader=reader, size=2)
        second = page_of_acts(Asked(), reader=reader, size=2, before=first.older)
        back = page_of_acts(Asked(), reader=reader, size=2, after=second.newer)
        whole = [told.sequence for portion in all_acts(Asked(), reader=reader, portion=2) for told in portion]

    assert (list(none.acts), none.older, none.newer) == ([], None, None)
    told = list(told_to_all.values_list("sequence", flat=True))
    assert [[each.sequence for each in page.acts] for page in (first, second, back)] == [told[:2], told[2:4], told[:2]]
    assert whole == told


def test_a_page_asks_for_the_verdicts_on_it_alone(people: dict[str, User]) -> None:
    readings_that_wait(people, 5)
    record(30)
    readings_that_wait(people, 1)
    record(1)

    with CaptureQueriesContext(connection) as queries:
        page = page_of_acts(Asked(), reader=people["administrator"], size=4)

    assert len(page.acts) == 4
    newest = Item.objects.order_by("-pk").first()
    on_verdicts = [query["sql"] for query in queries if 'FROM "review_verdict"' in query["sql"]]
    assert [f"IN ({newest.pk})" in sql for sql in on_verdicts] == [True]


def test_no_page_is_offered_of_acts_that_its_reader_may_not_know_of(people: dict[str, User]) -> None:
    record(2)
    readings_that_wait(people, 1)
    newest = LedgerEntry.objects.exclude(verb__in=audit.VERBS).order_by("-sequence").first()

    page = page_of_acts(Asked(), reader=people["administrator"], before=newest.sequence + 1)

    assert page.newer is None and page.acts[0].sequence == newest.sequence
