"""The acts of the ledger on an item: which of them a person may read of, and in which words."""

import json
from datetime import datetime
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.accounts.models import User
from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.distressing_marks import MARK_VERBS
from archive.catalogue.hidden_wordings import NOTHING, Withheld
from archive.catalogue.models import Access, Accession, Item
from archive.catalogue.names import is_hidden
from archive.claims import spans
from archive.claims.property_names import PROPERTIES, SPAN_PROPERTIES
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import subject_of
from archive.press.models import Appearance
from archive.provenance.models import QUESTIONS, Finding
from archive.review.models import (
    CurrentVerdict,
    Flag,
    FlagDecision,
    OwnAct,
    Proposal,
    ProposalDecision,
    ReadingPolicy,
    ReadingRequestEnd,
    Verdict,
)
from archive.review.own_acts import BRING_BACK, WITHDRAW
from archive.review.reading_requests import hidden_verdicts
from archive.review.verdicts import VERBS
from archive.standards.vocabulary import Property

ACTS = {
    "bring in": gettext_lazy("brought in"),
    "deliver again": gettext_lazy("delivered again"),
    "add words": gettext_lazy("read further words for it"),
    "claim": gettext_lazy("information added"),
    "accepted claim": gettext_lazy("accepted a claim"),
    "rejected claim": gettext_lazy("rejected a claim"),
    "proposed claim": gettext_lazy("put a claim back to proposed"),
    "superseded claim": gettext_lazy("put another claim in the place of one"),
    "read captions again": gettext_lazy("read the captions again"),
    "set access": gettext_lazy("changed access"),
    WITHDRAW: gettext_lazy("withdrew it, as brought in by mistake"),
    BRING_BACK: gettext_lazy("brought it back"),
    "ask destruction": gettext_lazy("asked that its bytes be destroyed"),
    "confirm destruction": gettext_lazy("confirmed that its bytes be destroyed"),
    "decline destruction": gettext_lazy("declined that its bytes be destroyed"),
    "destroy original": gettext_lazy("destroyed its bytes and their copies"),
    "mark distressing": gettext_lazy("marked it as distressing"),
    "take distressing mark back": gettext_lazy("took back that it is distressing"),
    "describe": gettext_lazy("added a caption"),
    "keep frame": gettext_lazy("kept a frame of footage"),
    spans.MARK: gettext_lazy("marked a span of footage"),
    spans.CHANGE: gettext_lazy("changed a span of footage"),
    spans.RETRACT: gettext_lazy("retracted a span of footage"),
    spans.RESTORE: gettext_lazy("let a span of footage stand again"),
    spans.SAY: gettext_lazy("said something of a span of footage"),
    spans.RETRACT_CLAIM: gettext_lazy("retracted what was said of a span of footage"),
    spans.RESTORE_CLAIM: gettext_lazy("let what was said of a span of footage stand again"),
    "propose on caption": gettext_lazy("flagged a caption"),
    "decide on caption": gettext_lazy("decided on a caption"),
    "reopen proposal": gettext_lazy("opened a decided proposal again"),
    "flag picture": gettext_lazy("flagged the picture"),
    "decide on flag": gettext_lazy("decided on a flag of the picture"),
    "erase words of flag": gettext_lazy("erased what a visitor wrote in a flag"),
    "hide caption": gettext_lazy("hid a caption until it is decided"),
    "show caption again": gettext_lazy("showed a caption again"),
    "add appearance": gettext_lazy("added an appearance"),
    "identify in print": gettext_lazy("recognised it in print"),
    "propose from a copy": gettext_lazy("proposed a claim from a copy"),
    "withdraw": gettext_lazy("withdrew a claim whose ground is gone"),
    "check": gettext_lazy("checked it"),
    "drop check": gettext_lazy("dropped the finding of a check that is no longer made"),
    "judge": gettext_lazy("gave a verdict"),
    "advise": gettext_lazy("advised on a verdict"),
    "ask second reading": gettext_lazy("asked for a second reading"),
    "read second": gettext_lazy("gave a second reading"),
    "end second reading": gettext_lazy("ended the wait for a second reading"),
    "read metadata again": gettext_lazy("read the metadata again"),
    # On files and accessions
    "open accession": gettext_lazy("opened an accession"),
    "correct accession": gettext_lazy("corrected an accession"),
    "carry correction": gettext_lazy("carried the correction of an accession through its items"),
    "receive": gettext_lazy("received a file"),
    "receive captions list": gettext_lazy("received a captions list"),
    "receive sidecar": gettext_lazy("received a sidecar"),
    "receive words": gettext_lazy("received words for a picture"),
    "refuse": gettext_lazy("refused a file"),
    "try again": gettext_lazy("tried failed files again"),
    "rebuild renditions": gettext_lazy("made renditions again"),
    "check_fixity": gettext_lazy("checked that originals are unchanged"),
    "restore original": gettext_lazy("restored an original"),
    "adopt store": gettext_lazy("took the store of originals for the right one"),
    # On pairs and events
    "propose match": gettext_lazy("proposed a pair of copies"),
    "ask about match": gettext_lazy("asked whether two pictures are the same"),
    "confirm match": gettext_lazy("confirmed a pair of copies"),
    "deny match": gettext_lazy("denied a pair of copies"),
    "reopen match": gettext_lazy("opened a pair of copies again"),
    "dismiss event proposal": gettext_lazy("dismissed a proposed event"),
    # On records
    "create": gettext_lazy("added a record"),
    "edit": gettext_lazy("changed a record"),
    "merge": gettext_lazy("merged a record into another"),
    "unmerge": gettext_lazy("let a merged record stand by itself again"),
    "give back": gettext_lazy("took another record out of this one"),
    "load gazetteer": gettext_lazy("loaded the gazetteer"),
    "load outlets": gettext_lazy("loaded outlets"),
    "load trust list": gettext_lazy("loaded a list of signers"),
    # What went out
    "export": gettext_lazy("exported items as a bag"),
    "export list": gettext_lazy("exported a list"),
    "export acts": gettext_lazy("exported the audit"),
    # On accounts
    "open account": gettext_lazy("made an account"),
    "change role": gettext_lazy("changed a role"),
    "close account": gettext_lazy("closed an account"),
    "reopen account": gettext_lazy("opened an account again"),
    "change mail address": gettext_lazy("changed a mail address"),
    "change full name": gettext_lazy("changed a name"),
    "sign out everywhere": gettext_lazy("signed somebody out everywhere"),
    "change password": gettext_lazy("changed their password"),
    "reset password": gettext_lazy("chose a new password by a link"),
    "make reset link": gettext_lazy("made a link for a new password"),
    "send reset link": gettext_lazy("mailed a link for a new password"),
    "make token": gettext_lazy("made an API token"),
    "withdraw token": gettext_lazy("withdrew an API token"),
    "lift pause": gettext_lazy("lifted a pause after wrong passwords"),
    # On rules, on the archive itself and on the ledger
    "make backup": gettext_lazy("made a backup"),
    "describe archive": gettext_lazy("said what this archive is"),
    "set reading policy": gettext_lazy("set what is read twice"),
    "make ledger key": gettext_lazy("made the key of the ledger"),
    "replace ledger key": gettext_lazy("replaced the key of the ledger"),
    "cosign head": gettext_lazy("signed the head of another archive"),
    "refuse head": gettext_lazy("refused the head of another archive"),
}


