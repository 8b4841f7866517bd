"""The status says what stands how: by page, command and API alike."""

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.extraction.examination_kinds import PROMPT_KINDS
from archive.files.models import Rendition
from archive.files.store_identity import ensure_store
from archive.ingest.failed_lines import left_lying
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry, LedgerHead
from archive.ledger.record_acts import act, recording
from archive.ledger.signing_key import make_key
from archive.operation import status
from archive.operation.models import Process
from archive.operation.revision import revision
from archive.operation.status import Finding, State, findings
from archive.provenance.check_items import MOST_TRIES
from archive.provenance.models import CheckedItem
from tests.builders import make_accession, make_export, make_item, make_people

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def make_process(**fields: object) -> Process:
    known = {"host": "shore", "name": "worker", "pid": 7, "started_at": NOW - timedelta(hours=5), "seen_at": NOW}
    return Process.objects.create(**known | {"worked_at": NOW - timedelta(seconds=20)} | fields)


def found(what: str) -> Finding:
    [finding] = [finding for finding in findings(now=NOW) if finding.what == what]
    return finding


def test_a_worker_that_was_seen_and_works_is_as_it_should_be() -> None:
    make_process()

    finding = found("worker on shore")

    assert finding.state == State.GOOD
    assert "last task done 1 Mar 2026 11:59:40" in finding.words
    assert "workers" not in [finding.what for finding in findings(now=NOW)]


@pytest.mark.parametrize(
    ("fields", "state", "words"),
    [
        ({"seen_at": NOW - timedelta(minutes=3)}, State.BAD, "does not run, seen 1 Mar 2026 11:57:00"),
        ({"pid": None}, State.BAD, "does not run"),
        ({"stopped_at": NOW, "pid": None}, State.WATCH, "by somebody"),
        ({"worked_at": NOW - timedelta(minutes=30)}, State.WATCH, "no task finished for long"),
        (
            {"restarts": 3, "ended_at": NOW - timedelta(minutes=1), "end_reason": "killed by signal 9 (Killed)"},
            State.WATCH,
            "started again 3 times, last ended 1 Mar 2026 11:59:00: killed by signal 9 (Killed)",
        ),
        ({"restarts": 1, "ended_at": NOW - timedelta(days=2), "end_reason": "x"}, State.GOOD, "started again once"),
    ],
    ids=["not seen", "down", "stopped", "stuck", "restarted lately", "restarted long ago"],
)
def test_what_became_of_a_process_is_told(fields: dict, state: State, words: str) -> None:
    make_process(**fields)

    finding = found("worker on shore")

    assert finding.state == state
    assert words in finding.words


@pytest.mark.parametrize(
    ("ended", "state", "words"),
    [
        ([], State.GOOD, ""),
        ([5], State.WATCH, "one of its processes ended and another was started in its place, 1 Mar 2026 11:55:00"),
        ([5, 90], State.WATCH, "2 of its processes ended and others were started in their place, the last 1 Mar 2026"),
        ([90], State.GOOD, "one of its processes ended"),
    ],
    ids=["none", "lately", "twice", "long ago"],
)
def test_a_web_process_that_was_replaced_is_told(ended: list[int], state: State, words: str) -> None:
    web = make_process(name="web", worked_at=None)
    for number, minutes in enumerate([None, *ended]):
        web.web_processes.create(
            server_started_at=web.started_at, pid=number, started_at=web.started_at,
            ended_at=minutes and NOW - timedelta(minutes=minutes),
        )  # fmt: skip
    web.web_processes.create(
        server_started_at=NOW - timedelta(days=1), pid=99, started_at=NOW - timedelta(days=1), ended_at=NOW
    )

    finding = found("web on shore")

    assert finding.state == state
    assert words in finding.words
    assert ("its processes" in finding.words) is bool(words)


def test_it_is_told_when_no_worker_runs_on_any_machine() -> None:
    make_process(seen_at=NOW - timedelta(minutes=2))
    make_process(name="web", worked_at=None)

    assert found("workers").state == State.BAD


def test_received_files_are_counted_by_what_they_wait_for() -> None:
    accession = make_accession()
    for state, outages in (("WAITING", 0), ("WAITING", 0), ("WAITING", 2), ("WORKING", 0), ("FAILED", 0), ("DONE", 0)):
        AccessionLine.objects.create(
            accession=accession, original_name="a", size_bytes=1, way="PAGE", received_at=NOW, state=state,
            outages=outages, outcome="CREATED" if state == "DONE" else "",
        )  # fmt: skip

    finding = found("received files")

    assert finding.state == State.WATCH
    assert finding.words.startswith("2 waiting, 1 being read, 1 put off, 1 failed")


