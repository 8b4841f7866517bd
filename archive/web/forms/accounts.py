"""Forms of the account pages."""

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from archive.accounts.models import User
from archive.accounts.roles import ROLES

ROLE_LABELS = {
    "researcher": _("researcher: searches and reads what is cleared for research"),
    "archivist": _("archivist: brings in, describes, proposes"),
    "moderator": _("moderator: decides on claims and release"),
    "administrator": _("administrator: people and policy"),
}


class AddPerson(forms.Form):
    username = forms.CharField(label=_("Name to sign in with"), max_length=150, validators=[User.username_validator])
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. They can change it under Account."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=[(role, ROLE_LABELS[role]) for role in ROLES])

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("Somebody signs in with this name already. Choose another."))
        return name

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, User(username=self.cleaned_data.get("username", "")))
        return password


class ChangePassword(PasswordChangeForm):
    """Django's own, without the list of rules above the field: the errors say what is missing."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = _("At least 12 characters.")
        self.fields["new_password2"].help_text = ""
