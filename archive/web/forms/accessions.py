"""What a person says of an accession as they upload its files."""

from django import forms
from django.utils.translation import gettext_lazy

from archive.catalogue.models import Accession
from archive.web.forms.outlet_by_name import OutletByName


class AccessionForm(OutletByName, forms.ModelForm):
    """What is said of a whole accession, once."""

    class Meta:
        model = Accession
        fields = ["title", "supplied_by", "outlet", "published_on", "terms", "note", "access"]
        labels = {
            "title": gettext_lazy("Title"),
            "supplied_by": gettext_lazy("Supplied by"),
            "published_on": gettext_lazy("Published on"),
            "terms": gettext_lazy("Terms"),
            "note": gettext_lazy("Note"),
            "access": gettext_lazy("Access"),
        }
        help_texts = {
            "supplied_by": gettext_lazy("Who handed it over, as they name themselves."),
            "published_on": gettext_lazy(
                "The day the outlet published it. “Tuesday” in a caption is counted from here."
            ),
            "terms": gettext_lazy("What the archive may do with it."),
            "access": "",
        }
        widgets = {
            "published_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "terms": forms.Textarea(attrs={"rows": 2}),
            "note": forms.Textarea(attrs={"rows": 2}),
            "access": forms.RadioSelect,
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
