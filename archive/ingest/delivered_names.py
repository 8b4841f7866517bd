"""
The names of what is delivered: how they are read, which are litter of systems, which sidecar belongs to which picture.

The command line, ZIP archives and the upload page go by these rules alike.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

# Left behind by systems and programs, wanted by nobody: compared in lower case.
LITTER_FILES = {
    ".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", ".localized", ".apdisk", ".picasa.ini",
    ".nomedia", "icon\r",
}  # fmt: skip
LITTER_FOLDERS = {
    "__macosx", "@eadir", "#recycle", "$recycle.bin", "system volume information", ".appledouble", ".spotlight-v100",
    ".trashes", ".fseventsd", ".temporaryitems", ".documentrevisions-v100",
}  # fmt: skip
_LONGEST_LIST = 5
# Letters of code page 437 lie where Windows-1252 has signs, and those of Windows-1252 where 437 has frames and Greek.
_LETTERS_OF_437 = range(0x80, 0xA6)
_APOSTROPHE_OF_1252 = 0x92


@dataclass(frozen=True)
class ReadName:
    """A name for people and for the record; `remark` says what had to be guessed to read it, empty where nothing."""

    text: str
    remark: str = ""


@dataclass(frozen=True)
class Pairing:
    """
    Which sidecar belongs to which picture.

    `sidecar_of` gives it by picture; `surplus` gives the picture by each sidecar that came beside a first one.
    """

    sidecar_of: dict[str, str] = field(default_factory=dict)
    surplus: dict[str, str] = field(default_factory=dict)

    @property
    def sidecars(self) -> set[str]:
        return set(self.sidecar_of.values())


def is_litter(path: str) -> bool:
    """Tell whether a path of a delivery, with `/` between its parts, is litter of a system and no material."""
    *folders, name = path.lower().split("/")
    return name in LITTER_FILES or name.startswith("._") or any(folder in LITTER_FOLDERS for folder in folders)


def tell_litter(left_out: list[str]) -> str:
    """Say in a sentence which files were left out as litter; empty where none was."""
    if not left_out:
        return ""
    names = sorted({path.rsplit("/", 1)[-1] for path in left_out})
    listed = ", ".join(names[:_LONGEST_LIST]) + (", …" if len(names) > _LONGEST_LIST else "")
    files = "1 file" if len(left_out) == 1 else f"{len(left_out)} files"
    return f"Left out: {files} that an operating system leaves behind ({listed})."


def read_name(raw: bytes) -> ReadName:
    """
    Read the bytes of a name: UTF-8, or else the code page that its letters suggest, told as a guess.

    Names are composed (NFC), as keyboards write them: macOS takes them apart. What cannot be shown becomes �.
    """
    try:
        text, guess = raw.decode(), ""
    except UnicodeDecodeError:
        high = [byte for byte in raw if byte >= 0x80]
        is_437 = all(byte in _LETTERS_OF_437 for byte in high) and set(high) != {_APOSTROPHE_OF_1252}
        text = raw.decode("cp437" if is_437 else "cp1252", errors="replace")
        guess = "code page 437 (DOS)" if is_437 else "Windows-1252"
    shown = _showable(text)
    remarks = []
    if guess:
        remarks.append(f"Its name is not written in UTF-8 and was read as {guess}: “{shown}”.")
    if "�" in shown:
        remarks.append(f"Its name has characters that cannot be shown; “�” stands for them: “{shown}”.")
    return ReadName(shown, " ".join(remarks))


def _showable(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return "".join(character if character.isprintable() or character == "\u3000" else "�" for character in text)


def fold_path(path: str) -> str:
    """Return a path as two writings of it compare: composed, in one case, with `/` between its parts."""
    folded = unicodedata.normalize("NFC", path.replace("\\", "/")).casefold()
    # Folding may take letters apart again.
    return re.sub(r"/{2,}", "/", unicodedata.normalize("NFC", folded))


def is_sidecar(path: str) -> bool:
    return path.lower().endswith(".xmp")


def pair(paths: Iterable[str]) -> Pairing:
    """
    Find the sidecar of each picture: `NAME.jpg.xmp` before `NAME.xmp`, whatever the case of either.

    Where the case differs, the one written the same comes first.
    """
    paths = list(paths)
    by_name: dict[str, list[str]] = {}
    for path in paths:
        if is_sidecar(path):
            by_name.setdefault(fold_path(path), []).append(path)
    pairing = Pairing()
    beside: dict[str, str] = {}
    for path in paths if by_name else []:
        if is_sidecar(path):
            continue
        folder, slash, name = path.rpartition("/")
        stem = folder + slash + (name.rpartition(".")[0] or name)
        near: list[str] = []
        for written in (f"{path}.xmp", f"{stem}.xmp"):
            same = by_name.get(fold_path(written), [])
            near += sorted((one for one in same if one not in near), key=lambda one: one[:-4] != written[:-4])
        if near:
            pairing.sidecar_of[path] = near[0]
            beside |= dict.fromkeys(near[1:], path)
    taken = pairing.sidecars
    pairing.surplus.update({other: path for other, path in beside.items() if other not in taken})
    return pairing
