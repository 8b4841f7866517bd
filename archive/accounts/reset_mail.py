"""
Links to choose a new password, by mail: asked for on a page, sent by a worker.

The row says what is to be sent, as everywhere: asking costs one UPDATE whether there is such an address or not, so that
neither the answer nor its time tells who has an account, and a mail server that is away loses nothing.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.passwords import INVITATION_LASTS, is_invited, link_parts
from archive.ledger.record_acts import act, recording

logger = logging.getLogger(__name__)

# Nobody's mailbox is filled by somebody who goes on asking.
PAUSE = timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(days=1)
# The mail server answers, and does not take this one mail.
_OF_ONE_ADDRESS = (SMTPRecipientsRefused, SMTPNotSupportedError, SMTPDataError)


def ask_for_mail(email: str, *, now: datetime) -> None:
    """Note that whoever has this address wants a link; does nothing where nobody has it, or one was sent just now."""
    is_due = Q(reset_mail_sent_at=None) | Q(reset_mail_sent_at__lt=now - PAUSE)
    User.objects.filter(is_due, email__iexact=email, is_active=True, reset_mail_asked_at=None).update(
        reset_mail_asked_at=now
    )


def send_what_was_asked(*, now: datetime, archive: str) -> int:
    """
    Send the mails that were asked for, each once, also with several workers.

    :param archive: the name of the archive, which they come from
    :return: how many were sent; what could not be sent is tried at the next call, for a day, and what the mail server
        refuses for good is not
    """
    sent = 0
    for person in User.objects.exclude(reset_mail_asked_at=None).order_by("reset_mail_asked_at", "pk"):
        asked_at = person.reset_mail_asked_at
        mine = User.objects.filter(pk=person.pk, reset_mail_asked_at=asked_at, is_active=True)
        if not mine.update(reset_mail_asked_at=None, reset_mail_sent_at=now):
            continue
        if asked_at < now - GIVEN_UP_AFTER:
            logger.warning("No mail to %s: it could not be sent for a day.", person.get_username())
            continue
        try:
            _send(person, archive)
        except (SMTPException, OSError) as problem:
            if _is_final(problem):
                logger.warning("No mail to %s, whom the mail server refuses: %s", person.get_username(), problem)
                continue
            logger.warning("No mail to %s for now: %s", person.get_username(), problem)
            User.objects.filter(pk=person.pk).update(reset_mail_asked_at=asked_at, reset_mail_sent_at=None)
            if isinstance(problem, _OF_ONE_ADDRESS):
                continue
            return sent  # the server is away: the others wait with this one
        sent += 1
    return sent


def _is_final(problem: OSError) -> bool:
    """Tell whether the mail server will never take this mail (RFC 5321, 4.2.1: 5yz); the others it may take."""
    if isinstance(problem, SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in problem.recipients.values())
    return isinstance(problem, SMTPNotSupportedError) or (
        isinstance(problem, SMTPDataError) and problem.smtp_code >= 500
    )


def _send(person: User, archive: str) -> None:
    address = settings.SITE_URL + reverse("reset_password", kwargs=link_parts(person))
    if is_invited(person):
        title = _("An account on %(archive)s")
        words = _(
            "You have an account on %(archive)s, at %(site)s: you sign in as %(name)s. Choose your password here:\n\n"
            "%(address)s\n\n"
            "The link works once, and within %(days)s days. After that, ask an administrator for a new one.\n"
        )
    else:
        title = _("A new password for %(archive)s")
        words = _(
            "Somebody, presumably you, asked for a link to choose a new password for %(name)s "
            "on %(archive)s, at %(site)s.\n\n"
            "%(address)s\n\n"
            "It works once, and within a day. If you did not ask for it, do nothing: your password stays as it is.\n"
        )
    facts = {
        "archive": archive,
        "name": person.get_username(),
        "site": settings.SITE_URL,
        "address": address,
        "days": INVITATION_LASTS.days,
    }
    # Outside of a transaction: a slow mail server must hold up nobody who writes.
    send_mail(" ".join((title % facts).split()), words % facts, None, [person.email])
    with recording():
        act(verb="send reset link", subject=person, actor=None)
