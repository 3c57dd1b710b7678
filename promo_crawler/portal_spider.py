"""PortalSpider: discover, fetch, archive, hand on. The path of a page begins here.

A response is archived before anything else is done with it. Then its links go to the frontier (crawl_round.py), which
is also the queue of what to ask for (scheduler.py), and if it was taken for an article, it goes to the pipelines:
clean, deduplicate, store (pipelines.py). A page is settled in the frontier when that has happened (outcomes.py); what a
killed run left unsettled is finished by the next, from the archive.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from cleaners import RawPage, Rejected, RejectReason
from cleaners.urls import canonical_url
from promo_crawler.archive import Archive, ArchiveError, Found, Location, mend_left_open, read_page
from promo_crawler.crawl_round import ARTICLE, LIST, PART, CrawlRound, Plan
from promo_crawler.discovery import FoundLinks, Link, discover_links
from promo_crawler.frontier import Frontier
from promo_crawler.halt import ARCHIVE, FRONTIER, find_halt, halting
from promo_crawler.health import STOPPED, is_block_page
from promo_crawler.http_messages import conditional_headers, read_exchange, read_raw_page, read_validators
from promo_crawler.items import PageItem
from promo_crawler.known_page import MAX_FAILURES, KnownPage, Rank
from promo_crawler.links import may_be_article
from promo_crawler.outcomes import GONE, PageOutcomes
from promo_crawler.parts import find_next_part, has_parts
from promo_crawler.portal_facts import PortalFacts
from promo_crawler.portal_lock import PortalLock
from promo_crawler.warc import pack_page
from promo_crawler.workers import read_pool

LARGE = 500_000
"""Bytes of a page that is packed in a thread: it takes more than a hundredth of a second."""
EARLIEST = datetime.min.replace(tzinfo=UTC)


class PortalSpider(PortalFacts):
    """One portal. A subclass declares facts; all that is done with them is here."""

    custom_settings = {"SCHEDULER": "promo_crawler.scheduler.FrontierScheduler"}  # noqa: RUF012
    archive: Archive
    frontier: Frontier
    round: CrawlRound
    outcomes: PageOutcomes
    lock: PortalLock

    def __init__(self, **arguments: Any):
        super().__init__(**arguments)
        self._patterns = self.url_patterns()
        self._asked = 0
        self._lists_read: set[bytes] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "PortalSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        data = Path(crawler.settings["DATA_DIR"])
        spider.lock = PortalLock(data, spider.portal)
        spider.lock.acquire()
        try:
            spider._open(data)
        except BaseException:
            spider.lock.release()
            raise
        return spider

    def _open(self, data: Path) -> None:
        """Opens archive and frontier, and listens."""
        about = {"software": "promo-crawler", "isPartOf": self.portal, "operator": self.settings["CONTACT"]}
        self.archive = Archive(data / "raw", self.portal, about | {"robots": "obey"})
        mend_left_open(self.archive.folder)  # now: a run that finds nothing new writes no file
        self.frontier = Frontier(data / "frontier.sqlite")
        self.round = CrawlRound(self.frontier, self._plan(), self.count)
        learns = not self.article_urls
        self.outcomes = PageOutcomes(
            self.round, learns=learns, count=self.count, stop=self.stop, guard=self.halt_at_failure
        )
        self._workers = read_pool(self.settings)
        self._find_links = partial(discover_links, hosts=self.hosts, **self._patterns)
        for handler, signal in (
            (self.on_robots_parsed, signals.robots_parsed),
            (self.on_scheduled, signals.request_scheduled),
            (self.on_idle, signals.spider_idle),
            (self.outcomes.on_scraped, signals.item_scraped),
            (self.outcomes.on_dropped, signals.item_dropped),
            (self.outcomes.on_item_error, signals.item_error),
            (self.on_closed, signals.spider_closed),
        ):
            self.crawler.signals.connect(handler, signal=signal)

    def _plan(self) -> Plan:
        return Plan(
            self.portal,
            self.name,
            self.start_urls,
            self.hosts,
            self._patterns,
            self.since,
            self.refetch,
            self.revisit,
            self.settings.getint("DEPTH_LIMIT"),
        )

    # --- what to ask for ----------------------------------------------------------------------------------------------

    @halting
    async def start(self) -> AsyncIterator[Any]:
        """Brings to their end the pages that a killed run had archived. All else is in the queue already."""
        for known in self.frontier.unfinished(self.portal):
            raw = self._archived_before(known)
            if raw is None:
                self.frontier.want(self.portal, known.url, Rank.ARTICLE)
                continue
            self.count("pages/total")
            async for item_or_request in self._read(raw, known, known.found.kind, known.depth):
                yield item_or_request

    def on_robots_parsed(self, robotparser: RobotParser) -> None:
        """Sitemaps that robots.txt names are lists like others."""
        for url in getattr(getattr(robotparser, "rp", None), "sitemaps", ()):
            if self.round.is_own(url):
                self.round.want(Link(url), LIST, None, 1)

    def has_wanted(self) -> bool:
        with self.halt_at_failure():
            return not self._is_used_up() and self.round.has_waiting()
        return False

    def next_wanted(self) -> Request | None:
        """The request whose turn it is, for the scheduler."""
        with self.halt_at_failure():
            if not self._is_used_up() and (known := self.round.next_page()) is not None:
                self._asked += 1
                return self._request(known)
        return None

    def _request(self, known: KnownPage) -> Request:
        kind = LIST if known.outcome == LIST else known.found.kind  # whatever the link looked like
        headers = {} if self.refetch else conditional_headers(known)
        if known.found.via:
            headers["Referer"] = known.found.via
        state = {"page": known.url, "found": replace(known.found, spider=self.name, kind=kind)}
        meta = {"depth": known.depth}
        return Request(known.link, self.parse, errback=self.failed, headers=headers, cb_kwargs=state, meta=meta)

    def on_idle(self) -> None:
        has_more = False
        with self.halt_at_failure():
            has_more = not self._is_used_up() and self.round.want_what_is_left()
        if not has_more:
            return
        if (request := self.next_wanted()) is not None and self.crawler.engine is not None:
            self.crawler.engine.crawl(request)  # wakes the engine, which else looks every five seconds
        raise DontCloseSpider

    def _is_used_up(self) -> bool:
        """Whether nothing more is to be asked for."""
        is_used_up = self.max_pages is not None and self._asked >= self.max_pages
        return is_used_up or find_halt(self.crawler).has_begun

    # --- fetch, archive, hand on --------------------------------------------------------------------------------------

    @halting
    async def parse(self, response: Response, page: str, found: Found) -> AsyncIterator[Any]:
        fetched_at = datetime.now(UTC).replace(microsecond=0)
        if (location := await self._archive(response, found, fetched_at)) is None:
            return
        self.count("pages/total")
        with self.frontier.together():
            before = self._after_redirect(response, page, found)
        depth = response.meta.get("depth", 0)
        answer: dict[str, Any] = {"status": response.status, "at": fetched_at, "round_": self.round.number}
        if response.status == 304:
            raw = self._archived_before(before)
            if raw is None:
                self.count("pages/failed/archive_lost")
                state = {"page": page, "found": found}
                yield Request(response.url, self.parse, errback=self.failed, cb_kwargs=state, meta={"depth": depth})
                return
        elif response.status == 200:
            raw = read_raw_page(response, found, fetched_at)
            answer |= {"location": location} | read_validators(response)
            if before.url != page and before.read_in == self.round.number:
                self.count("pages/redirected")
                return
        else:
            self.outcomes.note_status(before.url, response.status, fetched_at)
            return
        self.frontier.fetched(self.portal, before.url, **answer)
        if is_unchanged := response.status == 304 and before.outcome is not None:
            self.count("pages/unchanged")
            self.outcomes.note_good()
        is_repeated = self._is_repeated(response, found)
        async for item_or_request in self._read(
            raw, before, found.kind, depth, is_unchanged=is_unchanged, is_repeated=is_repeated
        ):
            yield item_or_request

    async def _read(
        self,
        raw: RawPage,
        before: KnownPage,
        kind: str,
        depth: int,
        *,
        is_unchanged: bool = False,
        is_repeated: bool = False,
    ) -> AsyncIterator[PageItem | Request]:
        """What follows from a page that is in the archive: its links to the frontier, an article to the pipelines.
        `before` is what was known of it before it was fetched; of a repeated list no link is followed."""
        links = await self._discover(raw)
        if kind == ARTICLE:
            links = replace(links, feeds=())  # WordPress has one for the comments of each article
        elif links.articles or links.channels:
            self.outcomes.note_good()
        elif await self._workers.run(is_block_page, raw):
            self.outcomes.note_wall(before.url)
            return
        is_guess = kind != ARTICLE and not self.article_urls and may_be_article(links)
        with self.frontier.together():
            news = self.round.follow(FoundLinks() if is_repeated else links, raw.url, kind, depth)
            if is_guess and not is_unchanged:
                self.outcomes.await_guess(before, news)
            elif kind != ARTICLE:
                self.round.settle_list(before, news)
        if is_unchanged:
            return
        if is_guess:
            yield PageItem(raw, self.page_rules, is_guess=True)
        elif kind != ARTICLE:
            self.count("pages/lists")
        else:
            self.count("pages/articles")
            following: PageItem | Request | None = PageItem(raw, self.page_rules)
            if has_parts(links, raw.url):
                following = await self._next_of_article((raw,), frozenset())
            if following is not None:
                yield following

    async def _next_of_article(self, read: tuple[RawPage, ...], done: frozenset[str]) -> PageItem | Request | None:
        """The item of an article, or the request for its next part, or nothing where `max_pages` is used up."""
        while (url := await self._workers.run(find_next_part, read, self._patterns, done)) is not None:
            part = canonical_url(url)
            done |= {part}
            known = self.frontier.get(self.portal, part)
            if known and known.location and known.fetched_at and known.fetched_at >= (read[0].fetched_at or EARLIEST):
                # a run that was killed between the parts
                read += tuple(filter(None, [self._archived_before(known)]))
                continue
            if known and known.failures >= MAX_FAILURES:
                continue
            if self._is_used_up():
                return None
            self._asked += 1
            found = Found(self.portal, self.name, PART, read[0].url)
            state = {"page": canonical_url(read[0].url), "found": found, "part": part, "read": read, "done": done}
            return Request(url, self.parse_part, errback=self.failed, cb_kwargs=state)
        return PageItem(replace(read[0], more=read[1:]), self.page_rules)

    @halting
    async def parse_part(
        self, response: Response, page: str, found: Found, part: str, read: tuple[RawPage, ...], done: frozenset[str]
    ) -> AsyncIterator[PageItem | Request]:
        """A later page of the article `page`, whose pages so far are `read`."""
        fetched_at = datetime.now(UTC).replace(microsecond=0)
        if (location := await self._archive(response, found, fetched_at)) is None:
            return
        self.count("pages/total")
        if response.status == 200:
            with self.frontier.together():
                self.frontier.add(part, response.url, found, round_=self.round.number)
                answer = {"status": 200, "at": fetched_at, "location": location, "round_": self.round.number}
                self.frontier.fetched(self.portal, part, **answer)  # type: ignore[arg-type]
                self.frontier.settle(self.portal, part, PART)
            self.count("pages/parts")
            read += (read_raw_page(response, found, fetched_at),)
        else:
            self.frontier.add(part, response.url, found, round_=self.round.number)
            self.outcomes.note_status(part, response.status, fetched_at)
            if response.status not in GONE:
                return  # the next run takes the article up from the archive
        if (following := await self._next_of_article(read, done)) is not None:
            yield following

    async def _archive(self, response: Response, found: Found, fetched_at: datetime) -> Location | None:
        exchange = read_exchange(response, fetched_at)
        # at once, for what a kill finds unwritten is asked for again; a large page would hold up all else meanwhile
        is_large = len(exchange.body) > LARGE
        records = await asyncio.to_thread(pack_page, exchange, found) if is_large else pack_page(exchange, found)
        with find_halt(self.crawler).at_failure(ARCHIVE):
            return self.archive.append_packed(records)
        return None

    def _archived_before(self, known: KnownPage) -> RawPage | None:
        """A page from the archive: what an answer 304 speaks of, or what a killed run left."""
        try:
            return read_page(self.archive.root, known.location).page if known.location else None
        except ArchiveError as error:
            self.logger.warning("%s, so the page is asked for again", error)
            return None

    def _after_redirect(self, response: Response, page: str, found: Found) -> KnownPage:
        """What is known of the page that answered."""
        final = canonical_url(response.url)
        if final != page:
            self.frontier.settle(self.portal, page, "redirect")
            depth = response.meta.get("depth", 0)
            known, _ = self.frontier.add(final, response.url, found, round_=self.round.number, depth=depth)
            return known
        known_page = self.frontier.get(self.portal, page)
        assert known_page is not None
        return known_page

    def _is_repeated(self, response: Response, found: Found) -> bool:
        """Whether this run has read the same list, byte for byte, at another address: `?p=1` and `?p=1&from=menu`."""
        if found.kind != LIST or response.status != 200:
            return False
        digest = blake2b(response.body, digest_size=8).digest()
        is_repeated = digest in self._lists_read
        self._lists_read.add(digest)
        return is_repeated

    async def _discover(self, raw: RawPage) -> FoundLinks:
        try:
            return await self._workers.run(self._find_links, raw)
        except Rejected as no:
            if no.reason is RejectReason.TOO_COSTLY:
                self.logger.warning("%s: its links cannot be found (%s)", raw.url, no.detail)
            return FoundLinks()  # not text: what it is, clean_page will say

    # --- what became of a page ----------------------------------------------------------------------------------------

    def failed(self, failure: Failure) -> None:
        """No answer, or one that may not be asked for."""
        with self.halt_at_failure():
            self.outcomes.note_failure(failure)

    def on_scheduled(self, request: Request) -> None:
        """Notes a redirect that leaves the portal: OffsiteMiddleware drops it here without telling the errback."""
        page = request.cb_kwargs.get("part") or request.cb_kwargs.get("page")
        host = urlsplit(request.url).hostname or ""
        if page is not None and not any(host == own or host.endswith(f".{own}") for own in self.allowed_domains or ()):
            with self.halt_at_failure():
                self.outcomes.note_offsite(page, request.url)

    def stop(self, reason: str | None) -> None:
        """Ends the run early where there is a reason; what is left stays in the queue."""
        if reason is not None and self.crawler.engine is not None and self.crawler.engine.running:
            self.logger.error("%s: %s", self.portal, STOPPED[reason])
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))

    def on_closed(self, reason: str) -> None:
        assert self.crawler.stats is not None
        with self.halt_at_failure():
            if reason == "finished" and not self._is_used_up():
                self.round.end()
            self.crawler.stats.set_value("promo/known_articles", self.frontier.count(self.portal, ARTICLE))
        with find_halt(self.crawler).at_failure(ARCHIVE):
            self.archive.close()
        self.frontier.close()
        self.lock.release()

    def halt_at_failure(self) -> AbstractContextManager[None]:
        """Around what reads and writes the frontier."""
        return find_halt(self.crawler).at_failure(FRONTIER)

    def count(self, key: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"promo/{key}")
