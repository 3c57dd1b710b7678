"""When a portal is due: its own interval, or one that follows its news; later where it does not answer. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp, log, sqrt

from promo_crawler.health import ASKED_TO_WAIT, BLOCKED, UNREACHABLE

FINISHED, SHUTDOWN, FAILED = "finished", "shutdown", "failed"
"""Ends of a run, besides those of health.py and Scrapy's `closespider_...`."""
UNWELCOME = frozenset({BLOCKED, ASKED_TO_WAIT})
BROKEN = frozenset({UNREACHABLE, FAILED, "not_written"})
ROUNDS = 9
"""How many rounds the interval is computed from: what was half a year ago says nothing of today."""
SILENT = 0.5
"""A round without news counts as half an article: the portal will be silent twice as long as it has been."""
KILLS = 2
"""A run that was killed so often in a row is taken up at once; after that its portal may be what kills."""


@dataclass(frozen=True, slots=True)
class PastRound:
    """A pass over a portal, and how many articles were found in it that nobody knew."""

    number: int
    began: datetime
    ended: datetime | None
    articles: int


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run that the schedule began. No `outcome`: it is under way or was killed."""

    began: datetime
    ended: datetime | None
    outcome: str | None
    failures: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest interval of portals that declare none."""

    shortest: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Due:
    """When a portal is to be crawled again; `at` is None for one that never was."""

    at: datetime | None
    interval: timedelta
    reason: str
    """`new`, `interval`, `cut short`, or the outcome that makes the schedule wait."""


def adapt_interval(rounds: list[PastRound], bounds: Bounds) -> timedelta:
    """The time in which about one new article is to be expected, from rounds newest first.

    Each round says how long the portal needed for one article: the time since the round before, over the articles
    found. The newest round weighs half of the whole, the one before it a quarter, and so on. That is a rate, so
    that a long pause of ours with much to catch up afterwards does not make a portal look busy. The first round
    finds the past and says nothing; without another one the interval is the middle of the bounds.
    """
    whole = [each for each in rounds if each.ended is not None]
    shortest, longest = bounds.shortest.total_seconds(), bounds.longest.total_seconds()
    weight = total = weighted = 0.0
    for newer, older in pairwise(whole):
        weight = weight / 2 if weight else 1.0
        needed = (newer.began - older.began).total_seconds() / max(newer.articles, SILENT)
        weighted += weight * log(min(max(needed, shortest), longest))
        total += weight
    return timedelta(seconds=exp(weighted / total) if total else sqrt(shortest * longest))


def back_off(interval: timedelta, outcome: str, failures: int, bounds: Bounds) -> timedelta:
    """How long a portal is left alone after so many runs in a row that ended with `outcome`: twice as long each
    time, never longer than the longest interval. One that sends us away is asked less often than otherwise; one that
    is ill is tried again sooner than its interval says, for it may be well in an hour."""
    first = interval if outcome in UNWELCOME else min(interval, bounds.shortest)
    limit = max(bounds.longest, interval)
    return timedelta(seconds=min(first.total_seconds() * 2 ** min(failures, 64), limit.total_seconds()))


def find_due(own: timedelta | None, rounds: list[PastRound], run: LastRun | None, bounds: Bounds) -> Due:
    """When a portal is due. `own` is the interval that its class declares; `rounds` are the last ones, newest first."""
    interval = own or adapt_interval(rounds, bounds)
    if run is None or (rounds and _is_newer(rounds[0], run)):
        if not rounds:
            return Due(None, interval, "new")
        if rounds[0].ended is None:
            return Due(rounds[0].began, interval, "cut short")
        return Due(rounds[0].began + interval, interval, "interval")
    ended = run.ended or run.began
    if run.outcome is None:
        pause = back_off(interval, FAILED, run.failures - KILLS, bounds) if run.failures > KILLS else timedelta()
        return Due(run.began + pause, interval, "killed")
    if run.outcome in UNWELCOME | BROKEN:
        return Due(ended + back_off(interval, run.outcome, run.failures, bounds), interval, run.outcome)
    if run.outcome == SHUTDOWN:
        return Due(ended, interval, "cut short")
    if run.outcome != FINISHED or (rounds and rounds[0].ended is None):  # a limit of pages or time
        return Due(run.began + min(interval, bounds.shortest), interval, "cut short")
    return Due(run.began + interval, interval, "interval")


def _is_newer(round_: PastRound, run: LastRun) -> bool:
    """Whether somebody crawled the portal by hand after the schedule did."""
    if run.ended is None:
        return round_.ended is not None and round_.ended > run.began
    return round_.began > run.ended or (round_.ended is not None and round_.ended > run.ended)
