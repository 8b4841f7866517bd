"""
The story that the sample tells: accessions, pictures, captions, events and outlets, as plain data.

On 18 June 2024 a crowded boat leaves a beach near Dunkirk while officers look on; the same morning others are brought
into Dover. Around it stand pictures of other beaches and days, and the things that go wrong in archives: a stripped
copy, a cropped copy with another event's caption, an old picture printed as new, a position that contradicts the words.
Outlets with addresses under `.example` are invented.
"""

from dataclasses import dataclass, field

from archive.ingest.sample.embedding import CAPTURED, SCANNED_NEGATIVE, SCREEN_CAPTURE, Camera, Position, Words
from archive.ingest.sample.light import BLUE_HOUR, DAWN, EVENING, FIRST_LIGHT, NIGHT, NOON, OVERCAST, Light

SUPER_EVENT = "Channel crossings 2024"
MAY = "Crossings of 3 May 2024"
JUNE = "Crossings of 18 June 2024"


@dataclass(frozen=True)
class SampleEvent:
    """An event that the archive should know; `within` names the one it is part of."""

    name: str
    date_edtf: str
    places: tuple[str, ...]
    within: str | None = None
    note: str = ""


EVENTS = (
    SampleEvent(
        SUPER_EVENT, "2024", ("English Channel",), note="Crossings by small boat from the French coast to Kent."
    ),
    SampleEvent(MAY, "2024-05-03", ("Wimereux",), SUPER_EVENT),
    SampleEvent(
        JUNE,
        "2024-06-18",
        ("Dunkirk", "Dover"),
        SUPER_EVENT,
        "Boats left the beaches around Dunkirk on Tuesday morning; people were brought into Dover from 4 am.",
    ),
)


@dataclass(frozen=True)
class SampleOutlet:
    """An outlet that the captions name; `kind` in words, `country_code` two letters."""

    name: str
    kind: str
    country_code: str
    website: str = ""


OUTLETS = (
    SampleOutlet("Littoral Press", "agency", "FR", "https://littoral-press.example/"),
    SampleOutlet("Sky News", "broadcaster", "GB", "https://news.sky.com/"),
    SampleOutlet("The Channel Courier", "newspaper", "GB", "https://channel-courier.example/"),
    SampleOutlet("Strait Watch", "website", "GB", "https://strait-watch.example/"),
)


@dataclass(frozen=True)
class Copy:
    """How a file is made from another one of the sample rather than drawn."""

    of: str  # "folder/name"
    crop: tuple[float, float, float, float] | None = None  # left, top, right, bottom as shares
    width_px: int | None = None
    same_bytes: bool = False


@dataclass(frozen=True)
class Row:
    """One line of an accession's captions CSV, its file name apart."""

    caption: str = ""
    credit: str = ""
    creator: str = ""
    date: str = ""
    place: str = ""
    event: str = ""
    outlet: str = ""
    url: str = ""


@dataclass(frozen=True)
class Picture:
    """One file: what it shows, what is embedded in it, and its line in the captions CSV (none if `row` is None)."""

    name: str
    scene: str = ""
    size_px: tuple[int, int] = (1800, 1200)
    light: Light = DAWN
    seed: int = 0
    manner: dict = field(default_factory=dict)
    camera: Camera | None = None
    words: Words | None = None
    xmp: bool = True
    iim: bool = True
    row: Row | None = None
    copy: Copy | None = None
    quality: int = 88
    banner: tuple[str, str] | None = None  # the broadcaster's line and its second line
    seconds: float = 0  # of footage: how long the camera draws back from the scene
    made_at: str = ""  # of footage: the creation time of its container, in UTC


@dataclass(frozen=True)
class SampleAccession:
    """One delivery: `folder` is its name on disk, `published_on` an ISO day or empty."""

    folder: str
    title: str
    supplied_by: str
    outlet: str
    published_on: str
    note: str
    pictures: tuple[Picture, ...]
    terms: str = "Drawn for trying out the archive; free to use for that. Not photographs of real people or moments."


def _press(model: str = "R2", **more) -> Camera:
    return Camera("PHAROS", f"PHAROS {model}", **more)


