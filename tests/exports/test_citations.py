"""A citation says what leads of what its reader may read, leaves out what is not known, and names what is contested."""

import pytest
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Caption, Item
from archive.exports.citations import Cited, cite_each
from archive.exports.readers import archive_staff
from archive.standards.vocabulary import Property
from tests.builders import make_caption, make_claim, make_footage, make_item, make_outlet, make_proposal

pytestmark = pytest.mark.django_db

# The properties of an item in csl-data.json 1.0.2, as far as they could stand here, and the types of their values.
CSL = {
    "type": str, "id": str, "title": str, "author": list, "issued": dict, "medium": str, "publisher": str,
    "archive": str, "archive_location": str, "URL": str, "note": str,
}  # fmt: skip


def cited(item: Item, reader: User | None = None) -> Cited:
    item.refresh_from_db()
    return cite_each([item], reader=reader or archive_staff())[item.pk]


def keeps_the_schema(told: dict) -> bool:
    date = told.get("issued", {})
    names = all(set(name) == {"literal"} for name in told.get("author", []))
    parts = all(1 <= len(part) <= 3 and all(isinstance(n, int) for n in part) for part in date.get("date-parts", []))
    return (
        {"type", "id"} <= set(told) <= set(CSL)
        and all(isinstance(value, CSL[name]) for name, value in told.items())
        and told["type"] in ("graphic", "motion_picture")
        and set(date) <= {"date-parts", "circa", "literal"}
        and len(date.get("date-parts", [])) <= 2
        and names
        and parts
    )


def test_what_is_known_is_said_in_both_languages(settings: object) -> None:
    settings.SITE_URL = "https://archive.example"
    item = make_item()
    make_caption(item, "Boarding before sunrise", role=Caption.Role.HEADLINE)
    make_claim(item, Property.CREATOR, value_text="Jo Doe")
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    make_claim(item, Property.PUBLISHED_BY, value_outlet=make_outlet("Courier"))
    make_claim(item, Property.CREDIT_LINE, value_text="Doe/AFP")

    told = cited(item)

    there = f"https://archive.example/items/{item.pk}/"
    assert told.wording("en") == (
        "Jo Doe, “Boarding before sunrise”, 18 June 2024, photograph, published by Courier, credit: Doe/AFP, "
        f"Strandline, item {item.pk}, {there}."
    )
    assert told.wording("fr") == (
        "Jo Doe, « Boarding before sunrise », 18 juin 2024, photographie, publié par Courier, crédit : Doe/AFP, "
        f"Strandline, document {item.pk}, {there}."
    )
    assert told.csl() == {
        "id": there, "type": "graphic", "title": "Boarding before sunrise", "author": [{"literal": "Jo Doe"}],
        "issued": {"date-parts": [[2024, 6, 18]]}, "medium": "photograph", "publisher": "Courier",
        "archive": "Strandline", "archive_location": f"item {item.pk}", "URL": there, "note": "credit: Doe/AFP",
    }  # fmt: skip
    assert keeps_the_schema(told.csl())


def test_what_is_not_known_is_left_out() -> None:
    film = make_footage()

    told = cited(film)

    assert told.wording("en").startswith("footage, Strandline, item ")
    assert set(told.csl()) == {"id", "type", "medium", "archive", "archive_location", "URL"}
    assert told.csl()["type"] == "motion_picture" and keeps_the_schema(told.csl())


def test_what_is_contested_is_not_claimed_as_certain() -> None:
    item = make_item()
    for day, name in (("2024-06-18", "Jo Doe"), ("2024-05-03", "Max Roe")):
        make_claim(item, Property.DATE_CREATED, date=day)
        make_claim(item, Property.CREATOR, value_text=name)

    told = cited(item)

    assert told.wording("en").startswith("Jo Doe [contested], 18 June 2024 [date contested], photograph")
    assert "Jo Doe [contesté], 18 juin 2024 [date contestée]" in told.wording("fr")
    assert told.csl()["issued"] == {"literal": "18 June 2024 [date contested]"}
    assert told.csl()["author"] == [{"literal": "Jo Doe [contested]"}]
    assert "date contested" in told.csl()["note"] and keeps_the_schema(told.csl())


@pytest.mark.parametrize(
    ("edtf", "issued"),
    [
        ("2024", {"date-parts": [[2024]]}),
        ("2024-06", {"date-parts": [[2024, 6]]}),
        ("2024-06-18T05:12:00", {"date-parts": [[2024, 6, 18]]}),
        ("2024-06-18/2024-06-20", {"date-parts": [[2024, 6, 18], [2024, 6, 20]]}),
        ("1936?", {"date-parts": [[1936]], "circa": True}),
        ("2024-06-18~/2024-06", {"date-parts": [[2024, 6, 18], [2024, 6]], "circa": True}),
        ("2024-06-18/..", {"literal": "since 18 June 2024"}),
        ("194X", {"literal": "1940s"}),
    ],
    ids=str,
)
def test_each_form_of_date_is_one_of_the_schema(edtf: str, issued: dict) -> None:
    told = Cited(7, "PHOTOGRAPH", date_edtf=edtf).csl()

    assert told["issued"] == issued and keeps_the_schema(told)


def test_a_citation_tells_nothing_that_its_reader_may_not_read(people: dict[str, User], client: object) -> None:
    item = make_item(access=Access.RELEASED)
    caption = make_caption(item, "Jo Doe, seven years old, from Calais", role=Caption.Role.HEADLINE)
    make_claim(item, Property.CREATOR, value_text="Jo Doe, seven years old, from Calais", source_caption=caption)
    make_claim(item, Property.SUPPLIED_BY, value_text="The supplier")
    make_proposal(caption, "IDENTIFIES_PERSON", by=people["archivist"])

    for reader in (None, people["researcher"], people["archivist"]):
        item.refresh_from_db()
        told = cite_each([item], reader=reader)[item.pk]
        text = told.wording("en") + told.wording("fr") + str(told.csl())
        assert "Doe" not in text and "supplier" not in text


def test_the_page_and_programs_cite(client: object, people: dict[str, User]) -> None:
    item, closed = make_item(access=Access.RELEASED), make_item()
    make_claim(item, Property.CREATOR, value_text="Jo Doe")

    for reader in (None, people["archivist"]):
        if reader:
            client.force_login(reader)
        page = client.get(reverse("item", args=[item.pk])).content.decode()
        assert "Jo Doe, photograph, Strandline" in page and "Jo Doe, photographie, Strandline" in page
    handed = client.get(reverse("citation", args=[item.pk]))
    told = client.get(reverse("api:item-citation", args=[item.pk])).json()
    client.logout()

    assert handed["Content-Type"] == "application/vnd.citationstyles.csl+json"
    assert f'filename="strandline-item-{item.pk}.json"' in handed["Content-Disposition"]
    assert handed.json() == told["csl"] and told["note"]["en"].startswith("Jo Doe, photograph")
    assert client.get(reverse("citation", args=[closed.pk])).status_code == 404
    assert client.get(reverse("api:item-citation", args=[closed.pk])).status_code == 404
