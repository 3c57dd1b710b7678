"""The sketches of all articles, and who has which key: where the index of reprints looks for candidates."""

import sqlite3
from collections import OrderedDict
from collections.abc import Collection
from typing import NamedTuple

from cleaners.sketch import key_count, sketch_folded

SCHEMA = """
CREATE TABLE IF NOT EXISTS sketches (
    article INTEGER PRIMARY KEY,     -- the id's 64 bits, signed
    hashes BLOB NOT NULL,            -- ascending, 5 bytes each
    keyed INTEGER NOT NULL           -- so many of them, the first ones, made the keys
);
CREATE TABLE IF NOT EXISTS sketch_keys ( -- key: the lowest 32 bits of a hash, signed, so that it takes four bytes
    key INTEGER, article INTEGER, PRIMARY KEY (key, article)
) WITHOUT ROWID;
"""
_HASH_BYTES = 5
_KEPT = 32768
"""Sketches kept at hand, two kilobytes each: those of a crowded key are asked for by every article that has it."""


class Sketch(NamedTuple):
    """What is known of a text without reading it."""

    hashes: tuple[int, ...]
    """Ascending."""
    keyed: int
    """So many of them, the first ones, made the keys."""
    keys: frozenset[int]
    """By these it is found."""


def make_sketch(folded: str) -> Sketch:
    """The sketch of a text that `fold_text` made."""
    hashes = sketch_folded(folded)
    return _with_keys(hashes, min(len(hashes), key_count(len(folded))))


def _with_keys(hashes: tuple[int, ...], keyed: int) -> Sketch:
    # the smallest of a thousand hashes spread over 33 bits, so hardly two of a million articles meet in the lower 32
    return Sketch(hashes, keyed, frozenset([(value & 0xFFFFFFFF) - 0x80000000 for value in hashes[:keyed]]))


class SketchTable:
    """Articles are named by numbers of 64 bits. Nothing is committed here."""

    def __init__(self, db: sqlite3.Connection):
        self._cursor = db.cursor()
        self._cursor.row_factory = None  # tuples
        self._kept: OrderedDict[int, Sketch] = OrderedDict()

    def get(self, article: int) -> Sketch | None:
        # a sketch follows from the id: what is kept cannot be outdated, only taken out by another process
        if (kept := self._kept.get(article)) is not None:
            return kept
        row = self._cursor.execute("SELECT hashes, keyed FROM sketches WHERE article = ?", (article,)).fetchone()
        if row is None:
            return None
        return self._keep(article, _with_keys(_unpack(row[0]), row[1]))

    def has(self, article: int) -> bool:
        return self._cursor.execute("SELECT 1 FROM sketches WHERE article = ?", (article,)).fetchone() is not None

    def articles(self) -> set[int]:
        return {row[0] for row in self._cursor.execute("SELECT article FROM sketches").fetchall()}

    def insert(self, article: int, sketch: Sketch) -> None:
        self._cursor.execute(
            "INSERT INTO sketches (article, hashes, keyed) VALUES (?, ?, ?)",
            (article, _pack(sketch.hashes), sketch.keyed),
        )
        self._cursor.executemany(
            "INSERT INTO sketch_keys (key, article) VALUES (?, ?)", [(key, article) for key in sorted(sketch.keys)]
        )
        self._keep(article, sketch)

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
        marks = ", ".join("?" * len(others))
        rows = self._cursor.execute(
            "SELECT article FROM sketch_keys AS one WHERE key = ? AND EXISTS"
            f" (SELECT 1 FROM sketch_keys AS two WHERE two.article = one.article AND two.key IN ({marks}))",
            (key, *others),
        ).fetchall()
        return [row[0] for row in rows]

    def _keep(self, article: int, sketch: Sketch) -> Sketch:
        self._kept[article] = sketch
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return sketch


def _pack(hashes: tuple[int, ...]) -> bytes:
    return b"".join([value.to_bytes(_HASH_BYTES, "little") for value in hashes])


def _unpack(packed: bytes) -> tuple[int, ...]:
    """The hashes, at the speed of copying: five bytes each, spread over eight."""
    spread = bytearray(len(packed) // _HASH_BYTES * 8)
    for place in range(_HASH_BYTES):
        spread[place::8] = packed[place::_HASH_BYTES]
    return tuple(memoryview(spread).cast("Q"))
