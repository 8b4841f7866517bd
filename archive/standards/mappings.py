"""
Which tags of EXIF, IPTC-IIM, XMP, NewsML-G2 and ninjs state which property: IPTC Photo Metadata Standard 2025.1, with
its names.

Tags are written "Group:Tag" as the readers write them. Their order is the order in which they lead: for descriptions
XMP before IIM before EXIF, as the standard advises readers, and for what a device records EXIF first.
"""

from dataclasses import dataclass

from archive.standards.vocabulary import Property, SourceKind


@dataclass(frozen=True)
class Field:
    """One property: its key in a reading, its IPTC name, the tags that state it, and the claim it becomes, if any."""

    key: str
    iptc_name: str
    tags: tuple[str, ...]
    claim: Property | None = None


MAKE = Field(
    "make",
    "Camera make (EXIF)",
    (
        *("IFD0:Make", "XMP-tiff:Make", "QuickTime:com.apple.quicktime.make", "QuickTime:make"),
        "QuickTime:com.android.manufacturer",
    ),
)
MODEL = Field(
    "model",
    "Camera model (EXIF)",
    (
        *("IFD0:Model", "XMP-tiff:Model", "QuickTime:com.apple.quicktime.model", "QuickTime:model"),
        "QuickTime:com.android.model",
    ),
)
ORIENTATION = Field(
    "orientation", "Orientation (EXIF)", ("IFD0:Orientation", "XMP-tiff:Orientation", "IFD1:Orientation")
)
DESCRIPTION = Field(
    "description",
    "Description",
    (
        *("XMP-dc:description", "IPTC:Caption-Abstract", "IFD0:ImageDescription", "EXIF:UserComment", "IFD0:XPComment"),
        *("QuickTime:com.apple.quicktime.description", "QuickTime:description", "QuickTime:comment"),
        *("Matroska:DESCRIPTION", "Matroska:COMMENT", "NewsML-G2:description"),
        *("ninjs:description_text", "ninjs:description_caption", "ninjs:descriptions"),
    ),
)
HEADLINE = Field(
    "headline",
    "Headline",
    ("XMP-photoshop:Headline", "IPTC:Headline", "NewsML-G2:headline", "ninjs:headline", "ninjs:headlines"),
)
TITLE = Field(
    "title",
    "Title",
    (
        *("XMP-dc:title", "IPTC:ObjectName", "EXIF:ImageTitle", "IFD0:XPTitle"),
        *("QuickTime:com.apple.quicktime.title", "QuickTime:title", "Matroska:title", "NewsML-G2:title", "ninjs:title"),
    ),
)
COPYRIGHT_NOTICE = Field(
    "copyright_notice",
    "Copyright Notice",
    (
        *("XMP-dc:rights", "IPTC:CopyrightNotice", "IFD0:Copyright", "QuickTime:com.apple.quicktime.copyright"),
        *("QuickTime:copyright", "Matroska:COPYRIGHT", "NewsML-G2:copyrightNotice", "ninjs:copyrightnotice"),
    ),
)
CREATOR = Field(
    "creator",
    "Creator",
    (
        *("XMP-dc:creator", "IPTC:By-line", "IFD0:Artist", "EXIF:Photographer", "IFD0:XPAuthor"),
        *("QuickTime:com.apple.quicktime.author", "QuickTime:com.apple.quicktime.artist", "QuickTime:artist"),
        *("Matroska:ARTIST", "XMP-pdf:Author", "NewsML-G2:creator", "NewsML-G2:by", "ninjs:by", "ninjs:byline"),
    ),
    Property.CREATOR,
)
CREDIT_LINE = Field(
    "credit_line",
    "Credit Line",
    (
        *("XMP-photoshop:Credit", "IPTC:Credit", "NewsML-G2:creditline", "ninjs:creditline"),
        "ninjs:descriptions (creditline)",
    ),
    Property.CREDIT_LINE,
)
SUPPLIED_BY = Field(
    "supplied_by",
    "Source (Supply Chain)",
    (
        *("XMP-photoshop:Source", "IPTC:Source", "NewsML-G2:infoSource", "NewsML-G2:provider"),
        *("ninjs:infosource", "ninjs:infosources"),
    ),
    Property.SUPPLIED_BY,
)
# Who a news document comes from supplied the picture where it names no other source.
PROVIDER_TAG, INFO_SOURCE_TAG = "NewsML-G2:provider", "NewsML-G2:infoSource"
EVENT = Field(
    "event",
    "Event Name",
    ("XMP-Iptc4xmpExt:Event", "NewsML-G2:event (subject)", "ninjs:event (subject)"),
    Property.EVENT,
)
DIGITAL_SOURCE_TYPE = Field(
    "digital_source_type",
    "Digital Source Type",
    (
        *("XMP-Iptc4xmpExt:DigitalSourceType", "XMP-Iptc4xmpExt:DigitalSourcefileType"),
        *("NewsML-G2:digitalSourceType", "ninjs:digitalsourcetype"),
    ),
    Property.DIGITAL_SOURCE_TYPE,
)
# Legacy since IPTC Core 1.1, and still what most agencies fill in: the place the content focuses on, so the shown one.
SUBLOCATION = Field("sublocation", "Sublocation (legacy)", ("XMP-Iptc4xmpCore:Location", "IPTC:Sub-location"))
CITY = Field("city", "City (legacy)", ("XMP-photoshop:City", "IPTC:City"))
PROVINCE = Field("province", "Province or State (legacy)", ("XMP-photoshop:State", "IPTC:Province-State"))
COUNTRY = Field("country", "Country (legacy)", ("XMP-photoshop:Country", "IPTC:Country-PrimaryLocationName"))
COUNTRY_CODE = Field(
    "country_code",
    "Country Code (legacy)",
    ("XMP-Iptc4xmpCore:CountryCode", "IPTC:Country-PrimaryLocationCode"),
)

