"""The addresses of the API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from archive.api import views
from archive.api.acts import Acts, UndoAct
from archive.api.agreement import ReadingAgreement
from archive.api.audit import Audit
from archive.api.checks import Checks, ItemFindings
from archive.api.citations import ItemCitation
from archive.api.corrections import Corrections
from archive.api.exports import ExportList, ExportState
from archive.api.flags import ItemFlags
from archive.api.folders import FolderItem, FolderItems, Folders, OneFolder
from archive.api.ledger import LedgerHead
from archive.api.orientation import ItemOrientation
from archive.api.proposals import CaptionProposals
from archive.api.saved_searches import LookAtSavedSearch, OneSavedSearch, SavedSearches
from archive.api.spans import ItemSpan, ItemSpans, SpanClaimRetractions, SpanClaims, SpanRetractions, SpanSheet
from archive.api.status import Status
from archive.api.verdicts import BatchVerdicts, ItemVerdicts
from archive.api.withdrawals import ItemDestruction, ItemWithdrawal, Withdrawals

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
    path("v1/audit/", Audit.as_view(), name="audit"),
    path("v1/review/agreement/", ReadingAgreement.as_view(), name="agreement"),
    path("v1/exports/", ExportList.as_view(), name="exports"),
    path("v1/exports/<int:export_id>/", ExportState.as_view(), name="export"),
    path("v1/saved-searches/", SavedSearches.as_view(), name="saved-searches"),
    path("v1/saved-searches/<int:search_id>/", OneSavedSearch.as_view(), name="saved-search"),
    path("v1/saved-searches/<int:search_id>/look/", LookAtSavedSearch.as_view(), name="look-at-saved-search"),
    path("v1/folders/", Folders.as_view(), name="folders"),
    path("v1/folders/<int:folder_id>/", OneFolder.as_view(), name="folder"),
    path("v1/folders/<int:folder_id>/items/", FolderItems.as_view(), name="folder-items"),
    path("v1/folders/<int:folder_id>/items/<int:item_id>/", FolderItem.as_view(), name="folder-item"),
    path("v1/acts/", Acts.as_view(), name="acts"),
    path("v1/acts/<int:act_id>/undo/", UndoAct.as_view(), name="undo-act"),
    path("v1/checks/", Checks.as_view(), name="checks"),
    path("v1/items/<int:item_id>/findings/", ItemFindings.as_view(), name="item-findings"),
    path("v1/items/<int:item_id>/spans/", ItemSpans.as_view(), name="item-spans"),
    path("v1/items/<int:item_id>/spans/<int:span_id>/", ItemSpan.as_view(), name="item-span"),
    path("v1/items/<int:item_id>/spans/<int:span_id>/sheet/", SpanSheet.as_view(), name="span-sheet"),
    path("v1/items/<int:item_id>/spans/<int:span_id>/claims/", SpanClaims.as_view(), name="span-claims"),
    path("v1/items/<int:item_id>/spans/<int:span_id>/retraction/", SpanRetractions.as_view(), name="span-retraction"),
    path(
        "v1/items/<int:item_id>/spans/<int:span_id>/claims/<int:claim_id>/retraction/",
        SpanClaimRetractions.as_view(),
        name="span-claim-retraction",
    ),
    path("v1/items/<int:item_id>/citation/", ItemCitation.as_view(), name="item-citation"),
    path("v1/items/<int:item_id>/withdrawal/", ItemWithdrawal.as_view(), name="item-withdrawal"),
    path("v1/items/<int:item_id>/destruction/", ItemDestruction.as_view(), name="item-destruction"),
    path("v1/withdrawals/", Withdrawals.as_view(), name="withdrawals"),
    path("v1/items/<int:item_id>/orientation/", ItemOrientation.as_view(), name="item-orientation"),
    path("v1/items/<int:item_id>/verdicts/", ItemVerdicts.as_view(), name="item-verdicts"),
    path("v1/verdicts/", BatchVerdicts.as_view(), name="batch-verdicts"),
    path("v1/captions/<int:caption_id>/proposals/", CaptionProposals.as_view(), name="caption-proposals"),
    path("v1/accessions/<int:accession_id>/corrections/", Corrections.as_view(), name="corrections"),
    path("v1/items/<int:item_id>/flags/", ItemFlags.as_view(), name="item-flags"),
    path("v1/", include(records.urls)),
    path("", views.NothingHere.as_view()),
    path("<path:rest>", views.NothingHere.as_view()),
]
