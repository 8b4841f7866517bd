"""
People answer the six questions of a review. A verdict names who, when, on which ground, and remembers what stood at
that time; when that changes, the verdict stays and says what changed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
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
from archive.review.reading_policies import Policies
from archive.review.reading_requests import (
    ASK,
    END,
    How,
    ask_each,
    decided_on,
    end,
    hidden_from,
    is_drawn,
    waiting,
    write_current,
)
from archive.standards.vocabulary import Property, Standing

JUDGE, ADVISE, READ = "judge", "advise", "read second"
VERBS = (JUDGE, ADVISE, READ, ASK, END)  # of the acts in the ledger
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
LONGEST_REASON = 2000  # characters
Basis = dict[str, dict[str, Any]]


class ChangedMeanwhile(NotDone):
    """A verdict would rest on what the person has not seen, and would not tell of it as a change later."""


class SecondReadingAsked(NotDone):
    """A question waits for a second reading, which is given for itself; nothing is said of the first."""


@dataclass(frozen=True)
class Standpoint:
    """
    One question on an item, as one reader may know it: what stands now, the verdict that holds, the second reading of
    it if there is one, the advice given since, and what changed since.

    Where a first reading waits for the second, who gave it finds it in `verdict`; all others find nothing there.
    """

    question: Question
    basis: Basis
    verdict: Verdict | None = None
    second: Verdict | None = None
    advice: list[Verdict] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    is_waiting: bool = False

    @property
    def basis_digest(self) -> str:
        """Digest of what stands now, for whoever judges by what this shows."""
        return _digest_of(self.basis)

    @property
    def is_open(self) -> bool:
        return not self.is_waiting and (
            self.verdict is None or self.verdict.word == Verdict.Word.OPEN or self.is_dissent
        )

    @property
    def is_to_be_looked_at(self) -> bool:
        """Whether what the verdict rests on is no longer what it was."""
        return not self.is_open and not self.is_waiting and bool(self.changes)

    @property
    def is_dissent(self) -> bool:
        """Whether it was read twice, and the second reading says otherwise: both are seen before it is decided."""
        return self.second is not None and self.second.is_dissent

    @property
    def is_own(self) -> bool:
        """Whether the reader's own verdict waits for somebody else to read it."""
        return self.is_waiting and self.verdict is not None

    @property
    def is_on_other_grounds(self) -> bool:
        """Whether something changed between the two readings, so that they do not tell of the same."""
        return self.second is not None and self.verdict is not None and self.second.basis != self.verdict.basis

    @property
    def seen(self) -> int:
        """The key of the last that is shown, 0 for none: what `judge` asks for."""
        last = self.second or self.verdict
        return last.pk if last else 0


def bases_of(items: Iterable[Item]) -> dict[int, dict[Question, Basis]]:
    """
    Return what stands now on each question of each item; three queries.

    A basis is {"claims": {key: standing}, "findings": {check: [key, outcome]}, "captions": {key: ""}}.
    """
    keys = [item.pk for item in items]
    bases: dict[int, dict[Question, Basis]] = {
        key: {question: {"claims": {}, "findings": {}, "captions": {}} for question in Question} for key in keys
    }
    # How a picture is turned speaks to none of the questions.
    speaking = Claim.objects.filter(item__in=keys).exclude(property=Property.ORIENTATION)
    claims = speaking.with_standing().values_list("item", "pk", "property", "standing")
    for item, key, name, standing in claims.order_by("pk"):
        if standing != Standing.SUPERSEDED:
            bases[item][_QUESTION_OF[Property(name)]]["claims"][str(key)] = standing
    findings = CurrentFinding.objects.filter(item__in=keys).values_list("item", "check_slug", "finding", "outcome")
    for item, slug, key, outcome in findings.order_by("check_slug"):
        if slug in BY_SLUG and outcome != Outcome.NOT_APPLICABLE:
            bases[item][BY_SLUG[slug].question]["findings"][slug] = [key, outcome]
    captions = Caption.objects.current().filter(item__in=keys).values_list("item", "pk")
    for item, key in captions.order_by("pk"):
        bases[item][Question.CAPTION]["captions"][str(key)] = ""
    return bases