# What an act is called that undoes another.
_UNDOING = {
    "superseded claim": gettext_lazy("undid an act: withdrew information"),
    "accepted claim": gettext_lazy("undid an act: a claim is accepted again"),
    "rejected claim": gettext_lazy("undid an act: a claim is rejected again"),
    "proposed claim": gettext_lazy("undid an act: a claim is proposed again"),
    "set access": gettext_lazy("undid an act: put access back"),
    WITHDRAW: gettext_lazy("undid an act: withdrew it again"),
    BRING_BACK: gettext_lazy("undid an act: brought it back"),
    MARK_VERBS[True]: gettext_lazy("undid an act: marked it as distressing again"),
    MARK_VERBS[False]: gettext_lazy("undid an act: took back that it is distressing"),
    "describe": gettext_lazy("undid an act: put the caption back"),
    spans.CHANGE: gettext_lazy("undid an act: put a span of footage back"),
    spans.RETRACT: gettext_lazy("undid an act: retracted a span of footage"),
    spans.RESTORE: gettext_lazy("undid an act: let a span of footage stand again"),
    spans.RETRACT_CLAIM: gettext_lazy("undid an act: retracted what was said of a span of footage"),
    spans.RESTORE_CLAIM: gettext_lazy("undid an act: let what was said of a span of footage stand again"),
}
# Done beside an act and left as it is when that is undone.
_LEFT = {
    "create": gettext_lazy("added an event, which stays when this is undone"),
    "dismiss event proposal": gettext_lazy("left items out of an event, which stays when this is undone"),
}
# What the codes in an act on a verdict mean, by their name there.
_OF_VERDICTS = {
    "question": {str(question): label for question, label in QUESTIONS.items()},
    "word": dict(Verdict.Word.choices),
    "reason_code": dict(Verdict.Reason.choices),
    "policy": dict(ReadingPolicy.Policy.choices),
    "how": dict(ReadingRequestEnd.How.choices),
}
_NAMES = {**SPAN_PROPERTIES, **PROPERTIES}
# Why these were done may tell of other items, or of people.
_REASONS_FOR_STAFF = ("set access", WITHDRAW, BRING_BACK, "erase words of flag", *MARK_VERBS.values())


