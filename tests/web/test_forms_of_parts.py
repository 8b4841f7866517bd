"""A part of a page that holds a form is given the token without which its form is refused."""

import re
from pathlib import Path

import archive

_PAGES = {
    str(path).partition("/templates/")[2]: path.read_text()
    for path in Path(archive.__file__).parent.rglob("templates/**/*.html")
}
_INCLUDE = re.compile(r'{%\s*include\s+"(?P<part>[^"]+)"(?P<given>[^%]*)%}')


def test_a_part_that_sees_nothing_else_is_given_the_token_of_its_form() -> None:
    with_form = {name for name, text in _PAGES.items() if "{% csrf_token %}" in text}
    assert "items/_turn.html" in with_form

    assert [
        f"{name} includes {found['part']}"
        for name, text in _PAGES.items()
        for found in _INCLUDE.finditer(text)
        if found["part"] in with_form and re.search(r"\bonly\b", found["given"]) and "csrf_token" not in found["given"]
    ] == []
