"""The French of the interface is whole: each message has its French, and each page of each role is in it."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from archive.accounts.models import User
from archive.files.sandbox import isolation
from archive.standards.vocabulary import Property
from tests.addresses import ROLES, arguments, clients, every_address, make_world
from tests.builders import NOW, make_claim, make_footage, make_item
from tests.french import CATALOGUE, PLACEHOLDER, messages, worded
from tests.unmarked_words import everywhere, in_code, in_template

ROOT = Path(__file__).parents[2]
# Before these French has a space that does not break; the colon of an address or a key of the search has none.
_LOOSE = re.compile("(?<=\\w)[!?»](?=\\s|$)| [:;!?»](?=\\s|$)|«(?!\u00a0)|(?<=[a-zé])'(?=\\w)")


def named(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural


# -- the catalogue -----------------------------------------------------------------------------------------------------


def test_each_message_has_its_french() -> None:
    assert len(messages()) > 1000
    assert [entry.msgid for entry in messages() if entry.fuzzy or not entry.translated()] == []


def test_french_has_the_values_of_the_english() -> None:
    faults = []
    for entry in messages():
        for english, french in worded(entry):
            # Of one thing a language may say "one" instead of its number.
            wanted, given = Counter(PLACEHOLDER.findall(english)), Counter(PLACEHOLDER.findall(french))
            if given != wanted and not (
                entry.msgid_plural and not given - Counter(PLACEHOLDER.findall(entry.msgid_plural))
            ):
                faults.append((english, french))
            if re.findall(r"<[^>]+>", english) != re.findall(r"<[^>]+>", french):
                faults.append((english, french))

    assert faults == []


def test_french_is_set_as_french_is() -> None:
    assert [french for entry in messages() for _english, french in worded(entry) if _LOOSE.search(french)] == []


def test_a_fault_of_setting_is_seen() -> None:
    faults = ["Pourquoi ?", "Pourquoi?", "Titre : mer", "«mer\u00a0»", "l'image", "«\u00a0mer»"]

    assert [fault for fault in faults if not _LOOSE.search(fault)] == []
    assert not _LOOSE.search("Pourquoi\u00a0? L’adresse https://a.b/?c et place: «\u00a0mer\u00a0»")


@pytest.mark.skipif(not shutil.which("xgettext"), reason="no xgettext on this machine: messages are not collected anew")
def test_collecting_the_messages_anew_changes_nothing(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "archive", tmp_path / "archive", ignore=shutil.ignore_patterns("data", "pictures", "*.pyc"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    there = tmp_path / CATALOGUE.relative_to(ROOT)
    command = "makemessages -l fr --no-location --no-wrap -e py,html,js --no-obsolete"
    env = {**os.environ, "VAR_ROOT": str(tmp_path / "var"), "PYTHONPATH": str(tmp_path)}

    done = subprocess.run([sys.executable, "manage.py", *command.split()], cwd=tmp_path, env=env, capture_output=True)

    assert done.returncode == 0, done.stderr
    collected = {named(entry) for entry in polib.pofile(str(there))}
    held = {named(entry) for entry in messages()}
    assert (sorted(collected - held), sorted(held - collected)) == ([], [])
    assert [entry.msgid for entry in polib.pofile(str(there)) if entry.fuzzy or not entry.translated()] == []


# -- what is marked ----------------------------------------------------------------------------------------------------


def test_no_page_and_no_refusal_says_a_word_that_no_translator_sees() -> None:
    assert list(everywhere()) == []


def test_words_without_a_mark_are_seen() -> None:
    html = '<p title="Two words">{% translate "Places" %} <b>Beach</b> {{ item }}</p>{# Aside #}<kbd>Esc</kbd>'
    python = (
        'messages.info(request, "It was done.")\nraise NotAllowed(f"Only {role} may.")\nraise NotDone(_("It was not."))'
    )

    assert in_template(html) == [(1, "Two words"), (1, "Beach")]
    assert sorted(in_code(python)) == [(1, "It was done."), (2, "Only … may.")]


# -- the pages ---------------------------------------------------------------------------------------------------------

# What a reader sees or hears of a tag, which is worded, and with it may differ between languages.
_WORDED = {
    *("title", "alt", "placeholder", "aria-label", "aria-description", "lang", "aria-current", "content", "class"),
    *("data-key-label", "data-hidden-alt", "data-alt"),
}


class _Page(HTMLParser):
    """What a page says, in runs of text, and what its tags hold for scripts, styles and addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.held: list[tuple[str, str, str]] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._silent += tag in ("script", "style")
        self.said += [given[name] for name in _WORDED & set(given) - {"class", "lang", "content"}]
        is_own = given.get("name") in ("csrfmiddlewaretoken", "language", "shown_at") or tag in (
            "html",
            "script",
            "body",
            "link",
        )
        # A moment is as it is written, not the moment: some are those of the request.
        given |= {"datetime": re.sub(r"\d", "0", given["datetime"])} if "datetime" in given else {}
        if not is_own:
            self.held += [(tag, name, value) for name, value in given.items() if name not in _WORDED]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.append(" ".join(data.split()))


# Of records of the tests, and of people who are called after their role.
_NAMES = {*ROLES, "Crossing", "Delivery"}


@cache
def english_messages() -> set[str]:
    """Return the English of the messages that have another French."""
    return {english for entry in messages() for english, french in worded(entry) if english != french}


