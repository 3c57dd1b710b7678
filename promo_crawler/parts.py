"""Articles on several pages (分页): which pages belong to one article."""

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from urllib.parse import parse_qsl, urlsplit

from cleaners import RawPage, Rejected
from cleaners.urls import canonical_url
from promo_crawler.discovery import FoundLinks, discover_links
from promo_crawler.url_shapes import UrlPatterns

MAX_PARTS = 30
"""Pages of one article that are read; the longest seen has 12."""

_PART_NUMBER_RE = re.compile(r"[_-]\d{1,2}$")
_PAGE_KEYS = frozenset({"page", "p", "pn", "pageno", "pageindex", "page_no"})


def is_part(url: str, first: str) -> bool:
    """Whether a page is a later part of the article that begins at `first`, by the addresses alone.

    `123_2.html` and TRS's `t20240305_123_1.html` are parts of the page without the number, `show-6-123-2.html` of
    `show-6-123-1.html`, `view.php?id=5&page=2` of `view.php?id=5`. `124.html` is another article.
    """
    ours, theirs = urlsplit(first), urlsplit(url)
    if ours.netloc.lower() != theirs.netloc.lower() or url == first:
        return False
    if ours.path == theirs.path:
        pairs = [[(k, v) for k, v in parse_qsl(u.query) if k.lower() not in _PAGE_KEYS] for u in (ours, theirs)]
        return pairs[0] == pairs[1] and ours.query != theirs.query
    (our_stem, our_end), (their_stem, their_end) = (_split(parts.path) for parts in (ours, theirs))
    if our_end != their_end or ours.query != theirs.query or not _PART_NUMBER_RE.search(their_stem):
        return False
    stem = _PART_NUMBER_RE.sub("", their_stem)
    return our_stem == stem or (our_stem[-2:] in {"-1", "_1"} and our_stem[:-2] == stem)


def has_parts(links: FoundLinks, url: str) -> bool:
    """Whether the links found on a page lead to later parts of it."""
    return any(is_part(other, url) for other in (*(link.url for link in links.next_pages), *links.pager))


def find_next_part(read: Sequence[RawPage], patterns: UrlPatterns, done: Collection[str]) -> str | None:
    """Address of the part to read next: linked by the pages read so far, not one of them, nor `done` (canonical).

    `read` begins with the first page of the article. None where the article is whole, or has `MAX_PARTS`.
    """
    if len(read) >= MAX_PARTS:
        return None
    first = read[0].url
    have = {canonical_url(page.url) for page in read} | set(done)
    found = []
    for page in read:
        with suppress(Rejected):
            found.append(discover_links(page, **patterns))
    following = [link.url for links in found for link in links.next_pages]
    for url in (*following, *(url for links in found for url in links.pager)):
        if is_part(url, first) and canonical_url(url) not in have:
            return url
    return None


def _split(path: str) -> tuple[str, str]:
    stem, dot, end = path.rpartition(".")
    return (stem, end) if dot and "/" not in end else (path, "")
