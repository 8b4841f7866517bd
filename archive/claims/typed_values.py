"""The value of a claim as data: one type, and the keys that belong to it."""

from datetime import date
from typing import Any

from django.db import models

from archive.claims.models import Claim, SpanClaim


def value_of(claim: Claim) -> dict[str, Any]:
    """Return the typed value of a claim; free of queries after `with_grounds()`."""
    value: dict[str, Any] = {"type": "text", "label": claim.label()}
    if claim.value_edtf:
        value |= {"type": "date", "edtf": claim.value_edtf, "moment": claim.value_moment}
        value |= {"earliest": _bound(claim.value_earliest), "latest": _bound(claim.value_latest)}
    elif claim.value_place:
        value |= {"type": "place", "place": named(claim.value_place.current)}
        if claim.uncertainty_metres and claim.latitude_degrees is None:
            value["within_metres"] = claim.uncertainty_metres
    elif claim.value_event or claim.value_outlet or claim.value_agent:
        kind = "event" if claim.value_event else "outlet" if claim.value_outlet else "agent"
        record = getattr(claim, f"value_{kind}")
        value |= {"type": kind, kind: named(record if kind == "agent" else record.current)}
    elif claim.value_item:
        value |= {"type": "item", "item": claim.value_item_id, "offset_milliseconds": claim.value_offset_milliseconds}
    elif claim.value_min is not None or claim.value_max is not None:
        value |= {"type": "range", "min": claim.value_min, "max": claim.value_max}
    elif claim.latitude_degrees is not None:
        value["type"] = "point"
    if claim.latitude_degrees is not None:
        names = ("latitude_degrees", "longitude_degrees", "uncertainty_metres", "altitude_metres", "bearing_degrees")
        value["point"] = {name: getattr(claim, name) for name in names}
    if claim.value_text:
        value["text"] = claim.value_text
    return value


def value_of_span_claim(claim: SpanClaim) -> dict[str, Any]:
    """Return the typed value of a claim on a span, in the form of `value_of`; free of queries as its label is."""
    value: dict[str, Any] = {"type": "text", "label": claim.label()}
    if claim.value_edtf:
        value |= {"type": "date", "edtf": claim.value_edtf}
        return value | {"earliest": _bound(claim.value_earliest), "latest": _bound(claim.value_latest)}
    if claim.value_place:
        return value | {"type": "place", "place": named(claim.value_place.current)}
    if claim.value_event:
        return value | {"type": "event", "event": named(claim.value_event.current)}
    if claim.value_min is not None or claim.value_max is not None:
        return value | {"type": "range", "min": claim.value_min, "max": claim.value_max}
    return value | {"text": claim.value_text}


def named(record: models.Model) -> dict[str, Any]:
    """Return how a record that another names is told: by number, slug and name."""
    return {"id": record.pk, "slug": record.slug, "name": record.name}


def _bound(day: date | None) -> date | None:
    return None if day in (date.min, date.max) else day
