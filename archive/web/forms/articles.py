"""What a person says of a news page before it is brought in."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.authorities import gazetteer
from archive.authorities.models import Outlet
from archive.catalogue.models import Accession
from archive.ingest.clipping import Stated


class PageForm(forms.ModelForm):
    """The delivery it belongs to, and what leads over what the page says of itself."""

    # Chosen from the type-ahead by key, or written out: the text field beside it is named outlet_text.
    outlet = forms.ModelChoiceField(Outlet.objects.standing(), required=False)
    url = forms.URLField(label=gettext_lazy("Address"), required=False, assume_scheme="https", max_length=1000)
    published = forms.DateField(
        label=gettext_lazy("Published on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Only where you know better than the page; your day leads."),
    )

    class Meta:
        model = Accession
        fields = ["title", "access"]
        labels = {"title": gettext_lazy("Accession"), "access": gettext_lazy("Access")}
        help_texts = {"title": gettext_lazy("Pages of one title come into one accession."), "access": ""}
        widgets = {"access": forms.RadioSelect}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned, written = super().clean(), self.data.get("outlet_text", "").strip()
        if written and not cleaned.get("outlet") and "outlet" not in self.errors:
            cleaned["outlet"] = gazetteer.outlet_meant(written)
            if cleaned["outlet"] is None:
                self.add_error("outlet", _("No outlet of this name is known. Choose one of the list, or add it first."))
        return cleaned

    def stated(self) -> Stated:
        said = self.cleaned_data
        return Stated(said["outlet"], said["url"], said["published"])
