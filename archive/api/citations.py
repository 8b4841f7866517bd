"""How an item is cited."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from archive.api.problems import KnownParameters
from archive.api.views import VisitorsPace
from archive.catalogue.models import Item
from archive.exports.citations import LANGUAGES, cite_each


class CitationSerializer(serializers.Serializer):
    """The permanent address of an item, a note in the Chicago style in each language, and CSL-JSON."""

    address = serializers.CharField()
    note = serializers.DictField(child=serializers.CharField(), help_text="by language: en, fr")
    csl = serializers.ListField(
        child=serializers.DictField(), help_text="one item of csl-data.json 1.0.2; what is not known is left out"
    )


class ItemCitation(KnownParameters):
    """How an item is cited, by what leads of what its reader may read. What is contested is named so."""

    throttle_classes = [VisitorsPace]

    @extend_schema(responses=CitationSerializer)
    def get(self, request: Request, item_id: int) -> Response:
        item = Item.objects.visible_to(request.user).filter(pk=item_id).first()
        if item is None:
            raise NotFound(_("There is no such item, or it is not for everybody to see."))
        cited = cite_each([item], reader=request.user)[item.pk]
        note = {language: cited.wording(language) for language in LANGUAGES}
        return Response({"address": cited.address, "note": note, "csl": [cited.csl()]})
