"""The form by which the audit is narrowed."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.accounts.models import User
from archive.accounts.people import SOFTWARE
from archive.review.audit import GROUPS, Asked
from archive.review.flags import VISITOR
from archive.review.told_acts import ACTS

# The addresses of pages that can be pasted, and what the ledger calls the records they show.
_PAGES = {
    "items": "catalogue.item",
    "accessions": "catalogue.accession",
    "articles": "claims.article",
    "matches": "matching.match",
    "people": "accounts.user",
}
_ADDRESS = re.compile(rf"(?:^|/)({'|'.join(_PAGES)})/(\d{{1,18}})(?:[/?#].*)?$")
_NUMBER = re.compile(r"(?:#|no\.?\s*)?(\d{1,18})$", re.IGNORECASE)
_SUBJECT = re.compile(r"[a-z_]+\.[a-z_]+(:\S{1,150})?$")


def acts_to_choose() -> list[tuple[Any, Any]]:
    """Return what can be asked for: each group as a whole, and each act of it."""
    one = {verb: ACTS.get(verb, verb) for group in GROUPS for verb in group.verbs}
    return [
        ("", gettext_lazy("anything")),
        *(
            (
                group.label,
                [
                    (group.code, _("all: %(what)s") % {"what": group.label}),
                    *((verb, one[verb]) for verb in group.verbs),
                ],
            )
            for group in GROUPS
        ),
    ]


class AuditForm(forms.Form):
    """Who, what, when, about what; what is left empty does not narrow."""

    person = forms.CharField(
        label=gettext_lazy("By whom"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"list": "actors", "autocomplete": "off"}),
    )
    act = forms.ChoiceField(label=gettext_lazy("What was done"), required=False, choices=acts_to_choose)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    about = forms.CharField(
        label=gettext_lazy("Item"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("number, or the address of a page")}),
    )
    people_only = forms.BooleanField(label=gettext_lazy("by people only"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean_about(self) -> str:
        written = self.cleaned_data["about"]
        if not written or _SUBJECT.match(written):
            return written
        if number := _NUMBER.match(written):
            return f"catalogue.item:{int(number[1])}"
        if page := _ADDRESS.search(written):
            return f"{_PAGES[page[1]]}:{int(page[2])}"
        raise forms.ValidationError(_("Write the number of an item, or paste the address of its page."))

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("This day is before the first one."))
        return given

    @property
    def asked(self) -> Asked:
        return Asked(**self.cleaned_data)


def actors() -> list[str]:
    """Return whom the ledger may name: all who ever had an account, and what acts by itself. One query."""
    return [*User.objects.order_by("username").values_list("username", flat=True), VISITOR, "command line", *SOFTWARE]
