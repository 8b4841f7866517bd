"""Words that are held are nowhere: every address that answers is read by everyone who may not read them."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from archive.accounts.models import User
from archive.catalogue.add_caption import add_caption
from archive.catalogue.hidden_wordings import hold
from archive.catalogue.models import Access, Caption, Item
from archive.claims.caption_claims import read_captions
from archive.claims.models import Claim, Source
from archive.extraction.models import Reading
from archive.ledger.record_acts import recording
from archive.press.figures import appear
from archive.press.models import Article, Figure
from archive.projection.write_projection import project
from archive.review.decide_proposals import decide
from archive.review.models import Proposal
from archive.standards.vocabulary import Property, SourceKind
from tests.builders import (
    NOW,
    make_accession,
    make_article,
    make_caption,
    make_claim,
    make_event,
    make_item,
    make_match,
    make_outlet,
    make_place,
    make_proposal,
)  # fmt: skip

pytestmark = pytest.mark.django_db
People = dict[str, User]
NAMED = "Nobody Knownchild, 7, is carried ashore at Dover by her uncle on 18 June 2024."
SECRET = "knownchild"


@pytest.fixture
def held(people: People) -> Caption:
    """
    One wording in every place where the words of a caption can stand, on an item released to the public, then held.

    In the file's tags and its sidecar, in print, on a news page, in claims read from it, in the archive's own versions,
    in the ledger, in proposals, and on a second picture.
    """
    accession = make_accession("A delivery", opened_by=people["archivist"])
    place, outlet = make_place("Dover"), make_outlet("Courier", website="https://courier.example")
    make_event("Crossing", date="2024-06-18")
    item = make_item(access=Access.RELEASED, accession=accession)
    storages["originals"].save(item.media_file.storage_path, ContentFile(b"bytes"))
    for made in item.media_file.renditions.all():
        storages["renditions"].save(made.storage_path, ContentFile(b"bytes"))
    reading = Reading.objects.create(
        media_file=item.media_file, reader="embedded", reader_version="1", read_at=NOW, state="READ",
        statements=[
            ["IPTC", "Caption-Abstract", NAMED[:48]], ["XMP-dc", "description", {"x-default": NAMED}],
            ["EXIF", "ImageDescription", NAMED.upper()],
        ],
        properties={"description": NAMED},
    )  # fmt: skip
    caption = make_caption(item, NAMED, origin=Caption.Origin.LIST)
    make_caption(item, NAMED, reading=reading, group="XMP-dc", tag="description")
    make_caption(item, NAMED[:48], reading=reading, group="IPTC", tag="Caption-Abstract")
    make_caption(item, NAMED, role=Caption.Role.HEADLINE)
    first = add_caption(item, text=f"{NAMED} Seen from the pier.", by=people["archivist"])
    add_caption(item, text="A girl is carried ashore.", by=people["archivist"], supersedes=first)
    twin = make_item(accession=accession)
    make_caption(twin, NAMED, origin=Caption.Origin.LIST)
    source = Source.objects.create(kind=SourceKind.CAPTION, caption=caption, start=0, end=17, note="as in Knownchild")
    for name, value in (
        (Property.LOCATION_SHOWN, {"value_place": place}), (Property.CREATOR, {"value_text": "Uncle Knownchild"}),
        (Property.LOCATION_CREATED, {"value_text": "Knownchild"}),
    ):  # fmt: skip
        Claim.objects.create(item=item, property=name, source=source, as_written="Knownchild", claimed_at=NOW, **value)
    make_claim(item, Property.PUBLISHED_BY, value_outlet=outlet)
    article = make_article(
        outlet, published="2024-06-19", accession=accession, headline="On the beach",
        text=f"Nothing is known.\n\n{NAMED} The police came later.",
    )  # fmt: skip
    storages["originals"].save(article.media_file.storage_path, ContentFile(b"bytes"))
    figure = Figure.objects.create(
        article=article, position=1, caption=NAMED, credit="Courier", alternative_text=NAMED, image_name="a.jpg"
    )
    with recording():
        appear(figure, item, at=NOW, by=people["archivist"])
        read_captions([item, twin], at=NOW)
        project([item, twin])
    earlier = make_proposal(caption, by=people["researcher"], text=NAMED.replace("18", "19"), note=f"not {NAMED}")
    decide(earlier, outcome="REJECTED", by=people["moderator"], at=NOW, reason="No.")
    make_proposal(caption, "WRONG_PLACE", by=people["archivist"], text=NAMED.replace("Dover", "Deal"))
    make_proposal(caption, "IDENTIFIES_PERSON", by=people["researcher"], note="She is Nobody Knownchild.")
    return caption


def addresses(held: Caption) -> list[str]:
    """Return every address that can be made of the records there are, each parameter with each record it can mean."""
    keys: dict[str, list[Any]] = {
        "item_id": list(Item.objects.values_list("pk", flat=True)),
        "caption_id": list(Caption.objects.values_list("pk", flat=True)),
        "proposal_id": list(Proposal.objects.values_list("pk", flat=True)),
        "accession_id": [held.item.accession_id],
        "article_id": list(Article.objects.values_list("pk", flat=True)),
        "figure_id": list(Figure.objects.values_list("pk", flat=True)),
        "claim_id": list(Claim.objects.values_list("pk", flat=True)),
        "pk": list(range(1, 4)),
        "slug": ["dover", "courier", "crossing"],
        "purpose": ["screen"],
    }
    found = []
    for name, parameters in _named(get_resolver().url_patterns):
        known = [parameter for parameter in parameters if parameter in keys]
        if len(known) < len(parameters):
            continue
        combinations: list[dict[str, Any]] = [{}]
        for parameter in known:
            combinations = [one | {parameter: value} for one in combinations for value in keys[parameter]]
        for one in combinations:
            try:
                found.append(reverse(name, kwargs=one))
            except NoReverseMatch:
                continue
    searches = ["q=carried", "q=girl", "view=list", "view=days", "view=map", "page=1"]
    found += [f"{path}?{asked}" for path in ("/", "/api/v1/items/") for asked in searches]
    return sorted(set(found))


def _named(patterns: list, prefix: str = "", before: tuple[str, ...] = ()) -> list[tuple[str, tuple[str, ...]]]:
    names = []
    for pattern in patterns:
        parameters = before + tuple(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            names += _named(pattern.url_patterns, inner, parameters)
        elif isinstance(pattern, URLPattern) and pattern.name:
            names.append((prefix + pattern.name, parameters))
    return names


def telling(client: Client, paths: list[str]) -> tuple[list[str], int]:
    """Return which of the addresses tell the word, and how many answered at all."""
    told, answered = [], 0
    for path in paths:
        response = client.get(path)
        if response.status_code != 200:
            continue
        answered += 1
        body = b"".join(response.streaming_content) if response.streaming else response.content
        if SECRET in body.decode(errors="replace").lower():
            told.append(path)
    return told, answered


@pytest.mark.parametrize("role", ["visitor", "researcher", "archivist"])
def test_held_words_are_told_by_no_page_and_by_no_answer_of_the_api(
    role: str, client: Client, people: People, held: Caption
) -> None:
    if role != "visitor":
        client.force_login(people[role])

    told, answered = telling(client, addresses(held))

    assert told == []
    assert answered > (15 if role == "visitor" else 35)


@pytest.mark.parametrize("role", ["visitor", "researcher", "archivist", "moderator"])
def test_no_word_of_a_held_wording_finds_its_picture(role: str, client: Client, people: People, held: Caption) -> None:
    if role != "visitor":
        client.force_login(people[role])

    assert client.get("/api/v1/items/?q=Knownchild").json()["count"] == 0
    assert client.get("/api/v1/items/?q=girl").json()["count"] == 1


def test_moderators_read_what_is_held_and_everyone_does_once_it_is_shown_again(
    client: Client, people: People, held: Caption
) -> None:
    paths = [f"/items/{held.item_id}/", f"/captions/{held.pk}/", f"/api/v1/items/{held.item_id}/"]
    client.force_login(people["moderator"])
    assert telling(client, paths)[0] == paths

    mark = Proposal.objects.undecided().get(reason="IDENTIFIES_PERSON")
    decide(mark, outcome="REJECTED", by=people["moderator"], at=NOW, reason="A ship is called so.")

    client.force_login(people["researcher"])
    assert telling(client, paths)[0] == paths
    assert client.get("/api/v1/items/?q=Knownchild").json()["count"] == 2


def test_readers_are_told_that_a_caption_is_hidden_and_visitors_are_not(
    client: Client, people: People, held: Caption
) -> None:
    path, words = f"/items/{held.item_id}/", "until a moderator has decided"

    assert words not in client.get(path).content.decode()
    client.force_login(people["researcher"])
    assert words in client.get(path).content.decode()


@pytest.mark.parametrize(("role", "status"), [("archivist", 422), ("moderator", 302)])
def test_only_who_reads_a_hidden_wording_replaces_it(people: People, role: str, status: int) -> None:
    item = make_item()
    caption = make_caption(item, NAMED, origin=Caption.Origin.PERSON)
    flag = make_proposal(caption, "IDENTIFIES_PERSON", by=people["researcher"])
    decide(flag, outcome="ACCEPTED", by=people["moderator"], at=NOW, reason="It names a child.")
    client = Client()
    client.force_login(people[role])

    answer = client.post(
        reverse("describe_item", args=[item.pk]), {"text": "A boat.", "role": "DESCRIPTION", "supersedes": caption.pk}
    )

    assert answer.status_code == status
    assert Caption.objects.filter(superseded_by__isnull=False).exists() is (status == 302)


@pytest.mark.parametrize("role, is_shown", [("researcher", False), ("archivist", False), ("moderator", True)])
def test_a_file_that_is_named_after_hidden_words_is_shown_by_its_number(
    client: Client, people: dict[str, User], role: str, is_shown: bool
) -> None:
    words = "The boy Amadou on the beach of Calais"
    item, copy = make_item(file_name=f"{words}.jpg"), make_item(file_name="copy.jpg")
    match = make_match(item, copy)
    hold(make_caption(item, f"{words}."), by=people["moderator"])
    project([item, copy])
    client.force_login(people[role])
    addresses = [
        reverse("item", args=[item.pk]), reverse("compare", args=[match.pk]), reverse("copies", args=[copy.pk]),
        reverse("api:item-detail", args=[item.pk]),
    ]  # fmt: skip

    for address in addresses:
        page = client.get(address).content.decode()
        at = page.find("Amadou")
        assert (at >= 0) == is_shown, page[max(0, at - 150) : at + 40]
    if not is_shown:
        assert f"Picture {item.pk}" in client.get(addresses[0]).content.decode()


@pytest.mark.parametrize("role, is_shown", [("researcher", False), ("archivist", False), ("moderator", True)])
@pytest.mark.parametrize(
    "words", ["The boy Amadou on the beach of Calais", "Amadou Knownchild"], ids=["long", "a name"]
)
def test_such_a_name_is_nowhere_where_other_pictures_and_records_lead(
    client: Client, people: dict[str, User], role: str, is_shown: bool, words: str
) -> None:
    delivery = make_accession("Delivery of a day", access=Access.RESEARCH)
    item, copy = make_item(file_name=f"{words}.jpg", accession=delivery), make_item(file_name="copy.jpg")
    match = make_match(item, copy)
    make_claim(copy, Property.DERIVED_FROM, value_item=item, kind=SourceKind.INFERENCE)
    figure = make_article(figures=1, accession=delivery).figures.get()
    with recording():
        appear(figure, item, at=NOW, by=people["archivist"])
    delivery.lines.create(
        original_name=f"{words}.jpg", delivered_path=f"day/{words}.jpg", size_bytes=1, way="PAGE", received_at=NOW,
        state="DONE", outcome="CREATED", item=item,
    )  # fmt: skip
    bearer = make_item(file_name="bearer.jpg")
    hold(make_caption(bearer, words), by=people["moderator"])
    project([item, copy, bearer])
    client.force_login(people[role])
    addresses = [
        "/?view=list", reverse("accession", args=[delivery.pk]), reverse("item", args=[copy.pk]),
        reverse("article", args=[figure.article_id]), f"{reverse('bulk')}?items={item.pk}",
        reverse("item", args=[item.pk]),
        reverse("compare", args=[match.pk]), f"{reverse('api:item-list')}",
    ]  # fmt: skip

    for address in addresses:
        page = client.get(address).content.decode()
        at = page.find("Amadou")
        assert is_shown or at < 0, (address, page[max(0, at - 200) : at + 60])
    listed = client.get("/?view=list").content.decode()
    assert (f"Picture {item.pk}" in listed) is not is_shown
    item.refresh_from_db()
    assert item.file_name == f"{words}.jpg", "the record stays as it came"


def test_an_original_is_handed_out_without_a_hidden_name(client: Client, people: dict[str, User]) -> None:
    words = "The boy Amadou on the beach of Calais"
    item = make_item(file_name=f"{words}.jpg", content=b"bytes")
    storages["originals"].save(item.media_file.storage_path, ContentFile(b"bytes"))
    hold(make_caption(make_item(), words), by=people["moderator"])

    names = {}
    for role in ("archivist", "moderator"):
        client.force_login(people[role])
        names[role] = client.get(reverse("original", args=[item.pk]))["Content-Disposition"]

    assert f"picture-{item.pk}.jpg" in names["archivist"] and "Amadou" in names["moderator"]
