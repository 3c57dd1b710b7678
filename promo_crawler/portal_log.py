"""Log lines that say which portal they are about, where many are crawled in one process."""

import logging
from contextvars import ContextVar
from typing import Any

PORTAL: ContextVar[str] = ContextVar("portal", default="schedule")
"""Whose crawl is at work. asyncio hands it on to all that a task begins."""
FORMAT = "%(asctime)s %(levelname)s [%(portal)s] %(message)s"

TOLD_ONCE = (
    "promo_crawler.report",
    "promo_crawler.politeness",
    "scrapy.addons",
    "scrapy.core.engine",
    "scrapy.crawler",
    "scrapy.downloadermiddlewares.retry",
    "scrapy.middleware",
    "scrapy.utils.log",
)
"""What these say of each run at level INFO is in its report, and in the one line that the schedule writes."""


def mark_records() -> None:
    """From now on every log record has a `portal`, as `FORMAT` needs it. Scrapy makes its log handler anew with each
    crawl, so a filter on the handler would be lost."""
    make_record = logging.getLogRecordFactory()

    def make_marked(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make_record(*args, **kwargs)
        record.portal = PORTAL.get()
        return record

    logging.setLogRecordFactory(make_marked)


def tell_less() -> None:
    """Leaves one line to each run, and what went wrong in it."""
    for name in TOLD_ONCE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("trafilatura").setLevel(logging.ERROR)
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").addFilter(_without_traceback)


def _without_traceback(record: logging.LogRecord) -> bool:
    """A robots.txt that does not answer is no error of ours."""
    record.exc_info = None
    return True
