"""The item page: the picture, what is said of it and on which ground, and what people may add to that."""

from collections.abc import Iterable
from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archive.accounts.permissions import may
from archive.accounts.roles import NotAllowed
from archive.catalogue.hidden_wordings import Withheld, withheld_from
from archive.catalogue.models import Accession, Item
from archive.claims.hidden_claims import readable_claims
from archive.claims.leading_claims import Grounds, grounds_of
from archive.claims.models import readings_told_to
from archive.claims.notices import notices_of, readable_notices
from archive.exports.citations import CSL_MEDIA_TYPE, LANGUAGES, cite, cite_each
from archive.exports.terms_of_use import terms_of_each
from archive.files.fixity import FIXITY_CHECK
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.matching.models import Fingerprint, Match
from archive.press.appearances import appearances_of, first_appearances, printed
from archive.press.figures import Offer, figures_for
from archive.press.hidden_print import readable_article, withheld_in_print
from archive.press.models import Appearance, Article
from archive.provenance.matches import laid_as_shown, matches_of, other_side
from archive.provenance.shown_findings import findings_on
from archive.review.access import CopiesStand, ReleaseAsks, set_access
from archive.review.describe_items import describe
from archive.review.link_items import link
from archive.review.mark_spans import may_mark
from archive.review.models import Flag, OwnAct
from archive.review.own_acts import UNDOABLE, acts_of_late
from archive.review.shown_verdicts import standpoints_for
from archive.review.told_acts import ActByKey, acts_told_to
from archive.review.turn_pictures import why_not_turned
from archive.review.withdraw_items import may_withdraw
from archive.search.find_items import neighbours
from archive.search.public import is_staff, is_visitor
from archive.standards.mappings import ORIENTATION
from archive.standards.vocabulary import Property, Standing
from archive.web.forms.bulk import AccessForm, LinkForm, MarkForm
from archive.web.forms.flags import FlagForm
from archive.web.forms.items import CaptionForm, WithdrawForm
from archive.web.forms.spans import SpanForm
from archive.web.forms.turns import TurnForm
from archive.web.item_lists import FIRST_STATEMENTS, NAME, PART, ROWS_A_PAGE, ItemLists, Shown
from archive.web.presenters import caption_data
from archive.web.presenters import items as item_page
from archive.web.presenters.findings import lay_out
from archive.web.presenters.item_review import given_on
from archive.web.presenters.items import Done
from archive.web.presenters.screen_copy import rights_of
from archive.web.presenters.spans import spans_on_page
from archive.web.presenters.words_in_pictures import words_shown
from archive.web.views.captions import put_acts_beside
from archive.web.views.footage import film_of
from archive.web.views.own_acts import one_act, tell_done
from archive.web.views.return_to import back_to_item
from archive.web.views.tiles import may_see_tiles
from archive.web.views.withdrawals import tombstone, withdrawn_told_to

# Copies whose thumbnails stand beside the picture; all of them stand on a page of their own.
COPIES_BESIDE = 4


