"""A captions list as other people write it: each row finds its file, and what does not is told with its line."""

import shutil
from pathlib import Path

import pytest

from archive.ingest.captions_list import CaptionsList, Remark, UnreadableList, match_rows, parse_list
from archive.ingest.delivery import Delivered, walk
from tests.builders import make_place


def parsed(text: str | bytes) -> CaptionsList:
    return parse_list(text.encode() if isinstance(text, str) else text, name="list.csv")


def stated(captions: CaptionsList) -> dict[str, dict[str, str]]:
    return {row.filename: row.stated for row in captions.rows}


def matched(captions: CaptionsList, *paths: str) -> tuple[dict[str, str], list[Remark]]:
    files, remarks = match_rows([Delivered(path, 1) for path in paths], captions)
    return {file.path: file.stated["caption"] for file in files if file.stated}, remarks


def told(remarks: list[Remark]) -> dict[str, str]:
    return {remark.about: remark.text for remark in remarks}


# --- Reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "filename,caption\na.jpg,Été\n".encode(),
        "\ufefffilename,caption\na.jpg,Été\n".encode(),
        "filename;caption\r\na.jpg;Été\r\n".encode(),
        "filename\tcaption\na.jpg\tÉté\n".encode(),
        "filename,caption\na.jpg,Été\n".encode("utf-16"),
        "sep=;\nfilename;caption\na.jpg;Été\n".encode(),
        "\n\nFileName , Caption\n\n a.jpg ,  Été \n\n,\n".encode(),
        'filename, caption\n"a.jpg", "Été"\n'.encode(),
        "filename,caption\ra.jpg,Été\r".encode(),
        "filename,caption\na.jpg,Été\n".encode("utf-16-le"),
        "filename,caption\na.jpg,Été\n".encode("utf-16-be"),
        "filename,caption\na.jpg,Été\n".encode("utf-32"),
        "\u200bfilename,caption\u200b\na.jpg,Été\n".encode(),
    ],
    ids=[
        "plain",
        "mark",
        "semicolons",
        "tabs",
        "UTF-16",
        "sep=",
        "spaces and empty lines",
        "quotes after spaces",
        "CR",
        "UTF-16 without a mark",
        "UTF-16 without a mark, the other way",
        "UTF-32",
        "marks that nobody sees",
    ],
)
def test_a_list_is_read_however_it_was_saved(content: bytes) -> None:
    captions = parsed(content)

    assert stated(captions) == {"a.jpg": {"caption": "Été"}}
    assert captions.remarks == []


@pytest.mark.parametrize(
    "header",
    [
        "Nom du fichier;Légende;Crédit;Auteur;Date;Lieu;Événement",
        "Dateiname;Bildunterschrift;Bildnachweis;Fotograf;Datum;Ort;Ereignis",
        "Bestandsnaam;Bijschrift;Credit;Fotograaf;Datum;Plaats;Gebeurtenis",
        "Archivo;Pie de foto;Crédito;Autor;Fecha;Lugar;Evento",
        "Nome file;Didascalia;Credito;Autore;Data;Luogo;Evento",
        "SourceFile;Caption-Abstract;Credit;By-line;DateTimeOriginal;City;Event",
    ],
    ids=["French", "German", "Dutch", "Spanish", "Italian", "exiftool"],
)
def test_columns_may_have_the_names_that_other_people_give_them_and_that_is_told(header: str) -> None:
    captions = parsed(f"{header}\nboat.jpg;Words;dpa;Ada Quill;18.06.2024;Calais;Storm\n")

    said = {"caption": "Words", "credit": "dpa", "creator": "Ada Quill", "date": "18.06.2024", "place": "Calais"}
    assert stated(captions) == {"boat.jpg": said | {"event": "Storm"}}
    [remark] = captions.remarks
    assert remark.about == "list.csv, line 1" and not remark.is_problem
    assert f"“{header.split(';')[0].lower()}” as filename" in remark.text


def test_of_two_columns_with_one_meaning_the_one_with_its_own_name_is_read() -> None:
    captions = parsed("filename,description,caption,city,location\na.jpg,long,short,Calais,France\n")

    assert stated(captions) == {"a.jpg": {"caption": "short", "place": "Calais"}}
    problems = [remark.text for remark in captions.remarks if remark.is_problem]
    assert len(problems) == 2
    assert "“description” is not known, or is named by another already" in problems[0] and "“location”" in problems[1]


