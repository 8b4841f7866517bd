"""Places, events and outlets: their pages, their lists, and how they are recorded, changed and merged."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from archive.accounts.models import User
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.models import Access, Item, ItemPlace
from archive.ledger.models import LedgerEntry
from archive.projection import carry_changes
from archive.standards.vocabulary import Property
from archive.web.views import authorities
from tests.builders import make_claim, make_event, make_item, make_outlet, make_place
from tests.pages import folded

pytestmark = pytest.mark.django_db
SORTS = ["place", "event", "outlet"]


@pytest.fixture
def coast() -> dict[str, Place]:
    france = make_place("France", kind=Place.Kind.COUNTRY)
    dunkirk = make_place("Dunkirk", parent=france, source="A gazetteer", licence="CC0-1.0")
    malo = make_place("Malo-les-Bains", kind=Place.Kind.BEACH, parent=dunkirk)
    return {"france": france, "dunkirk": dunkirk, "malo": malo, "ostend": make_place("Ostend")}


@pytest.fixture
def item(coast: dict[str, Place]) -> Item:
    """A released item at the beach, of an event, in a newspaper."""
    item = make_item(access=Access.RELEASED)
    event = make_event("Crossings", date="2024-06-18", description="Told in confidence.")
    make_claim(item, Property.LOCATION_SHOWN, value_place=coast["malo"])
    make_claim(item, Property.EVENT, value_event=event)
    make_claim(item, Property.PUBLISHED_BY, value_outlet=make_outlet("Gazette"))
    return item


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return folded(answer.content.decode())


SLUGS = {"place": "dunkirk", "event": "crossings", "outlet": "gazette"}


@pytest.mark.parametrize("role", [None, "researcher", "archivist", "moderator", "administrator"])
@pytest.mark.parametrize("sort", SORTS)
def test_a_record_shows_its_items_and_who_may_change_it_can(
    client: Client, people: dict[str, User], item: Item, sort: str, role: str | None
) -> None:
    if role:
        client.force_login(people[role])

    page = page_of(client, reverse(sort, args=[SLUGS[sort]]))

    may_change = role in ("archivist", "moderator", "administrator")
    assert f'data-item="{item.pk}"' in page
    assert (reverse(f"edit_{sort}", args=[SLUGS[sort]]) in page) == may_change


@pytest.mark.parametrize("sort", SORTS)
def test_a_fragment_of_a_record_is_its_results(client: Client, item: Item, sort: str) -> None:
    fragment = client.get(reverse(sort, args=[SLUGS[sort]]), headers={"HX-Request": "true"}).content.decode()

    assert fragment.lstrip().startswith('<div class="results"')


def test_a_place_shows_where_it_lies_and_where_it_is_recorded_from(
    client: Client, people: dict[str, User], item: Item
) -> None:
    client.force_login(people["researcher"])

    page = page_of(client, reverse("place", args=["dunkirk"]))

    assert reverse("place", args=["france"]) in page
    assert reverse("place", args=["malo-les-bains"]) in page
    assert "A gazetteer, CC0-1.0" in page


def test_a_visitor_is_shown_the_town_for_its_beach(client: Client, item: Item) -> None:
    answer = client.get(reverse("place", args=["malo-les-bains"]))

    assert answer.url == reverse("place", args=["dunkirk"])
    assert "Malo" not in page_of(client, answer.url)


@pytest.mark.parametrize("sort", ["event", "outlet"])
def test_a_visitor_meets_no_record_without_released_items(client: Client, item: Item, sort: str) -> None:
    Item.objects.filter(pk=item.pk).update(access=Access.RESEARCH)

    assert client.get(reverse(sort, args=[SLUGS[sort]])).status_code == 404
    assert SLUGS[sort].title() not in page_of(client, reverse(f"{sort}s"))


def test_a_visitor_does_not_read_what_the_archive_wrote_of_an_event(client: Client, item: Item) -> None:
    assert "Told in confidence" not in page_of(client, reverse("event", args=["crossings"]))


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("words", ["", "?q=un", "?q=zzz", "?page=99"])
def test_lists_answer(client: Client, people: dict[str, User], item: Item, sort: str, words: str) -> None:
    client.force_login(people["researcher"])

    page_of(client, reverse(f"{sort}s") + words)


def test_where_the_session_has_ended_the_page_of_a_place_is_opened_anew(
    client: Client, people: dict[str, User], item: Item, coast: dict
) -> None:
    client.force_login(people["researcher"])
    address = f"{reverse('place', args=[coast['dunkirk'].slug])}?view=list"
    asked = {"HTTP_HX_REQUEST": "true", "HTTP_X_PERSON": str(people["researcher"].pk)}

    own = client.get(address, **asked)
    client.logout()
    ended = client.get(address, **asked)

    assert "HX-Redirect" not in own.headers and own.content
    assert (ended.headers["HX-Redirect"], ended.content) == (address, b"")


@pytest.mark.parametrize("sort, most", [("place", 40), ("event", 39), ("outlet", 39)])
def test_a_record_costs_no_more_queries_the_more_there_is(
    client: Client, people: dict[str, User], item: Item, coast: dict, django_assert_max_num_queries: object,
    sort: str, most: int,
) -> None:  # fmt: skip
    for number in range(10):
        place = make_place(f"Beach {number}", kind=Place.Kind.BEACH, parent=coast["dunkirk"])
        make_claim(make_item(), Property.LOCATION_SHOWN, value_place=place)
    client.force_login(people["researcher"])

    with django_assert_max_num_queries(most):
        page_of(client, reverse(sort, args=[SLUGS[sort]]))


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("role", [None, "researcher"])
def test_readers_record_and_change_nothing(
    client: Client, people: dict[str, User], item: Item, sort: str, role: str | None
) -> None:
    if role:
        client.force_login(people[role])
    addresses = [
        reverse(f"new_{sort}"),
        *(reverse(f"{act}_{sort}", args=[SLUGS[sort]]) for act in ("edit", "merge", "unmerge")),
    ]

    answers = [client.get(address) for address in addresses]
    answers += [client.post(address, {"name": "X"}) for address in addresses]
    # Whoever has no session is led to the door, and back.
    assert {(answer.status_code, answer.headers.get("Location", "").partition("?")[0]) for answer in answers} == {
        (403, "") if role else (302, reverse("sign_in"))
    }
    assert not {"place": Place, "event": Event, "outlet": Outlet}[sort].objects.filter(name="X").exists()


def test_a_place_is_recorded_with_its_names(client: Client, people: dict[str, User], coast: dict[str, Place]) -> None:
    client.force_login(people["archivist"])
    form = {
        "name": "Zuydcoote",
        "kind": "BEACH",
        "parent": coast["france"].pk,
        "names": "nl: Zuidkote\nZuydcoote Plage",
        "latitude_degrees": "51.06",
        "longitude_degrees": "2.49",
    }

    answer = client.post(reverse("new_place"), form)

    place = Place.objects.get(name="Zuydcoote")
    assert answer.url == reverse("place", args=[place.slug])
    assert place.parent == coast["france"] and place.country_code == ""
    assert set(place.names.values_list("name", "language")) >= {("Zuidkote", "nl"), ("Zuydcoote Plage", "")}
    assert LedgerEntry.objects.get(verb="create").actor == "archivist"


def test_an_event_is_recorded_with_its_date_and_place(
    client: Client, people: dict[str, User], coast: dict[str, Place]
) -> None:
    client.force_login(people["archivist"])
    form = {"name": "A rescue", "kind": "RESCUE", "date_edtf": "2024-06", "further_place": coast["malo"].pk}

    client.post(reverse("new_event"), form)

    event = Event.objects.get(name="A rescue")
    assert (event.date_edtf, list(event.places.all())) == ("2024-06", [coast["malo"]])


def test_an_event_of_a_season_keeps_its_date_where_only_its_name_is_changed(
    client: Client, people: dict[str, User], coast: dict[str, Place]
) -> None:
    client.force_login(people["archivist"])
    client.post(reverse("new_event"), {"name": "A rescue", "kind": "RESCUE", "date_edtf": "winter 2023"})
    event = Event.objects.get(name="A rescue")
    address = reverse("edit_event", args=[event.slug])
    written = re.search(r'<input[^>]*name="date_edtf"[^>]*>', page_of(client, address))[0]
    date = re.search(r'value="([^"]*)"', written)[1]

    client.post(address, {"name": "Another rescue", "kind": "RESCUE", "date_edtf": date})

    assert (event.date_edtf, Event.objects.get(pk=event.pk).date_edtf) == ("2023-24", "2023-24")
    assert Event.objects.get(pk=event.pk).name == "Another rescue"


def test_an_outlet_is_recorded_with_its_aliases(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["archivist"])

    client.post(reverse("new_outlet"), {"name": "Strait Post", "kind": "NEWSPAPER", "aliases": "SP\nThe Post"})

    outlet = Outlet.objects.get(name="Strait Post")
    assert set(outlet.names.values_list("name", flat=True)) == {"Strait Post", "SP", "The Post"}


@pytest.mark.parametrize("sort", SORTS)
def test_no_kind_is_chosen_for_somebody(client: Client, people: dict[str, User], sort: str) -> None:
    client.force_login(people["archivist"])

    page = page_of(client, reverse(f"new_{sort}"))
    answer = client.post(reverse(f"new_{sort}"), {"name": "X"})

    assert '<option value="" selected>Choose …</option>' in page
    assert answer.status_code == 422
    assert "Choose of what kind it is." in answer.content.decode()


def test_a_place_is_of_the_country_it_lies_in(client: Client, people: dict[str, User], coast: dict[str, Place]) -> None:
    Place.objects.filter(pk=coast["france"].pk).update(country_code="FR")
    client.force_login(people["archivist"])

    client.post(reverse("new_place"), {"name": "Zuydcoote", "kind": "BEACH", "parent": coast["france"].pk})

    assert Place.objects.get(name="Zuydcoote").country_code == "FR"


@pytest.mark.parametrize("sort", SORTS)
def test_what_may_be_recorded_already_is_shown_before_it_is_saved_once_more(
    client: Client, people: dict[str, User], item: Item, sort: str
) -> None:
    client.force_login(people["archivist"])
    model = {"place": Place, "event": Event, "outlet": Outlet}[sort]
    there = model.objects.get(slug=SLUGS[sort])
    form = {"name": there.name.upper(), "kind": there.kind}

    first = client.post(reverse(f"new_{sort}"), form)
    page = folded(first.content.decode())
    shown = re.search(r'name="shown" value="([0-9,]+)"', page)[1]
    still_one = model.objects.filter(name__iexact=there.name).count()
    second = client.post(reverse(f"new_{sort}"), form | {"shown": shown})

    assert first.status_code == 422 and still_one == 1
    assert "Is it one of these?" in page and "the same name · 1 item<" in page
    assert reverse(sort, args=[there.slug]) in page
    assert second.url == reverse(sort, args=[f"{there.slug}-2"])


def test_a_record_says_who_made_it_and_what_was_changed_to_those_who_keep_it(
    client: Client, people: dict[str, User], coast: dict[str, Place]
) -> None:
    client.force_login(people["archivist"])
    client.post(reverse("new_place"), {"name": "Zuydcoote", "kind": "BEACH"})
    client.force_login(people["moderator"])
    changes = {"name": "Zuydcoote", "kind": "BEACH", "latitude_degrees": "51.06", "longitude_degrees": "2.49"}
    client.post(reverse("edit_place", args=["zuydcoote"]), changes)

    page = page_of(client, reverse("place", args=["zuydcoote"]))
    client.force_login(people["researcher"])
    make_claim(make_item(), Property.LOCATION_SHOWN, value_place=Place.objects.get(slug="zuydcoote"))
    read = page_of(client, reverse("place", args=["zuydcoote"]))

    assert "<dt>Recorded by</dt> <dd>archivist," in page
    assert "changed: position, further names · moderator" in page
    assert "this archive" in read
    assert "archivist" not in read.partition("<main")[2]


def test_the_form_of_a_dialog_answers_what_was_made(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["archivist"])
    headers = {"HX-Request": "true"}

    form = client.get(reverse("new_place"), {"name": "Zuydcoote"}, headers=headers).content.decode()
    wrong = client.post(reverse("new_place"), {"name": "Zuydcoote"}, headers=headers)
    made = client.post(reverse("new_place"), {"name": "Zuydcoote", "kind": "BEACH"}, headers=headers)

    assert form.lstrip().startswith("<form") and 'value="Zuydcoote"' in form
    assert wrong.status_code == 422 and wrong.content.decode().lstrip().startswith("<form")
    place = Place.objects.get(name="Zuydcoote")
    assert (made.status_code, made.json()) == (
        201, {"value": place.pk, "label": "Zuydcoote", "url": reverse("place", args=["zuydcoote"])},
    )  # fmt: skip


@pytest.mark.parametrize("role", ["researcher", "archivist"])
@pytest.mark.parametrize("sort", SORTS)
def test_what_nothing_is_called_can_be_added_by_who_may(
    client: Client, people: dict[str, User], sort: str, role: str
) -> None:
    client.force_login(people[role])
    address = reverse(f"suggest_{sort}s")

    linked = folded(client.get(address, {"q": "Zuyd & co", "adds": "yes"}).content.decode())
    looked_for = client.get(address, {"q": "Zuyd"}).content.decode()

    offered = f'data-add-address="{reverse(f"new_{sort}")}?name=Zuyd%20%26%20co"'
    assert (offered in linked) == (role == "archivist")
    assert ("An archivist may add it." in linked) == (role == "researcher")
    assert "Nothing has this name" in looked_for and "dd" not in looked_for


@pytest.mark.parametrize(
    "sort, form, words",
    [
        ("place", {"name": "", "kind": "TOWN"}, "This field is required"),
        ("place", {"name": "…", "kind": "TOWN"}, "at least one letter"),
        ("place", {"name": "X", "kind": "TOWN", "latitude_degrees": "51"}, "latitude and longitude together"),
        ("place", {"name": "X", "kind": "TOWN", "latitude_degrees": "95"}, "less than or equal"),
        ("event", {"name": "X", "kind": "OTHER", "date_edtf": "last week"}, "last week"),
        ("outlet", {"name": "X", "kind": "NEWSPAPER", "website": "not a site"}, "valid URL"),
    ],
    ids=["no name", "no letters", "half a point", "off the globe", "no date", "no address"],
)  # fmt: skip
def test_an_error_stands_beside_its_field(
    client: Client, people: dict[str, User], sort: str, form: dict[str, str], words: str
) -> None:
    client.force_login(people["archivist"])

    answer = client.post(reverse(f"new_{sort}"), form)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def edited(place: Place, **changes: object) -> dict[str, object]:
    return {"name": place.name, "kind": place.kind, "parent": place.parent_id or "", "names": ""} | changes


def test_a_place_moved_elsewhere_takes_its_items_along(
    client: Client, people: dict[str, User], item: Item, coast: dict[str, Place]
) -> None:
    client.force_login(people["archivist"])

    client.post(reverse("edit_place", args=["malo-les-bains"]), edited(coast["malo"], parent=coast["ostend"].pk))

    assert set(ItemPlace.objects.filter(item=item).values_list("place__name", flat=True)) == {
        "Malo-les-Bains", "Ostend",
    }  # fmt: skip


def test_a_place_cannot_lie_in_itself(client: Client, people: dict[str, User], coast: dict[str, Place]) -> None:
    client.force_login(people["archivist"])

    answer = client.post(reverse("edit_place", args=["france"]), edited(coast["france"], parent=coast["malo"].pk))

    assert answer.status_code == 422
    assert "cannot stand beneath" in answer.content.decode()


def test_a_renamed_place_is_found_by_its_new_name(
    client: Client, people: dict[str, User], item: Item, coast: dict[str, Place]
) -> None:
    client.force_login(people["archivist"])

    client.post(reverse("edit_place", args=["malo-les-bains"]), edited(coast["malo"], name="Malo Terminus"))

    assert f'data-item="{item.pk}"' in page_of(client, reverse("search") + "?q=terminus")


@pytest.mark.parametrize("sort", SORTS)
def test_a_merged_record_leads_to_the_other_with_its_items(
    client: Client, people: dict[str, User], item: Item, sort: str
) -> None:
    other = {"place": make_place, "event": make_event, "outlet": make_outlet}[sort]("Calais")
    client.force_login(people["archivist"])

    answer = client.post(reverse(f"merge_{sort}", args=[SLUGS[sort]]), {"into": other.pk, "reason": "one and the same"})

    assert answer.url == reverse(sort, args=["calais"])
    assert client.get(reverse(sort, args=[SLUGS[sort]])).url == answer.url
    assert f'data-item="{item.pk}"' in page_of(client, answer.url)


def test_what_cannot_be_merged_is_said(client: Client, people: dict[str, User], coast: dict[str, Place]) -> None:
    client.force_login(people["archivist"])
    address = reverse("merge_place", args=["dunkirk"])

    beneath = client.post(address, {"into": coast["malo"].pk})
    nothing = client.post(address, {"into": ""})

    assert "stands beneath" in beneath.content.decode()
    assert "Choose one of the list" in nothing.content.decode()
    assert beneath.status_code == nothing.status_code == 422


def test_sources_and_licences_are_named(client: Client, coast: dict[str, Place]) -> None:
    page = page_of(client, reverse("about"))

    assert "A gazetteer" in page and "CC0-1.0" in page
    assert "Natural Earth" in page


@pytest.mark.parametrize("sort", SORTS)
def test_an_address_of_nothing_says_so(client: Client, sort: str) -> None:
    answer = client.get(reverse(sort, args=["nowhere"]))

    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


@pytest.mark.parametrize("sort", SORTS)
def test_both_records_are_shown_side_by_side_before_they_are_merged(
    client: Client, people: dict[str, User], item: Item, sort: str
) -> None:
    other = {"place": make_place, "event": make_event, "outlet": make_outlet}[sort]("Calais")
    client.force_login(people["archivist"])

    page = page_of(client, reverse(f"merge_{sort}", args=[SLUGS[sort]]) + f"?into={other.pk}")

    assert "goes over" in page and "stays" in page
    assert '<tr class="merging__differs"> <th scope="row">Items</th> <td>1</td><td>0</td> </tr>' in page
    # A claim on the beach is not one on its town.
    claims = 0 if sort == "place" else 1
    assert f'<th scope="row">Claims that name it</th> <td>{claims}</td><td>0</td>' in page
    assert f'name="into" value="{other.pk}"' in page
    assert reverse(f"merge_{sort}", args=["calais"]) in page
    # A name that one record alone bears needs no choice from the list.
    by_name = page_of(client, reverse(f"merge_{sort}", args=[SLUGS[sort]]) + f"?into=&into_text={other.name}")
    assert f'name="into" value="{other.pk}"' in by_name
    assert not type(other).objects.exclude(merged_into=None).exists()


@pytest.mark.parametrize("sort", SORTS)
def test_a_merge_is_taken_back_on_a_page_that_says_what_goes_back_and_what_stays(
    client: Client, people: dict[str, User], item: Item, sort: str
) -> None:
    other = {"place": make_place, "event": make_event, "outlet": make_outlet}[sort]("Calais")
    property, value = {
        "place": (Property.LOCATION_SHOWN, "value_place"),
        "event": (Property.EVENT, "value_event"),
        "outlet": (Property.PUBLISHED_BY, "value_outlet"),
    }[sort]
    make_claim(item, property, **{value: type(other).objects.get(slug=SLUGS[sort])})
    client.force_login(people["archivist"])
    client.post(reverse(f"merge_{sort}", args=[SLUGS[sort]]), {"into": other.pk, "reason": "one and the same"})
    later = make_item()
    make_claim(later, property, **{value: other})
    address = reverse(f"unmerge_{sort}", args=[SLUGS[sort]])

    kept = page_of(client, reverse(sort, args=["calais"]))
    page = page_of(client, address)
    answer = client.post(address, {"reason": "two"})
    again = client.post(address, {"reason": "two"})

    assert f'href="{address}"' in kept
    assert "was merged into Calais by archivist" in page and "one and the same" in page
    assert answer.url == reverse(sort, args=[SLUGS[sort]])
    assert again.status_code == 404
    assert f'data-item="{item.pk}"' in page_of(client, answer.url)
    assert f'data-item="{item.pk}"' not in page_of(client, reverse(sort, args=["calais"]))
    assert LedgerEntry.objects.filter(verb="unmerge", actor="archivist").count() == 1


def test_a_page_tells_how_far_a_change_is_carried_through(
    client: Client, people: dict[str, User], item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_changes, "AT_ONCE", 1)
    monkeypatch.setattr(authorities, "wake", lambda: None)
    make_claim(make_item(), Property.EVENT, value_event=Event.objects.get())
    client.force_login(people["archivist"])
    client.post(reverse("edit_event", args=["crossings"]), {"name": "Night crossings", "kind": "CROSSING"})

    begun = page_of(client, reverse("event", args=["crossings"]))
    carry_changes.carry_some()
    half = page_of(client, reverse("event_progress", args=["crossings"]))
    while carry_changes.carry_some():
        pass
    done = page_of(client, reverse("event_progress", args=["crossings"]))

    assert "Workers carry it through the items: 0 of 2." in begun
    assert "Workers carry it through the items: 1 of 2." in half and "hx-get" in half
    assert "Carried through all items." in done and "hx-get" not in done
    assert "carry it through" not in page_of(client, reverse("event", args=["crossings"]))


@pytest.mark.parametrize(
    ("kind", "title"), [("place", "Add a place"), ("event", "Add an event"), ("outlet", "Add an outlet")]
)
def test_a_page_that_adds_a_record_is_called_after_it(
    client: Client, people: dict[str, User], kind: str, title: str
) -> None:
    client.force_login(people["archivist"])

    page = " ".join(client.get(reverse(f"new_{kind}")).content.decode().split())

    assert f"<title> {title} · Strandline</title>" in page.replace("<title>", "<title> ").replace("  ", " ")


@pytest.mark.parametrize("kind", ["places", "events", "outlets"])
def test_who_may_add_no_record_is_not_asked_to(client: Client, people: dict[str, User], kind: str) -> None:
    for path in (reverse(kind), reverse(kind) + "?q=nowhere"):
        for words in ("add it", "Add one", "load_outlets", "is added"):
            assert words not in client.get(path).content.decode(), path
    client.force_login(people["archivist"])
    assert "add it" in client.get(reverse(kind) + "?q=nowhere").content.decode()
