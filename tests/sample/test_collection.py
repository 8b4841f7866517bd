"""The sample collection: the same bytes each time, and each file carries what its story says."""

import csv
import hashlib
import io

import exifread
import numpy as np
import pytest
from PIL import Image, ImageOps, IptcImagePlugin

from archive.extraction.articles.read_article import read_article
from archive.extraction.readers.content_credentials import read_credentials
from archive.files.stills import make_stills
from archive.provenance.checks import content_credentials
from archive.provenance.checks.finding import weigh
from archive.sample.collection import write_collection, write_file
from archive.sample.embed_metadata import DISCLOSURE, MADE_BY
from archive.sample.news_pages import write_pages
from archive.sample.story import HOME, read_story
from tests.provenance.checks.cases import evidence

STORY = read_story()
FILES = STORY.files
PICTURES = {name: picture for name, picture in FILES.items() if not picture.seconds}
FRAME = "web-collection-july-2024/leaving-calais.jpg"
CLIP = next(name for name, picture in FILES.items() if picture.seconds)
COLUMNS = ["filename", "caption", "credit", "creator", "date", "place", "event", "outlet", "url"]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    reports = []
    accessions = write_collection(folder, report=lambda: reports.append(1))
    return folder, accessions, len(reports)


def tags_of(path) -> dict:
    # exifread looks for WebP's Exif six bytes too late, and not behind JPEG's APP11, where Content Credentials lie.
    is_missed = path.suffix == ".webp" or b"c2pa" in path.read_bytes()
    stream = io.BytesIO(Image.open(path).info["exif"].removeprefix(b"Exif\0\0")) if is_missed else path.open("rb")
    with stream:
        return {name: str(value) for name, value in exifread.process_file(stream).items() if "Thumbnail" not in name}


def degrees(tags: dict, axis: str) -> float:
    parts = tags[f"GPS GPS{axis}"].strip("[]").split(", ")
    values = [float(n) / float(d) for n, d in (part.split("/") if "/" in part else (part, "1") for part in parts)]
    return (values[0] + values[1] / 60 + values[2] / 3600) * (-1 if tags[f"GPS GPS{axis}Ref"] in "SW" else 1)


def iim_of(path) -> dict[tuple[int, int], str]:
    with Image.open(path) as image:
        found = IptcImagePlugin.getiptcinfo(image) or {}
    return {
        key: (value[0] if isinstance(value, list) else value).decode("utf-8", "replace") for key, value in found.items()
    }


def test_two_dozen_pictures_and_more_lie_in_their_folders_with_captions(told):
    _, accessions, reported = told

    assert reported == len(FILES) == sum(len(accession.files) for accession in accessions) >= 24
    for accession in accessions:
        with accession.captions.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert list(rows[0]) == COLUMNS
        assert {row["filename"] for row in rows} <= {path.name for path in accession.files}
        assert all(path.is_file() for path in accession.files)


@pytest.mark.parametrize(
    "name",
    [
        "agency-feed-2024-06-18/LP240618_0007.jpg",
        "broadcaster-stills/beach_0547_phone.png",
        "readers-phone/IMG_4490.webp",
        CLIP,
    ],
)
def test_a_file_written_again_has_the_same_bytes(told, tmp_path, name):
    folder, _, _ = told
    (tmp_path / name).parent.mkdir()

    write_file(FILES[name], tmp_path / name, collection=folder)

    digests = [hashlib.sha256((root / name).read_bytes()).hexdigest() for root in (folder, tmp_path)]
    assert digests[0] == digests[1]


@pytest.mark.parametrize("name", PICTURES)
def test_each_file_opens_and_is_large_enough_to_look_at(told, name):
    folder, _, _ = told

    with Image.open(folder / name) as image:
        image.load()
        # The footage is 640 pixels wide, and so is a frame of it.
        assert max(image.size) >= (640 if name == FRAME else 1280)
        assert np.asarray(image.convert("L").resize((64, 64))).std() > 8  # something is to be seen


@pytest.mark.parametrize("name", [n for n, p in PICTURES.items() if p.camera])
def test_exif_says_what_the_story_says(told, name):
    folder, _, _ = told
    camera = PICTURES[name].camera

    tags = tags_of(folder / name)

    assert (tags["Image Make"], tags["Image Model"]) == (camera.make, camera.model)
    assert tags["Image Software"] == MADE_BY
    assert DISCLOSURE in tags["EXIF UserComment"]
    assert tags["EXIF DateTimeOriginal"] == camera.taken_at
    assert tags.get("EXIF OffsetTimeOriginal") == camera.offset
    if camera.position:
        assert degrees(tags, "Latitude") == pytest.approx(camera.position.latitude, abs=1e-6)
        assert degrees(tags, "Longitude") == pytest.approx(camera.position.longitude, abs=1e-6)
    else:
        assert not any(tag.startswith("GPS ") for tag in tags)