def standpoints(items: Iterable[Item], *, reader: User | None) -> dict[int, list[Standpoint]]:
    """
    Return the six questions on each item, as this reader may know them; four queries, whatever the number of items.

    :param reader: None: nobody in particular, who knows of no verdict that waits for a second reading
    """
    items = list(items)
    bases = bases_of(items)
    given: dict[tuple[int, str], list[Verdict]] = defaultdict(list)
    verdicts = Verdict.objects.filter(item__in=[item.pk for item in items]).with_readings().order_by("pk")
    for verdict in verdicts:
        given[verdict.item_id, verdict.question].append(verdict)
    return {
        item.pk: [
            _standpoint(question, given[item.pk, question], bases[item.pk][question], reader) for question in Question
        ]
        for item in items
    }


def _standpoint(question: Question, given: list[Verdict], basis: Basis, reader: User | None) -> Standpoint:
    decided = [verdict for verdict in given if not verdict.is_advice]
    hidden = hidden_from(reader, decided)
    known = [verdict for verdict in decided if verdict.pk not in hidden]
    last = known[-1] if known else None
    advice = [each for each in given if each.is_advice and (last is None or each.pk > last.pk)]
    if (first := waiting(decided)) and first.pk in hidden:
        return Standpoint(question, basis, advice=advice, is_waiting=True)
    if last and last.word == Verdict.Word.OPEN and hidden:
        # Why it is open again may say what the verdict was that was taken back.
        last.reason = _("hidden until the question is decided")
    return Standpoint(
        question,
        basis,
        verdict=next((each for each in known if last and each.pk == last.second_of_id), last),
        second=last if last and last.second_of else None,
        advice=advice,
        changes=list(_changes(last.basis, basis)) if last else [],
        is_waiting=first is not None,
    )


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
    :raises SecondReadingAsked: the question waits for a second reading, which the person could give
    :raises ChangedMeanwhile: what is said or found on the question is no longer what was shown
    """
    is_advice = not by.has_perm("review.judge_item")
    if is_advice and not by.has_perm("review.advise_on_item"):
        raise NotAllowed(_("Only a moderator may give a verdict, and only an archivist may advise."))
    reason = reasoned(question, word, reason_code, reason)
    with changing([item]):
        decided = decided_on([item], question).get((item.pk, question), [])
        first, last = waiting(decided), decided[-1] if decided else None
        if not is_advice:
            if first and first.judged_by_id != by.pk:
                raise SecondReadingAsked(_waits_for_second())
            if last and seen is not None and last.pk != seen:
                if last.says_again(by, word, reason_code, reason):
                    return last
                raise DecidedMeanwhile(last.judged_by, last.judged_at, str(last.get_word_display()))
            if last and last.is_dissent and seen is None:
                raise NotDone(_("Two readings differ on this question. Decide where both are shown."))
        basis = refuse_other_basis(item, question, seen_basis)
        before = _last_advice(item, question, by, last) if is_advice else None
        given_now = (word, reason_code, reason, basis)
        if before and (before.word, before.reason_code, before.reason, before.basis) == given_now:
            return before  # a double click, or a second tab
        return give_each({item: basis}, question, word, reason_code, reason, by=by, is_advice=is_advice)[0]


def give_each(
    bases: dict[Item, Basis],
    question: Question,
    word: str,
    reason_code: str,
    reason: str,
    *,
    by: User,
    is_advice: bool = False,
) -> list[Verdict]:
    """
    Write the same verdict on each of these items, with an act of its own; ten queries at most, whatever their number.

    Called where the items change, with what stands on the question on each, once all is asked that may refuse it.

    :raises SecondReadingAsked: one waits for a second reading, which the person could give; nothing is written
    """
    now = timezone.now()
    decided = {} if is_advice else {item: given for (item, _question), given in decided_on(bases, question).items()}
    if any((first := waiting(given)) and first.judged_by_id != by.pk for given in decided.values()):
        raise SecondReadingAsked(_waits_for_second())
    given = {"question": question, "word": word, "reason_code": reason_code, "reason": reason, "is_advice": is_advice}
    verdicts = Verdict.objects.bulk_create(
        Verdict(item=item, basis=basis, judged_at=now, judged_by=by, **given) for item, basis in bases.items()
    )
    for verdict in verdicts:
        act(verb=verb_of(verdict), subject=verdict.item, actor=by, payload=payload_of(verdict))
    if not is_advice:
        _hold_or_ask(verdicts, decided, by, at=now)
    return verdicts


def _waits_for_second() -> str:
    return _("This question waits for a second reading. Open the item anew, and give it there.")


def _hold_or_ask(verdicts: list[Verdict], before: dict[int, list[Verdict]], by: User, *, at: datetime) -> None:
    """Write what holds now that these verdicts are given: themselves, or that each waits for a second reading."""
    drawn = {key for key, decided in before.items() if is_drawn(decided)}
    for decided in before.values():
        if (first := waiting(decided)) and first.asked:
            end(first.asked, how=How.WITHDRAWN, by=by)
    policies = Policies.on([verdict.item for verdict in verdicts])
    # Who decides between two readings has seen both: to read that once more would go on for ever.
    settled = {key for key, decided in before.items() if decided[-1].is_dissent}
    asking = {
        verdict: policy
        for verdict in verdicts
        if verdict.item_id not in settled and (policy := policies.asking(verdict, is_drawn=verdict.item_id in drawn))
    }
    ask_each(asking, at=at)
    write_current(CurrentVerdict.of(verdict) for verdict in verdicts if verdict not in asking)


def refuse_other_basis(item: Item, question: str, seen_basis: str | None) -> Basis:
    """
    Return what stands now on a question of a locked item.

    :raises ChangedMeanwhile: it is not what the person was shown
    """
    basis = bases_of([item])[item.pk][Question(question)]
    if seen_basis is not None and seen_basis != _digest_of(basis):
        raise ChangedMeanwhile(
            _("What is said or found on this question changed since you opened the page. Look at it again.")
        )
    return basis


def verb_of(verdict: Verdict) -> str:
    """Return the verb of the act in the ledger by which a verdict was given."""
    if verdict.is_advice:
        return ADVISE
    return READ if verdict.second_of_id else JUDGE


def payload_of(verdict: Verdict) -> dict[str, Any]:
    """
    Return what the ledger holds of a verdict.

    The reason may name people: the ledger holds its digest, and the digest of what the verdict rests on.
    """
    second = {"second_of": verdict.second_of_id, "outcome": outcome_of(verdict)} if verdict.second_of_id else {}
    return second | {
        "verdict": verdict.pk,
        "question": str(verdict.question),
        "word": str(verdict.word),
        "reason_code": str(verdict.reason_code),
        "digest": digest_of_words(verdict.reason),
        "basis": _digest_of(verdict.basis),
    }


def outcome_of(second: Verdict) -> str:
    """Return what came of a second reading: `AGREED` or `DISSENT`."""
    return CurrentVerdict.Word.DISSENT.value if second.is_dissent else "AGREED"


def _last_advice(item: Item, question: Question, by: User, last: Verdict | None) -> Verdict | None:
    """Return what a person advised last on a question, since the verdict that holds."""
    given = Verdict.objects.filter(item=item, question=question, is_advice=True, judged_by=by)
    return given.filter(pk__gt=last.pk if last else 0).order_by("pk").last()


def judge_agreeing(item: Item, *, by: User) -> list[Verdict]:
    """
    Support every question that is open, on which grounds stand and nothing speaks against it: an act for each.

    Nothing speaks against a question where none of its properties is contested, and no finding on it is contradictory
    or unreadable. Where nothing at all stands, nothing is supported; nor where a second reading is waited for, or says
    otherwise than the first: each of these is answered for itself.

    :raises NotAllowed: the person may neither decide nor advise
    """
    return _judge_open(item, agrees, Verdict.Word.SUPPORTED, Verdict.Reason.GROUNDS_AGREE, by=by)


def judge_silent(item: Item, *, by: User) -> list[Verdict]:
    """
    Leave undetermined every question that is open, on which nothing stands and nothing speaks against it: an act each.

    :raises NotAllowed: the person may neither decide nor advise
    """
    return _judge_open(item, is_silent, Verdict.Word.UNDETERMINED, Verdict.Reason.NOT_ENOUGH, by=by)


def _judge_open(
    item: Item, is_meant: Callable[[Item, Standpoint], bool], word: str, code: str, *, by: User
) -> list[Verdict]:
    with changing([item]):
        # What the row says now: somebody may have ruled on a claim since the page was opened.
        item.refresh_from_db(fields=["contested"])
        return [
            judge(item, question=each.question, word=word, reason_code=code, reason="", by=by)
            for each in standpoints([item], reader=by)[item.pk]
            if each.is_open and not each.is_dissent and is_meant(item, each)
        ]


def agrees(item: Item, standpoint: Standpoint) -> bool:
    """Say whether grounds stand on a question, and nothing among them speaks against it."""
    return has_grounds(standpoint.basis) and not what_speaks_against(item, standpoint)


def is_silent(item: Item, standpoint: Standpoint) -> bool:
    """Say whether nothing is said on a question, and no check found anything for or against it."""
    return not has_grounds(standpoint.basis) and not what_speaks_against(item, standpoint)


def has_grounds(basis: Basis) -> bool:
    """Say whether anything is said on a question that is not rejected, or a check found it consistent."""
    stands = any(standing != Standing.REJECTED for standing in basis["claims"].values())
    return stands or any(outcome == Outcome.CONSISTENT for _key, outcome in basis["findings"].values())


def what_speaks_against(item: Item, standpoint: Standpoint) -> list[str]:
    """Return the properties of a question that are contested, and the checks that contradict it or cannot be read."""
    contested = [str(name) for name in SPEAKS_TO[standpoint.question] if str(name) in item.contested]
    against = (Outcome.CONTRADICTORY, Outcome.UNREADABLE)
    findings = standpoint.basis["findings"].items()
    return contested + [slug for slug, (_key, outcome) in findings if outcome in against]


def reasoned(question: Question, word: str, reason_code: str, reason: str) -> str:
    """
    Return the reason of a verdict as it is kept; refuse a verdict that nobody could follow later.

    :raises NotDone: a word or a reason code that is none, or a reason that is missing or too long
    """
    if question not in list(Question) or word not in Verdict.Word or reason_code not in Verdict.Reason:
        raise NotDone(_("That was not understood. Choose a question, a verdict and a reason."))
    if reason_code == Verdict.Reason.GROUNDS_AGREE and word != Verdict.Word.SUPPORTED:
        raise NotDone(_("That the grounds agree supports a question and nothing else. Choose another ground."))
    reason = kept_reason(reason)
    if not reason and (reason_code == Verdict.Reason.OTHER or word in (Verdict.Word.CONTRADICTED, Verdict.Word.OPEN)):
        raise NotDone(_("Say why in a few words: whoever reads the verdict later must be able to follow it."))
    return reason


def kept_reason(reason: str) -> str:
    """
    Return a reason as it is kept.

    :raises NotDone: it is too long
    """
    reason = reason.replace("\r\n", "\n").strip()
    if len(reason) > LONGEST_REASON:
        words = _("The reason has %(length)d characters. Say it in %(most)d or fewer.")
        raise NotDone(words % {"length": len(reason), "most": LONGEST_REASON})
    return reason
