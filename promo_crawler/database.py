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


def open_to_replace(path: Path) -> sqlite3.Connection | None:
    """A database that is about to be replaced, with all other writers kept out; None where there is none that can be
    read. Raises sqlite3.OperationalError while another process writes."""
    if not path.exists():
        return None
    db = sqlite3.connect(path, timeout=1, isolation_level=None)
    try:
        db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.DatabaseError as error:
        db.close()
        if isinstance(error, sqlite3.OperationalError):
            raise
        return None
    return db


def close_to_replace(path: Path, db: sqlite3.Connection | None) -> None:
    """Leaves nothing beside a database (its log would be taken for that of the file that replaces it). Raises
    sqlite3.OperationalError while another process has it open."""
    if db:
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode=DELETE")
        db.close()
    for leftover in ("-wal", "-shm"):
        path.with_name(path.name + leftover).unlink(missing_ok=True)


def make_whole(db: sqlite3.Connection) -> None:
    """Brings all that was written into the one file, which can be moved then."""
    db.execute("PRAGMA journal_mode=DELETE")


def hurry(db: sqlite3.Connection) -> None:
    """Writes without waiting for the disk: for a file that a power cut may spoil."""
    db.execute("PRAGMA synchronous=OFF")


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
