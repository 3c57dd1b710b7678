"""Saved pages, read again: WARC files, folders of pages, plain texts. The same pipelines as a crawl, no network."""

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import Crawler
from scrapy.spiderloader import get_spider_loader

from cleaners import Rejected
from cleaners.charset import decode_page
from cleaners.urls import canonical_url
from promo_crawler.archive import OPEN_SUFFIX, ArchivedPage, ArchiveError, read_pages
from promo_crawler.arguments import ArgumentError, parse_day
from promo_crawler.discovery import is_article_url
from promo_crawler.items import PageItem, TextItem
from promo_crawler.portal_spider import ARTICLE, LIST, PortalSpider
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
        self._spiders: dict[str, type[PortalSpider]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "ReprocessSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        loader = get_spider_loader(crawler.settings)
        spider._spiders = {name: loader.load(name) for name in loader.list()}  # type: ignore[misc]
        return spider

    async def start(self) -> AsyncIterator[Any]:
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
        cls = self._spiders.get(found.spider) or self._spider_of(page.url)
        kind = found.kind
        if not kind and cls and cls.article_urls:
            is_article = is_article_url(canonical_url(page.url), cls.url_patterns()["article_urls"])
            kind = ARTICLE if is_article else LIST
        if kind == LIST:
            self._count("pages/lists")
            return None
        self._count("pages/articles")
        if page.portal is None:
            page = replace(page, portal=self.portal or (cls.name if cls else urlsplit(page.url).hostname))
        return PageItem(page, cls.page_rules if cls else ())

    def _text_item(self, path: Path) -> TextItem:
        self._count("pages/total")
        try:
            text, _ = decode_page(read_bytes(path))
        except Rejected as no:
            raise SavedPageError(f"{path}: {no}") from None
        return TextItem(text, url=path.resolve().as_uri(), portal=self.portal)

    def _spider_of(self, url: str) -> type[PortalSpider] | None:
        host = urlsplit(url).netloc.lower()
        return next((cls for cls in self._spiders.values() if host in cls.hosts), None)

    def _count(self, key: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"promo/{key}")
