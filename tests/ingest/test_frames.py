"""A frame of footage kept as a still: exact, once, derived from its moment."""

import io
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.claims.models import Claim
from archive.files.formats import UnreadableImage
from archive.ingest.command_line import bring_in
from archive.ingest.delivery import walk
from archive.ingest.frames import NotKept, keep_frame
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from archive.review.mark_distressing import mark_distressing
from archive.standards.vocabulary import Property, SourceKind
from tests.builders import make_accession, make_outlet
from tests.filming import drawn_frame, film, rewrap

pytestmark = pytest.mark.django_db(transaction=True)
People = dict[str, User]


@pytest.fixture
def footage(tmp_path: Path) -> Item:
    """Two seconds at ten frames a second, delivered by somebody, with an outlet."""
    path = film(tmp_path / "boat.mp4", seconds=2)
    accession = make_accession(outlet=make_outlet("Sky News"), supplied_by="A reader")
    bring_in(walk([path]), accession=accession, by=None, size=1, report=lambda told: None)
    return Item.objects.select_related("media_file", "accession").get()


def test_a_kept_frame_is_a_still_derived_from_the_footage_at_its_moment(footage: Item, people: People) -> None:
    kept = keep_frame(footage, moment_milliseconds=1250, by=people["archivist"])

    still = kept.item
    assert (kept.is_new, kept.moment_milliseconds) == (True, 1200)
    assert (still.kind, still.accession, still.added_by) == (Item.Kind.STILL, footage.accession, people["archivist"])
    assert still.file_name == "boat 0.01.200.png"
    [claim] = still.claims.select_related("source")
    assert (claim.property, claim.value_item, claim.value_offset_milliseconds) == ("derived_from", footage, 1200)
    assert (claim.source.kind, claim.source.person) == (SourceKind.PERSON, people["archivist"])
    assert claim.label() == "boat.mp4, 0:01.200"
    assert not still.appearances.exists()
    act = LedgerEntry.objects.get(verb="keep frame")
    assert (act.actor, act.subject) == ("archivist", f"catalogue.item:{still.pk}")
    with storages["originals"].open(still.media_file.storage_path) as stream:
        pixels = np.asarray(Image.open(io.BytesIO(stream.read())))
    assert pixels.shape == (180, 320, 3)
    assert np.abs(pixels.astype(int) - drawn_frame(12)).mean() < 12


def test_the_same_frame_is_kept_once(footage: Item, people: People) -> None:
    first = keep_frame(footage, moment_milliseconds=700, by=people["archivist"])

    again = keep_frame(footage, moment_milliseconds=799, by=people["moderator"])

    assert (again.item, again.is_new) == (first.item, False)
    assert Item.objects.filter(kind=Item.Kind.STILL).count() == 1
    assert Claim.objects.filter(property=Property.DERIVED_FROM).count() == 1
    assert AccessionLine.objects.count() == 2


def test_a_frame_that_was_brought_in_by_hand_gains_its_origin(footage: Item, people: People, tmp_path: Path) -> None:
    kept = keep_frame(footage, moment_milliseconds=0, by=people["archivist"])
    with storages["originals"].open(kept.item.media_file.storage_path) as stream:
        (tmp_path / "grab.png").write_bytes(stream.read())
    other = rewrap(tmp_path / "boat.mp4", tmp_path / "other.mkv")
    bring_in(walk([other]), accession=make_accession(), by=None, size=1, report=lambda told: None)

    # The same coded pictures in another container: each frame is the same, bit by bit.
    second = Item.objects.select_related("media_file", "accession").get(file_name="other.mkv")
    again = keep_frame(second, moment_milliseconds=0, by=people["archivist"])

    assert (again.item, again.is_new) == (kept.item, False)
    origins = Claim.objects.filter(item=kept.item, property=Property.DERIVED_FROM).values_list("value_item", flat=True)
    assert set(origins) == {footage.pk, second.pk}


