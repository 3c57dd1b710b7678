"""The links of a page with their surroundings, read in one walk over the tree."""

import re
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree, html

from promo_crawler.links import parse_href

MAX_ANCHORS = 5_000
"""Links read of one page; real portals have up to 1,500."""
_MAX_ITEM_CHARS = 400
"""Text of one list item, with a summary; more is a part of the page that happens to hold one link."""
_MIN_BLOCK_LINKS = 5
_MAX_NODES = 100
_MAX_PIECE = 1_000

_SILENT = frozenset({"script", "style", "noscript", "select", "textarea"})
_PHRASES = frozenset(("a", "abbr", "b", "big", "em", "font", "i", "ins", "label", "mark", "s", "small", "strong", "u"))
_INLINE = _PHRASES | {"center", "img", "span"}

# href="#" onclick="window.open('show.asp?id=5')"
_GO_RE = re.compile(
    r"(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\(|window\.open\()\s*(?:encodeURI(?:Component)?\()?\s*['\"]([^'\"]+)['\"](?!\s*\+)"
)
_MAX_CODE = 1_000


@dataclass(slots=True)
class Anchor:
    """One link (`<a>`, `<area>`) and what stands around it."""

    element: html.HtmlElement
    url: str | None
    """Absolute address; None for scripts, mail, files and the like."""
    label: str
    """The words of a short link, for pagers: its text, its `@title`, or the `@alt` of its picture."""
    before: str = ""
    """Text between the link before and this one; line ends stand for block borders."""
    after: str = ""
    """Text between this link and the next one."""
    item: html.HtmlElement | None = None
    """The largest element that holds this address and no other: a list item. None where it is the link itself."""
    block: int = -1
    """Number of the smallest part of the page that holds this and several other links."""
    has_date: bool = False
    """Whether its own text begins or ends with a date, as those of its neighbours do."""


@dataclass(slots=True)
class _Frame:
    element: html.HtmlElement
    first: int
    chars: int


@dataclass(slots=True)
class _Walk:
    """What is known so far while the tree is walked."""

    anchors: list[Anchor] = field(default_factory=list)
    run_start: list[int] = field(default_factory=list)
    chars: int = 0
    gap: list[str] = field(default_factory=list)
    blocks: int = 0
    unblocked: list[int] = field(default_factory=list)

    def add_text(self, text: str | None) -> None:
        if text and text.strip():
            self.chars += len(text)
            if len(self.gap) < 50:
                self.gap.append(text[:200])

    def take_gap(self) -> str:
        text = "".join(self.gap)
        self.gap.clear()
        return text


def near_nodes(element: html.HtmlElement) -> list[html.HtmlElement]:
    """An element and what it holds, at most `_MAX_NODES`: enough for any list item."""
    return list(islice(element.iter(), _MAX_NODES))


def read_texts(element: html.HtmlElement) -> list[str]:
    """The pieces of text of a link or list item, stripped and not empty, as far as `_MAX_NODES` nodes go."""
    texts = []
    for event, node in islice(etree.iterwalk(element, events=("start", "end")), 2 * _MAX_NODES):
        text = node.text if event == "start" else node.tail if node is not element else None
        if text and (text := text.strip()[:_MAX_PIECE]):
            texts.append(text)
    return texts


def read_text(element: html.HtmlElement) -> str:
    """The text of a link or list item in one piece."""
    return "".join(read_texts(element))


def read_anchors(root: html.HtmlElement, base: str) -> list[Anchor]:
    """All links of a tree in page order, at most `MAX_ANCHORS`. Linear in the size of the tree, any depth."""
    walk = _Walk()
    stack: list[_Frame] = []
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            if tag not in _INLINE:
                walk.gap.append("\n")
            if tag in ("a", "area") and element.get("href") is not None:
                if len(walk.anchors) >= MAX_ANCHORS:
                    break
                _add_anchor(walk, element, base)
            stack.append(_Frame(element, _first_index(walk, tag, element), walk.chars))
            if not silent:
                walk.add_text(element.text)
            continue
        frame = stack.pop()
        silent -= tag in _SILENT
        _close(walk, frame, tag)
        if tag not in _INLINE:
            walk.gap.append("\n")
        if not silent and stack:
            walk.add_text(element.tail)
    if walk.anchors:
        walk.anchors[-1].after = walk.take_gap()
    return walk.anchors


def _first_index(walk: _Walk, tag: str, element: html.HtmlElement) -> int:
    """Index of the first link within an element, itself included."""
    is_anchor = bool(walk.anchors) and walk.anchors[-1].element is element
    return len(walk.anchors) - is_anchor


def _add_anchor(walk: _Walk, element: html.HtmlElement, base: str) -> None:
    gap = walk.take_gap()
    anchor = Anchor(element, _find_url(element, base), _label(element), before=gap)
    same = bool(walk.anchors) and walk.anchors[-1].url == anchor.url and anchor.url is not None
    if walk.anchors:
        walk.anchors[-1].after = gap
    walk.unblocked.append(len(walk.anchors))
    walk.run_start.append(walk.run_start[-1] if same else len(walk.anchors))
    walk.anchors.append(anchor)


def _find_url(element: html.HtmlElement, base: str) -> str | None:
    """Where a link leads, also where its script opens an address that stands there in full."""
    if url := parse_href(element.get("href", ""), base):
        return url
    codes = ((element.get(name) or "")[:_MAX_CODE] for name in ("onclick", "href"))
    return next((parse_href(match[1], base) for code in codes if (match := _GO_RE.search(code))), None)


def _label(element: html.HtmlElement) -> str:
    nodes = near_nodes(element)
    if any(node.tag == "font" and (node.get("face") or "").lower() == "webdings" for node in nodes):
        return ">" if read_text(element) in ("4", "8") else "<"  # arrows of ASP systems
    text = read_text(element) or element.get("title") or ""
    images = [] if text else [node for node in nodes if node.tag == "img"]
    if images:
        text = images[0].get("alt") or ""
    return text.strip()[:30]


def _close(walk: _Walk, frame: _Frame, tag: str) -> None:
    """An element ends: it is the item of its links if they are all of one address, a block if there are many."""
    last = len(walk.anchors) - 1
    if last < frame.first:
        return
    anchor = walk.anchors[last]
    if anchor.element is frame.element:
        walk.take_gap()  # the link's own text is not what follows it
    elif walk.run_start[last] <= frame.first and walk.chars - frame.chars <= _MAX_ITEM_CHARS and tag != "body":
        walk.anchors[frame.first].item = anchor.item = frame.element
    if tag not in _INLINE and last - frame.first + 1 >= _MIN_BLOCK_LINKS:
        # inner blocks are numbered already: only links that belong to none are left
        while walk.unblocked and walk.unblocked[-1] >= frame.first:
            walk.anchors[walk.unblocked.pop()].block = walk.blocks
        walk.blocks += 1
