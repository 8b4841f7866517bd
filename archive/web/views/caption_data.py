"""What was read from the captions of an accession and waits to be checked."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from archive.accounts.models import User
from archive.catalogue.hidden_wordings import withheld_of_each
from archive.catalogue.models import Accession, Caption, Item
from archive.claims.agreement import Agreement, agreements
from archive.claims.hidden_claims import readable_claims
from archive.claims.models import Claim
from archive.review.claim_rulings import rule_all
from archive.standards.vocabulary import Standing
from archive.standards.whole_numbers import whole_number
from archive.web.presenters import items as item_page
from archive.web.presenters.caption_data import KINDS, LEGEND, Read, read

ITEMS_A_PAGE = 20
# More than a person can look through before saying yes.
AGREEING_AT_ONCE = 200
AGREEING_LOOKED_AT = 2000


def _delivery(request: HttpRequest, accession_id: int) -> Accession:
    return get_object_or_404(Accession.objects.visible_to(request.user), pk=accession_id)


def _undecided(delivery: Accession, user: User, kind: str = "") -> QuerySet[Claim]:
    """Return what was read from captions of the delivery's items and nobody has decided on."""
    seen = Item.objects.visible_to(user).filter(accession=delivery)
    claims = Claim.objects.read_from_captions().filter(item__in=seen).with_standing().filter(standing=Standing.PROPOSED)
    kinds = [KINDS[kind]] if kind else KINDS.values()
    names = [name for _label, of_kind in kinds for name in of_kind]
    return claims.filter(property__in=names)


def _counts(delivery: Accession, user: User) -> list[dict[str, Any]]:
    """Return how many readings of each kind are undecided; one query."""
    counted = dict(_undecided(delivery, user).order_by().values_list("property").annotate(number=Count("pk")))
    rows = [
        {"kind": kind, "label": label, "count": sum(counted.get(name, 0) for name in names)}
        for kind, (label, names) in KINDS.items()
    ]
    return [{"kind": "", "label": _("to check"), "count": sum(row["count"] for row in rows)}, *rows]


@never_cache
@login_required
@permission_required("claims.rule_on_claim", raise_exception=True)
@require_safe
def caption_data(request: HttpRequest, accession_id: int) -> HttpResponse:
    """All that was read from the captions of a delivery and is undecided, item by item."""
    delivery = _delivery(request, accession_id)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    undecided = _undecided(delivery, request.user, kind)
    if (alone := whole_number(request.GET.get("item", ""))) is not None:
        undecided = undecided.filter(item=alone)
    keys = undecided.order_by("item").values_list("item", flat=True).distinct()
    page = Paginator(keys, per_page=ITEMS_A_PAGE).get_page(request.GET.get("page"))
    counts = _counts(delivery, request.user)
    context = {
        "accession": delivery,
        "wanted": kind,
        "wanted_count": next((row["count"] for row in counts if row["kind"] == kind), 0),
        "counts": counts,
        "page": page,
        "blocks": _blocks(page, request.user, kind),
        "legend": LEGEND,
        "next": request.get_full_path(),
        "swaps": "#counts",
    }
    return render(request, "caption_data/caption_data.html", context)


def _blocks(page: Page, user: User, kind: str) -> list[tuple[Item, list[Read]]]:
    """Return the items of a page, each with its wordings on which something is undecided."""
    items = {item.pk: item for item in Item.objects.filter(pk__in=list(page)).with_card().order_by("pk")}
    withheld = withheld_of_each(user, items.values())
    captions = (
        Caption.objects.current()
        .filter(item__in=items, role=Caption.Role.DESCRIPTION)
        .select_related("accession", "item")
    )
    shown = [
        caption
        for caption in captions.select_related("recorded_by").order_by("item", "pk")
        if not withheld[caption.item_id].covers(caption)
    ]
    claims = _readable(_with_rulings(items), withheld)
    wordings = [
        wording
        for key in items
        for wording in item_page.wordings(caption for caption in shown if caption.item_id == key)
    ]
    blocks: dict[int, list[Read]] = {}
    for caption_read in read(wordings, claims, may_rule=True):
        if any(row.is_open and row.kind == (kind or row.kind) for row in caption_read.rows):
            blocks.setdefault(caption_read.wording.caption.item_id, []).append(caption_read)
    return [(items[key], reads) for key, reads in blocks.items()]


def _with_rulings(items: dict[int, Item]) -> QuerySet[Claim]:
    return Claim.objects.filter(item__in=items).with_grounds().prefetch_related("rulings__ruled_by").order_by("pk")


def _readable(claims: QuerySet[Claim], withheld: dict[int, Any]) -> list[Claim]:
    by_item: dict[int, list[Claim]] = {}
    for claim in claims:
        by_item.setdefault(claim.item_id, []).append(claim)
    return [claim for key, some in by_item.items() for claim in readable_claims(some, withheld[key])]


@never_cache
@login_required
@permission_required("claims.rule_on_claim", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def agreeing_caption_data(request: HttpRequest, accession_id: int, kind: str) -> HttpResponse:
    """Show which readings of a kind agree with what the files say, then accept those that were shown."""
    delivery = _delivery(request, accession_id)
    if kind not in KINDS:
        raise Http404
    agreeing = _agreeing(delivery, request.user, kind)
    if request.method != "POST":
        context = {"accession": delivery, "kind": kind, "label": KINDS[kind][0], "agreements": agreeing}
        return render(request, "caption_data/agreeing.html", context)
    shown = set(request.POST.getlist("claim"))
    accepted = [agreement.claim for agreement in agreeing if str(agreement.claim.pk) in shown]
    rule_all(accepted, standing=Standing.ACCEPTED, by=request.user, reason="agrees with the file’s own metadata")
    sentence = ngettext("%(count)d reading was accepted.", "%(count)d readings were accepted.", len(accepted))
    messages.success(request, sentence % {"count": len(accepted)})
    if left := len(shown) - len(accepted):
        sentence = ngettext(
            "%(count)d was left: somebody decided on it meanwhile, or it no longer agrees.",
            "%(count)d were left: somebody decided on them meanwhile, or they no longer agree.",
            left,
        )
        messages.warning(request, sentence % {"count": left})
    return redirect(reverse("caption_data", args=[delivery.pk]))


def _agreeing(delivery: Accession, user: User, kind: str) -> list[Agreement]:
    """Return the first readings that agree with their file; one query for each 500 items that are looked at."""
    wanted = dict(_undecided(delivery, user, kind).order_by("item", "pk").values_list("pk", "item"))
    keys = list(dict.fromkeys(wanted.values()))
    names = [*KINDS[kind][1]]
    withheld = withheld_of_each(user, keys[:AGREEING_LOOKED_AT])
    agreeing: list[Agreement] = []
    for start in range(0, min(len(keys), AGREEING_LOOKED_AT), 500):
        of_items = Claim.objects.filter(item__in=keys[start : start + 500], property__in=names)
        claims = list(of_items.with_grounds().select_related("item").order_by("item", "pk"))
        # Words that are held are for moderators to look at, one by one.
        agreeing += agreements([c for c in claims if c.pk in wanted and c.item_id not in withheld], claims)
        if len(agreeing) >= AGREEING_AT_ONCE:
            break
    return agreeing[:AGREEING_AT_ONCE]
