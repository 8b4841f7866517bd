"""Folders: the list, one in its order, and putting items in from wherever they are shown."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from archive.catalogue.models import Access, Item
from archive.folders.fill_folders import (
    MOST_AT_ONCE,
    change_folder,
    make_folder,
    move,
    note_beside,
    put_in,
    remove_folder,
    take_back,
    take_out,
)
from archive.folders.models import Folder, FolderEntry
from archive.folders.shown_notes import notes_for
from archive.ledger.not_done import NotDone
from archive.search.filters import ItemFilter
from archive.search.find_items import keys_found
from archive.search.public import is_staff, shown_place
from archive.standards.whole_numbers import whole_number
from archive.web.forms.folders import EntryNoteForm, FolderForm, PutForm
from archive.web.views import errors
from archive.web.views.chosen_items import keys_asked
from archive.web.views.fragments import wants_fragment
from archive.web.views.return_to import return_to

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN = 50
ENTRIES_SHOWN = 100
# How many of the items to be put in are drawn.
DRAWN = 12
may_keep = permission_required("folders.add_folder", raise_exception=True)


@never_cache
@may_keep
@require_safe
def folders(request: HttpRequest) -> HttpResponse:
    """One's own folders and those that others share, with how many items of each the reader may see."""
    visible = Folder.objects.visible_to(request.user).select_related("owner")
    own = Paginator(visible.filter(owner=request.user).order_by("normalised", "pk"), SHOWN)
    shared = Paginator(visible.exclude(owner=request.user).order_by("normalised", "pk"), SHOWN)
    pages = [own.get_page(request.GET.get("page")), shared.get_page(request.GET.get("shared"))]
    numbers = FolderEntry.objects.visible_to(request.user).numbers(row for page in pages for row in page)
    rows = [[(row, numbers.get(row.pk, 0)) for row in page] for page in pages]
    context = {"own": rows[0], "shared": rows[1], "own_page": pages[0], "shared_page": pages[1]}
    return render(request, "folders/list.html", context)


@never_cache
@may_keep
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = FolderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_folder(by=request.user, at=timezone.now(), **form.cleaned_data)
        except NotDone as problem:
            form.add_error("name", str(problem))
        else:
            return redirect("folder", made.pk)
    return render(request, "folders/new.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@may_keep
@require_http_methods(["GET", "HEAD", "POST"])
def folder(request: HttpRequest, folder_id: int) -> HttpResponse:
    """One folder, in its order, as its reader may see it."""
    shown = _visible(request, folder_id)
    if request.method != "POST":
        return _page(request, shown)
    if shown.owner_id != request.user.pk:
        raise PermissionDenied
    form = FolderForm(request.POST)
    if form.is_valid():
        try:
            changed = change_folder(shown, by=request.user, **form.cleaned_data)
        except NotDone as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, _("Saved: %(name)s.") % {"name": changed.name})
            return redirect("folder", shown.pk)
    return _page(request, shown, form=form)


def _page(request: HttpRequest, shown: Folder, *, form: FolderForm | None = None, problem: str = "") -> HttpResponse:
    entries = shown.entries.visible_to(request.user).in_order()
    page = Paginator(entries.select_related("added_by"), ENTRIES_SHOWN).get_page(request.GET.get("page"))
    rows = list(page)
    cards = Item.objects.filter(pk__in=[row.item_id for row in rows]).with_card().in_bulk()
    notes = notes_for(request.user, {row.item_id: row.note for row in rows})
    for row in rows:
        row.shown_note = notes.get(row.item_id, "")
        row.item = cards[row.item_id]
        row.item.shown_place = shown_place(row.item.lead_place, user=request.user)
    is_own = shown.owner_id == request.user.pk
    # Who put an item in knew of it: to them it tells nothing that it is closed now. Nobody else is told.
    own = shown.entries.filter(added_by=request.user).exclude(item__access=Access.WITHDRAWN)
    closed = own.exclude(pk__in=entries.order_by().values("pk")).count()
    # What was withdrawn has an address that tells why, to archive staff.
    gone = shown.entries.filter(item__access=Access.WITHDRAWN) if is_staff(request.user) else shown.entries.none()
    context: dict[str, Any] = {
        "folder": shown,
        "is_own": is_own,
        "may_add": is_own or shown.sharing == Folder.Sharing.ADD,
        "page": page,
        "rows": rows,
        "closed": closed,
        "withdrawn": list(gone.in_order().values_list("item", flat=True)),
        "problem": problem,
        "may_take_out": {row.pk for row in rows if is_own or row.added_by_id == request.user.pk},
        "form": form
        or FolderForm(initial={"name": shown.name, "note": shown.note, "sharing": shown.sharing}),
    }  # fmt: skip
    template = "folders/_entries.html" if wants_fragment(request) else "folders/folder.html"
    return render(request, template, context, status=422 if form is not None and form.errors else 200)


