"""A command starts fast: what is heavy is loaded where it is used, and not before."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

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

SET_UP = "import django; django.setup()"
CHECK = f"{SET_UP}; from django.core.management import call_command; call_command('check')"
WORKER = f"{SET_UP}; from archive.celery import app; app.loader.import_default_modules()"


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [(SET_UP, [*DECODERS, *OTHERS, "numpy", "edtf"]), (CHECK, DECODERS + OTHERS), (WORKER, DECODERS + OTHERS)],
    ids=["set up", "check", "worker"],
)
def test_what_decodes_files_is_not_loaded_before_it_is_needed(code: str, unwanted: list[str], tmp_path: Path) -> None:
    code += "; import sys, json; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "archive.settings", "VAR_ROOT": str(tmp_path / "var")}

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout.splitlines()[-1])) & set(unwanted) == set()


def test_no_command_of_ours_checks_the_whole_site_first() -> None:
    """The checks load every page; `make check` runs them, and so do the tests."""
    ours = {name: app for name, app in get_commands().items() if str(app).startswith("archive.")}
    commands = {name: load_command_class(app, name) for name, app in ours.items()}

    assert [name for name, command in commands.items() if command.requires_system_checks] == []
