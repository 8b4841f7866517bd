"""What administrators do with accounts, and people with their own; each act goes to the ledger."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from archive.accounts.models import User
from archive.accounts.roles import ADMINISTRATOR, ROLES
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, recording

# What acts by itself, as the ledger calls it; nobody else signs in under such a name.
SOFTWARE = ("Strandline", "system", "check_fixity", "load_gazetteer", "load_outlets")


def role_of(person: User) -> str:
    """Return the highest role of the person, or an empty text; reads `groups`, prefetched or not."""
    names = {group.name for group in person.groups.all()}
    return next((role for role in reversed(ROLES) if role in names), "")


def refuse_reserved(username: str) -> None:
    """:raises NotDone: acts under this name would pass for the archive's own in the ledger"""
    if username.casefold() in {name.casefold() for name in SOFTWARE}:
        raise NotDone(_("The archive itself acts under this name. Choose another."))


def add_person(
    *, username: str, role: str, by: User | str, password: str = "", email: str = "", full_name: str = ""
) -> User:
    """
    Open an account with one role; who gets no password is invited, by mail too where there is a mail server.

    :param password: validated before, and to be changed at the first sign-in; none: they choose one by a link
    :raises NotDone: somebody has this name
    """
    refuse_reserved(username)
    with recording():
        _one_after_the_other()
        if User.objects.filter(username__iexact=username).exists():
            raise NotDone(_("Somebody signs in with this name already. Choose another."))
        person = User.objects.create_user(
            username, email, password or None, must_change_password=bool(password), full_name=full_name
        )
        if settings.SENDS_MAIL and email and not password:
            person.reset_mail_asked_at = timezone.now()
            person.save(update_fields=["reset_mail_asked_at"])
        person.groups.set([_group(role)])
        act(verb="open account", subject=person, actor=by, payload={"username": username, "role": role})
    return person


def set_names(person: User, *, full_name: str, email: str, by: User | str) -> bool:
    """
    Keep what the person is called and where mail reaches them; return whether anything changed.

    Neither is in the ledger, which never forgets: it has which of the two changed.
    """
    given = {"full_name": full_name, "email": email}
    with recording():
        stands = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        changed = [name for name, value in given.items() if getattr(stands, name) != value]
        if not changed:
            return False
        for name in changed:
            setattr(person, name, given[name])
        person.save(update_fields=changed)
        if "email" in changed:
            act(verb="change mail address", subject=person, actor=by)
        if "full_name" in changed:
            act(verb="change full name", subject=person, actor=by)
    return True


def sign_out_everywhere(person: User, *, by: User | str) -> None:
    """End every session of the person, on whichever machine; their password and API token stay as they are."""
    with recording():
        User.objects.filter(pk=person.pk).update(sign_out_count=F("sign_out_count") + 1)
        person.refresh_from_db(fields=["sign_out_count"])
        act(verb="sign out everywhere", subject=person, actor=by)


def give_role(person: User, *, role: str, by: User | str) -> None:
    """:raises NotDone: there is no such role, or nobody would be left to administer"""
    with recording():
        _keep_one_administrator(person, is_leaving=role != ADMINISTRATOR)
        former = role_of(person)
        person.groups.set([_group(role)])
        act(verb="change role", subject=person, actor=by, payload={"from": former, "to": role})


def let_in(person: User, *, is_active: bool, by: User | str, reason: str = "") -> None:
    """
    Close an account, or open it again; what the person did stays in the record.

    :param reason: stands in the ledger, which never forgets
    :raises NotDone: nobody would be left to administer, or it is closed or open already
    """
    with recording():
        _one_after_the_other()  # before the account, as whoever changes a role does
        stands = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if stands.is_active == is_active:
            raise NotDone(
                _("The account of %(name)s is open already.") % {"name": person.get_username()}
                if is_active
                else _("The account of %(name)s is closed already.") % {"name": person.get_username()}
            )
        _keep_one_administrator(person, is_leaving=not is_active)
        person.is_active = is_active
        person.reset_link_made_at = person.reset_mail_asked_at = None
        person.save(update_fields=["is_active", "reset_link_made_at", "reset_mail_asked_at"])
        if not is_active:
            withdraw_token(person, by=by)
        payload = {"reason": reason} if reason else {}
        act(verb="reopen account" if is_active else "close account", subject=person, actor=by, payload=payload)


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
        User.objects.select_for_update(no_key=True).get(pk=person.pk)  # two clicks make one token after the other
        User.objects.filter(pk=person.pk).update(token_used_at=None)
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
    list(Group.objects.select_for_update(no_key=True).filter(name=ADMINISTRATOR))


def _keep_one_administrator(person: User, *, is_leaving: bool) -> None:
    _one_after_the_other()
    administrators = User.objects.filter(is_active=True, groups__name=ADMINISTRATOR)
    if is_leaving and administrators.filter(pk=person.pk).exists() and administrators.count() == 1:
        raise NotDone(
            _("%(name)s is the only administrator left. Make somebody else one first.")
            % {"name": person.get_username()}
        )
