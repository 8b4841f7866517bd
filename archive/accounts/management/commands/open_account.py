import argparse
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from archive.accounts.management.named_account import ACTOR, address_of
from archive.accounts.models import User
from archive.accounts.passwords import make_reset_link
from archive.accounts.people import add_person, let_in
from archive.accounts.roles import ROLES
from archive.ledger.not_done import NotDone


class Command(BaseCommand):
    help = "Open an account, or a closed one again, and print a link with which they choose their password."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", help="the name they sign in with")
        parser.add_argument("role", nargs="?", choices=ROLES, help="of a new account")
        parser.add_argument("--email", default="", help="of a new account")
        parser.add_argument("--full-name", default="", help="of a new account")

    def handle(self, *args: Any, **options: Any) -> None:
        name, role, email = options["name"], options["role"], options["email"]
        person = User.objects.filter(username__iexact=name).first()
        try:
            if person is None:
                if role is None:
                    raise CommandError(f"{name!r} has no account yet: say their role, one of {', '.join(ROLES)}.")
                full_name = options["full_name"]
                User(username=name, email=email, full_name=full_name).clean_fields(exclude=["password"])
                if email:
                    validate_email(email)
                person = add_person(username=name, email=email, full_name=full_name, role=role, by=ACTOR)
            elif person.is_active:
                raise CommandError(f"The account of {person.get_username()!r} is open. `reset_password` makes a link.")
            else:
                let_in(person, is_active=True, by=ACTOR)
            self.stdout.write(address_of(make_reset_link(person, by=ACTOR)))
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        except NotDone as refusal:
            raise CommandError(str(refusal)) from refusal
