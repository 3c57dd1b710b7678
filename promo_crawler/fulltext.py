"""Full text of the index (SQLite FTS5): one Han character one token, so that words of two characters are phrases.

What is indexed is folded character by character (width, case, script), and so is what is asked for: 招商引資 finds
招商引资, whatever spelling the corpus keeps. The tables keep no text. They are only added to: the words of an
article that was withdrawn or got another headline stay, under a number that no article has any more.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cleaners.script import character_variants
from promo_crawler.names import folder_name

_TOKENS = "content='', tokenize='ascii'"  # all that is no ASCII is of some word: `spaced` has seen to the rest
SCHEMA = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (title, body, source, portal, {_TOKENS});
CREATE VIRTUAL TABLE IF NOT EXISTS headlines USING fts5 (title, source, portal, {_TOKENS});
"""
_SETTINGS = {"hashsize": 16 << 20, "automerge": 8}
"""Bytes of memory that FTS5 collects postings in before it writes them; pieces of one size that it makes one of: the
usual four take a quarter more time."""


class Bounds(NamedTuple):
    """Numbers of articles, both included."""

    low: int = -(1 << 62)
    high: int = 1 << 62


def configure(db: sqlite3.Connection) -> None:
    for table in ("words", "headlines"):
        known = {row[0]: row[1] for row in db.execute(f"SELECT k, v FROM {table}_config")}
        for name, value in _SETTINGS.items():
            if known.get(name) != value:
                db.execute(f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)", (name, value))


def add(db: sqlite3.Connection, rows: list[tuple[sqlite3.Row, str]]) -> None:
    """Adds articles (their rows, in the order of `doc`) with their texts."""
    split = [
        (row["doc"], spaced(row["title"]), spaced(text), spaced(row["source"]), portal_token(row["portal"]))
        for row, text in rows
    ]
    db.executemany("INSERT INTO words (rowid, title, body, source, portal) VALUES (?, ?, ?, ?, ?)", split)
    heads = [(doc, title, source, portal) for doc, title, _, source, portal in split]
    db.executemany("INSERT INTO headlines (rowid, title, source, portal) VALUES (?, ?, ?, ?)", heads)


def spaced(text: str | None) -> str:
    """The words of a text as they are indexed: folded, Han characters apart, all signs spaces."""
    if not text:
        return ""
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text):  # rare characters, beyond the table
        return text.translate(_SPACED)
    words = text.translate(_TABLE)
    if _UNSEEN in words:
        for char in set(text):
            _TABLE[ord(char)] = _SPACED[ord(char)]
        words = text.translate(_TABLE)
    return words


def folded(text: str) -> str:
    """The same folding, one character for one, so that places in the text stay what they are."""
    return text.translate(_FOLDED)


def portal_token(portal: str | None) -> str:
    return f"p{folder_name(portal).encode().hex()}"


def match_words(phrases: Iterable[str], column: str = "") -> str:
    """An FTS5 query: all of the phrases (each as `spaced`), in one column or any."""
    query = " AND ".join(f'"{phrase}"' for phrase in phrases)
    return f"{{{column}}} : ({query})" if column else query


def find_newest(db: sqlite3.Connection, table: str, match: str, bounds: Bounds, old_versions: bool) -> Iterator[int]:
    """Numbers of the hits, the newest publications first. The next one is looked for when it is asked for; before the
    first one FTS5 passes by all that is newer than the bounds."""
    return _find(db, table, match, bounds, old_versions, "DESC")


def find_between(db: sqlite3.Connection, match: str, bounds: Bounds, old_versions: bool) -> list[int]:
    """The same, of the table `words`, all at once. FTS5 leaps to the lower bound, wherever it lies."""
    return [*_find(db, "words", match, bounds, old_versions, "ASC")][::-1]


def _find(
    db: sqlite3.Connection, table: str, match: str, bounds: Bounds, old_versions: bool, order: str
) -> Iterator[int]:
    rows = db.execute(
        f"SELECT {table}.rowid FROM {table} CROSS JOIN articles ON articles.doc = {table}.rowid"
        f" WHERE {table} MATCH ? AND {table}.rowid BETWEEN ? AND ? AND articles.superseded <= ?"
        f" ORDER BY {table}.rowid {order}",
        (match, *bounds, int(old_versions)),
    )
    return (row[0] for row in rows)


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char >= "\U00020000" or char == "〇"


_ACCENTS_RE = re.compile("[\u0300-\u036f]")


class _Folded(dict[int, str]):
    """A character to its narrow, small, Simplified form without accents, where that is one character."""

    def __missing__(self, code: int) -> str:
        narrow = unicodedata.normalize("NFKC", chr(code)).lower().translate(character_variants())
        plain = _ACCENTS_RE.sub("", unicodedata.normalize("NFD", narrow))
        self[code] = next((each for each in (plain, narrow) if len(each) == 1), chr(code))
        return self[code]


class _Spaced(dict[int, str]):
    """A character to what is indexed of it."""

    def __missing__(self, code: int) -> str:
        char = _FOLDED[code]
        self[code] = " " if not char.isalnum() else f" {char} " if is_han(char) else char
        return self[code]


_FOLDED = _Folded()
_SPACED = _Spaced()
_UNSEEN = "\uffff"
_TABLE = [_UNSEEN] * 0x10000
"""What of `_SPACED` was asked for: a list is looked into in two thirds of the time, and does not tell what it lacks."""
