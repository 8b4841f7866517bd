"""Several items at once: link them to a place, an event, an outlet or a date, or change who may see them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Item, ItemEvent
from archive.claims.hidden_claims import readable_claims
from archive.claims.leading_claims import grounds_of
from archive.claims.models import Claim, words_of_code
from archive.claims.property_names import PROPERTIES
from archive.ingest.wake_worker import wake
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import recording
from archive.review.access import CopiesStand, ReleaseAsks, set_access
from archive.review.flags import flag_picture
from archive.review.link_many import Contradicts, link_many
from archive.review.mark_distressing import CopiesDiffer, mark_distressing
from archive.review.own_acts import NotedAct
from archive.review.turn_pictures import digest_of_turns, turn_pictures, why_not_turned
from archive.review.withdraw_items import may_withdraw_some, withdraw
from archive.standards.edtf import DateInterval, parse
from archive.standards.vocabulary import Property
from archive.web.forms.bulk import AccessForm, ManyForm, MarkForm
from archive.web.forms.flags import FlagForm
from archive.web.forms.items import WithdrawForm
from archive.web.forms.turns import TurnManyForm
from archive.web.views import errors
from archive.web.views.batch_verdicts import bulk_verdicts
from archive.web.views.chosen_items import chosen, keys_asked, keys_of_search
from archive.web.views.flags import tell_flagged
from archive.web.views.folders import put
from archive.web.views.fragments import wants_fragment
from archive.web.views.items import asked_of, with_cards
from archive.web.views.own_acts import one_act, tell_done
from archive.web.views.return_to import return_to

_EXAMPLES = 4
ACTS = ("link", "access", "mark", "flag", "export", "turn", "withdraw")


def tells_too_many(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer with a sentence where more items are chosen than are changed at once, and change nothing."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            chosen(request, request.POST if request.method == "POST" else request.GET)
        except NotDone as problem:
            return errors.answer(request, 400, str(problem))
        return view(request)

    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@tells_too_many
def bulk(request: HttpRequest) -> HttpResponse:
    """
    Ask what to do with the chosen items; a verdict on them, and a folder for them, have pages of their own.

    By POST, for an address has no room for hundreds of keys; nothing is changed by it. With `whole` the items are all
    that the search finds.
    """
    asked = request.POST.copy() if request.method == "POST" else request.GET.copy()
    if "whole" in asked:
        try:
            asked["items"] = ",".join(map(str, keys_of_search(request, asked)))
        except NotDone as problem:
            return errors.answer(request, 400, str(problem))
    if page := {"verdict": bulk_verdicts, "folder": put}.get(asked.get("act", "")):
        if request.method == "POST" and not request.htmx:
            request.POST = asked
            return page(request)
        there = f"{reverse('bulk_verdicts' if page is bulk_verdicts else 'put_in_folder')}?{asked.urlencode()}"
        return HttpResponseClientRedirect(there) if request.htmx else redirect(there)
    return _ask(request, asked)


@login_required
@require_POST
def bulk_all(request: HttpRequest) -> HttpResponse:
    """Give the keys of all that a search finds, for whoever selects all of it."""
    try:
        return JsonResponse({"keys": keys_of_search(request, request.POST)})
    except NotDone as problem:
        return HttpResponse(str(problem), status=422, content_type="text/plain; charset=utf-8")


@permission_required("claims.add_claim", raise_exception=True)
@require_POST
@tells_too_many
def bulk_link(request: HttpRequest) -> HttpResponse:
    """Say all that is filled in of each item, as one act; first tell what contradicts it."""
    form = ManyForm(request.POST)
    if not form.is_valid():
        return _ask(request, request.POST, act="link", link_form=form)
    items, given = list(chosen(request, request.POST)), form.cleaned_data
    if not items:
        return _ask(request, request.POST)
    try:
        with one_act(request) as noted:
            linked = link_many(
                items,
                form.values(),
                by=request.user,
                note=given["note"],
                answers=given["answers"],
                seen=given["seen"],
                leaves_out=bool(given["leave_out"]),
            )
    except Contradicts as question:
        return _ask(request, request.POST, act="link", link_form=form, **_against(question, len(items)))
    except NotDone as problem:
        form.add_error(None, str(problem))
        return _ask(request, request.POST, act="link", link_form=form)
    words = ngettext("%(count)d item is linked", "%(count)d items are linked", len(linked)) % {"count": len(linked)}
    return _done(request, f"{words}: {'; '.join(_values_in_words(form))}.", noted)


def _values_in_words(form: ManyForm) -> list[str]:
    """Name what was said, for who sees the word of success above the results."""
    told = []
    for name, value in form.values().items():
        [given] = value.values()
        if isinstance(given, DateInterval):
            given = given.label(get_language())
        elif isinstance(given, tuple):
            given = "–".join("…" if number is None else str(number) for number in given)
        told.append(f"{PROPERTIES[name]} {words_of_code(given) if name == Property.DIGITAL_SOURCE_TYPE else given}")
    return told


def _against(question: Contradicts, number: int) -> dict[str, object]:
    """Return what a page shows of what contradicts: some of the items, with their pictures; two queries."""
    keys = {item.pk for each in question.objections for item in each.items[:_EXAMPLES]}
    cards = Item.objects.filter(pk__in=keys).with_card().in_bulk()
    told = [(each, [cards[item.pk] for item in each.items[:_EXAMPLES]]) for each in question.objections]
    return {"objections": told, "digest": question.digest, "without": number - len(question.items)}


@login_required
@require_POST
@tells_too_many
def bulk_access(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("catalogue.clear_item"):
        raise PermissionDenied
    form = AccessForm(request.POST, user=request.user)
    if not form.is_valid():
        return _ask(request, request.POST, act="access", access_form=form)
    try:
        with one_act(request) as noted:
            changed = set_access(list(chosen(request, request.POST)), by=request.user, **form.cleaned_data)
    except NotAllowed as refusal:
        form.add_error("access", str(refusal))
        return _ask(request, request.POST, act="access", access_form=form)
    except ReleaseAsks as question:
        return _ask(request, request.POST, act="access", access_form=form, **asked_of(question))
    except CopiesStand as question:
        return _ask(request, request.POST, act="access", access_form=form, open_copies=with_cards(question.copies))
    return _changed(request, changed, noted)


@permission_required("catalogue.mark_distressing", raise_exception=True)
@require_POST
@tells_too_many
def bulk_mark(request: HttpRequest) -> HttpResponse:
    """Mark the chosen pictures as distressing, or take that back."""
    form = MarkForm(request.POST)
    if not form.is_valid():
        return _ask(request, request.POST, act="mark", mark_form=form)
    try:
        with one_act(request) as noted:
            changed = mark_distressing(chosen(request, request.POST), by=request.user, **form.mark())
    except CopiesDiffer as question:
        return _ask(request, request.POST, act="mark", mark_form=form, differing=with_cards(question.copies))
    return _changed(request, changed, noted)


@permission_required("claims.add_claim", raise_exception=True)
@require_POST
@tells_too_many
def bulk_turn(request: HttpRequest) -> HttpResponse:
    """Turn the chosen pictures; of those that cannot be turned it is said why."""
    form, items = TurnManyForm(request.POST), list(chosen(request, request.POST))
    if not form.is_valid() or not items:
        return _ask(request, request.POST, act="turn", turn_form=form)
    try:
        with one_act(request) as noted:
            turned = turn_pictures(items, by=request.user, leaves_out=True, **form.turning())
    except NotDone as refusal:
        form.add_error(None, str(refusal))
        return _ask(request, request.POST, act="turn", turn_form=form)
    transaction.on_commit(wake, robust=True)
    number = len(turned.items)
    told = [ngettext("%(count)d picture is turned.", "%(count)d pictures are turned.", number) % {"count": number}]
    if same := turned.number_as_before:
        told.append(ngettext("%(n)d lay so already.", "%(n)d lay so already.", same) % {"n": same})
    told += _not_turned(each.why for each in turned.left)
    return _done(request, " ".join(told), noted)


def _not_turned(reasons: Iterable[str]) -> list[str]:
    return [
        ngettext("%(n)d is not turned:", "%(n)d are not turned:", number) % {"n": number} + f" {why}"
        for why, number in Counter(reasons).most_common()
    ]


@permission_required("review.add_flag", raise_exception=True)
@require_POST
@tells_too_many
def bulk_flag(request: HttpRequest) -> HttpResponse:
    """Flag each of the chosen pictures on the same ground."""
    form, items = FlagForm(request.POST), list(chosen(request, request.POST))
    if not form.is_valid():
        return _ask(request, request.POST, act="flag", flag_form=form)
    flagged = []
    try:
        with recording():
            flagged = [flag_picture(item, by=request.user, **form.cleaned_data) for item in items]
    except NotDone as problem:
        form.add_error(None, str(problem))
        return _ask(request, request.POST, act="flag", flag_form=form)
    new = sum(is_new for _flag, is_new in flagged)
    if waiting := len(flagged) - new:
        tell_flagged(request, new=0, waiting=waiting)
    words = ngettext("%(count)d item is flagged.", "%(count)d items are flagged.", new)
    return _done(request, words % {"count": new}, NotedAct(request.user))


@login_required
@require_POST
@tells_too_many
def bulk_withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw all of the chosen items with one reason, or none."""
    if not may_withdraw_some(request.user):
        raise PermissionDenied
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _ask(request, request.POST, act="withdraw", withdraw_form=form)
    try:
        with one_act(request) as noted:
            number = withdraw(
                list(chosen(request, request.POST)), by=request.user, at=timezone.now(), **form.cleaned_data
            )
    except (NotAllowed, NotDone) as refusal:
        form.add_error(None, str(refusal))
        return _ask(request, request.POST, act="withdraw", withdraw_form=form)
    words = ngettext(
        "%(count)d item is withdrawn. It is found and shown nowhere any more.",
        "%(count)d items are withdrawn. They are found and shown nowhere any more.",
        number,
    )
    return _done(request, words % {"count": number}, noted)