@may_keep
@require_POST
@vary_on_headers("HX-Request")
def move_item(request: HttpRequest, folder_id: int) -> HttpResponse:
    """Move an item by one among those that are seen, before another one, or to an end."""
    shown, item_id = _visible(request, folder_id), whole_number(request.POST.get("item", "")) or 0
    try:
        move(shown, item_id, before=_before(request, shown, item_id), by=request.user, at=timezone.now())
    except NotDone as problem:
        return _done(request, shown, problem)
    return _done(request, shown)


def _before(request: HttpRequest, shown: Folder, item_id: int) -> int | None:
    """
    Return the item before which another one goes; None for the end.

    :raises NotDone: the form names none
    """
    where = request.POST.get("to", "")
    if where == "before":
        before = whole_number(request.POST.get("before", ""))
        if before is None:
            raise NotDone(_("Before which item it goes was not understood. Look at the folder again."))
        return before
    keys = list(shown.entries.visible_to(request.user).in_order().values_list("item", flat=True))
    at = keys.index(item_id) if item_id in keys else 0
    target = {"earlier": max(at - 1, 0), "later": at + 2, "first": 0, "last": len(keys)}.get(where, at)
    return keys[target] if target < len(keys) else None


@may_keep
@require_POST
@vary_on_headers("HX-Request")
def note_item(request: HttpRequest, folder_id: int) -> HttpResponse:
    shown, form = _visible(request, folder_id), EntryNoteForm(request.POST)
    item_id = whole_number(request.POST.get("item", "")) or 0
    try:
        if not form.is_valid():
            raise NotDone(" ".join(form.errors["note"]))
        note, seen = form.cleaned_data["note"], request.POST.get("seen")
        note_beside(shown, item_id, note=note, seen=seen, by=request.user, at=timezone.now())
    except NotDone as problem:
        return _done(request, shown, problem)
    return _done(request, shown)


@may_keep
@require_POST
@vary_on_headers("HX-Request")
def take_item_out(request: HttpRequest, folder_id: int) -> HttpResponse:
    shown, item_id = _visible(request, folder_id), whole_number(request.POST.get("item", "")) or 0
    try:
        take_out(shown, item_id, by=request.user, at=timezone.now())
    except NotDone as problem:
        return _done(request, shown, problem)
    return _done(request, shown)


@may_keep
@require_POST
def take_out_again(request: HttpRequest, folder_id: int, moment: int) -> HttpResponse:
    """Undo that one put items in, all at once."""
    shown = _visible(request, folder_id)
    try:
        number = take_back(shown, _moment(moment), by=request.user, at=timezone.now())
    except NotDone as problem:
        messages.error(request, str(problem))
    else:
        words = ngettext("%(count)d item was taken out again.", "%(count)d items were taken out again.", number)
        messages.success(request, words % {"count": number})
    return redirect("folder", shown.pk)


def _moment(microseconds: int) -> datetime:
    """Return the moment that an address names; one that no calendar has is none at which anything was put in."""
    try:
        return _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return _EPOCH


def _done(request: HttpRequest, shown: Folder, problem: NotDone | None = None) -> HttpResponse:
    """Show the folder as it is now; what could not be done is told above it."""
    if wants_fragment(request):
        return _page(request, shown, problem=str(problem or ""))
    if problem:
        messages.error(request, str(problem))
    page = whole_number(request.GET.get("page", ""))
    return redirect(reverse("folder", args=[shown.pk]) + (f"?page={page}" if page else ""))