def _phone(**more) -> Camera:
    return Camera("Halyard", "Halyard 9", exposure="1/120", aperture=1.8, sensitivity=64, focal_length_mm=6, **more)


def _littoral(headline: str, description: str, **more) -> Words:
    """Return an agency's words: its credit line and rights are the same on every picture."""
    settled = {
        "credit_line": "Littoral Press",
        "supply_source": "Littoral Press",
        "copyright_notice": "© 2024 Littoral Press",
        "digital_source_type": CAPTURED,
    }
    return Words(headline=headline, description=description, **(settled | more))


NORD = {"province": "Nord", "country": "France", "country_code": "FR"}
KENT = {"province": "Kent", "country": "United Kingdom", "country_code": "GB"}
SEA = ("migration", "small boats", "English Channel")

AGENCY_FEED = SampleAccession(
    "agency-feed-2024-06-18",
    "Agency feed 18 June 2024",
    "Littoral Press",
    "Littoral Press",
    "2024-06-18",
    "The day's pictures as the agency sent them, both sides of the strait.",
    (
        Picture(
            "LP240618_0001.jpg",
            "boarding_at_dawn",
            (2100, 1400),
            FIRST_LIGHT,
            11,
            camera=_press(
                taken_at="2024:06:18 05:12:09",
                offset="+02:00",
                subsecond="41",
                exposure="1/125",
                sensitivity=1600,
                focal_length_mm=200,
                position=Position(51.0531, 2.4068, 6.2, 338.5, 5),
                artist="Odile Varenne",
            ),
            words=_littoral(
                "Boarding before sunrise at Malo-les-Bains",
                "Families wade out to a black inflatable that is already full, on the beach of "
                "Malo-les-Bains near Dunkirk, "
                "northern France, early on Tuesday 18 June 2024.",
                creator="Odile Varenne",
                date_created="2024-06-18T05:12:09+02:00",
                sublocation="Plage de Malo-les-Bains",
                city="Dunkirk",
                event=JUNE,
                keywords=(*SEA, "beach", "dawn"),
                **NORD,
            ),
            row=Row(
                "",
                "Odile Varenne / Littoral Press",
                "Odile Varenne",
                "2024-06-18",
                "Malo-les-Bains",
                JUNE,
                "Littoral Press",
                "https://littoral-press.example/2024/06/18/0001",
            ),
        ),
        Picture(
            "LP240618_0002.jpg",
            "crowded_boat",
            (2100, 1400),
            DAWN,
            12,
            camera=_press(
                taken_at="2024:06:18 05:47:33",
                exposure="1/640",
                sensitivity=800,
                focal_length_mm=400,
                artist="Odile Varenne",
            ),
            words=_littoral(
                "A full boat heads for the English coast",
                "About two dozen people, most of them in orange life jackets, in a rubber boat off "
                "Dunkirk on Tuesday morning.",
                creator="Odile Varenne",
                date_created="2024-06-18T05:47:33",
                city="Dunkirk",
                event=JUNE,
                keywords=(*SEA, "boat"),
                **NORD,
            ),
            row=Row(
                "",
                "Odile Varenne / Littoral Press",
                "Odile Varenne",
                "2024-06-18",
                "Dunkirk",
                JUNE,
                "Littoral Press",
                "https://littoral-press.example/2024/06/18/0002",
            ),
        ),
        Picture(
            "LP240618_0003.jpg",
            "officer_with_phone",
            (1400, 2100),
            FIRST_LIGHT,
            13,
            camera=_press(
                taken_at="2024:06:18 05:19:55",
                offset="+02:00",
                exposure="1/160",
                sensitivity=1250,
                focal_length_mm=85,
                position=Position(51.0629, 2.4489, 5.0, 325, 6),
                artist="Odile Varenne",
            ),
            words=_littoral(
                "An officer films from the sand",
                "A French officer holds up a telephone towards a boat that takes people on board, "
                "seen at Leffrinckoucke, "
                "east of Dunkirk, on 18 June 2024.",
                creator="Odile Varenne",
                date_created="2024-06-18T05:19:55+02:00",
                sublocation="Plage de Leffrinckoucke",
                city="Leffrinckoucke",
                event=JUNE,
                keywords=(*SEA, "police", "phone"),
                **NORD,
            ),
            row=Row(
                "",
                "Odile Varenne / Littoral Press",
                "Odile Varenne",
                "2024-06-18",
                "Leffrinckoucke",
                JUNE,
                "Littoral Press",
            ),
        ),
        Picture(
            "LP240618_0004.jpg",
            "dunes_after",
            (2000, 1333),
            DAWN,
            14,
            camera=_press(
                taken_at="2024:06:18 06:48:20",
                focal_length_mm=35,
                position=Position(51.0641, 2.4566, 11.4),
                artist="Odile Varenne",
            ),
            words=_littoral(
                "What stays in the dunes",
                "Life jackets left between the marram grass of the Dune Dewulf at Leffrinckoucke "
                "after the boats have gone, 18 June 2024.",
                creator="Odile Varenne",
                date_created="2024-06-18",
                city="Leffrinckoucke",
                event=JUNE,
                keywords=("dunes", "life jacket"),
                **NORD,
            ),
            row=Row(date="2024-06-18", place="Leffrinckoucke", event=JUNE, outlet="Littoral Press"),
        ),
        Picture(
            "LP240618_0005.jpg",
            "empty_boats",
            (2000, 1333),
            DAWN,
            15,
            camera=_press(
                taken_at="2024:06:18 07:20:02",
                offset="+02:00",
                focal_length_mm=50,
                position=Position(51.0122, 2.1043, 4.0, 20, 8),
                artist="Odile Varenne",
            ),
            words=_littoral(
                "Two boats that did not leave",
                "Two slashed inflatables on the flats beside the channel of Gravelines, between "
                "Calais and Dunkirk, on the morning of 18 June 2024.",
                creator="Odile Varenne",
                date_created="2024-06-18T07:20:02+02:00",
                city="Gravelines",
                event=JUNE,
                keywords=(*SEA, "beach"),
                **NORD,
            ),
            row=Row(
                "",
                "Odile Varenne / Littoral Press",
                "Odile Varenne",
                "2024-06-18",
                "Gravelines",
                JUNE,
                "Littoral Press",
            ),
        ),
        Picture(
            "LP240618_0006.jpg",
            "lifeboat_at_four",
            (2100, 1400),
            BLUE_HOUR,
            16,
            camera=_press(
                "R5",
                taken_at="2024:06:18 04:07:41",
                offset="+01:00",
                exposure="1/60",
                aperture=2.8,
                sensitivity=6400,
                focal_length_mm=135,
                position=Position(51.1203, 1.3282, 9.0, 40, 5),
                artist="Tom Hallam",
            ),
            words=_littoral(
                "RNLI lifeboat returns at first light",
                "An RNLI lifeboat brings people into Dover a little after 4 am on Tuesday 18 June 2024.",
                creator="Tom Hallam",
                date_created="2024-06-18T04:07:41+01:00",
                sublocation="Port of Dover",
                city="Dover",
                event=JUNE,
                keywords=(*SEA, "RNLI", "lifeboat"),
                **KENT,
            ),
            row=Row("", "Tom Hallam / Littoral Press", "Tom Hallam", "2024-06-18", "Dover", JUNE, "Littoral Press"),
        ),
        Picture(
            "LP240618_0007.jpg",
            "patrol_in_port",
            (2100, 1400),
            BLUE_HOUR,
            17,
            camera=_press(
                "R5",
                taken_at="2024:06:18 04:26:10",
                exposure="1/50",
                aperture=2.8,
                sensitivity=6400,
                focal_length_mm=100,
                artist="Tom Hallam",
            ),
            words=_littoral(
                "Border Force vessel enters the port",
                "A Border Force vessel passes the breakwater of the port of Dover before sunrise, 18 June 2024.",
                creator="Tom Hallam",
                date_created="2024-06-18T04:26:10",
                sublocation="Port of Dover",
                city="Dover",
                event=JUNE,
                keywords=(*SEA, "Border Force"),
                **KENT,
            ),
            row=Row(
                "", "Tom Hallam / Littoral Press", "Tom Hallam", "2024-06-18", "Port of Dover", JUNE, "Littoral Press"
            ),
        ),
        Picture(
            "LP240618_0008.jpg",
            "landing_at_dover",
            (2100, 1400),
            DAWN,
            18,
            camera=_press(
                "R5",
                taken_at="2024:06:18 05:31:28",
                offset="+01:00",
                exposure="1/320",
                sensitivity=640,
                focal_length_mm=105,
                position=Position(51.1197, 1.3241, 5.5, 75, 5),
                artist="Tom Hallam",
            ),
            words=_littoral(
                "Ashore in orange life jackets",
                "Men, women and children leave a Border Force catamaran along a pontoon at Dover on Tuesday morning. "
                "More than a dozen were still on board.",
                creator="Tom Hallam",
                date_created="2024-06-18T05:31:28+01:00",
                sublocation="Port of Dover",
                city="Dover",
                event=JUNE,
                keywords=(*SEA, "Border Force", "catamaran"),
                **KENT,
            ),
            row=Row("", "Tom Hallam / Littoral Press", "Tom Hallam", "2024-06-18", "Dover", JUNE, "Littoral Press"),
        ),
        Picture(
            "LP240618_0009.jpg",
            "ferry_port",
            (2100, 1312),
            NOON,
            19,
            # The words say Dover, the receiver stood in Calais.
            camera=_press(
                "R5",
                taken_at="2024:06:18 11:38:05",
                offset="+02:00",
                focal_length_mm=70,
                position=Position(50.9682, 1.8517, 7.0, 310, 4),
                artist="Tom Hallam",
            ),
            words=_littoral(
                "Ferries sail on time",
                "Ferry traffic was not disturbed: a ship leaves the port of Dover on the morning of 18 June 2024.",
                creator="Tom Hallam",
                date_created="2024-06-18T11:38:05+02:00",
                sublocation="Port of Dover",
                city="Dover",
                keywords=("ferry", "port"),
                **KENT,
            ),
            row=Row("", "Tom Hallam / Littoral Press", "Tom Hallam", "2024-06-18", "Dover", "", "Littoral Press"),
        ),
    ),
)


