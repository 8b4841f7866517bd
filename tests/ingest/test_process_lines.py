import io
import re
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image

from archive.catalogue.models import Accession, Item
from archive.files.kept_files import keep_spooled, path_of
from archive.files.models import MediaFile
from archive.files.store_identity import ensure_store
from archive.ingest import process_lines, tasks
from archive.ingest.models import AccessionLine
from archive.ingest.receive_files import arrive, open_accession, record_arrivals
from archive.ledger.not_done import NotDone
from archive.press.models import Appearance
from tests.builders import make_outlet
from tests.ingest.pictures import jpeg

pytestmark = pytest.mark.django_db

State, Outcome = AccessionLine.State, AccessionLine.Outcome


def receive(stream: io.BytesIO, *, accession: Accession, by=None, way="PAGE", **known) -> AccessionLine:
    """Receive one file whole; a worker is woken once the transaction ends."""
    return record_arrivals([arrive(stream, **known)], accession=accession, by=by, way=way)[0]


def send(content: bytes, *, name: str = "a.jpg", by=None, way=AccessionLine.Way.PAGE, **accession) -> AccessionLine:
    """Receive bytes as the page does, but wake no worker."""
    opened = open_accession(title="Batch", by=by, **accession)
    return receive(io.BytesIO(content), accession=opened, original_name=name, by=by, way=way)


def test_a_received_file_is_safe_before_anything_is_done_to_it() -> None:
    content = jpeg(1)

    line = send(content)

    assert line.state == State.WAITING
    assert line.spool_path.read_bytes() == content


