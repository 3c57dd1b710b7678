"""Main content of a page: candidates with their evidence, and the one that wins."""

from dataclasses import dataclass
from itertools import accumulate

import trafilatura
from lxml import etree, html

from cleaners.dates import parse_moment
from cleaners.line_rules import ATTACHMENT_RE, END, FILE_RE, find_rule
from cleaners.measures import bare, is_info_line, is_linked, prose_length
from cleaners.tree import Block, Line, PageLines, name_of

# what CMSs call the element that holds the article text and nothing else
_CONTAINERS = frozenset(
    (
        # TRS, Hanweb, UCAP (government portals), Founder, easysite, visual sitebuilder, EmpireCMS, DedeCMS
        "TRS_Editor trs_editor_view Custom_UnionStyle trs_paper_default zoom ozoom UCAP-CONTENT ucapcontent "
        "founder-content v_news_content vsb_content p_content easysite-news-text newscontent_txt BodyLabel "
        # portals of papers and their copies
        "artibody article_content article-content articleContent articlecontent article_text rm_txt_con "
        "box_con show_text endText post_text main_content js_content detail-content detailContent "
        "content_area contentText news_content newsContent news-content newscontent cont_txt TRS_UEDITOR "
        "text_content con_text entry-content post-content art_content artical_content contentbody "
        "content_body article-body article_body articleBody news_txt newstext news_text mainText page_text "
        "pages_content detail_content info_content nr_text conTxt xl_content wz_content pcont doccontent "
        "DocHtmlCon bodytext"
    )
    .lower()
    .split()
)
_CONTAINER_TAGS = frozenset(("founder-content", "ucapcontent", "article"))
_CONTAINER_PROPERTIES = frozenset(("articlebody",))

MAX_TRAFILATURA_DEPTH = 200
_MAX_TRAFILATURA_PROSE = 100_000
_MAX_CONTAINERS = 100
_LINK_COST = 1.5
_LINK_LINE_COST = 12
_OTHER_COST = 0.25
_LEAST_OF_RUN = 0.8
_MAX_BOX = 14
_MAX_BOX_HEADING = 20
_MAX_ABOVE = 30
_SHORT = 400
_LEAST_BELOW_INFO = 20
_PRUNED = ("script", "style", "noscript", "iframe", "select", "button", "input", "svg", "object", "embed")


@dataclass(slots=True)
class Candidate:
    """A part of the page that may be the article: `lines[start:end]`."""

    layout: str
    """Who proposes it: the name of a CMS container, `trafilatura`, `density`, or a layout of the portal."""
    start: int
    end: int
    prose: int = 0
    """Characters of running text."""
    links: int = 0
    score: float = 0.0
    """Prose less the cost of links and other lines in the part."""
    agreement: float | None = None
    """Share of what trafilatura found and of the candidate's prose that is the same (F1)."""
    declared: bool = False
    """True for a layout of the portal: its element holds the article and nothing else."""
    note: str = ""


class Weights:
    """Sums of prose, links and score over any run of lines, in constant time."""

    def __init__(self, page: PageLines) -> None:
        seen: set[str] = set()
        prose: list[int] = []
        links: list[int] = []
        score: list[float] = []
        for line in page.lines:
            length = prose_length(line)
            key = line.text if length >= 20 else ""
            if key in seen:  # the mobile copy of the article, further down the page
                length = 0
            elif key:
                seen.add(key)
            prose.append(length)
            links.append(line.links)
            cost = 0.0 if line.zone else _LINK_COST * line.links
            if line.links and is_linked(line):
                cost += _LINK_LINE_COST if not line.zone else 4
            if not length and not line.zone:
                cost += _OTHER_COST * (len(line.text) - line.links)
            score.append(length - cost)
        self.prose = [0, *accumulate(prose)]
        self.links = [0, *accumulate(links)]
        self.score = [0.0, *accumulate(score)]
        self.lengths = prose

    def weigh(self, layout: str, start: int, end: int) -> Candidate:
        return Candidate(
            layout,
            start,
            end,
            self.prose[end] - self.prose[start],
            self.links[end] - self.links[start],
            self.score[end] - self.score[start],
        )


def find_zones(page: PageLines) -> None:
    """Mark the lines of secondary parts (`Line.zone`); a part that holds a third of the page's prose is none, except
    comments below an article."""
    sums = [0, *accumulate(prose_length(line) for line in page.lines)]
    done = 0
    for zone, block in page.zones:  # parents first: what lies in a marked part is marked already
        most = 0.95 if zone == "comment" and sums[block.start] > 150 else 1 / 3  # more comment than article
        if block.end > done and sums[block.end] - sums[block.start] < most * (sums[-1] or 1):
            for line in page.lines[block.start : block.end]:
                line.zone = line.zone or zone
            done = block.end


