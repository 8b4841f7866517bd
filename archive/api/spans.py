"""
Spans of footage: those that people marked and what they say of them; marking, changing and retracting them; the stills
of their contact sheets.
"""

import base64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.roles import NotAllowed
from archive.api.problems import KnownFields, KnownParameters
from archive.api.reading_lane import NoPlace, place_in_lane
from archive.api.views import VisitorsPace
from archive.authorities.models import Event, Place
from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Item
from archive.claims.models import Span, SpanClaim
from archive.claims.spans import Said, ShownSpan, standing_spans
from archive.claims.typed_values import value_of_span_claim
from archive.files.formats import UnreadableImage
from archive.files.outside_faults import is_outside_fault
from archive.files.reading_lane import Busy
from archive.files.room import NoRoom
from archive.files.sandbox import JobFailed
from archive.files.sheet_cache import NUMBERS, kept_sheet, make_sheet
from archive.ingest.frames import NotKept, check_original
from archive.ledger.not_done import NotDone
from archive.review.mark_spans import (
    LONGEST_TITLE,
    NotAsSeen,
    change,
    check_footage,
    mark,
    may_mark,
    restore,
    restore_claim,
    retract,
    retract_claim,
    say,
)
from archive.search.date_field import problem_with_date
from archive.search.public import is_visitor
from archive.search.public_spans import spans_told_to
from archive.standards.date_words import understand
from archive.standards.edtf import DateInterval, InvalidEDTF
from archive.standards.timecode import InvalidTimecode, frames_timecode, parse_moment, timecode
from archive.standards.vocabulary import MOST_PEOPLE, SpanProperty

# As `web.blur` has it for the addresses of pages.
SHOWN = "shown"
MOMENT = "0:12.345, seconds alone, or by frames at a steady rate: 00:00:12:10"


class MarksSpans(BasePermission):
    message = "Only an archivist may mark spans of footage, and say something of them: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in ("GET", "HEAD", "OPTIONS") or may_mark(request.user)


class SpanStands(APIException):
    """It is no longer as the sender was shown it."""

    status_code = 409


class MomentOfSpanSerializer(serializers.Serializer):
    """A moment of the footage: exact, as people write it, and by its frame where the rate is known and steady."""

    milliseconds = serializers.IntegerField()
    timecode = serializers.CharField()
    frames = serializers.CharField(allow_null=True, help_text="00:00:12:10; null: frames have no steady rate")


class SpanClaimSerializer(serializers.Serializer):
    """What somebody says of a span; it leads nothing of the item."""

    id = serializers.IntegerField()
    property = serializers.CharField()
    value = serializers.DictField(help_text="its type, its label, and what goes with the type")
    ground = serializers.CharField(help_text="how the person knows; empty for visitors")
    claimed_at = serializers.DateTimeField()
    claimed_by = serializers.CharField(allow_null=True, help_text="null for visitors")
    is_retracted = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True, help_text="why it is retracted")


class SpanVersionSerializer(serializers.Serializer):
    """A span as it was until somebody changed it."""

    id = serializers.IntegerField()
    start = MomentOfSpanSerializer()
    end = MomentOfSpanSerializer()
    title = serializers.CharField()
    note = serializers.CharField()
    made_at = serializers.DateTimeField()
    made_by = serializers.CharField()


class SpanSerializer(serializers.Serializer):
    """A stretch of footage that somebody marked, as it is now."""

    id = serializers.IntegerField()
    item = serializers.IntegerField()
    version = serializers.IntegerField(help_text="to be sent as `seen` by who changes it")
    start = MomentOfSpanSerializer()
    end = MomentOfSpanSerializer()
    title = serializers.CharField(help_text="empty where its words are hidden until it is decided on them")
    note = serializers.CharField(help_text="empty for visitors")
    marked_at = serializers.DateTimeField()
    marked_by = serializers.CharField(allow_null=True, help_text="null for visitors")
    is_retracted = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True, help_text="why it is retracted")
    claims = SpanClaimSerializer(many=True)
    earlier = SpanVersionSerializer(many=True, help_text="the versions before, the latest first; none for visitors")


class SpanListSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    results = SpanSerializer(many=True)


class MarkSpanSerializer(KnownFields):
    start = serializers.CharField(max_length=40, help_text=MOMENT)
    end = serializers.CharField(max_length=40, help_text=MOMENT)
    title = serializers.CharField(max_length=LONGEST_TITLE)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class ChangeSpanSerializer(MarkSpanSerializer):
    seen = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="the version that was read: another is answered 409"
    )


