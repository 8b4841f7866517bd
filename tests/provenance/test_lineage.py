"""What copies prove of one another, and that it is taken back when its ground is gone."""

import pytest

from archive.catalogue.models import Access, Item
from archive.claims.models import Claim, Ruling
from archive.ledger.record_acts import act, recording
from archive.matching.kinds import Kind
from archive.provenance.lineage import DATE_OF_COPY, EARLIEST_KNOWN, follow, lead
from archive.provenance.rule_on_match import rule_on_match
from archive.review.claim_rulings import rule
from archive.search.find_items import find
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.builders import (
    make_accession,
    make_appearance,
    make_claim,
    make_event,
    make_item,
    make_match,
    make_outlet,
    make_place,
)
from tests.pages import folded

pytestmark = pytest.mark.django_db

LARGE, SMALL = (4000, 3000), (1200, 900)


def standing_claims(item: Item, property: Property) -> list[Claim]:
    claims = Claim.objects.filter(item=item, property=property, source__kind=SourceKind.MATCH).with_grounds()
    return [c for c in claims.order_by("pk") if c.standing in (Standing.PROPOSED, Standing.ACCEPTED)]


def bound(item: Item) -> str:
    """Return what earlier copies prove, where a date of a copy is not proposed outright."""
    found = [c for c in standing_claims(item, Property.DATE_CREATED) if c.source.rule == EARLIEST_KNOWN]
    assert len(found) <= 1
    return found[0].value_edtf if found else ""


def origin(item: Item) -> Item | None:
    found = standing_claims(item, Property.DERIVED_FROM)
    assert len(found) <= 1
    return found[0].value_item if found else None


def read_on() -> None:
    while follow():
        pass


@pytest.fixture
def april_and_june() -> tuple[Item, Item]:
    """An agency's picture in print on 23 April, and the crop of it whose caption says 18 June."""
    april = make_item(file_name="LP240423_0003.jpg", size_px=LARGE)
    june = make_item(file_name="dunkirk.jpg", size_px=SMALL)
    make_appearance(april, make_outlet("The Kentish Post"), published="2024-04-23")
    make_claim(june, Property.DATE_CREATED, date="2024-06-18", kind=SourceKind.CAPTION)
    return april, june


def test_a_copy_in_print_earlier_contradicts_a_later_date_and_says_so(april_and_june):
    april, june = april_and_june

    match = make_match(april, june, kind=Kind.CROPPED, shared_of_held=0.6)
    read_on()

    (claim,) = standing_claims(june, Property.DATE_CREATED)
    june.refresh_from_db()
    assert claim.value_edtf == "../2024-04-23"
    assert (claim.source.match, claim.value_item) == (match, april)
    assert claim.source.note == "a copy of it was published in The Kentish Post on 23 April 2024"
    assert claim.label() == "until 23 April 2024"
    assert june.contested == [Property.DATE_CREATED]
    assert bound(april) == ""


def test_a_description_in_the_file_of_one_copy_bounds_the_other():
    dated, bare = make_item(), make_item()
    make_claim(dated, Property.DATE_CREATED, date="2024-04-22", kind=SourceKind.EMBEDDED_DESCRIPTION)

    make_match(dated, bare)
    read_on()

    bare.refresh_from_db()
    assert bound(bare) == "../2024-04-22"
    assert bare.date_created_edtf == "../2024-04-22"
    assert not bare.is_contested


def test_a_stripped_copy_is_dated_by_the_camera_of_another():
    dated, stripped = make_item(), make_item()
    make_claim(dated, Property.DATE_CREATED, date="2024-04-22T18:03:11", kind=SourceKind.DEVICE_METADATA)

    make_match(dated, stripped)
    read_on()

    stripped.refresh_from_db()
    (claim,) = standing_claims(stripped, Property.DATE_CREATED)
    assert (claim.source.rule, claim.value_item) == (DATE_OF_COPY, dated)
    assert claim.source.note == "the camera says so in the file of a copy"
    assert stripped.date_created_edtf == "2024-04-22T18:03:11"
    assert not stripped.is_contested


