import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from archive.accounts.management.named_account import open_account_named
from archive.accounts.models import User
from archive.authorities.likely_duplicates import LikelyDuplicates
from archive.authorities.merge_records import why_not
from archive.authorities.models import Event, Outlet, Place
from archive.ledger.not_done import NotDone
from archive.review import authority_records
from archive.standards.edtf import InvalidEDTF, parse

_SORTS: dict[str, Any] = {"place": Place, "event": Event, "outlet": Outlet}
# Which of the options that say more of a record each sort has.
_SAID_OF = {
    "place": {"parent", "also", "country", "point", "radius"},
    "event": {"parent", "date", "place"},
    "outlet": {"also", "country", "website"},
}
_FARTHEST_METRES = 20_000_000


class Command(BaseCommand):
    help = (
        "Add a place, an event or an outlet in the name of a person, let one stand for another, or take that back. "
        "Items that lead there are written anew by workers. Ends with 1 when nothing was done."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        add = acts.add_parser("add", help="add a record")
        add.add_argument("sort", choices=_SORTS)
        add.add_argument("name")
        add.add_argument("--kind", required=True, help="its code, such as BEACH, RESCUE or NEWSPAPER")
        add.add_argument("--parent", metavar="SLUG", help="of a place or an event: what it stands in")
        add.add_argument("--also", action="append", default=[], metavar="NAME", help="a further name; may be repeated")
        add.add_argument("--country", default="", metavar="CODE", help="two letters, of a place or an outlet")
        add.add_argument("--point", nargs=2, type=float, metavar=("LATITUDE", "LONGITUDE"), help="of a place")
        add.add_argument("--radius", type=int, metavar="METRES", help="how far a place reaches")
        add.add_argument("--date", default="", metavar="EDTF", help="of an event")
        add.add_argument("--place", action="append", default=[], metavar="SLUG", help="where an event was; repeatable")
        add.add_argument("--website", default="", help="of an outlet")
        add.add_argument(
            "--seen", action="append", default=[], metavar="SLUG", help="a record that may be the same, and is another"
        )
        merge = acts.add_parser("merge", help="let another record stand for one")
        merge.add_argument("sort", choices=_SORTS)
        merge.add_argument("record", metavar="SLUG")
        merge.add_argument("into", metavar="INTO")
        unmerge = acts.add_parser("unmerge", help="let a merged record stand by itself again")
        unmerge.add_argument("sort", choices=_SORTS)
        unmerge.add_argument("record", metavar="SLUG")
        for each in (add, merge, unmerge):
            each.add_argument("--by", required=True, metavar="NAME", help="the account in whose name it is done")
        for each in (merge, unmerge):
            each.add_argument("--reason", default="", help="why")
            each.add_argument("--dry-run", action="store_true", help="tell what hangs on it, and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        model, act = _SORTS[options["sort"]], options["act"]
        by = open_account_named(options["by"])
        permission = f"authorities.{'add' if act == 'add' else 'change'}_{options['sort']}"
        if not by.has_perm(permission):
            raise CommandError(f"Nothing was done: {by} may not keep {options['sort']}s; archivists may.")
        try:
            {"add": self._add, "merge": self._merge, "unmerge": self._unmerge}[act](model, by, options)
        except LikelyDuplicates as refusal:
            raise CommandError(self._told_likely(model, refusal, by)) from refusal
        except NotDone as refusal:
            raise CommandError(f"Nothing was done: {refusal}") from refusal

    def _add(self, model: Any, by: User, options: dict[str, Any]) -> None:
        kinds = [str(kind) for kind in model.Kind.values]
        if options["kind"] not in kinds:
            raise CommandError(f"Nothing was done: --kind is one of {', '.join(kinds)}.")
        given = {name for name in set().union(*_SAID_OF.values()) if options[name] not in (None, "", [])}
        if strange := sorted(given - _SAID_OF[options["sort"]]):
            named = ", ".join(f"--{name}" for name in strange)
            raise CommandError(f"Nothing was done: {named} cannot be said of the sort “{options['sort']}”.")
        fields: dict[str, Any] = {"name": options["name"], "kind": options["kind"]}
        if model is not Outlet:
            fields["parent"] = self._named(model, options["parent"]) if options["parent"] else None
        if model is Place:
            latitude, longitude = options["point"] or (None, None)
            if latitude is not None and not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
                raise CommandError("Nothing was done: --point takes a latitude up to 90 and a longitude up to 180.")
            fields |= {"latitude_degrees": latitude, "longitude_degrees": longitude}
            fields |= {"radius_metres": options["radius"], "names": [(name, "") for name in options["also"]]}
        elif model is Event:
            try:
                fields["date_edtf"] = parse(options["date"]).edtf if options["date"] else ""
            except InvalidEDTF as problem:
                raise CommandError(f"Nothing was done: {problem}") from problem
            fields["places"] = [self._named(Place, slug) for slug in options["place"]]
        else:
            fields |= {"aliases": options["also"], "website": options["website"]}
        if model is not Event:
            fields["country_code"] = options["country"]
        self._check(model, fields, options)
        shown = [self._named(model, slug).pk for slug in options["seen"]]
        made = authority_records.create(model, by=by, shown=shown, **fields)
        self.stdout.write(f"{made.name} is recorded as {made.slug}.")

    def _check(self, model: Any, fields: dict[str, Any], options: dict[str, Any]) -> None:
        """Refuse what the form and the API refuse: nothing below looks at it, and not every database does."""
        country, radius = options["country"], options["radius"]
        if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
            raise CommandError("Nothing was done: --country takes two letters, such as GB.")
        if radius is not None and not 1 <= radius <= _FARTHEST_METRES:
            raise CommandError(f"Nothing was done: --radius takes 1 to {_FARTHEST_METRES} metres.")
        if any(len(name) > 200 for name in options["also"]):
            raise CommandError("Nothing was done: --also takes names of at most 200 letters.")
        looked_at = fields.keys() & {"name", "date_edtf", "website"}
        try:
            model(**{name: fields[name] for name in looked_at}).clean_fields(
                exclude={field.name for field in model._meta.fields} - looked_at
            )
        except ValidationError as problem:
            told = "; ".join(f"{name}: {' '.join(words)}" for name, words in problem.message_dict.items())
            raise CommandError(f"Nothing was done: {told}") from problem

    def _merge(self, model: Any, by: User, options: dict[str, Any]) -> None:
        record, into = self._named(model, options["record"]), self._named(model, options["into"])
        if options["dry_run"]:
            for each in (record, into):
                self.stdout.write(json.dumps(authority_records.what_hangs_on(each, user=by), ensure_ascii=False))
            self.stdout.write(why_not(record, into) or "The two can become one.")
            return
        into = authority_records.merge(record, into=into, by=by, reason=options["reason"])
        self._tell_followed(f"{record.name} now reads {into.name}.", into)

    def _unmerge(self, model: Any, by: User, options: dict[str, Any]) -> None:
        record = self._named(model, options["record"])
        if options["dry_run"]:
            told = authority_records.what_goes_back(record, user=by)
            self.stdout.write(json.dumps(told | {"merged_at": told["merged_at"].isoformat()}, ensure_ascii=False))
            return
        authority_records.unmerge(record, by=by, reason=options["reason"])
        self._tell_followed(f"{record.name} stands by itself again.", record)

    def _tell_followed(self, words: str, record: Any) -> None:
        if number := authority_records.items_to_follow(record):
            words += f" Workers write {number} items anew; until then they are found as before."
        self.stdout.write(words)

    def _named(self, model: Any, slug: str) -> Any:
        record = model.objects.select_related("merged_into").filter(slug=slug).first()
        if record is None:
            raise CommandError(f"Nothing was done: there is no {model._meta.verbose_name} “{slug}”.")
        return record

    def _told_likely(self, model: Any, refusal: LikelyDuplicates, by: User) -> str:
        counts = authority_records.item_counts(model, [each.record.pk for each in refusal.likely], user=by)
        lines = [
            f"  {each.record.slug}: {each.record.name}, {each.record.get_kind_display()}, "
            f"{counts.get(each.record.pk, 0)} items ({'; '.join(map(str, each.reasons))})"
            for each in refusal.likely
        ]
        return "\n".join(
            ["Nothing was done: there may be a record of it already. If it is another, name each with --seen:", *lines]
        )
