"""A page out of its container, whichever that is: what the readers of pages know of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

HTML = "HTML"
MHTML = "MHTML"
WARC = "WARC"
WACZ = "WACZ"
WEBARCHIVE = "webarchive"
TEXT = "text"
# RFC 8878, 3.1.1.
ZSTANDARD = b"\x28\xb5\x2f\xfd"


@dataclass
class SavedPage:
    """One page out of its container, with a way to its pictures."""

    container: str
    content: bytes
    charset: str = ""
    url: str = ""
    captured: str = ""
    pages: list[str] = field(default_factory=list)
    statements: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def pictures(self, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
        """Yield what is held of the wanted references, each as it stands in the page or as an absolute address."""
        yield from ()

    def pictures_in_other_sizes(self, wanted: set[str]) -> Iterator[tuple[str, str, bytes]]:
        """Yield for references what is held of the same picture in another size, with its address."""
        yield from ()

    def holds(self, reference: str) -> bool:
        """Tell whether a reference leads into the saved folder, and so is no address of the web."""
        return False
