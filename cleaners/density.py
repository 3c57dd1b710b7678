"""The dense part of a page, and how far the article reaches beyond it."""

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from cleaners.candidates import Candidate, Weights
from cleaners.dates import parse_moment
from cleaners.line_rules import ATTACHMENT_RE, FILE_RE, find_rule
from cleaners.measures import bare, find_enclosed, is_info_line, is_linked, prose_length
from cleaners.tail_rules import END
from cleaners.tree import Block, Line, PageLines

if TYPE_CHECKING:
    from lxml import etree

_LEAST_OF_RUN = 0.8
_MAX_BOX = 14
_MAX_BOX_HEADING = 20
_MAX_ABOVE = 30
SHORT = 400
"""Characters of running text: above, an article is told by its density alone."""
_LEAST_BELOW_INFO = 20
_LEAST_HEADLINE = 8


def find_dense(page: PageLines, weights: Weights) -> Candidate | None:
    """The element with most running text and least of everything else; the innermost of equals."""
    best: Candidate | None = None
    for block in page.blocks:
        if block.start == block.end:
            continue
        score = weights.score[block.end] - weights.score[block.start]
        if best is None or score >= best.score:
            best = weights.weigh("density", block.start, block.end)
    if best and best.score < _LEAST_OF_RUN * (run := _find_run(weights)).score:
        return run
    return best


def _find_run(weights: Weights) -> Candidate:
    """The run of lines with the greatest score, whatever elements it is cut from: articles that share one table
    cell with menus and lists."""
    start = end = opening = 0
    lowest = best = 0.0
    for i, score in enumerate(weights.score):
        if score - lowest > best:
            best, start, end = score - lowest, opening, i
        if score < lowest:
            lowest, opening = score, i
    return weights.weigh("density", start, end)


def grow_over_siblings(page: PageLines, weights: Weights, dense: Candidate) -> Candidate:
    """The dense part with the prose beside it, where it is but one of several: a table row for each paragraph.

    Only where that adds more than half as much again: a blurb or a disclaimer below the article does not.
    """
    start, end = dense.start, dense.end
    while start > 0 and not page.lines[start - 1].links and not page.lines[start - 1].zone:
        start -= 1
    while end < len(page.lines) and not page.lines[end].links and not page.lines[end].zone:
        if find_rule(page.lines[end], END):
            break
        end += 1
    while start < dense.start and not weights.lengths[start]:
        start += 1
    while end > dense.end and not weights.lengths[end - 1]:
        end -= 1
    grown = weights.weigh("density", start, end)
    return grown if grown.prose > 1.6 * dense.prose else dense


def grow_over_box(page: PageLines, weights: Weights, dense: Candidate) -> Candidate:
    """The dense part with the first paragraphs, which a box of links parts from it: an advertisement in the text.

    Paragraphs of the same make alone count: the same tag and class, of the same parent or named.
    """
    first = next((line for line in page.lines[dense.start : dense.end] if prose_length(line)), None)
    if first is None or first.block is None:
        return dense
    start = dense.start
    for i in range(dense.start - 1, max(-1, dense.start - _MAX_BOX), -1):
        line = page.lines[i]
        if line.block is None or is_info_line(line.text):
            break
        if weights.lengths[i] and not line.links and _is_of_make(line.block, first.block):
            start = i
        elif weights.lengths[i] or (not is_linked(line) and len(line.text) > _MAX_BOX_HEADING):
            break
    if start == dense.start:
        return dense
    below = ""
    for line in reversed(page.lines[start : dense.start]):
        boxed = line.block is not None and not _is_of_make(line.block, first.block)
        if boxed and (is_linked(line) or (below and not prose_length(line))):
            line.zone = below = line.zone or "related"
        else:
            below = ""
    return weights.weigh(dense.layout, start, dense.end)


