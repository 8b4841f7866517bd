"""The answers where no page can be: their words, their form for each who asks, and that none needs the database."""

import base64

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.test import Client
from django.urls import get_resolver, reverse

from tests.addresses import arguments, clients, every_address

pytestmark = pytest.mark.django_db
NUL = {
    "path": "/places/a%00b/",
    "query": "/?q=a%00b",
    "name of a parameter": "/?a%00b=1",
    "page": "/articles/?page=%00",
}


@pytest.mark.parametrize("address", NUL.values(), ids=NUL.keys())
def test_the_character_nul_is_refused_with_a_page(people, client: Client, address: str) -> None:
    client.force_login(people["archivist"])

    answer = client.get(address)

    assert answer.status_code == 400
    assert "a character that no text has" in answer.content.decode()
    assert "archivist" in answer.content.decode()  # the bar is that of whoever is signed in
    assert "Content-Security-Policy" in answer.headers


def test_nul_in_a_form_is_refused_by_the_name_of_its_field(people, client: Client) -> None:
    client.force_login(people["archivist"])

    answer = client.post("/upload/batch/", {"title": "a\0b", "access": "RESEARCH"})

    assert answer.status_code == 400
    assert "title: It holds a character" in answer.content.decode()


def test_nul_in_the_cookie_of_the_session_is_refused_as_to_a_visitor(client: Client) -> None:
    client.cookies["sessionid"] = "abcdefgh\0abcdefgh"

    answer = client.get("/")

    assert answer.status_code == 400
    assert "A cookie of this browser" in answer.content.decode()


def test_nul_in_a_query_of_the_api_is_a_problem_that_names_the_parameter(client: Client) -> None:
    answer = client.get("/api/v1/places/?name=%00")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"] == [{"field": "name", "detail": "It holds a character that no text has (NUL)."}]


TOO_MUCH = {"2⁶³": str(2**63), "5000 digits": "9" * 5000, "negative": "-1", "other digits": "\u00b2", "none": ""}


@pytest.mark.parametrize("number", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_a_number_that_is_none_is_refused_at_the_uploads(people, world, client: Client, number: str) -> None:
    client.force_login(people["archivist"])
    accession = world["item"].accession_id
    metadata = f"accession {base64.b64encode(str(accession).encode()).decode()},filename YQ=="
    tus = {"headers": {"Tus-Resumable": "1.0.0", "Upload-Metadata": metadata}}

    asked = {"sha256": "a" * 64, "size": number, "accession": accession}
    held = client.post("/upload/held/", asked)
    of_accession = client.post("/upload/held/", asked | {"size": 1, "accession": number})
    tus["headers"]["Upload-Length"] = number
    begun = client.post("/upload/files/", **tus)
    tus["headers"]["Upload-Length"] = "4"
    address = client.post("/upload/files/", **tus)["Location"]
    tus["headers"]["Upload-Offset"] = number
    appended = client.patch(address, b"abcd", content_type="application/offset+octet-stream", **tus)

    assert [answer.status_code for answer in (held, of_accession, begun, appended)] == [400] * 4
    assert "are needed" in held.json()["error"]


@pytest.mark.parametrize("path", ["a\0b", "\0"])
def test_nul_in_the_path_of_an_upload_is_refused(people, world, client: Client, path: str) -> None:
    client.force_login(people["archivist"])
    said = {"accession": str(world["item"].accession_id), "filename": "a.jpg", "path": path}
    metadata = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "4", "Upload-Metadata": metadata}

    assert client.post("/upload/files/", headers=headers).status_code == 400


def test_every_address_that_answers_get_answers_head_alike(world) -> None:
    people, differing = clients(world["people"]), []

    for name in every_address():
        address = reverse(name, kwargs=arguments(name, world))
        for role in ("visitor", "administrator"):  # who may all that the roles between may
            read, asked = people[role].get(address), people[role].head(address)
            # The status of an upload is asked for by HEAD alone (tus 1.0.0).
            if name != "file_upload" and read.status_code != asked.status_code:
                differing.append((name, role, read.status_code, asked.status_code))

    assert differing == []


