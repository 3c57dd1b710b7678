"""Opening an SQLite file that several processes write to: what corpus.py and frontier.py share."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_database(path: Path, schema: str, version: int) -> sqlite3.Connection:
    """The database with its tables, in autocommit mode. Raises OSError or sqlite3.Error for what is none, and
    sqlite3.DatabaseError for a file of another version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=60, isolation_level=None)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    found = db.execute("PRAGMA user_version").fetchone()[0]
    if found not in (0, version):
        raise sqlite3.DatabaseError(f"written by version {found} of this program, this one writes {version}")
    db.executescript(schema)
    db.execute(f"PRAGMA user_version={version}")
    return db


def is_foreign(error: Exception) -> bool:
    """Whether the file itself is wrong (no database, another version), and not the disk or a lock."""
    return type(error) is sqlite3.DatabaseError


@contextmanager
def together(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: what is written inside is committed at the end. Other writers wait."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