def test_gps_time_is_utc_where_the_camera_clock_is_summer_time(told):
    folder, _, _ = told

    tags = tags_of(folder / "agency-feed-2024-06-18/LP240618_0001.jpg")

    assert tags["EXIF DateTimeOriginal"] == "2024:06:18 05:12:09"
    assert tags["EXIF OffsetTimeOriginal"] == "+02:00"
    assert (tags["GPS GPSDate"], tags["GPS GPSTimeStamp"]) == ("2024:06:18", "[3, 12, 9]")


@pytest.mark.parametrize("name", [n for n, p in PICTURES.items() if p.words and n.endswith((".jpg", ".tif"))])
def test_xmp_and_iim_say_what_the_story_says(told, name):
    folder, _, _ = told
    picture = PICTURES[name]

    with Image.open(folder / name) as image:
        packet = image.info.get("xmp", b"")
        packet = packet.encode() if isinstance(packet, str) else packet
        if image.format == "TIFF":
            packet = image.tag_v2.get(700, b"")
    records = iim_of(folder / name)

    assert (picture.words.description.encode() in packet) is picture.xmp
    assert records.get((2, 120), "") == (picture.words.description if picture.iim else "")
    assert records.get((2, 110), "") == (picture.words.credit_line if picture.iim else "")


