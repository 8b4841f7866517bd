"""News documents of agencies on their way in: claims, captions, versions, notices."""

import re
import threading
from concurrent.futures import wait
from datetime import timedelta
from functools import partial
from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive.catalogue.models import Access, Accession, Caption, FurtherAccession, Item
from archive.claims.models import Claim
from archive.claims.notices import notices_of, standing
from archive.extraction.models import NewsVersion, Reading
from archive.ingest import give_news, give_words, process_lines
from archive.ingest.delivery import Delivered
from archive.ingest.give_news import keep_news
from archive.ingest.models import AccessionLine, AccessionRemark, DeliveredSidecar
from archive.ledger.not_done import NotDone
from archive.operation.ledger_comparison import differences
from archive.review.access import ReleaseAsks, set_access
from archive.review.claim_rulings import rule
from archive.review.flags import decide_on_flag, erase_words
from archive.review.models import Flag
from archive.standards.vocabulary import Property, Standing
from tests.builders import make_accession, make_place
from tests.extraction.readers.news import newsml, ninjs
from tests.ingest.pictures import delivery, jpeg
from tests.ingest.test_command import ingest
from tests.ingest.test_process_lines import receive
from tests.two_at_once import meet, together

pytestmark = pytest.mark.django_db(transaction=True)


def drop(folder: Path, document: str, *, name: str = "boat.xml", shade: int = 1) -> Path:
    """Put a picture with its document into a folder."""
    delivery(folder, boat_jpg=jpeg(shade))
    (folder / name).write_text(document)
    return folder


def standings(item: Item, name: Property) -> list[tuple[str, str]]:
    claims = item.claims.with_standing().filter(property=name).order_by("pk")
    return [(claim.as_written, claim.standing) for claim in claims]


def notices(item: Item) -> list[str]:
    return [str(notice.kind) for notice in standing(notices_of([item], at=timezone.now())[item.pk])]


def test_a_picture_comes_in_with_what_its_news_document_says(tmp_path: Path) -> None:
    make_place("Dunkirk")
    told, code = ingest(drop(tmp_path / "d", newsml(content_meta="<creditline>Strand</creditline>")))

    item = Item.objects.get()
    assert (code, [line["outcome"] for line in told]) == (0, ["created"])
    assert item.lead_caption == "A crowded boat off Dunkirk, France, on Tuesday, June 18, 2024."
    assert item.headline == "Boat off Dunkirk"
    assert item.date_created_edtf == "2024-06-18T05:12:00+02:00"
    caption = item.captions.get(role="DESCRIPTION")
    assert (caption.origin, caption.group, caption.tag, caption.language) == (
        "SIDECAR", "NewsML-G2", "description", "en-GB",
    )  # fmt: skip
    credit = Claim.objects.get(property=Property.CREDIT_LINE, source__group="NewsML-G2")
    assert (credit.value_text, credit.source.tag, credit.source.kind) == (
        "Strand", "creditline", "EMBEDDED_DESCRIPTION",
    )  # fmt: skip
    assert list(NewsVersion.objects.values_list("guid", "version", "media_file")) == [
        ("urn:newsml:strand.example:20240618:boat-1", "1", item.media_file_id)
    ]
    assert bytes(AccessionLine.objects.get().sidecar).decode().startswith("<newsItem")
    assert list(differences()) == []