def make_line(**fields: object) -> AccessionLine:
    known = {"original_name": "a", "size_bytes": 1, "way": "PAGE", "received_at": NOW - timedelta(minutes=10)}
    return AccessionLine.objects.create(**{"accession": make_accession()} | known | fields)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([{}, {"received_at": NOW - timedelta(hours=3)}], "2 wait, the first since 1 Mar 2026 09:00:00, and nobody"),
        ([{"received_at": NOW - timedelta(minutes=1)}], ""),
        ([{"outages": 3, "not_before": NOW - timedelta(minutes=1)}], ""),
        ([{"outages": 3, "not_before": NOW + timedelta(minutes=5)}], ""),
        ([{"outages": 3, "not_before": NOW - timedelta(minutes=9)}], "1 waits since 1 Mar 2026 11:51:00, and nobody"),
        (
            [{"state": "WORKING", "leased_until": NOW - timedelta(minutes=4)}],
            "1 waits since 1 Mar 2026 11:56:00, and nobody",
        ),
        ([{}, {"state": "WORKING", "leased_until": NOW + timedelta(minutes=2)}], ""),
        ([{}, {"state": "DONE", "outcome": "CREATED", "finished_at": NOW - timedelta(minutes=1)}], ""),
        ([{}, {"state": "DONE", "outcome": "CREATED", "finished_at": NOW - timedelta(minutes=5)}], "1 waits since"),
        ([{"state": "FAILED"}], ""),
    ],
    ids=["nobody came", "just received", "tried a moment ago", "tried later", "not tried again", "lost with its worker",
         "a worker is at another", "one was done a moment ago", "none was done for long", "failed"],
)  # fmt: skip
def test_it_is_told_when_nobody_takes_up_what_was_received(lines: list[dict], words: str) -> None:
    for line in lines:
        make_line(**line)

    finding = found("received files")

    assert (finding.state == State.BAD) is bool(words)
    assert words in finding.words
    assert ("takes" in finding.words) is bool(words)


def test_what_a_person_tries_again_does_not_count_as_left_lying_at_once(people: dict[str, User]) -> None:
    line = make_line(state="FAILED", spool_name="arrived-x")

    AccessionLine.objects.filter(pk=line.pk).start_again()

    assert left_lying(now=timezone.now(), after=timedelta(minutes=2)) is None
    assert left_lying(now=timezone.now() + timedelta(minutes=3), after=timedelta(minutes=2)).count == 1


def test_items_without_a_rendition_are_counted() -> None:
    make_item(), make_item()
    assert found("renditions").state == State.GOOD

    Rendition.objects.filter(purpose="SCREEN").first().delete()

    assert found("renditions") == Finding("renditions", State.WATCH, "1 item lacks one")


def test_a_disk_that_is_nearly_full_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "FEW_BYTES", 2**63)
    assert found("disk of VAR_ROOT").state == State.WATCH
    monkeypatch.setattr(status, "VERY_FEW_BYTES", 2**63)
    assert found("disk of VAR_ROOT").state == State.BAD


def test_a_store_that_is_not_that_of_the_originals_is_told(settings) -> None:
    assert found("store of originals").words == "nothing was kept in it yet"
    ensure_store()
    assert found("store of originals").state == State.GOOD
    make_item()

    (settings.MEDIA_ROOT / "originals").rename(settings.MEDIA_ROOT / "away")

    assert found("store of originals").state == State.BAD
    assert "run adopt_store" in found("store of originals").words


def test_a_check_that_fails_is_a_finding_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def sandbox(now: datetime) -> list:
        raise OSError("no such thing")

    monkeypatch.setattr(status, "CHECKS", (sandbox, status.versions))

    assert [finding.what for finding in findings(now=NOW)] == ["sandbox", "versions"]
    assert found("sandbox") == Finding("sandbox", State.BAD, "could not be checked (OSError); the log says more")


def test_it_costs_the_same_queries_for_any_number_of_processes() -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            findings(now=NOW)
        return len(captured)

    make_process()
    few = queries()
    for number in range(5):
        make_process(name=f"worker-{number}")

    assert queries() == few


def _by_page(client: Client) -> str:
    return client.get(reverse("status")).text


def _by_api(client: Client) -> str:
    return "\n".join(f"{row['what']} {row['words']}" for row in client.get(reverse("api:status")).json())