def test_the_clip_shows_the_scene_that_a_still_was_taken_of(told, tmp_path):
    folder, _, _ = told

    picture = make_stills(str(folder / CLIP), str(tmp_path))

    assert (picture.format_name, picture.footage["video_codec"]) == ("MP4", "vp9")
    assert picture.footage["duration_milliseconds"] == FILES[CLIP].seconds * 1000
    with Image.open(picture.renditions[-1].path) as still, Image.open((folder / CLIP).with_suffix(".jpg")) as whole:
        whole = whole.resize(still.size, Image.Resampling.BOX)
        # The broadcaster's banner lies over the lower part of the still alone.
        upper = (slice(0, still.height * 2 // 3), slice(None))
        assert np.abs(np.asarray(still, int)[upper] - np.asarray(whole, int)[upper]).mean() < 15


def test_stills_come_without_camera_data_and_with_the_broadcasters_credit(told):
    _, accessions, _ = told
    stills = next(a for a in accessions if a.folder.name == "broadcaster-stills")

    with stills.captions.open(encoding="utf-8", newline="") as stream:
        assert {row["credit"] for row in csv.DictReader(stream)} == {"Sky News"}
    for path in (path for path in stills.files if path.suffix != ".mp4"):
        assert "Image Make" not in tags_of(path)
        with Image.open(path) as image:
            assert image.size == (1920, 1080)


def test_the_april_picture_is_printed_in_june_byte_for_byte(told):
    folder, _, _ = told

    original = (folder / "agency-archive-spring-2024/LP240423_0117.jpg").read_bytes()
    printed = (folder / "newspaper-2024-06-19/overcrowded-boat.jpg").read_bytes()

    assert printed == original
    assert (
        tags_of(folder / "newspaper-2024-06-19/overcrowded-boat.jpg")["EXIF DateTimeOriginal"] == "2024:04:23 08:55:16"
    )
    assert PICTURES["newspaper-2024-06-19/overcrowded-boat.jpg"].row.date == "2024-06-18"


def test_the_stripped_copy_shows_the_same_picture_and_says_nothing(told):
    folder, _, _ = told
    copy, source = (
        folder / "web-collection-july-2024/IMG-20240703-WA0012.jpg",
        folder / "agency-feed-2024-06-18/LP240618_0002.jpg",
    )

    with Image.open(copy) as small, Image.open(source) as large:
        assert not {"exif", "xmp", "photoshop"} & set(small.info)
        difference = np.asarray(small, int) - np.asarray(large.resize(small.size), int)

    assert tags_of(copy) == {}
    assert np.abs(difference).mean() < 4


def test_the_cropped_copy_is_a_part_of_its_picture_under_another_events_caption(told):
    folder, _, _ = told
    picture = PICTURES["web-collection-july-2024/wimereux-boarding.jpg"]

    with (
        Image.open(folder / picture.copy.of) as large,
        Image.open(folder / "web-collection-july-2024" / picture.name) as part,
    ):
        left, top, right, bottom = (share * side for share, side in zip(picture.copy.crop, large.size * 2, strict=True))
        expected = large.crop((round(left), round(top), round(right), round(bottom))).resize(part.size)
        difference = np.asarray(part, int) - np.asarray(expected, int)

    assert np.abs(difference).mean() < 4
    assert picture.row.event == "Crossings of 3 May 2024"
    assert PICTURES[picture.copy.of].words.event == "Crossings of 18 June 2024"


def test_one_position_contradicts_its_caption(told):
    folder, _, _ = told

    tags = tags_of(folder / "agency-feed-2024-06-18/LP240618_0009.jpg")

    assert degrees(tags, "Longitude") == pytest.approx(1.8517, abs=1e-4)  # Calais
    assert "Dover" in iim_of(folder / "agency-feed-2024-06-18/LP240618_0009.jpg")[2, 120]


def test_the_portrait_is_stored_on_its_side_and_turned_upright_by_its_flag(told):
    folder, _, _ = told

    with Image.open(folder / "readers-phone/IMG_4471.jpg") as image:
        assert image.getexif()[0x0112] == 6
        assert image.width > image.height
        upright = ImageOps.exif_transpose(image)

    assert upright.width < upright.height
    shades = np.asarray(upright.convert("L").resize((8, 8)), int)
    assert shades[2].mean() > shades[7].mean()  # the sky is above the ground


def test_events_and_outlets_of_the_captions_are_all_told(told):
    events = {event.name for event in STORY.events}
    outlets = {outlet.name for outlet in STORY.outlets}
    rows = [picture.row for picture in PICTURES.values() if picture.row]

    assert {row.event for row in rows} - {""} <= events
    assert {row.outlet for row in rows} - {""} <= outlets
    assert {event.within for event in STORY.events} - {""} <= events


def test_no_file_says_anything_that_the_story_does_not(told):
    folder, _, _ = told

    for name, picture in PICTURES.items():
        if picture.camera is None and picture.words is None and picture.copy is None:
            with Image.open(io.BytesIO((folder / name).read_bytes())) as image:
                assert not {"exif", "xmp", "photoshop"} & set(image.info), name


def test_the_news_pages_lie_beside_their_folders_and_read_as_they_were_written(told, tmp_path):
    folder, _, _ = told

    written = write_pages(folder, tmp_path / "one")

    for page, path in zip(STORY.pages, written, strict=True):
        (tmp_path / path.stem).mkdir()
        read = read_article(str(path), str(tmp_path / path.stem))
        assert (read["headline"]["value"], read["outlet"]["value"]) == (page.headline, page.outlet)
        # Of a caption that ends in a credit, the reader parts the two; the whole of it is kept as printed.
        assert len(read["figures"]) == len(page.figures)
        for figure, given in zip(read["figures"], page.figures, strict=True):
            assert figure["printed"].startswith(given.caption)
        assert [bool(figure["image_file"]) for figure in read["figures"]] == [bool(f.of) for f in page.figures]
    again = write_pages(folder, tmp_path / "other")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in written]
    small = "strait-watch-a-summer-of-boats_files/leaving-dunkirk-small.jpg"
    assert (tmp_path / "one" / small).read_bytes() == (tmp_path / "other" / small).read_bytes()


def test_the_frame_printed_with_another_day_is_of_the_footage(told):
    folder, _, _ = told
    file = FILES[FRAME]

    assert file.copy.of == CLIP
    assert file.row.date > FILES[CLIP].made_at[:10]
    with Image.open(folder / FRAME) as frame, Image.open((folder / CLIP).with_suffix(".jpg")) as still:
        # Later in the footage less than the whole scene is in view: the middle nine tenths and more.
        share = 0.7 + 0.3 * file.copy.at_seconds / FILES[CLIP].seconds
        sides = [round(side * (1 - share) / 2) for side in still.size * 2]
        part = still.crop((sides[0], sides[1], still.width - sides[2], still.height - sides[3])).resize(frame.size)
        upper = (slice(frame.height // 5, frame.height // 2), slice(None))
        assert np.abs(np.asarray(frame, int)[upper] - np.asarray(part, int)[upper]).mean() < 15


def test_the_signed_file_is_kept_as_signed_and_carries_its_credentials(told):
    folder, _, _ = told
    (name,) = [name for name, file in FILES.items() if file.signed]

    data = (folder / name).read_bytes()

    # JPEG keeps a C2PA manifest store in APP11 segments as JUMBF boxes (C2PA 2.1, A.3.1).
    assert b"\xff\xeb" in data and b"jumb" in data and b"c2pa.claim" in data
    assert FILES[name].released


def test_the_credentials_of_the_signed_file_are_intact_and_their_signer_is_unknown(told):
    folder, _, _ = told
    (name,) = [name for name, file in FILES.items() if file.signed]

    found = read_credentials(str(folder / name), "image/jpeg", [])

    assert (found["state"], found["agrees"], found["lists"]) == ("intact", True, [])
    finding = weigh(content_credentials.CHECK, evidence(examinations={content_credentials.CHECK.slug: found}))
    assert (finding.outcome, finding.code) == ("INCONCLUSIVE", "intact-unknown-signer")


def test_each_file_that_is_not_copied_is_kept_and_nothing_else():
    kept = {str(path.relative_to(HOME / "pictures")) for path in (HOME / "pictures").rglob("*.*")}

    assert kept == {name if file.signed else f"{name}.avif" for name, file in FILES.items() if file.copy is None}
