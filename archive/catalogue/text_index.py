"""
Full text over items, with the same answers on SQLite and on PostgreSQL.

Neither database's own parser decides what a word is: texts and questions are split here, by `normalise`, and stored
as plain words with their positions, in an FTS5 table on SQLite and a `tsvector` on PostgreSQL. There is a table for
each audience, of what that audience may read: so no question finds a word that its asker may not see. The tables are
a projection: `projection.write_projection` writes them, and can write them anew at any time.
"""

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from operator import add

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from archive.catalogue.audiences import AUDIENCES, Audience
from archive.standards.normal_form import normalise

# What a tsvector can hold: positions up to 16 383, 255 of them for one word. FTS5 is held to the same, so that a
# phrase far down in a long text is found, or not found, on both.
_ROOM = {"heading": 1000, "captions": 6000, "places": 1000, "statements": 8000}
_MOST_OF_ONE_WORD = 255
# A tsvector ends at 1,048,575 bytes: of each word its letters, filled up to even, a count, and two for each position.
_MOST_BYTES = 1_000_000
# Long metadata and long captions must not take the room of what an item is mostly looked for by.
_ROOM_IS_GIVEN_TO = ("heading", "places", "captions", "statements")
_LONGEST_WORD = 60
# Takes the place of a word that is left out, so that those after it keep their positions. No query can ask for it.
_LEFT_OUT = "·"
_WEIGHTS = {"heading": "A", "captions": "B", "places": "C", "statements": "D"}
# Words in the picture stand a second time beside the statements, marked so: no fifth weight is to be had of a tsvector.
# No text and no question has this letter: `normalise` writes it as "th".
IN_PICTURE = "þ"
_EVERYWHERE = ("heading", "captions", "places", "statements")
TABLES = {
    Audience.PUBLIC: "catalogue_itemtext_public",
    Audience.RESEARCH: "catalogue_itemtext_research",
    Audience.STAFF: "catalogue_itemtext",
}

# So many keys are carried from PostgreSQL and back; of a word that more items hold, it is asked in each query.
_MOST_KEYS = 20_000

_TERM = re.compile(r'(?P<without>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')


class NoWords(ValueError):
    """The question holds nothing to look for; the message is a sentence for people."""


@dataclass(frozen=True)
class Texts:
    """
    What is said about one item, by the field that a question can be narrowed to.

    `pictured` are the words that stand in the picture: they are found with the captions, and by themselves.
    """

    heading: str = ""
    captions: str = ""
    places: str = ""
    statements: str = ""
    pictured: str = ""


@dataclass(frozen=True)
class Term:
    """Words that must follow one another; of a prefix, the last may go on."""

    words: tuple[str, ...]
    is_prefix: bool = False
    ends_in_letter: bool = False


class _IsOneOf(Func):
    """A key among many given at once: one parameter, where IN would make one of each."""

    template, arg_joiner = "(%(expressions)s::bigint[]))", " = ANY("
    output_field = BooleanField()


def write(texts_by_item: dict[int, dict[Audience, Texts]]) -> dict[int, int]:
    """
    Index these items' texts in place of what was indexed of them; inside the caller's transaction.

    Return how many words of each item found no room, of what its widest audience reads; the same on both databases.

    :param texts_by_item: for an audience that is left out, the item is found by no word
    """
    left_out: dict[int, int] = {}
    for audience in AUDIENCES:
        split = {key: _split(texts[audience]) for key, texts in texts_by_item.items() if audience in texts}
        _delete(TABLES[audience], [key for key in texts_by_item if key not in split])
        if split:
            _insert(TABLES[audience], [(key, columns) for key, (columns, _number) in split.items()])
        left_out = {key: number for key, (_columns, number) in split.items()} | left_out
    return left_out


def _delete(table: str, keys: list[int]) -> None:
    column = "rowid" if connection.vendor == "sqlite" else "item_id"
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {table} WHERE {column} = %s", [(key,) for key in keys])