@never_cache
@may_keep
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, folder_id: int) -> HttpResponse:
    """Ask before a folder is removed, then remove it."""
    shown = get_object_or_404(Folder.objects.own(request.user), pk=folder_id)
    if request.method != "POST":
        number = shown.entries.visible_to(request.user).count()
        return render(request, "folders/remove.html", {"folder": shown, "number": number})
    try:
        remove_folder(shown, by=request.user)
    except NotDone as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Removed: %(name)s.") % {"name": shown.name})
    return redirect("folders")


@never_cache
@may_keep
@require_http_methods(["GET", "HEAD", "POST"])
def put(request: HttpRequest) -> HttpResponse:
    """Ask in which folder to put items, then put them in: those named by `items`, else all that a search finds."""
    named = keys_asked(request.POST) or keys_asked(request.GET)
    if len(named) > MOST_AT_ONCE:
        return errors.answer(
            request, 400, _("At most %(n)d items are put in at once. Choose fewer.") % {"n": MOST_AT_ONCE}
        )
    is_named = bool(named) or "items" in request.GET
    if is_named:
        keys, is_cut = Item.objects.visible_to(request.user).among(named), False
    else:
        asked = ItemFilter(request.GET.dict(), user=request.user)
        if not asked.form.is_valid():
            return errors.answer(request, 400, _("This search is not understood. Correct it first."))
        keys, is_cut = keys_found(asked, most=MOST_AT_ONCE)
    if not keys:
        return errors.answer(request, 400, _("None of these items is open to you. Go back and choose others."))
    # The bar of a search sends the items alone.
    is_sent = request.method == "POST" and request.POST.get("act") != "folder"
    form = PutForm(request.POST if is_sent else None, user=request.user)
    if is_sent and form.is_valid():
        try:
            now = timezone.now()
            chosen, number = _put(request, form, keys, at=now)
        except NotDone as problem:
            form.add_error("folder" if form.cleaned_data["folder"] else "name", str(problem))
        else:
            _tell(request, chosen, number, len(keys), at=now)
            return redirect("folder", chosen.pk)
    cards = Item.objects.filter(pk__in=keys[:DRAWN]).with_card().in_bulk()
    context = {
        "form": form,
        "number": len(keys),
        "is_cut": is_cut,
        "named": ",".join(map(str, keys)) if is_named else "",
        "there": reverse("put_in_folder") + ("" if is_named else f"?{request.GET.urlencode()}"),
        "most": MOST_AT_ONCE,
        "items": [cards[key] for key in keys[:DRAWN]],
        "back": return_to(
            request, reverse("search") if is_named else f"{reverse('search')}?{request.GET.urlencode()}"
        ),
    }  # fmt: skip
    return render(request, "folders/put.html", context, status=422 if form.errors else 200)


def _put(request: HttpRequest, form: PutForm, keys: list[int], *, at: datetime) -> tuple[Folder, int]:
    with transaction.atomic():
        given = form.cleaned_data
        chosen = given["folder"] or make_folder(name=given["name"], by=request.user, at=at)
        return chosen, put_in(chosen, keys, by=request.user, at=at)


def _tell(request: HttpRequest, chosen: Folder, number: int, asked: int, *, at: datetime) -> None:
    put = ngettext("%(count)d item was put in.", "%(count)d items were put in.", number) % {"count": number}
    if held := asked - number:
        put += " " + ngettext(
            "%(count)d was in it already.", "%(count)d were in it already.", held
        ) % {"count": held}  # fmt: skip
    microseconds = (at - _EPOCH) // timedelta(microseconds=1)
    undoes = reverse("take_out_again", args=[chosen.pk, microseconds]) if number else ""
    messages.success(request, put, extra_tags=undoes)


def _visible(request: HttpRequest, folder_id: int) -> Folder:
    return get_object_or_404(Folder.objects.visible_to(request.user).select_related("owner"), pk=folder_id)
