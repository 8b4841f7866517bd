"""How far first and second readings agree, as the page of it tells."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.permissions import may
from archive.api.problems import KnownParameters
from archive.provenance.checks.finding import Question
from archive.review.agreement import Agreement, agreement
from archive.review.models import ReadingPolicy, Verdict


class AskedSerializer(serializers.Serializer):
    """Which second readings are counted."""

    earliest = serializers.DateField(required=False, help_text="first day on which the second reading was given")
    latest = serializers.DateField(required=False, help_text="last such day")
    policy = serializers.ChoiceField(ReadingPolicy.Policy.choices, required=False, help_text="that asked for it")

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("earliest") and asked.get("latest") and asked["earliest"] > asked["latest"]:
            raise ValidationError({"latest": "This day is before the first one."})
        return asked


class PairSerializer(serializers.Serializer):
    first = serializers.ChoiceField(Verdict.Word.choices)
    second = serializers.ChoiceField(Verdict.Word.choices)
    number = serializers.IntegerField()


class AgreementSerializer(serializers.Serializer):
    """One question: how often it was read twice on the same grounds, the second time blind, and what came of it."""

    question = serializers.ChoiceField([question.value for question in Question])
    read_twice = serializers.IntegerField(source="number")
    agreed = serializers.IntegerField()
    dissent = serializers.IntegerField(source="differing")
    on_other_grounds = serializers.IntegerField(help_text="read after something had changed; counted in nothing else")
    not_blind = serializers.IntegerField(
        help_text="the first verdict could be read before a second reading was asked for; counted in nothing else"
    )
    pairs = PairSerializer(many=True)
    kappa = serializers.FloatField(
        allow_null=True,
        help_text="Cohen's kappa; null below 30 readings, or where some were read again for what the first said",
    )


class ReadsAgreement(BasePermission):
    message = "How far readings agree is for moderators."

    def has_permission(self, request: Request, view: Any) -> bool:
        return may(request.user, "review.judge_item")


class ReadingAgreement(KnownParameters):
    """How far first and second readings agree, by question; no person is counted, and nothing that still waits."""

    permission_classes = [ReadsAgreement]

    def known_parameters(self) -> Iterable[str]:
        return AskedSerializer().fields

    @extend_schema(
        parameters=[
            OpenApiParameter("earliest", {"type": "string", "format": "date"}),
            OpenApiParameter("latest", {"type": "string", "format": "date"}),
            OpenApiParameter("policy", enum=ReadingPolicy.Policy.values),
        ],
        responses=AgreementSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(AgreementSerializer(map(_told, agreement(**asked.validated_data)), many=True).data)


def _told(counts: Agreement) -> dict[str, Any]:
    names = ("question", "number", "agreed", "differing", "on_other_grounds", "not_blind", "kappa")
    pairs = [{"first": first, "second": second, "number": n} for (first, second), n in sorted(counts.pairs.items())]
    return {name: getattr(counts, name) for name in names} | {"pairs": pairs}
