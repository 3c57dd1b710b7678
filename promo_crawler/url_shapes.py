"""What an address alone tells: article, list, or neither; its date; its template."""

import re
from collections.abc import Sequence
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import TypedDict
from urllib.parse import urlsplit

from cleaners.dates import find_url_date


class Shape(Enum):
    """What an address looks like."""

    ARTICLE = "article"
    LIST = "list"
    UNKNOWN = "unknown"


class UrlPatterns(TypedDict):
    """What a portal declares of its addresses, searched in them; empty where the general shapes decide."""

    article_urls: Sequence[re.Pattern[str]]
    list_urls: Sequence[re.Pattern[str]]


_YEAR = r"(?:19[89]|20[0-4])\d"

# what an article's name is where a day or a month stands in the folders before it: /202403/content_123.htm
_MONTH_FOLDER_RE = re.compile(rf"/{_YEAR}[-/_]?(?:1[0-2]|0[1-9])/[^/]*\d{{2,}}[^/]*$")
# 163.com: /17/0712/10/CP4K.html
_SHORT_YEAR_RE = re.compile(r"/[012]\d/(?:1[0-2]|0[1-9])(?:3[01]|[12]\d|0[1-9])/(?:\d\d/)?[^/]*\w{6,}[^/]*$")

# an id under a name that says article
_ARTICLE_PATH_RE = re.compile(
    r"/(?:content_|c_|art_|post_|t\d*_)\d+(?:[_-]\d+)*\.\w+$"  # Founder content_401862.htm, Hanweb art_1_2.html
    r"|/(?:p|item|archives?|contents?|articles?|post|details?|show|view|read)/(?:[^/]+/)?\d+(?:[_-]\d+)*(?:\.\w+)?$"
    r"|/(?:news|info|doc|a)/(?:[^/]+/)?\d{3,}(?:_\d+)*(?:\.\w+)?$"  # of two digits it may be a channel
    r"|/(?:details?|show|view|contents?|articles?|info|news|p)/(?:[^/]+/)?[0-9a-f-]{16,}(?:\.\w+)?$"
    r"|/\w*(?:detail|show|view|article|content|newsinfo|thread|forward)[_-]?(?:\d+[_-])*\d+(?:\.\w+)?$"
    r"|/(?:\w+-)?(?:show|view|detail|content|article|read)(?:-\d+)+\.\w+$"  # news-show-8960.html, show-6-123-1.html
    r"|/c?\d+/content\.\w+$"  # www.csrc.gov.cn /csrc/c106256/c7500000/content.shtml
    r"|/\d*c\d+a\d+/page\.\w+$"  # webplus /2024/0305/c123a456/page.htm
    r"|/doc-i\w{10,}\.\w+$"  # sina
)
# an id that ends in a slash: Destoon /news/show/501/, WordPress /archives/501/
_ARTICLE_FOLDER_RE = re.compile(r"/(?:show|view|details?|contents?|articles?|archives?|post|info|p)/\d+/$")
_LIST_WORD_RE = re.compile(
    r"(?:^|[^a-z])(?:index|default|lists?|more|category|categories|columns?|channels?|class|node|catalog|sections?"
    r"|home|main|col|tags?|topics?|special|zt)(?![a-z])|(?:list|class|column|category|more)(?![a-z])"
)
# SiteServer /channels/12.html, /newslist/5.html, /content/column/6795; enorth /system/count/; /author/12
_LIST_FOLDER_RE = re.compile(
    r"/(?:\w*list|lists|category|columns?|channels?|class|tags?|col|catalog|topics?|authors?|users?)/\d+(?:[_-]\d+)*(?:\.\w+)?/?$"
    r"|/system/count/"
)
# a blog: /2024/03/05/some-words/, Hexo /2024/03/05/linye/
_BLOG_PATH_RE = re.compile(rf"/{_YEAR}/\d\d?/\d\d?/(?!(?:page|feed|amp)/?$)[^/.]*[^/.\d][^/.]*/?$")
_ARTICLE_WORD_RE = re.compile(r"show|view|detail|content|article|read")
_NEWS_WORD_RE = re.compile(r"info|news|item|text|doc")
_ARTICLE_KEY_RE = re.compile(
    r"^(?:aid|nid|newsid|news_id|art(?:icle)?_?id|content_?id|info_?id|doc_?id|item_?id|letterid)$"
)
_LIST_KEY_RE = re.compile(
    r"^(?:class_?id|cat_?id|cid|tid|column_?id|channel_?id|type_?id|sort_?id|category_?id|cat|col_?id|node_?id|lm_?id|menu_?id"
    r"|big_?class\w*|small_?class\w*|parent_?id|fid|bid|author|uid|user_?id)$"
)
_ID_VALUE_RE = re.compile(r"^(?:\d+|[0-9a-f-]{16,})$")
# hash names: /detail/4f9a0c3b5e6d7f80.html
_HASH_RE = re.compile(r"(?<![0-9a-zA-Z])(?=[a-zA-Z]*\d)[0-9a-zA-Z]{12,}(?![0-9a-zA-Z])")
_DIGITS_RE = re.compile(r"\d+")
_LONG_ID_RE = re.compile(r"^(?:\d{4,}|[0-9a-f-]{16,})$")


