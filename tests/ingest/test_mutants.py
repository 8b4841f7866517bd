"""Damaged files by the dozen: each ends as a line with an outcome and a reason; none stops a worker or another file."""

import pytest

pytestmark = pytest.mark.django_db(transaction=True)

SEED = 20240618
OF_EACH, OF_THE_CORPUS = 8, 40
