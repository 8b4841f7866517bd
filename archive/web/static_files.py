"""Static files under names that change with their bytes, so that a browser keeps them for good."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "css/main.css"
_IMPORT = re.compile(r'@import url\("(?P<part>[^"]+)"\) layer\((?P<layer>\w+)\);')
# Not "#default#VML", which is no file.
_FILE = re.compile(r"url\(\s*([\"']?)(?![\"'#]|data:)([^\"')]+)\1\s*\)")

UNUSED = (
    # The pages of an API that answers in JSON only.
    "rest_framework",
    # Leaflet before it was made small, and what its package carries beside it.
    "leaflet-src*",
    "leaflet.forms.js",
    "leaflet.extras.js",
    "proj4*.js",
    "draw",
    # htmx 4, its extensions, and htmx 2 before it was made small.
    "ht*-4*",
    "htmx-2.js",
    "ext",
)


class UsedFiles(AppDirectoriesFinder):
    """Leaves out what other packages bring and no page asks for: half of all, to be compressed at each installation."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        return super().list([*(ignore_patterns or ()), *UNUSED])


class HashedFiles(CompressedManifestStaticFilesStorage):
    """
    Lets the imports of the site's own modules lead to the hashed names too, and makes one file of its style sheet.

    A module under two names is two modules to a browser: it would run twice, and one click would act twice. Other
    packages' scripts speak of imports in their comments, of files that are not there. A style sheet that imports others
    is a request for each before the first page is drawn.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if SHEET in paths and not dry_run:
            whole = _IMPORT.sub(lambda match: _layer(match["layer"], match["part"], paths), _read(SHEET, paths))
            self.delete(SHEET)
            self._save(SHEET, ContentFile(whole.encode()))
            paths = paths | {SHEET: (self, SHEET)}
        yield from super().post_process(paths, dry_run, **options)


def _layer(layer: str, part: str, paths: dict[str, Any]) -> str:
    name = posixpath.normpath(posixpath.join(posixpath.dirname(SHEET), part))
    beside = posixpath.relpath(posixpath.dirname(name), posixpath.dirname(SHEET))
    text = _FILE.sub(lambda match: f'url("{posixpath.normpath(posixpath.join(beside, match[2]))}")', _read(name, paths))
    return f"@layer {layer} {{\n{text}\n}}"


def _read(name: str, paths: dict[str, Any]) -> str:
    storage, path = paths[name]
    with storage.open(path) as stream:
        return stream.read().decode()