def _still(caption: str, place: str = "Dunkirk", *, date: str = "2024-06-18", url: str = "") -> Row:
    return Row(caption, "Sky News", "", date, place, JUNE, "Sky News", url)


_LINE = "CHANNEL CROSSINGS"
STILLS = SampleAccession(
    "broadcaster-stills",
    "Broadcaster stills, Dunkirk beach",
    "Sky News",
    "Sky News",
    "2024-06-18",
    "Stills from footage shot on the beach; no camera data came with them. The mark in the corner is "
    "drawn by the archive.",
    (
        Picture(
            "beach_0541_officers.jpg",
            "officers_on_the_sand",
            (1920, 1080),
            DAWN,
            21,
            row=_still(
                "At least six police officers stand on the sand near Dunkirk while people board a "
                "boat, Tuesday morning. Still from footage by Sky News."
            ),
            banner=(_LINE, "Beach near Dunkirk, northern France"),
        ),
        Picture(
            "beach_0543_helping.jpg",
            "helping_hands",
            (1920, 1080),
            DAWN,
            22,
            words=Words(
                description="People in the water help each other, and a child, over the side of an overloaded "
                "boat off Dunkirk. Still: Sky News.",
                credit_line="Sky News",
                digital_source_type=SCREEN_CAPTURE,
            ),
            iim=False,
            row=_still(
                "People up to the waist in the sea lift each other, and a child, into a boat with no room left."
            ),
            banner=(_LINE, "Beach near Dunkirk, northern France"),
        ),
        Picture(
            "beach_0547_phone.png",
            "officer_with_phone",
            (1920, 1080),
            DAWN,
            23,
            row=_still("An officer records the boarding on his telephone. Still from footage by Sky News, 18 June."),
            banner=(_LINE, "Officers film from the beach"),
        ),
        Picture(
            "beach_0602_leaving.jpg",
            "under_way",
            (1920, 1080),
            DAWN,
            24,
            words=Words(
                description="About two dozen people set off for England from a beach near Dunkirk.",
                credit_line="Sky News",
                date_created="2024-06-18",
            ),
            xmp=False,
            row=_still(
                "The boat leaves the coast with about two dozen people on board. Still from footage "
                "by Sky News, Tuesday."
            ),
            banner=(_LINE, "Boat sets off for the English coast"),
        ),
        Picture(
            "beach_0602_leaving.mp4",
            "under_way",
            (1920, 1080),
            DAWN,
            24,
            seconds=4,
            made_at="2024-06-18T04:02:10Z",
            row=_still("The footage of the boat that leaves the coast, as it was sent by the broadcaster."),
        ),
        Picture(
            "aerial_0611.jpg",
            "from_above",
            (1920, 1080),
            NOON,
            25,
            row=_still(
                "Seen from the air, the boat clears the surf between Dunkirk and the Belgian border.", "Bray-Dunes"
            ),
            banner=(_LINE, "Aerial pictures, Tuesday morning"),
        ),
    ),
)

