"""What was corrected of an accession, how far its items follow, and correcting it."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.roles import NotAllowed
from archive.api.problems import KnownFields, KnownParameters, refuse_nothing
from archive.authorities.models import Outlet
from archive.catalogue.models import Accession, AccessionStatement
from archive.ingest.edit_accession import EDITED, ChangedMeanwhile, edit_accession, undo_correction
from archive.ingest.flag_notices import count_flagged_by_terms
from archive.ingest.follow_access import otherwise
from archive.ledger.not_done import NotDone
from archive.projection.carry_changes import failed_of, progress_of


class Corrects(BasePermission):
    message = "What was corrected of an accession is for archivists: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.has_perm("ingest.add_accessionline")


class CorrectedMeanwhile(APIException):
    """It is no longer as the sender was shown it."""

    status_code = 409


class CorrectSerializer(KnownFields, serializers.ModelSerializer):
    outlet = serializers.SlugRelatedField(
        slug_field="slug", queryset=Outlet.objects.standing(), allow_null=True, help_text="slug; null: not stated"
    )
    reason = serializers.CharField(max_length=1000, allow_blank=True, required=False)
    seen = serializers.IntegerField(
        min_value=0, max_value=2**63 - 1, required=False, help_text="as it was told before: a later correction is a 409"
    )
    undo = serializers.BooleanField(
        required=False, help_text="true, with `seen` alone: undoes the sender's own last correction, within a day"
    )

    class Meta:
        model = Accession
        fields = [*EDITED, "reason", "seen", "undo"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("undo") and attrs.keys() != {"undo", "seen"}:
            raise serializers.ValidationError({"undo": [_("Send it with `seen` and nothing else.")]})
        return attrs


class StatementSerializer(serializers.ModelSerializer):
    made_by = serializers.CharField(source="made_by.username", allow_null=True, default=None)

    class Meta:
        model = AccessionStatement
        fields = ["id", "field", "before", "after", "reason", "made_at", "made_by"]


class FollowingSerializer(serializers.Serializer):
    done = serializers.IntegerField()
    items = serializers.IntegerField(help_text="that were counted when it began")
    tries = serializers.IntegerField(help_text="that failed, one after the other; it is tried again by itself")
    not_before = serializers.DateTimeField(allow_null=True, help_text="when it is tried again; null: at once")
    follows = serializers.ListField(child=serializers.CharField(), source="fields", help_text="what they follow")


class CorrectionsSerializer(serializers.Serializer):
    """The corrections of an accession, the latest first, and how its items stand to it."""

    corrections = StatementSerializer(many=True)
    seen = serializers.IntegerField(help_text="to be sent with a correction of what was told here")
    following = FollowingSerializer(many=True, help_text="what workers still carry through the items; empty: all of it")
    failed = serializers.ListField(child=serializers.IntegerField(), help_text="items that could not follow")
    otherwise = serializers.IntegerField(help_text="how many items others see than the accession says")
    flagged = serializers.IntegerField(
        help_text="how many public items were flagged since `terms` was last corrected, as it bounds their use"
    )


class Corrections(KnownParameters):
    """
    The corrections of an accession; POST makes one, of the fields that are sent. Items follow it, some later.

    Where `terms` come to bound the use of what is public, moderators are told by flags; nothing is taken back.

    Where `access` is corrected its items follow but those of which somebody decided by itself, and those that a flag, a
    withdrawal, a notice of the supplier or a copy holds. Restricted, they are closed to readers with the answer.
    """

    permission_classes = [Corrects]

    def known_parameters(self) -> Iterable[str]:
        return ()

    def _accession(self, accession_id: int) -> Accession:
        accession = Accession.objects.visible_to(self.request.user).filter(pk=accession_id).first()
        if accession is None:
            raise NotFound(_("There is no such accession."))
        return accession

    def _told(self, accession_id: int) -> Response:
        accession = self._accession(accession_id)
        statements = AccessionStatement.objects.filter(accession=accession).select_related("made_by").order_by("-pk")
        told = {
            "corrections": list(statements),
            "seen": statements[0].pk if statements else 0,
            "following": progress_of(accession),
            "failed": failed_of(accession),
            "otherwise": otherwise(accession, self.request.user).count(),
            "flagged": count_flagged_by_terms(accession),
        }
        return Response(CorrectionsSerializer(told).data)

    @extend_schema(responses=CorrectionsSerializer)
    def get(self, request: Request, accession_id: int) -> Response:
        return self._told(accession_id)

    @extend_schema(request=CorrectSerializer, responses=CorrectionsSerializer)
    def post(self, request: Request, accession_id: int) -> Response:
        accession, form = self._accession(accession_id), CorrectSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        sent = form.validated_data
        refuse_nothing({name: sent[name] for name in sent.keys() - {"reason", "seen"}})
        try:
            if sent.pop("undo", False):
                undo_correction(accession, by=request.user, at=timezone.now(), seen=sent["seen"])
            else:
                edit_accession(accession, by=request.user, **sent)
        except ChangedMeanwhile as problem:
            raise CorrectedMeanwhile(str(problem)) from problem
        except NotDone as problem:
            raise ValidationError(str(problem)) from problem
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return self._told(accession_id)
