"""
Flags on pictures: whoever may see a picture says that it should perhaps not be shown as it is, and moderators answer.

A distressing picture is marked so with the answer; for what is upheld on another ground the answer can take it down.
"""

import hashlib
import json
import re
import time
from base64 import b32encode
from collections.abc import Iterable

from django.core.cache import cache
from django.db import IntegrityError
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, digest_of_words, subject_of, wait_for_appending
from archive.projection.item_gate import changing
from archive.review.access import set_access
from archive.review.decide_proposals import AlreadyDecided, decided_meanwhile
from archive.review.mark_distressing import mark_distressing
from archive.review.models import Flag, FlagAnswerSeen, FlagDecision, FlagQuerySet, FlagReceipt
from archive.review.reading_policies import SENSITIVE_GROUNDS, Policy
from archive.review.reading_requests import ask_where_due

MOST_OPEN = 500
# Of visitors, whom nobody knows: from one address in an hour …
MOST_AN_HOUR = 10
# … waiting of one picture on one ground …
MOST_OF_A_GROUND = 5
# … and waiting in all.
MOST_OF_VISITORS = 1000
VISITOR = "a visitor"
_HOUR_SECONDS = 3600
ERASE = "erase words of flag"
_ERASED = "archive.review.flags.erased"
Ground, Outcome = Flag.Ground, FlagDecision.Outcome


class TooOften(NotDone):
    """So many flags came from one address, or from visitors in all, that no more are taken for now."""


def flag_picture(item: Item, *, ground: str, by: User, note: str = "") -> tuple[Flag, bool]:
    """
    Record what a person says of a picture; return the flag, and whether it is new.

    The same ground by the same person counts once for as long as it waits: what was said first stands.

    :raises NotAllowed: the person may not flag
    :raises NotDone: too many of theirs wait for an answer
    """
    if not by.has_perm("review.add_flag"):
        raise NotAllowed(_("Only readers of the archive may flag a picture. Sign in."))
    ground, note = Ground(ground), note.replace("\r\n", "\n").strip()
    with changing() as change:
        # A release asks about flags that wait: the two wait for one another.
        change.lock([item])
        # And two flags of one person, so that both are counted.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        own = Flag.objects.undecided().filter(flagged_by=by)
        if waiting := own.filter(item=item, ground=ground).first():
            return waiting, False
        if own.count() >= MOST_OPEN:
            raise NotDone(_("%(n)d of your flags wait for an answer. Wait until some are decided.") % {"n": MOST_OPEN})
        flag = Flag.objects.create(item=item, ground=ground, note=note, flagged_by=by, flagged_at=timezone.now())
        # The note may name somebody: the ledger, which can be read by all who see the item, holds its digest.
        payload = {"flag": flag.pk, "ground": ground, "digest": digest_of_words(note)}
        act(verb="flag picture", subject=item, actor=by, payload=payload)
        if ground in SENSITIVE_GROUNDS:
            ask_where_due([item], Policy.SENSITIVE)
    return flag, True


def flag_as_visitor(item: Item, *, ground: str, address: str, note: str = "", contact: str = "") -> Flag:
    """
    Record what somebody without an account says of a picture that the public sees; the same words again are one flag.

    :param address: where they ask from; it is kept nowhere, only how often it flagged within the hour
    :param contact: how they may be reached, if they want to be
    :raises NotAllowed: the picture is not released
    :raises TooOften: too many came from there, or wait in all, or of this picture on this ground; nothing was added
    """
    ground, note, contact = Ground(ground), note.replace("\r\n", "\n").strip(), contact.strip()
    counted = f"visitors-flags-{salted_hmac('archive.review.flags', address).hexdigest()}"
    if len(_times_within_the_hour(counted)) >= MOST_AN_HOUR:
        raise TooOften(_("%(n)d flags came from where you are within an hour. Try again later.") % {"n": MOST_AN_HOUR})
    with changing() as change:
        change.lock([item])
        if Item.objects.get(pk=item.pk).access != Access.RELEASED:
            raise NotAllowed(_("This picture is not open to the public any more."))
        # Visitors flag one after the other, whatever the picture, so that each counts what the one before added.
        wait_for_appending()
        waiting = Flag.objects.undecided().filter(flagged_by=None, rule="")
        if again := waiting.filter(item=item, ground=ground, note=note, contact=contact).first():
            return again
        if waiting.filter(item=item, ground=ground).count() >= MOST_OF_A_GROUND:
            raise TooOften(
                _("This picture is flagged on this ground already and waits for a moderator. Yours was not added.")
            )
        if waiting.count() >= MOST_OF_VISITORS:
            raise TooOften(_("So many flags of visitors wait that no more are taken now. Try again in some days."))
        flag = Flag.objects.create(
            item=item, ground=ground, note=note, contact=contact, flagged_by=None, flagged_at=timezone.now()
        )
        # Under the secret key, as what is erased: a telephone number would be found by trying them all.
        FlagReceipt.objects.create(flag=flag, code=_code_of(flag))
        payload = {"flag": flag.pk, "ground": ground, "digest": secret_digest(note)}
        act(verb="flag picture", subject=item, actor=VISITOR, payload=payload)
    # Counted once it is kept; two at once may both be the last one.
    cache.set(counted, [*_times_within_the_hour(counted), time.time()], _HOUR_SECONDS)
    return flag


