"""What this archive is, said by its administrator; and the way for anybody to report a picture."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from archive.catalogue.archive_description import FIELDS, DescribedMeanwhile, describe_archive, described, keep
from archive.catalogue.models import Item
from archive.web.forms.this_archive import DescriptionForm, ReportForm


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Say what this archive is, to everybody."""
    return render(request, "this_archive/about.html")


@never_cache
@login_required
@permission_required("catalogue.add_archivedescription", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Let an administrator say it."""
    form, status = DescriptionForm(request.POST or None), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                is_new = describe_archive(by=request.user, **form.cleaned_data)
            except DescribedMeanwhile:
                keep(None)
                form.add_error(
                    None,
                    _(
                        "Somebody else changed this since you opened it, and nothing of yours was saved. The page "
                        "about this archive shows what holds now. Send yours once more to put it in its place."
                    ),
                )
                form.data = form.data.copy()
                form.data["seen"] = str(described().version)
                status = 409
            else:
                messages.success(
                    request, _("Saved. Every page shows it within seconds.") if is_new else _("Nothing changed.")
                )
                return redirect("this_archive")
    else:
        keep(None)
        now = described()
        form = DescriptionForm(initial={name: getattr(now, name) for name in FIELDS} | {"seen": now.version})
    return render(request, "this_archive/edit.html", {"form": form}, status=status)


@never_cache
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Lead to the form that flags a picture; of one that is not open to this person nothing is told."""
    form, status = ReportForm(request.GET if "picture" in request.GET else None), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            if Item.objects.visible_to(request.user).filter(pk=form.cleaned_data["picture"]).exists():
                return redirect("flag_as_visitor", form.cleaned_data["picture"])
            form.add_error("picture", _("No picture that is open to you has this number."))
            status = 404
    return render(request, "this_archive/report.html", {"form": form}, status=status)
