"""Accessions corrected by the API and by the command, as by their page."""

import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import Access
from archive.ingest.edit_accession import edit_accession, undo_correction
from archive.ledger.not_done import NotDone
from archive.operation.ledger_comparison import differences
from archive.review.access import set_access
from tests.builders import make_accession, make_item, make_outlet

pytestmark = pytest.mark.django_db


def test_an_accession_is_corrected_and_undone_by_the_api(client: Client, people: dict[str, User]) -> None:
    accession = make_accession("Feed", access=Access.RESTRICTED)
    own, other = (make_item(accession=accession, access=Access.RESTRICTED) for _number in range(2))
    set_access([own], access=Access.RESTRICTED, by=people["moderator"], reason="a child")
    address = reverse("api:corrections", args=[accession.pk])
    client.force_login(people["archivist"])

    told = client.post(address, {"access": "RESEARCH", "reason": "cleared"}, "application/json").json()

    assert [(each["field"], each["before"], each["after"]) for each in told["corrections"]] == [
        ("access", "RESTRICTED", "RESEARCH")
    ]
    assert (told["following"], told["failed"], told["otherwise"]) == ([], [], 1)
    other.refresh_from_db()
    own.refresh_from_db()
    assert (own.access, other.access) == (Access.RESTRICTED, Access.RESEARCH)
    late = client.post(address, {"title": "Fee", "seen": 0}, "application/json")
    assert late.status_code == 409 and "corrected this accession meanwhile" in late.json()["detail"]
    told = client.post(address, {"undo": True, "seen": told["seen"]}, "application/json").json()
    other.refresh_from_db()
    assert other.access == Access.RESTRICTED and len(told["corrections"]) == 2
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 400),
        ({"reason": "why"}, 400),
        ({"access": "RELEASED"}, 400),
        ({"access": None}, 400),
        ({"outlet": "no-such"}, 400),
        ({"undo": True}, 400),
        ({"undo": True, "seen": 0}, 400),
        ({"title": " "}, 400),
        ({"other": 1}, 400),
    ],
    ids=str,
)
def test_what_is_no_correction_is_refused(
    client: Client, people: dict[str, User], sent: dict[str, object], status: int
) -> None:
    accession = make_accession("Feed")
    client.force_login(people["archivist"])

    assert client.post(reverse("api:corrections", args=[accession.pk]), sent, "application/json").status_code == status


def test_only_archivists_correct(client: Client, people: dict[str, User]) -> None:
    address = reverse("api:corrections", args=[make_accession("Feed").pk])
    client.force_login(people["researcher"])

    assert client.get(address).status_code == 403
    assert client.post(address, {"access": "RESTRICTED"}, "application/json").status_code == 403


def test_the_command_corrects_and_undoes(people: dict[str, User]) -> None:
    accession, courier = make_accession("Feed"), make_outlet("The Courier")
    make_item(accession=accession)
    out = io.StringIO()

    call_command(
        "correct_accession", accession.pk, "--by", "archivist", "--access", "restricted", "--outlet", courier.slug,
        "--received", "2024-06-19", stdout=out,
    )  # fmt: skip

    accession.refresh_from_db()
    assert (accession.access, accession.outlet, accession.received_on) == (
        Access.RESTRICTED, courier, date(2024, 6, 19),
    )  # fmt: skip
    assert "0 items are seen otherwise" in out.getvalue()
    call_command("correct_accession", accession.pk, "--by", "archivist", "--undo", stdout=out)
    accession.refresh_from_db()
    assert (accession.access, accession.outlet, accession.received_on) == (Access.RESEARCH, None, None)
    with pytest.raises(CommandError, match="Only who did it"):
        call_command("correct_accession", accession.pk, "--by", "moderator", "--undo", stdout=out)
    with pytest.raises(CommandError, match="Only an archivist"):
        call_command("correct_accession", accession.pk, "--by", "researcher", "--title", "Fee", stdout=out)
    with pytest.raises(CommandError, match="not both"):
        call_command("correct_accession", accession.pk, "--by", "archivist", stdout=out)


def test_how_many_public_items_were_flagged_is_told_by_api_and_command(client: Client, people: dict[str, User]) -> None:
    accession, out = make_accession("Feed"), io.StringIO()
    make_item(accession=accession, access=Access.RELEASED)
    client.force_login(people["archivist"])
    address = reverse("api:corrections", args=[accession.pk])

    told = client.post(address, {"terms": "MANDATORY KILL"}, "application/json").json()
    call_command("correct_accession", accession.pk, "--by", "archivist", "--terms", "Hold for release", stdout=out)

    assert told["flagged"] == 1
    assert "1 public items were flagged" in out.getvalue()


def test_a_correction_is_undone_within_a_day(people: dict[str, User]) -> None:
    accession = make_accession("Feed", terms_public=True)
    [made] = edit_accession(accession, by=people["archivist"], terms_public=False)

    with pytest.raises(NotDone, match="more than a day"):
        undo_correction(accession, by=people["archivist"], seen=made.pk, at=timezone.now() + timedelta(days=1))
    [back] = undo_correction(accession, by=people["archivist"], seen=made.pk, at=timezone.now())
    assert (back.before, back.after) == ("", "yes")
    accession.refresh_from_db()
    assert accession.terms_public
