"""The index of the corpus (SQLite): what is known, where it was seen, what was rejected and why, which runs there were.

All but `rejects` can be made anew from the files: `rebuild.py`. Full text: `fulltext.py`; reprints: `reprints.py`.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

from promo_crawler import fulltext, reprints
from promo_crawler.database import is_cut_off, is_foreign, open_database, together, widen
from promo_crawler.records import (
    DAY,
    UNDATED,
    Place,
    article_id,
    article_number,
    pack_record,
    page_number,
    published_day,
    seconds,
    unpack_record,
)
from promo_crawler.run_rows import read_runs

SCHEMA_VERSION = 5
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS articles (
    doc INTEGER PRIMARY KEY,         -- names it in the full text; in the order of the days of publication
    id TEXT NOT NULL UNIQUE,         -- first digits of the content hash
    portal TEXT, title TEXT, source TEXT,
    published_at TEXT,               -- ISO 8601, +08:00
    published_from TEXT, authors TEXT, editors TEXT, section TEXT,
    characters INTEGER NOT NULL,
    places INTEGER NOT NULL,         -- pages where it was seen
    superseded INTEGER NOT NULL      -- 1: each of these pages has shown another text since
);
CREATE TABLE IF NOT EXISTS sightings ( -- in the order of arrival: what is written together lies together
    key INTEGER NOT NULL,            -- of the page: 64 bits
    fetched INTEGER NOT NULL,        -- seconds since 1970; 0 where nobody recorded it
    article INTEGER NOT NULL,        -- the bits of its id
    published INTEGER NOT NULL,      -- seconds since 1970, or UNDATED
    page TEXT NOT NULL,              -- canonical URL, or the name of a text
    portal TEXT,
    record BLOB NOT NULL             -- the article's fields as read from this page: records.py
);
CREATE UNIQUE INDEX IF NOT EXISTS sightings_of_page ON sightings (key, fetched);
CREATE INDEX IF NOT EXISTS sightings_of_article ON sightings (article, published);
CREATE VIEW IF NOT EXISTS places AS  -- for people
    SELECT s.page, s.portal, CASE WHEN s.fetched THEN datetime(s.fetched, 'unixepoch') END AS fetched_at,
        CASE WHEN s.published < {UNDATED} THEN datetime(s.published + 28800, 'unixepoch') END AS published_at,
        a.id AS article, a.title
    FROM sightings s JOIN articles a ON a.id = printf('%016x', s.article);
CREATE TABLE IF NOT EXISTS days (day INTEGER PRIMARY KEY, numbered INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS pending (doc INTEGER PRIMARY KEY);        -- not in the full text yet
CREATE TABLE IF NOT EXISTS deferred (article TEXT PRIMARY KEY) WITHOUT ROWID; -- files to be brought in line
CREATE TABLE IF NOT EXISTS rejects (
    page TEXT NOT NULL, fetched INTEGER NOT NULL, portal TEXT, reason TEXT NOT NULL, detail TEXT NOT NULL,
    PRIMARY KEY (page, fetched)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
    report TEXT PRIMARY KEY,         -- file name below reports/
    portal TEXT, spider TEXT, began TEXT, ended TEXT, end TEXT,
    pages INTEGER, stored INTEGER, duplicates INTEGER, rejected INTEGER, failed INTEGER
) WITHOUT ROWID;
"""

# pages in the order of their names where they were published at the same time
_EARLIEST = "ORDER BY published, page, fetched"

Key = tuple[str, int]
"""A fetch: the page, and when (seconds since 1970)."""


class CorpusError(Exception):
    """The index cannot be used; the message is one sentence."""


class Sighting(NamedTuple):
    """What one fetch of one page showed."""

    page: str
    fetched: int
    record: dict[str, Any]