def test_a_caption_that_says_an_earlier_day_than_the_camera_of_a_copy_is_contradicted():
    dated, cropped = make_item(), make_item()
    make_claim(dated, Property.DATE_CREATED, date="2024-06-18T05:12:09", kind=SourceKind.DEVICE_METADATA)
    make_claim(cropped, Property.DATE_CREATED, date="2024-05-03", kind=SourceKind.CAPTION)

    make_match(dated, cropped, kind=Kind.CROPPED, shared_of_held=0.3)
    read_on()

    cropped.refresh_from_db()
    assert cropped.contested == [Property.DATE_CREATED]
    assert cropped.date_created_edtf == "2024-05-03"  # the caption still leads; the page shows both


def test_a_copy_that_says_the_same_day_itself_is_told_nothing():
    dated, same = make_item(), make_item()
    for item in (dated, same):
        make_claim(item, Property.DATE_CREATED, date="2024-06-18T05:12:09", kind=SourceKind.DEVICE_METADATA)

    make_match(dated, same)
    read_on()

    assert standing_claims(same, Property.DATE_CREATED) == []


def test_a_caption_proves_nothing_of_other_copies():
    said, bare = make_item(), make_item()
    make_claim(said, Property.DATE_CREATED, date="2020-01-01", kind=SourceKind.CAPTION)

    make_match(said, bare)
    read_on()

    assert bound(bare) == ""


def test_a_date_told_in_utc_bounds_by_the_day_after_where_the_calendar_is_ahead():
    dated, bare = make_item(), make_item()
    make_claim(dated, Property.DATE_CREATED, date="2024-04-22T23:30:00Z", kind=SourceKind.EMBEDDED_DESCRIPTION)

    make_match(dated, bare)
    read_on()

    assert bound(bare) == "../2024-04-23"


def test_what_was_received_late_in_the_day_may_have_been_made_on_the_next_local_day():
    from datetime import UTC, datetime

    old = make_item(received_at=datetime(2023, 5, 1, 22, 30, tzinfo=UTC))
    new = make_item()

    make_match(old, new)
    read_on()

    (claim,) = standing_claims(new, Property.DATE_CREATED)
    assert claim.value_edtf == "../2023-05-02"
    assert "received by the archive on 1 May 2023 (UTC)" in claim.source.note


@pytest.mark.parametrize(
    "own",
    ["2024-04-20", "2024-04-23", "../2024-04-23"],
    ids=["earlier", "the same day", "the same bound"],
)
def test_a_bound_that_adds_nothing_is_not_written(april_and_june, own):
    april, _june = april_and_june
    other = make_item(file_name="own-date.jpg")
    make_claim(other, Property.DATE_CREATED, date=own, kind=SourceKind.EMBEDDED_DESCRIPTION)

    make_match(april, other)
    read_on()

    assert bound(other) == ""


def test_a_wider_date_is_narrowed_and_not_contested(april_and_june):
    april, _june = april_and_june
    other = make_item()
    make_claim(other, Property.DATE_CREATED, date="2024", kind=SourceKind.CAPTION)

    make_match(april, other)
    read_on()

    other.refresh_from_db()
    assert bound(other) == "../2024-04-23"
    assert not other.is_contested


def test_evidence_reaches_copies_of_copies_and_a_weak_match_joins_nobody(april_and_june):
    april, june = april_and_june
    far, apart = make_item(), make_item()
    make_match(april, june)
    step = make_match(june, far)
    make_match(far, apart, is_strong=False)
    read_on()

    (claim,) = standing_claims(far, Property.DATE_CREATED)
    assert (claim.value_edtf, claim.source.match, claim.value_item) == ("../2024-04-23", step, april)
    assert bound(apart) == ""


def test_another_exposure_of_the_scene_proves_nothing(april_and_june):
    april, june = april_and_june

    make_match(april, june, kind=Kind.SIMILAR_SCENE)
    read_on()

    assert (origin(june), bound(june)) == (None, "")