def test_one_stray_byte_leaves_the_rest_of_a_list_as_it_is() -> None:
    captions = parsed("filename,caption\na.jpg,Flüchtlinge\nb.jpg,Dünkirchen ".encode() + b"\xe9\n")

    assert stated(captions)["a.jpg"] == {"caption": "Flüchtlinge"}
    assert told(captions.remarks)["list.csv"].startswith("Its text has 1 damaged character, shown as � (line 3)")


def test_a_caption_that_was_encoded_twice_is_read_as_it_was_meant() -> None:
    captions = parsed("filename,caption\na.jpg,Flüchtlinge am Strand\n".encode().decode("cp1252"))

    assert stated(captions) == {"a.jpg": {"caption": "Flüchtlinge am Strand"}}
    assert "encoded twice (“FlÃ¼chtlinge am Strand”)" in told(captions.remarks)["list.csv, line 2"]


def test_a_row_without_its_file_tells_of_archives_that_were_not_looked_into() -> None:
    _files, remarks = matched(parsed("filename,caption\na.jpg,Words\n"), "b.jpg", "day/pictures.zip")

    said = "“a.jpg” names no file of this accession. What lies in “pictures.zip” was not looked at: unpack it."
    assert told(remarks)["list.csv, line 2"] == said


def test_a_spreadsheet_is_refused_as_one() -> None:
    with pytest.raises(UnreadableList, match=r"is a spreadsheet\. Save it as CSV"):
        parsed(b"PK\x03\x04\x14\0\x06\0")


def test_a_list_in_windows_1252_is_read_and_that_is_told() -> None:
    captions = parsed("filename,caption\na.jpg,“Été”\n".encode("cp1252"))

    assert stated(captions) == {"a.jpg": {"caption": "“Été”"}}
    [remark] = captions.remarks
    assert "read as Windows-1252" in remark.text
    assert "in line 2: “a.jpg,“Été””" in remark.text
    assert not remark.is_problem


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "list.csv is empty"),
        ("number,caption\na.jpg,b\n", "line 1 names no column “filename”"),
        ("filename,caption,Caption\na.jpg,b,c\n", "line 1: the column “caption” is named twice"),
    ],
    ids=["empty", "no filename", "twice"],
)
def test_a_list_that_cannot_be_used_says_why(text: str, says: str) -> None:
    with pytest.raises(UnreadableList, match=says):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "about", "says"),
    [
        ("filename,Titel\na.jpg,b\n", "list.csv, line 1", "The column “titel” is not known"),
        ("filename,caption,credit\na.jpg,A boat, off Dunkirk, on Tuesday,AFP\n", "list.csv, line 2", "5 cells for 3"),
        ("filename,caption\n,Words for nothing\n", "list.csv, line 2", "It names no file"),
        ("filename,caption\na.jpg,x\nb.jpg,y\na.jpg,z\n", "list.csv, line 4", "listed in line 2 already, with other"),
        ('filename,caption\na.jpg,x\nb.jpg,"y\nc.jpg,z\n', "list.csv, line 3", "nothing down to line 4"),
        ('filename,caption\na.jpg,x\nb.jpg,"y" z\nc.jpg,z\n', "list.csv, line 3", "quotation marks"),
        ("filename,caption\n", "list.csv", "no row that can be used"),
        ("filename,caption\na.jpg,x\0y\n", "list.csv", "NUL characters"),
        ('filename,caption\na.jpg,"two\nlines"\nb.jpg,a,b\n', "list.csv, line 4", "3 cells for 2"),
    ],
    ids=["column", "commas", "no file", "twice", "open quote", "quotes", "no rows", "NUL", "lines in a cell"],
)
def test_what_is_not_used_of_a_list_is_told_with_its_line(text: str, about: str, says: str) -> None:
    captions = parsed(text)

    [remark] = captions.remarks
    assert remark.about == about
    assert says in remark.text
    assert remark.is_problem


def test_what_is_told_of_thousands_of_lines_is_told_of_some_and_the_rest_counted() -> None:
    lines = b"".join(b"%d.jpg,A bo\x81t\n,nobody %d\n" % (n, n) for n in range(30_000))

    captions = parse_list(b"filename,caption\n" + lines, name="list.csv")
    _files, remarks = match_rows([], captions)

    assert len(captions.rows) == 30_000
    assert len(captions.remarks) == 22 and len(remarks) == 21
    assert captions.remarks[-1].text.startswith("… and 29,980 more lines (43 to 60001)")
    assert (remarks[-1].about, remarks[-1].is_problem) == ("list.csv", True)
    assert remarks[-1].text == (
        "… and 29,980 more lines (42 to 60000) of which the same is to be told as of those above, from line 2 on."
    )


