"""Keeping places, events and outlets: adding one, letting one stand for another, and taking that back."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.permissions import may
from archive.api.problems import KnownFields
from archive.authorities.edit_records import Nameless
from archive.authorities.likely_duplicates import LikelyDuplicates
from archive.authorities.merge_records import CannotMerge, CannotUnmerge, why_not
from archive.authorities.models import Event, Outlet, Place
from archive.authorities.record_tree import CannotNest
from archive.ingest.wake_worker import wake
from archive.review import authority_records
from archive.standards.edtf import InvalidEDTF, parse
from archive.standards.problem_details import MEDIA_TYPE

Record = Place | Event | Outlet
INTO = OpenApiParameter("into", str, required=True, description="slug of the record that is to stand for both")
_FARTHEST_METRES = 20_000_000


class KeepsRecords(BasePermission):
    """Everybody reads; who may add or change records of a sort does that."""

    message = "Places, events and outlets are kept by archivists: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        verb = {"create": "add", "merge": "change", "do_merge": "change", "unmerge": "change", "do_unmerge": "change"}
        if view.action not in verb:
            return True
        return may(request.user, f"authorities.{verb[view.action]}_{view.queryset.model._meta.model_name}")


class MayBeThereAlready(APIException):
    """Records that the sender has not said to have seen may be the one that is to be added."""

    status_code = 409

    def __init__(self, refusal: LikelyDuplicates, counts: dict[int, int]) -> None:
        likely = [
            {
                "slug": each.record.slug,
                "name": each.record.name,
                "kind": each.record.kind,
                "items": counts.get(each.record.pk, 0),
                "reasons": [str(reason) for reason in each.reasons],
            }
            for each in refusal.likely
        ]
        slugs = ", ".join(row["slug"] for row in likely)
        sentence = _("There may be a record of it already: %(slugs)s. If it is another, send these as `seen`.")
        super().__init__(sentence % {"slugs": slugs})
        self.more = {"likely": likely}


class LikelyRecordSerializer(serializers.Serializer):
    slug = serializers.SlugField(help_text="to be sent as `seen`, where it is another")
    name = serializers.CharField()
    kind = serializers.CharField()
    items = serializers.IntegerField(help_text="how many name it, as far as you may see them")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="why it may be the same, in words")


class MayBeThereAlreadySerializer(serializers.Serializer):
    """An error (RFC 9457), with the records that may be the one that was to be added."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    likely = LikelyRecordSerializer(many=True)


def added(serializer: type[serializers.Serializer]) -> dict[Any, Any]:
    """Return what adding a record answers, for the schema."""
    words = "there may be a record of it already: `likely` names each; nothing was added"
    refused = OpenApiResponse(MayBeThereAlreadySerializer, description=words)
    return {201: serializer, (409, MEDIA_TYPE): refused}


class FurtherNameSerializer(KnownFields):
    name = serializers.CharField(max_length=200)
    language = serializers.CharField(max_length=12, allow_blank=True, default="", help_text="BCP 47; empty: unknown")


def _country() -> serializers.RegexField:
    return serializers.RegexField(r"^[A-Za-z]{2}\Z", required=False, default="", help_text="two letters, such as GB")


def _seen() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.SlugField(max_length=120),
        max_length=100,
        default=list,
        help_text="slugs of records that may be the same and, so you say, are others: those that a refusal names",
    )


class AddPlaceSerializer(KnownFields):
    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(Place.Kind.choices)
    parent = serializers.SlugRelatedField(
        slug_field="slug", queryset=Place.objects.standing(), allow_null=True, default=None, help_text="it lies in this"
    )
    latitude_degrees = serializers.FloatField(min_value=-90, max_value=90, allow_null=True, default=None)
    longitude_degrees = serializers.FloatField(min_value=-180, max_value=180, allow_null=True, default=None)
    radius_metres = serializers.IntegerField(
        min_value=1, max_value=_FARTHEST_METRES, allow_null=True, default=None, help_text="how far it reaches"
    )
    names = FurtherNameSerializer(many=True, default=list)
    country_code = _country()
    seen = _seen()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["latitude_degrees"] is None) != (attrs["longitude_degrees"] is None):
            raise ValidationError({"longitude_degrees": [_("Give latitude and longitude together, or neither.")]})
        return attrs | {"names": [(each["name"], each["language"]) for each in attrs["names"]]}


class AddEventSerializer(KnownFields):
    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(Event.Kind.choices)
    date_edtf = serializers.CharField(max_length=100, allow_blank=True, default="", help_text="EDTF, such as 2024-06")
    parent = serializers.SlugRelatedField(
        slug_field="slug", queryset=Event.objects.standing(), allow_null=True, default=None, help_text="part of this"
    )
    places = serializers.SlugRelatedField(
        slug_field="slug", queryset=Place.objects.standing(), many=True, default=list, help_text="slugs of places"
    )
    description = serializers.CharField(max_length=5000, allow_blank=True, default="")
    seen = _seen()

    def validate_date_edtf(self, written: str) -> str:
        try:
            return parse(written).edtf if written else ""
        except InvalidEDTF as problem:
            raise ValidationError(str(problem)) from problem


class AddOutletSerializer(KnownFields):
    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(Outlet.Kind.choices)
    aliases = serializers.ListField(
        child=serializers.CharField(max_length=200), max_length=100, default=list, help_text="as credits are printed"
    )
    country_code = _country()
    website = serializers.URLField(max_length=200, allow_blank=True, default="")
    seen = _seen()


class MergeSerializer(KnownFields):
    into = serializers.SlugField(max_length=120, help_text="slug of the record that is to stand for both")
    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")


