"""News pages on the site: looked at before they are stored, read as plain text, and never run."""

import errno
import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.hidden_wordings import hold
from archive.catalogue.models import Access, Accession, Caption, Item
from archive.claims.models import Claim
from archive.files.models import MediaFile
from archive.ingest.models import AccessionLine
from archive.ingest.spool_sweep import UNNAMED_FOR, clear_spool
from archive.press.models import Appearance, Article, Figure
from tests.builders import make_item, make_outlet, make_place
from tests.ingest.pictures import jpeg
from tests.ingest.saved_pages import LEAD, SECOND, URL, page, save_page
from tests.pages import folded
from tests.web.test_browser import RULES

People = dict[str, User]
committed = pytest.mark.django_db(transaction=True)
pytestmark = pytest.mark.django_db


@pytest.fixture
def archivist(client: Client, people: People) -> Client:
    client.force_login(people["archivist"])
    return client


def send(client: Client, path: Path, *beside: Path) -> Any:
    """Send a page with the files of its folder, as the form does."""
    files = [SimpleUploadedFile(one.name, one.read_bytes()) for one in beside]
    sent = {"page": SimpleUploadedFile(path.name, path.read_bytes()), "folder": files}
    return client.post(reverse("upload_article"), sent)


def confirm(client: Client, address: str, **said: Any) -> Any:
    return client.post(address, {"title": "Pages of a day", "access": "RESEARCH", **said})


def brought_in(tmp_path: Path, **parts: Any) -> Article:
    call_command("ingest_article", str(save_page(tmp_path, **parts)), stdout=io.StringIO())
    return Article.objects.latest("pk")


@committed
def test_a_page_is_looked_at_before_it_is_stored(archivist: Client, tmp_path: Path) -> None:
    path = save_page(tmp_path)

    sent = send(archivist, path, tmp_path / "boats_files" / "boat.jpg")
    shown = archivist.get(sent["Location"])

    text = folded(shown.content.decode())
    assert not MediaFile.objects.exists() and not Accession.objects.exists(), "nothing is stored yet"
    assert LEAD in text and SECOND in text and "comes with the page" in text and "cited, not held" in text
    assert "2024-06-19T08:00:00+01:00" in text and "No outlet is known as The Harbour Post" in text
    assert reverse("new_outlet") + "?name=The%20Harbour%20Post" in text


@committed
def test_a_page_that_is_confirmed_comes_in_with_its_picture(archivist: Client, tmp_path: Path, people: People) -> None:
    make_outlet("The Harbour Post")
    sent = send(archivist, save_page(tmp_path), tmp_path / "boats_files" / "boat.jpg")

    done = confirm(archivist, sent["Location"], url=URL)

    article = Article.objects.get()
    assert done["Location"] == reverse("article", args=[article.pk])
    assert (article.accession.title, article.recorded_by) == ("Pages of a day", people["archivist"])
    assert Appearance.objects.get().figure.caption == LEAD, "the worker has read its picture"
    text = folded(archivist.get(done["Location"]).content.decode())
    assert reverse("item", args=[Item.objects.get().pk]) in text and "cited, not held" in text
    assert archivist.get(sent["Location"]).status_code == 404, "what was looked at is held no longer"


@committed
def test_a_zip_of_a_page_and_its_folder_is_taken_apart(archivist: Client, tmp_path: Path) -> None:
    path, packed = save_page(tmp_path), tmp_path / "boats.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "saved/boats.html")
        archive.write(tmp_path / "boats_files" / "boat.jpg", "saved/boats_files/boat.jpg")
        archive.writestr("saved/boats_files/frame.html", "<p>an advertisement</p>")
        archive.writestr("../../../escaped.html.d/x.jpg", b"x")

    sent = send(archivist, packed)
    confirm(archivist, sent["Location"])

    article = Article.objects.get()
    assert article.media_file.original_name == "boats.html"
    assert article.media_file.size_bytes == path.stat().st_size, "the page is kept, not the archive"
    assert Appearance.objects.get().figure.position == 1
    assert not list(tmp_path.rglob("escaped*"))


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"notes.pdf": b"%PDF-"}, "it holds no page"),
        ({"a.html": b"<p>a</p>", "b.html": b"<p>b</p>"}, "it holds 2 pages (a.html, b.html): send each by itself."),
    ],
    ids=["none", "two"],
)
@committed
def test_a_zip_without_its_one_page_is_refused(
    archivist: Client, tmp_path: Path, members: dict[str, bytes], says: str
) -> None:
    packed = tmp_path / "pages.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)

    answer = send(archivist, packed)

    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.parametrize("damage", ["deflate", "directory", "name"])
