"""Saved pages, read again: WARC files, folders of pages, plain texts. The same pipelines as a crawl, no network."""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import AsyncioLoopingCall, create_looping_call
from twisted.internet.task import LoopingCall

from cleaners import Article, RawPage, Rejected
from cleaners.charset import decode_page
from cleaners.urls import canonical_url
from promo_crawler.archive import OPEN_SUFFIX, ArchivedPage, ArchiveError, PartPlace, list_parts, read_pages
from promo_crawler.arguments import ArgumentError, parse_day, parse_switch, sister_hosts
from promo_crawler.crawl_round import ARTICLE, LIST, PART
from promo_crawler.discovery import discover_links, is_article_url
from promo_crawler.halt import NOT_WRITTEN
from promo_crawler.items import PageItem, TextItem
from promo_crawler.parts import find_next_part
from promo_crawler.pipelines import Dropped
from promo_crawler.portal_spider import PortalSpider
from promo_crawler.portals import find_portal, load_portals
from promo_crawler.reprocess_journal import Entry, Journal, Place
from promo_crawler.saved_pages import PAGE_SUFFIXES, SavedPageError, read_bytes, read_saved_page
from promo_crawler.terminal import ProgressBar
from promo_crawler.url_shapes import UrlPatterns
from promo_crawler.workers import WorkerPool, read_pool

logger = logging.getLogger(__name__)

