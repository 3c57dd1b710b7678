"""PortalSpider: discover, fetch, archive, hand on. The path of a page begins here.

A response is archived before anything else is done with it. Then its links go to the frontier (crawl_round.py), which
is also the queue of what to ask for (scheduler.py), and if it was taken for an article, it goes to the pipelines:
clean, deduplicate, store (pipelines.py). A page is settled in the frontier when that has happened; what a killed run
left unsettled is finished by the next.
"""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from cleaners import Article, PageRules, RawPage, Rejected, RejectReason
from cleaners.urls import canonical_url
from promo_crawler.archive import Archive, ArchiveError, Found, Location, read_page
from promo_crawler.arguments import ArgumentError, parse_count, parse_day, parse_start_url, parse_switch, sister_hosts
from promo_crawler.crawl_round import ARTICLE, LIST, PART, SITEMAP, CrawlRound, News, Plan
from promo_crawler.discovery import FoundLinks, Link, discover_links
from promo_crawler.failures import NOT_ASKED, explain_failure, name_failure
from promo_crawler.frontier import OLDER, Frontier
from promo_crawler.health import BLOCK_STATUSES, STOPPED, Health, is_block_page
from promo_crawler.http_messages import conditional_headers, read_exchange, read_raw_page, read_validators
from promo_crawler.items import PageItem
from promo_crawler.known_page import MAX_FAILURES, KnownPage, Rank
from promo_crawler.links import may_be_article
from promo_crawler.parts import find_next_part, has_parts
from promo_crawler.pipelines import NOT_WRITTEN, Dropped
from promo_crawler.portal_lock import PortalLock

GONE = {404, 410}
EARLIEST = datetime.min.replace(tzinfo=UTC)


