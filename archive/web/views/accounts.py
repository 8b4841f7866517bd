"""Signing in, one's own account, and the people who work with the archive."""

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.views import LoginView, PasswordChangeView, PasswordResetConfirmView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from rest_framework.authtoken.models import Token

from archive.accounts import people as accounts
from archive.accounts.locks import Lock, asked_too_often, counted_as, lift, locks, remember_device, seconds_until
from archive.accounts.models import User
from archive.accounts.passwords import RESET_LINKS, is_invited, link_ends_at, make_reset_link
from archive.accounts.reset_mail import ask_for_mail
from archive.accounts.roles import ROLES
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import subject_of
from archive.standards.whole_numbers import whole_number
from archive.web.forms.accounts import (
    AddPerson,
    ChangePassword,
    ChooseByLink,
    CloseForm,
    ForgottenForm,
    NamesForm,
    OwnNames,
    SignInForm,
    names_of,
)

changes_people = permission_required("accounts.change_user", raise_exception=True)


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: SignInForm) -> HttpResponse:
        answer = super().form_valid(form)
        remember_device(self.request, answer, form.get_user())
        return answer

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        answer = super().form_invalid(form)
        if until := asked_too_often(self.request):
            answer.status_code = 429
            answer["Retry-After"] = str(seconds_until(until))
        return answer


class PasswordChange(PasswordChangeView):
    template_name = "accounts/password.html"
    form_class = ChangePassword
    success_url = reverse_lazy("account")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: ChangePassword) -> HttpResponse:
        try:
            answer = super().form_valid(form)
        except NotDone as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        remember_device(self.request, answer, form.user)
        messages.success(
            self.request,
            _("Your password is changed. You are signed out everywhere else, and an API token you had is withdrawn."),
        )
        return answer


class ChooseNewPassword(PasswordResetConfirmView):
    """Let in who comes by a link that was made for them, once, to choose a password."""

    template_name = "accounts/by_link.html"
    form_class = ChooseByLink
    token_generator = RESET_LINKS
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"
    success_url = reverse_lazy("search")

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().dispatch(*args, **kwargs)
        if not self.validlink and answer.status_code == 200:  # a link that holds leads on first
            answer.status_code = 410
        return answer

    def form_valid(self, form: ChooseByLink) -> HttpResponse:
        try:
            answer = super().form_valid(form)
        except NotDone as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        remember_device(self.request, answer, form.user)
        messages.success(self.request, _("Your password is changed, and you are signed in."))
        return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Take the mail address of whoever forgot their password; the answer does not tell whether anybody has it."""
    form = ForgottenForm(request.POST if request.method == "POST" and settings.SENDS_MAIL else None)
    if form.is_valid():
        ask_for_mail(form.cleaned_data["email"], now=timezone.now())
        return render(request, "accounts/forgotten.html", {"is_asked": True, "email": form.cleaned_data["email"]})
    context = {"form": form, "sends_mail": settings.SENDS_MAIL}
    return render(request, "accounts/forgotten.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own account; what is posted is what one is called and where mail reaches one."""
    form = OwnNames(request)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("full_name", "email")}
        if accounts.set_names(request.user, **given, by=request.user):
            messages.success(request, _("Saved."))
        return redirect("account")
    context = {
        "role": accounts.role_of(request.user),
        "form": form,
        "token": Token.objects.filter(user=request.user).first(),
        # Shown by the one page after it was made, then never again.
        "new_token": request.session.pop("new_token", "") if request.method == "GET" else "",
    }
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End all sessions of whoever asks but this one."""
    accounts.sign_out_everywhere(request.user, by=request.user)
    update_session_auth_hash(request, request.user)
    answer = redirect("account")
    remember_device(request, answer, request.user)
    messages.success(request, _("You are signed out everywhere else."))
    return answer


@login_required
@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    request.session["new_token"] = accounts.renew_token(request.user)
    return redirect("account")


@login_required
@require_POST
def drop_token(request: HttpRequest) -> HttpResponse:
    accounts.withdraw_token(request.user, by=request.user)
    messages.success(request, _("Token revoked."))
    return redirect("account")


@never_cache
@permission_required("accounts.view_user", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    form = AddPerson(request.POST or None)
    if request.method == "POST":
        if not request.user.has_perm("accounts.add_user"):
            raise PermissionDenied
        if form.is_valid():
            try:
                return _add(request, form)
            except NotDone as refusal:
                form.add_error("username", str(refusal))
    paused = locks()
    persons = list(User.objects.prefetch_related("groups").order_by("-is_active", "username", "pk"))
    tokens = dict(Token.objects.values_list("user", "created"))
    context = {
        "rows": [
            (person, accounts.role_of(person), _pauses_of(person, paused), tokens.get(person.pk)) for person in persons
        ],
        "others": _pauses_of_nobody(persons, paused),
        "form": form,
    }
    return render(request, "accounts/people.html", context, status=422 if form.is_bound else 200)


@never_cache
@changes_people
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One account: what is known of it, and what an administrator may do with it."""
    about = get_object_or_404(User.objects.prefetch_related("groups"), pk=person_id)
    names = NamesForm(request.POST if "email" in request.POST else None, initial=names_of(about))
    if request.method == "POST":
        try:
            if answer := _do(request, about, names):
                return answer
        except NotDone as refusal:
            messages.error(request, str(refusal))
            return redirect("person", about.pk)
    link = request.session.get("new_link") or {}
    if link.get("person") == about.pk and request.method == "GET":
        del request.session["new_link"]  # shown by this one page, then never again
    context = {
        "person": about,
        "role": accounts.role_of(about),
        "roles": ROLES,
        "names": names,
        "token": Token.objects.filter(user=about).first(),
        "is_invited": is_invited(about),
        "is_mailed": about.reset_mail_asked_at is not None,
        "closed": None if about.is_active else last_act(about, "close account"),
        "pauses": _pauses_of(about, locks()),
        "link": link.get("address") if link.get("person") == about.pk else "",
        "link_ends_at": link_ends_at(about),
    }
    return render(request, "accounts/person.html", context, status=422 if names.errors else 200)


