"""The sketches of all articles, and who has which key: where the index of reprints looks for candidates."""

import sqlite3
from collections.abc import Collection
from functools import cache
from struct import Struct
from typing import NamedTuple

from cleaners.sketch import key_count, sketch_folded

SCHEMA = """
CREATE TABLE IF NOT EXISTS sketches (
    article INTEGER PRIMARY KEY,     -- the id's 64 bits, signed
    hashes BLOB NOT NULL,            -- ascending, 5 bytes each, the highest first
    keyed INTEGER NOT NULL           -- so many of them, the first ones, made the keys
);
CREATE TABLE IF NOT EXISTS sketch_keys ( -- key: the lowest 32 bits of a hash, signed
    key INTEGER, article INTEGER, PRIMARY KEY (key, article)
) WITHOUT ROWID;
"""
_HASH_BYTES = 5
_KEPT = 65536
"""Sketches kept at hand, packed, 200 bytes each: those of a crowded key are asked for by every article that has it."""
_AT_ONCE = 256
"""Sketches asked for by one statement."""


class Sketch(NamedTuple):
    """What is known of a text without reading it."""

    packed: bytes
    """The hashes, ascending, five bytes each, the highest first: so bytes have the order of the numbers."""
    keyed: int
    """So many of them, the first ones, made the keys."""

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """Ascending."""
        return _hashes(len(self.packed) // _HASH_BYTES).unpack(self.packed)

    @property
    def keys(self) -> tuple[int, ...]:
        """By these it is found: the lowest 32 bits of each of the first hashes, as a signed number of four bytes."""
        # the smallest of a thousand hashes spread over 33 bits: hardly two of a million articles meet in the lower 32
        return _keys(self.keyed).unpack_from(self.packed)


def make_sketch(folded: str) -> Sketch:
    """The sketch of a text that `fold_text` made."""
    hashes = sketch_folded(folded)
    packed = b"".join([value.to_bytes(_HASH_BYTES, "big") for value in hashes])
    return Sketch(packed, min(len(hashes), key_count(len(folded))))


@cache
def _hashes(count: int) -> Struct:
    return Struct(f"{_HASH_BYTES}s" * count)


@cache
def _keys(count: int) -> Struct:
    return Struct(">" + f"{_HASH_BYTES - 4}xi" * count)


class SketchTable:
    """Articles are named by numbers of 64 bits. Nothing is committed here."""

    def __init__(self, db: sqlite3.Connection):
        self._cursor = db.cursor()
        self._cursor.row_factory = None  # tuples
        self._kept: dict[int, tuple[bytes, int]] = {}  # plain tuples: the collector of garbage forgets them

    def get(self, article: int) -> Sketch | None:
        return self.several([article]).get(article)

    def several(self, articles: Collection[int]) -> dict[int, Sketch]:
        """The sketches of articles, without those that have none."""
        # a sketch follows from the id: what is kept cannot be outdated, only taken out by another process
        found = {article: kept for article in articles if (kept := self._kept.get(article))}
        missing = [article for article in articles if article not in found]
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            part += part[-1:] * (_round_up(len(part)) - len(part))  # so that a few statements serve all
            query = f"SELECT article, hashes, keyed FROM sketches WHERE article IN ({', '.join('?' * len(part))})"
            for article, hashes, keyed in self._cursor.execute(query, part).fetchall():
                found[article] = self._keep(article, (hashes, keyed))
        return {article: Sketch._make(sketch) for article, sketch in found.items()}

    def has(self, article: int) -> bool:
        return self._cursor.execute("SELECT 1 FROM sketches WHERE article = ?", (article,)).fetchone() is not None

    def articles(self) -> set[int]:
        return {row[0] for row in self._cursor.execute("SELECT article FROM sketches").fetchall()}

    def insert(self, article: int, sketch: Sketch) -> None:
        self._cursor.execute("INSERT INTO sketches (article, hashes, keyed) VALUES (?, ?, ?)", (article, *sketch))
        self._cursor.executemany(
            "INSERT INTO sketch_keys (key, article) VALUES (?, ?)", [(key, article) for key in sorted(set(sketch.keys))]
        )
        self._keep(article, (sketch.packed, sketch.keyed))

    def delete(self, article: int, sketch: Sketch) -> None:
        self._cursor.execute("DELETE FROM sketches WHERE article = ?", (article,))
        self._cursor.executemany(
            "DELETE FROM sketch_keys WHERE key = ? AND article = ?", [(key, article) for key in sketch.keys]
        )
        self._kept.pop(article, None)

    def lowest(self, keys: Collection[int], count: int) -> dict[int, list[int]]:
        """For each key the lowest ids that have it, ascending, no more than so many."""
        if not keys:
            return {}
        one = f"SELECT * FROM (SELECT key, article FROM sketch_keys WHERE key = ? ORDER BY article LIMIT {count:d})"
        found: dict[int, list[int]] = {key: [] for key in keys}
        for key, article in self._cursor.execute(" UNION ALL ".join([one] * len(keys)), tuple(keys)).fetchall():
            found[key].append(article)
        return found

    def sharing(self, key: int, others: Collection[int]) -> list[int]:
        """All that have a key and one of the others besides."""
        if not others:
            return []
        marks = ", ".join("?" * len(others))
        rows = self._cursor.execute(
            "SELECT article FROM sketch_keys AS one WHERE key = ? AND EXISTS"
            f" (SELECT 1 FROM sketch_keys AS two WHERE two.article = one.article AND two.key IN ({marks}))",
            (key, *others),
        ).fetchall()
        return [row[0] for row in rows]

    def _keep(self, article: int, sketch: tuple[bytes, int]) -> tuple[bytes, int]:
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        self._kept[article] = sketch
        return sketch


def _round_up(count: int) -> int:
    """The next power of two."""
    return 1 << (count - 1).bit_length()
