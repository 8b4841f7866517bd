"""Searches that are kept: list, keep, rename, share and remove them, and read what is new in one."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.api.pagination import PAGING
from archive.api.problems import KnownFields, KnownParameters, refuse_nothing
from archive.ledger.not_done import NotDone
from archive.saved_searches.keep_searches import MOST_CHARACTERS, change_search, keep_search, remove_search
from archive.saved_searches.models import SavedSearch
from archive.saved_searches.new_items import look, new_items
from archive.saved_searches.read_search import read_search
from archive.search.filters import SORTS


class KeepsSearches(BasePermission):
    message = "Searches are kept by readers of the archive: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.has_perm("saved_searches.add_savedsearch")


class SavedSearchSerializer(KnownFields, serializers.ModelSerializer):
    """A search under a name."""

    query = serializers.CharField(
        source="text", max_length=MOST_CHARACTERS, allow_blank=True, help_text="as the search box has it"
    )
    sort = serializers.ChoiceField(SORTS, allow_blank=True, default="")
    owner = serializers.CharField(source="owner.username", read_only=True)

    class Meta:
        model = SavedSearch
        fields = ["id", "name", "query", "sort", "version", "is_shared", "owner", "kept_at"]
        read_only_fields = ["version", "kept_at"]
        extra_kwargs = {"is_shared": {"help_text": "with all who read the archive"}}


class ChangedSearchSerializer(KnownFields, serializers.ModelSerializer):
    """What a kept search is called, and who sees it."""

    class Meta:
        model = SavedSearch
        fields = ["name", "is_shared"]
        extra_kwargs = {"is_shared": {"required": False}, "name": {"required": False}}


class NewItemsSerializer(serializers.Serializer):
    """What the search finds now and did not find when its reader last looked."""

    items = serializers.ListField(
        child=serializers.IntegerField(), source="keys", help_text="the latest added first, at most 2,000"
    )
    is_capped = serializers.BooleanField(help_text="there are more")
    is_by_added = serializers.BooleanField(
        help_text="the search finds more than 2,000: new is what was added to the archive since"
    )
    looked_at = serializers.DateTimeField(allow_null=True, help_text="null: never, and nothing is new")
    total = serializers.IntegerField(allow_null=True, help_text="that it finds in all; null: more than 2,000")


class WholeSearchSerializer(SavedSearchSerializer):
    """A kept search, how it is read today, and what is new in it."""

    is_understood = serializers.BooleanField(read_only=True)
    told = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="what has changed in how it is read"
    )
    new = NewItemsSerializer(read_only=True)
    shown_at = serializers.DateTimeField(read_only=True, help_text="when this was asked, to be sent on to `look/`")

    class Meta(SavedSearchSerializer.Meta):
        fields = [*SavedSearchSerializer.Meta.fields, "is_understood", "told", "new", "shown_at"]


class LookedSerializer(KnownFields, serializers.Serializer):
    """Up to when somebody has looked."""

    shown_at = serializers.DateTimeField(
        required=False, help_text="as GET told it, so that what came or changed since stays new; else now"
    )


class SavedSearches(KnownParameters, generics.ListCreateAPIView):
    """One's own searches and those that others share, by name. POST keeps one."""

    queryset = SavedSearch.objects.none()
    serializer_class = SavedSearchSerializer
    permission_classes = [KeepsSearches]
    filter_backends: list[Any] = []

    def known_parameters(self) -> Iterable[str]:
        return PAGING if self.request.method != "POST" else ()

    def get_queryset(self) -> Any:
        return SavedSearch.objects.visible_to(self.request.user).select_related("owner").order_by("name", "pk")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        try:
            search = keep_search(
                {"q": given["text"], "sort": given["sort"]},
                name=given["name"],
                is_shared=given.get("is_shared", False),
                by=request.user,
                at=timezone.now(),
            )
        except NotDone as problem:
            raise ValidationError({"query": [str(problem)]}) from problem
        return Response(self.get_serializer(search).data, status=201)


class OneSavedSearch(KnownParameters):
    """One kept search."""

    permission_classes = [KeepsSearches]

    def _search(self, search_id: int, *, own: bool = False) -> SavedSearch:
        rows = SavedSearch.objects.visible_to(self.request.user).select_related("owner")
        search = rows.filter(pk=search_id).first()
        if search is None:
            raise NotFound(_("There is no such search, or it is not shared with you."))
        if own and search.owner_id != self.request.user.pk:
            raise PermissionDenied(
                _("This search is %(name)s’s, who alone can change it.") % {"name": search.owner}
            )  # fmt: skip
        return search

    @extend_schema(responses=WholeSearchSerializer)
    def get(self, request: Request, search_id: int) -> Response:
        """Return the search with what is new in it; asking counts nothing as looked at."""
        search, shown_at = self._search(search_id), timezone.now()
        read = read_search(search, request.user)
        told = {"is_understood": read.is_understood, "told": read.told, "new": new_items(search, person=request.user)}
        for name, value in (told | {"shown_at": shown_at}).items():
            setattr(search, name, value)
        return Response(WholeSearchSerializer(search).data)

    @extend_schema(request=ChangedSearchSerializer, responses=SavedSearchSerializer)
    def patch(self, request: Request, search_id: int) -> Response:
        search = self._search(search_id, own=True)
        form = ChangedSearchSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        refuse_nothing(form.validated_data)
        try:
            search = change_search(search, by=request.user, **form.validated_data)
        except NotDone as problem:
            raise ValidationError({"name": [str(problem)]}) from problem
        return Response(SavedSearchSerializer(search).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, search_id: int) -> Response:
        try:
            remove_search(self._search(search_id, own=True), by=request.user)
        except NotDone as problem:
            raise NotFound(str(problem)) from problem
        return Response(status=204)


class LookAtSavedSearch(OneSavedSearch):
    """Count what the search found at a moment as looked at: what came or changed since is new."""

    get = patch = delete = None
    http_method_names = ["post", "options"]

    @extend_schema(request=LookedSerializer, responses={204: None})
    def post(self, request: Request, search_id: int) -> Response:
        search, form, now = self._search(search_id), LookedSerializer(data=request.data), timezone.now()
        form.is_valid(raise_exception=True)
        look(search, person=request.user, at=min(form.validated_data.get("shown_at", now), now))
        return Response(status=204)
