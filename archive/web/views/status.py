"""How the site stands, for whoever looks after it."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from archive.operation.status import State, findings


@never_cache
@login_required
@permission_required("operation.view_process", raise_exception=True)
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    everything = findings(now=now)
    bad = sum(finding.state != State.GOOD for finding in everything)
    return render(request, "status.html", {"findings": everything, "bad": bad, "now": now})
