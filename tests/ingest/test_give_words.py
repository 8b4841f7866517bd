"""Captions lists and sidecars that come without their pictures, or after them."""

import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import Accession, Item
from archive.ingest import give_words, tasks
from archive.ingest.captions_list import parse_list
from archive.ingest.delivery import Delivered
from archive.ingest.failed_lines import retry_failed
from archive.ingest.form_files import receive_words
from archive.ingest.models import AccessionLine, DeliveredList, DeliveredRow, DeliveredSidecar, WeighedWords
from archive.ingest.process_lines import work_off
from archive.ingest.receive_files import Arrived, arrive, record_arrivals
from archive.ledger.models import LedgerEntry
from archive.operation.ledger_comparison import differences
from tests.builders import NOW, make_accession
from tests.ingest.pictures import jpeg, xmp
from tests.ingest.test_process_lines import receive
from tests.two_at_once import meet

pytestmark = pytest.mark.django_db


def keep(accession: Accession, content: str, name: str = "words.csv") -> DeliveredList:
    raw = content.encode()
    return give_words.keep_list(parse_list(raw, name=name), raw, accession=accession, by=None)


def words(item: Item) -> list[str]:
    return [caption.text for caption in item.captions.order_by("pk")]


def test_a_list_before_its_pictures_waits_for_them() -> None:
    accession = make_accession()
    keep(accession, "filename,caption\na.jpg,Off Dunkirk\nb.jpg,Off Calais\n")

    assert give_words.give(accession) == 0
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg")
    work_off()
    given = give_words.give_due()
    work_off()

    assert given == 1
    assert words(Item.objects.get()) == ["Off Dunkirk"]
    assert dict(DeliveredRow.objects.values_list("file_name", "line__about__original_name")) == {
        "a.jpg": "a.jpg", "b.jpg": None,
    }  # fmt: skip


def test_a_corrected_list_stands_beside_the_first_and_the_same_again_adds_nothing() -> None:
    accession = make_accession()
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg")
    work_off()
    for content in ("a.jpg,Off Dunkirk", "a.jpg,Off Calais", "a.jpg,Off Dunkirk\n", "a.jpg,Off Calais"):
        keep(accession, f"filename,caption\n{content}")
        give_words.give(accession)
        work_off()

    item = Item.objects.get()
    assert words(item) == ["Off Dunkirk", "Off Calais"]
    assert {caption.accession_id for caption in item.captions.all()} == {accession.pk}
    reasons = list(AccessionLine.objects.exclude(about=None).order_by("pk").values_list("reason", flat=True))
    assert reasons == [
        "What it says anew stands beside what was said before.",
        "What it says anew stands beside what was said before.",
        "It says what was said before.",
    ]
    assert AccessionLine.objects.files().count() == 1
    assert DeliveredList.objects.count() == 3
    assert list(differences()) == []


def test_a_row_that_may_be_of_several_files_is_given_to_none_of_them() -> None:
    accession = make_accession()
    for n, folder in enumerate("xy"):
        receive(io.BytesIO(jpeg(n)), accession=accession, original_name="a.jpg", delivered_path=f"{folder}/a.jpg")
    work_off()
    keep(accession, "filename,caption\na.jpg,Off Dunkirk\ny/a.jpg,Off Calais\n")

    give_words.give(accession)
    work_off()

    row = DeliveredRow.objects.get(line=None)
    assert "may be any of 2 files (x/a.jpg, y/a.jpg) and was given to none" in row.why_not
    assert [words(item) for item in Item.objects.order_by("pk")] == [[], ["Off Calais"]]


def test_a_row_that_may_be_of_several_announced_files_does_not_go_to_the_first_that_comes() -> None:
    accession = make_accession()
    keep(accession, "filename,caption\na.jpg,Off Dunkirk\n")

    give_words.with_waiting_rows([Delivered("x/a.jpg", 1), Delivered("y/a.jpg", 1)], accession)
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg", delivered_path="x/a.jpg")
    work_off()

    assert give_words.give_due() == 0
    assert "may be any of 2 files" in DeliveredRow.objects.get().why_not


