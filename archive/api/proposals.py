"""What is said of one wording: read what was proposed and answered, and propose. Deciding is done on the pages."""

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
from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Caption, Item
from archive.ledger.not_done import NotDone
from archive.review.models import Proposal, ProposalDecision
from archive.review.propose_wording import propose


class Proposes(BasePermission):
    message = "What is said of captions is for readers of the archive: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.has_perm("review.add_proposal")


class AnswerSerializer(serializers.ModelSerializer):
    """A moderator's answer; `caption` is the archive's wording that came of it."""

    decided_by = serializers.CharField(source="decided_by.username")

    class Meta:
        model = ProposalDecision
        fields = ["outcome", "reason", "caption", "decided_at", "decided_by"]


class ProposalSerializer(KnownFields, serializers.ModelSerializer):
    """What somebody says of a wording; `text` is the wording proposed instead, empty where it is only flagged."""

    proposed_by = serializers.CharField(source="proposed_by.username", read_only=True)
    answer = AnswerSerializer(source="decision", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Proposal
        fields = ["id", "caption", "reason", "text", "note", "proposed_at", "proposed_by", "answer"]
        read_only_fields = ["caption", "proposed_at"]
        extra_kwargs = {"text": {"max_length": 10_000}, "note": {"max_length": 2000}}

    def to_representation(self, proposal: Proposal) -> dict[str, Any]:
        written = super().to_representation(proposal)
        words = proposal.words_for(self.context["request"].user, self.context["withheld"])
        written["text"], written["note"] = words
        return written


class CaptionProposals(KnownParameters, generics.ListCreateAPIView):
    """The proposals on a caption, the latest first; POST adds one. What identifies a person is hidden at once."""

    queryset = Proposal.objects.none()
    serializer_class = ProposalSerializer
    permission_classes = [Proposes]
    filter_backends: list[Any] = []

    def known_parameters(self) -> Iterable[str]:
        return PAGING if self.request.method != "POST" else ()

    def get_serializer_context(self) -> dict[str, Any]:
        caption = self._caption() if "caption_id" in self.kwargs else None
        withheld = withheld_from(self.request.user, [caption.item_id] if caption else [])
        return super().get_serializer_context() | {"withheld": withheld}

    def _caption(self) -> Caption:
        """Return the caption of the address if this user may read it."""
        if not hasattr(self, "_found"):
            seen = (
                Caption.objects.told_to(self.request.user)
                .select_related("item")
                .filter(Item.objects.visible_to(self.request.user).named_by("item"))
            )
            caption = seen.filter(pk=self.kwargs["caption_id"]).first()
            if caption is None or withheld_from(self.request.user, [caption.item_id]).covers(caption):
                raise NotFound(_("There is no such caption, or it is not for everybody to read."))
            self._found = caption
        return self._found

    def get_queryset(self) -> Any:
        return Proposal.objects.filter(caption=self._caption()).with_answers().order_by("-pk")

    @extend_schema(responses={201: ProposalSerializer})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        caption = self._caption()
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made = propose(caption, by=request.user, **form.validated_data)
        except NotDone as problem:
            raise ValidationError({"note": [str(problem)]}) from problem
        return Response(self.get_serializer(made).data, status=201)
