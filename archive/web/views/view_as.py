"""To look at the archive as a visitor or a researcher, and back."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from archive.web.viewing_as import PERMISSION, READERS, view_as
from archive.web.views.return_to import return_to


@login_required
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Look as the reader who is named, at the page from where this was asked; as oneself where none is."""
    reader = request.POST.get("reader", "")
    if reader and (reader not in READERS or not request.user.has_perm(PERMISSION)):
        raise PermissionDenied
    view_as(request, reader)
    return redirect(return_to(request, reverse("search")))
