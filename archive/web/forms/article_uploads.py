"""What a person says of a news page before it is uploaded."""

from django import forms
from django.utils.translation import gettext_lazy

from archive.catalogue.models import Accession
from archive.ingest.record_news_page import Stated
from archive.web.forms.outlet_by_name import OutletByName


class PageForm(OutletByName, forms.ModelForm):
    """The accession it belongs to, and what leads over what the page says of itself."""

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

    def stated(self) -> Stated:
        fields = self.cleaned_data
        return Stated(fields["outlet"], fields["url"], fields["published"])
