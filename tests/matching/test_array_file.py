"""What was written is what is mapped, or it is refused."""

from pathlib import Path

import numpy as np
import pytest

from archive.matching.array_file import ArrayFile, ArrayWriter, Damaged, check

ABOUT = {"name": "stretch", "to": 7}
NUMBERS = np.arange(5000, dtype=np.int64)
PAIRS = np.arange(6000, dtype=np.uint32).reshape(-1, 2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "arrays"
    writer = ArrayWriter(path)
    writer.put("numbers", NUMBERS)
    for part in np.array_split(PAIRS, 3):
        writer.put("pairs", part)
    writer.put("nothing", np.empty(0, np.uint8))
    assert np.array_equal(writer.written("pairs"), PAIRS)
    writer.finish(ABOUT)
    return path


def is_whole(path: Path) -> bool:
    try:
        for _step in check(path):
            pass
    except Damaged:
        return False
    return True


def test_arrays_are_mapped_as_they_were_written(path: Path) -> None:
    file = ArrayFile(path)

    assert file.about == ABOUT
    assert np.array_equal(file.arrays["numbers"], NUMBERS)
    assert np.array_equal(file.arrays["pairs"], PAIRS)
    assert len(file.arrays["nothing"]) == 0
    assert not file.arrays["numbers"].flags.writeable
    assert is_whole(path)


def test_a_file_that_was_cut_anywhere_is_refused(path: Path) -> None:
    content = path.read_bytes()

    for size in [*range(0, len(content) - 400, 997), *range(len(content) - 400, len(content))]:
        path.write_bytes(content[:size])
        with pytest.raises(Damaged):
            ArrayFile(path)


def test_one_changed_byte_is_seen(path: Path) -> None:
    content = bytearray(path.read_bytes())

    for at in range(0, len(content), 499):
        content[at] ^= 1
        path.write_bytes(content)
        assert not is_whole(path), f"byte {at}"
        content[at] ^= 1


def test_a_file_without_an_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "killed"
    writer = ArrayWriter(path)
    writer.put("numbers", NUMBERS)
    writer.written("numbers")

    with pytest.raises(Damaged):
        ArrayFile(path)


def test_a_file_that_is_cut_while_it_is_mapped_says_so(path: Path) -> None:
    file = ArrayFile(path)
    assert not file.is_cut()

    with path.open("r+b") as other:
        other.truncate(10)

    assert file.is_cut()


def test_a_file_that_is_removed_stays_mapped(path: Path) -> None:
    file = ArrayFile(path)
    path.unlink()

    assert np.array_equal(file.arrays["pairs"], PAIRS)
    assert not file.is_cut()
