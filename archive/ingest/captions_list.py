"""
A captions list: one row for each file of a delivery, in CSV; which row speaks for which file.

What cannot be used is told with its line, and never stops the rest.
"""

import csv
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.utils.translation import gettext as _

from archive.authorities import gazetteer
from archive.extraction.readers.decode_text import decode_told, decode_wide, decoded_once_more
from archive.ingest.delivered_names import fold_path
from archive.ingest.delivery import Delivered
from archive.ingest.zip_archives import CannotRead, open_regular
from archive.standards.date_words import AmbiguousDate, DayOrder, InvalidEDTF, NoDate, day_order, understand

COLUMNS = ("filename", "caption", "credit", "creator", "date", "place", "event", "outlet", "url")
# What other people call these columns, in six languages and in the tables of other programs, as `_folded` leaves it.
_OTHER_NAMES = {
    "filename": "file filepath imagename imagefile originalfilename sourcefile datei dateiname bilddatei fichier "
    "nomdufichier nomdefichier bestand bestandsnaam archivo nombredearchivo nombredelarchivo fichero nombredefichero "
    "nomefile nomedelfile nomedefichero",
    "caption": "captions captiontext captionabstract description imagedescription bildunterschrift bildbeschreibung "
    "beschreibung bildtext legende descriptif bijschrift onderschrift omschrijving beschrijving piedefoto leyenda "
    "descripcion didascalia descrizione",
    "credit": "credits creditline photocredit bildnachweis creditphoto mention credito creditos crediti",
    "creator": "byline photographer author artist fotograf fotografin urheber autor photographe auteur fotograaf maker "
    "fotografo fotografa autore",
    "date": "datecreated datetaken datetimeoriginal datum aufnahmedatum datedeprisedevue opnamedatum fecha "
    "fechadecreacion data datadiscatto",
    "place": "location sublocation city ort aufnahmeort lieu ville plaats locatie lugar localizacion luogo",
    "event": "eventname ereignis evenement gebeurtenis evento",
    "outlet": "publication publishedby publisher medium zeitung journal krant medio testata",
    "url": "link uri webaddress weblink enlace",
}
_MEANT = {name: column for column, names in _OTHER_NAMES.items() for name in names.split()}
_MEANT |= {name: name for name in COLUMNS}
# Office documents: ZIP archives, and the compound files from before them.
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
# Not a column: how the numbers of this list's dates are ordered, where its other dates tell.
DATE_ORDER = "date_order"
# Not a column either: the key of the row that was kept with its accession.
ROW = "row"
MOST_BYTES = 64 * 1024**2
# Exports of whole databases have some hundreds.
_MOST_COLUMNS = 1000
_DELIMITERS = ",;\t|"
_ORDER_WORDS = {"DMY": "day before month", "MDY": "month before day"}
_LONGEST_QUOTE = 80
_ON_A_DISK = re.compile(r"[A-Za-z]:[\\/]|[\\/]{1,2}\w|~[\\/]|file:", re.IGNORECASE)
# Of so many lines the same is told one by one.
_MOST_ALIKE = 20
_QUOTED_OR_NUMBER = re.compile(r"“[^”]*”|\d+")


class UnreadableList(ValueError):
    """The list cannot be read at all; the text says which and why, in the language of whoever sent it."""


@dataclass(frozen=True)
class Remark:
    """
    What has to be told of a delivery beside the outcome of its files.

    `about` says what of: "list.csv, line 4", a path; empty for the whole. A problem is something that was not used.
    """

    about: str
    text: str
    is_problem: bool = True


@dataclass(frozen=True)
class Row:
    """One row: `filename` as written, and what its other columns state."""

    line_number: int
    filename: str
    stated: dict[str, str]
    # Of a row that was kept with its accession.
    key: int | None = None

    @property
    def words(self) -> dict[str, str]:
        """Return what it states of its file, with its key where it has one."""
        return self.stated | ({ROW: str(self.key)} if self.key else {})


@dataclass(frozen=True)
class CaptionsList:
    """The rows of a list that can be used, and what has to be told of it."""

    name: str = ""
    rows: list[Row] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def about(self, row: Row) -> str:
        return f"{self.name}, line {row.line_number}"


