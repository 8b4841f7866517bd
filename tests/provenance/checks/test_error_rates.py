"""What the page tells of how often a check is right is what was measured of this very version."""

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