class ActByKey(NamedTuple):
    """An act of the ledger by its key and moment, as far as it takes to put it in its place among thousands."""

    pk: int
    occurred_at: datetime


def acts_told_to(user: object, item: Item, *, claims: set[int | None], is_for_others: bool = False) -> list[ActByKey]:
    """
    Return the acts on an item that this user may read of: those on deliveries, claims, print and footage they may see.

    Checks and verdicts rest on all that is known, also of what others may not see: their acts are for archive staff,
    and those on a verdict that waits for a second reading for who gave it.

    :param claims: keys of the item's claims that are shown to them
    :param is_for_others: what comes of it goes on to others: acts on a verdict that waits are left out for all
    """
    acts = LedgerEntry.objects.filter(subject=subject_of(item)).order_by("sequence")
    if audience_of(user) == Audience.STAFF:
        if hidden := hidden_verdicts([item], user if isinstance(user, User) and not is_for_others else None):
            of_verdicts = acts.filter(verb__in=VERBS).values_list("pk", "payload")
            acts = acts.exclude(pk__in=[pk for pk, told in of_verdicts if json.loads(told)["verdict"] in hidden])
        return list(starmap(ActByKey, acts.values_list("pk", "occurred_at")))
    acts = acts.exclude(verb__in=(Finding.VERB, Finding.DROP_VERB, *VERBS))
    rows = list(acts.values_list("pk", "occurred_at", "payload"))
    payloads = [json.loads(payload) for _pk, _at, payload in rows]

    def seen(name: str, records: QuerySet) -> set[int]:
        keys = [payload[name] for payload in payloads if payload.get(name)]
        return set(records.filter(pk__in=keys).values_list("pk", flat=True))

    known: dict[str, set[int | None]] = {
        "claim": claims,
        "accession": seen("accession", Accession.objects.visible_to(user)),
        "appearance": seen("appearance", Appearance.objects.told_to(user)),
        "footage": seen("footage", Item.objects.visible_to(user)),
    }
    for keys in known.values():
        keys.add(None)
    return [
        ActByKey(pk, occurred_at)
        for (pk, occurred_at, _payload), payload in zip(rows, payloads, strict=True)
        if all(payload.get(name) in keys for name, keys in known.items())
    ]


