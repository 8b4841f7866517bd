"""Each module of the stage can be the first one that a process imports: none waits for another in a circle."""

import os
import pkgutil
import subprocess
import sys

import archive.ingest

# Models are registered once, so they stay imported.
IMPORT_EACH = """
import sys, django
django.setup()
for name in sys.argv[1:]:
    for known in [known for known in sys.modules if known.startswith("archive.ingest.")]:
        if not known.endswith(".models"):
            del sys.modules[known]
    __import__(name)
"""


def test_each_module_can_be_imported_first() -> None:
    names = [f"archive.ingest.{module.name}" for module in pkgutil.iter_modules(archive.ingest.__path__)]

    done = subprocess.run(
        [sys.executable, "-c", IMPORT_EACH, *names],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "archive.settings"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