@never_cache
@changes_people
@require_http_methods(["GET", "HEAD", "POST"])
def close_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ask before an account is closed."""
    about = get_object_or_404(User, pk=person_id)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(
            request, "accounts/close.html", {"person": about, "form": form}, status=422 if form.is_bound else 200
        )
    try:
        accounts.let_in(about, is_active=False, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The account of %(name)s is closed.") % {"name": about.get_username()})
    except NotDone as refusal:
        messages.error(request, str(refusal))
    return redirect("person", about.pk)


@changes_people
@require_POST
def lift_pause(request: HttpRequest) -> HttpResponse:
    name, address = request.POST.get("name", "")[:150], request.POST.get("address", "")[:45]
    try:
        forgotten = lift(name=name, address=address, by=request.user)
    except ValueError:
        forgotten = 0
    if forgotten:
        sentence = ngettext(
            "The pause is lifted: %(n)d wrong password is forgotten.",
            "The pause is lifted: %(n)d wrong passwords are forgotten.",
            forgotten,
        )
        messages.success(request, sentence % {"n": forgotten})
    else:
        messages.info(request, _("There was no pause any more."))
    about = User.objects.filter(pk=whole_number(request.POST.get("person", ""))).first()
    return redirect("person", about.pk) if about else redirect("people")


def _add(request: HttpRequest, form: AddPerson) -> HttpResponse:
    """:raises NotDone: somebody has this name"""
    person = accounts.add_person(**form.cleaned_data, by=request.user)
    if not form.cleaned_data["password"]:
        return _show_link(request, person)
    sentence = _("%(name)s can sign in now, and chooses another password then.") % {"name": person.get_username()}
    messages.success(request, sentence)
    return redirect("people")


def _do(request: HttpRequest, about: User, names: NamesForm) -> HttpResponse | None:
    """
    Do the one act that the form names; None where it is to be corrected.

    :raises NotDone: why it cannot be done
    """
    name = {"name": about.get_username()}
    if "role" in request.POST:
        accounts.give_role(about, role=request.POST["role"], by=request.user)
        messages.success(request, _("%(name)s has another role now.") % name)
    elif "email" in request.POST:
        if not names.is_valid():
            return None
        accounts.set_names(about, **names.cleaned_data, by=request.user)
        messages.success(request, _("Saved: %(name)s.") % name)
    elif "sign_out" in request.POST:
        accounts.sign_out_everywhere(about, by=request.user)
        messages.success(request, _("%(name)s is signed out everywhere.") % name)
        if about.pk == request.user.pk:
            update_session_auth_hash(request, about)
    elif "token" in request.POST:
        accounts.withdraw_token(about, by=request.user)
        messages.success(request, _("The API token of %(name)s is withdrawn.") % name)
    elif "link" in request.POST:
        return _show_link(request, about)
    elif "reopen" in request.POST:
        accounts.let_in(about, is_active=True, by=request.user)
        messages.success(request, _("The account of %(name)s is open again.") % name)
    else:
        raise NotDone(_("The form says nothing that can be done. Choose one of the buttons."))
    return redirect("person", about.pk)


def _show_link(request: HttpRequest, about: User) -> HttpResponse:
    address = reverse("reset_password", kwargs=make_reset_link(about, by=request.user))
    request.session["new_link"] = {"person": about.pk, "address": request.build_absolute_uri(address)}
    return redirect("person", about.pk)


def last_act(person: User, verb: str) -> dict[str, Any] | None:
    """Return who last did this with the account, when and why, as the ledger has it; one query."""
    acts = LedgerEntry.objects.filter(subject=subject_of(person), verb=verb).order_by("-sequence")
    done = acts.first()
    return done and {"at": done.occurred_at, "by": done.actor, "reason": json.loads(done.payload).get("reason", "")}


def _pauses_of(person: User, paused: list[Lock]) -> list[Lock]:
    return [lock for lock in paused if lock.name == counted_as(person.get_username())]


def _pauses_of_nobody(persons: list[User], paused: list[Lock]) -> list[Lock]:
    """Return the pauses of addresses, and of names that no account has."""
    names = {counted_as(person.get_username()) for person in persons}
    return [lock for lock in paused if lock.name not in names]
