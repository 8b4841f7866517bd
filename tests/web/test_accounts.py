"""Signing in, one's own account, the people."""

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from archive.accounts.models import User
from archive.accounts.people import role_of
from archive.ledger.models import LedgerEntry

pytestmark = pytest.mark.django_db
FORM = {"username": "maud", "password": "a-long-first-word", "role": "archivist"}


def sign_in(client: Client, password: str) -> int:
    return client.post(reverse("sign_in"), {"username": "researcher", "password": password}).status_code


def test_the_right_password_leads_to_the_search(client: Client, people: dict[str, User]) -> None:
    answer = client.post(reverse("sign_in"), {"username": "researcher", "password": "researcher-password"})

    assert answer.status_code == 302
    assert answer.url == reverse("search")


@pytest.mark.parametrize("address", ["sign_in", "password"])
def test_a_form_page_carries_nothing_of_its_making(client: Client, people: dict[str, User], address: str) -> None:
    if address != "sign_in":
        client.force_login(people["researcher"])

    page = client.get(reverse(address)).content.decode()

    assert "object at 0x" not in page and "archive." not in page


def test_the_next_page_is_never_on_another_host(client: Client, people: dict[str, User]) -> None:
    form = {"username": "researcher", "password": "researcher-password", "next": "https://elsewhere.example/"}

    assert client.post(reverse("sign_in"), form).url == reverse("search")


def test_five_wrong_passwords_close_the_door_for_a_while(client: Client, people: dict[str, User]) -> None:
    assert [sign_in(client, "wrong") for _ in range(5)] == [200] * 4 + [429]

    answer = client.post(reverse("sign_in"), {"username": "researcher", "password": "researcher-password"})

    assert answer.status_code == 429
    assert "Try again in 15 minutes" in answer.content.decode()
    assert 0 < int(answer["Retry-After"]) <= 15 * 60


def test_signing_out_takes_a_post(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])

    assert client.get(reverse("sign_out")).status_code == 405
    assert client.post(reverse("sign_out")).status_code == 302


def test_a_token_is_shown_once(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])

    client.post(reverse("make_token"))
    key = Token.objects.get(user=people["researcher"]).key

    assert key in client.get(reverse("account")).content.decode()
    assert key not in client.get(reverse("account")).content.decode()
    assert key not in "".join(LedgerEntry.objects.values_list("payload", flat=True))


def test_a_new_token_takes_the_place_of_the_old_one(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])
    client.post(reverse("make_token"))
    former = Token.objects.get().key

    client.post(reverse("make_token"))

    assert Token.objects.get().key != former


def test_a_changed_password_is_recorded_but_not_written_down(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])
    new = "sand-and-shingle-7"

    answer = client.post(
        reverse("password"),
        {"old_password": "researcher-password", "new_password1": new, "new_password2": new},
    )

    assert answer.url == reverse("account")
    assert new not in LedgerEntry.objects.get(verb="change password").payload


@pytest.mark.parametrize("role", ["researcher", "archivist", "moderator"])
def test_only_administrators_see_the_people(client: Client, people: dict[str, User], role: str) -> None:
    client.force_login(people[role])

    assert client.get(reverse("people")).status_code == 403
    assert client.post(reverse("people"), FORM).status_code == 403
    assert client.post(reverse("change_person", args=[people[role].pk]), {"role": "administrator"}).status_code == 403


def test_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(reverse("account")).url.startswith(reverse("sign_in"))


def test_an_administrator_adds_a_person_with_a_role(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["administrator"])

    answer = client.post(reverse("people"), FORM)

    assert answer.status_code == 302
    assert role_of(User.objects.get(username="maud")) == "archivist"
    assert LedgerEntry.objects.get(verb="open account").actor == "administrator"


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"username": "Researcher"}, "signs in with this name already"),
        ({"password": "short"}, "too short"),
        ({"role": "emperor"}, "not one of the available choices"),
    ],
    ids=["name taken", "weak password", "no such role"],
)
def test_an_error_stands_beside_its_field(
    client: Client, people: dict[str, User], wrong: dict[str, str], words: str
) -> None:
    client.force_login(people["administrator"])

    answer = client.post(reverse("people"), FORM | wrong)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert User.objects.count() == 4


def test_a_closed_account_loses_its_token_and_its_way_in(client: Client, people: dict[str, User]) -> None:
    Token.objects.create(user=people["researcher"])
    client.force_login(people["administrator"])

    client.post(reverse("change_person", args=[people["researcher"].pk]), {"is_active": "no"})

    assert not Token.objects.exists()
    assert sign_in(Client(), "researcher-password") == 200


def test_the_last_administrator_stays(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["administrator"])
    address = reverse("change_person", args=[people["administrator"].pk])

    client.post(address, {"is_active": "no"})
    client.post(address, {"role": "researcher"})

    people["administrator"].refresh_from_db()
    assert people["administrator"].is_active
    assert role_of(User.objects.get(pk=people["administrator"].pk)) == "administrator"