def test_receiving_wakes_a_worker(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        line = send(jpeg(1))

    line.refresh_from_db()
    assert (line.state, line.outcome) == (State.DONE, Outcome.CREATED)


def test_a_leased_line_is_taken_by_nobody_else_until_the_lease_ends() -> None:
    line = send(jpeg(1))

    assert process_lines.lease(count=5) == [line]
    assert process_lines.lease(count=5) == process_lines.lease_lost() == []
    AccessionLine.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert process_lines.lease_lost() == [line]


def test_a_twin_waits_until_the_first_of_its_bytes_is_done() -> None:
    opened = open_accession(title="Batch", by=None)
    known = {"accession": opened, "by": None, "way": AccessionLine.Way.PAGE}
    first = receive(io.BytesIO(jpeg(1)), original_name="first.jpg", **known)
    twin = receive(io.BytesIO(jpeg(1)), original_name="twin.jpg", **known)
    other = receive(io.BytesIO(jpeg(2)), original_name="other.jpg", **known)

    assert process_lines.lease(count=5) == [first, other]
    assert process_lines.lease(count=5) == []
    AccessionLine.objects.filter(pk=first.pk).update(state=State.DONE, outcome=Outcome.REFUSED)
    assert process_lines.lease(count=5) == [twin]


def test_what_a_killed_worker_left_is_finished_once() -> None:
    line = send(jpeg(1))
    process_lines.lease(count=5)
    AccessionLine.objects.update(leased_until=timezone.now() - timedelta(seconds=1))

    tasks.sweep()
    tasks.sweep()

    line.refresh_from_db()
    assert line.outcome == Outcome.CREATED
    assert Item.objects.count() == MediaFile.objects.count() == 1


def test_bytes_moved_to_the_originals_by_a_worker_that_died_are_found_there() -> None:
    line = send(jpeg(1))
    keep_spooled(line.spool_path, line.message_digest)
    assert not line.spool_path.exists()

    process_lines.work_off()

    line.refresh_from_db()
    assert line.outcome == Outcome.CREATED
    assert storages["originals"].open(path_of(line.message_digest)).read() == jpeg(1)


def test_a_line_that_takes_its_worker_down_each_time_is_given_up_and_can_be_tried_again(people) -> None:
    line = send(jpeg(1))
    AccessionLine.objects.update(
        state=State.WORKING, attempts=process_lines.MOST_ATTEMPTS, leased_until=timezone.now() - timedelta(seconds=1)
    )

    tasks.sweep()

    line.refresh_from_db()
    assert line.state == State.FAILED
    assert "received and safe" in line.reason
    process_lines.retry(line, by=people["archivist"])
    process_lines.work_off()
    line.refresh_from_db()
    assert line.outcome == Outcome.CREATED


def test_trying_again_in_a_second_tab_does_not_undo_what_became_of_the_file(people) -> None:
    line = send(jpeg(1))
    AccessionLine.objects.update(state=State.FAILED)
    line.refresh_from_db()
    first, second = AccessionLine.objects.get(pk=line.pk), AccessionLine.objects.get(pk=line.pk)
    process_lines.retry(first, by=people["archivist"])
    process_lines.work_off()

    with pytest.raises(NotDone, match="cannot be tried again"):
        process_lines.retry(second, by=people["archivist"])

    line.refresh_from_db()
    assert (line.state, line.outcome) == (State.DONE, Outcome.CREATED)


def test_one_line_that_cannot_be_recorded_does_not_take_the_others_with_it() -> None:
    ensure_store()  # else a store that has none of the originals is taken for another one
    bad, good = send(jpeg(1), name="bad.jpg"), send(jpeg(2), name="good.jpg")
    MediaFile.objects.create(
        message_digest=bad.message_digest, size_bytes=1, format_name="JPEG", mime_type="image/jpeg",
        original_name="elsewhere.jpg", received_at=timezone.now(), storage_path="x",
    )  # fmt: skip

    process_lines.work_off()

    bad.refresh_from_db()
    good.refresh_from_db()
    assert good.outcome == Outcome.CREATED
    assert bad.state == State.WAITING
    assert bad.not_before > timezone.now()
    assert bad.spool_path.exists() or storages["originals"].exists(path_of(bad.message_digest)), "its bytes are safe"


def test_a_held_file_sent_by_the_page_asks_before_an_appearance_is_added(people) -> None:
    outlet = make_outlet("The Channel Courier")
    send(jpeg(1))
    process_lines.work_off()
    again = send(jpeg(1), name="again.jpg", by=people["archivist"], outlet=outlet)
    process_lines.work_off()
    again.refresh_from_db()
    assert again.outcome == Outcome.ALREADY_HELD
    assert not Appearance.objects.exists()

    process_lines.add_appearance(again, by=people["archivist"])

    assert Item.objects.of_outlet(outlet).get() == again.item
    with pytest.raises(NotDone, match="no appearance to add"):
        process_lines.add_appearance(again, by=people["archivist"])


def test_a_held_file_without_an_outlet_has_no_appearance_to_add(people) -> None:
    send(jpeg(1))
    process_lines.work_off()
    again = send(jpeg(1), name="again.jpg")
    process_lines.work_off()
    again.refresh_from_db()

    with pytest.raises(NotDone, match="names no outlet"):
        process_lines.add_appearance(again, by=people["archivist"])


def test_a_researcher_may_not_try_again(people) -> None:
    with pytest.raises(PermissionError):
        process_lines.retry(send(jpeg(1)), by=people["researcher"])


def test_an_item_starts_with_the_access_of_its_accession() -> None:
    send(jpeg(1), access="RESTRICTED")

    process_lines.work_off()

    assert Item.objects.get().access == "RESTRICTED"


def test_what_is_damaged_and_kept_says_so_in_whole_sentences() -> None:
    whole = io.BytesIO()
    Image.effect_noise((400, 300), 80).save(whole, "JPEG")
    content = whole.getvalue()

    lines = [send(content[: len(content) // 2], name="cut.jpg"), send(content, name="whole.jpg")]
    process_lines.work_off()

    cut, whole = (AccessionLine.objects.get(pk=line.pk) for line in lines)
    assert (cut.outcome, cut.has_problems) == (Outcome.CREATED, True)
    assert re.match(r"Its image data ends early: rows below about \d+ % are missing\.", cut.reason)
    assert (whole.outcome, whole.has_problems, whole.reason) == (Outcome.CREATED, False, "")
