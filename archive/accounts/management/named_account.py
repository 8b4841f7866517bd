"""What commands share: finding the account that they name, and the address of a link to it."""

from django.conf import settings
from django.core.management.base import CommandError
from django.urls import reverse

from archive.accounts.models import User

# Who did it, in the ledger: the command line knows no person.
ACTOR = "command line"


def person_named(name: str) -> User:
    """:raises CommandError: nobody signs in with this name"""
    person = User.objects.filter(username=name).first()
    if person is None:
        close = User.objects.filter(username__iexact=name).first()
        hint = f" Did you mean {close.get_username()!r}?" if close else " `manage.py list_accounts` names all."
        raise CommandError(f"Nobody signs in as {name!r}.{hint}")
    return person


def open_account_named(name: str) -> User:
    """
    Return the account in whose name a command acts or reads.

    :raises CommandError: nobody signs in with this name, or the account is closed
    """
    person = User.objects.filter(username=name, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no open account “{name}”; list_accounts tells which there are.")
    return person


def address_of(link: dict[str, str]) -> str:
    return settings.SITE_URL + reverse("reset_password", kwargs=link)
