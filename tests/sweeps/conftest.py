"""One world for all tests of a module that go through it: made once, and what a test does to it is taken back."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from archive.accounts.models import User
from tests.addresses import make_world
from tests.builders import make_people
from tests.folders import folders_in
from tests.indexing import answered_by  # noqa: F401 - a fixture


@contextmanager
def kept(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let what is stored in here stay for the tests that run in here, and take it back at the end."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def kept_world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, object], Path]]:
    """The world, and the folder with its files."""
    folder = tmp_path_factory.mktemp("world")
    with kept(django_db_blocker):
        with override_settings(**folders_in(folder)):
            world = make_world(make_people())
        yield world, folder


@pytest.fixture
def world(kept_world: tuple[dict[str, object], Path], db: None, tmp_path: Path) -> dict[str, object]:
    made, folder = kept_world
    shutil.copytree(folder / "media", tmp_path / "media")
    (tmp_path / "var").mkdir(exist_ok=True)
    shutil.copy(folder / "var" / "ledger_key", tmp_path / "var")
    return deepcopy(made)


@pytest.fixture
def people(world: dict[str, object]) -> dict[str, User]:
    return world["people"]
