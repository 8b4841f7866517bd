"""
Requests made up from the schema, by each role: every answer is one that the schema tells of, in status, type and form.

Some for each address and way, as one role in two; `STRANDLINE_SWEEP=all` takes every role, and
`STRANDLINE_SCHEMATHESIS=500` makes up so many for each address, role and way.
"""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from archive.accounts.people import renew_token
from archive.api.views import ReadersPace, VisitorsPace
from archive.catalogue.models import Access, Item
from archive.folders.fill_folders import make_folder, put_in
from archive.review.link_items import link
from archive.review.models import OwnAct
from archive.saved_searches.keep_searches import keep_search
from archive.standards.vocabulary import Property
from tests.addresses import ROLES
from tests.builders import NOW, make_caption, make_claim, make_export
from tests.sweeps.chosen import is_chosen

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("STRANDLINE_SCHEMATHESIS", "4"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Let no request close the connection that holds what the test made, as Django's own test client does."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


@pytest.fixture
def names(world: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """By the start of an address, what it names so that there is something, for visitors too."""
    for pace in (VisitorsPace, ReadersPace):
        monkeypatch.setattr(pace, "rate", "100000/min")
    item = world["item"]
    make_claim(item, Property.LOCATION_SHOWN, value_place=world["place"])
    make_claim(item, Property.EVENT, value_event=world["event"])
    make_claim(item, Property.PUBLISHED_BY, value_outlet=world["outlet"])
    Item.objects.exclude(pk=world["film"].pk).update(access=Access.RELEASED)
    return {
        "items/{id}/frames": world["film"].pk,
        "items/{item_id}/spans/{span_id}/claims/{": {
            "item_id": world["film"].pk,
            "span_id": world["span"].pk,
            "claim_id": world["claim of span"].pk,
        },
        "items/{item_id}/spans/{": {"item_id": world["film"].pk, "span_id": world["span"].pk},
        "items/{item_id}/spans": world["film"].pk,
        "items": item.pk,
        "places": world["place"].slug,
        "events": world["event"].slug,
        "outlets": world["outlet"].slug,
        "articles": world["article"].pk,
        "accessions": item.accession_id,
        "captions": make_caption(item, "A boat in the morning.").pk,
    }


def path_of(operation: Any, names: dict[str, Any]) -> dict[str, str] | None:
    """Return what fills the path of this address; None where it has nothing to fill."""
    if not (parameter := re.search(r"\{(\w+)\}", operation.path)):
        return None
    name = next((name for start, name in names.items() if f"/v1/{start}" in operation.path), None)
    assert name is not None, f"nothing fills {operation.path}: name one in the fixture"
    return {key: str(value) for key, value in name.items()} if isinstance(name, dict) else {parameter[1]: str(name)}


@pytest.fixture(scope="module")
def operations() -> list[Any]:
    """All operations of the schema, with what is worked out of it only once: it is the same for each role."""
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    schema.app = get_wsgi_application()
    return [operation.ok() for operation in schema.get_all_operations()]


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_one_that_the_schema_tells_of(
    role: str, people: dict[str, Any], names: dict[str, Any], world: dict[str, Any], operations: list[Any]
) -> None:
    headers = {} if role == "visitor" else {"Authorization": f"Token {renew_token(people[role])}"}
    reader = people.get(role, people["researcher"])
    names["exports"] = make_export(world["item"], by=reader).pk
    folder = make_folder(name="A reader’s", by=reader, at=NOW)
    put_in(folder, [world["item"].pk], by=reader, at=NOW)
    names["folders/{folder_id}/items/{"] = {"folder_id": folder.pk, "item_id": world["item"].pk}
    names["folders"] = folder.pk
    if reader.has_perm("claims.add_claim"):
        link([world["item"]], property=Property.CREDIT_LINE, by=reader, text="Of a reader")
    names["acts"] = OwnAct.objects.latest("pk").pk
    names["saved-searches"] = keep_search({"q": "boat"}, name="Boats of a reader", by=reader, at=NOW).pk
    wrong: list[str] = []

    for operation in operations:
        ways: list[tuple[GenerationMode, dict[str, Any]]] = [(GenerationMode.POSITIVE, {})]
        ways.append((GenerationMode.NEGATIVE, {}))
        if filling := path_of(operation, names):
            ways += [
                (mode, {"path_parameters": filling}) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
            ]
        for mode, fixed in ways:
            if not is_chosen(2, role, operation.label, mode.value, str(bool(fixed))):
                continue
            try:
                made_up = operation.as_strategy(generation_mode=mode, **fixed)
                ask(made_up, headers, [*CHECKS, negative_data_rejection] if mode == GenerationMode.NEGATIVE else CHECKS)
            except Unsatisfiable:
                continue  # a path of free text and no parameters: nothing can be wrong with it
            except (Exception, FailureGroup) as problem:
                wrong.append(f"{operation.label} {mode.value} {fixed}: {problem}")

    assert not wrong, "\n\n".join(wrong)


def ask(made_up: Any, headers: dict[str, str], checks: list[Any]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=made_up)
    def each(case: Any) -> None:
        mark = transaction.savepoint()
        try:
            # An empty parameter asks for nothing: it is no wrong value, whatever its type.
            is_empty = any(value in ("", [""], None) for value in (case.query or {}).values())
            case.call_and_validate(
                headers=headers,
                checks=[check for check in checks if check is not negative_data_rejection or not is_empty],
            )
        finally:
            transaction.savepoint_rollback(mark)

    each()
