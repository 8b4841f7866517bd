"""Lists of items are tested both ways: as SQL answers, and as the index does."""

from tests.indexing import answered_by  # noqa: F401 - a fixture
