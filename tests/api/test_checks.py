"""Checks and findings over the API."""

import pytest
from django.test import Client

from archive.provenance.check_items import check
from archive.provenance.checks.all_checks import CHECKS
from archive.standards.vocabulary import Property
from tests.builders import make_appearance, make_claim, make_item, make_outlet

pytestmark = pytest.mark.django_db


def test_every_check_is_listed_with_what_it_cannot_show(client: Client) -> None:
    listed = client.get("/api/v1/checks/").json()

    assert [each["slug"] for each in listed] == [each.slug for each in CHECKS]
    assert all(each["meaning"] and each["limits"] for each in listed)


def test_the_findings_on_an_item_come_with_their_grounds(people: dict, client: Client) -> None:
    item = make_item()
    claim = make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    printed = make_appearance(item, make_outlet("The Kentish Post"), published="2024-04-23")
    check([item.pk])
    address = f"/api/v1/items/{item.pk}/findings/"
    assert client.get(address).status_code == 401
    client.force_login(people["researcher"])

    findings = client.get(address).json()

    assert [each["check"] for each in findings] == [each.slug for each in CHECKS]
    first = findings[0]
    assert (first["check"], first["outcome"]) == ("date-against-first-publication", "CONTRADICTORY")
    assert first["observations"][0]["grounds"] == [["claim", claim.pk], ["appearance", printed.pk]]


def test_an_item_that_is_not_there_is_told(people: dict, client: Client) -> None:
    client.force_login(people["researcher"])

    answer = client.get("/api/v1/items/4711/findings/")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
