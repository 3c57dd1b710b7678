"""Looks at a portal: home page, robots.txt, channels, one article. One request after the other, as polite as a crawl.

`SurveySpider._look` is the way it goes; what is made of the pages is in `survey`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.http import Response
from scrapy.settings import BaseSettings

from cleaners import PageRules, RawPage, Rejected
from cleaners.charset import decode_page
from cleaners.tree import parse_tree
from promo_crawler.archive import Found
from promo_crawler.arguments import sister_hosts
from promo_crawler.discovery import FoundLinks, Link, discover_links
from promo_crawler.failures import name_failure
from promo_crawler.http_messages import read_raw_page
from promo_crawler.portal_class import PLATFORMS
from promo_crawler.recognition import Platform, recognize_platform
from promo_crawler.refresh import find_refresh
from promo_crawler.site_facts import (
    count_templates,
    find_feeds,
    find_page_name,
    find_portal_title,
    find_region,
    parse_robots,
)
from promo_crawler.survey import (
    BLOCKED,
    Channel,
    ChannelQueue,
    Sample,
    Survey,
    choose_samples,
    count_hosts,
    find_wall,
    measure_channels,
    parse_page,
    read_sample,
)

MAX_ASKED = 30
"""Pages asked for by default, robots.txt not counted."""
SAMPLES = 3
"""Articles tried until one can be read."""
_READ_FOR_PLATFORM = 8
_LONGEST = 300
"""Seconds that a look may take where a portal asks for a long Crawl-delay: fewer pages then."""
_BUSY = frozenset({429, 503})
_BUSY_WAIT = 5
"""Seconds before a busy portal is asked once more."""
_WORDS = {
    "dns": "there is no such host",
    "refused": "the connection was refused",
    "timeout": "it did not answer in time",
    "connection": "the connection failed",
    "broken_off": "the answer broke off",
    "too_large": "the page is too large",
    "robots": "its robots.txt forbids to ask for it",
    "ignored": "it redirects without end",
}


class SurveyError(Exception):
    """Why a portal cannot be looked at; the message is one sentence."""


class SurveySpider(scrapy.Spider):
    """Looks at one portal. The result is in `survey`, or the reason why there is none in `error`."""

    name = "survey"
    custom_settings = {  # noqa: RUF012
        "ITEM_PIPELINES": {},
        # the pages are few and asked for directly: nothing to resume
        "SCHEDULER": "scrapy.core.scheduler.Scheduler",
        "LOG_LEVEL": "ERROR",
        "DOWNLOAD_TIMEOUT": 20,
        "RETRY_TIMES": 1,
        # a portal that is busy is asked once more and then left alone, see _get
        "RETRY_HTTP_CODES": [408, 500, 502, 504],
        "BACKOFF_START": 0,
    }
    survey: Survey | None = None
    error: str = ""

    def __init__(self, url: str, max_asked: int = MAX_ASKED):
        super().__init__()
        self.url = url
        self.max_asked = max_asked
        self.asked = 0
        self.robots: dict[str, str] = {}
        self.failures: list[tuple[str, str]] = []

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        # Crawl-delay holds here too; reports are for crawls
        kept = {path: order for path, order in settings.getdict("EXTENSIONS").items() if ".politeness." in path}
        settings.set("EXTENSIONS", kept, priority="spider")

    async def start(self) -> AsyncIterator[Any]:
        self.crawler.signals.connect(self.on_response, signal=signals.response_received)
        try:
            type(self).survey = await self._look()
        except SurveyError as error:
            type(self).error = str(error)
        nothing: tuple[Request, ...] = ()  # all is asked already; Scrapy wants a generator
        for request in nothing:
            yield request

    def on_response(self, response: Response) -> None:
        parts = urlsplit(response.url)
        if parts.path == "/robots.txt" and response.status == 200:
            text = response.body.decode("utf-8-sig", "replace")
            self.robots[parts.netloc] = text
            delay = parse_robots(text, self.settings["ROBOTSTXT_USER_AGENT"] or "").delay or 0
            if delay * self.max_asked > _LONGEST:
                self.max_asked = max(SAMPLES + 3, int(_LONGEST / delay))

    async def _look(self) -> Survey:
        home, links = await self._open_home()
        hosts = sister_hosts(home.url)
        root = parse_page(home)
        title = find_portal_title(root) if root is not None else None
        channels, others = [Channel(home.url, "首页", home, links)], 0
        queue = ChannelQueue(hosts, self.url, home.url)
        queue.add(links.channels)
        while self.asked < self.max_asked - SAMPLES and (link := queue.take()):
            page = await self._get(link.url)
            if page is None:
                continue
            links = discover_links(page, hosts=hosts)
            queue.add(links.channels)
            if links.articles:
                channels.append(Channel(link.url, _name_channel(page, link, title), page, links))
            else:
                others += 1
        platform, sample = await self._read_article(channels, hosts)
        return self._conclude(home, title, channels, others, len(queue), platform, sample)

    async def _open_home(self) -> tuple[RawPage, FoundLinks]:
        # the command says in one sentence what is wrong; a robots.txt that does not answer is not worth a second one
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
        home = await self._get(self.url)
        if home is not None and (target := find_refresh(parse_page(home), home.url)):
            home = await self._get(target) or home
        if home is None:
            raise SurveyError(f"{self.url}: {self.failures[-1][1]}")
        links = discover_links(home, hosts=sister_hosts(home.url))
        if reason := find_wall(home, links):
            raise SurveyError(f"{home.url}: {reason}")
        if not links.articles and not links.channels:
            raise SurveyError(f"{home.url}: the page links to no article and to no channel of its own host")
        return home, links

    async def _get(self, url: str) -> RawPage | None:
        """A page; None where there is none, with the reason in `failures`."""
        self.asked += 1
        try:
            response = await self._download(url)
            if response.status in _BUSY:
                await asyncio.sleep(_BUSY_WAIT)
                response = await self._download(url)
        except Exception as error:
            reason = name_failure(error)
            self.failures.append((url, _WORDS.get(reason, f"it could not be fetched ({reason})")))
            return None
        page = read_raw_page(response, Found(""), datetime.now(UTC).replace(microsecond=0))
        if response.status == 200:
            return page
        is_blocked = find_wall(page) == BLOCKED
        words = f"{BLOCKED} (status {response.status})" if is_blocked else f"it answered with status {response.status}"
        self.failures.append((url, words))
        if response.status in _BUSY:
            self.max_asked = self.asked
        return None

    async def _download(self, url: str) -> Response:
        assert self.crawler.engine is not None
        return await self.crawler.engine.download_async(Request(url))

    async def _read_article(
        self, channels: list[Channel], hosts: tuple[str, ...]
    ) -> tuple[Platform | None, Sample | None]:
        """The platform, and the first article that can be read; better one that all rules read alike."""
        pages = [channel.page for channel in channels[:_READ_FOR_PLATFORM]]
        platform, best = recognize_platform(*pages), None
        for link in choose_samples(channels, hosts):
            if self.asked >= self.max_asked:
                break
            page = await self._get(link.url)
            if page is None:
                continue
            # articles show what lists do not: the editor's marks
            platform = recognize_platform(page, *pages) or platform
            try:
                sample = read_sample(page, _rules_of(platform))
            except Rejected as no:
                self.failures.append((link.url, f"looked like an article, but is none ({no.reason})"))
                continue
            if best is None or len(sample.differs) < len(best.differs):
                best = sample
            if not sample.differs:
                break
        return platform, best

    def _conclude(
        self,
        home: RawPage,
        title: str | None,
        channels: list[Channel],
        others: int,
        left: int,
        platform: Platform | None,
        sample: Sample | None,
    ) -> Survey:
        text, charset = decode_page(home.body, home.content_type)
        root = parse_tree(text)
        hosts = sister_hosts(home.url)
        robots = self.robots.get(urlsplit(home.url).netloc)
        measured = sorted(measure_channels(channels), key=lambda channel: -channel.size)
        return Survey(
            url=self.url if urlsplit(self.url).netloc.lower() in hosts else home.url,
            title=title,
            region=find_region(root),
            charset=charset,
            platform=platform,
            robots=None if robots is None else parse_robots(robots, self.settings["ROBOTSTXT_USER_AGENT"] or ""),
            channels=tuple(channel for channel in measured if channel.links.articles),
            others=others,
            left=left,
            failures=tuple(self.failures),
            templates=tuple(count_templates(sorted({link.url for c in channels for link in c.links.articles}))),
            feeds=_feeds_of(channels),
            other_hosts=tuple(count_hosts(discover_links(home), hosts)),
            sample=sample,
            asked=self.asked,
        )


def _rules_of(platform: Platform | None) -> tuple[PageRules, ...]:
    return PLATFORMS[platform.name].page_rules if platform else ()


def _name_channel(page: RawPage, link: Link, portal_title: str | None) -> str:
    """The shorter of what links and what the page itself call it: a banner says 投资青澜 赢得未来."""
    root = parse_page(page)
    own = find_page_name(root, portal_title) if root is not None else None
    return min(filter(None, (own, link.title)), key=len, default=link.url)


def _feeds_of(channels: Iterable[Channel]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for channel in channels:
        if (root := parse_page(channel.page)) is not None:
            found.update(dict.fromkeys(find_feeds(root, channel.url)))
    return tuple(found)
