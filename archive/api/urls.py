"""The addresses of the API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from archive.api import views
from archive.api.checks import Checks, ItemFindings
from archive.api.flags import ItemFlags
from archive.api.ledger import LedgerHead
from archive.api.proposals import CaptionProposals
from archive.api.status import Status

app_name = "api"

records = SimpleRouter()
records.register("items", views.Items, "item")
records.register("places", views.Places, "place")
records.register("events", views.Events, "event")
records.register("outlets", views.Outlets, "outlet")
records.register("articles", views.Articles, "article")
records.register("accessions", views.Accessions, "accession")

urlpatterns = [
    path("schema/", views.Schema.as_view(), name="schema"),
    path("v1/token/", views.Token.as_view(), name="token"),
    path("v1/search/by-image/", views.SearchByImage.as_view(), name="search-by-image"),
    path("v1/status/", Status.as_view(), name="status"),
    path("v1/ledger/head/", LedgerHead.as_view(), name="ledger-head"),
    path("v1/checks/", Checks.as_view(), name="checks"),
    path("v1/items/<int:item_id>/findings/", ItemFindings.as_view(), name="item-findings"),
    path("v1/captions/<int:caption_id>/proposals/", CaptionProposals.as_view(), name="caption-proposals"),
    path("v1/items/<int:item_id>/flags/", ItemFlags.as_view(), name="item-flags"),
    path("v1/", include(records.urls)),
    path("", views.NothingHere.as_view()),
    path("<path:rest>", views.NothingHere.as_view()),
]