def english_left(said: list[str]) -> set[str]:
    """Return the English messages that a page says although they have a French of their own."""
    runs = set(said)
    whole = english_messages()
    found = {run for run in runs if run in whole and run not in _NAMES}
    text = "\n".join(runs)
    for english in whole:
        piece = max(PLACEHOLDER.split(" ".join(english.split())), key=len).strip()
        if len(piece) > 15 and " " in piece and piece in text:
            found.add(english)
    return found


@pytest.mark.django_db
@pytest.mark.usefixtures("no_pace")
@pytest.mark.parametrize("role", ROLES)
def test_each_page_of_each_role_is_in_french_and_holds_what_the_english_one_holds(
    people: dict[str, User], role: str
) -> None:
    world = make_world(people)
    client = clients(people)[role]
    number, faults = 0, {}
    for name in every_address():
        if name.startswith("api:"):
            continue
        path = reverse(name, kwargs=arguments(name, world))
        french, english = (
            client.get(path, headers={"Accept-Language": language, "Accept": "text/html"}) for language in ("fr", "en")
        )
        assert french.status_code == english.status_code
        if french.streaming or not french["Content-Type"].startswith("text/html"):
            continue
        number += 1
        page, other = _Page(french.content.decode()), _Page(english.content.decode())
        assert french["Content-Language"] == "fr", path
        if b"<html" in french.content:
            assert b'<html lang="fr">' in french.content, path
        # One fault stands on many pages: the first of them is named.
        for words in english_left(page.said):
            faults.setdefault(words, path)
        for pair in zip(other.held, page.held, strict=True):
            # Pages hand words over to scripts: whole messages.
            if pair[0] != pair[1] and pair[0][2] not in english_messages():
                faults.setdefault(pair, path)
    assert number > (20 if role in ("visitor", "researcher") else 40)
    assert faults == {}


@pytest.mark.django_db
def test_english_that_is_left_is_seen(client: Client) -> None:
    page = _Page(client.get(reverse("sign_in")).content.decode())

    assert "Without an account you see what is released to the public." in english_left(page.said)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Monday 18 June 2024", "«\u00a0Monday 18 June 2024\u00a0» indique lundi, mais ce jour est un mardi."),
        ("03/04/2024", "peut être 3 avril 2024 ou 4 mars 2024"),
        ("18 juin 2024", "18 juin 2024"),
    ],
    ids=["another weekday", "two readings", "understood"],
)
def test_a_date_is_answered_in_french(client: Client, written: str, said: str) -> None:
    answer = client.get(reverse("understood_date"), {"date": written}, headers={"Accept-Language": "fr"})

    assert said in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04", "liste.csv est une feuille de calcul."),
        (b"", "liste.csv est vide."),
        (b"a,b\n", "liste.csv\u00a0: la ligne 1 ne nomme aucune colonne «\u00a0filename\u00a0»."),
        (b"filename,place,place\n", "liste.csv, ligne 1\u00a0: la colonne «\u00a0place\u00a0» est nommée deux fois."),
        (
            b"filename" + b",x" * 1001,
            "liste.csv n’est pas une liste de légendes\u00a0: la ligne 1 nomme 1002 colonnes.",
        ),
    ],
    ids=["spreadsheet", "empty", "no file names", "twice", "wide"],
)
def test_a_captions_list_is_refused_in_french(
    client: Client, people: dict[str, User], content: bytes, said: str
) -> None:
    client.force_login(people["archivist"])
    sent = {"title": "Plage", "access": "RESEARCH", "captions": SimpleUploadedFile("liste.csv", content)}

    answer = client.post(reverse("open_batch"), sent, headers={"Accept-Language": "fr"})

    assert answer.status_code == 422
    assert answer.json()["errors"]["captions"][0].startswith(said)


@pytest.mark.django_db
def test_a_moment_that_is_none_is_refused_in_french(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["archivist"])

    address = reverse("keep_frame", args=[make_footage().pk])
    page = client.post(address, {"at": "midi"}, follow=True, headers={"Accept-Language": "fr"}).content.decode()

    assert "«\u00a0midi\u00a0» n’est pas un moment\u00a0: écrivez minutes:secondes" in page


@pytest.mark.django_db
def test_what_the_reading_of_files_is_kept_from_is_told_in_french(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["administrator"])

    page = client.get(reverse("status"), headers={"Accept-Language": "fr"}).content.decode()

    for layer in isolation():
        with translation.override("fr"):
            assert gettext(layer.sentence) % layer.values in page
        assert layer.sentence % layer.values not in page


@pytest.mark.django_db
def test_a_whole_sentence_of_the_record_is_shown_in_french_and_a_persons_words_as_they_are(
    client: Client, people: dict[str, User]
) -> None:
    item = make_item()
    claim = make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    said = "the caption, read again, says so"
    claim.rulings.create(standing="PROPOSED", reason=said, ruled_at=NOW)
    claim.rulings.create(standing="REJECTED", reason="wrong date", ruled_at=NOW, ruled_by=people["moderator"])
    client.force_login(people["moderator"])

    page = client.get(reverse("item", args=[item.pk]), headers={"Accept-Language": "fr"}).content.decode()

    assert "la légende, relue, le dit" in page
    assert said not in page
    assert "“wrong date”" in page
