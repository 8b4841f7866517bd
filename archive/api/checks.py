"""What checks there are, and what they found on one item, as `manage.py check_items --json` writes it and more."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.api.problems import KnownParameters
from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Item
from archive.provenance.checks.all_checks import CHECKS
from archive.provenance.checks.finding import Outcome, Question
from archive.provenance.shown_findings import findings_on
from archive.search.public import is_visitor


class CheckSerializer(serializers.Serializer):
    """A check: what it compares, and what it cannot show."""

    slug = serializers.CharField()
    version = serializers.CharField(help_text="rises with every change of what it finds")
    title = serializers.CharField()
    question = serializers.ChoiceField([question.value for question in Question])
    meaning = serializers.CharField()
    limits = serializers.CharField(help_text="what it cannot show")


class ObservationSerializer(serializers.Serializer):
    """One thing that a check saw."""

    outcome = serializers.ChoiceField([outcome.value for outcome in Outcome])
    sentence = serializers.CharField()
    grounds = serializers.ListField(
        child=serializers.ListField(min_length=2, max_length=2), help_text='what it rests on: ["claim", 12], ["tag", …]'
    )


class CheckFindingSerializer(serializers.Serializer):
    """What a check found on an item, as far as the reader may read what it rests on; the gravest observation first."""

    check = serializers.CharField(source="finding.check_slug")
    version = serializers.CharField(source="finding.version")
    outcome = serializers.ChoiceField([outcome.value for outcome in Outcome])
    sentence = serializers.CharField()
    observations = ObservationSerializer(many=True)
    found_at = serializers.DateTimeField()


class ReadsFindings(BasePermission):
    message = "What checks found is for readers of the archive: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return not is_visitor(request.user)


class Checks(KnownParameters):
    """All checks, in the order in which they are shown."""

    def known_parameters(self) -> Iterable[str]:
        return ()

    @extend_schema(responses=CheckSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(CheckSerializer(CHECKS, many=True).data)


class ItemFindings(KnownParameters):
    """What every check found on an item, as it stands now."""

    permission_classes = [ReadsFindings]

    def known_parameters(self) -> Iterable[str]:
        return ()

    @extend_schema(responses=CheckFindingSerializer(many=True))
    def get(self, request: Request, item_id: int) -> Response:
        item = Item.objects.visible_to(request.user).filter(pk=item_id).first()
        if item is None:
            raise NotFound(_("There is no such item, or it is not for everybody to see."))
        findings = findings_on(item, request.user, withheld=withheld_from(request.user, [item]))
        return Response(CheckFindingSerializer(findings, many=True).data)