def receipt_of(flag: Flag) -> str:
    """
    Return the number that a visitor is given, by which the archive finds their flag; it tells nothing else.

    One query; "" of a flag that no visitor raised.
    """
    return str(FlagReceipt.objects.filter(flag=flag).first() or "")


def _code_of(flag: Flag) -> str:
    """Make the number of a flag, under the archive's secret key: nobody can count up to somebody else's."""
    return b32encode(hashlib.sha256(secret_digest(f"receipt {flag.pk}").encode()).digest()).decode()[:10]


def flag_of_receipt(written: str, *, reader: User) -> Flag | None:
    """Return the flag that a visitor was given this number for, however it is written; one query."""
    wanted = re.sub(r"[^A-Z2-7]", "", written.upper())
    return Flag.objects.visible_to(reader).filter(receipt__code=wanted).first()


def _times_within_the_hour(counted: str) -> list[float]:
    since = time.time() - _HOUR_SECONDS
    return [at for at in cache.get(counted, []) if at > since]


def flag_by_rule(item: Item, *, rule: str, note: str) -> Flag:
    """
    Record that the archive itself flags a picture, for moderators to answer; nothing else changes by itself.

    Runs in the transaction of the caller, which has locked the item. The same words are one flag as long as it waits.

    :param note: what was found, in English as all that is recorded
    """
    known = {"item": item, "ground": Ground.RIGHTS, "rule": rule, "note": note}
    if waiting := Flag.objects.undecided().filter(**known).first():
        return waiting
    flag = Flag.objects.create(**known, flagged_by=None, flagged_at=timezone.now())
    payload = {"flag": flag.pk, "ground": flag.ground, "rule": rule, "digest": digest_of_words(note)}
    act(verb="flag picture", subject=item, actor="Strandline", payload=payload)
    return flag


def decide_on_flag(
    flag: Flag, *, outcome: str, by: User, reason: str, takes_down: bool = False, copies: str = ""
) -> FlagDecision:
    """
    Answer a flag; what is upheld as distressing is marked so with it.

    :param takes_down: of what is upheld on another ground: restrict the picture to archive staff with it
    :param copies: what becomes of its copies, where they are asked about
    :raises NotAllowed: the person may not decide
    :raises NotDone: no reason is given
    :raises AlreadyDecided: it has an answer
    :raises CopiesDiffer, CopiesStand: its copies are asked about first; nothing changed
    """
    if not by.has_perm("review.decide_on_flag"):
        raise NotAllowed(_("Only a moderator may decide on flags."))
    outcome = Outcome(outcome)
    if not (reason := reason.strip()):
        raise NotDone(_("Say in a few words why, so that whoever flagged it understands."))
    is_upheld, is_distressing = outcome == Outcome.UPHELD, flag.ground == Ground.DISTRESSING
    with changing() as change:
        # Each of these locks the picture, with its copies; whoever comes later waits here and then finds the answer.
        if is_upheld and is_distressing:
            mark_distressing([flag.item], is_distressing=True, by=by, reason=reason, copies=copies)
        elif is_upheld and takes_down:
            set_access([flag.item], access=Access.RESTRICTED, by=by, reason=reason, copies=copies)
        else:
            change.lock([flag.item])
        if answer := FlagDecision.objects.select_related("decided_by").filter(flag=flag).first():
            raise AlreadyDecided(decided_meanwhile(answer))
        try:
            decision = FlagDecision.objects.create(
                flag=flag, outcome=outcome, reason=reason, decided_at=timezone.now(), decided_by=by
            )
        except IntegrityError as raced:
            raise AlreadyDecided(_("Somebody has decided on this meanwhile. Open it again.")) from raced
        payload = {"flag": flag.pk, "ground": flag.ground, "outcome": outcome, "digest": digest_of_words(reason)}
        act(verb="decide on flag", subject=flag.item, actor=by, payload=payload)
        # That of somebody with an account counts since it was made.
        if is_upheld and flag.is_of_visitor and flag.ground in SENSITIVE_GROUNDS:
            ask_where_due([flag.item], Policy.SENSITIVE)
    return decision


