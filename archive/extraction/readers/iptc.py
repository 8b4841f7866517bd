"""IPTC-IIM (Information Interchange Model 4.2), bare or inside Photoshop resource 0x0404."""

from dataclasses import dataclass, field

from archive.extraction.readers.decode_text import coded_character_set, decode_told
from archive.extraction.readers.statements import Value

_NAMES = {
    (1, 90): "CodedCharacterSet", (1, 0): "EnvelopeRecordVersion", (1, 70): "DateSent", (1, 80): "TimeSent",
    (1, 30): "ServiceIdentifier", (1, 100): "UniqueObjectName",
    (2, 0): "ApplicationRecordVersion", (2, 3): "ObjectTypeReference", (2, 4): "ObjectAttributeReference",
    (2, 5): "ObjectName", (2, 7): "EditStatus", (2, 10): "Urgency", (2, 12): "SubjectReference", (2, 15): "Category",
    (2, 20): "SupplementalCategories", (2, 22): "FixtureIdentifier", (2, 25): "Keywords",
    (2, 26): "ContentLocationCode", (2, 27): "ContentLocationName", (2, 30): "ReleaseDate", (2, 35): "ReleaseTime",
    (2, 37): "ExpirationDate", (2, 38): "ExpirationTime", (2, 40): "SpecialInstructions", (2, 45): "ReferenceService",
    (2, 47): "ReferenceDate", (2, 50): "ReferenceNumber", (2, 55): "DateCreated", (2, 60): "TimeCreated",
    (2, 62): "DigitalCreationDate", (2, 63): "DigitalCreationTime", (2, 65): "OriginatingProgram",
    (2, 70): "ProgramVersion", (2, 75): "ObjectCycle", (2, 80): "By-line", (2, 85): "By-lineTitle", (2, 90): "City",
    (2, 92): "Sub-location", (2, 95): "Province-State", (2, 100): "Country-PrimaryLocationCode",
    (2, 101): "Country-PrimaryLocationName", (2, 103): "OriginalTransmissionReference", (2, 105): "Headline",
    (2, 110): "Credit", (2, 115): "Source", (2, 116): "CopyrightNotice", (2, 118): "Contact",
    (2, 120): "Caption-Abstract", (2, 121): "LocalCaption", (2, 122): "Writer-Editor", (2, 130): "ImageType",
    (2, 131): "ImageOrientation", (2, 135): "LanguageIdentifier", (2, 187): "UniqueDocumentID",
    (2, 221): "Prefs",
}  # fmt: skip
_REPEATABLE = {(2, 20), (2, 25), (2, 12), (2, 26), (2, 27), (2, 80), (2, 85), (2, 118), (2, 122), (2, 4)}
_BINARY = {(1, 0), (2, 0), (1, 90)}


class DamagedIPTC(ValueError):
    """The block holds no data set that can be read."""


def iptc_resources(photoshop: bytes) -> list[bytes]:
    """Take every IIM resource (0x0404) out of a Photoshop resource block, past damaged ones."""
    return photoshop_resources(photoshop, 0x0404)


def photoshop_resources(photoshop: bytes, wanted: int) -> list[bytes]:
    """Take every resource of this number out of a Photoshop resource block, past damaged ones."""
    resources = []
    at = photoshop.find(b"8BIM")
    while at >= 0 and at + 12 <= len(photoshop):
        number = int.from_bytes(photoshop[at + 4 : at + 6], "big")
        name_length = photoshop[at + 6] + 1
        start = at + 6 + name_length + (name_length & 1)
        size = int.from_bytes(photoshop[start : start + 4], "big")
        if number == wanted:
            resources.append(photoshop[start + 4 : start + 4 + size])
            if start + 4 + size > len(photoshop):
                break
        end = start + 4 + size + (size & 1)
        # Some writers forget the padding byte, and damage can put anything here: look for the next mark.
        at = photoshop.find(b"8BIM", end - 1 if end <= len(photoshop) else start)
    return resources


@dataclass
class Record:
    """What an IIM record states, text decoded; whether it ends as it should; and what is doubtful, in sentences."""

    values: dict[str, Value] = field(default_factory=dict)
    is_whole: bool = True
    doubts: list[str] = field(default_factory=list)


def read_iptc(block: bytes) -> Record:
    """
    Read the data sets of an IIM record.

    :raises DamagedIPTC: not one data set can be read
    """
    sets, whole = _data_sets(block)
    if not sets and block.strip(b"\x00"):
        raise DamagedIPTC("The IPTC block is damaged: no data set in it can be read.")
    record = Record(is_whole=whole)
    declared, name_of_set = coded_character_set(next((raw for key, raw in sets if key == (1, 90)), b""))
    if name_of_set and not declared:
        sentence = (
            f"The IPTC block names a character set that the archive does not know ({name_of_set}); it was guessed."
        )
        record.doubts.append(sentence)
    lists: dict[str, list[Value]] = {}
    for key, raw in sets:
        name = _NAMES.get(key, f"{key[0]}:{key[1]}")
        value: Value
        if key == (1, 90):
            value = coded_character_set(raw)[1]
        elif key in _BINARY:
            value = int.from_bytes(raw, "big")
        else:
            decoded = decode_told(raw.rstrip(b"\x00"), declared=declared)
            value = decoded.text
            if decoded.doubt:
                record.doubts.append(f"The text of IPTC:{name} {decoded.doubt}.")
        values = lists.setdefault(name, [])
        if key in _REPEATABLE or value not in values:
            values.append(value)
    record.values = {name: values[0] if len(values) == 1 else values for name, values in lists.items()}
    return record


def _data_sets(block: bytes) -> tuple[list[tuple[tuple[int, int], bytes]], bool]:
    data_sets: list[tuple[tuple[int, int], bytes]] = []
    at = 0
    while at + 5 <= len(block) and len(data_sets) < 10_000:
        if block[at] != 0x1C:
            return data_sets, not block[at:].strip(b"\x00")
        key = (block[at + 1], block[at + 2])
        size = int.from_bytes(block[at + 3 : at + 5], "big")
        at += 5
        if size & 0x8000:  # extended data set: the size says how long the size is (IIM 4.2, 1.6)
            width = size & 0x7FFF
            size = int.from_bytes(block[at : at + width], "big") if width <= 8 else len(block)
            at += width
        if at + size > len(block):
            return data_sets, False
        data_sets.append((key, block[at : at + size]))
        at += size
    return data_sets, not block[at:].strip(b"\x00")
