"""Pages of the API: a number of rows, the count of all, links to the next and the one before."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response


class Pages(PageNumberPagination):
    page_size_query_param = "page_size"
    max_page_size = 200
    invalid_page_message = _("There is no page “{page_number}”. Pages are numbered from 1; count says how many rows.")


class ItemPages(Pages):
    """Pages of items, with how many there are beside them that lack a date or a place."""

    undated = unplaced = 0

    def get_paginated_response(self, data: list[Any]) -> Response:
        response = super().get_paginated_response(data)
        rows = response.data.pop("results")
        response.data |= {"undated": self.undated, "unplaced": self.unplaced, "results": rows}
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        written = super().get_paginated_response_schema(schema)
        for name, lacks in {"undated": "a date", "unplaced": "a place"}.items():
            said = f"items that meet every other condition but lack {lacks}"
            written["properties"][name] = {"type": "integer", "description": said}
            written["required"].append(name)
        return written
