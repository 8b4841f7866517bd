"""The sample collection, brought in as people do it: what it holds of the same pictures is found by itself."""

import io
from datetime import date

import numpy as np
import pytest
from django.core.management import call_command

from archive.catalogue.models import Item
from archive.claims.models import Claim
from archive.matching.models import Match
from archive.sample.collection import WrittenAccession, write_collection
from archive.sample.load_collection import add_records


@pytest.mark.django_db(transaction=True)
def test_copies_in_the_sample_are_found_aligned_and_weighed_without_a_hand(tmp_path):
    """The April picture used again in June, the copy a messenger stripped, the crop with another event's caption."""
    deliveries = {accession.folder.name: accession for accession in write_collection(tmp_path)}
    add_records(None)
    for folder in ("agency-archive-spring-2024", "newspaper-2024-06-19", "web-collection-july-2024"):
        bring_in_as_the_command_does(deliveries[folder])

    april = Item.objects.get(file_name="LP240423_0117.jpg")
    assert {appearance.published_edtf for appearance in april.appearances.all()} >= {"2024-06-19"}
    assert "date_created" in april.contested

    # The copies came first; the originals they were made of are recognised when they come.
    bring_in_as_the_command_does(deliveries["agency-feed-2024-06-18"])
    first, second = (Item.objects.get(file_name=f"LP240618_000{n}.jpg") for n in (1, 2))
    stripped = Item.objects.get(file_name="IMG-20240703-WA0012.jpg")
    crop = Item.objects.get(file_name="wimereux-boarding.jpg")

    for item, origin, kind in ((stripped, second, "REENCODED"), (crop, first, "CROPPED")):
        match = Match.objects.get(held=item.media_file, other=origin.media_file)
        assert (match.kind, match.is_strong) == (kind, True)
        (derived,) = Claim.objects.filter(item=item, property="derived_from")
        assert (derived.value_item, derived.source.match) == (origin, match)
    # Pictures drawn with the same boats and people are not proposed as the same.
    assert Match.objects.filter(is_strong=True).count() == 2
    outline = Match.objects.get(held=crop.media_file, other=first.media_file).other_outline
    assert np.min(outline, axis=0) == pytest.approx((0.26, 0.28), abs=0.01)
    assert stripped.date_created_edtf.startswith("2024-06-18")
    # What its caption says of day, place and event is contested by the picture that it was cut from.
    assert {"date_created", "location_shown", "event"} <= set(crop.contested)


def bring_in_as_the_command_does(written: WrittenAccession) -> None:
    story = written.story
    options = {"captions": written.captions, "accession": story.title, "workers": 2, "json": True}
    if story.outlet:
        options |= {"outlet": story.outlet}
    if story.published_on:
        options |= {"published": date.fromisoformat(story.published_on)}
    call_command("ingest", str(written.folder), stdout=io.StringIO(), stderr=io.StringIO(), **options)
