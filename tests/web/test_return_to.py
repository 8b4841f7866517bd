"""Where a form leads back to."""

import pytest
from django.shortcuts import redirect
from django.test import RequestFactory

from archive.web.views.return_to import return_to


@pytest.mark.parametrize(
    "named", ["", "0001-01-01", "search", "?q=boat", "//evil.example/", "https://evil.example/", "javascript:alert(1)"]
)
def test_what_is_no_page_of_this_site_is_not_followed(named: str) -> None:
    request = RequestFactory().post("/claims/1/correction/", {"next": named})

    page = return_to(request, "/items/1/")

    assert redirect(page).url == "/items/1/"


@pytest.mark.parametrize("sent", ["get", "post"])
def test_a_page_of_this_site_is_followed_with_its_search(sent: str) -> None:
    request = getattr(RequestFactory(), sent)("/captions/1/", {"next": "/search/?q=boat&page=2"})

    assert return_to(request, "/items/1/") == "/search/?q=boat&page=2"
