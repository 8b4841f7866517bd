"""Gather what the checks weigh: for a batch of items at once, by a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Count, Q, Window
from django.db.models.functions import DenseRank

from archive.authorities import gazetteer
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.models import Caption, Item
from archive.catalogue.words_in_pictures import WordsLine, words_of
from archive.claims.agreement import USUAL_REACH_METRES
from archive.claims.models import Claim
from archive.claims.picture_words import Said, day_against, said_in
from archive.extraction.gazetteer_of_captions import known_names
from archive.extraction.models import Examination, NamedDocument
from archive.extraction.models import Reading as StoredReading
from archive.extraction.readers.document_identifiers import Part
from archive.extraction.readers.statements import Problem, Reading, Statement
from archive.matching.kinds import Kind
from archive.matching.models import Match, MatchQuerySet
from archive.press.models import Appearance
from archive.provenance.checks.evidence import (
    AROUND_METRES,
    MOST_COPIES,
    MOST_RELATED,
    MOST_SAME_WORDS,
    AccessionFacts,
    AppearanceFacts,
    CaptionFacts,
    ClaimFacts,
    CopyFacts,
    EventFacts,
    Evidence,
    PlaceFacts,
    RelatedFile,
    Relation,
    SameWords,
    Surroundings,
    WordsFacts,
)
from archive.provenance.checks.locations import AREAS
from archive.standards.edtf import parse
from archive.standards.vocabulary import WORDS_IN_PICTURE, Property, SourceKind, Standing

# From copy to copy, and no further: what lies beyond was asked of the copies themselves.
MOST_STEPS = 3
_LOCATIONS = (Property.LOCATION_CREATED, Property.LOCATION_SHOWN)
# What more files name is a template or the mark of a program, and joins pictures that have nothing in common.
MOST_NAMING = 50
# Shorter wordings stand on pictures that have nothing to do with one another: "Dover", "A boat off Dunkirk".
LEAST_WORDS = 6

_PROPERTIES = {str(each): each for each in Property}
_STANDINGS = {str(each): each for each in Standing}
_SOURCES = {str(each): each for each in SourceKind}
_CLAIM_COLUMNS = (
    *("pk", "item", "property", "standing", "as_written", "value_edtf", "value_moment", "value_place", "value_event"),
    *("latitude_degrees", "longitude_degrees", "uncertainty_metres", "value_text", "value_min", "value_max"),
    *("source__kind", "source__group", "source__tag", "source__rule", "source__caption", "value_outlet__name"),
    "value_event__merged_into",
)

_RELATIONS = {
    (Part.WHOLE, Part.WHOLE): Relation.SAME,
    (Part.WHOLE, Part.PLACED): Relation.PLACED_IN_OTHER,
    (Part.PLACED, Part.WHOLE): Relation.PLACED_IN_THIS,
    (Part.PLACED, Part.PLACED): Relation.PARTS,
}


def gather(items: Iterable[Item]) -> list[Evidence]:
    """Return the evidence on each item, in their order; items are fetched with `media_file` and `accession__outlet`."""
    items = list(items)
    copies = _copies(items)
    everybody = {item.pk for item in items} | {copy for of_item in copies.values() for copy in of_item}
    claims, captions, appearances = _claims(everybody), _captions(everybody), _appearances(everybody)
    readings, examinations = _readings(items), _examinations(items)
    same_words = _same_words(items, captions, copies)
    surroundings = surroundings_of({item.pk: claims[item.pk] for item in items})
    related_files = _related_files(items)
    words = _words(items, examinations, claims, appearances)
    return [
        Evidence(
            item=item.pk,
            kind=item.kind,
            format_name=item.media_file.format_name,
            size_bytes=item.media_file.size_bytes,
            width_px=item.media_file.width_px,
            height_px=item.media_file.height_px,
            file_name=item.file_name,
            received_at=item.media_file.received_at,
            accession=AccessionFacts(
                item.accession_id,
                item.accession.published_on,
                item.accession.outlet.name if item.accession.outlet else "",
            ),
            embedded=readings.get(item.media_file_id, Reading()),
            claims=tuple(claims[item.pk]),
            captions=tuple(captions[item.pk]),
            appearances=tuple(appearances[item.pk]),
            copies=tuple(
                CopyFacts(
                    copy,
                    match,
                    is_confirmed,
                    tuple(claims[copy]),
                    tuple(captions[copy]),
                    tuple(appearances[copy]),
                )
                for copy, (match, is_confirmed) in sorted(copies[item.pk].items())
            ),
            same_words=tuple(same_words[item.pk]),
            examinations=examinations[item.media_file_id],
            surroundings=surroundings[item.pk],
            related_files=tuple(related_files[item.pk]),
            words=words.get(item.pk, ()),
        )
        for item in items
    ]


def with_evidence(items: Sequence[int]) -> Iterable[Item]:
    """Return these items as `gather` wants them, in the order of their keys; one query."""
    return Item.objects.filter(pk__in=items).select_related("media_file", "accession__outlet").order_by("pk")


def joining_matches() -> MatchQuerySet:
    """Return the matches that join copies: a still's footage counts too, another exposure of the scene does not."""
    return Match.objects.counting().exclude(kind_now=Kind.SIMILAR_SCENE)


