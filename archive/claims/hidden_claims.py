"""Take out of claims the words that are hidden: values stand, what identifies a person does not show."""

from collections.abc import Iterable

from archive.catalogue.hidden_wordings import Withheld
from archive.claims.models import Claim
from archive.press.hidden_print import readable_appearances


def readable_claims(claims: Iterable[Claim], withheld: Withheld) -> list[Claim]:
    """
    Return the claims as they may be shown: without the words of held wordings, and without claims that are only words.

    :param claims: from `Claim.objects.with_grounds()`; those read from a held wording are changed in memory
    """
    if not withheld:
        return list(claims)
    shown = []
    for claim in claims:
        if not is_readable(claim, withheld):
            if _is_only_words(claim):
                continue
            claim.as_written = claim.value_text = claim.source.note = ""
            claim.source.caption = None
        if claim.source.appearance:
            readable_appearances([claim.source.appearance], withheld)
        shown.append(claim)
    return shown


def is_readable(claim: Claim, withheld: Withheld) -> bool:
    """Say whether the words of a claim may be shown: it was read from no held wording and repeats none."""
    return claim.source.caption_id not in withheld.caption_ids and not any(
        withheld.hides(text) for text in (claim.as_written, claim.value_text, claim.source.note)
    )


def _is_only_words(claim: Claim) -> bool:
    typed = (claim.value_place, claim.value_event, claim.value_outlet, claim.value_item, claim.latitude_degrees)
    is_range = claim.value_min is not None or claim.value_max is not None
    return not (claim.value_edtf or is_range or any(value is not None for value in typed))
