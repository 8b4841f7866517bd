"""Files of heads: read as they were saved, copied out of a mail or piped in; written where nothing is yet."""

import sys
from pathlib import Path

from archive.ledger.not_done import NotDone
from archive.ledger.signed_notes import UnreadableNote

# A head with its proof and the signatures of many witnesses has some thousand bytes.
_MOST_BYTES = 1_000_000


def read_note(name: str) -> str:
    """
    Return the text of a file, `-` for standard input.

    :raises UnreadableNote: it cannot be read, or is no text
    """
    try:
        if name == "-":
            written = sys.stdin.buffer.read(_MOST_BYTES)
        else:
            with Path(name).open("rb") as file:
                written = file.read(_MOST_BYTES)
        text = written.decode()
    except OSError as problem:
        raise UnreadableNote(f"it cannot be read ({problem.strerror})") from problem
    except UnicodeDecodeError:
        raise UnreadableNote("it is not a text in UTF-8") from None
    # Mail ends lines its own way; what was signed has no carriage returns.
    return text.replace("\r\n", "\n")


def write_note(name: str, text: str) -> None:
    """
    Write a text into a new file.

    :raises NotDone: there is such a file, or it cannot be written
    """
    write_new(name, text.encode())


def refuse_existing(*names: str) -> None:
    """
    Refuse before any work is done for it what `write_new` would refuse.

    :raises NotDone: there is such a file
    """
    for name in names:
        if Path(name).exists():
            raise NotDone(f"{name} was not written: File exists.")


def write_new(name: str, content: bytes) -> None:
    """
    Write bytes into a new file.

    :raises NotDone: there is such a file, or it cannot be written
    """
    try:
        # An earlier head that was kept there would be lost.
        with Path(name).open("xb") as file:
            file.write(content)
    except OSError as problem:
        raise NotDone(f"{name} was not written: {problem.strerror}.") from problem
