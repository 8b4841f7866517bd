import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from archive.operation.status import State, findings


class Command(BaseCommand):
    help = "Say how the site stands: processes, received files, disks. Ends with 1 if something does not work."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one object for each finding, in a list")

    def handle(self, *args: Any, **options: Any) -> None:
        everything = findings()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in everything], indent=2, ensure_ascii=False))
        else:
            width = max(len(finding.what) for finding in everything)
            for finding in everything:
                self.stdout.write(f"{finding.state.label:<16}{finding.what:<{width}}  {finding.words}")
        if any(finding.state == State.BAD for finding in everything):
            sys.exit(1)
