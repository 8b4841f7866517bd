"""
People mark spans of footage, change and retract them, and say of a span when and where it was made and what it shows.

Nothing is edited: a change is a further version, and what is retracted stays readable with the reason. Spans may
overlap. Each act has its entry in the ledger, which names moments and typed values, and of words the digest alone.
"""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.authorities.models import Event, Place
from archive.catalogue.models import Item
from archive.claims.models import Span, SpanClaim, SpanRetraction, SpanVersion
from archive.claims.record_claims import digest_of
from archive.claims.spans import (
    CHANGE,
    MARK,
    RESTORE,
    RESTORE_CLAIM,
    RETRACT,
    RETRACT_CLAIM,
    SAY,
    ShownSpan,
    spans_of,
)
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing
from archive.review.own_acts import note_act
from archive.standards.edtf import DateInterval
from archive.standards.timecode import timecode
from archive.standards.vocabulary import MOST_PEOPLE, SpanProperty

# Of one item: a page lists them all, and nobody reads more.
MOST_SPANS = 1000
MOST_CLAIMS = 200
LONGEST_TITLE = 200


class NotAsSeen(NotDone):
    """A span, or what is said of it, is no longer as the person was shown it; the text says by whom."""


def may_mark(person: object) -> bool:
    """Say whether this person may mark spans, and say something of them."""
    return isinstance(person, User) and person.has_perm("claims.add_claim")


def mark(
    item: Item, *, start_milliseconds: int, end_milliseconds: int, title: str, note: str = "", by: User
) -> tuple[Span, bool]:
    """
    Mark a span of footage; the same one marked again by the same person stands once. Say also whether it is new.

    :raises NotAllowed: the person may not
    :raises NotDone: it is no footage, or the moments lie outside of it or in no order
    """
    _check_who(by)
    title, note = title.strip(), note.strip()
    _check_moments(item, start_milliseconds, end_milliseconds, title)
    now = timezone.now()
    with changing([item]) as change:
        change.add(item)
        note_act(by)
        there = spans_of([item]).get(item.pk, [])
        given = (start_milliseconds, end_milliseconds, title, note)
        for shown in there:
            if shown.retraction is None and shown.span.marked_by_id == by.pk and _content(shown.now) == given:
                return shown.span, False
        if len(there) >= MOST_SPANS:
            raise NotDone(_("This footage has %(n)d spans, and takes no more.") % {"n": MOST_SPANS})
        span = Span.objects.create(item=item, marked_at=now, marked_by=by)
        version = _version(span, None, given, by=by, at=now)
        record_version(version, item, verb=MARK, by=by)
    return span, True


def change(
    span: Span,
    *,
    seen: int | None,
    start_milliseconds: int,
    end_milliseconds: int,
    title: str,
    note: str = "",
    by: User,
) -> bool:
    """
    Put another version of a span in the place of the one that is seen; say whether anything differs.

    :param seen: key of the version that the person was shown; None: whichever stands
    :raises NotAllowed: the person may not
    :raises NotDone: it was changed or retracted meanwhile, or the moments lie outside of it or in no order
    """
    _check_who(by)
    item = span.item
    title, note = title.strip(), note.strip()
    _check_moments(item, start_milliseconds, end_milliseconds, title)
    with changing([item]) as gate:
        gate.add(item)
        note_act(by)
        shown = _standing(span)
        if seen is not None and shown.now.pk != seen:
            raise NotAsSeen(
                _("%(name)s changed this span meanwhile (%(when)s). Look at it as it is now, then change it.")
                % {"name": shown.now.made_by, "when": _when(shown.now.made_at)}
            )
        given = (start_milliseconds, end_milliseconds, title, note)
        if _content(shown.now) == given:
            return False
        version = _version(span, shown.now, given, by=by, at=timezone.now())
        record_version(version, item, verb=CHANGE, by=by)
    return True


def retract(span: Span, *, reason: str, by: User) -> None:
    """
    Retract a span: it is listed and found no more, and readable on its page with the reason.

    :raises NotAllowed: the person may not
    :raises NotDone: it is retracted already, or no reason is given
    """
    _set_span(span, is_retracted=True, reason=reason, by=by)


def restore(span: Span, *, reason: str, by: User) -> None:
    """
    Let a retracted span stand again.

    :raises NotAllowed: the person may not
    :raises NotDone: it stands, or no reason is given
    """
    _set_span(span, is_retracted=False, reason=reason, by=by)


