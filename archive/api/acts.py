"""What the sender did within the last day, and how they undo it."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import APIException, NotFound, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.roles import NotAllowed
from archive.api.pagination import PAGING
from archive.api.problems import KnownFields, KnownParameters
from archive.catalogue.hidden_wordings import withheld_from
from archive.ledger.not_done import NotDone
from archive.review.models import OwnAct
from archive.review.own_acts import UNDONE_WITHIN, acts_of_late
from archive.review.told_acts import words_of_own_act
from archive.review.undo_acts import SomeStands, Stands, undo


class DoesThings(BasePermission):
    message = "What can be undone is of archive staff: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.has_perm("claims.add_claim")


class StandsAgainst(APIException):
    """Somebody decided on some of it since, or it is undone already."""

    status_code = 409


class OwnActSerializer(serializers.ModelSerializer):
    """What the sender did at once, to one item or many."""

    words = serializers.SerializerMethodField(help_text="what was done, a line for each sort of thing")
    items = serializers.ListField(child=serializers.IntegerField(), help_text="keys of the items")
    entries = serializers.SerializerMethodField(help_text="the first and the last entry of the ledger that tell it")
    undone_by = serializers.IntegerField(
        source="undone_by.pk", allow_null=True, default=None, help_text="the act that undid it; null: none did"
    )
    undoable_until = serializers.SerializerMethodField()

    class Meta:
        model = OwnAct
        fields = ["id", "done_at", "words", "items", "entries", "undoes", "undone_by", "undoable_until"]

    def get_words(self, act: OwnAct) -> list[str]:
        if "withheld" not in self.context:
            acts = self.parent.instance if isinstance(self.parent, serializers.ListSerializer) else [act]
            items = {key for each in acts for key in each.items}
            self.context["withheld"] = withheld_from(self.context["request"].user, items)
        return words_of_own_act(act, self.context["withheld"])

    def get_entries(self, act: OwnAct) -> list[int]:
        return [act.first_entry, act.last_entry]

    def get_undoable_until(self, act: OwnAct) -> str:
        return serializers.DateTimeField().to_representation(act.done_at + UNDONE_WITHIN)


class UndoSerializer(KnownFields):
    leave_others = serializers.BooleanField(
        default=False, help_text="undo the rest where somebody decided on some of it since"
    )


class StandsSerializer(serializers.Serializer):
    """What was not undone on one item, and why."""

    item = serializers.IntegerField(source="item.pk")
    why = serializers.CharField()


class UndoneSerializer(serializers.Serializer):
    act = OwnActSerializer(help_text="the counter-act, which can be undone too")
    standing = StandsSerializer(many=True)


class Acts(KnownParameters, generics.ListAPIView):
    """What the sender did within the last day, the latest first, as far as it can be undone in one step."""

    queryset = OwnAct.objects.none()
    serializer_class = OwnActSerializer
    permission_classes = [DoesThings]
    filter_backends: list[Any] = []

    def known_parameters(self) -> Iterable[str]:
        return PAGING

    def get_queryset(self) -> Any:
        return acts_of_late(self.request.user, at=timezone.now())


class UndoAct(KnownParameters):
    """
    Undo an act of one's own by a counter-act, whole.

    Where somebody decided on some of it since, nothing is undone and the answer is 409, which names the items; with
    `leave_others` the rest is.
    """

    permission_classes = [DoesThings]

    def known_parameters(self) -> Iterable[str]:
        return ()

    @extend_schema(request=UndoSerializer, responses={201: UndoneSerializer})
    def post(self, request: Request, act_id: int) -> Response:
        form = UndoSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        act = OwnAct.objects.visible_to(request.user).select_related("done_by").filter(pk=act_id).first()
        if act is None:
            raise NotFound(_("There is no such act of yours."))
        try:
            undone = undo(act, by=request.user, at=timezone.now(), leaves_others=form.validated_data["leave_others"])
        except SomeStands as stands:
            raise StandsAgainst(" ".join([str(stands), *map(_sentence, stands.standing[:20])])) from stands
        except NotDone as problem:
            raise StandsAgainst(str(problem)) from problem
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return Response(UndoneSerializer(undone, context={"request": request}).data, status=201)


def _sentence(stands: Stands) -> str:
    return _("Item %(number)d: %(why)s") % {"number": stands.item.pk, "why": stands.why}
