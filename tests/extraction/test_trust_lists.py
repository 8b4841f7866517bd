"""Trust lists come from files, each with its day; a newer one is used, and concerns only what it can change."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from archive.extraction.examination_kinds import CONTENT_CREDENTIALS, KINDS
from archive.extraction.examinations import examine_some
from archive.extraction.models import TrustList
from archive.extraction.trust_lists import is_overdue, lists_in_use, to_be_renewed_by
from archive.files.models import MediaFile
from archive.ledger.models import LedgerEntry
from tests.builders import make_item
from tests.files.keep import keep_original
from tests.signing import Certified, altered, authority, picture, sign, signer

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def root() -> Certified:
    return authority()


@pytest.fixture
def file(tmp_path: Path, root: Certified) -> Path:
    path = tmp_path / "list.pem"
    path.write_text(f"# C2PA\nSubject: CN=Test root\n{root.pem}")
    return path


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Iterator[object]:
    yield lambda: capsys.readouterr().out


def load(name: str, *files: Path, dated: str, **options: object) -> None:
    call_command("load_trust_list", name, *map(str, files), dated=date.fromisoformat(dated), **options)


def test_a_list_is_loaded_with_its_day_and_told_to_the_ledger(file: Path, said: object, people: dict) -> None:
    load("c2pa", file, dated="2026-06-01", by="administrator")

    trust_list = TrustList.objects.get()
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert (trust_list.name, trust_list.dated, trust_list.sha256) == ("c2pa", date(2026, 6, 1), digest)
    assert (trust_list.certificate_count, trust_list.loaded_by) == (1, people["administrator"])
    assert trust_list.pem.startswith("-----BEGIN CERTIFICATE-----") and "Subject" not in trust_list.pem
    entry = LedgerEntry.objects.get(verb="load trust list")
    assert (entry.actor, entry.subject) == ("administrator", f"extraction.trustlist:{trust_list.pk}")
    assert digest in entry.payload
    assert said() == f"C2PA trust list of 2026-06-01: 1 certificate, sha256 {digest}.\n"


def test_a_list_of_two_files_is_one_list(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "end-entities.pem"
    other.write_text(authority("Other").pem + file.read_text())

    load("iptc-news", file, other, dated="2026-06-01")

    assert TrustList.objects.get().certificate_count == 2


def test_the_same_list_is_loaded_once(file: Path, said: object) -> None:
    load("c2pa", file, dated="2026-06-01")
    load("c2pa", file, dated="2026-06-01")

    assert TrustList.objects.count() == 1
    assert LedgerEntry.objects.filter(verb="load trust list").count() == 1
    assert "which was loaded before" in said()


def test_of_each_name_the_latest_is_in_use(file: Path, said: object) -> None:
    load("c2pa", file, dated="2026-06-01")
    load("interim", file, dated="2026-01-01")
    load("c2pa", file, dated="2026-03-01")

    assert [(used.name, str(used.dated)) for used in lists_in_use()] == [
        ("c2pa", "2026-06-01"),
        ("interim", "2026-01-01"),
    ]
    assert "In use is still the one of 2026-06-01" in said()


@pytest.mark.parametrize(
    ("content", "dated", "problem"),
    [
        ("nothing of the sort", "2026-06-01", "holds no certificate"),
        ("", "2026-06-01", "holds no certificate"),
        ("{pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "2026-06-01", "certificate 2 of 2"),
        ("{pem}", "2999-01-01", "which has not come"),
        (None, "2026-06-01", "cannot be read: No such file"),
    ],
    ids=["no PEM", "empty", "broken certificate", "day to come", "no file"],
)
def test_what_is_no_list_is_refused_with_a_reason(
    tmp_path: Path, root: Certified, content: str | None, dated: str, problem: str
) -> None:
    path = tmp_path / "list.pem"
    if content is not None:
        path.write_text(content.replace("{pem}", root.pem))

    with pytest.raises(CommandError, match=f"Nothing was loaded: .*{problem}"):
        load("c2pa", path, dated=dated)
    assert not TrustList.objects.exists()


def test_a_call_that_misses_something_says_what(file: Path) -> None:
    with pytest.raises(CommandError, match="--dated"):
        call_command("load_trust_list", "c2pa", str(file))
    with pytest.raises(CommandError, match="There is no open account"):
        load("c2pa", file, dated="2026-06-01", by="nobody")
    with pytest.raises(CommandError, match="invalid choice"):
        load("adobe", file, dated="2026-06-01")


def test_a_list_is_overdue_after_a_quarter_but_for_the_frozen_one(file: Path, said: object) -> None:
    today = timezone.now().date()
    load("c2pa", file, dated=str(today - timedelta(days=93)))
    load("interim", file, dated="2026-01-01")
    load("iptc-news", file, dated=str(today - timedelta(days=92)))
    said()

    call_command("load_trust_list", list=True)

    told = said().splitlines()
    assert f"overdue since {today - timedelta(days=1)}" in told[0]
    assert "interim: dated 2026-01-01, frozen" in told[1]
    assert f"to be renewed by {today}" in told[2]
    assert to_be_renewed_by("interim", date(2026, 1, 1)) is None
    assert not is_overdue("interim", date(2026, 1, 1), on=date(2050, 1, 1))


def test_without_a_list_that_is_told(said: object) -> None:
    call_command("load_trust_list", list=True)

    assert said() == "No trust list has been loaded: every signer of Content Credentials is unknown.\n"


def test_a_newer_list_concerns_the_files_with_intact_credentials_alone(file: Path, root: Certified) -> None:
    signed = sign(picture(), signer(root))
    files = {}
    for name, content in {"signed": signed, "altered": altered(signed), "plain": picture(2)}.items():
        keep_original(BytesIO(content))
        files[name] = make_item(content=content, renditions=False).media_file
    _examine()

    load("c2pa", file, dated="2026-06-01")
    _examine()
    _examine()

    told = {name: [row.result for row in of.examinations.order_by("pk")] for name, of in files.items()}
    assert [len(told[name]) for name in ("signed", "altered", "plain")] == [2, 1, 1]
    assert [result["state"] for results in told.values() for result in results] == ["intact"] * 2 + ["broken", "none"]
    assert [result["lists"] for result in told["signed"]] == [
        [],
        [{"name": "c2pa", "dated": "2026-06-01", "is_overdue": _is_overdue(), "is_listed": True}],
    ]
    assert MediaFile.objects.filter(examinations__kind=CONTENT_CREDENTIALS).distinct().count() == 3


def test_a_list_that_becomes_overdue_is_told_of_once_more(
    file: Path, root: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, now = sign(picture(), signer(root)), timezone.now()
    keep_original(BytesIO(content))
    media_file = make_item(content=content, renditions=False).media_file
    load("c2pa", file, dated=str(now.date()))
    _examine()

    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=93))
    _examine()
    _examine()

    told = [row.result["lists"][0] for row in media_file.examinations.order_by("pk")]
    assert [(each["is_overdue"], each["is_listed"]) for each in told] == [(False, True), (True, True)]


def _is_overdue() -> bool:
    return is_overdue("c2pa", date(2026, 6, 1), on=timezone.now().date())


def _examine() -> None:
    while examine_some(kinds=[kind for kind in KINDS if kind.code == CONTENT_CREDENTIALS]):
        pass


def test_a_day_that_is_none_is_told_in_a_sentence(file: Path) -> None:
    with pytest.raises(CommandError, match="2026-13-01 is no day: write it as 2026-09-24"):
        call_command("load_trust_list", "c2pa", str(file), "--dated", "2026-13-01")
