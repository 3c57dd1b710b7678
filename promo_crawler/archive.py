"""Raw pages on disk: append and read. What a record looks like, warc.py knows.

    data/raw/<portal>/<portal>-<UTC time>-<process>.warc.gz

Each crawl writes a file of its own, one gzip member a record. While a crawl writes, its file ends in `.open` and is
locked; what a killed crawl left is mended by the next one, so that a `*.warc.gz` is always whole.
"""

import fcntl
import io
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from promo_crawler.gzip_members import find_member, find_torn_end, read_members
from promo_crawler.names import folder_name
from promo_crawler.warc import (
    MAX_BODY,
    UNREADABLE,
    WARC,
    ArchivedPage,
    Exchange,
    Found,
    Record,
    iterate_records,
    pack_info,
    pack_page,
    parse_fields,
    read_response,
)

__all__ = [
    "Archive",
    "ArchiveError",
    "ArchivedPage",
    "Exchange",
    "Found",
    "Location",
    "PartPlace",
    "list_parts",
    "mend_left_open",
    "read_page",
    "read_pages",
]

logger = logging.getLogger(__name__)

OPEN_SUFFIX = ".open"
_REQUEST_RE = re.compile(rb"WARC/[^\n]*\n(?:[^\r\n]+\r?\n)*?WARC-Type: request\r?\n")


