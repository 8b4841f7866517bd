"""A field for words of people: it says how many it takes, and sends no flood of them back."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _


class BoundedText(forms.CharField):
    """
    Words of at most `max_length` characters.

    Who wrote more than twice as many gets the first of them back: a page is no place for a book.
    """

    default_error_messages = {"required": _("Write a few words here.")}

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = _("Write at most %(limit_value)d characters; these are %(show_value)d.")

    def prepare_value(self, value: Any) -> Any:
        is_flood = isinstance(value, str) and self.max_length is not None and len(value) > 2 * self.max_length
        return value[: self.max_length] if is_flood else value