def erase_words(flag: Flag, *, by: User, reason: str, takes_note: bool = False) -> bool:
    """
    Erase from a visitor's flag how they can be reached; return whether there was anything to erase.

    The flag and its answer stay. The ledger keeps why, and a digest under the archive's secret key: the archive can
    tell whether words that it is shown are those that it erased, and who reads the ledger cannot try them out (flags
    raised before 29 November 2026 have a plain digest of their note in their first entry, which stays).

    :param takes_note: erase what they wrote beside it too
    :raises NotAllowed: the person may not decide on flags
    :raises NotDone: no reason is given, or somebody with an account raised the flag; nothing changed
    """
    if not by.has_perm("review.decide_on_flag"):
        raise NotAllowed(_("Only a moderator may erase what a visitor wrote."))
    if flag.flagged_by_id is not None:
        raise NotDone(_("Only what a visitor wrote is erased: this flag was raised by somebody with an account."))
    if flag.rule:
        raise NotDone(_("Only what a visitor wrote is erased: this flag was raised by the archive itself."))
    if not (reason := reason.strip()):
        raise NotDone(_("Say in a few words why."))
    with changing() as change:
        change.lock([flag.item])
        written = Flag.objects.get(pk=flag.pk)
        words = {"contact": written.contact, "note": written.note if takes_note else ""}
        if not any(words.values()):
            return False
        Flag.objects.filter(pk=flag.pk).update(**dict.fromkeys([name for name in words if words[name]], ""))
        digest = secret_digest("\0".join(words.values()))
        payload = {"flag": flag.pk, "erased": [name for name in words if words[name]], "digest": digest}
        act(verb=ERASE, subject=flag.item, actor=by, payload=payload | {"reason": reason})
    return True


def secret_digest(words: str) -> str:
    """Return a digest of a visitor's words under the archive's secret key, which nobody else can compare with words."""
    return salted_hmac(_ERASED, words, algorithm="sha256").hexdigest()


def erasures_of(flag: Flag) -> list[LedgerEntry]:
    """Return the entries that tell of what was erased from this flag, the earliest first; one query."""
    entries = LedgerEntry.objects.filter(subject=subject_of(flag.item), verb=ERASE).order_by("sequence")
    return [entry for entry in entries if json.loads(entry.payload)["flag"] == flag.pk]


def waiting_flags(user: object, ground: str = "") -> FlagQuerySet:
    """Return the flags that wait for an answer, as far as this user may read them, the oldest first."""
    flags = Flag.objects.visible_to(user).undecided()
    return (flags.filter(ground=ground) if ground else flags).order_by("flagged_at", "pk")


def with_row(flags: FlagQuerySet) -> FlagQuerySet:
    """Fetch what a row of a list of flags shows: two queries."""
    rows = flags.with_answers().select_related("item__media_file", "item__accession")
    return rows.prefetch_related("item__media_file__renditions")


def count_by_ground(flags: FlagQuerySet) -> dict[str, int]:
    """Return how many there are on each ground; one query."""
    return dict(flags.order_by().values_list("ground").annotate(number=Count("pk")))


def flags_to_do(user: User) -> tuple[int, int]:
    """Return how many flags wait for this user's decision, and how many answers wait to be seen; one query."""
    unseen = Q(flagged_by=user, decision__isnull=False, decision__seen=None)
    counted = Flag.objects.filter(unseen | Q(decision=None) if user.has_perm("review.decide_on_flag") else unseen)
    numbers = counted.aggregate(
        waiting=Count("pk", filter=Q(decision=None)), unseen=Count("pk", filter=Q(decision__isnull=False))
    )
    return numbers["waiting"], numbers["unseen"]


def see_flag_answers(person: User, flags: Iterable[Flag]) -> None:
    """Note that the person has been shown the answers to these flags of theirs."""
    now = timezone.now()
    own = [flag.decision for flag in flags if flag.flagged_by_id == person.pk and hasattr(flag, "decision")]
    FlagAnswerSeen.objects.bulk_create(
        [FlagAnswerSeen(decision=decision, seen_at=now) for decision in own], ignore_conflicts=True
    )