def extract_body(page: PageLines) -> list[Candidate]:
    """The candidates for the article, the winner first; empty for a page without lines.

    A known container wins where it holds most of what is dense on the page, or where little is dense at all
    (short news). So does a dense part with nearly all the text of the page and little else. Otherwise trafilatura,
    given the pruned tree, is asked, and the part of the page that agrees best with it and is dense wins.
    """
    weights = Weights(page)
    dense = _find_dense(page, weights)
    if dense is None:
        return []
    dense = _grow(page, weights, dense)
    dense = _grow_over_box(page, weights, dense)
    grown = _find_below_info(page, weights, dense) or _grow_to_container(page, weights, dense)
    dense, short = grown or dense, grown is not None and dense.prose < _SHORT
    known = _find_containers(page, weights)
    if known:
        best = known[0]
        if best.prose >= 0.5 * dense.prose and best.score >= 0.6 * dense.score:
            best.note = "a known container with most of the running text"
            return [best, dense, *known[1:]]
        below = next((c for c in known if _follows_info(page, c) and c.links < _own_length(page, c)), None)
        if below and (below.prose >= 0.3 * dense.prose or dense.prose < 60):
            below.note = "a known container right below the info line"
            return [below, dense, *(c for c in known if c is not below)]
    if short:  # of little text trafilatura knows nothing
        dense.note = "the element below the info line or the headline, short"
        return [dense, *known]
    if _is_clear(weights, dense):
        dense.note = "nearly all the running text of the page, and little else"
        return [dense, *known]
    found = _ask_trafilatura(page, weights, dense)
    if found is None:
        dense.note = "trafilatura found nothing"
        return [dense, *known]
    candidates = [dense, found, *known]
    for candidate in candidates:
        candidate.agreement = _agreement(page, weights, candidate, found)
    top = max(candidate.score for candidate in candidates) or 1.0
    candidates.sort(key=lambda c: (c.agreement or 0.0) + c.score / top, reverse=True)
    candidates[0].note = "dense, and what trafilatura found"
    return candidates


def _is_clear(weights: Weights, dense: Candidate) -> bool:
    """True where trafilatura, the dearest step, could only confirm the dense part; a third of the pages."""
    clean = dense.start > 0 and dense.prose >= 200 and dense.score >= 0.985 * dense.prose
    return clean and dense.prose >= 0.9 * weights.prose[-1]


def _find_containers(page: PageLines, weights: Weights) -> list[Candidate]:
    """Known containers with text, best first; of nested ones the innermost that has all the prose."""
    found: list[Candidate] = []
    for block in page.blocks:
        if block.start == block.end or not (name := _container_name(block.element)):
            continue
        if page.lines[block.start].zone and page.lines[block.end - 1].zone:
            continue
        found.append(weights.weigh(name, block.start, block.end))
        if len(found) == _MAX_CONTAINERS:  # a wall of <article> teasers
            break
    # later ones are inner or further down: prefer them only where they lose no prose
    best: list[Candidate] = []
    for candidate in found:
        outer = next((o for o in best if o.start <= candidate.start and candidate.end <= o.end), None)
        if outer is not None and candidate.prose >= 0.9 * outer.prose and candidate.prose:
            best.remove(outer)
            best.append(candidate)
        else:
            best.append(candidate)
    return sorted(best, key=lambda c: c.score, reverse=True)


def _follows_info(page: PageLines, candidate: Candidate) -> bool:
    """True where one of the lines just above the candidate is an info line with a date."""
    rows = page.lines[max(0, candidate.start - 10) : candidate.start + 1]
    return any(is_info_line(row.text) and parse_moment(row.text) for row in rows if not is_linked(row))


def _own_length(page: PageLines, candidate: Candidate) -> int:
    return sum(len(row.text) - row.links for row in page.lines[candidate.start : candidate.end])


def _container_name(element: "etree._Element") -> str:
    if element.tag in _CONTAINER_TAGS:
        return str(element.tag)
    for word in name_of(element).split():
        if word.lower() in _CONTAINERS:
            return word
    if (element.get("itemprop") or "").lower() in _CONTAINER_PROPERTIES:
        return "articleBody"
    return ""


def _find_dense(page: PageLines, weights: Weights) -> Candidate | None:
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


def _grow(page: PageLines, weights: Weights, dense: Candidate) -> Candidate:
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


def _grow_over_box(page: PageLines, weights: Weights, dense: Candidate) -> Candidate:
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


