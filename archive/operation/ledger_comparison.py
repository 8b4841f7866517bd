"""
Compare what the tables say with the entries of the ledger about it: access, distressing marks, flags and their
answers, corrections of accessions and their lines, claims, rulings, spans of footage and what is said of them,
findings, verdicts, and what is asked and set about second readings.

Each comparison yields sentences on what differs. Entries older than a part of their payload are compared by what they
name. That the ledger itself was not written anew as a whole is not proved here.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from archive.catalogue.distressing_marks import MARK_VERBS
from archive.catalogue.models import Access, Accession, AccessionStatement, Item
from archive.claims.models import Claim, Ruling, SpanClaim, SpanRetraction, SpanVersion
from archive.claims.record_claims import digest_of
from archive.claims.spans import CHANGE, MARK, RESTORE, RESTORE_CLAIM, RETRACT, RETRACT_CLAIM, SAY
from archive.ingest.edit_accession import CORRECT, said_as, said_now, told_of
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import digest_of_words, subject_of
from archive.projection.write_projection import BY_HAND
from archive.provenance.check_items import digest_of as digest_of_findings
from archive.provenance.lineage import PROPOSE
from archive.provenance.models import Finding
from archive.review.access_decisions import decisions_on
from archive.review.flags import ERASE, secret_digest
from archive.review.models import Flag, FlagDecision, ReadingPolicy, ReadingRequest, ReadingRequestEnd, Verdict
from archive.review.own_acts import BRING_BACK, SET_ACCESS, WITHDRAW
from archive.review.reading_policies import SET_POLICY, payload_of_policy
from archive.review.reading_requests import ASK, END, payload_of_end, payload_of_request
from archive.review.verdicts import ADVISE, JUDGE, READ, payload_of, verb_of
from archive.standards.vocabulary import SourceKind, Standing

_AT_ONCE = 1000
# Entries on findings, each with some twenty of them and what they rest on.
_CHECKED_AT_ONCE = 100
_RULED = {f"{standing.lower()} claim": standing for standing in Standing}


class Said(NamedTuple):
    """One entry, its payload read."""

    sequence: int
    verb: str
    subject: str
    payload: dict[str, Any]


def differences() -> Iterator[str]:
    """Yield what differs; a bounded number of rows and entries is held at a time."""
    for comparison in (
        *(_access, _marks, _flags, _flag_answers, _corrections, _lines, _claims, _rulings, _spans, _findings),
        *(_verdicts, _reading_requests, _reading_policies),
    ):
        yield from comparison()


def _access() -> Iterator[str]:
    """
    The access of each item is what the last act on it said, or what it came in with; or it is closed since its
    accession is, by which an item without a decision of its own goes at once.
    """
    for items in _in_chunks(Item.objects.only("pk", "access", "accession")):
        by_subject = _said_of(items, [SET_ACCESS, "bring in", WITHDRAW, BRING_BACK])
        closed = _closed_accessions({item.accession_id for item in items})
        decided = decisions_on(item.pk for item in items if item.accession_id in closed)
        for item in items:
            entries = [e for e in by_subject[subject_of(item)] if "to" in e.payload or "access" in e.payload]
            if entries:
                last = entries[-1]
                recorded = last.payload.get("to") or last.payload["access"]
                correction = closed.get(item.accession_id)
                if correction and recorded != Access.WITHDRAWN and item.pk not in decided:
                    last = max(last, correction, key=lambda entry: entry.sequence)
                    recorded = recorded if last is not correction else Access.RESTRICTED
                if recorded != item.access:
                    yield f"item {item.pk} is {item.access}, but entry {last.sequence} says {recorded}"
            elif item.access == Access.RELEASED:
                yield f"item {item.pk} is {item.access}, and no entry says who released it"


def _closed_accessions(keys: set[int]) -> dict[int, Said]:
    """Return, by the key of the accession, the last correction that restricted it, of those that one did."""
    by_subject = _said_of([Accession(pk=key) for key in keys], [CORRECT])
    entries = [entry for of_one in by_subject.values() for entry in of_one if "access" in entry.payload["changes"]]
    return {
        _key_of_subject(entry): entry for entry in entries if entry.payload["changes"]["access"][1] == Access.RESTRICTED
    }


def _marks() -> Iterator[str]:
    """Each picture is marked distressing, or not, as the last act on it said."""
    for items in _in_chunks(Item.objects.only("pk", "is_distressing")):
        by_subject = _said_of(items, list(MARK_VERBS.values()))
        for item in items:
            entries = by_subject[subject_of(item)]
            is_marked = bool(entries) and entries[-1].verb == MARK_VERBS[True]
            if is_marked != item.is_distressing:
                mark = "marked distressing" if item.is_distressing else "not marked distressing"
                by = f"entry {entries[-1].sequence} says otherwise" if entries else "no entry says who marked it"
                yield f"item {item.pk} is {mark}, but {by}"


def _flags() -> Iterator[str]:
    """Each flag is there as it was raised, and each has its entry."""
    for entries, flags in _entries_with_rows(["flag picture"], Flag, lambda entry: entry.payload["flag"]):
        erased = _said_of([flag.item for flag in flags.values()], [ERASE])
        for entry in entries:
            flag = flags.get(entry.payload["flag"])
            if flag is None:
                yield f"flag {entry.payload['flag']} of entry {entry.sequence} is gone"
                continue
            of_it = [e for e in erased[entry.subject] if e.payload["flag"] == flag.pk]
            gone = {name for e in of_it for name in e.payload["erased"]}
            # Of a visitor's words it is under the secret key; before there was that, a plain one as of everybody's.
            is_same = "note" in gone or entry.payload["digest"] in (
                digest_of_words(flag.note),
                secret_digest(flag.note),
            )
            if not is_same or (flag.item_id, flag.ground) != (_key_of_subject(entry), entry.payload["ground"]):
                yield f"flag {flag.pk} differs from entry {entry.sequence}"
            elif back := sorted(name for name in gone if getattr(flag, name)):
                yield f"flag {flag.pk} has a {back[0]}, but entry {of_it[-1].sequence} says that it was erased"
    for flags in _in_chunks(Flag.objects.select_related("item")):
        by_subject = _said_of([flag.item for flag in flags], ["flag picture"])
        entered = {entry.payload["flag"] for of_one in by_subject.values() for entry in of_one}
        yield from (f"flag {flag.pk} has no entry" for flag in flags if flag.pk not in entered)


def _flag_answers() -> Iterator[str]:
    """Each answer to a flag is there with its outcome and reason, and each has its entry."""
    for entries, flags in _entries_with_rows(["decide on flag"], Flag, lambda entry: entry.payload["flag"]):
        answers = {answer.flag_id: answer for answer in FlagDecision.objects.filter(flag__in=flags)}
        for entry in entries:
            answer = answers.get(entry.payload["flag"])
            recorded = (entry.payload["outcome"], entry.payload["digest"])
            if answer is None:
                yield f"the answer to flag {entry.payload['flag']} of entry {entry.sequence} is gone"
            elif (answer.outcome, digest_of_words(answer.reason)) != recorded:
                yield f"the answer to flag {answer.flag_id} differs from entry {entry.sequence}"
    for answers in _in_chunks(FlagDecision.objects.select_related("flag__item")):
        by_subject = _said_of([answer.flag.item for answer in answers], ["decide on flag"])
        entered = {entry.payload["flag"] for of_one in by_subject.values() for entry in of_one}
        yield from (
            f"the answer to flag {answer.flag_id} has no entry" for answer in answers if answer.flag_id not in entered
        )


def _corrections() -> Iterator[str]:
    """Each correction of an accession is there as it was made, each has its entry, and the last of a field holds."""
    for entries, accessions in _entries_with_rows([CORRECT], Accession, _key_of_subject):
        gone = [entry for entry in entries if _key_of_subject(entry) not in accessions]
        yield from (f"accession {_key_of_subject(entry)} of entry {entry.sequence} is gone" for entry in gone)
    for accessions in _in_chunks(Accession.objects.all()):
        by_subject = _said_of(accessions, [CORRECT])
        made: dict[tuple[int, str], list[AccessionStatement]] = defaultdict(list)
        for statement in AccessionStatement.objects.filter(accession__in=accessions).order_by("pk"):
            made[statement.accession_id, statement.field].append(statement)
        for accession in accessions:
            entries = by_subject[subject_of(accession)]
            for field in AccessionStatement.Field.values:
                of_it = [entry for entry in entries if field in entry.payload["changes"]]
                yield from _corrections_of(accession, field, made[accession.pk, field], of_it)


def _corrections_of(
    accession: Accession, field: str, statements: list[AccessionStatement], entries: list[Said]
) -> Iterator[str]:
    of_it = f"of the {field} of accession {accession.pk}"
    # Whoever corrects an accession holds its row, so both stand in the order in which they were made.
    for statement, entry in zip_longest(statements, entries):
        if statement is None:
            yield f"the correction {of_it} of entry {entry.sequence} is gone"
        elif entry is None:
            yield f"correction {statement.pk} {of_it} has no entry"
        elif (told_of(statement), statement.reason) != (entry.payload["changes"][field], entry.payload["reason"]):
            yield f"correction {statement.pk} {of_it} differs from entry {entry.sequence}"
    if not entries:
        return
    if field == AccessionStatement.Field.OUTLET:
        holds = accession.outlet_id == entries[-1].payload["outlet"]
    else:
        holds = said_as(field, said_now(accession, field)) == entries[-1].payload["changes"][field][1]
    if not holds:
        yield f"accession {accession.pk} has another {field} than entry {entries[-1].sequence} says"


# A file, and words that came for one by themselves.
_RECEIVED = ["receive", "receive words"]


def _lines() -> Iterator[str]:
    """Each line has the name, size and hash with which it was received, and each was received or delivered again."""
    for entries, lines in _entries_with_rows(_RECEIVED, AccessionLine, _key_of_subject):
        for entry in entries:
            received = tuple(entry.payload.get(name) for name in ("name", "size_bytes", "sha256"))
            line = lines.get(_key_of_subject(entry))
            if line is None:
                yield f"the accession line of entry {entry.sequence}, {received[0]!r}, is gone"
            elif (line.original_name, line.size_bytes, line.message_digest) != received:
                yield f'the accession line "{line.original_name}" differs from entry {entry.sequence}, {received[0]!r}'
    for lines in _in_chunks(AccessionLine.objects.select_related("item", "article").defer("sidecar", "stated")):
        by_subject = _said_of(lines, _RECEIVED)
        things = [thing for line in lines if (thing := line.item or line.article)]
        again = _said_of(things, ["deliver again"])
        for line in lines:
            thing = line.item or line.article
            of_it = [e.payload.get("sha256") for e in again[subject_of(thing)]] if thing else []
            if not by_subject[subject_of(line)] and line.message_digest not in of_it:
                yield f'the accession line "{line.original_name}" (no. {line.pk}) has no entry'


def _claims() -> Iterator[str]:
    """Each claim that somebody made, or that a copy made, is there as it was made, and each has its entry."""
    for entries, claims in _entries_with_rows(["claim", PROPOSE], Claim, lambda entry: entry.payload.get("claim")):
        for entry in entries:
            claim = claims.get(entry.payload.get("claim"))
            if "claim" not in entry.payload:
                written = {"property": entry.payload["property"], "as_written": entry.payload["value"]}
                if not Claim.objects.filter(item=_key_of_subject(entry), **written).exists():
                    yield f"the claim of entry {entry.sequence} is gone"
            elif claim is None:
                yield f"claim {entry.payload['claim']} of entry {entry.sequence} is gone"
            elif not _is_as_told(claim, entry):
                yield f"claim {claim.pk} differs from entry {entry.sequence}"
    by_hand = Claim.objects.filter(source__kind=SourceKind.PERSON, source__rule=BY_HAND).select_related("item")
    for claims in _in_chunks(by_hand):
        by_subject = _said_of([claim.item for claim in claims], ["claim"])
        for claim in claims:
            of_it = by_subject[subject_of(claim.item)]
            if not any(
                e.payload.get("claim", claim.pk) == claim.pk and e.payload["property"] == claim.property for e in of_it
            ):
                yield f"claim {claim.pk}, made by a person, has no entry"


def _is_as_told(claim: Claim, entry: Said) -> bool:
    payload = entry.payload
    same = claim.property == payload["property"] and claim.item_id == _key_of_subject(entry)
    return same and payload.get("digest") in (None, digest_of(claim))


def _rulings() -> Iterator[str]:
    """Each ruling of a person is there with its standing and reason, and each has its entry."""
    for entries, rulings in _entries_with_rows(list(_RULED), Ruling, lambda entry: entry.payload.get("ruling")):
        for entry in entries:
            recorded = (entry.payload["claim"], _RULED[entry.verb], entry.payload["reason"])
            if "ruling" not in entry.payload:
                if not Ruling.objects.filter(claim=recorded[0], standing=recorded[1], reason=recorded[2]).exists():
                    yield f"the ruling of entry {entry.sequence} on claim {recorded[0]} is gone"
                continue
            ruling = rulings.get(entry.payload["ruling"])
            if ruling is None:
                yield f"the ruling of entry {entry.sequence} on claim {recorded[0]} is gone"
            elif (ruling.claim_id, ruling.standing, ruling.reason) != recorded:
                yield f"ruling {ruling.pk} on claim {ruling.claim_id} differs from entry {entry.sequence}"
    for rulings in _in_chunks(Ruling.objects.filter(ruled_by__isnull=False).select_related("claim__item")):
        by_subject = _said_of([ruling.claim.item for ruling in rulings], list(_RULED))
        entries = {entry for of_one in by_subject.values() for entry in _keys_of(of_one)}
        for ruling in rulings:
            if not entries & {(ruling.claim_id, ruling.standing, ruling.pk), (ruling.claim_id, ruling.standing, None)}:
                yield f"ruling {ruling.pk} on claim {ruling.claim_id}, made by a person, has no entry"


# What is written of spans: by which acts, what a row is called there, and to people.
_OF_SPANS: tuple[tuple[type[Model], str, str, list[str]], ...] = (
    (SpanVersion, "version", "the version of a span", [MARK, CHANGE]),
    (SpanClaim, "span_claim", "the claim of a span", [SAY]),
    (SpanRetraction, "retraction", "the retraction of a span", [RETRACT, RESTORE, RETRACT_CLAIM, RESTORE_CLAIM]),
)


def _spans() -> Iterator[str]:
    """Each version of a span, each claim on one and each retraction is there as it was written, and has its entry."""
    for model, name, what, verbs in _OF_SPANS:
        for entries, rows in _entries_with_rows(verbs, model, lambda entry, name=name: entry.payload[name]):
            for entry in entries:
                row = rows.get(entry.payload[name])
                if row is None:
                    yield f"{what} (no. {entry.payload[name]}) of entry {entry.sequence} is gone"
                elif (row.span_id, digest_of(row)) != (entry.payload["span"], entry.payload["digest"]):
                    yield f"{what} (no. {row.pk}) differs from entry {entry.sequence}"
        for rows in _in_chunks(model._default_manager.select_related("span__item")):
            by_subject = _said_of({row.span.item for row in rows}, verbs)
            entered = {entry.payload[name] for of_one in by_subject.values() for entry in of_one}
            yield from (f"{what} (no. {row.pk}) has no entry" for row in rows if row.pk not in entered)


def _findings() -> Iterator[str]:
    """Each finding is there as it was kept, and each has its entry; an entry names several, with one digest of all."""
    checked = LedgerEntry.objects.filter(verb=Finding.VERB)
    last = 0
    while entries := list(_read(checked.filter(sequence__gt=last), _CHECKED_AT_ONCE)):
        findings = Finding.objects.in_bulk({key for entry in entries for key in entry.payload["findings"]})
        for entry in entries:
            named = [findings.get(key) for key in entry.payload["findings"]]
            gone = [key for key, finding in zip(entry.payload["findings"], named, strict=True) if finding is None]
            if gone:
                yield f"{_numbered(gone)} of entry {entry.sequence} {'is' if len(gone) == 1 else 'are'} gone"
                continue
            moved = [finding.pk for finding in named if finding.item_id != _key_of_subject(entry)]
            if moved:
                yield f"{_numbered(moved)} of entry {entry.sequence} stands under another item"
            if digest_of_findings(named) != entry.payload["digest"]:
                of_them = "" if len(named) == 1 else "one or more of "
                keys = _numbered([finding.pk for finding in named])
                yield f"{of_them}{keys} of item {named[0].item_id} differs from entry {entry.sequence}"
        last = entries[-1].sequence
    for findings in _in_chunks(Finding.objects.select_related("item").defer("observations")):
        by_subject = _said_of({finding.item for finding in findings}, [Finding.VERB])
        entered = {key for of_one in by_subject.values() for entry in of_one for key in entry.payload["findings"]}
        yield from (f"finding {finding.pk} has no entry" for finding in findings if finding.pk not in entered)


def _verdicts() -> Iterator[str]:
    """Each verdict, second reading and piece of advice is there as it was given, on what it rested, with its entry."""
    verbs = [JUDGE, ADVISE, READ]
    for entries, verdicts in _entries_with_rows(verbs, Verdict, lambda entry: entry.payload["verdict"]):
        for entry in entries:
            verdict = verdicts.get(entry.payload["verdict"])
            if verdict is None:
                yield f"verdict {entry.payload['verdict']} of entry {entry.sequence} is gone"
                continue
            stored = (verdict.item_id, verb_of(verdict), payload_of(verdict))
            if stored != (_key_of_subject(entry), entry.verb, entry.payload):
                yield f"verdict {verdict.pk} differs from entry {entry.sequence}"
    for verdicts in _in_chunks(Verdict.objects.select_related("item").defer("basis")):
        by_subject = _said_of({verdict.item for verdict in verdicts}, verbs)
        entered = {entry.payload["verdict"] for of_one in by_subject.values() for entry in of_one}
        yield from (f"verdict {verdict.pk} has no entry" for verdict in verdicts if verdict.pk not in entered)


def _reading_requests() -> Iterator[str]:
    """Each request for a second reading is there with its policy, each that ended unread with how, and each entered."""
    requests = ReadingRequest.objects.select_related("verdict__item").defer("verdict__basis")
    ends = ReadingRequestEnd.objects.select_related("request__verdict__item").defer("request__verdict__basis")
    yield from _compared(ASK, "the request for a second reading", requests, "verdict", payload_of_request)
    yield from _compared(END, "the end of the request", ends, "request__verdict", payload_of_end)


def _compared(
    verb: str, what: str, rows: QuerySet, verdict: str, payload_of_row: Callable[[Any], dict[str, Any]]
) -> Iterator[str]:
    """Hold entries that name a verdict, and rows of which each verdict has one, against one another."""
    last = 0
    while entries := list(_read(LedgerEntry.objects.filter(verb=verb, sequence__gt=last), _AT_ONCE)):
        named = {entry.payload["verdict"] for entry in entries}
        by_verdict = {payload_of_row(row)["verdict"]: row for row in rows.filter(**{f"{verdict}__in": named})}
        for entry in entries:
            key = entry.payload["verdict"]
            if key not in by_verdict:
                yield f"{what} of verdict {key} of entry {entry.sequence} is gone"
            elif payload_of_row(by_verdict[key]) != entry.payload:
                yield f"{what} of verdict {key} differs from entry {entry.sequence}"
        last = entries[-1].sequence
    for some in _in_chunks(rows):
        of_items = {(row if hasattr(row, "verdict") else row.request).verdict.item for row in some}
        entered = {entry.payload["verdict"] for of_one in _said_of(of_items, [verb]).values() for entry in of_one}
        keys = [payload_of_row(row)["verdict"] for row in some]
        yield from (f"{what} of verdict {key} has no entry" for key in keys if key not in entered)


def _reading_policies() -> Iterator[str]:
    """Each setting of a policy for second readings is there as it was set, and each has its entry."""
    for entries, settings in _entries_with_rows([SET_POLICY], ReadingPolicy, _key_of_subject):
        for entry in entries:
            setting = settings.get(_key_of_subject(entry))
            if setting is None:
                yield f"the policy for second readings of entry {entry.sequence} is gone"
            elif payload_of_policy(setting) != entry.payload:
                yield f"policy {setting.policy} (no. {setting.pk}) differs from entry {entry.sequence}"
    for settings in _in_chunks(ReadingPolicy.objects.all()):
        by_subject = _said_of(settings, [SET_POLICY])
        unsaid = [setting for setting in settings if not by_subject[subject_of(setting)]]
        yield from (f"policy {setting.policy} (no. {setting.pk}) has no entry" for setting in unsaid)


def _numbered(keys: list[int]) -> str:
    return f"finding{'s' if len(keys) > 1 else ''} {', '.join(map(str, keys))}"


def _keys_of(entries: Iterable[Said]) -> Iterator[tuple[int, str, int | None]]:
    return ((e.payload["claim"], _RULED[e.verb], e.payload.get("ruling")) for e in entries)


def _in_chunks(rows: QuerySet) -> Iterator[list]:
    """Give all rows in the order of their keys, some at a time."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        yield chunk
        last = chunk[-1].pk


