"""Spans on the page of their footage and on their own: marked by typing, spoken of, changed, retracted; and undone."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.claims.models import Span
from archive.claims.spans import spans_of
from archive.review import mark_spans
from archive.review.mark_spans import mark, retract, say
from archive.review.models import OwnAct
from archive.standards.vocabulary import SpanProperty
from archive.web.forms.spans import SpanForm
from tests.builders import make_event, make_footage, make_item, make_place

pytestmark = pytest.mark.django_db
People = dict[str, User]
TYPED = {"start": "00:00:01:05", "end": "0:02.5", "title": "Ashore"}


@pytest.fixture
def film(db: None) -> Item:
    return make_footage(access=Access.RELEASED)


def marked(film: Item, by: User, title: str = "Ashore", start: int = 1000) -> Span:
    return mark(film, start_milliseconds=start, end_milliseconds=2000, title=title, by=by)[0]


def page(client: Client, film: Item) -> str:
    return client.get(reverse("item", args=[film.pk])).content.decode()


def test_a_span_is_marked_by_typing_and_undone_from_the_page(client: Client, people: People, film: Item) -> None:
    client.force_login(people["archivist"])

    answer = client.post(reverse("mark_span", args=[film.pk]), TYPED)
    span = Span.objects.get()
    shown = client.get(answer["Location"]).content.decode()

    assert answer["Location"] == f"/items/{film.pk}/#span-{span.pk}"
    assert "The span is marked" in shown and "0:01.200" in shown and "00:00:01:05" in shown
    assert f"/items/{film.pk}/playback/#t=1.200,2.500" in shown
    client.post(reverse("undo_act", args=[OwnAct.objects.get().pk]))
    assert "1 retracted span" in page(client, film)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"start": "2", "end": "1"}, "before it begins"),
        ({"end": "9"}, "lies beyond that"),
        ({"start": "soon"}, "is no moment"),
        ({"start": "0:00:01:30"}, "no steady rate, or fewer"),
        ({"title": ""}, "Write a few words here"),
    ],
)
def test_what_cannot_be_marked_is_told_beside_what_was_typed(
    client: Client, people: People, film: Item, typed: dict, why: str
) -> None:
    client.force_login(people["archivist"])

    answer = client.post(reverse("mark_span", args=[film.pk]), TYPED | typed)

    assert answer.status_code == 422 and why in answer.content.decode()
    assert f'value="{(TYPED | typed)["end"]}"' in answer.content.decode()
    assert not Span.objects.exists()


def test_a_picture_says_that_it_has_no_spans(client: Client, people: People) -> None:
    item = make_item()
    client.force_login(people["archivist"])

    answer = client.post(reverse("mark_span", args=[item.pk]), TYPED, follow=True)

    assert "only footage has spans" in answer.content.decode()
    assert 'href="#spans"' not in answer.content.decode()


def test_a_researcher_reads_spans_and_marks_none(client: Client, people: People, film: Item) -> None:
    span = marked(film, people["archivist"])
    client.force_login(people["researcher"])

    assert "Ashore" in page(client, film) and 'id="mark-span"' not in page(client, film)
    own = client.get(reverse("span", args=[film.pk, span.pk])).content.decode()
    assert "Retract the span" not in own
    for name in ("change_span", "claim_of_span", "retract_span"):
        assert client.post(reverse(name, args=[film.pk, span.pk]), TYPED).status_code == 403
    assert client.post(reverse("mark_span", args=[film.pk]), TYPED).status_code == 403


def test_a_visitor_reads_what_is_said_without_names_and_notes(client: Client, people: People, film: Item) -> None:
    by = people["archivist"]
    span, _is_new = mark(film, start_milliseconds=0, end_milliseconds=500, title="Ashore", note="from the pier", by=by)
    beach = make_place("Malo", kind="BEACH", parent=make_place("Dunkirk", kind="TOWN"))
    say(span, property=SpanProperty.LOCATION_SHOWN, place=beach, ground="the pier", by=by)
    retract(marked(film, by, "Mistaken"), reason="no", by=by)

    shown = page(client, film)

    assert "Ashore" in shown and "Dunkirk" in shown and "0:00.000" in shown
    for words in ("pier", "Malo", "archivist", "Mistaken", f"/spans/{span.pk}/"):
        assert words not in shown


def test_something_is_said_of_a_span_by_name_alone_as_without_a_script(
    client: Client, people: People, film: Item
) -> None:
    span = marked(film, people["archivist"])
    make_place("Malo-les-Bains")
    make_event("Landing")
    client.force_login(people["archivist"])
    where = reverse("claim_of_span", args=[film.pk, span.pk])

    for body in (
        {"property": "date_created", "date": "18 June 2024", "ground": "the clock"},
        {"property": "location_shown", "place_text": "malo-les-bains"},
        {"property": "event", "event_text": "Landing"},
        {"property": "people_count", "most": "12"},
        {"property": "description", "text": "They climb ashore"},
    ):
        assert client.post(where, body).status_code == 302, body

    [shown] = spans_of([film])[film.pk]
    assert [said.claim.label() for said in shown.standing] == [
        "18 June 2024", "Malo-les-Bains", "Landing", "at most 12", "They climb ashore",
    ]  # fmt: skip
    own = client.get(reverse("span", args=[film.pk, span.pk])).content.decode()
    assert "the clock" in own and "They climb ashore" in own


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"property": "date_created"}, "Write a date."),
        ({"property": "date_created", "date": "soon"}, "soon"),
        ({"property": "location_shown", "place_text": "nowhere"}, "Choose one of the list"),
        ({"property": "people_count"}, "how many people"),
        ({"property": "people_count", "least": "5", "most": "3"}, "swap the two"),
        ({"property": "description", "text": " "}, "Write what it shows."),
    ],
)
def test_what_says_nothing_is_told_beside_the_field(
    client: Client, people: People, film: Item, body: dict, why: str
) -> None:
    span = marked(film, people["archivist"])
    client.force_login(people["archivist"])

    answer = client.post(reverse("claim_of_span", args=[film.pk, span.pk]), body)

    assert answer.status_code == 422 and why in answer.content.decode()


def test_who_changes_a_span_after_another_is_shown_what_that_one_wrote_and_keeps_what_they_typed(
    client: Client, people: People, film: Item
) -> None:
    span = marked(film, people["archivist"])
    [shown] = spans_of([film])[film.pk]
    opened = SpanForm.of(shown.now, film.media_file).initial
    mark_spans.change(
        span, seen=None, start_milliseconds=shown.now.start_milliseconds, end_milliseconds=shown.now.end_milliseconds,
        title="Afloat", note="seen from the pier", by=people["moderator"],
    )  # fmt: skip
    client.force_login(people["archivist"])
    address = reverse("change_span", args=[film.pk, span.pk])

    late = client.post(address, opened | {"title": "Adrift"})

    page = " ".join(late.content.decode().split())
    form = late.context["change_form"]
    assert late.status_code == 409 and "moderator changed this span meanwhile" in page
    assert "<dt>Title</dt> <dd> Afloat" in page and "<dd> seen from the pier" in page
    assert (form["title"].value(), form["note"].value()) == ("Adrift", "seen from the pier"), "typed, and untouched"
    again = {field.name: field.value() for field in form}
    assert client.post(address, again).status_code == 302
    [shown] = spans_of([film])[film.pk]
    assert (shown.now.title, shown.now.note) == ("Adrift", "seen from the pier")


def test_why_a_span_is_retracted_is_kept_where_another_was_first(client: Client, people: People, film: Item) -> None:
    span = marked(film, people["archivist"])
    claim, _new = mark_spans.say(span, property="description", text="A boat", by=people["archivist"])
    mark_spans.retract_claim(claim, reason="it is a raft", by=people["moderator"])
    client.force_login(people["archivist"])
    of_claim = reverse("retract_span_claim", args=[film.pk, span.pk, claim.pk])

    late = client.post(of_claim, {"reason": "no boat at all"})

    page = late.content.decode()
    assert late.status_code == 409 and "moderator retracted it already" in page
    assert "it is a raft" in page and "What you wrote was not saved: “no boat at all”." in page
    assert 'value="no boat at all"' not in page, "it is no reason to let it stand again"
    mark_spans.retract(span, reason="elsewhere", by=people["moderator"])
    late = client.post(reverse("retract_span", args=[film.pk, span.pk]), {"reason": "another beach"})
    page = late.content.decode()
    assert late.status_code == 409 and "moderator retracted it already" in page
    assert "elsewhere" in page and "Let it stand again" in page
    assert "What you wrote was not saved: “another beach”." in page and "another beach</textarea>" not in page
    typed = TYPED | {"title": "Adrift", "seen": ""}
    late = client.post(reverse("change_span", args=[film.pk, span.pk]), typed)
    assert late.status_code == 409 and "Adrift" in late.content.decode()


def test_a_span_is_changed_retracted_and_stands_again(client: Client, people: People, film: Item) -> None:
    span = marked(film, people["archivist"])
    [shown] = spans_of([film])[film.pk]
    client.force_login(people["archivist"])
    address = reverse("change_span", args=[film.pk, span.pk])

    client.post(address, TYPED | {"title": "Afloat", "seen": shown.now.pk})
    late = client.post(address, TYPED | {"title": "Adrift", "seen": shown.now.pk})
    own = client.get(reverse("span", args=[film.pk, span.pk])).content.decode()
    assert late.status_code == 409 and "changed this span meanwhile" in late.content.decode()
    assert "Afloat" in own and "Ashore" in own and "Adrift" not in own

    retraction = reverse("retract_span", args=[film.pk, span.pk])
    assert client.post(retraction, {"reason": ""}).status_code == 422
    client.post(retraction, {"reason": "another boat"})
    own = client.get(reverse("span", args=[film.pk, span.pk])).content.decode()
    assert "This span is retracted." in own and "another boat" in own and "Change the span" not in own
    client.post(retraction, {"reason": "it is this one", "back": "yes"})
    assert "This span is retracted." not in client.get(reverse("span", args=[film.pk, span.pk])).content.decode()


def test_a_claim_is_retracted_with_a_reason(client: Client, people: People, film: Item) -> None:
    span = marked(film, people["archivist"])
    claim, _is_new = say(span, property=SpanProperty.PEOPLE_COUNT, count=(3, 3), by=people["archivist"])
    client.force_login(people["moderator"])
    address = reverse("retract_span_claim", args=[film.pk, span.pk, claim.pk])

    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "two are counted twice"})

    [shown] = spans_of([film])[film.pk]
    assert shown.standing == []
    assert "two are counted twice" in client.get(reverse("span", args=[film.pk, span.pk])).content.decode()


def test_a_span_of_another_item_is_not_found(client: Client, people: People, film: Item) -> None:
    span = marked(film, people["archivist"])
    other = make_footage()
    client.force_login(people["archivist"])

    for name in ("span", "contact_sheet", "sheet_stills"):
        assert client.get(reverse(name, args=[other.pk, span.pk])).status_code == 404


def test_more_spans_cost_no_more_queries(client: Client, people: People, film: Item) -> None:
    client.force_login(people["archivist"])
    numbers = []
    for few in (1, 8):
        for at in range(few):
            span = marked(film, people["archivist"], f"{few} {at}", start=at)
            say(span, property=SpanProperty.EVENT, event=make_event(f"E{few}{at}"), by=people["archivist"])
            place = make_place(f"P{few}{at}", parent=make_place(f"Q{few}{at}"))
            say(span, property=SpanProperty.LOCATION_SHOWN, place=place, by=people["archivist"])
        page(client, film)
        with CaptureQueriesContext(connection) as asked:
            page(client, film)
        numbers.append(len(asked))

    assert numbers[0] == numbers[1]
