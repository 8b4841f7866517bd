"""
The page to upload: the form of the accession, uploads by the tus 1.0.0 protocol, and the question at the door.

https://tus.io/protocols/resumable-upload: core, creation, checksum and termination.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.files.formats import FOOTAGE_KINDS, PICTURE_KINDS
from archive.files.idle_connection import let_go_of_the_database
from archive.files.room import NoRoom
from archive.ingest import uploads
from archive.ingest.captions_list import COLUMNS, MOST_BYTES, CaptionsList, UnreadableList, is_list, parse_list
from archive.ingest.delivered_names import LITTER_ENDINGS, LITTER_FILES, LITTER_FOLDERS, is_sidecar
from archive.ingest.delivery import MAX_SIDECAR_BYTES
from archive.ingest.form_files import announce, foresee, is_stated, receive_form_files, receive_words
from archive.ingest.give_words import keep_list
from archive.ingest.models import AccessionRemark
from archive.ingest.news_pairing import may_be_news
from archive.ingest.receive_files import LONGEST_PATH, open_accession
from archive.standards.edtf import label_of_day
from archive.standards.sent_json import read_json
from archive.standards.whole_numbers import whole_number
from archive.web.forms.accessions import AccessionForm
from archive.web.views.accessions import counts_of, lines_of, words_of, worker_is_missing

_STATUS = {
    uploads.NoSuchUpload: 404,
    uploads.WrongOffset: 409,
    uploads.UploadTooLarge: 413,
    uploads.UploadBusy: 423,
    uploads.ChecksumMismatch: 460,
    uploads.NoRoom: 507,
    uploads.TooManyUnfinished: 413,
}
# Of a large delivery; all of them are on its own page, a hundred at a time.
_LINES_SHOWN = 100
_MOST_ANNOUNCED = 50_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


def for_archivists(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """
    Let in who may upload; send a visitor to the door, and refuse everybody else.

    What a page sends that was opened by somebody else is refused too, until it says that it is theirs.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        return (_sent_for_another(request) if request.method == "POST" else None) or view(request, *args, **kwargs)

    return login_required(permission_required("ingest.add_accessionline", raise_exception=True)(answer))


def _sent_for_another(request: HttpRequest) -> HttpResponse | None:
    """Refuse what a script sends from the page of another person than the one who is signed in now."""
    if request.headers.get("X-Person", "") in ("", str(request.user.pk)):
        return None
    name = request.user.get_username()
    sentence = _(
        "Not sent: %(name)s is signed in now, and this page was opened by somebody else. Say on it in whose name it is "
        "sent."
    )
    response = HttpResponse(sentence % {"name": name}, status=403, content_type="text/plain; charset=utf-8")
    response["Strandline-Person"], response["Strandline-Person-Name"] = str(request.user.pk), quote(name)
    return response