def test_head_shows_nothing_and_so_uses_nothing_up(people, client: Client) -> None:
    client.force_login(people["archivist"])
    client.post("/account/token/")

    client.head("/account/")

    assert people["archivist"].auth_token.key in client.get("/account/").content.decode()


WORDS = {
    400: ("/?a=%00", "Not understood"),
    403: ("/people/", "No permission"),
    404: ("/nowhere/", "Page not found"),
    405: ("/account/token/", "Nothing to open here"),
}


@pytest.mark.parametrize("status", WORDS)
def test_an_error_has_a_page_of_the_site_in_plain_words(people, client: Client, status: int) -> None:
    client.force_login(people["archivist"])
    address, title = WORDS[status]

    answer = client.get(address)

    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in answer.content.decode()
    assert 'class="bar"' in answer.content.decode()


def test_a_host_that_is_not_ours_has_the_page_of_what_is_not_understood(client: Client, settings) -> None:
    settings.ALLOWED_HOSTS = ["archive.example"]

    page = client.get("/", HTTP_HOST="elsewhere.example")

    assert page.status_code == 400
    assert "elsewhere.example" not in page.content.decode()


@pytest.mark.parametrize("status", WORDS)
def test_htmx_is_answered_a_sentence_alone(people, client: Client, status: int) -> None:
    client.force_login(people["archivist"])

    answer = client.get(WORDS[status][0], headers={"HX-Request": "true"})

    assert answer.status_code == status
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().endswith(".") and "<" not in answer.content.decode()


def test_the_page_of_405_names_what_is_allowed(people, client: Client) -> None:
    client.force_login(people["archivist"])

    assert client.get("/account/token/")["Allow"] == "POST"


def test_a_form_that_is_too_large_is_told_so(people, client: Client, settings) -> None:
    client.force_login(people["archivist"])
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    answer = client.post("/upload/batch/", {"title": "a" * 1000})

    assert answer.status_code == 413
    assert "<h1>Too large</h1>" in answer.content.decode()


def test_a_form_of_too_many_fields_is_told_so(people, client: Client, settings) -> None:
    client.force_login(people["archivist"])
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3

    answer = client.post("/upload/batch/", {"title": ["a", "b", "c", "d", "e"]})

    assert answer.status_code == 400
    assert "Send fewer at once" in answer.content.decode()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch):
    """Let the page on sources and licences fail with an exception, and count what asks the database meanwhile."""

    def fail_with(exception: Exception) -> None:
        def view(_request: object) -> None:
            raise exception

        about = next(each for each in get_resolver().url_patterns[-1].url_patterns if each.name == "about")
        monkeypatch.setattr(about, "callback", view)

    return fail_with


FAULTS = {500: (RuntimeError("secret"), "Something went wrong"), 503: (OperationalError("secret"), "Not available")}


@pytest.mark.parametrize("status", FAULTS)
def test_a_fault_has_a_page_without_the_database(
    people, failing, django_assert_num_queries, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(raise_request_exception=False)
    exception, title = FAULTS[status]
    failing(exception)

    with django_assert_num_queries(0):
        answer = client.get("/about/")

    assert answer.status_code == status
    assert title in answer.content.decode() and "secret" not in answer.content.decode()
    assert answer.has_header("Retry-After") is (status == 503)
    assert [record.levelname for record in caplog.records if record.name == "django.request"] == ["ERROR"]


def test_a_database_that_cannot_be_reached_is_a_503(failing, monkeypatch: pytest.MonkeyPatch, people) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(people["archivist"])

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", refuse)
        page, missing, api = client.get("/"), client.get("/nowhere/"), client.get("/api/v1/items/")

    assert [answer.status_code for answer in (page, missing, api)] == [503] * 3
    assert "The database does not answer" in page.content.decode()
    assert api["Content-Type"] == "application/problem+json"
    assert api.json()["title"] == "Service Unavailable"


def test_the_reason_of_a_refusal_is_told(failing, client: Client) -> None:
    failing(PermissionDenied("Only an archivist may do this."))

    assert "Only an archivist may do this." in client.get("/about/").content.decode()
