"""What killed processes left in the spool goes; what a line names or a living process uses stays."""

import io
import os
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from archive.ingest import process_lines, spool_sweep
from archive.ingest.receive_files import arrive
from tests.ingest.pictures import jpeg
from tests.ingest.test_process_lines import send

pytestmark = pytest.mark.django_db

TOMORROW = timedelta(days=1, hours=1)


def test_an_arrival_without_a_line_is_cleared_away_after_a_day() -> None:
    came = arrive(io.BytesIO(jpeg(1)), original_name="a.jpg")

    assert spool_sweep.clear_spool(now=timezone.now()) == 0
    assert came.spool_path.exists()
    assert spool_sweep.clear_spool(now=timezone.now() + TOMORROW) == 1
    assert not came.spool_path.exists()


def test_an_arrival_that_a_line_names_stays_however_long_it_waits() -> None:
    line = send(jpeg(1))

    assert spool_sweep.clear_spool(now=timezone.now() + 30 * TOMORROW) == 0
    assert line.spool_path.exists()


def test_the_desk_of_a_living_process_stays() -> None:
    with process_lines.Bench(1):
        assert spool_sweep.clear_spool(now=timezone.now() + TOMORROW) == 0
        assert len(list(settings.SPOOL_ROOT.glob("desk-*"))) == 1


def test_the_desk_of_a_killed_process_is_cleared_away() -> None:
    bench = process_lines.Bench(1)
    os.close(bench._desk_lock)  # as the kernel does it

    assert spool_sweep.clear_spool(now=timezone.now() + TOMORROW) == 1
    assert not list(settings.SPOOL_ROOT.glob("desk-*"))


def test_a_spool_that_is_not_there_yet_is_clear() -> None:
    assert spool_sweep.clear_spool(now=timezone.now()) == 0


@pytest.mark.django_db
def test_what_killed_web_processes_left_of_forms_and_searches_is_cleared_after_a_day(settings, tmp_path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.SPOOL_ROOT.mkdir(parents=True)
    left = [tmp_path / "a.upload.jpg", settings.SPOOL_ROOT / "looked-at-x"]
    for path in left:
        path.touch()

    assert spool_sweep.clear_spool(now=timezone.now() + timedelta(hours=1)) == 0
    assert all(path.exists() for path in left)
    assert spool_sweep.clear_spool(now=timezone.now() + timedelta(days=2)) == 2
    assert not any(path.exists() for path in left)
