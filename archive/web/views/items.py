"""The item page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from archive.catalogue.models import Item


def item(request: HttpRequest, item_id: int) -> HttpResponse:
    found = get_object_or_404(Item.objects.visible_to(request.user).with_card(), pk=item_id)
    return render(request, "base.html", {"item": found})
