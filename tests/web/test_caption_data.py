"""The reading view: what captions say, and what people do with it, on the item page and for a delivery."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.accounts.models import User
from archive.authorities.models import Place
from archive.catalogue.models import Item
from archive.claims.caption_claims import read_captions
from archive.claims.models import Claim, Ruling
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import recording
from archive.projection.write_projection import project
from archive.standards.vocabulary import Property, SourceKind, Standing
from archive.web.forms.claims import CorrectionForm
from tests.builders import NOW, make_accession, make_caption, make_claim, make_item, make_place
from tests.pages import folded

pytestmark = pytest.mark.django_db
TEXT = "Two dozen people and an RNLI lifeboat at Dover on 18 June 2024."


def read(*items: Item) -> None:
    with recording():
        read_captions(items, at=NOW)
        project(items)


@pytest.fixture
def dover(db: None) -> Place:
    return make_place("Dover")


@pytest.fixture
def item(dover: Place) -> Item:
    made = make_item()
    make_caption(made, TEXT)
    read(made)
    return made


def claim_of(item: Item, name: str) -> Claim:
    return Claim.objects.with_standing().get(item=item, property=name, source__kind=SourceKind.CAPTION)


def page_of(client: Client, person: User, address: str) -> str:
    client.force_login(person)
    return folded(client.get(address).content.decode())


def test_the_words_of_a_caption_are_underlined_by_what_they_say(
    client: Client, people: dict[str, User], item: Item
) -> None:
    page = page_of(client, people["researcher"], f"/items/{item.pk}/")

    marked = re.findall(r'<(?:a|span) class="underlined"[^>]*data-kind="(\w+)"[^>]*>([^<]+)</', page)
    words = re.sub(r"<[^>]+>", "", re.search(r"<blockquote>(.*?)</blockquote>", page, re.DOTALL)[1])
    assert marked[:4] == [
        ("count", "Two dozen people"), ("body", "RNLI"), ("place", "Dover"), ("date", "18 June 2024"),
    ]  # fmt: skip
    assert html.unescape(words).strip() == TEXT
    assert "read as: a whole date" in page


def test_a_researcher_reads_and_does_not_rule(client: Client, people: dict[str, User], item: Item) -> None:
    page = page_of(client, people["researcher"], f"/items/{item.pk}/")
    claim = claim_of(item, "location_shown")

    assert "data-reading" in page and "reading__rule" not in page and "reading__correct" not in page
    assert client.post(f"/claims/{claim.pk}/ruling/", {"standing": "ACCEPTED"}).status_code == 403
    assert client.post(f"/claims/{claim.pk}/correction/", {"place": "1"}).status_code == 403
    assert client.get(f"/accessions/{item.accession_id}/caption-data/").status_code == 403
    assert not Ruling.objects.exists()


def test_spans_that_overlap_keep_every_letter_and_every_claim(
    client: Client, people: dict[str, User], item: Item
) -> None:
    caption = item.captions.get()
    other = make_claim(item, Property.CREDIT_LINE, value_text="people and an RNLI")
    type(other.source).objects.bulk_create(
        [type(other.source)(kind=SourceKind.CAPTION, caption=caption, start=10, end=26, rule="credit: line")]
    )
    source = type(other.source).objects.latest("pk")
    Claim.objects.create(
        item=item, property=Property.CREDIT_LINE, source=source, value_text="people and an RNLI", claimed_at=NOW
    )

    page = page_of(client, people["archivist"], f"/items/{item.pk}/")

    words = re.search(r"<blockquote>(.*?)</blockquote>", page, re.DOTALL)[1]
    assert html.unescape(re.sub(r"<[^>]+>", "", words)).strip() == TEXT
    assert re.search(r'data-claims="\d+ \d+ "[^>]*>\s*<span class="underlined__also"[^>]*>people</span>', words)


def test_a_visitor_sees_the_words_alone(client: Client, item: Item) -> None:
    Item.objects.update(access="RELEASED")

    page = client.get(f"/items/{item.pk}/").content.decode()

    assert TEXT in page
    assert "underlined" not in page.replace("Underlined in captions", "")


def test_a_reading_is_accepted_and_the_page_comes_back(client: Client, people: dict[str, User], item: Item) -> None:
    client.force_login(people["archivist"])
    claim = claim_of(item, "location_shown")

    answer = client.post(f"/claims/{claim.pk}/ruling/?q=boat", {"standing": "ACCEPTED"})

    assert answer["Location"] == f"/items/{item.pk}/?q=boat"
    assert claim_of(item, "location_shown").standing == Standing.ACCEPTED


def test_a_rejection_without_a_reason_is_refused_beside_the_form(
    client: Client, people: dict[str, User], item: Item
) -> None:
    client.force_login(people["archivist"])
    claim = claim_of(item, "location_shown")

    answer = client.post(f"/claims/{claim.pk}/ruling/", {"standing": "REJECTED"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Retarget"]) == (422, f"#refused-{claim.pk}")
    assert "needs a reason" in answer.content.decode()
    assert claim_of(item, "location_shown").standing == Standing.PROPOSED


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("date_created", {"date": "mid June 2024?"}, {"value_edtf": "2024-06-11?/2024-06-20?"}),
        ("people_count", {"least": "20", "most": ""}, {"value_min": 20, "value_max": None}),
    ],
    ids=["a date in words", "at least so many"],
)
def test_a_reading_is_corrected(
    client: Client, people: dict[str, User], item: Item, name: str, given: dict, expected: dict
) -> None:
    client.force_login(people["archivist"])
    claim = claim_of(item, name)

    client.post(f"/claims/{claim.pk}/correction/", given | {"note": "seen in the picture"})

    corrected = Claim.objects.select_related("source").get(source__kind=SourceKind.PERSON)
    assert {field: getattr(corrected, field) for field in expected} == expected
    assert (corrected.source.start, corrected.source.note) == (claim.source.start, "seen in the picture")
    assert claim_of(item, name).standing == Standing.SUPERSEDED


def test_the_field_of_a_season_takes_again_what_it_shows(people: dict[str, User], item: Item) -> None:
    season = make_claim(item, Property.DATE_CREATED, date="1923-24")

    form = CorrectionForm({"date": CorrectionForm(claim=season)["date"].value(), "note": "the snow"}, claim=season)

    assert form.is_valid() and form.cleaned_data["date"].edtf == "1923-24"


def test_a_place_is_corrected_by_choosing_it(client: Client, people: dict[str, User], item: Item) -> None:
    deal = make_place("Deal")
    client.force_login(people["archivist"])

    client.post(f"/claims/{claim_of(item, 'location_shown').pk}/correction/", {"place": deal.pk})

    item.refresh_from_db()
    assert item.lead_place == deal
    assert 'data-kind="place"' in page_of(client, people["archivist"], f"/items/{item.pk}/")


@pytest.mark.parametrize(
    ("name", "given", "problem"),
    [
        ("date_created", {"date": "the other day"}, "a date"),
        ("date_created", {"date": ""}, "Write a date"),
        ("location_shown", {"place": ""}, "Choose one of the list"),
        ("people_count", {"least": "9", "most": "3"}, "swap the two"),
    ],
    ids=["no date", "nothing", "no place", "ends swapped"],
)
def test_a_correction_that_says_nothing_changes_nothing(
    client: Client, people: dict[str, User], item: Item, name: str, given: dict, problem: str
) -> None:
    client.force_login(people["archivist"])

    answer = client.post(f"/claims/{claim_of(item, name).pk}/correction/", given, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert problem in html.unescape(answer.content.decode())
    assert not Ruling.objects.exists()


def test_a_name_of_several_places_offers_each(client: Client, people: dict[str, User]) -> None:
    kent, hampshire = (make_place(name, kind="COUNTY") for name in ("Kent", "Hampshire"))
    places = [make_place("Hythe", slug=f"hythe-{above.slug}", parent=above) for above in (kent, hampshire)]
    item = make_item()
    make_caption(item, "Waves at Hythe.")
    read(item)

    page = page_of(client, people["archivist"], f"/items/{item.pk}/")

    for place in places:
        assert re.search(rf'<button class="button" name="place" value="{place.pk}"> Hythe, ', page)
    assert 'name="standing" value="ACCEPTED">' not in page[page.index("reading__candidates") :]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("mid June 2024?", "11 June 2024"), ("June 2024?", "June 2024 (uncertain)"), ("soon", "is no date"), ("", "")],
    ids=["a third of a month", "in doubt", "no date", "nothing"],
)
def test_a_typed_date_is_said_as_it_is_understood(client: Client, typed: str, answer: str) -> None:
    said = client.get("/suggest/dates/", {"date": typed}).content.decode()

    assert answer in html.unescape(said)
    assert bool(said.strip()) is bool(typed)
    assert [client.get("/suggest/dates/", {name: typed}).content.decode() for name in ("date_from", "date_to")] == [
        said,
        said,
    ]


# -- a whole delivery --------------------------------------------------------------------------------------------------


@pytest.fixture
def delivery(dover: Place) -> list[Item]:
    accession = make_accession("Feed")
    items = [make_item(accession=accession, file_name=f"boat-{number}.jpg") for number in range(3)]
    for number, item in enumerate(items):
        make_caption(item, f"A boat at Dover on {17 + number} June 2024.")
        make_claim(item, Property.DATE_CREATED, date="2024-06-18T05:12:00", kind=SourceKind.DEVICE_METADATA)
    read(*items)
    return items


def test_a_delivery_lists_what_is_undecided_and_counts_it(
    client: Client, people: dict[str, User], delivery: list[Item]
) -> None:
    address = f"/accessions/{delivery[0].accession_id}/caption-data/"
    client.force_login(people["archivist"])
    for name in ("location_shown", "date_created"):
        client.post(f"/claims/{claim_of(delivery[0], name).pk}/ruling/", {"standing": "ACCEPTED"})

    page = page_of(client, people["archivist"], address)
    dates = page_of(client, people["archivist"], f"{address}?kind=date")

    assert re.findall(r"<b>(\d+)</b> ([\w ]+)</a>", page) == [("4", "to check"), ("2", "date"), ("2", "place")]
    assert [item.file_name in page for item in delivery] == [False, True, True]
    assert "agree with the file" in dates and "agree with the file" not in page


def test_an_act_on_a_delivery_comes_back_to_it(client: Client, people: dict[str, User], delivery: list[Item]) -> None:
    address = f"/accessions/{delivery[0].accession_id}/caption-data/?kind=date"
    client.force_login(people["archivist"])
    ruling = f"/claims/{claim_of(delivery[0], 'date_created').pk}/ruling/"

    plain = client.post(ruling, {"standing": "ACCEPTED", "next": address})
    strange = client.post(ruling, {"standing": "ACCEPTED", "next": "//elsewhere.example/"})
    swap = client.post(ruling, {"standing": "PROPOSED", "next": address}, headers={"HX-Request": "true"})

    assert plain["Location"] == address
    assert swap["Location"] == f"{address}&item={delivery[0].pk}"
    assert strange["Location"] == f"/items/{delivery[0].pk}/"
    alone = client.get(swap["Location"]).content.decode()
    assert [item.file_name in alone for item in delivery] == [True, False, False]


def test_a_delivery_with_nothing_undecided_says_so(client: Client, people: dict[str, User]) -> None:
    page = page_of(client, people["archivist"], f"/accessions/{make_accession().pk}/caption-data/")

    assert "Nothing to check" in page


def test_those_that_agree_with_the_file_are_shown_and_then_accepted(
    client: Client, people: dict[str, User], delivery: list[Item]
) -> None:
    address = f"/accessions/{delivery[0].accession_id}/caption-data/date/agreeing/"
    page = page_of(client, people["archivist"], address)
    agreeing = claim_of(delivery[1], "date_created")
    assert re.findall(r'name="claim" value="(\d+)"', page) == [str(agreeing.pk)]
    assert "18 June 2024, 05:12" in page
    assert not Ruling.objects.exists()

    others = [claim_of(item, "date_created").pk for item in delivery]
    answer = client.post(address, {"claim": others}, follow=True)

    assert "1 reading was accepted." in answer.content.decode()
    assert [ruling.claim_id for ruling in Ruling.objects.all()] == [agreeing.pk]
    assert LedgerEntry.objects.filter(verb="accepted claim").count() == 1


def test_where_the_file_says_nothing_nothing_agrees(
    client: Client, people: dict[str, User], delivery: list[Item]
) -> None:
    page = page_of(client, people["archivist"], f"/accessions/{delivery[0].accession_id}/caption-data/place/agreeing/")

    assert "None agrees with its file" in page


def test_a_delivery_costs_the_same_queries_for_many_items(
    client: Client, people: dict[str, User], dover: Place
) -> None:
    def queries(number: int) -> int:
        accession = make_accession()
        items = [make_item(accession=accession) for _ in range(number)]
        for item in items:
            make_caption(item, TEXT)
        read(*items)
        client.force_login(people["archivist"])
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"/accessions/{accession.pk}/caption-data/").status_code == 200
        return len(caught)

    assert queries(1) == queries(12) <= 17


def test_accepting_many_costs_one_write_for_each_item_more(
    client: Client, people: dict[str, User], dover: Place
) -> None:
    def queries(number: int) -> int:
        accession = make_accession()
        items = [make_item(accession=accession) for _ in range(number)]
        for item in items:
            make_caption(item, TEXT)
            make_claim(item, Property.DATE_CREATED, date="2024-06-18", kind=SourceKind.DEVICE_METADATA)
        read(*items)
        found = [claim_of(item, "date_created").pk for item in items]
        client.force_login(people["archivist"])
        with CaptureQueriesContext(connection) as caught:
            client.post(f"/accessions/{accession.pk}/caption-data/date/agreeing/", {"claim": found})
        return len(caught)

    one = queries(1)
    assert queries(9) - one <= 8
    assert Ruling.objects.count() == 10


def test_words_that_are_held_are_read_by_moderators_alone(client: Client, people: dict[str, User], item: Item) -> None:
    from archive.catalogue.hidden_wordings import bearers, hold
    from archive.projection.item_gate import changing

    with changing(bearers(item.captions.get()), alone=True):
        hold(item.captions.get(), by=people["moderator"])

    for address in (f"/items/{item.pk}/", f"/accessions/{item.accession_id}/caption-data/"):
        assert "RNLI" not in page_of(client, people["archivist"], address)
        assert "RNLI" in page_of(client, people["moderator"], address)