TWO_DAYS = "filename,caption\nday1/IMG_1.jpg,one\nday2/IMG_1.jpg,two\n"


def announced(accession: Accession, *paths: str) -> dict[str, str]:
    """Announce a batch; return the captions that its files are to get."""
    files, _remarks = give_words.with_waiting_rows([Delivered(path, 1) for path in paths], accession)
    return {file.path: file.stated["caption"] for file in files if file.stated}


@pytest.mark.parametrize("folder", ["", "card.zip/"], ids=["a folder", "an archive"])
def test_a_row_that_names_a_folder_waits_for_the_file_in_it(folder: str) -> None:
    accession = make_accession()
    keep(accession, TWO_DAYS.replace("day", f"{folder.removesuffix('.zip/')}/day" if folder else "day"))

    for day, caption in (("day1", "one"), ("day2", "two")):
        # The second batch is announced before anything of the first is recorded.
        assert announced(accession, f"{folder}{day}/IMG_1.jpg") == {f"{folder}{day}/IMG_1.jpg": caption}
    assert set(DeliveredRow.objects.values_list("why_not", flat=True)) == {""}


def test_a_row_is_not_given_to_a_file_of_its_name_in_another_folder() -> None:
    accession = make_accession()
    keep(accession, "filename,caption\nday2/IMG_1.jpg,two\n")

    assert announced(accession, "day1/IMG_1.jpg") == announced(accession, "day1/IMG_1.jpg", "day3/IMG_1.jpg") == {}
    assert announced(accession, "IMG_1.jpg") == {}
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="IMG_1.jpg", delivered_path="day1/IMG_1.jpg")
    assert give_words.give(accession) == 0
    receive(io.BytesIO(jpeg(2)), accession=accession, original_name="IMG_1.jpg", delivered_path="day2/IMG_1.jpg")
    assert give_words.give(accession) == 1
    assert DeliveredRow.objects.get().line.about.delivered_path == "day2/IMG_1.jpg"


def test_a_row_without_a_folder_leaves_a_file_to_the_row_that_names_its_path() -> None:
    accession = make_accession()
    keep(accession, "filename,caption\na.jpg,of the top\nday1/a.jpg,of the day\n")
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg", delivered_path="day1/a.jpg")

    assert [give_words.give(accession), give_words.give(accession)] == [1, 0]
    work_off()

    assert words(Item.objects.get()) == ["of the day"]
    assert announced(accession, "a.jpg") == {"a.jpg": "of the top"}


def test_a_sidecar_in_a_folder_waits_for_the_picture_in_it() -> None:
    accession = make_accession()
    receive_words("day2/a.xmp", xmp("of day 2"), accession=accession, by=None)
    for n, day in enumerate(("day1", "day3", "card/day2")):
        receive(io.BytesIO(jpeg(n)), accession=accession, original_name="a.jpg", delivered_path=f"{day}/a.jpg")
        give_words.give(accession)

    sidecar = DeliveredSidecar.objects.get()
    assert (sidecar.line.about.delivered_path, sidecar.why_not) == ("card/day2/a.jpg", "")


@pytest.mark.parametrize(
    ("sidecar", "files", "given"),
    [
        ("day1.zip/a.xmp", ["day2.zip/a.jpg", "day2/a.jpg", "x/day1.zip/a.jpg"], None),
        ("day1.zip/a.xmp", ["day2.zip/a.jpg", "a.jpg"], "a.jpg"),
        ("day1.zip/a.xmp", ["a.jpg", "day1.zip/a.jpg"], "day1.zip/a.jpg"),
        ("day1.zip/in.zip/a.xmp", ["day1.zip/a.jpg", "a.jpg"], "a.jpg"),
        ("day1.zip/DCIM/a.xmp", ["day2.zip/DCIM/a.jpg", "DCIM/a.jpg", "a.jpg"], None),
        ("day1.zip/DCIM/a.xmp", ["day1.zip/a.jpg", "Day1.zip/dcim/A.JPG"], "Day1.zip/dcim/A.JPG"),
    ],
    ids=str,
)
def test_a_sidecar_from_an_archive_goes_to_no_file_of_another(
    sidecar: str, files: list[str], given: str | None
) -> None:
    accession = make_accession()
    content = xmp("of a")
    lone = Delivered(sidecar, len(content), lambda: io.BytesIO(content), base=sidecar.partition("/")[0])
    assert give_words.take_words([lone], accession=accession, by=None) == []
    for n, path in enumerate(files):
        receive(io.BytesIO(jpeg(n)), accession=accession, original_name=path.rpartition("/")[2], delivered_path=path)

    assert give_words.give(accession) == (given is not None)
    kept = DeliveredSidecar.objects.get()
    assert (kept.name, kept.why_not) == (sidecar, "")
    assert (kept.line and kept.line.about.delivered_path) == given


