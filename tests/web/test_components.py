"""Parts of pages that stand within sentences."""

from django.template.loader import render_to_string

from tests.builders import NOW


def test_nothing_stands_between_a_moment_and_what_follows_it() -> None:
    moment = render_to_string("components/moment.html", {"at": NOW})

    assert moment.startswith("<time") and moment.endswith("</time>")
