import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from archive.catalogue.models import Caption, Item
from archive.claims.caption_claims import VERSION, Changes, read_ahead_for
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing
from archive.projection.write_projection import AT_ONCE
from archive.standards.batches import batches


class Command(BaseCommand):
    help = (
        "Read all captions again, after the rules or the gazetteer changed. Claims that no longer follow are "
        "superseded; what a person decided stands; what still follows is not touched. May be interrupted and run again."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--after", type=int, default=0, metavar="ITEM", help="go on behind this item")

    def handle(self, *args: Any, **options: Any) -> None:
        described = Caption.objects.filter(role=Caption.Role.DESCRIPTION).values("item")
        keys = (
            Item.objects.filter(pk__in=described, pk__gt=options["after"]).order_by("pk").values_list("pk", flat=True)
        )
        keys = list(keys)
        added = superseded = restored = 0
        with tqdm(total=len(keys), unit="item", disable=not sys.stderr.isatty()) as bar:
            for some in batches(keys, AT_ONCE):
                try:
                    for changes in _read_again(some):
                        added += len(changes.new)
                        superseded += len(changes.gone)
                        restored += len(changes.back)
                except KeyboardInterrupt:
                    self.stderr.write(f"Interrupted. Go on with: reread_captions --after {some[0] - 1}")
                    raise SystemExit(130) from None
                bar.update(len(some))
        self.stdout.write(
            f"{len(keys)} items read: {added} claims added, {superseded} superseded, {restored} proposed again."
        )


def _read_again(keys: list[int]) -> list[Changes]:
    """Read the captions of some items in one transaction, with one act for each item that changed."""
    read_ahead_for(keys)
    with changing() as change:
        items = Item.objects.in_bulk(keys)
        change.lock(items.values())
        changed = change.read_captions(items.values())
        for key, changes in changed.items():
            counts = f"{len(changes.new)} added, {len(changes.gone)} superseded, {len(changes.back)} proposed again"
            payload = {"rules": f"rules {VERSION}", "reason": counts}
            act(verb="read captions again", subject=items[key], actor="Strandline", payload=payload)
    return list(changed.values())