def test_a_sidecar_finds_its_picture_whichever_came_first() -> None:
    accession = make_accession()
    receive_words("a.xmp", xmp("of a"), accession=accession, by=None)
    receive_words("b.jpg.xmp", xmp("of b"), accession=accession, by=None)
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg", delivered_path="d/a.jpg")
    work_off()
    give_words.give_due()
    work_off()

    assert words(Item.objects.get()) == ["of a"]
    assert DeliveredSidecar.objects.get(line=None).name == "b.jpg.xmp"
    receive_words("a.xmp", xmp("of a, corrected"), accession=accession, by=None)
    work_off()
    assert words(Item.objects.get()) == ["of a", "of a, corrected"]


@pytest.mark.parametrize("name", ["words.csv", "a.xmp"])
def test_words_that_the_database_does_not_take_are_not_refused(name: str) -> None:
    accession = make_accession()
    content = xmp("of a") if name == "a.xmp" else b"filename,caption\na.jpg,Off Dunkirk\n"

    def fail(execute: Any, sql: str, *given: Any) -> Any:
        if sql.startswith('INSERT INTO "ingest_delivered'):
            raise OperationalError("database is locked")
        return execute(sql, *given)

    with connection.execute_wrapper(fail), pytest.raises(OperationalError):
        receive_words(name, content, accession=accession, by=None)
    assert AccessionLine.objects.count() == 0
    assert receive_words(name, content, accession=accession, by=None) is None
    assert DeliveredList.objects.count() + DeliveredSidecar.objects.count() == 1


def test_a_sidecar_that_may_be_of_several_pictures_says_so() -> None:
    accession = make_accession()
    for n, name in enumerate(("a.jpg", "a.png")):
        receive(io.BytesIO(jpeg(n)), accession=accession, original_name=name)
    work_off()

    receive_words("a.xmp", xmp("of which?"), accession=accession, by=None)

    assert "may belong to any of 2 files (a.jpg, a.png)" in DeliveredSidecar.objects.get().why_not


def test_words_of_a_file_that_is_refused_are_not_used_and_say_so() -> None:
    accession = make_accession()
    receive(io.BytesIO(b"no picture"), accession=accession, original_name="a.jpg")
    keep(accession, "filename,caption\na.jpg,Off Dunkirk\n")
    give_words.give(accession)
    work_off()

    line = AccessionLine.objects.exclude(about=None).get()
    assert (line.outcome, line.reason) == (
        "REFUSED", "“a.jpg” is not in the archive, so what was said of it was not used.",
    )  # fmt: skip


def test_words_of_a_file_that_was_refused_wait_for_a_good_one() -> None:
    accession = make_accession()
    keep(accession, "filename,caption\na.jpg,Off Dunkirk\nb.jpg,Off Calais\n")
    receive_words("a.xmp", xmp("of a"), accession=accession, by=None)
    receive(io.BytesIO(b"no picture"), accession=accession, original_name="a.jpg")
    row = DeliveredRow.objects.get(file_name="b.jpg")
    came = Arrived("b.jpg", 0, refusal="it is empty", stated={"row": str(row.pk), "caption": "Off Calais"})
    record_arrivals([came], accession=accession, by=None, way="PAGE")
    give_words.give(accession)
    work_off()
    assert give_words.give(accession) == 0

    assert announced(accession, "b.jpg") == {"b.jpg": "Off Calais"}
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg")
    assert give_words.give(accession) == 2
    work_off()

    assert sorted(words(Item.objects.get())) == ["Off Dunkirk", "of a"]


