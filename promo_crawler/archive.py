"""Raw pages on disk as WARC 1.1: append and read. Nothing else in the project knows the format.

    data/raw/<portal>/<portal>-<UTC time>-<process>.warc.gz

Each crawl writes a file of its own, one gzip member a record. A page is three records: `metadata` (how the page
was found: portal, spider, kind, via, listed-title, listed-at), `request` and `response`; an answer 304 is a
`revisit`. While a crawl writes, its file ends in `.open` and is locked; what a killed crawl left is mended by the
next one, so that a `*.warc.gz` is always whole. Format: ISO 28500, https://iipc.github.io/warc-specifications/.

Not archived, on purpose: headers that hold cookies or credentials, and `user:password@` in addresses.
"""

import fcntl
import io
import logging
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit, urlunsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from cleaners import RawPage
from promo_crawler.gzip_members import find_member, find_torn_end, read_members
from promo_crawler.names import folder_name

try:
    import brotli  # what warcio unpacks `Content-Encoding: br` of other programs' archives with, if it is there
except ImportError:
    brotli = None

logger = logging.getLogger(__name__)

OPEN_SUFFIX = ".open"
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
# the body is stored as Scrapy hands it on: content and transfer encoding undone
_ENCODING_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "set-cookie2", "authentication-info"}
)
"""What a server or a proxy of the operator may tell its clients apart by: archives are given away."""
_PASSWORD_RE = re.compile(r"(?<=://)[^/?#@\s]*@")
MAX_BODY = 16 << 20
"""Bytes of a page that are read at most; the cleaners reject what is that large."""
_WARC = b"WARC/"

# what warcio lets through of a record that is not what it says
_UNREADABLE = (
    *(ArchiveLoadFailed, EOFError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError, zlib.error),
    *((brotli.error,) if brotli is not None else ()),
)

Headers = Iterable[tuple[str, str]]


class ArchiveError(Exception):
    """A file that is no WARC, or a place in it that cannot be read; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a page lies: file relative to the archive's root (without `.open`), offset of its first record."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Found:
    """How a page was found, so that reading it again from the archive gives the same as the crawl."""

    portal: str
    spider: str = ""
    """Scrapy name of the spider whose rules read the page; differs from the portal for platform spiders."""
    kind: str = ""
    """`article`, `list` or `part`, as the crawl took it; empty in archives of other programs."""
    via: str | None = None
    """The page that linked here; of a part, the first page of its article."""
    listed_title: str | None = None
    listed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response as they went over the wire, content encoding undone."""

    url: str
    status: int
    fetched_at: datetime
    request_headers: Headers = ()
    response_headers: Headers = ()
    body: bytes = b""
    http_version: str = "HTTP/1.1"


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """One page read back."""

    page: RawPage
    found: Found
    status: int


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
        self.portal = portal
        self.info = dict(info or {})
        self._file: io.FileIO | None = None
        self._path: Path | None = None

    def append(self, exchange: Exchange, found: Found) -> Location:
        """Writes one page and returns where. Raises OSError when it cannot; the file then ends as before."""
        if self._file is None:
            self._start()
        assert self._file is not None
        assert self._path is not None
        offset = self._write(_page_records(exchange, found))
        return Location(self._path.relative_to(self.root).as_posix().removesuffix(OPEN_SUFFIX), offset)

    def close(self) -> None:
        if self._file is None or self._path is None:
            return
        os.fsync(self._file.fileno())
        self._path.rename(self._path.with_suffix(""))
        self._file.close()
        self._file = None

    def _start(self) -> None:
        folder = self.root / folder_name(self.portal)
        folder.mkdir(parents=True, exist_ok=True)
        mend_left_open(folder)
        stem = f"{folder.name}-{datetime.now(UTC):%Y%m%d%H%M%S}-{os.getpid()}"
        for serial in range(1000):
            path = folder / f"{stem}-{serial:03d}.warc.gz{OPEN_SUFFIX}"
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
        self._write(_info_record(path.with_suffix("").name, self.info))

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
            whole = size if (torn := find_torn_end(file, _WARC)) is None else torn
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
    for page in read_pages(path, location.offset):
        return page
    raise ArchiveError(f"{location.file}: no page at byte {location.offset}")


