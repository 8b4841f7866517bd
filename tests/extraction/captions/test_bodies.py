import pytest

from archive.extraction.captions.bodies import find_bodies


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("An RNLI lifeboat", "RNLI", "body"),
        ("A Border Force cutter", "Border Force", "body"),
        ("HM Coastguard said", "HM Coastguard", "body"),
        ("La Gendarmerie nationale veille", "Gendarmerie nationale", "body"),
        ("Kent Police at work", "Kent Police", "body"),
        ("the rescue ship Ocean Viking docks", "Ocean Viking", "vessel"),
        ("HMS Severn at sea", "HMS Severn", "vessel"),
        ("le remorqueur Abeille Normandie au large", "Abeille Normandie", "vessel"),
    ],
)
def test_a_body_or_vessel_is_named(text: str, name: str, kind: str) -> None:
    (body,) = find_bodies(text, [])

    assert (body.name, body.kind) == (name, kind)
    assert name in text[body.start : body.end]