class SaySerializer(KnownFields):
    """One value, by the field that goes with the property."""

    property = serializers.ChoiceField(choices=[name.value for name in SpanProperty])
    date = serializers.CharField(max_length=100, required=False, help_text="EDTF, or as the search reads dates")
    place = serializers.SlugRelatedField(slug_field="slug", queryset=Place.objects.standing(), required=False)
    event = serializers.SlugRelatedField(slug_field="slug", queryset=Event.objects.standing(), required=False)
    least = serializers.IntegerField(required=False, min_value=0, max_value=MOST_PEOPLE, help_text="people")
    most = serializers.IntegerField(required=False, min_value=0, max_value=MOST_PEOPLE, help_text="people")
    text = serializers.CharField(max_length=2000, required=False, help_text="what it shows")
    ground = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, default="", help_text="how do you know?"
    )

    # The fields that say something of each property.
    FIELDS = {
        SpanProperty.DATE_CREATED: ("date",),
        SpanProperty.LOCATION_SHOWN: ("place",),
        SpanProperty.LOCATION_CREATED: ("place",),
        SpanProperty.EVENT: ("event",),
        SpanProperty.PEOPLE_COUNT: ("least", "most"),
        SpanProperty.DESCRIPTION: ("text",),
    }

    def validate_date(self, written: str) -> DateInterval:
        try:
            return understand(written)
        except InvalidEDTF as problem:
            raise ValidationError(problem_with_date(problem)) from problem

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        wanted = self.FIELDS[SpanProperty(given["property"])]
        others = given.keys() - {*wanted, "property", "ground"}
        if others:
            words = _("It says nothing of %(property)s: send %(names)s.")
            values = {"property": given["property"], "names": " or ".join(wanted)}
            raise ValidationError({name: [words % values] for name in sorted(others)})
        if not any(name in given for name in wanted):
            raise ValidationError({wanted[0]: [_("Say something: this field is missing.")]})
        return given

    def claim(self) -> dict[str, Any]:
        """Return the arguments of `mark_spans.say`."""
        given = dict(self.validated_data)
        given["property"] = SpanProperty(given["property"])
        if given["property"] == SpanProperty.PEOPLE_COUNT:
            given["count"] = (given.pop("least", None), given.pop("most", None))
        return given


class RetractSerializer(KnownFields):
    is_retracted = serializers.BooleanField(default=True, help_text="false lets it stand again")
    reason = serializers.CharField(max_length=2000)


class SheetStillSerializer(MomentOfSpanSerializer):
    width_px = serializers.IntegerField()
    height_px = serializers.IntegerField()
    jpeg = serializers.CharField(help_text="the still as JPEG, in Base64")


class SheetSerializer(serializers.Serializer):
    """The stills of a contact sheet, evenly over the span."""

    stills = SheetStillSerializer(many=True)
    is_whole = serializers.BooleanField(help_text="false: decoding the rest would have taken too long")


class ReadsFootage(BasePermission):
    message = "Stills of footage are for readers of the archive: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return not is_visitor(request.user)


