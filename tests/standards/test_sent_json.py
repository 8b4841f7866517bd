import pytest

from archive.standards.sent_json import read_json


@pytest.mark.parametrize("written", ['["a", "🛶"]', b'["a", "\\ud83d\\udef6"]'], ids=["text", "escaped bytes"])
def test_json_is_read(written: str | bytes) -> None:
    assert read_json(written) == ["a", "🛶"]


NO_JSON = {
    "empty": "",
    "half": "{",
    "nested without end": "[" * 100_000,
    "nested and whole": '{"a":' * 50_000 + "1" + "}" * 50_000,
    "half a character": '["\\ud800"]',
    "half a character in a name": '{"\\udfff": 1}',
    "no text": b"\xff",
    "beyond what int() reads": "9" * 5000,
}


@pytest.mark.parametrize("written", NO_JSON.values(), ids=NO_JSON)
def test_what_cannot_be_read_or_stored_is_refused(written: str | bytes) -> None:
    with pytest.raises(ValueError):
        read_json(written)
