"""Folders: list, make, describe and remove them; put items in, order them, note something beside them."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.api.pagination import PAGING
from archive.api.problems import KnownFields, KnownParameters, refuse_nothing, refuse_unseen
from archive.catalogue.models import Item
from archive.folders.fill_folders import (
    MOST_AT_ONCE,
    NotOpen,
    change_folder,
    make_folder,
    move,
    note_beside,
    put_in,
    remove_folder,
    take_out,
)
from archive.folders.models import Folder, FolderEntry
from archive.folders.shown_notes import notes_for
from archive.ledger.not_done import NotDone


class KeepsFolders(BasePermission):
    message = "Folders are for readers of the archive: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.has_perm("folders.add_folder")


class FolderSerializer(KnownFields, serializers.ModelSerializer):
    """A folder; its items have an address of their own."""

    owner = serializers.CharField(source="owner.username", read_only=True)
    items = serializers.IntegerField(source="number", read_only=True, help_text="how many of its items you may see")

    class Meta:
        model = Folder
        fields = ["id", "name", "note", "sharing", "owner", "made_at", "changed_at", "items"]
        read_only_fields = ["made_at", "changed_at"]
        extra_kwargs = {"note": {"max_length": 5000}, "sharing": {"required": False}}


class FolderEntrySerializer(serializers.ModelSerializer):
    """An item in a folder, in its order."""

    added_by = serializers.CharField(source="added_by.username")

    class Meta:
        model = FolderEntry
        fields = ["item", "note", "added_by", "added_at"]


class PutSerializer(KnownFields, serializers.Serializer):
    """Items to put in at the end, in this order."""

    items = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**53 - 1), min_length=1, max_length=MOST_AT_ONCE
    )


class PutInSerializer(serializers.Serializer):
    added = serializers.IntegerField(help_text="that were not in it before")


class ChangedEntrySerializer(KnownFields, serializers.Serializer):
    """A note in the place of the one before, and the item before which this one goes; null: to the end."""

    note = serializers.CharField(max_length=5000, allow_blank=True, required=False)
    seen = serializers.CharField(
        allow_blank=True, required=False, help_text="the note as you read it: where another stands now, it is kept"
    )
    before = serializers.IntegerField(min_value=1, max_value=2**53 - 1, allow_null=True, required=False)


def _told(folders: Iterable[Folder], user: Any) -> list[dict[str, Any]]:
    folders = list(folders)
    numbers = FolderEntry.objects.visible_to(user).numbers(folders)
    for folder in folders:
        folder.number = numbers.get(folder.pk, 0)
    return FolderSerializer(folders, many=True).data


def _told_entries(entries: Iterable[FolderEntry], user: Any) -> list[dict[str, Any]]:
    entries = list(entries)
    notes = notes_for(user, {entry.item_id: entry.note for entry in entries})
    for entry in entries:
        entry.note = notes.get(entry.item_id, "")
    return FolderEntrySerializer(entries, many=True).data


class Folders(KnownParameters, generics.ListCreateAPIView):
    """One's own folders and those that others share, by name. POST makes one."""

    queryset = Folder.objects.none()
    serializer_class = FolderSerializer
    permission_classes = [KeepsFolders]
    filter_backends: list[Any] = []

    def known_parameters(self) -> Iterable[str]:
        return PAGING if self.request.method != "POST" else ()

    def get_queryset(self) -> Any:
        return Folder.objects.visible_to(self.request.user).select_related("owner").order_by("normalised", "pk")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.get_paginated_response(_told(self.paginate_queryset(self.get_queryset()), request.user))

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            folder = make_folder(by=request.user, at=timezone.now(), **form.validated_data)
        except NotDone as problem:
            raise ValidationError({"name": [str(problem)]}) from problem
        return Response(_told([folder], request.user)[0], status=201)