class PortalSpider(scrapy.Spider):
    """One portal. A subclass declares facts; all that is done with them is here.

    Arguments: `url` start page(s) instead of the declared ones, comma separated; `since` (YYYY-MM-DD) only what
    was published on that day or later; `max_pages` ask for at most so many pages; `refetch=1` ask for known
    articles again; `revisit=1` ask for articles again one and four days after their publication.
    """

    title: ClassVar[str] = ""
    """Chinese name of the portal."""
    region: ClassVar[str] = ""
    """Six-digit code of the county, city or province (GB/T 2260)."""
    hosts: tuple[str, ...] = ()
    """Host names that belong to the portal. Empty: those of the start pages."""
    start_urls: tuple[str, ...] = ()  # type: ignore[assignment]
    """Where a crawl begins. Empty: `-a url=` is needed."""
    article_urls: ClassVar[tuple[str, ...]] = ()
    """Patterns searched in canonical URLs; a page that matches one is an article. Empty: the general rules."""
    list_urls: ClassVar[tuple[str, ...]] = ()
    """Likewise for list pages."""
    page_rules: ClassVar[tuple[PageRules, ...]] = ()
    """Layouts of the articles, newest first. Empty: the general rules."""
    expected_articles: ClassVar[tuple[int, int] | None] = None
    """Least and most article pages that a whole crawl finds; the report warns outside."""
    interval: ClassVar[timedelta | None] = None
    """How often `scrapy schedule` crawls the portal. None: as often as it shows news."""

    custom_settings = {"SCHEDULER": "promo_crawler.scheduler.FrontierScheduler"}  # noqa: RUF012
    archive: Archive
    frontier: Frontier
    round: CrawlRound
    lock: PortalLock

    def __init__(
        self,
        *,
        url: str = "",
        since: str = "",
        max_pages: str = "",
        refetch: str = "",
        revisit: str = "",
        **unknown: Any,
    ):
        if unknown := {name for name in unknown if not name.startswith("_")}:  # scrapyd passes `_job`
            names = ", ".join(sorted(unknown))
            raise ArgumentError(
                f"{self.name} has no argument {names}; it takes url, since, max_pages, refetch, revisit"
            )
        super().__init__()
        if url:
            self.start_urls = tuple(parse_start_url(part) for part in url.split(","))
        if not self.start_urls:
            raise ArgumentError(f"the start page of {self.name} is not known: give it with -a url=http://...")
        started = tuple(dict.fromkeys(host for start in self.start_urls for host in sister_hosts(start)))
        is_declared = bool(set(started) & set(self.hosts))
        self.hosts = tuple(dict.fromkeys((*self.hosts, *started))) if is_declared else started
        self.allowed_domains = [urlsplit(f"//{host}").hostname or host for host in self.hosts]
        self.portal = self.name if is_declared else started[0]
        """Name of the portal: the spider's, or the host where one template serves many portals."""
        self.since = parse_day(since) if since else None
        self.max_pages = parse_count(max_pages) if max_pages else None
        self.refetch = parse_switch("refetch", refetch)
        self.revisit = parse_switch("revisit", revisit)
        self._patterns = self.url_patterns()
        self._asked = 0
        self._health = Health()
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
        self.frontier = Frontier(data / "frontier.sqlite")
        self.round = CrawlRound(self.frontier, self._plan(), self.count)
        self.crawler.signals.connect(self.on_robots_parsed, signal=signals.robots_parsed)
        self.crawler.signals.connect(self.on_scheduled, signal=signals.request_scheduled)
        self.crawler.signals.connect(self.on_idle, signal=signals.spider_idle)
        self.crawler.signals.connect(self.on_scraped, signal=signals.item_scraped)
        self.crawler.signals.connect(self.on_dropped, signal=signals.item_dropped)
        self.crawler.signals.connect(self.on_item_error, signal=signals.item_error)
        self.crawler.signals.connect(self.on_closed, signal=signals.spider_closed)

    @classmethod
    def url_patterns(cls) -> dict[str, list[re.Pattern[str]]]:
        """`article_urls` and `list_urls`, compiled, as `discover_links` takes them."""
        declared = {"article_urls": cls.article_urls, "list_urls": cls.list_urls}
        return {name: [re.compile(pattern) for pattern in patterns] for name, patterns in declared.items()}

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

    async def start(self) -> AsyncIterator[Any]:
        """Brings to their end the articles that a killed run had archived. All else is in the queue already."""
        for known in self.frontier.unfinished(self.portal):
            raw = self._archived_before(known)
            if raw is None or known.found.kind != ARTICLE:
                self.frontier.want(self.portal, known.url, Rank.ARTICLE)
                continue
            self.count("pages/total")
            self.count("pages/articles")
            if (following := self._next_of_article((raw,), frozenset())) is not None:
                yield following

    def on_robots_parsed(self, robotparser: RobotParser) -> None:
        """Sitemaps that robots.txt names are lists like others."""
        for url in getattr(getattr(robotparser, "rp", None), "sitemaps", ()):
            if self.round.is_own(url):
                self.round.want(Link(url), LIST, None, 1)

    def has_wanted(self) -> bool:
        return not self._is_used_up() and self.round.has_waiting()

    def next_wanted(self) -> Request | None:
        """The request whose turn it is, for the scheduler."""
        if self._is_used_up() or (known := self.round.next_page()) is None:
            return None
        self._asked += 1
        kind = LIST if known.outcome == LIST else known.found.kind  # whatever the link looked like
        headers = {} if self.refetch else conditional_headers(known)
        if known.found.via:
            headers["Referer"] = known.found.via
        state = {"page": known.url, "found": replace(known.found, spider=self.name, kind=kind)}
        meta = {"depth": known.depth}
        return Request(known.link, self.parse, errback=self.failed, headers=headers, cb_kwargs=state, meta=meta)

    def on_idle(self) -> None:
        if self._is_used_up() or not self.round.want_what_is_left():
            return
        if (request := self.next_wanted()) is not None and self.crawler.engine is not None:
            self.crawler.engine.crawl(request)  # wakes the engine, which else looks every five seconds
        raise DontCloseSpider

    def _is_used_up(self) -> bool:
        return self.max_pages is not None and self._asked >= self.max_pages

    # --- fetch, archive, hand on --------------------------------------------------------------------------------------

    def parse(self, response: Response, page: str, found: Found) -> Iterator[Any]:  # type: ignore[override]
        fetched_at = datetime.now(UTC).replace(microsecond=0)
        location = self._archive(response, found, fetched_at)
        self.count("pages/total")
        known = self._after_redirect(response, page, found)
        answer: dict[str, Any] = {"status": response.status, "at": fetched_at, "round_": self.round.number}
        if response.status == 304:
            raw = self._archived_before(known)
            if raw is None:
                self.count("pages/failed/archive_lost")
                again = {"page": page, "found": found}
                yield Request(response.url, self.parse, errback=self.failed, cb_kwargs=again, meta=_depth_of(response))
                return
            self.count("pages/unchanged")
            self._health.note_good()
        elif response.status == 200:
            raw = read_raw_page(response, found, fetched_at)
            answer |= {"location": location} | read_validators(response)
            if known.url != page and known.read_in == self.round.number:
                self.count("pages/redirected")
                return
        else:
            self._note_status(known.url, response.status, fetched_at)
            return
        links = self._discover(raw)
        if found.kind == ARTICLE:
            links = replace(links, feeds=())  # WordPress has one for the comments of each article
        with self.frontier.together():
            self.frontier.fetched(self.portal, known.url, **answer)
            led_to = FoundLinks() if self._is_repeated(response, found) else links
            news = self.round.follow(led_to, raw.url, found.kind, response.meta.get("depth", 0))
            is_wall = found.kind == LIST and not self._settle_list(known, raw, links, news)
        if is_wall:
            return
        if response.status == 304 and known.outcome is not None:
            return
        is_guess = found.kind == LIST and not self.article_urls and may_be_article(links)
        if found.kind == LIST and not is_guess:
            self.count("pages/lists")
            return
        if is_guess:
            yield PageItem(raw, self.page_rules, is_guess=True)
            return
        self.count("pages/articles")
        if has_parts(links, raw.url):
            yield self._next_of_article((raw,), frozenset())
        else:
            yield PageItem(raw, self.page_rules)

    def _next_of_article(self, read: tuple[RawPage, ...], done: frozenset[str]) -> PageItem | Request | None:
        """The item of an article, or the request for its next part, or nothing where `max_pages` is used up."""
        while (url := find_next_part(read, self._patterns, done)) is not None:
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

    def parse_part(
        self, response: Response, page: str, found: Found, part: str, read: tuple[RawPage, ...], done: frozenset[str]
    ) -> Iterator[PageItem | Request | None]:
        """A later page of the article `page`, whose pages so far are `read`."""
        fetched_at = datetime.now(UTC).replace(microsecond=0)
        location = self._archive(response, found, fetched_at)
        self.count("pages/total")
        self.frontier.add(part, response.url, found, round_=self.round.number)
        if response.status == 200:
            answer = {"status": 200, "at": fetched_at, "location": location, "round_": self.round.number}
            self.frontier.fetched(self.portal, part, **answer)  # type: ignore[arg-type]
            self.frontier.settle(self.portal, part, PART)
            self.count("pages/parts")
            read += (read_raw_page(response, found, fetched_at),)
        else:
            self._note_status(part, response.status, fetched_at)
            if response.status not in GONE:
                return  # the next run takes the article up from the archive
        yield self._next_of_article(read, done)

    def _archive(self, response: Response, found: Found, fetched_at: datetime) -> Location:
        try:
            return self.archive.append(read_exchange(response, fetched_at), found)
        except OSError as error:
            self.logger.error("The archive cannot be written: %s. The run stops; nothing stored is lost.", error)
            raise CloseSpider(NOT_WRITTEN) from None

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

    def _discover(self, raw: RawPage) -> FoundLinks:
        try:
            return discover_links(raw, hosts=self.hosts, **self._patterns)
        except Rejected:
            return FoundLinks()  # not text: what it is, clean_page will say

    # --- what became of a page ----------------------------------------------------------------------------------------

    def _settle_list(self, known: KnownPage, raw: RawPage, links: FoundLinks, news: News) -> bool:
        """False where a firewall answered in the place of the list."""
        if links.articles or links.channels:
            self._health.note_good()
        elif is_block_page(raw):
            self.count("pages/failed/block_page")
            self.frontier.failed(self.portal, known.url)
            self._stop(self._health.note_blocked())
            return False
        self.round.settle_list(known, news)
        return True

    def _note_status(self, page: str, status: int, at: datetime) -> None:
        is_guess = status in GONE and page.endswith(SITEMAP)
        self.count("pages/no_sitemap" if is_guess else f"pages/failed/http_{status}")
        if status in GONE:
            self.frontier.fetched(self.portal, page, status=status, at=at, round_=self.round.number)
            self.frontier.settle(self.portal, page, f"http_{status}")
            return
        self.frontier.failed(self.portal, page, at)
        self._stop(self._health.note_blocked() if status in BLOCK_STATUSES else self._health.note_failure())

    def failed(self, failure: Failure) -> None:
        """No answer, or one that may not be asked for."""
        request: Request = failure.request  # type: ignore[attr-defined]
        reason = name_failure(failure.value)
        page = request.cb_kwargs.get("part") or request.cb_kwargs["page"]
        self.count("pages/total")
        if reason in NOT_ASKED:
            self.count(f"pages/not_asked/{reason}")
            self.frontier.forgo(self.portal, page)
            return
        self.count(f"pages/failed/{reason}")
        self.logger.warning("%s: %s", request.url, explain_failure(failure.value))
        if "part" in request.cb_kwargs:
            self.frontier.add(page, request.url, request.cb_kwargs["found"], round_=self.round.number)
        self.frontier.failed(self.portal, page)
        self._stop(self._health.note_failure())

    def on_scheduled(self, request: Request) -> None:
        """Notes a redirect that leaves the portal: OffsiteMiddleware drops it here without telling the errback."""
        page = request.cb_kwargs.get("part") or request.cb_kwargs.get("page")
        host = urlsplit(request.url).hostname or ""
        if page is None or any(host == own or host.endswith(f".{own}") for own in self.allowed_domains or ()):
            return
        self.count("pages/total")
        self.count("pages/not_asked/offsite")
        self.logger.info("%s leads to another portal: %s", page, request.url)
        self.frontier.forgo(self.portal, page)

    def _stop(self, reason: str | None) -> None:
        """Ends the run early; what is left stays in the queue."""
        if reason is not None and self.crawler.engine is not None and self.crawler.engine.running:
            self.logger.error("%s: %s", self.portal, STOPPED[reason])
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))

    def on_scraped(self, item: Article) -> None:
        self._health.note_good()
        page = item.canonical_url or ""
        self.round.note_outcome(page, is_article=True)
        self.frontier.settle(self.portal, page, "stored", published_at=item.published_at)

    def on_dropped(self, item: PageItem, exception: Dropped) -> None:
        page = canonical_url(item.page.url)
        if exception.outcome == f"rejected/{RejectReason.BLOCKED_PAGE}":
            self.frontier.failed(self.portal, page)
            self._stop(self._health.note_blocked())
            return
        self._health.note_good()
        if item.is_guess and exception.outcome == LIST:
            return  # as it was settled
        self.round.note_outcome(page, is_article=not exception.outcome.startswith("rejected"))
        if exception.outcome == f"rejected/{RejectReason.NOT_AN_ARTICLE}" and not self.article_urls:
            self.frontier.settle(self.portal, page, LIST)  # the general rules took a list for an article
        elif exception.outcome == "before_since":
            self.frontier.settle(self.portal, page, OLDER)
        elif exception.outcome != NOT_WRITTEN:
            self.frontier.settle(self.portal, page, exception.outcome)

    def on_item_error(self, item: PageItem) -> None:
        self.count("articles/error")
        self.frontier.settle(self.portal, canonical_url(item.page.url), "error")

    def on_closed(self, reason: str) -> None:
        assert self.crawler.stats is not None
        if reason == "finished" and not self._is_used_up():
            self.round.end()
        self.crawler.stats.set_value("promo/known_articles", self.frontier.count(self.portal, ARTICLE))
        self.archive.close()
        self.frontier.close()
        self.lock.release()

    def count(self, key: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"promo/{key}")


def _depth_of(response: Response) -> dict[str, int]:
    return {"depth": response.meta.get("depth", 0)}
