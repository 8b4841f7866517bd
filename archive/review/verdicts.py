"""
People answer the six questions of a review. A verdict names who, when, on which ground, and remembers what stood at
that time; when that changes, the verdict stays and says what changed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Caption, Item
from archive.claims.models import Claim
from archive.ledger.chain import canonical
from archive.ledger.not_done import DecidedMeanwhile, NotDone
from archive.ledger.record_acts import act, digest_of_words
from archive.projection.item_gate import changing
from archive.provenance.checks.all_checks import BY_SLUG
from archive.provenance.checks.finding import Outcome, Question
from archive.provenance.models import OUTCOMES, CurrentFinding
from archive.review.models import CurrentVerdict, Verdict
from archive.standards.vocabulary import Property, Standing

JUDGE, ADVISE = "judge", "advise"
VERBS = (JUDGE, ADVISE)  # of the acts in the ledger
# What is said of an item, by the question that it speaks to.
SPEAKS_TO = {
    Question.WHEN: (Property.DATE_CREATED,),
    Question.WHERE: (Property.LOCATION_SHOWN, Property.LOCATION_CREATED),
    Question.EVENT: (Property.EVENT,),
    Question.MAKER: (Property.CREATOR, Property.CREDIT_LINE, Property.SUPPLIED_BY, Property.PUBLISHED_BY),
    Question.WHOLENESS: (Property.DERIVED_FROM, Property.DIGITAL_SOURCE_TYPE),
    Question.CAPTION: (Property.PEOPLE_COUNT,),
}
_QUESTION_OF = {name: question for question, names in SPEAKS_TO.items() for name in names}
Basis = dict[str, dict[str, Any]]


class ChangedMeanwhile(NotDone):
    """A verdict would rest on what the person has not seen, and would not tell of it as a change later."""


@dataclass(frozen=True)
class Standpoint:
    """
    One question on an item: the verdict that holds, the advice given since, and what changed since the verdict.

    `basis_digest` is that of what stands now, for whoever judges by what this shows.
    """

    question: Question
    basis_digest: str
    verdict: Verdict | None = None
    advice: list[Verdict] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.verdict is None or self.verdict.word == Verdict.Word.OPEN

    @property
    def is_to_be_looked_at(self) -> bool:
        """Whether what the verdict rests on is no longer what it was."""
        return not self.is_open and bool(self.changes)


def bases_of(items: Iterable[Item]) -> dict[int, dict[Question, Basis]]:
    """
    Return what stands now on each question of each item; three queries.

    A basis is {"claims": {key: standing}, "findings": {check: [key, outcome]}, "captions": {key: ""}}.
    """
    keys = [item.pk for item in items]
    bases: dict[int, dict[Question, Basis]] = {
        key: {question: {"claims": {}, "findings": {}, "captions": {}} for question in Question} for key in keys
    }
    claims = Claim.objects.filter(item__in=keys).with_standing().values_list("item", "pk", "property", "standing")
    for item, key, name, standing in claims.order_by("pk"):
        if standing != Standing.SUPERSEDED:
            bases[item][_QUESTION_OF[Property(name)]]["claims"][str(key)] = standing
    findings = CurrentFinding.objects.filter(item__in=keys).values_list("item", "check_slug", "finding", "outcome")
    for item, slug, key, outcome in findings.order_by("check_slug"):
        if slug in BY_SLUG and outcome != Outcome.NOT_APPLICABLE:
            bases[item][BY_SLUG[slug].question]["findings"][slug] = [key, outcome]
    captions = Caption.objects.filter(item__in=keys, superseded_by=None).values_list("item", "pk")
    for item, key in captions.order_by("pk"):
        bases[item][Question.CAPTION]["captions"][str(key)] = ""
    return bases


def standpoints(items: Iterable[Item]) -> dict[int, list[Standpoint]]:
    """Return the six questions on each item, as they stand; four queries, whatever the number of items."""
    items = list(items)
    bases = bases_of(items)
    given: dict[tuple[int, str], list[Verdict]] = defaultdict(list)
    verdicts = Verdict.objects.filter(item__in=[item.pk for item in items]).select_related("judged_by").order_by("pk")
    for verdict in verdicts:
        given[verdict.item_id, verdict.question].append(verdict)
    return {
        item.pk: [_standpoint(question, given[item.pk, question], bases[item.pk][question]) for question in Question]
        for item in items
    }


def _standpoint(question: Question, given: list[Verdict], basis: Basis) -> Standpoint:
    decided = [verdict for verdict in given if not verdict.is_advice]
    verdict = decided[-1] if decided else None
    advice = [each for each in given if each.is_advice and (verdict is None or each.pk > verdict.pk)]
    changes = list(_changes(verdict.basis, basis)) if verdict else []
    return Standpoint(question, _digest_of(basis), verdict, advice, changes)


def _digest_of(basis: Basis) -> str:
    return digest_of_words(canonical(basis))


def _changes(before: Basis, now: Basis) -> Iterable[str]:
    """Say in words what differs between what a verdict rested on and what stands now."""
    claims, were = now["claims"], before.get("claims", {})
    if new := [key for key in claims if key not in were]:
        yield _("new information: %(number)d") % {"number": len(new)}
    if gone := [key for key in were if key not in claims]:
        yield _("information replaced or withdrawn: %(number)d") % {"number": len(gone)}
    if ruled := [key for key in claims if key in were and claims[key] != were[key]]:
        yield _("information accepted, rejected or reset since: %(number)d") % {"number": len(ruled)}
    labels = dict(OUTCOMES)
    for slug in sorted({*now["findings"], *before.get("findings", {})}):
        was, is_now = (basis.get("findings", {}).get(slug) for basis in (before, now))
        if (was and was[0]) != (is_now and is_now[0]):
            title = _(BY_SLUG[slug].title) if slug in BY_SLUG else slug
            nothing = labels[Outcome.NOT_APPLICABLE]
            words = {"before": labels[was[1]] if was else nothing, "now": labels[is_now[1]] if is_now else nothing}
            is_same = words["before"] == words["now"]
            told = _("weighed again, same outcome: %(now)s") if is_same else _("%(before)s → %(now)s")
            yield f"{title}: " + told % words
    if set(now["captions"]) != set(before.get("captions", {})):
        yield _("other captions")


def judge(
    item: Item,
    *,
    question: Question,
    word: str,
    reason_code: str,
    reason: str,
    by: User,
    seen: int | None = None,
    seen_basis: str | None = None,
) -> Verdict:
    """
    Record what a person holds of one question on an item; of somebody who may not decide, as advice.

    :param seen: the key of the verdict that the person was shown, 0 for none; None: not asked
    :param seen_basis: the digest of what stood when they were shown it; None: not asked
    :raises NotAllowed: the person may neither decide nor advise
    :raises NotDone: a word or a reason code that is none, or a reason that is missing
    :raises DecidedMeanwhile: somebody else decided on the question after what was shown
    :raises ChangedMeanwhile: what is said or found on the question is no longer what was shown
    """
    is_advice = not by.has_perm("review.judge_item")
    if is_advice and not by.has_perm("review.advise_on_item"):
        raise NotAllowed(_("Only a moderator may give a verdict, and only an archivist may advise."))
    reason = reason.replace("\r\n", "\n").strip()
    _refuse(question, word, reason_code, reason)
    with changing([item]):
        last = Verdict.objects.filter(item=item, question=question, is_advice=False).order_by("pk").last()
        if last and seen is not None and last.pk != seen and not is_advice:
            if (last.judged_by, last.word, last.reason_code, last.reason) == (by, word, reason_code, reason):
                return last  # a double click, or a second tab
            raise DecidedMeanwhile(last.judged_by, last.judged_at, str(last.get_word_display()))
        basis = bases_of([item])[item.pk][question]
        if seen_basis is not None and seen_basis != _digest_of(basis):
            raise ChangedMeanwhile(
                _("What is said or found on this question changed since you opened the page. Look at it again.")
            )
        before = _last_advice(item, question, by, last) if is_advice else None
        given = (word, reason_code, reason, basis)
        if before and (before.word, before.reason_code, before.reason, before.basis) == given:
            return before  # a double click, or a second tab
        verdict = Verdict.objects.create(
            item=item,
            question=question,
            word=word,
            reason_code=reason_code,
            reason=reason,
            basis=basis,
            is_advice=is_advice,
            judged_at=timezone.now(),
            judged_by=by,
        )
        if not is_advice:
            CurrentVerdict.objects.update_or_create(
                item=item, question=question, defaults={"verdict": verdict, "word": word, "is_changed": False}
            )
        act(verb=ADVISE if is_advice else JUDGE, subject=item, actor=by, payload=payload_of(verdict))
    return verdict


def payload_of(verdict: Verdict) -> dict[str, Any]:
    """
    Return what the ledger holds of a verdict.

    The reason may name people: the ledger holds its digest, and the digest of what the verdict rests on.
    """
    return {
        "verdict": verdict.pk,
        "question": str(verdict.question),
        "word": str(verdict.word),
        "reason_code": str(verdict.reason_code),
        "digest": digest_of_words(verdict.reason),
        "basis": _digest_of(verdict.basis),
    }


def _last_advice(item: Item, question: Question, by: User, last: Verdict | None) -> Verdict | None:
    """Return what a person advised last on a question, since the verdict that holds."""
    given = Verdict.objects.filter(item=item, question=question, is_advice=True, judged_by=by)
    return given.filter(pk__gt=last.pk if last else 0).order_by("pk").last()


def judge_agreeing(item: Item, *, by: User) -> list[Verdict]:
    """
    Support every question that is open, on which grounds stand and nothing speaks against it: an act for each.

    Nothing speaks against a question where none of its properties is contested, and no finding on it is contradictory
    or unreadable. Where nothing at all stands, nothing is supported.

    :raises NotAllowed: the person may neither decide nor advise
    """
    word, code = Verdict.Word.SUPPORTED, Verdict.Reason.GROUNDS_AGREE
    with changing([item]):
        bases = bases_of([item])[item.pk]
        # What the row says now: somebody may have ruled on a claim since the page was opened.
        item.refresh_from_db(fields=["contested"])
        return [
            judge(item, question=each.question, word=word, reason_code=code, reason="", by=by)
            for each in standpoints([item])[item.pk]
            if each.is_open and agrees(item, each.question, bases[each.question])
        ]


def agrees(item: Item, question: Question, basis: Basis) -> bool:
    """Say whether grounds stand on a question, and nothing among them speaks against it."""
    contested = any(str(name) in item.contested for name in SPEAKS_TO[question])
    against = (Outcome.CONTRADICTORY, Outcome.UNREADABLE)
    doubted = any(outcome in against for _key, outcome in basis["findings"].values())
    stands = any(standing != Standing.REJECTED for standing in basis["claims"].values())
    consistent = any(outcome == Outcome.CONSISTENT for _key, outcome in basis["findings"].values())
    return (stands or consistent) and not contested and not doubted


def _refuse(question: Question, word: str, reason_code: str, reason: str) -> None:
    if question not in list(Question) or word not in Verdict.Word or reason_code not in Verdict.Reason:
        raise NotDone(_("That was not understood. Choose a question, a verdict and a reason."))
    if reason_code == Verdict.Reason.GROUNDS_AGREE and word != Verdict.Word.SUPPORTED:
        raise NotDone(_("That the grounds agree supports a question and nothing else. Choose another ground."))
    if not reason and (reason_code == Verdict.Reason.OTHER or word in (Verdict.Word.CONTRADICTED, Verdict.Word.OPEN)):
        raise NotDone(_("Say why in a few words: whoever reads the verdict later must be able to follow it."))