def _insert(table: str, rows: list[tuple[int, list[list[str]]]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                f"INSERT OR REPLACE INTO {table} (rowid, heading, captions, places, statements) "
                "VALUES (%s, %s, %s, %s, %s)",
                [(item_id, *_stored(columns)) for item_id, columns in rows],
            )
        else:
            cursor.execute(
                f"INSERT INTO {table} (item_id, words) "
                "SELECT item_id, words::tsvector FROM unnest(%s::bigint[], %s::text[]) AS given (item_id, words) "
                "ON CONFLICT (item_id) DO UPDATE SET words = EXCLUDED.words",
                [[item_id for item_id, _ in rows], [_vector(columns) for _, columns in rows]],
            )


def columns_of_row() -> list[str]:
    """Return the columns of each of `TABLES`, the key of the item first."""
    return ["rowid", *_EVERYWHERE] if connection.vendor == "sqlite" else ["item_id", "words"]


def row_of(texts: Texts) -> tuple[str, ...]:
    """
    Return what a row of `TABLES` holds of these texts beside the key of the item, for who writes very many rows.

    :param texts: as `normalise` leaves them: to do that once more would take longer than all else
    """
    return _stored(_split(texts, words_of=_short_words)[0])


def _stored(columns: list[list[str]]) -> tuple[str, ...]:
    return tuple(map(" ".join, columns)) if connection.vendor == "sqlite" else (_vector(columns),)


def stored_words(keys: Sequence[int]) -> dict[Audience, dict[int, tuple[str, ...]]]:
    """
    Return the words that are indexed of items for each audience, by key: of heading, captions, places, statements.

    Words that do not stand together in the text have something between them that is no word. What is the same for
    another audience as for archive staff is one object. One query on PostgreSQL, three on SQLite.
    """
    if connection.vendor == "sqlite":
        return {audience: _stored_on_sqlite(TABLES[audience], keys) for audience in AUDIENCES}
    by_audience: dict[Audience, dict[int, tuple[str, ...]]] = {audience: {} for audience in AUDIENCES}
    of_staff = by_audience[Audience.STAFF]
    others = [audience for audience in AUDIENCES if audience != Audience.STAFF]
    columns = "".join(
        f", {TABLES[audience]}.words = staff.words"
        f", CASE WHEN {TABLES[audience]}.words IS DISTINCT FROM staff.words THEN {TABLES[audience]}.words::text END"
        for audience in others
    )
    joins = " ".join(f"LEFT JOIN {TABLES[audience]} USING (item_id)" for audience in others)
    with connection.cursor() as cursor:
        # In one statement: what is compared is what is read.
        cursor.execute(
            f"SELECT item_id, staff.words::text{columns} FROM unnest(%s::bigint[]) AS asked (item_id) "
            f"LEFT JOIN {TABLES[Audience.STAFF]} staff USING (item_id) {joins}",
            [list(keys)],
        )
        for key, staff, *rest in cursor.fetchall():
            if staff is not None:
                of_staff[key] = _unpacked(staff)
            for audience, is_same, vector in zip(others, rest[::2], rest[1::2], strict=True):
                if is_same:
                    by_audience[audience][key] = of_staff[key]
                elif vector is not None:
                    by_audience[audience][key] = _unpacked(vector)
    return by_audience


def _stored_on_sqlite(table: str, keys: Sequence[int]) -> dict[int, tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid, heading, captions, places, statements FROM {table} "
            "WHERE rowid IN (SELECT value FROM json_each(%s))",
            [json.dumps(list(keys))],
        )
        return {key: tuple(words) for key, *words in cursor.fetchall()}


def _unpacked(vector: str) -> tuple[str, ...]:
    """Return the words of the fields of a tsvector, in the order in which they stand."""
    words: dict[int, str] = {}
    # No word has a capital: these are weights. None has a quotation mark: they stand around each, its places behind it.
    parts = vector.replace("A", "").replace("B", "").replace("C", "").split("'")
    for word, places in zip(parts[1::2], parts[2::2], strict=True):
        if "," in places:
            words |= dict.fromkeys(map(int, places[1:].split(",")), word)
        else:
            words[int(places[1:])] = word
    placed, fields, begin, end = sorted(words), [], 0, 0
    for room in _ROOM.values():
        end += room + 1
        till = bisect_right(placed, end, begin)
        here, begin = placed[begin:till], till
        field = [words[place] for place in here]
        if here and here[-1] - here[0] >= len(here):
            gaps = [at for at, (place, before) in enumerate(pairwise(here), 1) if before > place + 1]
            for at in reversed(gaps):
                field.insert(at, _LEFT_OUT)
        fields.append(" ".join(field))
    return tuple(fields)


def refuse_wordless(words: str) -> None:
    """:raises NoWords: there is no letter and no digit in what is asked"""
    if not any(terms_of(words)):
        raise NoWords(_("There is no word in “%(words)s”. Write a letter or a digit.") % {"words": words})


def matching(words: str, *, audience: Audience) -> Q:
    """
    Narrow items to those that hold every word, by a condition on the item's key.

    The last word may go on ("dunk" finds Dunkirk), but a single letter is a word; "quoted words" stand together, -word
    must be absent. The condition may be used many times: the index is asked once, here.

    :param audience: look only at what it may read
    :raises NoWords: there is no letter and no digit in what was asked
    """
    return _condition(words, _EVERYWHERE, audience)


def in_heading(words: str, *, audience: Audience) -> Q:
    """Narrow items to those whose heading holds every word; such an item matches best."""
    return _condition(words, ("heading",), audience)


def in_statements(words: str, *, audience: Audience) -> Q:
    """Narrow items to those whose raw metadata hold every word."""
    return _condition(words, ("statements",), audience)


def in_picture(words: str, *, audience: Audience) -> Q:
    """Narrow items to those in whose picture every word stands."""
    return _condition(words, ("statements",), audience, mark=IN_PICTURE)


def _condition(words: str, fields: tuple[str, ...], audience: Audience, *, mark: str = "") -> Q:
    refuse_wordless(words)
    wanted, unwanted = terms_of(words, mark=mark)
    condition = _holding(" {and} ", wanted, fields, audience) if wanted else Q()
    return condition & ~_holding(" {or} ", unwanted, fields, audience) if unwanted else condition


def terms_of(words: str, *, mark: str = "") -> tuple[list[Term], list[Term]]:
    """
    Read a question: the terms that have to be met, and those that must not be; normalised.

    :param mark: stands before each word, such as `IN_PICTURE`
    """
    wanted: list[Term] = []
    unwanted: list[Term] = []
    matches = [match for match in _TERM.finditer(words) if normalise(match["phrase"] or match["word"] or "")]
    for match in matches:
        parts = tuple(mark + word for word in _words(match["phrase"] or match["word"]))
        goes_on = match is matches[-1] and match["word"] is not None and not match["without"]
        # Half an archive has words that begin with one letter. Chinese writes whole words so.
        is_letter = goes_on and len(parts) == 1 and len(parts[0]) == len(mark) + 1 and parts[0].isascii()
        (unwanted if match["without"] else wanted).append(Term(parts, goes_on and not is_letter, is_letter))
    return wanted, unwanted


def sole_letter(words: str) -> str:
    """Return the letter or digit that a question ends in and that is looked for as a whole word; "" for none."""
    return next((term.words[-1] for term in terms_of(words)[0] if term.ends_in_letter), "")


def _holding(joint: str, terms: list[Term], fields: tuple[str, ...], audience: Audience) -> Q:
    table = TABLES[audience]
    if connection.vendor == "sqlite":
        asked = joint.format(**{"and": "AND", "or": "OR"}).join(
            f'"{" ".join(term.words)}"{" *" if term.is_prefix else ""}' for term in terms
        )
        question = f"{{{' '.join(fields)}}} : ({asked})"
        with connection.cursor() as cursor:
            # A page asks the same words of ten queries: they are looked up once, and the keys stay a single text.
            cursor.execute(f"SELECT json_group_array(rowid) FROM {table} WHERE {table} MATCH %s", [question])
            keys = cursor.fetchone()[0]
        return Q(pk__in=RawSQL("SELECT value FROM json_each(%s)", [keys]))
    # Words wanted anywhere need no weight, and the index answers alone, without a look at each row.
    weights = "" if fields == _EVERYWHERE else "".join(_WEIGHTS[field] for field in fields)
    asked = joint.format(**{"and": "&", "or": "|"}).join(_phrase(term, weights) for term in terms)
    question = f"SELECT item_id FROM {table} WHERE words @@ %s::tsquery"
    with connection.cursor() as cursor:
        # A page asks the same words of ten queries: few items are looked up once, here.
        cursor.execute(f"{question} LIMIT {_MOST_KEYS + 1}", [asked])
        keys = [row[0] for row in cursor.fetchall()]
    if len(keys) <= _MOST_KEYS:
        return Q(_IsOneOf(F("pk"), Value(keys)))
    # The keys of a common word would be carried to and fro by the million.
    return Q(pk__in=RawSQL(question, [asked]))


def _phrase(term: Term, weights: str) -> str:
    marks = [f":{weights}" if weights else ""] * len(term.words)
    if term.is_prefix:
        marks[-1] = f":*{weights}"
    return "(" + " <-> ".join(f"'{word}'{mark}" for word, mark in zip(term.words, marks, strict=True)) + ")"


def _words(text: str) -> list[str]:
    # Not through the cache of `normalise`, which is for names: thousands of long texts would stay in memory.
    return _short_words(normalise.__wrapped__(text))


def _short_words(normal: str) -> list[str]:
    words = normal.lower().split()
    return words if max(map(len, words), default=0) <= _LONGEST_WORD else [word[:_LONGEST_WORD] for word in words]


def _split(texts: Texts, *, words_of: Callable[[str], list[str]] = _words) -> tuple[list[list[str]], int]:
    """Return the words of each field that are indexed, and how many of all are not."""
    pictured = words_of(texts.pictured)
    words = [
        words_of(texts.heading),
        words_of(texts.captions) + pictured,
        words_of(texts.places),
        [IN_PICTURE + word for word in pictured] + words_of(texts.statements),
    ]
    columns = [all_of_it[:room] for all_of_it, room in zip(words, _ROOM.values(), strict=True)]
    left_out = sum(map(len, words)) - sum(map(len, columns))
    # Even if each word were of the longest letters, this would be within all limits.
    if sum(map(len, columns)) <= _MOST_OF_ONE_WORD:
        return columns, left_out
    seen: Counter[str] = Counter()
    room_bytes = _MOST_BYTES
    for field in _ROOM_IS_GIVEN_TO:
        column = columns[_EVERYWHERE.index(field)]
        for place, word in enumerate(column):
            needed = 2 if seen[word] else len(word.encode()) + 5
            if seen[word] >= _MOST_OF_ONE_WORD or needed > room_bytes:
                column[place] = _LEFT_OUT
                # What stands there 255 times is found; only where it stands further down is not told.
                left_out += not seen[word]
                continue
            seen[word] += 1
            room_bytes -= needed
    return columns, left_out


def _vector(columns: list[list[str]]) -> str:
    """Write a tsvector: each field has its own stretch of positions, so that no phrase runs from one into the next."""
    written: list[str] = []
    for words, marks in zip(columns, _marks(), strict=True):
        placed = map(add, words, marks)
        if _LEFT_OUT in words:
            placed = (mark for mark, word in zip(placed, words, strict=True) if word != _LEFT_OUT)
        written += placed
    return " ".join(written)


@cache
def _marks() -> list[list[str]]:
    """Return what stands behind each word of a tsvector, by the field and the word's place in it."""
    marks, start = [], 1
    for field, room in _ROOM.items():
        marks.append([f":{place}{_WEIGHTS[field]}" for place in range(start, start + room)])
        start += room + 1
    return marks
