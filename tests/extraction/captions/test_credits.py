import pytest

from archive.extraction.captions.gazetteer import Gazetteer
from archive.extraction.captions.reading import read_caption


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        (
            "A boat. Photo: Ana Roe/AFP via Getty Images",
            {"creator": "Ana Roe", "agency": "AFP", "supplier": "Getty Images"},
        ),
        ("A boat. (AP Photo/Ana Roe)", {"creator": "Ana Roe", "agency": "AP"}),
        ("A boat. (AP Photo/Ana Roe, File)", {"creator": "Ana Roe", "agency": "AP"}),
        ("A boat. REUTERS/Ana Roe", {"creator": "Ana Roe", "agency": "REUTERS"}),
        ("A boat. PA Wire", {"agency": "PA Wire"}),
        ("A boat at the quay\nAFP via Getty Images", {"agency": "AFP", "supplier": "Getty Images"}),
        ("A boat at the quay\nAna Roe", {"creator": "Ana Roe"}),
        ("Een boot\nBeeld: Ana Roe/AFP", {"creator": "Ana Roe", "agency": "AFP"}),
        ("A boat. Ana Roe/PA", {"creator": "Ana Roe", "agency": "PA"}),
        ("A boat. © Sky News", {"publisher": "Sky News"}),
        (
            "A boat in footage captured by Sky News.",
            {"publisher": "Sky News", "source_kind": "screen capture"},
        ),
        ("Un canot. Crédit photo : Ana Roe / La Voix du Nord", {"creator": "Ana Roe", "publisher": "La Voix du Nord"}),
        ("Un canot. (Photo Ana Roe. AFP)", {"creator": "Ana Roe", "agency": "AFP"}),
        ("Una patera. EFE", {"agency": "EFE"}),
        ("A boat. (Handout photo issued by Kent Police)", {"supplier": "Kent Police", "source_kind": "handout"}),
        ("A boat. Pool photo by Ana Roe", {"creator": "Ana Roe", "source_kind": "pool"}),
        ("A boat. Screengrab from Sky News", {"publisher": "Sky News", "source_kind": "screen capture"}),
        ("A boat. User-submitted photo", {"source_kind": "user-generated"}),
        ("Ana Roe | Getty Images A boat leaves.", {"creator": "Ana Roe", "agency": "Getty Images"}),
        ("A boat at sea.", {}),
    ],
)
def test_a_credit_is_split_into_who_did_what(gazetteer: Gazetteer, text: str, credit: dict[str, str]) -> None:
    read = read_caption(text, gazetteer=gazetteer).to_json()["credit"]

    assert {part: words for part, words in read.items() if words} == credit