def test_a_later_version_takes_the_place_of_what_the_earlier_claimed_and_its_words_stand_beside(tmp_path: Path) -> None:
    make_place("Dunkirk")
    make_place("Gravelines")
    credit = "<creditline>Strand</creditline>"
    ingest(drop(tmp_path / "d", newsml(content_meta=credit)))
    corrected = newsml(
        version=2, headline="Boat off Gravelines",
        caption="CORRECTED: A boat off Gravelines on Wednesday, June 19, 2024.",
        content_meta="<creditline>Strand / Made</creditline>",
    ).replace("2024-06-18T05:12:00", "2024-06-19T05:12:00")  # fmt: skip

    told, code = ingest(drop(tmp_path / "d", corrected))

    item = Item.objects.get()
    assert (code, [line["outcome"] for line in told]) == (0, ["already_held"])
    assert "Version 2 (2024-06-18 05:02 UTC) of its news document took the place of version 1" in told[0]["reason"]
    assert item.lead_caption.startswith("CORRECTED") and item.headline == "Boat off Gravelines"
    assert item.date_created_edtf == "2024-06-19T05:12:00+02:00" and not item.is_contested
    assert list(item.captions.filter(role="HEADLINE").values_list("text", flat=True)) == [
        "Boat off Dunkirk", "Boat off Gravelines",
    ]  # fmt: skip
    assert standings(item, Property.CREDIT_LINE) == [
        ("Strand", Standing.SUPERSEDED),
        ("Strand / Made", Standing.PROPOSED),
    ]
    ruling = Claim.objects.get(as_written="Strand").rulings.get()
    assert ruling.reason == "a later version of the news document does not say so" and ruling.ruled_by is None
    assert ruling.superseded_by.as_written == "Strand / Made"

    # And a third goes back to what the first said.
    ingest(drop(tmp_path / "d", newsml(version=3, content_meta=credit)))

    item.refresh_from_db()
    assert item.headline == "Boat off Dunkirk" and item.captions.filter(text="Boat off Dunkirk").count() == 2
    assert standings(item, Property.CREDIT_LINE) == [
        ("Strand", Standing.PROPOSED),
        ("Strand / Made", Standing.SUPERSEDED),
    ]
    assert list(differences()) == []


def test_a_version_that_comes_late_is_kept_and_leads_nothing(tmp_path: Path) -> None:
    ingest(drop(tmp_path / "d", newsml(version=2, headline="Second", item_meta='<pubStatus qcode="stat:canceled"/>')))

    told, _code = ingest(drop(tmp_path / "d", newsml(version=1, headline="First")))
    again, _code = ingest(drop(tmp_path / "d", newsml(version=2, headline="Second again")))

    item = Item.objects.get()
    assert "It is version 1 (2024-06-18 05:01 UTC) of a news document of which version 2" in told[0]["reason"]
    assert "It is version 2 (2024-06-18 05:02 UTC) of a news document of which version 2" in again[0]["reason"]
    assert item.headline == "Second" and item.captions.filter(role="HEADLINE").count() == 1
    assert Reading.objects.filter(reader="sidecar").count() == 3
    assert notices(item) == ["KILL"], "that it came late lifts nothing"
    call_command("reread_metadata", "--all")
    item.refresh_from_db()
    assert item.headline == "Second" and item.captions.filter(role="HEADLINE").count() == 1


def test_decisions_of_people_stand_against_a_later_version(tmp_path: Path, people) -> None:
    ingest(drop(tmp_path / "d", ninjs(renditions={}), name="boat.json"))
    creator = Claim.objects.get(property=Property.CREATOR)
    rule(creator, standing=Standing.ACCEPTED, by=people["moderator"], reason="asked her")

    ingest(drop(tmp_path / "d", ninjs(renditions={}, version="2", byline="Ole Made"), name="boat.json"))

    assert standings(Item.objects.get(), Property.CREATOR) == [("Ines Made", Standing.ACCEPTED)]


def test_a_damaged_document_is_told_with_the_picture(tmp_path: Path) -> None:
    told, _code = ingest(drop(tmp_path / "d", newsml()[:-20]))

    assert "Of its sidecar: The news document is damaged: it is not well-formed" in told[0]["reason"]
    assert AccessionLine.objects.get().has_problems
    reading = Reading.objects.get(reader="sidecar")
    assert (
        reading.state == "UNREADABLE" and "The news document is damaged: it is not well-formed" in reading.problems[0]
    )
    assert Caption.objects.count() == 0


def test_an_embargo_stands_until_its_moment(tmp_path: Path) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    ingest(drop(tmp_path / "d", ninjs(renditions={}, embargoed=tomorrow.isoformat()), name="boat.json"))

    item = Item.objects.get()
    assert notices(item) == ["EMBARGO"]
    assert standing(notices_of([item], at=tomorrow + timedelta(seconds=1))[item.pk]) == []


# --- Documents without their picture -------------------------------------------------------------------------------


