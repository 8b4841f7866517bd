"""Choose the leading value of each property of a reading."""

from typing import Any

from archive.extraction.readers.file_assertions import MOST_ASSERTIONS, Assertion, is_camera_text, leading_text
from archive.extraction.readers.statements import Reading, Value, as_text
from archive.standards import mappings
from archive.standards.vocabulary import Property

_TEXTS = (
    mappings.DESCRIPTION,
    mappings.HEADLINE,
    mappings.CREDIT_LINE,
    mappings.CREATOR,
    mappings.CITY,
    mappings.COUNTRY,
    mappings.COPYRIGHT_NOTICE,
    mappings.DIGITAL_SOURCE_TYPE,
)


def leading_properties(reading: Reading, assertions: list[Assertion]) -> dict[str, Any]:
    """
    Give the leading value of each property by name, absent ones left out.

    :param assertions: the assertions of the reading, whose dates and positions can be believed
    """
    properties: dict[str, Any] = {}
    for mapped in (mappings.MAKE, mappings.MODEL):
        properties[mapped.key] = _first_text(reading, mapped)
    properties["date_created"] = _first(
        assertion.date.edtf for assertion in _by_ground(assertions, Property.DATE_CREATED) if assertion.date
    )
    properties["orientation"] = _orientation(reading)
    point = _first(
        assertion.point for assertion in _by_ground(assertions, Property.LOCATION_CREATED) if assertion.point
    )
    if point:
        properties["latitude_degrees"] = point.latitude_degrees
        properties["longitude_degrees"] = point.longitude_degrees
        properties["altitude_metres"] = point.altitude_metres
    for mapped in _TEXTS:
        properties[mapped.key] = _first_text(reading, mapped)
    shown = _first(
        assertion.place
        for property in (Property.LOCATION_SHOWN, Property.LOCATION_CREATED)
        for assertion in _by_ground(assertions, property)
        if assertion.place
    )
    if shown:
        properties["city"] = properties["city"] or shown.city
        properties["country"] = properties["country"] or shown.country
    return {name: value for name, value in properties.items() if value not in (None, "")}


def _by_ground(assertions: list[Assertion], property: Property) -> list[Assertion]:
    return sorted(
        (assertion for assertion in assertions if assertion.property is property),
        key=lambda assertion: assertion.ground.rank,
    )


def _first(values: Any) -> Any:
    return next(iter(values), None)


def _first_text(reading: Reading, mapped: mappings.Field) -> str:
    texts = (_text(value) for name in mapped.tags for value in reading.values(name))
    # "samsung" is what no caption says and what a camera is.
    by_camera = is_camera_text if mapped in (mappings.DESCRIPTION, mappings.HEADLINE) else lambda _text: False
    return next((text for text in texts if text and not by_camera(text)), "")


def _text(value: Value) -> str:
    if isinstance(value, list):
        return "; ".join(as_text(part) for part in value[:MOST_ASSERTIONS]).strip()
    return as_text(leading_text(value)).strip()


def _orientation(reading: Reading) -> int | None:
    for name in mappings.ORIENTATION.tags:
        value = str(reading.first(name))
        if value in {"1", "2", "3", "4", "5", "6", "7", "8"}:
            return int(value)
    return None
