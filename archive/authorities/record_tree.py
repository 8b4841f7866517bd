"""Records that stand inside one another, found with everything beneath them in one comparison of text."""

from collections.abc import Sequence
from typing import Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from archive.ledger.not_done import NotDone
from archive.standards.batches import batches

# One width keeps siblings in the order of their keys up to a million records; wider keys still nest rightly.
_KEY_DIGITS = 6
_MOVED_AT_ONCE = 5000


# A path of twelve keys of nine digits fits its column; nothing in the world is nested so deep.
MOST_DEPTH = 12


class CannotNest(NotDone):
    """A record cannot stand there; the message says why."""


class WouldNestInItself(CannotNest):
    """A record was to stand beneath itself."""


class TooDeep(CannotNest):
    """A record, or one beneath it, would stand beneath more than `MOST_DEPTH` others."""


class NestedQuerySet(models.QuerySet):
    def beneath(self, record: "Nested") -> Self:
        """Narrow to the record and everything beneath it, merged records included."""
        return self.filter(path__startswith=record.path) if record.path else self.filter(pk=record.pk)


class Nested(models.Model):
    """A record with a parent of its own sort and the path of keys that leads down to it, itself included."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, db_index=True, editable=False, default="")

    class Meta:
        abstract = True

    @property
    def depth(self) -> int:
        return self.path.count("/") - 1

    @property
    def ancestor_ids(self) -> list[int]:
        """The keys of the records above, outermost first."""
        return [int(key) for key in self.path.split("/")[:-2]]


def with_those_above(records: Sequence[Nested]) -> None:
    """
    Link records with all that stands above them, so that nothing asks for a parent; one query.

    Of a page's places most stand beneath the same few, which joins would fetch with each of them.
    """
    if not records:
        return
    model = type(records[0])
    above = model.objects.in_bulk({key for record in records for key in record.ancestor_ids})
    for record in (*records, *above.values()):
        if record.parent_id in above:
            record.parent = above[record.parent_id]


def path_of(record: Nested, parent: Nested | None) -> str:
    return f"{parent.path if parent else ''}{record.pk:0{_KEY_DIGITS}d}/"


def nest(record: Nested, parent: Nested | None) -> None:
    """
    Put a stored record beneath another, with everything that stands beneath it; costs four queries.

    Called inside `revision.changing_names()`: of two moves at once the second sees where the first went.

    :raises WouldNestInItself: the parent is the record or stands beneath it
    :raises TooDeep: it would stand too deep, or something beneath it
    """
    model = type(record)
    # As it is now that nobody else moves anything, whatever the form of a minute ago says.
    paths = dict(model.objects.filter(pk__in=[record.pk, parent and parent.pk]).values_list("pk", "path"))
    former = paths[record.pk]
    if parent is not None:
        parent.path = paths[parent.pk]
        if parent.pk == record.pk or (former and parent.path.startswith(former)):
            raise WouldNestInItself(
                _("%(record)s cannot stand beneath %(parent)s: %(parent)s is part of it.")
                % {"record": record, "parent": parent}
            )
    record.parent, record.path = parent, path_of(record, parent)
    _refuse_too_deep(record, former)
    model.objects.filter(pk=record.pk).update(parent=parent, path=record.path)
    if former and former != record.path:
        below = model.objects.filter(Q(path__startswith=former) & ~Q(pk=record.pk))
        below.update(path=Concat(Value(record.path), Substr(F("path"), len(former) + 1)))


def move_all_beneath(record: Nested, into: Nested) -> list[int]:
    """
    Move what stands in one record into another, with all beneath it, however much that is; return the keys moved.

    Called inside `revision.changing_names()`.

    :raises TooDeep: something would stand too deep
    """
    model = type(record)
    beneath = model.objects.filter(path__startswith=record.path).exclude(pk=record.pk)
    longest = max(beneath.values_list("path", flat=True), key=lambda path: path.count("/"), default=record.path)
    depth = into.path.count("/") + longest.count("/") - record.path.count("/")
    if depth > MOST_DEPTH:
        raise _too_deep(record, depth)
    children = model.objects.filter(parent=record).order_by("pk")
    moved = list(children.values_list("pk", flat=True))
    beneath.update(path=Concat(Value(into.path), Substr(F("path"), len(record.path) + 1)))
    children.update(parent=into)
    return moved


def move_back_beneath(keys: list[int], former: Nested, record: Nested) -> list[int]:
    """
    Move those of these records that stand directly in one beneath another, with all beneath each; return their keys.

    However many there are it costs a few queries. Called inside `revision.changing_names()`.

    :raises TooDeep: something would stand too deep
    """
    model = type(record)
    # As they are now: either may have been moved since it was fetched.
    paths = dict(model.objects.filter(pk__in=[former.pk, record.pk]).values_list("pk", "path"))
    old, new = paths[former.pk], paths[record.pk]
    children = sorted(key for some in batches(keys, _MOVED_AT_ONCE) for key in _standing_in(model, former, some))
    wanted = {f"{old}{key:0{_KEY_DIGITS}d}/" for key in children}
    moved, deepest = [], 0
    for key, path in model.objects.filter(path__startswith=old).values_list("pk", "path").iterator():
        inner = path[len(old) :].partition("/")[0]
        if f"{old}{inner}/" in wanted:
            moved.append(key)
            deepest = max(deepest, path.count("/"))
    depth = new.count("/") + deepest - old.count("/")
    if moved and depth > MOST_DEPTH:
        raise _too_deep(record, depth)
    for some in batches(moved, _MOVED_AT_ONCE):
        model.objects.filter(pk__in=some).update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    for some in batches(children, _MOVED_AT_ONCE):
        model.objects.filter(pk__in=some).update(parent=record)
    return children


def _standing_in(model: type[Nested], parent: Nested, keys: list[int]) -> list[int]:
    return list(model.objects.filter(pk__in=keys, parent=parent).values_list("pk", flat=True))


def _refuse_too_deep(record: Nested, former: str) -> None:
    beneath = type(record).objects.filter(path__startswith=former) if former else type(record).objects.none()
    longest = max(beneath.values_list("path", flat=True), key=lambda path: path.count("/"), default=former)
    depth = record.path.count("/") + longest.count("/") - former.count("/")
    if depth > MOST_DEPTH:
        raise _too_deep(record, depth)


def _too_deep(record: Nested, depth: int) -> TooDeep:
    return TooDeep(
        _("%(record)s cannot stand there: records may be nested %(most)d deep, and this would make %(depth)d.")
        % {"record": record, "most": MOST_DEPTH, "depth": depth}
    )
