"""How the wording of a picture drifts: what was said of it, side by side in time, and what changed at each step."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import get_language

from archive.catalogue.models import Caption
from archive.claims.models import Claim
from archive.press.models import Appearance
from archive.standards.vocabulary import Property, Standing
from archive.standards.word_differences import Part, differences

# What a caption claims of the picture. Who published it is no part of what it says.
COMPARED = (
    Property.DATE_CREATED,
    Property.LOCATION_SHOWN,
    Property.LOCATION_CREATED,
    Property.PEOPLE_COUNT,
    Property.EVENT,
    Property.CREATOR,
    Property.CREDIT_LINE,
)


@dataclass
class Telling:
    """One wording, and everywhere it stands with the picture: in files, in lists, in print."""

    text: str
    captions: list[Caption] = field(default_factory=list)
    appearances: list[Appearance] = field(default_factory=list)

    @property
    def language(self) -> str:
        """BCP 47, as stated for it; "" where it is not."""
        stated = (caption.language for caption in self.captions)
        return next((language for language in stated if language not in ("", "x-default")), "")

    @property
    def printed_on(self) -> date | None:
        """The first day it is known to have been in print."""
        days = [seen.published_earliest for seen in self.appearances if seen.published_earliest]
        return min(days, default=None)

    @property
    def recorded_at(self) -> datetime:
        return min(one.recorded_at for one in [*self.captions, *self.appearances])


@dataclass(frozen=True)
class Change:
    """What two tellings say of one property, where they do not say the same; empty where one is silent."""

    property: Property
    before: list[str]
    after: list[str]


@dataclass(frozen=True)
class Step:
    """
    One telling after another.

    `parts` are the words that stayed, went and came since the one before; None for the first, and where the two are in
    different languages.
    """

    telling: Telling
    parts: list[Part] | None
    changes: list[Change]
    is_other_language: bool = False


def tellings(captions: Iterable[Caption], appearances: Iterable[Appearance]) -> list[Telling]:
    """
    Return the wordings of a picture in time: by the day of print, else by the day the archive recorded them.

    :param captions: those that may be read, of the current ones; headlines and titles are passed over
    :param appearances: the same; what was printed without a caption is passed over
    """
    tellings: dict[str, Telling] = {}

    def telling(text: str) -> Telling:
        return tellings.setdefault(" ".join(text.split()), Telling(text.strip()))

    for caption in captions:
        if caption.role == Caption.Role.DESCRIPTION and caption.text.strip():
            telling(caption.text).captions.append(caption)
    for seen in appearances:
        if seen.caption.strip():
            telling(seen.caption).appearances.append(seen)
    return sorted(
        tellings.values(), key=lambda told: (told.printed_on or told.recorded_at.date(), told.recorded_at, told.text)
    )


def drift(told: Iterable[Telling], claims: Iterable[Claim]) -> list[Step]:
    """
    Compare each telling with the one before it.

    :param claims: of the item, from `with_grounds()`; what was superseded says nothing more
    """
    by_caption: dict[int, list[Claim]] = defaultdict(list)
    by_appearance: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.standing == Standing.SUPERSEDED or claim.property not in COMPARED:
            continue
        if claim.source.caption_id:
            by_caption[claim.source.caption_id].append(claim)
        elif claim.source.appearance_id:
            by_appearance[claim.source.appearance_id].append(claim)

    def said(telling: Telling) -> dict[str, list[str]]:
        own = [claim for caption in telling.captions for claim in by_caption[caption.pk]]
        own += [claim for seen in telling.appearances for claim in by_appearance[seen.pk]]
        values: dict[str, list[str]] = defaultdict(list)
        for claim in own:
            if (label := claim.label(get_language())) not in values[claim.property]:
                values[claim.property].append(label)
        return values

    steps: list[Step] = []
    before: Telling | None = None
    for after in told:
        if before is None:
            steps.append(Step(after, None, []))
        else:
            is_other = _differ(before.language, after.language)
            former, latter = said(before), said(after)
            changes = [
                Change(name, former.get(name, []), latter.get(name, []))
                for name in COMPARED
                if set(former.get(name, [])) != set(latter.get(name, []))
            ]
            parts = None if is_other else differences(before.text, after.text)
            steps.append(Step(after, parts, changes, is_other))
        before = after
    return steps


def _differ(one: str, other: str) -> bool:
    """Say whether two stated languages are not the same; what is not stated may be any."""
    return bool(one and other) and one.split("-")[0].lower() != other.split("-")[0].lower()
