"""The same picture again: pairs that wait, two pictures compared, all copies of one, search by a picture."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.accounts.roles import NotAllowed
from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Caption, Item
from archive.claims.hidden_claims import readable_claims
from archive.claims.leading_claims import grounds_of
from archive.claims.models import Claim, readings_told_to
from archive.ledger.not_done import NotDone
from archive.matching.models import Match
from archive.press.hidden_print import readable_appearances
from archive.press.models import Appearance
from archive.projection.write_projection import by_item
from archive.provenance.matches import laid_as_shown, matches_visible_to, undecided
from archive.provenance.rule_on_match import rule_on_match
from archive.provenance.shown_cluster import cluster_of
from archive.provenance.taking_down import to_look_at
from archive.search.by_image import NoPicture, search_by_upload
from archive.standards.vocabulary import Standing
from archive.standards.whole_numbers import whole_number
from archive.web.presenters import items as item_page
from archive.web.presenters import matches as picture_pair
from archive.web.presenters.matches import Side
from archive.web.unsaved_words import with_unsaved

FACTS = {
    "format_name": gettext_lazy("Format"),
    "size_px": gettext_lazy("Size, px"),
    "size_bytes": gettext_lazy("Bytes"),
    "original_name": gettext_lazy("File name"),
    "message_digest": gettext_lazy("SHA-256"),
}
PER_PAGE = 24
ANSWERS = (Standing.ACCEPTED, Standing.REJECTED, Standing.PROPOSED)


@never_cache
@login_required
@permission_required("matching.rule_on_match", raise_exception=True)
@require_safe
def matches(request: HttpRequest) -> HttpResponse:
    """The pairs that wait, the oldest first; above them, for moderators, new copies of what was taken down."""
    waiting = undecided(request.user).prefetch_related("held__renditions", "other__renditions")
    page = Paginator(waiting, per_page=PER_PAGE).get_page(request.GET.get("page"))
    taken_along = list(to_look_at(request.user)) if request.user.has_perm("catalogue.release_item") else []
    return render(request, "matches/matches.html", {"page": page, "taken_along": taken_along})


@never_cache
@login_required
@require_safe
def compare(request: HttpRequest, match_id: int) -> HttpResponse:
    """Two pictures aligned, and what differs in what is said of them."""
    match = _seen(request, match_id)
    first, other = _sides(request, match)
    context = {
        "match": match,
        "held": first,
        "sides": [first, other],
        "overlay": picture_pair.overlay(laid_as_shown(match).transform, first, other),
        "said": picture_pair.said_of_both(first, other),
        "files": picture_pair.files_of_both(match.held, match.other, FACTS),
        "captions": picture_pair.captions_of_both(first, other),
        "statements": picture_pair.statements_of_both(first, other),
        "rulings": match.rulings.select_related("ruled_by").order_by("-pk"),
        "in_queue": "queue" in request.GET,
    }
    if request.user.has_perm("matching.rule_on_match"):
        context["next"] = undecided(request.user).filter(pk__gt=match.pk).first()
    return render(request, "matches/compare.html", context)


def _seen(request: HttpRequest, match_id: int) -> Match:
    """Return the match if this user may see both items: otherwise it is not there."""
    seen = matches_visible_to(request.user).prefetch_related("held__renditions", "other__renditions")
    return get_object_or_404(seen, pk=match_id)


def _sides(request: HttpRequest, match: Match) -> tuple[Side, Side]:
    """Gather what is said of both items, each kind of record in one query for the two."""
    items = [match.held.item, match.other.item]
    withheld = withheld_from(request.user, items)
    claims = Claim.objects.filter(item__in=items).told_to(request.user).with_grounds().order_by("pk")
    claims_of = by_item(readable_claims(claims, withheld))
    current = Caption.objects.told_to(request.user).current().filter(item__in=items).order_by("pk")
    captions = by_item(caption for caption in current if not withheld.covers(caption))
    printed = by_item(_printed(items, request.user))
    readings = readings_told_to(request.user).filter(media_file__in=[match.held_id, match.other_id]).order_by("pk")
    lie = laid_as_shown(match)
    outlines = (lie.held_outline, match.shared_of_held), (lie.other_outline, match.shared_of_other)
    first, other = (
        Side(
            letter,
            item,
            outline,
            shared,
            match.offset_milliseconds if item.kind == Item.Kind.FOOTAGE else None,
            item_page.rows(grounds_of(claims_of[item.pk])),
            item_page.wordings(captions[item.pk]),
            readable_appearances(printed[item.pk], withheld),
            [
                part
                for reading in readings
                if reading.media_file_id == item.media_file_id
                for part in item_page.parts(reading, withheld)
            ],
        )
        for letter, item, (outline, shared) in zip("AB", items, outlines, strict=True)
    )
    return first, other


def _printed(items: Sequence[Item], user: object) -> Sequence[Appearance]:
    return (
        Appearance.objects.told_to(user)
        .filter(item__in=items)
        .select_related("outlet")
        .order_by("published_earliest", "pk")
    )


@login_required
@require_POST
def answer_match(request: HttpRequest, match_id: int) -> HttpResponse:
    """Confirm a match, deny it, name it another exposure of the scene, or take an answer back."""
    match = _seen(request, match_id)
    standing = request.POST.get("standing", "")
    if standing not in ANSWERS:
        messages.error(request, _("Confirm the match, or say that it is not the same."))
        return _compared(request, match)
    try:
        rule_on_match(
            match,
            standing=Standing(standing),
            by=request.user,
            kind=request.POST.get("kind", ""),
            reason=request.POST.get("reason", ""),
            seen=whole_number(request.POST.get("seen", "")),
        )
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except NotDone as problem:
        messages.error(request, with_unsaved(problem, request.POST.get("reason", "")))
        return _compared(request, match)
    if "queue" not in request.GET:
        messages.success(request, _("Your answer is recorded."))
        return _compared(request, match)
    following = undecided(request.user).filter(pk__gt=match.pk).first() or undecided(request.user).first()
    if following:
        return redirect(reverse("compare", args=[following.pk]) + "?queue")
    messages.success(request, _("That was the last pair that waited for an answer."))
    return redirect("matches")


def _compared(request: HttpRequest, match: Match) -> HttpResponse:
    return redirect(reverse("compare", args=[match.pk]) + ("?queue" if "queue" in request.GET else ""))


@never_cache
@login_required
@require_safe
def copies(request: HttpRequest, item_id: int) -> HttpResponse:
    """All copies of one picture in time, the likeliest original on top."""
    item = get_object_or_404(Item.objects.visible_to(request.user).with_card(), pk=item_id)
    cluster = cluster_of(item, request.user)
    shown = [member.item for member in cluster.members]
    withheld = withheld_from(request.user, shown)
    printed = by_item(_printed(shown, request.user))
    current = Caption.objects.told_to(request.user).current().order_by("pk")
    current = current.filter(item__in=shown, role=Caption.Role.DESCRIPTION)
    wordings = by_item(caption for caption in current if not withheld.covers(caption))
    rows = [
        {
            "member": member,
            "appearances": readable_appearances(printed[member.item.pk], withheld),
            "wordings": item_page.wordings(wordings[member.item.pk]),
        }
        for member in cluster.members
    ]
    return render(request, "matches/copies.html", {"item": item, "cluster": cluster, "rows": rows})


@never_cache
@login_required
@permission_required("catalogue.view_item", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def by_image(request: HttpRequest) -> HttpResponse:
    """Search by a picture that is dropped, pasted or chosen. It is looked at in the sandbox and not kept."""
    if request.method != "POST":
        return render(request, "matches/by_image.html")
    try:
        context, status = {"search": search_by_upload(request.FILES.get("picture"), user=request.user)}, 200
    except NoPicture as refusal:
        context, status = {"refusal": str(refusal)}, 422
    template = "matches/_found.html" if request.htmx else "matches/by_image.html"
    return render(request, template, context, status=status)
