"""Search by a picture that somebody brings along: it is looked at in the sandbox, compared, and not kept."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.files.formats import UnreadableImage
from archive.files.sandbox import JobFailed

if TYPE_CHECKING:
    from archive.provenance.searching import Search

# Larger pictures exist, but nobody searches with one; whoever has one can bring it in.
MAX_BYTES = 200_000_000


class NoPicture(ValueError):
    """What was sent cannot be searched with; the text says to a person why, and what now."""


def find_by_image(picture: UploadedFile | None, *, user: User) -> "Search":
    """
    Find what this user may see of the same picture. Nothing is stored; the bytes are gone when this returns.

    :raises NoPicture: nothing was sent, too much, or nothing that can be read as a picture
    """
    if not picture:
        raise NoPicture(_("No picture came. Choose one, drop it, or paste it."))
    if picture.size > MAX_BYTES:
        raise NoPicture(
            _("“%(name)s” has %(size)d MB; a search takes pictures of up to %(most)d MB. Send a smaller copy.")
            % {"name": picture.name, "size": picture.size // 1_000_000, "most": MAX_BYTES // 1_000_000}
        )
    from archive.provenance.searching import search_by_image  # with OpenCV: loaded where it is asked for alone

    settings.SPOOL_ROOT.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix="looked-at-", dir=settings.SPOOL_ROOT) as copied:
        for chunk in picture.chunks():
            copied.write(chunk)
        copied.flush()
        try:
            return search_by_image(Path(copied.name), user=user)
        except (UnreadableImage, JobFailed) as refusal:
            raise NoPicture(
                _("“%(name)s” cannot be searched with: %(why)s") % {"name": picture.name, "why": refusal}
            ) from refusal