def _copies(items: list[Item]) -> dict[int, dict[int, tuple[int, bool]]]:
    """
    Return of each item its copies, by the match through which it knows of each, and whether people confirmed the way.

    As many queries as steps, and one.
    """
    own = {item.media_file_id: item.pk for item in items}
    edges: dict[int, dict[int, Match]] = defaultdict(dict)
    edge, asked = set(own), set()
    for _step in range(MOST_STEPS):
        if not edge:
            break
        asked |= edge
        for match in joining_matches().filter(Q(held__in=edge) | Q(other__in=edge)).order_by("pk"):
            edges[match.held_id][match.other_id] = edges[match.other_id][match.held_id] = match
        edge = {file for here in edge for file in edges[here]} - asked
    files = {file for here in edges for file in edges[here]}
    keys = dict(Item.objects.filter(media_file__in=files).values_list("media_file", "pk"))
    return {item: _reached(file, edges, keys) for file, item in own.items()}


def _reached(start: int, edges: dict[int, dict[int, Match]], keys: dict[int, int]) -> dict[int, tuple[int, bool]]:
    first: dict[int, tuple[int, bool]] = {}
    steps = [(start, 0)]
    for here, step in steps:
        if step == MOST_STEPS:
            continue
        for there, match in edges.get(here, {}).items():
            if there == start or there in first or len(first) == MOST_COPIES:
                continue
            way, was_confirmed = first.get(here, (match.pk, True))
            first[there] = (way, was_confirmed and match.standing == Standing.ACCEPTED)
            steps.append((there, step + 1))
    return {keys[file]: way for file, way in first.items() if file in keys}


def _claims(items: set[int], of: Collection[Property] = Property) -> dict[int, list[ClaimFacts]]:
    """Return the claims of each item; four queries, and no record of any claim, for there are many."""
    asked = Claim.objects.filter(item__in=items)
    if of is not Property:
        asked = asked.filter(property__in=of)
    rows = list(asked.with_standing().order_by("pk").values(*_CLAIM_COLUMNS))
    places = _places({row["value_place"] for row in rows} - {None})
    events = _events({_event(row) for row in rows} - {None})
    facts: dict[int, list[ClaimFacts]] = defaultdict(list)
    for row in rows:
        latitude, longitude = row["latitude_degrees"], row["longitude_degrees"]
        facts[row["item"]].append(
            ClaimFacts(
                key=row["pk"],
                property=_PROPERTIES[row["property"]],
                standing=_STANDINGS[row["standing"]],
                source=_SOURCES[row["source__kind"]],
                group=row["source__group"],
                tag=row["source__tag"],
                rule=row["source__rule"],
                caption=row["source__caption"],
                as_written=row["as_written"],
                dates=parse(row["value_edtf"]) if row["value_edtf"] else None,
                moment=row["value_moment"],
                place=places[row["value_place"]] if row["value_place"] else None,
                point=None if latitude is None else (latitude, longitude),
                uncertainty_metres=row["uncertainty_metres"],
                event=events[_event(row)] if row["value_event"] else None,
                outlet=row["value_outlet__name"] or "",
                text=row["value_text"],
                least=row["value_min"],
                most=row["value_max"],
            )
        )
    return facts


def _event(row: dict[str, Any]) -> int | None:
    """Return the key of the event that a claim names, or of the one that it was merged into."""
    return row["value_event__merged_into"] or row["value_event"]


def _places(keys: set[int]) -> dict[int, PlaceFacts]:
    return {place.pk: place_facts(place) for place in Place.objects.filter(pk__in=keys)}


def _events(keys: set[int]) -> dict[int, EventFacts]:
    known = Event.objects.filter(pk__in=keys).prefetch_related("places")
    return {
        event.pk: EventFacts(
            event.pk, event.name, event.path, event.interval, tuple(place_facts(place) for place in event.places.all())
        )
        for event in known
    }


def place_facts(place: Place) -> PlaceFacts:
    reach = place.radius_metres or USUAL_REACH_METRES.get(place.kind)
    return PlaceFacts(
        key=place.pk,
        name=place.name,
        kind=place.kind,
        path=place.path,
        country_code=place.country_code,
        point=place.point,
        # A sea, a county or a country has a point, but no distance that would say anything.
        reach_metres=reach if place.kind in USUAL_REACH_METRES or place.radius_metres else None,
        outline=tuple((latitude, longitude) for latitude, longitude in place.outline),
    )


