"""Items that were brought in by mistake: whether and why one is withdrawn; withdrawing it, and bringing it back."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.roles import NotAllowed
from archive.api.problems import KnownFields, KnownParameters
from archive.catalogue.models import Access, Item
from archive.ledger.not_done import NotDone
from archive.review.withdraw_items import bring_back, last_withdrawal, withdraw


class IsStaff(BasePermission):
    message = "What was withdrawn, and why, is told to archive staff: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.has_perm("catalogue.view_restricted_item")


class WithdrawSerializer(KnownFields):
    is_withdrawn = serializers.BooleanField(help_text="false brings it back")
    reason = serializers.CharField(max_length=2000)


class WithdrawalSerializer(serializers.Serializer):
    """Whether an item is withdrawn, and of one that is who withdrew it, when and why."""

    item = serializers.IntegerField()
    is_withdrawn = serializers.BooleanField()
    access = serializers.ChoiceField(Access.choices)
    reason = serializers.CharField(allow_null=True)
    set_at = serializers.DateTimeField(allow_null=True)
    set_by = serializers.CharField(allow_null=True)
    sha256 = serializers.CharField()


class ItemWithdrawal(KnownParameters):
    """Whether an item is withdrawn. POST withdraws it, or brings it back: of others' uploads a moderator alone."""

    permission_classes = [IsStaff]

    def known_parameters(self) -> Iterable[str]:
        return ()

    def _item(self, item_id: int) -> Item:
        item = Item.objects.select_related("media_file").filter(pk=item_id).first()
        if item is None:
            raise NotFound(_("There is no such item, or it is not for everybody to see."))
        return item

    @extend_schema(responses=WithdrawalSerializer)
    def get(self, request: Request, item_id: int) -> Response:
        return Response(_told(self._item(item_id)))

    @extend_schema(request=WithdrawSerializer, responses=WithdrawalSerializer)
    def post(self, request: Request, item_id: int) -> Response:
        item, form = self._item(item_id), WithdrawSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        act = withdraw if form.validated_data["is_withdrawn"] else bring_back
        try:
            act([item], by=request.user, reason=form.validated_data["reason"], at=timezone.now())
        except NotDone as problem:
            raise ValidationError({"reason": [str(problem)]}) from problem
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return Response(_told(self._item(item_id)))


def _told(item: Item) -> dict[str, Any]:
    last = last_withdrawal(item) if item.access == Access.WITHDRAWN else None
    return WithdrawalSerializer(
        {
            "item": item.pk,
            "is_withdrawn": last is not None,
            "access": item.access,
            "reason": last and last.reason,
            "set_at": last and last.set_at,
            "set_by": last and last.set_by.get_username(),
            "sha256": item.media_file.message_digest,
        }
    ).data
