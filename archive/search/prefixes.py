"""The prefixes of the search box: what each means, and the parameter of an address that says the same."""

from dataclasses import dataclass
from enum import IntEnum

from archive.standards.normal_form import gettext_noop


class For(IntEnum):
    """Who may ask: the answer to a prefix must tell nobody what they may not read."""

    EVERYBODY = 0
    SIGNED_IN = 1
    STAFF = 2


@dataclass(frozen=True)
class Prefix:
    """`parameter` says the same in an address, for one value; without it the condition stays in the box's own words."""

    name: str
    example: str
    meaning: str
    parameter: str = ""
    asked_by: For = For.EVERYBODY


_ALL = (
    Prefix("place", "place:dunkirk", gettext_noop("at a place, with all beneath it; any of its names"), "place"),
    Prefix("beach", "beach:malo-les-bains", gettext_noop("the same as place:"), "place"),
    Prefix("harbour", "harbour:calais", gettext_noop("the same as place:"), "place"),
    Prefix("port", "port:dover", gettext_noop("the same as place:"), "place"),
    Prefix("town", "town:calais", gettext_noop("the same as place:"), "place"),
    Prefix("between", "between:calais,dunkirk", gettext_noop("along the coast from one place to another")),
    Prefix("place-kind", "place-kind:beach", gettext_noop("at a place of this kind")),
    Prefix(
        "near",
        "near:51.05,2.40,10km",
        gettext_noop("within so many kilometres of a position, or of where an item is: near:item-12"),
        asked_by=For.SIGNED_IN,
    ),
    Prefix(
        "within",
        "within:50.9,1.8,51.1,2.6",
        gettext_noop("in a box: south, west, north, east; or in a polygon: latitude, longitude of each corner"),
        asked_by=For.SIGNED_IN,
    ),
    Prefix("shown", "shown:dunkirk", gettext_noop("the place is what the picture shows")),
    Prefix("camera", "camera:dover", gettext_noop("the place is where the camera stood")),
    Prefix("date", "date:2024-06-15..2024-06-20", gettext_noop("taken then, certainly or possibly"), "date"),
    Prefix("certain", 'certain:"mid June 2024"', gettext_noop("taken then for certain")),
    Prefix("possible", "possible:2024-06", gettext_noop("taken then possibly, not for certain")),
    Prefix("from", "from:2024-06-15", gettext_noop("taken on that day or later"), "date_from"),
    Prefix("to", "to:2024-06-20", gettext_noop("taken on that day or before"), "date_to"),
    Prefix("certainty", "certainty:certain", gettext_noop("dates and places that are certain"), "certainty"),
    Prefix("published", "published:2024-06", gettext_noop("printed then"), asked_by=For.SIGNED_IN),
    Prefix("received", "received:2024-07..", gettext_noop("added to the archive then"), asked_by=For.SIGNED_IN),
    Prefix("added-by", "added-by:archivist", gettext_noop("by whom it was added"), asked_by=For.STAFF),
    Prefix("accession", "accession:4", gettext_noop("the number of an accession"), "accession", For.SIGNED_IN),
    Prefix("outlet", 'outlet:"Sky News"', gettext_noop("who published or supplied it"), "outlet"),
    Prefix("by", 'by:"Jo Doe"', gettext_noop("the name of a photographer, or words of a credit")),
    Prefix("event", "event:crossing-from-malo", gettext_noop("an event, with all within it"), "event"),
    Prefix("kind", "kind:photograph", gettext_noop("photograph, still or footage"), "kind"),
    Prefix("status", "status:unreviewed", gettext_noop("contested, unreviewed, reviewed; for archive staff also "
           "restricted, research, released"), asked_by=For.SIGNED_IN),
    Prefix("folder", "folder:7", gettext_noop("in a folder, by its number or its name"), asked_by=For.SIGNED_IN),
    Prefix("people", "people:20..60", gettext_noop("how many people it is said to show")),
    Prefix("camera-model", 'camera-model:"nikon d5"', gettext_noop("the camera, by the file itself"),
           asked_by=For.SIGNED_IN),
    Prefix("format", "format:jpeg", gettext_noop("the format of the file"), "format", For.SIGNED_IN),
    Prefix("metadata", "metadata:nikon", gettext_noop("words of the file's own tags"), "statement", For.SIGNED_IN),
    Prefix("text", 'text:"beach at calais"', gettext_noop("words that stand in the picture: banners, signs"), "text"),
    Prefix("check", "check:gps-against-place=contradictory", gettext_noop("what a check found"), "check", For.STAFF),
    Prefix("verdict", "verdict:when=supported", gettext_noop("the verdict on a question"), "verdict", For.STAFF),
    Prefix("has", "-has:caption", gettext_noop("that something is known: caption, headline, date, place, event, "
           "outlet, by, people; signed in also gps, print, camera-model")),
    Prefix("is", "is:undated", gettext_noop("undated, unplaced; signed in also distressing, contested, unreviewed, "
           "reviewed")),
)  # fmt: skip
PREFIXES = {prefix.name: prefix for prefix in _ALL}
