"""Forms of the queue of proposals on captions: what it is filtered to, and the answer to one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.accounts.models import User
from archive.authorities.models import Outlet, Place
from archive.catalogue.models import Accession, Caption
from archive.review.models import Proposal
from archive.review.queue import Narrowing, accessions_of, count_by_reason, outlets_of, places_of, waiting
from archive.web.forms.bounded_text import BoundedText
from archive.web.forms.captions import LONGEST_WORDING


class QueueForm(forms.Form):
    """What the queue is narrowed to; only what occurs in it can be chosen."""

    reason = forms.ChoiceField(label=_("Reason"), required=False)
    accession = forms.ModelChoiceField(Accession.objects.none(), label=_("Accession"), required=False)
    outlet = forms.ModelChoiceField(Outlet.objects.all(), label=_("Outlet"), required=False, to_field_name="slug")
    place = forms.ModelChoiceField(Place.objects.all(), label=_("Place"), required=False, to_field_name="slug")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.user = user
        self.fields["reason"].choices = [("", _("any")), *Proposal.Reason.choices]
        self.fields["accession"].queryset = Accession.objects.visible_to(user)

    def narrowing(self) -> Narrowing:
        """Return what is asked for; what is not understood narrows nothing, and the form says so."""
        self.full_clean()
        return Narrowing(**{name: value for name, value in self.cleaned_data.items() if value})

    def offer(self) -> None:
        """Fill the fields with what occurs in the queue; four queries."""
        queue = waiting(self.user)
        counts = count_by_reason(queue)
        labels = dict(Proposal.Reason.choices)
        self.fields["reason"].widget.choices = [
            ("", _("any")),
            *((reason, f"{labels[reason]} ({counts[reason]})") for reason in labels if reason in counts),
        ]
        for name, records, key in (
            ("accession", accessions_of(queue), "pk"),
            ("outlet", outlets_of(queue), "slug"),
            ("place", places_of(queue), "slug"),
        ):
            label = "title" if name == "accession" else "name"
            self.fields[name].widget.choices = [("", _("any")), *records.values_list(key, label)]
        for field in self.fields.values():
            field.widget.attrs["data-sends"] = ""


class DecisionForm(forms.Form):
    """The answer to a proposal; which of the fields is read goes by the outcome."""

    outcome = forms.ChoiceField(choices=[(code, code) for code in ("ACCEPTED", "AMENDED", "REVERTED", "REJECTED")])
    reason = BoundedText(required=False, max_length=2000)
    text = BoundedText(required=False, max_length=LONGEST_WORDING, strip=False)
    version = forms.ModelChoiceField(Caption.objects.none(), required=False)

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Caption.objects.filter(item=proposal.caption.item_id, origin=Caption.Origin.PERSON).exclude(text="")
        self.fields["version"].queryset = own
