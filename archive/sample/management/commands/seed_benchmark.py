import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from archive.sample.seed_benchmark import NotSeeded, draw_pictures, number_made, seed


class Command(BaseCommand):
    help = (
        "Fill an archive with made-up items, to measure search in it, until there are so many. They stand in "
        "what search reads, not in the ledger, and their originals are not kept: use an archive of its own, without "
        "workers. "
        "It may be stopped and started again, and run again with a larger number."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="of items that there are in the end")
        parser.add_argument("--seed", type=int, default=7, help="the same gives the same items")
        parser.add_argument("--with-grounds", action="store_true", help="also the claims that all is projected from")
        parser.add_argument("--among-real-items", action="store_true", help="also where the archive holds others")
        parser.add_argument("--processes", type=int, default=3, help="one writes, the others make items")

    def handle(self, *, number: int, **options: Any) -> None:
        asked = {name: options[name] for name in ("seed", "with_grounds", "among_real_items", "processes")}
        started = time.perf_counter()
        with tqdm(total=number, unit="item", disable=None, leave=False) as bar:
            try:
                made = seed(number, progress=lambda done, total: bar.update(done - bar.n) and None, **asked)
            except NotSeeded as problem:
                raise CommandError(str(problem)) from problem
        draw_pictures()
        seconds = time.perf_counter() - started
        rate = f", {made / seconds:,.0f} a second" if made else ""
        self.stdout.write(f"{made} items made{rate}; there are {number_made()}.")