# Each of these tags alone gives the claim its words.
TEXT_CLAIMS = (CREATOR, CREDIT_LINE, SUPPLIED_BY, EVENT)
LEGACY_PLACE = (SUBLOCATION, CITY, PROVINCE, COUNTRY, COUNTRY_CODE)
# A bag of structures with the fields below.
LOCATION_CREATED_TAG = "XMP-Iptc4xmpExt:LocationCreated"
LOCATION_SHOWN_TAG = "XMP-Iptc4xmpExt:LocationShown"
LOCATION_FIELDS = {
    "sublocation": "Iptc4xmpExt:Sublocation",
    "city": "Iptc4xmpExt:City",
    "province": "Iptc4xmpExt:ProvinceState",
    "country": "Iptc4xmpExt:CountryName",
    "country_code": "Iptc4xmpExt:CountryCode",
}
# NewsML-G2 and ninjs: from where the content originates, and the one place that it is about.
NEWS_LOCATION_CREATED_TAGS = ("NewsML-G2:located", "ninjs:located")
NEWS_LOCATION_SHOWN_TAGS = ("NewsML-G2:place (subject)", "ninjs:place (subject)")
# When the content was made; versionCreated and firstCreated tell of the document.
NEWS_DATE_TAGS = ("NewsML-G2:contentCreated", "ninjs:contentcreated")

# When the digital file was made: by the camera, a scanner, or an export; IIM's 2:62 and 2:63 say the same in two parts.
DIGITIZED = ("EXIF:DateTimeDigitized", "IFD0:DateTimeDigitized", "XMP-exif:DateTimeDigitized", "XMP-xmp:CreateDate")
# By its standard the program, not a person.
PROGRAM_TAG = "XMP-pdf:Creator"

# Containers of footage. What a camera wrote with its zone, or who exported it as the date of the content.
CONTAINER_DATES = (
    ("QuickTime:com.apple.quicktime.creationdate", SourceKind.DEVICE_METADATA),
    ("QuickTime:date", SourceKind.EMBEDDED_DESCRIPTION),
    ("Matroska:DATE_RECORDED", SourceKind.EMBEDDED_DESCRIPTION),
)
# When the container was made, in UTC by ISO/IEC 14496-12 and RFC 9559.
CONTAINER_TIMES = ("QuickTime:creation_time", "Matroska:creation_time")
CONTAINER_POSITIONS = ("QuickTime:com.apple.quicktime.location.ISO6709", "QuickTime:location", "Matroska:LOCATION")
CONTAINER_ACCURACY_TAG = "QuickTime:com.apple.quicktime.location.accuracy.horizontal"

# IPTC NewsCodes "digitalsourcetype", http://cv.iptc.org/newscodes/digitalsourcetype/, the retired terms among them.
DIGITAL_SOURCE_TYPES = frozenset(
    {
        "digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm", "print", "humanEdits",
        "minorHumanEdits", "compositeWithTrainedAlgorithmicMedia", "algorithmicallyEnhanced", "digitalCreation",
        "digitalArt", "softwareImage", "dataDrivenMedia", "trainedAlgorithmicMedia", "algorithmicMedia",
        "screenCapture", "virtualRecording", "composite", "compositeCapture", "compositeSynthetic",
    }
)  # fmt: skip
