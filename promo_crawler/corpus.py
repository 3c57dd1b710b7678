"""Articles on disk and their index: each text once, with every place where it was seen.

    data/corpus/<portal>/<year>/<id>.txt    the body, paragraphs one a line
    data/corpus/<portal>/<year>/<id>.json   everything else, with the sightings
    data/index.sqlite                       what is known, where it was seen, what was rejected and why

A sighting is one fetch of one page; it shows one text. The text belongs to its earliest publication: that
sighting gives the headline, the other fields and the folder, so the order of arrival changes nothing.
Reading a fetch again (reprocess) replaces what it showed before.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from cleaners import Article, RawPage, RejectReason
from cleaners.urls import canonical_url
from promo_crawler.database import is_foreign, open_database, together
from promo_crawler.names import folder_name

SCHEMA_VERSION = 1
ID_LENGTH = 16
"""Hex digits of the content hash that name an article: 64 bits, one collision expected at 6 billion texts."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY,             -- first digits of the content hash
    content_hash TEXT NOT NULL UNIQUE,
    portal TEXT, url TEXT, title TEXT, source TEXT,
    published_at TEXT,               -- ISO 8601, +08:00
    path TEXT NOT NULL               -- of the .txt, relative to the corpus folder
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sightings (
    page TEXT NOT NULL,              -- canonical URL, or the name of a text
    fetched_at TEXT NOT NULL,        -- ISO 8601, UTC; empty where nobody recorded it
    article TEXT NOT NULL REFERENCES articles (id),
    published_at TEXT NOT NULL,      -- '9' where unknown, so that it sorts last
    record TEXT NOT NULL,            -- the article's fields as read from this page, JSON
    PRIMARY KEY (page, fetched_at)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sightings_of_article ON sightings (article);
CREATE TABLE IF NOT EXISTS rejects (
    page TEXT NOT NULL, fetched_at TEXT NOT NULL, portal TEXT, reason TEXT NOT NULL, detail TEXT NOT NULL,
    PRIMARY KEY (page, fetched_at)
) WITHOUT ROWID;
"""
_UNDATED = "9"


class CorpusError(Exception):
    """The index cannot be used; the message is one sentence."""


class Corpus:
    """The corpus below one data folder. Several processes may write to it at once."""

    def __init__(self, data_dir: Path):
        self.folder = data_dir / "corpus"
        path = data_dir / "index.sqlite"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._db = open_database(path, _SCHEMA, SCHEMA_VERSION)
        except (OSError, sqlite3.Error) as error:
            advice = f"; delete it and {self.folder}, then reprocess" if is_foreign(error) else ""
            raise CorpusError(f"cannot use {path}: {error}{advice}") from error

    def close(self) -> None:
        self._db.close()

    def has(self, content_hash: str) -> bool:
        return bool(self._db.execute("SELECT 1 FROM articles WHERE content_hash = ?", (content_hash,)).fetchone())

    def add(self, article: Article) -> str:
        """Records that a page shows this text, and writes the text if it is new.

        Returns `stored` for a new text, `duplicate` for a known one seen at a new place, `known` where this place
        showed it before. Raises OSError or sqlite3.Error when it cannot be written; nothing is changed then.
        """
        key = (_page_name(article), _stamp(article.fetched_at))
        id_ = article.content_hash[:ID_LENGTH]
        record = json.dumps(_fields(article), ensure_ascii=False)
        with together(self._db):
            is_new = not self.has(article.content_hash)
            seen_here = self._db.execute("SELECT 1 FROM sightings WHERE article = ? AND page = ?", (id_, key[0]))
            outcome = "stored" if is_new else "known" if seen_here.fetchone() else "duplicate"
            before = self._forget(key)
            if is_new:
                self._db.execute(
                    "INSERT INTO articles (id, content_hash, path) VALUES (?, ?, '')", (id_, article.content_hash)
                )
            self._db.execute(
                "INSERT INTO sightings (page, fetched_at, article, published_at, record) VALUES (?, ?, ?, ?, ?)",
                (*key, id_, _stamp(article.published_at) or _UNDATED, record),
            )
            self._write(id_, key, article.text)
            if before and before != id_:
                self._write(before)
        return outcome

    def reject(self, page: RawPage, reason: RejectReason, detail: str = "") -> None:
        """Records why a page is no article; an article that the same fetch showed under older rules is withdrawn."""
        key = (_canonical(page.url), _stamp(page.fetched_at))
        with together(self._db):
            before = self._forget(key)
            self._db.execute(
                "INSERT INTO rejects (page, fetched_at, portal, reason, detail) VALUES (?, ?, ?, ?, ?)",
                (*key, page.portal, reason.value, detail),
            )
            if before:
                self._write(before)

    def articles(self, portal: str | None = None) -> Iterator[sqlite3.Row]:
        """Rows of the index (id, portal, url, title, source, published_at, path, sightings), newest first."""
        return iter(
            self._db.execute(
                "SELECT a.*, count(DISTINCT s.page) AS sightings FROM articles a JOIN sightings s ON s.article = a.id"
                " WHERE ?1 IS NULL OR portal = ?1 GROUP BY a.id ORDER BY a.published_at DESC, a.id",
                (portal,),
            )
        )

    def _forget(self, key: tuple[str, str]) -> str | None:
        """Takes back what one fetch showed; returns the article it showed."""
        row = self._db.execute("SELECT article FROM sightings WHERE page = ? AND fetched_at = ?", key).fetchone()
        for table in ("sightings", "rejects"):
            self._db.execute(f"DELETE FROM {table} WHERE page = ? AND fetched_at = ?", key)
        return row["article"] if row else None

    def _write(self, id_: str, key: tuple[str, str] | None = None, text: str | None = None) -> None:
        """Brings an article's row and files in line with its sightings. `text` is what the sighting `key` shows."""
        sightings = self._db.execute(
            "SELECT * FROM sightings WHERE article = ? ORDER BY published_at, page, fetched_at", (id_,)
        ).fetchall()
        row = self._db.execute("SELECT path FROM articles WHERE id = ?", (id_,)).fetchone()
        old = self.folder / row["path"] if row["path"] else None
        if not sightings:
            self._db.execute("DELETE FROM articles WHERE id = ?", (id_,))
            _remove(old)
            return
        first = sightings[0]
        fields = json.loads(first["record"])
        year = fields["published_at"][:4] if fields["published_at"] else "undated"
        path = self.folder / folder_name(fields["portal"]) / year / f"{id_}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        has_file = old is not None and old.exists()
        if text is not None and (not has_file or key == (first["page"], first["fetched_at"])):
            _write_file(path, text + "\n")
        elif old is not None and has_file and old != path:
            _write_file(path, old.read_text("utf-8"))
        fields["sightings"] = _places(sightings)
        _write_file(path.with_suffix(".json"), json.dumps(fields, ensure_ascii=False, indent=1) + "\n")
        if old not in (None, path):
            _remove(old)
        self._db.execute(
            "UPDATE articles SET portal = ?, url = ?, title = ?, source = ?, published_at = ?, path = ? WHERE id = ?",
            (
                *(fields[name] for name in ("portal", "url", "title", "source", "published_at")),
                path.relative_to(self.folder).as_posix(),
                id_,
            ),
        )


def _fields(article: Article) -> dict[str, object]:
    """The article without its text, as JSON has it: times ISO 8601, tuples as lists."""
    fields = asdict(article)
    del fields["text"]
    return {"id": article.content_hash[:ID_LENGTH]} | {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()
    }


def _places(sightings: list[sqlite3.Row]) -> list[dict[str, object]]:
    """Each place once, at its first fetch, in the order of publication."""
    places: dict[str, dict[str, object]] = {}
    for row in sightings:
        fields = json.loads(row["record"])
        place = {name: fields[name] for name in ("url", "portal", "title", "published_at", "source", "fetched_at")}
        places.setdefault(row["page"], place)
    return list(places.values())


def _page_name(article: Article) -> str:
    return article.canonical_url or f"text:{article.content_hash[:ID_LENGTH]}"


def _canonical(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError:
        return url


def _stamp(time: datetime | None) -> str:
    return time.isoformat() if time else ""


def _write_file(path: Path, text: str) -> None:
    """Writes a whole file or none: a kill leaves at most a hidden `.tmp`, which the next try replaces."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_text(text, "utf-8", newline="\n")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _remove(path: Path | None) -> None:
    if path is not None:
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)
