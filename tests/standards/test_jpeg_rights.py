"""Credit and terms are set into a JPEG before its picture, which stays as it is, byte for byte."""

import io
import struct

import pytest
from PIL import Image, IptcImagePlugin

from archive.standards.jpeg_rights import NoJPEG, with_rights


def jpeg() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (32, 20), (200, 90, 10)).save(drawn, "JPEG")
    return drawn.getvalue()


def test_credit_and_terms_are_read_by_others() -> None:
    credit, terms = "Jo Doe/Agence „Côte“", "Editorial use only & <no> sale\nuntil 2030"

    copy = with_rights(jpeg(), credit=credit, terms=terms)

    picture = Image.open(io.BytesIO(copy))
    told = IptcImagePlugin.getiptcinfo(picture)
    assert told[(2, 110)].decode() == credit and told[(1, 90)] == b"\x1b%G"
    assert set(told) == {(1, 90), (2, 0), (2, 110)}
    described = picture.getxmp()["xmpmeta"]["RDF"]["Description"]
    assert described["Credit"] == credit
    assert described["UsageTerms"]["Alt"]["li"]["text"] == terms
    assert set(described) == {"about", "Credit", "UsageTerms"}


def test_the_picture_itself_stays_as_it_is() -> None:
    before = jpeg()

    copy = with_rights(before, credit="Jo Doe", terms="x")

    at = 4 + struct.unpack(">H", before[4:6])[0]
    assert copy.startswith(before[:at]) and copy.endswith(before[at:])
    assert Image.open(io.BytesIO(copy)).tobytes() == Image.open(io.BytesIO(before)).tobytes()


def test_nothing_is_set_in_where_nothing_is_known_and_half_where_half_is() -> None:
    assert with_rights(jpeg(), credit="", terms="") == jpeg()
    assert b"8BIM" not in with_rights(jpeg(), credit="", terms="x")
    assert b"UsageTerms" not in with_rights(jpeg(), credit="x", terms="")


@pytest.mark.parametrize("text", ["é" * 100_000, "&" * 100_000, "\x00\x0b\ufffe ok"], ids=["long", "escaped", "no XML"])
def test_words_that_do_not_fit_leave_a_whole_file(text: str) -> None:
    copy = with_rights(jpeg(), credit=text, terms=text)

    picture = Image.open(io.BytesIO(copy))
    terms = picture.getxmp()["xmpmeta"]["RDF"]["Description"]["UsageTerms"]["Alt"]["li"]["text"]
    assert terms.endswith("[…]") if len(text) > 1000 else "ok" in terms
    picture.load()


def test_what_is_no_jpeg_is_refused() -> None:
    with pytest.raises(NoJPEG):
        with_rights(b"\x89PNG", credit="x", terms="")