def say(
    span: Span,
    *,
    property: SpanProperty,
    by: User,
    ground: str = "",
    date: DateInterval | None = None,
    place: Place | None = None,
    event: Event | None = None,
    count: tuple[int | None, int | None] | None = None,
    text: str = "",
) -> tuple[SpanClaim, bool]:
    """
    Say something of a span, which leads nothing of the item; the same by the same person stands once.

    :param ground: how the person knows
    :raises NotAllowed: the person may not
    :raises NotDone: no value was given, or the span is retracted
    """
    _check_who(by)
    count = None if count == (None, None) else count
    if count and None not in count and count[0] > count[1]:
        raise NotDone(_("The least number of people is larger than the most: swap the two."))
    least, most = count or (None, None)
    if any(number is not None and not 0 <= number <= MOST_PEOPLE for number in (least, most)):
        raise NotDone(_("A number of people is one from 0 to %(most)s.") % {"most": number_format(MOST_PEOPLE)})
    text, ground = text.strip(), ground.strip()
    value: dict[str, Any] = {
        "value_edtf": date.edtf if date else "",
        "value_place": place,
        "value_event": event,
        "value_min": least,
        "value_max": most,
        "value_text": text,
    }
    if not any(given not in (None, "") for given in value.values()):
        raise NotDone(_("Nothing is said: choose a place or an event, or write a date, a number or words."))
    if date:
        value |= {"value_earliest": date.earliest, "value_latest": date.latest}
    item = span.item
    with changing([item]) as gate:
        gate.add(item)
        note_act(by)
        shown = _standing(span)
        for said in shown.standing:
            claim = said.claim
            is_same = all(getattr(claim, name) == given for name, given in value.items())
            if is_same and (claim.property, claim.ground, claim.claimed_by_id) == (property, ground, by.pk):
                return claim, False
        if len(shown.said) >= MOST_CLAIMS:
            raise NotDone(_("Of this span %(n)d things are said, and it takes no more.") % {"n": MOST_CLAIMS})
        claim = SpanClaim(
            span=span, property=property, ground=ground, claimed_at=timezone.now(), claimed_by=by, **value
        )
        claim.as_written = claim.label()
        claim.save()
        payload = {"span": span.pk, "span_claim": claim.pk, "property": str(property), "digest": digest_of(claim)}
        # The ledger keeps what it says for ever: of free words it has the digest alone.
        payload |= {} if text else {"value": claim.label()}
        act(verb=SAY, subject=item, actor=by, payload=payload)
    return claim, True


def retract_claim(claim: SpanClaim, *, reason: str, by: User) -> None:
    """
    Retract what is said of a span; it stays readable with the reason.

    :raises NotAllowed: the person may not
    :raises NotDone: it is retracted already, or no reason is given
    """
    _set_claim(claim, is_retracted=True, reason=reason, by=by)


def restore_claim(claim: SpanClaim, *, reason: str, by: User) -> None:
    """
    Let what is said of a span stand again.

    :raises NotAllowed: the person may not
    :raises NotDone: it stands, or no reason is given
    """
    _set_claim(claim, is_retracted=False, reason=reason, by=by)


def record_version(version: SpanVersion, item: Item, *, verb: str, by: User, **more: Any) -> None:
    """Enter a version of a span in the ledger; `more` stands beside it in the payload."""
    payload = {
        "span": version.span_id,
        "version": version.pk,
        "value": f"{timecode(version.start_milliseconds)} – {timecode(version.end_milliseconds)}",
        "digest": digest_of(version),
    }
    act(verb=verb, subject=item, actor=by, payload=payload | more)


def record_retraction(
    span: Span,
    claim: SpanClaim | None,
    *,
    is_retracted: bool,
    reason: str,
    by: User,
    told: dict[str, Any] | None = None,
) -> SpanRetraction:
    """
    Write whether a span, or a claim on it, stands from now on, and enter it; called where the item changes.

    :param told: what stands in the payload beside it
    """
    row = SpanRetraction.objects.create(
        span=span, claim=claim, is_retracted=is_retracted, reason=reason, set_at=timezone.now(), set_by=by
    )
    verb = (RETRACT if is_retracted else RESTORE) if claim is None else RETRACT_CLAIM if is_retracted else RESTORE_CLAIM
    # Why may name somebody: the ledger, which keeps it for ever, has the digest alone.
    payload: dict[str, Any] = {"span": span.pk, "retraction": row.pk, "digest": digest_of(row)}
    if claim is not None:
        payload |= {"span_claim": claim.pk, "property": claim.property}
        payload |= {} if claim.value_text else {"value": claim.label()}
    act(verb=verb, subject=span.item, actor=by, payload=payload | (told or {}))
    return row


