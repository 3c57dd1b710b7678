"""Log lines: which portal they are about, where many are crawled in one process; and how many of them there are."""

import logging
from contextvars import ContextVar
from typing import Any

from promo_crawler.terminal import plain

PORTAL: ContextVar[str] = ContextVar("portal", default="schedule")
"""Whose crawl is at work. asyncio hands it on to all that a task begins."""
FORMAT = "%(asctime)s %(levelname)s [%(portal)s] %(message)s"

COMPONENTS = ("scrapy.addons", "scrapy.crawler", "scrapy.middleware")
"""These name forty components before each run."""
TOLD_ONCE = (
    *COMPONENTS,
    "promo_crawler.report",
    "promo_crawler.politeness",
    "scrapy.core.engine",
    "scrapy.downloadermiddlewares.retry",
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


def tell_less(names: tuple[str, ...]) -> None:
    """Lets loggers tell only what went wrong."""
    for name in names:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("trafilatura").setLevel(logging.ERROR)  # "discarding data: None": no body, which we report
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").addFilter(_without_traceback)
    logging.getLogger("protego").addFilter(_without_controls)  # repeats lines of robots.txt


def _without_controls(record: logging.LogRecord) -> bool:
    record.msg, record.args = plain(record.getMessage()), ()
    return True


def _without_traceback(record: logging.LogRecord) -> bool:
    """A robots.txt that does not answer is no error of ours."""
    record.exc_info = None
    return True