def _changed(request: HttpRequest, number: int, noted: NotedAct) -> HttpResponse:
    words = ngettext("%(count)d item changed.", "%(count)d items changed.", number)
    return _done(request, words % {"count": number}, noted)


def _ask(request: HttpRequest, asked: Any, **more: Any) -> HttpResponse:
    items = list(chosen(request, asked).with_card())
    if not items:
        return errors.answer(request, 400, _("None of the chosen items is open to you. Go back and choose others."))
    context = {
        "items": items,
        "next": return_to(request, reverse("search")),
        "now": _what_they_say_now(items),
        "act": asked.get("act") if asked.get("act") in ACTS else "link",
        "link_form": ManyForm(),
        "flag_form": FlagForm(),
        "withdraw_form": WithdrawForm(),
        "turn_form": TurnManyForm(),
        "turns_seen": digest_of_turns(items),
        "mark_form": MarkForm(initial={"is_distressing": "yes"}),
        "access_form": AccessForm(user=request.user, initial={"access": _one({item.access for item in items})}),
    } | more
    context["not_open"] = len(keys_asked(asked)) - len(items)
    if context["act"] == "turn":
        why = (why_not_turned(item, has_copies=item.thumbnail is not None) for item in items)
        context["not_turned"] = _not_turned(filter(None, why))
    if context["act"] == "link":
        now = _what_each_says_now(items, context["now"], request.user)
        for name, value in now.items():
            context["link_form"][name].help_text = _("Now: %(value)s") % {"value": value} if value else ""
        context["opens_more"] = any(context["link_form"][name].value() for name in _FURTHER)
    context["link_form"].latest = Claim.objects.filter(item__in=items).aggregate(latest=Max("pk"))["latest"]
    template = "bulk/_form.html" if wants_fragment(request) else "bulk/index.html"
    is_refused = request.method == "POST" and request.path != reverse("bulk")
    return render(request, template, context, status=422 if is_refused else 200)


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


