"""The page of all checks: what each does, what it cannot show, and what it found."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from archive.provenance.checks.all_checks import CHECKS
from archive.provenance.models import FindingCount
from archive.search.public import is_staff
from archive.web.presenters.findings import check_rows


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """List all checks; how many items each found what of is told to archive staff."""
    counts: dict[tuple[str, str], int] = {}
    if is_staff(request.user):
        numbers = FindingCount.objects.values_list("check_slug", "outcome", "number")
        counts = {(slug, outcome): number for slug, outcome, number in numbers}
    return render(request, "checks/checks.html", {"rows": check_rows(CHECKS, counts), "is_staff": bool(counts)})