def find_below_info(page: PageLines, weights: Weights, dense: Candidate) -> Candidate | None:
    """The element right below headline and info line, where the dense part lies further down: a table, a poem, short
    news above teasers, a second article or a footer that hold more running text than it.

    An abstract above the text is told from short news by what lies between the two: only where a line or a part of
    the page ends the article there may the dense part be long.
    """
    info = _find_opening(page)
    if info is None or dense.start <= info:
        return None
    text, own = _sum_own(page.lines[: dense.start])
    below = [
        b
        for b in page.blocks
        if info < b.start <= info + 3
        and b.end <= dense.start
        and own[b.end] - own[b.start] > 0.8 * (text[b.end] - text[b.start])
    ]
    best = max(below, key=lambda b: b.end - b.start, default=None)
    if best is None:
        return None
    between = page.lines[best.end : dense.start + 1]
    if not any(_ends_article(page, line) for line in between) and (dense.prose >= SHORT or best.end - best.start < 2):
        return None
    is_enough = own[best.end] - own[best.start] >= _LEAST_BELOW_INFO
    return weights.weigh(dense.layout, best.start, best.end) if is_enough else None


def _find_opening(page: PageLines) -> int | None:
    """The first info line with a date that stands right below a headline."""
    for i, line in enumerate(page.lines):
        if _tells_date(line) and any(is_headline(page, above) for above in page.lines[max(0, i - 4) : i]):
            return i
    return None


def _ends_article(page: PageLines, line: Line) -> bool:
    """`责任编辑：王建国`, `你可能还想看`, a footer, the next headline: an article that stands above ends there."""
    if line.zone in ("footer", "pager", "comment"):
        return True
    return find_rule(line, END) is not None or (line.block is not None and line.block.tag == "h1")


def grow_to_container(page: PageLines, weights: Weights, dense: Candidate) -> Candidate | None:
    """The dense part with the short lines beside it in its own element, which are article too: names, contacts, a
    table, what is enclosed. Only where that element lies below the info line or the headline and is no list."""
    first = next((i for i in range(dense.start, dense.end) if not _tells_date(page.lines[i])), dense.start)
    covering = [b for b in page.blocks if b.start <= first and dense.end <= b.end]
    rows = range(first - 1, max(-1, first - _MAX_ABOVE), -1)
    opening = next((i for i in rows if _tells_date(page.lines[i]) or is_headline(page, page.lines[i])), None)
    for block in covering[:-3:-1]:
        if opening is None or block.start <= opening:
            break
        if (block.start, block.end) != (dense.start, dense.end) and _own_part(page, block) > 0.8:
            return weights.weigh(dense.layout, block.start, block.end)
    return None


def _own_part(page: PageLines, block: Block) -> float:
    """Share of an element's text that is neither link nor other part of the page."""
    text, own = _sum_own(page.lines[block.start : block.end])
    return own[-1] / text[-1] if text[-1] else 0.0


def _sum_own(lines: Sequence[Line]) -> tuple[list[int], list[int]]:
    """Up to each line: characters of text, and those that are neither link nor other part of the page; attachments
    are the article's own."""
    own = []
    for line, listed in zip(lines, find_enclosed(lines), strict=True):
        enclosed = listed or ATTACHMENT_RE.match(line.text) or FILE_RE.search(line.text)
        own.append(len(line.text) if enclosed else 0 if line.zone else len(line.text) - line.links)
    return [0, *accumulate(len(line.text) for line in lines)], [0, *accumulate(own)]


def _tells_date(line: Line) -> bool:
    return not line.zone and not is_linked(line) and is_info_line(line.text) and parse_moment(line.text) is not None


def is_headline(page: PageLines, line: Line) -> bool:
    """A line set as a heading, or that `<title>` begins with."""
    if line.zone or is_linked(line):
        return False
    if line.block is not None and line.block.tag in ("h1", "h2", "h3"):
        return True
    return len(page.title) >= _LEAST_HEADLINE and bare(line.text) == page.title


def _is_of_make(one: "etree._Element", other: "etree._Element") -> bool:
    if one.tag != other.tag or one.get("class") != other.get("class"):
        return False
    return one.getparent() is other.getparent() or (one.tag == "p" and bool(one.get("class")))
