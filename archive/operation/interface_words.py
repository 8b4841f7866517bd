"""The words of the interface in other languages: kept as PO files, read by the site as MO files."""

import os
from pathlib import Path

from django.conf import settings


def compile_words() -> list[Path]:
    """
    Write the MO file beside each PO file whose words it does not have; return those that were written.

    By a library: gettext's own programs are not on every machine. Several processes may do it at once.
    """
    # Of use here alone, and nothing that a page or a worker needs.
    import polib

    written = []
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/django.po")):
            target, compiled = source.with_suffix(".mo"), polib.pofile(str(source)).to_binary()
            if target.exists() and target.read_bytes() == compiled:
                continue
            draft = target.with_suffix(f".{os.getpid()}")
            draft.write_bytes(compiled)
            draft.replace(target)
            written.append(target)
    return written
