"""A refusal is stored in English, and read in the language of the reader where it is one of our sentences."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from archive.files import refusals
from archive.files.formats import UnreadableImage, recognise
from archive.files.refusals import in_words_of_reader

SENTENCES = {name: text for name, text in vars(refusals).items() if name.isupper() and not name.startswith("_")}
OWN = [name for name in SENTENCES if name != "WAS_NOT_KEPT"]


@pytest.mark.parametrize("name", OWN)
def test_each_sentence_is_told_in_french_with_the_values_that_were_stored(name: str) -> None:
    values = {key: f"{key} 7" for key in re.findall(r"%\((\w+)\)s", SENTENCES[name])}
    stored = SENTENCES[name] % values

    with override("en"):
        assert in_words_of_reader(stored) == stored
    with override("fr"):
        told = in_words_of_reader(stored)
        named = in_words_of_reader(f'"boat".jpg" was not kept: {stored}')

    assert told != stored and all(value in told for value in values.values())
    assert named.endswith(told) and 'boat".jpg' in named and "was not kept" not in named


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x1f\x8b\x08", "il semble être une archive gzip\xa0; les archives conservent JPEG, PNG"),
        (b"%PDF-1.7", "HEIF, AVIF, MP4, QuickTime, WebM et Matroska\xa0: extrayez-en les images et versez-les."),
        (b"\0\1\2\3\xff", "il semble être d’un genre inconnu\xa0; les archives conservent"),
    ],
    ids=["gzip", "pdf", "unknown"],
)
def test_what_a_file_seems_to_be_is_told_in_french(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "a.jpg").write_bytes(content)

    with pytest.raises(UnreadableImage) as refusal:
        recognise(tmp_path / "a.jpg")

    with override("fr"):
        assert told in in_words_of_reader(f'"a.jpg" was not kept: {refusal.value}')


def test_a_reason_without_a_stop_is_told_with_the_one_that_it_was_given() -> None:
    with override("fr"):
        told = in_words_of_reader(f'"a.jpg" was not kept: {refusals.NO_FILE % {"sort": "a pipe"}}.')

    assert told == "«\xa0a.jpg\xa0» n’a pas été conservé\xa0: c’est un tube, pas un fichier."


@pytest.mark.parametrize(
    "stored", ["", "it seems to be a gzip archive", '"a.jpg" was not kept: the disk is full', "%(name)s", "a" * 5000]
)
def test_what_is_none_of_ours_stays_as_it_was_stored(stored: str) -> None:
    with override("fr"):
        assert in_words_of_reader(stored) == stored
