"""Lists made for machines: RSS, Atom, sitemaps, and the answers of Hanweb's dataproxy."""

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from cleaners.schema import CHINA
from promo_crawler.links import FoundLinks, Link, parse_href
from promo_crawler.list_dates import parse_list_date
from promo_crawler.url_shapes import Shape, find_shape

MAX_RECORDS = 50_000
"""Records read of one feed; the limit of the sitemap protocol."""

_FEED_HEAD_RE = re.compile(r"<(?:\w+:)?(?:rss|feed|RDF|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_DATASTORE_RE = re.compile(r"<datastore>|<recordset>", re.IGNORECASE)
_RECORD_RE = re.compile(r"<record>\s*<!\[CDATA\[", re.IGNORECASE)
_NEXT_GROUP_RE = re.compile(
    r"<nextgroup>\s*<!\[CDATA\[\s*<a\s[^>]{0,400}?href=[\"']([^\"']{1,2000})[\"']", re.IGNORECASE
)
_TOTAL_RE = re.compile(r"<(totalpage|totalrecord)>\s*(\d{1,7})", re.IGNORECASE)
_GROUP_PAGE_RE = re.compile(r"dataproxy\.jsp\?(?:[^#]*&)?page=(\d{1,6})(?![^&#])")
_GROUP_RECORDS_RE = re.compile(r"dataproxy\.jsp\?startrecord=(\d{1,7})&endrecord=(\d{1,7})(?![^&#])")
_DOCTYPE_RE = re.compile(r"<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\])?[^>]*+>", re.IGNORECASE)
_MAX_TEXT = 3_000
"""Characters of a title, an address or a date that are read."""
_MAX_HEAD = 3_000
"""Characters that the beginning of a feed may take: declaration, document type, comments."""
_DECLARATION_RE = re.compile(r"^\s*<\?xml[^>]*\?>")


def parse_feed(text: str, url: str) -> FoundLinks | None:
    """Links of an RSS, Atom or RDF feed, a sitemap or a sitemap index; None for anything else.

    Entries are articles with title and date, also where the address tells nothing; in a sitemap only what does not look
    like a list is an article. The feed's own page and the sitemaps of an index are channels. Addresses stay as
    written: a DedeCMS feed may carry `http://localhost//` throughout. A broken feed gives what can be read.
    """
    if not _FEED_HEAD_RE.search(text[:_MAX_HEAD]):
        return None
    # looked for in one place: thousands that are never closed would be tried each to the end
    if doctype := _DOCTYPE_RE.match(text, max(0, text[:_MAX_HEAD].upper().find("<!DOCTYPE"))):
        text = text[: doctype.start()] + text[doctype.end() :]
    source = _DECLARATION_RE.sub("", text.lstrip("\ufeff \r\n\t"))
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, encoding="utf-8")
    root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    if root is None:
        return None
    kind = _name(root)
    if kind in ("urlset", "sitemapindex"):
        return _read_sitemap(root, kind, url)
    if kind in ("rss", "feed", "rdf"):
        return _read_news(root, url)
    return None


def _read_news(root: etree._Element, url: str) -> FoundLinks:
    articles: dict[str, Link] = {}
    channels: dict[str, Link] = {}
    for entry in _each(root, ("item", "entry")):
        link = _link_of(entry, url)
        if link and len(articles) < MAX_RECORDS:
            date = (
                _text(entry, "pubdate") or _text(entry, "published") or _text(entry, "date") or _text(entry, "updated")
            )
            articles.setdefault(link, Link(link, _text(entry, "title"), parse_feed_date(date or "")))
    for channel in [root, *_each(root, ("channel",))]:
        link = _link_of(channel, url)
        if link and link not in articles:
            channels.setdefault(link, Link(link, _text(channel, "title")))
    return FoundLinks(tuple(articles.values()), tuple(channels.values()))


def _read_sitemap(root: etree._Element, kind: str, url: str) -> FoundLinks:
    articles: dict[str, Link] = {}
    channels: dict[str, Link] = {}
    for entry in _each(root, ("url", "sitemap")):
        link = parse_href(_text(entry, "loc") or "", url)
        if not link or len(articles) + len(channels) >= MAX_RECORDS:
            continue
        if kind == "sitemapindex" or find_shape(link) is Shape.LIST:
            channels.setdefault(link, Link(link))
        else:
            news = next(_each(entry, ("news",)), entry)
            date = _text(news, "publication_date") or ""
            articles.setdefault(link, Link(link, _text(news, "title"), parse_feed_date(date)))
    return FoundLinks(tuple(articles.values()), tuple(channels.values()))


def parse_feed_date(text: str) -> datetime | None:
    """RFC 822, ISO 8601, or the plain `2014-09-26` of Chinese CMS; without a zone it is China's. None for others."""
    text = text.strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return parse_list_date(text)
    try:
        return found.replace(tzinfo=CHINA) if found.tzinfo is None else found.astimezone(CHINA)
    except OverflowError:
        return None


def read_records(text: str, url: str) -> tuple[str, str | None]:
    """Hanweb's list items as HTML and the address of the next group, from a dataproxy answer or a page that embeds one.

    The next group is the one that is named, else the one after the answer's own `page=` or `startrecord=`, as long as
    the answer counts more. An empty text and None where there are no records.
    """
    if not _DATASTORE_RE.search(text):
        return "", None
    named = _NEXT_GROUP_RE.search(text)
    records = [piece.partition("]]>")[0] for piece in _RECORD_RE.split(text)[1:]]
    return "\n".join(records), named[1] if named else _find_next_group(text, url)


def _find_next_group(text: str, url: str) -> str | None:
    totals = {name.lower(): int(number) for name, number in _TOTAL_RE.findall(text)}
    page, group = _GROUP_PAGE_RE.search(url), _GROUP_RECORDS_RE.search(url)
    if page and int(page[1]) < totals.get("totalpage", 0):
        return f"{url[: page.start(1)]}{int(page[1]) + 1}{url[page.end(1) :]}"
    if group and int(group[2]) < totals.get("totalrecord", 0):
        first, last = int(group[1]), int(group[2])
        return f"{url[: group.start(1)]}{last + 1}&endrecord={2 * last - first + 1}{url[group.end(2) :]}"
    return None


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _each(element: etree._Element, names: tuple[str, ...]) -> Iterator[etree._Element]:
    return (child for child in element.iter() if _name(child) in names)


def _read(element: etree._Element) -> str:
    """The text of an element, of one that holds half the feed no more than its beginning."""
    pieces, room = [], _MAX_TEXT
    for piece in element.itertext():
        pieces.append(str(piece)[:room])
        room -= len(pieces[-1])
        if room <= 0:
            break
    return "".join(pieces)


def _text(element: etree._Element, name: str) -> str | None:
    for child in element:
        if _name(child) == name and (text := " ".join(_read(child).split())):
            return text
    return None


def _link_of(element: etree._Element, url: str) -> str | None:
    for child in element:
        if _name(child) == "link" and (child.get("rel") or "alternate") == "alternate":
            link = parse_href(child.get("href") or _read(child), url)
            if link:
                return link
    return None
