"""Pieces of HTML are filled in as Django's `format_html` does it."""

import pytest
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from archive.web.filled_html import fill, joined


@pytest.mark.parametrize(
    "value",
    ["""<b> & "it's" {0} %s""", mark_safe("<b>safe</b>"), gettext_lazy("Search"), 1_234, None, 1.5, ""],
    ids=["markup", "safe", "lazy", "number", "nothing", "fraction", "empty"],
)
def test_a_value_is_escaped_as_django_escapes_it(value: object) -> None:
    filled = fill('<i title="{}">{}</i>', value, value)

    assert filled == format_html('<i title="{}">{}</i>', value, value)
    assert hasattr(filled, "__html__")


def test_pieces_that_are_joined_are_not_escaped_again() -> None:
    assert fill("<p>{}</p>", joined([fill("<b>{}</b>", "<"), fill("{}", "&")], "\n")) == "<p><b>&lt;</b>\n&amp;</p>"
