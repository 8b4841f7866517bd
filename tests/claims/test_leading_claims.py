import pytest

from archive.claims.leading_claims import grounds_of
from archive.claims.models import Claim, Ruling
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.builders import NOW, make_claim, make_item, make_outlet, make_place

pytestmark = pytest.mark.django_db

DATE, SHOWN, CREATED = Property.DATE_CREATED, Property.LOCATION_SHOWN, Property.LOCATION_CREATED


def weigh(item):
    return grounds_of(item.claims.with_grounds())


def rule(claim: Claim, standing: Standing) -> None:
    Ruling.objects.create(claim=claim, standing=standing, ruled_at=NOW)


def test_device_metadata_leads_before_a_caption() -> None:
    item = make_item()
    make_claim(item, DATE, date="2024-06-18", kind=SourceKind.CAPTION)
    camera = make_claim(item, DATE, date="2024-06-18", kind=SourceKind.DEVICE_METADATA)

    assert weigh(item)[DATE].leading == camera


def test_an_accepted_caption_leads_before_proposed_device_metadata() -> None:
    item = make_item()
    caption = make_claim(item, DATE, date="2024-04", kind=SourceKind.CAPTION)
    make_claim(item, DATE, date="2024-06-18", kind=SourceKind.DEVICE_METADATA)
    rule(caption, Standing.ACCEPTED)

    grounds = weigh(item)[DATE]

    assert grounds.leading == caption
    assert not grounds.is_contested, "what is only proposed can no longer lead"


def test_the_narrower_claim_leads_before_the_earlier() -> None:
    item = make_item()
    make_claim(item, DATE, date="2024-06")
    day = make_claim(item, DATE, date="2024-06-18")

    assert weigh(item)[DATE].leading == day


def test_of_equals_the_earlier_claim_leads() -> None:
    item = make_item()
    first = make_claim(item, DATE, date="2024-06-18")
    make_claim(item, DATE, date="2024-06-19")

    assert weigh(item)[DATE].leading == first


def test_a_rejected_claim_neither_leads_nor_contests() -> None:
    item = make_item()
    wrong = make_claim(item, DATE, date="2024-04-02", kind=SourceKind.DEVICE_METADATA)
    right = make_claim(item, DATE, date="2024-06-18")
    rule(wrong, Standing.REJECTED)

    grounds = weigh(item)[DATE]

    assert (grounds.leading, grounds.rivals, grounds.rejected) == (right, [], [wrong])
    assert not grounds.is_contested


def test_the_latest_ruling_holds() -> None:
    item = make_item()
    claim = make_claim(item, DATE, date="2024-06-18")
    rule(claim, Standing.REJECTED)
    rule(claim, Standing.PROPOSED)

    assert weigh(item)[DATE].leading == claim


@pytest.mark.parametrize(
    ("one", "other", "contested"),
    [
        ("2024-06-18", "2024-06-18", False),
        ("2024-06", "2024-06-18", False),
        ("2024-06-18", "2024-04", True),
        ("2024-06-18T23:30:00", "2024-06-19T01:30:00Z", False),
        ("2024-06-18", "2024-06-20T01:30:00Z", True),
        ("2024-01-01/..", "2024-06-18", False),
    ],
    ids=["same day", "month holds the day", "another month", "UTC is a day ahead", "two days apart", "open end"],
)
def test_only_dates_with_a_gap_between_are_contested(one: str, other: str, contested: bool) -> None:
    item = make_item()
    make_claim(item, DATE, date=one)
    make_claim(item, DATE, date=other, kind=SourceKind.DEVICE_METADATA)

    assert weigh(item)[DATE].is_contested is contested


def test_a_beach_and_its_town_agree_and_two_towns_do_not() -> None:
    dunkirk = make_place("Dunkirk", latitude_degrees=51.035, longitude_degrees=2.377)
    beach = make_place("Malo", kind="BEACH", parent=dunkirk, latitude_degrees=51.05, longitude_degrees=2.4)
    dover = make_place("Dover", latitude_degrees=51.129, longitude_degrees=1.309)
    item = make_item()
    make_claim(item, SHOWN, value_place=dunkirk)
    leading = make_claim(item, SHOWN, value_place=beach)

    assert weigh(item)[SHOWN].leading == leading
    assert not weigh(item)[SHOWN].is_contested
    make_claim(item, SHOWN, value_place=dover)
    assert weigh(item)[SHOWN].is_contested


def test_a_camera_at_calais_cannot_show_the_port_of_dover() -> None:
    dover = make_place("Dover", latitude_degrees=51.129, longitude_degrees=1.309)
    item = make_item()
    make_claim(item, CREATED, kind=SourceKind.DEVICE_METADATA, latitude_degrees=50.967, longitude_degrees=1.85)
    make_claim(item, SHOWN, value_place=dover)

    grounds = weigh(item)

    assert grounds[SHOWN].is_contested
    assert grounds[CREATED].is_contested


def test_two_outlets_may_both_have_published() -> None:
    item = make_item()
    make_claim(item, Property.PUBLISHED_BY, value_outlet=make_outlet("One"))
    make_claim(item, Property.PUBLISHED_BY, value_outlet=make_outlet("Two"))

    assert not weigh(item)[Property.PUBLISHED_BY].is_contested


def test_a_credit_inside_a_longer_credit_agrees() -> None:
    item = make_item()
    make_claim(item, Property.CREDIT_LINE, value_text="Sky News")
    make_claim(item, Property.CREDIT_LINE, value_text="Photo: Sky News")

    assert not weigh(item)[Property.CREDIT_LINE].is_contested


@pytest.mark.parametrize(
    ("property", "values", "label"),
    [
        (DATE, {"date": "2024-04"}, "April 2024"),
        (
            CREATED,
            {"latitude_degrees": 51.05, "longitude_degrees": 2.4, "uncertainty_metres": 12},
            "51.05000, 2.40000 ± 12 m",
        ),
        (Property.PEOPLE_COUNT, {"value_min": 20, "value_max": 28}, "20–28"),
        (Property.DIGITAL_SOURCE_TYPE, {"value_text": "screenCapture"}, "screen capture"),
        (Property.CREDIT_LINE, {"value_text": "Sky News"}, "Sky News"),
    ],
    ids=["date", "point", "count", "source type", "words"],
)
def test_a_claim_is_labelled_for_people(property: Property, values: dict, label: str) -> None:
    assert make_claim(make_item(), property, **values).label() == label


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        ("Jane Doe; John Roe", "Jane Doe; John Roe", True),
        ("Jane Doe; John Roe", "John Roe; Jane Doe", True),
        ("Jane Doe; John Roe", "Jane Doe", True),
        ("Jane Doe; John Roe", "Doe, Jane", True),
        ("Jane Doe; John Roe", "J. Doe and J. Roe", True),
        ("Jane Doe/Coast Pictures", "Jane Doe", True),
        ("Jane Doe, John Roe", "JOHN ROE & JANE DOE", True),
        ("Jane Doe; John Roe", "Jane Doe; Mary Major", False),
        ("Jane Doe; John Roe", "Mary Major", False),
        ("Jane Doe", "John Roe", False),
    ],
)
def test_several_creators_are_compared_as_lists(first, second, agree) -> None:
    item = make_item()
    make_claim(item, Property.CREATOR, kind=SourceKind.EMBEDDED_DESCRIPTION, value_text=first)
    make_claim(item, Property.CREATOR, kind=SourceKind.EMBEDDED_DESCRIPTION, value_text=second)

    assert weigh(item)[Property.CREATOR].is_contested is not agree
