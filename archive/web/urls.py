"""The addresses of the pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.generic import TemplateView

from archive.web.views import accounts

urlpatterns = [
    path("", TemplateView.as_view(template_name="base.html"), name="search"),
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
]
