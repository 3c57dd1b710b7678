"""Main content of a page: candidates with their evidence, and the one that wins."""

from itertools import accumulate, islice

import trafilatura
from lxml import etree, html

from cleaners.candidates import Candidate, Weights
from cleaners.containers import find_containers, follows_info, own_length
from cleaners.density import SHORT, find_below_info, find_dense, grow_over_box, grow_over_siblings, grow_to_container
from cleaners.measures import bare, is_info_line
from cleaners.tree import Block, PageLines

MAX_TRAFILATURA_DEPTH = 200
_MAX_TRAFILATURA_PROSE, _MAX_TRAFILATURA_TEXT, _MAX_TRAFILATURA_ELEMENTS = 100_000, 300_000, 50_000
"""Characters and elements of what trafilatura is given; it takes 15 µs and 2 kB an element, even of empty ones."""
_PRUNED = ("script", "style", "noscript", "iframe", "select", "button", "input", "svg", "object", "embed")


def extract_body(page: PageLines) -> list[Candidate]:
    """The candidates for the article, the winner first; empty for a page without lines.

    A known container wins where it holds most of what is dense on the page, or where little is dense at all
    (short news). So does a dense part with nearly all the text of the page and little else. Otherwise trafilatura,
    given the pruned tree, is asked, and the part of the page that agrees best with it and is dense wins.
    """
    weights = Weights(page)
    dense = find_dense(page, weights)
    if dense is None:
        return []
    dense = grow_over_siblings(page, weights, dense)
    dense = grow_over_box(page, weights, dense)
    known = find_containers(page, weights)
    opened = find_below_info(page, weights, dense)
    if opened:  # what is further down is no part of the article, whatever its name
        known = [candidate for candidate in known if candidate.start < opened.end]
    grown = opened or grow_to_container(page, weights, dense)
    dense, short = grown or dense, grown is not None and grown.prose < SHORT
    if known:
        best = known[0]
        if best.prose >= 0.5 * dense.prose and best.score >= 0.6 * dense.score:
            best.note = "a known container with most of the running text"
            return [best, dense, *known[1:]]
        below = next((c for c in known if follows_info(page, c) and c.links < own_length(page, c)), None)
        if below and _skips_text(page, weights, below, dense):
            below = None
        if below and (below.prose >= 0.3 * dense.prose or dense.prose < 60):
            below.note = "a known container right below the info line"
            return [below, dense, *(c for c in known if c is not below)]
    if short:  # of little text trafilatura knows nothing
        dense.note = "the element below the info line or the headline, short"
        return [dense, *known]
    if _is_clear(page, weights, dense):
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


def _skips_text(page: PageLines, weights: Weights, below: Candidate, dense: Candidate) -> bool:
    """True where paragraphs stand between the info line and the container, and the dense part holds both: some of the
    text was pasted with the container of the editor that it came from."""
    if not dense.start < below.start or below.end > dense.end:
        return False
    rows = range(dense.start, below.start)
    first = next((i for i in reversed(rows) if is_info_line(page.lines[i].text)), dense.start)
    return weights.prose[below.start] - weights.prose[first] > max(60, 0.5 * below.prose)


def _is_clear(page: PageLines, weights: Weights, dense: Candidate) -> bool:
    """True where trafilatura, the dearest step, could only confirm the dense part."""
    if dense.start == 0 or dense.prose < 200:
        return False
    share, part = dense.score / dense.prose, dense.prose / weights.prose[-1]
    return (share >= 0.985 and part >= 0.9) or (share >= 0.95 and part >= 0.6 and follows_info(page, dense))


def _ask_trafilatura(page: PageLines, weights: Weights, dense: Candidate) -> Candidate | None:
    """The innermost part of the page that holds what trafilatura takes for the article.

    It is given the dense part with its neighbourhood, not the page: its cost grows with what it gets.
    """
    if page.depth > MAX_TRAFILATURA_DEPTH or dense.prose > _MAX_TRAFILATURA_PROSE:
        return None
    blocks = [
        b
        for b in page.blocks
        if b.start <= dense.start and dense.end <= b.end and b.element.tag not in ("html", "body")
    ]
    near = blocks[-min(len(blocks), 4)] if blocks else None
    lines = page.lines[near.start : near.end] if near else page.lines
    part = near.element if near else page.root
    if sum(len(line.text) for line in lines) > _MAX_TRAFILATURA_TEXT or _has_many_elements(part):
        return None
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


def _has_many_elements(part: "etree._Element") -> bool:
    return any(True for _ in islice(part.iter(), _MAX_TRAFILATURA_ELEMENTS, None))


def _agreement(page: PageLines, weights: Weights, one: Candidate, other: Candidate) -> float:
    start, end = max(one.start, other.start), min(one.end, other.end)
    common = weights.prose[end] - weights.prose[start] if end > start else 0
    return 2 * common / (one.prose + other.prose) if one.prose + other.prose else 0.0