def test_a_row_that_is_not_used_takes_no_other_with_it() -> None:
    assert set(stated(parsed('filename,caption\na.jpg,x,y\nb.jpg,"y" z\nc.jpg,z\n'))) == {"c.jpg"}


def test_the_same_row_twice_is_told_and_no_problem() -> None:
    captions = parsed("filename,caption\na.jpg,x\na.jpg,x\n")

    assert len(captions.rows) == 1
    assert [remark.is_problem for remark in captions.remarks] == [False]


# --- Dates ---------------------------------------------------------------------------------------------------------


def test_dates_that_say_nothing_are_told() -> None:
    dates = ["12.06.2024 05:12", "12-06-2024", "Tuesday", "2024:06:18 05:12:00", "pre 1940", "9999-12-31"]

    captions = parsed("filename,date\n" + "".join(f"d{n}.jpg,{date}\n" for n, date in enumerate(dates)))

    assert set(told(captions.remarks)) == {f"list.csv, line {n}" for n in (2, 3, 4, 7)}
    assert [remark.is_problem for remark in captions.remarks] == [True, True, True, False]
    assert "can be 12 June 2024 or 6 December 2024" in told(captions.remarks)["list.csv, line 2"]
    assert all("claims nothing." in remark.text for remark in captions.remarks if remark.is_problem)


def test_other_dates_of_the_list_settle_the_order_of_day_and_month_and_that_is_told() -> None:
    captions = parsed("filename,date\na.jpg,12-06-2024\nb.jpg,25-06-2024\n")

    assert stated(captions)["a.jpg"] == {"date": "12-06-2024", "date_order": "DMY"}
    assert stated(captions)["b.jpg"] == {"date": "25-06-2024"}
    [remark] = captions.remarks
    assert "“12-06-2024” were read with the day before month" in remark.text
    assert not remark.is_problem


# --- Matching ------------------------------------------------------------------------------------------------------


def test_rows_are_matched_by_path_then_by_name_in_any_case_and_composition() -> None:
    captions = parsed(
        "filename,caption\nday1/IMG_1.JPG,one\nday2\\IMG_1.JPG,two\nIMG_2.JPG,three\n./e\u0301te\u0301.jpg,four\nnowhere.jpg,five\n"
    )

    words, remarks = matched(captions, "d/day1/IMG_1.JPG", "d/day2/IMG_1.JPG", "d/day2/img_2.jpg", "d/Été.jpg")

    assert words == {
        "d/day1/IMG_1.JPG": "one", "d/day2/IMG_1.JPG": "two", "d/day2/img_2.jpg": "three", "d/Été.jpg": "four",
    }  # fmt: skip
    assert told(remarks) == {"list.csv, line 6": "“nowhere.jpg” names no file of this accession."}


def test_a_name_that_may_be_several_files_is_given_to_none() -> None:
    words, remarks = matched(parsed("filename,caption\nIMG_1.jpg,one\n"), "d/day1/IMG_1.jpg", "d/day2/IMG_1.jpg")

    assert words == {}
    assert "may be any of 2 files (d/day1/IMG_1.jpg, d/day2/IMG_1.jpg)" in told(remarks)["list.csv, line 2"]


@pytest.mark.parametrize("as_zip", [False, True])
@pytest.mark.parametrize("written", ["a0.jpg", "./a0.jpg", ".\\a0.jpg", "d/a0.jpg", "D\\A0.JPG"])
def test_the_file_at_the_very_path_comes_before_one_of_its_name_further_down(
    tmp_path: Path, written: str, as_zip: bool
) -> None:
    folder = tmp_path / "d"
    for path in ("a0.jpg", "sub/a0.jpg", "sub/d/a0.jpg", "b.jpg"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"x")
    delivered = Path(shutil.make_archive(str(folder), "zip", folder)) if as_zip else folder
    captions = parsed(f"filename,caption\n{written},top\nsub/a0.jpg,below\n")

    files, remarks = match_rows(walk([delivered]), captions)

    words = {file.path.removeprefix(f"{delivered}/"): file.stated["caption"] for file in files if file.stated}
    assert words == {"a0.jpg": "top", "sub/a0.jpg": "below"}
    assert remarks == []


