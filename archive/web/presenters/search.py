"""The measures of small drawings that a page makes without a script: the bars of time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.search.find_items import Bar, Histogram

HEIGHT_PX = 44
_SMALLEST_PX = 2


@dataclass(frozen=True)
class Column:
    """One bar: certain items solid from the ground up, possible ones hatched above them."""

    bar: "Bar"
    left_percent: float
    width_percent: float
    certain_px: int
    possible_px: int

    @property
    def certain_top_px(self) -> int:
        return HEIGHT_PX - self.certain_px

    @property
    def possible_top_px(self) -> int:
        return self.certain_top_px - self.possible_px


def columns(histogram: "Histogram | None") -> list[Column]:
    """Lay the bars along their days, so that a gap in time is a gap on the page. One bar alone tells nothing: none."""
    if histogram is None or len(histogram.bars) < 2:
        return []
    first, last = histogram.bars[0].start, histogram.bars[-1].end
    span_days = (last - first).days + 1
    return [
        Column(
            bar=bar,
            left_percent=round((bar.start - first).days / span_days * 100, 3),
            width_percent=round(((bar.end - bar.start).days + 1) / span_days * 100, 3),
            certain_px=_height(bar.certain, histogram.highest),
            possible_px=_height(bar.possible, histogram.highest),
        )
        for bar in histogram.bars
    ]


def _height(count: int, highest: int) -> int:
    return max(_SMALLEST_PX, round(count / highest * HEIGHT_PX)) if count and highest else 0
