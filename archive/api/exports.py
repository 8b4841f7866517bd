"""The record of items as a bag: ask for one, follow how far it is, download it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.api.pagination import PAGING
from archive.api.problems import KnownFields, KnownParameters, refuse_unseen
from archive.catalogue.models import Item
from archive.exports.ask_for_export import MOST_ITEMS, NotHandedOut, ask_for_export, check_handed_out
from archive.exports.models import Export
from archive.ledger.not_done import NotDone


class Exports(BasePermission):
    message = "Exports are for readers of the archive: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.has_perm("exports.add_export")


class NotReady(APIException):
    """The export cannot be handed out; the text says why and what now."""

    status_code = 409
    default_code = "not_ready"


class ExportSerializer(KnownFields, serializers.ModelSerializer):
    """The record of some items as a bag, made by a worker and kept for some days."""

    items = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**53 - 1),
        source="item_keys",
        min_length=1,
        max_length=MOST_ITEMS,
        help_text="numbers of items that you may see",
    )
    items_done = serializers.IntegerField(read_only=True, help_text="that are written so far")
    audience = serializers.CharField(
        source="get_audience_display", read_only=True, allow_null=True, help_text="whom it was written for"
    )
    kept_until = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Export
        fields = [
            "id", "items", "with_distressing", "state", "items_done", "reason", "asked_at", "finished_at", "kept_until",
            "audience", "bag", "sequence", "size_bytes", "message_digest",
        ]  # fmt: skip
        read_only_fields = [
            "state", "reason", "asked_at", "finished_at", "bag", "sequence", "size_bytes", "message_digest",
        ]  # fmt: skip


class ExportList(KnownParameters, generics.ListCreateAPIView):
    """
    One's own exports, the latest first. POST has items exported, and answers at once; a worker makes the bag.

    Whoever asks for the same items again while they are being exported is answered with that export, and 200.
    """

    queryset = Export.objects.none()
    serializer_class = ExportSerializer
    permission_classes = [Exports]
    filter_backends: list[Any] = []

    def known_parameters(self) -> Iterable[str]:
        return PAGING if self.request.method != "POST" else ()

    def get_queryset(self) -> Any:
        return Export.objects.visible_to(self.request.user).order_by("-pk")

    @extend_schema(responses={201: ExportSerializer, 200: ExportSerializer})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        keys = set(form.validated_data["item_keys"])
        items = list(Item.objects.visible_to(request.user).filter(pk__in=keys))
        refuse_unseen(keys, [item.pk for item in items])
        try:
            export, is_new = ask_for_export(
                items, by=request.user, distressing=form.validated_data.get("with_distressing", False)
            )
        except NotDone as problem:
            raise ValidationError({"items": [str(problem)]}) from problem
        return Response(self.get_serializer(export).data, status=201 if is_new else 200)


def _own(request: Request, export_id: int) -> Export:
    export = Export.objects.visible_to(request.user).filter(pk=export_id).first()
    if export is None:
        raise NotFound(_("There is no such export, or it is somebody else’s."))
    return export


class ExportState(KnownParameters):
    """How far an export is."""

    permission_classes = [Exports]

    def known_parameters(self) -> Iterable[str]:
        return ()

    @extend_schema(responses=ExportSerializer)
    def get(self, request: Request, export_id: int) -> Response:
        return Response(ExportSerializer(_own(request, export_id)).data)


class ExportBag(KnownParameters):
    """The bag as a ZIP archive, whole or the part that the header Range asks for; 409 where it is not handed out."""

    permission_classes = [Exports]
    # The pages hand it out too; they know how slow readers are borne.
    hand_out: Callable[[HttpRequest, Export], HttpResponse] | None = None

    def known_parameters(self) -> Iterable[str]:
        return ()

    @extend_schema(
        responses={
            (200, "application/zip"): OpenApiTypes.BINARY,
            409: OpenApiResponse(description="not made yet, or what you may read has changed since: export again"),
        }
    )
    def get(self, request: Request, export_id: int) -> HttpResponse:
        export = _own(request, export_id)
        try:
            check_handed_out(export, request.user)
            return self.hand_out(request._request, export)
        except NotHandedOut as problem:
            raise NotReady(str(problem)) from problem
        except FileNotFoundError as missing:
            raise NotFound(_("This export is missing from the store. Export the items again.")) from missing
