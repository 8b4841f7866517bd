"""
The rows of made-up items, as the tables hold them: what search reads of each, and on request the grounds of it.

`write_projection` would write the same of those grounds, some hundred times slower; a test says whether it does.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import models
from django.db.models.fields import NOT_PROVIDED

from archive.catalogue.audiences import AUDIENCES, Audience
from archive.catalogue.models import (
    Access,
    Caption,
    CaptionHold,
    Item,
    ItemCredit,
    ItemEvent,
    ItemOutlet,
    ItemPlace,
    ItemWording,
)
from archive.catalogue.text_index import TABLES, Texts, columns_of_row, row_of
from archive.claims.models import Claim, Ruling, Source
from archive.extraction.models import Examination, Reading
from archive.files.models import MediaFile, Rendition
from archive.press.models import Appearance
from archive.projection.write_projection import VERSION
from archive.provenance.checks.finding import Outcome
from archive.provenance.models import CurrentFinding, Finding
from archive.review.models import CurrentVerdict, Verdict
from archive.sample.made_items import MadeItem, Statement, Wording, World, make
from archive.standards.normal_form import digest_of_words, normalise, wording_digest
from archive.standards.vocabulary import WORDS_IN_PICTURE, Property, SourceKind, Standing

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
# So many pictures stand for all.
PICTURES = 12
SIZES_PX = {"THUMBNAIL": (400, 267), "SCREEN": (1600, 1067)}
# Plain numbers: flags take ten times as long to be put together.
_PUBLIC, _RESEARCH, _STAFF = int(Audience.PUBLIC), int(Audience.RESEARCH), int(Audience.STAFF)
_SIGNED_IN = _RESEARCH | _STAFF
_SEEN_BY = {
    str(Access.RELEASED): _PUBLIC | _SIGNED_IN,
    str(Access.RESEARCH): _SIGNED_IN,
    str(Access.RESTRICTED): _STAFF,
}
_TABLES = {int(audience): TABLES[audience] for audience in AUDIENCES}
_ORIGINS = [str(origin) for origin in (Caption.Origin.LIST, Caption.Origin.SIDECAR, Caption.Origin.EMBEDDED)]
_LOCATIONS = (Property.LOCATION_SHOWN, Property.LOCATION_CREATED)
_OUTLETS = (Property.PUBLISHED_BY, Property.SUPPLIED_BY, Property.CREDIT_LINE)
_NAMES = (Property.CREATOR, Property.CREDIT_LINE)

# The tables in the order in which they are filled, and how many rows an item may have where rows point to one another:
# the key of each is that of its item, times so many, and its place among the item's.
TABLES_FILLED: tuple[type[models.Model], ...] = (
    MediaFile, Rendition, Item, ItemPlace, ItemEvent, ItemOutlet, ItemWording, ItemCredit, Caption, CaptionHold,
    Appearance, Finding, CurrentFinding, Verdict, CurrentVerdict,
)  # fmt: skip
OF_GROUNDS: tuple[type[models.Model], ...] = (Reading, Examination, Source, Claim, Ruling)
KEYED = {MediaFile: 1, Item: 1, Caption: 4, Appearance: 1, Finding: 2, Verdict: 2, Reading: 1, Source: 16, Claim: 16}
Row = tuple[Any, ...]


class Rows:
    """Rows by their table, each with all its columns: those that are not given have the default of the model."""

    def __init__(self) -> None:
        self.by_table: dict[str, list[Row]] = defaultdict(list)

    def add(self, model: type[models.Model], **values: Any) -> None:
        table, defaults = _columns(model)
        # The columns stay in the order of the defaults.
        self.by_table[table].append(tuple((defaults | values).values()))


def columns_of_table(table: str) -> list[str]:
    """Return the columns of a table in the order in which its rows have them."""
    if table in TABLES.values():
        return columns_of_row()
    model = next(model for model in (*TABLES_FILLED, *OF_GROUNDS) if model._meta.db_table == table)
    return list(_columns(model)[1])


@cache
def _columns(model: type[models.Model]) -> tuple[str, dict[str, Any]]:
    """Return the table of a model, and what stands in each column where nothing else is said."""
    fields = [field for field in model._meta.concrete_fields if model in KEYED or not field.primary_key]
    return model._meta.db_table, {field.attname: _default(field) for field in fields}


def _default(field: models.Field) -> Any:
    default = None if field.default is NOT_PROVIDED else field.get_default()
    if default is None and not field.null and isinstance(field, models.CharField | models.TextField):
        return ""
    return json.dumps(default) if isinstance(field, models.JSONField) else default


def rows_of(world: World, numbers: Iterable[int], *, with_grounds: bool) -> dict[str, list[Row]]:
    """Return the rows of the items of these numbers, by the table."""
    rows = Rows()
    for number in numbers:
        _Writer(world, make(world, number), rows, with_grounds=with_grounds).write()
    return rows.by_table


class _Writer:
    """Writes the rows of one item."""

    def __init__(self, world: World, item: MadeItem, rows: Rows, *, with_grounds: bool) -> None:
        self.world, self.item, self.add, self.rows = world, item, rows.add, rows
        self.with_grounds = with_grounds
        self.seen_by = _SEEN_BY[item.access]
        self.widest = self.seen_by & -self.seen_by
        self.said = [normalise.__wrapped__(wording.text) for wording in item.wordings]

    def mask(self, statement: Statement) -> int:
        """Return the sum of the audiences that may read what is claimed, and see the item."""
        if statement.is_closed:
            return _STAFF
        return self.seen_by & _SIGNED_IN if statement.property == Property.SUPPLIED_BY else self.seen_by

    def open_to(self, is_closed: bool) -> int:
        return _STAFF if is_closed else self.seen_by

    def write(self) -> None:
        self._file()
        self._item()
        self.places = self._links_to_places()
        self.events = self._links_to_events()
        self.outlets = self._links_to_outlets()
        self._wordings()
        self._credits()
        self._texts()
        self._decisions()
        if self.with_grounds:
            self._grounds()

    def _file(self) -> None:
        item = self.item
        digest = hashlib.sha256(f"{self.world.seed} {item.number}".encode()).hexdigest()
        self.add(
            MediaFile, id=item.key, message_digest=digest, size_bytes=2_000_000 + item.number,
            format_name=item.format_name, mime_type=item.mime_type, width_px=3000, height_px=2000,
            original_name=item.file_name, received_at=item.added_at, storage_path=f"benchmark/{digest}",
        )  # fmt: skip
        for purpose, (width, height) in SIZES_PX.items():
            self.add(
                Rendition, media_file_id=item.key, purpose=purpose, width_px=width, height_px=height, size_bytes=20_000,
                mime_type="image/jpeg", storage_path=path_of_picture(item.number % PICTURES, purpose), made_at=MADE_AT,
                maker_version="benchmark",
            )  # fmt: skip

    def _item(self) -> None:
        item = self.item
        told = [each for each in item.statements if self.mask(each) & self.widest]
        led = {
            each.property: each for each in reversed(told) if not each.is_rival and each.kind != SourceKind.INFERENCE
        }
        date, people = led.get(Property.DATE_CREATED), led.get(Property.PEOPLE_COUNT)
        point = led[Property.LOCATION_CREATED].point if Property.LOCATION_CREATED in led else None
        place = next((each for name in _LOCATIONS for each in told if each.property == name and _leads_to(each)), None)
        outlet = next((led[name] for name in _OUTLETS if name in led and led[name].outlet), None)
        self.add(
            Item, id=item.key, media_file_id=item.key, kind=item.kind, access=item.access, file_name=item.file_name,
            accession_id=item.accession, added_at=item.added_at, added_by_id=item.added_by,
            is_distressing=item.is_distressing,
            is_contradicted=any(finding.outcome == Outcome.CONTRADICTORY for finding in item.findings),
            date_created_edtf=date.days.edtf if date else "",
            date_created_earliest=date.days.earliest if date else None,
            date_created_latest=date.days.latest if date else None,
            date_created_ground=str(date.kind) if date else "",
            lead_place_id=place.place.key if place else None, lead_place_ground=str(place.kind) if place else "",
            lead_outlet_id=outlet.outlet if outlet else None, lead_outlet_ground=str(outlet.kind) if outlet else "",
            latitude_degrees=point[0] if point else None, longitude_degrees=point[1] if point else None,
            uncertainty_metres=point[2] if point else None,
            headline=self._lead_text("HEADLINE")[:300], lead_caption=self._lead_text("DESCRIPTION"),
            contested=json.dumps(list(map(str, item.contested))), is_contested=bool(item.contested),
            is_placed=place is not None,
            people_min=people.people[0] if people else None, people_max=people.people[1] if people else None,
            camera_model=normalise(" ".join(item.camera)).lower()[:120] if item.camera else "",
            is_reviewed=any(each.is_accepted for each in item.statements), projected_at=MADE_AT,
            projection_version=VERSION,
        )  # fmt: skip

    def _lead_text(self, role: str) -> str:
        fitting = [
            wording
            for wording in self.item.wordings
            if wording.role == role and not wording.is_hidden and self.open_to(wording.is_closed) & self.widest
        ]
        return min(fitting, key=lambda wording: _ORIGINS.index(wording.origin)).text if fitting else ""

    def _links_to_places(self) -> dict[int, int]:
        """Write the links to places, with those above; return for each the sum of the audiences it is for."""
        sums: dict[int, list[int]] = {}
        for each in self.item.statements:
            if each.property in _LOCATIONS and _leads_to(each):
                mask, role = self.mask(each), 1 + _LOCATIONS.index(each.property)
                for key in (*each.place.ancestors, each.place.key):
                    masks = sums.setdefault(key, [0, 0, 0, 0])
                    masks[0] |= mask
                    masks[role] |= mask
                sums[each.place.key][3] = 1
        for key, (mask, shown, camera, is_stated) in sums.items():
            self.add(
                ItemPlace, item_id=self.item.key, place_id=key, audiences=mask, is_stated=bool(is_stated),
                shown_for=shown, camera_for=camera,
            )  # fmt: skip
        return {key: masks[0] for key, masks in sums.items()}

    def _links_to_events(self) -> dict[int, int]:
        sums: dict[int, int] = {}
        stated = [each for each in self.item.statements if each.event]
        for each in stated:
            for key in (*each.event.ancestors, each.event.key):
                sums[key] = sums.get(key, 0) | self.mask(each)
        keys = {each.event.key for each in stated}
        for key, mask in sums.items():
            self.add(ItemEvent, item_id=self.item.key, event_id=key, audiences=mask, is_stated=key in keys)
        return sums

    def _links_to_outlets(self) -> dict[int, int]:
        sums: dict[int, int] = {}
        for each in self.item.statements:
            if each.outlet is not None:
                sums[each.outlet] = sums.get(each.outlet, 0) | self.mask(each)
        for key, mask in sums.items():
            self.add(ItemOutlet, item_id=self.item.key, outlet_id=key, audiences=mask)
        return sums

    def _wordings(self) -> None:
        item, sums = self.item, {}
        for at, wording in enumerate(item.wordings):
            key, said = self._key(Caption, at), self.said[at]
            digest = digest_of_words(said)
            self.add(
                Caption, id=key, item_id=item.key, role=wording.role, text=wording.text, digest=digest,
                language=wording.language, origin=wording.origin, accession_id=self._accession(wording),
                recorded_at=item.added_at,
            )  # fmt: skip
            if wording.is_hidden:
                self.add(
                    CaptionHold, caption_id=key, digest=digest, words=said,
                    is_held=True, reason="made up", set_at=MADE_AT, set_by_id=self.world.people[0],
                )  # fmt: skip
            # Each has more than three words, so this is its `wording_digest` too.
            elif wording.role == "DESCRIPTION":
                sums[digest] = sums.get(digest, 0) | self.open_to(wording.is_closed)
        for at, seen in enumerate(item.prints):
            self.add(
                Appearance, id=self._key(Appearance, at), item_id=item.key, outlet_id=seen.outlet,
                headline=seen.headline, published_edtf=seen.days.edtf, published_earliest=seen.days.earliest,
                published_latest=seen.days.latest, caption=seen.caption, credit=seen.credit,
                accession_id=self.world.closed_accession if seen.is_closed else None, recorded_at=item.added_at,
            )  # fmt: skip
            if digest := wording_digest(seen.caption):
                sums[digest] = sums.get(digest, 0) | self.open_to(seen.is_closed)
        for digest, mask in sums.items():
            self.add(ItemWording, item_id=item.key, digest=digest, audiences=mask)

    def _accession(self, of: Wording | Statement) -> int:
        return self.world.closed_accession if of.is_closed else self.item.accession

    def _key(self, model: type[models.Model], at: int) -> int:
        return self.item.key * KEYED[model] + at

    def _credits(self) -> None:
        sums: dict[str, int] = {}
        written = [(each.text, self.mask(each)) for each in self.item.statements if each.property in _NAMES]
        written += [(seen.credit, self.open_to(seen.is_closed) & _SIGNED_IN) for seen in self.item.prints]
        for text, mask in written:
            if mask and (name := normalise(text).lower()):
                written_name = f" {name[:200]} "
                sums[written_name] = sums.get(written_name, 0) | mask
        for name, mask in sums.items():
            self.add(ItemCredit, item_id=self.item.key, name=name, audiences=mask)

    def _texts(self) -> None:
        item = self.item
        is_partly_closed = any(each.is_closed for each in (*item.statements, *item.wordings, *item.prints))
        known: dict[Texts, Row] = {}
        row: Row = ()
        for audience, table in _TABLES.items():
            if self.seen_by & audience:
                # Where nothing is closed, all who are signed in read the same.
                if is_partly_closed or audience != _STAFF or not self.seen_by & _RESEARCH:
                    texts = self._texts_for(audience)
                    row = known.get(texts) or known.setdefault(texts, row_of(texts))
                self.rows.by_table[table].append((item.key, *row))

    def _texts_for(self, audience: int) -> Texts:
        item, world, is_public = self.item, self.world, audience == _PUBLIC
        readable = [
            (wording.role, said)
            for wording, said in zip(item.wordings, self.said, strict=True)
            if not wording.is_hidden and self.open_to(wording.is_closed) & audience
        ]
        heads = [said for role, said in readable if role == "HEADLINE"]
        events = [world.event_words[key] for key in sorted(self.events) if self.events[key] & audience]
        outlets = [world.outlet_words[key] for key in sorted(self.outlets) if self.outlets[key] & audience]
        told = [each for each in item.statements if self.mask(each) & audience]
        captions = [said for _role, said in readable]
        if not is_public:
            seen = [each for each in item.prints if self.open_to(each.is_closed) & audience]
            captions += [normalise(text) for each in seen for text in (each.headline, each.caption, each.credit)]
        captions += [normalise(each.text) for each in told if each.property in _NAMES]
        heading, pictured = " ".join(heads + events + outlets), " ".join(map(normalise, item.in_picture))
        if is_public:
            return Texts(heading=heading, captions=" ".join(captions), pictured=pictured)
        places = [world.place_words[key] for key in sorted(self.places) if self.places[key] & audience]
        written = [normalise(each.as_written) for each in told if each.property in _LOCATIONS]
        statements = [normalise(f"{tag} {value}") for _group, tag, value in item.tags]
        return Texts(
            heading=heading,
            captions=" ".join(captions),
            places=" ".join(places + written),
            statements=" ".join([normalise.__wrapped__(item.file_name), *statements]),
            pictured=pictured,
        )

    def _decisions(self) -> None:
        item = self.item
        for at, finding in enumerate(item.findings):
            outcome = str(finding.outcome)
            observations = [{"outcome": outcome, "code": finding.code, "values": {}, "grounds": []}]
            self.add(
                Finding, id=self._key(Finding, at), item_id=item.key, check_slug=finding.slug, version=finding.version,
                outcome=outcome, code=finding.code, sentence=finding.sentence, observations=json.dumps(observations),
                found_at=MADE_AT,
            )  # fmt: skip
            self.add(
                CurrentFinding, item_id=item.key, finding_id=self._key(Finding, at), check_slug=finding.slug,
                outcome=outcome,
            )  # fmt: skip
        for at, (question, word) in enumerate(item.verdicts.items()):
            key = self._key(Verdict, at)
            self.add(
                Verdict, id=key, item_id=item.key, question=str(question), word=word, reason_code="GROUNDS_AGREE",
                reason="made up", basis="{}", judged_at=MADE_AT, judged_by_id=self.world.people[0],
            )  # fmt: skip
            self.add(CurrentVerdict, item_id=item.key, question=str(question), verdict_id=key, word=word)

    # --- what all that would be projected from ------------------------------------------------------------------------
    def _grounds(self) -> None:
        item = self.item
        if item.tags:
            self.add(
                Reading, id=item.key, media_file_id=item.key, reader="embedded", reader_version="benchmark",
                read_at=item.added_at, state="READ", statements=json.dumps(item.tags),
            )  # fmt: skip
        if item.in_picture:
            lines = [{"text": text, "confidence": 0.9, "corners": _CORNERS} for text in item.in_picture]
            self.add(
                Examination, media_file_id=item.key, kind=WORDS_IN_PICTURE, version="benchmark",
                result=json.dumps({"lines": lines, "reader": "made up"}), examined_at=MADE_AT,
            )  # fmt: skip
        for at, each in enumerate(item.statements):
            self._claim(self._key(Claim, at), each)

    def _claim(self, key: int, each: Statement) -> None:
        earliest, latest = (each.days.earliest, each.days.latest) if each.days else (None, None)
        latitude, longitude, uncertainty = each.point or (None, None, None)
        self.add(Source, id=key, kind=str(each.kind), accession_id=self._accession(each), group="made up")
        self.add(
            Claim, id=key, item_id=self.item.key, property=str(each.property), source_id=key,
            as_written=each.as_written, value_edtf=each.days.edtf if each.days else "", value_earliest=earliest,
            value_latest=latest, value_place_id=each.place.key if each.place else None, latitude_degrees=latitude,
            longitude_degrees=longitude, uncertainty_metres=uncertainty,
            value_event_id=each.event.key if each.event else None, value_outlet_id=each.outlet,
            value_min=each.people[0] if each.people else None, value_max=each.people[1] if each.people else None,
            value_text=each.text, claimed_at=self.item.added_at,
        )  # fmt: skip
        if each.is_accepted:
            self.add(
                Ruling, claim_id=key, standing=str(Standing.ACCEPTED), reason="made up", ruled_at=MADE_AT,
                ruled_by_id=self.world.people[0],
            )  # fmt: skip


_CORNERS: Sequence[Sequence[float]] = ((0.1, 0.1), (0.4, 0.1), (0.4, 0.2), (0.1, 0.2))


def _leads_to(each: Statement) -> bool:
    return each.place is not None and not each.is_rival


def path_of_picture(number: int, purpose: str) -> str:
    """Return where one of the pictures that stand for all is kept."""
    return f"benchmark/{number}-{purpose.lower()}.jpg"
