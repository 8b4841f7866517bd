"""Renditions that are missing, or that an earlier version made, are made again."""

import io
import threading
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.catalogue.models import Item
from archive.files.maker_version import MAKER_VERSION
from archive.files.models import MediaFile, Rendition, RenditionRequest
from archive.files.rendition_requests import ask_for_renditions
from archive.ingest import match_arrivals, process_lines, rebuild_renditions
from archive.ledger.models import LedgerEntry
from archive.matching.models import Fingerprint
from tests.files.keep import hold
from tests.ingest.pictures import jpeg
from tests.ingest.test_process_lines import send


def path_of(purpose: str) -> Path:
    return Path(storages["renditions"].path(Rendition.objects.get(purpose=purpose).storage_path))


@pytest.fixture
def item(db: None) -> Item:
    send(jpeg(1))
    process_lines.work_off()
    match_arrivals.match_all()
    return Item.objects.get()


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("rebuild_renditions", *arguments, stdout=out)
    return out.getvalue()


def test_a_page_that_finds_one_missing_says_so_and_has_it_made(item: Item, client: Client, people) -> None:
    client.force_login(people["archivist"])
    before = path_of("SCREEN").read_bytes()
    path_of("SCREEN").unlink()
    address = reverse("rendition", args=[item.pk, "screen"])

    shown = [client.get(address) for _ in range(2)]
    asked = RenditionRequest.objects.count()
    rebuild_renditions.rebuild_some()

    assert [answer.status_code for answer in shown] == [404, 404]
    assert shown[0]["Content-Type"] == "image/svg+xml" and shown[0]["Cache-Control"] == "no-store"
    assert "being made" in shown[0].content.decode()
    assert asked == 1
    assert b"".join(client.get(address).streaming_content) == before
    assert not RenditionRequest.objects.exists()
    assert LedgerEntry.objects.filter(verb="rebuild renditions").count() == 1


def test_the_matching_that_finds_one_missing_has_it_made_and_goes_on(db: None) -> None:
    send(jpeg(1))
    process_lines.work_off()
    path_of("SCREEN").unlink()

    match_arrivals.match_some()
    Fingerprint.objects.update(leased_until=None)
    asked = RenditionRequest.objects.count()
    rebuild_renditions.rebuild_some()
    match_arrivals.match_all()

    fingerprint = Fingerprint.objects.get()
    assert asked == 1
    assert fingerprint.version and fingerprint.matched_version
    assert "missing" not in fingerprint.unmatchable_because


def test_what_cannot_be_made_is_told_and_given_up(item: Item, client: Client, people) -> None:
    client.force_login(people["archivist"])
    path_of("SCREEN").unlink()
    Path(storages["originals"].path(item.media_file.storage_path)).unlink()
    address = reverse("rendition", args=[item.pk, "screen"])
    client.get(address)

    for _ in range(RenditionRequest.MOST_ATTEMPTS + 1):
        RenditionRequest.objects.update(not_before=None)
        rebuild_renditions.rebuild_some()

    request = RenditionRequest.objects.get()
    assert request.is_given_up and "original is missing" in request.reason
    assert "not be made again" in client.get(address).content.decode()
    assert not RenditionRequest.objects.due(timezone.now())
    # The bytes come again: the original is put right, and so are its renditions.
    send(jpeg(1), by=people["archivist"])
    process_lines.work_off()
    rebuild_renditions.rebuild_some()
    assert path_of("SCREEN").exists()


def test_a_file_that_fails_as_nobody_foresaw_holds_up_no_other_and_is_given_up(item: Item) -> None:
    # No store lets this name out of its folder.
    odd = hold(jpeg(2), "odd.jpg", storage_path="../../odd")
    path_of("SCREEN").unlink()
    ask_for_renditions([odd])
    ask_for_renditions([item.media_file])

    for _ in range(RenditionRequest.MOST_ATTEMPTS):
        RenditionRequest.objects.update(not_before=None)
        rebuild_renditions.rebuild_some()

    assert path_of("SCREEN").exists()
    request = RenditionRequest.objects.get()
    assert (request.media_file, request.is_given_up) == (odd, True)
    assert "not foreseen" in request.reason


