"""All checks, in the order in which they are shown. A new check is a file of its own and a line here."""

from archive.provenance.checks import date_against_first_publication
from archive.provenance.checks.finding import Check

CHECKS: tuple[Check, ...] = (date_against_first_publication.CHECK,)
BY_SLUG = {check.slug: check for check in CHECKS}