def test_the_larger_and_less_cropped_is_likelier_the_source_with_its_reasons(april_and_june):
    april, june = april_and_june

    make_match(april, june, kind=Kind.CROPPED, shared_of_held=0.64)
    read_on()

    (claim,) = standing_claims(june, Property.DERIVED_FROM)
    assert claim.value_item == april
    assert claim.source.note == (
        "likelier the source: it shows more: the copy has 64 % of its area; "
        "it is larger: 4000 × 3000 px, the copy 1200 × 900; "
        "it is known since 23 April 2024, the copy since 20 June 2024"
    )
    assert origin(april) is None


def test_the_original_that_arrives_after_its_screenshot_is_still_the_source():
    screenshot, original = make_item(size_px=LARGE), make_item(size_px=LARGE)

    make_match(screenshot, original, kind=Kind.SCREENSHOT, shared_of_held=0.5)
    read_on()

    assert origin(screenshot) == original


def test_of_two_that_differ_in_nothing_neither_derives_from_the_other():
    one, other = make_item(), make_item()

    make_match(one, other)
    read_on()

    assert origin(one) is origin(other) is None


def test_each_copy_derives_from_the_likeliest_of_those_it_matches_and_never_in_a_circle():
    best, middle, least = (make_item(size_px=size) for size in [LARGE, (2400, 1800), SMALL])
    for held, other in [(best, middle), (middle, least), (best, least)]:
        make_match(held, other)
    read_on()

    assert [origin(item) for item in (best, middle, least)] == [None, best, best]


def test_a_still_derives_from_the_footage_at_its_millisecond():
    footage, still = make_item(kind=Item.Kind.FOOTAGE), make_item(kind=Item.Kind.STILL)

    make_match(footage, still, kind=Kind.STILL_OF, offset_milliseconds=4_120)
    read_on()

    (claim,) = standing_claims(still, Property.DERIVED_FROM)
    assert (claim.value_item, claim.value_offset_milliseconds) == (footage, 4_120)
    assert origin(footage) is None


def test_two_stills_of_one_footage_are_known_by_it_but_are_not_one_picture(april_and_june):
    april, june = april_and_june
    footage = make_item(kind=Item.Kind.FOOTAGE)
    for still, offset in ((april, 1_000), (june, 9_000)):
        make_match(footage, still, kind=Kind.STILL_OF, offset_milliseconds=offset)
    read_on()

    assert [origin(item) for item in (april, june)] == [footage, footage]
    assert (bound(footage), bound(june)) == ("../2024-04-23", "")


def test_a_denied_match_takes_its_claims_back_at_once(april_and_june, people):
    april, june = april_and_june
    match = make_match(april, june, kind=Kind.CROPPED, shared_of_held=0.6)
    read_on()

    rule_on_match(match, standing=Standing.REJECTED, by=people["archivist"], reason="another boat")

    june.refresh_from_db()
    assert bound(june) == ""
    assert origin(june) is None
    assert not june.is_contested
    withdrawn = Ruling.objects.filter(claim__item=june, standing=Standing.SUPERSEDED)
    assert withdrawn.count() == 2
    assert all(ruling.ruled_by is None for ruling in withdrawn)


def test_a_match_confirmed_again_brings_the_claims_back(april_and_june, people):
    april, june = april_and_june
    match = make_match(april, june)
    read_on()
    rule_on_match(match, standing=Standing.REJECTED, by=people["archivist"])

    rule_on_match(match, standing=Standing.ACCEPTED, by=people["archivist"])

    assert bound(june) == "../2024-04-23"


def test_a_weak_match_counts_once_a_person_confirms_it(april_and_june, people):
    april, june = april_and_june
    match = make_match(april, june, is_strong=False)
    read_on()
    assert bound(june) == ""

    rule_on_match(match, standing=Standing.ACCEPTED, by=people["archivist"])

    assert bound(june) == "../2024-04-23"


def test_confirmed_as_another_exposure_it_proves_nothing(april_and_june, people):
    april, june = april_and_june
    match = make_match(april, june)
    read_on()

    rule_on_match(match, standing=Standing.ACCEPTED, by=people["archivist"], kind=Kind.SIMILAR_SCENE)

    assert bound(june) == ""


