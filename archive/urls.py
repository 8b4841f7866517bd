"""The addresses of the site: pages, and the same records as JSON."""

from django.urls import include, path

from archive.api.exports import ExportBag
from archive.api.lists import Lists
from archive.web.views.exports import bag_of
from archive.web.views.lists import hand_out_list

urlpatterns = [
    path("api/v1/exports/<int:export_id>/bag/", ExportBag.as_view(hand_out=bag_of), name="api-export-bag"),
    path("api/v1/lists/", Lists.as_view(hand_out=hand_out_list), name="api-lists"),
    path("api/", include("archive.api.urls")),
    path("", include("archive.web.urls")),
]

handler400 = "archive.web.views.errors.bad_request"
handler403 = "archive.web.views.errors.permission_denied"
handler404 = "archive.web.views.errors.page_not_found"
handler500 = "archive.web.views.errors.server_error"
