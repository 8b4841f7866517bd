"""Signing in, one's own account, the people."""

import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode
from rest_framework.authtoken.models import Token

from archive.accounts.models import User
from archive.accounts.passwords import RESET_LINKS, link_ends_at, make_reset_link
from archive.accounts.people import role_of
from archive.ledger.models import LedgerEntry
from tests.pages import folded

pytestmark = pytest.mark.django_db
FORM = {"username": "maud", "password": "kelp-and-shingle-9", "role": "archivist"}


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


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_sign_in_that_fails_keeps_the_way_on_and_shows_nothing_of_its_making(
    client: Client, people: dict[str, User], password: str
) -> None:
    form = {"username": "researcher", "password": password, "next": "/accessions/?page=2"}

    page = client.post(reverse("sign_in"), form).content.decode()

    fields = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]*? value="([^"]*)"', page))
    assert fields["next"] == "/accessions/?page=2"
    assert "q" in re.findall(r'name="(\w+)"', page) and not fields.get("q") and "view" not in fields
    assert "object at 0x" not in page and "archive." not in page


def test_the_page_of_a_link_shows_nothing_of_its_making(client: Client, people: dict[str, User]) -> None:
    link = make_reset_link(people["researcher"], by=people["administrator"])

    page = client.get(reverse("reset_password", kwargs=link), follow=True).content.decode()

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


def test_a_changed_password_ends_tokens_and_other_sessions(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])
    new = "sand-and-shingle-7"
    client.post(reverse("make_token"))
    elsewhere = Client()
    elsewhere.force_login(people["researcher"])

    answer = client.post(
        reverse("password"),
        {"old_password": "researcher-password", "new_password1": new, "new_password2": new},
    )

    assert answer.url == reverse("account")
    assert new not in LedgerEntry.objects.get(verb="change password").payload
    assert LedgerEntry.objects.get(verb="withdraw token").actor == "researcher"
    assert not Token.objects.exists()
    assert client.get(reverse("account")).status_code == 200
    assert elsewhere.get(reverse("account")).status_code == 302


@pytest.mark.parametrize("role", ["researcher", "archivist", "moderator"])
def test_only_administrators_see_the_people(client: Client, people: dict[str, User], role: str) -> None:
    client.force_login(people[role])

    assert client.get(reverse("people")).status_code == 403
    assert client.post(reverse("people"), FORM).status_code == 403
    assert client.post(reverse("person", args=[people[role].pk]), {"role": "administrator"}).status_code == 403


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

    client.post(reverse("close_person", args=[people["researcher"].pk]), {"reason": "left the archive"})

    assert not Token.objects.exists()
    assert sign_in(Client(), "researcher-password") == 200


def test_the_last_administrator_stays(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["administrator"])
    keys = [people["administrator"].pk]

    client.post(reverse("close_person", args=keys), {"reason": "left the archive"})
    client.post(reverse("person", args=keys), {"role": "researcher"})

    people["administrator"].refresh_from_db()
    assert people["administrator"].is_active
    assert role_of(User.objects.get(pk=people["administrator"].pk)) == "administrator"


def test_closing_an_account_asks_first(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["administrator"])

    page = client.get(reverse("close_person", args=[people["researcher"].pk]))

    assert "Close the account of researcher?" in page.content.decode()
    assert User.objects.get(username="researcher").is_active


def test_a_closed_account_is_signed_out_at_once(client: Client, people: dict[str, User]) -> None:
    theirs = Client()
    theirs.force_login(people["researcher"])
    client.force_login(people["administrator"])

    client.post(reverse("close_person", args=[people["researcher"].pk]), {"reason": "left the archive"})

    assert theirs.get(reverse("account")).status_code == 302


# --- First passwords ----------------------------------------------------------------------------------------------


@pytest.fixture
def newcomer(people: dict[str, User]) -> Client:
    """Somebody whose password an administrator chose, signed in for the first time."""
    administrator = Client()
    administrator.force_login(people["administrator"])
    administrator.post(reverse("people"), FORM)
    client = Client()
    client.post(reverse("sign_in"), {"username": "maud", "password": FORM["password"]})
    return client


def test_a_first_password_is_changed_before_anything_else(newcomer: Client) -> None:
    assert newcomer.get(reverse("search")).url == reverse("password")
    assert newcomer.post(reverse("make_token")).url == reverse("password")
    assert newcomer.get(reverse("search"), headers={"HX-Request": "true"})["HX-Redirect"] == reverse("password")
    assert newcomer.get("/api/v1/items/").status_code == 403
    assert "Somebody else chose" in newcomer.get(reverse("password")).content.decode()

    new = {"new_password1": "sand-and-shingle-7", "new_password2": "sand-and-shingle-7"}
    newcomer.post(reverse("password"), {"old_password": FORM["password"], **new})

    assert newcomer.get(reverse("search")).status_code == 200
    assert newcomer.get("/api/v1/items/").status_code == 200


