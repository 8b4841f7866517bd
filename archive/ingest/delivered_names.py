"""
The names of what is delivered: how they are read, which are litter of systems, which sidecar belongs to which picture.

The command line, ZIP archives and the upload page go by these rules alike.
"""

import mimetypes
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from archive.files.formats import KEPT

# Left behind by systems and programs, wanted by nobody: compared in lower case.
LITTER_FILES = {
    ".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", ".localized", ".apdisk", ".picasa.ini",
    ".nomedia", "icon\r",
}  # fmt: skip
# Where Windows notes that a file came from the web, copied to a disk that knows no streams beside a file.
LITTER_ENDINGS = (":zone.identifier", "\uf03azone.identifier")
LITTER_FOLDERS = {
    "__macosx", "@eadir", "#recycle", "$recycle.bin", "system volume information", ".appledouble", ".spotlight-v100",
    ".trashes", ".fseventsd", ".temporaryitems", ".documentrevisions-v100",
}  # fmt: skip
_PICTURE_ENDINGS = tuple(kept.extension for kept in KEPT)
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

    `sidecar_of` gives it by picture; `surplus` gives the picture by each sidecar that came beside a first one;
    `ambiguous` gives the pictures by each sidecar that may belong to any of them and was given to none.
    """

    sidecar_of: dict[str, str] = field(default_factory=dict)
    surplus: dict[str, str] = field(default_factory=dict)
    ambiguous: dict[str, list[str]] = field(default_factory=dict)

    @property
    def sidecars(self) -> set[str]:
        return set(self.sidecar_of.values())

    def pictures_of(self, sidecar: str) -> list[str]:
        """Return the pictures that a sidecar lies beside, whichever has it."""
        return self._pictures.get(sidecar, [])

    def names_sidecar_of(self, picture: str) -> bool:
        """Tell whether any sidecar lies beside a picture."""
        return picture in self._with_sidecar

    @cached_property
    def _pictures(self) -> dict[str, list[str]]:
        pictures = {sidecar: [picture] for picture, sidecar in self.sidecar_of.items()}
        return pictures | {sidecar: [picture] for sidecar, picture in self.surplus.items()} | self.ambiguous

    @cached_property
    def _with_sidecar(self) -> set[str]:
        return {picture for pictures in self._pictures.values() for picture in pictures}


def is_litter(path: str) -> bool:
    """Tell whether a path of a delivery, with `/` between its parts, is litter of a system and no material."""
    *folders, name = path.lower().split("/")
    is_left_behind = name in LITTER_FILES or name.startswith("._") or name.endswith(LITTER_ENDINGS)
    return is_left_behind or any(folder in LITTER_FOLDERS for folder in folders)


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
    Find the sidecar of each picture: `NAME.jpg.xmp` before `NAME.xmp`, the same case before another.

    A sidecar belongs to one picture. One that may belong to several, equally well, is given to none.
    """
    paths = list(paths)
    pairing = Pairing()
    sidecars = list(dict.fromkeys(path for path in paths if is_sidecar(path)))
    # How well a sidecar's name fits that of a picture, from best to worst, as keys by which its pictures are found.
    fits: tuple[Callable[[str], str], ...] = (
        lambda path: path, fold_path, without_ending, lambda path: fold_path(without_ending(path)),
    )  # fmt: skip
    taken: set[str] = set()
    spread_of: dict[str, list[str]] = {}
    nearest: dict[str, str] = {}
    for n, fit in enumerate(fits if sidecars else ()):
        pictures: dict[str, list[str]] = {}
        for path in paths:
            if not is_sidecar(path):
                pictures.setdefault(fit(path), []).append(path)
        for sidecar in sidecars:
            # The name of the sidecar says of which picture, or of which but for the picture's ending.
            named = sidecar[: -len(".xmp")]
            near = pictures.get(fold_path(named) if n in (1, 3) else named, [])
            if near:
                nearest.setdefault(sidecar, near[0])
            if not near or sidecar in spread_of or sidecar in taken:
                continue
            free = [path for path in near if path not in pairing.sidecar_of]
            # A text, a sound or a raw negative of the same name, which are not kept, make nothing doubtful.
            free = [path for path in free if is_named_as_picture(path)] or free
            if len(free) == 1:
                pairing.sidecar_of[free[0]] = sidecar
                taken.add(sidecar)
            elif free:
                spread_of[sidecar] = free
    pairing.ambiguous.update(spread_of)
    pairing.surplus.update(
        {sidecar: path for sidecar, path in nearest.items() if sidecar not in taken and sidecar not in spread_of}
    )
    return pairing


def without_ending(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return folder + slash + (name.rpartition(".")[0] or name)


def is_named_as_picture(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    kind, _packing = mimetypes.guess_type(name)
    return (kind or "").startswith(("image/", "video/")) or name.endswith(_PICTURE_ENDINGS)
