"""Words that a restricted delivery brought first are open once an open delivery brings them too."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from archive.accounts.models import User
from archive.catalogue.models import Access, Accession, Item
from archive.claims.models import Claim, readings_told_to
from tests.ingest.pictures import delivery, jpeg, xmp

pytestmark = pytest.mark.django_db
LIST = "filename,caption,date\na.jpg,Twelve people wait behind the dunes,2024-06-18\n"


def bring(folder: Path, title: str, words: Path | None = None) -> None:
    more = ["--captions", str(words)] if words else []
    call_command("ingest", str(folder), "--accession", title, *more, stdout=io.StringIO())


def test_words_of_a_restricted_delivery_are_open_once_an_open_one_brings_them(
    tmp_path: Path, people: dict[str, User]
) -> None:
    folder, words = delivery(tmp_path / "d", a_jpg=jpeg(1)), tmp_path / "words.csv"
    words.write_text(LIST)
    bring(folder, "first")
    bring(folder, "closed", words)
    Accession.objects.filter(title="closed").update(access=Access.RESTRICTED)
    item, reader = Item.objects.get(), people["researcher"]
    assert not item.captions.readable_by(reader).exists() and not Claim.objects.told_to(reader).exists()

    bring(folder, "open", words)

    assert [caption.text for caption in item.captions.readable_by(reader)] == ["Twelve people wait behind the dunes"]
    assert Claim.objects.told_to(reader).filter(property="date_created").count() == 1


def test_a_sidecar_of_a_restricted_delivery_is_open_once_an_open_one_brings_it(
    tmp_path: Path, people: dict[str, User]
) -> None:
    folder = delivery(tmp_path / "d", a_jpg=jpeg(1))
    bring(folder, "first")
    (folder / "a.xmp").write_bytes(xmp("Twelve people wait behind the dunes", city="Dunkirk"))
    bring(folder, "closed")
    Accession.objects.filter(title="closed").update(access=Access.RESTRICTED)
    item, reader = Item.objects.get(), people["researcher"]
    assert not item.captions.readable_by(reader).exists()

    for title in ("open", "open again"):
        bring(folder, title)

    assert [caption.text for caption in item.captions.readable_by(reader)] == ["Twelve people wait behind the dunes"]
    assert Claim.objects.told_to(reader).filter(property="location_shown", source__tag="City").count() == 1
    assert readings_told_to(reader).filter(reader="sidecar").count() == 1
