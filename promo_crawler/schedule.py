"""Crawls portals when they are due, many in one process, never one twice at once."""

import asyncio
import gc
import logging
import os
import signal
from datetime import UTC, datetime, timedelta
from functools import partial

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from promo_crawler.agenda import Agenda, Entry
from promo_crawler.archive import ArchiveError
from promo_crawler.corpus import CorpusError
from promo_crawler.frontier import Frontier, FrontierError
from promo_crawler.intervals import SHUTDOWN
from promo_crawler.portal_lock import PortalBusyError
from promo_crawler.portal_log import PORTAL
from promo_crawler.run_outcome import Outcome, Tally, count_portals, read_outcome
from promo_crawler.terminal import plain

logger = logging.getLogger(__name__)

EARLY = 0.05
"""A single pass takes a portal so much of its interval too early, for the crawl of the hour before began some seconds
after the clock struck, and an hourly portal shall not be crawled every two hours."""
BUSY_PAUSE = timedelta(minutes=1)
"""When to look again after a portal that another process is crawling."""
LONGEST_SLEEP = 60.0
"""Seconds; the clock of this machine may be set, and the machine may sleep."""
OUR_ERRORS = (ArchiveError, CorpusError, FrontierError, OSError)
"""Those whose message is a sentence; where the program broke in another way, the log needs the place."""
LEAST_PAUSE = timedelta(seconds=1)
"""Between two runs of a portal, however short its interval."""


