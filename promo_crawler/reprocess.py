"""Saved pages, read again: WARC files, folders of pages, plain texts. The same pipelines as a crawl, no network."""

import logging
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import Crawler

from cleaners import RawPage, Rejected
from cleaners.charset import decode_page
from cleaners.urls import canonical_url
from promo_crawler.archive import OPEN_SUFFIX, ArchivedPage, ArchiveError, PartPlace, list_parts, read_pages
from promo_crawler.arguments import ArgumentError, parse_day, sister_hosts
from promo_crawler.crawl_round import ARTICLE, LIST, PART
from promo_crawler.discovery import discover_links, is_article_url
from promo_crawler.items import PageItem, TextItem
from promo_crawler.links import may_be_article
from promo_crawler.parts import find_next_part
from promo_crawler.portal_spider import PortalSpider
from promo_crawler.portals import find_portal, load_portals
from promo_crawler.saved_pages import PAGE_SUFFIXES, SavedPageError, read_bytes, read_saved_page

logger = logging.getLogger(__name__)

WARC_SUFFIXES = (".warc", ".warc.gz")
TEXT_SUFFIXES = (".txt", ".txt.gz")
SUFFIXES = (*WARC_SUFFIXES, *PAGE_SUFFIXES, *TEXT_SUFFIXES)


def find_files(path: Path, leave_out: Path) -> list[Path]:
    """The files below a path that can be read again, in the order of their names, which for WARC is that of time.

    Left out: the corpus (`leave_out`), which is what reprocessing makes, and hidden files. Raises ArchiveError for
    what is not there or holds nothing to read.
    """
    if not path.exists():
        raise ArchiveError(f"{path}: no such file or folder")
    if path.is_file():
        if not path.name.endswith(SUFFIXES):
            raise ArchiveError(f"{path}: not a WARC file, a saved page or a text ({', '.join(SUFFIXES)})")
        return [path]
    files = [file for file in sorted(path.rglob("*")) if file.is_file() and not file.is_relative_to(leave_out)]
    for file in files:
        if file.name.endswith(OPEN_SUFFIX):
            logger.warning("%s: left out, a crawl is still writing it or was killed; the next crawl closes it", file)
    found = [file for file in files if file.name.endswith(SUFFIXES) and not file.name.startswith(".")]
    if not found:
        raise ArchiveError(f"{path}: nothing to read again in this folder ({', '.join(SUFFIXES)})")
    return found


class ReprocessSpider(scrapy.Spider):
    """Reads files instead of a portal."""

    name = "reprocess"

    def __init__(self, paths: list[Path], *, portal: str = "", since: str = "", **unknown: str):
        if unknown:
            raise ArgumentError(f"reprocess has no argument {', '.join(sorted(unknown))}; it takes portal, since")
        super().__init__()
        self.paths = paths
        self.portal = portal or None
        self.since: date | None = parse_day(since) if since else None
        self._portals: dict[str, type[PortalSpider]] = {}
        self._parts: dict[str, list[PartPlace]] = defaultdict(list)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "ReprocessSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._portals = load_portals(crawler.settings)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        self._find_parts()
        for path in self.paths:
            for item in self._items(path):
                if item is not None:
                    yield item

    def _items(self, path: Path) -> Iterator[PageItem | TextItem | None]:
        try:
            if path.name.endswith(WARC_SUFFIXES):
                yield from map(self._page_item, read_pages(path))
            elif path.name.endswith(PAGE_SUFFIXES):
                yield self._page_item(read_saved_page(path))
            else:
                yield self._text_item(path)
        except (ArchiveError, SavedPageError) as error:
            logger.warning("%s", error)
            self._count("input/unreadable")

    def _page_item(self, archived: ArchivedPage) -> PageItem | None:
        self._count("pages/total")
        page, found = archived.page, archived.found
        cls = self._portals.get(found.spider) or find_portal(self._portals, page.url)
        kind = found.kind
        if not kind and cls and cls.article_urls:
            is_article = is_article_url(canonical_url(page.url), cls.url_patterns()["article_urls"])
            kind = ARTICLE if is_article else LIST
        is_guess = kind == LIST and self._may_be_article(page, cls or PortalSpider)
        if kind == PART or (kind == LIST and not is_guess):
            self._count("pages/lists" if kind == LIST else "pages/parts")
            return None
        if not is_guess:
            self._count("pages/articles")
        if page.portal is None:
            page = replace(page, portal=self.portal or (cls.name if cls else urlsplit(page.url).hostname))
        if page.url in self._parts:
            page = replace(page, more=self._more(page, (cls or PortalSpider).url_patterns()))
        return PageItem(page, cls.page_rules if cls else (), is_guess)

    def _may_be_article(self, page: RawPage, cls: type[PortalSpider]) -> bool:
        """As the crawl decides on a page with an address like a list's."""
        if cls.article_urls:
            return False
        with suppress(Rejected):
            hosts = {*cls.hosts, *sister_hosts(page.url)}
            return may_be_article(discover_links(page, hosts=hosts, **cls.url_patterns()))
        return True

    def _find_parts(self) -> None:
        """Where the later pages of articles lie: they may come long after the first, and in another file."""
        for path in self.paths:
            if path.name.endswith(WARC_SUFFIXES):
                with suppress(ArchiveError):  # said when the file's turn comes
                    for first, place in list_parts(path):
                        self._parts[first].append(place)

    def _more(self, first: RawPage, patterns: dict[str, list[re.Pattern[str]]]) -> tuple[RawPage, ...]:
        """The later pages of an article, as the crawl joined them: of each the first one fetched after `first`."""
        read, done = (first,), frozenset[str]()
        while (url := find_next_part(read, patterns, done)) is not None:
            part = canonical_url(url)
            done |= {part}
            places = [
                place
                for place in self._parts[first.url]
                if canonical_url(place.url) == part and first.fetched_at and place.fetched_at >= first.fetched_at
            ]
            if places:
                place = min(places, key=lambda place: place.fetched_at)
                archived = next(read_pages(place.path, place.offset), None)
                if archived and archived.page.url == place.url:  # else it was no page but an error
                    read += (archived.page,)
        return read[1:]

    def _text_item(self, path: Path) -> TextItem:
        self._count("pages/total")
        try:
            text, _ = decode_page(read_bytes(path))
        except Rejected as no:
            raise SavedPageError(f"{path}: {no}") from None
        return TextItem(text, url=path.resolve().as_uri(), portal=self.portal)

    def _count(self, key: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"promo/{key}")
