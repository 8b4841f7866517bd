"""What is told of files of the upload page before and beside them."""

import pytest

from archive.ingest.captions_list import Row
from archive.ingest.form_files import tell_waiting


@pytest.mark.parametrize(
    ("number", "end"), [(2, "“b1.jpg” (line 3)."), (50, "(line 6), …")], ids=["all named", "some named"]
)
def test_a_list_of_waiting_lines_ends_in_one_mark(number: int, end: str) -> None:
    told = tell_waiting([Row(line_number=n + 2, filename=f"b{n}.jpg", stated={}) for n in range(number)])

    assert told.startswith(f"{number} lines wait for their files: “b0.jpg” (line 2), ") and told.endswith(end)