def test_the_command_makes_what_is_missing(item: Item) -> None:
    path_of("THUMBNAIL").unlink()

    said = run("--missing"), run("--missing")

    assert said[0].endswith("1 files looked at: renditions of 1 made, of 0 not.\n")
    assert said[1].endswith("1 files looked at: renditions of 0 made, of 0 not.\n")
    assert path_of("THUMBNAIL").exists()


@pytest.mark.parametrize("only_missing", [False, True], ids=["all", "missing"])
def test_a_file_that_fails_as_nobody_foresaw_does_not_end_the_command(
    item: Item, capsys: pytest.CaptureFixture, only_missing: bool
) -> None:
    # No store lets these names out of its folder.
    odd = hold(jpeg(2), "odd.jpg", storage_path="../../odd")
    Item.objects.create(media_file=odd, file_name="odd.jpg", accession=item.accession, added_at=timezone.now())
    Rendition.objects.create(
        media_file=odd, purpose="SCREEN", width_px=1, height_px=1, size_bytes=1, mime_type="image/jpeg",
        storage_path="../../odd", made_at=timezone.now(), maker_version="0",
    )  # fmt: skip
    send(jpeg(3))
    process_lines.work_off()
    path_of_last = Path(storages["renditions"].path(Rendition.objects.last().storage_path))
    path_of_last.unlink()

    with pytest.raises(SystemExit) as ended:
        call_command("rebuild_renditions", "--missing" if only_missing else "--all")

    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "not made: “odd.jpg”" in said and "not foreseen" in said
    assert path_of_last.exists()


def test_another_version_of_the_maker_drives_the_command(item: Item) -> None:
    nothing = run()
    Rendition.objects.update(maker_version="0")

    outdated = rebuild_renditions.outdated().count()
    made = run()

    assert "0 files looked at" in nothing and "renditions of 1 made" in made
    assert outdated == 1
    assert set(Rendition.objects.values_list("maker_version", flat=True)) == {MAKER_VERSION}
    assert Rendition.objects.count() == 2
    assert Fingerprint.objects.get().matched_version == "", "it is matched anew"


def test_stills_that_are_made_no_more_go(item: Item) -> None:
    media_file = item.media_file
    stale = Rendition.objects.create(
        media_file=media_file, purpose="STILL", offset_milliseconds=7, width_px=1, height_px=1, size_bytes=1,
        mime_type="image/jpeg", storage_path="x", made_at=timezone.now(), maker_version="0",
    )  # fmt: skip

    run(str(item.pk))

    assert not Rendition.objects.filter(pk=stale.pk).exists()
    assert Rendition.objects.count() == 2


def test_an_altered_original_gives_no_rendition_and_exit_code_1(item: Item, capsys: pytest.CaptureFixture) -> None:
    original = Path(storages["originals"].path(item.media_file.storage_path))
    original.chmod(0o600)
    original.write_bytes(jpeg(2))
    before = path_of("SCREEN").read_bytes()

    with pytest.raises(SystemExit) as ended:
        call_command("rebuild_renditions", "--all")

    assert ended.value.code == 1
    assert "its original was altered in the store" in capsys.readouterr().out
    assert path_of("SCREEN").read_bytes() == before


@pytest.mark.parametrize("arguments", [["999"], ["1", "--all"]], ids=["unknown", "both"])
@pytest.mark.django_db
def test_a_wrong_call_says_so(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as ended:
        run(*arguments)

    assert ended.value.returncode == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_the_same_renditions_without_harm() -> None:
    send(jpeg(1))
    process_lines.work_off()
    media_file, problems = MediaFile.objects.get(), []

    def make() -> None:
        try:
            with rebuild_renditions.Sandbox(process_lines.limits()) as sandbox:
                rebuild_renditions.rebuild(media_file, sandbox=sandbox)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=make) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert problems == []
    assert Rendition.objects.count() == 2 and Fingerprint.objects.count() == 1