class NotShown(APIException):
    """The stills cannot be had now, or are not asked for as they are to be."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status_code = status


class OfFootage(KnownParameters):
    """What is done with the spans of one item."""

    permission_classes = [MarksSpans]
    throttle_classes = [VisitorsPace]

    def item(self) -> Item:
        seen = Item.objects.visible_to(self.request.user).select_related("media_file")
        item = seen.filter(pk=self.kwargs["item_id"]).first()
        if item is None:
            raise NotFound(_("There is no such item, or it is not for everybody to see."))
        return item

    def span(self) -> Span:
        item = self.item()
        span = Span.objects.filter(item=item, pk=self.kwargs["span_id"]).first()
        if span is None:
            raise NotFound(_("This item has no such span."))
        span.item = item
        return span

    def told(self, item: Item, spans: list[int] | None = None) -> list[ShownSpan]:
        return spans_told_to(self.request.user, item, withheld_from(self.request.user, [item]), spans=spans)

    def answer(self, item: Item, span: Span, status: int = 200) -> Response:
        [shown] = self.told(item, [span.pk]) or [None]
        if shown is None:
            raise NotFound(_("This item has no such span."))
        return Response(written(shown, item, is_public=is_visitor(self.request.user)), status=status)


class ItemSpans(OfFootage):
    """
    The spans of footage that stand, in its order. POST marks one.

    The same by the same person stands once: then it is answered with 200. A picture has none.
    """

    @extend_schema(operation_id="items_spans_list", responses=SpanListSerializer)
    def get(self, request: Request, item_id: int) -> Response:
        item = self.item()
        is_public = is_visitor(request.user)
        rows = [written(shown, item, is_public=is_public) for shown in standing_spans(self.told(item))]
        return Response({"count": len(rows), "results": rows})

    @extend_schema(request=MarkSpanSerializer, responses={201: SpanSerializer, 200: SpanSerializer})
    def post(self, request: Request, item_id: int) -> Response:
        item, form = self.item(), MarkSpanSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with refusing("end"):
            span, is_new = mark(item, by=request.user, **moments(form, item))
        return self.answer(item, span, 201 if is_new else 200)


class ItemSpan(OfFootage):
    """One span, retracted or not, with its versions. PUT puts another version in its place."""

    @extend_schema(responses=SpanSerializer)
    def get(self, request: Request, item_id: int, span_id: int) -> Response:
        span = self.span()
        return self.answer(span.item, span)

    @extend_schema(request=ChangeSpanSerializer, responses=SpanSerializer)
    def put(self, request: Request, item_id: int, span_id: int) -> Response:
        span, form = self.span(), ChangeSpanSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with refusing("end"):
            change(span, by=request.user, seen=form.validated_data.get("seen"), **moments(form, span.item))
        return self.answer(span.item, span)


class SpanClaims(OfFootage):
    """Say something of a span, as a claim with the name of the sender; said again it is answered with 200."""

    @extend_schema(request=SaySerializer, responses={201: SpanSerializer, 200: SpanSerializer})
    def post(self, request: Request, item_id: int, span_id: int) -> Response:
        span, form = self.span(), SaySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with refusing("property"):
            _claim, is_new = say(span, by=request.user, **form.claim())
        return self.answer(span.item, span, 201 if is_new else 200)


class SpanRetractions(OfFootage):
    """Retract a span with a reason, or let it stand again."""

    @extend_schema(request=RetractSerializer, responses=SpanSerializer)
    def post(self, request: Request, item_id: int, span_id: int) -> Response:
        span, form = self.span(), RetractSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        act = retract if form.validated_data["is_retracted"] else restore
        with refusing("reason"):
            act(span, reason=form.validated_data["reason"], by=request.user)
        return self.answer(span.item, span)


class SpanClaimRetractions(OfFootage):
    """Retract what is said of a span with a reason, or let it stand again."""

    @extend_schema(request=RetractSerializer, responses=SpanSerializer)
    def post(self, request: Request, item_id: int, span_id: int, claim_id: int) -> Response:
        span, form = self.span(), RetractSerializer(data=request.data)
        claim = SpanClaim.objects.filter(span=span, pk=claim_id).select_related("value_place", "value_event").first()
        if claim is None:
            raise NotFound(_("Of this span nothing is said under this number."))
        claim.span = span
        form.is_valid(raise_exception=True)
        act = retract_claim if form.validated_data["is_retracted"] else restore_claim
        with refusing("reason"):
            act(claim, reason=form.validated_data["reason"], by=request.user)
        return self.answer(span.item, span)


class SpanSheet(OfFootage):
    """
    The stills of the contact sheet of a span, made where they are not kept.

    Footage that is marked as distressing is read with `shown` in the address, as a program says that it asks for it.
    """

    permission_classes = [ReadsFootage]

    def known_parameters(self) -> Iterable[str]:
        return ("stills", SHOWN)

    @extend_schema(
        responses={
            200: SheetSerializer,
            409: OpenApiResponse(description="the bytes of the original are not there, or are not what came in"),
            422: OpenApiResponse(description="no stills can be made of this footage"),
            503: OpenApiResponse(description="the file store cannot be read now, or the stills are being made"),
            507: OpenApiResponse(description="the machine has no room left for the stills"),
        },
        parameters=[
            OpenApiParameter("stills", int, enum=NUMBERS, description="how many, 12 where nothing is said"),
            OpenApiParameter(SHOWN, str, description="shows what is marked as distressing"),
        ],
    )
    def get(self, request: Request, item_id: int, span_id: int) -> Response:
        item = self.span().item
        [shown] = self.told(item, [span_id])
        asked = request.query_params.get("stills") or "12"
        if asked not in map(str, NUMBERS):
            words = _("It takes one of %(numbers)s.") % {"numbers": ", ".join(map(str, NUMBERS))}
            raise ValidationError({"stills": [words]})
        if item.is_distressing and SHOWN not in request.query_params:
            words = _("It is marked as distressing: put ?%(shown)s behind the address to have its stills.")
            raise PermissionDenied(words % {"shown": SHOWN})
        span = (shown.now.start_milliseconds, shown.now.end_milliseconds, int(asked))
        try:
            check_original(item)
            sheet = kept_sheet(item.media_file, *span)
            if sheet is None:
                with place_in_lane(request):
                    sheet = make_sheet(item.media_file, *span)
            pictures = [still.path.read_bytes() for still in sheet.stills]
        except NotKept as problem:
            raise NotShown(409, str(problem)) from problem
        except Busy as busy:
            raise NoPlace(busy) from busy
        except NoRoom as full:
            raise NotShown(507, str(full)) from full
        except (UnreadableImage, JobFailed) as problem:
            words = _("The stills could not be made: %(why)s") % {"why": problem}
            raise NotShown(422, words) from problem
        except Exception as fault:
            # Cleared away between the two, or the original just now.
            if not isinstance(fault, FileNotFoundError) and not is_outside_fault(fault):
                raise
            words = _("The file store cannot be read now. Nothing is lost. Try again in a minute.")
            raise NotShown(503, words) from fault
        rate = item.media_file.steady_frame_rate
        stills = [
            {
                **_moment(still.milliseconds, rate),
                "width_px": still.width_px,
                "height_px": still.height_px,
                "jpeg": base64.b64encode(picture).decode(),
            }
            for still, picture in zip(sheet.stills, pictures, strict=True)
        ]
        return Response({"stills": stills, "is_whole": sheet.is_whole})


@contextmanager
def refusing(field: str) -> Iterator[None]:
    """Answer what acts refuse: 409 where something changed meanwhile, 403 to whose role does not let them, else 400."""
    try:
        yield
    except NotAsSeen as problem:
        raise SpanStands(str(problem)) from problem
    except NotDone as problem:
        raise ValidationError({field: [str(problem)]}) from problem
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal


def moments(form: MarkSpanSerializer, item: Item) -> dict[str, Any]:
    """Return the arguments of `mark_spans.mark` that a body gives."""
    with refusing("start"):
        check_footage(item)
    given, problems = form.validated_data, {}
    read: dict[str, Any] = {"title": given["title"], "note": given["note"]}
    for name in ("start", "end"):
        try:
            read[f"{name}_milliseconds"] = parse_moment(given[name], item.media_file.steady_frame_rate)
        except InvalidTimecode as problem:
            problems[name] = [_(problem.sentence) % problem.values]
    if problems:
        raise ValidationError(problems)
    return read


def written(shown: ShownSpan, item: Item, *, is_public: bool) -> dict[str, Any]:
    """Return a span as the API tells it."""
    rate, now = item.media_file.steady_frame_rate, shown.now
    return {
        "id": shown.span.pk,
        "item": item.pk,
        "version": now.pk,
        "start": _moment(now.start_milliseconds, rate),
        "end": _moment(now.end_milliseconds, rate),
        "title": now.title,
        "note": now.note,
        "marked_at": _at(shown.span.marked_at),
        "marked_by": None if is_public else shown.span.marked_by.get_username(),
        "is_retracted": shown.retraction is not None,
        "reason": shown.retraction.reason if shown.retraction else None,
        "claims": [_said(said, is_public=is_public) for said in shown.said],
        "earlier": [
            {
                "id": version.pk,
                "start": _moment(version.start_milliseconds, rate),
                "end": _moment(version.end_milliseconds, rate),
                "title": version.title,
                "note": version.note,
                "made_at": _at(version.made_at),
                "made_by": version.made_by.get_username(),
            }
            for version in shown.earlier
        ],
    }


def _said(said: Said, *, is_public: bool) -> dict[str, Any]:
    claim = said.claim
    return {
        "id": claim.pk,
        "property": claim.property,
        "value": value_of_span_claim(claim),
        "ground": claim.ground,
        "claimed_at": _at(claim.claimed_at),
        "claimed_by": None if is_public else claim.claimed_by.get_username(),
        "is_retracted": said.retraction is not None,
        "reason": said.retraction.reason if said.retraction else None,
    }


def _moment(milliseconds: int, rate: float | None) -> dict[str, Any]:
    frames = frames_timecode(milliseconds, rate) if rate else None
    return {"milliseconds": milliseconds, "timecode": timecode(milliseconds), "frames": frames}


def _at(moment: Any) -> str:
    return serializers.DateTimeField().to_representation(moment)
