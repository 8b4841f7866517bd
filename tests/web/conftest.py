"""What the tests of pages share: pictures behind the records, a real browser, and a way to sign in with it."""

import io
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import override_settings
from django.views.static import serve
from PIL import Image

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.web.static_files import HashedFiles

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def with_pictures() -> Callable[..., None]:
    """Put bytes behind the renditions of items that a builder made, of another colour for each."""

    def put(*items: Item) -> None:
        for item in items:
            for rendition in item.media_file.renditions.all():
                drawn = io.BytesIO()
                size = (rendition.width_px, rendition.height_px)
                Image.new("RGB", size, (53 * item.pk % 256, 120 + item.pk % 100, 140)).save(drawn, "JPEG")
                storages["renditions"].save(rendition.storage_path, ContentFile(drawn.getvalue()))

    return put


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium; the tests that need it are skipped, loudly, where there is none."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: install it, or name it in CHROMIUM, to run the browser tests")
    # Playwright runs its own event loop in this thread, in which Django would refuse the database otherwise.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as an installation serves them: under hashed names."""
    folder = tmp_path_factory.mktemp("static")
    HashedFiles.post_process_with_compression = lambda _self, files: files  # takes its time, and changes no name
    stored = {"staticfiles": {"BACKEND": "archive.web.static_files.HashedFiles", "OPTIONS": {"location": folder}}}
    with override_settings(STORAGES=settings.STORAGES | stored):
        call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
    return folder


def _wait(wait: Callable[..., Any], expression: str, **options: Any) -> Any:
    """Wait for a function: a bare expression is evaluated at every look, which the pages' policy allows at the first
    alone, so that such a wait fails where there is something to wait for.
    """
    assert "=>" in expression, f"not a function, so it fails on a slow machine: {expression}"
    return wait(expression, **options)


@pytest.fixture
def page_of(
    browser: Any,
    collected: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    client: Any,
) -> Iterator[Callable[..., Any]]:
    """Open a page of the running site as this user: `page_of(people["archivist"], "/upload/")`."""
    served = {"BACKEND": "archive.web.static_files.HashedFiles", "OPTIONS": {"location": collected}}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": served}
    # The handler of the test server looks where the files come from, which knows no hashed name.
    monkeypatch.setattr(
        StaticFilesHandler, "serve", lambda self, asked: serve(asked, self.file_path(asked.path), collected)
    )
    live_server = request.getfixturevalue("live_server")
    contexts = []

    def open_page(user: User | None, path: str, **options: Any) -> Any:
        options = {"viewport": {"width": 1440, "height": 900}, "base_url": live_server.url} | options
        context = browser.new_context(**options)
        contexts.append(context)
        if user:
            client.force_login(user)
            context.add_cookies(
                [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
            )
        page = context.new_page()
        page.wait_for_function = partial(_wait, page.wait_for_function)
        page.problems = []
        page.on("pageerror", lambda problem: page.problems.append(str(problem)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
