"""The one field for dates that people type: search, forms and API read them alike."""

from typing import Any

from django import forms

from archive.standards.date_words import understand
from archive.standards.edtf import DateInterval, InvalidEDTF


class DateField(forms.CharField):
    """A date as EDTF, or in words and numbers; cleans to a `DateInterval`, or None where nothing is written."""

    def __init__(self, *, max_length: int = 100, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def clean(self, value: Any) -> DateInterval | None:
        written = super().clean(value)
        try:
            return understand(written) if written else None
        except InvalidEDTF as problem:
            raise forms.ValidationError(str(problem)) from problem
