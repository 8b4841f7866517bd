import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand
from rest_framework.authtoken.models import Token

from archive.accounts.locks import counted_as, locks
from archive.accounts.models import User
from archive.accounts.passwords import link_ends_at
from archive.accounts.people import role_of


class Command(BaseCommand):
    help = "List the accounts: role, last use, state, and who has to wait after wrong passwords."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        paused = locks()
        tokens = dict(Token.objects.values_list("user", "created"))
        accounts = []
        for person in User.objects.prefetch_related("groups").order_by("username", "pk"):
            ends_at = link_ends_at(person)
            until = [lock.until for lock in paused if lock.name == counted_as(person.get_username())]
            accounts.append(
                {
                    "name": person.get_username(),
                    "full_name": person.full_name,
                    "role": role_of(person),
                    "is_open": person.is_active,
                    "last_here_at": _written(person.last_here_at),
                    "token_made_at": _written(tokens.get(person.pk)),
                    "token_used_at": _written(person.token_used_at) if person.pk in tokens else None,
                    "must_change_password": person.must_change_password,
                    "has_password": person.has_usable_password(),
                    "link_ends_at": _written(ends_at),
                    "paused_until": _written(max(until, default=None)),
                }
            )
        pauses = [
            {"name": lock.name, "address": lock.address, "wrong": lock.wrong, "until": _written(lock.until)}
            for lock in paused
        ]
        if options["json"]:
            self.stdout.write(json.dumps({"accounts": accounts, "pauses": pauses}, indent=2))
            return
        for account in accounts:
            words = [
                "open" if account["is_open"] else "closed",
                "first password not changed yet" if account["must_change_password"] else "",
                "" if account["has_password"] else "no password chosen yet",
                f"token last used {account['token_used_at'] or 'never'}" if account["token_made_at"] else "",
                f"link ends {account['link_ends_at']}" if account["link_ends_at"] else "",
                f"paused until {account['paused_until']}" if account["paused_until"] else "",
            ]
            last = account["last_here_at"] or "never"
            state = ", ".join(filter(None, words))
            self.stdout.write(f"{account['name']:<20} {account['role']:<14} {last:<21} {state}")
        for pause in pauses:
            whom = " from ".join(filter(None, (pause["name"], pause["address"])))
            self.stdout.write(f"pause of {whom}: {pause['wrong']} wrong passwords, until {pause['until']}")


def _written(at: Any) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
