"""Spans of footage: marked, changed, retracted and spoken of, each act in the ledger; and undone by who did it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.audiences import Audience
from archive.catalogue.hidden_wordings import withheld_from
from archive.catalogue.models import Item
from archive.catalogue.text_index import matching
from archive.claims.models import Span, SpanClaim, SpanRetraction, SpanVersion
from archive.claims.spans import readable_spans, spans_of, standing_spans
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.operation.ledger_comparison import differences
from archive.projection.write_projection import project
from archive.review import authority_records, mark_spans
from archive.review.models import OwnAct
from archive.review.told_acts import words_of_act, words_of_own_act
from archive.review.undo_acts import SomeStands, undo
from archive.standards.edtf import parse
from archive.standards.vocabulary import SpanProperty
from tests.builders import make_caption, make_event, make_footage, make_item, make_place, make_proposal
from tests.two_at_once import meet, together

pytestmark = pytest.mark.django_db
People = dict[str, User]


def marked(
    item: Item, by: User, start: int = 1000, end: int = 2000, title: str = "The boat lands", **more: Any
) -> Span:
    return mark_spans.mark(item, start_milliseconds=start, end_milliseconds=end, title=title, by=by, **more)[0]


def changed(span: Span, by: User, seen: int | None = None, **content: Any) -> bool:
    given = {"start_milliseconds": 1000, "end_milliseconds": 2000, "title": "The boat lands"} | content
    return mark_spans.change(span, seen=seen, by=by, **given)


def titles(item: Item) -> list[str]:
    return [shown.now.title for shown in standing_spans(spans_of([item]).get(item.pk, []))]


def shown(span: Span) -> Any:
    [each] = spans_of([span.item_id], spans=[span.pk])[span.item_id]
    return each


def found(words: str, audience: Audience = Audience.STAFF) -> list[int]:
    return list(Item.objects.filter(matching(words, audience=audience)).order_by("pk").values_list("pk", flat=True))


def last() -> OwnAct:
    return OwnAct.objects.order_by("-pk")[0]


def undone(by: User, act: OwnAct | None = None, **more: bool) -> Any:
    return undo(act or last(), by=by, at=timezone.now(), **more)


def test_a_span_is_marked_with_who_and_when_and_its_entry_has_no_words_of_it(people: People) -> None:
    film = make_footage()

    span = marked(film, people["archivist"], note="Seen from the pier")

    assert span.marked_by == people["archivist"]
    now = shown(span).now
    assert (now.start_milliseconds, now.end_milliseconds, now.title) == (1000, 2000, "The boat lands")
    entry = LedgerEntry.objects.get(verb="mark span")
    assert (entry.actor, entry.subject) == ("archivist", f"catalogue.item:{film.pk}")
    assert json.loads(entry.payload)["value"] == "0:01.000 – 0:02.000"
    assert "lands" not in entry.payload and "pier" not in entry.payload
    assert words_of_act(entry) == ("marked a span of footage", "0:01.000 – 0:02.000")
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("start", "end", "title", "why"),
    [
        (2000, 1000, "x", r"would end at 0:01\.000, before it begins at 0:02\.000"),
        (1000, 1000, "x", "where it begins"),
        (1000, 3001, "x", r"ends at 0:03\.000, and 0:03\.001 lies beyond"),
        (4000, 5000, "x", r"0:04\.000 lies beyond"),
        (1000, 2000, " ", "short title"),
    ],
    ids=["backwards", "empty", "beyond the end", "begins beyond the end", "without a title"],
)
def test_a_span_that_the_footage_does_not_have_is_refused(
    people: People, start: int, end: int, title: str, why: str
) -> None:
    film = make_footage()

    with pytest.raises(NotDone, match=why):
        marked(film, people["archivist"], start, end, title)

    assert not Span.objects.exists() and not LedgerEntry.objects.filter(verb="mark span").exists()


def test_the_whole_of_the_footage_is_a_span(people: People) -> None:
    assert shown(marked(make_footage(), people["archivist"], 0, 3000)).length_milliseconds == 3000


def test_a_picture_has_no_spans_and_footage_of_unknown_length_has_none(people: People) -> None:
    with pytest.raises(NotDone, match="only footage has spans"):
        marked(make_item(), people["archivist"])

    film = make_footage()
    film.media_file.duration_milliseconds = 0
    with pytest.raises(NotDone, match="How long this footage lasts is not known"):
        marked(film, people["archivist"])


def test_a_researcher_marks_and_says_nothing(people: People) -> None:
    film = make_footage()
    span = marked(film, people["archivist"])
    claim, _is_new = mark_spans.say(span, property=SpanProperty.PEOPLE_COUNT, count=(3, 5), by=people["archivist"])

    for act in (
        lambda by: marked(film, by),
        lambda by: changed(span, by, title="Other"),
        lambda by: mark_spans.retract(span, reason="x", by=by),
        lambda by: mark_spans.say(span, property=SpanProperty.DESCRIPTION, text="A boat", by=by),
        lambda by: mark_spans.retract_claim(claim, reason="x", by=by),
    ):
        with pytest.raises(NotAllowed):
            act(people["researcher"])


def test_the_same_span_of_one_person_stands_once_and_others_overlap_it(people: People) -> None:
    film = make_footage()
    span = marked(film, people["archivist"])

    assert marked(film, people["archivist"]) == span
    marked(film, people["moderator"])
    marked(film, people["archivist"], 1500, 2500, "Ashore")

    assert len(spans_of([film])[film.pk]) == 3
    assert LedgerEntry.objects.filter(verb="mark span").count() == 3


def test_a_change_is_a_version_behind_the_one_that_was_seen(people: People) -> None:
    film = make_footage()
    span = marked(film, people["archivist"])
    first = shown(span).now

    assert changed(span, people["moderator"], seen=first.pk, title="The boat leaves", end_milliseconds=2500)
    assert not changed(span, people["moderator"], title="The boat leaves", end_milliseconds=2500)
    with pytest.raises(NotDone, match="moderator changed this span meanwhile"):
        changed(span, people["archivist"], seen=first.pk, title="A third")

    assert [version.title for version in shown(span).versions] == ["The boat lands", "The boat leaves"]
    assert shown(span).now.supersedes == first
    assert titles(film) == ["The boat leaves"]
    assert list(differences()) == []


def test_a_span_is_retracted_with_a_reason_and_stays_readable(people: People) -> None:
    film = make_footage()
    span = marked(film, people["archivist"])
    with pytest.raises(NotDone, match="Say why"):
        mark_spans.retract(span, reason=" ", by=people["archivist"])

    mark_spans.retract(span, reason="another boat", by=people["moderator"])

    assert titles(film) == []
    assert shown(span).retraction.reason == "another boat"
    assert not LedgerEntry.objects.filter(payload__contains="another boat").exists(), "it may name somebody"
    with pytest.raises(NotDone, match="moderator retracted it already"):
        mark_spans.retract(span, reason="again", by=people["archivist"])
    with pytest.raises(NotDone, match="moderator retracted it already"):
        changed(span, people["archivist"], title="Other")
    mark_spans.restore(span, reason="it is this one", by=people["archivist"])
    assert titles(film) == ["The boat lands"]
    assert list(differences()) == []


def test_what_is_said_of_a_span_leads_nothing_of_the_item(people: People) -> None:
    film, by = make_footage(), people["archivist"]
    place, event = make_place("Malo-les-Bains"), make_event("Landing at dawn")
    span = marked(film, by)

    mark_spans.say(span, property=SpanProperty.DATE_CREATED, date=parse("2024-06-18"), ground="the clock", by=by)
    mark_spans.say(span, property=SpanProperty.LOCATION_SHOWN, place=place, by=by)
    mark_spans.say(span, property=SpanProperty.EVENT, event=event, by=by)
    mark_spans.say(span, property=SpanProperty.PEOPLE_COUNT, count=(40, None), by=by)
    mark_spans.say(span, property=SpanProperty.DESCRIPTION, text="They climb ashore", by=by)

    said = [(each.claim.property, each.claim.label()) for each in shown(span).standing]
    assert said == [
        ("date_created", "18 June 2024"),
        ("location_shown", "Malo-les-Bains"),
        ("event", "Landing at dawn"),
        ("people_count", "at least 40"),
        ("description", "They climb ashore"),
    ]
    film.refresh_from_db()
    assert (film.date_created_edtf, film.lead_place, film.people_min, film.is_placed) == ("", None, None, False)
    assert "ashore" not in LedgerEntry.objects.filter(verb="claim of span").latest("sequence").payload
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({}, "Nothing is said"),
        ({"text": "  "}, "Nothing is said"),
        ({"count": (None, None)}, "Nothing is said"),
        ({"count": (5, 3)}, "swap the two"),
    ],
)
def test_nothing_is_said_without_a_value(people: People, value: dict, why: str) -> None:
    span = marked(make_footage(), people["archivist"])

    with pytest.raises(NotDone, match=why):
        mark_spans.say(span, property=SpanProperty.PEOPLE_COUNT, by=people["archivist"], **value)

    assert not SpanClaim.objects.exists()


def test_the_same_said_twice_stands_once_and_what_is_retracted_is_said_anew(people: People) -> None:
    span, by = marked(make_footage(), people["archivist"]), people["archivist"]
    said = {"property": SpanProperty.PEOPLE_COUNT, "count": (3, 5), "by": by}
    claim, is_new = mark_spans.say(span, **said)

    assert is_new and mark_spans.say(span, **said) == (claim, False)
    mark_spans.retract_claim(claim, reason="four are counted twice", by=people["moderator"])
    again, is_new = mark_spans.say(span, **said)

    assert is_new and again != claim
    assert [each.claim for each in shown(span).standing] == [again]
    assert list(differences()) == []


def test_footage_is_found_by_the_words_places_and_events_of_its_spans(people: People) -> None:
    film, by = make_footage(access="RELEASED"), people["archivist"]
    france = make_place("Armorica")
    beach = make_place("Ploumoguer", parent=france)
    span = marked(film, by, title="Rowing", note="zodiac")
    mark_spans.say(span, property=SpanProperty.LOCATION_SHOWN, place=beach, by=by)
    mark_spans.say(span, property=SpanProperty.EVENT, event=make_event("Regatta"), by=by)
    mark_spans.say(span, property=SpanProperty.DESCRIPTION, text="oars", by=by)

    assert [found(word) for word in ("rowing", "zodiac", "ploumoguer", "armorica", "regatta", "oars")] == [
        [film.pk]
    ] * 6
    public = [bool(found(word, Audience.PUBLIC)) for word in ("rowing", "zodiac", "ploumoguer", "regatta", "oars")]
    assert public == [True, False, False, True, True]
    authority_records.edit(france, by=by, name="Bretagne")
    assert found("bretagne") == [film.pk]
    mark_spans.retract(span, reason="not there", by=by)
    assert found("rowing") == found("ploumoguer") == []


def test_a_projection_of_pictures_asks_nothing_of_spans(people: People) -> None:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        project([make_item()])

    assert not [query for query in asked.captured_queries if "claims_span" in query["sql"]]


def test_a_hidden_wording_shows_in_no_title_note_or_claim(people: People) -> None:
    film, by = make_footage(), people["archivist"]
    text = "Amira Example, seven years old, is carried ashore"
    make_proposal(make_caption(make_item(), text), "IDENTIFIES_PERSON", by=people["researcher"])
    span = marked(film, by, title=text, note=f"{text}.")
    mark_spans.say(span, property=SpanProperty.DESCRIPTION, text=text, by=by)
    mark_spans.say(span, property=SpanProperty.PEOPLE_COUNT, count=(1, 1), ground=text, by=by)

    [read] = readable_spans(spans_of([film])[film.pk], withheld_from(people["archivist"], [film]))

    assert (read.now.title, read.now.note) == ("", "")
    assert [(each.claim.property, each.claim.ground) for each in read.said] == [("people_count", "")]
    assert found("amira") == []
    [whole] = readable_spans(spans_of([film])[film.pk], withheld_from(people["moderator"], [film]))
    assert whole.now.title == text and len(whole.said) == 2


# -- undone ------------------------------------------------------------------------------------------------------------


def test_what_was_marked_is_undone_and_done_again(people: People) -> None:
    film, by = make_footage(), people["archivist"]
    marked(film, by)
    assert last().what == [["mark span", "", "0:01.000 – 0:02.000"]]
    assert words_of_own_act(last()) == ["marked a span of footage · 0:01.000 – 0:02.000"]

    undone(by)
    assert titles(film) == []
    undone(by)
    assert titles(film) == ["The boat lands"]
    undone(by)

    assert titles(film) == [] and SpanRetraction.objects.count() == 3
    assert list(differences()) == []


def test_a_change_that_is_undone_is_followed_by_the_version_before(people: People) -> None:
    film, by = make_footage(), people["archivist"]
    span = marked(film, by)
    changed(span, by, title="The boat leaves", end_milliseconds=2500)

    undone(by)

    assert [version.title for version in shown(span).versions] == [
        "The boat lands",
        "The boat leaves",
        "The boat lands",
    ]
    assert shown(span).now.end_milliseconds == 2000
    undone(by)
    assert titles(film) == ["The boat leaves"]
    assert list(differences()) == []


def test_what_was_said_and_what_was_retracted_is_undone(people: People) -> None:
    film, by = make_footage(), people["archivist"]
    span = marked(film, by)
    claim, _is_new = mark_spans.say(span, property=SpanProperty.DESCRIPTION, text="A boat", by=by)
    undone(by)
    assert shown(span).standing == []
    undone(by)
    mark_spans.retract_claim(claim, reason="no", by=by)
    undone(by)
    assert [each.claim for each in shown(span).standing] == [claim]
    mark_spans.retract(span, reason="no", by=by)
    undone(by)

    assert titles(film) == ["The boat lands"]
    assert list(differences()) == []


def test_a_span_of_which_somebody_said_something_since_stands(people: People) -> None:
    film, by = make_footage(), people["archivist"]
    span = marked(film, by)
    done = last()
    mark_spans.say(span, property=SpanProperty.DESCRIPTION, text="A boat", by=people["moderator"])

    with pytest.raises(SomeStands) as stands:
        undone(by, done)

    assert "moderator decided on it since" in stands.value.standing[0].why
    assert titles(film) == ["The boat lands"]


def test_an_act_on_a_span_is_undone_within_a_day_and_by_who_did_it(people: People) -> None:
    marked(make_footage(), people["archivist"])

    with pytest.raises(NotAllowed):
        undone(people["moderator"])
    with pytest.raises(NotDone, match="more than a day ago"):
        undo(last(), by=people["archivist"], at=timezone.now() + timedelta(days=1, seconds=1))


# -- what the database refuses, and two at once -----------------------------------------------------------------------


def test_the_database_refuses_a_span_backwards_and_a_second_heir(people: People) -> None:
    span = marked(make_footage(), people["archivist"])
    first = shown(span).now
    row = {"span": span, "title": "x", "made_at": timezone.now(), "made_by": people["archivist"]}

    with pytest.raises(IntegrityError), transaction.atomic():
        SpanVersion.objects.create(**row, supersedes=first, start_milliseconds=2, end_milliseconds=1)
    changed(span, people["archivist"], title="Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        SpanVersion.objects.create(**row, supersedes=first, start_milliseconds=1, end_milliseconds=2)


def test_an_altered_title_is_told_by_the_ledger(people: People) -> None:
    span = marked(make_footage(), people["archivist"])
    on = " ON claims_spanversion" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER claims_spanversion_refuse_update{on}")
        cursor.execute("UPDATE claims_spanversion SET title = 'Another'")

    entry = LedgerEntry.objects.latest("sequence").sequence
    assert list(differences()) == [f"the version of a span (no. {shown(span).now.pk}) differs from entry {entry}"]


@pytest.mark.django_db(transaction=True)
def test_two_who_mark_at_once_both_mark(people: People) -> None:
    film = make_footage()

    together(
        lambda: marked(film, people["archivist"], title="By one"),
        lambda: marked(film, people["moderator"], title="By the other"),
    )

    assert sorted(titles(film)) == ["By one", "By the other"]
    assert found("one") == found("other") == [film.pk]
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_what_both_saw_the_second_is_told(people: People) -> None:
    film = make_footage()
    span = marked(film, people["archivist"])
    seen = shown(span).now.pk

    with pytest.raises(NotDone, match="archivist changed this span meanwhile"):
        meet(
            lambda: changed(span, people["archivist"], seen=seen, title="By one"),
            lambda: changed(span, people["moderator"], seen=seen, title="By the other"),
        )

    assert titles(film) == ["By one"]


@pytest.mark.django_db(transaction=True)
def test_who_retracts_what_another_speaks_of_meanwhile_is_followed_or_first(people: People) -> None:
    film = make_footage()
    span = marked(film, people["archivist"])

    with pytest.raises(NotDone, match="archivist retracted it already"):
        meet(
            lambda: mark_spans.retract(span, reason="no", by=people["archivist"]),
            lambda: mark_spans.say(span, property=SpanProperty.DESCRIPTION, text="A boat", by=people["moderator"]),
        )

    assert not SpanClaim.objects.exists()


# -- the command ------------------------------------------------------------------------------------------------------


def test_the_command_marks_lists_and_retracts(people: People, capsys: Any) -> None:
    film, place = make_footage(), make_place("Malo")
    given = ["--mark", "00:00:01:05", "2.5", "--title", "Ashore", "--date", "2024-06-18", "--place", place.slug]

    call_command("spans", str(film.pk), "--by", "archivist", *given, "--people", "3", "5", "--shows", "A boat")
    span = Span.objects.get()
    assert f"Span {span.pk} is marked." in capsys.readouterr().out
    call_command("spans", str(film.pk))
    told = capsys.readouterr().out
    assert f"{span.pk}  0:01.200 – 0:02.500 (00:00:01:05 – 00:00:02:12)  Ashore" in told
    assert "location_shown: Malo" in told and "people_count: 3–5" in told
    call_command("spans", str(film.pk), "--json")
    row = json.loads(capsys.readouterr().out)
    assert (row["start_milliseconds"], row["claims"][0]["value"]["edtf"]) == (1200, "2024-06-18")
    call_command("spans", str(film.pk), "--by", "archivist", "--retract", str(span.pk), "--reason", "no")
    call_command("spans", str(film.pk))

    assert "Ashore" not in capsys.readouterr().out
    assert OwnAct.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (["--mark", "1", "2", "--title", "x"], "--by NAME"),
        (["--mark", "1", "2", "--title", "x", "--by", "nobody"], "no open account"),
        (["--mark", "1", "soon", "--title", "x", "--by", "archivist"], "is no moment"),
        (["--mark", "1", "9", "--title", "x", "--by", "archivist"], "lies beyond"),
        (["--mark", "1", "2", "--title", "x", "--by", "researcher"], "Only an archivist"),
        (["--mark", "1", "2", "--title", "x", "--by", "archivist", "--place", "nowhere"], "no place"),
        (["--mark", "1", "2", "--title", "x", "--by", "archivist", "--people", "5", "3"], "swap the two"),
        (["--retract", "99", "--by", "archivist", "--reason", "x"], "has no span 99"),
        (["--mark", "1", "2", "--title", "x" * 201, "--by", "archivist"], "at most 200 characters"),
        (["--mark", "1", "2", "--title", "x", "--by", "archivist", "--people", "-1", "3"], "one from 0 to"),
        (
            ["--mark", "1", "2", "--title", "x", "--by", "archivist", "--people", "0", "99999999"],
            "one from 0 to",
        ),
    ],
)
def test_the_command_says_what_is_wrong_and_marks_nothing(people: People, given: list[str], why: str) -> None:
    film = make_footage()

    with pytest.raises(CommandError, match=why):
        call_command("spans", str(film.pk), *given)

    assert not Span.objects.exists()


def test_the_command_lists_no_notes_and_names_to_an_account_that_reads_as_visitors_do(
    people: People, capsys: Any
) -> None:
    User.objects.create_user("outsider", "outsider@example.org", "x")
    film = make_footage(access="RELEASED")
    marked(film, people["archivist"], note="zodiac")

    with pytest.raises(CommandError, match="outsider reads what visitors do"):
        call_command("spans", str(film.pk), "--as", "outsider", "--json")

    assert capsys.readouterr().out == ""
    call_command("spans", str(film.pk), "--as", "researcher", "--json")
    assert "zodiac" in capsys.readouterr().out
