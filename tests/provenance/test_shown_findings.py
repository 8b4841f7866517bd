"""Each reader is told of what checks saw as far as they may read what that rests on."""

import pytest
from django.contrib.auth.models import AnonymousUser

from archive.catalogue.hidden_wordings import hold, withheld_from
from archive.catalogue.models import Access, Item
from archive.claims.models import Claim, Source
from archive.provenance.check_items import check
from archive.provenance.models import CurrentFinding, Finding
from archive.provenance.rule_on_match import rule_on_match
from archive.provenance.shown_findings import findings_on
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.builders import (
    NOW,
    make_accession,
    make_appearance,
    make_caption,
    make_claim,
    make_item,
    make_match,
    make_outlet,
)

pytestmark = pytest.mark.django_db
SLUG = "date-against-first-publication"


@pytest.fixture
def recycled(people: dict) -> tuple[Item, Item]:
    """A picture that was in print in April, and its copy said to be made in June, checked."""
    april, june = make_item(), make_item()
    make_appearance(april, make_outlet("The Kentish Post"), published="2024-04-23")
    make_claim(june, Property.DATE_CREATED, date="2024-06-18")
    rule_on_match(make_match(april, june), standing=Standing.ACCEPTED, by=people["moderator"])
    check([april.pk, june.pk])
    return april, june


def shown(item: Item, user: object, language: str = "en") -> dict[str, str]:
    findings = findings_on(item, user, withheld=withheld_from(user, [item]), language=language)
    return {each.finding.check_slug: f"{each.outcome} {each.sentence}" for each in findings}


def test_a_reader_who_sees_the_copy_is_told_of_it(recycled: tuple[Item, Item], people: dict) -> None:
    _april, june = recycled

    for role in ("researcher", "archivist", "moderator", "administrator"):
        assert shown(june, people[role])[SLUG] == (
            "CONTRADICTORY Said to be made 18 June 2024, but already published 23 April 2024 (The Kentish Post)."
        )


def test_what_rests_on_a_copy_that_a_researcher_may_not_see_is_as_if_it_had_not_been_seen(
    recycled: tuple[Item, Item], people: dict
) -> None:
    april, june = recycled
    Item.objects.filter(pk=april.pk).update(access=Access.RESTRICTED)

    assert "Kentish" not in str(shown(june, people["researcher"]))
    assert "Kentish" in str(shown(june, people["archivist"]))


def test_what_rests_on_a_news_page_of_a_restricted_accession_is_for_staff(people: dict) -> None:
    item = make_item()
    make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    closed = make_accession(access=Access.RESTRICTED)
    make_appearance(item, make_outlet("The Kentish Post"), published="2024-04-23", accession=closed)
    check([item.pk])

    assert "Kentish" not in str(shown(item, people["researcher"]))
    assert "Kentish" in str(shown(item, people["archivist"]))


def test_that_the_same_words_stand_with_a_picture_of_another_day_is_told_to_who_may_read_the_day(people: dict) -> None:
    wording = "A boat lies off the beach at Gravelines in June."
    item, other = make_item(), make_item()
    make_caption(other, wording)
    closed = make_caption(other, "3 May 2019", accession=make_accession(access=Access.RESTRICTED))
    for each, caption, day in ((item, make_caption(item, wording), "2024-06"), (other, closed, "2019-05-03")):
        make_claim(each, Property.DATE_CREATED, date=day, source_caption=caption)
    check([item.pk, other.pk])

    assert "pictures of another day" in str(shown(item, people["archivist"]))
    assert "pictures of another day" not in str(shown(item, people["researcher"]))


def test_a_visitor_is_told_of_no_finding(recycled: tuple[Item, Item], people: dict) -> None:
    assert findings_on(recycled[1], AnonymousUser(), withheld=withheld_from(AnonymousUser(), [recycled[1]])) == []


def test_a_finding_of_a_check_that_is_gone_is_told_in_its_own_words(recycled: tuple[Item, Item], people: dict) -> None:
    _april, june = recycled
    gone = Finding.objects.create(
        item=june, check_slug="gone", version="1", outcome="INCONCLUSIVE", code="x", sentence="Once it said this.",
        observations=[{"outcome": "INCONCLUSIVE", "code": "x", "values": {}, "grounds": []}], found_at=june.added_at,
    )  # fmt: skip
    CurrentFinding.objects.create(item=june, finding=gone, check_slug="gone", outcome="INCONCLUSIVE")

    assert shown(june, people["moderator"])["gone"] == "INCONCLUSIVE Once it said this."


def test_the_number_of_queries_does_not_grow_with_the_grounds(
    recycled: tuple[Item, Item], people: dict, django_assert_max_num_queries: object
) -> None:
    _april, june = recycled
    withheld = withheld_from(people["researcher"], [june])

    with django_assert_max_num_queries(8):
        findings_on(june, people["researcher"], withheld=withheld)


def make_finding(item: Item, slug: str, sentence: str, *observations: dict, outcome: str = "INCONCLUSIVE") -> None:
    stored = [{"outcome": outcome, "code": "x", "values": {}, "grounds": []} | each for each in observations]
    finding = Finding.objects.create(
        item=item, check_slug=slug, version="1", outcome=outcome, code=stored[0]["code"], sentence=sentence,
        observations=stored, found_at=item.added_at,
    )  # fmt: skip
    CurrentFinding.objects.filter(item=item, check_slug=slug).delete()
    CurrentFinding.objects.create(item=item, finding=finding, check_slug=slug, outcome=outcome)


def test_the_kept_sentence_of_a_check_that_is_gone_stands_for_its_first_observation_alone(people: dict) -> None:
    item, closed = make_item(), make_item(access=Access.RESTRICTED)
    make_finding(item, "gone", "As a closed picture says.", {"grounds": [["item", closed.pk]]}, {"grounds": []})

    assert "gone" not in shown(item, people["researcher"])
    assert shown(item, people["moderator"])["gone"] == "INCONCLUSIVE As a closed picture says."


def test_a_hidden_wording_stays_hidden_where_a_finding_quotes_its_beginning(people: dict) -> None:
    item = make_item()
    wording = "Nobody Knownchild, 7, is carried ashore at Dover by her uncle on 18 June 2024."
    caption = make_caption(item, wording)
    prompt = {"code": "ai-prompt", "values": {"text": f"{wording[:50]}…"}, "grounds": [["tag", "XMP:Prompt"]]}
    make_finding(item, "source-type-and-ai", "The file carries a prompt.", prompt)
    assert "Knownchild" in str(shown(item, people["researcher"]))

    hold(caption, by=people["moderator"])

    assert "Knownchild" not in str(shown(item, people["researcher"]))


def test_words_that_a_claim_quotes_from_a_hidden_caption_stay_hidden_in_a_sentence(people: dict) -> None:
    item = make_item()
    caption = make_caption(item, "Nobody Knownchild, 7, at the house of her aunt Ada in Wissant on 18 June 2024.")
    placed = Claim.objects.create(
        item=item,
        property=Property.LOCATION_SHOWN,
        source=Source.objects.create(kind=SourceKind.CAPTION, caption=caption),
        value_text="house of her aunt Ada",
        claimed_at=NOW,
    )
    place = {"code": "not-on-map", "values": {"place": "house of her aunt Ada"}, "grounds": [["claim", placed.pk]]}
    make_finding(item, "gps-against-place", "The house is not on the map.", place)
    assert "aunt Ada" in str(shown(item, people["researcher"]))

    hold(caption, by=people["moderator"])

    assert "aunt Ada" not in str(shown(item, people["researcher"]))
