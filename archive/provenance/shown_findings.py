"""
The findings on an item as a reader sees them: of what a check saw, what rests on grounds that this reader may read.

A copy that they may not see, a caption that is hidden or came with a restricted delivery, a closed news page: whatever
a check saw of these is as if it had not been seen, and how much that is is not told.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.hidden_wordings import Withheld, standing_holds
from archive.catalogue.models import Accession, Caption, Item
from archive.catalogue.words_in_pictures import PictureWords, readable_lines, words_in_files
from archive.claims.models import Claim
from archive.press.models import Appearance
from archive.provenance.checks.all_checks import BY_SLUG, CHECKS
from archive.provenance.checks.finding import Check, Ground, Outcome, sentence_of
from archive.provenance.models import Finding

# Whoever may see the item may read these: tags of its file, and the words that stand in the picture.
_OF_THE_PICTURE = ("tag", "words")


@dataclass(frozen=True)
class ShownObservation:
    """One thing that a check saw, its sentence in the reader's language, and what it rests on."""

    outcome: Outcome
    sentence: str
    grounds: tuple[Ground, ...]

    @property
    def items(self) -> list[int]:
        """The other items among the grounds, by their keys."""
        return [int(key) for kind, key in self.grounds if kind == "item"]


@dataclass(frozen=True)
class ShownFinding:
    """A finding that stands, as far as this reader may read it; `check` is None for one that is no longer made."""

    check: Check | None
    finding: Finding
    observations: tuple[ShownObservation, ...]

    @property
    def outcome(self) -> Outcome:
        return self.observations[0].outcome

    @property
    def sentence(self) -> str:
        return self.observations[0].sentence

    @property
    def more(self) -> tuple[ShownObservation, ...]:
        """What the check saw besides the gravest."""
        return self.observations[1:]

    @property
    def copies(self) -> list[int]:
        """The other items that it rests on, by their keys."""
        return list(dict.fromkeys(key for each in self.observations for key in each.items))

    @property
    def found_at(self) -> datetime:
        return self.finding.found_at


def findings_on(item: Item, user: object, *, withheld: Withheld, language: str | None = "en") -> list[ShownFinding]:
    """
    Return the findings that stand, in the order of the checks.

    One query for staff, up to six for others, and one more where words are hidden from the reader.
    """
    findings = Finding.objects.current().filter(item=item).order_by("pk")
    shown = _shown(item, findings, user, withheld, language)
    order = [check.slug for check in CHECKS]
    shown.sort(key=lambda each: order.index(each.finding.check_slug) if each.check else len(order))
    return shown


def earlier_findings_on(
    item: Item, user: object, *, withheld: Withheld, language: str | None = "en"
) -> list[ShownFinding]:
    """Return the findings whose place another took, the earliest first; as many queries."""
    findings = Finding.objects.filter(item=item, current=None).order_by("pk")
    return _shown(item, findings, user, withheld, language)


def _shown(
    item: Item, findings: Iterable[Finding], user: object, withheld: Withheld, language: str | None
) -> list[ShownFinding]:
    audience = audience_of(user)
    if audience == Audience.PUBLIC:
        return []
    findings = list(findings)
    readable = None if audience == Audience.STAFF else _readable(item, user, findings)
    hidden_words = _words_of_hidden_captions(findings) if withheld else {}
    hidden_lines = _hidden_lines(item, findings, withheld)
    shown = []
    for finding in findings:
        check = BY_SLUG.get(finding.check_slug)
        observations = []
        for number, stored in enumerate(finding.observations):
            grounds = tuple((kind, key) for kind, key in stored["grounds"])
            if readable is not None and not all(_is_readable(ground, readable) for ground in grounds):
                continue
            if any(kind == "words" and key in hidden_lines for kind, key in grounds):
                continue
            sentence = _sentence(check, finding, number, language)
            quotes = any(words in sentence for ground in grounds for words in hidden_words.get(ground, ()))
            if sentence and not quotes and not _hides(withheld, grounds, sentence, stored["values"].values()):
                observations.append(ShownObservation(Outcome(stored["outcome"]), sentence, grounds))
        if observations:
            shown.append(ShownFinding(check, finding, tuple(observations)))
    return shown


