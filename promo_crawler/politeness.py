"""Crawl-delay of robots.txt, which Scrapy reads but does not apply."""

import logging
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

logger = logging.getLogger(__name__)

MAX_CRAWL_DELAY = 60.0
"""Seconds; a portal that asks for more (86400 was seen) would never be read to its end."""


class CrawlDelay:
    """Raises the delay of a host to what its robots.txt asks for; never lowers it."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        crawler.signals.connect(self.robots_parsed, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        settings = self.crawler.settings
        asked = robotparser.crawl_delay(settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"])
        if asked is None:
            return
        delay = min(float(asked), MAX_CRAWL_DELAY)
        assert self.crawler.engine is not None
        _, slot = self.crawler.engine.downloader._get_slot(Request(request.url, meta=_slot_meta(request)))
        if delay > slot.delay:
            logger.info("%s asks for %g s between requests", urlparse_cached(request).netloc, delay)
            slot.delay, slot.jitter = delay, 0.0


def _slot_meta(request: Request) -> dict[str, str]:
    return {"download_slot": request.meta["download_slot"]} if "download_slot" in request.meta else {}
