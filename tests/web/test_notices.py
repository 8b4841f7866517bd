"""What suppliers say of the use of a picture: shown, and asked before a release."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.hidden_wordings import bearers, hold
from archive.catalogue.models import Item
from archive.claims.notices import notices_of
from archive.extraction.models import Reading
from archive.ledger.models import LedgerEntry
from archive.projection.write_projection import project
from archive.review.access import ReleaseAsks, set_access
from tests.builders import NOW, make_accession, make_caption, make_item

pytestmark = pytest.mark.django_db


def make_noticed(*statements: tuple[str, str, Any], **fields: Any) -> Item:
    item = make_item(**fields)
    Reading.objects.create(
        media_file=item.media_file, reader="embedded", reader_version="1", read_at=NOW, state="READ",
        statements=[list(statement) for statement in statements],
    )  # fmt: skip
    return item


def kinds(item: Item, at: datetime = NOW) -> list[tuple[str, str, bool]]:
    return [(str(notice.kind), notice.source, notice.is_over) for notice in notices_of([item], at=at)[item.pk]]


def test_notices_are_derived_from_metadata_captions_and_terms() -> None:
    item = make_noticed(
        ("IPTC", "SpecialInstructions", "EMBARGOED UNTIL 2200 GMT. NO ARCHIVES"),
        ("XMP-photoshop", "Instructions", "EMBARGOED UNTIL 2200 GMT. NO ARCHIVES"),
        ("XMP-xmpRights", "UsageTerms", {"x-default": "For editorial use only."}),
        accession=make_accession(terms="HOLD FOR RELEASE"),
    )
    make_caption(item, "MANDATORY KILL. A boat.")

    assert kinds(item) == [
        ("EMBARGO", "IPTC:SpecialInstructions", False),
        ("EDITORIAL_ONLY", "XMP-xmpRights:UsageTerms", False),
        ("KILL", "caption, the file", False),
        ("HOLD", "Terms of the accession", False),
    ]


@pytest.mark.parametrize(
    ("date", "time", "at", "is_over"),
    [
        ("20240620", "220000+0000", datetime(2024, 6, 20, 21, 59, tzinfo=UTC), False),
        ("20240620", "220000+0000", datetime(2024, 6, 20, 22, 1, tzinfo=UTC), True),
        ("20240620", "220000+0200", datetime(2024, 6, 20, 20, 1, tzinfo=UTC), True),
        ("20240620", "", datetime(2024, 6, 20, 23, 0, tzinfo=UTC), False),
        ("20240620", "", datetime(2024, 6, 22, 0, 0, tzinfo=UTC), True),
        ("20249999", "", datetime(2030, 1, 1, tzinfo=UTC), False),
    ],
    ids=["before", "after", "offset", "same day", "days later", "unreadable"],
)
def test_a_release_date_stands_until_it_is_past(date: str, time: str, at: datetime, is_over: bool) -> None:
    statements = [("IPTC", "ReleaseDate", date)] + ([("IPTC", "ReleaseTime", time)] if time else [])

    assert kinds(make_noticed(*statements), at) == [("EMBARGO", "IPTC:ReleaseDate", is_over)]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (("XMP-prism", "embargoDate", "2024-06-20T22:00:00Z"), "EMBARGO"),
        (("XMP-plus", "LicenseStartDate", "2024-06-20T22:00:00+00:00"), "EMBARGO"),
        (("IPTC", "ExpirationDate", "20240620"), "EXPIRY"),
        (("IPTC2", "ExpirationDate", "20240620"), "EXPIRY"),
        (("XMP-prism", "expirationDate", "2024-06-20"), "EXPIRY"),
        (("XMP-prism", "killDate", "2024-06-20"), "EXPIRY"),
        (("XMP-plus", "LicenseEndDate", "2024-06-20"), "EXPIRY"),
    ],
    ids=lambda value: value if isinstance(value, str) else ":".join(value[:2]),
)
def test_dates_that_bound_the_use_are_notices(statement: tuple[str, str, str], kind: str) -> None:
    before, after = datetime(2024, 6, 19, tzinfo=UTC), datetime(2024, 6, 23, tzinfo=UTC)
    item = make_noticed(statement)

    # An embargo ends with its day; what may be used until a day may be used no more after it.
    assert [(told[0], told[2]) for told in kinds(item, before)] == [(kind, False)]
    assert [(told[0], told[2]) for told in kinds(item, after)] == [(kind, kind == "EMBARGO")]


def test_the_hour_at_which_the_use_ends_is_told_with_its_day() -> None:
    item = make_noticed(("IPTC", "ExpirationDate", "20240620"), ("IPTC", "ExpirationTime", "180000+0200"))

    [notice] = notices_of([item], at=NOW)[item.pk]

    assert (notice.label, notice.words) == ("Not to be used after a day", "20240620 180000+0200")


def test_a_date_that_is_all_zeros_bounds_nothing() -> None:
    assert kinds(make_noticed(("IPTC", "ReleaseDate", "00000000"), ("IPTC", "ExpirationDate", "00000000"))) == []


def test_a_release_is_refused_until_the_notices_are_answered_with_a_reason(people: dict[str, User]) -> None:
    item, plain = make_noticed(("IPTC", "SpecialInstructions", "EMBARGOED")), make_item()
    act: dict[str, Any] = {"access": "RELEASED", "by": people["moderator"]}

    for half in ({}, {"reason": "it is over"}, {"answers_notices": True}, {"answers_notices": True, "reason": "  "}):
        with pytest.raises(ReleaseAsks):
            set_access([item, plain], **act, **half)
    assert set(Item.objects.values_list("access", flat=True)) == {"RESEARCH"}

    set_access([item, plain], **act, reason="The desk says it is over.", answers_notices=True)

    assert set(Item.objects.values_list("access", flat=True)) == {"RELEASED"}
    payloads = {entry.subject: json.loads(entry.payload) for entry in LedgerEntry.objects.filter(verb="set access")}
    payload = payloads[f"catalogue.item:{item.pk}"]
    assert payload["reason"] == "The desk says it is over."
    assert payload["notices"] == ["EMBARGO (IPTC:SpecialInstructions)"]
    assert "notices" not in payloads[f"catalogue.item:{plain.pk}"]


def test_restricting_asks_nothing(people: dict[str, User]) -> None:
    item = make_noticed(("IPTC", "SpecialInstructions", "EMBARGOED"))

    assert set_access([item], access="RESTRICTED", by=people["archivist"]) == 1


@pytest.mark.parametrize("way", ["item_access", "bulk_access"])
def test_the_page_shows_the_notice_and_asks_before_a_release(client: Client, people: dict[str, User], way: str) -> None:
    item = make_noticed(("IPTC", "SpecialInstructions", "EMBARGOED UNTIL FRIDAY"))
    client.force_login(people["moderator"])
    assert "EMBARGOED UNTIL FRIDAY" in client.get(reverse("item", args=[item.pk])).content.decode()
    address = reverse(way, args=[item.pk] if way == "item_access" else [])
    form = {"access": "RELEASED", "reason": "The desk says so.", "items": [item.pk]}

    refused = client.post(address, form)

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "EMBARGOED UNTIL FRIDAY" in page
    assert 'name="answers_notices"' in page
    item.refresh_from_db()
    assert item.access == "RESEARCH"
    assert client.post(address, form | {"answers_notices": "on"}).status_code == 302
    item.refresh_from_db()
    assert item.access == "RELEASED"


def test_the_api_tells_the_notices_to_readers_and_not_to_visitors(client: Client, people: dict[str, User]) -> None:
    item = make_noticed(("IPTC", "SpecialInstructions", "EMBARGOED UNTIL FRIDAY"), access="RELEASED")
    address = reverse("api:item-detail", args=[item.pk])
    assert "EMBARGOED" not in client.get(address).content.decode()

    client.force_login(people["researcher"])

    assert client.get(address).json()["notices"] == [
        {
            "kind": "EMBARGO", "words": "EMBARGOED UNTIL FRIDAY", "source": "IPTC:SpecialInstructions",
            "is_over": False,
        }
    ]  # fmt: skip


def test_what_a_restricted_delivery_says_of_the_use_is_for_archive_staff(
    client: Client, people: dict[str, User]
) -> None:
    shut = make_accession(access="RESTRICTED", terms="EMBARGO until the terms end")
    item = make_item(access="RESEARCH", accession=shut)
    again = make_accession(access="RESTRICTED")
    make_caption(item, "EMBARGO until the list says otherwise.", origin="LIST", accession=again)
    address, page = reverse("api:item-detail", args=[item.pk]), reverse("item", args=[item.pk])
    told = {}
    for role in ("researcher", "archivist"):
        client.force_login(people[role])
        told[role] = len(client.get(address).json()["notices"]), "EMBARGO" in client.get(page).content.decode()

    assert told == {"researcher": (0, False), "archivist": (2, True)}
    # Whoever releases it is asked all the same.
    with pytest.raises(ReleaseAsks):
        set_access([item], access="RELEASED", by=people["moderator"])


def test_words_of_a_hidden_caption_are_not_told_by_its_notice(client: Client, people: dict[str, User]) -> None:
    item = make_item()
    caption = make_caption(item, "The boy Amadou on the beach of Calais. EMBARGO until Amadou is found. Photo by X.")
    hold(caption, by=people["moderator"])
    project(bearers(caption))
    client.force_login(people["researcher"])

    page = client.get(reverse("item", args=[item.pk])).content.decode()

    assert "Amadou" not in page
    assert "Embargo" in page


# --- News documents of agencies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "kinds_said"),
    [
        (("NewsML-G2", "pubStatus", "stat:canceled"), ["KILL"]),
        (("NewsML-G2", "pubStatus", "http://cv.iptc.org/newscodes/pubstatusg2/withheld"), ["HOLD"]),
        (("NewsML-G2", "pubStatus", "stat:usable"), []),
        (("ninjs", "pubstatus", "canceled"), ["KILL"]),
        (("ninjs", "pubstatus", "withheld"), ["HOLD"]),
        (("NewsML-G2", "embargoed", "2030-01-01T06:00:00+01:00"), ["EMBARGO"]),
        (("ninjs", "embargoed", ""), ["EMBARGO"]),
        (("NewsML-G2", "usageTerms", "For editorial use only"), ["EDITORIAL_ONLY"]),
        (("ninjs", "ednote", "HOLD"), ["HOLD"]),
    ],
    ids=str,
)
def test_a_news_document_bounds_the_use(statement: tuple[str, str, Any], kinds_said: list[str]) -> None:
    assert [kind for kind, _source, _over in kinds(make_noticed(statement))] == kinds_said


def test_an_embargo_of_a_news_document_is_over_at_its_moment() -> None:
    item = make_noticed(("NewsML-G2", "embargoed", "2024-06-20T06:00:00+02:00"))

    assert kinds(item, datetime(2024, 6, 20, 3, 59, tzinfo=UTC)) == [("EMBARGO", "NewsML-G2:embargoed", False)]
    assert kinds(item, datetime(2024, 6, 20, 4, 1, tzinfo=UTC)) == [("EMBARGO", "NewsML-G2:embargoed", True)]


def test_of_a_news_document_the_latest_version_bounds_the_use() -> None:
    item = make_noticed(("ninjs", "uri", "tag:a"), ("ninjs", "version", "1"), ("ninjs", "pubstatus", "withheld"))
    for uri, version, status in (("tag:a", "3", "canceled"), ("tag:a", "2", "usable"), ("tag:b", "1", "withheld")):
        Reading.objects.create(
            media_file=item.media_file, reader="sidecar", reader_version="1", read_at=NOW, state="READ",
            statements=[["ninjs", "uri", uri], ["ninjs", "version", version], ["ninjs", "pubstatus", status]],
        )  # fmt: skip

    assert [kind for kind, _source, _over in kinds(item)] == ["KILL", "HOLD"]