@committed
def test_a_damaged_zip_of_a_page_is_refused_in_a_sentence(archivist: Client, tmp_path: Path, damage: str) -> None:
    packed = tmp_path / "page.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("page.html", b"<p>words</p>" * 400)
    content = bytearray(packed.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    if damage == "deflate":
        content[45:60] = b"\xff" * 15
    elif damage == "directory":
        content[entry : entry + 4] = b"PKxx"
    else:
        content[entry + 9], content[entry + 46] = 0x08, 0xFF  # said to be UTF-8, and it is none
    packed.write_bytes(content)

    answer = send(archivist, packed)

    assert answer.status_code == 422
    assert "it is a ZIP archive that cannot be read" in answer.content.decode()
    assert AccessionLine.objects.get().outcome == "REFUSED"


@committed
def test_a_damaged_picture_in_a_zip_of_a_page_is_refused_alone(archivist: Client, tmp_path: Path) -> None:
    path, packed = save_page(tmp_path), tmp_path / "boats.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "saved/boats.html")
        archive.writestr("saved/boats_files/damaged.jpg", b"packed without compression")
        archive.write(tmp_path / "boats_files" / "boat.jpg", "saved/boats_files/boat.jpg")
        archive.writestr("saved/boats_files/boat.jpg/beneath.jpg", b"beneath a file")
    packed.write_bytes(packed.read_bytes().replace(b"packed without compression", b"packed without compassion!"))

    sent = send(archivist, packed)
    shown = folded(archivist.get(sent["Location"]).content.decode())
    assert not AccessionLine.objects.exists(), "it was looked at alone"
    confirm(archivist, sent["Location"])

    assert "“damaged.jpg” was not kept: its packed data is damaged: the checksum differs" in shown
    assert Appearance.objects.get().figure.caption == LEAD, "the whole picture came in"
    refused = AccessionLine.objects.filter(outcome="REFUSED").order_by("pk")
    assert [(line.original_name, line.delivered_path) for line in refused] == [
        ("damaged.jpg", "boats.zip/saved/boats_files/damaged.jpg"),
        ("beneath.jpg", "boats.zip/saved/boats_files/boat.jpg/beneath.jpg"),
    ]
    assert refused[0].reason in shown and Article.objects.get().accession == refused[0].accession


@committed
def test_of_two_pictures_of_one_name_in_a_zip_the_first_comes_in_and_the_second_is_told(
    archivist: Client, tmp_path: Path
) -> None:
    path, packed = save_page(tmp_path), tmp_path / "boats.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "boats.html")
        archive.write(tmp_path / "boats_files" / "boat.jpg", "boats_files/boat.jpg")
        archive.writestr("./boats_files/boat.jpg", jpeg(7))

    confirm(archivist, send(archivist, packed)["Location"])

    assert Item.objects.get().media_file.size_bytes == (tmp_path / "boats_files" / "boat.jpg").stat().st_size
    refused = AccessionLine.objects.get(outcome="REFUSED")
    assert refused.delivered_path == "boats.zip/boats_files/boat.jpg"
    assert "another file of the archive has its place" in refused.reason


@committed
def test_pictures_of_one_name_in_several_folders_of_a_zip_go_to_their_own_figures(
    archivist: Client, tmp_path: Path
) -> None:
    html = page().replace("boats_files/boat.jpg", "one/boat.jpg").replace(
        "https://img.harbourpost.example/2024/lifeboat-dover-7731.jpg", "two/boat.jpg"
    )  # fmt: skip
    with zipfile.ZipFile(tmp_path / "boats.zip", "w") as archive:
        archive.writestr("boats.html", html)
        archive.writestr("two/boat.jpg", jpeg(2, size=(1200, 800)))
        archive.writestr("one/boat.jpg", jpeg(1, size=(900, 600)))

    confirm(archivist, send(archivist, tmp_path / "boats.zip")["Location"])

    shown = {one.figure.caption: one.item.media_file.width_px for one in Appearance.objects.all()}
    assert shown == {LEAD: 900, SECOND: 1200}


@committed
def test_a_second_file_of_one_name_that_comes_beside_a_page_is_refused_by_name(
    archivist: Client, tmp_path: Path
) -> None:
    path, twin = save_page(tmp_path), tmp_path / "frame" / "boat.jpg"
    twin.parent.mkdir()
    twin.write_bytes(jpeg(7))

    sent = send(archivist, path, tmp_path / "boats_files" / "boat.jpg", twin)
    confirm(archivist, sent["Location"])

    assert Item.objects.get().media_file.size_bytes == (tmp_path / "boats_files" / "boat.jpg").stat().st_size
    assert "another file of this name came with the page" in AccessionLine.objects.get(outcome="REFUSED").reason


@committed
def test_a_held_page_that_comes_again_tells_of_its_damaged_picture(archivist: Client, tmp_path: Path) -> None:
    path, packed = save_page(tmp_path), tmp_path / "boats.zip"
    confirm(archivist, send(archivist, path)["Location"])
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "boats.html")
        archive.writestr("boats_files/boat.jpg", b"packed without compression")
    packed.write_bytes(packed.read_bytes().replace(b"packed without compression", b"packed without compassion!"))

    confirm(archivist, send(archivist, packed)["Location"])

    assert sorted(AccessionLine.objects.values_list("original_name", "outcome")) == [
        ("boat.jpg", "REFUSED"),
        ("boats.html", "ALREADY_HELD"),
        ("boats.html", "CREATED"),
    ]