def lone(folder: Path, document: str, *, name: str = "correction.xml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(document)
    return folder


def test_a_correction_without_its_picture_goes_to_the_one_that_is_held(tmp_path: Path) -> None:
    ingest(drop(tmp_path / "d", newsml()), accession="Monday")
    correction = newsml(
        version=2, href="", headline="Boat off Gravelines", item_meta='<pubStatus qcode="stat:canceled"/>'
    )

    told, code = ingest(lone(tmp_path / "e", correction), accession="Tuesday")
    again, _code = ingest(tmp_path / "e", accession="Tuesday")

    item = Item.objects.get()
    assert code == 0 and [line["outcome"] for line in told] == ["already_held"]
    assert told[0]["path"].endswith("e/correction.xml") and told[0]["item"] == item.pk
    assert "It is about “boat.jpg”. Version 2 (2024-06-18 05:02 UTC) of its news document" in told[0]["reason"]
    assert item.headline == "Boat off Gravelines" and notices(item) == ["KILL"]
    caption = item.captions.get(text="Boat off Gravelines")
    assert caption.accession.title == "Tuesday"
    words = AccessionLine.objects.get(about__isnull=False)
    assert (words.accession.title, words.about.accession.title, words.way) == ("Tuesday", "Monday", "COMMAND")
    assert words.given_sidecars.get().name.endswith("correction.xml")
    assert again == told and AccessionLine.objects.count() == 2
    assert list(differences()) == []


def test_a_document_of_nothing_that_is_held_is_kept_and_waits_for_its_picture(tmp_path: Path) -> None:
    told, code = ingest(lone(tmp_path / "d", newsml()), accession="Monday")

    assert code == 1 and told[0]["outcome"] == "kept" and "waits for a file that it names" in told[0]["reason"]
    assert DeliveredSidecar.objects.get(line=None).news_items.get().guid == "urn:newsml:strand.example:20240618:boat-1"

    delivery(tmp_path / "p", boat_jpg=jpeg(1))
    ingest(tmp_path / "p", accession="Monday")
    give_words.give_due()
    process_lines.work_off()

    item = Item.objects.get()
    assert item.headline == "Boat off Dunkirk"
    assert DeliveredSidecar.objects.get().line.about.item == item


@pytest.mark.parametrize("href", ["001.jpg", ""], ids=["by what it names", "by its name"])
def test_a_document_in_a_folder_waits_for_the_picture_in_it(tmp_path: Path, href: str) -> None:
    delivery(tmp_path / "d" / "a", **{"001_jpg": jpeg(1)})
    lone(tmp_path / "d" / "b", newsml(href=href), name="001.xml")

    told, _code = ingest(tmp_path / "d", accession="Monday")
    assert [(line["outcome"], line["path"]) for line in told][1:] == [("kept", str(tmp_path / "d" / "b" / "001.xml"))]
    assert Item.objects.get().headline == "" and DeliveredSidecar.objects.get().line is None

    delivery(tmp_path / "p" / "b", **{"001_jpg": jpeg(2)})
    ingest(tmp_path / "p", accession="Monday")

    assert [item.headline for item in Item.objects.order_by("pk")] == ["", "Boat off Dunkirk"]


@pytest.mark.usefixtures("no_worker")
@pytest.mark.parametrize(
    ("document", "href", "files", "given"),
    [
        ("b/001.xml", "001.jpg", ["a/001.jpg", "001.jpg", "d/b/001.jpg"], "d/b/001.jpg"),
        ("b/001.xml", "", ["d/b/001.jpg", "e/b/001.jpg"], None),
        ("b/n.xml", "pics/001.jpg", ["pics/001.jpg", "d/b/pics/001.jpg"], "d/b/pics/001.jpg"),
        ("n.xml", "pics/001.jpg", ["d/pics/001.jpg", "d/more/001.jpg"], "d/pics/001.jpg"),
        ("001.xml", "001.jpg", ["001.jpg", "a/001.jpg"], "001.jpg"),
        ("001.xml", "001.jpg", ["a/001.JPG", "b/001.jpg"], None),
        ("1.zip/001.xml", "001.jpg", ["2.zip/001.jpg", "1.zip/a/001.jpg", "a/001.jpg"], None),
        ("1.zip/001.xml", "", ["2.zip/001.jpg", "1.zip/002.jpg", "001.jpg"], "001.jpg"),
        ("1.zip/001.xml", "001.jpg", ["001.jpg", "1.zip/001.jpg"], "1.zip/001.jpg"),
        ("1.zip/a/001.xml", "001.jpg", ["001.jpg", "a/001.jpg", "2.zip/a/001.jpg"], None),
        ("1.zip/n.xml", "a/001.jpg", ["1.zip/b/001.jpg", "1.zip/a/001.jpg"], "1.zip/a/001.jpg"),
    ],
    ids=str,
)
def test_a_document_goes_to_no_file_of_another_folder_or_archive(
    document: str, href: str, files: list[str], given: str | None
) -> None:
    accession = make_accession()
    content = newsml(href=href).encode()
    base = "" if ".zip" in document else "given"
    path = f"{base}/{document}" if base else document
    file = Delivered(path, len(content), partial(BytesIO, content), news=("urn:1",), base=base)
    sidecar = keep_news(file, accession=accession, by=None)
    assert sidecar.name == document
    for n, name in enumerate(files):
        receive(BytesIO(jpeg(n)), accession=accession, original_name=name.rpartition("/")[2], delivered_path=name)

    assert give_words.give(accession) == (given is not None)
    sidecar.refresh_from_db()
    assert (sidecar.line and sidecar.line.about.delivered_path) == given
    assert AccessionLine.objects.exclude(about=None).count() == (given is not None)


@pytest.mark.usefixtures("no_worker")
@pytest.mark.parametrize("document", ["001.xml", "b/001.xml"])
def test_a_document_that_may_be_about_several_files_says_so_and_what_to_do(document: str) -> None:
    accession, content = make_accession(), newsml(href="001.jpg").encode()
    keep_news(
        Delivered(f"given/{document}", len(content), partial(BytesIO, content), news=("urn:1",), base="given"),
        accession=accession,
        by=None,
    )
    for n, name in enumerate(["d/b/001.jpg", "e/b/001.jpg"]):
        receive(BytesIO(jpeg(n)), accession=accession, original_name="001.jpg", delivered_path=name)

    assert (give_words.give(accession), give_words.give(accession)) == (0, 0)

    remark = AccessionRemark.objects.get()
    assert (remark.about, remark.is_problem) == (document, True)
    assert remark.text == (
        "It may be about any of 2 files (d/b/001.jpg, e/b/001.jpg) and was given to none. Send it with its picture, or "
        "in the folder of its picture."
    )
    assert AccessionRemark.objects.standing().get() == remark
    DeliveredSidecar.objects.update(line=AccessionLine.objects.first())
    assert not AccessionRemark.objects.standing().exists(), "it was given to one"


def test_a_correction_that_waits_is_given_once_its_picture_came_with_another_accession(tmp_path: Path) -> None:
    ingest(lone(tmp_path / "e", newsml(version=2, href="", headline="Boat off Gravelines")), accession="Tuesday")

    ingest(drop(tmp_path / "d", newsml()), accession="Monday")
    give_words.give_due()
    process_lines.work_off()

    assert Item.objects.get().headline == "Boat off Gravelines"


def test_what_is_damaged_or_about_no_picture_is_refused_by_name(tmp_path: Path) -> None:
    folder = lone(tmp_path / "d", newsml()[:-20], name="cut.xml")
    lone(folder, ninjs(type="text", without=("uri",), guid="tag:story"), name="story.json")

    told, code = ingest(folder)

    assert code == 1 and [line["outcome"] for line in told] == ["refused", "refused"]
    assert "The news document is damaged: it is not well-formed" in told[0]["reason"]
    assert "about no picture (text)" in told[1]["reason"]


def test_a_kill_for_two_renditions_goes_to_both(tmp_path: Path) -> None:
    folder = delivery(tmp_path / "d", big_jpg=jpeg(1), small_jpg=jpeg(2))
    renditions = {"a": {"href": "big.jpg"}, "b": {"href": "small.jpg"}}
    (folder / "n.json").write_text(ninjs(renditions=renditions))
    ingest(folder)

    ingest(lone(tmp_path / "k", ninjs(version="2", pubstatus="canceled", renditions={}), name="kill.json"))

    assert [notices(item) for item in Item.objects.order_by("pk")] == [["KILL"], ["KILL"]]


def test_the_accession_tells_where_its_document_went(tmp_path: Path, client: Client, people) -> None:
    ingest(drop(tmp_path / "d", newsml()), accession="Monday")
    ingest(lone(tmp_path / "e", newsml(version=2, href="", headline="Boat off Gravelines")), accession="Tuesday")
    ingest(lone(tmp_path / "f", newsml(guid="urn:unknown")), accession="Tuesday")
    client.force_login(people["archivist"])
    item = Item.objects.get()

    pages = [
        client.get(reverse("accession", args=[Accession.objects.get(title=title).pk])).content.decode()
        for title in ("Tuesday", "Monday")
    ]

    tuesday, monday = (" ".join(page.split()) for page in pages)
    assert "went to its picture</span>" in tuesday and f'<a href="/items/{item.pk}/">boat.jpg</a>' in tuesday
    assert "of its news document took the place of version 1" in tuesday and "waits for its picture" in tuesday
    assert "correction.xml came later: Version 2" in monday

    corrected = newsml(version=3, href="", caption="CORRECTED: off Gravelines.")
    ingest(lone(tmp_path / "g", corrected), accession="Wednesday")
    page = client.get(reverse("item", args=[item.pk]))
    assert page.context["lead"].caption.text == "CORRECTED: off Gravelines."


@pytest.mark.usefixtures("no_worker")
def test_two_workers_with_two_versions_of_one_document_end_with_the_later(tmp_path: Path) -> None:
    for number in range(3):
        guid = f"urn:{number}"
        ingest(drop(tmp_path / f"d{number}", newsml(guid=guid), shade=10 + number), accession="Monday")
        accessions = [make_accession(title=f"{number}, {version}") for version in (2, 3)]
        for accession, version in zip(accessions, (2, 3), strict=True):
            document = newsml(guid=guid, version=version, href="", headline=f"Version {version}").encode()
            file = Delivered("c.xml", len(document), partial(BytesIO, document), news=(guid,))
            keep_news(file, accession=accession, by=None)
            assert give_words.give(accession) == 1
        lines = [AccessionLine.objects.get(accession=accession) for accession in accessions]
        both_have_read = threading.Barrier(2, timeout=60)

        def work(line: AccessionLine, both_have_read: threading.Barrier = both_have_read) -> None:
            with process_lines.Bench(1) as bench:
                bench.take(process_lines.lease(count=1, lines=[line.pk]))
                wait([job.future for job in bench.jobs])
                both_have_read.wait()
                bench.finish_some()

        together(*[lambda line=line: work(line) for line in lines])

        item = Item.objects.order_by("pk").last()
        assert item.headline == "Version 3"
        assert set(AccessionLine.objects.filter(item=item).values_list("state", flat=True)) == {"DONE"}
        standing_dates = item.claims.with_standing().filter(property="date_created", source__group="NewsML-G2")
        assert [claim.standing for claim in standing_dates].count("PROPOSED") == 1
    assert list(differences()) == []


@pytest.mark.usefixtures("no_worker")
def test_two_who_give_one_document_at_once_give_it_once(tmp_path: Path) -> None:
    ingest(drop(tmp_path / "d", newsml()), accession="Monday")
    accession = make_accession(title="Tuesday")
    document = newsml(version=2, href="").encode()
    guid = ("urn:newsml:strand.example:20240618:boat-1",)

    def bring() -> None:
        keep_news(Delivered("c.xml", 1, partial(BytesIO, document), news=guid), accession=accession, by=None)
        give_words.give(accession)

    together(bring, bring)

    assert DeliveredSidecar.objects.count() == 1 and DeliveredSidecar.objects.get().news_items.count() == 1
    assert AccessionLine.objects.exclude(about=None).count() == 1


# --- A kill of what is public --------------------------------------------------------------------------------------


def released(folder: Path, people) -> Item:
    ingest(drop(folder, newsml()), accession="Monday")
    item = Item.objects.get()
    set_access([item], access=Access.RELEASED, by=people["moderator"])
    return item


KILL = newsml(version=2, href="", item_meta='<pubStatus qcode="stat:canceled"/>')


def test_a_kill_of_what_is_public_flags_it_for_moderators_and_takes_nothing_back(
    tmp_path: Path, client: Client, people
) -> None:
    item = released(tmp_path / "d", people)

    ingest(lone(tmp_path / "e", KILL), accession="Tuesday")
    ingest(lone(tmp_path / "e", KILL.replace('version="2"', 'version="3"')), accession="Wednesday")

    item.refresh_from_db()
    flag = Flag.objects.get()
    assert item.access == Access.RELEASED
    assert (flag.item, flag.ground, flag.flagged_by, flag.by_whom) == (item, "RIGHTS", None, "Strandline")
    assert "Withdrawn by its supplier (kill): “stat:canceled” (NewsML-G2:pubStatus)" in flag.note
    assert not flag.is_of_visitor and list(differences()) == []

    client.force_login(people["moderator"])
    queue = client.get(reverse("flags")).content.decode()
    page = client.get(reverse("flag", args=[flag.pk])).content.decode()
    assert "Strandline" in queue and "Raised by the archive itself" in page and "From a visitor" not in page
    with pytest.raises(NotDone, match="raised by the archive itself"):
        erase_words(flag, by=people["moderator"], reason="asked")
    decide_on_flag(flag, outcome="UPHELD", by=people["moderator"], reason="killed", takes_down=True)
    item.refresh_from_db()
    assert item.access == Access.RESTRICTED


@pytest.mark.parametrize("fields", [{}, {"version": "v2"}, {"versioncreated": "2024-06-19T05:20:00Z"}], ids=str)
def test_a_kill_that_gives_no_number_is_never_taken_for_an_earlier_version(tmp_path: Path, people, fields) -> None:
    ingest(drop(tmp_path / "d", ninjs(renditions={}), name="boat.json"), accession="Monday")
    item = Item.objects.get()
    set_access([item], access=Access.RELEASED, by=people["moderator"], reason="cleared")
    leaves = tuple(name for name in ("version", "versioncreated") if name not in fields)

    kill = ninjs(renditions={}, pubstatus="canceled", without=leaves, **fields)
    ingest(lone(tmp_path / "e", kill, name="kill.json"), accession="Tuesday")

    assert notices(item) == ["KILL"] and Flag.objects.get().item == item
    assert list(differences()) == []


def test_what_is_not_public_is_asked_about_at_its_release_and_not_flagged(tmp_path: Path, people) -> None:
    ingest(drop(tmp_path / "d", newsml()), accession="Monday")
    ingest(lone(tmp_path / "e", KILL), accession="Tuesday")

    assert not Flag.objects.exists()
    with pytest.raises(ReleaseAsks) as asked:
        set_access([Item.objects.get()], access=Access.RELEASED, by=people["moderator"])
    [[notice]] = asked.value.notices.values()
    assert notice.kind == "KILL"


def test_words_that_bound_no_use_flag_nothing(tmp_path: Path, people) -> None:
    released(tmp_path / "d", people)

    ingest(lone(tmp_path / "e", newsml(version=2, href="", headline="Boat off Gravelines")), accession="Tuesday")

    assert not Flag.objects.exists()


def send_again(content: bytes, **accession: str) -> None:
    """Send bytes that are held with another accession, as the page does."""
    receive(BytesIO(content), accession=make_accession("Again", **accession), original_name="b.jpg")
    process_lines.work_off()


def test_the_terms_of_each_accession_that_brought_a_picture_bound_its_release(people) -> None:
    send_again(jpeg(1), terms="Free to use.")
    item = Item.objects.get()
    send_again(jpeg(1), terms="MANDATORY KILL")
    send_again(jpeg(1), terms="MANDATORY KILL")

    assert notices(item) == ["KILL"] and not Flag.objects.exists()
    with pytest.raises(ReleaseAsks):
        set_access([item], access=Access.RELEASED, by=people["moderator"])


def test_terms_that_come_with_a_further_accession_of_what_is_public_flag_it(people) -> None:
    send_again(jpeg(1))
    item = Item.objects.get()
    set_access([item], access=Access.RELEASED, by=people["moderator"])

    send_again(jpeg(1), terms="For editorial use only.")
    send_again(jpeg(1), terms="For editorial use only.")

    flag = Flag.objects.get()
    assert flag.item == item and "Editorial use only" in flag.note and "Terms of the accession" in flag.note


def test_an_archive_from_before_notes_which_accessions_brought_what_it_holds(people) -> None:
    for title in ("Monday", "Tuesday"):
        receive(BytesIO(jpeg(1)), accession=make_accession(title, terms="MANDATORY KILL"), original_name="b.jpg")
        process_lines.work_off()
    item = Item.objects.get()
    FurtherAccession.objects.all().delete()

    with connection.schema_editor() as editor:
        import_module("archive.ingest.migrations.0015_accessions_of_held_items").note_accessions(apps, editor)

    assert [further.accession.title for further in item.further_accessions.all()] == ["Tuesday"]


@pytest.mark.usefixtures("no_worker")
@pytest.mark.parametrize("first", ["release", "kill"])
def test_a_release_and_a_kill_at_once_never_pass_each_other_unseen(tmp_path: Path, people, first: str) -> None:
    ingest(drop(tmp_path / "d", newsml()), accession="Monday")
    item = Item.objects.get()
    accession = make_accession(title="Tuesday")
    guid = ("urn:newsml:strand.example:20240618:boat-1",)
    file = Delivered("k.xml", 1, partial(BytesIO, KILL.encode()), news=guid)
    keep_news(file, accession=accession, by=None)
    give_words.give(accession)
    asked: list[ReleaseAsks] = []

    def release() -> None:
        try:
            set_access([item], access=Access.RELEASED, by=people["moderator"])
        except ReleaseAsks as question:
            asked.append(question)

    def kill() -> None:
        with process_lines.Bench(1) as bench:
            bench.take(process_lines.lease(count=1))
            bench.finish_some()

    meet(*((release, kill) if first == "release" else (kill, release)))

    item.refresh_from_db()
    assert AccessionLine.objects.exclude(about=None).get().state == "DONE"
    assert (item.access == Access.RELEASED) == Flag.objects.exists() == (not asked)


@pytest.mark.usefixtures("no_worker")
def test_a_document_is_looked_for_among_the_files_of_its_names_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    accession, content = make_accession(), newsml(href="pictures/001.jpg").encode()
    file = Delivered("given/n.xml", len(content), partial(BytesIO, content), news=("urn:1",), base="given")
    keep_news(file, accession=accession, by=None)
    for n in range(5):
        receive(BytesIO(jpeg(n)), accession=accession, original_name=f"{n:03}.jpg", delivered_path=f"given/{n:03}.jpg")
    paired, pair = [], give_news.pair_news
    monkeypatch.setattr(give_news, "pair_news", lambda files: paired.append(len(files)) or pair(files))

    assert give_words.give(accession) == 1

    # The document itself, and the ways in which the path of the one file may be written.
    assert max(paired) == 3


@pytest.mark.usefixtures("no_worker")
def test_documents_are_compared_with_what_came_with_pictures_once_for_all_of_them() -> None:
    accession, with_picture = make_accession(), newsml(href="000.jpg").encode()
    known = {"accession": accession, "original_name": "000.jpg", "delivered_path": "given/000.jpg"}
    line = receive(BytesIO(jpeg(1)), sidecar=with_picture, **known)
    documents = [with_picture, *(newsml(href="other.jpg", guid=f"urn:{n}").encode() for n in range(4))]
    for n, content in enumerate([*documents, documents[1]]):
        file = Delivered(f"given/{n}.xml", len(content), partial(BytesIO, content), news=(f"urn:{n}",), base="given")
        keep_news(file, accession=accession, by=None)
    with CaptureQueriesContext(connection) as asked:
        give_words.give(accession)

    kept = DeliveredSidecar.objects.order_by("pk")
    assert [sidecar.line for sidecar in kept] == [line, None, None, None, None, None]
    compared = re.compile(r'"ingest_accessionline"."sidecar" (=|IS NOT NULL)')
    assert len([query for query in asked if compared.search(query["sql"])]) == 1


@pytest.mark.usefixtures("no_worker")
def test_of_two_documents_that_are_the_same_a_picture_is_given_the_first() -> None:
    accession, content = make_accession(), newsml(href="001.jpg").encode()
    for n in range(2):
        file = Delivered(f"given/{n}.xml", len(content), partial(BytesIO, content), news=("urn:1",), base="given")
        keep_news(file, accession=accession, by=None)
    receive(BytesIO(jpeg(1)), accession=accession, original_name="001.jpg", delivered_path="given/001.jpg")

    assert give_words.give(accession) == 1

    first, second = DeliveredSidecar.objects.order_by("pk")
    assert first.line == second.line == AccessionLine.objects.exclude(about=None).get()
