"""Each file is examined once for each kind and version, by one worker; what fails is not tried for ever."""

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from archive.extraction.examination_kinds import ExaminationKind
from archive.extraction.examinations import (
    ALL_SEEN_EVERY,
    LEASE,
    MOST_ATTEMPTS,
    RETRIED_AFTER,
    count_to_do,
    examine_some,
)
from archive.extraction.models import Examination, ExaminationLease, ExaminationsSeen
from archive.files.formats import JPEG, WEBM
from archive.files.models import MediaFile
from archive.files.sandbox import Limits
from tests.builders import make_item
from tests.files.keep import keep_original
from tests.two_at_once import together

pytestmark = pytest.mark.django_db


def kind(name: str = "measure", **fields: Any) -> ExaminationKind:
    defaults: dict[str, Any] = {
        "code": "size",
        "version": "1",
        "function": f"tests.extraction.examined.{name}",
        "limits": Limits(wall_seconds=20),
        "formats": (JPEG,),
    }
    return ExaminationKind(**defaults | fields)


def kept(content: bytes = b"a picture") -> MediaFile:
    keep_original(BytesIO(content))
    return make_item(content=content, renditions=False).media_file


def examine(*kinds: ExaminationKind, **options: Any) -> None:
    while examine_some(kinds=kinds, **options):
        pass


def results(media_file: MediaFile) -> list[Mapping[str, Any]]:
    return list(media_file.examinations.order_by("pk").values_list("result", flat=True))


def wait(by: timedelta) -> None:
    """Let every lease run out."""
    for lease in ExaminationLease.objects.all():
        ExaminationLease.objects.filter(pk=lease.pk).update(leased_until=lease.leased_until - by)


def test_what_is_found_is_kept_once() -> None:
    media_file = kept()

    examine(kind())
    examine(kind())

    (examination,) = media_file.examinations.all()
    assert (examination.kind, examination.version, examination.inputs) == ("size", "1", "")
    assert (examination.result, examination.problem) == ({"bytes": 9, "mime_type": "image/jpeg"}, "")
    assert not ExaminationLease.objects.exists()
    assert count_to_do(kinds=[kind()], now=timezone.now()) == 0


def test_another_version_has_it_examined_anew_and_the_first_result_stays() -> None:
    media_file = kept()
    examine(kind())

    examine(kind(version="2"))

    assert list(media_file.examinations.order_by("pk").values_list("version", flat=True)) == ["1", "2"]


def test_other_arguments_concern_only_what_rests_on_them() -> None:
    short, long = kept(b"short"), kept(b"not that short")

    def of(said: str) -> ExaminationKind:
        return kind(arguments=lambda: {"said": said}, rests_on_arguments=lambda result: result["bytes"] > 9)

    examine(of("one"))
    examine(of("two"))
    examine(of("two"))

    assert [result["said"] for result in results(short)] == ["one"]
    assert [result["said"] for result in results(long)] == ["one", "two"]


def test_a_format_that_nobody_looks_into_has_its_result_without_a_look() -> None:
    media_file = kept()

    examine(kind("crash", formats=(WEBM,), otherwise={"state": "none"}))

    assert results(media_file) == [{"state": "none"}]


def test_the_newest_file_comes_first_and_a_turn_ends() -> None:
    older, newer = kept(b"older"), kept(b"newer")

    was_any = examine_some(kinds=[kind()], seconds=0)

    assert was_any
    assert (len(results(older)), len(results(newer))) == (0, 1)


def test_only_the_files_asked_for_are_examined() -> None:
    one, other = kept(b"one"), kept(b"other")

    examine(kind(), of=MediaFile.objects.filter(pk=one.pk))

    assert (len(results(one)), len(results(other))) == (1, 0)


def test_who_waits_for_a_result_is_told_with_it() -> None:
    media_file, told = kept(), []

    examine(kind(), recorded=lambda recorded: told.append((recorded.pk, len(results(recorded)))))

    assert told == [(media_file.pk, 1)]


@pytest.mark.parametrize(
    ("name", "limits", "problem"),
    [
        ("crash", Limits(wall_seconds=20), "the process that read it died (SIGSEGV)"),
        ("sleep", Limits(wall_seconds=0.5), "took longer than 0.5 seconds"),
        ("answer_nonsense", Limits(wall_seconds=20), "gave no answer that can be read"),
    ],
    ids=["crash", "timeout", "nonsense"],
)
def test_what_ends_the_helper_is_tried_a_few_times_and_then_recorded(name: str, limits: Limits, problem: str) -> None:
    media_file, other = kept(b"hostile"), kept(b"harmless")
    hostile, of = kind(name, limits=limits), MediaFile.objects.filter(pk=media_file.pk)

    for _attempt in range(MOST_ATTEMPTS):
        examine(hostile, of=of)
        wait(RETRIED_AFTER)
    examine(kind(), of=MediaFile.objects.filter(pk=other.pk))

    (examination,) = media_file.examinations.all()
    assert problem in examination.problem and examination.result == {}
    assert count_to_do(kinds=[hostile], now=timezone.now()) == 0
    assert len(results(other)) == 1


