"""Several items at once: link them to a place, an event, an outlet or a date, or change who may see them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Item, ItemEvent, ItemQuerySet
from archive.claims.models import Claim
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import recording
from archive.review.access import CopiesStand, ReleaseAsks, set_access
from archive.review.flags import flag_picture
from archive.review.link_items import link
from archive.review.mark_distressing import CopiesDiffer, mark_distressing
from archive.standards.edtf import parse
from archive.standards.whole_numbers import whole_numbers
from archive.web.forms.bulk import AccessForm, LinkForm, MarkForm
from archive.web.forms.flags import FlagForm
from archive.web.views import errors
from archive.web.views.flags import tell_flagged
from archive.web.views.fragments import wants_fragment
from archive.web.views.items import asked_of, with_cards
from archive.web.views.return_to import return_to

MOST = 1000
ACTS = ("link", "access", "mark", "flag")


@login_required
@require_safe
@vary_on_headers("HX-Request")
def bulk(request: HttpRequest) -> HttpResponse:
    """Ask what to do with the chosen items."""
    return _ask(request, request.GET)


@permission_required("claims.add_claim", raise_exception=True)
@require_POST
def bulk_link(request: HttpRequest) -> HttpResponse:
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _ask(request, request.POST, act="link", link_form=form)
    items = list(_chosen(request, request.POST))
    if items:
        link(items, by=request.user, **form.link())
    return _done(
        request,
        ngettext("%(count)d item is linked.", "%(count)d items are linked.", len(items)) % {"count": len(items)},
    )


@login_required
@require_POST
def bulk_access(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("catalogue.clear_item"):
        raise PermissionDenied
    form = AccessForm(request.POST, user=request.user)
    if not form.is_valid():
        return _ask(request, request.POST, act="access", access_form=form)
    try:
        changed = set_access(
            list(_chosen(request, request.POST)),
            access=form.cleaned_data["access"],
            by=request.user,
            reason=form.cleaned_data["reason"],
            answers_notices=form.cleaned_data["answers_notices"],
            answers_questions=form.cleaned_data["answers_questions"],
            copies=form.cleaned_data["copies"],
        )
    except NotAllowed as refusal:
        form.add_error("access", str(refusal))
        return _ask(request, request.POST, act="access", access_form=form)
    except ReleaseAsks as question:
        return _ask(request, request.POST, act="access", access_form=form, **asked_of(question))
    except CopiesStand as question:
        return _ask(request, request.POST, act="access", access_form=form, open_copies=with_cards(question.copies))
    return _changed(request, changed)


@permission_required("catalogue.mark_distressing", raise_exception=True)
@require_POST
def bulk_mark(request: HttpRequest) -> HttpResponse:
    """Mark the chosen pictures as distressing, or take that back."""
    form = MarkForm(request.POST)
    if not form.is_valid():
        return _ask(request, request.POST, act="mark", mark_form=form)
    try:
        changed = mark_distressing(_chosen(request, request.POST), by=request.user, **form.mark())
    except CopiesDiffer as question:
        return _ask(request, request.POST, act="mark", mark_form=form, differing=with_cards(question.copies))
    return _changed(request, changed)


@permission_required("review.add_flag", raise_exception=True)
@require_POST
def bulk_flag(request: HttpRequest) -> HttpResponse:
    """Flag each of the chosen pictures on the same ground."""
    form, chosen = FlagForm(request.POST), list(_chosen(request, request.POST))
    if not form.is_valid():
        return _ask(request, request.POST, act="flag", flag_form=form)
    flagged = []
    try:
        with recording():
            flagged = [flag_picture(item, by=request.user, **form.cleaned_data) for item in chosen]
    except NotDone as problem:
        form.add_error(None, str(problem))
        return _ask(request, request.POST, act="flag", flag_form=form)
    new = sum(is_new for _flag, is_new in flagged)
    if waiting := len(flagged) - new:
        tell_flagged(request, new=0, waiting=waiting)
    words = ngettext("%(count)d item is flagged.", "%(count)d items are flagged.", new)
    return _done(request, words % {"count": new})


def _changed(request: HttpRequest, number: int) -> HttpResponse:
    words = ngettext("%(count)d item changed.", "%(count)d items changed.", number)
    return _done(request, words % {"count": number})


def _chosen(request: HttpRequest, asked: Any) -> ItemQuerySet:
    """Return the chosen items, those that this user may see."""
    keys = whole_numbers(asked.getlist("items")[:MOST])
    return Item.objects.visible_to(request.user).filter(pk__in=keys).order_by("pk")


def _ask(request: HttpRequest, asked: Any, **more: Any) -> HttpResponse:
    items = list(_chosen(request, asked).with_card())
    if not items:
        return errors.answer(request, 400, _("None of the chosen items is open to you. Go back and choose others."))
    context = {
        "items": items,
        "next": return_to(request, reverse("search")),
        "now": _what_they_say_now(items),
        "act": asked.get("act") if asked.get("act") in ACTS else "link",
        "link_form": LinkForm(),
        "flag_form": FlagForm(),
        "mark_form": MarkForm(initial={"is_distressing": "yes"}),
        "access_form": AccessForm(user=request.user, initial={"access": _one({item.access for item in items})}),
    } | more
    context["link_form"].latest = Claim.objects.filter(item__in=items).aggregate(latest=Max("pk"))["latest"]
    template = "bulk/_form.html" if wants_fragment(request) else "bulk/index.html"
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _what_they_say_now(items: list[Item]) -> list[tuple[str, str]]:
    """Return each property with what the items have, or how many different values there are among them."""
    events = ItemEvent.objects.filter(item__in=items, is_stated=True).select_related("event")
    named = {link.item_id: link.event.name for link in events}
    return [
        (
            _("When"),
            _mixed(
                [
                    parse(item.date_created_edtf).label(get_language()) if item.date_created_edtf else ""
                    for item in items
                ],
                lambda n: ngettext("%(n)d date", "%(n)d different dates", n) % {"n": n},
            ),
        ),
        (
            _("Where"),
            _mixed(
                [str(item.lead_place or "") for item in items],
                lambda n: ngettext("%(n)d place", "%(n)d different places", n) % {"n": n},
            ),
        ),
        (
            _("Event"),
            _mixed(
                [named.get(item.pk, "") for item in items],
                lambda n: ngettext("%(n)d event", "%(n)d different events", n) % {"n": n},
            ),
        ),
        (
            _("Outlet"),
            _mixed(
                [str(item.lead_outlet or "") for item in items],
                lambda n: ngettext("%(n)d outlet", "%(n)d different outlets", n) % {"n": n},
            ),
        ),
        (
            _("Open to"),
            _mixed(
                [str(item.get_access_display()) for item in items],
                lambda n: ngettext("%(n)d kind of access", "%(n)d different kinds of access", n) % {"n": n},
            ),
        ),
    ]


def _mixed(values: list[str], several: Any) -> str:
    known = {value for value in values if value}
    without = sum(not value for value in values)
    words = (_one(known) if len(known) == 1 else several(len(known))) if known else ""
    if not without:
        return words
    lacking = _("none") if not known else _("%(n)d without") % {"n": without}
    return ", ".join(filter(None, [words, lacking]))


def _one(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    there = return_to(request, reverse("search"))
    return HttpResponseClientRedirect(there) if request.htmx else redirect(there)
