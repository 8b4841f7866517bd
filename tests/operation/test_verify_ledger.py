"""verify_ledger holds on an archive that lives, and names what was changed behind the ledger's back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.claims.models import Claim, Ruling
from archive.ingest import process_lines
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry, LedgerHead, LedgerSubtrees
from archive.ledger.record_acts import act, recording
from archive.operation.management.commands.verify_ledger import Command
from archive.provenance.check_items import check
from archive.provenance.checks.finding import Question
from archive.provenance.lineage import follow
from archive.provenance.models import CurrentFinding, Finding
from archive.review.access import Copies, set_access
from archive.review.claim_rulings import rule
from archive.review.correct_claims import correct
from archive.review.flags import decide_on_flag, flag_picture
from archive.review.link_items import link
from archive.review.mark_distressing import Alike, mark_distressing
from archive.review.models import CurrentVerdict, Flag, FlagDecision, Verdict
from archive.review.release_questions import digest_of, open_questions
from archive.review.verdicts import judge
from archive.standards.edtf import parse
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.builders import make_claim, make_item, make_match, make_place
from tests.ingest.pictures import jpeg
from tests.ingest.test_process_lines import send
from tests.two_at_once import together


def without_triggers(*tables: str) -> None:
    """Do as somebody does who owns the database."""
    with connection.cursor() as cursor:
        for table in tables:
            for name in ("update", "delete"):
                if connection.vendor == "sqlite":
                    cursor.execute(f"DROP TRIGGER {table}_refuse_{name}")
                else:
                    cursor.execute(f"DROP TRIGGER {table}_refuse_{name} ON {table}")


@pytest.fixture
def lived(people: dict[str, User]) -> dict[str, Any]:
    """An archive in which one of each thing has happened that leaves entries."""
    archivist, moderator = people["archivist"], people["moderator"]
    send(jpeg(1), by=archivist)
    line = send(jpeg(1), name="again.jpg", by=archivist)
    send(b"no picture", name="bad.jpg", by=archivist)
    process_lines.work_off()
    item, copy = Item.objects.get(), make_item()
    date = make_claim(item, Property.DATE_CREATED, date="2024-06-18", kind=SourceKind.DEVICE_METADATA)
    make_match(item, copy)
    follow()
    [place] = link([item], property=Property.LOCATION_SHOWN, by=archivist, place=make_place("Dunkirk"), note="the pier")
    [day] = link([item], property=Property.DATE_CREATED, by=archivist, date=parse("2024-06"))
    rule(date, standing=Standing.REJECTED, by=moderator, reason="the clock was never set")
    correct(day, by=archivist, date=parse("2024-06-17"))
    set_access([item], access=Access.RESTRICTED, by=archivist, copies=Copies.LEAVE, reason="only this one")
    seen = digest_of(open_questions([item]))
    set_access([item], access=Access.RELEASED, by=moderator, reason="both are ours", answers_questions=seen)
    mark_distressing([item], is_distressing=True, by=moderator, reason="a body", copies=Alike.LEAVE)
    flag, _is_new = flag_picture(copy, ground="RIGHTS", by=archivist, note="the maker never agreed")
    decide_on_flag(flag, outcome="NOT_UPHELD", by=moderator, reason="the maker agreed in 2023")
    check([item.pk])
    finding = Finding.objects.order_by("pk")[1]
    why = {"word": "UNDETERMINED", "reason_code": "NOT_ENOUGH", "reason": "the beach is not seen"}
    verdict = judge(item, question=Question.WHERE, by=moderator, **why)
    judge(item, question=Question.WHERE, by=archivist, **why)
    return {
        "verdict": verdict,
        "finding": finding,
        "flag": flag,
        "item": item,
        "line": line,
        "place": place,
        "day": day,
        "copy": copy,
    }


@pytest.mark.django_db
def test_an_archive_that_nobody_touched_holds(lived: dict[str, Any], capsys) -> None:
    call_command("verify_ledger")

    assert "are as it says" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda it: Item.objects.filter(pk=it["item"].pk).update(access="RESTRICTED"), "is RESTRICTED, but entry"),
        (lambda it: Item.objects.filter(pk=it["copy"].pk).update(access="RELEASED"), "no entry says who released it"),
        (lambda it: Flag.objects.update(note="nobody"), "differs from entry"),
        (
            lambda it: Flag.objects.create(
                item=it["item"], ground="RIGHTS", flagged_at=it["flag"].flagged_at, flagged_by=it["flag"].flagged_by
            ),
            "has no entry",
        ),
        (lambda it: FlagDecision.objects.update(outcome="UPHELD"), "the answer to flag"),
        (lambda it: FlagDecision.objects.all().delete(), "of entry"),
        (lambda it: Item.objects.filter(pk=it["item"].pk).update(is_distressing=False), "not marked distressing, but"),
        (lambda it: Item.objects.filter(pk=it["copy"].pk).update(is_distressing=True), "no entry says who marked it"),
        (
            lambda it: AccessionLine.objects.filter(pk=it["line"].pk).update(original_name="other.jpg"),
            '"other.jpg" differs from entry',
        ),
        (lambda it: AccessionLine.objects.filter(pk=it["line"].pk).update(size_bytes=1), '"again.jpg" differs'),
        (lambda it: AccessionLine.objects.filter(pk=it["line"].pk).delete(), "'again.jpg', is gone"),
        (
            lambda it: AccessionLine.objects.create(
                accession=it["line"].accession, original_name="new.jpg", way="PAGE", message_digest="0" * 64,
                size_bytes=1, received_at=it["line"].received_at, not_before=it["line"].not_before,
            ),
            '"new.jpg" (no.',
        ),
        (lambda it: Claim.objects.filter(pk=it["place"].pk).update(as_written="Dover"), "differs from entry"),
        (
            lambda it: Claim.objects.filter(pk=it["day"].pk).update(
                value_earliest=it["day"].value_earliest - timedelta(days=1)
            ),
            "differs from entry",
        ),
        (lambda it: Claim.objects.filter(pk=it["place"].pk).delete(), "is gone"),
        (
            lambda it: Claim.objects.filter(item=it["copy"], source__kind="MATCH", property="date_created").update(
                value_edtf="1999"
            ),
            "differs from entry",
        ),
        (
            lambda it: Claim.objects.create(
                item=it["copy"], property="credit_line", source=it["place"].source, value_text="Jo",
                claimed_at=it["place"].claimed_at,
            ),
            "made by a person, has no entry",
        ),
        (lambda it: Ruling.objects.filter(standing="REJECTED").update(standing="ACCEPTED"), "differs from entry"),
        (lambda it: Ruling.objects.filter(standing="REJECTED").update(reason="because"), "differs from entry"),
        (lambda it: Ruling.objects.filter(standing="REJECTED").delete(), "is gone"),
        (lambda it: Verdict.objects.filter(pk=it["verdict"].pk).update(word="SUPPORTED"), "differs from entry"),
        (lambda it: Verdict.objects.filter(pk=it["verdict"].pk).update(reason="so it is"), "differs from entry"),
        (lambda it: Verdict.objects.filter(pk=it["verdict"].pk).update(basis={}), "differs from entry"),
        (lambda it: Verdict.objects.filter(pk=it["verdict"].pk).update(is_advice=True), "differs from entry"),
        (lambda it: Verdict.objects.filter(pk=it["verdict"].pk).update(item=it["copy"]), "differs from entry"),
        (
            lambda it: [CurrentVerdict.objects.all().delete(), Verdict.objects.filter(pk=it["verdict"].pk).delete()],
            lambda it: f"verdict {it['verdict'].pk} of entry",
        ),
        (
            lambda it: Verdict.objects.create(
                pk=99_999, item=it["copy"], question="WHEN", word="SUPPORTED", reason_code="FILE_SHOWS",
                judged_at=it["verdict"].judged_at, judged_by=it["verdict"].judged_by,
            ),
            "verdict 99999 has no entry",
        ),
        (
            lambda it: Finding.objects.filter(pk=it["finding"].pk).update(outcome="CONSISTENT"),
            lambda it: f"{it['finding'].pk}",
        ),
        (lambda it: Finding.objects.filter(pk=it["finding"].pk).update(sentence="All is well."), "differs from entry"),
        (lambda it: Finding.objects.filter(pk=it["finding"].pk).update(observations=[]), "differs from entry"),
        (lambda it: Finding.objects.filter(pk=it["finding"].pk).update(item=it["copy"]), "stands under another item"),
        (
            lambda it: [CurrentFinding.objects.all().delete(), Finding.objects.filter(pk=it["finding"].pk).delete()],
            lambda it: f"finding {it['finding'].pk} of entry",
        ),
        (
            lambda it: Finding.objects.create(
                pk=99_999, item=it["copy"], check_slug="x", version="1", outcome="CONSISTENT", code="x",
                found_at=it["place"].claimed_at,
            ),
            "finding 99999 has no entry",
        ),
        (
            lambda it: Ruling.objects.create(
                claim=it["place"], standing="REJECTED", ruled_at=it["place"].claimed_at,
                ruled_by=it["place"].source.person,
            ),
            "made by a person, has no entry",
        ),
    ],
)  # fmt: skip
def test_what_was_changed_behind_the_ledger_is_named(
    lived: dict[str, Any], change: Callable[[dict[str, Any]], Any], sentence: str | Callable[[dict[str, Any]], str]
) -> None:
    sentence = sentence if isinstance(sentence, str) else sentence(lived)
    without_triggers(
        *("provenance_finding", "claims_claim", "claims_ruling"),
        *("review_flag", "review_flagdecision", "review_verdict"),
    )

    change(lived)

    with pytest.raises(CommandError, match="differs from its ledger") as told:
        call_command("verify_ledger")
    assert sentence in str(told.value)


@pytest.mark.django_db
def test_an_entry_from_before_its_claim_was_named_is_compared_by_what_it_names(people: dict[str, User]) -> None:
    item = make_item()
    [claim] = link([item], property=Property.CREDIT_LINE, by=people["archivist"], text="Jo Doe")
    rule(claim, standing=Standing.ACCEPTED, by=people["archivist"], reason="asked her")
    without_triggers("ledger_ledgerentry", "ledger_ledgersubtrees", "claims_claim")
    LedgerEntry.objects.all().delete()
    LedgerSubtrees.objects.all().delete()
    LedgerHead.objects.all().delete()
    with recording():
        payload = {"property": "credit_line", "value": "Jo Doe", "note": ""}
        act(verb="claim", subject=item, actor="archivist", payload=payload)
        payload = {"claim": claim.pk, "property": "credit_line", "value": "Jo Doe", "reason": "asked her"}
        act(verb="accepted claim", subject=item, actor="archivist", payload=payload)
    call_command("verify_ledger")

    Claim.objects.update(as_written="Bo Roe")

    with pytest.raises(CommandError, match="the claim of entry 1 is gone"):
        call_command("verify_ledger")


@pytest.mark.django_db
def test_a_head_with_another_hash_is_named() -> None:
    with recording():
        act(verb="first", subject="item:1", actor=None)
    LedgerHead.objects.update(entry_hash="0" * 64)

    with pytest.raises(CommandError, match="broken at entry 1: the head has another hash"):
        call_command("verify_ledger")


@pytest.mark.django_db(transaction=True)
def test_acts_that_come_while_it_walks_break_nothing(people: dict[str, User], monkeypatch) -> None:
    item = make_item()
    link([item], property=Property.CREDIT_LINE, by=people["archivist"], text="before")
    walk = Command._walk

    def walk_slowly(self: Command) -> int:
        counted = walk(self)
        # On a connection of its own, between the walk and what is compared with it.
        together(lambda: link([item], property=Property.CREDIT_LINE, by=people["archivist"], text="after"))
        together(lambda: set_access([item], access=Access.RESTRICTED, by=people["archivist"]))
        return counted

    monkeypatch.setattr(Command, "_walk", walk_slowly)

    call_command("verify_ledger")

    assert Claim.objects.count() == 2
    monkeypatch.undo()
    call_command("verify_ledger")


@pytest.mark.django_db(transaction=True)
def test_it_holds_while_acts_come_between_its_queries(people: dict[str, User]) -> None:
    item = make_item()
    link([item], property=Property.CREDIT_LINE, by=people["archivist"], text="before")

    def write() -> None:
        for number in range(10):
            link([item], property=Property.CREDIT_LINE, by=people["archivist"], text=f"credit {number}")

    def verify() -> None:
        for _ in range(10):
            call_command("verify_ledger")

    together(write, verify)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rows: rows.filter(pk=2).update(hashes="00" * 32), "what it has for entry 2 does not follow"),
        (lambda rows: rows.filter(pk=2).delete(), "what it has for entry 2 does not follow"),
        (lambda rows: rows.filter(pk=3).delete(), "what it has for entry 3 does not follow"),
        (lambda rows: rows.create(sequence=4, hashes="00" * 32), "what it has for entry 4 does not follow"),
        (lambda rows: LedgerHead.objects.update(frontier="00" * 32), "the head has another root"),
    ],
    ids=["altered", "gone", "cut off", "added", "another root"],
)
def test_a_tree_that_is_not_the_one_of_the_entries_is_told(change: Callable[[Any], Any], sentence: str) -> None:
    with recording():
        for number in range(3):
            act(verb=f"act {number}", subject="item:1", actor=None)
    without_triggers("ledger_ledgersubtrees")
    call_command("verify_ledger")

    change(LedgerSubtrees.objects)

    with pytest.raises(CommandError, match="The tree differs from the entries") as told:
        call_command("verify_ledger")
    assert sentence in str(told.value)
