"""A link by mail: the answer tells nobody who has an account; each mail goes once, or waits for its server."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.locmem import EmailBackend as LocmemBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.people import add_person
from archive.accounts.reset_mail import ask_for_mail, send_what_was_asked
from archive.ledger.models import LedgerEntry
from archive.settings import mail_server, read

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ADDRESS = "maud@example.org"


@pytest.fixture(autouse=True)
def mailed(people: dict[str, User], settings: Any) -> User:
    settings.SENDS_MAIL = True
    settings.SITE_URL = "https://archive.example.org"
    people["researcher"].email = ADDRESS
    people["researcher"].save()
    return people["researcher"]


def test_a_link_comes_by_mail_and_works_once(client: Client) -> None:
    client.post(reverse("forgotten"), {"email": "MAUD@example.org"})

    assert send_what_was_asked(now=NOW, archive="Coast Archive") == 1
    assert send_what_was_asked(now=NOW, archive="Coast Archive") == 0
    assert mail.outbox[0].to == [ADDRESS]
    assert mail.outbox[0].subject == "A new password for Coast Archive"
    assert "on Coast Archive, at https://archive.example.org." in mail.outbox[0].body
    link = re.search(r"https://archive\.example\.org(/new-password/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    new = {"new_password1": "sand-and-shingle-7", "new_password2": "sand-and-shingle-7"}
    assert client.post(form.request["PATH_INFO"], new).status_code == 302
    assert Client().get(link).status_code == 410
    assert LedgerEntry.objects.get(verb="send reset link").actor == "system"


def test_who_is_invited_gets_words_of_their_own(client: Client) -> None:
    add_person(username="edna", email="edna@example.org", role="archivist", by="test")
    add_person(username="kept", email="", role="archivist", by="test")
    add_person(username="told", email="told@example.org", password="kelp-and-shingle-9", role="archivist", by="test")

    assert send_what_was_asked(now=timezone.now(), archive="Strandline") == 1

    [sent] = mail.outbox
    assert sent.to == ["edna@example.org"] and "you sign in as edna" in sent.body and "within 7 days" in sent.body
    link = re.search(r"https://archive\.example\.org(/new-password/\S+)", sent.body)[1]
    assert client.get(link, follow=True).status_code == 200


def test_the_answer_does_not_tell_who_has_an_account(client: Client, django_assert_num_queries: Any) -> None:
    pages = []
    for address in (ADDRESS, "n@example.org", "closed@example.org"):
        with django_assert_num_queries(1):
            answer = client.post(reverse("forgotten"), {"email": address})
        pages.append((answer.status_code, answer.content.decode().replace(address, "")))

    assert len({re.sub(r'(value="|X-CSRFToken": ")[^"]*', "", page) for _, page in pages}) == 1
    assert User.objects.exclude(reset_mail_asked_at=None).count() == 1


def test_going_on_asking_fills_no_mailbox(mailed: User) -> None:
    for minutes in range(20):
        ask_for_mail(ADDRESS, now=NOW + timedelta(minutes=minutes))
        send_what_was_asked(now=NOW + timedelta(minutes=minutes), archive="Strandline")

    assert len(mail.outbox) == 2


def test_a_closed_account_gets_no_mail(mailed: User) -> None:
    ask_for_mail(ADDRESS, now=NOW)
    User.objects.filter(pk=mailed.pk).update(is_active=False)
    assert send_what_was_asked(now=NOW, archive="Strandline") == 0

    User.objects.filter(pk=mailed.pk).update(reset_mail_asked_at=None)
    ask_for_mail(ADDRESS, now=NOW)
    assert send_what_was_asked(now=NOW, archive="Strandline") == 0


def test_a_mail_server_that_is_away_loses_nothing(mailed: User, settings: Any) -> None:
    ask_for_mail(ADDRESS, now=NOW)
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT = 1  # nothing listens there

    assert send_what_was_asked(now=NOW, archive="Strandline") == 0
    assert not LedgerEntry.objects.filter(verb="send reset link").exists()
    settings.EMAIL_BACKEND = works
    assert send_what_was_asked(now=NOW, archive="Strandline") == 1


class ChoosyServer(LocmemBackend):
    """A mail server that answers, and refuses one address."""

    code = 550

    def send_messages(self, messages: list[Any]) -> int:
        if ADDRESS in messages[0].to:
            raise SMTPRecipientsRefused({ADDRESS: (self.code, b"no such mailbox")})
        return super().send_messages(messages)


class BusyServer(ChoosyServer):
    code = 450


@pytest.mark.parametrize(("server", "is_tried_again"), [(ChoosyServer, False), (BusyServer, True)])
def test_an_address_that_the_mail_server_refuses_holds_up_nobody(
    mailed: User, people: dict[str, User], settings: Any, server: type, is_tried_again: bool
) -> None:
    User.objects.filter(pk=people["archivist"].pk).update(email="ada@example.org")
    ask_for_mail(ADDRESS, now=NOW - timedelta(minutes=1))
    ask_for_mail("ada@example.org", now=NOW)
    settings.EMAIL_BACKEND = f"{__name__}.{server.__name__}"

    assert send_what_was_asked(now=NOW, archive="Strandline") == 1
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]
    assert User.objects.filter(reset_mail_asked_at__isnull=False).exists() is is_tried_again


def test_a_mail_that_could_not_be_sent_for_a_day_is_given_up_and_told(mailed: User, caplog: Any) -> None:
    ask_for_mail(ADDRESS, now=NOW - timedelta(days=2))

    assert send_what_was_asked(now=NOW, archive="Strandline") == 0
    assert "researcher" in caplog.text and mail.outbox == []


def test_without_a_mail_server_the_page_says_whom_to_ask(client: Client, settings: Any) -> None:
    settings.SENDS_MAIL = False

    assert "Ask an administrator" in client.get(reverse("forgotten")).content.decode()
    client.post(reverse("forgotten"), {"email": ADDRESS})
    assert not User.objects.exclude(reset_mail_asked_at=None).exists()


def test_what_is_no_address_is_said_beside_the_field(client: Client) -> None:
    answer = client.post(reverse("forgotten"), {"email": "maud"})

    assert answer.status_code == 422 and "valid email" in answer.content.decode()


def test_the_mail_server_is_read_from_one_address(monkeypatch: Any) -> None:
    assert mail_server("smtp+tls://maud:p%40ss@mail.example.org") == {
        "EMAIL_HOST": "mail.example.org", "EMAIL_PORT": 587, "EMAIL_HOST_USER": "maud",
        "EMAIL_HOST_PASSWORD": "p@ss", "EMAIL_USE_TLS": True, "EMAIL_USE_SSL": False,
    }  # fmt: skip
    monkeypatch.setenv("EMAIL_URL", "imap://mail.example.org")
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        read("EMAIL_URL", {}, mail_server, "smtp://…")