def test_words_are_given_though_lines_use_up_each_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    accession = make_accession()
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg")
    work_off()
    # Nobody gave them: who kept the list was killed.
    keep(accession, "filename,caption\na.jpg,Off Dunkirk\n")
    now = [0.0]

    def take_the_whole_turn(execute: Any, sql: str, *given: Any) -> Any:
        if sql.startswith('UPDATE "ingest_accessionline"'):
            now[0] += tasks.TURN_SECONDS
        return execute(sql, *given)

    monkeypatch.setattr(tasks, "time", SimpleNamespace(monotonic=lambda: now[0]))
    # The next turn would begin within this one: tasks are eager here.
    monkeypatch.setattr(tasks, "wake", lambda: None)
    receive(io.BytesIO(jpeg(2)), accession=accession, original_name="b.jpg")
    with connection.execute_wrapper(take_the_whole_turn):
        tasks.work()

    assert DeliveredRow.objects.get().line.about.original_name == "a.jpg"


def many(accession: Accession, number: int) -> None:
    """Receive files that nobody reads, and keep a list of them all."""
    record_arrivals(
        [Arrived(f"{n}.jpg", 1, f"{n:064d}", spool_name=f"{n}") for n in range(number)],
        accession=accession, by=None, way="PAGE",
    )  # fmt: skip
    keep(accession, "filename,caption\n" + "".join(f"{n}.jpg,words {n}\n" for n in range(number)))


def test_of_many_rows_the_sender_waits_for_some_and_workers_give_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    accession = make_accession()
    monkeypatch.setattr(give_words, "IN_A_BATCH", 3)
    many(accession, 8)

    assert give_words.give_some(accession, most=2) == 2
    assert accession.weighed_words.is_under_way
    # Whoever is killed between two batches leaves each row given or waiting, and the next one goes on.
    is_over = iter([False, True])
    assert give_words.give_due(is_enough=lambda: next(is_over)) == 3
    assert accession.weighed_words.is_under_way
    assert [give_words.give_due(), give_words.give_due()] == [3, 0]

    given = DeliveredRow.objects.exclude(line=None).select_related("line__about")
    assert {row.file_name: row.line.about.original_name for row in given} == {f"{n}.jpg": f"{n}.jpg" for n in range(8)}
    assert [row.line.stated for row in given.order_by("pk")] == [{"caption": f"words {n}"} for n in range(8)]
    assert AccessionLine.objects.exclude(about=None).count() == 8
    assert LedgerEntry.objects.filter(verb="receive words").count() == 8
    assert not WeighedWords.objects.get().is_under_way


def test_a_batch_of_rows_is_written_by_few_queries(django_assert_max_num_queries: Any) -> None:
    accession = make_accession()
    many(accession, 60)

    with django_assert_max_num_queries(40):
        assert give_words.give(accession) == 60


def test_a_long_list_is_weighed_once_however_many_batches_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accession = make_accession()
    monkeypatch.setattr(give_words, "IN_A_BATCH", 2)
    many(accession, 10)

    with CaptureQueriesContext(connection) as asked:
        assert give_words.give(accession) == 10

    of_all_rows = [
        each["sql"]
        for each in asked
        if '"ingest_deliveredrow"."stated"' in each["sql"] and '"ingest_deliveredrow"."id" IN' not in each["sql"]
    ]
    assert len(of_all_rows) == 1


def test_the_first_list_comes_before_the_second_also_over_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    accession = make_accession()
    monkeypatch.setattr(give_words, "IN_A_BATCH", 2)
    many(accession, 3)
    keep(accession, "filename,caption\n" + "".join(f"{n}.jpg,corrected {n}\n" for n in range(3)))

    assert give_words.give(accession) == 6

    words_of_first = AccessionLine.objects.filter(about__original_name="2.jpg").order_by("pk")
    assert [line.stated["caption"] for line in words_of_first] == ["words 2", "corrected 2"]


