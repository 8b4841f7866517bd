"""Where a form leads back to: the page that it stands on, with its search or its filters."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def back_to_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Go back to the page that the form names in `back`, of this site only, else to the item in its search."""
    back = request.POST.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        # A swap wants the one item only: the page may have moved on meanwhile.
        alone = f"{'&' if '?' in back else '?'}item={item_id}" if request.htmx else ""
        return redirect(back + alone)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("item", args=[item_id]) + query)
