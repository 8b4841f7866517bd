"""A person says which held picture a figure of a news page shows."""

from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item
from archive.claims.record_claims import claims_of_appearance, store
from archive.ledger.record_acts import act
from archive.press.figures import appear
from archive.press.models import Appearance, Figure
from archive.projection.item_gate import changing


def identify(figure: Figure, item: Item, *, by: User) -> Appearance:
    """
    Record on a person's word that the item is the picture of the figure.

    :raises NotAllowed: the person may not make claims
    """
    if not by.has_perm("claims.add_claim"):
        raise NotAllowed(_("Only an archivist may say which picture a figure shows."))
    now = timezone.now()
    with changing([item], reword=True):
        if earlier := Appearance.objects.filter(figure=figure, item=item).first():
            return earlier  # a double click is one act
        appearance = appear(figure, item, at=now, by=by)
        store(claims_of_appearance(appearance, at=now))
        payload = {"appearance": appearance.pk, "article": figure.article_id, "figure": figure.position}
        act(verb="identify in print", subject=item, actor=by, payload=payload)
    return appearance
