"""A long list in portions, for statements and transactions that take so much and no more."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the values in their order, `size` of them at once, the last time what is left."""
    return (values[start : start + size] for start in range(0, len(values), size))