def test_a_first_password_gives_no_token(newcomer: Client) -> None:
    answer = Client().post(reverse("api:token"), {"username": "maud", "password": FORM["password"]})

    assert answer.status_code == 403
    assert not Token.objects.exists()


def test_the_same_password_again_is_no_change(newcomer: Client) -> None:
    again = {"new_password1": FORM["password"], "new_password2": FORM["password"]}

    answer = newcomer.post(reverse("password"), {"old_password": FORM["password"], **again})

    assert "This is the password you have" in answer.content.decode()
    assert User.objects.get(username="maud").must_change_password


def test_whoever_sits_at_an_open_page_cannot_guess_the_password_without_end(
    client: Client, people: dict[str, User]
) -> None:
    client.force_login(people["researcher"])
    form = {"old_password": "wrong", "new_password1": "sand-and-shingle-7", "new_password2": "sand-and-shingle-7"}

    for _ in range(5):
        answer = client.post(reverse("password"), form)
    right = client.post(reverse("password"), form | {"old_password": "researcher-password"})

    assert "Try again in" in answer.content.decode() and "Try again in" in right.content.decode()
    kept = " ".join(map(str, AccessAttempt.objects.values_list("post_data", flat=True)))
    assert "shingle" not in kept and "old_password=wrong" not in kept


# --- Links --------------------------------------------------------------------------------------------------------


def link_made_by(client: Client, person: User) -> str:
    client.post(reverse("person", args=[person.pk]), {"link": "new"})
    page = client.get(reverse("person", args=[person.pk])).content.decode()
    return re.search(r"<code[^>]*data-link>http://testserver(.*?)</code>", page)[1]


def choose(client: Client, link: str, password: str = "sand-and-shingle-7") -> int:
    form = client.get(link, follow=True)
    if form.status_code != 200:
        return form.status_code
    return client.post(form.request["PATH_INFO"], {"new_password1": password, "new_password2": password}).status_code


@pytest.fixture
def administrator(people: dict[str, User]) -> Client:
    client = Client()
    client.force_login(people["administrator"])
    return client


def test_an_administrator_makes_a_link_that_works_once(
    client: Client, administrator: Client, people: dict[str, User]
) -> None:
    Token.objects.create(user=people["researcher"])
    link = link_made_by(administrator, people["researcher"])

    assert link not in administrator.get(reverse("person", args=[people["researcher"].pk])).content.decode()
    assert choose(client, link) == 302
    assert client.get(reverse("account")).status_code == 200
    assert not Token.objects.exists()
    assert choose(Client(), link) == 410
    verbs = list(LedgerEntry.objects.order_by("sequence").values_list("verb", "actor"))
    assert verbs[-3:] == [
        ("make reset link", "administrator"), ("reset password", "researcher"), ("withdraw token", "researcher"),
    ]  # fmt: skip
    assert link.split("/")[-2] not in "".join(LedgerEntry.objects.values_list("payload", flat=True))


def test_a_newer_link_ends_the_one_before(administrator: Client, people: dict[str, User]) -> None:
    former = link_made_by(administrator, people["researcher"])
    newer = link_made_by(administrator, people["researcher"])

    assert choose(Client(), former) == 410
    assert choose(Client(), newer) == 302


def test_a_link_ends_after_a_day(administrator: Client, people: dict[str, User], settings: Any) -> None:
    link = link_made_by(administrator, people["researcher"])

    settings.PASSWORD_RESET_TIMEOUT = -1

    assert choose(Client(), link) == 410


def test_a_link_ends_with_the_account_and_stays_ended(administrator: Client, people: dict[str, User]) -> None:
    link = link_made_by(administrator, people["researcher"])
    about = [people["researcher"].pk]

    administrator.post(reverse("close_person", args=about), {"reason": "left the archive"})
    assert choose(Client(), link) == 410
    administrator.post(reverse("person", args=about), {"link": "new"})
    administrator.post(reverse("person", args=about), {"reopen": "yes"})

    assert choose(Client(), link) == 410
    assert LedgerEntry.objects.filter(verb="make reset link").count() == 1


def test_a_password_chosen_by_link_is_weighed_too(administrator: Client, people: dict[str, User]) -> None:
    link = link_made_by(administrator, people["researcher"])

    assert choose(Client(), link, "aaaaaaaaaaaa") == 200
    assert choose(Client(), link) == 302


def test_a_link_lets_in_whoever_is_paused(client: Client, administrator: Client, people: dict[str, User]) -> None:
    for _ in range(5):
        sign_in(client, "wrong")

    assert choose(client, link_made_by(administrator, people["researcher"])) == 302
    assert client.get(reverse("account")).status_code == 200


