"""
People turn pictures that are shown wrongly turned, or mirrored.

What they say is a claim on the orientation, in place of the one before. It is counted from the picture as its file
shows it: the file's own tag stays as it was read, and so do its bytes. What pages read of it is projected from the
claim, and workers make the copies anew.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.claims.models import Claim, Source
from archive.claims.record_claims import digest_of, store
from archive.files.models import Rendition
from archive.ledger.not_done import DecidedMeanwhile, NotDone
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing
from archive.review.claim_rulings import rule_all
from archive.review.own_acts import CLAIM, note_act
from archive.standards.batches import batches
from archive.standards.orientation import AS_IT_IS, Turn, then
from archive.standards.vocabulary import Property, SourceKind, Standing

# The rule of the claims that are made here.
TURNED_BY_HAND = "turned by hand"
_STANDING = (Standing.PROPOSED, Standing.ACCEPTED)
_AT_ONCE = 1000


class CannotBeTurned(NotDone):
    """Some of it is no picture that can be turned: `left` says which and why; nothing changed."""

    def __init__(self, left: "list[LeftOut]") -> None:
        super().__init__(left[0].why if len(left) == 1 else _("Some of these cannot be turned. Leave them out."))
        self.left = left


@dataclass(frozen=True)
class LeftOut:
    """What cannot be turned, and why in a sentence."""

    item: Item
    why: str


@dataclass
class Turned:
    """Which pictures are turned now, of how many nothing was to be changed, and what cannot be turned."""

    items: list[Item] = field(default_factory=list)
    number_as_before: int = 0
    left: list[LeftOut] = field(default_factory=list)


def digest_of_turns(items: Iterable[Item]) -> str:
    """Return what tells how these pictures lie from how they lay otherwise: who turns them says what they saw."""
    told = sorted((item.pk, item.orientation or AS_IT_IS) for item in items)
    return sha256(repr(told).encode()).hexdigest()[:32]


def why_not_turned(item: Item, *, has_copies: bool) -> str:
    """Say why a picture cannot be turned; "" where it can."""
    if item.access == Access.WITHDRAWN:
        return _("It is withdrawn, and shown to nobody. Bring it back first.")
    if item.kind == Item.Kind.FOOTAGE:
        return _("It is footage, which is shown as its file says. A frame that is kept as a still can be turned.")
    if not has_copies:
        return _("No copy could be made of this file: there is no picture to turn.")
    return ""


def turn_pictures(
    items: Iterable[Item],
    *,
    by: User,
    turn: Turn | None = None,
    orientation: int | None = None,
    note: str = "",
    seen: str = "",
    leaves_out: bool = False,
) -> Turned:
    """
    Turn pictures on the word of a person: each by `turn` from how it lies now, or all to lie as `orientation` says.

    :param orientation: Exif's 1 to 8, counted from the picture as its file shows it; 1 takes every turn back
    :param note: how the person knows
    :param seen: the `digest_of_turns` of the pictures as they were shown to the person; "" where they saw none
    :param leaves_out: turn the others where some cannot be turned
    :raises NotAllowed: the person may not make claims
    :raises CannotBeTurned: some are footage, withdrawn, or without any copy
    :raises DecidedMeanwhile: somebody turned one of them since it was shown
    """
    if not (by.has_perm("claims.add_claim") and by.has_perm("claims.rule_on_claim")):
        raise NotAllowed(_("Only an archivist may turn a picture."))
    keys = list(dict.fromkeys(item.pk for item in items))
    with changing() as change:
        note_act(by)
        change.lock(Item(pk=key) for key in keys)
        # Read now that nobody else can turn them.
        locked = _as_they_are(keys)
        former = _standing_claims(keys)
        wanted = {item.pk: orientation or then(item.orientation or AS_IT_IS, turn.orientation) for item in locked}
        left = [LeftOut(item, why) for item in locked if (why := why_not_turned(item, has_copies=item.has_copies))]
        if left and not (leaves_out and len(left) < len(locked)):
            raise CannotBeTurned(left)
        left_out = {each.item.pk for each in left}
        able = [item for item in locked if item.pk not in left_out]
        to_turn = [item for item in able if (item.orientation or AS_IT_IS) != wanted[item.pk]]
        if seen and to_turn and seen != digest_of_turns(locked):
            raise _turned_meanwhile(former)
        for item in to_turn:
            change.add(item)
        _claim(to_turn, wanted, former, by=by, note=note.strip())
    return Turned(to_turn, len(able) - len(to_turn), left)


def _as_they_are(keys: Sequence[int]) -> list[Item]:
    copies = Rendition.objects.filter(media_file=OuterRef("media_file")).one_of_each()
    rows: list[Item] = []
    for some in batches(keys, _AT_ONCE):
        rows += Item.objects.filter(pk__in=some).annotate(has_copies=Exists(copies)).order_by("pk")
    return rows


def _standing_claims(keys: Sequence[int]) -> dict[int, list[Claim]]:
    by_item: dict[int, list[Claim]] = {}
    for some in batches(keys, _AT_ONCE):
        claims = Claim.objects.filter(item__in=some, property=Property.ORIENTATION).with_grounds().order_by("pk")
        for claim in claims.select_related("item"):
            if claim.standing in _STANDING:
                by_item.setdefault(claim.item_id, []).append(claim)
    return by_item


def _turned_meanwhile(former: dict[int, list[Claim]]) -> NotDone:
    """Say who turned one of the pictures last; of a turn that was taken back since there is nobody to name."""
    claims = [claim for of_item in former.values() for claim in of_item]
    if not claims:
        return NotDone(_("It was turned back meanwhile. Nothing changed. Look at it as it is now."))
    last = max(claims, key=lambda claim: claim.pk)
    return DecidedMeanwhile(last.source.person, last.claimed_at, _("the picture was turned"))


def _claim(
    items: Collection[Item], wanted: dict[int, int], former: dict[int, list[Claim]], *, by: User, note: str
) -> None:
    """Claim how these pictures lie, in place of what was claimed before."""
    source, now = Source(kind=SourceKind.PERSON, person=by, note=note, rule=TURNED_BY_HAND), timezone.now()
    claims = [
        Claim(
            item=item,
            property=Property.ORIENTATION,
            source=source,
            value_text=str(wanted[item.pk]),
            claimed_at=now,
        )
        for item in items
    ]
    for claim in store(claims):
        payload = {"property": claim.property, "value": claim.label(), "note": note}
        payload |= {"claim": claim.pk, "digest": digest_of(claim)}
        act(verb=CLAIM, subject=claim.item, actor=by, payload=payload)
        if before := former.get(claim.item_id):
            rule_all(before, standing=Standing.SUPERSEDED, by=by, reason=note, superseded_by=claim)
