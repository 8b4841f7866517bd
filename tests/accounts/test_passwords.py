"""Weak passwords are refused in plain words; tokens end with the password, whatever changed it."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from rest_framework.authtoken.models import Token

from archive.accounts.models import User
from archive.ledger.models import LedgerEntry

MAUD = User(username="maud.brewer", full_name="Maud Brewer", email="m.brewer@example.org")


@pytest.mark.parametrize(
    "password, why",
    [
        ("short", "too short"),
        ("aaaaaaaaaaaa", "repeats"),
        ("abcabcabcabcabc", "repeats"),
        ("strandline2026", "the name of this site"),
        ("Strandline!2026!", "the name of this site"),
        ("strandline-strandline", "the name of this site"),
        ("str4ndl1ne-2027", "the name of this site"),
        ("administrator2026", "the name of this site"),
        ("ａｄｍｉｎｉｓｔｒａｔｏｒ１２", "the name of this site"),
        ("abcdefghijklmn", "runs along the alphabet"),
        ("qwertyuiop[]", "keys of the keyboard"),
        ("123456789012", "many people use"),
        ("Passw0rd!2026", "many people use"),
        ("maudbrewer2026", "your name"),
        ("MAUD.BREWER.1!", "your name"),
        ("brewermaudbrewer", "your name"),
        ("18/06/2024!!", "it is a date"),
        ("wellington-boots", "common words"),
        ("january2026!!", "common words"),
        ("correct horse battery", "common words"),
        ("correct-horse-battery", "common words"),
        ("let me in please now", "many people use"),
        ("s t r a n d l i n e", "the name of this site"),
        ("correct horse battery staple", "a well-known example"),
        ("correct.horse.battery.staple7", "a well-known example"),
        ("correcthorsebatterystaple", "a well-known example"),
        ("the quick brown fox", "a well-known example"),
        ("To be or not to be, that is the question", "a well-known example"),
        ("May the Force be with you", "a well-known example"),
        ("machines propose people decide", "the name of this site"),
        ("Not knowing is an answer.", "the name of this site"),
        ("smallboatsinthechannel", "the name of this site"),
        ("dover-calais-boat", "the name of this site"),
        ("dunkirkbeach2024", "the name of this site"),
        ("!QAZ2wsx#EDC4rfv", "many people use"),
        ("            ", "repeats"),
    ],
)
def test_a_weak_password_is_refused_in_plain_words(password: str, why: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, MAUD)

    assert why in " ".join(refusal.value.messages)


@pytest.mark.parametrize(
    "password",
    [
        "sand-and-shingle-7",
        "kelp lantern quarry noon",
        "kelp-lantern-quarry",
        "mango ladder winter pixel",
        "Kf3_-ab-92_Zq1xT",
        "x7$kQp2!mzR4",
        "ßßßöжøλçñ漢字ab",
        "kelp lantern quarry noon " * 200,
    ],
    ids=[
        "words",
        "four words",
        "three rare words",
        "common words",
        "of a token",
        "made by a machine",
        "other alphabets",
        "longer than is weighed",
    ],
)
def test_a_strong_password_is_taken(password: str) -> None:
    validate_password(password, MAUD)


@pytest.mark.django_db
def test_a_token_ends_with_a_password_that_the_command_line_changed(people: dict[str, User], monkeypatch) -> None:
    Token.objects.create(user=people["researcher"])
    monkeypatch.setattr("getpass.getpass", lambda **_: "sand-and-shingle-7")

    call_command("changepassword", "researcher", verbosity=0)

    assert not Token.objects.exists()
    assert LedgerEntry.objects.get(verb="withdraw token").subject == f"accounts.user:{people['researcher'].pk}"


@pytest.mark.django_db
def test_a_person_without_a_token_gets_no_entry_about_one(people: dict[str, User]) -> None:
    people["researcher"].set_password("sand-and-shingle-7")
    people["researcher"].save()

    assert not LedgerEntry.objects.exists()
