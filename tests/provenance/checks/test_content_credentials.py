"""What do the Content Credentials in the file say, and do they still hold?"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509.ocsp import OCSPCertStatus
from django.core.management import call_command

from archive.catalogue.models import Item
from archive.extraction.examination_kinds import CONTENT_CREDENTIALS
from archive.extraction.examinations import examine_some
from archive.extraction.readers.content_credentials import read_credentials
from archive.ingest import match_arrivals
from archive.provenance import check_items
from archive.provenance.checks.content_credentials import CHECK
from archive.provenance.checks.finding import weigh
from archive.provenance.models import Finding
from tests.builders import make_item, tell_of_items
from tests.files.keep import keep_original
from tests.provenance.checks.cases import codes, evidence, sentence
from tests.signing import CREATED, Certified, altered, authority, certificate_status, picture, sign, signer
from tests.two_at_once import meet


@pytest.fixture(scope="module")
def root() -> Certified:
    return authority()


@pytest.fixture(scope="module")
def anna(root: Certified) -> Certified:
    return signer(root)


def read(tmp_path: Path, content: bytes, *, overdue: bool = False, **lists: str) -> Any:
    """Return the evidence of a file of these bytes, as the reader finds it."""
    path = tmp_path / "file.jpg"
    path.write_bytes(content)
    given = [
        {"name": name.replace("_", "-"), "dated": "2026-06-01", "is_overdue": overdue, "pem": pem}
        for name, pem in lists.items()
    ]
    return evidence(examinations={CONTENT_CREDENTIALS: read_credentials(str(path), "image/jpeg", given)})


def test_it_rests_on_the_examination_of_its_name() -> None:
    assert CHECK.slug == CONTENT_CREDENTIALS


def test_absent_credentials_say_nothing(tmp_path: Path) -> None:
    case = read(tmp_path, picture())

    assert codes(CHECK, case) == ["NOT_APPLICABLE none"]


def test_a_signer_whom_no_list_knows(tmp_path: Path, anna: Certified) -> None:
    case = read(tmp_path, sign(picture(), anna), c2pa=authority("Other").pem)

    assert codes(CHECK, case) == [
        "INCONCLUSIVE intact-unknown-signer",
        "INCONCLUSIVE not-on-list",
        "INCONCLUSIVE revocation-not-known",
        "INCONCLUSIVE actions",
        "INCONCLUSIVE perhaps-all-actions",
    ]
    assert sentence(CHECK, case) == (
        "It is as it was signed by Anna Signer, Strandline tests, whom no loaded trust list knows: anybody can sign."
    )


def test_without_a_list_every_signer_is_unknown_and_that_is_told(tmp_path: Path, anna: Certified) -> None:
    told = codes(CHECK, read(tmp_path, sign(picture(), anna)))

    assert told[0] == "INCONCLUSIVE intact-unknown-signer"
    assert "INCONCLUSIVE no-list" in told


def test_a_signer_on_a_list_is_named_with_the_list_and_its_day(
    tmp_path: Path, root: Certified, anna: Certified
) -> None:
    other = authority("Other").pem

    case = read(tmp_path, sign(picture(), anna), c2pa=other, interim=root.pem, iptc_news=anna.pem)

    told = codes(CHECK, case)
    assert told[:2] == ["CONSISTENT intact-listed", "CONSISTENT on-list"]
    assert "INCONCLUSIVE not-on-list" in told
    named = {each.values["list"] for each in weigh(CHECK, case).observations if "list" in each.values}
    assert named == {"C2PA", "C2PA (interim)", "IPTC"}
    assert sentence(CHECK, case) == (
        "It is as it was signed by Anna Signer, Strandline tests, who is on the trust list of C2PA (interim) of "
        "1 June 2026."
    )


def test_an_overdue_list_says_so(tmp_path: Path, root: Certified, anna: Certified) -> None:
    told = codes(CHECK, read(tmp_path, sign(picture(), anna), c2pa=root.pem, overdue=True))

    assert told[0] == "CONSISTENT intact-listed"
    assert "INCONCLUSIVE list-overdue" in told


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (OCSPCertStatus.GOOD, ["CONSISTENT intact-listed"]),
        (OCSPCertStatus.REVOKED, ["INCONCLUSIVE revoked", "INCONCLUSIVE was-revoked"]),
        (OCSPCertStatus.UNKNOWN, ["INCONCLUSIVE revoked", "INCONCLUSIVE unknown-to-authority"]),
    ],
    ids=["good", "revoked", "unknown"],
)
def test_what_an_authority_said_of_a_certificate_is_weighed(
    tmp_path: Path, root: Certified, anna: Certified, status: OCSPCertStatus, expected: list[str]
) -> None:
    case = read(tmp_path, sign(picture(), anna, assertions=[certificate_status(anna, status)]), c2pa=root.pem)

    told = codes(CHECK, case)
    assert told[: len(expected)] == expected
    assert "INCONCLUSIVE revocation-not-known" not in told


def test_a_changed_file_is_contradicted_and_what_was_changed_is_told(tmp_path: Path, anna: Certified) -> None:
    assert codes(CHECK, read(tmp_path, altered(sign(picture(), anna)))) == [
        "CONTRADICTORY broken",
        "CONTRADICTORY changed-content",
    ]


def test_credentials_elsewhere_are_named_by_their_host(tmp_path: Path, anna: Certified) -> None:
    case = read(tmp_path, sign(picture(), anna, stored_at="http://127.0.0.1:9/manifest.c2pa"))

    assert codes(CHECK, case) == ["INCONCLUSIVE elsewhere"]
    assert sentence(CHECK, case) == "Its Content Credentials are stored at 127.0.0.1; they were not fetched."


def test_what_cannot_be_read_is_no_absence(tmp_path: Path, anna: Certified) -> None:
    signed = sign(picture(), anna)

    assert codes(CHECK, read(tmp_path, signed[: signed.index(b"c2pa.signature") + 40])) == ["UNREADABLE unreadable"]
    assert codes(
        CHECK, evidence(examinations={CONTENT_CREDENTIALS: {"problem": "It could not be examined: it took too long."}})
    ) == ["UNREADABLE unreadable"]


def test_a_trusted_manifest_may_carry_a_part_that_did_not_hold(
    tmp_path: Path, root: Certified, anna: Certified
) -> None:
    parts = [("parentOf", "changed.jpg", altered(sign(picture(2), anna))), ("componentOf", "bare.jpg", picture(3))]

    case = read(tmp_path, sign(picture(), anna, ingredients=parts), c2pa=root.pem)

    told = codes(CHECK, case)
    assert told[0] == "CONSISTENT intact-listed"
    assert {"INCONCLUSIVE part-did-not-hold", "INCONCLUSIVE part-without"} <= set(told)
    (part,) = [each for each in weigh(CHECK, case).observations if each.code == "part-did-not-hold"]
    assert part.values["title"] == "changed.jpg" and "assertion.dataHash.mismatch" in part.values["codes"]


@pytest.mark.parametrize(
    ("said", "code"),
    [(True, "all-actions"), (False, "not-all-actions"), (None, "perhaps-all-actions")],
    ids=["all", "not all", "unsaid"],
)
def test_whether_these_are_all_actions_is_shown(tmp_path: Path, anna: Certified, said: bool | None, code: str) -> None:
    actions = {"actions": [CREATED]} | ({} if said is None else {"allActionsIncluded": said})

    assert f"INCONCLUSIVE {code}" in codes(CHECK, read(tmp_path, sign(picture(), anna, actions=actions)))


def test_readers_that_disagree_leave_it_open_and_both_are_told(
    tmp_path: Path, root: Certified, anna: Certified
) -> None:
    result = dict(read(tmp_path, sign(picture(), anna), c2pa=root.pem).examinations[CONTENT_CREDENTIALS])
    result["second"] = {
        "reader": "encypher-c2pa 1",
        "state": "broken",
        "codes": {"success": [], "informational": [], "failure": ["claimSignature.mismatch"]},
    }

    case = evidence(examinations={CONTENT_CREDENTIALS: result | {"agrees": False, "reader": "c2pa-rs 1"}})

    told = codes(CHECK, case)
    assert told[:2] == ["INCONCLUSIVE readers-disagree", "INCONCLUSIVE intact-listed"]
    assert {line.split()[0] for line in told} == {"INCONCLUSIVE"}
    assert sentence(CHECK, case) == (
        "Two readers of its Content Credentials disagree: c2pa-rs 1 finds “intact (signingCredential.untrusted)”, "
        "encypher-c2pa 1 “broken (claimSignature.mismatch)”."
    )


def test_a_file_that_nobody_has_looked_at_is_not_said_to_have_none() -> None:
    assert codes(CHECK, evidence()) == ["INCONCLUSIVE not-examined"]


def test_a_format_without_a_reader_is_named() -> None:
    case = evidence(
        format_name="Matroska", examinations={CONTENT_CREDENTIALS: {"state": "none", "not_read": "No reader."}}
    )

    assert codes(CHECK, case) == ["NOT_APPLICABLE none", "NOT_APPLICABLE format-not-read"]


# -- From the file to the finding -------------------------------------------------------------------------------------


@pytest.fixture
def held(anna: Certified) -> Iterator[Item]:
    content = sign(picture(), anna)
    keep_original(BytesIO(content))
    yield make_item(content=content, renditions=False)


def code_of(item: Item) -> str:
    return Finding.objects.current().get(item=item, check_slug=CONTENT_CREDENTIALS).code


@pytest.mark.django_db
def test_the_command_examines_first_what_it_checks_and_a_newer_list_changes_the_finding(
    held: Item, root: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.pem"
    path.write_text(root.pem)

    call_command("check_items", held.pk)
    before = code_of(held)
    call_command("load_trust_list", "c2pa", str(path), dated=held.added_at.date())
    call_command("check_items", held.pk)
    capsys.readouterr()

    assert (before, code_of(held)) == ("intact-unknown-signer", "intact-listed")
    findings, examinations = Finding.objects.count(), held.media_file.examinations.count()
    call_command("check_items", held.pk)
    assert (Finding.objects.count(), held.media_file.examinations.count()) == (findings, examinations)


@pytest.mark.django_db
def test_a_worker_examines_before_it_checks(held: Item) -> None:
    tell_of_items()
    while match_arrivals.match_some():
        pass

    assert list(Finding.objects.filter(item=held, check_slug=CONTENT_CREDENTIALS).values_list("code", flat=True)) == [
        "intact-unknown-signer"
    ]


@pytest.mark.django_db
def test_what_is_examined_later_has_its_item_checked_again(held: Item) -> None:
    check_items.check([held.pk])
    assert code_of(held) == "not-examined"

    while match_arrivals.match_some():
        pass

    assert code_of(held) == "intact-unknown-signer"


@pytest.mark.django_db(transaction=True)
def test_what_is_examined_while_somebody_checks_is_not_missed(held: Item) -> None:
    meet(
        lambda: check_items.check([held.pk]),
        lambda: examine_some(of=match_arrivals.described_files(), recorded=check_items.ask_again),
    )
    assert code_of(held) == "not-examined"

    while check_items.follow():
        pass

    assert code_of(held) == "intact-unknown-signer"