def test_new_evidence_supersedes_what_rested_on_the_old(april_and_june):
    april, june = april_and_june
    make_match(april, june)
    read_on()

    with recording():
        make_appearance(april, make_outlet("La Voix du Détroit"), published="2024-03-02")
        act(verb="add appearance", subject=april, actor="somebody")
    read_on()

    assert bound(june) == "../2024-03-02"


def test_a_rejected_date_of_a_copy_no_longer_bounds_the_others(people):
    dated, bare = make_item(), make_item()
    wrong = make_claim(dated, Property.DATE_CREATED, date="2001-01-01", kind=SourceKind.DEVICE_METADATA)
    make_match(dated, bare)
    read_on()
    assert standing_claims(bare, Property.DATE_CREATED)[0].value_edtf == "2001-01-01"

    rule(wrong, standing=Standing.REJECTED, by=people["archivist"], reason="the clock was never set")
    read_on()

    assert standing_claims(bare, Property.DATE_CREATED) == []


def test_what_a_person_rejected_is_not_proposed_again_but_the_next_evidence_is(april_and_june, people):
    april, june = april_and_june
    make_claim(april, Property.DATE_CREATED, date="2024-05-05", kind=SourceKind.EMBEDDED_DESCRIPTION)
    make_match(april, june)
    read_on()
    (claim,) = standing_claims(june, Property.DATE_CREATED)

    rule(claim, standing=Standing.REJECTED, by=people["archivist"], reason="the paper used an archive date")
    read_on()
    lead([june])

    assert bound(june) == "../2024-05-05"


def test_what_a_person_accepted_stays_when_its_ground_is_gone(april_and_june, people):
    april, june = april_and_june
    match = make_match(april, june)
    read_on()
    (claim,) = standing_claims(june, Property.DATE_CREATED)
    rule(claim, standing=Standing.ACCEPTED, by=people["archivist"])

    rule_on_match(match, standing=Standing.REJECTED, by=people["archivist"])

    assert bound(june) == "../2024-04-23"


def test_leading_again_changes_nothing(april_and_june):
    april, june = april_and_june
    make_match(april, june, kind=Kind.CROPPED, shared_of_held=0.6)
    read_on()
    before = (Claim.objects.count(), Ruling.objects.count())

    lead([april, june])
    read_on()
    lead(Item.objects.all())

    assert (Claim.objects.count(), Ruling.objects.count()) == before


def test_what_a_person_may_not_see_is_told_by_no_claim(april_and_june, people):
    april, june = april_and_june
    make_match(april, june, kind=Kind.CROPPED, shared_of_held=0.6)
    read_on()
    Item.objects.filter(pk=april.pk).update(access=Access.RESTRICTED)

    told = {role: list(june.claims.told_to(people[role])) for role in ("researcher", "archivist")}

    assert Property.DERIVED_FROM not in {claim.property for claim in told["researcher"]}
    assert not any(claim.copy_is_seen for claim in told["researcher"])
    assert Property.DERIVED_FROM in {claim.property for claim in told["archivist"]}


@pytest.mark.parametrize("role", ["researcher", "archivist"])
def test_no_page_tells_a_researcher_the_name_of_a_restricted_copy(april_and_june, people, client, role):
    april, june = april_and_june
    make_match(april, june, kind=Kind.CROPPED, shared_of_held=0.6)
    read_on()
    Item.objects.filter(pk=april.pk).update(access=Access.RESTRICTED)
    client.force_login(people[role])

    pages = [client.get(address).content.decode() for address in (f"/items/{june.pk}/", f"/api/v1/items/{june.pk}/")]

    assert [april.file_name in page for page in pages] == [role == "archivist"] * 2
    # What a copy says that they may not see would tell that it is held.
    assert ("until 23 April 2024" in pages[0]) is (role == "archivist")


def test_the_day_on_which_a_restricted_page_printed_a_copy_is_told_by_no_reason(people):
    large, small = make_item(size_px=(4000, 3000)), make_item(size_px=(1200, 900))
    make_appearance(large, make_outlet("The Echo"), published="2019-01-01")
    shut = make_accession(access=Access.RESTRICTED)
    make_appearance(small, make_outlet("The Post"), published="2020-05-03", accession=shut)
    make_match(large, small)
    while follow():
        pass

    def reasons(role: str) -> str:
        return " ".join(Claim.objects.told_to(people[role]).values_list("source__note", flat=True))

    assert "the copy since 3 May 2020" in reasons("archivist")
    assert "2020" not in reasons("researcher")