@for_archivists
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The page; its form also uploads by itself, for a browser without JavaScript."""
    if request.method == "POST":
        form, (_lists, problems) = AccessionForm(request.POST), _lists_sent(request)
        for problem in problems if form.is_valid() else ():
            form.add_error(None, problem)
        files = [file for name in ("files", "folder", "captions") for file in request.FILES.getlist(name)]
        if form.is_valid() and files:
            accession = _open(request, form)
            try:
                sent = [(name_sent(file.name), file.size, file) for file in files]
                receive_form_files(sent, accession=accession, by=request.user)
            except NoRoom as full:
                form.add_error(None, str(full))
                return render(request, "uploads/upload.html", _page(request, form, accession), status=507)
            return redirect("accession", accession.pk)
        if not files:
            form.add_error(None, _("No file was chosen. Choose one file or more, or a folder."))
        return render(request, "uploads/upload.html", _page(request, form, None), status=422)
    if "new" in request.GET:
        request.session.pop("batch", None)
        return redirect("upload")  # so that a reload keeps the delivery that is opened next
    deliveries = Accession.objects.visible_to(request.user).select_related("outlet")
    if (number := whole_number(request.GET.get("accession", ""))) is not None:
        request.session["batch"] = get_object_or_404(deliveries, pk=number).pk
        return redirect("upload")
    batch = deliveries.filter(pk=request.session.get("batch")).first()
    initial = {"title": f"Accession of {label_of_day(timezone.localdate())}"}
    # The next batch mostly comes from the same hands. Who printed it and when, and under what terms, is said anew each
    # time: carried over in silence it would be false of the next one.
    if last := deliveries.filter(opened_by=request.user).order_by("pk").last():
        initial |= {"supplied_by": last.supplied_by, "access": last.access}
    return render(request, "uploads/upload.html", _page(request, AccessionForm(initial=initial), batch))


def _page(request: HttpRequest, form: AccessionForm, batch: Accession | None) -> dict:
    counts = counts_of(batch, request.user) if batch else []
    return {
        "form": form,
        "outlet_text": form.data.get("outlet_text") or form.initial.get("outlet_text") or "",
        "batch": batch,
        "lines": lines_of(batch, request.user).reverse()[:_LINES_SHOWN][::-1] if batch else [],
        "most_lines": _LINES_SHOWN,
        "counts": counts,
        "no_worker": worker_is_missing(counts),
        "beside": words_of(batch, request.user) if batch else {},
        "picture_kinds": _(PICTURE_KINDS),
        "footage_kinds": _(FOOTAGE_KINDS),
        "columns": ", ".join(COLUMNS),
        "remarks": AccessionRemark.objects.standing()
        .filter(accession=batch)
        .order_by("-is_problem", "pk")[:_LINES_SHOWN],
        "sentences": _sentences(),
        "litter": {"files": sorted(LITTER_FILES), "folders": sorted(LITTER_FOLDERS), "endings": LITTER_ENDINGS},
    }


@for_archivists
@require_POST
def open_batch(request: HttpRequest) -> JsonResponse:
    """Open the accession that the next uploads belong to."""
    form, (lists, problems) = AccessionForm(request.POST), _lists_sent(request)
    errors = dict(form.errors)
    if problems:
        errors["captions"] = problems
    if errors:
        return JsonResponse({"errors": errors}, status=422)
    accession = _open(request, form)
    for captions, content in lists:
        keep_list(captions, content, accession=accession, by=request.user)
    facts = render_to_string("accessions/_facts.html", {"accession": accession}, request)
    url = reverse("accession", args=[accession.pk])
    return JsonResponse({"id": accession.pk, "title": accession.title, "url": url, "facts": facts})


def _open(request: HttpRequest, form: AccessionForm) -> Accession:
    accession = open_accession(by=request.user, **form.cleaned_data)
    request.session["batch"] = accession.pk
    return accession


@for_archivists
@require_POST
def announce_files(request: HttpRequest) -> JsonResponse:
    """Say what belongs to what of the files that are about to be sent, and keep what is to be told of them."""
    number, files = whole_number(request.POST.get("accession", "")), _files_named(request)
    if number is None or files is None:
        sentence = _("The number of the accession and a list of up to %(most)s paths, each with its size, are needed.")
        return JsonResponse({"error": sentence % {"most": _MOST_ANNOUNCED}}, status=400)
    accession = get_object_or_404(Accession.objects.visible_to(request.user), pk=number)
    return JsonResponse(asdict(announce(files, accession=accession, by=request.user)))


@for_archivists
@require_POST
def foresee_rows(request: HttpRequest) -> JsonResponse:
    """Say which row of captions lists would go to which file, before any of them is sent; nothing is kept."""
    files, (lists, problems) = _files_named(request), _lists_sent(request)
    if files is None:
        sentence = _("A list of up to %(most)s paths, each with its size, is needed.") % {"most": _MOST_ANNOUNCED}
        return JsonResponse({"error": sentence}, status=400)
    foreseen = asdict(foresee(files, [captions for captions, _content in lists]))
    return JsonResponse(foreseen | {"problems": problems})


@for_archivists
@require_POST
def words_beside(request: HttpRequest) -> JsonResponse:
    """
    Take a captions list, a sidecar or a news document that comes by itself: before its pictures, after them, or with
    other words.
    """
    number, file = whole_number(request.POST.get("accession", "")), request.FILES.get("file")
    path = request.POST.get("path", "") or (name_sent(file.name) if file else "")
    are_words = is_list(path) or is_sidecar(path) or may_be_news(path)
    if number is None or file is None or "\0" in path or not are_words:
        sentence = _(
            "The number of the accession, and a captions list (.csv, .tsv), a sidecar (.xmp) or a news document (.xml, "
            ".json, .ninjs, .newsml, .g2), are needed."
        )
        return JsonResponse({"error": sentence}, status=400)
    accession = get_object_or_404(Accession.objects.visible_to(request.user), pk=number)
    content = file.read(MOST_BYTES + 1)
    line = receive_words(path[-LONGEST_PATH:], content, accession=accession, by=request.user)
    return JsonResponse({"line": line.pk if line else None})


def _files_named(request: HttpRequest) -> list[tuple[str, int]] | None:
    """Return the paths and sizes that a list of files names; None where it is none."""
    try:
        files = [(str(path), int(size_bytes)) for path, size_bytes in read_json(request.FILES["files"].read())]
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
    is_fit = all("\0" not in path and 0 <= size < 2**63 for path, size in files)
    return files if is_fit and len(files) <= _MOST_ANNOUNCED else None


def _lists_sent(request: HttpRequest) -> tuple[list[tuple[CaptionsList, bytes]], list[str]]:
    """Read the captions lists of a form; return them with their bytes, and a sentence on each that is none."""
    lists, problems = [], []
    for file in request.FILES.getlist("captions"):
        content = file.read(MOST_BYTES + 1)
        file.seek(0)
        try:
            lists.append((parse_list(content, name=name_sent(file.name)), content))
        except UnreadableList as problem:
            problems.append(str(problem))
    return lists, problems


def _stated_sent(request: HttpRequest) -> dict[str, str] | None:
    """Return the row of the captions list that is sent with a file; None where it is none."""
    try:
        row = read_json(request.POST.get("stated") or "{}")
    except ValueError:
        return None
    return row if is_stated(row) else None


@for_archivists
@require_POST
def already_held(request: HttpRequest) -> JsonResponse:
    """
    Say whether bytes of this SHA-256 are held already, before they are sent; if so their line is made without them.
    """
    digest, size = request.POST.get("sha256", ""), whole_number(request.POST.get("size", ""))
    number, stated = whole_number(request.POST.get("accession", "")), _stated_sent(request)
    if not _SHA256.fullmatch(digest) or size is None or number is None or stated is None:
        sentence = _("The SHA-256, the size in bytes and the number of the accession are needed.")
        return JsonResponse({"error": sentence}, status=400)
    accession = get_object_or_404(Accession, pk=number)
    sidecar = _sidecar_sent(request)
    if len(sidecar) > MAX_SIDECAR_BYTES:
        return JsonResponse({"error": _sidecar_too_long()}, status=413)
    line = uploads.note_held(
        digest,
        accession=accession,
        original_name=name_sent(request.POST.get("name", "")),
        delivered_path=request.POST.get("path", "")[:1000],
        size_bytes=size,
        by=request.user,
        sidecar=sidecar,
        stated=stated,
    )
    return JsonResponse({"line": line.pk if line else None})


def _sidecar_sent(request: HttpRequest) -> bytes:
    file = request.FILES.get("sidecar")
    return file.read(MAX_SIDECAR_BYTES + 1) if file else b""


def _sidecar_too_long() -> str:
    most = MAX_SIDECAR_BYTES // 1024**2
    return _("The sidecar has more than %(most)s MB. Take it away and send the picture again.") % {"most": most}


def _speaks_tus(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer each problem with its status and sentence, and nothing to whoever may not upload."""

    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        # Whoever looks as a visitor does is signed in, and may not upload as one.
        if not isinstance(request.user, User) and not hasattr(request, "views_as"):
            response = HttpResponse(_("You were signed out. Sign in in another tab, then resume."), status=401)
        elif not request.user.has_perm("ingest.add_accessionline"):
            response = HttpResponse(_("Only an archivist may upload files."), status=403)
        elif request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != "1.0.0":
            response = HttpResponse(_("This address speaks tus 1.0.0."), status=412)
            response["Tus-Version"] = "1.0.0"
        elif refusal := _sent_for_another(request):
            response = refusal
        else:
            try:
                response = view(request, *args, **kwargs)
            except uploads.UploadProblem as problem:
                response = HttpResponse(str(problem), status=_STATUS[type(problem)])
                if line := getattr(problem, "line", None):
                    response["Strandline-Line"] = str(line.pk)
        response["Content-Type"] = "text/plain; charset=utf-8"
        response["Tus-Resumable"] = "1.0.0"
        response["Cache-Control"] = "no-store"
        return response

    return answer


