"""What is known of every page of a portal, and which are to be asked for: the durable queue of a crawl (SQLite).

A page is *found* (somebody links to it), *wanted* (it has a turn), *claimed* (its request is under way), *fetched* (it
is in the archive) and *settled* (all that follows from it is on disk; `outcome` says what). A kill leaves it in one
of these states, and the next run goes on from there: what was claimed is wanted again, what was fetched is settled
from the archive.

A *round* is one pass over a portal: each list is read at most once in it. A run begins a new round, or goes on with
the one that a kill or a limit cut short.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from promo_crawler.archive import Found, Location
from promo_crawler.database import is_foreign, open_database, together
from promo_crawler.intervals import LastRun, PastRound
from promo_crawler.known_page import LONGEST_QUIET, MAX_FAILURES, KnownPage, Rank, Round, read_row

SCHEMA_VERSION = 2
LONGEST_PAUSE = 8
"""Rounds that a list is left out at most, however long it has shown nothing new."""
OLDER = "older"
"""Outcome of what a run with `since` left out; a run without takes it up."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
    portal TEXT NOT NULL,
    url TEXT NOT NULL,               -- canonical: identity of the page
    link TEXT NOT NULL,              -- the address to ask for, as it was linked
    spider TEXT NOT NULL,
    kind TEXT NOT NULL,              -- article | list | part (later page of an article)
    via TEXT, listed_title TEXT, listed_at TEXT,
    depth INTEGER NOT NULL,          -- links from the start page
    is_later INTEGER NOT NULL,       -- list pages: whether only a pager leads here
    found_in INTEGER NOT NULL,       -- the round
    turn INTEGER,                    -- place in the queue; NULL where the page is not wanted
    claimed INTEGER NOT NULL DEFAULT 0,
    read_in INTEGER NOT NULL DEFAULT 0,   -- the last round in which it answered
    due_in INTEGER NOT NULL DEFAULT 0,    -- lists: the round in which it is to be asked for again
    quiet INTEGER NOT NULL DEFAULT 0,     -- lists: readings in a row that showed nothing new
    asked_at TEXT, fetched_at TEXT, status INTEGER,
    published_at TEXT,               -- articles: as the text says
    file TEXT, offset INTEGER,       -- where in the archive
    etag TEXT, last_modified TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,                    -- NULL until all that follows from the page is on disk
    PRIMARY KEY (portal, url)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS waiting ON pages (portal, turn, url DESC) WHERE turn IS NOT NULL AND claimed = 0;
