"""What do the Content Credentials in the file say, and do they still hold?"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from archive.provenance.checks.evidence import Evidence, Ground
from archive.provenance.checks.finding import Check, Observation, Outcome, Question, Value, edtf
from archive.standards.normal_form import gettext_noop
from archive.standards.vocabulary import CONTENT_CREDENTIALS

# The kind of examination that it rests on.
_GROUND: Ground = ("tag", "C2PA:Manifest")
# How the lists are called by those who publish them.
_LIST_NAMES = {"c2pa": "C2PA", "interim": "C2PA (interim)", "iptc-news": "IPTC"}
# C2PA 2.2, 15.3, by what was changed after signing.
_CHANGED = (
    (
        "changed-content",
        ("assertion.dataHash.", "assertion.bmffHash.", "assertion.boxesHash.", "assertion.collectionHash."),
    ),
    ("changed-claim", ("claimSignature.",)),
    ("changed-statement", ("assertion.",)),
)
# What was wrong with the signer of a part, and not with the part.
_OF_A_SIGNER = "signingCredential."
_MOST_PARTS = 20


# An observation before its ground: outcome, code, values.
Said = tuple[Outcome, str, Mapping[str, Value]]


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    result = evidence.examinations.get(CONTENT_CREDENTIALS)
    if result is None:
        yield Observation(Outcome.INCONCLUSIVE, "not-examined")
        return
    said = [Observation(outcome, code, values, (_GROUND,)) for outcome, code, values in _said(evidence, result)]
    if result.get("agrees") is False:
        # One of the two is wrong, and a check cannot tell which.
        yield Observation(Outcome.INCONCLUSIVE, "readers-disagree", _readings(result), (_GROUND,))
        said = [Observation(Outcome.INCONCLUSIVE, each.code, each.values, each.grounds) for each in said]
    yield from said


def _said(evidence: Evidence, result: Mapping[str, Any]) -> Iterator[Said]:
    """Yield what the first reader found: first its state, then what belongs to it, never of a graver outcome."""
    if "problem" in result:
        yield Outcome.UNREADABLE, "unreadable", {"said": result["problem"]}
        return
    match result.get("state"):
        case "none":
            yield Outcome.NOT_APPLICABLE, "none", {}
            if "not_read" in result:
                yield Outcome.NOT_APPLICABLE, "format-not-read", {"format": evidence.format_name}
        case "elsewhere":
            yield Outcome.INCONCLUSIVE, "elsewhere", {"host": result.get("host") or "?"}
        case "unreadable":
            yield Outcome.UNREADABLE, "unreadable", {"said": result.get("said") or "?"}
        case "broken":
            yield Outcome.CONTRADICTORY, "broken", {"signer": _signer(result)}
            yield from _changes(result)
        case "intact":
            yield from _intact(result)
        case other:
            yield Outcome.UNREADABLE, "unreadable", {"said": str(other)}


def _intact(result: Mapping[str, Any]) -> Iterator[Said]:
    signer, lists = _signer(result), result.get("lists", [])
    naming = [entry for entry in lists if entry["is_listed"]]
    # The list whose publisher stands nearest to the standard comes first.
    listed = {"signer": signer, **_named(naming[0])} if naming else {}
    if result.get("revocation") in ("revoked", "unknown to its authority"):
        outcome = Outcome.INCONCLUSIVE
        yield outcome, "revoked", {"signer": signer}
        yield outcome, "was-revoked" if result["revocation"] == "revoked" else "unknown-to-authority", {}
    elif listed:
        outcome = Outcome.CONSISTENT
        yield outcome, "intact-listed", listed
    else:
        outcome = Outcome.INCONCLUSIVE
        yield outcome, "intact-unknown-signer", {"signer": signer}
    for entry in lists:
        if entry["is_listed"] and (outcome is not Outcome.CONSISTENT or entry is not naming[0]):
            yield outcome, "on-list", _named(entry)
        if not entry["is_listed"]:
            yield Outcome.INCONCLUSIVE, "not-on-list", _named(entry)
        if entry["is_overdue"]:
            yield Outcome.INCONCLUSIVE, "list-overdue", _named(entry)
    if not lists:
        yield Outcome.INCONCLUSIVE, "no-list", {}
    if result.get("has_run_out"):
        yield Outcome.INCONCLUSIVE, "has-run-out", {}
    if result.get("revocation") == "not known":
        yield Outcome.INCONCLUSIVE, "revocation-not-known", {}
    yield from _stated(result, outcome)
    yield from _parts(result)


def _stated(result: Mapping[str, Any], outcome: Outcome) -> Iterator[Said]:
    """Yield what the signer states, which nobody can prove by the file."""
    if moment := result.get("signed_at"):
        day = _day(moment)
        yield outcome, "signed-on", {"day": edtf(day) if day else moment}
    actions, generator = result.get("actions", []), result.get("generator")
    named = dict.fromkeys(action["action"] for action in actions if action["action"])
    if named or generator:
        yield outcome, "actions", {"actions": ", ".join(named) or "–", "generator": generator or "–"}
    is_all = result.get("all_actions_included")
    yield outcome, "perhaps-all-actions" if is_all is None else "all-actions" if is_all else "not-all-actions", {}


def _parts(result: Mapping[str, Any]) -> Iterator[Said]:
    """Yield of each file that this one was made from what the signer recorded when it was put in."""
    parts = result.get("ingredients", [])
    for part in parts[:_MOST_PARTS]:
        values = {"title": part["title"] or "?", "relationship": part["relationship"] or "?"}
        against = [code for code in part["recorded"] if not code.startswith(_OF_A_SIGNER)]
        if against:
            yield Outcome.INCONCLUSIVE, "part-did-not-hold", values | {"codes": ", ".join(against)}
        elif not part["has_credentials"]:
            yield Outcome.INCONCLUSIVE, "part-without", values
        elif part["recorded"]:
            yield Outcome.INCONCLUSIVE, "part-unknown-signer", values | {"codes": ", ".join(part["recorded"])}
        else:
            yield Outcome.INCONCLUSIVE, "part-held", values
    if (more := len(parts) - _MOST_PARTS) > 0:
        yield Outcome.INCONCLUSIVE, "more-parts", {"number": more}


def _changes(result: Mapping[str, Any]) -> Iterator[Said]:
    """Yield what does not hold: the file, the signature, a statement, or a part that the file was made from."""
    left = [code for code in result.get("codes", {}).get("failure", []) if not code.startswith(_OF_A_SIGNER)]
    for sort, beginnings in _CHANGED:
        if here := [code for code in left if code.startswith(beginnings)]:
            yield Outcome.CONTRADICTORY, sort, {"codes": ", ".join(here)}
            left = [code for code in left if code not in here]
    if left:
        yield Outcome.CONTRADICTORY, "other-fault", {"codes": ", ".join(left)}
    for part in result.get("ingredients", []):
        if part["fails_now"]:
            values = {"title": part["title"] or "?", "codes": ", ".join(part["fails_now"])}
            yield Outcome.CONTRADICTORY, "part-fails-now", values


def _readings(result: Mapping[str, Any]) -> dict[str, Value]:
    second = result["second"]
    return {
        "first": result["reader"],
        "first_state": _state(result["state"], result.get("codes")),
        "second": second["reader"],
        "second_state": _state(second["state"], second.get("codes")),
    }


def _state(state: str, codes: Mapping[str, Iterable[str]] | None) -> str:
    """Return a state with the codes that speak against it, as the reader names them."""
    against = ", ".join((codes or {}).get("failure", ()))
    return f"{state} ({against})" if against else state


def _signer(result: Mapping[str, Any]) -> str:
    names = dict.fromkeys(filter(None, (result.get("signer"), result.get("issuer"))))
    return ", ".join(names) or "?"


def _named(entry: Mapping[str, Any]) -> dict[str, Value]:
    name = entry["name"]
    return {"list": _LIST_NAMES.get(name, name), "dated": edtf(date.fromisoformat(entry["dated"]))}


def _day(moment: str) -> date | None:
    try:
        return datetime.fromisoformat(moment).date()
    except ValueError:
        return None


CHECK = Check(
    slug=CONTENT_CREDENTIALS,
    version="3",
    title=gettext_noop("Content Credentials"),
    question=Question.WHOLENESS,
    meaning=gettext_noop(
        "Reads the signed record (C2PA) that a file may carry: whether the file is as it was signed, who signed it, on "
        "which trust list the signer stands, and what the signer states of its making and of its parts. Two readers "
        "look at the same bytes. Nothing is fetched."
    ),
    limits=gettext_noop(
        "It cannot show that the picture shows what is said of it: a signer may state what is not so. Most pictures "
        "carry no credentials, and messengers remove them: that says nothing. A record that was removed whole leaves "
        "no trace. Whether a certificate was revoked is mostly not known, because nobody is asked; nor is the clock of "
        "a time stamp checked."
    ),
    sentences={
        "not-examined": gettext_noop("Its bytes have not been looked at yet; a worker will."),
        "readers-disagree": gettext_noop(
            "Two readers of its Content Credentials disagree: %(first)s finds “%(first_state)s”, %(second)s "
            "“%(second_state)s”."
        ),
        "none": gettext_noop("It carries no Content Credentials."),
        "format-not-read": gettext_noop("No reader looks for Content Credentials in %(format)s."),
        "elsewhere": gettext_noop("Its Content Credentials are stored at %(host)s; they were not fetched."),
        "unreadable": gettext_noop("Its Content Credentials cannot be read: %(said)s"),
        "broken": gettext_noop("Its Content Credentials, by their word signed by %(signer)s, do not hold."),
        "changed-content": gettext_noop("The file is not the one that was signed (%(codes)s)."),
        "changed-claim": gettext_noop("The signature does not fit what it signs (%(codes)s)."),
        "changed-statement": gettext_noop("A statement was changed, or is missing, since it was signed (%(codes)s)."),
        "other-fault": gettext_noop("Against them speaks: %(codes)s."),
        "part-fails-now": gettext_noop(
            "Of “%(title)s”, which it was made from, the credentials do not hold (%(codes)s)."
        ),
        "intact-unknown-signer": gettext_noop(
            "It is as it was signed by %(signer)s, whom no loaded trust list knows: anybody can sign."
        ),
        "intact-listed": gettext_noop(
            "It is as it was signed by %(signer)s, who is on the trust list of %(list)s of %(dated)s."
        ),
        "revoked": gettext_noop(
            "It is as it was signed by %(signer)s, but the signer’s certificate cannot be relied on."
        ),
        "was-revoked": gettext_noop("An answer within the file says that the certificate was revoked."),
        "unknown-to-authority": gettext_noop(
            "An answer within the file says that the certificate is not known to the authority that should have "
            "issued it."
        ),
        "revocation-not-known": gettext_noop(
            "Whether the signer’s certificate was revoked is not known: the file does not say, and nobody is asked."
        ),
        "has-run-out": gettext_noop("The signer’s certificate has run out, and no time stamp tells when it was used."),
        "on-list": gettext_noop("The signer is on the trust list of %(list)s of %(dated)s."),
        "not-on-list": gettext_noop("The signer is not on the trust list of %(list)s of %(dated)s."),
        "list-overdue": gettext_noop(
            "The trust list of %(list)s of %(dated)s is overdue: a newer one is to be loaded."
        ),
        "no-list": gettext_noop("No trust list has been loaded."),
        "signed-on": gettext_noop("By its time stamp it was signed %(day)s (UTC)."),
        "actions": gettext_noop("The signer states: %(actions)s; made with %(generator)s."),
        "all-actions": gettext_noop("The signer states that these are all actions."),
        "not-all-actions": gettext_noop("The signer states that these are not all actions."),
        "perhaps-all-actions": gettext_noop("The signer does not state whether these are all actions."),
        "part-did-not-hold": gettext_noop(
            "Made from “%(title)s” (%(relationship)s), whose own credentials did not hold when it was put in: the "
            "signer recorded %(codes)s."
        ),
        "part-unknown-signer": gettext_noop(
            "Made from “%(title)s” (%(relationship)s), whose signer was not known when it was put in: %(codes)s."
        ),
        "part-without": gettext_noop("Made from “%(title)s” (%(relationship)s), which had no credentials of its own."),
        "part-held": gettext_noop(
            "Made from “%(title)s” (%(relationship)s); against its own credentials the signer recorded nothing."
        ),
        "more-parts": gettext_noop("Made from %(number)s further parts, which are not told here."),
    },
    weigh=_weigh,
)
