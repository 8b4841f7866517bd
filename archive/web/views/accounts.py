"""Signing in, one's own account, and the people who work with the archive."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from rest_framework.authtoken.models import Token

from archive.accounts import people as accounts
from archive.accounts.locks import asked_too_often, remember_device, seconds_until, words_of_pause
from archive.accounts.models import User
from archive.accounts.roles import ROLES
from archive.ledger.recording import act, recording
from archive.web.forms.accounts import AddPerson, ChangePassword


class SignInForm(AuthenticationForm):
    """Say that somebody has to wait where their password was not looked at, or was one too many."""

    def get_invalid_login_error(self) -> ValidationError:
        if until := asked_too_often(self.request):
            return ValidationError(words_of_pause(until), code="paused")
        return super().get_invalid_login_error()


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

    def form_valid(self, form: ChangePassword) -> HttpResponse:
        with recording():
            act(verb="change password", subject=form.user, actor=form.user)
            answer = super().form_valid(form)
        messages.success(self.request, _("Your password is changed."))
        return answer


@never_cache
@login_required
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "accounts/account.html",
        {
            "role": accounts.role_of(request.user),
            "has_token": Token.objects.filter(user=request.user).exists(),
            # Shown by the one page after it was made, then never again.
            "new_token": request.session.pop("new_token", ""),
        },
    )


@login_required
@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    request.session["new_token"] = accounts.renew_token(request.user)
    return redirect("account")


@login_required
@require_POST
def drop_token(request: HttpRequest) -> HttpResponse:
    accounts.withdraw_token(request.user, by=request.user)
    messages.success(request, _("The token no longer opens anything."))
    return redirect("account")


@never_cache
@permission_required("accounts.view_user", raise_exception=True)
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    form = AddPerson(request.POST or None)
    if request.method == "POST":
        if not request.user.has_perm("accounts.add_user"):
            return render(request, "403.html", status=403)
        if form.is_valid():
            accounts.add_person(
                username=form.cleaned_data["username"],
                password=form.cleaned_data["password"],
                role=form.cleaned_data["role"],
                by=request.user,
            )
            messages.success(request, _("%(name)s can sign in now.") % {"name": form.cleaned_data["username"]})
            return redirect("people")
    rows = [
        (person, accounts.role_of(person))
        for person in User.objects.prefetch_related("groups").order_by("username", "pk")
    ]
    status = 422 if form.is_bound else 200
    return render(request, "accounts/people.html", {"rows": rows, "form": form, "roles": ROLES}, status=status)


@permission_required("accounts.change_user", raise_exception=True)
@require_POST
def change_person(request: HttpRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(User, pk=person_id)
    try:
        if "role" in request.POST:
            accounts.give_role(person, role=request.POST["role"], by=request.user)
            messages.success(request, _("%(name)s has another role now.") % {"name": person})
        else:
            accounts.let_in(person, is_active=request.POST.get("is_active") == "yes", by=request.user)
            messages.success(request, _("Saved: %(name)s.") % {"name": person})
    except accounts.NotDone as refusal:
        messages.error(request, str(refusal))
    return redirect("people")
