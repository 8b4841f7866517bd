"""How much of a saved page is read. Pages are hostile: each of these ends in a sentence, not in a dead machine."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Beyond these the sandbox bounds memory and time."""

    # The page itself, decompressed.
    page_bytes: int = 16 * MEBIBYTE
    # An MHTML file is held in memory whole.
    mhtml_bytes: int = 96 * MEBIBYTE
    # What is read of a web archive, decompressed, counting all of its records.
    archive_bytes: int = 1024 * MEBIBYTE
    archive_records: int = 20_000
    # One picture that is written out, and all of them.
    picture_bytes: int = 60 * MEBIBYTE
    total_bytes: int = 512 * MEBIBYTE
    pictures: int = 500
    elements: int = 200_000
    statements: int = 2_000
    figures: int = 500
    paragraphs: int = 2_000


class Refused(Exception):
    """The file is no news page that can be read. The text completes the sentence `"page.html": ...`."""