class UnmergeSerializer(KnownFields):
    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")


class SideSerializer(serializers.Serializer):
    """One of two records that may become one, and how much hangs on it."""

    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    items = serializers.IntegerField(help_text="that lead to it, as far as you may see them")
    claims = serializers.IntegerField(help_text="that name it")
    beneath = serializers.IntegerField(help_text="records that stand directly in it")


class MergePreviewSerializer(serializers.Serializer):
    record = SideSerializer()
    into = SideSerializer()
    why_not = serializers.CharField(help_text="why the two cannot become one; empty: they can")


class UnmergePreviewSerializer(serializers.Serializer):
    """What taking a merge back would move, and what would stay."""

    record = serializers.CharField(help_text="slug")
    into = serializers.CharField(help_text="slug")
    merged_by = serializers.CharField()
    merged_at = serializers.DateTimeField()
    reason = serializers.CharField()
    names = serializers.ListField(child=serializers.CharField(), help_text="that go back")
    beneath = serializers.IntegerField(help_text="records that go back beneath it")
    claims = serializers.IntegerField(help_text="that name it, and would read it again")
    linked_since = serializers.IntegerField(help_text="claims on the other record made since: they stay there")


class RecordChangedSerializer(serializers.Serializer):
    """The record that stands now, and how much still follows: items are written anew by workers, some at a time."""

    slug = serializers.CharField()
    name = serializers.CharField()
    items_to_follow = serializers.IntegerField()


class KeptRecords:
    """What the addresses of the three sorts share, for whoever may keep them."""

    permission_classes = [KeepsRecords]
    add_serializer: type[KnownFields]

    @property
    def _model(self) -> Any:
        return self.queryset.model

    def _add(self, request: Request) -> Response:
        form = self.add_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        fields = dict(form.validated_data)
        seen = self._model.objects.filter(slug__in=fields.pop("seen")).values_list("pk", flat=True)
        try:
            made = authority_records.create(self._model, by=request.user, shown=list(seen), **fields)
        except Nameless as problem:
            raise ValidationError({"name": [str(problem)]}) from problem
        except CannotNest as problem:
            raise ValidationError({"parent": [str(problem)]}) from problem
        except LikelyDuplicates as refusal:
            keys = [each.record.pk for each in refusal.likely]
            raise MayBeThereAlready(
                refusal, authority_records.item_counts(self._model, keys, user=request.user)
            ) from refusal
        written = self.get_serializer(self.get_queryset().get(pk=made.pk))
        return Response(written.data, status=201)

    def _named(self, slug: str, **conditions: Any) -> Any:
        record = self._model.objects.select_related("merged_into").filter(slug=slug, **conditions).first()
        if record is None:
            kind = self._model._meta.verbose_name
            raise NotFound(
                _("There is no %(kind)s “%(asked)s” of which this can be done.") % {"kind": kind, "asked": slug}
            )
        return record

    def _into(self, slug: str) -> Any:
        into = self._model.objects.filter(slug=slug).first()
        if into is None:
            raise ValidationError({"into": [_("There is no such record: %(slug)s.") % {"slug": slug}]})
        return into

    @extend_schema(parameters=[INTO], responses=MergePreviewSerializer)
    @action(detail=True, methods=["get"])
    def merge(self, request: Request, slug: str) -> Response:
        """See what hangs on two records before one is let stand for both."""
        if not (written := request.query_params.get("into", "")):
            raise ValidationError({"into": [_("Name the other record by its slug.")]})
        record, into = self._named(slug, merged_into=None), self._into(written)
        sides = [authority_records.what_hangs_on(each, user=request.user) for each in (record, into)]
        told = {"record": sides[0], "into": sides[1], "why_not": why_not(record, into)}
        return Response(MergePreviewSerializer(told).data)

    @extend_schema(request=MergeSerializer, responses=RecordChangedSerializer)
    @merge.mapping.post
    def do_merge(self, request: Request, slug: str) -> Response:
        """Let another record stand for this one; its names, what stands in it and its links go over."""
        form = MergeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        record, into = self._named(slug), self._into(form.validated_data["into"])
        try:
            into = authority_records.merge(record, into=into, by=request.user, reason=form.validated_data["reason"])
        except (CannotMerge, CannotNest) as problem:
            raise ValidationError({"into": [str(problem)]}) from problem
        return self._changed(into)

    @extend_schema(responses=UnmergePreviewSerializer)
    @action(detail=True, methods=["get"])
    def unmerge(self, request: Request, slug: str) -> Response:
        """See what goes back to a merged record, and what stays."""
        record = self._named(slug, merged_into__isnull=False)
        try:
            told = authority_records.what_goes_back(record, user=request.user)
        except CannotUnmerge as problem:
            raise NotFound(str(problem)) from problem
        return Response(UnmergePreviewSerializer(told).data)

    @extend_schema(request=UnmergeSerializer, responses=RecordChangedSerializer)
    @unmerge.mapping.post
    def do_unmerge(self, request: Request, slug: str) -> Response:
        """Let a merged record stand by itself again."""
        form = UnmergeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        record = self._named(slug, merged_into__isnull=False)
        try:
            authority_records.unmerge(record, by=request.user, reason=form.validated_data["reason"])
        except (CannotUnmerge, CannotNest) as problem:
            raise ValidationError(str(problem)) from problem
        return self._changed(record)

    def _changed(self, record: Record) -> Response:
        wake()
        follow = authority_records.items_to_follow(record)
        told = {"slug": record.slug, "name": record.name, "items_to_follow": follow}
        return Response(RecordChangedSerializer(told).data)
