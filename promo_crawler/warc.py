"""The records of a page as WARC 1.1, written and read. Nothing else in the project knows the format.

A page is three records: `metadata` (how the page was found: portal, spider, kind, via, listed-title, listed-at),
`request` and `response`; an answer 304 is a `revisit`. Format: ISO 28500, https://iipc.github.io/warc-specifications/.

Not archived, on purpose: headers that hold cookies or credentials, and `user:password@` in addresses.
"""

import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import quote, urlsplit, urlunsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from cleaners import RawPage

try:
    import brotli  # what warcio unpacks `Content-Encoding: br` of other programs' archives with, if it is there
except ImportError:
    brotli = None

NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
# the body is stored as Scrapy hands it on: content and transfer encoding undone
_ENCODING_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "set-cookie2", "authentication-info"}
)
"""What a server or a proxy of the operator may tell its clients apart by: archives are given away."""
_PASSWORD_RE = re.compile(r"(?<=://)[^/?#@\s]*@")
_PRINTABLE = bytes(range(0x20, 0x7F)).decode()
MAX_BODY = 16 << 20
"""Bytes of a page that are read at most; the cleaners reject what is that large."""
WARC = b"WARC/"

# what warcio lets through of a record that is not what it says
UNREADABLE = (
    *(ArchiveLoadFailed, EOFError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError, zlib.error),
    *((brotli.error,) if brotli is not None else ()),
)

Headers = Iterable[tuple[str, str]]
Record = ArcWarcRecord


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
    offset: int = field(default=0, compare=False)
    """Where in its file its first record begins."""


def iterate_records(file: BinaryIO) -> Iterator[tuple[int, ArcWarcRecord]]:
    """Every record of an open file with its place. Raises one of `UNREADABLE`."""
    records = ArchiveIterator(file)
    for record in records:
        yield records.offset, record  # what says the offset would read the record to its end


def read_response(record: ArcWarcRecord, metadata: dict[str, str]) -> ArchivedPage | None:
    """The page of a `response` record, with the fields of the `metadata` before it; None for an answer other than 200.
    Raises one of `UNREADABLE` for a record that is not what it says."""
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


def pack_page(exchange: Exchange, found: Found) -> bytes:
    """The records of one page, each a gzip member."""
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
    """The headers without cookies and credentials; addresses in them without passwords, bytes beyond ASCII escaped."""
    return [
        (_as_ascii(name), _as_ascii(_without_password(value)))
        for name, value in headers
        if name.lower() not in _SECRET_HEADERS
    ]


def _as_ascii(text: str) -> str:
    """A header as a WARC may hold it; `text` is Latin-1, in which HTTP is read."""
    return text if text.isascii() and text.isprintable() else quote(text, safe=_PRINTABLE, encoding="latin-1")


def _without_password(url: str) -> str:
    return _PASSWORD_RE.sub("", url)


def pack_info(filename: str, info: Mapping[str, str]) -> bytes:
    """The record that a file begins with."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    writer.write_record(writer.create_warcinfo_record(filename, {"format": "WARC File Format 1.1", **info}))
    return out.getvalue()


def _format_fields(fields: Mapping[str, str | None]) -> bytes:
    # a field ends at the line end, so white space inside a value is folded
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items() if value).encode(
        "utf-8", "replace"
    )


def parse_fields(data: bytes) -> dict[str, str]:
    """The fields of a `metadata` record, names in lower case."""
    pairs = (line.split(": ", 1) for line in data.decode("utf-8", "replace").splitlines() if ": " in line)
    return {name.lower(): value for name, value in pairs}


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"  # 412 from firewalls is known, 521 is not
