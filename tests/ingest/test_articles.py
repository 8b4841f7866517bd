"""News pages brought in by the command: kept, read, recorded with their figures, their pictures as items."""

import io
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Accession, Caption, Item
from archive.claims.models import Claim
from archive.extraction.models import Reading
from archive.files.models import MediaFile
from archive.ingest import command_line, process_lines, record_news_page
from archive.ingest.models import AccessionLine
from archive.ingest.receive_files import arrive, open_accession
from archive.ledger.models import LedgerEntry
from archive.press.figures import figures_for
from archive.press.models import Appearance, Article, Figure
from archive.review.identify_pictures import identify
from archive.standards.vocabulary import Property
from tests.builders import make_outlet
from tests.extraction.articles.making import PICTURE_URL, Stored, mhtml, picture, wacz, warc, warc_of
from tests.extraction.articles.making import URL as PAGE_URL
from tests.ingest.pictures import delivery, jpeg
from tests.ingest.saved_pages import LEAD, SECOND, URL, page, save_page

pytestmark = pytest.mark.django_db(transaction=True)


def bring_in(*paths: Path, **options: Any) -> tuple[list[dict], int]:
    """Run the command as a script would; return its lines and its exit code."""
    out = io.StringIO()
    try:
        call_command("ingest_article", *map(str, paths), json=True, stdout=out, stderr=io.StringIO(), **options)
        code = 0
    except SystemExit as left:
        code = left.code
    return [json.loads(line) for line in out.getvalue().splitlines()], code


def test_a_page_comes_in_with_its_picture(tmp_path: Path) -> None:
    outlet = make_outlet("The Harbour Post", website="https://www.harbourpost.example")
    path = save_page(tmp_path)

    [told], code = bring_in(path)

    item = Item.objects.get()
    assert code == 0
    assert told == {
        "path": str(path),
        "outlet": "The Harbour Post",
        "headline": "Boats leave at dawn",
        "authors": ["Jo Tidewater"],
        "published": "2024-06-19T08:00:00+01:00",
        "modified": "2024-06-19T11:30:00+01:00",
        "url": URL,
        "language": "en-GB",
        "figures": [
            {"caption": LEAD, "credit": "Photograph: Jo Tidewater/Harbour Post",
             "image_url": told["figures"][0]["image_url"], "item": item.pk},
            {"caption": SECOND, "credit": None,
             "image_url": "https://img.harbourpost.example/2024/lifeboat-dover-7731.jpg", "item": None},
        ],
        "problems": [],
    }  # fmt: skip
    article = Article.objects.get()
    assert (article.outlet, article.published_earliest) == (outlet, date(2024, 6, 19))
    assert article.published_moment.isoformat() == "2024-06-19T07:00:00+00:00"
    assert storages["originals"].open(article.media_file.storage_path).read() == path.read_bytes()
    assert (article.media_file.format_name, article.media_file.mime_type) == ("HTML", "text/html")
    reading = Reading.objects.get(reader="article")
    assert ["JSON-LD", "NewsArticle.datePublished", "2024-06-19T08:00:00+01:00"] in reading.statements
    assert not list((tmp_path / "var" / "spool").glob("arrived-*")), "nothing is left in the spool"


def test_a_picture_of_a_page_has_the_appearance_and_the_caption_as_printed(tmp_path: Path) -> None:
    outlet = make_outlet("The Harbour Post")
    bring_in(save_page(tmp_path))

    item, seen = Item.objects.get(), Appearance.objects.get()
    assert (seen.item, seen.outlet, seen.url, seen.headline) == (item, outlet, URL, "Boats leave at dawn")
    assert (seen.caption, seen.credit) == (LEAD, "Photograph: Jo Tidewater/Harbour Post")
    assert seen.published_earliest == date(2024, 6, 19)
    assert seen.figure == Figure.objects.get(position=1)
    assert (seen.wording.text, seen.wording.origin, seen.wording.language) == (LEAD, Caption.Origin.PRINT, "en-GB")
    published_by = Claim.objects.get(item=item, property=Property.PUBLISHED_BY)
    assert (published_by.value_outlet, published_by.source.appearance) == (outlet, seen)
    assert item.lead_outlet == outlet


