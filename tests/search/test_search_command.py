"""`manage.py search`: the words of the box on the command line."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from archive.accounts.models import User
from archive.catalogue.models import Access
from tests.builders import make_caption, make_item

pytestmark = pytest.mark.django_db


def run(*args: str) -> tuple[str, str]:
    out, told = StringIO(), StringIO()
    call_command("search", *args, stdout=out, stderr=told)
    return out.getvalue(), told.getvalue()


def test_who_asks_is_told_what_they_may_see(people: dict[str, User]) -> None:
    for access in Access.values[:3]:
        make_caption(make_item(file_name=f"{access.lower()}.jpg", access=access), "A boat")

    assert run("boat", "--as", "archivist")[0].startswith("3 items: boat\n")
    assert "restricted.jpg" in run("boat", "--as", "archivist")[0]
    assert run("boat", "--as", "researcher")[0].startswith("2 items: boat\n")
    for_visitor = run("boat")[0]
    assert for_visitor.startswith("1 items: boat\n") and "released.jpg" not in for_visitor


def test_it_prints_one_json_object(people: dict[str, User]) -> None:
    item = make_item(file_name="boat.jpg")

    answer = json.loads(run("-sand baech:malo", "--as", "researcher", "--json")[0])
    all_of_it = json.loads(run("--as", "researcher", "--json")[0])

    assert (answer["query"], answer["version"], answer["count"]) == ("-sand baech:malo", 1, 0)
    assert answer["told"] == [
        "baech:: “baech:” is no word of the search; it was looked for as a word. Right would be beach:"
    ]
    assert [line["item"] for line in all_of_it["items"]] == [item.pk]


def test_what_is_not_understood_ends_in_an_error_that_says_why(people: dict[str, User]) -> None:
    told = StringIO()

    with pytest.raises(CommandError, match="not understood"):
        call_command("search", "place:atlantis", username="researcher", stdout=StringIO(), stderr=told)

    assert "knows no place “atlantis”" in told.getvalue()
    with pytest.raises(CommandError, match="no open account"):
        run("boat", "--as", "nobody")


def test_it_tells_what_who_asks_cannot_search_by(people: dict[str, User]) -> None:
    make_item()

    told = run("boats in June 2024, not yet contradicted", "--as", "researcher")[1]

    assert '"not yet contradicted" was not asked: who asks cannot search by that.' in told