class Index:
    """The tables of one file. Several processes may write to it at once."""

    def __init__(self, path: Path):
        self.path = path
        try:
            if is_cut_off(path):
                raise sqlite3.DatabaseError("the file is cut off")
            self.db = open_database(path, _SCHEMA + fulltext.SCHEMA + reprints.SCHEMA, SCHEMA_VERSION)
            widen(self.db)
            fulltext.configure(self.db)
        except (OSError, sqlite3.Error) as error:
            raise CorpusError(say_unusable(path, error)) from error

    def close(self) -> None:
        self.db.close()

    def together(self) -> AbstractContextManager[None]:
        """All or nothing: what is written inside is committed at the end. Other writers wait."""
        return together(self.db)

    # --- sightings --------------------------------------------------------------------------------------------------

    def add_sighting(self, key: Key, article: str, record: dict[str, Any]) -> None:
        published = seconds(record["published_at"]) if record["published_at"] else UNDATED
        place = Place(*key, published, record["portal"])
        self.db.execute(
            "INSERT INTO sightings (key, fetched, article, published, page, portal, record)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                page_number(key[0]),
                key[1],
                article_number(article),
                published,
                key[0],
                record["portal"],
                pack_record(record, place),
            ),
        )

    def forget(self, key: Key) -> None:
        """Takes back what one fetch showed."""
        self.db.execute("DELETE FROM rejects WHERE page = ? AND fetched = ?", key)
        self.db.execute("DELETE FROM sightings WHERE key = ? AND fetched = ?", (page_number(key[0]), key[1]))

    def is_fetch_known(self, key: Key) -> bool:
        query = "SELECT 1 FROM sightings WHERE key = ? AND fetched = ?"
        return bool(self.db.execute(query, (page_number(key[0]), key[1])).fetchone())

    def first_sighting(self, article: str) -> Key | None:
        """The fetch that the article's fields come from: the earliest publication."""
        query = f"SELECT page, fetched FROM sightings WHERE article = ? {_EARLIEST} LIMIT 1"
        row = self.db.execute(query, (article_number(article),)).fetchone()
        return (row["page"], row["fetched"]) if row else None

    def is_seen_more_often(self, article: str, count: int) -> bool:
        query = "SELECT 1 FROM sightings WHERE article = ? LIMIT 1 OFFSET ?"
        return bool(self.db.execute(query, (article_number(article), count)).fetchone())

    def sightings(self, article: str) -> list[Sighting]:
        """The earliest publication first. Records are without the content hash."""
        rows = self.db.execute(
            f"SELECT page, fetched, published, portal, record FROM sightings WHERE article = ? {_EARLIEST}",
            (article_number(article),),
        )
        return [Sighting(row[0], row[1], unpack_record(row[4], article, Place(*row[:4]))) for row in rows]

    def fetches_of_pages(self, article: str) -> list[tuple[str, int, str]]:
        """All fetches (page, when, article) of the pages where an article was seen, in the order of time."""
        rows = self.db.execute(
            "SELECT page, fetched, article FROM sightings"
            " WHERE key IN (SELECT key FROM sightings WHERE article = ?) ORDER BY page, fetched",
            (article_number(article),),
        )
        return [(row[0], row[1], article_id(row[2])) for row in rows]

    def articles_of_page(self, page: str) -> list[str]:
        """What a page showed, fetch after fetch."""
        query = "SELECT article FROM sightings WHERE key = ? ORDER BY fetched"
        return [article_id(row["article"]) for row in self.db.execute(query, (page_number(page),))]

    # --- articles ---------------------------------------------------------------------------------------------------

    def article(self, id_: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.db.execute("SELECT * FROM articles WHERE id = ?", (id_,)).fetchone()
        return row

    def has(self, id_: str) -> bool:
        return bool(self.db.execute("SELECT 1 FROM articles WHERE id = ?", (id_,)).fetchone())

    def numbered(self, doc: int) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.db.execute("SELECT * FROM articles WHERE doc = ?", (doc,)).fetchone()
        return row

    def ids_from(self, start: str) -> list[str]:
        """Ids that begin so, two at most."""
        query = "SELECT id FROM articles WHERE id >= ? AND id < ? ORDER BY id LIMIT 2"
        return [row["id"] for row in self.db.execute(query, (start, start + "g"))]

    def newest(self, portal: str | None = None) -> Iterator[sqlite3.Row]:
        """All articles, or those of a portal, the newest first."""
        query = "SELECT * FROM articles WHERE ?1 IS NULL OR portal = ?1 ORDER BY published_at DESC, id"
        return iter(self.db.execute(query, (portal,)))

    def in_order_of_time(self) -> Iterator[sqlite3.Row]:
        """All articles, the earliest publication first, undated ones last; the same corpus gives the same order."""
        query = "SELECT id, portal, published_at, source, superseded FROM articles"
        return iter(self.db.execute(f"{query} ORDER BY published_at IS NULL, published_at, id"))

    def count(self) -> int:
        return int(self.db.execute("SELECT count(*) FROM articles").fetchone()[0])

    def count_places(self) -> int:
        return int(self.db.execute("SELECT coalesce(sum(places), 0) FROM articles").fetchone()[0])

    def write_article(self, row: sqlite3.Row | None, fields: dict[str, Any], **counts: int) -> None:
        """Brings an article's row in line with its fields. `row` is what stands there now."""
        columns = {name: fields[name] for name in ("portal", "title", "source", "published_at")}
        columns["published_from"] = fields["published_from"] and str(fields["published_from"])
        columns |= {name: "、".join(fields[name]) or None for name in ("authors", "editors")}
        columns["section"] = " > ".join(fields["section"]) or None
        columns |= counts
        words = ("title", "source", "portal")
        if (
            row is None
            or published_day(row["published_at"]) != published_day(fields["published_at"])
            or any(row[name] != columns[name] for name in words)
        ):
            columns["doc"] = self._number(published_day(fields["published_at"]))
            self.db.execute("INSERT INTO pending (doc) VALUES (?)", (columns["doc"],))
            if row:  # what is in the full text of before stays there, and is nobody's
                self.db.execute("DELETE FROM pending WHERE doc = ?", (row["doc"],))
        if row is None:
            columns["id"] = fields["id"]
            marks = ", ".join("?" * len(columns))
            self.db.execute(f"INSERT INTO articles ({', '.join(columns)}) VALUES ({marks})", [*columns.values()])
        elif any(row[name] != value for name, value in columns.items()):
            changes = ", ".join(f"{name} = ?" for name in columns)
            self.db.execute(f"UPDATE articles SET {changes} WHERE id = ?", [*columns.values(), fields["id"]])

    def drop_article(self, row: sqlite3.Row) -> None:
        self.db.execute("DELETE FROM pending WHERE doc = ?", (row["doc"],))
        self.db.execute("DELETE FROM articles WHERE id = ?", (row["id"],))

    def _number(self, day: int) -> int:
        """A number for an article of this day, in the order of days; undated ones come before all. A number is not
        used again: the words of the article that had it may still be in the full text."""
        (numbered,) = self.db.execute(
            "INSERT INTO days (day, numbered) VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET numbered = numbered + 1"
            " RETURNING numbered",
            (day,),
        ).fetchone()
        return day * DAY + int(numbered) if numbered < DAY or day == -DAY else self._number(-DAY)

    def number_before(self, number: int, count: int) -> int:
        """The number from which about so many articles lie below another one; below all where there are fewer."""
        cursor = self.db.cursor()
        cursor.row_factory = None  # thousands of days, and tuples are four times as fast
        query = "SELECT day, numbered FROM days WHERE day <= ? ORDER BY day DESC"
        for day, numbered in cursor.execute(query, (min(number // DAY, DAY),)):
            numbered = min(numbered, number - day * DAY)
            if numbered >= count:
                return int(day * DAY + numbered - count)
            count -= numbered
        return -DAY * DAY

    # --- full text --------------------------------------------------------------------------------------------------

    def pending(self, limit: int) -> list[sqlite3.Row]:
        """Articles whose words are not in the full text yet."""
        return self.db.execute(
            "SELECT articles.* FROM pending CROSS JOIN articles USING (doc) ORDER BY doc LIMIT ?", (limit,)
        ).fetchall()

    def take_in(self, rows: Iterable[tuple[sqlite3.Row, str]]) -> None:
        """Puts the words of articles, with their texts, into the full text."""
        rows = list(rows)
        fulltext.add(self.db, rows)
        self.db.executemany("DELETE FROM pending WHERE doc = ?", [(row["doc"],) for row, _ in rows])

    # --- articles whose files are brought in line later ---------------------------------------------------------------

    def defer(self, article: str) -> None:
        self.db.execute("INSERT INTO deferred (article) VALUES (?) ON CONFLICT DO NOTHING", (article,))

    def deferred(self) -> list[str]:
        return [row["article"] for row in self.db.execute("SELECT article FROM deferred")]

    def settle(self, article: str) -> None:
        self.db.execute("DELETE FROM deferred WHERE article = ?", (article,))

    # --- rejects and runs -------------------------------------------------------------------------------------------

    def reject(self, key: Key, portal: str | None, reason: str, detail: str) -> None:
        self.db.execute(
            "INSERT INTO rejects (page, fetched, portal, reason, detail) VALUES (?, ?, ?, ?, ?)",
            (*key, portal, reason, detail),
        )

    def rejects_of_page(self, page: str) -> list[sqlite3.Row]:
        return self.db.execute("SELECT * FROM rejects WHERE page = ? ORDER BY fetched", (page,)).fetchall()

    def read_reports(self, folder: Path) -> None:
        """Takes in the reports of runs that are not known yet. A report that cannot be read is left out."""
        known = {row["report"] for row in self.db.execute("SELECT report FROM runs")}
        if rows := read_runs(folder, known):
            with self.together():
                marks = ", ".join("?" * len(rows[0]))
                self.db.executemany(f"INSERT INTO runs VALUES ({marks}) ON CONFLICT DO NOTHING", rows)


def read_rejects(db: sqlite3.Connection) -> list[tuple[str, int, str | None, str, str]]:
    """The rejects (page, fetched, portal, reason, detail) of an index, also one written by version 1 of this program.
    Raises sqlite3.DatabaseError where they cannot be read."""
    when = "fetched"
    if db.execute("PRAGMA user_version").fetchone()[0] == 1:
        when = "CASE fetched_at WHEN '' THEN 0 ELSE CAST(strftime('%s', fetched_at) AS INTEGER) END"
    return [tuple(row) for row in db.execute(f"SELECT page, {when}, portal, reason, detail FROM rejects")]


def say_unusable(path: Path, error: Exception) -> str:
    advice = f"; 'scrapy index --rebuild' makes it anew from {path.parent / 'corpus'}" if is_foreign(error) else ""
    return f"cannot use {path}: {error}{advice}"
