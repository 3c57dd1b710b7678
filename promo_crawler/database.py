"""Opening an SQLite file that several processes write to: what corpus.py and frontier.py share."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_database(path: Path, schema: str, version: int) -> sqlite3.Connection:
    """The database with its tables, in autocommit mode. Raises OSError or sqlite3.Error for what is none, and
    sqlite3.DatabaseError for a file of another version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # one thread at a time, not always the one that opened it
    db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    found = db.execute("PRAGMA user_version").fetchone()[0]
    if found not in (0, version):
        raise sqlite3.DatabaseError(f"written by version {found} of this program, this one writes {version}")
    db.executescript(schema)
    db.execute(f"PRAGMA user_version={version}")
    return db


def is_cut_off(path: Path) -> bool:
    """Whether a database file is shorter than its own header says."""
    for wait in (0.0, 0.3):  # another process may be writing the pages back just now
        time.sleep(wait)
        try:
            with path.open("rb") as file:
                header = file.read(100)
        except FileNotFoundError:
            return False
        page_size = int.from_bytes(header[16:18], "big")
        pages = int.from_bytes(header[28:32], "big") if header[24:28] == header[92:96] else 0
        if len(header) < 100 or path.stat().st_size >= pages * (65536 if page_size == 1 else page_size):
            return False
    return True


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


def widen(db: sqlite3.Connection) -> None:
    """Keeps more of a large file in memory, writes its log back in larger pieces (kilobytes; pages), and leaves what
    was deleted as it is: some builds of SQLite write zeros over it, which the merges of a full text pay for."""
    db.execute("PRAGMA cache_size=-32768")
    db.execute("PRAGMA wal_autocheckpoint=4000")
    db.execute("PRAGMA secure_delete=OFF")


def compact(db: sqlite3.Connection) -> None:
    """Writes the file anew without the gaps that keys in random order leave; needs as much room again meanwhile. Raises
    sqlite3.OperationalError while another process uses it."""
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def hurry(db: sqlite3.Connection) -> None:
    """Writes without waiting for the disk: for a file that a power cut may spoil."""
    db.execute("PRAGMA synchronous=OFF")


@contextmanager
def together(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: what is written inside is committed at the end. Other writers wait. Inside of another one it is
    all or nothing by itself, and committed with the other."""
    is_inner = db.in_transaction
    begin, end, back = (
        ("SAVEPOINT step", "RELEASE step", "ROLLBACK TO step")
        if is_inner
        else ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
    )
    db.execute(begin)
    try:
        yield
    except BaseException:
        if db.in_transaction:  # where the disk is full, SQLite has rolled back itself
            db.execute(back)
            if is_inner:
                db.execute(end)
        raise
    db.execute(end)