def _by_command(client: Client) -> str:
    out = io.StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("status", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("ask", [_by_page, _by_api, _by_command], ids=["page", "API", "command"])
def test_page_command_and_api_say_the_same(
    ask: Callable[[Client], str], client: Client, people: dict[str, User]
) -> None:
    make_process(pid=None)
    client.force_login(people["administrator"])

    text = ask(client)

    assert "worker on shore" in text and "does not run, seen 1 Mar 2026 12:00:00" in text
    assert "0 waiting, 0 being read, 0 put off, 0 failed" in text


def test_the_command_prints_json_too() -> None:
    out = io.StringIO()

    with pytest.raises(SystemExit):
        call_command("status", "--json", stdout=out)

    assert {row["what"] for row in json.loads(out.getvalue())} >= {"received files", "renditions", "versions"}


def test_exports_that_wait_are_told_and_to_be_looked_at_after_a_while() -> None:
    assert found("exports").words == "none waits"
    by, asked_at = make_people()["archivist"], NOW - timedelta(minutes=5)
    make_export(make_item(), by=by, state="WAITING", asked_at=asked_at)
    make_export(make_item(), by=by)

    told = found("exports")

    moment = status._moment(asked_at)
    assert (told.state, told.words) == (State.GOOD, f"1 waits or is being made; the first was asked for {moment}")
    assert [each.state for each in status.exports(NOW + timedelta(hours=1))] == [State.WATCH]


def test_examinations_that_wait_are_told_with_the_day_of_the_first_file() -> None:
    assert found("examinations of files").words == "none waits"
    received = make_item().media_file.received_at

    assert found("examinations of files").words == (
        f"{len(PROMPT_KINDS)} wait; the first of these files came {status._moment(received)}"
    )


def test_items_on_which_a_check_failed_are_told_and_those_tried_in_vain_named() -> None:
    assert found("checks of items").words == "none failed"
    waits, *in_vain = (make_item() for _number in range(7))
    CheckedItem.objects.create(item=waits, failures=2, try_at=NOW)
    assert found("checks of items").words == (
        f"a check failed on 1 item, which is tried again by itself, {status._moment(NOW)}"
    )
    for item in in_vain:
        CheckedItem.objects.create(item=item, failures=MOST_TRIES)

    told = found("checks of items")

    assert told.state == State.WATCH
    assert told.words.endswith(
        "6 items were tried 6 times in vain: the log says why. Once it is mended, run check_items "
        + " ".join(str(item.pk) for item in in_vain[:5]) + " …"
    )  # fmt: skip


def test_a_backup_that_was_recorded_is_told_and_an_old_one_or_none_is_to_look_after() -> None:
    assert found("backups").state == State.GOOD  # an archive that holds nothing has nothing to lose
    make_item()
    assert found("backups").state == State.WATCH

    call_command("backup_made", "shelf 3", stdout=io.StringIO())

    made = LedgerEntry.objects.get(verb="make backup").occurred_at
    for days, state in ((1, State.GOOD), (8, State.WATCH)):
        [told] = status.backups(made + timedelta(days=days))
        assert (told.state, "(shelf 3)" in told.words) == (state, True)


def test_how_far_the_ledger_goes_and_the_head_that_was_taken_is_told(client: Client) -> None:
    make_key()  # an entry
    assert "1 entry. Nobody has taken its head yet" in found("ledger").words
    client.force_login(make_people()["archivist"])

    client.get(reverse("ledger"), {"save": ""})
    with recording():
        act(verb="claim", subject="catalogue.item:1", actor="archivist")

    head = LedgerHead.objects.get()
    for days, state in ((1, State.GOOD), (40, State.WATCH)):
        [told] = status.ledger_head(head.handed_out_at + timedelta(days=days))
        assert told.state == state and "entries since: 1" in told.words


@pytest.mark.parametrize("options", [[], ["--since", "1"]], ids=["head", "proof"])
def test_a_head_that_the_command_prints_counts_as_taken(options: list[str]) -> None:
    make_key()

    call_command("checkpoint", *options, stdout=io.StringIO())

    assert LedgerHead.objects.get().handed_out_size == 1


def test_how_much_is_kept_is_told() -> None:
    make_item()
    make_item()

    assert re.match(r"originals: 2, 0\.\d\d GB\. copies: \d+, 0\.\d\d GB", found("kept files").words)


def test_the_revision_that_runs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    revision.cache_clear()
    monkeypatch.setenv("STRANDLINE_REVISION", "2026.11")
    try:
        assert "Strandline 2026.11, Python" in found("versions").words
    finally:
        revision.cache_clear()
