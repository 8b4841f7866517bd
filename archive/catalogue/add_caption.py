"""Wordings are added, never changed: a new version supersedes the one before, which stays as it was."""

from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Caption, Item
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, digest_of_words, recording


def add_caption(
    item: Item,
    *,
    text: str,
    by: User,
    role: str = Caption.Role.DESCRIPTION,
    language: str = "",
    supersedes: Caption | None = None,
) -> Caption:
    """
    Add the archive's own wording to an item.

    :param supersedes: a wording of a person that this one replaces; what came with the picture stands beside, always
    :raises NotAllowed: the person may not describe
    :raises NotDone: the text is empty, or what came with the picture was to be superseded
    """
    if not by.has_perm("catalogue.add_caption"):
        raise NotAllowed(_("Only an archivist may describe an item."))
    if not text.strip():
        raise NotDone(_("The caption is empty: say what is visible in the picture."))
    if supersedes and supersedes.origin != Caption.Origin.PERSON:
        raise NotDone(_("What came with the picture stays as it was; add the archive’s own wording beside it."))
    with recording():
        caption = Caption.objects.create(
            item=item,
            role=role,
            text=text.strip(),
            language=language,
            origin=Caption.Origin.PERSON,
            supersedes=supersedes,
            recorded_at=timezone.now(),
            recorded_by=by,
        )
        # The ledger cannot be edited, and words may come to be hidden: it holds their SHA-256.
        act(
            verb="describe",
            subject=item,
            actor=by,
            payload={"caption": caption.pk, "text_digest": digest_of_words(caption.text)},
        )
    return caption
