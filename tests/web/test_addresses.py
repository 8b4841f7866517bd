"""An address that is none of the web is shown as text and leads nowhere."""

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.press.models import Appearance
from archive.standards.addresses import is_web_address
from tests.builders import NOW, make_item, make_outlet

HOSTILE = ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,<script>", "file:///etc",
           "vbscript:x", "//evil.example/x", "java\nscript:alert(1)", "\x01javascript:alert(1)",
           "http://[evil/x.jpg", "https://a\u2100b/x.jpg"]  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
def test_what_is_no_address_of_the_web_may_be_no_link(address: str) -> None:
    assert not is_web_address(address)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["researcher", "archivist"])
@pytest.mark.parametrize("address", HOSTILE)
def test_an_appearance_shows_it_as_text(client: Client, people: dict[str, User], address: str, role: str) -> None:
    item = make_item(access="RELEASED")
    Appearance.objects.create(item=item, outlet=make_outlet("The Courier"), url=address, recorded_at=NOW)
    client.force_login(people[role])

    page = client.get(reverse("item", args=[item.pk])).content.decode()

    hrefs = [part.partition('"')[0].strip().lower() for part in page.split('href="')[1:]]
    assert not [href for href in hrefs if not href.startswith(("/", "#", "?", "http"))]
    assert "//evil" not in hrefs
    assert address.strip()[-6:].replace("<", "&lt;").replace(">", "&gt;") in page


def test_an_address_of_the_web_is_a_link() -> None:
    assert is_web_address("https://example.org/a")
    assert is_web_address("HTTP://example.org/a")
