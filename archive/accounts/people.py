"""What administrators do with accounts, and people with their own; each act goes to the ledger."""

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from archive.accounts.models import User
from archive.accounts.roles import ADMINISTRATOR, ROLES
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, recording


def role_of(person: User) -> str:
    """Return the highest role of the person, or an empty text; reads `groups`, prefetched or not."""
    names = {group.name for group in person.groups.all()}
    return next((role for role in reversed(ROLES) if role in names), "")


def add_person(*, username: str, role: str, by: User | str, password: str = "", email: str = "") -> User:
    """
    Open an account with one role.

    :param password: validated before, and to be changed at the first sign-in; none: they choose one by a link
    :raises NotDone: somebody has this name
    """
    with recording():
        _one_after_the_other()
        if User.objects.filter(username__iexact=username).exists():
            raise NotDone(_("Somebody signs in with this name already. Choose another."))
        person = User.objects.create_user(username, email, password or None, must_change_password=bool(password))
        person.groups.set([_group(role)])
        act(verb="open account", subject=person, actor=by, payload={"username": username, "role": role})
    return person


def set_email(person: User, *, email: str, by: User | str) -> None:
    """Keep where mail reaches the person; the address itself is not in the ledger, which never forgets."""
    with recording():
        person.email = email
        person.save(update_fields=["email"])
        act(verb="change mail address", subject=person, actor=by)


def give_role(person: User, *, role: str, by: User | str) -> None:
    """:raises NotDone: there is no such role, or nobody would be left to administer"""
    with recording():
        _keep_one_administrator(person, is_leaving=role != ADMINISTRATOR)
        former = role_of(person)
        person.groups.set([_group(role)])
        act(verb="change role", subject=person, actor=by, payload={"from": former, "to": role})


def let_in(person: User, *, is_active: bool, by: User | str) -> None:
    """
    Close an account, or open it again; what the person did stays in the record.

    :raises NotDone: nobody would be left to administer
    """
    with recording():
        _keep_one_administrator(person, is_leaving=not is_active)
        person.is_active = is_active
        person.reset_link_made_at = person.reset_mail_asked_at = None
        person.save(update_fields=["is_active", "reset_link_made_at", "reset_mail_asked_at"])
        if not is_active:
            withdraw_token(person, by=by)
        act(verb="reopen account" if is_active else "close account", subject=person, actor=by)


def token_of(person: User) -> str:
    """Return the API token of the person, made now if there is none; two who ask at once get the same."""
    with recording():
        token, is_new = Token.objects.get_or_create(user=person)
        if is_new:
            act(verb="make token", subject=person, actor=person)
    return token.key


def renew_token(person: User) -> str:
    """Make a new API token; the one before it stops working. The token itself is in no record but its own table."""
    with recording():
        User.objects.select_for_update().get(pk=person.pk)  # two clicks make one token after the other
        Token.objects.filter(user=person).delete()
        token = Token.objects.create(user=person)
        act(verb="make token", subject=person, actor=person)
    return token.key


def withdraw_token(person: User, *, by: User | str | None) -> None:
    """Let the API token of the person open nothing any more; nothing is recorded where there is none."""
    with recording():
        if Token.objects.filter(user=person).delete()[0]:
            act(verb="withdraw token", subject=person, actor=by)


def _group(role: str) -> Group:
    if role not in ROLES:
        raise NotDone(_("There is no such role. Choose one of the list."))
    return Group.objects.get(name=role)


def _one_after_the_other() -> None:
    """Lock what all such acts lock: the second of two waits, then sees what the first did."""
    list(Group.objects.select_for_update().filter(name=ADMINISTRATOR))


def _keep_one_administrator(person: User, *, is_leaving: bool) -> None:
    _one_after_the_other()
    administrators = User.objects.filter(is_active=True, groups__name=ADMINISTRATOR)
    if is_leaving and administrators.filter(pk=person.pk).exists() and administrators.count() == 1:
        raise NotDone(
            _("%(name)s is the only administrator left. Make somebody else one first.")
            % {"name": person.get_username()}
        )