def _sentence(check: Check | None, finding: Finding, number: int, language: str | None) -> str:
    """
    Write the sentence of an observation in the reader's language; "" where nobody can any more.

    Of a check, or of a code, that is gone the sentence of the first stays as it was kept; that of the others was not.
    """
    stored, kept = finding.observations[number], "" if number else finding.sentence
    try:
        return sentence_of(_(check.sentence(stored["code"])), stored["values"], language) if check else kept
    except KeyError:
        # An earlier version had other codes, or filled the sentence with other values.
        return kept


def _hides(withheld: Withheld, grounds: Iterable[Ground], sentence: str, values: Iterable[Any]) -> bool:
    hidden = any(kind == "caption" and key in withheld.caption_ids for kind, key in grounds)
    # A value alone too: within a sentence it is not seen of a wording that it is one cut short.
    return hidden or any(withheld.hides(text) for text in (sentence, *values) if isinstance(text, str))


def _words_of_hidden_captions(findings: Iterable[Finding]) -> dict[Ground, list[str]]:
    """
    Return what claims among the grounds quote from hidden captions, of whichever item; one query.

    Values that are read from them stand, their words do not: as in `claims.hidden_claims`.
    """
    claims = Claim.objects.filter(pk__in=_named(findings)["claim"])
    hidden = claims.filter(source__caption__digest__in=standing_holds().values("digest"))
    columns = hidden.values_list("pk", "as_written", "value_text")
    return {("claim", key): [text for text in texts if text.strip()] for key, *texts in columns}


def _hidden_lines(item: Item, findings: Iterable[Finding], withheld: Withheld) -> set[int]:
    """Return the lines of words in the picture, by their numbers, that tell a hidden wording; one query at most."""
    if not withheld or not any(kind == "words" for f in findings for o in f.observations for kind, _k in o["grounds"]):
        return set()
    words = words_in_files([item.media_file_id]).get(item.media_file_id, PictureWords())
    return {line.number for line in words.lines} - {line.number for line in readable_lines(words.lines, withheld)}


def _is_readable(ground: Ground, readable: dict[str, set[int]]) -> bool:
    kind, key = ground
    return kind in _OF_THE_PICTURE or key in readable.get(kind, ())


def _readable(item: Item, user: object, findings: Iterable[Finding]) -> dict[str, set[int]]:
    """Return of each kind of ground the keys that this reader may read."""
    named = _named(findings)
    items = Item.objects.visible_to(user)
    of_seen = {"item__in": items.filter(pk__in={item.pk, *named["item"]})}
    asked = {
        "item": items,
        "claim": Claim.objects.filter(**of_seen).told_to(user),
        "caption": Caption.objects.filter(**of_seen).readable_by(user),
        "appearance": Appearance.objects.filter(**of_seen).told_to(user),
        "accession": Accession.objects.visible_to(user),
    }
    readable = {
        kind: set(rows.filter(pk__in=named[kind]).values_list("pk", flat=True))
        for kind, rows in asked.items()
        if named[kind]
    }
    # An event is told by the claim that names it, a match by the items that it joins: each stands beside those.
    return readable | {kind: named[kind] for kind in ("event", "match")}


def _named(findings: Iterable[Finding]) -> dict[str, set[int]]:
    """Return the keys that the findings rest on, by the kind of ground."""
    named: dict[str, set[int]] = defaultdict(set)
    for finding in findings:
        for stored in finding.observations:
            for kind, key in stored["grounds"]:
                if kind not in _OF_THE_PICTURE:
                    named[kind].add(key)
    return named