CREATE INDEX IF NOT EXISTS unfinished ON pages (portal) WHERE outcome IS NULL AND file IS NOT NULL;
CREATE INDEX IF NOT EXISTS lists ON pages (portal, read_in) WHERE outcome = 'list';
CREATE INDEX IF NOT EXISTS news ON pages (portal, found_in) WHERE kind = 'article';
CREATE TABLE IF NOT EXISTS rounds (
    portal TEXT NOT NULL, number INTEGER NOT NULL,
    arguments TEXT NOT NULL,         -- of the spider, as far as they say what is wanted
    began TEXT NOT NULL, ended TEXT,
    PRIMARY KEY (portal, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (    -- the last run of each portal that the schedule began
    portal TEXT PRIMARY KEY,
    began TEXT NOT NULL, ended TEXT,
    outcome TEXT,                    -- NULL while it is under way, and for ever where it was killed
    failures INTEGER NOT NULL        -- runs in a row that did not end well
) WITHOUT ROWID;
"""


class FrontierError(Exception):
    """The frontier's file cannot be used; the message is one sentence."""


class Frontier:
    """The pages of all portals in one file; several crawls, each of another portal, may use it at once. Every method
    commits by itself unless it runs inside `with frontier.together():`."""

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

    # --- rounds ---------------------------------------------------------------------------------------------------

    def begin_round(self, portal: str, arguments: str, now: datetime) -> Round:
        """The round of before where it was cut short and wanted the same, else a new one.

        What a kill left claimed is wanted again, in either case.
        """
        self._db.execute("UPDATE pages SET claimed = 0 WHERE portal = ? AND claimed = 1", (portal,))
        last = self._db.execute("SELECT * FROM rounds WHERE portal = ? ORDER BY number DESC", (portal,)).fetchone()
        if last and not last["ended"] and last["arguments"] == arguments:
            return Round(last["number"], datetime.fromisoformat(last["began"]), is_resumed=True)
        number = last["number"] + 1 if last else 1
        self._db.execute(
            "INSERT INTO rounds (portal, number, arguments, began) VALUES (?, ?, ?, ?)",
            (portal, number, arguments, now.isoformat()),
        )
        return Round(number, now, is_resumed=False)

    def end_round(self, portal: str, number: int, now: datetime) -> None:
        self._db.execute(
            "UPDATE rounds SET ended = ? WHERE portal = ? AND number = ?", (now.isoformat(), portal, number)
        )

    def past_rounds(self, portal: str, limit: int) -> list[PastRound]:
        """The last rounds, newest first, each with the articles that were found in it for the first time."""
        query = (
            "SELECT number, began, ended, (SELECT count(*) FROM pages WHERE portal = rounds.portal"
            " AND found_in = number AND kind = 'article' AND outcome IN ('stored', 'duplicate'))"
            " FROM rounds WHERE portal = ? ORDER BY number DESC LIMIT ?"
        )
        rows = self._db.execute(query, (portal, limit)).fetchall()
        return [PastRound(n, datetime.fromisoformat(began), _time(ended), new) for n, began, ended, new in rows]

    # --- runs of the schedule -------------------------------------------------------------------------------------

    def begin_run(self, portal: str, now: datetime) -> None:
        """Counts as a failure until `end_run`: a run that takes the process with it leaves that behind."""
        self._db.execute(
            "INSERT INTO runs (portal, began, failures) VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE"
            " SET began = ?2, ended = NULL, outcome = NULL, failures = failures + 1",
            (portal, now.isoformat()),
        )

    def end_run(self, portal: str, now: datetime, outcome: str, *, failures: int) -> None:
        self._db.execute(
            "UPDATE runs SET ended = ?, outcome = ?, failures = ? WHERE portal = ?",
            (now.isoformat(), outcome, failures, portal),
        )

    def last_run(self, portal: str) -> LastRun | None:
        row = self._db.execute("SELECT * FROM runs WHERE portal = ?", (portal,)).fetchone()
        if row is None:
            return None
        return LastRun(datetime.fromisoformat(row["began"]), _time(row["ended"]), row["outcome"], row["failures"])

    # --- the queue ------------------------------------------------------------------------------------------------

    def want(self, portal: str, url: str, rank: Rank) -> None:
        """Gives a page its turn: after all pages of lesser depth, and of the same depth by rank. Among equals the
        greater address comes first, which is the newer page where addresses are dated or numbered."""
        self._db.execute(
            "UPDATE pages SET turn = depth * 16 + ?, claimed = 0 WHERE portal = ? AND url = ?", (rank, portal, url)
        )

    def forgo(self, portal: str, url: str) -> None:
        """Takes a page out of the queue that shall not be asked for (robots.txt)."""
        self._db.execute("UPDATE pages SET turn = NULL, claimed = 0 WHERE portal = ? AND url = ?", (portal, url))

    def claim(self, portal: str) -> KnownPage | None:
        """The page whose turn it is; nobody else gets it in this run. None where nothing is wanted."""
        row = self._db.execute(
            "UPDATE pages SET claimed = 1 WHERE portal = ?1 AND url = (SELECT url FROM pages"
            " WHERE portal = ?1 AND turn IS NOT NULL AND claimed = 0 ORDER BY turn, url DESC LIMIT 1) RETURNING *",
            (portal,),
        ).fetchall()
        return read_row(row[0]) if row else None

    def has_waiting(self, portal: str) -> bool:
        query = "SELECT 1 FROM pages WHERE portal = ? AND turn IS NOT NULL AND claimed = 0 LIMIT 1"
        return self._db.execute(query, (portal,)).fetchone() is not None

    # --- pages ----------------------------------------------------------------------------------------------------

    def add(
        self, url: str, link: str, found: Found, *, round_: int = 0, depth: int = 0, is_later: bool = False
    ) -> tuple[KnownPage, bool]:
        """Remembers that a page exists; returns what is known of it, and whether that is its first witness.

        A page already known keeps its first witness, unless a later one is the first to say when it was listed, before
        the page was asked for.
        """
        listed_at = found.listed_at.isoformat() if found.listed_at else None
        cursor = self._db.execute(
            "INSERT INTO pages (portal, url, link, spider, kind, via, listed_title, listed_at, depth, is_later,"
            " found_in) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                *(found.portal, url, link, found.spider, found.kind, found.via, found.listed_title, listed_at),
                *(depth, is_later, round_),
            ),
        )
        is_new = cursor.rowcount > 0
        known = self.get(found.portal, url)
        assert known is not None
        if is_new:
            return known, True
        if known.is_later and not is_later:
            self._db.execute("UPDATE pages SET is_later = 0 WHERE portal = ? AND url = ?", (found.portal, url))
        if listed_at and not known.found.listed_at and known.asked_at is None and known.found.kind == found.kind:
            self._db.execute(
                "UPDATE pages SET via = ?, listed_title = ?, listed_at = ?"
                " WHERE portal = ? AND url = ? AND claimed = 0",
                (found.via, found.listed_title, listed_at, found.portal, url),
            )
        return known, False

    def get(self, portal: str, url: str) -> KnownPage | None:
        row = self._db.execute("SELECT * FROM pages WHERE portal = ? AND url = ?", (portal, url)).fetchone()
        return read_row(row) if row else None

    def find(self, url: str) -> KnownPage | None:
        """A page whatever its portal; of several the one that was fetched last."""
        query = "SELECT * FROM pages WHERE url = ? ORDER BY file IS NULL, fetched_at DESC"
        row = self._db.execute(query, (url,)).fetchone()
        return read_row(row) if row else None

    def fetched(
        self,
        portal: str,
        url: str,
        *,
        status: int,
        at: datetime,
        round_: int = 0,
        location: Location | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        """Remembers an answer; the page leaves the queue. Without `location` (304, errors) the archived page of
        before stays the page, and its outcome the outcome."""
        # one statement: a full disk must not leave half of it
        self._db.execute(
            "UPDATE pages SET asked_at = ?3, fetched_at = ?3, status = ?4, read_in = ?5, failures = 0, turn = NULL,"
            " claimed = 0, file = coalesce(?6, file), offset = coalesce(?7, offset),"
            " etag = CASE WHEN ?6 IS NULL THEN etag ELSE ?8 END,"
            " last_modified = CASE WHEN ?6 IS NULL THEN last_modified ELSE ?9 END,"
            " outcome = CASE WHEN ?6 IS NULL THEN outcome END WHERE portal = ?1 AND url = ?2",
            (
                *(portal, url, at.isoformat(), status, round_),
                *((location.file, location.offset) if location else (None, None)),
                *(etag, last_modified),
            ),
        )

    def failed(self, portal: str, url: str, at: datetime | None = None) -> None:
        """Remembers that no answer came, or none that says anything of the page (5xx, a firewall). The next run asks
        again, and after `MAX_FAILURES` runs the page rests. A part of an article is asked for by its article."""
        self._db.execute(
            "UPDATE pages SET failures = failures + 1, asked_at = ?, claimed = 1,"
            " turn = CASE WHEN failures + 1 < ? AND kind != 'part' THEN coalesce(turn, depth * 16) END"
            " WHERE portal = ? AND url = ?",
            ((at or datetime.now(UTC)).isoformat(), MAX_FAILURES, portal, url),
        )

    def settle(self, portal: str, url: str, outcome: str, *, published_at: datetime | None = None) -> None:
        """Remembers that everything that follows from the fetched page is on disk."""
        self._db.execute(
            "UPDATE pages SET outcome = ?, published_at = coalesce(?, published_at), turn = NULL, claimed = 0"
            " WHERE portal = ? AND url = ?",
            (outcome, published_at.isoformat() if published_at else None, portal, url),
        )

    def settle_list(self, portal: str, url: str, *, round_: int, has_news: bool) -> None:
        """Remembers that the links of a list page are in the frontier, and when it is due again: in the next round
        where it showed news lately, later and later where it keeps quiet."""
        known = self.get(portal, url)
        quiet = 0 if has_news or known is None else known.quiet + 1
        pause = min(LONGEST_PAUSE, 2 ** max(0, (quiet - 2) // 2))
        self._db.execute(
            "UPDATE pages SET outcome = 'list', quiet = ?, due_in = ?, turn = NULL, claimed = 0"
            " WHERE portal = ? AND url = ?",
            (quiet, round_ + pause, portal, url),
        )

    # --- what a run begins and ends with ----------------------------------------------------------------------------

    def unfinished(self, portal: str) -> list[KnownPage]:
        """Pages in the archive that a run did not bring to their end."""
        query = (
            "SELECT * FROM pages WHERE portal = ? AND outcome IS NULL AND file IS NOT NULL AND turn IS NULL"
            " AND failures < ?"
        )
        return [read_row(row) for row in self._db.execute(query, (portal, MAX_FAILURES))]

    def unread_lists(self, portal: str, round_: int) -> list[KnownPage]:
        """Channels read before that this round has not asked for, those first whose last reading is the oldest. Later
        pages of lists are never among them: what is new pushes its way there from the first page."""
        query = (
            "SELECT * FROM pages WHERE portal = ? AND outcome = 'list' AND is_later = 0 AND read_in < ?"
            " AND turn IS NULL ORDER BY read_in, quiet, depth, url"
        )
        return [read_row(row) for row in self._db.execute(query, (portal, round_))]

    def count_lists_read(self, portal: str, round_: int) -> int:
        query = "SELECT count(*) FROM pages WHERE portal = ? AND outcome = 'list' AND read_in = ?"
        return int(self._db.execute(query, (portal, round_)).fetchone()[0])

    def has_news(self, portal: str, round_: int) -> bool:
        """Whether an article was found in this round for the first time."""
        query = "SELECT 1 FROM pages WHERE portal = ? AND found_in = ? AND kind = 'article' LIMIT 1"
        return self._db.execute(query, (portal, round_)).fetchone() is not None

    def count_pages(self, portal: str) -> int:
        query = "SELECT count(*) FROM pages WHERE portal = ?"
        return int(self._db.execute(query, (portal,)).fetchone()[0])

    def take_up_older(self, portal: str, since: date | None) -> None:
        """Wants again what a run with a later `since` left out: pages never asked for get a turn, pages in the
        archive become unfinished."""
        self._db.execute(
            "UPDATE pages SET outcome = NULL, turn = CASE WHEN file IS NULL THEN depth * 16 END"
            " WHERE portal = ?1 AND outcome = ?2 AND (?3 IS NULL OR coalesce(published_at, listed_at, '9') >= ?3)",
            (portal, OLDER, since.isoformat() if since else None),
        )

    def to_revisit(self, portal: str, after: tuple[timedelta, ...], now: datetime) -> Iterator[KnownPage]:
        """Stored articles that were not asked for since one of the spans after their publication has passed."""
        oldest = (now - max(after) - LONGEST_QUIET).isoformat()
        query = "SELECT * FROM pages WHERE portal = ? AND kind = 'article' AND published_at > ? AND file IS NOT NULL"
        for row in self._db.execute(query, (portal, oldest)).fetchall():
            known = read_row(row)
            if known.published_at is None or known.asked_at is None or known.outcome is None:
                continue
            moments = [known.published_at + span for span in after]
            if any(known.asked_at < moment <= now for moment in moments):
                yield known

    def outcomes(self, portal: str) -> Iterator[tuple[str, bool]]:
        """Addresses of pages that were read, each with whether it was an article."""
        articles = ("stored", "duplicate", "known")
        query = "SELECT url, outcome FROM pages WHERE portal = ? AND outcome IN ('list', ?, ?, ?)"
        for row in self._db.execute(query, (portal, *articles)):
            yield row["url"], row["outcome"] in articles

    def count(self, portal: str, kind: str) -> int:
        """Pages of a kind that answered 200 at least once."""
        query = "SELECT count(*) FROM pages WHERE portal = ? AND kind = ? AND file IS NOT NULL"
        return int(self._db.execute(query, (portal, kind)).fetchone()[0])

    def count_waiting(self, portal: str) -> int:
        """Pages in the queue, those under way included."""
        query = "SELECT count(*) FROM pages WHERE portal = ? AND turn IS NOT NULL"
        return int(self._db.execute(query, (portal,)).fetchone()[0])


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
