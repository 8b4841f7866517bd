"""Every address of the site, with what fills it: for the tests that go through all of them."""

import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from archive.accounts.models import User
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.models import Access
from archive.folders.fill_folders import make_folder, put_in
from archive.ledger.signing_key import make_key
from archive.review.flags import flag_picture
from archive.review.link_items import link
from archive.review.mark_spans import mark, say
from archive.review.models import OwnAct
from archive.saved_searches.keep_searches import keep_search
from archive.standards.vocabulary import Property, SpanProperty
from tests.builders import (
    NOW,
    make_accession,
    make_article,
    make_caption,
    make_claim,
    make_event,
    make_export,
    make_footage,
    make_item,
    make_match,
    make_outlet,
    make_place,
    make_proposal,
)

ROLES = ["visitor", "researcher", "archivist", "moderator", "administrator"]
OF_FOOTAGE = {
    *("playback", "still", "keep_frame", "item-frames"),
    *("item-spans", "item-span", "span-claims", "span-retraction", "span-claim-retraction", "span-sheet"),
    *("mark_span", "span", "change_span", "claim_of_span", "retract_span", "retract_span_claim"),
    *("contact_sheet", "sheet_stills", "sheet_still"),
}


def _addresses(patterns: list, prefix: str = "") -> list[str]:
    names = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            names += _addresses(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            names.append(prefix + pattern.name)
    return sorted(set(names))


def every_address() -> list[str]:
    """Return the names of all addresses."""
    return _addresses(get_resolver().url_patterns)


def make_world(people: dict[str, User]) -> dict[str, object]:
    """Make one record of each sort, for archive staff only, with bytes behind the files."""
    of_accession = make_accession(opened_by=people["archivist"])
    item = make_item(access=Access.RESTRICTED, accession=of_accession, content=b"bytes")
    storages["originals"].save(item.media_file.storage_path, ContentFile(b"bytes"))
    for made in item.media_file.renditions.all():
        storages["renditions"].save(made.storage_path, ContentFile(b"bytes"))
    film = make_footage(access=Access.RESTRICTED, content=bytes(5000))
    storages["originals"].save(film.media_file.storage_path, ContentFile(bytes(5000)))
    for made in film.media_file.renditions.all():
        storages["renditions"].save(made.storage_path, ContentFile(b"bytes"))
    claim = make_claim(item, Property.DATE_CREATED, date="2024-06-18")
    proposal = make_proposal(make_caption(item, "A boat off Dunkirk."), by=people["archivist"])
    place = make_place("Dunkirk", source_id="2998324")
    event, outlet = make_event("Crossing", date="2024"), make_outlet("Courier")
    article = make_article(accession=item.accession, figures=1, content=b"page")
    storages["originals"].save(article.media_file.storage_path, ContentFile(b"page"))
    flag, _is_new = flag_picture(item, ground="RIGHTS", by=people["archivist"])
    match = make_match(item, make_item(access=Access.RESTRICTED))
    make_key()
    export = make_export(item, by=people["archivist"])
    folder = make_folder(name="Shelf", by=people["archivist"], at=NOW)
    put_in(folder, [item.pk], by=people["archivist"], at=NOW)
    search = keep_search({"q": "boat"}, name="Boats", by=people["archivist"], at=NOW)
    span, _is_new = mark(film, start_milliseconds=500, end_milliseconds=2500, title="Landing", by=people["archivist"])
    of_span, _is_new = say(span, property=SpanProperty.DESCRIPTION, text="A boat", by=people["archivist"])
    link([item], property=Property.CREDIT_LINE, by=people["archivist"], text="Archive")
    return {
        "act": OwnAct.objects.latest("pk"), "span": span, "claim of span": of_span, "people": people, "item": item,
        "film": film, "claim": claim, "article": article, "proposal": proposal,
        "match": match, "flag": flag, "place": place, "event": event, "outlet": outlet, "export": export,
        "search": search, "folder": folder,
    }  # fmt: skip


def arguments(name: str, world: dict) -> dict:
    plain = name.split(":")[-1]
    item = world["film" if plain in OF_FOOTAGE else "item"]
    known = {
        "item_id": item.pk, "accession_id": item.accession_id, "claim_id": world["claim"].pk, "line_id": 1,
        "person_id": world["people"]["researcher"].pk, "key": uuid.uuid4(), "purpose": "screen", "pk": item.pk,
        "rest": "nowhere", "kind": "date", "article_id": world["article"].pk,
        "figure_id": world["article"].figures.get().pk,
        "caption_id": world["proposal"].caption_id, "proposal_id": world["proposal"].pk,
        "milliseconds": 1000, "number": 12, "place": 0, "level": 0, "column": 0, "row": 0, "flag_id": world["flag"].pk,
        "match_id": world["match"].pk, "uidb64": "MQ", "token": "none", "export_id": world["export"].pk,
        "act_id": world["act"].pk, "search_id": world["search"].pk, "folder_id": world["folder"].pk,
        "moment": int(NOW.timestamp()) * 1_000_000,
    }  # fmt: skip
    if "span" in plain or "sheet" in plain:
        known |= {"span_id": world["span"].pk, "claim_id": world["claim of span"].pk}
    for sort, model in (("place", Place), ("event", Event), ("outlet", Outlet)):
        if sort in plain:
            known |= {"slug": model.objects.get().slug, "pk": model.objects.get().pk}
    if "article" in plain:
        known["pk"] = world["article"].pk
    if "accession" in plain:
        known["pk"] = item.accession_id
    lookup = get_resolver().reverse_dict
    for part in name.split(":")[:-1]:
        lookup = get_resolver().namespace_dict[part][1].reverse_dict
    wanted = lookup.getlist(plain)[0][0][0][1]
    return {key: known[key] for key in wanted}


def clients(people: dict[str, User]) -> dict[str, Client]:
    made = {
        role: Client(raise_request_exception=False, headers={"Tus-Resumable": "1.0.0"}) for role in ["visitor", *people]
    }
    for role, person in people.items():
        made[role].force_login(person)
    return made
