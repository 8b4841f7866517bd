"""Every error of the API is a problem (RFC 9457) that names the field at fault; nothing sent is passed over."""

from typing import Any

import pytest
from django.urls import URLResolver, get_resolver
from rest_framework.test import APIClient

from archive.accounts.people import renew_token
from archive.api.problems import KnownParameters
from archive.api.views import NothingHere, VisitorsPace
from archive.catalogue.models import Access
from tests.builders import make_caption, make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(people) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_login(people["researcher"])
    return client


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    written = answer.json()
    assert written["status"] == status and written["type"] == "about:blank"
    assert written["title"] and written["detail"].endswith(".")
    return written


def fields(answer: Any, status: int = 400) -> dict[str, str]:
    return {error["field"]: error["detail"] for error in problem(answer, status)["errors"]}


WRONG = {
    "a word for a size": ("items/?page_size=abc", "page_size", "from 1 to 200"),
    "no size": ("places/?page_size=0", "page_size", "from 1 to 200"),
    "too large a size": ("events/?page_size=201", "page_size", "from 1 to 200"),
    "a huge size": (f"outlets/?page_size={10**30}", "page_size", "from 1 to 200"),
    "a mistyped condition": ("items/?plaice=dover", "plaice", "no parameter of this name"),
    "a parameter of another address": ("accessions/?name=a", "name", "no parameter of this name"),
    "a condition said twice": ("items/?place=dover&place=calais", "place", "2 times"),
    "a condition that is none": ("items/?certainty=sure", "certainty", "possible, certain"),
    "a parameter of one record": ("places/dover/?lang=fr", "lang", "takes none"),
    "a parameter of the schema": ("schema/?q=a", "q", "no parameter of this name"),
}


@pytest.mark.parametrize(("address", "field", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_parameter_that_is_not_understood_is_named(reader, address: str, field: str, words: str) -> None:
    assert (
        words in fields(reader.get(f"/api/{address}" if address.startswith("schema") else f"/api/v1/{address}"))[field]
    )


def test_a_field_that_is_not_known_is_named(people, reader) -> None:
    caption = make_caption(make_item(access=Access.RESEARCH), "A boat.")
    sent = {"reason": "WRONG_DATE", "notes": "It was June.", "caption": 3}

    answer = reader.post(f"/api/v1/captions/{caption.pk}/proposals/", sent, format="json")

    assert set(fields(answer)) == {"notes", "caption"}
    assert "There are: note, reason, text." in fields(answer)["notes"]
    assert not caption.proposals.exists()


@pytest.mark.parametrize("address", ["v1/nowhere/", "v2/items/", "v1/items/abc/", "v1/items/1/nothing/", ""])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_an_address_that_is_none_is_a_problem_by_every_method(reader, address: str, method: str) -> None:
    client = APIClient(enforce_csrf_checks=True)

    assert "/api/schema/" in problem(getattr(client, method)(f"/api/{address}"), 404)["detail"]


def test_a_missing_record_is_a_problem(reader) -> None:
    assert "There is no place" in problem(reader.get("/api/v1/places/nowhere/"), 404)["detail"]


def test_who_asks_wrongly_is_told_how(people, reader) -> None:
    picture = {"picture": b"no file"}
    visitor, forged = APIClient(), APIClient(enforce_csrf_checks=True)
    forged.force_login(people["archivist"])

    assert "sign in" in problem(visitor.get("/api/v1/accessions/"), 401)["detail"]
    assert visitor.get("/api/v1/accessions/")["WWW-Authenticate"] == "Token"
    assert problem(visitor.get("/api/v1/items/", headers={"Authorization": "Token nonsense"}), 401)
    bearer = visitor.get("/api/v1/items/", headers={"Authorization": "Bearer abc"})
    assert "Authorization: Token" in problem(bearer, 401)["detail"]
    assert bearer["WWW-Authenticate"] == "Token"
    assert visitor.get("/api/v1/items/", headers={"Authorization": "Basic abc"}).status_code == 200
    assert problem(reader.post("/api/v1/items/1/frames/", {"at": "0:01"}), 403)
    assert "CSRF" in problem(forged.post("/api/v1/search/by-image/", picture), 403)["detail"]
    assert "POST" in problem(reader.post("/api/v1/items/"), 405)["detail"]
    assert problem(reader.get("/api/v1/items/", headers={"Accept": "text/html"}), 406)
    assert problem(reader.post("/api/v1/search/by-image/", "{}", content_type="application/json"), 415)


def test_a_body_that_is_no_json_is_a_problem(reader) -> None:
    caption = make_caption(make_item(access=Access.RESEARCH), "A boat.")
    address = f"/api/v1/captions/{caption.pk}/proposals/"

    assert "JSON" in problem(reader.post(address, "{", content_type="application/json"), 400)["detail"]
    for asked in (address, "/api/v1/token/"):
        answer = reader.post(asked, '{"note": ' + "[" * 100_000, content_type="application/json")
        assert "nested too deeply" in problem(answer, 400)["detail"]
    assert problem(reader.post(address, "[1]", content_type="application/json"), 400)
    for text in ('"a\\u0000b"', '"\\ud800"'):
        sent = f'{{"reason": "WRONG_DATE", "note": {text}}}'
        assert "note" in fields(reader.post(address, sent, content_type="application/json"))


def test_a_body_that_is_too_large_is_a_problem(people, reader, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    caption = make_caption(make_item(access=Access.RESEARCH), "A boat.")

    answer = reader.post(f"/api/v1/captions/{caption.pk}/proposals/", {"reason": "WRONG_DATE"}, format="json")

    assert problem(answer, 413)


def test_too_many_requests_are_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VisitorsPace, "rate", "1/min")

    APIClient().get("/api/v1/items/")
    answer = APIClient().get("/api/v1/items/")

    assert "seconds" in problem(answer, 429)["detail"]
    assert int(answer["Retry-After"]) > 0


def test_a_fault_of_the_server_is_a_problem(reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.api.views.Items.get_queryset", lambda _self: 1 / 0)

    assert "log" in problem(reader.get("/api/v1/items/"), 500)["detail"]


def test_a_first_password_is_asked_for_in_a_problem(people) -> None:
    person = people["researcher"]
    person.must_change_password = True
    person.save()
    client = APIClient()
    client.force_login(person)

    assert "Change it on the site" in problem(client.get("/api/v1/items/"), 403)["detail"]


def test_a_token_is_refused_by_field(people) -> None:
    assert set(fields(APIClient().post("/api/v1/token/", {"username": "a"}))) == {"password"}
    assert renew_token(people["researcher"])


def test_every_address_of_the_api_refuses_what_it_does_not_know() -> None:
    views = [pattern.callback for pattern in _patterns(get_resolver("archive.api.urls").url_patterns)]

    assert len(views) > 15
    assert [view.cls for view in views if not issubclass(view.cls, (KnownParameters, NothingHere))] == []


def _patterns(patterns: list) -> list:
    inner = [_patterns(each.url_patterns) if isinstance(each, URLResolver) else [each] for each in patterns]
    return [pattern for some in inner for pattern in some]
