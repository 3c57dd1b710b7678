"""Layouts of a portal: what its declared XPath expressions find on a page."""

from collections.abc import Sequence

from lxml import etree

from cleaners.explanation import Explanation
from cleaners.extract import Candidate
from cleaners.schema import PageRules, Rejected, RejectReason
from cleaners.tree import PageLines, read_lines

_NAMED = ("title", "kicker", "subtitle", "info", "published", "source", "authors", "editors", "section")


def apply_layout(tree: PageLines, rules: Sequence[PageRules], record: Explanation) -> PageLines:
    """What the first of the portal's layouts that fits finds: the body, and the parts that it names."""
    fitting = [rule for rule in rules if find_elements(tree.root, rule.body)]
    if not fitting:
        return tree
    layout = next((rule for rule in fitting if find_text(tree.root, rule.body)), fitting[0])
    bodies = find_elements(tree.root, layout.body)
    unwanted = [element for path in layout.drop for element in find_elements(tree.root, path)]
    tree = read_lines(tree.root, {*bodies, *unwanted})
    record.lines, record.pictures = tree.lines, tree.pictures
    named = {name: find_text(tree.root, path) for name in _NAMED if (path := getattr(layout, name))}
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
