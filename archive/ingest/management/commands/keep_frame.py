from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from archive.catalogue.models import Item
from archive.files.formats import UnreadableImage
from archive.files.sandbox import JobFailed
from archive.ingest.frames import NotKept, keep_frame
from archive.standards.timecode import InvalidTimecode, parse_timecode, timecode


class Command(BaseCommand):
    help = "Keep a frame of footage as a still of its own. The same frame twice is kept once."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("item", type=int, metavar="ITEM", help="the number of the footage")
        parser.add_argument("timecode", metavar="TIMECODE", help="minutes:seconds, such as 0:12.345, or seconds alone")

    def handle(self, *args: Any, **options: Any) -> None:
        footage = Item.objects.select_related("media_file", "accession").filter(pk=options["item"]).first()
        if footage is None:
            raise CommandError(_("There is no item %(number)s.") % {"number": options["item"]})
        try:
            kept = keep_frame(footage, moment_milliseconds=parse_timecode(options["timecode"]), by=None)
        except InvalidTimecode as problem:
            raise CommandError(str(problem)) from problem
        except (UnreadableImage, JobFailed, NotKept) as problem:
            raise CommandError(_("The frame was not kept: %(why)s") % {"why": problem}) from problem
        outcome = _("kept as") if kept.is_new else _("was kept before as")
        details = {"at": timecode(kept.moment_milliseconds), "kept": outcome, "item": kept.item.pk}
        self.stdout.write(_("The frame at %(at)s %(kept)s item %(item)s.") % details)