def find_url_day(url: str) -> date | None:
    """The day that stands in an address, or None. A month alone is no day."""
    moment = find_url_date(urlsplit(url)._replace(query="", fragment="").geturl())
    return moment.when.date() if moment else None


def find_shape(url: str) -> Shape:
    """What an address looks like to somebody who knows the usual CMS, and nothing of the page that links it."""
    parts = urlsplit(url)
    path = parts.path.lower()
    leaf = path.rpartition("/")[2]
    stem = leaf.rpartition(".")[0] or leaf
    if _LIST_FOLDER_RE.search(path):
        return Shape.LIST
    if parts.query:
        return _find_query_shape(stem, parts.query.lower())
    if _BLOG_PATH_RE.search(path):
        return Shape.ARTICLE
    if not leaf and not _ARTICLE_FOLDER_RE.search(path):
        return Shape.ARTICLE if find_url_day(url) and re.search(r"/[^/\d][^/]{9,}/$", path) else Shape.LIST
    if _LIST_WORD_RE.search(stem):
        return Shape.LIST
    if find_url_day(url) and "." in leaf:
        return Shape.ARTICLE
    if any(p.search(path) for p in (_MONTH_FOLDER_RE, _SHORT_YEAR_RE, _ARTICLE_PATH_RE, _ARTICLE_FOLDER_RE)):
        return Shape.ARTICLE
    if "." not in leaf and not any(c.isdigit() for c in leaf):
        return Shape.LIST
    return Shape.UNKNOWN


def _find_query_shape(stem: str, query: str) -> Shape:
    pairs = [pair.partition("=")[::2] for pair in query.split("&")]
    values = dict(pairs)
    action = values.get("a") or values.get("mod") or values.get("act") or values.get("action") or ""
    if action in ("show", "view", "detail", "content"):  # PHPCMS ?m=content&c=index&a=show&catid=6&id=1, Discuz
        return Shape.ARTICLE
    if action.startswith("list") or action == "category":
        return Shape.LIST
    if stem in ("", "index") and values.get("p", "").isdigit() and len(pairs) == 1:  # WordPress ?p=123
        return Shape.ARTICLE
    if any(_ARTICLE_KEY_RE.match(key) and value for key, value in pairs):
        return Shape.ARTICLE
    if _LIST_WORD_RE.search(stem) and stem not in ("index", "default"):
        return Shape.LIST
    ids = [value for key, value in pairs if _ID_VALUE_RE.match(value) and not _LIST_KEY_RE.match(key)]
    if ids and _ARTICLE_WORD_RE.search(stem):
        return Shape.ARTICLE
    if _NEWS_WORD_RE.search(stem) and any(_LONG_ID_RE.match(value) for value in ids):
        return Shape.ARTICLE
    if any(_LIST_KEY_RE.match(key) for key, _ in pairs) and "id" not in values:
        return Shape.LIST
    return Shape.UNKNOWN


def is_article_url(url: str, article_urls: Sequence[re.Pattern[str]] = ()) -> bool | None:
    """Whether an address is an article's; None where the address alone does not tell.

    The portal's own patterns (searched in the address) decide where there are any; otherwise the general shapes.
    """
    if article_urls:
        return any(pattern.search(url) for pattern in article_urls)
    return {Shape.ARTICLE: True, Shape.LIST: False, Shape.UNKNOWN: None}[find_shape(url)]


@lru_cache(maxsize=8_192)  # of one page each address is asked for several times
def url_template(url: str) -> str:
    """The address with every id replaced: `/news-show-8960.html` and `/news-show-8959.html` are of one template."""
    parts = urlsplit(url)
    query = "&".join(
        key + "=" + (_template(value) if key else "")
        for key, _, value in (p.partition("=") for p in parts.query.split("&"))
    )
    return f"{parts.hostname}{_template(parts.path)}?{query if parts.query else ''}"


def wide_template(url: str) -> str:
    """The template without the folders that have names: what articles of all channels of a portal share."""
    parts = urlsplit(url_template(url))
    *folders, leaf = parts.path.split("/")
    return "/".join([*(folder for folder in folders if "0" in folder), leaf]) + "?" + parts.query


def _template(text: str) -> str:
    if len(text) >= 12:
        text = _HASH_RE.sub("0", text)
    return _DIGITS_RE.sub("0", text)
