import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from archive.catalogue.models import Item
from archive.review.gatherings import Gathering, gatherings


class Command(BaseCommand):
    help = "Print to which events items are proposed by their dates and places, without storing anything."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object a line and proposal")

    def handle(self, *args: Any, **options: Any) -> None:
        for gathering in gatherings(Item.objects.all()):
            self.stdout.write(json.dumps(_told(gathering), ensure_ascii=False) if options["json"] else _said(gathering))


def _told(gathering: Gathering) -> dict[str, Any]:
    return {
        "key": gathering.key,
        "event": gathering.event.slug if gathering.event else None,
        "name": gathering.name,
        "date": gathering.date_edtf,
        "places": [place.slug for place, _number in gathering.places],
        "spread_metres": None if gathering.spread_metres is None else round(gathering.spread_metres),
        "items": gathering.items,
    }


def _said(gathering: Gathering) -> str:
    places = ", ".join(f"{place} {number}" for place, number in gathering.places)
    return (
        f"{'' if gathering.event else '(new) '}{gathering.name}: "
        f"{len(gathering.items)} items, {gathering.date_label}, {places}"
    )
