"""How records are written as JSON. What a visitor may not read is left out, key and all."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from archive.api.problems import KnownFields
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.models import Accession, Caption, Item
from archive.catalogue.names import name_of
from archive.catalogue.words_in_pictures import PictureWords, readable_lines, turned, words_in_files
from archive.claims.leading_claims import Grounds, grounds_of
from archive.claims.models import NEVER_PUBLIC, Claim, Source
from archive.claims.notices import notices_of, readable_notices
from archive.claims.typed_values import named, value_of
from archive.exports.gather_record import term_as_record
from archive.exports.terms_of_use import Origin, terms_of_each
from archive.extraction.models import Reading
from archive.extraction.readers.statements import as_text
from archive.files.turned_copies import TURNED
from archive.press.appearances import First, appearances_of, printed
from archive.press.models import Appearance, Article, Figure
from archive.search.public import public_place
from archive.standards.timecode import InvalidTimecode, parse_timecode
from archive.standards.vocabulary import Property, SourceKind, Standing

VALUE_TYPES = ["date", "place", "point", "event", "outlet", "agent", "item", "range", "text"]


class RecordSerializer(serializers.Serializer):
    """A record named by another."""

    id = serializers.IntegerField(source="pk")
    slug = serializers.CharField()
    name = serializers.CharField()


class PointSerializer(serializers.Serializer):
    latitude_degrees = serializers.FloatField(help_text="WGS 84")
    longitude_degrees = serializers.FloatField(help_text="WGS 84")
    uncertainty_metres = serializers.FloatField(allow_null=True)
    altitude_metres = serializers.FloatField(allow_null=True, help_text="above sea level; below it negative")
    bearing_degrees = serializers.FloatField(allow_null=True, help_text="clockwise from north")


class ValueSerializer(serializers.Serializer):
    """A value of one type: the keys that belong to the type are there, the others are not."""

    type = serializers.ChoiceField(VALUE_TYPES)
    label = serializers.CharField(help_text="for people")
    edtf = serializers.CharField(required=False)
    earliest = serializers.DateField(required=False, allow_null=True, help_text="local day; null: open")
    latest = serializers.DateField(required=False, allow_null=True, help_text="local day; null: open")
    moment = serializers.DateTimeField(required=False, allow_null=True, help_text="UTC, where the zone is known")
    place = RecordSerializer(required=False)
    within_metres = serializers.FloatField(required=False, help_text='how far beside the place: "off Dunkirk"')
    point = PointSerializer(required=False)
    event = RecordSerializer(required=False)
    outlet = RecordSerializer(required=False)
    agent = RecordSerializer(required=False)
    item = serializers.IntegerField(required=False, help_text="the item it was derived from")
    offset_milliseconds = serializers.IntegerField(required=False, allow_null=True, help_text="of the frame of footage")
    min = serializers.IntegerField(required=False, allow_null=True)
    max = serializers.IntegerField(required=False, allow_null=True)
    text = serializers.CharField(required=False)


def public_value_of(claim: Claim) -> dict[str, Any] | None:
    """Return a leading value as the public may read it; None where nothing of it may be told."""
    if claim.property in NEVER_PUBLIC:
        return None
    if claim.property not in (Property.LOCATION_CREATED, Property.LOCATION_SHOWN):
        return value_of(claim)
    # Words and position of a location say more than the place that the public may know.
    place = public_place(claim.value_place)
    return place and {"type": "place", "label": place.full_name, "place": named(place)}


class PrintedSerializer(serializers.ModelSerializer):
    """An appearance in an outlet."""

    outlet = RecordSerializer(allow_null=True)

    class Meta:
        model = Appearance
        fields = ["id", "outlet", "url", "headline", "published_edtf", "caption", "credit"]


class AppearanceSerializer(serializers.Serializer):
    """A row of a list of appearances."""

    id = serializers.IntegerField(source="appearance.pk")
    item = serializers.IntegerField(source="appearance.item_id")
    outlet = RecordSerializer(source="appearance.outlet", allow_null=True)
    url = serializers.CharField(source="appearance.url")
    headline = serializers.CharField(source="appearance.headline")
    published_edtf = serializers.CharField(source="appearance.published_edtf", help_text="empty: undated")
    caption = serializers.CharField(source="appearance.caption", help_text="as printed")
    credit = serializers.CharField(source="appearance.credit", help_text="as printed")
    article = serializers.IntegerField(
        source="article_id", allow_null=True, help_text="the news page, if held and open"
    )
    first = serializers.ChoiceField(
        [first.value for first in First], allow_null=True, help_text="earliest of its item here"
    )
    recorded_at = serializers.DateTimeField(source="appearance.recorded_at")


class SourceSerializer(serializers.ModelSerializer):
    """The ground of a claim: a tag of a file, a span of a caption, an appearance, a person or a rule."""

    kind = serializers.ChoiceField([kind.value for kind in SourceKind])
    person = serializers.CharField(source="person.username", allow_null=True, default=None)
    appearance = PrintedSerializer(allow_null=True)

    class Meta:
        model = Source
        fields = [
            "kind", "group", "tag", "caption", "start", "end", "appearance", "person", "rule", "rule_version", "note",
        ]  # fmt: skip


class ClaimSerializer(serializers.ModelSerializer):
    property = serializers.ChoiceField([name.value for name in Property])
    value = serializers.SerializerMethodField()
    source = SourceSerializer()
    standing = serializers.ChoiceField([standing.value for standing in Standing])

    class Meta:
        model = Claim
        fields = ["id", "property", "value", "as_written", "source", "standing", "claimed_at"]

    @extend_schema_field(ValueSerializer)
    def get_value(self, claim: Claim) -> dict[str, Any]:
        return value_of(claim)


class CaptionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Caption
        fields = ["id", "role", "text", "language", "origin"]


# Of each list of an item so many rows are told at once.
ROWS_A_PART = 200


class LinksSerializer(serializers.Serializer):
    self = serializers.URLField(help_text="this record in the API")
    page = serializers.URLField()
    thumbnail = serializers.URLField(required=False)
    screen = serializers.URLField(required=False)


class ItemSerializer(serializers.ModelSerializer):
    """A picture with all that is said about it. A visitor reads captions and leading values, no claims."""

    sha256 = serializers.CharField(source="media_file.message_digest")
    format_name = serializers.CharField(source="media_file.format_name")
    width_px = serializers.IntegerField(allow_null=True, help_text="as shown")
    height_px = serializers.IntegerField(allow_null=True, help_text="as shown")
    orientation = serializers.IntegerField(
        allow_null=True,
        help_text="by which a person turned it from how its file shows it, as Exif writes it; null: none",
    )
    duration_milliseconds = serializers.IntegerField(
        source="media_file.duration_milliseconds", allow_null=True, help_text="of footage; null for pictures"
    )
    captions = serializers.SerializerMethodField()
    claims = serializers.SerializerMethodField(help_text="absent for visitors")
    counts = serializers.SerializerMethodField(
        help_text=f"how many there are of each list; {ROWS_A_PART} of each are told, further ones by `part` of one item"
    )
    leading = serializers.SerializerMethodField(help_text="the leading value of each property")
    contested = serializers.ListField(
        child=serializers.CharField(), help_text="properties whose claims cannot all be true; absent for visitors"
    )
    file_name = serializers.SerializerMethodField(
        help_text="absent for visitors; “Picture 42” where the file is named after words that are hidden from the asker"
    )
    match = serializers.SerializerMethodField(help_text="where dates are asked for: how the item meets them")
    links = serializers.SerializerMethodField()

    class Meta:
        model = Item
        fields = [
            "id", "sha256", "kind", "access", "is_distressing", "file_name", "format_name", "width_px", "height_px",
            "orientation", "duration_milliseconds", "added_at", "accession",
            "headline", "captions", "claims", "counts", "leading", "contested", "match", "links",
        ]  # fmt: skip

    WITHHELD = ("access", "accession", "claims", "contested", "file_name")

    def to_representation(self, item: Item) -> dict[str, Any]:
        written = super().to_representation(item)
        if self.context["is_public"]:
            for name in self.WITHHELD:
                written.pop(name, None)
        if not written["match"]:
            del written["match"]
        return written

    def get_file_name(self, item: Item) -> str:
        return name_of(item)

    @extend_schema_field(ClaimSerializer(many=True))
    def get_claims(self, item: Item) -> list[dict[str, Any]]:
        if self.context["is_public"]:
            return []
        return ClaimSerializer(self._part(item.claims_with_grounds), many=True).data

    @extend_schema_field(CaptionSerializer(many=True))
    def get_captions(self, item: Item) -> list[dict[str, Any]]:
        return CaptionSerializer(self._part(item.current_captions), many=True).data

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_counts(self, item: Item) -> dict[str, int]:
        counts = {"captions": len(item.current_captions)}
        return counts if self.context["is_public"] else counts | {"claims": len(item.claims_with_grounds)}

    def _part(self, rows: Any) -> Any:
        """Cut a list as the address asks: a picture may have been printed, and described, a thousand times."""
        start = (self.context.get("part", 1) - 1) * ROWS_A_PART
        return rows[start : start + ROWS_A_PART]

    @extend_schema_field(serializers.DictField(child=ValueSerializer()))
    def get_leading(self, item: Item) -> dict[str, Any]:
        write = public_value_of if self.context["is_public"] else value_of
        grounds: Iterable[Grounds] = grounds_of(item.claims_with_grounds).values()
        values = {str(each.property): write(each.leading) for each in grounds if each.leading}
        return {name: value for name, value in values.items() if value}

    @extend_schema_field(serializers.ChoiceField(["certain", "possible"]))
    def get_match(self, item: Item) -> str:
        return getattr(item, "match", "")

    @extend_schema_field(LinksSerializer)
    def get_links(self, item: Item) -> dict[str, str]:
        request: Request = self.context["request"]
        paths = {"self": reverse("api:item-detail", args=[item.pk]), "page": reverse("item", args=[item.pk])}
        for rendition in item.media_file.renditions.all():
            purpose = rendition.purpose.lower()
            query = f"?{TURNED}={item.orientation}" if item.orientation else ""
            paths[purpose] = reverse("rendition", args=[item.pk, purpose]) + query
        return {name: request.build_absolute_uri(path) for name, path in paths.items()}


class MomentField(serializers.CharField):
    """A moment as people write it, in milliseconds within."""

    def to_internal_value(self, data: Any) -> int:
        try:
            return parse_timecode(super().to_internal_value(data))
        except InvalidTimecode as problem:
            raise serializers.ValidationError(str(problem)) from problem


class MomentSerializer(KnownFields):
    at = MomentField(help_text="minutes:seconds, such as 0:12.345, or seconds alone")


class ReadingSerializer(serializers.ModelSerializer):
    """What one reader found in the file: every statement as [group, tag, value], verbatim."""

    statements = serializers.ListField(child=serializers.ListField(child=serializers.JSONField()))
    problems = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Reading
        fields = ["reader", "reader_version", "read_at", "state", "problems", "statements"]


class NoticeSerializer(serializers.Serializer):
    """What a supplier says of the use of a picture, as written."""

    kind = serializers.CharField(help_text="EMBARGO, EXPIRY, HOLD, KILL or EDITORIAL_ONLY")
    words = serializers.CharField(help_text="as written; empty where they are hidden")
    source = serializers.CharField(help_text="the field of the metadata, the caption, or the terms of the accession")
    is_over = serializers.BooleanField(help_text="its own date lies behind us")


class TermsSerializer(serializers.Serializer):
    """What an accession, or the file, states of how the picture may be used."""

    stated_by = serializers.ChoiceField([origin.value for origin in Origin])
    accession = serializers.IntegerField(allow_null=True, help_text="null where you may not read it, and for the file")
    source = serializers.CharField(help_text="the tag, or tags, of the file; empty for an accession")
    is_copyright = serializers.BooleanField(help_text="a copyright notice, which says whose it is")
    words = serializers.CharField(help_text="as written, cut after 4,000 characters")


class WordsLineSerializer(serializers.Serializer):
    """One line of words that stands in the picture."""

    number = serializers.IntegerField(help_text="from 1, from the top")
    text = serializers.CharField(help_text="as read by machine")
    confidence = serializers.FloatField(help_text="what the reader gives its own reading, 0 to 1; no measure of truth")
    corners = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        help_text="[x, y] as fractions of width and height, upright, clockwise from where the line starts",
    )


class PictureWordsSerializer(serializers.Serializer):
    """The words that were read in the picture; `reader` is empty where nobody looked, `problem` says why it failed."""

    reader = serializers.CharField(help_text="library and version; empty where nobody looked")
    model = serializers.CharField()
    problem = serializers.CharField()
    passed_over = serializers.IntegerField(help_text="marks that are too faint, a single letter or no Latin letters")
    lines = WordsLineSerializer(many=True)


class WholeItemSerializer(ItemSerializer):
    """
    One item, with the words in its picture, its appearances and the raw statements of its file.

    The last two are absent for visitors.
    """

    words_in_picture = serializers.SerializerMethodField(help_text="but for lines that repeat a hidden caption")
    appearances = serializers.SerializerMethodField(help_text="the earliest known first, undated ones last")
    readings = serializers.SerializerMethodField()
    notices = serializers.SerializerMethodField(
        help_text="what suppliers say of the use: embargo, hold, kill, editorial use only; absent for visitors"
    )

    terms = serializers.SerializerMethodField(
        help_text="on what terms it may be used, by each accession that brought it and by its file; visitors read "
        "those of accessions that are for them"
    )

    class Meta(ItemSerializer.Meta):
        fields = [*ItemSerializer.Meta.fields, "words_in_picture", "terms", "appearances", "readings", "notices"]

    WITHHELD = (*ItemSerializer.WITHHELD, "appearances", "readings", "notices")

    @extend_schema_field(PictureWordsSerializer)
    def get_words_in_picture(self, item: Item) -> dict[str, Any]:
        words = words_in_files([item.media_file_id]).get(item.media_file_id, PictureWords())
        lines = readable_lines(words.lines, item.withheld)
        readable = replace(words, lines=tuple(turned(line, item.orientation) for line in lines))
        return PictureWordsSerializer(readable).data

    @extend_schema_field(NoticeSerializer(many=True))
    def get_notices(self, item: Item) -> list[dict[str, Any]]:
        if self.context["is_public"]:
            return []
        by_item = notices_of([item], at=timezone.now(), reader=self.context["request"].user)
        notices = readable_notices(by_item[item.pk], item.withheld)
        return NoticeSerializer(notices, many=True).data

    @extend_schema_field(TermsSerializer(many=True))
    def get_terms(self, item: Item) -> list[dict[str, Any]]:
        terms = terms_of_each([item], reader=self.context["request"].user, withheld={item.pk: item.withheld})
        return [term_as_record(each) for each in terms[item.pk]]

    @extend_schema_field(AppearanceSerializer(many=True))
    def get_appearances(self, item: Item) -> list[dict[str, Any]]:
        if self.context["is_public"]:
            return []
        rows = printed(self._appearances(item), user=self.context["request"].user, are_all=True)
        return AppearanceSerializer(self._part(rows), many=True).data

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_counts(self, item: Item) -> dict[str, int]:
        counts = super().get_counts(item)
        return counts if self.context["is_public"] else counts | {"appearances": len(self._appearances(item))}

    def _appearances(self, item: Item) -> list[Appearance]:
        if not hasattr(item, "fetched_appearances"):
            item.fetched_appearances = list(appearances_of(item, user=self.context["request"].user))
        return item.fetched_appearances

    @extend_schema_field(ReadingSerializer(many=True))
    def get_readings(self, item: Item) -> list[dict[str, Any]]:
        written = ReadingSerializer(item.media_file.readings.all(), many=True).data
        for reading in written:
            statements = reading["statements"]
            reading["statements"] = [
                statement for statement in statements if not item.withheld.hides(as_text(statement[2]))
            ]
        return written


class LinkedSerializer(serializers.ModelSerializer):
    """A record of its own page, with the number that leads to its successor if it was merged."""

    links = serializers.SerializerMethodField()

    @extend_schema_field(LinksSerializer)
    def get_links(self, record: Any) -> dict[str, str]:
        name, key = record._meta.model_name, getattr(record, "slug", record.pk)
        paths = {"self": reverse(f"api:{name}-detail", args=[key]), "page": reverse(name, args=[key])}
        return {name: self.context["request"].build_absolute_uri(path) for name, path in paths.items()}


class PlaceSerializer(LinkedSerializer):
    parent = RecordSerializer(allow_null=True)
    names = serializers.SerializerMethodField()
    merged_into = RecordSerializer(allow_null=True)

    class Meta:
        model = Place
        fields = [
            "id", "slug", "name", "full_name", "kind", "country_code", "parent", "names", "latitude_degrees",
            "longitude_degrees", "radius_metres", "source", "source_id", "licence", "merged_into", "links",
        ]  # fmt: skip

    def get_names(self, place: Place) -> list[str]:
        return [each.name for each in place.names.all()]


class EventSerializer(LinkedSerializer):
    """An event; a visitor is not told its places, which may be too precise, nor its description."""

    parent = RecordSerializer(allow_null=True)
    places = RecordSerializer(many=True)
    merged_into = RecordSerializer(allow_null=True)

    class Meta:
        model = Event
        fields = [
            "id", "slug", "name", "kind", "date_edtf", "date_earliest", "date_latest", "description", "parent",
            "places", "merged_into", "links",
        ]  # fmt: skip

    WITHHELD = ("places", "description", "parent", "merged_into")

    def to_representation(self, event: Event) -> dict[str, Any]:
        written = super().to_representation(event)
        if self.context["is_public"]:
            for name in self.WITHHELD:
                del written[name]
        return written


class OutletSerializer(LinkedSerializer):
    names = serializers.SerializerMethodField()
    merged_into = RecordSerializer(allow_null=True)

    class Meta:
        model = Outlet
        fields = ["id", "slug", "name", "kind", "country_code", "website", "names", "merged_into", "links"]

    def get_names(self, outlet: Outlet) -> list[str]:
        return [each.name for each in outlet.names.all()]


class AccessionSerializer(LinkedSerializer):
    access = serializers.CharField(help_text="who may see its items until somebody decides otherwise")
    outlet = RecordSerializer(allow_null=True)

    class Meta:
        model = Accession
        fields = [
            "id", "title", "supplied_by", "outlet", "received_on", "published_on", "terms", "terms_public", "note",
            "access", "opened_at", "links",
        ]  # fmt: skip


class FigureSerializer(serializers.ModelSerializer):
    """A figure of a news page; `item` is the held picture, null where it is cited and not held."""

    item = serializers.SerializerMethodField()

    class Meta:
        model = Figure
        fields = ["position", "after_paragraph", "caption", "credit", "alternative_text", "image_urls", "item"]

    def get_item(self, figure: Figure) -> int | None:
        return figure.seen[0].item_id if figure.seen else None


class ArticleSerializer(LinkedSerializer):
    outlet = RecordSerializer(allow_null=True)
    accession = serializers.PrimaryKeyRelatedField(read_only=True)

    class Meta:
        model = Article
        fields = [
            "id", "headline", "authors", "outlet", "outlet_as_written", "url", "language", "published_edtf",
            "published_earliest", "published_latest", "published_moment", "modified_edtf", "problems", "accession",
            "recorded_at", "links",
        ]  # fmt: skip


class WholeArticleSerializer(ArticleSerializer):
    """A news page with its text and figures, and every statement of the page word for word."""

    figures = FigureSerializer(many=True)
    statements = serializers.SerializerMethodField()
    message_digest = serializers.CharField(source="media_file.message_digest", help_text="SHA-256 of the kept page")

    class Meta(ArticleSerializer.Meta):
        fields = [*ArticleSerializer.Meta.fields, "text", "figures", "statements", "message_digest"]

    def get_statements(self, article: Article) -> list[list[str]]:
        return [statement for reading in article.media_file.readings.all() for statement in reading.statements]


class FoundItemSerializer(serializers.Serializer):
    """A held picture that shows the same; outlines and transform are relative to each picture, 0 to 1 from top left."""

    item = serializers.IntegerField(source="item.pk")
    page = serializers.SerializerMethodField()
    kind = serializers.CharField(help_text="IDENTICAL, REENCODED, CROPPED, MIRRORED, OVERLAID, SCREENSHOT, STILL_OF …")
    strong = serializers.BooleanField(source="is_strong", help_text="false: perhaps the same picture")
    distance = serializers.IntegerField(allow_null=True, help_text="bits of 256 in which the fingerprints differ")
    inliers = serializers.IntegerField(allow_null=True, help_text="points that lie on their twins")
    shared_of_query = serializers.FloatField(allow_null=True, help_text="share of the picture sent, 0 to 1")
    shared_of_item = serializers.FloatField(allow_null=True)
    query_outline = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    item_outline = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    offset_milliseconds = serializers.IntegerField(allow_null=True, help_text="of the frame, where the item is footage")

    def get_page(self, hit: Any) -> str:
        address = reverse("item", args=[hit.item.pk])
        request: Request | None = self.context.get("request")
        return request.build_absolute_uri(address) if request else address


class FoundByImageSerializer(serializers.Serializer):
    """What a search by a picture found, the best first."""

    matchable = serializers.BooleanField(source="is_matchable", help_text="false: too plain to be matched")
    reason = serializers.CharField(help_text="why it cannot be matched; empty where it can")
    matches = FoundItemSerializer(source="results", many=True)


class TriedAgainSerializer(serializers.Serializer):
    """How many files that had failed are tried again."""

    files = serializers.IntegerField()


# Name in the schema -> fields that are left out, key and all, for visitors or where they say nothing.
LEFT_OUT = {
    "Item": {*ItemSerializer.WITHHELD, "match"},
    "WholeItem": {*WholeItemSerializer.WITHHELD, "match"},
    "Event": {*EventSerializer.WITHHELD},
}