def is_list(path: str) -> bool:
    """Tell by its name whether a file of a delivery is a captions list."""
    return path.lower().endswith((".csv", ".tsv"))


def read_list(path: Path) -> CaptionsList:
    """
    Read a captions list from the disk.

    :raises UnreadableList: it cannot be opened or used at all
    """
    try:
        with open_regular(path) as stream:
            content = stream.read(MOST_BYTES + 1)
    except CannotRead as problem:
        raise UnreadableList(f"{path} cannot be read as a captions list: {problem}.") from problem
    except OSError as problem:
        why = (problem.strerror or "it cannot be read").lower()
        raise UnreadableList(f"{path} cannot be read as a captions list: {why}.") from problem
    return parse_list(content, name=path.name)


def parse_list(content: bytes, *, name: str) -> CaptionsList:
    """
    Read the bytes of a captions list: CSV with a line of column names, `filename` among them.

    UTF-8, UTF-16, or else a guess, which is told; with commas, semicolons, tabs or bars between. A column may have
    another usual name, in six languages; that is told too.

    :param name: what people call it
    :raises UnreadableList: too long, a spreadsheet, no column `filename`, or one column twice
    """
    if len(content) > MOST_BYTES:
        said = {"name": name, "megabytes": MOST_BYTES // 1024**2}
        raise UnreadableList(_("%(name)s is no captions list: it has more than %(megabytes)d MB.") % said)
    if content.startswith(_SPREADSHEETS):
        raise UnreadableList(_("%(name)s is a spreadsheet. Save it as CSV in UTF-8, and send that.") % {"name": name})
    text, remarks = _decoded(content, name)
    first, written, delimiter = _header(text, name)
    columns, other_names = _meant(written)
    for column, own_name in zip(columns, written, strict=True):
        if own_name and not column:
            known = ", ".join(COLUMNS)
            sentence = f"The column “{own_name}” is not known, or is named by another already, and was not read."
            remarks.append(Remark(f"{name}, line {first}", f"{sentence} Known: {known}."))
    if other_names:
        read = ", ".join(f"“{own_name}” as {column}" for own_name, column in other_names)
        remarks.append(Remark(f"{name}, line {first}", f"Columns were read by what they are called: {read}.", False))
    rows: list[Row] = []
    line_of: dict[str, Row] = {}
    for line_number, cells in _lines(text, delimiter, first, name, remarks):
        about = f"{name}, line {line_number}"
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            sentence = (
                f"It has {len(cells)} cells for {len(columns)} columns and was not read: a text with a comma in it "
            )
            remarks.append(
                Remark(about, f"{sentence.replace('comma', _named(delimiter))}needs quotation marks around it.")
            )
            continue
        stated = {
            column: cell.strip()
            for column, cell in zip(columns, cells, strict=False)
            if column in COLUMNS and cell.strip()
        }
        filename = stated.pop("filename", "")
        for column, cell in stated.items():
            if (mended := decoded_once_more(cell)) != cell:
                stated[column] = mended
                sentence = f"Its {column} was encoded twice (“{cell[:_LONGEST_QUOTE]}”) and was read as it was meant."
                remarks.append(Remark(about, sentence, is_problem=False))
        if not filename:
            if stated:
                remarks.append(Remark(about, "It names no file and was not read."))
            continue
        row = Row(line_number, filename, stated)
        if (earlier := line_of.get(filename)) is not None:
            remarks.append(_told_twice(about, row, earlier))
            continue
        line_of[filename] = row
        rows.append(row)
    if not rows and not any(remark.is_problem for remark in remarks):
        remarks.append(Remark(name, "It has no row that can be used."))
    rows = _with_dates(CaptionsList(name, rows), remarks)
    return CaptionsList(name, rows, bounded(remarks))


def _decoded(content: bytes, name: str) -> tuple[str, list[Remark]]:
    remarks = []
    wide = content[:4000].count(0) * 4 > len(content[:4000])
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        text = content.decode("utf-32", errors="replace")
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")) or wide:
        text = decode_wide(content, little_endian=True)
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            line_number = content[: problem.start].count(b"\n") + 1
            decoded = decode_told(content)
            text = decoded.text
            quote = text.split("\n")[line_number - 1].strip()[:_LONGEST_QUOTE]
            guess = f"Its text {decoded.doubt}. Check its first accents, in line {line_number}: “{quote}”."
            if "�" in text:
                lines = [str(n) for n, line in enumerate(text.split("\n"), 1) if "�" in line]
                listed = ", ".join(lines[:10]) + (", …" if len(lines) > 10 else "")
                guess = f"Its text {decoded.doubt} ({'line' if len(lines) == 1 else 'lines'} {listed}): “{quote}”."
            remarks.append(Remark(name, guess, is_problem=False))
    if "\0" in text:
        # No database keeps it in text.
        remarks.append(Remark(name, "It holds NUL characters, which were left out."))
        text = text.replace("\0", "")
    return text, remarks


def _folded(column: str) -> str:
    """Return a name of a column as two writings of it compare: letters alone, without accents, in one case."""
    plain = unicodedata.normalize("NFKD", column.casefold())
    return "".join(letter for letter in plain if letter.isalpha() and not unicodedata.combining(letter))


def _meant(written: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """
    Return the column that each name means, empty where none or one that is named already, and those named otherwise.

    A column's own name comes before its other ones, of which the first counts.
    """
    columns = [name if name in COLUMNS else "" for name in written]
    other_names = []
    for place, own_name in enumerate(written):
        if not columns[place] and (column := _MEANT.get(_folded(own_name), "")) and column not in columns:
            columns[place] = column
            other_names.append((own_name, column))
    return columns, other_names


def _header(text: str, name: str) -> tuple[int, list[str], str]:
    """Return the line of the column names, the names folded and trimmed, and what stands between the cells."""
    lines = list(io.StringIO(text, newline=""))
    first = next((n for n, line in enumerate(lines, 1) if line.strip() and not re.fullmatch("sep=.", line.strip())), 0)
    said = {"name": name, "line": first, "columns": ", ".join(COLUMNS)}
    if not first:
        raise UnreadableList(_("%(name)s is empty. Its first line names its columns: %(columns)s.") % said)
    header = lines[first - 1]
    for delimiter in sorted(_DELIMITERS, key=header.count, reverse=True):
        try:
            cells = next(csv.reader([header], delimiter=delimiter, skipinitialspace=True))
        except (csv.Error, StopIteration):
            continue
        if len(cells) > _MOST_COLUMNS:
            said |= {"count": len(cells)}
            raise UnreadableList(_("%(name)s is no captions list: line %(line)d names %(count)d columns.") % said)
        # Marks that nobody sees come along when a table is copied from a page.
        columns = [cell.strip().strip("\u200b\u200e\u200f\ufeff").strip().casefold() for cell in cells]
        if "filename" in _meant(columns)[0]:
            twice = {column for column in columns if column and columns.count(column) > 1}
            if twice:
                sentence = _("%(name)s, line %(line)d: the column “%(column)s” is named twice. Name it once.")
                raise UnreadableList(sentence % (said | {"column": min(twice)}))
            return first, columns, delimiter
    raise UnreadableList(_("%(name)s: line %(line)d names no column “filename”. It takes %(columns)s.") % said)


def _lines(text: str, delimiter: str, first: int, name: str, remarks: list[Remark]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the column names, each with the number of its first line; what is no row is told."""
    lines = io.StringIO(text, newline="")
    for _n in range(first):
        lines.readline()
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        line_number = first + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            is_open = "unexpected end" in str(problem)
            why = "a quotation mark in it is not closed" if is_open else "its quotation marks or its length are wrong"
            last = first + reader.line_num
            to = f", and nothing down to line {last}" if is_open and last > line_number else ""
            remarks.append(Remark(f"{name}, line {line_number}", f"It was not read{to}: {why}."))
            continue
        if any(cell.strip() for cell in cells):
            yield line_number, cells


def _named(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[delimiter]


def _told_twice(about: str, row: Row, earlier: Row) -> Remark:
    if row.stated == earlier.stated:
        return Remark(about, f"“{row.filename}” is listed in line {earlier.line_number} already.", is_problem=False)
    line = f"“{row.filename}” is listed in line {earlier.line_number} already, with other words. These were not used."
    return Remark(about, line)


def _with_dates(captions: CaptionsList, remarks: list[Remark]) -> list[Row]:
    """Tell which dates say nothing; where other dates of the list settle it, read day and month in their order."""
    dates = [row.stated["date"] for row in captions.rows if "date" in row.stated]
    order, settled = day_order(dates), []
    rows = []
    for row in captions.rows:
        if written := row.stated.get("date"):
            try:
                understand(written, order=order)
                if order and _is_open(written):
                    settled.append(row)
                    row = replace(row, stated=row.stated | {DATE_ORDER: order})
            except NoDate:
                sentence = f"“{written}” says that there is no date: none is claimed."
                remarks.append(Remark(captions.about(row), sentence, is_problem=False))
            except InvalidEDTF as problem:
                remarks.append(_told_refused(captions.about(row), written, problem))
        rows.append(row)
    if settled:
        remarks.append(_told_order(captions.name, settled, order))
    return rows


def _is_open(written: str) -> bool:
    """Tell whether a date is one that needs an order of day and month."""
    try:
        understand(written)
    except AmbiguousDate:
        return True
    return False


def _told_refused(about: str, written: str, problem: InvalidEDTF) -> Remark:
    return Remark(about, f"{problem} “{written}” stays on record here and claims nothing.")


def _told_order(name: str, rows: list[Row], order: DayOrder | None) -> Remark:
    lines = ", ".join(str(row.line_number) for row in rows[:10]) + (", …" if len(rows) > 10 else "")
    example = rows[0].stated["date"]
    sentence = (
        f"Dates such as “{example}” were read with the {_ORDER_WORDS[order or 'DMY']}, as other dates of this list "
    )
    return Remark(name, f"{sentence}have it ({'line' if len(rows) == 1 else 'lines'} {lines}).", is_problem=False)


def match_rows(
    files: Iterable[Delivered],
    captions: CaptionsList,
    pending: list[Row] | None = None,
    given: Mapping[str, Row] | None = None,
) -> tuple[list[Delivered], list[Remark]]:
    """Match rows as `match_all_rows` does; of what is to be told of many lines alike the first are named."""
    matched, remarks = match_all_rows(files, captions, pending, given)
    return matched, bounded(remarks)


def match_all_rows(
    files: Iterable[Delivered],
    captions: CaptionsList,
    pending: list[Row] | None = None,
    given: Mapping[str, Row] | None = None,
) -> tuple[list[Delivered], list[Remark]]:
    """
    Give each row to the file that it names: by its path, else by its name, in whatever case and composition.

    Of several, the one that lies at that very path below what was delivered.

    Return the files with what is stated of them, and a remark for each row that names no file, several, or one that
    another row spoke for, and for each place that the gazetteer does not know.

    :param pending: takes the rows that wait, instead of a remark each, where files are still to come: those whose path
        is not there too, for the file of that path may come, and another of its name has other words. A path of
        somebody's disk never comes whole: of such a one, files lie at its end, and what is no part of it is another's
    :param given: the rows of this list that went to files before, by the paths of these
    """
    files = list(files)
    by_name: dict[str, list[int]] = {}
    folded = [fold_path(file.path).split("/") for file in files]
    # Its archive is no part of what somebody had on a disk.
    inside = [
        parts[max((n for n, part in enumerate(parts) if part.endswith(".zip")), default=-1) + 1 :] for parts in folded
    ]
    for n, parts in enumerate(folded):
        by_name.setdefault(parts[-1], []).append(n)
    remarks: list[Remark] = []
    before = {n: given[file.path] for n, file in enumerate(files) if given and file.path in given}
    taken: dict[int, Row] = dict(before)
    roots = _Roots(files)
    by_name_only: list[tuple[Row, list[int]]] = []
    # Rows with a path of a disk at the end of which a file lies, by the place of that file.
    ending_alike: dict[int, list[Row]] = {}
    closed = [file.path.rsplit("/", 1)[-1] for file in files if file.path.lower().endswith(".zip")]
    names = ", ".join(f"“{name}”" for name in closed[:3]) + (", …" if len(closed) > 3 else "")
    unseen = f" What lies in {names} was not looked at: unpack it." if closed else ""

    def give(row: Row, n: int) -> None:
        if (earlier := taken.get(n)) is None:
            taken[n] = row
        elif pending is not None and len(_parts(row)) < len(_parts(earlier)):
            pending.append(row)
        else:
            sentence = f"“{row.filename}” is the file of line {earlier.line_number}. This line was not used."
            remarks.append(Remark(captions.about(row), sentence))

    rows = captions.rows
    if pending is not None:
        # The row that names most of a path has its file before one that names it by less.
        rows = sorted(rows, key=lambda row: -len(_parts(row)))
    for row in rows:
        wanted = _parts(row)
        candidates = by_name.get(wanted[-1], []) if wanted else []
        shared = {n: _shared_end(wanted, folded[n]) for n in candidates}
        if pending is not None and (whole := [n for n in candidates if shared[n] == len(wanted)]):
            candidates = whole
        elif pending is not None:
            candidates = [n for n in candidates if shared[n] == len(inside[n])] if _is_of_a_disk(row) else []
        longest = max((shared[n] for n in candidates), default=0)
        exact = roots.named_by(row.filename, candidates) if len(candidates) > 1 else []
        best = exact or _in_same_case([n for n in candidates if shared[n] == longest], row.filename, files)
        if not best and pending is not None:
            pending.append(row)
        elif not best:
            remarks.append(Remark(captions.about(row), f"“{row.filename}” names no file of this accession.{unseen}"))
        elif len(best) > 1:
            paths = ", ".join(files[n].path for n in best[:3]) + (", …" if len(best) > 3 else "")
            sentence = (
                f"“{row.filename}” may be any of {len(best)} files ({paths}) and was given to none. Write its path."
            )
            remarks.append(Remark(captions.about(row), sentence))
        elif pending is not None and longest < len(wanted):
            ending_alike.setdefault(best[0], []).append(row)
        elif longest < len(wanted) and not exact:
            by_name_only.append((row, best))
        else:
            give(row, best[0])
    for n, alike in ending_alike.items():
        if n in taken or len(alike) > 1:
            pending.extend(alike)
            remarks.extend(_told_ending_alike(captions, alike, files[n]) if n not in taken else ())
            continue
        [row] = alike
        give(row, n)
        sentence = f"“{row.filename}” is a path of a disk; by its end it was taken for {files[n].path}."
        remarks.append(Remark(captions.about(row), sentence, is_problem=False))
    # A path that is not there: its name alone may tell, once each row has its file that names it whole.
    for row, (n,) in by_name_only:
        if n in taken:
            remarks.append(Remark(captions.about(row), f"“{row.filename}” names no file of this accession.{unseen}"))
            continue
        give(row, n)
        sentence = f"“{row.filename}” is no path of this accession; by its name it was taken for {files[n].path}."
        remarks.append(Remark(captions.about(row), sentence, is_problem=False))
    for n in before:
        del taken[n]
    remarks += _unknown_places(captions, taken.values())
    stated = [replace(file, stated=taken[n].words) if n in taken else file for n, file in enumerate(files)]
    return stated, sorted(remarks, key=_line_of)


def _unknown_places(captions: CaptionsList, rows: Iterable[Row]) -> Iterator[Remark]:
    """Tell once of each place that stays words: the gazetteer has none of that name, or several."""
    mentioned: set[str] = set()
    for row in sorted(rows, key=lambda row: row.line_number):
        written = row.stated.get("place", "")
        if written and written not in mentioned and gazetteer.place_meant(written) is None:
            mentioned.add(written)
            several = len(gazetteer.resolve(written))
            why = f"is the name of {several} places" if several > 1 else "is no place of the gazetteer"
            sentence = f"“{written[:_LONGEST_QUOTE]}” {why}: it stays as words, and no place is linked. "
            sentence += "Write its county or country behind it." if several > 1 else "Link one on the item’s page."
            yield Remark(captions.about(row), sentence, is_problem=False)


def _line_of(remark: Remark) -> int:
    return int(remark.about.rpartition(" ")[2])


def bounded(remarks: list[Remark]) -> list[Remark]:
    """Keep the first of the remarks that say the same of many lines, and count the others in one behind them."""
    alike: dict[tuple[str, bool], list[Remark]] = {}
    for remark in remarks:
        alike.setdefault((_QUOTED_OR_NUMBER.sub("", f"{remark.about} {remark.text}"), remark.is_problem), []).append(
            remark
        )
    kept = []
    for same in alike.values():
        shown, rest = same[:_MOST_ALIKE], same[_MOST_ALIKE:]
        kept += shown
        if rest:
            name = rest[0].about.rpartition(", line ")[0]
            lines = f"{_line_of(rest[0])} to {_line_of(rest[-1])}"
            sentence = f"… and {len(rest):,} more lines ({lines}) of which the same is to be told as of those above, "
            kept.append(Remark(name, f"{sentence}from line {_line_of(shown[0])} on.", rest[0].is_problem))
    return kept


class _Roots:
    """The folders and archives that were delivered, and the paths of their files below them."""

    def __init__(self, files: list[Delivered]) -> None:
        self._files = files
        folders: dict[str, set[str]] = {}
        for file in files:
            folders.setdefault(file.base, set()).add(_below(file).rpartition("/")[0])
        # An archive often holds one folder, and all files in it.
        self._wrapping = {base: os.path.commonpath(inside) for base, inside in folders.items()}

    def named_by(self, written: str, places: list[int]) -> list[int]:
        """
        Return those of the files whose path below what was delivered is the one written; its own name may lead.

        One in the same case comes before one in another.
        """
        parts = unicodedata.normalize("NFC", written.replace("\\", "/")).split("/")
        path = "/".join(part for part in parts if part not in ("", "."))
        for writings in (self._paths, self._paths_in_wrapping):
            same = [n for n in places if path in writings(self._files[n])]
            folded = fold_path(path)
            if matching := same or [n for n in places if folded in map(fold_path, writings(self._files[n]))]:
                return matching
        return []

    @staticmethod
    def _paths(file: Delivered) -> set[str]:
        below, own_name = _below(file), os.path.basename(os.path.abspath(file.base))
        own_names = {own_name, own_name.removesuffix(own_name[-4:] if own_name.lower().endswith(".zip") else "")}
        return {below, *(f"{name}/{below}" for name in own_names)}

    def _paths_in_wrapping(self, file: Delivered) -> set[str]:
        return {_below(file).removeprefix(f"{self._wrapping[file.base]}/")}


def _below(file: Delivered) -> str:
    return file.path.removeprefix(f"{file.base}/").lstrip("/")


def _is_of_a_disk(row: Row) -> bool:
    """Tell whether a row names its file by where it lay on somebody's disk: from its drive, server or root on."""
    return _ON_A_DISK.match(row.filename) is not None


def _told_ending_alike(captions: CaptionsList, rows: list[Row], file: Delivered) -> Iterator[Remark]:
    lines = ", ".join(str(row.line_number) for row in rows[:3]) + (", …" if len(rows) > 3 else "")
    sentence = f"{file.path} may be the file of several lines ({lines}), which are paths of a disk that end alike."
    for row in rows:
        yield Remark(captions.about(row), f"{sentence} They wait: send the files in their folders.", is_problem=False)


def _parts(row: Row) -> list[str]:
    return [part for part in fold_path(row.filename).split("/") if part not in ("", ".")]


def _shared_end(wanted: list[str], path: list[str]) -> int:
    """Return how many parts of two paths agree, counted from their ends; an archive may be written as a folder."""
    shared = 0
    for one, other in zip(reversed(wanted), reversed(path), strict=False):
        if other not in (one, f"{one}.zip"):
            break
        shared += 1
    return shared


def _in_same_case(places: list[int], written: str, files: list[Delivered]) -> list[int]:
    """Of files whose names differ in case alone, keep the one that is written the same."""
    name = written.replace("\\", "/").rpartition("/")[2]
    same = [n for n in places if files[n].name == name]
    return same if len(places) > 1 and same else places
