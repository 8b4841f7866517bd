"""
Requests made up from the schema, by each role: every answer is one that the schema tells of, in status, type and form.

Some for each address and way, as one role in two; `STRANDLINE_SWEEP=all` takes every role, and
`STRANDLINE_SCHEMATHESIS=500` makes up so many for each address, role and way.
"""

import os
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
from archive.standards.vocabulary import Property
from tests.addresses import ROLES
from tests.builders import make_caption, make_claim
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
def paths(world: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """What fills the path of each address so that there is something, for visitors too."""
    for pace in (VisitorsPace, ReadersPace):
        monkeypatch.setattr(pace, "rate", "100000/min")
    item = world["item"]
    make_claim(item, Property.LOCATION_SHOWN, value_place=world["place"])
    make_claim(item, Property.EVENT, value_event=world["event"])
    make_claim(item, Property.PUBLISHED_BY, value_outlet=world["outlet"])
    Item.objects.exclude(pk=world["film"].pk).update(access=Access.RELEASED)
    return {
        "items/{id}/frames": {"id": str(world["film"].pk)},
        "items": {"id": str(item.pk)},
        "places": {"slug": world["place"].slug},
        "events": {"slug": world["event"].slug},
        "outlets": {"slug": world["outlet"].slug},
        "articles": {"id": str(world["article"].pk)},
        "accessions": {"id": str(item.accession_id)},
        "captions": {"caption_id": make_caption(item, "A boat in the morning.").pk},
    }


def path_of(operation: Any, paths: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """Return what fills the path of this address; None where it has nothing to fill."""
    if "{" not in operation.path:
        return None
    return next(filling for start, filling in paths.items() if f"/v1/{start}" in operation.path)


@pytest.fixture(scope="module")
def operations() -> list[Any]:
    """All operations of the schema, with what is worked out of it only once: it is the same for each role."""
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    schema.app = get_wsgi_application()
    return [operation.ok() for operation in schema.get_all_operations()]


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_one_that_the_schema_tells_of(
    role: str, people: dict[str, Any], paths: dict[str, dict[str, Any]], operations: list[Any]
) -> None:
    headers = {} if role == "visitor" else {"Authorization": f"Token {renew_token(people[role])}"}
    wrong: list[str] = []

    for operation in operations:
        ways: list[tuple[GenerationMode, dict[str, Any]]] = [(GenerationMode.POSITIVE, {})]
        ways.append((GenerationMode.NEGATIVE, {}))
        if filling := path_of(operation, paths):
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