def follow_version(version: SpanVersion, former: SpanVersion, *, by: User, told: dict[str, Any]) -> SpanVersion:
    """Let what a former version said stand again behind this one, and enter it; called where the item changes."""
    again = _version(version.span, version, _content(former), by=by, at=timezone.now())
    record_version(again, version.span.item, verb=CHANGE, by=by, **told)
    return again


def _set_span(span: Span, *, is_retracted: bool, reason: str, by: User) -> None:
    _check_who(by)
    reason = _check_reason(reason)
    with changing([span.item]) as gate:
        gate.add(span.item)
        note_act(by)
        [shown] = spans_of([span.item_id], spans=[span.pk])[span.item_id]
        if bool(shown.retraction) == is_retracted:
            raise NotAsSeen(_already(shown.word, is_retracted=is_retracted))
        record_retraction(span, None, is_retracted=is_retracted, reason=reason, by=by)


def _set_claim(claim: SpanClaim, *, is_retracted: bool, reason: str, by: User) -> None:
    _check_who(by)
    reason = _check_reason(reason)
    item = claim.span.item
    with changing([item]) as gate:
        gate.add(item)
        note_act(by)
        latest = SpanRetraction.objects.filter(claim=claim).select_related("set_by").order_by("-pk").first()
        if bool(latest and latest.is_retracted) == is_retracted:
            raise NotAsSeen(_already(latest, is_retracted=is_retracted))
        record_retraction(claim.span, claim, is_retracted=is_retracted, reason=reason, by=by)


def _standing(span: Span) -> ShownSpan:
    """Return the span as it is now that nobody else changes it; refuse where it is retracted."""
    [shown] = spans_of([span.item_id], spans=[span.pk])[span.item_id]
    if shown.retraction:
        raise NotAsSeen(_already(shown.retraction, is_retracted=True))
    return shown


def _already(word: SpanRetraction | None, *, is_retracted: bool) -> str:
    if word is None:
        return _("It is not retracted.")
    values = {"name": word.set_by, "when": _when(word.set_at)}
    if is_retracted:
        return _("%(name)s retracted it already (%(when)s).") % values
    return _("%(name)s let it stand again already (%(when)s).") % values


def _when(at: Any) -> str:
    return date_format(localtime(at), "j F Y, H:i")


def _version(
    span: Span, before: SpanVersion | None, content: tuple[int, int, str, str], *, by: User, at: Any
) -> SpanVersion:
    start, end, title, note = content
    return SpanVersion.objects.create(
        span=span,
        supersedes=before,
        start_milliseconds=start,
        end_milliseconds=end,
        title=title,
        note=note,
        made_at=at,
        made_by=by,
    )


def _content(version: SpanVersion) -> tuple[int, int, str, str]:
    return version.start_milliseconds, version.end_milliseconds, version.title, version.note


def _check_who(by: User) -> None:
    if not may_mark(by):
        raise NotAllowed(_("Only an archivist may mark spans of footage, and say something of them."))


def _check_reason(reason: str) -> str:
    if not reason.strip():
        raise NotDone(_("Say why."))
    return reason.strip()


def check_footage(item: Item) -> int:
    """
    Return how many milliseconds an item lasts of which spans can be marked.

    :raises NotDone: it is a picture, or how long it lasts is not known
    """
    if item.kind != Item.Kind.FOOTAGE:
        raise NotDone(_("This is a picture: only footage has spans."))
    lasts = item.media_file.duration_milliseconds
    if not lasts:
        raise NotDone(
            _(
                "How long this footage lasts is not known: its file does not say so, and no more than one frame could "
                "be read. So no span of it can be marked. Keep its frame instead."
            )
        )
    return lasts


def _check_moments(item: Item, start: int, end: int, title: str) -> None:
    """
    Refuse moments that the footage does not have.

    :raises NotDone: with the sentence that says so
    """
    lasts = check_footage(item)
    if end <= start:
        words = _("It would end at %(end)s, before it begins at %(start)s: swap the two, or mark the end again.")
        if end == start:
            words = _("It would end at %(end)s, where it begins: mark a later end.")
        raise NotDone(words % {"start": timecode(start), "end": timecode(end)})
    if end > lasts:
        late = start if start >= lasts else end
        raise NotDone(
            _("The footage ends at %(last)s, and %(late)s lies beyond that: mark an earlier moment.")
            % {"last": timecode(lasts), "late": timecode(late)}
        )
    if not title:
        raise NotDone(_("Give the span a short title."))
    if len(title) > LONGEST_TITLE:
        raise NotDone(_("A title has at most %(n)d characters: put the rest into the note.") % {"n": LONGEST_TITLE})
