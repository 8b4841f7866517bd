"""
Gather all that a reader may read of items, as plain data: the one place that asks the database and the one gate.

What is written of an item, as data or as a report, is made of this and of nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import override

from archive.accounts.models import User
from archive.catalogue.archive_description import described
from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.hidden_wordings import Withheld, withheld_of_each
from archive.catalogue.models import Accession, Caption, Item
from archive.catalogue.names import is_hidden, name_of, read_by
from archive.claims.hidden_claims import readable_claims
from archive.claims.leading_claims import grounds_of
from archive.claims.models import (
    ORIENTATIONS,
    Claim,
    Ruling,
    Source,
    SpanRetraction,
    SpanVersion,
    readings_told_to,
)
from archive.claims.notices import Notice, notices_of, readable_notices
from archive.claims.property_names import PROPERTIES, SPAN_PROPERTIES
from archive.claims.spans import Said, ShownSpan, readable_spans, spans_of
from archive.claims.typed_values import named, value_of, value_of_span_claim
from archive.exports.terms_of_use import Terms, terms_of_each
from archive.extraction.models import Reading
from archive.extraction.readers.statements import as_text
from archive.files.models import PreservationEvent, Rendition
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from archive.ledger.record_acts import subject_of
from archive.matching.models import KINDS, Match, MatchRuling
from archive.press.appearances import Printed, appearances_of, printed
from archive.provenance.matches import laid_as_shown, matches_of, other_side
from archive.provenance.models import QUESTIONS
from archive.provenance.shown_cluster import cluster_of
from archive.provenance.shown_findings import ShownFinding, earlier_findings_on, findings_on
from archive.review.models import ReadingRequestEnd, Verdict
from archive.review.reading_requests import hidden_verdicts
from archive.review.shown_verdicts import standpoints_for
from archive.review.told_acts import acts_told_to, words_of_act
from archive.review.verdicts import Standpoint
from archive.standards.batches import batches
from archive.standards.mappings import ORIENTATION
from archive.standards.orientation import AS_IT_IS
from archive.standards.vocabulary import Property, SpanProperty

Record = dict[str, Any]
FORM = "strandline-item 1"
HIDDEN = "hidden until it is decided whether it identifies a person"
_OF_SPANS = f"of spans, {HIDDEN}."
# So many items are asked for at once: what is held in memory is the records of these.
AT_ONCE = 10


def records_of(keys: Sequence[int], *, reader: User) -> Iterator[tuple[Item, Record]]:
    """
    Yield each item that this person may see with its record, in the order of its number.

    Some thirty queries an item, however much is said of it; memory holds `AT_ONCE` items. All is read as the language
    of the record has it, and the names of files as this person may read them.
    """
    for some in batches(sorted(set(keys)), AT_ONCE):
        with override("en"), read_by(lambda: reader):
            gathered = _gather(some, reader)
        yield from gathered


def _gather(keys: Sequence[int], reader: User) -> list[tuple[Item, Record]]:
    rulings = Ruling.objects.select_related("ruled_by").order_by("pk")
    items = list(
        Item.objects.visible_to(reader)
        .filter(pk__in=keys)
        .with_card()
        .select_related("accession", "added_by")
        .prefetch_related(
            Prefetch(
                "captions",
                Caption.objects.told_to(reader).select_related("recorded_by").order_by("pk"),
                to_attr="all_captions",
            ),
            Prefetch(
                "claims",
                Claim.objects.told_to(reader)
                .with_grounds()
                .prefetch_related(Prefetch("rulings", rulings, to_attr="all_rulings"))
                .order_by("pk"),
                to_attr="all_claims",
            ),
            Prefetch(
                "media_file__preservation_events",
                PreservationEvent.objects.order_by("occurred_at", "pk"),
                to_attr="all_events",
            ),
            Prefetch(
                "lines",
                AccessionLine.objects.visible_to(reader).select_related("received_by").order_by("pk"),
                to_attr="all_lines",
            ),
            Prefetch("media_file__readings", readings_told_to(reader).order_by("pk"), to_attr="all_readings"),
        )
        .order_by("pk")
    )
    withheld = withheld_of_each(reader, items)
    standpoints = standpoints_for(reader, items, is_for_others=True)
    notices = notices_of(items, at=timezone.now(), reader=reader)
    terms = terms_of_each(items, reader=reader, withheld=withheld)
    wanted = {item.accession_id for item in items} | {line.accession_id for item in items for line in item.all_lines}
    wanted |= {each.accession.pk for of_item in terms.values() for each in of_item if each.accession}
    accessions = (
        Accession.objects.visible_to(reader).filter(pk__in=wanted).select_related("outlet", "opened_by").in_bulk()
    )
    footage = [item for item in items if item.kind == Item.Kind.FOOTAGE]
    spans = spans_of(footage) if footage else {}
    gathered = []
    for item in items:
        item.all_spans = spans.get(item.pk, [])
        gathering = _Gathering(item, reader, withheld[item.pk], accessions)
        record = gathering.record(standpoints[item.pk], notices[item.pk], terms[item.pk])
        gathered.append((item, _readable(record, withheld[item.pk])))
    return gathered


class _Gathering:
    """One item while its record is put together."""

    def __init__(self, item: Item, reader: User, withheld: Withheld, accessions: dict[int, Accession]) -> None:
        self.item, self.reader, self.withheld, self.accessions = item, reader, withheld, accessions
        self.is_staff = audience_of(reader) == Audience.STAFF
        self.left_out: list[str] = []

    def record(self, standpoints: list[Standpoint], notices: list[Notice], terms: list[Terms]) -> Record:
        item, file = self.item, self.item.media_file
        captions, claims = self._captions(), readable_claims(item.all_claims, self.withheld)
        matches = list(matches_of(item, self.reader))
        known = {*(caption["id"] for caption in captions), None}
        events = item.media_file.all_events
        readings = self._readings()
        return {
            "form": FORM,
            "archive": {"name": described().name, "address": settings.SITE_URL},
            "item": item.pk,
            "name": name_of(item),
            "kind": item.kind,
            "access": item.access,
            "is_distressing": item.is_distressing,
            "added_at": item.added_at,
            "added_by": _who(item.added_by),
            "file": {
                "message_digest": file.message_digest,
                "message_digest_algorithm": file.message_digest_algorithm,
                "size_bytes": file.size_bytes,
                "format_name": file.format_name,
                "mime_type": file.mime_type,
                "width_px": file.width_px,
                "height_px": file.height_px,
                "frame_count": file.frame_count,
                "duration_milliseconds": file.duration_milliseconds,
                "frame_rate": file.frame_rate,
                "video_codec": file.video_codec,
                "original_name": self._file_name(file.original_name),
                "received_at": file.received_at,
            },
            "orientation": self._orientation(),
            "renditions": [_rendition(made) for made in file.renditions.all()],
            "accession": item.accession_id if item.accession_id in self.accessions else None,
            "accessions": self._accessions(terms),
            "accession_lines": [self._line(line) for line in item.all_lines if line.accession_id in self.accessions],
            "captions": captions,
            "claims": [self._claim(claim, known, {claim.pk for claim in claims}) for claim in claims],
            **self._grounds(claims),
            "spans": [_span(shown) for shown in self._spans()],
            "findings": [
                _finding(shown) for shown in findings_on(item, self.reader, withheld=self.withheld, language="en")
            ],
            "earlier_findings": [
                _finding(shown) for shown in earlier_findings_on(item, self.reader, withheld=self.withheld)
            ],
            "verdicts": self._verdicts(standpoints),
            "matches": self._matches(matches),
            "copies": self._copies() if matches else [],
            "appearances": [_appearance(row) for row in self._printed()],
            "terms": [term_as_record(each) for each in terms],
            "notices": [
                {"kind": str(notice.kind), "words": notice.words, "source": notice.source}
                for notice in readable_notices(notices, self.withheld)
            ],
            "readings": readings,
            "preservation_events": [self._event(event) for event in events],
            "ledger": self._acts(claims, matches),
            "left_out": self.left_out,
        }

    def _orientation(self) -> Record:
        """Tell how the picture is shown, what its file says of that, and the size in which it is shown."""
        tags = [row.properties.get(ORIENTATION.key) for row in self.item.media_file.all_readings if _is_embedded(row)]
        return {
            "turned": self.item.orientation or AS_IT_IS,
            "words": str(ORIENTATIONS[self.item.orientation or AS_IT_IS]),
            "file_tag": tags[-1] if tags else None,
            "width_px": self.item.width_px,
            "height_px": self.item.height_px,
        }

    def _file_name(self, name: str) -> str:
        return HIDDEN if is_hidden(name) else name

    def _captions(self) -> list[Record]:
        shown = [caption for caption in self.item.all_captions if not self.withheld.covers(caption)]
        if number := len(self.item.all_captions) - len(shown):
            self.left_out.append(f"{number} wording(s), {HIDDEN}.")
        keys = {caption.pk for caption in shown}
        replaced = {caption.supersedes_id for caption in shown}
        return [
            {
                "id": caption.pk,
                "role": caption.role,
                "text": caption.text,
                "language": caption.language,
                "origin": caption.origin,
                "group": caption.group,
                "tag": caption.tag,
                "accession": caption.accession_id if caption.accession_id in self.accessions else None,
                "supersedes": caption.supersedes_id if caption.supersedes_id in keys else None,
                "is_current": caption.pk not in replaced,
                "recorded_at": caption.recorded_at,
                "recorded_by": _who(caption.recorded_by),
            }
            for caption in shown
        ]

    def _spans(self) -> list[ShownSpan]:
        number = sum(len(shown.said) for shown in self.item.all_spans)
        spans = readable_spans(self.item.all_spans, self.withheld, instead=HIDDEN)
        if hidden := number - sum(len(shown.said) for shown in spans):
            self.left_out.append(f"{hidden} claim(s) {_OF_SPANS}")
        if words := sum(text == HIDDEN for shown in spans for text in _words_of_span(shown)):
            self.left_out.append(f"{words} title(s), note(s), ground(s) or reason(s) {_OF_SPANS}")
        return spans

    def _claim(self, claim: Claim, captions: set[int | None], claims: set[int | None]) -> Record:
        return {
            "id": claim.pk,
            "property": claim.property,
            "label": str(PROPERTIES[Property(claim.property)]),
            "value": value_of(claim),
            "as_written": claim.as_written,
            "standing": claim.standing,
            "source": self._source(claim.source, captions),
            "claimed_at": claim.claimed_at,
            "rulings": [
                {
                    "standing": ruling.standing,
                    "reason": ruling.reason,
                    "superseded_by": ruling.superseded_by_id if ruling.superseded_by_id in claims else None,
                    "ruled_at": ruling.ruled_at,
                    "ruled_by": _who(ruling.ruled_by),
                }
                for ruling in claim.all_rulings
            ],
        }

    def _source(self, source: Source, captions: set[int | None]) -> Record:
        is_told = source.caption_id in captions
        return {
            "kind": source.kind,
            "group": source.group,
            "tag": source.tag,
            "caption": source.caption_id if is_told else None,
            "start": source.start if is_told else None,
            "end": source.end if is_told else None,
            "appearance": source.appearance_id,
            "match": source.match_id,
            "accession": source.accession_id if source.accession_id in self.accessions else None,
            "person": _who(source.person),
            "rule": source.rule,
            "rule_version": source.rule_version,
            "note": source.note,
        }

    def _grounds(self, claims: list[Claim]) -> Record:
        grounds = grounds_of(claims)
        return {
            "leading": {str(name): each.leading.pk for name, each in grounds.items() if each.leading},
            "contested": [str(name) for name, each in grounds.items() if each.is_contested],
        }

    def _accessions(self, terms: list[Terms]) -> list[Record]:
        keys = {self.item.accession_id, *(line.accession_id for line in self.item.all_lines)}
        keys |= {each.accession.pk for each in terms if each.accession}
        return [
            {
                "id": accession.pk,
                "title": accession.title,
                "supplied_by": accession.supplied_by,
                "outlet": named(accession.outlet) if accession.outlet else None,
                "received_on": accession.received_on,
                "published_on": accession.published_on,
                "terms": accession.terms,
                "note": accession.note,
                "access": accession.access,
                "opened_at": accession.opened_at,
                "opened_by": _who(accession.opened_by),
            }
            for key, accession in sorted(self.accessions.items())
            if key in keys
        ]

    def _line(self, line: AccessionLine) -> Record:
        return {
            "id": line.pk,
            # The line of the file that words came for by themselves; null: a file was received.
            "about": line.about_id,
            "accession": line.accession_id,
            "original_name": self._file_name(line.original_name),
            "delivered_path": self._file_name(line.delivered_path),
            "size_bytes": line.size_bytes,
            "message_digest": line.message_digest,
            "way": line.way,
            "received_at": line.received_at,
            "received_by": _who(line.received_by),
            "stated": line.stated,
            "has_sidecar": line.sidecar is not None,
            "outcome": line.outcome,
            "reason": "" if is_hidden(line.original_name) else line.reason,
            "finished_at": line.finished_at,
            "restored": line.restored,
        }

    def _verdicts(self, standpoints: list[Standpoint]) -> list[Record]:
        if not standpoints:
            return []
        # Of a question on which something waits for a second reading nothing is told but what the standpoint has.
        hidden = hidden_verdicts([self.item], None)
        rows = list(Verdict.objects.filter(item=self.item).with_readings().order_by("pk"))
        closed = {verdict.question for verdict in rows if verdict.pk in hidden}
        told = []
        for each in standpoints:
            shown = {verdict.pk: verdict for verdict in [each.verdict, each.second, *each.advice] if verdict}
            others = () if each.question in closed else (row for row in rows if row.question == each.question)
            given = {verdict.pk: verdict for verdict in others} | shown
            told.append(
                {
                    "question": str(each.question),
                    "asked": str(QUESTIONS[each.question]),
                    "verdict": each.verdict.pk if each.verdict else None,
                    "second": each.second.pk if each.second else None,
                    "is_open": each.is_open,
                    "is_waiting": each.is_waiting,
                    "changes": [str(change) for change in each.changes],
                    "given": [_verdict(given[key]) for key in sorted(given)],
                }
            )
        return told

    def _matches(self, matches: list[Match]) -> list[Record]:
        rulings: dict[int, list[MatchRuling]] = defaultdict(list)
        if matches:
            answers = MatchRuling.objects.filter(match__in=matches).select_related("ruled_by").order_by("pk")
            for ruling in answers:
                rulings[ruling.match_id].append(ruling)
        labels = dict(KINDS)
        return [
            {
                "id": match.pk,
                "item": (other := other_side(match, self.item)).pk,
                "name": name_of(other),
                "kind": match.kind_now,
                "label": str(labels[match.kind_now]),
                "kind_by_machine": match.kind,
                "standing": match.standing,
                "is_strong": match.is_strong,
                "held_is_this_item": match.held_id == self.item.media_file_id,
                "held": match.held.message_digest,
                "other": match.other.message_digest,
                "distance": match.distance,
                "inliers": match.inliers,
                **asdict(laid_as_shown(match)),
                "shared_of_held": match.shared_of_held,
                "shared_of_other": match.shared_of_other,
                "offset_milliseconds": match.offset_milliseconds,
                "method": match.method,
                "method_version": match.method_version,
                "found_at": match.found_at,
                "rulings": [
                    {
                        "standing": ruling.standing,
                        "kind": ruling.kind,
                        "reason": ruling.reason,
                        "ruled_at": ruling.ruled_at,
                        "ruled_by": _who(ruling.ruled_by),
                    }
                    for ruling in rulings[match.pk]
                ],
            }
            for match in matches
        ]

    def _copies(self) -> list[Record]:
        """Return the copies of this picture in the order in which they are known, itself among them."""
        shown = cluster_of(self.item, self.reader)
        return [
            {
                "item": member.item.pk,
                "name": name_of(member.item),
                "message_digest": member.item.media_file.message_digest,
                "known_since": member.evidence.day,
                "known_by": member.evidence.words,
                "is_likeliest_original": member.is_best,
                "derived_from": member.derived_from.pk if member.derived_from else None,
            }
            for member in shown.members
        ]

    def _printed(self) -> list[Printed]:
        return printed(list(appearances_of(self.item, user=self.reader)), user=self.reader, are_all=True)

    def _readings(self) -> list[Record]:
        hidden, written = 0, []
        for reading in self.item.media_file.all_readings:
            shown = [each for each in reading.statements if not self.withheld.hides(as_text(each[2]))]
            hidden += len(reading.statements) - len(shown)
            written.append(_reading(reading, shown))
        if hidden:
            self.left_out.append(f"{hidden} statement(s) of the file, {HIDDEN}.")
        return written

    def _event(self, event: PreservationEvent) -> Record:
        names_hidden = is_hidden(self.item.media_file.original_name) or is_hidden(self.item.file_name)
        return {
            "id": event.pk,
            "event_type": event.event_type,
            "occurred_at": event.occurred_at,
            "event_outcome": event.event_outcome,
            # It may name the file, and other files.
            "event_outcome_detail": event.event_outcome_detail if self.is_staff and not names_hidden else "",
            "linking_agent": event.linking_agent,
        }

    def _acts(self, claims: list[Claim], matches: list[Match]) -> list[Record]:
        """Return the entries of the ledger that are about the item, in their order, as far as they may be read."""
        shown = {claim.pk for claim in claims}
        told = [act.pk for act in acts_told_to(self.reader, self.item, claims=shown, is_for_others=True)]
        if self.is_staff:
            subjects = [subject_of(self.item.media_file), *map(subject_of, [*matches, *self.item.all_lines])]
            told += LedgerEntry.objects.filter(subject__in=subjects).values_list("pk", flat=True)
        entries = LedgerEntry.objects.filter(pk__in=told).order_by("sequence")
        return [self._act(entry) for entry in entries]

    def _act(self, entry: LedgerEntry) -> Record:
        what, more = words_of_act(entry, self.withheld, is_told_why=self.is_staff)
        return {
            "sequence": entry.sequence,
            "entry_hash": entry.entry_hash,
            "occurred_at": entry.occurred_at,
            "actor": entry.actor,
            "verb": entry.verb,
            "subject": entry.subject,
            "what": what,
            "more": more,
        }


def _who(person: User | None) -> str | None:
    return person.get_username() if person else None


def _is_embedded(reading: Reading) -> bool:
    return reading.reader == "embedded"


def _rendition(made: Rendition) -> Record:
    return {
        "purpose": made.purpose,
        "orientation": made.orientation or AS_IT_IS,
        "width_px": made.width_px,
        "height_px": made.height_px,
        "size_bytes": made.size_bytes,
        "mime_type": made.mime_type,
        "offset_milliseconds": made.offset_milliseconds,
        "made_at": made.made_at,
        "maker_version": made.maker_version,
    }


def _span(shown: ShownSpan) -> Record:
    return {
        "id": shown.span.pk,
        **_moments(shown.now),
        "is_retracted": shown.retraction is not None,
        "marked_at": shown.span.marked_at,
        "marked_by": _who(shown.span.marked_by),
        "claims": [_said(said) for said in shown.said],
        "versions": [
            {"id": version.pk, **_moments(version), "made_at": version.made_at, "made_by": _who(version.made_by)}
            for version in shown.versions
        ],
        "retractions": [_retraction(word) for word in shown.words],
    }


def _words_of_span(shown: ShownSpan) -> Iterator[str]:
    for version in shown.versions:
        yield from (version.title, version.note)
    yield from (said.claim.ground for said in shown.said)
    yield from (word.reason for word in shown.words)


def hides_words_of_file(record: Record) -> bool:
    """Tell whether words are left out that the file may hold: what is said of spans stands in no file."""
    return any(HIDDEN in sentence and not sentence.endswith(_OF_SPANS) for sentence in record["left_out"])


def _moments(version: SpanVersion) -> Record:
    return {
        "start_milliseconds": version.start_milliseconds,
        "end_milliseconds": version.end_milliseconds,
        "title": version.title,
        "note": version.note,
    }


def _said(said: Said) -> Record:
    claim = said.claim
    return {
        "id": claim.pk,
        "property": claim.property,
        "label": str(SPAN_PROPERTIES[SpanProperty(claim.property)]),
        "value": value_of_span_claim(claim),
        "as_written": claim.as_written,
        "ground": claim.ground,
        "claimed_at": claim.claimed_at,
        "claimed_by": _who(claim.claimed_by),
        "is_retracted": said.retraction is not None,
    }


def _retraction(word: SpanRetraction) -> Record:
    return {
        "claim": word.claim_id,
        "is_retracted": word.is_retracted,
        "reason": word.reason,
        "set_at": word.set_at,
        "set_by": _who(word.set_by),
    }


def _finding(shown: ShownFinding) -> Record:
    check = shown.check
    return {
        "id": shown.finding.pk,
        "check": shown.finding.check_slug,
        "version": shown.finding.version,
        "title": check.title if check else shown.finding.check_slug,
        "question": str(check.question) if check else None,
        "meaning": check.meaning if check else "",
        "limits": check.limits if check else "",
        "outcome": str(shown.outcome),
        "found_at": shown.found_at,
        "observations": [
            {
                "outcome": str(each.outcome),
                "sentence": each.sentence,
                "grounds": [[kind, key] for kind, key in each.grounds],
            }
            for each in shown.observations
        ],
    }


def _let_go(end: ReadingRequestEnd) -> Record:
    return {"reason": end.reason, "ended_at": end.ended_at, "ended_by": _who(end.ended_by)}


def _verdict(verdict: Verdict) -> Record:
    return {
        "id": verdict.pk,
        "word": verdict.word,
        "label": str(verdict.get_word_display()),
        "reason_code": verdict.reason_code,
        "reason_label": str(verdict.get_reason_code_display()),
        "reason": verdict.reason,
        "basis": verdict.basis,
        "is_advice": verdict.is_advice,
        "second_of": verdict.second_of_id,
        "judged_at": verdict.judged_at,
        "judged_by": _who(verdict.judged_by),
        "let_go": _let_go(verdict.let_go) if verdict.let_go else None,
    }


def _appearance(row: Printed) -> Record:
    appearance = row.appearance
    return {
        "id": appearance.pk,
        "outlet": named(appearance.outlet.current) if appearance.outlet else None,
        "url": appearance.url,
        "headline": appearance.headline,
        "published_edtf": appearance.published_edtf,
        "caption": appearance.caption,
        "credit": appearance.credit,
        "article": row.article_id,
        "first": str(row.first) if row.first else None,
        "recorded_at": appearance.recorded_at,
        "recorded_by": _who(appearance.recorded_by),
    }


def _reading(reading: Reading, statements: list[Any]) -> Record:
    return {
        "id": reading.pk,
        "reader": reading.reader,
        "reader_version": reading.reader_version,
        "read_at": reading.read_at,
        "state": reading.state,
        "problems": reading.problems,
        "statements": statements,
    }


def term_as_record(terms: Terms) -> Record:
    """Write terms as data: who states them, where, and in what words."""
    return {
        "stated_by": terms.origin.value,
        "accession": terms.accession.pk if terms.accession else None,
        "source": terms.source,
        "is_copyright": terms.is_copyright,
        "words": HIDDEN if terms.is_hidden else terms.words,
    }


def _readable(record: Record, withheld: Withheld) -> Record:
    """
    Return the record without texts that repeat held wordings, wherever they stand.

    Captions were chosen before, by a finer rule: the archive's own wording may well be the held one without the name.
    """
    if not withheld:
        return record
    chosen = {"captions": record["captions"]}
    return {name: _without(value, withheld) for name, value in record.items() if name not in chosen} | chosen


def _without(value: Any, withheld: Withheld) -> Any:
    if isinstance(value, str):
        return HIDDEN if withheld.hides(value) else value
    if isinstance(value, dict):
        return {key: _without(part, withheld) for key, part in value.items()}
    if isinstance(value, list):
        return [_without(part, withheld) for part in value]
    return value


def keys_seen(keys: Iterable[int], *, reader: User) -> set[int]:
    """Return which of these numbers are items that this person may see; one query for some thousand."""
    items = Item.objects.visible_to(reader)
    return {
        key
        for some in batches(sorted(set(keys)), 1000)
        for key in items.filter(pk__in=some).values_list("pk", flat=True)
    }