@never_cache
@require_safe
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show one item; previous and next follow the search that stands in the address. What was withdrawn says so."""
    try:
        seen = seen_item(request, item_id)
    except Http404:
        if withdrawn := withdrawn_told_to(request.user, item_id):
            return tombstone(request, withdrawn)
        raise
    return page_of_item(request, seen)


def seen_item(request: HttpRequest, item_id: int) -> Item:
    """Return the item if this user may see it: what is hidden is not found, rather than forbidden."""
    return get_object_or_404(Item.objects.visible_to(request.user).with_card(), pk=item_id)


def page_of_item(request: HttpRequest, item: Item, *, status: int = 200, **forms: object) -> HttpResponse:
    withheld = withheld_from(request.user, [item])
    claims = item.claims.told_to(request.user).with_grounds().order_by("pk")
    current = (
        item.captions.told_to(request.user)
        .with_hold()
        .select_related("recorded_by", "accession", "item")
        .current()
        .order_by("pk")
    )
    captions = [caption for caption in current if not withheld.covers(caption)]
    lists = ItemLists(request.GET)
    asked = request.GET.copy()
    for name in (NAME, PART):
        asked.pop(name, None)
    context = {
        "item": item,
        "screen": item.sharpest,
        "beside": neighbours(request.GET, user=request.user, item_id=item.pk),
        "address": f"?{asked.urlencode()}" if asked else "",
        "is_public": is_visitor(request.user),
        "shows_tiles": may_see_tiles(request, item),
        "pictured": words_shown(item, withheld),
        "terms": (terms := terms_of_each([item], reader=request.user, withheld={item.pk: withheld})[item.pk]),
        "spans": spans_on_page(request.user, item, withheld, lists),
    }
    if context["is_public"]:
        context["all_wordings"] = lists.cut("captions", item_page.wordings(captions))
        context["wordings"] = caption_data.read(context["all_wordings"], [], may_rule=False)
        grounds = grounds_of(readable_claims(claims, withheld))
        context["rows"] = item_page.public_rows(grounds)
        context["citations"] = _citations(item, grounds)
        context["rights"] = rights_of(cite(item, grounds), terms, [])
        return render(request, "items/public.html", context)
    if item.kind == Item.Kind.FOOTAGE:
        context["film"] = film_of(item, request.user)
        if may_mark(request.user):
            context["span_form"] = SpanForm(media_file=item.media_file, auto_id="span-%s")
    put_acts_beside(captions, request, withheld)
    shown = readable_claims(claims, withheld)
    grounds = grounds_of(shown)
    rows = item_page.rows(grounds)
    # What is drawn of each property: as much as a page of its claims has.
    drawn = [replace(row, claims=row.claims[:ROWS_A_PAGE]) for row in rows]
    all_rows = [
        replace(
            row,
            claims=lists.cut(f"claims-{row.property}", row.claims),
            others=lists.cut(f"claims-{row.property}", row.others),
        )
        for row in rows
    ]
    all_wordings = item_page.wordings(captions)
    wordings = lists.cut("captions", all_wordings)
    appearances = lists.cut("appearances", appearances_of(item, user=request.user))
    readings = list(readings_told_to(request.user).filter(media_file=item.media_file_id).order_by("pk"))
    embedded = [reading for reading in readings if reading.reader == "embedded"]
    lines = AccessionLine.objects.visible_to(request.user).filter(item=item)
    events = list(item.media_file.preservation_events.order_by("pk"))
    read = caption_data.read(wordings, shown, may_rule=request.user.has_perm("claims.rule_on_claim"), cut=lists.cut)
    _fetch_rulings(all_rows, read)
    acts = acts_told_to(request.user, item, claims={claim.pk for claim in shown})
    # Of thousands of acts only those that are shown are fetched and put into words.
    history = lists.cut(
        "history",
        item_page.in_order(events, acts, lines.select_related("accession", "received_by").order_by("pk")),
    )
    dated = next((row for row in drawn if row.property == Property.DATE_CREATED), None)
    delivery = Accession.objects.visible_to(request.user).filter(pk=item.accession_id).first()
    notices = readable_notices(notices_of([item], at=timezone.now(), reader=request.user)[item.pk], withheld)
    context |= {
        "rights": rights_of(cite(item, grounds), terms, notices),
        "rows": all_rows,
        "citations": _citations(item, grounds),
        "all_wordings": wordings,
        "wordings": read,
        "legend": caption_data.LEGEND,
        "swaps": "#grounds",
        "delivery": delivery,
        "appearances": appearances,
        "all_copies": (
            matches := lists.cut(
                "copies", matches_of(item, request.user).prefetch_related("held__renditions", "other__renditions")
            )
        ),
        "copies": (copies := _copies(item, matches)),
        "lead": _lead(all_wordings, appearances, copies, user=request.user),
        "fingerprint": Fingerprint.objects.filter(media_file=item.media_file_id)
        .order_by("offset_milliseconds")
        .first(),
        "printed": printed(appearances, user=request.user, are_all=True),
        "cited": _cited(request, item),
        "axis": item_page.axis(dated, appearances),
        "verdicts": given_on(standpoints_for(request.user, [item])[item.pk]),
        "findings": lay_out(findings_on(item, request.user, withheld=withheld, language=get_language())),
        "marks": item_page.marks(drawn),
        "readings": [
            (
                reading,
                [
                    replace(
                        part,
                        statements=lists.cut(f"{reading.reader}-{part.group}", part.statements, first=FIRST_STATEMENTS),
                    )
                    for part in item_page.parts(reading, withheld)
                ],
            )
            for reading in readings
        ],
        "statement_count": sum(len(reading.statements) for reading in readings),
        "history": _written(history, withheld, request.user),
        "fixity": next((event for event in reversed(events) if event.event_type == FIXITY_CHECK), None),
        "notices": notices,
        "link_form": LinkForm(prefix=""),
        "access_form": AccessForm(user=request.user, initial={"access": item.access}),
        "mark_form": MarkForm(auto_id="mark-%s", initial={"is_distressing": "no" if item.is_distressing else "yes"}),
        "flags": Flag.objects.visible_to(request.user).filter(item=item).with_answers().order_by("pk"),
        "flag_form": FlagForm(),
        "caption_form": CaptionForm(captions=captions),
        "may_withdraw": may_withdraw(request.user, item),
        "withdraw_form": WithdrawForm(auto_id="withdraw-%s"),
        "number_held": len(current) - len(captions),
        "tag_of_file": next((row.properties.get(ORIENTATION.key) for row in embedded[::-1]), None),
    }
    if request.user.has_perm("claims.add_claim"):
        context["why_not_turned"] = why_not_turned(item, has_copies=item.sharpest is not None)
        context["turn_form"] = TurnForm(item=item)
    context |= forms
    context["link_form"].latest = max((claim.pk for claim in shown), default=None)
    return render(request, "items/item.html", context, status=status)


@require_safe
def citation(request: HttpRequest, item_id: int) -> HttpResponse:
    """Hand out the citation of an item as CSL-JSON, for programs that keep references."""
    item = seen_item(request, item_id)
    cited = cite_each([item], reader=request.user)[item.pk]
    readable = {"ensure_ascii": False, "indent": 2}
    response = JsonResponse([cited.csl()], safe=False, json_dumps_params=readable, content_type=CSL_MEDIA_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, f"strandline-item-{item.pk}.json")
    response["Cache-Control"] = "private, no-store"
    return response


def _fetch_rulings(rows: Iterable[item_page.Row], read: Iterable[caption_data.Read]) -> None:
    """Fetch what claims are drawn with, of those alone that are drawn."""
    drawn = {claim.pk: claim for row in rows for claim in [row.leading, *row.others, *row.claims] if claim}
    drawn |= {row.claim.pk: row.claim for part in read for row in part.rows}
    prefetch_related_objects(list(drawn.values()), "rulings__ruled_by", "value_item__media_file__renditions")


def _written(history: Shown[Done], withheld: Withheld, user: object) -> Shown[item_page.Entry]:
    """Fetch the acts among what is shown of the history, and put all of it into words."""
    acts = LedgerEntry.objects.in_bulk([done.pk for done in history if isinstance(done, ActByKey)])
    entries = [told for told in acts.values() if told.verb in UNDOABLE and told.actor == user.get_username()]
    own: list[OwnAct] = []
    if entries and may(user, "claims.add_claim"):
        shown = [told.sequence for told in entries]
        of_late = acts_of_late(user, at=timezone.now()).filter(undone_by=None)
        between = of_late.filter(first_entry__lte=max(shown), last_entry__gte=min(shown))
        own = list(between.defer("what", "undoes__what"))

    def written(done: Done) -> item_page.Entry:
        told = acts[done.pk] if isinstance(done, ActByKey) else done
        entry = item_page.entry(told, withheld, is_told_why=is_staff(user))
        if isinstance(told, LedgerEntry) and told.verb in UNDOABLE and told.actor == user.get_username():
            act = next((act for act in own if act.first_entry <= told.sequence <= act.last_entry), None)
            if act is not None:
                return replace(entry, undo=act.pk, undo_number=len(act.items))
        return entry

    return history.compose(written)


def with_cards(items: list[Item]) -> list[Item]:
    """Return these items with what their thumbnails show; two queries."""
    return list(Item.objects.filter(pk__in=[item.pk for item in items]).with_card().order_by("pk"))


def asked_of(question: ReleaseAsks) -> dict[str, object]:
    """Return what a page shows of what speaks against a release; one query."""
    items = Item.objects.in_bulk({*question.notices, *question.questions})
    return {
        "noticed": [(items[key], notices) for key, notices in question.notices.items()],
        "questions": [(items[key], open_on) for key, open_on in question.questions.items()],
        "digest": question.digest,
    }


def _citations(item: Item, grounds: dict[Property, Grounds]) -> list[tuple[str, str]]:
    """Return the note that cites the item in each language, that of the page first."""
    cited, here = cite(item, grounds), get_language()
    return [(language, cited.wording(language)) for language in sorted(LANGUAGES, key=lambda one: one != here)]


def _cited(request: HttpRequest, item: Item) -> list[Offer]:
    """Return the figures that this picture may be, for who may say so, of news pages they may read."""
    offers = figures_for(item) if request.user.has_perm("claims.add_claim") else []
    articles = {offer.figure.article_id: offer.figure.article for offer in offers}
    if not articles:
        return []
    readable = set(Article.objects.visible_to(request.user).filter(pk__in=articles).values_list("pk", flat=True))
    withheld = withheld_in_print(request.user, articles.values())
    for article in articles.values():
        readable_article(article, (), withheld)
    return [offer for offer in offers if offer.figure.article_id in readable]


def _copies(item: Item, matches: Iterable[Match]) -> list[tuple[Match, Item, list]]:
    """Return matches of an item with the picture on the other side, and what of that both show."""
    pairs = []
    for match in matches:
        twin = other_side(match, item)
        lie = laid_as_shown(match)
        pairs.append((match, twin, lie.held_outline if twin == match.held.item else lie.other_outline))
    return pairs


def _lead(
    wordings: list[item_page.Wording],
    appearances: Shown[Appearance],
    copies: list[tuple[Match, Item, list]],
    *,
    user: object,
) -> item_page.Lead:
    """Gather what stands beside the picture before all else; one query, where the picture has copies."""
    pairs = [(match, twin) for match, twin, _outline in copies if match.standing != Standing.REJECTED][:COPIES_BESIDE]
    firsts = first_appearances([twin for _match, twin in pairs], user=user) if pairs else {}
    return item_page.Lead(
        item_page.lead_caption(wordings),
        len(wordings),
        appearances[0] if appearances and not appearances.page else None,
        [(match, twin, firsts.get(twin.pk)) for match, twin in pairs],
    )


@login_required
@require_POST
def link_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Link the item by hand, as a claim by this person."""
    item, form = seen_item(request, item_id), LinkForm(request.POST)
    if not request.user.has_perm("claims.add_claim"):
        raise PermissionDenied
    if not form.is_valid():
        return page_of_item(request, item, status=422, link_form=form, opened="link")
    with one_act(request) as noted:
        link([item], by=request.user, **form.link())
    tell_done(request, _("Your claim stands beside what was said before."), noted)
    return back_to_item(request, item_id)


