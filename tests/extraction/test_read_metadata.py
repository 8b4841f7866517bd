import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.extraction.making import exif, jpeg_with


def run(*arguments: object) -> tuple[str, str, int]:
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("read_metadata", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as stopped:
        code = stopped.code
    return out.getvalue(), err.getvalue(), code


def test_read_metadata_prints_one_object_a_line_and_file(tmp_path):
    picture = jpeg_with(tmp_path, exif=exif({0x010F: "Strand"}, {0x9003: "2024:06:18 05:12:00"}))

    out, _, code = run(picture, picture, "--json")

    first, second = (json.loads(line) for line in out.splitlines())
    assert (code, first) == (0, second)
    assert list(first) == ["path", "format_name", "width_px", "height_px", "statements", "properties", "problems"]
    assert first["properties"] == {"make": "Strand", "date_created": "2024-06-18T05:12:00"}
    assert {"group": "IFD0", "tag": "Make", "value": "Strand"} in first["statements"]


def test_read_metadata_prints_a_readable_table(tmp_path):
    out, _, code = run(jpeg_with(tmp_path, exif=exif({0x010F: "Strand"})))

    assert code == 0
    assert "JPEG, 48 × 32 px" in out
    assert "make                   Strand" in out


def test_a_file_that_is_no_picture_does_not_stop_the_others_and_ends_with_1(tmp_path):
    text = tmp_path / "notes.jpg"
    text.write_text("no picture")

    out, err, code = run(text, tmp_path / "missing.jpg", jpeg_with(tmp_path))

    assert code == 1
    assert "JPEG" in out
    assert 'notes.jpg" was not read: it seems to be plain text' in err
    assert 'missing.jpg" was not read: No such file' in err


def test_a_call_without_files_is_a_usage_error():
    with pytest.raises(CommandError):
        call_command("read_metadata")
