"""The commands that set up and prove an archive may run again at any time, and say what they did."""

import io
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from archive.accounts.models import User
from archive.accounts.roles import MODERATOR, ROLES
from archive.authorities.models import Outlet, Place
from archive.catalogue.models import Access, Accession, Item
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry, LedgerHead
from archive.sample import collection, load_collection, story
from tests.builders import make_accession, make_outlet, make_place
from tests.ingest.test_process_lines import send

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.django_db


def run(name: str, *arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def prepared(settings: Any) -> Iterator[None]:
    """An archive that holds something of everything that would be loaded, and static files gathered already."""
    make_place("Dunkirk")
    make_outlet("Littoral Press")
    make_accession("Somebody's own")
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    gathered = settings.STATIC_ROOT / "staticfiles.json"
    was_there = gathered.exists()
    gathered.touch()
    yield
    if not was_there:
        gathered.unlink()


@pytest.mark.parametrize(("ending", "problem"), [(0, ""), (1, "static files could not be gathered")])
def test_static_files_are_gathered_beside_and_a_failure_is_told(
    prepared: None, settings: Any, tmp_path: Path, ending: int, problem: str
) -> None:
    (tmp_path / "archive/web/static").mkdir(parents=True)
    (tmp_path / "archive/web/static/new.css").write_text("a { color: red; }")
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "manage.py").write_text(f"import sys; open('asked', 'w').write(sys.argv[1]); sys.exit({ending})")
    settings.BASE_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "gathered"

    with pytest.raises(CommandError, match=problem) if problem else nullcontext():
        run("prepare")

    assert (tmp_path / "asked").read_text() == "collectstatic"
    assert User.objects.count() == len(ROLES)


def test_preparing_an_archive_that_holds_something_adds_accounts_only(prepared: None) -> None:
    said = run("prepare")

    assert Place.objects.count() == Outlet.objects.count() == Accession.objects.count() == 1
    assert User.objects.count() == len(ROLES)
    assert "gazetteer" not in said and "sample" not in said


def test_preparing_again_says_and_changes_nothing_more(prepared: None) -> None:
    run("prepare")
    passwords = set(User.objects.values_list("password", flat=True))

    said = run("prepare")

    assert said.splitlines() == [said.splitlines()[0]] and said.startswith("· database")
    assert set(User.objects.values_list("password", flat=True)) == passwords


def test_an_address_that_is_taken_is_named_before_anything_is_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        bind = f"127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(CommandError, match=f"cannot listen on {bind}.*make run BIND="):
            run("prepare", bind=bind)

    assert not User.objects.exists()


@pytest.mark.parametrize("bind", ["8000", "localhost", "127.0.0.1:http", ":"])
def test_an_address_that_is_none_is_explained(bind: str) -> None:
    with pytest.raises(CommandError, match="as in 127"):
        run("prepare", bind=bind)


def test_accounts_are_made_once_and_their_passwords_shown_once() -> None:
    said = run("make_accounts")

    for role in ROLES:
        password = re.search(rf"{role} +(\S+)", said)[1]
        user = User.objects.get(username=role)
        assert user.check_password(password)
        assert user.groups.get().name == role
    assert run("make_accounts") == ""


def test_migrating_gives_roles_that_are_there_the_permissions_of_this_version() -> None:
    Group.objects.filter(name__in=ROLES).delete()
    run("migrate", verbosity=0)
    assert not Group.objects.filter(name__in=ROLES).exists()

    run("make_accounts")
    Group.objects.get(name=MODERATOR).permissions.clear()
    run("migrate", verbosity=0)
    assert Group.objects.get(name=MODERATOR).permissions.filter(codename="withdraw_item").exists()


@pytest.fixture
def small_sample(monkeypatch: Any) -> story.Story:
    """Two accessions of the sample instead of all, with what is released of them."""
    whole = story.read_story()
    by_folder = {accession.folder: accession for accession in whole.accessions}
    two = replace(whole, accessions=[by_folder["agency-archive-spring-2024"], by_folder["coast-survey"]], pages=[])
    for module in (load_collection, collection):
        monkeypatch.setattr(module, "read_story", lambda: two)
    return two


def test_the_sample_is_gone_on_with_when_its_loading_was_interrupted(monkeypatch: Any, small_sample: Any) -> None:
    run("make_accounts")
    brought = []

    def stop_after_the_first(**told: Any) -> Any:
        bar = shown(**told)
        update = bar.update

        def count(*steps: int) -> None:
            update(*steps)
            if told["what"] == "bringing in":
                brought.append(steps)
                if len(brought) == len(small_sample.accessions[0].files):
                    raise KeyboardInterrupt

        bar.update = count
        return bar

    shown = load_collection.progress
    monkeypatch.setattr(load_collection, "progress", stop_after_the_first)
    with pytest.raises(KeyboardInterrupt):
        run("load_sample")
    assert not load_collection.is_loaded()

    monkeypatch.setattr(load_collection, "progress", shown)
    run("load_sample")

    assert load_collection.is_loaded()
    titles = [accession.title for accession in small_sample.accessions]
    assert list(Accession.objects.order_by("pk").values_list("title", flat=True)) == titles
    assert AccessionLine.objects.count() == Item.objects.count() == len(small_sample.files)
    released = Item.objects.filter(access=Access.RELEASED).values_list("file_name", flat=True)
    assert sorted(released) == ["margate_2024-05-25.jpg", "ostend_2024-06-18.jpg"]
    # What people take back afterwards stays taken back.
    Item.objects.update(access=Access.RESTRICTED)
    assert run("load_sample") == "The sample collection is here already.\n"
    assert not Item.objects.filter(access=Access.RELEASED).exists()


def test_a_ledger_that_holds_is_said_to_hold() -> None:
    send(b"no picture")

    assert run("verify_ledger") == (
        f"The ledger holds: {LedgerEntry.objects.count()} entries, each following the one before, and the tree is "
        "theirs. Access, accession lines, claims, rulings, findings and verdicts are as it says.\n"
        "Whether all of it was written anew, only a head that was kept elsewhere tells: --head FILE.\n"
    )


def test_a_head_that_runs_before_its_entries_is_named() -> None:
    send(b"no picture")
    LedgerHead.objects.update(sequence=99)

    with pytest.raises(CommandError, match="broken at entry 3"):
        run("verify_ledger")


@pytest.mark.parametrize(
    "arguments",
    [["help"], ["read_metadata", "{path}", "--json"], ["migrate", "--plan"]],
    ids=["help", "metadata", "plan"],
)
def test_a_command_whose_reader_has_gone_ends_without_a_word(arguments: list[str], tmp_path: Path) -> None:
    path = tmp_path / "picture.txt"
    path.write_text("no picture")
    # As `manage.py … | head -1` once head has ended; whether what is printed fills the pipe first does not matter.
    reading, writing = os.pipe()
    os.close(reading)
    env = {**os.environ, "VAR_ROOT": str(tmp_path / "var")}
    env.pop("DATABASE_URL", None)

    done = subprocess.run(
        [sys.executable, "manage.py", *(argument.format(path=path) for argument in arguments)],
        cwd=ROOT, env=env, stdout=writing, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    os.close(writing)

    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr, done.stderr
    assert done.returncode == 141
