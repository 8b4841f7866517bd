"""What the schema adds to what it finds in the code: the errors of every address, and what visitors are not told."""

from typing import Any

from archive.api.serializers import LEFT_OUT
from archive.standards.problem_details import MEDIA_TYPE

_PROBLEM = {
    "type": "object",
    "description": "An error (RFC 9457).",
    "properties": {
        "type": {"type": "string", "description": "about:blank: the status says what kind of problem it is"},
        "title": {"type": "string", "description": "the name of the status"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "a sentence for people: what, and what now"},
        "errors": {
            "type": "array",
            "description": "each field or parameter at fault; absent where no single one is",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["field", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}
_ERRORS = {
    "400": "something sent is not understood; `errors` names it",
    "401": "sign in, or send a token",
    "403": "the account may not do this",
    "404": "there is no such record, or it is not for everybody to see",
    "405": "the method is none of this address",
    "406": "every answer is JSON",
    "409": "what the sender was shown has changed since: read it again",
    "413": "more than this address takes",
    "414": "the address is too long",
    "415": "the body is of a type that is not read here",
    "422": "the original cannot be read so far as that takes",
    "429": "too many requests; Retry-After says in how many seconds",
    "503": "the database does not answer, or too much is being sent; Retry-After says when to come again",
    "507": "the machine has no room left for what would have to be made",
}
_OF_A_BODY = {"409", "413", "415"}
# Told where an operation names them.
_SELDOM = {"422", "507"}


def tell_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add to every operation the errors that it may answer; a hook of drf-spectacular."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, words in _ERRORS.items():
                responses = operation["responses"]
                is_usual = status not in _SELDOM and (status not in _OF_A_BODY or "requestBody" in operation)
                if is_usual or status in responses:
                    told = responses.setdefault(status, {"description": words})
                    told.setdefault("content", content)
    return result


def tell_what_is_left_out(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say of the fields that some are not told that they may be absent; a hook of drf-spectacular."""
    for name, fields in LEFT_OUT.items():
        schema = result["components"]["schemas"].get(name, {})
        schema["required"] = [field for field in schema.get("required", []) if field not in fields]
    return result
