"""Lists of what a search finds or a folder holds, as CSV, JSON or a contact sheet."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from archive.api.exports import Exports
from archive.api.problems import KnownFields, KnownParameters
from archive.exports.write_list import LABELS, Form, ItemList
from archive.folders.models import Folder
from archive.ledger.not_done import NotDone
from archive.saved_searches.keep_searches import MOST_CHARACTERS
from archive.search.filters import SORTS
from archive.search.lists import list_of_folder, list_of_search


class ListSerializer(KnownFields, serializers.Serializer):
    """What is listed, a search or a folder, and as what."""

    query = serializers.CharField(
        max_length=MOST_CHARACTERS, allow_blank=True, required=False, help_text="as the search box has it"
    )
    sort = serializers.ChoiceField(SORTS, allow_blank=True, default="")
    folder = serializers.IntegerField(min_value=1, max_value=2**53 - 1, required=False, help_text="its number")
    form = serializers.ChoiceField([(form.value, str(form.value)) for form in LABELS])
    with_distressing = serializers.BooleanField(
        default=False, help_text="on a contact sheet show pictures that are marked as distressing as they are"
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("query" in given) == ("folder" in given):
            raise ValidationError(_("Send either a query or a folder."))
        return given


class Lists(KnownParameters):
    """
    Export a list: at most 10,000 items, 500 on a contact sheet; the name of the file says where more were found.

    The answer is written while it is fetched.
    """

    permission_classes = [Exports]
    # The pages hand it out too; they know how slow readers are borne.
    hand_out: Callable[..., HttpResponse] | None = None

    @extend_schema(
        request=ListSerializer,
        responses={
            (200, "text/csv"): OpenApiTypes.BINARY,
            (200, "application/json"): OpenApiTypes.BINARY,
            (200, "text/html"): OpenApiTypes.BINARY,
        },
    )
    def post(self, request: Request) -> HttpResponse:
        given = ListSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        form = Form(asked["form"])
        try:
            listed = self._listed(request, asked, form)
        except NotDone as problem:
            raise ValidationError({"folder" if "folder" in asked else "query": [str(problem)]}) from problem
        sent: HttpRequest = request._request
        sent.user = request.user
        return self.hand_out(sent, listed, form, distressing=asked["with_distressing"])

    def _listed(self, request: Request, asked: dict[str, Any], form: Form) -> ItemList:
        if "folder" not in asked:
            return list_of_search({"q": asked["query"], "sort": asked["sort"]}, form, reader=request.user)
        folder = Folder.objects.visible_to(request.user).filter(pk=asked["folder"]).first()
        if folder is None:
            raise NotDone(_("There is no such folder, or it is not shared with you."))
        return list_of_folder(folder, form, reader=request.user)