@committed
def test_a_full_disk_is_no_fault_of_the_zip_of_a_page(
    archivist: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_the_disk(*args: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path, packed = save_page(tmp_path), tmp_path / "boats.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "boats.html")
        archive.write(tmp_path / "boats_files" / "boat.jpg", "boats_files/boat.jpg")
    monkeypatch.setattr(shutil, "copyfileobj", fill_the_disk)

    archivist.raise_request_exception = False
    answer = send(archivist, packed)

    assert answer.status_code == 503
    assert not AccessionLine.objects.exists()


@committed
def test_a_name_of_a_folder_that_the_disk_does_not_take_is_refused_alone(archivist: Client, tmp_path: Path) -> None:
    path = save_page(tmp_path)
    pictures = [
        SimpleUploadedFile("boat.jpg", (tmp_path / "boats_files" / "boat.jpg").read_bytes()),
        SimpleUploadedFile(f"{'é' * 150}.jpg", jpeg(1)),
    ]
    page_file = SimpleUploadedFile(path.name, path.read_bytes())

    sent = archivist.post(reverse("upload_article"), {"page": page_file, "folder": pictures})
    confirm(archivist, sent["Location"])

    assert "its name is longer than the disk takes" in AccessionLine.objects.get(outcome="REFUSED").reason
    assert Appearance.objects.get().figure.caption == LEAD


@committed
def test_a_page_that_cannot_be_read_leaves_its_line(archivist: Client, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_bytes(b"\x00\x01\x02\x03" * 40)

    answer = send(archivist, bad)

    line = AccessionLine.objects.get()
    assert (line.original_name, line.size_bytes, line.outcome) == ("bad.html", 160, "REFUSED")
    assert (
        line.reason in answer.content.decode()
        and reverse("accession", args=[line.accession_id]) in answer.content.decode()
    )
    assert archivist.get(reverse("accession", args=[line.accession_id])).status_code == 200


@committed
def test_a_page_that_is_forgotten_leaves_nothing(archivist: Client, tmp_path: Path) -> None:
    sent = send(archivist, save_page(tmp_path))

    archivist.post(sent["Location"], {"forget": ""})

    assert archivist.get(sent["Location"]).status_code == 404
    assert not AccessionLine.objects.exists()
    spool = tmp_path / "var" / "spool"
    assert not list(spool.glob("arrived-*")) and not list((spool / "pages").iterdir())


@committed
def test_a_page_that_is_looked_at_is_nobody_elses(archivist: Client, people: People, tmp_path: Path) -> None:
    sent = send(archivist, save_page(tmp_path))
    other = Client()
    other.force_login(people["moderator"])

    assert other.get(sent["Location"]).status_code == 404
    assert archivist.get(sent["Location"]).status_code == 200


@committed
def test_of_a_plain_text_the_ticked_paragraphs_become_captions(archivist: Client, tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    first, second = "A lifeboat returns to the port of Dover", "Volunteers fold blankets on the quay"
    path.write_text(
        "date 2024-06-19 The sea was calm when the first boat was seen off Dunkirk, a witness said.\n\n"
        f"{first}\n\n{second}\n\nNobody was hurt, the harbour office said, and the port opened again at noon.\n"
    )
    sent = send(archivist, path)
    offered = re.findall(r'name="captions" value="(\d+)"', archivist.get(sent["Location"]).content.decode())
    assert len(offered) == 2

    confirm(archivist, sent["Location"], captions=offered[:1])

    article = Article.objects.get()
    assert list(article.figures.values_list("caption", flat=True)) == [first]
    text = folded(archivist.get(reverse("article", args=[article.pk])).content.decode())
    assert text.count(first) == 1, "the caption stands where its paragraph stood, not twice"
    assert second in text


@committed
def test_a_page_whose_form_is_wrong_says_so_and_waits(archivist: Client, tmp_path: Path) -> None:
    sent = send(archivist, save_page(tmp_path))

    answer = confirm(archivist, sent["Location"], outlet_text="Nobody's Paper", title="")

    assert answer.status_code == 422
    assert "No outlet of this name is known" in answer.content.decode()
    assert not Article.objects.exists()
    assert archivist.get(sent["Location"]).status_code == 200


@committed
def test_pages_that_nobody_came_back_to_are_swept_away(archivist: Client, tmp_path: Path) -> None:
    sent = send(archivist, save_page(tmp_path))

    clear_spool(now=timezone.now() + UNNAMED_FOR / 2)
    assert archivist.get(sent["Location"]).status_code == 200
    clear_spool(now=timezone.now() + UNNAMED_FOR * 2)

    assert archivist.get(sent["Location"]).status_code == 404
    spool = tmp_path / "var" / "spool"
    assert not list(spool.glob("arrived-*")) and not list((spool / "pages").iterdir())


HOSTILE = (
    '<script>window.ran=1</script><svg onload="window.ran=1"><script>window.ran=1</script></svg>'
    '<iframe src="https://evil.example/"></iframe><object data="x"></object><embed src="x">'
    '<img src="x" onerror="window.ran=1"><a href="javascript:window.ran=1">press</a>'
    '<form action="https://evil.example/"><input name="password"></form><style>body{display:none}</style>'
    "<p>The tide &lt;script&gt;window.ran=1&lt;/script&gt; turned, and &lt;img src=x onerror=window.ran=1&gt; stood in "
    "the text of the page as it was printed that day.</p>"
)


@committed
def test_no_markup_of_a_hostile_page_comes_through(archivist: Client, tmp_path: Path) -> None:
    hostile_lead = f"{LEAD} &lt;b onmouseover=alert(1)&gt;bold&lt;/b&gt;"
    path = save_page(
        tmp_path, body=HOSTILE, lead=hostile_lead,
        head='<meta http-equiv="refresh" content="0;url=https://evil.example/"><base href="https://evil.example/">',
    )  # fmt: skip

    sent = send(archivist, path, tmp_path / "boats_files" / "boat.jpg")
    previewed = archivist.get(sent["Location"]).content.decode()
    confirm(archivist, sent["Location"])
    article = Article.objects.get()
    stored = archivist.get(reverse("article", args=[article.pk])).content.decode()
    listed = archivist.get(reverse("articles")).content.decode()

    for text in (previewed, stored, listed):
        main = text[text.index("<main") : text.index("</main>")]
        for sign in ("<script", "<svg onload", "<iframe", "<object", "<embed", "<style", "<base", "http-equiv",
                     "onerror=window.ran=1>", 'href="javascript:', 'action="https', "<b onmouseover"):  # fmt: skip
            assert sign not in main, sign
        assert not re.search(r'(?:src|srcset|data|poster)="https?:', text), "nothing is fetched"
    assert "&lt;b onmouseover=alert(1)&gt;" in stored, "what the page prints is shown as it is printed"


def test_an_address_that_is_a_script_is_no_address(archivist: Client, tmp_path: Path) -> None:
    saved = page().replace(f'<link rel="canonical" href="{URL}">', '<link rel="canonical" href="javascript:alert(1)">')
    path = tmp_path / "boats.html"
    path.write_text(saved)

    call_command("ingest_article", str(path), url="javascript:alert(2)", stdout=io.StringIO())

    article = Article.objects.get()
    assert article.url == ""
    assert "javascript:" not in re.sub(r"<td.*?</td>", "", archivist.get(f"/articles/{article.pk}/").content.decode())


@committed
def test_the_kept_page_is_handed_out_to_staff_and_never_shown(people: People, tmp_path: Path) -> None:
    article = brought_in(tmp_path)
    address = reverse("article_original", args=[article.pk])
    answers = {}
    for role, person in people.items():
        client = Client()
        client.force_login(person)
        answers[role] = client.get(address)

    assert answers["researcher"].status_code == 403
    assert answers["archivist"]["Content-Type"] == "application/octet-stream"
    assert answers["archivist"]["Content-Disposition"] == 'attachment; filename="boats.html"'
    assert b"".join(answers["archivist"].streaming_content) == (tmp_path / "boats.html").read_bytes()


@committed
def test_a_page_of_a_restricted_delivery_is_for_staff_alone(people: People, tmp_path: Path) -> None:
    article = brought_in(tmp_path)
    Accession.objects.update(access=Access.RESTRICTED)
    reader, staff = Client(), Client()
    reader.force_login(people["researcher"])
    staff.force_login(people["archivist"])

    for address in (reverse("article", args=[article.pk]), reverse("api:article-detail", args=[article.pk])):
        assert (reader.get(address).status_code, staff.get(address).status_code) == (404, 200)
    assert "Boats leave at dawn" not in reader.get(reverse("articles")).content.decode()
    assert reader.get(reverse("api:article-list")).json()["results"] == []


@committed
def test_a_figure_whose_picture_a_reader_may_not_see_is_shown_without_it(people: People, tmp_path: Path) -> None:
    article = brought_in(tmp_path)
    Item.objects.update(access=Access.RESTRICTED)
    reader = Client()
    reader.force_login(people["researcher"])

    text = folded(reader.get(reverse("article", args=[article.pk])).content.decode())
    told = reader.get(reverse("api:article-detail", args=[article.pk])).json()

    assert LEAD in re.sub("<[^>]+>", "", text) and "/items/" not in text and "not held" not in text
    assert [figure["item"] for figure in told["figures"]] == [None, None]


@committed
def test_captions_show_what_is_read_from_them_whether_their_picture_is_held_or_not(
    archivist: Client, tmp_path: Path
) -> None:
    make_place("Dover", kind=Place.Kind.TOWN, country_code="GB")
    article = brought_in(tmp_path)
    claims = Claim.objects.count()

    text = folded(archivist.get(reverse("article", args=[article.pk])).content.decode())

    assert 'data-kind="date" title="When: 18 June 2024">Tuesday</span>' in text
    assert re.search(r'data-kind="place" title="Location shown: Dover">[^<]*Dover</span>', text)
    assert Claim.objects.count() == claims, "showing stores nothing"


@committed
def test_a_printed_caption_that_is_held_back_is_on_no_page_and_found_by_nobody_else(
    people: People, tmp_path: Path
) -> None:
    named = "Nora Quayside, aged nine, waits for her mother on the beach at Malo-les-Bains"
    article = brought_in(tmp_path, lead=named)
    hold(Caption.objects.get(text=named), by=people["moderator"])
    addresses = [
        reverse("article", args=[article.pk]), reverse("api:article-detail", args=[article.pk]), reverse("articles"),
        reverse("articles") + "?q=quayside", reverse("api:article-list") + "?q=quayside",
    ]  # fmt: skip

    for role in ("researcher", "archivist", "moderator"):
        client = Client()
        client.force_login(people[role])
        answers = [re.sub("<[^>]+>", "", client.get(address).content.decode()) for address in addresses]
        told = [named in answer for answer in answers[:2]]
        found = ["Boats leave at dawn" in answer for answer in answers[2:]]
        assert told == [role == "moderator"] * 2, role
        assert found == [True, role == "moderator", role == "moderator"], role


@committed
def test_a_person_says_which_held_picture_a_figure_shows(archivist: Client, people: People, tmp_path: Path) -> None:
    article = brought_in(tmp_path, with_picture=False)
    item = make_item(file_name="lifeboat-dover-7731.jpg")
    figure = Figure.objects.get(position=2)
    shown = folded(archivist.get(reverse("article", args=[article.pk])).content.decode())
    assert "Its file has the name that the page cites: lifeboat-dover-7731.jpg" in shown

    done = archivist.post(
        reverse("identify_figure", args=[figure.pk]), {"item": f"http://testserver/items/{item.pk}/?q=x"}
    )

    assert done["Location"] == reverse("article", args=[article.pk]) + "#figure-2"
    seen = Appearance.objects.get()
    assert (seen.item, seen.figure, seen.recorded_by) == (item, figure, people["archivist"])
    assert f'href="/items/{item.pk}/"' in archivist.get(reverse("article", args=[article.pk])).content.decode()


@committed
def test_an_item_that_is_not_there_is_no_picture_of_a_figure(archivist: Client, tmp_path: Path) -> None:
    brought_in(tmp_path, with_picture=False)

    archivist.post(reverse("identify_figure", args=[Figure.objects.first().pk]), {"item": "item nine"})

    assert not Appearance.objects.exists()


@committed
def test_the_list_is_searched_by_words_and_outlet(archivist: Client, tmp_path: Path) -> None:
    outlet = make_outlet("The Harbour Post")
    brought_in(tmp_path)

    def listed(query: str) -> bool:
        return "Boats leave at dawn" in archivist.get(reverse("articles") + query).content.decode()

    assert listed("?q=Lífeboat+DOVER") and listed("?q=tidewater") and listed(f"?outlet={outlet.slug}")
    assert not listed("?q=submarine") and not listed("?outlet=nobody")


@committed
def test_the_pages_ask_the_same_number_of_queries_however_much_they_show(archivist: Client, tmp_path: Path) -> None:
    def asked(address: str) -> int:
        archivist.get(address)  # what is held in memory is there the second time
        with CaptureQueriesContext(connection) as queries:
            archivist.get(address)
        return len(queries)

    small = brought_in(tmp_path, with_picture=False)
    of_list = asked(reverse("articles"))
    more = "".join(
        f'<figure><img src="boats_files/b{n}.jpg"><figcaption>Boat number {n} on the beach</figcaption></figure>'
        for n in range(5)
    )
    for n in range(5):
        (tmp_path / "boats_files" / f"b{n}.jpg").write_bytes(jpeg(100 + n))
    large = brought_in(tmp_path, body=more)
    assert Appearance.objects.count() == 6

    # Of a page without any picture the renditions and what is held of them need not be asked.
    assert asked(reverse("article", args=[large.pk])) <= asked(reverse("article", args=[small.pk])) + 4 <= 24
    assert asked(reverse("articles")) <= of_list + 3 <= 16


@committed
def test_the_api_tells_of_a_page_with_its_figures(archivist: Client, tmp_path: Path) -> None:
    outlet = make_outlet("The Harbour Post")
    article = brought_in(tmp_path)

    [listed] = archivist.get(reverse("api:article-list")).json()["results"]
    told = archivist.get(reverse("api:article-detail", args=[article.pk])).json()

    assert listed["headline"] == told["headline"] == "Boats leave at dawn"
    assert told["outlet"]["slug"] == outlet.slug and told["published_edtf"] == "2024-06-19T08:00:00+01:00"
    assert [figure["caption"] for figure in told["figures"]] == [LEAD, SECOND]
    assert [figure["item"] for figure in told["figures"]] == [Item.objects.get().pk, None]
    assert archivist.get(reverse("api:article-list") + "?q=submarine").json()["results"] == []
    assert "article" in told["links"]["page"]


@pytest.mark.browser
@committed
def test_a_page_is_brought_in_with_a_browser(page_of: Callable[..., Any], people: People, tmp_path: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    make_outlet("The Harbour Post")
    path = save_page(tmp_path, body=HOSTILE)
    site = page_of(people["archivist"], "/upload/articles/")
    away: list[str] = []
    site.on("request", lambda asked: away.append(asked.url) if "evil.example" in asked.url else None)

    def violations() -> list:
        site.wait_for_load_state("load")  # words are there before the style sheets
        found = axe.run(site, options={"runOnly": RULES, "preload": False}).response["violations"]
        return [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]]

    assert violations() == []
    site.set_input_files("#page", path)
    site.set_input_files("#folder", tmp_path / "boats_files")
    assert site.inner_text("#chosen") == "Page: boats.html, folder: 2 files"
    site.click("text=Look at it")
    site.wait_for_selector("text=Nothing is stored yet.")
    assert violations() == []
    site.click("button:text-is('Upload')")
    site.wait_for_selector("text=The page was uploaded.")
    site.wait_for_selector(".clip__picture img")
    assert violations() == []
    assert site.evaluate("window.ran") is None and away == [] and site.problems == []
    site.goto("/articles/")
    assert violations() == []
    assert site.inner_text(".pages .line__name a") == "Boats leave at dawn"