class Schedule:
    """The runs of one process. `once`: those due now, and then an end; else until `stop` or SIGTERM or SIGINT."""

    def __init__(
        self,
        process: AsyncCrawlerProcess,
        agenda: Agenda,
        frontier: Frontier,
        *,
        parallel: int,
        once: bool,
        progress: float = 0.0,
    ):
        self._process = process
        self._agenda = agenda
        self._frontier = frontier
        self._parallel = parallel
        self._once = once
        self._progress = progress
        self._due: dict[str, datetime] = {}
        self._running: dict[asyncio.Task[None], str] = {}
        self._crawlers: dict[str, Crawler] = {}
        self._stopping: set[asyncio.Task[None]] = set()
        self._is_stopped = asyncio.Event()
        self.tally = Tally()
        self.left_out = 0
        """Portals that were due and not begun, for the schedule was stopped."""

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self._on_signal, signum)
        now = datetime.now(UTC)
        self._due = {portal: self._agenda.due_at(portal, now) for portal in self._agenda.entries}
        waiting = [portal for portal in self._due if self._is_due(portal, now)]
        if self._once:
            self._due = {portal: self._due[portal] for portal in waiting}
        portals = count_portals(len(self._agenda.entries))
        logger.info("%s, %d of them due%s", portals, len(waiting), self._next_words(now))
        teller = loop.create_task(self._tell_progress()) if self._progress > 0 else None
        while not self._is_over():
            if not self._is_stopped.is_set():
                self._begin_due()
            if not self._is_over():
                await self._wait()
        if teller:
            teller.cancel()
        self.left_out = sum(self._is_due(portal, datetime.now(UTC)) for portal in self._due)

    def stop(self) -> None:
        """No new runs; those under way are closed, what is left of them stays in the frontier."""
        self._is_stopped.set()

    # --- what is due ------------------------------------------------------------------------------------------------

    def _is_due(self, portal: str, now: datetime) -> bool:
        early = self._agenda.stand(portal).due.interval * EARLY if self._once else timedelta()
        return self._due[portal] <= now + early

    def _begin_due(self) -> None:
        """Begins what is due and has a place, the most overdue first."""
        now = datetime.now(UTC)
        for portal in sorted(self._due, key=lambda each: (self._due[each], each)):
            if len(self._running) >= self._parallel or (not self._once and self._due[portal] > now):
                return
            self._due[portal] = self._agenda.due_at(portal, now)
            if not self._is_due(portal, now):
                self._is_done_elsewhere(portal)
                continue
            task = asyncio.get_running_loop().create_task(self._crawl(self._agenda.entries[portal]))
            self._running[task] = portal
            del self._due[portal]

    def _is_done_elsewhere(self, portal: str) -> None:
        if self._once:
            logger.info("%s was crawled by another process meanwhile", portal)
            self.tally.skipped += 1
            del self._due[portal]

    def _is_over(self) -> bool:
        return not self._running and (self._is_stopped.is_set() or (self._once and not self._due))

    async def _wait(self) -> None:
        """Until a run ends, a portal is due, or the schedule is stopped."""
        now = datetime.now(UTC)
        if self._is_stopped.is_set():
            self._close_crawls()
            await asyncio.wait(self._running, timeout=0.5)
        else:
            timeout = None
            if self._due and len(self._running) < self._parallel:
                timeout = min(max(0.0, (min(self._due.values()) - now).total_seconds()), LONGEST_SLEEP)
            stopped = asyncio.get_running_loop().create_task(self._is_stopped.wait())
            await asyncio.wait({stopped, *self._running}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
        for task in [task for task in self._running if task.done()]:
            del self._running[task]

    # --- a run ------------------------------------------------------------------------------------------------------

    async def _crawl(self, entry: Entry) -> None:
        """One run, whatever becomes of it."""
        PORTAL.set(entry.portal)
        pause = self._agenda.shortest
        try:
            pause = await self._crawl_and_note(entry)
        except Exception:
            logger.exception("The outcome of the run could not be noted")
            self.tally.add(Outcome(entry.portal, "failed", timedelta(), error="the outcome could not be noted"))
        finally:
            self._crawlers.pop(entry.portal, None)
        if not self._once:
            self._due[entry.portal] = datetime.now(UTC) + pause

    async def _crawl_and_note(self, entry: Entry) -> timedelta:
        """Returns how long to leave the portal alone."""
        portal, began = entry.portal, datetime.now(UTC)
        crawler = self._process.create_crawler(entry.spider)
        self._crawlers[portal] = crawler
        is_open = False

        def note_begin() -> None:  # only now does the run hold the lock of the portal
            nonlocal is_open
            is_open = True
            self._frontier.begin_run(portal, began)

        crawler.signals.connect(note_begin, signal=signals.spider_opened)
        error = ""
        try:
            await crawler.crawl_async(**entry.arguments)
        except PortalBusyError as busy:
            logger.info("skipped: %s", busy)
            self.tally.skipped += 1
            return BUSY_PAUSE
        except Exception as broken:
            error = plain(str(broken) if isinstance(broken, OUR_ERRORS) else f"{type(broken).__name__}: {broken}")[:200]
            logger.error("The crawl broke: %s", error, exc_info=not isinstance(broken, OUR_ERRORS))
        stats = crawler.stats.get_stats() if crawler.spider is not None else {}
        outcome = read_outcome(portal, stats, datetime.now(UTC) - began, error)
        if not is_open:
            self._frontier.begin_run(portal, began)
        self._note_end(outcome)
        if error:
            del crawler
            gc.collect()  # what broke half-way may still hold the lock of the portal
        return self._until_next(portal)

    def _note_end(self, outcome: Outcome) -> None:
        run = self._frontier.last_run(outcome.portal)
        failures = run.failures if run else 1
        if not outcome.has_failed:
            failures = failures - 1 if outcome.end == SHUTDOWN else 0
        self._frontier.end_run(outcome.portal, datetime.now(UTC), outcome.end, failures=failures)
        self.tally.add(outcome)
        words = f"{outcome.sentence()}; due again {format_pause(self._until_next(outcome.portal))}"
        logger.log(logging.WARNING if outcome.has_failed else logging.INFO, "%s", words)

    def _until_next(self, portal: str) -> timedelta:
        now = datetime.now(UTC)
        return max(self._agenda.due_at(portal, now) - now, LEAST_PAUSE)

    # --- an end -----------------------------------------------------------------------------------------------------

    def _on_signal(self, signum: int) -> None:
        name = signal.Signals(signum).name
        if self._is_stopped.is_set():
            logger.warning("%s once more: ending at once; the next run goes on from the frontier", name)
            logging.shutdown()
            os._exit(128 + signum)
        logger.info("%s: closing what is under way (%d); once more to end at once", name, len(self._running))
        self.stop()

    def _close_crawls(self) -> None:
        for crawler in self._crawlers.values():
            try:
                is_closable = crawler.crawling and crawler.engine.running
            except RuntimeError:
                continue  # it is being made, and asked again in a moment
            if is_closable:
                task = asyncio.get_running_loop().create_task(crawler.stop_async())
                self._stopping.add(task)
                task.add_done_callback(self._stopping.discard)

    # --- what people see --------------------------------------------------------------------------------------------

    async def _tell_progress(self) -> None:
        while True:
            await asyncio.sleep(self._progress)
            if self._running:
                now = datetime.now(UTC)
                waiting = sum(due <= now for due in self._due.values())
                pages = ", ".join(map(partial(_tell_pages), self._crawlers.values()))
                logger.info("%d crawled, %d due, %d under way: %s", self.tally.ran, waiting, len(self._running), pages)

    def _next_words(self, now: datetime) -> str:
        later = [due for due in self._due.values() if due > now]
        return f", the next {format_pause(min(later) - now)}" if later and not self._once else ""


def _tell_pages(crawler: Crawler) -> str:
    if crawler.spider is None or crawler.stats is None:
        return "one about to begin"
    return f"{getattr(crawler.spider, 'portal', crawler.spider.name)} {crawler.stats.get_value('promo/pages/total', 0)}"


def format_pause(pause: timedelta) -> str:
    """`in 3 h`, `now`; in the greatest unit of which there are two or more."""
    seconds = pause.total_seconds()
    return f"in {format_span(pause)}" if seconds > 0 else "now"


def format_span(span: timedelta) -> str:
    seconds = abs(span.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 1.95 * size:
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.0f} s"