def test_words_that_nobody_gave_are_found_however_long_ago_they_came() -> None:
    accession = make_accession()
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg")
    work_off()
    keep(accession, "filename,caption\na.jpg,Off Dunkirk\n")
    # No worker ran for a week after the one who kept them was killed.
    AccessionLine.objects.update(finished_at=NOW - timedelta(days=7))

    assert give_words.give_due() == 1


def test_words_that_wait_are_weighed_again_once_something_came() -> None:
    accession = make_accession()
    keep(accession, "filename,caption\nb.jpg,Off Dunkirk\n")
    assert give_words.give_due() == 0
    WeighedWords.objects.update(weighed_until=timezone.now() + timedelta(days=1))
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="b.jpg")
    work_off()
    # All that came is from before they were weighed: nobody weighs them for nothing.
    assert give_words.give_due() == 0

    WeighedWords.objects.update(weighed_until=timezone.now() - timedelta(minutes=1))

    assert give_words.give_due() == 1


def test_every_row_that_may_be_of_several_files_says_so_however_many_there_are() -> None:
    accession = make_accession()
    for folder in "xy":
        for n in range(25):
            came = arrive(io.BytesIO(jpeg(n)), original_name=f"{n}.jpg", delivered_path=f"{folder}/{n}.jpg")
            record_arrivals([came], accession=accession, by=None, way="PAGE")
    keep(accession, "filename,caption\n" + "".join(f"{n}.jpg,words\n" for n in range(25)))

    give_words.give(accession)

    assert not DeliveredRow.objects.filter(why_not="").exists()


DISK = "filename,caption\nC:\\Users\\me\\day1\\a.jpg,one\n"


@pytest.mark.parametrize(
    ("rows", "files", "given"),
    [
        (DISK, ["a.jpg"], {"one": "a.jpg"}),
        (DISK, ["day1/a.jpg"], {"one": "day1/a.jpg"}),
        (DISK, ["a.jpg", "day1/a.jpg"], {"one": "day1/a.jpg"}),
        (DISK, ["card.zip/a.jpg"], {"one": "card.zip/a.jpg"}),
        (DISK, ["day2/a.jpg"], {}),
        (DISK + "D:/day1/a.jpg,two\n", ["a.jpg"], {}),
        (DISK + "a.jpg,two\n", ["a.jpg"], {"two": "a.jpg"}),
        ("filename,caption\n/home/me/a.jpg,one\n", ["a.jpg"], {"one": "a.jpg"}),
        ("filename,caption\n\\\\server\\share\\a.jpg,one\n", ["A.JPG"], {"one": "A.JPG"}),
        ("filename,caption\nday1/a.jpg,one\n", ["a.jpg"], {}),
    ],
    ids=[
        "a bare name", "in its folder", "the longer end", "in an archive", "in another folder", "two rows",
        "a row that names it whole", "from the root", "of a server", "no path of a disk",
    ],
)  # fmt: skip
def test_a_path_of_a_disk_finds_the_file_at_its_end(rows: str, files: list[str], given: dict[str, str]) -> None:
    accession = make_accession()
    for n, path in enumerate(files):
        receive(io.BytesIO(jpeg(n)), accession=accession, original_name=path.rpartition("/")[2], delivered_path=path)
    keep(accession, rows)

    give_words.give(accession)

    known = DeliveredRow.objects.exclude(line=None).values_list("stated__caption", "line__about__delivered_path")
    assert dict(known) == given
    told = " ".join(accession.remarks.values_list("text", flat=True))
    assert ("is a path of a disk; by its end it was taken for" in told) == ("one" in given)
    assert ("may be the file of several lines (2, 3)" in told) == (rows.count(":") == 2)


def test_a_sidecar_without_a_folder_that_goes_to_a_file_in_one_is_told() -> None:
    accession = make_accession()
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg", delivered_path="day1/a.jpg")
    receive_words("a.xmp", xmp("of a"), accession=accession, by=None)

    remark = accession.remarks.get()
    assert remark.about == "a.xmp"
    assert remark.text == "It came without a folder, and was taken for day1/a.jpg, the only file of its name."


