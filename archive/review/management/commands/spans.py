import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.accounts.management.named_account import open_account_named
from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.authorities.models import Event, Place
from archive.catalogue.audiences import Audience, audience_of
from archive.catalogue.hidden_wordings import NOTHING, withheld_from
from archive.catalogue.models import Item
from archive.claims.models import Span
from archive.claims.spans import ShownSpan, readable_spans, spans_of, standing_spans
from archive.claims.typed_values import value_of_span_claim
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import recording
from archive.review.mark_spans import check_footage, mark, retract, say
from archive.standards.date_words import understand
from archive.standards.edtf import InvalidEDTF
from archive.standards.timecode import InvalidTimecode, frames_timecode, parse_moment, timecode
from archive.standards.vocabulary import SpanProperty


class Command(BaseCommand):
    help = "List the spans that people marked of footage, mark one in the name of a person, or retract one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("item", type=int, metavar="ITEM", help="the number of the footage")
        parser.add_argument("--as", dest="reader", metavar="NAME", help="list as this account may read them")
        parser.add_argument("--json", action="store_true", help="one JSON object a line and span")
        parser.add_argument("--by", metavar="NAME", help="the account that marks or retracts")
        parser.add_argument(
            "--mark", nargs=2, metavar=("START", "END"), help="0:12.345, seconds alone, or by frames 00:00:12:10"
        )
        parser.add_argument("--title", default="", help="of the span, short")
        parser.add_argument("--note", default="")
        parser.add_argument("--date", help="when it was made: EDTF, or as the search page reads dates")
        parser.add_argument("--place", metavar="SLUG", help="what it shows")
        parser.add_argument("--event", metavar="SLUG")
        parser.add_argument("--people", nargs=2, type=int, metavar=("LEAST", "MOST"), help="how many people it shows")
        parser.add_argument("--shows", default="", metavar="WORDS", help="what it shows")
        parser.add_argument("--ground", default="", metavar="WORDS", help="how the person knows")
        parser.add_argument("--retract", type=int, metavar="SPAN")
        parser.add_argument("--reason", default="", help="why it is retracted")

    def handle(self, *args: Any, **options: Any) -> None:
        reader = open_account_named(options["reader"]) if options["reader"] else None
        if reader and audience_of(reader) == Audience.PUBLIC:
            raise CommandError(f"{reader} reads what visitors do, and neither notes nor names: ask the API for that.")
        items = Item.objects.visible_to(reader) if reader else Item.objects.all()
        item = items.select_related("media_file").filter(pk=options["item"]).first()
        if item is None:
            raise CommandError(f"There is no item {options['item']}.")
        if options["mark"] is None and options["retract"] is None:
            self._list(item, reader, as_json=options["json"])
            return
        if not options["by"]:
            raise CommandError("Say in whose name: --by NAME.")
        by = open_account_named(options["by"])
        if not Item.objects.visible_to(by).filter(pk=item.pk).exists():
            raise CommandError(f"{by} does not see item {item.pk}.")
        try:
            if options["mark"] is not None:
                self._mark(item, by, options)
            else:
                self._retract(item, by, options)
        except (NotAllowed, NotDone, InvalidTimecode, InvalidEDTF) as refusal:
            raise CommandError(str(refusal)) from refusal

    def _list(self, item: Item, reader: User | None, *, as_json: bool) -> None:
        withheld = withheld_from(reader, [item]) if reader else NOTHING
        shown = readable_spans(spans_of([item]).get(item.pk, []), withheld)
        for span in shown if as_json else standing_spans(shown):
            self.stdout.write(_told(span, item, as_json=as_json))
        if not shown:
            self.stderr.write(f"Nobody marked a span of item {item.pk}.")

    def _mark(self, item: Item, by: User, options: dict[str, Any]) -> None:
        check_footage(item)
        rate = item.media_file.steady_frame_rate
        start, end = (parse_moment(text, rate) for text in options["mark"])
        place, event = _record(Place, options["place"]), _record(Event, options["event"])
        said: list[dict[str, Any]] = []
        if options["date"]:
            said.append({"property": SpanProperty.DATE_CREATED, "date": understand(options["date"])})
        if place:
            said.append({"property": SpanProperty.LOCATION_SHOWN, "place": place})
        if event:
            said.append({"property": SpanProperty.EVENT, "event": event})
        if options["people"]:
            said.append({"property": SpanProperty.PEOPLE_COUNT, "count": tuple(options["people"])})
        if options["shows"].strip():
            said.append({"property": SpanProperty.DESCRIPTION, "text": options["shows"]})
        # Whole or not at all, and one act that is undone in one step.
        with recording():
            span, is_new = mark(
                item,
                start_milliseconds=start,
                end_milliseconds=end,
                title=options["title"],
                note=options["note"],
                by=by,
            )
            for each in said:
                say(span, by=by, ground=options["ground"], **each)
        self.stdout.write(f"Span {span.pk} {'is marked' if is_new else 'was marked before'}.")

    def _retract(self, item: Item, by: User, options: dict[str, Any]) -> None:
        span = Span.objects.select_related("item__media_file").filter(pk=options["retract"], item=item).first()
        if span is None:
            raise CommandError(f"Item {item.pk} has no span {options['retract']}.")
        retract(span, reason=options["reason"], by=by)
        self.stdout.write(f"Span {span.pk} is retracted.")


def _record(model: type[Place] | type[Event], slug: str | None) -> Any:
    if not slug:
        return None
    record = model.objects.filter(slug=slug).select_related("merged_into").first()
    if record is None:
        raise CommandError(f"There is no {model._meta.model_name} “{slug}”: its page has its name at the end.")
    return record.current


def _told(shown: ShownSpan, item: Item, *, as_json: bool) -> str:
    now, rate = shown.now, item.media_file.steady_frame_rate
    if as_json:
        told = {
            "span": shown.span.pk,
            "start_milliseconds": now.start_milliseconds,
            "end_milliseconds": now.end_milliseconds,
            "title": now.title,
            "note": now.note,
            "marked_by": str(shown.span.marked_by),
            "is_retracted": shown.retraction is not None,
            "claims": [
                {
                    "property": said.claim.property,
                    "value": value_of_span_claim(said.claim),
                    "ground": said.claim.ground,
                    "claimed_by": str(said.claim.claimed_by),
                }
                for said in shown.standing
            ],
        }
        return json.dumps(told, ensure_ascii=False, default=str)
    times = f"{timecode(now.start_milliseconds)} – {timecode(now.end_milliseconds)}"
    if rate:
        frames = (frames_timecode(moment, rate) for moment in (now.start_milliseconds, now.end_milliseconds))
        times += f" ({' – '.join(frames)})"
    said = "".join(f"\n      {each.claim.property}: {each.claim.label()}" for each in shown.standing)
    return f"{shown.span.pk}  {times}  {now.title or 'hidden until decided'}{said}"