def test_the_public_is_told_neither_what_a_released_picture_derives_from_nor_who_supplied_it(april_and_june, client):
    april, june = april_and_june
    make_claim(june, Property.SUPPLIED_BY, value_text="A harbour pilot")
    make_match(april, june, kind=Kind.CROPPED, shared_of_held=0.6)
    read_on()
    Item.objects.update(access=Access.RELEASED)

    pages = [client.get(address).content.decode() for address in (f"/items/{june.pk}/", f"/api/v1/items/{june.pk}/")]

    assert not any(april.file_name in page or "A harbour pilot" in page for page in pages)


CARRIED = (Property.LOCATION_SHOWN, Property.EVENT, Property.CREATOR, Property.CREDIT_LINE)


@pytest.fixture
def dunkirk_and_wimereux() -> tuple[Item, Item]:
    """A picture of 18 June at Dunkirk, and its crop that claims to be Wimereux on 3 May."""
    original, crop = make_item(file_name="dunkirk.jpg"), make_item(file_name="wimereux.jpg")
    dunkirk, wimereux = (
        make_place("Dunkirk", latitude_degrees=51.05, longitude_degrees=2.37),
        make_place("Wimereux", latitude_degrees=50.77, longitude_degrees=1.61),
    )
    make_claim(original, Property.DATE_CREATED, date="2024-06-18T05:12:09", kind=SourceKind.DEVICE_METADATA)
    make_claim(crop, Property.DATE_CREATED, date="2024-05-03")
    for item, place, event, name in (
        (original, dunkirk, "Departure of 18 June", "Jane Doe"),
        (crop, wimereux, "Rescue of 3 May", "Mary Major"),
    ):
        make_claim(item, Property.LOCATION_SHOWN, value_place=place)
        make_claim(item, Property.EVENT, value_event=make_event(event))
        make_claim(item, Property.CREATOR, value_text=name)
        make_claim(item, Property.CREDIT_LINE, value_text=f"Photo: {name}")
    return original, crop


def rivals(item: Item) -> dict[str, str]:
    return {str(name): claim.label() for name in CARRIED for claim in standing_claims(item, name)}


def test_a_recycled_picture_is_contested_by_place_event_and_maker_of_the_older_copy(dunkirk_and_wimereux):
    original, crop = dunkirk_and_wimereux

    match = make_match(original, crop, kind=Kind.CROPPED, shared_of_held=0.6)
    read_on()

    crop.refresh_from_db()
    original.refresh_from_db()
    assert rivals(crop) == {
        "location_shown": "Dunkirk",
        "event": "Departure of 18 June",
        "creator": "Jane Doe",
        "credit_line": "Photo: Jane Doe",
    }
    assert set(map(str, CARRIED)) < set(crop.contested)
    assert crop.lead_place.name == "Wimereux", "what is said of the item itself still leads; the page shows both"
    (claim,) = standing_claims(crop, Property.LOCATION_SHOWN)
    assert (claim.source.match, claim.value_item) == (match, original)
    assert claim.source.note == "a copy that is known since 18 June 2024 says otherwise: its caption"
    assert rivals(original) == {}
    assert original.contested == []


def test_a_denied_match_takes_back_what_the_older_copy_said(dunkirk_and_wimereux, people):
    original, crop = dunkirk_and_wimereux
    match = make_match(original, crop, kind=Kind.CROPPED, shared_of_held=0.6)
    read_on()

    rule_on_match(match, standing=Standing.REJECTED, by=people["archivist"])

    crop.refresh_from_db()
    assert rivals(crop) == {}
    assert crop.contested == []


