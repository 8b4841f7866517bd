"""Deliveries: what came with each, and what became of every file of it."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from archive.accounts.models import User
from archive.catalogue.hidden_wordings import hold
from archive.catalogue.models import Access, Accession, AccessionStatement, Item
from archive.ingest import edit_accession as corrections
from archive.ingest.edit_accession import CARRIERS
from archive.ingest.models import AccessionLine, DeliveredList, DeliveredRow, DeliveredSidecar
from archive.operation.models import Process
from archive.projection import carry_changes
from archive.projection.models import RecordChange
from archive.review.access import set_access
from archive.review.withdraw_items import bring_back, withdraw
from archive.web.views.accessions import FILTERS, counts_of
from tests.builders import NOW, make_accession, make_caption, make_item, make_outlet
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


def make_list(accession: Accession, name: str = "words.csv") -> DeliveredList:
    return DeliveredList.objects.create(
        accession=accession, name=name, content=b"", digest=name[:64], received_at=NOW
    )  # fmt: skip


def make_row(captions: DeliveredList, line_number: int, file_name: str, **fields: Any) -> DeliveredRow:
    known = {"captions_list": captions, "line_number": line_number, "file_name": file_name, "stated": {}}
    return DeliveredRow.objects.create(**known | fields)


def make_sidecar(accession: Accession, name: str, **fields: Any) -> DeliveredSidecar:
    known = {"accession": accession, "name": name, "content": b"", "digest": name[:64], "received_at": NOW}
    return DeliveredSidecar.objects.create(**known | fields)


def names_of(lines: Any) -> set[str]:
    return {line.original_name for line in lines}


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


def test_what_was_kept_with_problems_is_counted_and_shown_by_itself(
    client: Client, people: dict[str, User], delivery: Accession
) -> None:
    item = make_item(file_name="cut.jpg", accession=delivery)
    reason = "Its image data ends early: rows below about 40 % are missing."
    make_line(delivery, "cut.jpg", outcome=Outcome.CREATED, item=item, reason=reason, has_problems=True)
    client.force_login(people["archivist"])

    answer = client.get(reverse("accession", args=[delivery.pk]) + "?outcome=problems")

    assert names(answer) == {"cut.jpg"}
    counted = {row["name"]: row["count"] for row in answer.context["counts"]}
    assert (counted["created"], counted["problems"]) == (1, 1)
    row = folded(answer.content.decode())
    assert "uploaded, with problems" in row
    assert 'data-state="created">uploaded' not in row


@pytest.mark.parametrize(("seen_ago", "told"), [(None, True), (30, False), (90, True)])
def test_files_that_wait_without_a_worker_say_so(
    client: Client, people: dict[str, User], delivery: Accession, seen_ago: int | None, told: bool
) -> None:
    if seen_ago is not None:
        seen_at = timezone.now() - timedelta(seconds=seen_ago)
        Process.objects.create(host="here", name="worker", seen_at=seen_at, worked_at=seen_at)
    client.force_login(people["archivist"])
    session = client.session
    session["batch"] = delivery.pk
    session.save()

    for address in (reverse("accession", args=[delivery.pk]), reverse("upload")):
        assert ("No worker is running." in client.get(address).content.decode()) == told
    AccessionLine.objects.filter(state=State.WAITING).delete()
    assert "No worker is running." not in client.get(reverse("upload")).content.decode()


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


def test_files_that_are_in_no_list_are_told_without_going_through_all_rows_for_each(delivery: Accession) -> None:
    line = delivery.lines.get(original_name="made.jpg")
    captions = make_list(delivery)
    unlisted = delivery.lines.filter(FILTERS["unlisted"][1])
    assert names_of(unlisted) == {"made.jpg", "again.jpg"}

    make_row(captions, 2, "again.jpg", line=delivery.lines.get(original_name="again.jpg"))
    later = make_line(delivery, "made.jpg", outcome=Outcome.ALREADY_HELD, item=line.item, about=line)
    make_row(captions, 3, "made.jpg", line=later)

    assert names_of(unlisted.files()) == set()
    if connection.vendor == "sqlite":
        assert "SCAN" not in unlisted.explain()


@pytest.mark.parametrize("name", ["The boy Amadou on the beach of Calais", "Amadou Knownchild"], ids=["long", "a name"])
def test_a_file_that_is_named_after_hidden_words_is_not_named_by_the_words_beside_it(
    client: Client, people: dict[str, User], delivery: Accession, name: str
) -> None:
    item = Item.objects.get(file_name="held-first.jpg")
    line = delivery.lines.get(original_name="made.jpg")
    make_row(make_list(delivery, f"{name}.csv"), 2, "made.jpg", line=line)
    why_not = f"“a.jpg” may be any of 2 files (x/{name}.jpg, {name}/{name}.jpg) and was given to none. Write its path."
    make_row(make_list(delivery, "b.csv"), 2, f"{name}.jpg", why_not=why_not)
    make_row(make_list(delivery, "c.csv"), 2, "a.jpg", why_not=why_not)
    make_sidecar(delivery, f"{name}.xmp", why_not=why_not)
    later = make_line(delivery, "made.jpg", outcome=Outcome.ALREADY_HELD, item=item, about=line)
    make_sidecar(delivery, f"x/{name}.xmp", line=later)
    address = reverse("accession", args=[delivery.pk])
    client.force_login(people["archivist"])
    assert "may be any of 2 files" in client.get(address).content.decode()
    hold(make_caption(item, f"{name}."), by=people["moderator"])

    page = client.get(address).content.decode()

    assert "Amadou" not in page, page[page.find("Amadou") - 200 :][:300]
    assert "It may be of several files, whose names are hidden, and was given to none." in page


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

    with django_assert_max_num_queries(23):
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


def test_a_correction_is_made_on_a_page_and_stands_in_the_history(
    client: Client, people: dict[str, User], delivery: Accession
) -> None:
    client.force_login(people["archivist"])
    address = reverse("edit_accession", args=[delivery.pk])
    said = {"title": "Feed of Wednesday", "supplied_by": "", "terms": "", "note": "", "reason": "a day late"}
    assert 'name="seen" value="0"' in client.get(address).content.decode()

    answer = client.post(address, said | {"seen": "0", "received_on": "2024-06-19"}, follow=True)

    page = folded(answer.content.decode())
    assert "Corrected: Title, Received on." in page
    assert "<del>Feed of Tuesday</del>" in page
    assert "<ins>2024-06-19</ins>" in page
    assert "a day late" in page
    late = client.post(address, said | {"seen": "0", "title": "Other"})
    assert late.status_code == 409
    assert "archivist corrected this accession meanwhile" in late.content.decode()
    assert client.post(address, said | {"seen": "9", "title": ""}).status_code == 422
    client.force_login(people["researcher"])
    assert "Feed of Tuesday" not in client.get(reverse("accession", args=[delivery.pk])).content.decode()


def test_who_corrects_after_another_is_shown_what_that_one_wrote_and_keeps_what_they_typed(
    client: Client, people: dict[str, User], delivery: Accession
) -> None:
    post = make_outlet("The Post")
    address = reverse("edit_accession", args=[delivery.pk])
    opened = {
        "title": delivery.title, "supplied_by": "", "terms": "", "note": "", "access": delivery.access,
        "outlet": delivery.outlet_id, "outlet_text": "The Courier", "seen": "0",
    }  # fmt: skip
    corrections.edit_accession(
        delivery, by=people["moderator"], title="Feed of Monday", outlet=post, access="RESTRICTED", terms_public=True
    )
    client.force_login(people["archivist"])

    answer = client.post(address, opened | {"title": "Feed of Friday", "note": "by mail"})

    page, latest = folded(answer.content.decode()), AccessionStatement.objects.latest("pk").pk
    assert answer.status_code == 409
    assert "<dt>Title</dt> <dd> Feed of Monday" in page and "<dd> The Post" in page and "archive staff only" in page
    form = answer.context["form"]
    assert form["title"].value() == "Feed of Friday" and form["note"].value() == "by mail", "what they typed"
    assert form["outlet"].value() == str(post.pk) and form.outlet_text == "The Post", "what they did not touch"
    assert form["access"].value() == "RESTRICTED" and form["terms_public"].value() is True
    again = {field.name: field.value() for field in form if field.value() not in (None, "")}
    assert again["seen"] == str(latest)
    assert client.post(address, again | {"outlet_text": form.outlet_text}).status_code == 302
    delivery.refresh_from_db()
    assert (delivery.title, delivery.outlet, delivery.access) == ("Feed of Friday", post, "RESTRICTED")
    assert delivery.terms_public and delivery.note == "by mail"


def test_items_that_keep_who_sees_them_are_listed_with_why_and_the_correction_is_undone(
    client: Client, people: dict[str, User]
) -> None:
    accession = make_accession("Feed")
    own, other = make_item(accession=accession), make_item(accession=accession)
    set_access([own], access="RELEASED", by=people["moderator"], reason="seen")
    client.force_login(people["archivist"])
    said = {"title": "Feed", "seen": "0", "access": "RESTRICTED", "reason": "asked"}

    answer = client.post(reverse("edit_accession", args=[accession.pk]), said, follow=True).content.decode()

    assert "Corrected: Access." in answer and "1 item keeps its own access" in answer
    assert "<ins>archive staff only</ins>" in answer
    page = folded(client.get(reverse("otherwise_seen", args=[accession.pk])).content.decode())
    assert "moderator decided so" in page and reverse("item", args=[own.pk]) in page
    assert reverse("item", args=[other.pk]) not in page
    seen = str(AccessionStatement.objects.latest("pk").pk)
    answer = client.post(reverse("undo_correction", args=[accession.pk]), {"seen": seen}, follow=True).content.decode()
    assert "Corrected: Access." in answer and "undoes the correction of" in answer
    other.refresh_from_db()
    assert other.access == "RESEARCH"
    client.force_login(people["moderator"])
    assert (
        "Only who did it can undo it."
        in client.post(reverse("undo_correction", args=[accession.pk]), {"seen": seen}, follow=True).content.decode()
    )


def test_the_outlet_is_corrected_by_name_and_stays_where_nothing_is_said_of_it(
    client: Client, people: dict[str, User], delivery: Accession
) -> None:
    client.force_login(people["archivist"])
    address = reverse("edit_accession", args=[delivery.pk])
    post = make_outlet("The Post")
    page = client.get(address).content.decode()
    assert 'value="The Courier"' in page and f'name="outlet" value="{delivery.outlet_id}"' in page
    said = {"title": delivery.title, "supplied_by": "", "terms": "", "note": "", "reason": "", "seen": "9"}

    same = client.post(address, said | {"outlet": delivery.outlet_id, "outlet_text": "The Courier"}, follow=True)
    unknown = client.post(address, said | {"outlet": "", "outlet_text": "The Unknown"})
    other = client.post(address, said | {"outlet": "", "outlet_text": "the post"}, follow=True)

    assert "Nothing was changed" in same.content.decode()
    assert unknown.status_code == 422 and "No outlet of this name is known." in unknown.content.decode()
    assert 'value="The Unknown"' in unknown.content.decode()
    assert "Corrected: Outlet." in other.content.decode()
    assert "<del>The Courier</del>" in other.content.decode()
    delivery.refresh_from_db()
    assert delivery.outlet == post


@pytest.mark.parametrize("at_once", [50, 2], ids=["at once", "by workers"])
def test_the_page_tells_how_many_public_pictures_are_flagged_as_terms_bound_their_use(
    client: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", at_once)
    accession = make_accession("Feed", supplied_by="A. Desk")
    for _number in range(3):
        make_item(accession=accession, access=Access.RELEASED)
    client.force_login(people["archivist"])
    said = {"title": "Feed", "supplied_by": "A. Desk", "terms": "MANDATORY KILL", "note": "", "reason": "", "seen": "0"}

    answer = client.post(reverse("edit_accession", args=[accession.pk]), said, follow=True).content.decode()

    if at_once == 2:
        assert "Those that are public are flagged for moderators as they follow" in folded(answer)
        assert "the former supplier stands" not in folded(answer)
        while carry_changes.carry_some(CARRIERS):
            pass
        answer = client.get(reverse("accession_progress", args=[accession.pk])).content.decode()
    assert "3 pictures that are public were flagged for moderators: the terms bound their use." in answer


def test_the_page_tells_how_many_items_follow_a_correction_so_far(
    client: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", 2)
    accession = make_accession("Feed")
    items = [make_item(accession=accession) for _number in range(5)]
    client.force_login(people["archivist"])
    page, progress = reverse("accession", args=[accession.pk]), reverse("accession_progress", args=[accession.pk])
    said = {"title": "Feed", "supplied_by": "A. Desk", "terms": "", "note": "", "reason": "", "seen": "0"}

    answer = client.post(reverse("edit_accession", args=[accession.pk]), said, follow=True).content.decode()

    assert "Its items follow one after the other." in answer
    assert "0 of 5 items follow it so far." in folded(answer) and "No worker is running." in answer
    carry_changes.carry_some(CARRIERS)
    assert "2 of 5 items follow it so far." in folded(client.get(progress).content.decode())
    while carry_changes.carry_some(CARRIERS):
        pass
    assert "All items follow the correction." in client.get(progress).content.decode()
    assert 'id="carrying"' not in client.get(page).content.decode()
    RecordChange.objects.update(failed=[items[1].pk])
    assert "Not all items could follow the correction." in client.get(progress).content.decode()
    told = folded(client.get(page).content.decode())
    assert "One item could not follow the last correction." in told
    assert f'<a href="{reverse("item", args=[items[1].pk])}">{items[1].pk}</a>' in told
    seen = str(AccessionStatement.objects.get().pk)
    answer = client.post(reverse("edit_accession", args=[accession.pk]), said | {"seen": seen}, follow=True)
    assert "Its items follow the last correction." in answer.content.decode()
    assert "0 of 5 items follow it so far." in folded(answer.content.decode())
    RecordChange.objects.update(failed=[items[1].pk])
    client.force_login(people["researcher"])
    assert "could not follow" not in client.get(page).content.decode()
    assert client.get(progress).status_code == 403


def found(client: Client, **asked: Any) -> list[str]:
    return [accession.title for accession in client.get(reverse("accessions"), asked).context["page"]]


def test_accessions_are_found_by_who_added_them_when_and_by_words(
    client: Client, people: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    for days, person, title in ((1, "archivist", "Own"), (40, "archivist", "Old"), (1, "moderator", "Another’s")):
        accession = make_accession(title, supplied_by="A. Desk" if person == "archivist" else "")
        Accession.objects.filter(pk=accession.pk).update(opened_by=people[person], opened_at=now - timedelta(days=days))
    # An old accession to which a file was added lately.
    line = make_line(Accession.objects.get(title="Old"), "late.jpg", state=State.WAITING)
    client.force_login(people["archivist"])
    own_week = {"by": people["archivist"].pk, "since": (timezone.localdate() - timedelta(days=7)).isoformat()}

    assert found(client, **own_week) == ["Own"]
    AccessionLine.objects.filter(pk=line.pk).update(received_by=people["archivist"], received_at=now)
    assert found(client, **own_week) == ["Own", "Old"]
    assert found(client, until=(timezone.localdate() - timedelta(days=7)).isoformat()) == ["Old"]
    assert found(client, q="desk") == ["Own", "Old"]
    assert found(client, since="not a day") == found(client)
    page = client.get(reverse("accessions"), own_week | {"q": "nothing"}).content.decode()
    assert "No accession was added so." in page
    assert f"?q=added-by%3Aarchivist%20received%3A{own_week['since']}.." in page
    with django_assert_max_num_queries(12):
        client.get(reverse("accessions"), own_week)


def test_who_restricts_an_accession_of_many_items_is_told_at_once_how_many_stay_open(
    client: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", 1)
    accession = make_accession("Feed")
    own, *_others = [make_item(accession=accession) for _number in range(3)]
    set_access([own], access="RELEASED", by=people["moderator"], reason="seen")
    client.force_login(people["archivist"])
    said = {"title": "Feed", "seen": "0", "access": "RESTRICTED", "reason": "asked"}

    answer = folded(client.post(reverse("edit_accession", args=[accession.pk]), said, follow=True).content.decode())

    assert "0 of 3 items follow it so far" in answer and "1 item keeps its own access" in answer
    assert "except those whose access somebody decided" in answer
    seen = accession.statements.latest("pk").pk
    client.post(reverse("edit_accession", args=[accession.pk]), {**said, "seen": seen, "access": "RESEARCH"})
    out = io.StringIO()
    call_command("correct_accession", accession.pk, "--by", "archivist", "--access", "restricted", stdout=out)
    assert "3 items follow" in out.getvalue() and "1 items are seen otherwise" in out.getvalue()


def test_an_item_that_came_back_closed_to_an_open_accession_is_listed_with_what_to_do(
    client: Client, people: dict[str, User]
) -> None:
    accession = make_accession("Feed", access="RESTRICTED")
    item = make_item(accession=accession, access="RESTRICTED")
    withdraw([item], by=people["moderator"], reason="by mistake", at=timezone.now())
    corrections.edit_accession(accession, by=people["archivist"], access="RESEARCH")
    bring_back([item], by=people["moderator"], reason="it was none", at=timezone.now())
    client.force_login(people["archivist"])

    page = folded(client.get(reverse("otherwise_seen", args=[accession.pk])).content.decode())

    assert reverse("item", args=[item.pk]) in page and "set its access on its page" in page


def test_counts_of_files_agree_with_their_number_in_french(people: dict[str, User]) -> None:
    delivery, told = make_accession("Feed"), []

    for number in range(2):
        make_line(delivery, f"{number}.jpg", outcome=Outcome.CREATED)
        with override("fr"):
            told.append(str(counts_of(delivery, people["archivist"])[1]["label"]))

    assert told == ["versé", "versés"]
