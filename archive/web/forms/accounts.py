"""Forms of the account pages."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from archive.accounts.locks import asked_too_often, words_of_pause
from archive.accounts.models import User
from archive.accounts.passwords import set_own_password
from archive.accounts.roles import ROLES

ROLE_LABELS = {
    "researcher": _("researcher"),
    "archivist": _("archivist"),
    "moderator": _("moderator"),
    "administrator": _("administrator"),
}
# Beside the choice and not within it: a list that opens is cut where the window is narrow.
ROLES_IN_WORDS = _(
    "A researcher searches and reads what is cleared for research; an archivist also brings in, describes and "
    "proposes; a moderator also decides on claims and release; an administrator also sees to people and policy."
)
RULE = _("At least 12 characters, hard to guess: four or five words that have nothing to do with one another.")


class SignInForm(AuthenticationForm):
    """Say that somebody has to wait where their password was not looked at, or was one too many."""

    def get_invalid_login_error(self) -> ValidationError:
        if until := asked_too_often(self.request):
            return ValidationError(words_of_pause(until), code="paused")
        return super().get_invalid_login_error()


class AddPerson(forms.Form):
    username = forms.CharField(label=_("Name to sign in with"), max_length=150, validators=[User.username_validator])
    full_name = forms.CharField(label=_("Full name"), required=False, max_length=150)
    email = forms.EmailField(label=_("Mail address"), required=False, max_length=254)
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Leave it empty to invite them: you get a link to hand over, with which they choose their own."),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role, ROLE_LABELS[role]) for role in ROLES], help_text=ROLES_IN_WORDS
    )

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("Somebody signs in with this name already. Choose another."))
        return name

    def clean_password(self) -> str:
        if password := self.cleaned_data["password"]:
            known = {name: self.cleaned_data.get(name, "") for name in ("username", "full_name", "email")}
            validate_password(password, User(**known))
        return password


class NamesForm(forms.Form):
    """What somebody is called, and where mail reaches them."""

    full_name = forms.CharField(label=_("Full name"), required=False, max_length=150)
    email = forms.EmailField(label=_("Mail address"), required=False, max_length=254)


def names_of(person: User) -> dict[str, str]:
    return {"full_name": person.full_name, "email": person.email}


class OwnNames(NamesForm):
    """One's own: another mail address needs the password, for whoever has the address can choose a new one."""

    password = forms.CharField(
        label=_("Your password, if you change the mail address"),
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST if request.method == "POST" else None, initial=names_of(request.user))
        self.request = request

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if "email" in given and given["email"] != self.request.user.email:
            if not given.get("password"):
                self.add_error("password", _("Write your password: mail for a forgotten one goes to this address."))
            elif problem := wrong_password(self.request, given["password"]):
                self.add_error("password", problem)
        return given


def wrong_password(request: HttpRequest, written: str) -> str:
    """
    Say what is wrong with the password that somebody who is signed in wrote as theirs; "" where it is theirs.

    Asked as at the door, so that somebody at an open page cannot guess on without being counted.
    """
    if authenticate(request, username=request.user.get_username(), password=written) is not None:
        return ""
    until = asked_too_often(request)
    return words_of_pause(until) if until else str(PasswordChangeForm.error_messages["password_incorrect"])


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        strip=True,
        help_text=_("It stays in the record for good, where moderators read it."),
    )


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label=_("Your mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class OwnPassword:
    """What both forms share in which somebody chooses a password: our rule above the field, and one act to keep it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = RULE
        self.fields["new_password2"].help_text = ""

    def save(self, commit: bool = True) -> User:
        set_own_password(self.user, self.cleaned_data["new_password1"], verb=self.verb)
        return self.user


class ChangePassword(OwnPassword, PasswordChangeForm):
    verb = "change password"

    def __init__(self, *args: object, request: HttpRequest, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        written = self.cleaned_data["old_password"]
        if problem := wrong_password(self.request, written):
            raise ValidationError(problem, code="password_incorrect")
        # Where passwords are hashed anew by another method, that was just done.
        self.user.refresh_from_db(fields=["password"])
        return written

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("old_password") and cleaned["old_password"] == cleaned.get("new_password1"):
            self.add_error("new_password1", _("This is the password you have. Choose another."))
        return cleaned


class ChooseByLink(OwnPassword, SetPasswordForm):
    verb = "reset password"
