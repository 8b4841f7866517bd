"""Captions are read into claims, and read again without harm."""

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.accounts.models import User
from archive.authorities.models import Place, PlaceName
from archive.authorities.revision import advance
from archive.catalogue.models import Caption, Item
from archive.claims.caption_claims import Changes, read_captions
from archive.claims.models import Claim, Ruling, Source
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import recording
from archive.press.models import Appearance
from archive.projection.write_projection import project
from archive.review.claim_rulings import rule
from archive.review.correct_claims import correct
from archive.review.describe_items import describe
from archive.standards.edtf import parse
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.builders import (
    NOW,
    make_accession,
    make_appearance,
    make_caption,
    make_claim,
    make_item,
    make_outlet,
    make_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def kent() -> Any:
    england = make_place("England", kind="COUNTRY", country_code="GB")
    kent = make_place("Kent", kind="COUNTY", parent=england, country_code="GB")
    return {name: make_place(name, parent=kent, country_code="GB") for name in ("Dover", "Deal")}


def read(*items: Item) -> dict[int, Changes]:
    with recording():
        changed = read_captions(items, at=NOW)
        project(items)
    return changed


def said(item: Item) -> list[tuple[str, str, str, str]]:
    claims = Claim.objects.filter(item=item, source__start__isnull=False).with_grounds().order_by("pk")
    return [(claim.property, claim.as_written, claim.label(), claim.standing) for claim in claims]


def test_a_caption_becomes_claims_that_rest_on_its_words(kent: Any) -> None:
    outlet = make_outlet("Sky News", kind="BROADCASTER")
    item = make_item(accession=make_accession(published_on=date(2024, 6, 19), outlet=outlet))
    text = "Two dozen people are brought into Dover on 18 June 2024. Photo: Sky News"
    caption = make_caption(item, text)

    read(item)

    claims = {claim.property: claim for claim in Claim.objects.with_grounds()}
    assert said(item) == [
        ("date_created", "18 June 2024", "18 June 2024", "PROPOSED"),
        ("location_shown", "Dover", "Dover, Kent", "PROPOSED"),
        ("credit_line", "Photo: Sky News", "Photo: Sky News", "PROPOSED"),
        ("people_count", "Two dozen people", "24", "PROPOSED"),
    ]
    source = claims["location_shown"].source
    assert (source.kind, source.caption, text[source.start : source.end]) == (SourceKind.CAPTION, caption, "Dover")
    assert source.rule == "place: name" and source.rule_version
    assert claims["credit_line"].value_outlet == outlet
    item.refresh_from_db()
    assert (item.lead_place, item.date_created_edtf) == (kent["Dover"], "2024-06-18")


def test_a_caption_read_again_changes_nothing(kent: Any) -> None:
    item = make_item()
    make_caption(item, "Boats at Dover on 18 June 2024, seen from Deal.")
    read(item)
    before = list(Claim.objects.order_by("pk").values_list("pk", flat=True))

    assert read(item) == {}

    assert list(Claim.objects.order_by("pk").values_list("pk", flat=True)) == before
    assert not Ruling.objects.exists()


def test_twins_of_one_wording_are_read_once(kent: Any) -> None:
    item = make_item()
    first = make_caption(item, "Boats at Dover.", group="IPTC")
    make_caption(item, "Boats at Dover.\n", group="XMP-dc")

    read(item)

    assert [claim.source.caption for claim in Claim.objects.select_related("source__caption")] == [first]


def test_headlines_are_not_read(kent: Any) -> None:
    item = make_item()
    make_caption(item, "Boats at Dover", role=Caption.Role.HEADLINE)

    assert read(item) == {}


def test_a_column_of_the_captions_list_is_not_said_again(kent: Any) -> None:
    item = make_item()
    caption = make_caption(item, "Boats near Dover on 18 June 2024.", origin=Caption.Origin.LIST)
    source = Source.objects.create(kind=SourceKind.CAPTION, caption=caption, group="CSV", tag="place")
    column = {"item": item, "source": source, "claimed_at": NOW}
    Claim.objects.create(property=Property.LOCATION_SHOWN, value_place=kent["Dover"], value_text="Dover", **column)

    read(item)

    assert [name for name, *_rest in said(item)] == ["date_created"]


def appearance(item: Item, caption: Caption, day: str) -> None:
    days = parse(day)
    Appearance.objects.create(
        item=item, wording=caption, published_edtf=day, published_earliest=days.earliest,
        published_latest=days.latest, recorded_at=NOW,
    )  # fmt: skip


def test_words_in_print_are_read_against_the_day_they_were_printed() -> None:
    item = make_item(accession=make_accession(published_on=date(2024, 7, 12), outlet=make_outlet("The Paper")))
    caption = make_caption(item, "Boats on Tuesday.", origin=Caption.Origin.PRINT)
    appearance(item, caption, "2024-06-19")

    read(item)

    claim = Claim.objects.select_related("source").get()
    assert claim.value_edtf == "2024-06-18"
    assert claim.source.note == "read against Wednesday 19 June 2024, the day it was printed"


@pytest.mark.parametrize(
    ("published", "has_outlet", "of_file", "edtf"),
    [
        ("2024-06-19", True, "", "2024-06-18"),
        ("2024-06-19", False, "", None),
        ("2024-06-19", True, "2024-04-24", "2024-04-23"),
        ("2024-06-19", True, "2024-06-19", "2024-06-18"),
        ("", False, "2024-04-24", "2024-04-23"),
        ("", False, "", None),
    ],
    ids=["the delivery", "nobody published it", "an old file", "the same days", "the file alone", "no day at all"],
)
def test_words_in_a_file_are_read_against_the_day_they_were_written_for(
    published: str, has_outlet: bool, of_file: str, edtf: str | None
) -> None:
    from archive.extraction.models import Reading

    outlet = make_outlet("Sky News") if has_outlet else None
    item = make_item(
        accession=make_accession(published_on=date.fromisoformat(published) if published else None, outlet=outlet)
    )
    reading = Reading.objects.create(
        media_file=item.media_file, reader="embedded", reader_version="1", read_at=NOW, state="READ"
    )
    make_caption(item, "Boats on Tuesday.", reading=reading)
    if of_file:
        source = Source.objects.create(kind=SourceKind.EMBEDDED_DESCRIPTION, reading=reading)
        days = parse(of_file)
        Claim.objects.create(
            item=item, property=Property.DATE_CREATED, source=source, claimed_at=NOW, value_edtf=of_file,
            value_earliest=days.earliest, value_latest=days.latest,
        )  # fmt: skip

    read(item)

    assert [claim.value_edtf for claim in Claim.objects.read_from_captions()] == ([edtf] if edtf else [])


@pytest.mark.parametrize(
    ("published", "edtf"), [("2024-06-19", ["2024-06-18"]), ("", [])], ids=["another day", "nobody published it"]
)
def test_a_sidecar_of_a_later_delivery_is_read_against_that_one(published: str, edtf: list[str]) -> None:
    from archive.extraction.models import Reading

    item = make_item(accession=make_accession(published_on=date(2023, 1, 18), outlet=make_outlet("Sky News")))
    later = make_accession(
        published_on=date.fromisoformat(published) if published else None,
        outlet=make_outlet("The Paper") if published else None,
    )
    reading = Reading.objects.create(
        media_file=item.media_file, reader="sidecar", reader_version="1", read_at=NOW, state="READ"
    )
    make_caption(item, "Boats on Tuesday.", origin=Caption.Origin.SIDECAR, reading=reading, accession=later)

    read(item)

    assert [claim.value_edtf for claim in Claim.objects.read_from_captions()] == edtf


def test_words_are_not_read_against_what_only_a_restricted_delivery_tells(people: dict[str, User]) -> None:
    item, shut = make_item(), make_accession(access="RESTRICTED")
    opened = make_caption(item, "Boats on Tuesday.", origin=Caption.Origin.LIST, accession=item.accession)
    closed = make_caption(item, "Boats, on Tuesday.", origin=Caption.Origin.PRINT, accession=shut)
    for caption in (opened, closed):
        make_appearance(item, published="2024-06-19", wording=caption, accession=shut)

    read(item)

    claims = Claim.objects.read_from_captions().select_related("source__caption")
    assert [claim.source.caption for claim in claims] == [closed]
    assert not claims.told_to(people["researcher"]).exists()


def test_words_that_nobody_published_leave_tuesday_open() -> None:
    item = make_item(accession=make_accession(published_on=date(2024, 7, 12), outlet=make_outlet("The Paper")))
    make_caption(item, "Overfull boat on Tuesday.", origin=Caption.Origin.LIST)

    assert read(item) == {}


def test_a_new_version_of_a_caption_supersedes_what_the_old_one_said(kent: Any, people: dict[str, User]) -> None:
    item = make_item()
    first = describe(item, text="A boat at Dover on 18 June 2024.", by=people["archivist"])

    describe(item, text="A boat at Deal on 18 June 2024.", by=people["archivist"], supersedes=first)

    assert said(item) == [
        ("date_created", "18 June 2024", "18 June 2024", "SUPERSEDED"),
        ("location_shown", "Dover", "Dover, Kent", "SUPERSEDED"),
        ("date_created", "18 June 2024", "18 June 2024", "PROPOSED"),
        ("location_shown", "Deal", "Deal, Kent", "PROPOSED"),
    ]
    by_machine = Ruling.objects.order_by("pk").values_list("ruled_by", "superseded_by__as_written")
    assert list(by_machine) == [(None, "18 June 2024"), (None, None)]
    item.refresh_from_db()
    assert item.lead_place == kent["Deal"]


def test_what_a_person_decided_stands_when_the_rules_read_otherwise(kent: Any, people: dict[str, User]) -> None:
    item = make_item()
    make_caption(item, "A boat at Dover on 18 June 2024.")
    read(item)
    place, day = (Claim.objects.with_grounds().get(property=name) for name in ("location_shown", "date_created"))
    rule(place, standing=Standing.ACCEPTED, by=people["archivist"])
    rule(day, standing=Standing.REJECTED, by=people["archivist"], reason="an old picture")

    PlaceName.objects.filter(place=kent["Dover"]).delete()
    advance(Place)
    read(item)

    assert [(words, standing) for _name, words, _label, standing in said(item)] == [
        ("18 June 2024", "REJECTED"),
        ("Dover", "ACCEPTED"),
    ]


def test_what_no_longer_follows_is_superseded_and_proposed_again_when_it_does(kent: Any) -> None:
    item = make_item()
    make_caption(item, "A boat at Dover.")
    read(item)
    name = PlaceName.objects.get(place=kent["Dover"])
    PlaceName.objects.filter(pk=name.pk).delete()
    advance(Place)

    read(item)
    assert [standing for *_rest, standing in said(item)] == ["SUPERSEDED"]

    name.pk = None
    name.save(force_insert=True)
    advance(Place)
    read(item)
    assert [standing for *_rest, standing in said(item)] == ["PROPOSED"]
    assert list(Ruling.objects.values_list("ruled_by", flat=True)) == [None, None]


def test_a_correction_takes_the_place_of_the_reading_for_good(kent: Any, people: dict[str, User]) -> None:
    item = make_item()
    caption = make_caption(item, "A boat at Dover.")
    read(item)
    machine = Claim.objects.with_grounds().get()

    corrected = correct(machine, by=people["archivist"], place=kent["Deal"], note="the pier is in the picture")

    assert said(item) == [
        ("location_shown", "Dover", "Dover, Kent", "SUPERSEDED"),
        ("location_shown", "Deal", "Deal, Kent", "PROPOSED"),
    ]
    source = corrected.source
    assert (source.kind, source.person, source.caption, source.start, source.end) == (
        SourceKind.PERSON, people["archivist"], caption, 10, 15,
    )  # fmt: skip
    ruling = Ruling.objects.get()
    assert (ruling.claim, ruling.superseded_by, ruling.ruled_by) == (machine, corrected, people["archivist"])
    assert list(LedgerEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["claim", "superseded claim"]
    assert read(item) == {}
    item.refresh_from_db()
    assert item.lead_place == kent["Deal"]


def test_a_correction_said_once_more_stands(people: dict[str, User]) -> None:
    item = make_item()
    make_caption(item, "A boat on 18 June 2024.")
    read(item)
    said_first = {"by": people["archivist"], "note": "I was there", "date": parse("2024-06-17")}
    corrected = correct(Claim.objects.with_grounds().get(), **said_first)

    assert correct(Claim.objects.with_grounds().get(pk=corrected.pk), **said_first) == corrected

    assert Claim.objects.with_standing().get(pk=corrected.pk).standing == Standing.PROPOSED
    item.refresh_from_db()
    assert item.date_created_edtf == "2024-06-17"


def test_what_a_person_settled_is_not_opened_by_rules_that_read_as_once_before(people: dict[str, User]) -> None:
    item = make_item()
    make_caption(item, "A boat on 18 June 2024.")
    read(item)
    once = Claim.objects.select_related("source").get()
    Ruling.objects.create(claim=once, standing=Standing.SUPERSEDED, reason="read otherwise", ruled_at=NOW)
    span = {"caption": once.source.caption, "start": once.source.start, "end": once.source.end}
    source = Source.objects.create(kind=SourceKind.CAPTION, rule="of another version", **span)
    between = Claim.objects.create(
        item=item, property=once.property, source=source, claimed_at=NOW,
        value_edtf="2024-06-17", value_earliest="2024-06-17", value_latest="2024-06-17",
    )  # fmt: skip
    rule(between, standing=Standing.ACCEPTED, by=people["archivist"])

    read(item)

    assert [standing for *_rest, standing in said(item)] == ["SUPERSEDED", "ACCEPTED"]


def test_a_caption_does_not_contradict_itself(kent: Any) -> None:
    item = make_item()
    far = make_place("Wick", latitude_degrees=58.4, longitude_degrees=-3.1, country_code="GB")
    kent["Dover"].latitude_degrees, kent["Dover"].longitude_degrees = 51.1, 1.3
    kent["Dover"].save()
    advance(Place)
    make_caption(item, "Boats in Dover and in Wick.")

    read(item)

    assert {claim.value_place for claim in Claim.objects.all()} == {kent["Dover"], far}
    item.refresh_from_db()
    assert not item.is_contested


def test_a_correction_supersedes_what_it_corrects(kent: Any) -> None:
    item = make_item(accession=make_accession(published_on=date(2024, 6, 19)))
    make_caption(item, "A boat off Deal on 17 June 2024.")
    read(item)
    make_caption(item, "CORRECTION: a boat off Dover on 18 June 2024, not Deal as stated earlier.")

    read(item)

    standing = [(label, standing) for _property, _words, label, standing in said(item)]
    assert standing == [
        ("17 June 2024", "SUPERSEDED"),
        ("Deal, Kent ± 15 km", "SUPERSEDED"),
        ("18 June 2024", "PROPOSED"),
        ("Dover, Kent ± 15 km", "PROPOSED"),
    ]
    reasons = set(Ruling.objects.filter(standing=Standing.SUPERSEDED).values_list("reason", flat=True))
    assert reasons == {"another caption of the item corrects it"}
    item.refresh_from_db()
    assert (item.lead_place, item.date_created_edtf) == (kent["Dover"], "2024-06-18")


def test_a_denial_takes_back_no_more_than_it_denies(kent: Any) -> None:
    item = make_item(accession=make_accession(published_on=date(2024, 6, 19)))
    make_caption(item, "A boat off Deal on 17 June 2024.")
    make_caption(item, "The boat was off Dover, not Deal.")

    read(item)

    assert [(label, standing) for _property, _words, label, standing in said(item)] == [
        ("17 June 2024", "PROPOSED"),
        ("Dover, Kent ± 15 km", "PROPOSED"),
    ]


def test_near_a_town_does_not_contest_the_next_town() -> None:
    item = make_item()
    dover = make_place("Dover", latitude_degrees=51.1295, longitude_degrees=1.3089)
    folkestone = make_place("Folkestone", latitude_degrees=51.0792, longitude_degrees=1.1794)
    make_claim(item, Property.LOCATION_SHOWN, value_place=folkestone, kind=SourceKind.EMBEDDED_DESCRIPTION)
    make_caption(item, "A boat near Dover.")

    read(item)

    assert Claim.objects.filter(value_place=dover, uncertainty_metres=10_000).exists()
    item.refresh_from_db()
    assert not item.is_contested


def test_a_name_of_several_places_places_nothing(kent: Any) -> None:
    make_place("Hythe", slug="hythe-kent", latitude_degrees=51.07, longitude_degrees=1.08)
    make_place("Hythe", slug="hythe-hampshire", latitude_degrees=50.87, longitude_degrees=-1.4)
    item = make_item()
    make_caption(item, "Waves at Hythe.")

    read(item)

    claim = Claim.objects.select_related("source").get()
    assert (claim.value_place, claim.value_text) == (None, "Hythe")
    assert claim.source.note.endswith("which of several places is meant: Hythe; Hythe")
    item.refresh_from_db()
    assert not item.is_placed


def test_reading_many_items_costs_no_more_queries(kent: Any) -> None:
    items = [make_item() for _ in range(7)]
    for item in items:
        make_caption(item, "Two dozen people at Dover on 18 June 2024.")

    def queries(some: list[Item]) -> int:
        with recording(), CaptureQueriesContext(connection) as caught:
            read_captions(some, at=NOW)
        return len(caught)

    read(items[0])
    assert queries(items[1:2]) == queries(items[2:]) <= 10


def test_the_command_reads_all_captions_again_and_says_what_changed(kent: Any, capsys: Any) -> None:
    items = [make_item() for _ in range(3)]
    for item in items[:2]:
        make_caption(item, "A boat at Dover.")

    call_command("reread_captions")
    call_command("reread_captions")
    call_command("reread_captions", "--after", str(items[0].pk))

    assert capsys.readouterr().out.splitlines() == [
        "2 items read: 2 claims added, 0 superseded, 0 proposed again.",
        "2 items read: 0 claims added, 0 superseded, 0 proposed again.",
        "1 items read: 0 claims added, 0 superseded, 0 proposed again.",
    ]
    assert LedgerEntry.objects.filter(verb="read captions again").count() == 2
    assert Item.objects.filter(lead_place=kent["Dover"]).count() == 2


def test_a_reading_that_a_person_rejected_stays_rejected_in_every_caption(kent: Any, people: dict[str, User]) -> None:
    item = make_item()
    make_caption(item, "A boat reaches Dover on 18 June 2024.")
    read(item)
    day = Claim.objects.get(property=Property.DATE_CREATED)

    rule(day, standing=Standing.REJECTED, by=people["archivist"], reason="an old picture")
    make_caption(item, "On 18 June 2024 another boat came. It is Deal.")
    read(item)

    days = [row for row in said(item) if row[0] == "date_created"]
    assert [row[3] for row in days] == ["REJECTED", "REJECTED"]
    item.refresh_from_db()
    assert item.date_created_edtf == ""
    second = Claim.objects.filter(property=Property.DATE_CREATED).exclude(pk=day.pk).get()
    assert "a person rejected this reading" in second.rulings.get().reason

    rule(day, standing=Standing.PROPOSED, by=people["archivist"])

    days = [row for row in said(item) if row[0] == "date_created"]
    assert [row[3] for row in days] == ["PROPOSED", "PROPOSED"], "put back by a person, it may lead again"
    item.refresh_from_db()
    assert item.date_created_edtf == "2024-06-18"


def test_a_rejection_holds_for_a_caption_that_repeats_it_already(kent: Any, people: dict[str, User]) -> None:
    item = make_item()
    make_caption(item, "A boat reaches Dover on 18 June 2024.")
    make_caption(item, "On 18 June 2024 another boat came. It is Deal.")
    read(item)
    first = Claim.objects.filter(property=Property.DATE_CREATED).order_by("pk").first()

    rule(first, standing=Standing.REJECTED, by=people["archivist"], reason="an old picture")

    item.refresh_from_db()
    assert item.date_created_edtf == ""
    assert ("location_shown", "Dover", "Dover, Kent", "PROPOSED") in said(item), "another reading of it stands"


def test_a_correction_that_answers_its_rivals_ends_the_contest_until_a_new_one_comes(
    client: Any, people: dict[str, User]
) -> None:
    item = make_item()
    make_caption(item, "A boat on 3 May 2024.")
    read(item)
    camera = make_claim(item, Property.DATE_CREATED, date="2024-06-20", kind=SourceKind.APPEARANCE)
    day = Claim.objects.get(property=Property.DATE_CREATED, source__start__isnull=False)
    item.refresh_from_db()
    assert item.contested == ["date_created"]
    client.force_login(people["archivist"])
    page = client.get(f"/items/{item.pk}/").content.decode()
    assert f'name="answers" value="{camera.pk}"' in page

    asked = {"date": "2024-06-18", "note": "the harbour log says so", "answers": camera.pk, "seen": 0}
    client.post(f"/claims/{day.pk}/correction/", asked)

    item.refresh_from_db()
    assert (item.date_created_edtf, item.contested) == ("2024-06-18", [])
    ruling = camera.rulings.get()
    assert (ruling.standing, ruling.ruled_by) == (Standing.SUPERSEDED, people["archivist"])
    assert ruling.reason == "the harbour log says so"
    assert ruling.superseded_by.value_edtf == "2024-06-18"

    make_claim(item, Property.DATE_CREATED, date="2024-06-25", kind=SourceKind.APPEARANCE)
    item.refresh_from_db()
    assert item.contested == ["date_created"]


def test_a_correction_answers_nothing_without_a_reason_or_that_was_not_shown(people: dict[str, User]) -> None:
    item = make_item()
    make_caption(item, "A boat on 3 May 2024.")
    read(item)
    day = Claim.objects.get(property=Property.DATE_CREATED)
    later = make_claim(item, Property.DATE_CREATED, date="2024-06-20", kind=SourceKind.APPEARANCE)
    right = parse("2024-06-18")

    with pytest.raises(NotDone, match="how you know"):
        correct(day, by=people["archivist"], date=right, answers=later.pk)
    correct(day, by=people["archivist"], date=right, note="the log", answers=later.pk - 1)

    assert not later.rulings.exists()
    item.refresh_from_db()
    assert item.contested == ["date_created"]
