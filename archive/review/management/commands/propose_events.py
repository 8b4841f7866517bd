import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from archive.catalogue.models import Item
from archive.review.gathering import Gathering, gatherings


class Command(BaseCommand):
    help = "Print to which events items are proposed by their dates and places, without storing anything."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object a line and proposal")

    def handle(self, *args: Any, **options: Any) -> None:
        for one in gatherings(Item.objects.all()):
            self.stdout.write(json.dumps(_told(one), ensure_ascii=False) if options["json"] else _said(one))


def _told(one: Gathering) -> dict[str, Any]:
    return {
        "key": one.key,
        "event": one.event.slug if one.event else None,
        "name": one.name,
        "date": one.date_edtf,
        "places": [place.slug for place, _number in one.places],
        "spread_metres": None if one.spread_metres is None else round(one.spread_metres),
        "items": one.items,
    }


def _said(one: Gathering) -> str:
    places = ", ".join(f"{place} {number}" for place, number in one.places)
    return f"{'' if one.event else '(new) '}{one.name}: {len(one.items)} items, {one.date_label}, {places}"