@login_required
@require_POST
def describe_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Add the archive's own wording; what came with the picture stays as it was."""
    item = seen_item(request, item_id)
    if not request.user.has_perm("catalogue.add_caption"):
        raise PermissionDenied
    form = CaptionForm(request.POST, captions=item.captions.readable_by(request.user).current())
    if not form.is_valid():
        return page_of_item(request, item, status=422, caption_form=form, opened="caption")
    try:
        with one_act(request) as noted:
            describe(item, by=request.user, **form.cleaned_data)
    except NotDone as problem:
        form.add_error(None, str(problem))
        return page_of_item(request, item, status=422, caption_form=form, opened="caption")
    tell_done(request, _("The caption was added."), noted)
    return back_to_item(request, item_id)


@login_required
@require_POST
def item_access(request: HttpRequest, item_id: int) -> HttpResponse:
    """Change who may see the item."""
    item = seen_item(request, item_id)
    if not request.user.has_perm("catalogue.clear_item"):
        raise PermissionDenied
    form = AccessForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            with one_act(request) as noted:
                set_access([item], by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error("access", str(refusal))
        except ReleaseAsks as question:
            asked = asked_of(question)
            return page_of_item(request, item, status=422, access_form=form, opened="access", **asked)
        except CopiesStand as question:
            copies = with_cards(question.copies)
            return page_of_item(request, item, status=422, access_form=form, opened="access", open_copies=copies)
        else:
            tell_done(request, _("Saved: %(access)s.") % {"access": item.get_access_display()}, noted)
            return back_to_item(request, item_id)
    return page_of_item(request, item, status=422, access_form=form, opened="access")
