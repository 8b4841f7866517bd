"""The signed head of the ledger, as `manage.py checkpoint` prints it, for whoever keeps it elsewhere."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.api.problems import KnownParameters
from archive.ledger.heads import note_handed_out, signed_head
from archive.ledger.signing_key import NoSigningKey, keys_named
from archive.search.public import is_visitor


class HeadSerializer(serializers.Serializer):
    """How far the ledger goes. Only a head that is kept elsewhere tells whether all of it is written anew one day."""

    origin = serializers.CharField(help_text="the name of the ledger")
    size = serializers.IntegerField(help_text="number of entries")
    root = serializers.CharField(help_text="of the Merkle tree over the entries (RFC 9162), in hexadecimal")
    key = serializers.CharField(help_text="public key that signed it, as name+number+key (C2SP signed-note)")
    note = serializers.CharField(help_text="the head with its signature (C2SP tlog-checkpoint), to be kept as it is")


class ReadsHead(BasePermission):
    message = "The head of the ledger is for readers of the archive: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return not is_visitor(request.user)


class LedgerHead(KnownParameters):
    """The head of the ledger as it is now, signed; with `?save` it counts as taken, to be kept elsewhere."""

    permission_classes = [ReadsHead]

    def known_parameters(self) -> Iterable[str]:
        return ("save",)

    @extend_schema(
        parameters=[OpenApiParameter("save", str, description="whatever its value: the head is taken, to be kept")],
        responses=HeadSerializer,
    )
    def get(self, request: Request) -> Response:
        try:
            signed = signed_head()
        except NoSigningKey as missing:
            raise NotFound(str(missing)) from missing
        # A script that looks how far the ledger goes keeps nothing by that.
        if request.method == "GET" and "save" in request.query_params:
            note_handed_out(signed, at=timezone.now())
        origin, size, root = signed.head
        told = {"origin": origin, "size": size, "root": root.hex(), "key": str(keys_named()[-1]), "note": signed.note()}
        return Response(HeadSerializer(told).data)