def test_the_words_of_a_printed_caption_become_claims_counted_from_the_day_of_the_page(tmp_path: Path) -> None:
    bring_in(save_page(tmp_path))

    read = Claim.objects.get(property=Property.DATE_CREATED, source__caption__origin=Caption.Origin.PRINT)
    assert (read.as_written, read.value_edtf) == ("Tuesday", "2024-06-18")


@pytest.mark.parametrize("kind", ["mhtml", "warc.gz", "wacz"])
def test_an_archive_of_a_page_brings_its_pictures_along(tmp_path: Path, kind: str) -> None:
    written = page().replace("boats_files/boat.jpg", PICTURE_URL)
    path, saved = tmp_path / f"page.{kind}", {PAGE_URL: written.encode(), PICTURE_URL: jpeg(90, size=(900, 600))}
    match kind:
        case "mhtml":
            mhtml(path, written, {PICTURE_URL: saved[PICTURE_URL]})
        case "warc.gz":
            warc(path, saved)
        case "wacz":
            wacz(path, saved, first=PAGE_URL)

    [told], code = bring_in(path)

    item = Item.objects.get()
    assert code == 0
    assert item.pk in [figure["item"] for figure in told["figures"]]
    assert storages["originals"].open(item.media_file.storage_path).read() == saved[PICTURE_URL]
    assert Article.objects.get().media_file.format_name == {"warc.gz": "WARC"}.get(kind, kind.upper())
    line = AccessionLine.objects.get(figure__isnull=False)
    assert line.delivered_path == PICTURE_URL


def test_a_page_that_cannot_be_opened_stops_no_other(tmp_path: Path) -> None:
    good = save_page(tmp_path)
    (tmp_path / "gone.html").symlink_to("nowhere.html")
    os.mkfifo(tmp_path / "pipe.html")
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe9t\xe9.txt"))
    odd.write_text("A story of some words.\n\nAnd a second paragraph of it.")

    told, code = bring_in(tmp_path / "gone.html", tmp_path / "pipe.html", odd, good)

    assert code == 1
    assert [len(line["problems"]) > 0 for line in told[:2]] == [True, True]
    lines = AccessionLine.objects.filter(figure=None).order_by("pk").values_list("original_name", "outcome")
    assert list(lines) == [
        ("gone.html", "REFUSED"), ("pipe.html", "REFUSED"), ("été.txt", "CREATED"), (good.name, "CREATED"),
    ]  # fmt: skip


def test_a_picture_that_is_held_gets_a_further_appearance(tmp_path: Path) -> None:
    path = save_page(tmp_path)
    call_command("ingest", str(delivery(tmp_path / "d", held_jpg=jpeg(90, size=(1200, 800)))), stdout=io.StringIO())
    held = Item.objects.get()

    [told], code = bring_in(path)

    assert (code, told["figures"][0]["item"]) == (0, held.pk)
    assert Appearance.objects.get().item == held
    line = AccessionLine.objects.get(figure__isnull=False)
    assert (line.outcome, line.appearance) == ("ALREADY_HELD", Appearance.objects.get())


def test_the_same_page_again_is_said_to_be_held_and_adds_nothing(tmp_path: Path) -> None:
    path = save_page(tmp_path)
    first, _code = bring_in(path, accession="Pages")

    again, code = bring_in(path, accession="Pages")

    assert code == 0
    assert again[0]["problems"][-1].startswith("Held since ") and again[0]["problems"][:-1] == first[0]["problems"]
    assert again[0]["figures"] == first[0]["figures"]
    assert (
        Article.objects.count() == Item.objects.count() == Appearance.objects.count() == Accession.objects.count() == 1
    )
    assert AccessionLine.objects.get(outcome="ALREADY_HELD").article == Article.objects.get()


