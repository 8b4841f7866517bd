"""Pages of the API: a number of rows, the count of all, links to the next and the one before."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from archive.standards.whole_numbers import whole_number

PAGING = frozenset({"page", "page_size"})


class Pages(PageNumberPagination):
    page_size_query_param = "page_size"
    max_page_size = 200
    invalid_page_message = _("There is no page “{page_number}”. Pages are numbered from 1; count says how many rows.")

    def get_page_size(self, request: Request) -> int | None:
        """
        Return how many rows are asked for.

        :raises ValidationError: no number from 1 to the most: fewer rows than asked for would pass for all there are
        """
        written = request.query_params.get(self.page_size_query_param)
        if not written:
            return self.page_size  # an empty parameter asks for nothing, as in an address that a form wrote
        number = whole_number(written)
        if number is None or not 1 <= number <= self.max_page_size:
            words = _("It takes a whole number from 1 to %(most)s.") % {"most": self.max_page_size}
            raise ValidationError({self.page_size_query_param: [words]})
        return number

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Tell the bounds of both numbers."""
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            parameter["schema"]["minimum"] = 1
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"maximum": self.max_page_size, "default": self.page_size}
        return parameters


class ItemPages(Pages):
    """Pages of items, with how the search was understood, and how many lack a date or a place."""

    undated = unplaced = 0
    understood: ClassVar[dict[str, Any]] = {}

    def get_paginated_response(self, data: list[Any]) -> Response:
        response = super().get_paginated_response(data)
        rows = response.data.pop("results")
        more = {"undated": self.undated, "unplaced": self.unplaced, "understood": self.understood, "results": rows}
        response.data |= more
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        written = super().get_paginated_response_schema(schema)
        for name, lacks in {"undated": "a date", "unplaced": "a place"}.items():
            description = f"items that meet every other condition but lack {lacks}"
            written["properties"][name] = {"type": "integer", "description": description}
            written["required"].append(name)
        text = {"type": "string"}
        written["properties"]["understood"] = {
            "type": "object",
            "description": "how the search was read, as the page tells it",
            "properties": {
                "box": text | {"description": "the whole search in the words of the search box"},
                "conditions": {"type": "array", "items": text, "description": "each condition in words"},
                "read_as": _rows("part", "written", description="words of a sentence, and what they were taken for"),
                "passed_over": {"type": "array", "items": text, "description": "words that say nothing"},
                "withheld": {"type": "array", "items": text, "description": "what the asker cannot search by"},
                "taken": _rows("written", "name", description="slips in a name, and the record it was taken for"),
                "unread": _rows("part", "sentence", "instead", description="what is not as the language has it"),
            },
            "required": ["box", "conditions", "read_as", "passed_over", "withheld", "taken", "unread"],
        }
        written["required"].append("understood")
        return written


def _rows(*names: str, description: str) -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in names}
    row = {"type": "object", "properties": properties, "required": list(names)}
    return {"type": "array", "items": row, "description": description}
