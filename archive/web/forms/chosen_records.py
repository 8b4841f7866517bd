"""A field for several records, chosen by their keys."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from archive.standards.whole_numbers import whole_number


class ChosenRecords(forms.ModelMultipleChoiceField):
    """Records by their keys; a number larger than any key is refused, where the database would fail at it."""

    def clean(self, value: Any) -> Any:
        for key in value if isinstance(value, list | tuple) else ():
            if isinstance(key, str) and whole_number(key) is None:
                problem = self.error_messages["invalid_pk_value"]
                raise ValidationError(problem, code="invalid_pk_value", params={"pk": key[:30]})
        return super().clean(value)
