"""What the frontier knows of one page, and what follows from it."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from promo_crawler.archive import Found, Location

DEAD_LINK_REST = timedelta(days=7)
"""A page that answered 404 or 410, or failed `MAX_FAILURES` times, is not asked for again before this."""
MAX_FAILURES = 5
"""Runs in which a page may fail (timeouts, 5xx) before it rests."""
LONGEST_QUIET = timedelta(days=7)
"""A list is asked for again after this at the latest, whatever its pause."""


class Rank(IntEnum):
    """Which of the pages at one depth are asked for first."""

    ARTICLE = 0
    CHANNEL = 1
    LATER = 2


@dataclass(frozen=True, slots=True)
class Round:
    """One pass over a portal."""

    number: int
    began: datetime
    is_resumed: bool


@dataclass(frozen=True, slots=True)
class KnownPage:
    """One row: a page that was found, and perhaps fetched."""

    url: str
    link: str
    found: Found
    depth: int
    is_later: bool
    found_in: int
    is_wanted: bool
    read_in: int
    due_in: int
    quiet: int
    asked_at: datetime | None
    fetched_at: datetime | None
    published_at: datetime | None
    status: int | None
    location: Location | None
    etag: str | None
    last_modified: str | None
    failures: int
    outcome: str | None

    def is_settled(self, now: datetime) -> bool:
        """Whether a run that only wants what is new need not ask for it: an article or part that was read, a
        dead link that rests. A list is never settled."""
        if self.outcome in {"http_404", "http_410"} or self.failures >= MAX_FAILURES:
            return self.asked_at is not None and now - self.asked_at < DEAD_LINK_REST
        return self.outcome is not None and self.outcome != "list"

    def is_due(self, round_: int, now: datetime) -> bool:
        """Whether a list is to be asked for again in this round."""
        long_ago = self.asked_at is None or now - self.asked_at > LONGEST_QUIET
        return self.outcome != "list" or self.due_in <= round_ or long_ago


def read_row(row: sqlite3.Row) -> KnownPage:
    """A row of the table `pages`."""
    listed_at = _time(row["listed_at"])
    return KnownPage(
        url=row["url"],
        link=row["link"],
        found=Found(row["portal"], row["spider"], row["kind"], row["via"], row["listed_title"], listed_at),
        depth=row["depth"],
        is_later=bool(row["is_later"]),
        found_in=row["found_in"],
        is_wanted=row["turn"] is not None,
        read_in=row["read_in"],
        due_in=row["due_in"],
        quiet=row["quiet"],
        asked_at=_time(row["asked_at"]),
        fetched_at=_time(row["fetched_at"]),
        published_at=_time(row["published_at"]),
        status=row["status"],
        location=Location(row["file"], row["offset"]) if row["file"] else None,
        etag=row["etag"],
        last_modified=row["last_modified"],
        failures=row["failures"],
        outcome=row["outcome"],
    )


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
