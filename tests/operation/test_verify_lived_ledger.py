"""verify_ledger holds on an archive that has lived, and names what was changed behind the ledger's back."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from archive.accounts.models import User
from archive.catalogue.models import Access, Accession, AccessionStatement, Item
from archive.claims.models import Claim, Ruling
from archive.ingest import process_lines
from archive.ingest.edit_accession import edit_accession
from archive.ingest.models import AccessionLine
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
from archive.review.models import (
    CurrentVerdict,
    Flag,
    FlagDecision,
    ReadingPolicy,
    ReadingRequest,
    ReadingRequestEnd,
    Verdict,
)
from archive.review.reading_policies import Policy, set_policy
from archive.review.release_questions import digest_of, open_questions
from archive.review.second_readings import let_go, read_second
from archive.review.verdicts import judge
from archive.standards.edtf import parse
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.builders import make_claim, make_item, make_match, make_people, make_place
from tests.conftest import draw_no_lots
from tests.folders import folders_in
from tests.ingest.pictures import jpeg
from tests.ingest.test_process_lines import send
from tests.operation.test_verify_ledger import without_triggers
from tests.sweeps.conftest import kept


@pytest.fixture(scope="module")
def once_lived(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    with kept(django_db_blocker), pytest.MonkeyPatch.context() as patch:
        draw_no_lots(patch)
        with override_settings(**folders_in(tmp_path_factory.mktemp("lived"))):
            lived = live(make_people())
        yield lived


@pytest.fixture
def lived(once_lived: dict[str, Any], db: None) -> dict[str, Any]:
    """What has happened was made once; what a test changes is taken back."""
    return deepcopy(once_lived)


def live(people: dict[str, User]) -> dict[str, Any]:
    """Let one of each thing happen that leaves entries."""
    archivist, moderator = people["archivist"], people["moderator"]
    send(jpeg(1), by=archivist)
    line = send(jpeg(1), name="again.jpg", by=archivist)
    send(b"no picture", name="bad.jpg", by=archivist)
    process_lines.work_off()
    item, copy, alone = Item.objects.get(), make_item(), make_item()
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
    read_second(item, question=Question.WHERE, by=people["administrator"], **why)
    judge(item, question=Question.WHEN, by=moderator, **why)
    let_go(by=people["administrator"], reason="nobody is there")
    set_policy(Policy.SAMPLE, is_on=False, one_in=9, by=people["administrator"])
    edit_accession(line.accession, by=archivist, title="Feed", terms="two uses", reason="as the contract has it")
    edit_accession(line.accession, by=moderator, terms="one use")
    return {
        "verdict": verdict,
        "finding": finding,
        "flag": flag,
        "item": item,
        "line": line,
        "place": place,
        "day": day,
        "copy": copy,
        "alone": alone,
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
        (lambda it: Item.objects.filter(pk=it["alone"].pk).update(access="RELEASED"), "no entry says who released it"),
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
        (lambda it: Accession.objects.filter(terms="one use").update(terms="any use"), "has another terms than entry"),
        (lambda it: AccessionStatement.objects.filter(field="title").update(before="Other"), "of the title of"),
        (lambda it: AccessionStatement.objects.filter(field="terms").update(after="any"), "differs from entry"),
        (lambda it: AccessionStatement.objects.update(reason="so it is"), "differs from entry"),
        (lambda it: AccessionStatement.objects.filter(field="title").delete(), "the correction of the title"),
        (
            lambda it: AccessionStatement.objects.create(
                accession=it["line"].accession, field="note", after="new", made_at=it["place"].claimed_at
            ),
            "of the note of accession",
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
            lambda it: [
                model.objects.all().delete() for model in (CurrentVerdict, ReadingRequestEnd, ReadingRequest)
            ]
            + [Verdict.objects.filter(second_of=it["verdict"]).delete()]
            + [Verdict.objects.filter(pk=it["verdict"].pk).delete()],
            lambda it: f"verdict {it['verdict'].pk} of entry",
        ),
        (
            lambda it: Verdict.objects.create(
                pk=99_999, item=it["copy"], question="WHEN", word="SUPPORTED", reason_code="FILE_SHOWS",
                judged_at=it["verdict"].judged_at, judged_by=it["verdict"].judged_by,
            ),
            "verdict 99999 has no entry",
        ),
        (lambda it: Verdict.objects.filter(second_of__isnull=False).update(second_of=None), "differs from entry"),
        (lambda it: ReadingRequest.objects.update(policy="SAMPLE"), "differs from entry"),
        (
            lambda it: [ReadingRequestEnd.objects.all().delete(), ReadingRequest.objects.all().delete()],
            "the request for a second reading of verdict",
        ),
        (
            lambda it: ReadingRequest.objects.create(
                verdict=Verdict.objects.get(is_advice=True), policy="SAMPLE", asked_at=it["place"].claimed_at
            ),
            "has no entry",
        ),
        (lambda it: ReadingRequestEnd.objects.update(reason="nobody came"), "differs from entry"),
        (lambda it: ReadingRequestEnd.objects.all().delete(), "the end of the request of verdict"),
        (lambda it: ReadingPolicy.objects.update(is_on=True), "differs from entry"),
        (lambda it: ReadingPolicy.objects.all().delete(), "the policy for second readings of entry"),
        (
            lambda it: ReadingPolicy.objects.create(
                pk=99_999, policy="SAMPLE", is_on=False, set_at=it["place"].claimed_at,
                set_by=it["verdict"].judged_by,
            ),
            "policy SAMPLE (no. 99999) has no entry",
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
        "catalogue_accessionstatement",
        *("review_flag", "review_flagdecision", "review_verdict"),
        *("review_readingpolicy", "review_readingrequest", "review_readingrequestend"),
    )

    change(lived)

    with pytest.raises(CommandError, match="differs from its ledger") as told:
        call_command("verify_ledger")
    assert sentence in str(told.value)
