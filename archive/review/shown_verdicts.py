"""Which verdicts a person may read, and how far. Every page and the API read them through here."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.permissions import may
from archive.catalogue.hidden_wordings import Withheld, withheld_of_each
from archive.catalogue.models import Item
from archive.review.models import Verdict
from archive.review.verdicts import Standpoint, standpoints


def reads_verdicts(user: object) -> bool:
    """Say whether somebody is told of verdicts: those who give them or advise; they rest on all that is known."""
    return may(user, "review.advise_on_item")


def standpoints_for(user: User, items: Iterable[Item], *, is_for_others: bool = False) -> dict[int, list[Standpoint]]:
    """
    Return the six questions on each item as this person may read them; of whom no verdict is told, none.

    A verdict that waits for a second reading is hidden from all but who gave it, and a reason that repeats a hidden
    wording with that. Five queries, or eight where wordings are hidden.

    :param is_for_others: what comes of it goes on to others: what waits is hidden from who gave it too
    """
    items = list(items)
    if not reads_verdicts(user):
        return {item.pk: [] for item in items}
    withheld = withheld_of_each(user, items)
    of_items = standpoints(items, reader=None if is_for_others else user)
    return {key: _readable(of_item, withheld[key]) for key, of_item in of_items.items()}


def _readable(of_item: list[Standpoint], withheld: Withheld) -> list[Standpoint]:
    for standpoint in of_item:
        for verdict in filter(None, [standpoint.verdict, standpoint.second, *standpoint.advice]):
            _hide_reason(verdict, withheld)
    return of_item


def _hide_reason(verdict: Verdict, withheld: Withheld) -> None:
    """Take out of a fetched verdict, in memory, a reason that repeats what is hidden."""
    for reasoned in filter(None, [verdict, verdict.let_go]):
        if withheld.hides(reasoned.reason):
            reasoned.reason = _("hidden until decided")
