"""The style sheet comes in one file, whatever it is written in."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import FileSystemStorage

from archive.web.static_files import SHEET, HashedFiles


def gather(source: Path, into: Path) -> str:
    """Gather as the command does, and return the style sheet that pages name."""
    stored, given = HashedFiles(location=into, base_url="/static/"), FileSystemStorage(location=source)
    names = [str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()]
    for name in names:
        if not (into / name).exists():
            stored._save(name, given.open(name))
    for _name, _hashed, processed in stored.post_process({name: (given, name) for name in names}):
        assert not isinstance(processed, Exception), processed
    return (into / stored.stored_name(SHEET)).read_text()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    files = {
        SHEET: '@import url("base.css") layer(base);\n@import url("../map/map.css") layer(vendor);\n',
        "css/base.css": "a { color: red; }\n",
        "map/map.css": "b { background: url(images/pin.png); behavior: url(#default#VML); }\n",
        "map/images/pin.png": "pin",
    }
    for name, text in files.items():
        path = tmp_path / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "source"


def test_parts_stand_in_the_sheet_each_in_its_layer(source: Path, tmp_path: Path) -> None:
    sheet = gather(source, tmp_path / "static")

    assert "@import" not in sheet
    assert "@layer base {\na { color: red; }\n\n}" in sheet
    assert 'url("../map/images/pin.' in sheet and "url(#default#VML)" in sheet


def test_a_part_that_changed_is_there_the_next_time(source: Path, tmp_path: Path) -> None:
    gather(source, tmp_path / "static")
    (source / "css/base.css").write_text("a { color: blue; }\n")

    assert "color: blue" in gather(source, tmp_path / "static")


def test_the_sheet_of_the_site_imports_nothing_that_is_not_folded_in(tmp_path: Path) -> None:
    paths: dict[str, Any] = {
        path: (storage, path) for finder in get_finders() for path, storage in finder.list([]) if path.endswith(".css")
    }
    stored = HashedFiles(location=tmp_path, base_url="/static/")
    stored.post_process_with_compression = lambda files: files
    # Pictures are not gathered here: only the first step counts, which folds.
    next(iter(stored.post_process(paths)), None)

    assert "@import" not in (tmp_path / SHEET).read_text()


def test_only_what_pages_ask_for_is_gathered_of_other_packages() -> None:
    gathered = {name for finder in get_finders() for name, _storage in finder.list(None)}

    assert {"leaflet/leaflet.js", "leaflet/leaflet.css", "django_htmx/htmx-2.min.js", SHEET} <= gathered
    assert not {name for name in gathered if name.startswith("rest_framework/")}
    assert {name for name in gathered if name.startswith("django_htmx/")} <= {
        "django_htmx/django-htmx.js",
        "django_htmx/htmx-2.min.js",
    }
