"""What comes with a delivery is read into claims as it is brought in."""

from datetime import date
from typing import Any

import pytest

from archive.claims.models import Claim
from archive.ingest import process_lines
from archive.ingest.models import AccessionLine
from archive.press.models import Appearance
from archive.standards.vocabulary import Property
from tests.builders import make_outlet, make_place
from tests.ingest.pictures import jpeg
from tests.ingest.test_process_lines import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def newspaper() -> dict[str, Any]:
    make_place("Dover")
    return {"outlet": make_outlet("The Channel Courier"), "published_on": date(2024, 6, 19)}


def test_a_caption_of_the_list_is_read_against_the_day_it_was_printed(newspaper: dict[str, Any]) -> None:
    line = send(jpeg(1), way=AccessionLine.Way.COMMAND, **newspaper)
    AccessionLine.objects.update(stated={"caption": "Two dozen people are brought into Dover on Tuesday."})

    process_lines.work_off()

    line.refresh_from_db()
    said = {claim.property: claim.label() for claim in Claim.objects.read_from_captions().with_grounds()}
    assert said == {"date_created": "18 June 2024", "location_shown": "Dover", "people_count": "24"}
    assert (line.item.date_created_edtf, line.item.lead_place.name) == ("2024-06-18", "Dover")
    assert Appearance.objects.get().wording == line.item.captions.get()


def test_a_caption_that_comes_with_held_bytes_is_read_too(newspaper: dict[str, Any]) -> None:
    send(jpeg(1), way=AccessionLine.Way.COMMAND)
    process_lines.work_off()

    send(jpeg(1), way=AccessionLine.Way.COMMAND, **newspaper)
    AccessionLine.objects.filter(state="WAITING").update(stated={"caption": "People at Dover on Tuesday."})
    process_lines.work_off()

    place = Claim.objects.read_from_captions().get(property=Property.LOCATION_SHOWN)
    assert place.item.lead_place.name == "Dover"


def test_the_columns_and_the_caption_of_a_row_do_not_say_the_same_twice(newspaper: dict[str, Any]) -> None:
    send(jpeg(1), way=AccessionLine.Way.COMMAND, **newspaper)
    row = {"caption": "People at Dover on Tuesday.", "date": "2024-06-18", "place": "Dover"}
    AccessionLine.objects.update(stated=row)

    process_lines.work_off()

    assert not Claim.objects.read_from_captions().exists()
    assert Claim.objects.filter(property=Property.DATE_CREATED).count() == 1
