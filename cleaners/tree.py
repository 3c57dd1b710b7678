"""A page as lines: one parse, one walk. Every later stage reads these lines, never the tree again."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from cleaners.schema import Rejected, RejectReason

MAX_DEPTH = 1500
"""Nested deeper, a page is no news page; libxml2 itself loses text beyond 2,046."""

_SKIPPED, _INLINE = (
    frozenset(tags.split())
    for tags in (
        "script style noscript template iframe object embed applet svg canvas select option button textarea head map "
        "audio video datalist math title",
        "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q rp rt ruby s samp "
        "small span strike strong sub sup time tt u var wbr input bgsound basefont",
    )
)
_INLINE_CONTAINERS = frozenset(("zoom", "ozoom", "content", "artibody", "p_content", "text", "bodylabel"))
_MAX_CELL = 300
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_KEEPS_NEWLINES_RE = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)
_HIDDEN_RE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANKS = " \t\r\n\f"
_BLANKS_RE = re.compile(r"[ \t\r\n\f]+")
# one <div> for a whole text, paragraphs told by their indent alone: `……签约。　　据悉，`
_INDENT_RE = re.compile(r"(?<=[。！？；：”’）…])[ \xa0]*(?:\u3000[ \xa0]*){2,}|(?<=[。！？；：”’）…])[ \xa0]{4,}")

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


@dataclass(slots=True)
class Line:
    """One line of a page or a text."""

    text: str
    links: int = 0
    """Characters of the line that stand inside links."""
    block: "etree._Element | None" = None
    """The element the line stands in; None for a line of a text."""
    zone: str = ""
    """Part of the page that is not article (`comment`, `footer`, ...), by tag, id or class; empty otherwise."""
    raw: str = ""
    """The line as served, before repair and script conversion."""
    own: str = ""
    """The line repaired, in its own script; empty where that is `text`."""
    prose: int | None = None
    """Length of its running text, once `prose_length` has been asked."""


@dataclass(slots=True)
class Block:
    """An element and the lines it covers: `lines[start:end]`."""

    element: "etree._Element"
    start: int
    end: int = 0


@dataclass(slots=True)
class Picture:
    """An `<img>` and where it stands: before the line `lines[place]`."""

    element: "etree._Element"
    place: int
    block: "etree._Element | None"


@dataclass(slots=True)
class PageLines:
    """A page in reading order."""

    root: "etree._Element"
    lines: list[Line] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    """Every element that makes lines, parents before children."""
    zones: list[tuple[str, Block]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    depth: int = 0


def parse_tree(text: str) -> "etree._Element":
    """The page as an lxml tree, without comments. Raises Rejected (not_html) where no element is found."""
    raw = text.replace("\x00", "").encode("utf-8", "replace")
    try:
        root = etree.fromstring(
            raw, etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    if root is None:
        raise Rejected(RejectReason.NOT_HTML)
    return root


def read_lines(root: "etree._Element", borders: Collection["etree._Element"] = ()) -> PageLines:
    """The visible text as lines: a line ends at every block element and every `<br>`.

    Rows of a data table are one line each, cells apart by a blank. Headlines keep their `<br>` as a blank.
    `borders` are elements that must begin and end a line whatever their tag. Scripts, styles and form
    controls are left out; hidden and secondary parts stay in, marked by their zone. Raises Rejected
    (too_large) where elements are nested beyond MAX_DEPTH.
    """
    page = PageLines(root)
    walk = _Walk(page)
    borders = set(borders)
    open_blocks: list[Block] = []
    depth = 0
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            depth += 1
            if depth > page.depth:
                page.depth = depth
                if depth > MAX_DEPTH:
                    raise Rejected(RejectReason.TOO_LARGE, "nested too deep")
            if tag in _SKIPPED:
                walker.skip_subtree()
                continue
            if tag == "br":
                walk.break_line()
            elif tag == "a":
                walk.in_link += 1
            elif tag == "img":
                block_element = walk.blocks[-1] if walk.blocks else None
                page.pictures.append(Picture(element, len(page.lines) + bool(walk.parts), block_element))
            elif not (tag in _INLINE or ":" in tag) or _is_container(element) or element in borders:
                walk.break_line()
                block = Block(element, len(page.lines))
                page.blocks.append(block)
                open_blocks.append(block)
                walk.blocks.append(element)
                if zone := _find_zone(element):
                    page.zones.append((zone, block))
                if tag in _HEADINGS or (tag == "tr" and walk.in_data_table):
                    walk.one_line += 1
                elif tag == "table" and _is_data_table(element):
                    walk.in_data_table += 1
                if tag == "pre" or _KEEPS_NEWLINES_RE.search(element.get("style") or ""):
                    walk.preformatted.append(element)
            if element.text:
                walk.add(element.text)
        else:
            depth -= 1
            if open_blocks and open_blocks[-1].element is element:
                if tag in _HEADINGS or (tag == "tr" and walk.in_data_table):
                    walk.one_line -= 1
                walk.break_line()
                block = open_blocks.pop()
                block.end = len(page.lines) + bool(walk.parts)
                walk.blocks.pop()
                if tag == "table" and walk.in_data_table:
                    walk.in_data_table -= 1
                if walk.preformatted and walk.preformatted[-1] is element:
                    walk.preformatted.pop()
            elif tag == "a":
                walk.in_link -= 1
            if element.tail:
                walk.add(element.tail)
    walk.end_line()
    return page


class _Walk:
    """What the walk over the tree carries with it."""

    def __init__(self, page: PageLines) -> None:
        self.page = page
        self.parts: list[str] = []
        self.links = 0
        self.in_link = 0
        self.one_line = 0
        self.in_data_table = 0
        self.blocks: list[etree._Element] = []
        self.preformatted: list[etree._Element] = []

    def add(self, text: str) -> None:
        if self.preformatted and not self.one_line and "\n" in text:
            *lines, text = text.split("\n")
            for line in lines:
                self.parts.append(line)
                self.end_line()
        if not text.strip(_BLANKS):  # most texts are the blanks between two tags
            if not self.parts:
                return
            text = " "
        else:
            text = _BLANKS_RE.sub(" ", text)
        self.parts.append(text)
        if self.in_link:
            self.links += len(text.strip())

    def break_line(self) -> None:
        """End the line, but not inside a headline or a row of data, which are one line each."""
        if self.one_line:
            if self.parts and not self.parts[-1].isspace():
                self.parts.append(" ")
        else:
            self.end_line()

    def end_line(self) -> None:
        if not self.parts:
            return
        text = "".join(self.parts).replace("\u200b", "").replace("\ufeff", "").strip()
        block = self.blocks[-1] if self.blocks else None
        if text:
            pieces = _INDENT_RE.split(text) if len(text) > 60 else [text]
            for piece in pieces:
                links = min(self.links, len(piece)) if len(pieces) == 1 else self.links * len(piece) // len(text)
                self.page.lines.append(Line(piece.strip(), links, block, raw=piece.strip()))
        self.parts.clear()
        self.links = 0


def name_of(element: "etree._Element | None") -> str:
    """Id and classes of an element: what a template calls it."""
    if element is None:
        return ""
    return f"{element.get('id') or ''} {element.get('class') or ''}".strip()


def _find_zone(element: "etree._Element") -> str:
    style = element.get("style")
    if style and _HIDDEN_RE.search(style):
        return "hidden"
    if element.tag in _ZONE_OF_TAG:
        return _ZONE_OF_TAG[element.tag]
    name = name_of(element)
    return _zone_of(name) if name and element.tag != "body" else ""


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


def _is_container(element: "etree._Element") -> bool:
    """`<span id="zoom">`: an inline element that a template uses as the container of the article.

    Not every one with an id: `<span id="stock_sh600000">` stands inside a sentence.
    """
    return element.tag in ("span", "font") and (element.get("id") or "").lower() in _INLINE_CONTAINERS


def _is_data_table(table: "etree._Element") -> bool:
    """True for a table of data, false for one that lays out the page: short cells, rows of several, nothing nested."""
    rows = 0
    for element in table.iterdescendants():
        if element.tag in ("table", "ul", "ol", "h1", "h2", "h3", "form", "iframe"):
            return False
        if element.tag == "div" and (element.get("id") or element.get("class")):
            return False
        if element.tag == "tr":
            rows += len(element) > 1
        elif element.tag in ("td", "th") and sum(map(len, element.itertext())) > _MAX_CELL:
            return False
    return rows > 1
