"""The one field for dates that people type: search, forms and API read them alike."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.standards.date_words import AmbiguousDate, understand
from archive.standards.edtf import WEEKDAYS, DateInterval, InvalidEDTF


def problem_with_date(problem: InvalidEDTF) -> str:
    """Say why a text is no date in the language of the request."""
    said = {
        # A day of the week is a word of the sentence; what was written is quoted as it is.
        name: value.label(get_language())
        if isinstance(value, DateInterval)
        else _(value)
        if value in WEEKDAYS
        else value
        for name, value in problem.values.items()
    }
    return _(problem.sentence) % said


class DateField(forms.CharField):
    """A date as EDTF, or in words and numbers; cleans to a `DateInterval`, or None where nothing is written."""

    def __init__(self, *, max_length: int = 100, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def clean(self, value: Any) -> DateInterval | None:
        written = super().clean(value)
        try:
            return understand(written) if written else None
        except InvalidEDTF as problem:
            raise forms.ValidationError(problem_with_date(problem)) from problem


def as_typed(edtf: str) -> str:
    """Return a stored date as its field takes it again: of what could be two years too, the season in words."""
    try:
        understand(edtf)
    except AmbiguousDate as problem:
        return problem.readings[0]
    except InvalidEDTF:
        pass
    return edtf
