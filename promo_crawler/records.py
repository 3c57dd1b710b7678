"""What is known of an article at one place, as JSON has it, and as the index keeps it."""

import hashlib
import json
import zlib
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from cleaners import Article
from cleaners.schema import CHINA, Image
from cleaners.urls import canonical_url

ID_LENGTH = 16
"""Hex digits of the content hash that name an article: 64 bits, one collision expected at 6 billion texts."""
UNDATED = 1 << 40
"""Stands for an unknown time of publication, so that it sorts last."""
DAY = 1 << 20
"""Numbers of articles that one day of publication has room for."""
PLACE_FIELDS = ("url", "portal", "title", "published_at", "source", "fetched_at")
"""What every place of an article says of itself in its .json; of the rest it says what differs from the article."""


class Place(NamedTuple):
    """What the columns of a sighting say."""

    page: str
    fetched: int
    published: int
    portal: str | None


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_UNKEPT = frozenset({"id", "content_hash"})
_NAMES = tuple(field.name for field in fields(Article) if field.name != "text")
_DEFAULTS: dict[str, Any] = dict.fromkeys(_NAMES) | {
    "authors": [], "editors": [], "reviewers": [], "section": [], "images": [], "changes": {}, "script": "hans",
    "cleaner_version": "1",
}  # fmt: skip
# what most records have in common; a change makes every record of before unreadable: raise index.SCHEMA_VERSION
_COMMON = (
    b'"changes":{"shifted_gbk":"glosses":"entities":"script":1},"kicker":"subtitle":"publisher":"reviewers":["'
    b'"images":[{"url":"http://www..gov.cn/.jpg","caption":null}],"encoding":"gb18030","encoding":"utf-8",'
    b'"layout":"trafilatura","layout":"density","source":"","authors":[""],"editors":[""],"section":["'
    + '政务动态","新闻中心","本地要闻","通知公告'.encode()
    + b'"],"published_precision":"day","published_precision":"minute","published_from":"meta",'
    b'"published_from":"url","published_from":"info_line","published_raw":"2024-","title":"'
)


_PACKER = zlib.compressobj(6, wbits=-12, memLevel=4, zdict=_COMMON)
"""Has what most records have in common behind it. Not the default sizes: 256 kB for a record of 140 bytes."""


def read_fields(article: Article) -> dict[str, Any]:
    """The article without its text: times ISO 8601, tuples as lists."""
    return {"id": article.content_hash[:ID_LENGTH]} | {name: _plain(getattr(article, name)) for name in _NAMES}


def pack_record(record: dict[str, Any], place: Place) -> bytes:
    """The fields in few bytes. What the other columns of a sighting say, and what is empty, is left out, and so is
    the content hash, which the text and the .json tell."""
    known = _known(place)
    kept = {name: value for name, value in record.items() if value != known.get(name) and name not in _UNKEPT}
    # Han characters take two bytes, not three, and do not get shorter by packing
    text = _ENCODER.encode(kept).encode("gb18030", "replace")
    packer = _PACKER.copy()
    return packer.compress(text) + packer.flush()


def unpack_record(packed: bytes, id_: str, place: Place) -> dict[str, Any]:
    text = zlib.decompressobj(wbits=-15, zdict=_COMMON).decompress(packed).decode("gb18030")
    record: dict[str, Any] = {"id": id_} | _known(place) | json.loads(text)
    return record


def page_name(record: dict[str, Any]) -> str:
    """Identity of the page: its canonical URL, or a name for a text that has no address."""
    return record["canonical_url"] or f"text:{record['content_hash'][:ID_LENGTH]}"


def canonical(url: str) -> str:
    """The canonical URL, or what was given where it is no URL."""
    try:
        return canonical_url(url)
    except ValueError:
        return url


def seconds(time: str | None) -> int:
    """Seconds since 1970 of an ISO 8601 time; 0 where nobody recorded it."""
    return int(datetime.fromisoformat(time).timestamp()) if time else 0


def utc_time(moment: int) -> str | None:
    """The time of `seconds`, as records have it."""
    return datetime.fromtimestamp(moment, UTC).isoformat() if moment else None


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - date(1970, 1, 1)).days


def date_of(number: int) -> date:
    """The day of publication of the articles with this number, as `DAY` says; the first day of all for undated ones."""
    day = number // DAY
    return date(1970, 1, 1) + timedelta(day) if day > -719162 else date.min


def published_day(published_at: str | None) -> int:
    """The day of publication; before all others where it is unknown."""
    return day_number(datetime.fromisoformat(published_at).date()) if published_at else -DAY


def article_number(id_: str) -> int:
    """The id as a number of 64 bits, as columns hold it."""
    return int.from_bytes(bytes.fromhex(id_), "big", signed=True)


def article_id(number: int) -> str:
    return number.to_bytes(8, "big", signed=True).hex()


@lru_cache(maxsize=64)  # asked for several times an addition
def page_number(page: str) -> int:
    """64 bits that stand for a page; two pages with the same are expected among 6 billion."""
    return int.from_bytes(hashlib.blake2b(page.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def _known(place: Place) -> dict[str, Any]:
    url = None if place.page.startswith("text:") else place.page
    published = datetime.fromtimestamp(place.published, CHINA).isoformat() if place.published != UNDATED else None
    told = {"url": url, "canonical_url": url, "portal": place.portal, "published_at": published}
    return _DEFAULTS | told | {"fetched_at": utc_time(place.fetched)}


def _plain(value: Any) -> Any:
    if value is None or value.__class__ is str:  # nine of ten
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Image):
        return {"url": value.url, "caption": value.caption}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value
