"""What the evidence matrix of a review has besides claims: captions, first publications, and words in the picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from archive.catalogue.models import Caption, Item
from archive.catalogue.words_in_pictures import PictureWords, WordsLine
from archive.claims.picture_words import Said
from archive.press.models import Appearance
from archive.standards.edtf import parse
from archive.standards.vocabulary import Property
from archive.web.presenters.items import Wording

FILE, CAPTION, WORDS, PUBLISHED, COPIES, PEOPLE = "file", "caption", "words", "published", "copies", "people"
FIRST_PUBLICATION, CAPTIONS = _("First publication"), _("Caption")
_COLUMN_OF = {
    Caption.Origin.EMBEDDED: FILE,
    Caption.Origin.SIDECAR: FILE,
    Caption.Origin.LIST: CAPTION,
    Caption.Origin.PRINT: PUBLISHED,
    Caption.Origin.PERSON: PEOPLE,
}


@dataclass(frozen=True)
class BesideText:
    """One text as it is written where it stands; `line` is its number among the words in the picture, 0 elsewhere."""

    text: str
    line: int = 0


Texts = dict[str, list[BesideText]]  # by the code of the column


@dataclass(frozen=True)
class Beside:
    """
    What is said of an item other than by claims, as far as it may be read.

    :param printed: its appearances, the earliest first; `copies_printed` those of its copies
    :param lines: the words in the picture, and in `said` what of them is a day, a place or an outlet
    :param words_note: why there are no such words, or not all; "" where all are here
    """

    captions: Sequence[Wording] = ()
    printed: Sequence[Appearance] = ()
    copies: Sequence[Item] = ()
    copies_printed: Sequence[Appearance] = ()
    lines: Sequence[WordsLine] = ()
    said: Sequence[Said] = ()
    words_note: str = ""

    def words_on(self, name: Property) -> list[BesideText]:
        """Return what the words in the picture say on a property, as they are written there."""
        if name == Property.PUBLISHED_BY:
            said = [said for said in self.said if said.outlet]
        else:
            said = [said for said in self.said if said.proposal and said.proposal.property == name]
        return _once(BesideText(each.as_written, each.line.number) for each in said)

    def first_publication(self) -> Texts:
        return {
            PUBLISHED: [BesideText(_published(each)) for each in self.printed if each.published_edtf][:1],
            COPIES: [BesideText(_published(each)) for each in self.copies_printed if each.published_edtf][:1],
        }

    def wordings(self) -> Texts:
        """Return the captions by where they stand."""
        texts: dict[str, list[str]] = {}
        for wording in self.captions:
            texts.setdefault(_COLUMN_OF[Caption.Origin(wording.caption.origin)], []).append(wording.caption.text)
        texts.setdefault(PUBLISHED, []).extend(each.caption for each in self.printed if each.caption)
        texts[COPIES] = [copy.lead_caption for copy in self.copies if copy.lead_caption]
        return {
            column: _once(BesideText(text.strip()) for text in of_column) for column, of_column in texts.items()
        } | {WORDS: _once(BesideText(line.text, line.number) for line in self.lines)}


def note_on_words(words: PictureWords | None, *, number_shown: int, is_blurred: bool) -> str:
    """
    Return why the column of the words in the picture is empty, or does not have them all; "" where it has.

    :param words: what was read; None where nobody has looked
    :param is_blurred: the picture is distressing, and not shown to the reader yet
    """
    if words is None:
        return gettext(
            "Not looked for: it is not this picture’s turn yet, or the program that reads words is not installed here."
        )
    if words.problem:
        return words.problem
    if not words.lines:
        return gettext("No words were found in the picture.")
    if is_blurred:
        return gettext("The picture is marked as distressing: its words are listed once it is shown.")
    if hidden := len(words.lines) - number_shown:
        return ngettext(
            "%(n)s line repeats a hidden caption and is not listed.",
            "%(n)s lines repeat a hidden caption and are not listed.",
            hidden,
        ) % {"n": hidden}
    return ""


def _once(texts: Iterable[BesideText]) -> list[BesideText]:
    """Return each wording once, where it stands first."""
    first: dict[str, BesideText] = {}
    for text in texts:
        first.setdefault(text.text, text)
    return list(first.values())


def _published(appearance: Appearance) -> str:
    day = parse(appearance.published_edtf).label(get_language())
    return f"{day}, {appearance.outlet}" if appearance.outlet else day