ARCHIVE = SampleAccession(
    "agency-archive-spring-2024",
    "Agency archive, spring 2024",
    "Littoral Press",
    "Littoral Press",
    "",
    "Earlier pictures from the agency's own archive, sent on request.",
    (
        Picture(
            "LP240423_0117.jpg",
            "april_crossing",
            (2000, 1333),
            OVERCAST,
            31,
            camera=_press(
                taken_at="2024:04:23 08:55:16",
                offset="+01:00",
                exposure="1/800",
                sensitivity=400,
                focal_length_mm=300,
                position=Position(51.0205, 1.4932, 3.0, 140, 10),
                artist="Tom Hallam",
            ),
            words=_littoral(
                "Crowded boat in the strait",
                "A crowded inflatable in the Strait of Dover on 23 April 2024, a ferry far behind it.",
                creator="Tom Hallam",
                date_created="2024-04-23T08:55:16+01:00",
                sublocation="Strait of Dover",
                keywords=SEA,
            ),
            row=Row(date="2024-04-23", place="Strait of Dover", event=SUPER_EVENT),
        ),
        Picture(
            "LP240503_0032.jpg",
            "wide_beach",
            (2000, 1333),
            OVERCAST,
            32,
            {"people": 6, "groyne": True},
            camera=_press(
                taken_at="2024:05:03 07:42:51",
                offset="+02:00",
                focal_length_mm=35,
                position=Position(50.7712, 1.6052, 5.0, 10, 6),
                artist="Odile Varenne",
            ),
            words=_littoral(
                "Wimereux at low water",
                "Walkers on the beach of Wimereux at low water on the morning of 3 May 2024, where a "
                "boat had left at night.",
                creator="Odile Varenne",
                date_created="2024-05-03T07:42:51+02:00",
                city="Wimereux",
                event=MAY,
                keywords=("beach",),
                province="Pas-de-Calais",
                country="France",
                country_code="FR",
            ),
            row=Row("", "Odile Varenne / Littoral Press", "Odile Varenne", "2024-05-03", "Wimereux", MAY),
        ),
        Picture(
            "LP240503_0048.jpg",
            "boarding_at_dawn",
            (2000, 1333),
            OVERCAST.but(ambient=(0.78, 0.80, 0.83)),
            33,
            camera=_press(taken_at="2024:05:03 05:58:12", focal_length_mm=200, artist="Odile Varenne"),
            words=_littoral(
                "Into the water at Wimereux",
                "A group walks into the sea towards a boat at Wimereux, south of Cap Gris-Nez, on 3 May 2024.",
                creator="Odile Varenne",
                date_created="2024-05-03T05:58:12",
                city="Wimereux",
                event=MAY,
                keywords=SEA,
                province="Pas-de-Calais",
                country="France",
                country_code="FR",
            ),
            row=Row("", "Odile Varenne / Littoral Press", "Odile Varenne", "2024-05-03", "Wimereux", MAY),
        ),
    ),
)

