"""
The sentences in which the bytes of a file are refused. Stored in English, they are read back for readers of others.

Each completes `"a.tif" was not kept: …`. Plain Python, for it is loaded where files are read.
"""

import re
from functools import cache

from archive.standards.normal_form import gettext_noop

WAS_NOT_KEPT = gettext_noop("“%(name)s” was not kept: %(why)s")
EMPTY = gettext_noop("it is empty (0 bytes). Send the file again.")
DAMAGED_ON_THE_WAY = gettext_noop(
    "it seems to be a PNG whose first bytes were damaged on the way. Send the file again."
)
# The one with advice first: the other one would take that for a format that is kept.
NOT_KEPT_BUT = gettext_noop("it seems to be %(seems)s; the archive keeps %(kept)s: %(advice)s.")
NOT_KEPT = gettext_noop("it seems to be %(seems)s; the archive keeps %(kept)s.")
TOO_MANY_BYTES = gettext_noop("it has %(size)s MB; files of up to %(most)s MB are read.")
NO_PIXELS = gettext_noop("it says it is %(width)s by %(height)s pixels, so there is nothing to show.")
TOO_MANY_PIXELS = gettext_noop(
    "it has %(width)s by %(height)s pixels (%(millions)s million); pictures of up to %(most)s million pixels and "
    "%(side)s on a side are read. Send a smaller copy."
)
TOO_MUCH_TO_DECODE = gettext_noop(
    "decoding %(what)s would take about %(needed)s MB of memory, and %(most)s MB are allowed. Send a smaller "
    "copy, or the same picture as a baseline JPEG."
)
NOT_SUPPORTED = gettext_noop(
    "it is a %(format)s of a sort that is not supported (coded as: %(coding)s). Send a copy with 8 or 16 bits a "
    "channel, as TIFF, PNG or JPEG."
)
BEGINS_LIKE = gettext_noop(
    "it begins like a %(format)s file, but what should follow is damaged or missing. Send the file again."
)
TOO_MANY_FRAMES = gettext_noop("it has %(frames)s frames; pictures of up to %(most)s frames are read.")
DAMAGED_OR_NOT_SUPPORTED = gettext_noop(
    "nothing of it can be shown: it is a %(format)s that is damaged, or of a sort that is not supported (coded "
    "as: %(coding)s). Send the file again, or a JPEG made from it."
)
UNKNOWN_CODING = gettext_noop(
    "its image data is damaged or coded in an unknown way: nothing of this %(format)s can be shown. Send the file"
    " again, or a JPEG made from it."
)
NO_ROW = gettext_noop("its image data ends before the first row of the picture. Send the file again.")
FILM_WITHOUT_INDEX = gettext_noop(
    "it begins like %(format)s footage, but the index of its streams is damaged or missing: nothing of it can be "
    "shown. It was perhaps cut off while it was copied; send the file again."
)
ONLY_SOUND = gettext_noop("it holds sound and no pictures; the archive keeps pictures and footage.")
NO_PICTURES = gettext_noop("it holds no pictures; the archive keeps pictures and footage.")
FILM_OF_UNKNOWN_CODING = gettext_noop(
    "its pictures are coded in a way that is not known here, so nothing of it can be shown. Convert it to MP4 "
    "with H.264, and bring that in with a note of the original."
)
FILM_TOO_LARGE = gettext_noop(
    "it has %(width)s by %(height)s pixels; footage of up to %(side)s on a side is read. Send a smaller copy."
)
NO_FRAME_HERE = gettext_noop("no frame can be decoded at this moment: the picture data is damaged or missing there.")
NO_FOOTAGE = gettext_noop("it is no footage, so there are no frames to keep.")
NO_FRAME = gettext_noop(
    "it says that it holds pictures, but no frame of this %(format)s file can be decoded: its picture data is "
    "damaged or missing. Send the file again."
)
TOOK_TOO_LONG = gettext_noop("reading it took longer than %(seconds)s seconds and was stopped.")
TOOK_TOO_MUCH_MEMORY = gettext_noop("reading it needed more than the %(allowed)s MB of memory that a file may use.")
KILLED = gettext_noop("the process that read it was killed; perhaps the machine ran short of memory. Try again.")
DIED = gettext_noop("the process that read it died (%(signal)s). The file is damaged or built to do harm.")
NO_ANSWER = gettext_noop("the process that read it ended without an answer. Try again.")
NOT_FORESEEN = gettext_noop("reading it failed in a way that was not foreseen (%(error)s).")
# Of files in ZIP archives. They have no stop: what is to be done may follow.
PACKED_DATA_DAMAGED = gettext_noop("its packed data is damaged")
CHECKSUM_DIFFERS = gettext_noop("its packed data is damaged: the checksum differs")
ARCHIVE_DAMAGED = gettext_noop("the ZIP archive around it is damaged")
PACKED_OTHERWISE = gettext_noop("it is packed in a way that is not read here")
UNDER_PASSWORD = gettext_noop("it lies in the ZIP archive under a password")
NAME_NOT_UTF_8 = gettext_noop("a name in the ZIP archive is marked as UTF-8 and is none")
DATA_DAMAGED = gettext_noop("its data is damaged")
NO_FILE = gettext_noop("it is %(sort)s, not a file")
TOO_MANY_MEMBERS = gettext_noop("it holds more than %(most)s files. Send it in parts")
NO_ROOM_IN_ARCHIVE = gettext_noop(
    "what it lists has no room in it: a part of it is missing, as of an archive in several parts, or it is built to "
    "swell. Unpack it and send its files"
)
SWELLS = gettext_noop(
    "it would swell from %(packed)s to %(whole)s bytes, as no archive of pictures does. Unpack it and send its files"
)
END_MISSING = gettext_noop("it is no ZIP archive that can be read, or its end is missing. Send it again")
NO_ARCHIVE = gettext_noop("it is no ZIP archive that can be read: %(why)s")
LINK_IN_ARCHIVE = gettext_noop("it is a link, and links in an archive are not followed. Send the file that it leads to")
TAKE_PASSWORD_OFF = gettext_noop("it lies in the ZIP archive under a password. Unpack it and send it without")
PACKED_IN_WAY = gettext_noop("it is packed in a way that is not read here (%(way)s). Unpack it and send it by itself")
TOO_LARGE_UNPACKED = gettext_noop("it has %(size)s MB unpacked; files of up to %(most)s MB are taken")

_NAMED = re.compile(r'"(?P<name>.*)" was not kept: (?P<why>.*)', re.DOTALL)
_VALUE = re.compile(r"%\\\((\w+)\\\)s")


def in_words_of_reader(stored: str) -> str:
    """Return a refusal as the reader's language has it, where it is one of these sentences; else as it is stored."""
    from django.utils.translation import gettext  # where files are read no Django is known

    if named := _NAMED.fullmatch(stored):
        why = in_words_of_reader(named["why"])
        return stored if why == named["why"] else gettext(WAS_NOT_KEPT) % {"name": named["name"], "why": why}
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(stored):
            values = {name: gettext(value) if value else "" for name, value in found.groupdict().items()}
            return gettext(sentence) % values + values["stop"]
    return stored


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    sentences = [value for name, value in globals().items() if name.isupper() and not name.startswith("_")]
    return [
        (sentence, re.compile(_VALUE.sub(r"(?P<\1>.*?)", re.escape(sentence)) + r"(?P<stop>\.?)", re.DOTALL))
        for sentence in sentences
        if sentence != WAS_NOT_KEPT
    ]
