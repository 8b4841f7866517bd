"""A refusal is stored in English, and read in the language of the reader where it is one of our sentences."""

import re

import pytest
from django.utils.translation import override

from archive.files import refusals
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
    "stored", ["", "it seems to be a gzip archive", '"a.jpg" was not kept: the disk is full', "%(name)s", "a" * 5000]
)
def test_what_is_none_of_ours_stays_as_it_was_stored(stored: str) -> None:
    with override("fr"):
        assert in_words_of_reader(stored) == stored