def test_an_archive_that_wraps_one_folder_is_named_from_within_it(tmp_path: Path) -> None:
    (tmp_path / "w/d/sub").mkdir(parents=True)
    for path in ("a0.jpg", "sub/a0.jpg"):
        (tmp_path / "w/d" / path).write_bytes(b"x")
    delivered = Path(shutil.make_archive(str(tmp_path / "sent"), "zip", tmp_path / "w"))

    files, remarks = match_rows(walk([delivered]), parsed("filename,caption\na0.jpg,top\n"))

    assert [file.path for file in files if file.stated] == [f"{delivered}/d/a0.jpg"]
    assert remarks == []


def test_the_same_path_in_two_folders_delivered_is_given_to_none(tmp_path: Path) -> None:
    for path in ("one/a0.jpg", "two/a0.jpg"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_bytes(b"x")

    files, remarks = match_rows(
        walk([tmp_path / "one", tmp_path / "two"]), parsed("filename,caption\na0.jpg,?\none/a0.jpg,1\n")
    )

    assert {file.path: file.stated["caption"] for file in files if file.stated} == {f"{tmp_path}/one/a0.jpg": "1"}
    assert "may be any of 2 files" in told(remarks)["list.csv, line 2"]


def test_names_that_differ_in_case_alone_are_told_apart() -> None:
    words, remarks = matched(parsed("filename,caption\na.jpg,small\nA.jpg,large\n"), "d/a.jpg", "d/A.jpg")

    assert words == {"d/a.jpg": "small", "d/A.jpg": "large"}
    assert remarks == []


def test_a_path_that_is_not_there_is_taken_for_its_name_and_told() -> None:
    words, remarks = matched(parsed("filename,caption\nC:\\Photos\\a.jpg,one\n"), "d/a.jpg", "d/b.jpg")

    assert words == {"d/a.jpg": "one"}
    assert [remark.is_problem for remark in remarks] == [False]
    assert "by its name it was taken for d/a.jpg" in remarks[0].text


def test_a_path_that_is_not_there_takes_no_file_that_another_row_names() -> None:
    captions = parsed("filename,caption\nday1/a.jpg,one\nday2/a.jpg,two\n")

    words, remarks = matched(captions, "d/day2/a.jpg")

    assert words == {"d/day2/a.jpg": "two"}
    assert told(remarks) == {"list.csv, line 2": "“day1/a.jpg” names no file of this accession."}


def test_two_rows_for_one_file_are_told() -> None:
    words, remarks = matched(parsed("filename,caption\na.jpg,one\nA.JPG,two\n"), "d/a.jpg")

    assert words == {"d/a.jpg": "one"}
    assert "is the file of line 2" in told(remarks)["list.csv, line 3"]


@pytest.mark.parametrize("header", [f"{',' * 20_000}filename", ",".join(["file"] * 20_000)], ids=["none", "one"])
def test_a_line_of_thousands_of_columns_is_no_captions_list(header: str) -> None:
    with pytest.raises(UnreadableList, match="names 200"):
        parse_list(f"{header}\n1\n".encode(), name="captions.csv")


def test_a_date_that_is_none_or_two_claims_nothing_and_is_told() -> None:
    captions = parse_list(b"filename,date\na.jpg,1923-24\nb.jpg,XXXX\nc.jpg,25/06/2024\n", name="l.csv")

    told = {remark.about: remark.text for remark in captions.remarks}
    assert "can be winter 1923 or the years 1923/1924" in told["l.csv, line 2"]
    assert "says that there is no date" in told["l.csv, line 3"]
    assert "l.csv, line 4" not in told


@pytest.mark.django_db
def test_a_place_that_stays_words_is_told_once() -> None:
    kent, hampshire = make_place("Kent", kind="COUNTY"), make_place("Hampshire", kind="COUNTY")
    make_place("Hythe", parent=kent), make_place("Hythe", slug="hythe-2", parent=hampshire, source_id="2")
    rows = [("a", "Mumbles"), ("b", "Mumbles"), ("c", "Hythe"), ("d", "Hythe (Kent)")]
    captions = parse_list(
        "\n".join(["filename;place", *(f"{n}.jpg;{place}" for n, place in rows)]).encode(), name="l.csv"
    )

    _files, remarks = match_rows([Delivered(f"{n}.jpg", 1) for n, _place in rows], captions)

    assert [(remark.about, remark.is_problem) for remark in remarks] == [
        ("l.csv, line 2", False),
        ("l.csv, line 4", False),
    ]
    assert "“Mumbles” is no place of the gazetteer" in remarks[0].text
    assert "“Hythe” is the name of 2 places" in remarks[1].text
