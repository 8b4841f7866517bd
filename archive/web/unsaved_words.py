"""What somebody typed into a small form that was refused: told with the refusal where the form is not shown again."""

from django.utils.translation import gettext as _


def with_unsaved(problem: object, words: str) -> str:
    """Return why nothing was done, and the words that are lost otherwise."""
    if not (words := words.strip()):
        return str(problem)
    return f"{problem} " + _("What you wrote was not saved: “%(words)s”.") % {"words": words}
