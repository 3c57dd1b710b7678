"""PortalSpider: discover, fetch, archive, hand on. The path of a page begins here.

A response is archived before anything else is done with it. Then its links go to the frontier, and if it was
taken for an article, it goes to the pipelines: clean, deduplicate, store (pipelines.py). A page is settled in the
frontier when that has happened; what a killed run left unsettled is finished by the next.
"""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from cleaners import Article, PageRules, RawPage, Rejected, RejectReason
from cleaners.urls import canonical_url
from promo_crawler.archive import Archive, ArchiveError, Found, Location, read_page
from promo_crawler.arguments import ArgumentError, parse_count, parse_day, parse_start_url, parse_switch, sister_hosts
from promo_crawler.discovery import FoundLinks, Link, discover_links, is_article_url
from promo_crawler.failures import name_failure
from promo_crawler.frontier import Frontier, KnownPage
from promo_crawler.http_messages import conditional_headers, read_exchange, read_raw_page, read_validators
from promo_crawler.items import PageItem
from promo_crawler.parts import find_next_part, has_parts, is_part
from promo_crawler.pipelines import NOT_WRITTEN, Dropped
from promo_crawler.url_shapes import find_url_day

ARTICLE, LIST, PART = "article", "list", "part"
GONE = {404, 410}
EARLIEST = datetime.min.replace(tzinfo=UTC)


