import sys
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from archive.catalogue.models import Item
from archive.projection.item_gate import changing
from archive.projection.write_projection import AT_ONCE
from archive.standards.batches import batches


class Command(BaseCommand):
    help = "Write anew what search reads of every item, from its claims."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        keys = list(Item.objects.order_by("pk").values_list("pk", flat=True))
        with tqdm(total=len(keys), unit="item", disable=not sys.stderr.isatty()) as bar:
            for some in batches(keys, AT_ONCE):
                with changing(Item.objects.filter(pk__in=some)):
                    pass
                bar.update(len(some))
        self.stdout.write(f"{len(keys)} items projected.")
