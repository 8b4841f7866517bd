"""Wrong passwords are counted together, by name and by address, on all ways in; nobody is kept out for ever."""

import threading
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from archive.accounts import locks
from archive.accounts.models import User
from archive.ledger.models import LedgerEntry

People = dict[str, User]

pytestmark = pytest.mark.django_db
ELSEWHERE = "203.0.113.9"


def sign_in(name: str, password: str, *, address: str = "192.0.2.1", client: Client | None = None, **more: str) -> int:
    form = {"username": name, "password": password}
    return (client or Client()).post(reverse("sign_in"), form, REMOTE_ADDR=address, headers=more).status_code


def ask_token(name: str, password: str, *, address: str = "192.0.2.1", **more: str) -> int:
    form = {"username": name, "password": password}
    return Client().post(reverse("api:token"), form, REMOTE_ADDR=address, headers=more).status_code


def guess(name: str, times: int, *, address: str = "192.0.2.1") -> None:
    for number in range(times):
        sign_in(name, f"wrong {number}", address=address)


@pytest.mark.parametrize("way", [sign_in, ask_token], ids=["page", "API"])
def test_another_x_forwarded_for_gives_no_more_guesses(way, people: People) -> None:
    codes = [way("researcher", "wrong", **{"X-Forwarded-For": f"198.51.100.{number}"}) for number in range(8)]

    assert codes.count(429) == 4
    assert way("researcher", "researcher-password") == 429


def test_page_and_api_count_together(people: People) -> None:
    guess("researcher", 3)
    codes = [ask_token("researcher", "wrong") for _ in range(2)]

    assert codes == [400, 429]
    assert sign_in("researcher", "researcher-password") == 429


def test_filling_the_cache_forgets_nothing(people: People) -> None:
    guess("researcher", 5)

    for number in range(400):
        cache.set(f"filler-{number}", number)
    cache.clear()

    assert sign_in("researcher", "researcher-password") == 429


def test_other_spellings_of_a_name_are_counted_together(people: People) -> None:
    for spelling in ("researcher", "Researcher", "RESEARCHER", "ＲＥＳＥＡＲＣＨＥＲ", "researcheR"):
        sign_in(spelling, "wrong")

    assert sign_in("researcher", "researcher-password") == 429


def test_one_address_that_tries_many_names_is_paused(people: People) -> None:
    codes = [sign_in(f"somebody {number}", "winter") for number in range(locks.OF_ADDRESS)]

    assert codes[-2:] == [200, 429]
    assert sign_in("researcher", "researcher-password") == 429
    assert sign_in("researcher", "researcher-password", address=ELSEWHERE) == 302


def test_one_name_tried_from_many_addresses_is_paused(people: People) -> None:
    for number in range(locks.OF_NAME):
        sign_in("researcher", "wrong", address=f"198.51.100.{number}")

    assert sign_in("researcher", "researcher-password", address=ELSEWHERE) == 429
    assert sign_in("archivist", "archivist-password", address=ELSEWHERE) == 302


def test_a_browser_that_was_signed_in_before_is_kept_out_by_nobody_else(people: People) -> None:
    mine = Client()
    assert sign_in("researcher", "researcher-password", client=mine) == 302
    mine.post(reverse("sign_out"))
    guess("researcher", 5)
    for number in range(locks.OF_NAME):
        sign_in("researcher", "wrong", address=f"198.51.100.{number}")
    for number in range(locks.OF_ADDRESS):
        sign_in(f"somebody {number}", "winter")

    assert sign_in("researcher", "researcher-password") == 429
    assert sign_in("archivist", "archivist-password", client=mine) == 429
    assert sign_in("researcher", "researcher-password", client=mine) == 302


def test_a_known_browser_may_not_guess_without_end_either(people: People) -> None:
    mine = Client()
    sign_in("researcher", "researcher-password", client=mine)
    mine.post(reverse("sign_out"))

    codes = [sign_in("researcher", "wrong", client=mine) for _ in range(6)]

    assert codes == [200] * 4 + [429] * 2
    assert sign_in("researcher", "researcher-password") == 302


