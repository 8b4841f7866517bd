"""
The kinds of examination that every file with an item gets beside its reading: what runs in the sandbox, and under what.

Functions are named and not imported: their libraries are loaded in the helper alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from typing import Any

from django.utils import timezone

from archive.extraction.trust_lists import is_overdue, lists_in_use
from archive.files.formats import AVIF, GIF, HEIC, HEIF, JPEG, KEPT, MOV, MP4, MPO, PNG, THREE_GP, TIFF, WEBP, Format
from archive.files.sandbox import MEBIBYTE, Limits
from archive.ledger.chain import canonical
from archive.standards.vocabulary import CONTENT_CREDENTIALS, FILE_TRACES, WORDS_IN_PICTURE


@dataclass(frozen=True)
class ExaminationKind:
    """
    One kind of examination.

    `function` is called in the sandbox with `path`, `mime_type` and `arguments()`, and returns a JSON object. A new
    `version` has every file examined anew, as do other arguments each file whose result `rests_on_arguments`. Files of
    other `formats` get the result `otherwise`, without a look. Where one of its `libraries` is missing nothing is
    examined, and what is missing is told. A kind that `is_slow` is done when nothing else is to do.
    """

    code: str
    version: str
    function: str
    limits: Limits
    formats: tuple[Format, ...]
    otherwise: Mapping[str, Any] = field(default_factory=dict)
    arguments: Callable[[], dict[str, Any]] = dict
    rests_on_arguments: Callable[[Mapping[str, Any]], bool] = lambda result: False
    libraries: tuple[str, ...] = ()
    is_slow: bool = False

    @property
    def is_installed(self) -> bool:
        return all(find_spec(name) is not None for name in self.libraries)

    @property
    def mime_types(self) -> set[str]:
        return {kept.mime_type for kept in self.formats}


def digest_of(arguments: Mapping[str, Any]) -> str:
    """Return what an examination keeps of its arguments; "" of none."""
    return "" if not arguments else sha256(canonical(arguments).encode()).hexdigest()


def _trust_lists() -> dict[str, Any]:
    return {
        "trust_lists": [
            {
                "name": trust_list.name,
                "dated": trust_list.dated.isoformat(),
                # A list that becomes overdue is another one: what rests on it is looked at again, and says so.
                "is_overdue": is_overdue(trust_list.name, trust_list.dated, on=timezone.now().date()),
                "pem": trust_list.pem,
            }
            for trust_list in lists_in_use()
        ]
    }


KINDS: tuple[ExaminationKind, ...] = (
    ExaminationKind(
        code=CONTENT_CREDENTIALS,
        # Raise it when the reader, or a new version of its two libraries, reads the same file differently.
        version="1",
        function="archive.extraction.readers.content_credentials.read_credentials",
        # Footage of 2 GiB is hashed once, and once more for each list; the second reader holds up to 128 MiB.
        limits=Limits(address_space_bytes=1024 * MEBIBYTE, cpu_seconds=120, wall_seconds=180, written_file_bytes=0),
        formats=(JPEG, MPO, PNG, TIFF, WEBP, GIF, HEIF, HEIC, AVIF, MP4, MOV, THREE_GP),
        otherwise={"state": "none", "not_read": "No reader of Content Credentials knows this format."},
        arguments=_trust_lists,
        # Whoever signed what does not hold is not believed, on a list or not.
        rests_on_arguments=lambda result: result.get("state") == "intact",
    ),
    ExaminationKind(
        code=FILE_TRACES,
        # Raise it when the reader comes to measure the same file differently.
        version="2",
        function="archive.extraction.readers.file_traces.read_traces",
        # A picture is decoded at a fraction of its size, as for its screen copy.
        limits=Limits(address_space_bytes=1024 * MEBIBYTE, cpu_seconds=40, wall_seconds=60, written_file_bytes=0),
        # The further pages of a TIFF are told of by the decoder; a GIF has no small picture of itself.
        formats=(JPEG, MPO, PNG, WEBP, HEIF, HEIC, AVIF),
        otherwise={"thumbnails": []},
    ),
    ExaminationKind(
        code=WORDS_IN_PICTURE,
        # Raise it when the reader, or another model, reads the same picture differently.
        version="1",
        function="archive.extraction.readers.words_in_picture.read_words",
        # The runtime of the models reserves 1.3 GiB, of which it touches some 500 MB.
        limits=Limits(address_space_bytes=1792 * MEBIBYTE, cpu_seconds=120, wall_seconds=180, written_file_bytes=0),
        formats=KEPT,
        libraries=("rapidocr", "onnxruntime"),
        is_slow=True,
    ),
)
PROMPT_KINDS = tuple(kind for kind in KINDS if not kind.is_slow)
SLOW_KINDS = tuple(kind for kind in KINDS if kind.is_slow)