WARC_SUFFIXES = (".warc", ".warc.gz")
TEXT_SUFFIXES = (".txt", ".txt.gz")
AT_ONCE = 16
"""Pages for each worker that are read ahead of it, or wait to be written together."""
SAVED_EVERY = 1.0
"""Seconds; so much is read again after a kill."""
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
    """Reads files instead of a portal. Where a run of before was killed, the same one goes on from there."""

    name = "reprocess"
    bar: ProgressBar
    _journal: Journal
    _room: asyncio.Semaphore
    _tick: AsyncioLoopingCall | LoopingCall
    _workers: WorkerPool

    def __init__(self, paths: list[Path], *, portal: str = "", since: str = "", restart: str = "", **unknown: str):
        if unknown:
            names = ", ".join(sorted(unknown))
            raise ArgumentError(f"reprocess has no argument {names}; it takes portal, since, restart")
        super().__init__()
        self.paths = paths
        self.portal = portal or None
        self.since: date | None = parse_day(since) if since else None
        self.restart = parse_switch("restart", restart)
        self._portals: dict[str, type[PortalSpider]] = {}
        self._parts: dict[str, list[PartPlace]] = defaultdict(list)
        self._under_way: dict[tuple[str | None, datetime | None], deque[Entry]] = defaultdict(deque)
        self._at = Place(Path(), 0)
        self._pages = 0
        self._bytes_before: dict[Path, int] = {}
        self._bytes = 0
        self._begun = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "ReprocessSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._portals = load_portals(crawler.settings)
        spider._workers = read_pool(crawler.settings)
        spider._room = asyncio.Semaphore(AT_ONCE * spider._workers.size)
        settings = [crawler.settings[name] for name in ("SCRIPT", "SCRIPT_CONFIG", "WIDTH", "PUNCTUATION")]
        about = f"{spider.portal} {spider.since} {settings}"
        spider._journal = Journal(Path(crawler.settings["DATA_DIR"]) / "corpus", spider.paths, about)
        spider.bar = ProgressBar("reprocess")
        spider._tick = create_looping_call(spider._keep)
        for handler, signal in (
            (spider.on_scraped, signals.item_scraped),
            (spider.on_dropped, signals.item_dropped),
            (spider.on_error, signals.item_error),
            (spider.on_closed, signals.spider_closed),
        ):
            crawler.signals.connect(handler, signal=signal)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        for path in self.paths:
            self._bytes_before[path] = self._bytes
            self._bytes += path.stat().st_size
        await self._find_parts()
        begin = None if self.restart else self._journal.read()
        if begin is not None:
            self.logger.info("goes on where a run of before stopped, at byte %d of %s", begin.offset, begin.path)
        else:
            begin = Place(self.paths[0], 0)
        self._begun = self._bytes_before[begin.path] + begin.offset
        self.bar = ProgressBar("reprocess")
        self._tick.start(SAVED_EVERY, now=False)
        for path in self.paths[self.paths.index(begin.path) :]:
            for place, item in self._items(path, begin.offset if path == begin.path else 0):
                self._at = place
                await self._room.acquire()
                if self._is_closing():
                    return
                self._under_way[_key_of(item)].append(self._journal.begin(place))
                yield item

    def progress(self) -> str:
        """For the progress line of a run."""
        share = self._share()
        return f"{share:.0%}, {self._pages / self.bar.seconds():.0f} pages/s, {self.bar.seconds_left(share):.0f} s left"

    def _share(self) -> float:
        """How much is read of what was left when this run began."""
        at = self._bytes_before.get(self._at.path, 0) + self._at.offset
        return max(0.0, (at - self._begun) / max(1, self._bytes - self._begun))

    def _keep(self) -> None:
        with suppress(OSError):  # what cannot be written now may be written next time
            self._journal.save()
        self.bar.show(self._share(), f"{self._pages:,} pages, {self._pages / self.bar.seconds():.0f}/s")

    def _items(self, path: Path, offset: int) -> Iterator[tuple[Place, PageItem | TextItem]]:
        try:
            if path.name.endswith(WARC_SUFFIXES):
                for archived in read_pages(path, offset):
                    if (item := self._page_item(archived)) is not None:
                        yield Place(path, archived.offset), item
            elif path.name.endswith(PAGE_SUFFIXES):
                if (item := self._page_item(read_saved_page(path))) is not None:
                    yield Place(path, 0), item
            else:
                yield Place(path, 0), self._text_item(path)
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
        is_guess = kind == LIST and not (cls and cls.article_urls)
        if kind == PART or (kind == LIST and not is_guess):
            self._count("pages/lists" if kind == LIST else "pages/parts")
            return None
        if not is_guess:
            self._count("pages/articles")
        if page.portal is None:
            page = replace(page, portal=self.portal or (cls.name if cls else urlsplit(page.url).hostname))
        patterns = (cls or PortalSpider).url_patterns()
        if page.url in self._parts:
            page = replace(page, more=self._more(page, patterns))
        if not is_guess:
            return PageItem(page, cls.page_rules if cls else ())
        hosts = {*(cls.hosts if cls else ()), *sister_hosts(page.url)}
        return PageItem(page, cls.page_rules if cls else (), True, partial(discover_links, hosts=hosts, **patterns))

    async def _find_parts(self) -> None:
        """Where the later pages of articles lie: they may come long after the first, and in another file."""
        archives = [path for path in self.paths if path.name.endswith(WARC_SUFFIXES)]
        for found in asyncio.as_completed([self._workers.run(list_parts, path) for path in archives]):
            with suppress(ArchiveError):  # said when the file's turn comes
                for first, place in await found:
                    self._parts[first].append(place)

    def _more(self, first: RawPage, patterns: UrlPatterns) -> tuple[RawPage, ...]:
        """The later pages of an article, as the crawl joined them: of each the first one fetched after `first`."""
        read: tuple[RawPage, ...] = (first,)
        done = frozenset[str]()
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

    # --- signals of Scrapy --------------------------------------------------------------------------------------------

    def on_scraped(self, item: Article) -> None:
        self._end((item.url, item.fetched_at))

    def on_dropped(self, item: PageItem | TextItem, exception: Dropped) -> None:
        self._end(_key_of(item), is_done=exception.outcome != NOT_WRITTEN)

    def on_error(self, item: PageItem | TextItem) -> None:
        self._count("articles/error")
        self._end(_key_of(item))

    def on_closed(self, reason: str) -> None:
        if self._tick.running:
            self._tick.stop()
        self.bar.end()
        if reason == "finished":
            self._journal.remove()
        else:
            self._keep()

    def _end(self, key: tuple[str | None, datetime | None], *, is_done: bool = True) -> None:
        self._pages += 1
        entries = self._under_way[key]
        entry = entries.popleft()
        if is_done:
            self._journal.end(entry)
        if not entries:
            del self._under_way[key]
        self._room.release()
        if not self._under_way:
            asyncio.get_running_loop().call_later(0.02, self._wake_engine)

    def _is_closing(self) -> bool:
        """Whether the run has been asked to end (SIGTERM, CLOSESPIDER_*, a full disk)."""
        engine = self.crawler.engine
        return engine is None or engine._slot is None or engine._slot.closing is not None

    def _wake_engine(self) -> None:
        """Scrapy looks for the end of a run after a response, of which there are none here, and every five seconds."""
        engine = self.crawler.engine
        if self._under_way or engine is None or engine._slot is None or engine.scraper.slot is None:
            return
        closing = engine.scraper.slot.closing
        if closing is None:
            engine._slot.nextcall.schedule()
        elif not closing.called:
            engine.scraper._check_if_closing()

    def _count(self, key: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"promo/{key}")


def _key_of(item: PageItem | TextItem) -> tuple[str | None, datetime | None]:
    return (item.page.url, item.page.fetched_at) if isinstance(item, PageItem) else (item.url, None)
