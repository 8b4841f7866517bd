"""The addresses of the site: pages, and the same records as JSON."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("archive.api.urls")),
    path("", include("archive.web.urls")),
]
