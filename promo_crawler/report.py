"""One report per run: what was fetched, what became of it, what broke. Progress lines while it runs."""

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from promo_crawler.health import STOPPED
from promo_crawler.names import folder_name

logger = logging.getLogger(__name__)

PREFIX = "promo/"


class RunReport:
    """Logs progress, and at the end writes `reports/<portal>-<time>.json` and logs the same as a table."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.began = datetime.now(UTC).replace(microsecond=0)
        interval = crawler.settings.getfloat("PROGRESS_INTERVAL")
        self._progress = create_looping_call(self._log_progress) if interval > 0 else None
        self._interval = interval
        crawler.signals.connect(self.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def spider_opened(self) -> None:
        if self._progress:
            self._progress.start(self._interval, now=False)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        if self._progress and self._progress.running:
            self._progress.stop()
        report = self._report(spider, reason)
        for line in format_report(report):
            logger.info("%s", line)
        folder = Path(self.crawler.settings["DATA_DIR"]) / "reports"
        try:
            _write_json(folder, f"{folder_name(report['portal'])}-{self.began:%Y%m%d%H%M%S}-{os.getpid()}", report)
        except OSError as error:
            logger.error("The report cannot be written: %s", error)

    def _log_progress(self) -> None:
        spider = self.crawler.spider
        if getattr(getattr(spider, "bar", None), "is_seen", False):
            return
        counts = self._counts()
        outcomes = ", ".join(f"{n} {name}" for name, n in add_up(counts).items())
        so_far = f" ({spider.progress()})" if spider is not None and hasattr(spider, "progress") else ""
        logger.info("%d pages%s: %s", counts.get("pages/total", 0), so_far, outcomes or "nothing yet")

    def _counts(self) -> dict[str, Any]:
        assert self.crawler.stats is not None
        stats = self.crawler.stats.get_stats()
        return {key.removeprefix(PREFIX): value for key, value in sorted(stats.items()) if key.startswith(PREFIX)}

    def _report(self, spider: Spider, reason: str) -> dict[str, Any]:
        assert self.crawler.stats is not None
        counts = self._counts()
        scrapy_stats = {k: v for k, v in sorted(self.crawler.stats.get_stats().items()) if not k.startswith(PREFIX)}
        report = {
            "portal": getattr(spider, "portal", None) or spider.name,
            "spider": spider.name,
            "began": self.began.isoformat(),
            "ended": datetime.now(UTC).replace(microsecond=0).isoformat(),
            "end": reason,
            "counts": counts,
            "warnings": _warnings(spider, counts, reason),
            "scrapy": scrapy_stats,
        }
        return report


def format_report(report: dict[str, Any]) -> list[str]:
    """The report as lines for people."""
    counts = report["counts"]
    lines = [f"{report['portal']}: {report['end']}, {counts.get('pages/total', 0)} pages"]
    lines += [f"  {n:>7} {name}" for name, n in add_up(counts).items()]
    return lines + [f"  ! {warning}" for warning in report["warnings"]]


def add_up(counts: dict[str, int]) -> dict[str, int]:
    """What became of the pages, for people: the figures add up to `pages/total` when a run is over."""
    ends = {"pages/lists": "list pages", "pages/unchanged": "lists unchanged", "articles/stored": "articles stored"}
    ends |= {"pages/parts": "later pages of articles", "pages/redirected": "led to a page read before"}
    ends |= {"pages/no_sitemap": "no sitemap"}
    ends |= {"articles/duplicate": "seen elsewhere before", "articles/known": "seen here before"}
    ends |= {"articles/before_since": "older than since", "articles/error": "errors of ours"}
    named = {name: counts[key] for key, name in ends.items() if counts.get(key)}
    rejected = {f"rejected: {k.rpartition('/')[2]}": v for k, v in counts.items() if k.startswith("rejected/")}
    failed = {f"failed: {k.rpartition('/')[2]}": v for k, v in counts.items() if k.startswith("pages/failed/")}
    not_asked = {f"not asked: {k.rpartition('/')[2]}": v for k, v in counts.items() if k.startswith("pages/not_asked/")}
    return named | rejected | failed | not_asked


def _warnings(spider: Spider, counts: dict[str, int], reason: str) -> list[str]:
    warnings = []
    expected = getattr(spider, "expected_articles", None)
    is_whole = reason == "finished" and not getattr(spider, "since", None) and not getattr(spider, "max_pages", None)
    known = counts.get("known_articles", 0)
    if expected and is_whole and not expected[0] <= known <= expected[1]:
        warnings.append(f"{known} article pages known, {expected[0]} to {expected[1]} expected")
    if reason in STOPPED:
        warnings.append(STOPPED[reason])
    total = counts.get("pages/total", 0)
    blocked = counts.get("rejected/blocked_page", 0) + sum(
        counts.get(f"pages/failed/http_{status}", 0) for status in (403, 412, 429, 521)
    )
    if total and blocked / total > 0.2:
        warnings.append(f"{blocked} of {total} answers came from a firewall: the portal may have blocked this crawl")
    if counts.get("articles/error"):
        warnings.append(
            f"the cleaners failed on {counts['articles/error']} pages: see the log; they are in the archive"
        )
    return warnings


def _write_json(folder: Path, name: str, report: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path, temporary = folder / f"{name}.json", folder / f".{name}.tmp"
    try:
        temporary.write_text(json.dumps(report, ensure_ascii=False, indent=1, default=str) + "\n", "utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