@_speaks_tus
@require_http_methods(["POST", "OPTIONS"])
def file_uploads(request: HttpRequest) -> HttpResponse:
    """Begin an upload (tus creation), or say what this server can do."""
    if request.method == "OPTIONS":
        return _abilities()
    size = whole_number(request.headers.get("Upload-Length", ""))
    metadata = _metadata(request.headers.get("Upload-Metadata", ""))
    number = whole_number(metadata.get("accession", "")) if metadata else None
    if size is None or metadata is None or number is None:
        return HttpResponse(_("Upload-Length and Upload-Metadata with accession and filename are needed."), status=400)
    accession = get_object_or_404(Accession, pk=number)
    # Beyond the protocol: the body of the creation may be the XMP file that lies beside the picture, or a form with it
    # and with the picture's row of the captions list.
    is_form = request.content_type == "multipart/form-data"
    stated = _stated_sent(request) if is_form else {}
    if stated is None:
        return HttpResponse(_("The row of the captions list cannot be read."), status=400)
    if is_form:
        sidecar = _sidecar_sent(request)
    else:
        sidecar = request.read(MAX_SIDECAR_BYTES + 1) if request.content_type == "application/rdf+xml" else b""
    if len(sidecar) > MAX_SIDECAR_BYTES:
        return HttpResponse(_sidecar_too_long(), status=413)
    upload = uploads.begin(
        accession=accession,
        original_name=name_sent(metadata.get("filename", "")),
        delivered_path=metadata.get("path", "")[:1000],
        size_bytes=size,
        by=request.user,
        sidecar=sidecar,
        stated=stated,
    )
    response = _standing(upload, status=201)
    response["Location"] = reverse("file_upload", args=[UUID(upload.key)])
    return response


