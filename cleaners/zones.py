"""Parts of a page that are not article, marked on their lines before a body is looked for."""

from itertools import accumulate

from cleaners.line_rules import ATTACHMENT_RE, FILE_RE, FOOTER_RE
from cleaners.measures import is_linked, prose_length
from cleaners.tree import Block, Line, PageLines

_LEAST_ARTICLE = 60
_LEAST_TEASERS = 3
_MAX_TEASER_LINES = 6
_MAX_TEASER_PROSE = 200


def find_zones(page: PageLines) -> None:
    """Mark the lines of secondary parts (`Line.zone`): those that say so by tag, id or class, and rows of teasers.

    A part that holds a third of the page's prose is none, except comments below an article, and a footer that says
    主办, 地址 or ICP备: below an article of pictures it holds all the prose there is.
    """
    sums = [0, *accumulate(prose_length(line) for line in page.lines)]
    says_footer = [bool(FOOTER_RE.search(line.text)) for line in page.lines] if _has_footer(page) else []
    footers = [0, *accumulate(says_footer)]
    done = 0
    for zone, block in page.zones:  # parents first: what lies in a marked part is marked already
        most = 1 / 3
        if zone == "comment" and sums[block.start] > 150:  # more comment than article
            most = 0.95
        elif zone == "footer" and footers[block.end] > footers[block.start]:
            most = 1.01
        if block.end > done and sums[block.end] - sums[block.start] < most * (sums[-1] or 1):
            for line in page.lines[block.start : block.end]:
                line.zone = line.zone or zone
            done = block.end
    _mark_teasers(page)


def _has_footer(page: PageLines) -> bool:
    return any(zone == "footer" for zone, _ in page.zones)


def _mark_teasers(page: PageLines) -> None:
    """Mark rows of boxes of the same make, each a linked headline with the first lines of another article.

    Only below a text: the same boxes without one are a list page, and stay what find_list_reason judges.
    """
    rows: dict[tuple[object, str, str], list[Block]] = {}
    for block in page.blocks:
        if 2 <= block.end - block.start <= _MAX_TEASER_LINES:
            element = block.element
            rows.setdefault((element.getparent(), str(element.tag), element.get("class") or ""), []).append(block)
    if not any(len(row) >= _LEAST_TEASERS for row in rows.values()):
        return
    teasers = {key: [b for b in row if _is_teaser(page.lines[b.start : b.end])] for key, row in rows.items()}
    boxed = {i for row in teasers.values() for block in row for i in range(block.start, block.end)}
    text = [0, *accumulate(prose_length(line) if i not in boxed else 0 for i, line in enumerate(page.lines))]
    marked = 0
    for key, row in teasers.items():  # in the order of their first boxes
        boxes = rows[key]
        if len(row) < max(_LEAST_TEASERS, 0.6 * len(boxes)) or text[boxes[0].start] < _LEAST_ARTICLE:
            continue
        for line in page.lines[max(marked, boxes[0].start) : boxes[-1].end]:
            line.zone = line.zone or "related"
        marked = max(marked, boxes[-1].end)


def _is_teaser(lines: list[Line]) -> bool:
    """`云岭新闻·2天前`, a linked headline, the beginning of its article."""
    linked = [line for line in lines if is_linked(line)]
    prose = sum(map(prose_length, lines))
    enclosed = any(ATTACHMENT_RE.match(line.text) or FILE_RE.search(line.text) for line in linked)
    return bool(linked) and not enclosed and 0 < prose <= _MAX_TEASER_PROSE