def test_a_person_without_a_first_password_gets_a_link(administrator: Client) -> None:
    there = administrator.post(reverse("people"), FORM | {"password": ""}).url
    link = re.search(r"data-link>http://testserver(.*?)</code>", administrator.get(there).content.decode())[1]
    client = Client()

    assert choose(client, link) == 302
    assert client.get(reverse("account")).status_code == 200


# --- What administrators see --------------------------------------------------------------------------------------


def test_an_administrator_sees_a_pause_and_lifts_it(
    client: Client, administrator: Client, people: dict[str, User]
) -> None:
    for _ in range(5):
        sign_in(client, "wrong")
    about = reverse("person", args=[people["researcher"].pk])

    assert "paused after wrong passwords" in administrator.get(reverse("people")).content.decode()
    assert "5 wrong passwords" in administrator.get(about).content.decode()
    answer = administrator.post(
        reverse("lift_pause"), {"name": "researcher", "address": "127.0.0.1", "person": people["researcher"].pk}
    )

    assert answer.url == about
    assert sign_in(client, "researcher-password") == 302


def test_pauses_of_names_without_an_account_stand_apart(client: Client, administrator: Client) -> None:
    for _ in range(5):
        client.post(reverse("sign_in"), {"username": "<b>nobody</b>", "password": "wrong"})

    page = administrator.get(reverse("people")).content.decode()
    administrator.post(reverse("lift_pause"), {"address": "no address"})

    assert "&lt;b&gt;nobody&lt;/b&gt;" in page


def test_use_is_noted_to_the_hour(client: Client, people: dict[str, User]) -> None:
    token = Token.objects.create(user=people["researcher"]).key
    client.get("/api/v1/items/", headers={"Authorization": f"Token {token}"})
    first = User.objects.get(username="researcher").last_used_at

    client.get("/api/v1/items/", headers={"Authorization": f"Token {token}"})
    assert first and User.objects.get(username="researcher").last_used_at == first

    User.objects.update(last_used_at=first - timedelta(hours=2))
    client.get("/api/v1/items/", headers={"Authorization": f"Token {token}"})
    assert User.objects.get(username="researcher").last_used_at >= first


def test_an_administrator_keeps_a_mail_address(administrator: Client, people: dict[str, User]) -> None:
    about = reverse("person", args=[people["researcher"].pk])

    assert administrator.post(about, {"email": "no address"}).status_code == 422
    assert administrator.post(about, {"email": "maud@example.org"}).status_code == 302
    assert User.objects.get(username="researcher").email == "maud@example.org"
    assert "example.org" not in "".join(LedgerEntry.objects.values_list("payload", flat=True))


@pytest.mark.parametrize("form", [{}, {"is_active": "no"}, {"role": "emperor"}], ids=["empty", "unknown", "no role"])
def test_a_form_that_says_nothing_changes_nothing(
    administrator: Client, people: dict[str, User], form: dict[str, str]
) -> None:
    answer = administrator.post(reverse("person", args=[people["researcher"].pk]), form, follow=True)

    assert answer.status_code == 200 and "Choose one of the" in answer.content.decode()
    assert not LedgerEntry.objects.exists()


# --- Names, invitations, sign-outs, tokens ------------------------------------------------------------------------


def test_who_is_invited_gets_a_link_of_a_week_and_a_mail_where_there_is_a_server(
    administrator: Client, settings: Any
) -> None:
    settings.SENDS_MAIL = True
    sent = {"username": "maud", "full_name": "Maud Brewer", "email": "maud@paper.example", "role": "archivist"}

    there = administrator.post(reverse("people"), sent).url
    shown = administrator.get(there).content.decode()

    maud = User.objects.get(username="maud")
    assert "Invitation" in shown and "Maud Brewer" in shown
    assert "on its way to maud@paper.example" in folded(shown)
    assert timedelta(days=6) < link_ends_at(maud) - timezone.now() <= timedelta(days=7)
    assert maud.reset_mail_asked_at is not None
    assert "data-link" not in administrator.get(there).content.decode()


@pytest.mark.parametrize(("days", "status"), [(6, 302), (8, 410)])
def test_an_invitation_holds_a_week_and_a_link_for_a_forgotten_password_a_day(
    administrator: Client, people: dict[str, User], days: int, status: int, monkeypatch: Any
) -> None:
    there = administrator.post(reverse("people"), FORM | {"password": ""}).url
    link = re.search(r"data-link>http://testserver(.*?)</code>", administrator.get(there).content.decode())[1]
    other = link_made_by(administrator, people["researcher"])
    later = RESET_LINKS._now() + timedelta(days=days)
    monkeypatch.setattr(RESET_LINKS, "_now", lambda: later)

    assert choose(Client(), link) == status
    assert choose(Client(), other) == 410


