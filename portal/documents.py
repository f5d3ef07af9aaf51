"""HTML to PDF. What stands in the text is all there is: nothing is fetched from anywhere."""

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
    from weasyprint.urls import URLFetcher

    class Closed(URLFetcher):
        def fetch(self, url, headers=None):
            raise ValueError(f"nothing is fetched while printing: {url[:80]}")

    return Closed(allowed_protocols=[]), FontConfiguration()
