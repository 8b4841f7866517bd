"""Bring news pages in: send one, look at what it says, then say that it is brought in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from archive.catalogue.models import Access, Accession, Item
from archive.files.kept_files import digest_of
from archive.ingest import article_previews
from archive.ingest.models import AccessionLine
from archive.ingest.process_lines import items_by_digest
from archive.ingest.receive_files import open_accession
from archive.ingest.record_news_page import (
    Stated,
    article_held,
    describe_page,
    record_held_page,
    record_page,
    record_refused_page,
)
from archive.standards.edtf import label_of_day
from archive.standards.whole_numbers import whole_numbers
from archive.web.forms.article_uploads import PageForm
from archive.web.presenters.articles import blocks, dates_stated, figures_read
from archive.web.views.uploads import for_archivists, name_sent

_WAY = AccessionLine.Way.PAGE


@for_archivists
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload_article(request: HttpRequest) -> HttpResponse:
    """Take a page in to look at it; one that cannot be read leaves its line at once."""
    problem, line = "", None
    if request.method == "POST":
        file = request.FILES.get("page")
        pictures = [(name_sent(sent.name), sent) for sent in request.FILES.getlist("folder")]
        if file is None:
            problem = _("No file was chosen. Choose the saved page.")
        else:
            try:
                preview = article_previews.hold(file, name=name_sent(file.name), pictures=pictures, by=request.user)
            except article_previews.RefusedPage as refused:
                accession = _delivery(request, _title(), Access.RESEARCH)
                known = {"accession": accession, "by": request.user, "way": _WAY}
                line = record_refused_page(refused.came, str(refused), **known)
            else:
                return redirect("article_preview", UUID(preview.key))
    context = {"problem": problem, "line": line}
    return render(request, "article_uploads/upload.html", context, status=422 if problem or line else 200)


@for_archivists
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def article_preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what a page says before it is stored; then store it, or forget it."""
    try:
        preview = article_previews.find(key, by=request.user)
    except article_previews.NoSuchPage:
        raise Http404(_("This page is not held. Send it again.")) from None
    if request.method == "POST" and "forget" in request.POST:
        article_previews.drop(preview)
        messages.success(
            request, _("“%(name)s” was forgotten; nothing was stored.") % {"name": preview.came.original_name}
        )
        return redirect("upload_article")
    form = PageForm(request.POST) if request.method == "POST" else PageForm(initial=_initial(request, preview))
    if request.method == "POST" and form.is_valid():
        return _store(request, preview, form)
    read = preview.page.read
    description = describe_page(preview.page, Stated())
    figures = figures_read(read, _held_pictures(request, preview))
    context = {
        "held": preview,
        "form": form,
        "read": read,
        "said": description,
        "problems": [*(picture.refusal for picture in preview.refused), *description.problems],
        "outlet_text": form.data.get("outlet_text") or form.initial.get("outlet_text") or "",
        "blocks": blocks(read["paragraphs"], figures),
        "dates": dates_stated(read["statements"], read),
        "count": {
            "figures": len(figures),
            "held": sum(figure.item is not None for figure in figures),
            "along": sum(figure.comes_along for figure in figures),
            "offered": sum(bool(figure.offered_because) for figure in figures),
        },
        "ticked": whole_numbers(request.POST.getlist("captions"))
        if form.is_bound
        else [figure.position for figure in figures if figure.offered_because],
        "known": article_held(preview.came.message_digest),
    }
    return render(request, "article_uploads/preview.html", context, status=422 if form.is_bound else 200)


def _store(request: HttpRequest, preview: article_previews.HeldPage, form: PageForm) -> HttpResponse:
    accession = _delivery(request, form.cleaned_data["title"], form.cleaned_data["access"])
    known: dict[str, Any] = {"accession": accession, "by": request.user, "way": _WAY}
    if article := article_held(preview.came.message_digest):
        line = record_held_page(preview.came, article, refused=preview.refused, **known)
        messages.success(request, line.reason)
    else:
        ticked = set(whole_numbers(request.POST.getlist("captions")))
        line, _pictures = record_page(
            preview.came, preview.page, stated=form.stated(), captions=ticked, refused=preview.refused, **known
        )
        messages.success(request, _("The page was uploaded. Its pictures are being read."))
    article_previews.drop(preview)
    return redirect(reverse("article", args=[line.article_id]))


def _delivery(request: HttpRequest, title: str, access: str) -> Accession:
    """Return this person's delivery of the title, so that the pages of a day stand together."""
    own = Accession.objects.filter(title=title, access=access, opened_by=request.user).order_by("-pk")
    return own.first() or open_accession(title=title, by=request.user, access=access)


def _title() -> str:
    return f"News pages of {label_of_day(timezone.localdate())}"


def _initial(request: HttpRequest, preview: article_previews.HeldPage) -> dict[str, Any]:
    description = describe_page(preview.page, Stated())
    last = Accession.objects.filter(opened_by=request.user, title=_title()).order_by("-pk").first()
    return {
        "title": _title(),
        "access": last.access if last else Access.RESEARCH,
        "outlet": description.outlet and description.outlet.pk,
        "outlet_text": description.outlet and description.outlet.name,
        "url": description.url,
    }


def _held_pictures(request: HttpRequest, preview: article_previews.HeldPage) -> dict[str, Item]:
    """Return the pictures of the page that are held already, by the name of the file that came along."""
    digests: dict[str, str] = {}
    for figure in preview.page.figures:
        if figure["image_file"] and figure["image_file"] not in digests:
            with (preview.page.pictures / figure["image_file"]).open("rb") as stream:
                digests[figure["image_file"]] = digest_of(stream)[0]
    items = items_by_digest(digests.values())
    seen = Item.objects.visible_to(request.user).with_card().in_bulk([item.pk for item in items.values()])
    return {
        name: seen[items[digest].pk] for name, digest in digests.items() if digest in items and items[digest].pk in seen
    }
