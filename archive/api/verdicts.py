"""What is decided on the six questions of a review, and to decide: on one item, or one answer for many."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.models import User
from archive.accounts.permissions import may
from archive.accounts.roles import NotAllowed
from archive.api.problems import KnownFields, KnownParameters
from archive.catalogue.models import Item
from archive.ledger.not_done import DecidedMeanwhile, NotDone
from archive.provenance.checks.finding import Question
from archive.review.batch_verdicts import MOST, Answer, Obstacle, Prospect, judge_each, prospects
from archive.review.models import Verdict
from archive.review.second_readings import NoLongerAsked, read_second
from archive.review.shown_verdicts import reads_verdicts, standpoints_for
from archive.review.verdicts import LONGEST_REASON, ChangedMeanwhile, SecondReadingAsked, judge
from archive.standards.whole_numbers import whole_number

QUESTIONS = [question.value for question in Question]
# A row whose number is none of an item that the sender may see.
NOT_FOUND = "NOT_FOUND"


class VerdictSerializer(serializers.ModelSerializer):
    """What a person holds of a question: word, ground, reason."""

    judged_by = serializers.CharField(source="judged_by.username")
    let_go = serializers.CharField(
        source="let_go.reason", read_only=True, allow_null=True, help_text="why its second reading was let go unread"
    )

    class Meta:
        model = Verdict
        fields = ["id", "word", "reason_code", "reason", "is_advice", "second_of", "let_go", "judged_at", "judged_by"]


class StandpointSerializer(serializers.Serializer):
    """
    One question: the verdict that holds, the second reading of it, the advice since, and what changed since.

    Of a verdict that waits for a second reading nobody is told but who gave it.
    """

    question = serializers.ChoiceField(QUESTIONS)
    is_open = serializers.BooleanField(help_text="no verdict holds")
    is_to_be_looked_at = serializers.BooleanField(help_text="what the verdict rests on is no longer what it was")
    is_waiting = serializers.BooleanField(help_text="for a second reading, by somebody who is not told of the first")
    is_dissent = serializers.BooleanField(help_text="read twice, and the second says otherwise: it is open")
    verdict = VerdictSerializer(allow_null=True)
    second = VerdictSerializer(allow_null=True)
    advice = VerdictSerializer(many=True)
    changes = serializers.ListField(child=serializers.CharField(), help_text="since the verdict, in words")
    seen = serializers.IntegerField(help_text="to be sent with a verdict")
    basis = serializers.CharField(source="basis_digest", help_text="to be sent with a verdict: what it would rest on")


class AnswerSerializer(KnownFields, serializers.Serializer):
    """A word on a question, the ground it rests on, and the reason in words."""

    question = serializers.ChoiceField(QUESTIONS)
    word = serializers.ChoiceField(Verdict.Word.choices)
    reason_code = serializers.ChoiceField(Verdict.Reason.choices)
    reason = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True, default="")


class GivenSerializer(AnswerSerializer):
    """A verdict on one item, with what its sender was shown of the question."""

    seen = serializers.IntegerField(min_value=0, max_value=2**63 - 1)
    basis = serializers.CharField(max_length=64)
    is_second = serializers.BooleanField(default=False, help_text="a second reading, of a question that waits for one")


class BatchSerializer(AnswerSerializer):
    """One answer for many items; with `dry_run` what it would be on each, and nothing is written."""

    items = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), allow_empty=False, max_length=MOST
    )
    shown = serializers.DictField(
        child=serializers.CharField(max_length=64, allow_blank=True),
        default=dict,
        help_text="`shown` of each row of the dry run, by the number of the item; without it the item is left out",
    )
    is_against = serializers.BooleanField(default=False, help_text="support also what something speaks against")
    is_instead = serializers.BooleanField(default=False, help_text="also in the place of a verdict that holds")
    dry_run = serializers.BooleanField(default=False)


class ProspectSerializer(serializers.Serializer):
    """What became of the answer on one item, or with `dry_run` would."""

    item = serializers.IntegerField()
    is_given = serializers.BooleanField()
    obstacles = serializers.ListField(
        child=serializers.ChoiceField([*Obstacle.values, NOT_FOUND]), help_text="why it is not given, also if overcome"
    )
    against = serializers.ListField(
        child=serializers.CharField(), help_text="contested properties, and checks that contradict it or are unreadable"
    )
    shown = serializers.CharField(allow_blank=True)


class BatchAnswerSerializer(serializers.Serializer):
    given = serializers.IntegerField(help_text="number of items")
    results = ProspectSerializer(many=True)


class ReadsVerdicts(BasePermission):
    message = "Verdicts are for archive staff: sign in, or send a token."

    def has_permission(self, request: Request, view: Any) -> bool:
        return reads_verdicts(request.user)


class JudgesMany(BasePermission):
    message = "Only a moderator may give verdicts on several items at once."

    def has_permission(self, request: Request, view: Any) -> bool:
        return may(request.user, "review.judge_item")


class ShownIsOver(APIException):
    """What the sender was shown is no longer so."""

    status_code = 409


class ItemVerdicts(KnownParameters):
    """
    The six questions on an item. POST gives a verdict; of an archivist it is kept as advice.

    `seen` and `basis` are those of the question as it was read: where it has changed since, the answer is 409. With
    `is_second` it is the second reading of a question that waits for one.
    """

    permission_classes = [ReadsVerdicts]

    def known_parameters(self) -> Iterable[str]:
        return ()

    def _item(self, item_id: int) -> Item:
        item = Item.objects.visible_to(self.request.user).filter(pk=item_id).first()
        if item is None:
            raise NotFound(_("There is no such item, or it is not for everybody to see."))
        return item

    @extend_schema(responses=StandpointSerializer(many=True))
    def get(self, request: Request, item_id: int) -> Response:
        item = self._item(item_id)
        return Response(StandpointSerializer(standpoints_for(request.user, [item])[item.pk], many=True).data)

    @extend_schema(request=GivenSerializer, responses={201: VerdictSerializer})
    def post(self, request: Request, item_id: int) -> Response:
        item, form = self._item(item_id), GivenSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        given |= {"question": Question(given["question"]), "seen_basis": given.pop("basis")}
        try:
            verdict = _give(item, given, request.user)
        except (DecidedMeanwhile, ChangedMeanwhile, SecondReadingAsked, NoLongerAsked) as change:
            raise ShownIsOver(str(change)) from change
        except NotDone as problem:
            raise ValidationError({"reason": [str(problem)]}) from problem
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return Response(VerdictSerializer(verdict).data, status=201)


def _give(item: Item, given: dict[str, Any], by: User) -> Verdict:
    if not given.pop("is_second"):
        return judge(item, by=by, **given)
    del given["seen"]
    return read_second(item, by=by, **given)


class BatchVerdicts(KnownParameters):
    """
    One answer for many items, each with a verdict of its own.

    Send it with `dry_run` first, and then with `shown` of its rows. What it is not given on is told, item by item:
    what something speaks against and what has a verdict already only where `is_against` and `is_instead` say so.
    """

    permission_classes = [JudgesMany]

    def known_parameters(self) -> Iterable[str]:
        return ()

    @extend_schema(request=BatchSerializer, responses=BatchAnswerSerializer)
    def post(self, request: Request) -> Response:
        form = BatchSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data
        answer = Answer(
            **{name: sent[name] for name in ("word", "reason_code", "reason", "is_against", "is_instead")},
            question=Question(sent["question"]),
        )
        items = Item.objects.visible_to(request.user).filter(pk__in=sent["items"]).order_by("pk")
        try:
            if sent["dry_run"]:
                rows = prospects(items, answer, by=request.user, at=timezone.now())
            else:
                rows = judge_each(items, answer, by=request.user, shown=_by_number(sent["shown"]))
        except NotDone as problem:
            raise ValidationError({"reason": [str(problem)]}) from problem
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        results = [*map(_told, rows), *_not_found(sent["items"], rows)]
        return Response(BatchAnswerSerializer({"given": sum(row.is_given for row in rows), "results": results}).data)


def _by_number(shown: dict[str, str]) -> dict[int, str]:
    """
    Return what was shown by the number of the item.

    :raises ValidationError: a name that is no number
    """
    numbers = {name: whole_number(name) for name in shown}
    if wrong := [name for name, number in numbers.items() if number is None]:
        raise ValidationError({"shown": [_("“%(name)s” is no number of an item.") % {"name": wrong[0][:80]}]})
    return {numbers[name]: value for name, value in shown.items()}


def _told(row: Prospect) -> dict[str, Any]:
    return {
        "item": row.item.pk,
        "is_given": row.is_given,
        "obstacles": [str(obstacle) for obstacle in row.obstacles],
        "against": row.against,
        "shown": row.shown,
    }


def _not_found(asked: Iterable[int], rows: Iterable[Prospect]) -> Iterable[dict[str, Any]]:
    """Tell what the sender may not see, or is not there, as each other row: nothing is dropped unsaid."""
    for key in sorted(set(asked) - {row.item.pk for row in rows}):
        yield {"item": key, "is_given": False, "obstacles": [NOT_FOUND], "against": [], "shown": ""}
