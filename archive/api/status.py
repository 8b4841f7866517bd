"""How the site stands, as JSON: what `manage.py status --json` prints."""

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from archive.api.problems import KnownParameters
from archive.operation.status import State, findings


class LooksAfterTheSite(BasePermission):
    message = "The status is for administrators."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.has_perm("operation.view_process")


class FindingSerializer(serializers.Serializer):
    what = serializers.CharField(help_text="what was checked: a process, the received files, a disk")
    state = serializers.ChoiceField(State.choices)
    words = serializers.CharField(help_text="what was found, in a sentence")


class Status(KnownParameters):
    """How the site stands: its processes, the received files, its disks."""

    permission_classes = [LooksAfterTheSite]

    @extend_schema(responses=FindingSerializer(many=True))
    def get(self, request: Request) -> Response:
        everything = [asdict(finding) for finding in findings()]
        return Response(FindingSerializer(everything, many=True).data)
