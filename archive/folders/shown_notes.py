"""What is noted beside items in folders, as a person may read it. Page, API and lists read notes through here."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from archive.catalogue.hidden_wordings import withheld_of_each


def notes_for(user: object, notes: Mapping[int, str]) -> dict[int, str]:
    """
    Return the notes that are not empty, a sentence in the place of one that repeats a hidden wording.

    :param notes: by the key of the item, as are those returned
    """
    notes = {key: note for key, note in notes.items() if note}
    if not notes:
        return {}
    withheld = withheld_of_each(user, notes)
    return {key: _("hidden until decided") if withheld[key].hides(note) else note for key, note in notes.items()}
