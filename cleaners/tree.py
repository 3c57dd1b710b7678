"""A page as lines: one parse, one walk. Every later stage reads these lines, never the tree again."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from lxml import etree

from cleaners.schema import Rejected, RejectReason
from cleaners.zone_names import find_zone

MAX_DEPTH = 1500
"""Nested deeper, a page is no news page; libxml2 itself loses text beyond 2,046."""

_MAX_ATTRIBUTES = 5_000
"""libxml2 walks the whole list for each one more: a tag of 80,000 attributes takes it six seconds."""
_ATTRIBUTE = r"""(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"']++))?)"""
_TAG_RE = re.compile(rf"<[a-zA-Z][^\s/>]*+{_ATTRIBUTE}{{0,{_MAX_ATTRIBUTES}}}+")
_REST_OF_TAG_RE = re.compile(f"{_ATTRIBUTE}*+")

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
_MAX_HEADING, _MAX_IN_HEADING = 300, 1_000
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_KEEPS_NEWLINES_RE = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)
_BLANKS = " \t\r\n\f"
_VISIBLE_RE = re.compile(r"[^\s\u200b\ufeff]")
_BLANKS_RE = re.compile(r"[ \t\r\n\f]+")
# one <div> for a whole text, paragraphs told by their indent alone: `……签约。　　据悉，`
_INDENT_RE = re.compile(r"(?<=[。！？；：”’）…])[ \xa0]*(?:\u3000[ \xa0]*){2,}|(?<=[。！？；：”’）…])[ \xa0]{4,}")


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
    name: str = ""
    """Id and classes of the element."""


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
    title: str = ""
    """The headline as `<title>` tells it, letters alone; empty where it tells none."""


def parse_tree(text: str) -> "etree._Element":
    """The page as an lxml tree, without comments. Raises Rejected (not_html) where no element is found."""
    raw = drop_attributes(text.replace("\x00", "")).encode("utf-8", "replace")
    try:
        root = etree.fromstring(
            raw, etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    if root is None:
        raise Rejected(RejectReason.NOT_HTML)
    return root


def drop_attributes(text: str) -> str:
    """The source of a page with at most some thousand attributes in a tag; every page of this world stays as it is."""
    if len(text) < 12 * _MAX_ATTRIBUTES:  # with fewer bytes no names of so many attributes can differ
        return text
    pieces, done, at = [], 0, 0
    while tag := _TAG_RE.search(text, at):
        at = tag.end()
        if at - tag.start() >= 2 * _MAX_ATTRIBUTES and (rest := _REST_OF_TAG_RE.match(text, at)) and rest.end() > at:
            pieces.append(text[done:at])
            done = at = rest.end()
    return "".join([*pieces, text[done:]]) if pieces else text


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
            elif _makes_lines(tag, element) or (borders and element in borders):
                walk.break_line()
                name = name_of(element)
                block = Block(element, len(page.lines), name=name)
                page.blocks.append(block)
                open_blocks.append(block)
                walk.blocks.append(element)
                if zone := find_zone(element, tag, name):
                    page.zones.append((zone, block))
                if (tag in _HEADINGS and _is_closed(element)) or (tag == "tr" and walk.in_data_table):
                    walk.one_line += 1
                elif tag == "table" and _is_data_table(element):
                    walk.in_data_table += 1
                style = element.get("style")
                if tag == "pre" or (style and _KEEPS_NEWLINES_RE.search(style)):
                    walk.preformatted.append(element)
            if element.text:
                walk.add(element.text)
        else:
            depth -= 1
            if open_blocks and open_blocks[-1].element is element:
                if (tag in _HEADINGS and _is_closed(element)) or (tag == "tr" and walk.in_data_table):
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
        if not self.parts and not _VISIBLE_RE.search(text):  # nothing that a line could begin with
            return
        # most texts are the blanks between two tags
        text = _BLANKS_RE.sub(" ", text) if text.strip(_BLANKS) else " "
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
    own, classes = element.get("id"), element.get("class")
    if own and classes:
        return f"{own} {classes}".strip()
    return (own or classes or "").strip()


def _makes_lines(tag: str, element: "etree._Element") -> bool:
    """True for a block element, and for `<span id="zoom">`: an inline element that a template uses as the container of
    the article.

    Not for every one with an id: `<span id="stock_sh600000">` stands inside a sentence.
    """
    if tag in _INLINE:
        return tag in ("span", "font") and (element.get("id") or "").lower() in _INLINE_CONTAINERS
    return ":" not in tag


def _is_closed(heading: "etree._Element") -> bool:
    """False for a heading that a template never closes: the text of the whole page lies in it."""
    length = len((heading.text or "").strip())
    for number, element in enumerate(heading.iterdescendants()):
        length += len((element.text or "").strip()) + len((element.tail or "").strip())
        if length > _MAX_HEADING or number > _MAX_IN_HEADING:
            return False
    return length <= _MAX_HEADING


def _is_data_table(table: "etree._Element") -> bool:
    """True for a table of data, false for one that lays out the page: short cells, rows of several, nothing nested."""
    rows = length = 0
    cells: list[int] = []
    """How much text came before each cell that is open."""
    for event, element in etree.iterwalk(table, events=("start", "end")):
        tag = element.tag
        if event == "end":
            if tag in ("td", "th") and length - cells.pop() > _MAX_CELL:
                return False
            length += len(element.tail or "")
            continue
        if element is not table:
            if tag in ("table", "ul", "ol", "h1", "h2", "h3", "form", "iframe"):
                return False
            if tag == "div" and (element.get("id") or element.get("class")):
                return False
        if tag == "tr":
            rows += len(element) > 1
        elif tag in ("td", "th"):
            cells.append(length)
        length += len(element.text or "")
    return rows > 1
