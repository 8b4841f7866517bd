"""Deliveries: what came with each, and what became of every file of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Accession
from archive.ingest.models import AccessionLine
from tests.builders import NOW, make_accession, make_item, make_outlet
from tests.pages import folded

pytestmark = pytest.mark.django_db
State, Outcome = AccessionLine.State, AccessionLine.Outcome
ROLES = ["researcher", "archivist", "moderator", "administrator"]


def make_line(accession: Accession, name: str, *, state: str = State.DONE, **fields: Any) -> AccessionLine:
    return AccessionLine.objects.create(
        accession=accession,
        original_name=name,
        size_bytes=1000,
        way=AccessionLine.Way.PAGE,
        received_at=NOW,
        not_before=NOW,
        state=state,
        **fields,
    )


@pytest.fixture
def delivery(db: None) -> Accession:
    """One delivery with a line of each sort."""
    accession = make_accession("Feed of Tuesday", outlet=make_outlet("The Courier"))
    item = make_item(file_name="held-first.jpg", accession=accession)
    make_line(accession, "made.jpg", outcome=Outcome.CREATED, item=item)
    make_line(
        accession,
        "again.jpg",
        outcome=Outcome.ALREADY_HELD,
        item=item,
        reason="Held since 20 June 2024 as “held-first.jpg”.",
    )
    make_line(accession, "broken.jpg", outcome=Outcome.REFUSED, reason="its image data ends early")
    make_line(accession, "lost.jpg", state=State.FAILED, reason="the worker was lost", spool_name="x")
    make_line(accession, "next.jpg", state=State.WAITING)
    return accession


def names(answer: Any) -> set[str]:
    return {line.original_name for line in answer.context["page"]}


@pytest.mark.parametrize("address", ["accessions", "accession", "accession_lines"])
def test_a_visitor_is_sent_to_the_door(client: Client, delivery: Accession, address: str) -> None:
    answer = client.get(reverse(address, args=[] if address == "accessions" else [delivery.pk]))

    assert answer.status_code == 302
    assert reverse("sign_in") in answer.url


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", ["accessions", "accession", "accession_lines"])
def test_every_role_reads_of_deliveries(
    client: Client, people: dict[str, User], delivery: Accession, role: str, address: str
) -> None:
    client.force_login(people[role])

    answer = client.get(reverse(address, args=[] if address == "accessions" else [delivery.pk]))

    assert answer.status_code == 200
    # Names of files can tell as much as the files do.
    assert (b"broken.jpg" in answer.content) == (role != "researcher" and address == "accession")


def test_each_file_says_what_became_of_it(client: Client, people: dict[str, User], delivery: Accession) -> None:
    client.force_login(people["archivist"])

    page = client.get(reverse("accession", args=[delivery.pk])).content.decode()

    assert "its image data ends early" in page
    assert "Held since 20 June 2024 as “held-first.jpg”." in page
    assert "Add as a further appearance in The Courier" in page
    assert page.count("/retry/") == 1
    assert page.count(" data-open>") == 1


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [
        ("created", {"made.jpg"}),
        ("held", {"again.jpg"}),
        ("refused", {"broken.jpg"}),
        ("failed", {"lost.jpg"}),
        ("waiting", {"next.jpg"}),
    ],
)
def test_the_files_are_counted_and_narrowed_by_outcome(
    client: Client, people: dict[str, User], delivery: Accession, outcome: str, shown: set[str]
) -> None:
    client.force_login(people["archivist"])

    answer = client.get(reverse("accession", args=[delivery.pk]), {"outcome": outcome})

    assert names(answer) == shown
    assert {row["name"]: row["count"] for row in answer.context["counts"]}[outcome] == 1


def test_an_outcome_that_does_not_exist_is_not_found(
    client: Client, people: dict[str, User], delivery: Accession
) -> None:
    client.force_login(people["archivist"])

    assert client.get(reverse("accession", args=[delivery.pk]), {"outcome": "eaten"}).status_code == 404


def test_a_researcher_sees_the_items_that_are_cleared_for_them(
    client: Client, people: dict[str, User], delivery: Accession
) -> None:
    make_item(file_name="hidden.jpg", accession=delivery, access=Access.RESTRICTED)
    client.force_login(people["researcher"])

    answer = client.get(reverse("accession", args=[delivery.pk]))
    listed = client.get(reverse("accessions")).context["page"][0]

    assert [item.file_name for item in answer.context["items"]] == ["held-first.jpg"]
    assert listed.item_count == 1


def test_a_failed_file_is_tried_again(client: Client, people: dict[str, User], delivery: Accession) -> None:
    client.force_login(people["archivist"])
    line = delivery.lines.get(original_name="lost.jpg")

    client.post(reverse("retry_line", args=[line.pk]))

    line.refresh_from_db()
    assert line.state != State.FAILED


def test_a_file_whose_bytes_were_not_kept_is_not_tried_again(
    client: Client, people: dict[str, User], delivery: Accession
) -> None:
    client.force_login(people["archivist"])
    line = delivery.lines.get(original_name="broken.jpg")

    answer = client.post(reverse("retry_line", args=[line.pk]), follow=True)

    assert b"Send the file again" in answer.content


@pytest.mark.parametrize("address", ["retry_line", "add_appearance"])
def test_lines_are_not_found_by_who_may_not_read_them(
    client: Client, people: dict[str, User], delivery: Accession, address: str
) -> None:
    client.force_login(people["researcher"])

    answer = client.post(reverse(address, args=[delivery.lines.first().pk]))

    assert answer.status_code == 404


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_costs_the_same_queries_however_many_files_came(
    client: Client, people: dict[str, User], django_assert_max_num_queries: Any, number: int
) -> None:
    accession = make_accession(outlet=make_outlet("The Courier"))
    for _ in range(number):
        item = make_item(accession=accession)
        make_line(accession, item.file_name, outcome=Outcome.CREATED, item=item)
    client.force_login(people["archivist"])

    with django_assert_max_num_queries(15):
        client.get(reverse("accession", args=[accession.pk]))


def test_all_that_failed_is_tried_again_by_one_button(
    client: Client, people: dict[str, User], delivery: Accession
) -> None:
    client.force_login(people["archivist"])
    offered = client.get(reverse("accessions")).content.decode()

    answer = client.post(reverse("retry_failed"), follow=True)

    assert "Try all that failed again" in offered
    assert "1 file is tried again." in answer.content.decode()
    assert "Try all that failed again" not in answer.content.decode()
    assert not delivery.lines.filter(state=State.FAILED).exists()


def test_what_failed_of_one_accession_is_tried_again_by_its_own_button(
    client: Client, people: dict[str, User], delivery: Accession
) -> None:
    client.force_login(people["archivist"])
    delivery.lines.filter(original_name="next.jpg").update(state=State.FAILED, spool_name="y")
    address = reverse("retry_failed_of", args=[delivery.pk])
    offered = client.get(reverse("accession", args=[delivery.pk])).content.decode()

    answer = client.post(address, follow=True)

    assert "Try all 2 failed files again" in offered
    assert "2 files are tried again." in answer.content.decode()
    assert "nothing to try again" in client.post(address, follow=True).content.decode()


def test_a_researcher_is_told_that_archivists_try_again(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])

    answer = client.post(reverse("retry_failed"))

    assert answer.status_code == 403
    assert "Only an archivist" in answer.content.decode()


def test_what_waits_for_reasons_outside_of_it_is_told(
    client: Client, people: dict[str, User], delivery: Accession
) -> None:
    client.force_login(people["archivist"])
    delivery.lines.filter(original_name="next.jpg").update(outages=3, reason="The archive’s disk is full.")

    page = folded(client.get(reverse("accessions")).content.decode())

    assert "One file waits for reasons outside of it. The archive’s disk is full." in page
