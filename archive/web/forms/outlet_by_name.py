"""An outlet in a form: chosen from the list that opens as one types, or written out."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.authorities import gazetteer
from archive.authorities.models import Outlet


class OutletByName(forms.Form):
    """A part of forms that name an outlet: `outlet` has its key, the text field beside it is named outlet_text."""

    outlet = forms.ModelChoiceField(Outlet.objects.standing(), label=gettext_lazy("Outlet"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned, written = super().clean(), self.data.get("outlet_text", "").strip()
        if written and not cleaned.get("outlet") and "outlet" not in self.errors:
            cleaned["outlet"] = gazetteer.outlet_meant(written)
            if cleaned["outlet"] is None:
                self.add_error(
                    "outlet",
                    _("No outlet of this name is known. Choose one of the list, add it first, or leave it empty."),
                )
        return cleaned
