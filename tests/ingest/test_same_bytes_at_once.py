"""Two workers that bring in the same new files at the same moment, each in its own order."""

import threading
from concurrent.futures import wait

import pytest

from archive.catalogue.models import Item
from archive.ingest import process_lines
from archive.ingest.models import AccessionLine
from tests.ingest.pictures import jpeg
from tests.ingest.test_process_lines import send
from tests.two_at_once import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_worker")]

State, Outcome = AccessionLine.State, AccessionLine.Outcome
FILES, ROUNDS = 8, 3


def test_two_workers_with_the_same_new_bytes_in_opposite_order_wait_in_one(caplog: pytest.LogCaptureFixture) -> None:
    for number in range(ROUNDS):
        contents = [jpeg(number * FILES + one) for one in range(FILES)]
        batches = [[send(content) for content in contents], [send(content) for content in contents[::-1]]]
        both_have_read = threading.Barrier(2, timeout=60)

        def work(batch: list[AccessionLine], both_have_read: threading.Barrier = both_have_read) -> None:
            with process_lines.Bench(1) as bench:
                bench.take(process_lines.lease(count=FILES, lines=[line.pk for line in batch]))
                wait([job.future for job in bench.jobs])
                both_have_read.wait()
                bench.finish_some()

        together(*[lambda batch=batch: work(batch) for batch in batches])

        lines = AccessionLine.objects.filter(pk__in=[line.pk for batch in batches for line in batch])
        assert sorted(line.outcome for line in lines) == [Outcome.ALREADY_HELD] * FILES + [Outcome.CREATED] * FILES
        assert {(line.state, line.attempts, line.outages) for line in lines} == {(State.DONE, 1, 0)}
    assert "deadlock" not in caplog.text
    assert Item.objects.count() == FILES * ROUNDS


def test_items_of_one_batch_stand_in_the_order_of_their_lines() -> None:
    lines = [send(jpeg(number), name=f"{number}.jpg") for number in range(FILES)]

    with process_lines.Bench(1) as bench:
        bench.take(process_lines.lease(count=FILES))
        wait([job.future for job in bench.jobs])
        bench.finish_some()

    assert [item.file_name for item in Item.objects.order_by("pk")] == [line.original_name for line in lines]