class PortalSpider(scrapy.Spider):
    """One portal. A subclass declares facts; all that is done with them is here.

    Arguments: `url` start page(s) instead of the declared ones, comma separated; `since` (YYYY-MM-DD) only what
    was published on that day or later; `max_pages` ask for at most so many pages; `refetch=1` ask for known
    articles again.
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

    archive: Archive
    frontier: Frontier

    def __init__(self, *, url: str = "", since: str = "", max_pages: str = "", refetch: str = "", **unknown: Any):
        if unknown := {name for name in unknown if not name.startswith("_")}:  # scrapyd passes `_job`
            names = ", ".join(sorted(unknown))
            raise ArgumentError(f"{self.name} has no argument {names}; it takes url, since, max_pages, refetch")
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
        self.refetch = parse_switch(refetch)
        self._patterns = self.url_patterns()
        self._asked: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "PortalSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        data = Path(crawler.settings["DATA_DIR"])
        about = {"software": "promo-crawler", "isPartOf": spider.portal, "operator": crawler.settings["CONTACT"]}
        spider.archive = Archive(data / "raw", spider.portal, about | {"robots": "obey"})
        spider.frontier = Frontier(data / "frontier.sqlite")
        crawler.signals.connect(spider.on_idle, signal=signals.spider_idle)
        crawler.signals.connect(spider.on_scraped, signal=signals.item_scraped)
        crawler.signals.connect(spider.on_dropped, signal=signals.item_dropped)
        crawler.signals.connect(spider.on_item_error, signal=signals.item_error)
        crawler.signals.connect(spider.on_closed, signal=signals.spider_closed)
        return spider

    @classmethod
    def url_patterns(cls) -> dict[str, list[re.Pattern[str]]]:
        """`article_urls` and `list_urls`, compiled, as `discover_links` takes them."""
        declared = {"article_urls": cls.article_urls, "list_urls": cls.list_urls}
        return {name: [re.compile(pattern) for pattern in patterns] for name, patterns in declared.items()}

    # --- discover -------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        for url in self.start_urls:
            kind = ARTICLE if self._is_article_url(url) else LIST
            if request := self._request(Link(url), kind, via=None, again=True):
                yield request
        for known in self.frontier.unsettled(self.portal):
            following: PageItem | Request | None = None
            if (raw := self._left_over(known)) is not None:
                following = self._next_of_article((raw,), frozenset())
            elif self._is_recent(_link(known)):
                following = self._request(_link(known), known.found.kind, known.found.via)
            if following is not None:
                yield following

    def _left_over(self, known: KnownPage) -> RawPage | None:
        """An article that a killed run archived but did not bring to its end."""
        if known.location is None or known.found.kind != ARTICLE or self.refetch:
            return None
        raw = self._archived_before(known)
        if raw is not None:
            self._asked.add(known.url)
            self.count("pages/total")
            self.count("pages/articles")
        return raw

    def on_idle(self) -> None:
        """Asks for the known lists that no page led to this time: some channels are linked from old articles only."""
        if self.since or self.refetch:
            return
        known_lists = self.frontier.lists(self.portal)
        requests = [request for known in known_lists if (request := self._request(_link(known), LIST, known.found.via))]
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def _follow(self, links: FoundLinks, via: str) -> Iterator[Request]:
        """Requests for what a page links to, as far as it is wanted and not known. The frontier remembers all."""
        articles = [link for link in links.articles if self._is_recent(link)]
        kinds = [(link, ARTICLE) for link in articles]
        # 陆溪镇 among the friendly links has the address of an article, and may be one: the page will tell
        kinds += [(link, ARTICLE if self._is_article_url(link.url) else LIST) for link in links.channels]
        if articles or not links.articles:  # a list whose articles are all too old has no newer ones behind it
            kinds += [(link, LIST) for link in links.next_pages if not is_part(link.url, via)]
        with self.frontier.together():
            requests = [self._request(link, kind, via) for link, kind in kinds if self._is_own(link.url)]
        yield from filter(None, requests)

    def _request(self, link: Link, kind: str, via: str | None, *, again: bool = False) -> Request | None:
        """A request for a page, or None where there is no need to ask. `again`: also for a known article."""
        try:
            page = canonical_url(link.url)
        except ValueError:
            return None
        title = " ".join(link.title.split()) if link.title else None
        found = Found(self.portal, self.name, kind, via, title, link.listed_at)
        self.frontier.add(page, link.url, found)
        if page in self._asked or self._is_used_up():
            return None
        known = self.frontier.get(self.portal, page)
        assert known is not None
        if known.is_settled(datetime.now(UTC)) and not again and not self.refetch:
            return None
        if known.outcome == LIST:
            kind, found = LIST, replace(found, kind=LIST)  # whatever this link looks like
        self._asked.add(page)
        headers = conditional_headers(known) if kind == LIST and not self.refetch else {}
        return Request(
            link.url, self.parse, errback=self.failed, headers=headers, cb_kwargs={"page": page, "found": found}
        )

    def _is_used_up(self) -> bool:
        return self.max_pages is not None and len(self._asked) >= self.max_pages

    def _is_article_url(self, url: str) -> bool:
        return bool(is_article_url(canonical_url(url), self._patterns["article_urls"]))

    def _is_own(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and parts.netloc.lower() in self.hosts

    def _is_recent(self, link: Link) -> bool:
        if not self.since:
            return True
        # the day in an address is that of the page's making, never before its publication
        day = link.listed_at.date() if link.listed_at else find_url_day(link.url)
        return day is None or day >= self.since

    # --- fetch, archive, hand on ----------------------------------------------------------------------------

    def parse(self, response: Response, page: str, found: Found) -> Iterator[Any]:  # type: ignore[override]
        fetched_at = datetime.now(UTC).replace(microsecond=0)
        location = self._archive(response, found, fetched_at)
        self.count("pages/total")
        page = self._after_redirect(response, page, found)
        if response.status == 304:
            again = {"page": page, "found": found}
            known = self.frontier.get(self.portal, page)
            raw = self._archived_before(known) if known else None
            if raw is None:
                self.count("pages/failed/archive_lost")
                yield Request(response.url, self.parse, errback=self.failed, dont_filter=True, cb_kwargs=again)
                return
            self.frontier.fetched(self.portal, page, status=304, at=fetched_at)
            self.count("pages/unchanged")
        elif response.status == 200:
            raw = read_raw_page(response, found, fetched_at)
            self.frontier.fetched(
                self.portal, page, status=200, at=fetched_at, location=location, **read_validators(response)
            )
            self.count("pages/articles" if found.kind == ARTICLE else "pages/lists")
        else:
            self._note_status(page, response.status, fetched_at)
            return
        links = self._discover(raw)
        yield from self._follow(links, raw.url)
        if found.kind != ARTICLE:
            self.frontier.settle(self.portal, page, LIST)
        elif has_parts(links, raw.url):
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
            if self._is_used_up():
                return None
            self._asked.add(part)
            found = Found(self.portal, self.name, PART, read[0].url)
            # in errors the article is what failed: the next run takes it up from the archive
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
        self.frontier.add(part, response.url, found)
        if response.status == 200:
            self.frontier.fetched(self.portal, part, status=200, at=fetched_at, location=location)
            self.frontier.settle(self.portal, part, PART)
            self.count("pages/parts")
            read += (read_raw_page(response, found, fetched_at),)
        elif response.status in GONE:
            self._note_status(part, response.status, fetched_at)
        else:
            self._note_status(page, response.status, fetched_at)
            return
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

    def _after_redirect(self, response: Response, page: str, found: Found) -> str:
        """Identity of the page that answered."""
        final = canonical_url(response.url)
        if final != page:
            self.frontier.settle(self.portal, page, "redirect")
            self.frontier.add(final, response.url, found)
            self._asked.add(final)
        return final

    def _discover(self, raw: RawPage) -> FoundLinks:
        try:
            return discover_links(raw, hosts=self.hosts, **self._patterns)
        except Rejected:
            return FoundLinks((), (), ())  # not text: what it is, clean_page will say

    # --- what became of a page ------------------------------------------------------------------------------

    def _note_status(self, page: str, status: int, at: datetime) -> None:
        self.count(f"pages/failed/http_{status}")
        if status in GONE:
            self.frontier.fetched(self.portal, page, status=status, at=at)
            self.frontier.settle(self.portal, page, f"http_{status}")
        else:
            self.frontier.failed(self.portal, page)

    def failed(self, failure: Failure) -> None:
        """No answer, or one that may not be asked for."""
        request: Request = failure.request  # type: ignore[attr-defined]
        reason = name_failure(failure.value)
        self.count("pages/total")
        if reason in {"robots", "offsite"}:
            self.count(f"pages/not_asked/{reason}")
            return
        self.count(f"pages/failed/{reason}")
        self.logger.warning("%s: %s", request.url, reason)
        self.frontier.failed(self.portal, request.cb_kwargs["page"])

    def on_scraped(self, item: Article) -> None:
        self.frontier.settle(self.portal, item.canonical_url or "", "stored")

    def on_dropped(self, item: PageItem, exception: Dropped) -> None:
        page = canonical_url(item.page.url)
        if exception.outcome == f"rejected/{RejectReason.NOT_AN_ARTICLE}" and not self.article_urls:
            self.frontier.settle(self.portal, page, LIST)  # the general rules took a list for an article
        elif exception.outcome != NOT_WRITTEN:
            self.frontier.settle(self.portal, page, exception.outcome)

    def on_item_error(self, item: PageItem) -> None:
        self.count("articles/error")
        self.frontier.settle(self.portal, canonical_url(item.page.url), "error")

    def on_closed(self) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.set_value("promo/known_articles", self.frontier.count(self.portal, ARTICLE))
        self.archive.close()
        self.frontier.close()

    def count(self, key: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"promo/{key}")


def _link(known: KnownPage) -> Link:
    return Link(known.link, known.found.listed_title, known.found.listed_at)
