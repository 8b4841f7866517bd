"""Pages of the API: a number of rows, the count of all, links to the next and the one before."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    page_size_query_param = "page_size"
    max_page_size = 200
