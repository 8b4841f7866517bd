"""Items that were brought in by mistake: whether and why one is withdrawn; withdrawing it, and bringing it back."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.roles import NotAllowed
from archive.api.pagination import PAGING
from archive.api.problems import KnownFields, KnownParameters
from archive.catalogue.carry_out_destruction import is_destroyed
from archive.catalogue.models import Access, Item, Withdrawal
from archive.ledger.not_done import NotDone
from archive.review.destroy_originals import NoReason, answer_waiting, ask_destruction, waiting_request
from archive.review.withdraw_items import bring_back, last_withdrawal, standing_withdrawals, withdraw


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


class StandingWithdrawalSerializer(serializers.ModelSerializer):
    """A withdrawn item: who withdrew it, when and why, and what becomes of its bytes."""

    file_name = serializers.CharField(source="item.file_name")
    sha256 = serializers.CharField(source="item.media_file.message_digest")
    set_by = serializers.CharField(source="set_by.username")
    destruction_asked_by = serializers.CharField(
        source="destruction_by", allow_null=True, help_text="who asked that its bytes be destroyed and waits"
    )
    is_destroyed = serializers.BooleanField(help_text="its bytes were destroyed; the record of it stays")

    class Meta:
        model = Withdrawal
        fields = [
            "item", "file_name", "sha256", "former", "reason", "set_at", "set_by", "destruction_asked_by",
            "is_destroyed",
        ]  # fmt: skip


class Withdrawals(KnownParameters, generics.ListAPIView):
    """The withdrawn items, those withdrawn last first; for archive staff."""

    queryset = Withdrawal.objects.none()
    serializer_class = StandingWithdrawalSerializer
    permission_classes = [IsStaff]
    filter_backends: list[Any] = []

    def known_parameters(self) -> Iterable[str]:
        return PAGING

    def get_queryset(self) -> Any:
        return standing_withdrawals()


class DestroySerializer(KnownFields):
    act = serializers.ChoiceField(
        ["ASK", "CONFIRM", "DECLINE"], help_text="ask for it; another person, an administrator, confirms or declines"
    )
    reason = serializers.CharField(
        max_length=2000, allow_blank=True, default="", help_text="why; to confirm none is needed"
    )


class DestructionSerializer(serializers.Serializer):
    """What becomes of the bytes of a withdrawn item."""

    item = serializers.IntegerField()
    sha256 = serializers.CharField()
    asked_by = serializers.CharField(allow_null=True, help_text="who asked and waits for an answer")
    asked_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_null=True, help_text="why it is asked for")
    is_destroyed = serializers.BooleanField()


class ItemDestruction(KnownParameters):
    """
    Whether the bytes of a withdrawn item are to be destroyed, or are. POST asks for it, or answers who asked.

    It takes two people: whoever may withdraw the item asks, and an administrator who did not ask confirms it, which is
    done at once and cannot be undone, or declines it with a reason.
    """

    permission_classes = [IsStaff]

    def known_parameters(self) -> Iterable[str]:
        return ()

    def _item(self, item_id: int) -> Item:
        item = Item.objects.select_related("media_file").filter(pk=item_id, access=Access.WITHDRAWN).first()
        if item is None:
            raise NotFound(_("There is no such withdrawn item: only the bytes of withdrawn items are destroyed."))
        return item

    @extend_schema(responses=DestructionSerializer)
    def get(self, request: Request, item_id: int) -> Response:
        return Response(_told_of_bytes(self._item(item_id)))

    @extend_schema(request=DestroySerializer, responses=DestructionSerializer)
    def post(self, request: Request, item_id: int) -> Response:
        item, form = self._item(item_id), DestroySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked_act, reason, now = form.validated_data["act"], form.validated_data["reason"], timezone.now()
        try:
            if asked_act == "ASK":
                ask_destruction(item, by=request.user, reason=reason, at=now)
            else:
                answer_waiting(item, is_confirmed=asked_act == "CONFIRM", by=request.user, reason=reason, at=now)
        except NotDone as problem:
            field = "reason" if isinstance(problem, NoReason) else "act"
            raise ValidationError({field: [str(problem)]}) from problem
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return Response(_told_of_bytes(self._item(item_id)))


def _told_of_bytes(item: Item) -> dict[str, Any]:
    asked = waiting_request(item)
    return DestructionSerializer(
        {
            "item": item.pk,
            "sha256": item.media_file.message_digest,
            "asked_by": asked and asked.asked_by.get_username(),
            "asked_at": asked and asked.asked_at,
            "reason": asked and asked.reason,
            "is_destroyed": is_destroyed(item),
        }
    ).data


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
