"""The command line does with accounts what the pages do, and says so in the ledger."""

import io
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.ledger.models import LedgerEntry

pytestmark = pytest.mark.django_db
People = dict[str, User]


def run(name: str, *arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


def choose(link: str) -> int:
    client = Client()
    form = client.get(urlsplit(link.strip()).path, follow=True)
    new = {"new_password1": "sand-and-shingle-7", "new_password2": "sand-and-shingle-7"}
    return client.post(form.request["PATH_INFO"], new).status_code


def guess(name: str, times: int = 5) -> None:
    for _ in range(times):
        Client().post(reverse("sign_in"), {"username": name, "password": "wrong"})


def test_a_link_is_printed_that_leads_to_the_site(people: People, settings: Any) -> None:
    settings.SITE_URL = "https://archive.example.org"

    said = run("reset_password", "researcher")

    assert said.startswith("https://archive.example.org/new-password/")
    assert choose(said) == 302
    assert LedgerEntry.objects.get(verb="make reset link").actor == "command line"


def test_a_name_that_nobody_has_is_told_with_the_nearest(people: People) -> None:
    with pytest.raises(CommandError, match="Did you mean 'researcher'"):
        run("reset_password", "Researcher")
    with pytest.raises(CommandError, match="list_accounts"):
        run("reset_password", "nobody")


def test_a_closed_account_gets_no_link(people: People) -> None:
    run("close_account", "researcher", yes=True)

    with pytest.raises(CommandError, match="closed"):
        run("reset_password", "researcher")
    assert choose(run("open_account", "researcher")) == 302


def test_the_last_administrator_is_not_closed(people: People) -> None:
    with pytest.raises(CommandError, match="only administrator"):
        run("close_account", "administrator", yes=True)


def test_closing_asks(people: People, monkeypatch: Any) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "")

    assert "Nothing was changed" in run("close_account", "researcher")
    assert User.objects.get(username="researcher").is_active


def test_an_account_is_opened_with_a_link(people: People) -> None:
    said = run("open_account", "maud", "archivist", email="maud@example.org")

    assert choose(said) == 302
    assert User.objects.get(username="maud").email == "maud@example.org"


@pytest.mark.parametrize(
    "arguments, options, words",
    [
        (["maud"], {}, "say their role"),
        (["ma ud", "archivist"], {}, "valid username"),
        (["maud", "archivist"], {"email": "nowhere"}, "valid email"),
        (["Researcher", "archivist"], {}, "is open"),
    ],
    ids=["no role", "no name", "no mail address", "there already"],
)
def test_an_account_that_cannot_be_opened(people: People, arguments: list, options: dict, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run("open_account", *arguments, **options)

    assert User.objects.count() == 4


def test_accounts_are_listed_with_their_pauses(people: People) -> None:
    guess("researcher")
    run("reset_password", "moderator")

    listed = json.loads(run("list_accounts", json=True))
    said = run("list_accounts")

    by_name = {account["name"]: account for account in listed["accounts"]}
    assert by_name["researcher"]["paused_until"] and not by_name["archivist"]["paused_until"]
    assert by_name["moderator"]["link_ends_at"]
    assert listed["pauses"][0] | {"until": ""} == {
        "name": "researcher", "address": "127.0.0.1", "wrong": 5, "until": "",
    }  # fmt: skip
    assert "paused until" in said and "pause of researcher from 127.0.0.1: 5 wrong passwords" in said


def test_a_pause_is_lifted(people: People) -> None:
    guess("researcher")

    assert "5 wrong passwords forgotten" in run("lift_pause", "researcher")
    assert "Nothing was counted" in run("lift_pause", address="127.0.0.1")
    with pytest.raises(CommandError, match="no address"):
        run("lift_pause", address="here")
    with pytest.raises(CommandError, match="Say whose"):
        run("lift_pause")


@pytest.mark.parametrize("is_production", [False, True], ids=["on this machine", "in production"])
def test_made_accounts_say_whether_their_passwords_may_stay(is_production: bool, settings: Any) -> None:
    settings.PRODUCTION = is_production

    said = run("make_accounts")

    assert ("has to be changed at the first sign-in." in said) and ("may stay" in said) is not is_production
    assert set(User.objects.values_list("must_change_password", flat=True)) == {is_production}