def words_of_act(done: LedgerEntry, withheld: Withheld = NOTHING, *, is_told_why: bool = True) -> tuple[str, str]:
    """
    Say what was done and more about it, the words of held wordings left out.

    :param is_told_why: the reader may read why access was changed and the like, which may tell of other items
    """
    payload = json.loads(done.payload)
    acts = _UNDOING if payload.pop("undoes", None) else ACTS
    if done.verb in _REASONS_FOR_STAFF and not is_told_why:
        payload = {name: payload[name] for name in ("from", "to") if name in payload}
    more = _words_of(payload)
    is_closed = withheld.hides(more) or is_hidden(str(payload.get("name", "")))
    return str(acts.get(done.verb, done.verb)), _("hidden until decided") if is_closed else more


def words_of_own_act(done: OwnAct, withheld: Withheld = NOTHING) -> list[str]:
    """Say in a line for each sort of thing what somebody did at once, the words of held wordings left out."""
    acts = _LEFT | (_UNDOING if done.undoes_id else ACTS)
    lines: dict[str, list[str]] = {}
    for verb, name, value, *number in done.what:
        if number:
            lines.setdefault(str(acts.get(verb, verb)), []).append(_("and %(n)s more") % {"n": number[0]})
            continue
        value = str(dict(Access.choices).get(value, value) if verb == "set access" else value)
        more = _said(name, value) if name else value
        is_closed = withheld.hides(value) or is_hidden(value)
        lines.setdefault(str(acts.get(verb, verb)), []).append(_("hidden until decided") if is_closed else more)
    return [" · ".join(filter(None, [words, "; ".join(filter(None, more))])) for words, more in lines.items()]


def _words_of(payload: dict[str, Any]) -> str:
    """Write the payload of an act in words: what it speaks of first, then why."""
    hidden = (
        "claim",
        "ruling",
        "digest",
        "access",
        "accession",
        "sha256",
        "caption",
        "proposal",
        "reopened",
        "appearance",
        "article",
        "figure",
        "sent",
        # Captions were once written out here; they are read where they stand, as far as they may be.
        "text",
        "text_digest",
        "footage",
        "flag",
        "finding",
        "findings",
        "verdict",
        "second_of",
        "basis",
        "span",
        "version",
        "span_claim",
        "retraction",
    )
    values = {name: value for name, value in payload.items() if name not in hidden and value not in ("", None)}
    named = (Proposal.Reason, ProposalDecision.Outcome, Flag.Ground, FlagDecision.Outcome)
    codes = {code: label for choices in named for code, label in choices.choices}
    codes |= {"AGREED": _("read twice, agreed"), "DISSENT": CurrentVerdict.Word.DISSENT.label}
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = _OF_VERDICTS.get(name, codes).get(value, value)
    if "property" in values:
        name = values.pop("property")
        words = _said(name, values.pop("value", ""))
    elif "from" in values:
        before, after = values.pop("from"), values.pop("to", "")
        kept = _("stays: %(access)s") % {"access": dict(Access.choices).get(after, after)}
        changed = f"{dict(Access.choices).get(before, before)} → {dict(Access.choices).get(after, after)}"
        words = kept if before == after else changed
    else:
        words = ", ".join(str(value) for name, value in values.items() if name not in ("reason", "note"))
        values = {name: values[name] for name in ("reason", "note") if name in values}
    return " · ".join([words, *(_listed(value) for value in values.values())])


def _said(name: str, value: Any) -> str:
    """Write a property with its value; without one, the property alone."""
    told = {"name": _NAMES.get(name, name), "value": _value(name, value)}
    return str(told["name"]) if told["value"] in ("", None) else _("%(name)s: %(value)s") % told


def _value(name: str, value: Any) -> Any:
    """Word the value of a property in the language of the page where it is one of few; else it is as it was written."""
    return _(value) if name == Property.ORIENTATION and value else value


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
