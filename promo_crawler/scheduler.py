"""The scheduler of a crawl: the frontier is the queue, so that nothing is lost at a kill and memory stays flat."""

from collections import deque
from typing import TYPE_CHECKING, Self

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

if TYPE_CHECKING:
    from promo_crawler.portal_spider import PortalSpider


class FrontierScheduler(BaseScheduler):
    """Hands out what the frontier has waiting, page by page, each claimed until it is fetched or given up.

    What follows from a request under way (a retry, a redirect, the next part of an article) waits in memory and goes
    first: its page stays claimed, so a kill puts it back. Scrapy's duplicate filter is not asked; the frontier knows
    what was asked for in this round.
    """

    spider: "PortalSpider"

    def __init__(self) -> None:
        self._following: deque[Request] = deque()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    def open(self, spider: Spider) -> None:
        self.spider = spider  # type: ignore[assignment]

    def enqueue_request(self, request: Request) -> bool:
        self._following.append(request)
        return True

    def next_request(self) -> Request | None:
        if self._following:
            return self._following.popleft()
        return self.spider.next_wanted()

    def has_pending_requests(self) -> bool:
        return bool(self._following) or self.spider.has_wanted()