class ArchiveError(Exception):
    """A file that is no WARC, or a place in it that cannot be read; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a page lies: file relative to the archive's root (without `.open`), offset of its first record."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class PartPlace:
    """Where a later page of a multi-page article lies."""

    url: str
    fetched_at: datetime
    path: Path
    offset: int


class Archive:
    """The archive of one crawl: a new file under `root/<portal>`, made at the first page."""

    def __init__(self, root: Path, portal: str, info: Mapping[str, str] | None = None):
        self.root = root
        self.folder = root / folder_name(portal)
        self.info = dict(info or {})
        self._file: io.FileIO | None = None
        self._path: Path | None = None

    def append(self, exchange: Exchange, found: Found) -> Location:
        """Writes one page and returns where. Raises OSError when it cannot; the file then ends as before."""
        return self.append_packed(pack_page(exchange, found))

    def append_packed(self, records: bytes) -> Location:
        """`append`, for what `pack_page` gave."""
        if self._file is None:
            self._start()
        assert self._file is not None
        assert self._path is not None
        offset = self._write(records)
        return Location(self._path.relative_to(self.root).as_posix().removesuffix(OPEN_SUFFIX), offset)

    def close(self) -> None:
        if self._file is None or self._path is None:
            return
        os.fsync(self._file.fileno())
        self._path.rename(self._path.with_suffix(""))
        self._file.close()
        self._file = None

    def _start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        mend_left_open(self.folder)
        stem = f"{self.folder.name}-{datetime.now(UTC):%Y%m%d%H%M%S}-{os.getpid()}"
        for serial in range(1000):
            path = self.folder / f"{stem}-{serial:03d}.warc.gz{OPEN_SUFFIX}"
            try:
                self._file = path.open("xb", buffering=0)
            except FileExistsError:
                continue
            if not path.with_suffix("").exists():
                break
            self._file.close()
            path.unlink()
        assert self._file is not None
        self._path = path
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._write(pack_info(path.with_suffix("").name, self.info))

    def _write(self, data: bytes) -> int:
        assert self._file is not None
        offset = self._file.seek(0, os.SEEK_END)
        try:
            written = 0
            while written < len(data):
                written += self._file.write(data[written:])
        except OSError:
            self._file.truncate(offset)
            raise
        return offset


def mend_left_open(folder: Path) -> None:
    """Gives the files that killed crawls left in `folder` their final names, a torn last record cut off."""
    for path in sorted(folder.glob(f"*.warc.gz{OPEN_SUFFIX}")):
        with path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue  # a crawl that is still alive
            size = path.stat().st_size
            whole = size if (torn := find_torn_end(file, WARC)) is None else torn
            if whole < size:
                logger.warning("%s: cut off a record torn by a kill, %d bytes", path.name, size - whole)
                file.truncate(whole)
            if whole:
                path.rename(path.with_suffix(""))
            else:
                path.unlink()


def read_page(root: Path, location: Location) -> ArchivedPage:
    """The page that `append` wrote there. Raises ArchiveError when it cannot be read any more."""
    path = root / location.file
    if not path.exists():
        path = path.with_name(path.name + OPEN_SUFFIX)
    with _as_archive_errors(path), path.open("rb") as file:
        page = next(_read_pages(file, path, location.offset), None)
    if isinstance(page, ArchivedPage):
        return page
    raise ArchiveError(f"{location.file}: no page at byte {location.offset}")


def read_pages(path: Path, offset: int = 0) -> Iterator[ArchivedPage]:
    """Every page with a body, in the order of the file, from our archives and other programs' (also uncompressed);
    those from an `offset` on, where a record begins.

    Left out: revisits, records that are not HTTP responses (screenshots, DNS), answers other than 200. Raises
    ArchiveError where the file is no WARC, or is damaged: then after all that can still be read of it, before and
    behind the damage.
    """
    damaged: list[int] = []
    with _as_archive_errors(path), path.open("rb") as file:
        for page in _read_pages(file, path, offset):
            if isinstance(page, ArchivedPage):
                yield page
            else:
                damaged.append(page)
    if damaged:
        places = f"byte {damaged[0]}" if len(damaged) == 1 else f"{len(damaged)} places, the first at byte {damaged[0]}"
        raise ArchiveError(f"{path}: damaged or cut off at {places}")


def _read_pages(file: BinaryIO, path: Path, offset: int) -> Iterator[ArchivedPage | int]:
    """Every page from there on, and the places of what is damaged."""
    metadata: dict[str, str] = {}
    begin: int | None = None
    for place, record in _read_records(file, path, offset, wanted=lambda start: not _REQUEST_RE.match(start)):
        begin = place if begin is None else begin
        if record is None:
            yield place
        elif record.rec_type == "metadata":
            metadata, begin = parse_fields(record.content_stream().read(MAX_BODY)), place
            continue
        elif record.rec_type == "response" and record.http_headers is not None:
            try:
                page = read_response(record, metadata)
            except UNREADABLE:
                yield place
            else:
                if page is not None:
                    yield replace(page, offset=begin)
        elif record.rec_type != "revisit":
            continue
        metadata, begin = {}, None


def list_parts(path: Path) -> list[tuple[str, PartPlace]]:
    """Every later page of a multi-page article in a file: the address of the article's first page, and its place.

    Raises ArchiveError where the file is no WARC; what is damaged is left out, `read_pages` says so.
    """
    parts = []
    with _as_archive_errors(path), path.open("rb") as file:
        for place, record in _read_records(file, path, wanted=lambda start: b"kind: part" in start):
            if record is None or record.rec_type != "metadata":
                continue
            fields = parse_fields(record.content_stream().read(MAX_BODY))
            if fields.get("kind") == "part" and "via" in fields:
                url = record.rec_headers.get_header("WARC-Target-URI")
                stamp = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
                parts.append((fields["via"], PartPlace(url, stamp, path, place)))
    return parts


@contextmanager
def _as_archive_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise ArchiveError(f"{path}: no such file") from None
    except ArchiveError:
        raise
    except (OSError, *UNREADABLE) as error:
        raise ArchiveError(f"{path}: damaged WARC file: {_first_line(error)}") from error


def _read_records(
    file: BinaryIO, path: Path, offset: int = 0, *, wanted: Callable[[bytes], object]
) -> Iterator[tuple[int, Record | None]]:
    """Every record with its place, from there on; None for a stretch of the file that is damaged. Of a compressed file
    those may be left out that are not `wanted` by their first bytes, which saves taking them apart."""
    if not _check_is_warc(file, path):
        file.seek(offset)
        yield from iterate_records(file)
        return
    for member in read_members(file, offset, WARC):
        if not member.is_sound or not member.data.startswith(WARC):
            yield member.offset, None
            continue
        if not wanted(member.data[:4096]):
            continue
        try:
            for _, record in iterate_records(io.BytesIO(member.data)):
                yield member.offset, record
        except UNREADABLE:
            yield member.offset, None


def _check_is_warc(file: BinaryIO, path: Path) -> bool:
    """Whether the WARC file is compressed. Raises ArchiveError for any other file."""
    start = file.read(5)
    if start == WARC:
        return False
    if start.startswith(b"\x1f\x8b") and find_member(file, 0, WARC) is not None:
        return True
    is_other = start.strip() and not start.startswith(b"\x1f\x8b")
    raise ArchiveError(f"{path}: {'not a WARC file' if is_other else 'an empty or damaged file'}")


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
