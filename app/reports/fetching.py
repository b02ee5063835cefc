"""What a renderer is given when a document asks for something: our fonts and pictures that are inside the document."""

from typing import Any

from weasyprint.urls import URLFetcher, URLFetcherResponse

from app.reports.fonts import FONTS


class OurFontsOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint is not typed
    """Serves `font:NAME` from the folder of fonts and refuses everything else, whatever the scheme."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The font. Raises ValueError for what is not served."""
        name = url.removeprefix("font:")
        if url.startswith("font:") and name in {path.name for path in FONTS.glob("*.ttf")}:
            return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/ttf"})
        if url.startswith("data:image/png;base64,"):
            # An organisation's logo, drawn anew by us. What users write is escaped and never becomes an address.
            return super().fetch(url, headers)
        message = f"not fetched: {url[:200]}"
        raise ValueError(message)
