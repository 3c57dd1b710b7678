"""The headline that a list gives to a link, as full as the page has it."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from lxml import html

from promo_crawler.anchors import Anchor, near_nodes, read_text
from promo_crawler.list_dates import is_date_text, split_date

_MAX_READ = 1_000
_MAX_DEPTH = 12
"""Levels of a list item within which a headline and its summary stand."""
MAX_TITLE = 80
"""Characters of a headline; what is longer is a summary within the link."""
SHORTEST_STEM = 6
"""Characters of a headline that tell whether the words of a picture complete it."""

_CUT_RE = re.compile(r"(?:\.{2,}|…+|‥|。。+|．．+|⋯+)$")
# words of a link that say what it does, not where it leads
_BUTTON_RE = re.compile(
    r"^\W*(?:\[?(?:查看|阅读|点击|了解|浏览)?(?:详情|详细|全文|原文|更多|查看|进入|阅读|内容)(?:内容|信息|页面)?\]?|more|read\s*more|details?"
    r"|去看看|我想去|点击进入|点此查看|图文|视频|专题|\d{1,2}|\d+\s*图|new|hot|top|previous|next)\W*$",
    re.IGNORECASE,
)
# @title of older systems: 文章标题：...&#13;作者：...&#13;更新时间：...
_LABELLED_RE = re.compile(r"(?:文章)?标\s*题\s*[:：]\s*([^\r\n]+)")
_CLAUSE_RE = re.compile(r"[，。；]")
# the place in a ranking, and the length of a film: 2 招商大会在我市举行11:38
_RANK_RE = re.compile(r"^\d{1,2}[\s.、:：]+(?=\D)")
_CLOCK_RE = re.compile(r"^\d{1,2}:\d\d(?::\d\d)?$")
_BULLET_RE = re.compile(r"^[\s·•●◆■□○▪►▶>›»\-－—*※☆★]+(?=\S)")
# @alt="<b>英业达集团</b>": the colour that an editor gave to a headline
_TAG_RE = re.compile(r"</?(?:b|font|strong|em|i|span|br)\b[^<>]*>", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TITLE_NAME_RE = re.compile(r"(?:^|[\s_-])(?:title|tit|bt|biaoti|headline|name)(?:[\s_-]|$)", re.IGNORECASE)


def find_title(anchors: Iterable[Anchor]) -> str | None:
    """The best headline among all links to one address: whole before cut, long before short, never a button's words.

    Each link offers its text (without a date in it), its `@title`, and the `@alt` of its picture where that goes on as
    the text begins. Where only buttons and summaries are links, the heading beside them is the headline; where only a
    picture is, the words below it. One that the page has only in part keeps its ellipsis. None for mere pictures.
    """
    anchors = list(anchors)
    best = _best(_candidates(anchors))
    if best and len(best) <= MAX_TITLE:
        return best
    items = [anchor.item for anchor in anchors if anchor.item is not None]
    heading = _best(heading for item in items if (heading := _heading_of(item)))
    if heading or best:
        return heading or best
    pictures = (item for item in items if any(node.tag == "img" for node in near_nodes(item)))
    return _best(caption for item in pictures if (caption := _caption_of(item)))


def _candidates(anchors: Sequence[Anchor]) -> Iterable[str]:
    """What the links offer; a summary that is a link of its own below the headline offers nothing."""
    card: html.HtmlElement | None = None
    headline = ""
    for anchor in anchors:
        if card is not None and card not in islice(anchor.element.iterancestors(), _MAX_DEPTH):
            card, headline = None, ""
        if card is None:
            card = anchor.item
        for title in _titles_of(anchor):
            if headline and _is_summary(title, headline):
                continue
            if card is not None and len(title) >= SHORTEST_STEM and not _BUTTON_RE.match(title):
                headline = headline or title
            yield title


def _is_summary(text: str, headline: str) -> bool:
    is_longer = len(text) > 1.5 * len(_CUT_RE.sub("", headline))
    return is_longer and bool(_CLAUSE_RE.search(text)) and not _goes_on(text, headline, 4)


def _best(titles: Iterable[str]) -> str | None:
    return max((t for t in titles if not _BUTTON_RE.match(t) and not is_date_text(t)), key=_rank, default=None)


def _heading_of(element: html.HtmlElement) -> str | None:
    """The first heading in a link or list item: `<h3>`, or what is called title."""
    for child in near_nodes(element)[1:]:
        if child.tag in _HEADINGS or _TITLE_NAME_RE.search(child.get("class") or ""):
            text = _clean(read_text(child))
            return text if len(text) >= 4 else None
    return None


def _caption_of(item: html.HtmlElement) -> str | None:
    """The words beside a picture, where they are few enough to be a headline."""
    text = _clean(" ".join(_pieces(item)))
    return text if 4 <= len(text) <= MAX_TITLE else None


def is_cut(title: str) -> bool:
    """Whether a headline ends in an ellipsis."""
    return bool(_CUT_RE.search(title))


def _rank(title: str) -> tuple[bool, bool, int]:
    return len(title) <= MAX_TITLE, not is_cut(title), len(title)


def _titles_of(anchor: Anchor) -> Iterable[str]:
    element = anchor.element
    text = _clean(own_text(element))
    if anchor.has_date and (parts := split_date(text)):
        text = _clean(parts[0])
    wholes = [_read_attribute(element.get(name) or "", anchor) for name in ("title", "alt")]
    rank = _RANK_RE.match(text)
    if rank and any(_goes_on(whole, text[rank.end() :], 4) for whole, _ in wholes):
        text = text[rank.end() :]
    if text:
        yield text
    # a tooltip of its own (点击查看) completes nothing
    yield from (whole for whole, named in wholes if whole and (named or not text or _goes_on(whole, text, 4)))
    for image in (node for node in near_nodes(element) if node.tag == "img"):
        alt = _clean(image.get("alt") or image.get("title") or "")
        if alt and (not text or (len(text) >= SHORTEST_STEM and _goes_on(alt, text, MAX_TITLE))):
            yield alt


def _read_attribute(attribute: str, anchor: Anchor) -> tuple[str, bool]:
    """The headline in `@title` or `@alt`, and whether it says that it is one."""
    labelled = _LABELLED_RE.search(attribute)
    whole = _clean(labelled[1] if labelled else attribute)
    parts = split_date(whole) if anchor.has_date else None
    return (_clean(parts[0]) if parts else whole), bool(labelled)


def _goes_on(whole: str, text: str, length: int) -> bool:
    """Whether a text begins as another does, in its first characters: that one may be cut."""
    return bool(whole) and _squeeze(whole).startswith(_squeeze(_CUT_RE.sub("", text))[:length])


def own_text(element: html.HtmlElement) -> str:
    """Text of a link: of the heading in it where it is a card of heading, summary and date."""
    pieces = list(_pieces(element))
    if len(pieces) > 1 and (heading := _heading_of(element)):
        return heading
    return " ".join(pieces) if any(len(piece) > 1 for piece in pieces) else "".join(pieces)


def _pieces(element: html.HtmlElement) -> Iterable[str]:
    """Text of a link in parts that stand apart, without dates and rank numbers."""
    line: list[str] = []
    for node in near_nodes(element):
        if node.tag in ("script", "style"):
            continue
        if node is not element and node.tag not in ("font", "b", "strong", "em", "i", "u", "a", "big", "small"):
            yield from _flush(line)
        if node.text:
            line.append(node.text)
        if node is not element and node.tail:
            if node.tag not in ("font", "b", "strong", "em", "i", "u", "a", "big", "small"):
                yield from _flush(line)
            line.append(node.tail)
    yield from _flush(line)


def _flush(line: list[str]) -> Iterable[str]:
    text = " ".join("".join(line).split())
    line.clear()
    if text and not is_date_text(text) and not _CLOCK_RE.match(text):
        yield text


def _clean(text: str) -> str:
    return _BULLET_RE.sub("", " ".join(_TAG_RE.sub("", text[:_MAX_READ]).split())).strip()


def _squeeze(text: str) -> str:
    return re.sub(r"\W", "", text)