def _said_of(rows: Iterable[Model], verbs: list[str]) -> dict[str, list[Said]]:
    """Return the entries on these records, by their subject, the earliest first; one query for some thousand."""
    by_subject: dict[str, list[Said]] = defaultdict(list)
    subjects = sorted({subject_of(row) for row in rows})
    for entry in _read(LedgerEntry.objects.filter(subject__in=subjects, verb__in=verbs)):
        by_subject[entry.subject].append(entry)
    return by_subject


def _entries_with_rows(
    verbs: list[str], model: type[Model], key: Callable[[Said], Any]
) -> Iterator[tuple[list[Said], dict[Any, Any]]]:
    """Give the entries of these verbs, some at a time, with the rows that they name."""
    last = 0
    while entries := list(_read(LedgerEntry.objects.filter(verb__in=verbs, sequence__gt=last), _AT_ONCE)):
        yield entries, model._default_manager.in_bulk({key(entry) for entry in entries} - {None})
        last = entries[-1].sequence


def _read(entries: QuerySet[LedgerEntry], most: int | None = None) -> Iterator[Said]:
    values = entries.order_by("sequence").values_list("sequence", "verb", "subject", "payload")[:most]
    return (Said(sequence, verb, subject, json.loads(payload)) for sequence, verb, subject, payload in values)


def _key_of_subject(entry: Said) -> int:
    return int(entry.subject.rpartition(":")[2])