NEWSPAPER = SampleAccession(
    "newspaper-2024-06-19",
    "The Channel Courier, 19 June 2024",
    "Reading room",
    "The Channel Courier",
    "2024-06-19",
    "Files behind one article of Wednesday's edition, with the captions as printed.",
    (
        Picture(
            "overcrowded-boat.jpg",
            copy=Copy("agency-archive-spring-2024/LP240423_0117.jpg", same_bytes=True),
            # Eight weeks old in print: the caption speaks of Tuesday.
            row=Row(
                "A boat full of people on its way across the English Channel on Tuesday.",
                "Littoral Press",
                "",
                "2024-06-18",
                "English Channel",
                JUNE,
                "The Channel Courier",
                "https://channel-courier.example/2024/06/19/busiest-day",
            ),
        ),
        Picture(
            "clovelly-harbour.jpg",
            "stone_harbour",
            (2000, 1500),
            NOON,
            41,
            camera=_press(
                "R5",
                taken_at="2024:06:18 10:14:37",
                offset="+01:00",
                focal_length_mm=35,
                position=Position(50.9990, -4.3985, 12.0, 250, 6),
                artist="Tom Hallam",
            ),
            words=Words(
                headline="Clovelly before the visit",
                description="The harbour of Clovelly in North Devon, where the Prime Minister went out on a "
                "fishing boat during the election campaign. The picture shows no people.",
                creator="Tom Hallam",
                credit_line="Littoral Press",
                copyright_notice="© 2024 Littoral Press",
                date_created="2024-06-18T10:14:37+01:00",
                city="Clovelly",
                province="Devon",
                country="United Kingdom",
                country_code="GB",
                digital_source_type=CAPTURED,
            ),
            row=Row(
                "The harbour at Clovelly, where Rishi Sunak took a boat trip this week. He called it "
                "desperately sad that children are put at such risk.",
                "Littoral Press",
                "Tom Hallam",
                "2024-06",
                "Clovelly",
                "",
                "The Channel Courier",
                "https://channel-courier.example/2024/06/19/busiest-day",
            ),
        ),
    ),
)