def test_a_changed_password_makes_every_browser_a_stranger(people: People) -> None:
    mine = Client()
    sign_in("researcher", "researcher-password", client=mine)
    mine.post(reverse("sign_out"))
    people["researcher"].set_password("another-one-of-14")
    people["researcher"].save()

    guess("researcher", 5)

    assert sign_in("researcher", "another-one-of-14", client=mine) == 429


def test_guessing_on_does_not_make_the_pause_longer(people: People) -> None:
    guess("researcher", 5)
    before = locks.locks()[0].until
    guess("researcher", 20)

    assert locks.locks()[0].until == before
    AccessAttempt.objects.update(attempt_time=before - timedelta(minutes=30))
    assert locks.locks() == []
    assert sign_in("researcher", "researcher-password") == 302


def test_signing_in_forgets_what_was_mistyped_here(people: People) -> None:
    guess("researcher", 4)
    assert sign_in("researcher", "researcher-password") == 302

    assert sign_in("researcher", "wrong") == 200


def test_a_name_without_an_account_is_answered_as_one_with_an_account(people: People) -> None:
    pages = {}
    for name in ("researcher", "nobody-of-this-name"):
        client = Client(REMOTE_ADDR=f"192.0.2.{len(name)}")
        form = {"username": name, "password": "wrong"}
        answers = [client.post(reverse("sign_in"), form) for _ in range(6)]
        pages[name] = [(answer.status_code, answer.context["form"].non_field_errors()) for answer in answers]

    assert pages["researcher"] == pages["nobody-of-this-name"]


def test_a_closed_account_is_answered_as_a_wrong_password(people: People) -> None:
    User.objects.filter(username="moderator").update(is_active=False)

    closed = Client().post(reverse("sign_in"), {"username": "moderator", "password": "moderator-password"})
    wrong = Client().post(reverse("sign_in"), {"username": "archivist", "password": "wrong"})

    assert closed.context["form"].non_field_errors() == wrong.context["form"].non_field_errors()


def test_no_password_is_kept_of_what_was_counted(client: Client, people: People) -> None:
    sign_in("researcher", "my-own-secret-words")
    client.post(reverse("sign_in") + "?password=in-the-address", {"username": "x", "password": "another-secret"})

    kept = " ".join(" ".join(map(str, row)) for row in AccessAttempt.objects.values_list())
    assert "secret" not in kept and "in-the-address" not in kept


def test_an_administrator_lifts_a_pause(people: People) -> None:
    guess("Researcher", 5)

    forgotten = locks.lift(name="researcher", by=people["administrator"])

    assert forgotten == 5
    assert sign_in("researcher", "researcher-password") == 302
    assert LedgerEntry.objects.get(verb="lift pause").actor == "administrator"


def test_lifting_nothing_is_no_act(people: People) -> None:
    guess("researcher", 2)

    assert locks.lift(by=people["administrator"]) == 0
    assert locks.lift(name="moderator", by=people["administrator"]) == 0
    assert not LedgerEntry.objects.filter(verb="lift pause").exists()
    assert AccessAttempt.objects.count() == 1


@pytest.mark.parametrize("name", ["a" * 5000, "re\0searcher", "", " "], ids=["long", "with a NUL", "empty", "a space"])
@pytest.mark.parametrize("way", [sign_in, ask_token], ids=["page", "API"])
def test_a_name_that_cannot_be_one_is_a_wrong_name(way, name: str, people: People) -> None:
    assert way(name, "wrong") in (200, 400)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_all_counted(people: People) -> None:
    start = threading.Barrier(4)

    def guess_at_once() -> None:
        start.wait()
        sign_in("researcher", "wrong")
        connection.close()

    threads = [threading.Thread(target=guess_at_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(AccessAttempt.objects.values_list("failures_since_start", flat=True)) == 4
    assert sign_in("researcher", "wrong") == 429
