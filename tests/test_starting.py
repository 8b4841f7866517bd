"""A command starts fast: what is heavy is loaded where it is used, and not before."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from PIL import Image

import manage

ROOT = Path(__file__).parents[1]
DECODERS = [
    "cv2",
    "av",
    "PIL",
    "pi_heif",
    "simplejpeg",
    "exifread",
    "trafilatura",
    "htmldate",
    "lxml",
    "warcio",
]
OTHERS = ["boto3", "botocore", "storages"]
QUEUE = ["celery", "kombu", "billiard", "amqp"]

SET_UP = "import django; django.setup()"
CHECK = f"{SET_UP}; from django.core.management import call_command; call_command('check')"
WORKER = f"{SET_UP}; from archive.celery import app; app.loader.import_default_modules()"


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        (SET_UP, [*DECODERS, *OTHERS, *QUEUE, "numpy", "edtf"]),
        (CHECK, DECODERS + OTHERS + QUEUE),
        (WORKER, DECODERS + OTHERS),
    ],
    ids=["set up", "check", "worker"],
)
def test_what_is_heavy_is_not_loaded_before_it_is_needed(code: str, unwanted: list[str], tmp_path: Path) -> None:
    loaded = modules_after(code, tmp_path)

    assert {name.split(".")[0] for name in loaded} & set(unwanted) == set()


def test_a_command_that_only_reads_files_loads_no_record_and_no_page(tmp_path: Path) -> None:
    Image.new("RGB", (48, 32)).save(tmp_path / "boat.jpg")
    arguments = ["manage.py", "read_metadata", str(tmp_path / "boat.jpg")]
    code = f"import sys, manage; sys.argv = {arguments!r}; manage.run()"

    loaded = modules_after(code, tmp_path)

    assert "archive.files.sandbox" in loaded
    unwanted = [*DECODERS, *OTHERS, *QUEUE, "django.db.models", "django.urls", "django.template", "rest_framework"]
    assert [name for name in loaded if name in unwanted or name.endswith(".models")] == []


def test_the_commands_that_know_no_record_are_those_of_their_parts() -> None:
    assert {name: get_commands()[name] for name in manage.WITHOUT_RECORDS} == manage.WITHOUT_RECORDS


def modules_after(code: str, tmp_path: Path) -> list[str]:
    """Run some code in a Python of its own, and return the names of all modules that are loaded then."""
    code += "; import sys, json; print(json.dumps(sorted(sys.modules)))"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "archive.settings", "VAR_ROOT": str(tmp_path / "var")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded: list[str] = json.loads(done.stdout.splitlines()[-1])
    return loaded


def test_no_command_of_ours_checks_the_whole_site_first() -> None:
    """The checks load every page; `make check` runs them, and so do the tests."""
    ours = {name: app for name, app in get_commands().items() if str(app).startswith("archive.")}
    commands = {name: load_command_class(app, name) for name, app in ours.items()}

    assert [name for name, command in commands.items() if command.requires_system_checks] == []
