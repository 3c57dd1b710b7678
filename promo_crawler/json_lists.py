"""Lists that a server gives to the script of a page as JSON: records with title, address and date, or ready HTML."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from cleaners.schema import CHINA
from promo_crawler.feeds import MAX_RECORDS, parse_feed_date
from promo_crawler.links import FoundLinks, Link, parse_href
from promo_crawler.url_shapes import Shape, find_shape

# callback({...}); and var list = [...];
_WRAPPED_RE = re.compile(r"^\s*(?:(?:var\s+)?[\w$.]{1,60}\s*[(=]\s*)?(?=[{\[])")
_TAG_RE = re.compile(r"</?\w[^<>]{0,200}>")
_LINKED_RE = re.compile(r"<a\s[^<>]*href", re.IGNORECASE)
_MAX_VALUES = 500_000

# names as written, in lower case and without _ and -, best first
_URL_KEYS = (
    *("url", "link", "href", "docurl", "linkurl", "infourl", "articleurl", "arturl", "newsurl", "docpuburl", "puburl"),
    *("pageurl", "weburl", "pcurl", "visiturl", "contenturl", "shareurl"),
)
_TITLE_KEYS = ("title", "doctitle", "infotitle", "articletitle", "newstitle", "arttitle", "headline", "subject")
_DATE_KEYS = (
    *("publishtime", "pubtime", "pubdate", "publishdate", "publishedat", "datepublished", "published", "docrelpubtime"),
    *("docpubtime", "displaypublishtime", "publishedtimestr", "releasetime", "releasedate", "showtime", "infodate"),
    *("ptime", "focusdate", "time", "date", "createtime", "createdate", "createdat", "ctime"),
)
_PAGE_KEYS = ("page", "pageno", "pagenum", "pageindex", "currentpage", "curpage", "currpage")
_COUNT_KEYS = ("totalpage", "totalpages", "pagecount", "pages", "pagetotal")
_PAGE_RE = re.compile(r"([?&])(\w{1,20})=(\d{1,6})(?=&|$)")


def read_json(text: str, url: str) -> tuple[FoundLinks, str] | None:
    """The links in a JSON answer, and the HTML that it holds where it has no records; None for what is not JSON.

    A record is an object with a title and an address. The page after the answer's own `page=` is next, as long as the
    answer counts more.
    """
    start = _WRAPPED_RE.match(text.lstrip("\ufeff"))
    if not start:
        return None
    try:
        data, _ = json.JSONDecoder().raw_decode(text.lstrip("\ufeff"), start.end())
    except (ValueError, RecursionError):
        return None
    articles: dict[str, Link] = {}
    channels: dict[str, Link] = {}
    markup: list[str] = []
    count = 0
    for value in _values(data):
        if isinstance(value, str):
            if _LINKED_RE.search(value):
                markup.append(value)
        elif isinstance(value, dict):
            fields = {re.sub(r"[_-]", "", key).lower(): each for key, each in value.items()}
            count = count or next((number for key in _COUNT_KEYS if (number := _number(fields.get(key)))), 0)
            if (link := _read_record(fields, url)) and len(articles) + len(channels) < MAX_RECORDS:
                is_list = link.listed_at is None and find_shape(link.url) is Shape.LIST
                (channels if is_list else articles).setdefault(link.url, link)
    pages = _next_pages(url, count) if articles else ()
    return FoundLinks(tuple(articles.values()), tuple(channels.values()), pages), "\n".join(markup)


def _values(data: Any) -> Iterator[Any]:
    """All objects and strings, in the order of the text."""
    stack = [data]
    for _ in range(_MAX_VALUES):
        if not stack:
            return
        value = stack.pop()
        yield value
        if isinstance(value, dict):
            stack.extend(reversed(value.values()))
        elif isinstance(value, list):
            stack.extend(reversed(value))


def _read_record(fields: Mapping[str, Any], url: str) -> Link | None:
    title, address = _first_text(fields, _TITLE_KEYS), _first_text(fields, _URL_KEYS)
    link = parse_href(unescape(address), url) if address else None
    if not title or not link:
        return None
    dates = (_read_date(fields.get(key)) for key in _DATE_KEYS)
    title = " ".join(unescape(_TAG_RE.sub("", title)).split())
    return Link(link, title or None, next((date for date in dates if date), None))


def _first_text(fields: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    return next((each for key in keys if isinstance(each := fields.get(key), str) and each.strip()), None)


def _read_date(value: Any) -> datetime | None:
    if isinstance(value, str) and not value.isdigit():
        return parse_feed_date(value[:40])
    seconds = _number(value)
    seconds = seconds // 1000 if seconds > 100_000_000_000 else seconds
    # from 1990 on; less is a number of another kind
    return datetime.fromtimestamp(seconds, CHINA) if 631_152_000 < seconds < 4_102_444_800 else None


def _number(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 15:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _next_pages(url: str, count: int) -> tuple[Link, ...]:
    for match in _PAGE_RE.finditer(url, len(urlsplit(url)._replace(query="", fragment="").geturl())):
        if match[2].replace("_", "").lower() in _PAGE_KEYS and int(match[3]) < count:
            return (Link(f"{url[: match.start(3)]}{int(match[3]) + 1}{url[match.end(3) :]}"),)
    return ()
