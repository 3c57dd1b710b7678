"""`scrapy schedule`: portals crawled when they are due."""

import argparse
import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import SETTINGS_PRIORITIES

from promo_crawler.agenda import (
    Agenda,
    Entry,
    Standing,
    choose,
    is_being_crawled,
    list_declared,
    list_undeclared,
    merge,
)
from promo_crawler.arguments import ArgumentError
from promo_crawler.frontier import Frontier
from promo_crawler.intervals import Bounds
from promo_crawler.portal_log import FORMAT, TOLD_ONCE, mark_records, tell_less
from promo_crawler.portal_spider import PortalSpider
from promo_crawler.portals import load_portals
from promo_crawler.refusal import FAILURE_EXIT
from promo_crawler.run_command import RunSpiderCommand
from promo_crawler.schedule import Schedule, format_span
from promo_crawler.terminal import plain_json, table

PARALLEL = 8
"""With one page a second each, and 50 ms for reading one, so many keep half a core busy."""
_COLUMNS = ("portal", "due", "every", "last run", "new", "end")


class Command(RunSpiderCommand):
    requires_crawler_process = False  # it begins to log, and --list and mistakes need none
    default_settings: ClassVar[dict[str, Any]] = {"SCHEDULE_SHORTEST": 3600.0, "SCHEDULE_LONGEST": 7 * 86400.0}

    def syntax(self) -> str:
        return "[options] [portal ...]"

    def short_desc(self) -> str:
        return "Crawl the portals that are due; --once for cron, else until SIGTERM"

    def long_desc(self) -> str:
        return (
            "Crawls the declared portals, and those of a file, each when it is due: by the interval of its class, else"
            " as often as it shows news, between SCHEDULE_SHORTEST and SCHEDULE_LONGEST seconds; later and later where"
            " it does not answer. Never the same portal twice at once, also across processes. SIGTERM and SIGINT close"
            " the crawls, and the next run goes on where they were. Exit code 1 where a crawl could not run."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        ScrapyCommand.add_options(self, parser)  # no -o: a feed is of one crawl
        parser.set_defaults(output=None, overwrite_output=None)
        parser.add_argument("--once", action="store_true", help="crawl what is due now, and end")
        parser.add_argument("--list", action="store_true", help="show when each portal is due, and crawl nothing")
        parser.add_argument("--json", action="store_true", help="with --list: one JSON object a line")
        parser.add_argument("--portals", metavar="NAME[,NAME]", action="append", default=[], help="only these")
        parser.add_argument("--urls", metavar="FILE", help="also undeclared portals: one start page a line")
        parser.add_argument("--undeclared", action="store_true", help="only the portals of --urls")
        parser.add_argument("--parallel", metavar="N", default=str(PARALLEL), help="crawls at once (%(default)s)")
        parser.add_argument(
            "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE", help="argument of every crawl"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        mark_records()
        if (self.settings.getpriority("LOG_FORMAT") or 0) < SETTINGS_PRIORITIES["cmdline"]:
            self.settings.set("LOG_FORMAT", FORMAT, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        try:
            unknown = next((arg for arg in args if arg.startswith("-")), None)
            if unknown:
                raise ArgumentError(f"{unknown}: no such option")
            if opts.json and not opts.list:
                raise ArgumentError("--json is for --list")
            parallel = _parse_parallel(opts.parallel)
            bounds = self._read_bounds()
            names = [name for each in (*opts.portals, *args) for name in each.split(",") if name]
            entries = self._read_entries(opts, names)
        except ArgumentError as error:
            return self.refuse(str(error))
        if not self.is_ready():
            return None
        frontier = Frontier(Path(self.settings["DATA_DIR"]) / "frontier.sqlite")
        agenda = Agenda(entries, frontier, bounds)
        if opts.list:
            self._show(agenda, opts.json)
        else:
            self._crawl(agenda, frontier, parallel, opts.once)
        frontier.close()
        return None

    def _read_bounds(self) -> Bounds:
        assert self.settings is not None
        values = []
        for name in ("SCHEDULE_SHORTEST", "SCHEDULE_LONGEST"):
            try:
                values.append(timedelta(seconds=self.settings.getfloat(name)))
            except (ValueError, OverflowError):
                raise ArgumentError(f"{name}={self.settings[name]}: not a number of seconds like 3600") from None
        if not timedelta() < values[0] <= values[1]:
            raise ArgumentError("SCHEDULE_SHORTEST has to be more than 0, and not more than SCHEDULE_LONGEST")
        return Bounds(*values)

    def _read_entries(self, opts: argparse.Namespace, names: list[str]) -> dict[str, Entry]:
        assert self.settings is not None
        if "url" in opts.spargs:
            raise ArgumentError("-a url= is for one crawl; the start pages of undeclared portals are given with --urls")
        if opts.undeclared and not opts.urls:
            raise ArgumentError("--undeclared: which portals, is said with --urls")
        portals = {n: each for n, each in load_portals(self.settings).items() if issubclass(each, PortalSpider)}
        declared = [] if opts.undeclared else list_declared(portals, opts.spargs)
        undeclared = list_undeclared(Path(opts.urls), portals, opts.spargs) if opts.urls else []
        entries = merge((*declared, *undeclared))
        if not entries:
            raise ArgumentError("no portal is declared with a start page; give some with --urls")
        return choose(entries, names) if names else entries

    def _crawl(self, agenda: Agenda, frontier: Frontier, parallel: int, once: bool) -> None:
        assert self.settings is not None
        process = AsyncCrawlerProcess(self.settings)
        if logging.getLevelName(self.settings["LOG_LEVEL"]) != logging.DEBUG:
            tell_less(TOLD_ONCE)
        progress = self.settings.getfloat("PROGRESS_INTERVAL")
        schedule = Schedule(
            process,
            agenda,
            frontier,
            parallel=parallel,
            once=once,
            progress=progress,
        )
        task = asyncio.ensure_future(_run_and_leave(schedule))
        # both signals are the schedule's: Scrapy's own would close the crawls under way, and others would begin
        process.start(stop_after_crawl=False, install_signal_handlers=False)
        task.result()
        for line in schedule.tally.lines():
            print(line)
        if once and schedule.left_out:
            self.refuse(f"stopped; {schedule.left_out} portals that are due were not crawled", FAILURE_EXIT)
        elif once and schedule.tally.came_to_nothing:
            self.exitcode = FAILURE_EXIT

    def _show(self, agenda: Agenda, as_json: bool) -> None:
        assert self.settings is not None
        now = datetime.now(UTC)
        standings = sorted(map(agenda.stand, agenda.entries), key=lambda each: (each.due.at or now, each.entry.portal))
        if as_json:
            for each in standings:
                print(plain_json(_describe(each, now)))
        else:
            data = Path(self.settings["DATA_DIR"])
            rows = (_row(each, now, each.is_open and is_being_crawled(data, each.entry.portal)) for each in standings)
            print("\n".join(table(rows, _COLUMNS, frozenset({"new"}))))


async def _run_and_leave(schedule: Schedule) -> None:
    from twisted.internet import reactor  # there is none before the process has chosen it

    try:
        await schedule.run()
    finally:
        reactor.stop()  # type: ignore[misc]


def _parse_parallel(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise ArgumentError(f"--parallel {text}: not a number of crawls like {PARALLEL}")
    return int(text)


def _describe(standing: Standing, now: datetime) -> dict[str, Any]:
    due, run, rounds = standing.due, standing.run, standing.rounds
    return {
        "portal": standing.entry.portal,
        "spider": standing.entry.spider.name,
        "is_due": due.at is None or due.at <= now,
        "due": _stamp(due.at or now),
        "because": due.reason,
        "interval": round(due.interval.total_seconds()),
        "is_own_interval": standing.entry.interval is not None,
        "last_round": _stamp(rounds[0].began) if rounds else None,
        "new_in_last_round": rounds[0].articles if rounds else None,
        "last_run": _stamp(run.began) if run else None,
        "last_end": run.outcome if run else None,
        "failures": run.failures if run else 0,
    }


def _row(standing: Standing, now: datetime, is_busy: bool) -> list[object]:
    due, run, rounds = standing.due, standing.run, standing.rounds
    began = max([each.began for each in rounds[:1]] + ([run.began] if run else []), default=None)
    if is_busy:
        when = "under way"
    elif due.at is None:
        when = "now"
    else:
        when = f"since {format_span(now - due.at)}" if due.at <= now else f"in {format_span(due.at - now)}"
    every = format_span(due.interval) + (" (own)" if standing.entry.interval else "")
    end = "" if run is None else run.outcome or ("" if is_busy else "killed")
    if end and run and run.failures > 1:
        end += f", {run.failures} times in a row"
    return [
        standing.entry.portal,
        when,
        every,
        f"{began.astimezone():%Y-%m-%d %H:%M}" if began else "never",
        rounds[0].articles if rounds else "",
        end,
    ]


def _stamp(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()
