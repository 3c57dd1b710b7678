"""What a portal asks of a crawler, said by robots.txt or by its answers, that Scrapy reads but does not apply."""

import asyncio
import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.httpobj import urlparse_cached

from promo_crawler.health import ASKED_TO_WAIT

logger = logging.getLogger(__name__)

MAX_CRAWL_DELAY = 60.0
"""Seconds; a portal that asks for more (86400 was seen) would never be read to its end."""
OVERLOADED = frozenset({429, 503})


class CrawlDelay:
    """Raises the delay of a host to what its robots.txt asks for; never lowers it, nor does AutoThrottle after that."""

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
        throttle = self.crawler.get_extension(AutoThrottle)
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, delay)
            throttle.maxdelay = max(throttle.maxdelay, delay)


class BackOff:
    """Waits where a portal answers 429 or 503: as long as its Retry-After says, else twice as long each time.

    A wait longer than BACKOFF_MAX ends the run with the reason `asked_to_wait`; what is left stays in the frontier.
    Placed below RetryMiddleware, so that the wait comes before the retry; the request under way holds its place, and
    with one request at a time all others wait with it.
    """

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self._first = crawler.settings.getfloat("BACKOFF_START")
        self._longest = crawler.settings.getfloat("BACKOFF_MAX")
        self._in_a_row = 0
        if self._first <= 0:
            raise NotConfigured

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        if response.status not in OVERLOADED:
            self._in_a_row = 0
            return response
        self._in_a_row += 1
        asked = parse_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        wait = min(self._first * 2 ** (self._in_a_row - 1), self._longest) if asked is None else asked
        host = urlparse_cached(request).netloc
        assert self.crawler.engine is not None
        if wait > self._longest:
            logger.warning("%s answers %d and asks to wait %.0f s: the run stops", host, response.status, wait)
            request.meta["dont_retry"] = True
            # not awaited: the spider closes when this answer has been handled
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=ASKED_TO_WAIT))
            return response
        if wait >= 5:
            logger.info("%s answers %d: waiting %.0f s", host, response.status, wait)
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value("promo/waits")
        while wait > 0 and self.crawler.engine.running:
            await asyncio.sleep(min(wait, 0.5))
            wait -= 0.5
        return response


def parse_retry_after(value: bytes | None, now: datetime) -> float | None:
    """Seconds to wait, from a count of seconds or a date (RFC 9110, 10.2.3); None for anything else."""
    text = (value or b"").decode("latin-1").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def _slot_meta(request: Request) -> dict[str, str]:
    return {"download_slot": request.meta["download_slot"]} if "download_slot" in request.meta else {}