def test_accessions_for_which_there_is_no_time_wait_for_another_turn() -> None:
    for n in range(2):
        accession = make_accession(title=f"{n}")
        receive(io.BytesIO(jpeg(n)), accession=accession, original_name="a.jpg")
        keep(accession, "filename,caption\na.jpg,Off Dunkirk\n")
    answers = iter([False, True])

    assert give_words.give_due(is_enough=lambda: next(answers)) == 1
    assert give_words.give_due() == 1


def test_words_that_failed_can_be_tried_again() -> None:
    accession = make_accession()
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg")
    work_off()
    keep(accession, "filename,caption\na.jpg,Off Dunkirk\n")
    # Nobody gave them: who kept the list was killed.
    AccessionLine.objects.update(finished_at=NOW)
    assert give_words.give_due() == 1
    AccessionLine.objects.exclude(about=None).update(state=AccessionLine.State.FAILED)

    assert retry_failed(by=None) == 1
    work_off()

    assert words(Item.objects.get()) == ["Off Dunkirk"]


def test_words_wait_until_their_file_is_read() -> None:
    accession = make_accession()
    line = receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg")
    keep(accession, "filename,caption\na.jpg,Off Dunkirk\n")
    give_words.give(accession)
    AccessionLine.objects.filter(pk=line.pk).update(state=AccessionLine.State.FAILED)

    work_off()
    assert AccessionLine.objects.exclude(about=None).get().state == AccessionLine.State.WAITING
    AccessionLine.objects.filter(pk=line.pk).start_again()
    work_off()
    work_off()

    assert words(Item.objects.get()) == ["Off Dunkirk"]


def test_the_ledger_tells_what_was_kept_and_what_it_was_given_to() -> None:
    accession = make_accession()
    receive(io.BytesIO(jpeg(1)), accession=accession, original_name="a.jpg")
    work_off()
    keep(accession, "filename,caption\na.jpg,Off Dunkirk\n")
    give_words.give(accession)
    work_off()

    verbs = LedgerEntry.objects.order_by("sequence").values_list("verb", flat=True)
    assert [verb for verb in verbs if "words" in verb or "list" in verb] == [
        "receive captions list", "receive words", "add words",
    ]  # fmt: skip


@pytest.mark.parametrize("change", [{"stated": {}}, {"file_name": "b.jpg"}, {"line_number": 3}], ids=str)
def test_a_row_is_kept_as_it_came(change: dict[str, Any]) -> None:
    keep(make_accession(), "filename,caption\na.jpg,Off Dunkirk\n")

    with pytest.raises(DatabaseError), transaction.atomic():
        DeliveredRow.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        DeliveredList.objects.update(name="other.csv")


@pytest.mark.django_db(transaction=True)
def test_two_who_give_at_once_give_each_row_once() -> None:
    accession = make_accession()
    for n in range(3):
        receive(io.BytesIO(jpeg(n)), accession=accession, original_name=f"{n}.jpg")
    keep(accession, "filename,caption\n" + "".join(f"{n}.jpg,words {n}\n" for n in range(3)))
    given: list[int] = []

    meet(*[lambda: given.append(give_words.give(accession))] * 2)

    assert sorted(given) == [0, 3]
    assert AccessionLine.objects.exclude(about=None).count() == 3


def test_a_caption_that_came_later_says_so_on_the_page_of_its_item(client: Client, people: dict[str, User]) -> None:
    accession = make_accession()
    keep(accession, "filename,caption\na.jpg,Off Dunkirk\n")
    came = arrive(io.BytesIO(jpeg(1)), original_name="a.jpg", stated={"caption": "Off Calais"})
    record_arrivals([came], accession=accession, by=None, way="PAGE")
    work_off()
    client.force_login(people["archivist"])
    address = reverse("item", args=[Item.objects.get().pk])
    before = client.get(address).content.decode()

    give_words.give(accession)
    work_off()

    page = client.get(address).content.decode()
    assert "recorded later," not in before
    assert page.count("recorded later,") == 1
    assert "Off Calais" in page
    assert "Off Dunkirk" in page
