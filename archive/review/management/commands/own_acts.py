import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archive.accounts.management.named_account import open_account_named
from archive.accounts.roles import NotAllowed
from archive.catalogue.hidden_wordings import withheld_from
from archive.ledger.not_done import NotDone
from archive.review.models import OwnAct
from archive.review.own_acts import acts_of_late
from archive.review.told_acts import words_of_own_act
from archive.review.undo_acts import SomeStands, undo


class Command(BaseCommand):
    help = "List what an account did within the last day that can be undone in one step, or undo one of these acts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", required=True, dest="by", metavar="NAME", help="the account that did it")
        parser.add_argument("--undo", type=int, metavar="ACT", help="number of the act")
        parser.add_argument(
            "--leave-others", action="store_true", help="undo the rest where somebody decided on some of it since"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a line and act")

    def handle(self, *args: Any, **options: Any) -> None:
        by = open_account_named(options["by"])
        if options["undo"] is None:
            for act in acts_of_late(by, at=timezone.now()).iterator():
                self.stdout.write(_told(act, as_json=options["json"]))
            return
        act = OwnAct.objects.visible_to(by).filter(pk=options["undo"]).first()
        if act is None:
            raise CommandError(f"{by} has no act {options['undo']}; without --undo they are listed.")
        try:
            undone = undo(act, by=by, at=timezone.now(), leaves_others=options["leave_others"])
        except SomeStands as stands:
            lines = [str(stands), *(f"item {each.item.pk}: {each.why}" for each in stands.standing)]
            if stands.number:
                lines.append("With --leave-others the rest is undone.")
            raise CommandError("\n".join(lines)) from stands
        except (NotAllowed, NotDone) as refusal:
            raise CommandError(str(refusal)) from refusal
        for each in undone.standing:
            self.stderr.write(f"item {each.item.pk} stays as it is: {each.why}")
        if undone.act is not None:
            self.stdout.write(_told(undone.act, as_json=options["json"]))


def _told(act: OwnAct, *, as_json: bool) -> str:
    counter = getattr(act, "undone_by", None)
    words = words_of_own_act(act, withheld_from(act.done_by, act.items))
    if as_json:
        told = {"act": act.pk, "done_at": act.done_at.isoformat(), "words": words, "items": act.items}
        return json.dumps(told | {"undone_by": counter and counter.pk}, ensure_ascii=False)
    ended = f", undone by {counter.pk}" if counter else ""
    number = "1 item" if len(act.items) == 1 else f"{len(act.items)} items"
    return f"{act.pk}  {act.done_at:%Y-%m-%d %H:%M} UTC  {'; '.join(words)} ({number}{ended})"
