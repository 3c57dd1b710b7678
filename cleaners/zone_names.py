"""Names that templates give to parts of a page that are not article, by tag, id, class or style."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

_HIDDEN_RE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# words in ids and classes of parts of the page that are not article: `bdsharebuttonbox`, `cmt-wrap`
_ZONE_WORDS = {
    "comment": "comment comments pinglun cmt gentie tie changyan sohucs reply replies pl plun",
    "related": "related relate relevant xgxw xgyd xiangguan recommend tuijian hotnews paihang rank ranking",
    "share": "share bdshare bshare bdsharebuttonbox jiathis fenxiang qrcode ewm erweima wechat",
    "navigation": "nav navbar navi navigation menu topnav subnav breadcrumb breadcrumbs crumb crumbs weizhi "
    "dqwz curpos sitemap toolbar topbar",
    "pager": "pager pagination pagebar fenye prenext prevnext",
    "footer": "foot footer copyright friendlink youqing",
    "side": "sidebar aside rightbar",
    "advertisement": "ad ads advert guanggao gg",
    "form": "login search searchbox",
}
_ZONE_OF_WORD = {word: zone for zone, words in _ZONE_WORDS.items() for word in words.split()}
# these say so only as the whole name: `position`, but not `position-relative` or `border-bottom`
_ZONE_OF_NAME = {
    "position": "navigation",
    "location": "navigation",
    "bottom": "footer",
    "links": "footer",
    "pages": "pager",
}
_ZONE_OF_TAG = {"nav": "navigation", "footer": "footer", "aside": "side"}
_WORD_RE = re.compile(r"[a-z]+")


def find_zone(element: "etree._Element", tag: str, name: str) -> str:
    """`comment`, `footer`, `hidden`, ...: the kind of part that an element says it is; empty where it says none."""
    style = element.get("style")
    if style and _HIDDEN_RE.search(style):
        return "hidden"
    if tag in _ZONE_OF_TAG:
        return _ZONE_OF_TAG[tag]
    return _zone_of(name) if name and tag != "body" else ""


@lru_cache(maxsize=4096)
def _zone_of(name: str) -> str:
    name = name.lower()
    for word in _WORD_RE.findall(name):
        if word in _ZONE_OF_WORD:
            return _ZONE_OF_WORD[word]
    for word in name.split():
        if word in _ZONE_OF_NAME:
            return _ZONE_OF_NAME[word]
    return ""