def test_between_two_tries_it_is_left_alone() -> None:
    media_file = kept()

    examine(kind("crash"))

    assert not media_file.examinations.exists()
    assert ExaminationLease.objects.get().attempts == 1
    assert not examine_some(kinds=[kind("crash")])


def test_a_refusal_is_recorded_at_once() -> None:
    media_file = kept()

    examine(kind("refuse"))

    assert media_file.examinations.get().problem == "It could not be examined: its end is missing."


def test_a_file_whose_worker_died_each_time_is_given_up() -> None:
    media_file = kept()
    now = timezone.now()
    ExaminationLease.objects.create(media_file=media_file, kind="size", leased_until=now, attempts=MOST_ATTEMPTS)

    examine(kind())

    assert media_file.examinations.get().problem == "Its examination was begun 3 times and never came to an end."


def test_an_original_that_is_missing_is_asked_for_again_and_never_given_up() -> None:
    media_file = kept()
    store = storages["originals"]
    content = store.open(media_file.storage_path).read()
    store.delete(media_file.storage_path)

    for _attempt in range(MOST_ATTEMPTS + 1):
        examine(kind())
        wait(LEASE)
    assert not media_file.examinations.exists()
    keep_original(BytesIO(content))
    examine(kind())

    assert results(media_file) == [{"bytes": 9, "mime_type": "image/jpeg"}]


def test_a_worker_looks_at_what_is_new_and_now_and_then_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    old, now = kept(b"old"), timezone.now()
    examine(kind(), is_all=True)
    seen = ExaminationsSeen.objects.get()
    assert seen.last_file == old.pk

    new = kept(b"new")
    forgotten = kept(b"forgotten")
    ExaminationsSeen.objects.update(last_file=forgotten.pk)
    newest = kept(b"newest")
    examine(kind(), is_all=True)
    assert [len(results(each)) for each in (old, new, forgotten, newest)] == [1, 0, 0, 1]

    monkeypatch.setattr(timezone, "now", lambda: now + ALL_SEEN_EVERY + timedelta(seconds=1))
    examine(kind(), is_all=True)
    assert [len(results(each)) for each in (old, new, forgotten, newest)] == [1, 1, 1, 1]


def test_a_worker_takes_up_again_what_waited_and_all_of_another_version() -> None:
    old = kept(b"old")
    examine(kind("crash"), is_all=True)
    assert ExaminationsSeen.objects.get().last_file >= old.pk - 1
    kept(b"new")
    examine(kind("crash"), is_all=True)

    wait(RETRIED_AFTER)
    examine(kind(), is_all=True)
    assert len(results(old)) == 1
    examine(kind(version="2"), is_all=True)
    assert len(results(old)) == 2


def test_a_file_whose_worker_died_is_taken_up_again_when_its_lease_is_over() -> None:
    left = kept(b"left")
    ExaminationLease.objects.create(media_file=left, kind="size", leased_until=timezone.now() + LEASE)
    newer = kept(b"newer")

    examine(kind(), is_all=True)
    assert (len(results(left)), len(results(newer))) == (0, 1)
    # The worker has looked past it: it is to be found by its lease alone.
    assert ExaminationsSeen.objects.get().last_file > left.pk
    wait(LEASE)
    examine(kind(), is_all=True)

    assert len(results(left)) == 1 and not ExaminationLease.objects.exists()


def test_a_worker_asks_little_where_nothing_is_to_do(django_assert_max_num_queries: object) -> None:
    kept()
    examine(kind(), is_all=True)

    with django_assert_max_num_queries(5):
        assert not examine_some(kinds=[kind()], is_all=True)


@pytest.mark.django_db(transaction=True)
def test_two_workers_examine_no_file_twice() -> None:
    files = [kept(f"picture {number}".encode()) for number in range(6)]

    together(*[lambda: examine(kind())] * 3)

    assert [len(results(media_file)) for media_file in files] == [1] * 6
    assert Examination.objects.count() == 6 and not ExaminationLease.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_lease_that_ran_out_is_taken_by_one() -> None:
    media_file = kept()
    ExaminationLease.objects.create(media_file=media_file, kind="size", leased_until=timezone.now() - LEASE)

    together(*[lambda: examine(kind())] * 3)

    assert len(results(media_file)) == 1