def surroundings_of(
    claims: dict[int, list[ClaimFacts]],
) -> dict[int, dict[tuple[float, float], Surroundings]]:
    """Return of each item what lies around the points that its claims on locations name; one small query."""
    asked: dict[tuple[float, float], frozenset[int]] = defaultdict(frozenset)
    points: dict[int, set[tuple[float, float]]] = {}
    for item, of_item in claims.items():
        located = [claim for claim in of_item if claim.property in _LOCATIONS]
        areas = frozenset(claim.place.key for claim in located if claim.place and claim.place.kind in AREAS)
        positions = {claim.point for claim in located if claim.point}
        # Areas are measured from positions, and so are zones where there is one; around a place it is the same for all.
        points[item] = positions or {point for claim in located if (point := _point_of_place(claim))}
        for point in points[item]:
            asked[point] |= areas if positions else frozenset()
    known = {
        point: Surroundings(
            place_facts(around.nearest) if around.nearest else None, around.metres, around.countries, around.areas
        )
        for point, around in gazetteer.neighbourhoods(asked, within_metres=AROUND_METRES).items()
    }
    return {item: {point: known[point] for point in of_item} for item, of_item in points.items()}


def _point_of_place(claim: ClaimFacts) -> tuple[float, float] | None:
    """Return the point of the place that a claim names, where it is one point on the map."""
    return claim.place.point if claim.place and claim.place.kind in Place.POINT_KINDS else None


def _captions(items: set[int]) -> dict[int, list[CaptionFacts]]:
    facts: dict[int, list[CaptionFacts]] = defaultdict(list)
    columns = ("item", "pk", "role", "text", "digest", "origin", "group", "tag", "language")
    standing = Caption.objects.current().filter(item__in=items).order_by("pk")
    for item, *caption in standing.values_list(*columns):
        facts[item].append(CaptionFacts(*caption))
    return facts


def _appearances(items: set[int]) -> dict[int, list[AppearanceFacts]]:
    facts: dict[int, list[AppearanceFacts]] = defaultdict(list)
    rows = Appearance.objects.filter(item__in=items).order_by("pk")
    for item, key, outlet, url, edtf in rows.values_list("item", "pk", "outlet__name", "url", "published_edtf"):
        facts[item].append(AppearanceFacts(key, url if outlet is None else outlet, parse(edtf) if edtf else None))
    return facts


def _readings(items: list[Item]) -> dict[int, Reading]:
    """Return the latest reading of each file by its key."""
    readings: dict[int, Reading] = {}
    files = [item.media_file_id for item in items]
    rows = StoredReading.objects.filter(media_file__in=files, reader="embedded").order_by("pk")
    for file, statements, properties, problems in rows.values_list(
        "media_file", "statements", "properties", "problems"
    ):
        readings[file] = Reading(
            statements=[Statement(group, tag, value) for group, tag, value in statements],
            properties=properties,
            problems=[Problem("NOTED", "", text) for text in problems],
        )
    return readings


def _examinations(items: list[Item]) -> dict[int, dict[str, dict[str, Any]]]:
    """Return what was last found in each file, by kind; `problem` says why nothing could be."""
    found: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    rows = Examination.objects.filter(media_file__in=[item.media_file_id for item in items]).order_by("pk")
    for media_file, kind, result, problem in rows.values_list("media_file", "kind", "result", "problem"):
        found[media_file][kind] = {"problem": problem} if problem else result
    return found


def _words(
    items: list[Item],
    examinations: dict[int, dict[str, dict[str, Any]]],
    claims: dict[int, list[ClaimFacts]],
    appearances: dict[int, list[AppearanceFacts]],
) -> dict[int, tuple[WordsFacts, ...]]:
    """Return the lines of words in each picture, with what they say; some four queries where there are any."""
    lines = {item: words_of(examinations[item.media_file_id].get(WORDS_IN_PICTURE, {})).lines for item in items}
    if not any(lines.values()):
        return {}
    known = known_names()
    said = {
        item.pk: said_in(of_item, known=known, day=_day_of_words(item, claims[item.pk], appearances[item.pk]))
        for item, of_item in lines.items()
        if of_item
    }
    slugs = {each.proposal.place for of_item in said.values() for each in of_item if each.proposal}
    slugs_by_key = {known.places[slug].pk: slug for slug in slugs if slug}
    places = {slugs_by_key[key]: place for key, place in _places(set(slugs_by_key)).items()}
    outlets = dict(
        Outlet.objects.filter(
            pk__in={each.outlet for of_item in said.values() for each in of_item if each.outlet}
        ).values_list("pk", "name")
    )
    return {
        item.pk: tuple(
            words_facts(line, [each for each in said[item.pk] if each.line == line], places, outlets)
            for line in of_item
        )
        for item, of_item in lines.items()
        if of_item
    }