@pytest.mark.parametrize(
    ("access", "still_access"),
    [(Access.RESTRICTED, Access.RESTRICTED), (Access.RESEARCH, Access.RESEARCH), (Access.RELEASED, Access.RESEARCH)],
)
def test_a_frame_is_seen_by_no_more_people_than_its_footage_and_released_by_itself(
    footage: Item, people: People, access: str, still_access: str
) -> None:
    footage.access = access
    footage.save(update_fields=["access"])

    assert keep_frame(footage, moment_milliseconds=0, by=people["archivist"]).item.access == still_access


def test_no_frame_is_cut_from_bytes_that_were_altered(footage: Item, people: People) -> None:
    path = Path(storages["originals"].path(footage.media_file.storage_path))
    path.chmod(0o600)
    with path.open("r+b") as stream:
        stream.seek(-1, 2)
        stream.write(b"!")

    with pytest.raises(NotKept, match="missing from the store or was altered there"):
        keep_frame(footage, moment_milliseconds=700, by=people["archivist"])

    assert Item.objects.count() == 1


def test_only_archivists_keep_frames(footage: Item, people: People) -> None:
    with pytest.raises(NotAllowed):
        keep_frame(footage, moment_milliseconds=0, by=people["researcher"])

    assert Item.objects.count() == 1


def test_a_picture_has_no_frames(footage: Item, people: People) -> None:
    still = keep_frame(footage, moment_milliseconds=0, by=people["archivist"]).item

    with pytest.raises(UnreadableImage, match="it is no footage"):
        keep_frame(still, moment_milliseconds=0, by=people["archivist"])


def test_the_page_keeps_a_frame_and_opens_it(footage: Item, people: People, client: Client) -> None:
    client.force_login(people["archivist"])
    address = reverse("keep_frame", args=[footage.pk])

    answer = client.post(address, {"at": "0:00.5"}, follow=True)
    again = client.post(address, {"at": "0.5"}, follow=True)
    wrong = client.post(address, {"at": "noon"}, follow=True)

    still = Item.objects.get(kind=Item.Kind.STILL)
    assert answer.redirect_chain[-1][0] == again.redirect_chain[-1][0] == reverse("item", args=[still.pk])
    assert "The frame at 0:00.500 is kept as this still." in answer.content.decode()
    assert "was kept before: this is it." in again.content.decode()
    assert f"{reverse('item', args=[footage.pk])}#t=0.500" in answer.content.decode()
    assert "“noon” is no moment" in wrong.content.decode() or "&quot;noon&quot; is no moment" in wrong.content.decode()


def test_the_api_keeps_a_frame(footage: Item, people: People, client: Client) -> None:
    client.force_login(people["archivist"])
    address = reverse("api:item-frames", args=[footage.pk])

    made = client.post(address, {"at": "1.5"}, content_type="application/json")
    again = client.post(address, {"at": "1.5"}, content_type="application/json")
    wrong = client.post(address, {"at": "noon"}, content_type="application/json")

    assert (made.status_code, again.status_code, wrong.status_code) == (201, 200, 400)
    assert (made.json()["kind"], made.json()["id"]) == ("STILL", again.json()["id"])
    [error] = wrong.json()["errors"]
    assert (error["field"], "such as 0:12.345" in error["detail"]) == ("at", True)


def test_the_command_keeps_a_frame(footage: Item, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("keep_frame", str(footage.pk), "0:01.2")
    call_command("keep_frame", str(footage.pk), "0:01.2")

    still = Item.objects.get(kind=Item.Kind.STILL)
    assert capsys.readouterr().out.splitlines() == [
        f"The frame at 0:01.200 kept as item {still.pk}.",
        f"The frame at 0:01.200 was kept before as item {still.pk}.",
    ]
    with pytest.raises(CommandError, match="There is no item 999"):
        call_command("keep_frame", "999", "0")


def test_a_frame_of_distressing_footage_is_marked_as_it_is_kept(footage: Item, people: People) -> None:
    mark_distressing([footage], is_distressing=True, by=people["moderator"], reason="a body")

    kept = keep_frame(footage, moment_milliseconds=1250, by=people["archivist"])

    assert Item.objects.get(pk=kept.item.pk).is_distressing
    acts = LedgerEntry.objects.filter(subject=f"catalogue.item:{kept.item.pk}", verb="mark distressing")
    assert [(act.actor, "frame of footage" in act.payload) for act in acts] == [("archivist", True)]
    call_command("verify_ledger")