class OfFolder(KnownParameters):
    """What all addresses of one folder share."""

    permission_classes = [KeepsFolders]

    def folder(self) -> Folder:
        rows = Folder.objects.visible_to(self.request.user).select_related("owner")
        folder = rows.filter(pk=self.kwargs["folder_id"]).first()
        if folder is None:
            raise NotFound(_("There is no such folder, or it is not shared with you."))
        return folder

    def own_folder(self) -> Folder:
        folder = self.folder()
        if folder.owner_id != self.request.user.pk:
            raise PermissionDenied(_("This folder is %(name)s’s, who alone can change it.") % {"name": folder.owner})
        return folder


class OneFolder(OfFolder):
    """One folder."""

    @extend_schema(responses=FolderSerializer)
    def get(self, request: Request, folder_id: int) -> Response:
        return Response(_told([self.folder()], request.user)[0])

    @extend_schema(request=FolderSerializer(partial=True), responses=FolderSerializer)
    def patch(self, request: Request, folder_id: int) -> Response:
        folder = self.own_folder()
        form = FolderSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        refuse_nothing(form.validated_data)
        try:
            folder = change_folder(folder, by=request.user, **form.validated_data)
        except NotDone as problem:
            raise ValidationError({"name": [str(problem)]}) from problem
        return Response(_told([folder], request.user)[0])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, folder_id: int) -> Response:
        try:
            remove_folder(self.own_folder(), by=request.user)
        except NotDone as problem:
            raise NotFound(str(problem)) from problem
        return Response(status=204)


class FolderItems(OfFolder, generics.ListAPIView):
    """The items of a folder that you may see, in its order. POST puts items in; those in it stay where they are."""

    queryset = FolderEntry.objects.none()
    serializer_class = FolderEntrySerializer
    filter_backends: list[Any] = []

    def known_parameters(self) -> Iterable[str]:
        return PAGING if self.request.method != "POST" else ()

    def get_queryset(self) -> Any:
        return self.folder().entries.visible_to(self.request.user).select_related("added_by").in_order()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.get_paginated_response(_told_entries(self.paginate_queryset(self.get_queryset()), request.user))

    @extend_schema(request=PutSerializer, responses=PutInSerializer)
    def post(self, request: Request, folder_id: int) -> Response:
        folder, form = self.folder(), PutSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        keys = form.validated_data["items"]
        refuse_unseen(keys, Item.objects.visible_to(request.user).among(keys))
        try:
            return Response({"added": put_in(folder, keys, by=request.user, at=timezone.now())})
        except NotDone as problem:
            raise ValidationError({"items": [str(problem)]}) from problem


class FolderItem(OfFolder):
    """One item in a folder: note something beside it, move it, take it out."""

    @extend_schema(request=ChangedEntrySerializer, responses=FolderEntrySerializer)
    def patch(self, request: Request, folder_id: int, item_id: int) -> Response:
        folder, now = self.folder(), timezone.now()
        form = ChangedEntrySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        refuse_nothing({name: value for name, value in given.items() if name != "seen"})
        self._entry(folder, item_id)
        try:
            with transaction.atomic():
                if "note" in given:
                    seen = given.get("seen")
                    note_beside(folder, item_id, note=given["note"], seen=seen, by=request.user, at=now)
                if "before" in given:
                    move(folder, item_id, before=given["before"], by=request.user, at=now)
        except NotOpen as problem:
            raise PermissionDenied(str(problem)) from problem
        except NotDone as problem:
            raise ValidationError(str(problem)) from problem
        return Response(_told_entries([self._entry(folder, item_id)], request.user)[0])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, folder_id: int, item_id: int) -> Response:
        folder = self.folder()
        self._entry(folder, item_id)
        try:
            take_out(folder, item_id, by=request.user, at=timezone.now())
        except NotDone as problem:
            raise PermissionDenied(str(problem)) from problem
        return Response(status=204)

    def _entry(self, folder: Folder, item_id: int) -> FolderEntry:
        entries = folder.entries.visible_to(self.request.user).select_related("added_by")
        entry = entries.filter(item__pk=item_id).first()
        if entry is None:
            raise NotFound(_("This item is not in the folder, or it is not open to you."))
        return entry