def read_pages(path: Path, offset: int = 0) -> Iterator[ArchivedPage]:
    """Every page with a body, in the order of the file, from our archives and other programs' (also uncompressed).

    Left out: revisits, records that are not HTTP responses (screenshots, DNS), answers other than 200. Raises
    ArchiveError where the file is no WARC or is damaged: from the start of a file, after all that can still be read
    of it, before and behind the damage; from an `offset` on, at the damage.
    """
    metadata: dict[str, str] = {}
    damaged: list[int] = []
    with _as_archive_errors(path), path.open("rb") as file:
        for place, record in _read_records(file, path, offset):
            if record is None:
                metadata = {}
                damaged.append(place)
                if offset:
                    break
            elif record.rec_type == "metadata":
                metadata = _parse_fields(record.content_stream().read(MAX_BODY))
            elif record.rec_type == "response" and record.http_headers is not None:
                try:
                    page = _read_response(record, metadata)
                except _UNREADABLE:
                    page = None
                    damaged.append(place)
                metadata = {}
                if page is not None:
                    yield page
            elif record.rec_type == "revisit":
                metadata = {}
    if damaged:
        places = f"byte {damaged[0]}" if len(damaged) == 1 else f"{len(damaged)} places, the first at byte {damaged[0]}"
        raise ArchiveError(f"{path}: damaged or cut off at {places}")


def list_parts(path: Path) -> Iterator[tuple[str, PartPlace]]:
    """Every later page of a multi-page article in a file: the address of the article's first page, and its place.

    Raises ArchiveError where the file is no WARC; what is damaged is left out, `read_pages` says so.
    """
    with _as_archive_errors(path), path.open("rb") as file:
        for place, record in _read_records(file, path):
            if record is None or record.rec_type != "metadata":
                continue
            fields = _parse_fields(record.content_stream().read(MAX_BODY))
            if fields.get("kind") == "part" and "via" in fields:
                url = record.rec_headers.get_header("WARC-Target-URI")
                stamp = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
                yield fields["via"], PartPlace(url, stamp, path, place)


@contextmanager
def _as_archive_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise ArchiveError(f"{path}: no such file") from None
    except ArchiveError:
        raise
    except (OSError, *_UNREADABLE) as error:
        raise ArchiveError(f"{path}: damaged WARC file: {_first_line(error)}") from error


def _read_records(file: BinaryIO, path: Path, offset: int = 0) -> Iterator[tuple[int, ArcWarcRecord | None]]:
    """Every record with its place, from there on; None for a stretch of the file that is damaged."""
    if not _check_is_warc(file, path):
        file.seek(offset)
        records = ArchiveIterator(file)
        for record in records:
            yield records.offset, record  # what says the offset would read the record to its end
        return
    for member in read_members(file, offset, _WARC):
        if not member.is_sound or not member.data.startswith(_WARC):
            yield member.offset, None
            continue
        try:
            for record in ArchiveIterator(io.BytesIO(member.data)):
                yield member.offset, record
        except _UNREADABLE:
            yield member.offset, None


def _check_is_warc(file: BinaryIO, path: Path) -> bool:
    """Whether the WARC file is compressed. Raises ArchiveError for any other file."""
    start = file.read(5)
    if start == _WARC:
        return False
    if start.startswith(b"\x1f\x8b") and find_member(file, 0, _WARC) is not None:
        return True
    is_other = start.strip() and not start.startswith(b"\x1f\x8b")
    raise ArchiveError(f"{path}: {'not a WARC file' if is_other else 'an empty or damaged file'}")


