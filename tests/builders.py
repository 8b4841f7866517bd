"""Build records for tests: each builder takes what matters and defaults the rest."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db.models import QuerySet

from archive.accounts.models import User
from archive.accounts.roles import ROLES, grant_roles
from archive.authorities.models import Event, Outlet, OutletName, Place, PlaceName
from archive.authorities.record_tree import nest
from archive.authorities.revision import advance
from archive.catalogue.audiences import Audience
from archive.catalogue.models import Accession, Caption, Item, ItemEvent
from archive.claims.models import Claim, Source
from archive.exports.models import Export
from archive.files.models import MediaFile, Rendition
from archive.ledger.record_acts import act, recording
from archive.matching.kinds import Kind
from archive.matching.models import Match
from archive.press.models import Appearance, Article, Figure
from archive.projection.write_projection import project
from archive.review.models import Proposal
from archive.review.propose_wording import propose
from archive.standards.edtf import parse
from archive.standards.normal_form import normalise
from archive.standards.vocabulary import Property, SourceKind

NOW = datetime(2024, 6, 20, 9, 0, tzinfo=UTC)
_number = count(1)


_not_projected: dict[int, Item] | None = None


@contextmanager
def projected_once() -> Iterator[None]:
    """Project the items of all claims and captions made in here once, at its end: that takes most of their time."""
    global _not_projected
    _not_projected = {}
    try:
        yield
        project(_not_projected.values())
    finally:
        _not_projected = None


def _project(item: Item) -> None:
    if _not_projected is None:
        project([item])
    else:
        _not_projected.setdefault(item.pk, item)


def tell_of_items() -> None:
    """Tell the ledger of the items that were built, as it is told of those that come in: workers look there."""
    with recording():
        for item in Item.objects.filter(checked=None).order_by("pk"):
            act(verb="bring in", subject=item, actor="test")


def make_people() -> dict[str, User]:
    """Make one user of each role, by its name; three queries."""
    group_of = {group.name: group for group in Group.objects.all()}
    if not group_of:
        grant_roles()
        return make_people()
    users = User.objects.bulk_create(User(username=role, password=make_password(f"{role}-password")) for role in ROLES)
    memberships = User.groups.through
    memberships.objects.bulk_create(memberships(user=user, group=group_of[user.username]) for user in users)
    return {user.username: user for user in users}


def make_accession(title: str = "Delivery", **fields: Any) -> Accession:
    return Accession.objects.create(title=title, opened_at=fields.pop("opened_at", NOW), **fields)


def make_place(name: str, *, kind: str = Place.Kind.TOWN, parent: Place | None = None, **fields: Any) -> Place:
    slug = fields.pop("slug", normalise(name).replace(" ", "-"))
    place = Place.objects.create(name=name, slug=slug, kind=kind, **fields)
    PlaceName.objects.create(place=place, name=name, normalised=normalise(name))
    advance(Place)
    nest(place, parent)
    return place


def make_event(name: str, *, date: str = "", parent: Event | None = None, **fields: Any) -> Event:
    if date:
        days = parse(date)
        fields |= {"date_edtf": date, "date_earliest": days.earliest, "date_latest": days.latest}
    normalised = normalise(name)
    event = Event.objects.create(name=name, slug=normalised.replace(" ", "-"), normalised=normalised, **fields)
    nest(event, parent)
    return event


def make_outlet(name: str, *, kind: str = Outlet.Kind.NEWSPAPER, **fields: Any) -> Outlet:
    outlet = Outlet.objects.create(name=name, slug=normalise(name).replace(" ", "-"), kind=kind, **fields)
    OutletName.objects.create(outlet=outlet, name=name, normalised=normalise(name))
    advance(Outlet)
    return outlet


def make_item(
    *,
    file_name: str = "",
    accession: Accession | None = None,
    renditions: bool = True,
    size_px: tuple[int, int] = (1500, 1000),
    received_at: datetime = NOW,
    content: bytes = b"",
    **fields: Any,
) -> Item:
    """Make an item without bytes on disk, as search and pages of records need it; `content` gives digest and size."""
    number = next(_number)
    file_name = file_name or f"picture-{number}.jpg"
    digest = hashlib.sha256(content or f"{file_name} {number}".encode()).hexdigest()
    media_file = MediaFile.objects.create(
        message_digest=digest,
        size_bytes=len(content) or 1000 + number,
        format_name="JPEG",
        mime_type="image/jpeg",
        width_px=size_px[0],
        height_px=size_px[1],
        original_name=file_name,
        received_at=received_at,
        storage_path=f"{digest[:2]}/{digest[2:4]}/{digest}",
    )
    for purpose, width in (("THUMBNAIL", 400), ("SCREEN", 1500)) if renditions else ():
        Rendition.objects.create(
            media_file=media_file,
            purpose=purpose,
            width_px=width,
            height_px=width * 2 // 3,
            size_bytes=100,
            mime_type="image/jpeg",
            storage_path=f"{digest[:2]}/{digest[2:4]}/{digest}-{purpose.lower()}.jpg",
            made_at=NOW,
            maker_version="test",
        )
    fields.setdefault("added_at", NOW)
    return Item.objects.create(
        media_file=media_file, file_name=file_name, accession=accession or make_accession(), **fields
    )


def make_match(held: Item, other: Item, *, kind: Kind = Kind.REENCODED, is_strong: bool = True, **fields: Any) -> Match:
    """Keep that two items show the same picture, as the matching step does, with its act in the ledger."""
    fields = {"shared_of_held": 1.0, "shared_of_other": 1.0, "distance": 4, "inliers": 120, "found_at": NOW} | fields
    with recording():
        match = Match.objects.create(
            held=held.media_file,
            other=other.media_file,
            kind=kind,
            is_strong=is_strong,
            transform=[1, 0, 0, 0, 1, 0, 0, 0, 1],
            method="pdq",
            method_version="test",
            **fields,
        )
        act(verb="propose match", subject=match, actor="Strandline")
    return match


def make_caption(item: Item, text: str, **fields: Any) -> Caption:
    caption = Caption.objects.create(
        item=item, text=text, origin=fields.pop("origin", Caption.Origin.EMBEDDED), recorded_at=NOW, **fields
    )
    _project(item)
    return caption


def make_export(*items: Item, by: User, **fields: Any) -> Export:
    """Make a finished export whose bag is a few bytes in the store."""
    fields = {"state": Export.State.DONE, "audience": Audience.STAFF, "read_at": NOW, "finished_at": NOW} | fields
    fields = {"asked_at": NOW, "item_count": len(items), "size_bytes": 3, "message_digest": "ab" * 32} | fields
    stored = storages["exports"].save("bag.zip", ContentFile(b"bag"))
    keys = sorted(item.pk for item in items)
    return Export.objects.create(asked_by=by, item_keys=keys, storage_path=stored, **fields)


def make_appearance(item: Item, outlet: Outlet | None = None, *, published: str = "", **fields: Any) -> Appearance:
    """Make an appearance in print."""
    if published:
        days = parse(published)
        fields |= {"published_edtf": published, "published_earliest": days.earliest, "published_latest": days.latest}
    if figure := fields.get("figure"):
        fields.setdefault("accession", figure.article.accession)
    return Appearance.objects.create(item=item, outlet=outlet, recorded_at=NOW, **fields)


def make_article(
    outlet: Outlet | None = None, *, published: str = "", figures: int = 0, content: bytes = b"", **fields: Any
) -> Article:
    """Make a news page without bytes on disk, with so many figures; `content` gives digest and size."""
    if published:
        days = parse(published)
        fields |= {"published_edtf": published, "published_earliest": days.earliest, "published_latest": days.latest}
    digest = hashlib.sha256(content or f"page {next(_number)}".encode()).hexdigest()
    media_file = MediaFile.objects.create(
        message_digest=digest,
        size_bytes=len(content) or 1000,
        format_name="HTML",
        mime_type="text/html",
        original_name="page.html",
        received_at=NOW,
        storage_path=f"{digest[:2]}/{digest[2:4]}/{digest}",
    )
    accession = fields.pop("accession", None) or make_accession()
    article = Article.objects.create(
        media_file=media_file, accession=accession, outlet=outlet, recorded_at=NOW, **fields
    )
    for position in range(1, figures + 1):
        Figure.objects.create(article=article, position=position)
    return article


def make_footage(
    *, file_name: str = "clip.mp4", stills: tuple[int, ...] = (0, 1000, 2000), content: bytes = b"", **fields: Any
) -> Item:
    """Make footage of three seconds without bytes on disk, with its stills; `content` gives digest and size."""
    digest = hashlib.sha256(content or f"{file_name} {next(_number)}".encode()).hexdigest()
    media_file = MediaFile.objects.create(
        message_digest=digest,
        size_bytes=len(content) or 5000,
        format_name="MP4",
        mime_type="video/mp4",
        width_px=640,
        height_px=360,
        duration_milliseconds=3000,
        frame_rate=25.0,
        frame_rate_varies=fields.pop("frame_rate_varies", False),
        video_codec=fields.pop("video_codec", "h264"),
        original_name=file_name,
        received_at=NOW,
        storage_path=f"{digest[:2]}/{digest[2:4]}/{digest}",
    )
    for purpose, moment in [("THUMBNAIL", None), ("SCREEN", None), *(("STILL", moment) for moment in stills)]:
        Rendition.objects.create(
            media_file=media_file,
            purpose=purpose,
            offset_milliseconds=moment,
            width_px=640,
            height_px=360,
            size_bytes=100,
            mime_type="image/jpeg",
            storage_path=f"{digest[:2]}/{digest[2:4]}/{digest}-{purpose.lower()}-{moment}.jpg",
            made_at=NOW,
            maker_version="test",
        )
    return Item.objects.create(
        media_file=media_file,
        file_name=file_name,
        kind=Item.Kind.FOOTAGE,
        accession=fields.pop("accession", None) or make_accession(),
        added_at=NOW,
        **fields,
    )


def make_claim(
    item: Item,
    property: Property,
    *,
    date: str = "",
    kind: SourceKind = SourceKind.CAPTION,
    person: User | None = None,
    note: str = "",
    source_caption: Caption | None = None,
    **values: Any,
) -> Claim:
    """Make a claim with its source, and project the item."""
    if date:
        days = parse(date)
        values |= {"value_edtf": date, "value_earliest": days.earliest, "value_latest": days.latest}
    source = Source.objects.create(kind=kind, person=person, note=note, caption=source_caption)
    claim = Claim.objects.create(item=item, property=property, source=source, claimed_at=NOW, **values)
    _project(item)
    return claim


def make_proposal(
    caption: Caption, reason: str = "WRONG_DATE", *, by: User, text: str = "", note: str = ""
) -> Proposal:
    """Propose as a person does, so that what identifies is hidden at once."""
    return propose(caption, reason=reason, by=by, text=text, note=note)


def items_of_event(event: Event) -> QuerySet[Item]:
    """Return the items of this event or of one nested in it, as archive staff know it."""
    alike = Event.objects.alike(pk=event.pk).values("pk")
    return Item.objects.filter(pk__in=ItemEvent.objects.for_staff().filter(event__in=alike).values("item"))