# Of which nothing stands in the row of the item itself.
_ASKED_OF_CLAIMS = {
    "camera": Property.LOCATION_CREATED,
    "supplier": Property.SUPPLIED_BY,
    "creator": Property.CREATOR,
    "credit_line": Property.CREDIT_LINE,
    "source_type": Property.DIGITAL_SOURCE_TYPE,
}


_FURTHER = (*_ASKED_OF_CLAIMS, "least", "most")


def _what_each_says_now(items: list[Item], known: list[tuple[str, str]], user: User) -> dict[str, str]:
    """
    Return by field of the form what stands there now, or how many different values; three queries or so.

    :param known: what `_what_they_say_now` returns, which the first fields show
    """
    properties = set(_ASKED_OF_CLAIMS.values())
    claims = Claim.objects.filter(item__in=items, property__in=properties).told_to(user).with_grounds().order_by("pk")
    grounds: dict[int, list[Claim]] = defaultdict(list)
    for claim in readable_claims(claims, withheld_from(user, items)):
        grounds[claim.item_id].append(claim)
    leading = {key: grounds_of(of_item) for key, of_item in grounds.items()}

    def said(item: Item, name: Property) -> str:
        found = leading.get(item.pk, {}).get(name)
        return found.leading.label(get_language()) if found and found.leading else ""

    def several(number: int) -> str:
        return ngettext("%(n)d value", "%(n)d different values", number) % {"n": number}

    now = {field: _mixed([said(item, name) for item in items], several) for field, name in _ASKED_OF_CLAIMS.items()}
    counts = ["" if item.people_min is None and item.people_max is None else _people(item) for item in items]
    first = dict(zip(("date", "place", "event", "outlet"), (value for _name, value in known), strict=False))
    return first | now | {"least": _mixed(counts, several)}


def _people(item: Item) -> str:
    return "–".join(dict.fromkeys("…" if each is None else str(each) for each in (item.people_min, item.people_max)))


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


def _done(request: HttpRequest, words: str, noted: NotedAct) -> HttpResponse:
    tell_done(request, words, noted)
    there = return_to(request, reverse("search"))
    return HttpResponseClientRedirect(there) if request.htmx else redirect(there)
