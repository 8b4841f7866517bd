"""The addresses of the site: pages, and the same records as JSON."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("archive.api.urls")),
    path("", include("archive.web.urls")),
]

handler400 = "archive.web.views.errors.bad_request"
handler403 = "archive.web.views.errors.permission_denied"
handler404 = "archive.web.views.errors.page_not_found"
handler500 = "archive.web.views.errors.server_error"
