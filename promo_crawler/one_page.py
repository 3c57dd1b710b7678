"""One page by its address or its file, for the commands that look at a single page."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.http import Response

from cleaners import RawPage
from cleaners.urls import canonical_url
from promo_crawler.archive import ArchiveError, Found, read_page
from promo_crawler.frontier import Frontier
from promo_crawler.http_messages import read_raw_page
from promo_crawler.portal_spider import PortalSpider
from promo_crawler.portals import find_portal, load_portals
from promo_crawler.run_command import RunSpiderCommand
from promo_crawler.saved_pages import SavedPageError, read_saved_page


class OnePage(scrapy.Spider):
    """Fetches one page, as politely as a crawl."""

    name = "one_page"
    custom_settings = {"ITEM_PIPELINES": {}, "EXTENSIONS": {}, "LOG_LEVEL": "WARNING"}  # noqa: RUF012
    page: RawPage | None = None

    def parse(self, response: Response, **_: Any) -> None:
        if response.status == 200:
            type(self).page = read_raw_page(response, Found(""), datetime.now(UTC).replace(microsecond=0))


class OnePageCommand(RunSpiderCommand):
    """A command about one page."""

    def get_page(self, place: str, url: str | None = None) -> RawPage:
        """A file, or an address: from the archive where a crawl brought it, else fetched. Raises SavedPageError."""
        if "://" not in place:
            page = read_saved_page(Path(place)).page
            return replace(page, url=url or page.url)
        if urlsplit(place).scheme not in {"http", "https"}:
            raise SavedPageError(f"{place}: not an address that begins with http:// or https://")
        if (archived := self._archived(place)) is not None:
            return archived
        OnePage.start_urls = [place]
        self.run_spider(OnePage)
        if OnePage.page is None:
            raise SavedPageError(f"{place} could not be fetched")
        return OnePage.page

    def spider_for(self, page: RawPage, portal: str | None = None) -> type[PortalSpider]:
        """The class that declares a portal: by its name, by the page's host, or the one for undeclared portals."""
        assert self.settings is not None
        portals = load_portals(self.settings)
        by_host = find_portal(portals, page.url) or portals["portal"]
        return portals.get(portal or page.portal or "", by_host)

    def _archived(self, url: str) -> RawPage | None:
        assert self.settings is not None
        data = Path(self.settings["DATA_DIR"])
        if not (data / "frontier.sqlite").exists():
            return None
        frontier = Frontier(data / "frontier.sqlite")
        known = frontier.find(canonical_url(url))
        frontier.close()
        try:
            return read_page(data / "raw", known.location).page if known and known.location else None
        except ArchiveError:
            return None
