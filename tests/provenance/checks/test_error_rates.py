"""What the page tells of how often a check is right is what was measured of this very version."""

import json
from pathlib import Path

from archive.provenance.checks import error_rates as error_rates_module
from archive.provenance.checks.all_checks import BY_SLUG
from archive.provenance.checks.error_rates import PLANTED, error_rates
from benchmarks.made_cases import PLANTED as MADE


def test_what_was_measured_is_told_of_that_version_alone() -> None:
    check = BY_SLUG["gps-against-place"]
    rates = error_rates(check.slug, check.version)

    assert rates is not None and rates.true > 100
    assert rates.false_alarms <= rates.true / 100
    assert {row.what for row in rates.planted} >= {"position moved 50 km", "position moved 500 km"}
    assert error_rates(check.slug, "another") is None
    assert error_rates("nothing", "1") is None


def test_every_planted_contradiction_has_its_words() -> None:
    assert set(PLANTED) == set(MADE)


def test_what_is_kept_was_measured_of_the_checks_as_they_are() -> None:
    """After a change of a check: `python benchmarks/checks.py --pairs 1200 --write`."""
    measured = json.loads(Path(error_rates_module.__file__).with_name("measured.json").read_text())["checks"]

    assert {slug: each["version"] for slug, each in measured.items()} == {
        slug: check.version for slug, check in BY_SLUG.items()
    }
