"""Create and edit places, events, outlets and agents by hand; each act goes into the ledger."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.authorities.models import Agent, Event, Outlet, OutletName, Place, PlaceName
from archive.authorities.record_tree import nest
from archive.authorities.revision import changing_names
from archive.authorities.slugs import free_slug
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, recording
from archive.standards.edtf import parse
from archive.standards.normal_form import normalise

_PLACE_FIELDS = ("name", "kind", "country_code", "latitude_degrees", "longitude_degrees", "radius_metres", "outline",
                 "source", "licence")  # fmt: skip
_EVENT_FIELDS = ("name", "kind", "date_edtf", "description")
_OUTLET_FIELDS = ("name", "kind", "country_code", "website")

Author = User | str | None


class Nameless(NotDone):
    """A record was to have no name."""


class NoSuchField(TypeError):
    """A change names something that cannot be changed by hand."""


def create_place(
    *,
    name: str,
    kind: str,
    by: Author,
    parent: Place | None = None,
    names: Iterable[tuple[str, str]] = (),
    **fields: Any,
) -> Place:
    """
    Create a place.

    :param names: further names, each as (name, BCP 47 language or "")
    :param fields: country_code (the parent's where none is given), latitude_degrees and longitude_degrees,
        radius_metres, outline, source, licence
    :raises Nameless: the name is empty
    """
    with changing_names(Place):
        country_code = fields.pop("country_code", "") or (parent.country_code if parent else "")
        place = Place(slug=free_slug(name, Place), source="Strandline")
        changes = {"name": name, "kind": kind, "country_code": country_code, "parent": parent, "names": names}
        return _write_place(place, "create", by, changes | fields)


def edit_place(place: Place, *, by: Author, **changes: Any) -> Place:
    """
    Change a place: any field of `create_place`; `names` replaces all further names. The slug stays.

    :raises Nameless: the name is empty
    :raises archive.authorities.record_tree.CannotNest: the new parent stands beneath the place, or too deep
    """
    with changing_names(Place):
        place.refresh_from_db()
        return _write_place(place, "edit", by, changes)


def create_event(
    *,
    name: str,
    by: Author,
    kind: str = Event.Kind.OTHER,
    date_edtf: str = "",
    description: str = "",
    parent: Event | None = None,
    places: Sequence[Place] = (),
) -> Event:
    """
    Create an event, at any number of places, within another or by itself.

    :raises Nameless: the name is empty
    :raises archive.standards.edtf.InvalidEDTF: the date is no EDTF
    """
    with changing_names(Event):
        changes = {"name": name, "kind": kind, "date_edtf": date_edtf, "description": description}
        event = Event(slug=free_slug(name, Event))
        return _write_event(event, "create", by, {**changes, "parent": parent, "places": places})


def edit_event(event: Event, *, by: Author, **changes: Any) -> Event:
    """
    Change an event: any field of `create_event`; `places` replaces all its places. The slug stays.

    :raises Nameless: the name is empty
    :raises archive.standards.edtf.InvalidEDTF: the date is no EDTF
    :raises archive.authorities.record_tree.CannotNest: the new parent stands beneath the event, or too deep
    """
    with changing_names(Event):
        event.refresh_from_db()
        return _write_event(event, "edit", by, changes)


def create_outlet(
    *, name: str, kind: str, by: Author, country_code: str = "", website: str = "", aliases: Iterable[str] = ()
) -> Outlet:
    """
    Create an outlet.

    :raises Nameless: the name is empty
    """
    with changing_names(Outlet):
        changes = {"name": name, "kind": kind, "country_code": country_code, "website": website, "aliases": aliases}
        return _write_outlet(Outlet(slug=free_slug(name, Outlet)), "create", by, changes)


def edit_outlet(outlet: Outlet, *, by: Author, **changes: Any) -> Outlet:
    """
    Change an outlet: any field of `create_outlet`; `aliases` replaces all its aliases. The slug stays.

    :raises Nameless: the name is empty
    """
    with changing_names(Outlet):
        outlet.refresh_from_db()
        return _write_outlet(outlet, "edit", by, changes)


def agent_named(name: str, *, by: Author, kind: str = Agent.Kind.PERSON, outlet: Outlet | None = None) -> Agent:
    """
    Return the agent of this name, kind and outlet, and create it where there is none.

    Two people of one name are two agents only where their outlets tell them apart.

    :raises Nameless: the name is empty
    """
    with recording():
        normalised = _normal(name)
        existing = Agent.objects.filter(normalised=normalised, kind=kind, outlet=outlet).order_by("pk").first()
        if existing is not None:
            return existing
        agent = Agent.objects.create(
            slug=free_slug(name, Agent), name=name.strip(), normalised=normalised, kind=kind, outlet=outlet
        )
        act(verb="create", subject=agent, actor=by, payload={"name": agent.name, "kind": kind})
        return agent


def _write_place(place: Place, verb: str, by: Author, changes: dict[str, Any]) -> Place:
    names, parent = changes.pop("names", None), _standing(changes.pop("parent", place.parent))
    new = place.pk is None
    payload = _set(place, changes, _PLACE_FIELDS)
    _normal(place.name)
    place.country_code = place.country_code.upper()
    place.save()
    if new or parent != place.parent:
        nest(place, parent)
        payload["parent"] = parent.slug if parent else ""
    if names is not None:
        names = [(name.strip(), language) for name, language in names if normalise(name)]
        payload["names"] = [f"{language}:{name}" if language else name for name, language in names]
        # What came with a gazetteer row goes on belonging to it, wherever it is still among the names.
        origins = dict(place.names.exclude(origin="").values_list("name", "origin"))
        former = set(place.names.values_list("name", flat=True))
        PlaceName.objects.filter(place=place).delete()
    elif "name" in payload:
        names, origins, former = [], {}, set()
    if names is not None:
        tagged = {place.name: {}} | {name: {"language": tag} for name, tag in names}
        named = {name: {**more, "origin": origins.get(name, "")} for name, more in tagged.items()}
        _put_names(PlaceName, "place", place, named)
        payload |= _names_gone(former, named)
    act(verb=verb, subject=place, actor=by, payload=payload)
    return place


def _write_event(event: Event, verb: str, by: Author, changes: dict[str, Any]) -> Event:
    places, parent = changes.pop("places", None), _standing(changes.pop("parent", event.parent))
    new = event.pk is None
    payload = _set(event, changes, _EVENT_FIELDS)
    event.normalised = _normal(event.name)
    interval = parse(event.date_edtf) if event.date_edtf else None
    event.date_earliest, event.date_latest = (interval.earliest, interval.latest) if interval else (None, None)
    event.save()
    if new or parent != event.parent:
        nest(event, parent)
        payload["parent"] = parent.slug if parent else ""
    if places is not None:
        event.places.set(places)
        payload["places"] = [place.slug for place in places]
    act(verb=verb, subject=event, actor=by, payload=payload)
    return event


def _write_outlet(outlet: Outlet, verb: str, by: Author, changes: dict[str, Any]) -> Outlet:
    aliases = changes.pop("aliases", None)
    payload = _set(outlet, changes, _OUTLET_FIELDS)
    _normal(outlet.name)
    outlet.country_code = outlet.country_code.upper()
    outlet.save()
    if aliases is not None:
        aliases = [alias.strip() for alias in aliases if normalise(alias)]
        payload["aliases"] = aliases
        former = set(outlet.names.values_list("name", flat=True))
        OutletName.objects.filter(outlet=outlet).delete()
    elif "name" in payload:
        aliases, former = [], set()
    if aliases is not None:
        _put_names(OutletName, "outlet", outlet, {name: {} for name in (outlet.name, *aliases)})
        payload |= _names_gone(former, (outlet.name, *aliases))
    act(verb=verb, subject=outlet, actor=by, payload=payload)
    return outlet


def _standing(parent: Place | Event | None) -> Place | Event | None:
    """Return the record that stands for a parent that was merged since it was chosen."""
    if parent is None:
        return None
    return type(parent).objects.select_related("merged_into").get(pk=parent.pk).current


def _set(record: Model, changes: dict[str, Any], allowed: Sequence[str]) -> dict[str, Any]:
    """Set the changed fields and return what changed, for the ledger."""
    if strange := set(changes) - set(allowed):
        raise NoSuchField(f"{record._meta.verbose_name}: {', '.join(sorted(strange))} cannot be set by hand.")
    changed = {}
    for field, value in changes.items():
        value = value.strip() if isinstance(value, str) else value
        if record.pk is None or getattr(record, field) != value:
            if field == "name" and record.pk is not None:
                changed["former_name"] = record.name
            setattr(record, field, value)
            changed[field] = value
    return changed


def _normal(name: str) -> str:
    if not (normal := normalise(name)):
        raise Nameless(_("A name with at least one letter or digit is needed."))
    return normal


def _names_gone(former: set[str], names: Iterable[str]) -> dict[str, list[str]]:
    """Return, for the ledger, the names that a record has no longer: what was found by them is looked at anew."""
    return {"former_names": sorted(gone)} if (gone := former - set(names)) else {}


def _put_names(model: type[Model], owner: str, record: Model, names: dict[str, dict[str, str]]) -> None:
    rows = [model(**{owner: record}, name=name, normalised=normalise(name), **more) for name, more in names.items()]
    model.objects.bulk_create(rows, ignore_conflicts=True)
