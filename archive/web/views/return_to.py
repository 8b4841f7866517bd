"""Where a form leads back to: the page that it stands on, with its search or its filters."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def return_to(request: HttpRequest, otherwise: str) -> str:
    """Return the page of this site that the form or the address names in `next`, else the other one."""
    page = request.POST.get("next") or request.GET.get("next") or ""
    is_here = url_has_allowed_host_and_scheme(page, {request.get_host()})
    # A word alone would be taken for the name of a view.
    return page if is_here and page.startswith("/") else otherwise


def back_to_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Go back to the page that the form stands on, else to the item in its search."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    item_page = reverse("item", args=[item_id]) + query
    page = return_to(request, item_page)
    if request.htmx and page != item_page:
        # A swap wants the one item only: the page may have moved on meanwhile.
        page += f"{'&' if '?' in page else '?'}item={item_id}"
    return redirect(page)
