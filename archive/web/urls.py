"""The addresses of the pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.generic import TemplateView

from archive.web.views import accessions, accounts, bulk, intake, items, media, search, suggesting

urlpatterns = [
    path("", search.search, name="search"),
    path("selected/", bulk.bulk, name="bulk"),
    path("selected/link/", bulk.bulk_link, name="bulk_link"),
    path("selected/access/", bulk.bulk_access, name="bulk_access"),
    path("suggest/places/", suggesting.suggest_place, name="suggest_places"),
    path("suggest/events/", suggesting.suggest_event, name="suggest_events"),
    path("suggest/outlets/", suggesting.suggest_outlet, name="suggest_outlets"),
    path("places/", TemplateView.as_view(template_name="base.html"), name="places"),
    path("events/", TemplateView.as_view(template_name="base.html"), name="events"),
    path("outlets/", TemplateView.as_view(template_name="base.html"), name="outlets"),
    path("about/", TemplateView.as_view(template_name="base.html"), name="about"),
    # Accounts
    path("sign-in/", accounts.SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("account/", accounts.account, name="account"),
    path("account/password/", accounts.PasswordChange.as_view(), name="password"),
    path("account/token/", accounts.make_token, name="make_token"),
    path("account/token/withdraw/", accounts.drop_token, name="drop_token"),
    path("people/", accounts.people, name="people"),
    path("people/<int:person_id>/", accounts.change_person, name="change_person"),
    # Bringing in
    path("bring-in/", intake.bring_in, name="bring_in"),
    path("bring-in/batch/", intake.open_batch, name="open_batch"),
    path("bring-in/held/", intake.held, name="held"),
    path("bring-in/uploads/", intake.upload_list, name="uploads"),
    path("bring-in/uploads/<uuid:key>/", intake.upload, name="upload"),
    path("accessions/", accessions.accessions, name="accessions"),
    path("accessions/<int:accession_id>/", accessions.accession, name="accession"),
    path("accessions/<int:accession_id>/lines/", accessions.accession_lines, name="accession_lines"),
    path("accessions/lines/<int:line_id>/retry/", accessions.retry_line, name="retry_line"),
    path("accessions/lines/<int:line_id>/appearance/", accessions.add_appearance, name="add_appearance"),
    # Items and their bytes
    path("items/<int:item_id>/", items.item, name="item"),
    path("items/<int:item_id>/rendition/<slug:purpose>/", media.rendition, name="rendition"),
    path("items/<int:item_id>/original/", media.original, name="original"),
]