def test_a_newer_saving_of_the_same_address_is_an_article_of_its_own(tmp_path: Path) -> None:
    bring_in(save_page(tmp_path))

    bring_in(save_page(tmp_path, modified="2024-06-20T09:00:00+01:00"))

    assert list(Article.objects.values_list("url", flat=True)) == [URL, URL]
    assert Item.objects.count() == 1
    assert Appearance.objects.count() == 2, "the held picture stands in both savings"


def test_a_refused_page_leaves_name_size_hash_and_reason_and_stops_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_bytes(b"\x00\x01\x02\x03" * 40)

    told, code = bring_in(bad, save_page(tmp_path))

    assert code == 1
    assert told[0]["headline"] is None and told[1]["headline"] == "Boats leave at dawn"
    line = AccessionLine.objects.get(outcome="REFUSED")
    assert (line.original_name, line.size_bytes, len(line.message_digest)) == ("bad.html", 160, 64)
    assert told[0]["problems"] == [line.reason] and line.reason.startswith("“bad.html” was not kept: ")
    assert not line.spool_name


def test_a_dry_run_says_the_same_and_stores_nothing(tmp_path: Path) -> None:
    make_outlet("The Harbour Post")
    path = save_page(tmp_path)

    [dry], code = bring_in(path, dry_run=True)

    assert code == 0
    assert not Accession.objects.exists() and not MediaFile.objects.exists() and not LedgerEntry.objects.exists()
    [wet], _code = bring_in(path)
    wet["figures"][0]["item"] = None
    assert dry == wet


def test_what_a_person_states_leads_over_what_the_page_says(tmp_path: Path) -> None:
    make_outlet("The Harbour Post"), make_outlet("Estuary Times")

    [told], _code = bring_in(
        save_page(tmp_path), outlet="Estuary Times", url="https://estuary.example/a", published=date(2024, 6, 21)
    )

    assert (told["outlet"], told["url"], told["published"]) == (
        "Estuary Times",
        "https://estuary.example/a",
        "2024-06-21",
    )
    assert (
        "It was brought in as published on 21 June 2024; the page says 19 June 2024, 08:00 +01:00." in told["problems"]
    )
    article = Article.objects.get()
    assert article.published_moment is None
    assert Reading.objects.get(reader="article").properties["published"]["value"] == "2024-06-19T08:00:00+01:00"


def test_dates_that_cannot_both_be_are_named_and_neither_is_dropped(tmp_path: Path) -> None:
    [told], _code = bring_in(save_page(tmp_path, modified="2024-06-17T10:00:00+01:00"))

    assert (told["published"], told["modified"]) == ("2024-06-19T08:00:00+01:00", "2024-06-17T10:00:00+01:00")
    assert any("before it was published" in problem for problem in told["problems"])


def test_a_page_without_a_day_is_told_so_once(tmp_path: Path) -> None:
    path = tmp_path / "undated.html"
    path.write_text("<html><head><title>Boats</title></head><body><p>Boats left the beach at dawn.</p></body></html>")

    [told], _code = bring_in(path)

    assert sum("published" in problem for problem in told["problems"]) == 1


def test_an_unknown_outlet_is_kept_as_written_and_found_once_it_is_added(tmp_path: Path) -> None:
    [told], code = bring_in(save_page(tmp_path))
    assert (code, told["outlet"]) == (0, "The Harbour Post")
    assert "No outlet is known as The Harbour Post: it is kept as written." in told["problems"]

    outlet = make_outlet("The Harbour Post")
    bring_in(save_page(tmp_path, modified="2024-06-20T09:00:00+01:00"))

    assert Appearance.objects.latest("pk").outlet == outlet