PHONE = SampleAccession(
    "readers-phone",
    "Reader's phone, June 2024",
    "A reader from Deal",
    "",
    "",
    "Sent from a phone after a trip across the strait; the reader asks not to be named.",
    (
        Picture(
            "IMG_4471.jpg",
            "promenade",
            (1500, 2000),
            EVENING,
            51,
            camera=_phone(
                taken_at="2024:06:18 21:38:44",
                offset="+02:00",
                subsecond="118",
                position=Position(51.0493, 2.3905, 8.1, 295.3, 4.7),
                orientation=6,
            ),
            row=Row(
                "The promenade at Malo-les-Bains in the evening of the same day, quiet again.",
                "",
                "",
                "",
                "Malo-les-Bains",
                JUNE,
            ),
        ),
        Picture(
            "IMG_4402.jpg",
            "chalk_from_the_water",
            (2000, 1250),
            NOON,
            52,
            camera=_phone(
                taken_at="2024:06:16 14:05:30",
                offset="+01:00",
                subsecond="902",
                position=Position(51.1362, 1.3948, 18.0, 305, 6.2),
            ),
            row=Row("White cliffs from the ferry, on the way over.", "", "", "", "", ""),
        ),
        Picture(
            "received_night.jpg",
            "night_harbour",
            (2000, 1333),
            NIGHT,
            53,
            row=Row(
                "Dover harbour by night, some time in the middle of June. Passed on to me, I do not know by whom.",
                "",
                "",
                "2024-06-15~",
                "Dover Harbour",
                "",
            ),
            quality=82,
        ),
        Picture(
            "IMG_4490.webp",
            "shingle_and_pier",
            (1800, 1200),
            OVERCAST,
            54,
            camera=_phone(
                taken_at="2024:06:20 08:12:05", offset="+01:00", position=Position(51.2232, 1.4069, 3.0, 60, 5)
            ),
            words=Words(
                description="Back home: the beach at Deal with the pier, two days after.",
                date_created="2024-06-20T08:12:05+01:00",
                city="Deal",
                **KENT,
            ),
            row=Row("", "", "", "", "Deal", ""),
        ),
    ),
)