def test_nothing_tells_an_address_of_nobody_from_one_that_has_ended(people: dict[str, User]) -> None:
    link = make_reset_link(people["researcher"], by=people["administrator"])
    make_reset_link(people["researcher"], by=people["administrator"])
    nobody = {"uidb64": urlsafe_base64_encode(b"999999"), "token": link["token"]}

    ended, of_nobody = (Client().get(reverse("reset_password", kwargs=parts)) for parts in (link, nobody))

    strip = re.compile(r'value="[A-Za-z0-9]{64}"|[A-Za-z0-9]{64}|/new-password/[^"]*')
    assert ended.status_code == of_nobody.status_code == 410
    assert strip.sub("", ended.content.decode()) == strip.sub("", of_nobody.content.decode())


@pytest.mark.parametrize("name", ["Strandline", "SYSTEM", "check_fixity"])
def test_nobody_signs_in_under_a_name_that_the_archive_acts_under(administrator: Client, name: str) -> None:
    answer = administrator.post(reverse("people"), FORM | {"username": name})

    assert answer.status_code == 422 and "acts under this name" in answer.content.decode()


def test_people_change_their_name_freely_and_their_address_with_their_password(
    client: Client, people: dict[str, User]
) -> None:
    client.force_login(people["researcher"])
    account = reverse("account")

    assert client.post(account, {"full_name": "Ada", "email": ""}).status_code == 302
    for password, words in (("", "Write your password"), ("wrong", "incorrect")):
        answer = client.post(account, {"full_name": "Ada", "email": "ada@paper.example", "password": password})
        assert answer.status_code == 422 and words in answer.content.decode(), password
    sent = {"full_name": "Ada", "email": "ada@paper.example", "password": "researcher-password"}
    assert client.post(account, sent).status_code == 302

    stands = User.objects.get(username="researcher")
    assert (stands.full_name, stands.email) == ("Ada", "ada@paper.example")
    acts = LedgerEntry.objects.filter(verb__in=("change full name", "change mail address"))
    assert sorted(acts.values_list("verb", "payload")) == [("change full name", "{}"), ("change mail address", "{}")]


def test_a_wrong_password_beside_an_address_counts_as_one_at_the_door(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])
    sent = {"full_name": "", "email": "ada@paper.example", "password": "wrong"}

    pages = [client.post(reverse("account"), sent).content.decode() for _time in range(6)]

    assert "Too many wrong passwords" in pages[-1]


def test_who_signs_out_everywhere_else_stays_and_all_others_are_out(client: Client, people: dict[str, User]) -> None:
    other, account = Client(), reverse("account")
    for each in (client, other):
        assert sign_in(each, "researcher-password") == 302

    client.post(reverse("sign_out_elsewhere"))

    assert client.get(account).status_code == 200
    assert other.get(account).status_code == 302
    assert sign_in(other, "researcher-password") == 302 and other.get(account).status_code == 200


def test_an_administrator_signs_somebody_out_everywhere_and_withdraws_their_token(
    administrator: Client, people: dict[str, User]
) -> None:
    person, there = Client(), reverse("person", args=[people["researcher"].pk])
    sign_in(person, "researcher-password")
    Token.objects.create(user=people["researcher"])

    administrator.post(there, {"sign_out": "yes"})
    assert person.get(reverse("account")).status_code == 302
    assert Token.objects.exists()
    administrator.post(there, {"token": "withdraw"})

    assert not Token.objects.exists()
    done = LedgerEntry.objects.order_by("-sequence").values_list("verb", "actor")[:2]
    assert list(done) == [("withdraw token", "administrator"), ("sign out everywhere", "administrator")]


def test_when_a_token_was_last_used_is_listed(administrator: Client, people: dict[str, User]) -> None:
    token = Token.objects.create(user=people["researcher"])
    assert "never used" in administrator.get(reverse("people")).content.decode()

    assert Client().get("/api/v1/items/", headers={"Authorization": f"Token {token.key}"}).status_code == 200

    assert User.objects.get(username="researcher").token_used_at is not None
    assert "never used" not in administrator.get(reverse("people")).content.decode()


def test_an_account_is_closed_with_a_reason_that_its_page_tells(administrator: Client, people: dict[str, User]) -> None:
    about = [people["researcher"].pk]

    assert administrator.post(reverse("close_person", args=about), {"reason": " "}).status_code == 422
    assert User.objects.get(pk=about[0]).is_active
    administrator.post(reverse("close_person", args=about), {"reason": "left the archive"})

    page = folded(administrator.get(reverse("person", args=about)).content.decode())
    assert "by administrator" in page and "left the archive" in page
    again = administrator.post(reverse("close_person", args=about), {"reason": "once more"}, follow=True)
    assert "is closed already" in again.content.decode()
    assert LedgerEntry.objects.filter(verb="close account").count() == 1
