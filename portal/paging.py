"""Paging of the API; apart from api.py because the framework's settings import it by name."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """Fifty a page, up to a thousand."""

    page_size = 50
    page_size_query_param = "size"
    max_page_size = 1000
