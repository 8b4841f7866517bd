"""The records, page by page and one by one. Reading needs no account; who has none reads what is released."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView
from rest_framework import mixins, viewsets
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.authtoken.views import ObtainAuthToken
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle
from rest_framework.views import APIView

from archive.accounts.addresses import client_address
from archive.accounts.locks import asked_too_often, seconds_until, words_of_pause
from archive.accounts.models import User
from archive.accounts.people import token_of
from archive.api.authorities import AddEventSerializer, AddOutletSerializer, AddPlaceSerializer, KeptRecords, added
from archive.api.pagination import PAGING, ItemPages, Pages
from archive.api.problems import KnownFields, KnownParameters
from archive.api.reading_lane import place_in_lane
from archive.api.serializers import (
    AccessionSerializer,
    AppearanceSerializer,
    ArticleSerializer,
    EventSerializer,
    FoundByImageSerializer,
    ItemSerializer,
    MomentSerializer,
    OutletSerializer,
    PlaceSerializer,
    TriedAgainSerializer,
    WholeArticleSerializer,
    WholeItemSerializer,
)
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.hidden_wordings import withheld_of_each
from archive.catalogue.models import Accession, Caption, Item
from archive.claims.hidden_claims import readable_claims
from archive.claims.models import Claim, readings_told_to
from archive.extraction.readers.statements import as_text
from archive.files.formats import UnreadableImage
from archive.files.models import Rendition
from archive.files.sandbox import JobFailed
from archive.ingest.failed_lines import retry_failed
from archive.ingest.frames import NotKept, keep_frame, may_keep
from archive.press.appearances import EARLIEST_FIRST, appearances_in, printed
from archive.press.hidden_print import readable_article, searched_by, withheld_in_print
from archive.press.models import Appearance, Article, Figure
from archive.search.addresses import Address
from archive.search.by_image import NoPicture, search_by_upload
from archive.search.filters import ItemFilter
from archive.search.find_items import FoundItems, match_of, said
from archive.search.public import events_known_to, is_visitor, outlets_known_to, places_known_to
from archive.search.query_language import print_term
from archive.standards.normal_form import normalise

NAMED = OpenApiParameter("name", str, description="words that a name begins with, in any language, accents aside")


PART = OpenApiParameter(
    "part", int, description="which 200 rows of claims, captions and appearances; `counts` says how many there are"
)


class VisitorsPace(AnonRateThrottle):
    """How fast somebody without an account may ask."""

    rate = "240/min"

    def get_ident(self, request: Request) -> str:
        return client_address(request)


class AskedTooOften(APIException):
    """Wrong passwords came too often for this name, or from this address."""

    status_code = 429
    default_code = "throttled"

    def __init__(self, until: datetime) -> None:
        super().__init__(words_of_pause(until))
        self.wait = seconds_until(until)  # becomes the header Retry-After


class ReadsAccessions(BasePermission):
    message = "Accessions are for signed-in users: sign in, or send a token."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.has_perm("catalogue.view_accession")


class TriesAgain(BasePermission):
    message = "Only an archivist may try files again."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.has_perm("ingest.add_accessionline")


class KeepsFrames(BasePermission):
    message = "Only an archivist may keep a frame."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) and may_keep(request.user)


class Records(KnownParameters, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """What all records share: who asks how fast, what parameters are known, how something missing is said."""

    throttle_classes = [VisitorsPace]
    filter_backends: list[Any] = []
    known: frozenset[str] = frozenset({"name"})

    def known_parameters(self) -> Iterable[str]:
        return {"list": self.known | PAGING, "appearances": PAGING, "merge": {"into"}}.get(self.action, frozenset())

    def get_object(self) -> Any:
        try:
            return super().get_object()
        except Http404 as missing:
            asked = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
            raise NotFound(
                _("There is no %(kind)s “%(asked)s”, or it is not for everybody to see; sign in or send a token.")
                % {"kind": self.queryset.model._meta.verbose_name, "asked": asked}
            ) from missing

    def get_serializer_context(self) -> dict[str, Any]:
        return super().get_serializer_context() | {"is_public": is_visitor(self.request.user)}


@extend_schema_view(
    list=extend_schema(description="Items that meet every condition; dates are met certainly or possibly."),
    retrieve=extend_schema(
        responses=WholeItemSerializer,
        parameters=[PART],
        description="One item with its raw statements; of claims, captions and appearances 200 at once.",
    ),
)
class Items(Records):
    queryset = Item.objects.none()
    serializer_class = ItemSerializer
    pagination_class = ItemPages
    filterset_class = ItemFilter
    filter_backends = Records.settings.DEFAULT_FILTER_BACKENDS
    lookup_value_regex = r"\d{1,18}"
    known = frozenset(ItemFilter.base_filters)

    def known_parameters(self) -> Iterable[str]:
        return {"part"} if self.action == "retrieve" else super().known_parameters()

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        return context | {"part": self._asked_part()} if self.action == "retrieve" else context

    def _asked_part(self) -> int:
        written = self.request.query_params.get("part", "1")
        if not (written.isascii() and written.isdigit() and 1 <= int(written[:7]) <= 1_000_000 and len(written) < 8):
            raise ValidationError({"part": [_("Name the part by its number, from 1 on.")]})
        return int(written)

    def get_serializer_class(self) -> type[ItemSerializer]:
        return WholeItemSerializer if self.action == "retrieve" else ItemSerializer

    def get_queryset(self) -> QuerySet[Item]:
        items = (
            Item.objects.visible_to(self.request.user)
            .select_related("media_file")
            .prefetch_related(
                Prefetch("media_file__renditions", Rendition.objects.one_of_each()),
                Prefetch(
                    "captions",
                    Caption.objects.told_to(self.request.user).current().order_by("pk"),
                    to_attr="current_captions",
                ),
                Prefetch("claims", _claims_for(self.request.user), to_attr="claims_with_grounds"),
            )
        )
        if self.action in ("retrieve", "frames") and not is_visitor(self.request.user):
            items = items.prefetch_related(
                Prefetch("media_file__readings", readings_told_to(self.request.user).order_by("pk"))
            )
        return items

    def get_object(self) -> Item:
        item = super().get_object()
        self._withhold([item])
        return item

    def _withhold(self, items: list[Item]) -> None:
        """Take out of the fetched items what this user may not read of their wordings; one query."""
        withheld = withheld_of_each(self.request.user, items)
        for item in items:
            item.withheld = withheld[item.pk]
            item.current_captions = [caption for caption in item.current_captions if not item.withheld.covers(caption)]
            item.claims_with_grounds = readable_claims(item.claims_with_grounds, item.withheld)

    @extend_schema(
        request=MomentSerializer,
        responses={201: WholeItemSerializer, 200: WholeItemSerializer},
        description="Keep the frame of footage at a moment as a still; 200 where that frame was kept before.",
    )
    @action(detail=True, methods=["post"], permission_classes=[KeepsFrames])
    def frames(self, request: Request, pk: str) -> Response:
        footage = self.get_object()
        asked = MomentSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            with place_in_lane(request):
                kept = keep_frame(footage, moment_milliseconds=asked.validated_data["at"], by=request.user)
        except (UnreadableImage, JobFailed, NotKept) as problem:
            raise ValidationError({"at": [_("The frame was not kept: %(why)s") % {"why": problem}]}) from problem
        still = get_object_or_404(self.get_queryset(), pk=kept.item.pk)
        self._withhold([still])
        written = WholeItemSerializer(still, context=self.get_serializer_context()).data
        return Response(written, status=201 if kept.is_new else 200)

    def filter_queryset(self, items: QuerySet[Item]) -> QuerySet[Item] | FoundItems:
        if self.action != "list":
            return items
        self.asked = ItemFilter(self.request.query_params, user=self.request.user)
        if not self.asked.form.is_valid():
            raise ValidationError({name.strip("_"): errors for name, errors in self.asked.form.errors.items()})
        return FoundItems(self.asked, items)

    def paginate_queryset(self, items: FoundItems) -> list[Item]:
        rows = super().paginate_queryset(items)
        self._withhold(rows)
        for item in rows:
            item.match = match_of(item, self.asked)
        self.paginator.undated, self.paginator.unplaced = items.answer(
            lambda answers: (answers.undated(), answers.unplaced())
        )
        self.paginator.understood = _understood(self.asked)
        return rows


def _understood(asked: ItemFilter) -> dict[str, Any]:
    """Return how a search was read, as the search page tells it."""
    told = said(asked, Address(asked.asked))
    return {
        "box": told.box,
        "conditions": [str(chip.label) for chip in told.chips],
        "read_as": [
            {"part": each.part, "written": " ".join(map(print_term, each.conditions))} for each in asked.understood
        ],
        "passed_over": list(asked.passed_over),
        "withheld": list(asked.withheld),
        "taken": [
            {"written": written, "name": str(record)}
            for name in ("place", "outlet")
            for written, record in dict.fromkeys(asked.form.fields[name].taken)
        ],
        "unread": [{"part": each.part, "sentence": each.sentence, "instead": each.instead} for each in told.unread],
    }


def _claims_for(user: object) -> QuerySet[Claim]:
    claims = Claim.objects.told_to(user).with_grounds().order_by("pk")
    # The public reads a place by its wider one, the reader of the archive by its parent.
    return claims.select_related("value_place__parent__parent__parent__parent") if is_visitor(user) else claims


@extend_schema_view(
    list=extend_schema(parameters=[NAMED]),
    create=extend_schema(request=AddPlaceSerializer, responses=added(PlaceSerializer)),
)
class Places(KeptRecords, Records):
    """Places of the gazetteer; a visitor reads those of released items, none too precise."""

    queryset = Place.objects.none()
    serializer_class = PlaceSerializer
    add_serializer = AddPlaceSerializer
    lookup_field = "slug"

    def create(self, request: Request) -> Response:
        """Add a place; what may be a record of it already is told with 409."""
        return self._add(request)

    def get_queryset(self) -> QuerySet[Place]:
        places = places_known_to(self.request.user).with_card().prefetch_related("names").order_by("name", "pk")
        return _named(places, "names__normalised", self.request)


@extend_schema_view(
    list=extend_schema(parameters=[NAMED]),
    create=extend_schema(request=AddEventSerializer, responses=added(EventSerializer)),
)
class Events(KeptRecords, Records):
    """What happened; a visitor reads the events of released items."""

    queryset = Event.objects.none()
    serializer_class = EventSerializer
    add_serializer = AddEventSerializer
    lookup_field = "slug"

    def create(self, request: Request) -> Response:
        """Add an event; what may be a record of it already is told with 409."""
        return self._add(request)

    def get_queryset(self) -> QuerySet[Event]:
        events = events_known_to(self.request.user).with_card().order_by("name", "pk")
        return _named(events, "normalised", self.request)


@extend_schema_view(
    list=extend_schema(parameters=[NAMED]),
    create=extend_schema(request=AddOutletSerializer, responses=added(OutletSerializer)),
)
class Outlets(KeptRecords, Records):
    """Who publishes and supplies; a visitor reads the outlets of released items."""

    queryset = Outlet.objects.none()
    serializer_class = OutletSerializer
    add_serializer = AddOutletSerializer
    lookup_field = "slug"

    def create(self, request: Request) -> Response:
        """Add an outlet; what may be a record of it already is told with 409."""
        return self._add(request)

    def get_queryset(self) -> QuerySet[Outlet]:
        outlets = outlets_known_to(self.request.user).with_card().order_by("name", "pk")
        return _named(outlets, "names__normalised", self.request)

    @extend_schema(responses=AppearanceSerializer(many=True), parameters=[])
    @action(detail=True, pagination_class=Pages)
    def appearances(self, request: Request, slug: str) -> Response:
        """What the outlet printed, the earliest first, undated ones last; for readers of the archive."""
        if is_visitor(request.user):
            raise NotFound(_("Lists of what was printed are for readers of the archive: sign in, or send a token."))
        appearances = appearances_in(self.get_object().current, user=request.user).order_by(*EARLIEST_FIRST)
        rows = printed(self.paginate_queryset(appearances), user=request.user)
        return self.get_paginated_response(AppearanceSerializer(rows, many=True).data)


class Accessions(Records):
    """Deliveries, the latest first; for readers of the archive."""

    queryset = Accession.objects.select_related("outlet").order_by("-opened_at", "-pk")
    serializer_class = AccessionSerializer
    permission_classes = [ReadsAccessions]
    lookup_value_regex = r"\d{1,18}"
    known = frozenset()

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().visible_to(self.request.user)

    @extend_schema(
        request=None,
        responses=TriedAgainSerializer,
        description="Try all files of this accession again that failed.",
    )
    @action(detail=True, methods=["post"], url_path="retry-failed", permission_classes=[TriesAgain])
    def retry_failed_of(self, request: Request, pk: str) -> Response:
        count = retry_failed(by=request.user, accession=self.get_object())
        return Response(TriedAgainSerializer({"files": count}).data)

    @extend_schema(
        operation_id="accessions_retry_all_failed",
        request=None,
        responses=TriedAgainSerializer,
        description="Try all files again that failed, of every accession that the sender may see.",
    )
    @action(detail=False, methods=["post"], url_path="retry-failed", permission_classes=[TriesAgain])
    def retry_failed(self, request: Request) -> Response:
        return Response(TriedAgainSerializer({"files": retry_failed(by=request.user)}).data)


WORDS = OpenApiParameter("q", str, description="words of the headline, authors, text or captions, accents aside")
OF_OUTLET = OpenApiParameter("outlet", str, description="slug of the outlet")


@extend_schema_view(
    list=extend_schema(parameters=[WORDS, OF_OUTLET]), retrieve=extend_schema(responses=WholeArticleSerializer)
)
class Articles(Records):
    """News pages, the latest first; for readers of the archive, each as far as its delivery is."""

    queryset = Article.objects.none()
    serializer_class = ArticleSerializer
    permission_classes = [ReadsAccessions]
    lookup_value_regex = r"\d{1,18}"
    known = frozenset({"q", "outlet"})

    def get_serializer_class(self) -> type[ArticleSerializer]:
        return WholeArticleSerializer if self.action == "retrieve" else ArticleSerializer

    def get_queryset(self) -> QuerySet[Article]:
        asked, user = self.request.query_params, self.request.user
        articles = Article.objects.visible_to(user).select_related("outlet", "media_file")
        if self.action == "retrieve":
            seen = Appearance.objects.filter(Item.objects.visible_to(user).named_by("item")).order_by("pk")
            figures = Figure.objects.order_by("position").prefetch_related(
                Prefetch("appearances", seen, to_attr="seen")
            )
            return articles.prefetch_related(Prefetch("figures", figures), "media_file__readings")
        if outlet := asked.get("outlet"):
            articles = articles.published_in(slug=outlet)
        if words := asked.get("q", "")[:200]:
            articles = searched_by(user, articles).saying(words)
        return articles.latest_first()

    def get_object(self) -> Article:
        article = super().get_object()
        figures = list(article.figures.all())
        withheld = withheld_in_print(self.request.user, [article])
        readable_article(article, figures, withheld)
        for reading in article.media_file.readings.all():
            reading.statements = [
                statement for statement in reading.statements if not withheld.hides(as_text(statement[2]))
            ]
        return article

    def paginate_queryset(self, articles: QuerySet[Article]) -> list[Article]:
        rows = super().paginate_queryset(articles)
        withheld = withheld_in_print(self.request.user, rows)
        for article in rows:
            readable_article(article, (), withheld)
        return rows


class ReadsItems(BasePermission):
    message = "A search by a picture is for readers of the archive: sign in, or send a token."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.has_perm("catalogue.view_item")


class ReadersPace(UserRateThrottle):
    """How fast one reader may have pictures compared: each is decoded."""

    scope = "by-image"
    rate = "60/min"


class SearchByImage(KnownParameters):
    """Find copies of a picture that is sent along as `picture` (multipart/form-data). It is compared and not kept."""

    permission_classes = [ReadsItems]
    parser_classes = [MultiPartParser]
    throttle_classes = [ReadersPace]

    @extend_schema(
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {"picture": {"type": "string", "format": "binary"}},
                "required": ["picture"],
            }
        },
        responses=FoundByImageSerializer,
    )
    def post(self, request: Request) -> Response:
        try:
            with place_in_lane(request):
                search = search_by_upload(request.FILES.get("picture"), user=request.user)
        except NoPicture as refusal:
            raise ValidationError({"picture": [str(refusal)]}) from refusal
        return Response(FoundByImageSerializer(search, context={"request": request}).data)


class NameAndPassword(KnownFields, AuthTokenSerializer):
    """What a token is given for."""


class Token(KnownParameters, ObtainAuthToken):
    """Give a token for a name and a password; send it as `Authorization: Token …`."""

    serializer_class = NameAndPassword
    parser_classes = api_settings.DEFAULT_PARSER_CLASSES

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        plain = request._request  # what counts wrong passwords marks the request it is given
        asked = self.serializer_class(data=request.data, context={"request": plain})
        if not asked.is_valid():
            if until := asked_too_often(plain):
                raise AskedTooOften(until)
            raise ValidationError(asked.errors)
        if asked.validated_data["user"].must_change_password:
            raise PermissionDenied(_("Somebody else chose this password. Change it on the site, then ask again."))
        return Response({"token": token_of(asked.validated_data["user"])})


@extend_schema(exclude=True)
class NothingHere(APIView):
    """Answer an address that the API does not have, by whichever method, in its own language."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound(_("Not found. /api/schema/ lists every address."))


class Schema(KnownParameters, SpectacularAPIView):
    """This description, in OpenAPI."""


def _named(records: QuerySet, field: str, request: Request) -> QuerySet:
    """Narrow to records with a name that begins so; a record that two names fit comes once."""
    name = request.query_params.get("name", "").strip()
    if not name:
        return records
    model = records.model
    return records.filter(pk__in=model.objects.filter(**{f"{field}__startswith": normalise(name)}).values("pk"))