@pytest.mark.parametrize(
    ("options", "says"),
    [({"outlet": "Nobody's Paper"}, "No outlet is known as Nobody's Paper"), ({"by": "nobody"}, "no account nobody")],
    ids=["outlet", "account"],
)
def test_a_wrong_call_ends_with_two_and_stores_nothing(tmp_path: Path, options: dict, says: str) -> None:
    with pytest.raises(CommandError, match=says) as wrong:
        bring_in(save_page(tmp_path), **options)

    assert wrong.value.returncode == 2
    assert not Accession.objects.exists()


def test_a_missing_file_is_named_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"missing\.html: no such file") as wrong:
        bring_in(save_page(tmp_path), tmp_path / "missing.html")

    assert wrong.value.returncode == 2
    assert not Accession.objects.exists()


def test_a_page_refused_again_by_the_same_command_adds_no_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.html"
    path.write_bytes(b"\0\1\2 no page")

    for _run in range(2):
        bring_in(path)
    path.write_bytes(b"\0\1\2\3 another")
    bring_in(path)

    assert [line.outcome for line in AccessionLine.objects.all()] == ["REFUSED", "REFUSED"]


def test_a_picture_that_is_none_is_refused_beside_the_page_that_stays(tmp_path: Path) -> None:
    path = save_page(tmp_path)
    (tmp_path / "boats_files" / "boat.jpg").write_bytes(jpeg(90)[:60])

    [told], code = bring_in(path)

    assert code == 1
    assert Article.objects.exists() and not Item.objects.exists()
    refused = AccessionLine.objects.get(outcome="REFUSED")
    assert refused.reason in told["problems"] and refused.figure == Figure.objects.get(position=1)


def test_a_run_killed_before_its_pictures_were_read_loses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_page(tmp_path)

    def killed(self: object, lines: list) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(command_line.Bench, "take", killed)
        assert bring_in(path, accession="Pages")[1] == 130
    assert Article.objects.count() == 1 and not Item.objects.exists()
    line = AccessionLine.objects.get(figure__isnull=False)
    assert line.spool_path.exists(), "the picture lies in the spool, its line says so"

    [told], code = bring_in(path, accession="Pages")

    assert (code, told["figures"][0]["item"]) == (0, Item.objects.get().pk)
    assert Appearance.objects.get().figure == line.figure


def test_a_worker_takes_up_the_pictures_of_a_killed_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(command_line.Bench, "take", lambda self, lines: (_ for _ in ()).throw(KeyboardInterrupt))
        bring_in(save_page(tmp_path))
    AccessionLine.objects.filter(figure__isnull=False).update(leased_until=timezone.now() - process_lines.LEASE)

    process_lines.work_off()

    assert Appearance.objects.get().item == Item.objects.get()


def test_two_who_bring_in_the_same_page_at_the_same_moment_record_it_once(tmp_path: Path) -> None:
    path = save_page(tmp_path)
    known = {"accession": open_accession(title="Pages", by=None), "by": None, "way": AccessionLine.Way.COMMAND}
    both = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        with path.open("rb") as stream, record_news_page.open_sandbox() as sandbox:
            came = arrive(stream, original_name=path.name)
            read = record_news_page.read_page(
                came.spool_path, tmp_path / name, sandbox=sandbox, folder=tmp_path / "boats_files"
            )
            both.append((came, read))

    lines = [
        record_news_page.record_page(came, read, stated=record_news_page.Stated(), **known)[0] for came, read in both
    ]

    assert [line.outcome for line in lines] == ["CREATED", "ALREADY_HELD"]
    assert Article.objects.count() == 1 and AccessionLine.objects.filter(figure__isnull=False).count() == 1