@_speaks_tus
@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
def file_upload(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say how much of an upload has come, add to it, or drop it."""
    if request.method == "OPTIONS":
        return _abilities()
    known = uploads.find(key, by=request.user)
    if request.method == "HEAD":
        return _standing(known, status=200)
    if request.method == "DELETE":
        uploads.terminate(known)
        return HttpResponse(status=204)
    if request.content_type != "application/offset+octet-stream":
        return HttpResponse(_("A chunk comes as application/offset+octet-stream."), status=415)
    offset, checksum = whole_number(request.headers.get("Upload-Offset", "")), request.headers.get("Upload-Checksum")
    if offset is None:
        return HttpResponse(_("Upload-Offset is needed."), status=400)
    sha256 = None
    if checksum is not None:
        algorithm, _space, written = checksum.partition(" ")
        try:
            sha256 = base64.b64decode(written, validate=True)
        except binascii.Error:
            sha256 = b""
        if algorithm != "sha256" or len(sha256) != 32:
            return HttpResponse(_("Upload-Checksum takes sha256 and its digest in base64."), status=400)
    let_go_of_the_database()
    return _standing(
        uploads.append(known, request.read, offset_bytes=offset, by=request.user, sha256=sha256), status=204
    )


def _abilities() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Tus-Version"] = "1.0.0"
    response["Tus-Extension"] = "creation,checksum,termination"
    response["Tus-Checksum-Algorithm"] = "sha256"
    response["Tus-Max-Size"] = str(settings.INGEST_MAX_BYTES)
    return response


def _standing(upload: uploads.Upload, *, status: int) -> HttpResponse:
    response = HttpResponse(status=status)
    response["Upload-Offset"] = str(upload.offset_bytes)
    response["Upload-Length"] = str(upload.size_bytes)
    if upload.line_id:
        # Of a large archive the first lines; all of them are on the page of the accession.
        lines = [upload.line_id, *upload.further_ids]
        response["Strandline-Line"] = " ".join(map(str, lines[:_LINES_SHOWN]))
        response["Strandline-Files"] = str(len(lines))
    return response


def _metadata(written: str) -> dict[str, str] | None:
    """Read Upload-Metadata: names and base64 values with commas between; None when it cannot be read."""
    metadata = {}
    for pair in filter(None, (part.strip() for part in written.split(","))):
        name, _space, value = pair.partition(" ")
        try:
            metadata[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
    # A name loses such characters; a path is kept as it was delivered, so it must be one.
    return None if "\0" in metadata.get("path", "") else metadata


def name_sent(written: str) -> str:
    """Keep the last part of a name and drop what no file name needs; the bytes are never stored under it."""
    name = re.split(r"[/\\]", written)[-1]
    name = "".join(character for character in name if character.isprintable()).strip()
    return name[-300:] or "without a name"


def _sentences() -> dict[str, str]:
    """The sentences that the page's script says; {…} are filled in there."""
    return {
        "queued": _("waiting for its turn"),
        "hashing": _("being compared with what is held"),
        "sending": _("being sent"),
        "sent": _("sent, waiting to be read"),
        "paused": _("paused"),
        "cancelled": _("cancelled"),
        "empty_folder": _("Nothing to upload was found there."),
        "left_out": _("Left out: {n} files that an operating system leaves behind."),
        "left_out_one": _("Left out: 1 file that an operating system leaves behind."),
        "not_used": _("not used"),
        "list_kept": _("Captions list: {name}"),
        "leave_out": _("Leave out"),
        "leave_out_list": _("Leave out {name}"),
        "lists_only": _("Upload the captions list"),
        "row_says": _("{row}: “{words}”"),
        "rows_found": _("{n} of {all} files have a line of these lists."),
        "rows_missing": _("Files without one: {n}."),
        "waiting": _("The connection broke. Next try in {seconds} s; what has arrived stays."),
        "unreadable": _("This file can no longer be read from disk. Choose it again."),
        "signed_out": _(
            "Not sent: you are signed out. Sign in in another tab, and it goes on by itself; what has arrived stays."
        ),
        "may_not": _(
            "Not sent: this session looks at the archive as somebody else, or may not upload. Once it may, it goes on "
            "by itself; what has arrived stays."
        ),
        "again": _("to be chosen again"),
        "missing": _("{n} files have still to be sent, {size}"),
        "missing_one": _("1 file has still to be sent, {size}"),
        "not_the_same": _("Of the same name, but not the file that was begun, so sent from its start: {names}."),
        "list_not_kept": _("This browser has no room left to keep the list of files over a reload."),
        "elsewhere": _("{n} files have still to be sent for another accession:"),
        "elsewhere_one": _("1 file has still to be sent for another accession:"),
        "whole": _("{done} of {all} files, {bytes} of {total}"),
        "rate": _("{rate}/s, {left} left"),
        "chosen_one": _("Upload 1 file, {size}"),
        "chosen": _("Upload {n} files, {size}"),
        "choose_first": _("Upload"),
        "finished": _("All {n} files have arrived."),
        "finished_one": _("The file has arrived."),
        "unpacked": _("{name}: {n} files have arrived. All of them are on the page of the accession."),
        "pause": _("Pause"),
        "resume": _("Resume"),
        "cancel": _("Cancel {name}"),
    }
