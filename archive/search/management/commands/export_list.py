from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archive.accounts.management.named_account import person_named
from archive.catalogue.audiences import Audience, audience_of
from archive.exports.readers import archive_staff
from archive.exports.write_list import Form, ItemList, record_list, write_list
from archive.folders.models import Folder
from archive.ledger.not_done import NotDone
from archive.search.lists import list_of_folder, list_of_search


class Command(BaseCommand):
    help = (
        "Export a list of what a search finds, or of a folder, as CSV, JSON or a contact sheet (HTML), as the ending "
        "of the file says. Ends with 0, or with 2 when nothing was exported."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--search", metavar="WORDS", help='by the words of the search box; "" for everything')
        what.add_argument("--folder", type=int, metavar="NUMBER", help="of a folder that the person sees")
        parser.add_argument("file", type=Path, metavar="FILE", help="a new file: .csv, .json or .html")
        parser.add_argument("--sort", default="", help="of a search: newest, oldest, added or best")
        parser.add_argument(
            "--as", dest="person", default="", metavar="NAME",
            help="export what this account may read; without it what archivists may",
        )  # fmt: skip
        parser.add_argument(
            "--with-distressing", action="store_true", help="on a contact sheet, show pictures marked so as they are"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        reader = person_named(options["person"]) if options["person"] else archive_staff()
        if audience_of(reader) == Audience.PUBLIC:
            _refuse(f"{reader} may not read the archive. Name an open account with a role")
        file: Path = options["file"]
        if file.suffix.lower().lstrip(".") not in list(Form):
            _refuse(f"the name {file.name} does not say as what. Let it end in .csv, .json or .html")
        form, partial = Form(file.suffix.lower().lstrip(".")), file.with_name(f"{file.name}.partial")
        if file.exists():
            _refuse(f"{file} is there already. Name a file that is not")
        try:
            listed = self._listed(options, form, reader)
        except NotDone as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        distressing = options["with_distressing"]
        try:
            with partial.open("xb") as written:
                record_list(listed, form, by=(options["person"] and reader) or "command line", distressing=distressing)
                blocks = write_list(listed, form, reader=reader, at=timezone.now(), distressing=distressing)
                written.writelines(blocks)
            partial.replace(file)
        except OSError as fault:
            raise CommandError(f"Nothing was exported: {fault}.", returncode=2) from fault
        finally:
            partial.unlink(missing_ok=True)
        self.stdout.write(f"{len(listed.keys)} item(s) are in {file}, as {reader.get_username()} may read them.")
        if listed.is_cut:
            self.stderr.write(f"More were found: a list of this form holds {form.most}. Narrow the search.")

    def _listed(self, options: dict[str, Any], form: Form, reader: Any) -> ItemList:
        if options["folder"] is None:
            return list_of_search({"q": options["search"], "sort": options["sort"]}, form, reader=reader)
        if not options["person"]:
            _refuse("a folder is exported as somebody sees it. Say who with --as")
        folder = Folder.objects.visible_to(reader).filter(pk=options["folder"]).first()
        if folder is None:
            _refuse(f"{reader} sees no folder {options['folder']}")
        return list_of_folder(folder, form, reader=reader)


def _refuse(why: str) -> Any:
    raise CommandError(f"Nothing was exported: {why}.", returncode=2)