def test_plain_text_is_taken_with_the_captions_that_the_reader_offers(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    captions = ["A lifeboat returns to the port of Dover with two dozen people", "Volunteers fold blankets on the quay"]
    paragraphs = [
        "date 2024-06-19 The sea was calm when the first boat was seen off the coast of Dunkirk, a witness said.",
        "The wind turned in the afternoon, and the harbour master closed the port to small craft until the evening.",
        *captions,
        "Nobody was hurt, the harbour office said, and the port opened again before the tide had turned.",
    ]
    path.write_text("\n\n".join(paragraphs))

    [told], code = bring_in(path)

    assert code == 0
    assert told["published"] == "2024-06-19"
    assert [figure["caption"] for figure in told["figures"]] == captions
    assert Article.objects.get().media_file.format_name == "plain text"


def test_a_cited_picture_that_arrives_later_is_offered_by_its_name_and_recorded_on_a_persons_word(
    tmp_path: Path, people: dict[str, User]
) -> None:
    outlet = make_outlet("The Harbour Post", website="https://www.harbourpost.example")
    bring_in(save_page(tmp_path, with_picture=False))
    folder = delivery(tmp_path / "d", **{"lifeboat-dover-7731_jpg": jpeg(30)})
    call_command("ingest", str(folder), stdout=io.StringIO())
    item = Item.objects.get()

    [offer] = figures_for(item)

    assert (offer.figure.caption, offer.item) == (SECOND, item)
    assert offer.reason == "Its file has the name that the page cites: lifeboat-dover-7731.jpg"
    assert not Appearance.objects.exists(), "an offer records nothing"
    with pytest.raises(NotAllowed):
        identify(offer.figure, item, by=people["researcher"])
    seen = identify(offer.figure, item, by=people["archivist"])
    assert (seen.item, seen.caption, seen.recorded_by) == (item, SECOND, people["archivist"])
    assert identify(offer.figure, item, by=people["archivist"]) == seen, "said twice, recorded once"
    assert item.claims.get(source__appearance=seen).value_outlet == outlet
    assert LedgerEntry.objects.filter(verb="identify in print").count() == 1
    assert figures_for(item) == []
    item.refresh_from_db()
    assert item.lead_caption == SECOND


def test_a_picture_delivered_with_the_cited_address_is_offered_for_that_reason(tmp_path: Path) -> None:
    bring_in(save_page(tmp_path, with_picture=False))
    folder = delivery(tmp_path / "d", scan_jpg=jpeg(30))
    listed = tmp_path / "captions.csv"
    listed.write_text("filename,url\nscan.jpg,https://img.harbourpost.example/2024/lifeboat-dover-7731.jpg\n")
    call_command("ingest", str(folder), captions=listed, stdout=io.StringIO())

    [offer] = figures_for(Item.objects.get())

    assert offer.reason == "Its captions list gives the address that the page cites."


@pytest.mark.corpus
def test_every_page_of_the_corpus_comes_in(corpus: Path) -> None:
    paths = sorted((corpus / "articles").glob("*.html"))

    told, code = bring_in(*paths, accession="Corpus")

    assert code == 0 and len(told) == len(paths) > 10
    assert all(page["headline"] and page["published"] and page["figures"] for page in told)
    assert Article.objects.count() == len(paths)
    assert bring_in(*paths, accession="Corpus")[1] == 0
    assert Article.objects.count() == len(paths)


def test_a_picture_archived_in_another_size_is_offered_for_its_figure(tmp_path: Path) -> None:
    cited, archived = (f"https://img.harbourpost.example/boat.jpg?width={width}" for width in (640, 1280))
    content = page().replace("boats_files/boat.jpg", cited).encode()
    path = warc_of(tmp_path / "a.warc.gz", [Stored(PAGE_URL, content), Stored(archived, picture())])

    [told], code = bring_in(path)

    item, figure = Item.objects.get(), Figure.objects.get(position=1)
    assert code == 0
    assert any(f"another size than the page cites ({archived})" in problem for problem in told["problems"])
    assert not Appearance.objects.exists()
    assert [(offer.figure, offer.item) for offer in figures_for(item)] == [(figure, item)]
    assert item.lines.get().delivered_path == archived