def test_what_a_copy_says_otherwise_follows_its_claims(dunkirk_and_wimereux, people):
    original, crop = dunkirk_and_wimereux
    archivist = people["archivist"]
    make_match(original, crop)
    read_on()

    rule(original.claims.get(property=Property.CREATOR), standing=Standing.REJECTED, by=archivist, reason="not hers")
    read_on()

    assert "creator" not in rivals(crop)


def test_what_a_person_rejected_is_not_carried_over_again(dunkirk_and_wimereux, people):
    original, crop = dunkirk_and_wimereux
    make_match(original, crop)
    read_on()
    (claim,) = standing_claims(crop, Property.LOCATION_SHOWN)

    rule(claim, standing=Standing.REJECTED, by=people["archivist"], reason="it is Wimereux")
    lead([crop])

    crop.refresh_from_db()
    assert "location_shown" not in rivals(crop)
    assert "location_shown" not in crop.contested


def test_two_copies_known_since_the_same_day_contest_each_other():
    first, second = make_item(), make_item()
    for item, name in ((first, "Jane Doe"), (second, "Mary Major")):
        make_claim(item, Property.CREATOR, value_text=name)

    make_match(first, second)
    read_on()

    assert (rivals(first), rivals(second)) == ({"creator": "Mary Major"}, {"creator": "Jane Doe"})


def test_a_copy_that_agrees_with_the_oldest_one_is_told_nothing(dunkirk_and_wimereux):
    original, crop = dunkirk_and_wimereux
    third = make_item()
    make_claim(third, Property.LOCATION_SHOWN, value_place=original.lead_place)
    make_match(original, third)
    make_match(third, crop)
    read_on()

    assert rivals(third) == {}
    assert rivals(crop)["location_shown"] == "Dunkirk"


def test_what_is_contested_is_no_certain_answer_to_a_search(dunkirk_and_wimereux, people):
    original, crop = dunkirk_and_wimereux
    reader = people["researcher"]
    asked = {"date": "2024-05-03", "place": "wimereux"}
    assert [item.match for item in find(asked, user=reader).items] == ["certain"]

    make_match(original, crop)
    read_on()

    found = find(asked, user=reader)
    assert [item.match for item in found.items] == ["possible"]
    assert (found.counts.certain, found.counts.possible) == (0, 1)
    assert [item.match for item in find({"place": "wimereux"}, user=reader).items] == ["possible"]
    assert find(asked | {"certainty": "certain"}, user=reader).items == []
    assert find({"place": "wimereux", "certainty": "certain"}, user=reader).counts.total == 0
    certain = find({"date": "2024-06-18", "place": "dunkirk", "certainty": "certain"}, user=reader)
    assert certain.items == [original]


def test_the_page_says_which_copy_says_otherwise_and_shows_it(client, dunkirk_and_wimereux, people):
    original, crop = dunkirk_and_wimereux
    make_match(original, crop)
    read_on()
    client.force_login(people["researcher"])

    page = folded(client.get(f"/items/{crop.pk}/").content.decode())

    assert "dunkirk.jpg: a copy that is known since 18 June 2024 says otherwise: its caption" in page
    assert f'class="grounds__copy" href="/items/{original.pk}/"' in page


def test_what_a_restricted_copy_says_is_not_told_to_a_researcher(client, dunkirk_and_wimereux, people):
    original, crop = dunkirk_and_wimereux
    make_match(original, crop)
    read_on()
    Item.objects.filter(pk=original.pk).update(access=Access.RESTRICTED)
    client.force_login(people["researcher"])

    page = client.get(f"/items/{crop.pk}/").content.decode()

    assert "Jane Doe" not in page
    assert "dunkirk.jpg" not in page


def test_what_a_person_answered_is_not_proposed_again(april_and_june, people):
    april, june = april_and_june
    make_match(april, june, kind=Kind.CROPPED, shared_of_held=0.6)
    read_on()
    (claim,) = standing_claims(june, Property.DATE_CREATED)
    own = june.claims.exclude(pk=claim.pk).filter(property=Property.DATE_CREATED).get()

    rule(claim, standing=Standing.SUPERSEDED, by=people["archivist"], reason="the log", superseded_by=own)
    lead([june])

    june.refresh_from_db()
    assert bound(june) == ""
    assert june.contested == []
