"""How a picture is turned from how its file shows it, and who said so; turning it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.roles import NotAllowed
from archive.api.problems import KnownFields, KnownParameters
from archive.catalogue.models import Item
from archive.claims.models import ORIENTATIONS
from archive.extraction.file_orientation import orientation_by_file
from archive.ingest.wake_worker import wake
from archive.ledger.not_done import NotDone
from archive.review.turn_pictures import digest_of_turns, turn_pictures
from archive.standards.orientation import AS_IT_IS, Turn


class Readers(BasePermission):
    message = "How a picture is turned, and what its file says of that, is for readers of the archive: sign in."

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.has_perm("catalogue.view_item") and request.user.is_authenticated


class TurnSerializer(KnownFields):
    turn = serializers.ChoiceField(
        [turn.value for turn in Turn], required=False, help_text="from how the picture is shown now"
    )
    orientation = serializers.IntegerField(
        min_value=1, max_value=8, required=False, help_text="counted from how its file shows it; 1 takes all turns back"
    )
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, help_text="how you know")
    seen = serializers.CharField(
        max_length=32, required=False, help_text="as it was told before: refused where somebody turned it since"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("turn" in attrs) == ("orientation" in attrs):
            raise serializers.ValidationError({"turn": [_("Say how to turn it, or how it lies then: one of the two.")]})
        return attrs


class OrientationSerializer(serializers.Serializer):
    """How a picture is shown: Exif's 1 to 8, counted from how its file shows it."""

    item = serializers.IntegerField()
    orientation = serializers.IntegerField()
    words = serializers.CharField()
    file_tag = serializers.IntegerField(allow_null=True, help_text="Exif's Orientation as the file has it; null: none")
    width_px = serializers.IntegerField(allow_null=True, help_text="as shown")
    height_px = serializers.IntegerField(allow_null=True)
    is_being_turned = serializers.BooleanField(help_text="its copies are still to be made anew; they are shown turned")
    seen = serializers.CharField(help_text="to be sent with a turn of what was told here")


class ItemOrientation(KnownParameters):
    """How a picture is turned. POST turns it, as a claim of the sender in place of the one before; archivists may."""

    permission_classes = [Readers]

    def known_parameters(self) -> Iterable[str]:
        return ()

    def _item(self, item_id: int) -> Item:
        item = Item.objects.visible_to(self.request.user).with_card().filter(pk=item_id).first()
        if item is None:
            raise NotFound(_("There is no such item, or it is not for everybody to see."))
        return item

    @extend_schema(responses=OrientationSerializer)
    def get(self, request: Request, item_id: int) -> Response:
        return Response(_told(self._item(item_id)))

    @extend_schema(request=TurnSerializer, responses=OrientationSerializer)
    def post(self, request: Request, item_id: int) -> Response:
        item, form = self._item(item_id), TurnSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        turn = Turn(given.pop("turn")) if "turn" in given else None
        try:
            turn_pictures([item], by=request.user, turn=turn, **given)
        except NotDone as problem:
            raise ValidationError({"turn": [str(problem)]}) from problem
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        transaction.on_commit(wake, robust=True)
        return Response(_told(self._item(item_id)))


def _told(item: Item) -> dict[str, Any]:
    orientation = item.orientation or AS_IT_IS
    return OrientationSerializer(
        {
            "item": item.pk,
            "orientation": orientation,
            "words": str(ORIENTATIONS[orientation]),
            "file_tag": orientation_by_file(item.media_file),
            "width_px": item.width_px,
            "height_px": item.height_px,
            "is_being_turned": item.is_being_turned,
            "seen": digest_of_turns([item]),
        }
    ).data