def _read_response(record: ArcWarcRecord, metadata: dict[str, str]) -> ArchivedPage | None:
    status = record.http_headers.get_statuscode()
    if status != "200":
        return None
    body = record.content_stream().read(MAX_BODY)
    if len(body) < MAX_BODY and getattr(record.raw_stream, "limit", 0) > 0:
        raise ArchiveLoadFailed(f"the record of {record.rec_headers.get_header('WARC-Target-URI')} is cut off")
    headers = record.rec_headers
    stamp = headers.get_header("WARC-Date")
    listed_at = metadata.get("listed-at")
    portal = metadata.get("portal") or None
    title = metadata.get("listed-title") or None
    page = RawPage(
        url=headers.get_header("WARC-Target-URI"),
        body=body,
        content_type=record.http_headers.get_header("Content-Type"),
        fetched_at=datetime.fromisoformat(stamp) if stamp else None,
        portal=portal,
        listed_title=title,
        listed_at=datetime.fromisoformat(listed_at) if listed_at else None,
    )
    found = Found(
        portal or "",
        metadata.get("spider", ""),
        metadata.get("kind", ""),
        metadata.get("via"),
        page.listed_title,
        page.listed_at,
    )
    return ArchivedPage(page, found, int(status))


def _page_records(exchange: Exchange, found: Found) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    date = exchange.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    status_line = f"{exchange.status} {_reason(exchange.status)}"
    url = _without_password(exchange.url)
    kept = [(k, v) for k, v in _harmless(exchange.response_headers) if k.lower() not in _ENCODING_HEADERS]
    http = StatusAndHeaders(
        status_line, [*kept, ("Content-Length", str(len(exchange.body)))], protocol=exchange.http_version
    )
    revisit = exchange.status == HTTPStatus.NOT_MODIFIED
    warc_headers = {"WARC-Date": date} | ({"WARC-Profile": NOT_MODIFIED_PROFILE} if revisit else {})
    response = writer.create_warc_record(
        url,
        "revisit" if revisit else "response",
        payload=io.BytesIO(exchange.body),
        http_headers=http,
        warc_headers_dict=warc_headers,
    )
    with_response = {"WARC-Date": date, "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")}
    fields = {
        "portal": found.portal,
        "spider": found.spider,
        "kind": found.kind,
        "via": _without_password(found.via) if found.via else None,
        "listed-title": found.listed_title,
        "listed-at": found.listed_at.isoformat() if found.listed_at else None,
    }
    metadata = writer.create_warc_record(
        url,
        "metadata",
        payload=io.BytesIO(_format_fields(fields)),
        warc_content_type="application/warc-fields",
        warc_headers_dict=with_response,
    )
    asked = urlsplit(url)
    target = urlunsplit(("", "", asked.path or "/", asked.query, ""))
    request = writer.create_warc_record(
        url,
        "request",
        http_headers=StatusAndHeaders(
            f"GET {target} HTTP/1.1",
            [("Host", asked.netloc), *_harmless(exchange.request_headers)],
            is_http_request=True,
        ),
        warc_headers_dict=with_response,
    )
    for record in (metadata, request, response):
        writer.write_record(record)
    return out.getvalue()


def _harmless(headers: Headers) -> Headers:
    """The headers without cookies and credentials; addresses in them without passwords."""
    return [(name, _without_password(value)) for name, value in headers if name.lower() not in _SECRET_HEADERS]


def _without_password(url: str) -> str:
    return _PASSWORD_RE.sub("", url)


def _info_record(filename: str, info: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    writer.write_record(writer.create_warcinfo_record(filename, {"format": "WARC File Format 1.1", **info}))
    return out.getvalue()


def _format_fields(fields: Mapping[str, str | None]) -> bytes:
    # a field ends at the line end, so white space inside a value is folded
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items() if value).encode(
        "utf-8", "replace"
    )


def _parse_fields(data: bytes) -> dict[str, str]:
    pairs = (line.split(": ", 1) for line in data.decode("utf-8", "replace").splitlines() if ": " in line)
    return {name.lower(): value for name, value in pairs}


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"  # 412 from firewalls is known, 521 is not


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
