"""What is said of one picture: read one's flags and the answers, and flag. Deciding is done on the pages."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.api.pagination import PAGING
from archive.api.problems import KnownFields, KnownParameters
from archive.catalogue.models import Item
from archive.ledger.not_done import NotDone
from archive.review.flags import flag_picture
from archive.review.models import Flag, FlagDecision


class Flags(BasePermission):
    message = "What is said of pictures is for readers of the archive: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.has_perm("review.add_flag")


class FlagAnswerSerializer(serializers.ModelSerializer):
    """A moderator's answer to a flag."""

    decided_by = serializers.CharField(source="decided_by.username")

    class Meta:
        model = FlagDecision
        fields = ["outcome", "reason", "decided_at", "decided_by"]


class FlagSerializer(KnownFields, serializers.ModelSerializer):
    """What somebody says of a picture: on which ground it should perhaps not be shown as it is."""

    flagged_by = serializers.CharField(
        source="flagged_by.username",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="null: a visitor, or the archive itself by a rule",
    )
    answer = FlagAnswerSerializer(source="decision", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Flag
        fields = ["id", "item", "ground", "note", "contact", "flagged_at", "flagged_by", "rule", "answer"]
        read_only_fields = ["item", "contact", "flagged_at", "rule"]
        extra_kwargs = {"note": {"max_length": 2000}}


class ItemFlags(KnownParameters, generics.ListCreateAPIView):
    """
    The flags on a picture, the latest first: the sender's own, and for moderators everybody's. POST adds one.

    The same ground by the same person counts once for as long as it waits: then it is answered with 200.
    """

    queryset = Flag.objects.none()
    serializer_class = FlagSerializer
    permission_classes = [Flags]
    filter_backends: list[Any] = []

    def known_parameters(self) -> Iterable[str]:
        return PAGING if self.request.method != "POST" else ()

    def _item(self) -> Item:
        item = Item.objects.visible_to(self.request.user).filter(pk=self.kwargs["item_id"]).first()
        if item is None:
            raise NotFound(_("There is no such item, or it is not for everybody to see."))
        return item

    def get_queryset(self) -> Any:
        return Flag.objects.visible_to(self.request.user).filter(item=self._item()).with_answers().order_by("-pk")

    @extend_schema(responses={201: FlagSerializer, 200: FlagSerializer})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        item = self._item()
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made, is_new = flag_picture(item, by=request.user, **form.validated_data)
        except NotDone as problem:
            raise ValidationError({"ground": [str(problem)]}) from problem
        return Response(self.get_serializer(made).data, status=201 if is_new else 200)
