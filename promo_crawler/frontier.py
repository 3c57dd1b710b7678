"""What is known of every page of a portal: how it was found, when it was fetched, what became of it (SQLite)."""

import sqlite3
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from promo_crawler.archive import Found, Location
from promo_crawler.database import is_foreign, open_database, together

SCHEMA_VERSION = 1
DEAD_LINK_REST = timedelta(days=7)
"""A page that answered 404 or 410 is not asked for again before this."""
MAX_FAILURES = 5
"""A page that failed in this many runs (timeouts, 5xx) is given up until a list links to it anew."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
    portal TEXT NOT NULL,
    url TEXT NOT NULL,               -- canonical: identity of the page
    link TEXT NOT NULL,              -- the address to ask for, as it was linked
    spider TEXT NOT NULL,
    kind TEXT NOT NULL,              -- article | list | part (later page of an article)
    via TEXT, listed_title TEXT, listed_at TEXT,
    fetched_at TEXT, status INTEGER,
    file TEXT, offset INTEGER,       -- where in the archive
    etag TEXT, last_modified TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,                    -- NULL until all that follows from the page is on disk
    PRIMARY KEY (portal, url)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS unsettled ON pages (portal) WHERE outcome IS NULL;
"""


class FrontierError(Exception):
    """The frontier's file cannot be used; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class KnownPage:
    """One row: a page that was found, and perhaps fetched."""

    url: str
    link: str
    found: Found
    fetched_at: datetime | None
    status: int | None
    location: Location | None
    etag: str | None
    last_modified: str | None
    outcome: str | None

    def is_settled(self, now: datetime) -> bool:
        """Whether a run that only wants what is new need not ask for it: an article or part that was read, a
        dead link that rests. A list is never settled."""
        if self.outcome in {"http_404", "http_410"}:
            return self.fetched_at is not None and now - self.fetched_at < DEAD_LINK_REST
        return self.outcome is not None and self.outcome != "list" and self.found.kind != "list"


class Frontier:
    """The pages of all portals in one file; several crawls may use it at once. Every method commits by itself
    unless it runs inside `with frontier.together():`."""

    def __init__(self, path: Path):
        try:
            self._db = open_database(path, _SCHEMA, SCHEMA_VERSION)
        except (OSError, sqlite3.Error) as error:
            advice = "; move it away to start anew" if is_foreign(error) else ""
            raise FrontierError(f"cannot use {path}: {error}{advice}") from error

    def close(self) -> None:
        self._db.close()

    def together(self) -> AbstractContextManager[None]:
        """All or nothing: what is written inside is committed at the end."""
        return together(self._db)

    def add(self, url: str, link: str, found: Found) -> None:
        """Remembers that a page exists. A page already known keeps its first witness."""
        self._db.execute(
            "INSERT INTO pages (portal, url, link, spider, kind, via, listed_title, listed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                found.portal,
                url,
                link,
                found.spider,
                found.kind,
                found.via,
                found.listed_title,
                found.listed_at.isoformat() if found.listed_at else None,
            ),
        )

    def get(self, portal: str, url: str) -> KnownPage | None:
        row = self._db.execute("SELECT * FROM pages WHERE portal = ? AND url = ?", (portal, url)).fetchone()
        return _known_page(row) if row else None

    def find(self, url: str) -> KnownPage | None:
        """A page whatever its portal; of several the one that was fetched last."""
        query = "SELECT * FROM pages WHERE url = ? ORDER BY file IS NULL, fetched_at DESC"
        row = self._db.execute(query, (url,)).fetchone()
        return _known_page(row) if row else None

    def fetched(
        self,
        portal: str,
        url: str,
        *,
        status: int,
        at: datetime,
        location: Location | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        """Remembers an answer. Without `location` (304, errors) the archived page of before stays the page."""
        self._db.execute(
            "UPDATE pages SET fetched_at = ?, status = ?, failures = 0 WHERE portal = ? AND url = ?",
            (at.isoformat(), status, portal, url),
        )
        if location:
            self._db.execute(
                "UPDATE pages SET file = ?, offset = ?, etag = ?, last_modified = ?, outcome = NULL"
                " WHERE portal = ? AND url = ?",
                (location.file, location.offset, etag, last_modified, portal, url),
            )

    def failed(self, portal: str, url: str) -> None:
        """Remembers that no answer came, or none that says anything of the page (5xx)."""
        self._db.execute(
            "UPDATE pages SET failures = failures + 1 WHERE portal = ? AND url = ?",
            (portal, url),
        )

    def settle(self, portal: str, url: str, outcome: str) -> None:
        """Remembers that everything that follows from the fetched page is on disk."""
        self._db.execute("UPDATE pages SET outcome = ? WHERE portal = ? AND url = ?", (outcome, portal, url))

    def unsettled(self, portal: str) -> list[KnownPage]:
        """Pages found but never fetched, failed, or fetched by a run that died before it was through with them."""
        rows = self._db.execute(
            "SELECT * FROM pages WHERE portal = ? AND outcome IS NULL AND failures < ?", (portal, MAX_FAILURES)
        )
        return [_known_page(row) for row in rows]

    def lists(self, portal: str) -> list[KnownPage]:
        """List pages that were read before."""
        rows = self._db.execute("SELECT * FROM pages WHERE portal = ? AND outcome = 'list' ORDER BY url", (portal,))
        return [_known_page(row) for row in rows]

    def count(self, portal: str, kind: str) -> int:
        """Pages of a kind that answered 200 at least once."""
        query = "SELECT count(*) FROM pages WHERE portal = ? AND kind = ? AND file IS NOT NULL"
        return int(self._db.execute(query, (portal, kind)).fetchone()[0])


def _known_page(row: sqlite3.Row) -> KnownPage:
    return KnownPage(
        url=row["url"],
        link=row["link"],
        found=Found(
            row["portal"], row["spider"], row["kind"], row["via"], row["listed_title"], _time(row["listed_at"])
        ),
        fetched_at=_time(row["fetched_at"]),
        status=row["status"],
        location=Location(row["file"], row["offset"]) if row["file"] else None,
        etag=row["etag"],
        last_modified=row["last_modified"],
        outcome=row["outcome"],
    )


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
