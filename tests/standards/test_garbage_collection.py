import gc
import weakref
from collections.abc import Iterator

import pytest

from archive.standards.garbage_collection import collect_after, collecting_after, pass_over_what_is_there


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_garbage_is_looked_for_as_before_once_it_was_seldom_also_where_something_failed() -> None:
    before = gc.get_threshold()

    with pytest.raises(ZeroDivisionError), collecting_after(123_456):
        assert gc.get_threshold()[0] == 123_456
        raise ZeroDivisionError

    assert gc.get_threshold() == before


def test_garbage_is_looked_for_seldom_from_now_on() -> None:
    collect_after(123_456)

    assert gc.get_threshold()[0] == 123_456


def test_what_is_there_is_passed_over_but_no_garbage_is_kept() -> None:
    class Circle:
        def __init__(self) -> None:
            self.itself = self

    circle = Circle()
    garbage = weakref.ref(circle)
    del circle

    pass_over_what_is_there()

    assert gc.get_freeze_count() > 0
    assert garbage() is None
