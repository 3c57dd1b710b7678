"""Layouts of a portal: what its declared XPath expressions find on a page."""

from collections.abc import Sequence

from lxml import etree

from cleaners.candidates import Candidate
from cleaners.explanation import Explanation
from cleaners.schema import PageRules, Rejected, RejectReason
from cleaners.tree import PageLines, read_lines

_NAMED = ("title", "kicker", "subtitle", "info", "published", "source", "authors", "editors", "section")


def read_page_lines(root: "etree._Element", rules: Sequence[PageRules], record: Explanation) -> PageLines:
    """The lines of a page, and what the first layout of the portal that fits finds: the body, and the parts it names.

    Raises Rejected (no_body) where the body of the layout holds no text.
    """
    fitting = [rule for rule in rules if find_elements(root, rule.body)]
    layout = next((rule for rule in fitting if find_text(root, rule.body)), fitting[0] if fitting else None)
    bodies = find_elements(root, layout.body) if layout else []
    unwanted = [element for path in layout.drop for element in find_elements(root, path)] if layout else []
    tree = read_lines(root, {*bodies, *unwanted})
    record.lines, record.pictures = tree.lines, tree.pictures
    if layout is None:
        return tree
    named = {name: find_text(root, path) for name in _NAMED if (path := getattr(layout, name))}
    record.named = {name: text for name, text in named.items() if text}
    spans = {block.element: range(block.start, block.end) for block in tree.blocks}
    inside = {i for element in bodies if element in spans for i in spans[element]}
    inside -= {i for element in unwanted if element in spans for i in spans[element]}
    if not inside:
        raise Rejected(RejectReason.NO_BODY)
    start, end = min(inside), max(inside) + 1
    for i in range(start, end):
        if i not in inside:
            tree.lines[i].zone = "dropped by the layout"
    record.candidates = [Candidate(layout.layout, start, end, declared=True, note="the portal's own layout")]
    return tree


def find_elements(root: "etree._Element", path: str) -> list["etree._Element"]:
    """Elements that an XPath expression finds."""
    found = root.xpath(path)
    return [item for item in found if isinstance(item, etree._Element)] if isinstance(found, list) else []


def find_text(root: "etree._Element", path: str) -> str:
    """Text of what an XPath expression finds, elements or strings, blanks folded; empty where it finds nothing."""
    found = root.xpath(path)
    parts: list[str] = []
    for item in found if isinstance(found, list) else [found]:
        parts += map(str, item.itertext()) if isinstance(item, etree._Element) else [str(item)]
        parts.append(" ")
    return " ".join("".join(parts).split())
