"""
Correct what is said of an accession: each statement stands with who made it and when, and what was said before stays.

The columns of the accession hold what is said last. What follows from it follows anew: captions that count "Tuesday"
from one of its days are read again, and who supplied its pictures is claimed again.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.authorities import gazetteer
from archive.catalogue.models import Accession, AccessionStatement, Item
from archive.claims.models import ACCESSION_GROUP, Claim, Ruling, Source, Standing
from archive.claims.record_claims import store
from archive.ingest.models import AccessionLine
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, digest_of_words
from archive.projection.item_gate import changing
from archive.standards.vocabulary import Property, SourceKind

CORRECT = "correct accession"
EDITED = ("title", "supplied_by", "received_on", "published_on", "terms", "note")
# From which the days are counted that captions name.
_DAYS = {"received_on", "published_on"}
# What the ledger tells in clear; of the rest it holds the digest, for it may name a person who must not be named.
_TOLD = {"title", *_DAYS}
_CORRECTED = "the accession was corrected"


class ChangedMeanwhile(NotDone):
    """Somebody else corrected the accession since this person looked at it."""


def edit_accession(
    accession: Accession, *, by: User, seen: int | None = None, reason: str = "", **changes: Any
) -> list[AccessionStatement]:
    """
    Say something else of an accession; return the new statements, none where nothing differs.

    :param seen: the key of the latest statement that the person saw, 0 for none; left out: whatever stands now
    :param changes: any of `EDITED`
    :raises NotAllowed: the person may not upload
    :raises ChangedMeanwhile: there is a later statement than the one seen
    :raises NotDone: the title is empty
    """
    if not by.has_perm("ingest.add_accessionline"):
        raise NotAllowed(_("Only an archivist may correct an accession."))
    if not changes.get("title", accession.title).strip():
        raise NotDone(_("An accession needs a title."))
    now = timezone.now()
    with changing() as change:
        # The items first, as everywhere; whether anything of theirs changes is known once the accession is locked.
        items = {item.pk: item for item in _items_of(accession)}
        change.lock(items.values())
        accession = Accession.objects.select_for_update(no_key=True, of=("self",)).get(pk=accession.pk)
        statements = [
            AccessionStatement(
                accession=accession, field=field, before=_written(getattr(accession, field)), after=_written(value),
                reason=reason, made_at=now, made_by=by,
            )
            for field, value in changes.items()
            if field in EDITED and _written(value) != _written(getattr(accession, field))
        ]  # fmt: skip
        if not statements:
            return []
        latest = AccessionStatement.objects.filter(accession=accession).order_by("-pk").first()
        if seen is not None and latest and latest.pk > seen:
            who = latest.made_by or _("somebody")
            sentence = _(
                "%(name)s corrected this accession meanwhile. What is said of it now stands here; nothing of yours was "
                "kept."
            )
            raise ChangedMeanwhile(sentence % {"name": who})
        AccessionStatement.objects.bulk_create(statements)
        changed = {statement.field for statement in statements}
        for field in changed:
            setattr(accession, field, changes[field])
        accession.save(update_fields=changed)
        if "supplied_by" in changed:
            for item in _claim_supplier(accession, items, by=by, at=now):
                change.add(item)
        if changed & _DAYS:
            for item in items.values():
                change.add(item, reword=True)
        told = {statement.field: told_of(statement) for statement in statements}
        act(verb=CORRECT, subject=accession, actor=by, payload={"changes": told, "reason": reason})
    return statements


def _written(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else (value or "").strip()


def told_of(statement: AccessionStatement) -> list[str]:
    """Return what the ledger tells of a statement: what was said before and after, or their digests."""
    return [said_as(statement.field, words) for words in (statement.before, statement.after)]


def said_as(field: str, words: str) -> str:
    """Return these words of a field as the ledger tells them."""
    return words if field in _TOLD or not words else digest_of_words(words)


def said_now(accession: Accession, field: str) -> str:
    """Return what the accession says in a field, as a statement writes it."""
    return _written(getattr(accession, field))


def _items_of(accession: Accession) -> Iterable[Item]:
    """Return the items that it brought, or brought words for."""
    lines = AccessionLine.objects.filter(accession=accession, item__isnull=False)
    items = Item.objects.filter(Q(accession=accession) | Q(pk__in=lines.values("item")))
    return items.select_related("media_file", "accession").order_by("pk")


def _claim_supplier(accession: Accession, items: dict[int, Item], *, by: User, at: datetime) -> list[Item]:
    """Claim of its items who supplied them, in the place of what the accession said before."""
    of_it = {"property": Property.SUPPLIED_BY, "source__group": ACCESSION_GROUP, "source__accession": accession}
    standing = Claim.objects.filter(item__in=items, **of_it).with_standing()
    before = [claim for claim in standing.order_by("pk") if claim.standing == Standing.PROPOSED]
    new: dict[int, Claim] = {}
    if name := accession.supplied_by:
        outlet = gazetteer.outlet_meant(name)
        claims = store(
            Claim(
                item=item,
                property=Property.SUPPLIED_BY,
                source=Source(
                    kind=SourceKind.PERSON, person=by, group=ACCESSION_GROUP, tag="supplied_by",
                    note=accession.title, accession=accession,
                ),
                as_written=name,
                value_text=name,
                value_outlet=outlet,
                claimed_at=at,
            )
            for item in items.values()
        )  # fmt: skip
        new = {claim.item_id: claim for claim in claims}
    Ruling.objects.bulk_create(
        Ruling(
            claim=claim,
            standing=Standing.SUPERSEDED,
            superseded_by=new.get(claim.item_id),
            reason=_CORRECTED,
            ruled_at=at,
        )
        for claim in before
    )
    return [items[key] for key in {*new, *(claim.item_id for claim in before)}]
