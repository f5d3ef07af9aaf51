"""HTML to PDF. What stands in the text is all there is: nothing is fetched from anywhere.

A page may use files that its maker puts before it, under names of his own; no address is opened.
"""

from functools import cache


def pdf_of(html):
    """The bytes of a PDF of this page. Loaded on demand: most processes never print."""
    from weasyprint import HTML

    fetcher, fonts = _parts()
    page = HTML(string=html, url_fetcher=fetcher)
    return page.write_pdf(font_config=fonts)


@cache
def _parts():
    """One fetcher that refuses every address, and one font configuration for all documents."""
    from weasyprint.text.fonts import FontConfiguration

    return closed_fetcher(), FontConfiguration()


def closed_fetcher(held=None):
    """A fetcher that knows the files of `held` ({address: (bytes, media type)}) and nothing else.

    It opens neither files nor connections, whatever the address; an unknown one is an error.
    """
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Closed(URLFetcher):
        def fetch(self, url, headers=None):
            if url not in (held or {}):
                raise ValueError(f"nothing is fetched while printing: {url[:80]}")
            content, media_type = held[url]
            return URLFetcherResponse(url, content, {"Content-Type": media_type})

    return Closed(allowed_protocols=[])