SURVEY = SampleAccession(
    "coast-survey",
    "Coast survey, southern North Sea",
    "Strand archive, own photographers",
    "",
    "",
    "The archive's own pictures of beaches and harbours for comparison.",
    (
        Picture(
            "margate_2024-05-25.jpg",
            "harbour_arm",
            (2000, 1333),
            EVENING,
            61,
            camera=_press(
                "M1",
                taken_at="2024:05:25 20:31:09",
                offset="+01:00",
                position=Position(51.3917, 1.3800, 6.0, 285, 5),
                artist="Nour Adeyemi",
            ),
            words=Words(
                description="The harbour arm at Margate on the evening of 25 May 2024.",
                creator="Nour Adeyemi",
                date_created="2024-05-25T20:31:09+01:00",
                city="Margate",
                **KENT,
            ),
            row=Row(creator="Nour Adeyemi", date="2024-05-25", place="Margate"),
        ),
        Picture(
            "ostend_2024-06-18.jpg",
            "wide_beach",
            (2000, 1250),
            DAWN,
            62,
            {"town": 0.13, "people": 9},
            camera=_press(
                "M1",
                taken_at="2024:06:18 08:02:40",
                offset="+02:00",
                position=Position(51.2322, 2.9080, 4.0, 55, 5),
                artist="Nour Adeyemi",
            ),
            words=Words(
                description="An ordinary Tuesday morning on the beach at Ostend, Belgium, 18 June 2024.",
                creator="Nour Adeyemi",
                date_created="2024-06-18T08:02:40+02:00",
                city="Ostend",
                province="West-Vlaanderen",
                country="Belgium",
                country_code="BE",
            ),
            row=Row(creator="Nour Adeyemi", date="2024-06-18", place="Ostend"),
        ),
        Picture(
            "scheveningen_2023-08-31.tif",
            "seaside_pier",
            (1600, 1067),
            NOON,
            63,
            words=Words(
                description="The pier of Scheveningen, the Netherlands, on the last day of August 2023. Scanned "
                "from a negative.",
                creator="Nour Adeyemi",
                date_created="2023-08-31",
                city="The Hague",
                sublocation="Scheveningen",
                country="Netherlands",
                country_code="NL",
                digital_source_type=SCANNED_NEGATIVE,
            ),
            row=Row(creator="Nour Adeyemi", date="2023-08-31", place="Scheveningen"),
        ),
        Picture(
            "malo_2024-02-11.jpg",
            "wide_beach",
            (2000, 1333),
            OVERCAST.but(sand=(0.56, 0.53, 0.48), cloudiness=1.0),
            64,
            {"town": 0.10, "people": 2},
            camera=_press(
                "M1", taken_at="2024:02:11 10:20:18", position=Position(51.0519, 2.4031, 5.0), artist="Nour Adeyemi"
            ),
            words=Words(
                description="Malo-les-Bains in winter: two walkers on the strand, Sunday 11 February 2024.",
                creator="Nour Adeyemi",
                date_created="2024-02-11T10:20:18",
                sublocation="Plage de Malo-les-Bains",
                city="Dunkirk",
                **NORD,
            ),
            row=Row(creator="Nour Adeyemi", date="2024-02-11", place="Malo-les-Bains"),
        ),
    ),
)

WEB = SampleAccession(
    "web-collection-july-2024",
    "Web collection, July 2024",
    "Reading room",
    "",
    "2024-07-12",
    "Collected from messengers and web pages in the second week of July, each as it was found.",
    (
        Picture(
            "IMG-20240703-WA0012.jpg",
            copy=Copy("agency-feed-2024-06-18/LP240618_0002.jpg", width_px=1280),
            quality=68,
            row=Row("Overfull boat this morning. Forwarded many times."),
        ),
        Picture(
            "wimereux-boarding.jpg",
            copy=Copy("agency-feed-2024-06-18/LP240618_0001.jpg", crop=(0.26, 0.28, 0.94, 0.76), width_px=1400),
            quality=80,
            row=Row(
                "People board a boat at Wimereux on 3 May.",
                "Strait Watch",
                "",
                "2024-05-03",
                "Wimereux",
                MAY,
                "Strait Watch",
                "https://strait-watch.example/2024/07/a-summer-of-boats",
            ),
        ),
        Picture(
            "unknown_0007.jpg",
            "boat_in_haze",
            (1800, 1125),
            OVERCAST.but(cloudiness=1.1),
            73,
            quality=78,
            row=Row("An inflatable with people on board. Nothing is known of where or when."),
        ),
    ),
)

ACCESSIONS = (AGENCY_FEED, STILLS, ARCHIVE, NEWSPAPER, PHONE, SURVEY, WEB)
