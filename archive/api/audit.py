"""What was done by whom, as the page of the audit tells it."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.api.problems import KnownParameters
from archive.exports.write_acts import row_of
from archive.review.audit import GROUPS, PAGE, Asked, may_audit, page_of_acts

_MOST_NUMBER = 10**18 - 1


class AuditAskedSerializer(serializers.Serializer):
    """Which acts are asked for; what is left out does not narrow."""

    person = serializers.CharField(required=False, max_length=150, help_text="the name they sign in with")
    people_only = serializers.BooleanField(required=False, help_text="leave out what the archive did by itself")
    act = serializers.CharField(required=False, max_length=60, help_text="verb of the ledger, or a group of them")
    since = serializers.DateField(required=False, help_text="first day")
    until = serializers.DateField(required=False, help_text="last day")
    about = serializers.CharField(required=False, max_length=200, help_text="subject, such as catalogue.item:12")
    before = serializers.IntegerField(required=False, min_value=1, max_value=_MOST_NUMBER)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=500)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("since") and asked.get("until") and asked["since"] > asked["until"]:
            raise ValidationError({"until": "This day is before the first one."})
        return asked


class ActSerializer(serializers.Serializer):
    """An entry of the ledger, in the words of the page too."""

    sequence = serializers.IntegerField()
    occurred_at = serializers.DateTimeField()
    actor = serializers.CharField()
    verb = serializers.CharField()
    subject = serializers.CharField(help_text="app.model:key")
    in_words = serializers.CharField()
    more = serializers.CharField(allow_blank=True)
    payload = serializers.JSONField(
        allow_null=True, help_text="as it is hashed; null where something in it is not for this reader"
    )
    entry_hash = serializers.CharField()


class AuditPageSerializer(serializers.Serializer):
    results = ActSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="what was done before these")


class Audits(BasePermission):
    message = "The audit is for moderators and administrators."

    def has_permission(self, request: Request, view: Any) -> bool:
        return may_audit(request.user)


class Audit(KnownParameters):
    """What was done by whom, the newest first. Acts on verdicts that wait for a second reading are left out."""

    permission_classes = [Audits]

    def known_parameters(self) -> Iterable[str]:
        return AuditAskedSerializer().fields

    @extend_schema(
        parameters=[
            OpenApiParameter("person", str, description="the name they sign in with"),
            OpenApiParameter("people_only", bool, description="leave out what the archive did by itself"),
            OpenApiParameter(
                "act",
                str,
                description=f"verb of the ledger, or a group: {', '.join(group.code for group in GROUPS)}",
            ),
            OpenApiParameter("since", {"type": "string", "format": "date"}, description="first day"),
            OpenApiParameter("until", {"type": "string", "format": "date"}, description="last day"),
            OpenApiParameter("about", str, description="subject, such as catalogue.item:12"),
            OpenApiParameter(
                "before",
                {"type": "integer", "minimum": 1, "maximum": _MOST_NUMBER},
                description="what was done before the entry of this number",
            ),
            OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": 500, "default": PAGE}),
        ],
        responses=AuditPageSerializer,
    )
    def get(self, request: Request) -> Response:
        given = AuditAskedSerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        before, size = asked.pop("before", None), asked.pop("page_size", PAGE)
        page = page_of_acts(Asked(**asked), reader=request.user, before=before, size=size)
        following = None
        if page.older is not None:
            query = request.query_params.copy()
            query["before"] = str(page.older)
            following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        told = {"results": [row_of(told) for told in page.acts], "next": following}
        return Response(AuditPageSerializer(told).data)
