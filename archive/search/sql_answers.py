"""What a search page asks, answered by the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    F,
    FloatField,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Floor

from archive.authorities.models import Place
from archive.catalogue.audiences import readable_for
from archive.catalogue.models import ItemEvent, ItemOutlet, ItemPlace, ItemQuerySet
from archive.item_index.documents import LEVELS_TO_PUBLIC
from archive.provenance.models import CurrentFinding
from archive.review.models import CurrentVerdict
from archive.search.answers import Box, Cell, Neighbours, PlaceBeneath, Positions, Standing
from archive.search.conditions import overlapping, uncontested
from archive.search.day_spans import DaySpans
from archive.search.filters import LOCATIONS, ItemFilter
from archive.search.item_order import Order
from archive.standards.vocabulary import Property

_LINKS = {"event": ItemEvent, "outlet": ItemOutlet}
_PAIRS: dict[str, tuple[type[CurrentFinding] | type[CurrentVerdict], tuple[str, str]]] = {
    "finding": (CurrentFinding, ("check_slug", "outcome")),
    "verdict": (CurrentVerdict, ("question", "word")),
}


class SqlAnswers:
    """See `Answers`; one or two queries for each."""

    def __init__(self, asked: ItemFilter) -> None:
        self._asked = asked

    def total(self, *, without: Collection[str] = ()) -> int:
        return self._asked.narrowed(without=without).count()

    def certain_and_all(self) -> tuple[int, int]:
        touching = self._asked.narrowed(without={"dates"}).filter(overlapping(self._asked.dates))
        numbers = touching.aggregate(all=Count("pk"), certain=Count("pk", filter=self._asked.certain))
        return numbers["certain"], numbers["all"]

    def undated(self) -> int:
        return self._asked.narrowed(without={"dates", "undated"}).undated().count()

    def unplaced(self) -> int:
        return self._asked.narrowed(without={"place", "unplaced"}).unplaced().count()

    @property
    def _order(self) -> Order:
        return Order(self._asked.order, self._asked.form.cleaned_data["q"], audience=self._asked.audience)

    def keys(self, start: int, stop: int) -> list[int]:
        # Keys alone: a page far down is reached without fetching all that stands on the cards before it.
        return list(self._order.sorted(self._asked.narrowed()).values_list("pk", flat=True)[start:stop])

    def neighbours(self, item_id: int) -> Neighbours | None:
        items = self._asked.narrowed()
        around = self._order.around(items, item_id)
        if around is None:
            return None
        before, after = around
        return Neighbours(
            position=before.count() + 1,
            total=items.count(),
            previous_id=before.reverse().values_list("pk", flat=True).first(),
            next_id=after.values_list("pk", flat=True).first(),
        )

    def places(self, beneath: Sequence[Place | PlaceBeneath], *, first: Sequence[Place], most: int) -> dict[int, int]:
        keys, leading = [place.pk for place in beneath], [place.pk for place in first]
        # Keys written out lead both databases to the links by place, where a subquery leads them through every item.
        links = ItemPlace.objects.filter(readable_for(self._asked.audience), place__in=[*leading, *keys])
        items = self._asked.narrowed(without={"place", "unplaced"})
        if items.query.where:
            # Asked with IN, SQLite would look up every pair of a place and an item.
            links = links.filter(Exists(items.order_by().filter(pk=OuterRef("item"))))
        return _counts(links, "place", first=leading, most=most)

    def records(self, name: str, *, first: Sequence[int], most: int) -> dict[int, int]:
        items = self._asked.narrowed(without={name})
        links = _LINKS[name].objects.filter(readable_for(self._asked.audience))
        if items.query.where:
            links = links.filter(item__in=items.order_by().values("pk"))
        return _counts(links, name, first=first, most=most)

    def kinds(self) -> dict[str, int]:
        counted = self._asked.narrowed(without={"kind"}).order_by().values_list("kind").annotate(number=Count("pk"))
        return dict(counted)

    def values(self, name: str, *, without: Collection[str]) -> dict[Any, int]:
        items = self._asked.narrowed(without=without).order_by()
        if name in ("accession", "camera_model"):
            return dict(items.values_list(name).annotate(number=Count("pk")))
        model, columns = _PAIRS[name]
        rows = model.objects.filter(item__in=items.values("pk")).order_by()
        return {f"{of}={code}": number for of, code, number in rows.values_list(*columns).annotate(number=Count("pk"))}

    def lacking(self, name: str, *, without: Collection[str]) -> int:
        linked = _LINKS[name].objects.filter(readable_for(self._asked.audience))
        # Not as NOT IN, which PostgreSQL goes through for each item.
        return self._asked.narrowed(without=without).filter(~Exists(linked.filter(item=OuterRef("pk")))).count()

    def all_spans(self) -> DaySpans:
        items = self._asked.narrowed(without={"dates", "undated"}).dated()
        if self._asked.is_certain_only:
            # What lies within and is not contested, as a press on it will find.
            certain = uncontested(Property.DATE_CREATED)
            items = items.filter(certain & uncontested(*LOCATIONS) if self._asked.is_at_place else certain)
        rows = items.order_by().values_list("date_created_earliest", "date_created_latest")
        return DaySpans.of(rows.annotate(number=Count("pk"), contested=Value(0)))

    def states(self) -> dict[str, int]:
        # One query: each sort is counted under the others' conditions and not under its own.
        names = ("standing", "distressing", "check")
        of_standing, of_mark, of_check = (self._asked.conditions.get(name, Q()) for name in names)
        return self._asked.narrowed(without=names).aggregate(
            contested=Count("pk", filter=of_mark & of_check & Q(is_contested=True)),
            unreviewed=Count("pk", filter=of_mark & of_check & Q(is_reviewed=False)),
            reviewed=Count("pk", filter=of_mark & of_check & Q(is_reviewed=True)),
            distressing=Count("pk", filter=of_standing & of_check & Q(is_distressing=True)),
            contradictory=Count("pk", filter=of_standing & of_mark & Q(is_contradicted=True)),
        )

    def spans(self, *, by_month: bool = False) -> DaySpans:
        return DaySpans.of(
            self._asked.narrowed()
            .exclude(date_created_earliest=None)
            .order_by()
            .values("date_created_earliest", "date_created_latest")
            .annotate(
                number=Count("pk", filter=uncontested(Property.DATE_CREATED)),
                contested=Count("pk", filter=~uncontested(Property.DATE_CREATED)),
            )
            .values_list("date_created_earliest", "date_created_latest", "number", "contested")
        )

    def positions(self) -> Positions:
        numbers = positioned(self._asked).aggregate(
            total=Count("pk"),
            on_map=Count("pk", filter=Q(north__isnull=False)),
            cameras=Count("pk", filter=Q(is_by_camera=True)),
            south=Min("north"),
            west=Min("east"),
            far_north=Max("north"),
            far_east=Max("east"),
        )
        bounds = [numbers.pop(name) for name in ("south", "west", "far_north", "far_east")]
        return Positions(**numbers, whole=Box(*bounds) if numbers["on_map"] else None)

    def cells(self, box: Box, step_north: float, step_east: float) -> list[Cell]:
        rows = (
            positioned(self._asked)
            .filter(box.holds())
            .order_by()
            .annotate(row=Floor(F("north") / Value(step_north)), column=Floor(F("east") / Value(step_east)))
            .values("row", "column")
            .annotate(
                count=Count("pk"),
                cameras=Count("pk", filter=Q(is_by_camera=True)),
                middle_north=Avg("north"),
                middle_east=Avg("east"),
                south=Min("north"),
                west=Min("east"),
                far_north=Max("north"),
                far_east=Max("east"),
                first=Min("pk"),
                at_first=Min("at"),
                at_last=Max("at"),
                metres=Max("reach"),
            )
        )
        return [
            Cell(
                row=int(row["row"]),
                column=int(row["column"]),
                count=row["count"],
                cameras=row["cameras"],
                north=row["middle_north"],
                east=row["middle_east"],
                box=Box(row["south"], row["west"], row["far_north"], row["far_east"]),
                first=row["first"],
                place=row["at_first"] if not row["cameras"] and row["at_first"] == row["at_last"] else None,
                metres=row["metres"],
            )
            for row in rows
        ]

    def standing(self, box: Box, most: int) -> Standing:
        there = positioned(self._asked).filter(box.holds())
        places = there.aggregate(first=Min("at"), last=Max("at"), number=Count("pk"))
        newest = there.order_by(F("date_created_earliest").desc(nulls_last=True), "-pk")
        place = places["first"] if places["first"] == places["last"] else None
        return Standing(list(newest.values_list("pk", flat=True)[:most]), places["number"], place)


def positioned(asked: ItemFilter) -> ItemQuerySet:
    """Annotate where each item stands: `north`, `east`, the place `at`, `reach` in metres and `is_by_camera`."""
    items = asked.narrowed()
    if asked.is_public:
        paths = ["lead_place" + "__parent" * step for step in range(LEVELS_TO_PUBLIC)]

        def nearest(column: str, field: Any) -> Case:
            kinds = settings.PUBLIC_PLACE_KINDS
            found = [When(**{f"{path}__kind__in": kinds}, then=F(f"{path}__{column}")) for path in paths]
            return Case(*found, default=None, output_field=field)

        return items.annotate(
            north=nearest("latitude_degrees", FloatField()),
            east=nearest("longitude_degrees", FloatField()),
            at=nearest("id", IntegerField()),
            reach=nearest("radius_metres", FloatField()),
            is_by_camera=Value(False),
        )
    by_camera = Q(latitude_degrees__isnull=False)
    return items.annotate(
        north=Coalesce("latitude_degrees", "lead_place__latitude_degrees"),
        east=Coalesce("longitude_degrees", "lead_place__longitude_degrees"),
        at=Case(When(by_camera, then=None), default=F("lead_place_id"), output_field=IntegerField()),
        reach=Case(
            When(by_camera, then=F("uncertainty_metres")),
            default=F("lead_place__radius_metres"),
            output_field=FloatField(),
        ),
        is_by_camera=Case(When(by_camera, then=Value(True)), default=Value(False)),
    )


def _counts(links: QuerySet, name: str, *, first: Sequence[int], most: int) -> dict[int, int]:
    counted = links.order_by().values_list(name).annotate(number=Count("item"))
    # Of no keys the case would be a bare 1, and "ORDER BY 1" is by the first column.
    before = [Case(When(**{f"{name}__in": first}, then=Value(0)), default=Value(1))] if first else []
    return dict(counted.order_by(*before, "-number", name)[: most + len(first)])