def words_facts(
    line: WordsLine, said: list[Said], places: dict[str, PlaceFacts], outlets: dict[int, str]
) -> WordsFacts:
    proposals = [each.proposal for each in said if each.proposal]
    return WordsFacts(
        number=line.number,
        text=line.text,
        is_level=line.is_level,
        dates=tuple(parse(proposal.edtf) for proposal in proposals if proposal.edtf),
        places=tuple(places[proposal.place] for proposal in proposals if proposal.place in places),
        outlets=tuple(outlets[each.outlet] for each in said if each.outlet in outlets),
    )


def _day_of_words(item: Item, claims: list[ClaimFacts], appearances: list[AppearanceFacts]) -> date | None:
    printed = [appearance.dates.earliest for appearance in appearances if appearance.dates]
    return day_against(
        published_on=item.accession.published_on if item.accession.outlet_id else None,
        printed=min((day for day in printed if day), default=None),
        claimed=[
            claim.dates.latest
            for claim in claims
            if claim.property == Property.DATE_CREATED and claim.dates and claim.dates.latest
        ],
    )


def _same_words(
    items: list[Item], captions: dict[int, list[CaptionFacts]], copies: dict[int, dict[int, tuple[int, bool]]]
) -> dict[int, list[SameWords]]:
    """
    Return of each item the others, no copies of it, whose captions have the same words; one query, and for their dates
    those of `_claims`.

    A wording may stand with half of the archive: of each only as many items are fetched as one item can be told of.
    """
    own: dict[str, list[tuple[int, CaptionFacts]]] = defaultdict(list)
    for item in items:
        for caption in captions[item.pk]:
            if caption.role == Caption.Role.DESCRIPTION and len(caption.text.split()) >= LEAST_WORDS:
                own[caption.digest].append((item.pk, caption))
    same: dict[int, list[SameWords]] = defaultdict(list)
    others = Caption.objects.current().filter(digest__in=own, role=Caption.Role.DESCRIPTION)
    place = Window(DenseRank(), partition_by="digest", order_by="item")
    # Itself and its copies are among them.
    first = others.annotate(place=place).filter(place__lte=1 + MOST_COPIES + MOST_SAME_WORDS)
    for other in first.order_by("pk"):
        for item, caption in own[other.digest]:
            is_told = any(each.item == other.item_id for each in same[item])
            if other.item_id == item or other.item_id in copies[item] or is_told:
                continue
            if len(same[item]) < MOST_SAME_WORDS:
                same[item].append(SameWords(other.item_id, other.pk, caption.key))
    told = {each.item for of_item in same.values() for each in of_item}
    claims = _claims(told, [Property.DATE_CREATED]) if told else {}
    dated = {
        item: [replace(each, claims=tuple(claims[each.item])) for each in of_item] for item, of_item in same.items()
    }
    return defaultdict(list, dated)


def naming(files: Iterable[int]) -> list[tuple[int, str, str]]:
    """
    List (file, identifier, part) of the documents that these files name and of all others that name the same.

    What only one file names, or more than `MOST_NAMING`, joins nothing and is left out. Two queries.
    """
    own = NamedDocument.objects.filter(media_file__in=list(files)).values("identifier")
    named = NamedDocument.objects.filter(identifier__in=own).values("identifier").annotate(files=Count("media_file"))
    joining = list(named.filter(files__gt=1, files__lte=MOST_NAMING).values_list("identifier", flat=True))
    rows = NamedDocument.objects.filter(identifier__in=joining).order_by("media_file", "pk")
    return list(rows.values_list("media_file", "identifier", "part"))


def _related_files(items: list[Item]) -> dict[int, list[RelatedFile]]:
    """Return of each item the others whose files name the same documents, the nearest first; three queries."""
    own = {item.media_file_id: item.pk for item in items}
    by_identifier: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for file, identifier, part in naming(own):
        by_identifier[identifier].append((file, part))
    keys = dict(
        Item.objects.filter(
            media_file__in={file for named in by_identifier.values() for file, _part in named}
        ).values_list("media_file", "pk")
    )
    nearest: dict[int, dict[int, Relation]] = defaultdict(dict)
    order = list(Relation)
    for named in by_identifier.values():
        for file, part in named:
            for other, other_part in named if file in own else ():
                if other != file and other in keys:
                    relation = _RELATIONS[part, other_part]
                    known = nearest[own[file]].get(keys[other], relation)
                    nearest[own[file]][keys[other]] = min(known, relation, key=order.index)
    return defaultdict(
        list,
        {
            item: [
                RelatedFile(other, relation)
                for other, relation in sorted(of_item.items(), key=lambda each: (order.index(each[1]), each[0]))
            ][:MOST_RELATED]
            for item, of_item in nearest.items()
        },
    )