def _find_below_info(page: PageLines, weights: Weights, dense: Candidate) -> Candidate | None:
    """The element right below the info line, where the dense part lies elsewhere and is short: a table, a poem, short
    news above teasers or a footer that hold more running text than it."""
    if dense.prose >= _SHORT:
        return None
    info = next((i for i, line in enumerate(page.lines) if _tells_date(line)), len(page.lines))
    if info >= len(page.lines) or not any(_is_headline(line) for line in page.lines[max(0, info - 4) : info]):
        return None
    below = [b for b in page.blocks if info < b.start <= info + 3 and b.end > b.start + 1 and _own_part(page, b) > 0.8]
    best = max(below, key=lambda b: b.end - b.start, default=None)
    if best is None or (best.start < dense.end and dense.start < best.end) or dense.start <= info:
        return None
    own = _own_part(page, best) * sum(len(line.text) for line in page.lines[best.start : best.end])
    return weights.weigh(dense.layout, best.start, best.end) if own >= _LEAST_BELOW_INFO else None


def _grow_to_container(page: PageLines, weights: Weights, dense: Candidate) -> Candidate | None:
    """The dense part with the short lines beside it in its own element, which are article too: names, contacts, a
    table, what is enclosed. Only where that element lies below the info line or the headline and is no list."""
    first = next((i for i in range(dense.start, dense.end) if not _tells_date(page.lines[i])), dense.start)
    covering = [b for b in page.blocks if b.start <= first and dense.end <= b.end]
    rows = range(first - 1, max(-1, first - _MAX_ABOVE), -1)
    opening = next((i for i in rows if _tells_date(page.lines[i]) or _is_headline(page.lines[i])), None)
    for block in covering[:-3:-1]:
        if opening is None or block.start <= opening:
            break
        if (block.start, block.end) != (dense.start, dense.end) and _own_part(page, block) > 0.8:
            return weights.weigh(dense.layout, block.start, block.end)
    return None


def _own_part(page: PageLines, block: Block) -> float:
    """Share of an element's text that is neither link nor other part of the page; attachments are its own."""
    text = own = 0
    for line in page.lines[block.start : block.end]:
        text += len(line.text)
        enclosed = ATTACHMENT_RE.match(line.text) or FILE_RE.search(line.text)
        own += len(line.text) if enclosed else 0 if line.zone else len(line.text) - line.links
    return own / text if text else 0.0


def _tells_date(line: Line) -> bool:
    return not line.zone and not is_linked(line) and is_info_line(line.text) and parse_moment(line.text) is not None


def _is_headline(line: Line) -> bool:
    return line.block is not None and line.block.tag in ("h1", "h2", "h3") and not is_linked(line) and not line.zone


def _is_of_make(one: "etree._Element", other: "etree._Element") -> bool:
    if one.tag != other.tag or one.get("class") != other.get("class"):
        return False
    return one.getparent() is other.getparent() or (one.tag == "p" and bool(one.get("class")))


def _ask_trafilatura(page: PageLines, weights: Weights, dense: Candidate) -> Candidate | None:
    """The innermost part of the page that holds what trafilatura takes for the article.

    It is given the dense part with its neighbourhood, not the page: its cost grows with what it gets.
    """
    if page.depth > MAX_TRAFILATURA_DEPTH or dense.prose > _MAX_TRAFILATURA_PROSE:
        return None
    near = [
        b
        for b in page.blocks
        if b.start <= dense.start and dense.end <= b.end and b.element.tag not in ("html", "body")
    ]
    part = near[-min(len(near), 4)].element if near else page.root
    text = etree.tostring(part, encoding="unicode", method="html", with_tail=False)
    document = html.document_fromstring(f"<html><body><div>{text}</div></body></html>")
    etree.strip_elements(document, *_PRUNED, with_tail=False)
    result = trafilatura.bare_extraction(document, fast=True, with_metadata=False, include_comments=False)
    found = bare(str(getattr(result, "text", "") or ""))
    if not found:
        return None
    lengths = weights.lengths
    hits = [
        length if length and bare(line.raw)[:40] in found else 0
        for line, length in zip(page.lines, lengths, strict=True)
    ]
    sums = [0, *accumulate(hits)]
    block: Block | None = None
    for b in page.blocks:  # parents come first, so the last that holds nearly all is the innermost
        if sums[-1] and sums[b.end] - sums[b.start] >= 0.95 * sums[-1]:
            block = b
    return weights.weigh("trafilatura", block.start, block.end) if block else None


def _agreement(page: PageLines, weights: Weights, one: Candidate, other: Candidate) -> float:
    start, end = max(one.start, other.start), min(one.end, other.end)
    common = weights.prose[end] - weights.prose[start] if end > start else 0
    return 2 * common / (one.prose + other.prose) if one.prose + other.prose else 0.0
