"""The versions of a wording, and which of the archive's own wordings stands beside a quotation."""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.catalogue.hidden_wordings import NOTHING, Withheld
from archive.catalogue.models import Caption
from archive.standards.word_differences import Part, differences


@dataclass(frozen=True)
class Version:
    """One version of the archive's wording, numbered from 1, with what differs from the one before."""

    number: int
    caption: Caption
    parts: list[Part]
    is_current: bool


def versions(caption: Caption, captions: Iterable[Caption], withheld: Withheld = NOTHING) -> list[Version]:
    """
    Return the versions that a wording is one of, the first one first; what came with the picture has only itself.

    :param captions: all wordings of the item, superseded ones too
    :param withheld: versions that are left out, and that the next one is not compared with
    """
    by_key = {wording.pk: wording for wording in captions}
    successors = {wording.supersedes_id: wording for wording in by_key.values() if wording.supersedes_id}
    first = by_key[caption.pk]
    while first.supersedes_id:
        first = by_key[first.supersedes_id]
    chain = [first]
    while chain[-1].pk in successors:
        chain.append(successors[chain[-1].pk])
    readable, before = [], None
    for number, wording in enumerate(chain, 1):
        is_held = withheld.covers(wording)
        if not is_held:
            readable.append(
                Version(number, wording, differences(before or wording.text, wording.text), wording is chain[-1])
            )
        before = None if is_held else wording.text
    return readable


def own_wording(caption: Caption, captions: Iterable[Caption]) -> Caption | None:
    """
    Return the archive's current wording that an accepted proposal on this one takes the place of; None where none is.

    For a wording of the archive that is its latest version; for a quotation the archive's own description beside it, in
    the same language.
    """
    captions = list(captions)
    if caption.origin == Caption.Origin.PERSON:
        return versions(caption, captions)[-1].caption
    replaced = {wording.supersedes_id for wording in captions}
    fitting = [
        wording
        for wording in captions
        if wording.origin == Caption.Origin.PERSON
        and wording.pk not in replaced
        and (wording.role, wording.language) == (caption.role, caption.language)
    ]
    return max(fitting, key=lambda wording: wording.pk, default=None)
