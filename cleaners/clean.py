"""clean_page(): raw page to article, as one readable list of steps."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from cleaners.boilerplate import drop_boilerplate
from cleaners.building import build_article
from cleaners.candidates import Candidate
from cleaners.charset import decode_page
from cleaners.dates import parse_moment
from cleaners.explanation import Explanation as Explanation
from cleaners.extract import extract_body
from cleaners.headline import cut_title, find_beside, find_headline
from cleaners.info_lines import is_dated, is_sourced, kept_span, read_facts
from cleaners.layouts import read_page_lines
from cleaners.line_rules import Dropped
from cleaners.markdown import read_text_lines
from cleaners.measures import bare, is_info_line, is_linked, prose_length
from cleaners.mending import mend
from cleaners.metadata import read_head
from cleaners.parts import join_parts
from cleaners.rejects import (
    asks_password,
    find_bytes_reason,
    find_list_reason,
    find_wall_reason,
    is_answered_letter,
    is_home_title,
)
from cleaners.schema import Article, NormalForm, PageRules, RawPage, Rejected, RejectReason
from cleaners.text_headline import find_text_headline
from cleaners.tree import parse_tree
from cleaners.zones import find_zones

if TYPE_CHECKING:
    from lxml import etree

DEFAULT_FORM = NormalForm()
MAX_TEXT, MAX_LINES = 2_000_000, 60_000
"""Characters and lines of a whole page or text; none with an article has more, and the worst cost seconds a million."""
_LEAST_ARTICLE = 40
"""Characters of running text that an article has before the next one begins."""
_LEAST_ALONE, _LEAST_OTHERS = 100, 5
"""Characters of running text and linked headlines above it: fewer and more belong to a box beside the article."""
_SURROGATE_RE = re.compile("[\ud800-\udfff]")


def clean_page(page: RawPage, rules: Iterable[PageRules] = (), form: NormalForm = DEFAULT_FORM) -> Article:
    """The article of a raw page. `rules` are the layouts of its portal, newest first; `form` is the spelling wanted.

    Raises Rejected for what is no article; any other exception is a bug.
    """
    rules = tuple(rules)
    article = _article_of(explain_page(page, rules, form))
    parts = [record.article for part in page.more if (record := explain_page(part, rules, form)).article]
    return join_parts(article, parts)


def clean_text(
    text: str,
    url: str | None = None,
    portal: str | None = None,
    fetched_at: datetime | None = None,
    listed_title: str | None = None,
    listed_at: datetime | None = None,
    form: NormalForm = DEFAULT_FORM,
) -> Article:
    """The article of a text that someone already took out of its page: the second half of `clean_page`.

    Raises Rejected like `clean_page`.
    """
    return _article_of(explain_text(text, url, portal, fetched_at, listed_title, listed_at, form))


def explain_page(page: RawPage, rules: Iterable[PageRules] = (), form: NormalForm = DEFAULT_FORM) -> Explanation:
    """`clean_page` with everything it decided on the way; a rejection is in the record, not raised."""
    record = Explanation(
        url=page.url,
        portal=page.portal,
        listed_title=page.listed_title,
        listed_at=page.listed_at,
        fetched_at=page.fetched_at,
        form=form,
    )
    try:
        root = _open_page(page, record)
        tree = read_page_lines(root, tuple(rules), record)
        _reject_long(record)
        mend(record)
        if not record.candidates:
            tree.title = bare(cut_title(record.page_title))
            find_zones(tree)
            if reason := find_wall_reason(page.body, record.page_title, record.lines):
                raise Rejected(reason)
            record.candidates = extract_body(tree)
        _finish(record)
    except Rejected as rejected:
        record.rejected = rejected
    return record


def explain_text(
    text: str,
    url: str | None = None,
    portal: str | None = None,
    fetched_at: datetime | None = None,
    listed_title: str | None = None,
    listed_at: datetime | None = None,
    form: NormalForm = DEFAULT_FORM,
) -> Explanation:
    """`clean_text` with everything it decided on the way; a rejection is in the record, not raised."""
    record = Explanation(url, portal, listed_title, listed_at, fetched_at, form)
    try:
        if len(text) > MAX_TEXT:
            raise Rejected(RejectReason.TOO_LARGE)
        text = _SURROGATE_RE.sub("\ufffd", text)
        record.lines = read_text_lines(text)
        if not record.lines:
            raise Rejected(RejectReason.EMPTY)
        _reject_long(record)
        mend(record)
        record.candidates = [Candidate("", 0, len(record.lines))]
        _finish(record)
    except Rejected as rejected:
        record.rejected = rejected
    return record


def _finish(record: Explanation) -> None:
    """The second half, the same for pages and texts: lines and a body among them → Article."""
    if not record.candidates:
        raise Rejected(RejectReason.NO_BODY)
    _find_headline(record)
    _drop_page_lines(record)
    read_facts(record)
    _reject_lists(record)
    record.article = build_article(record)


def _article_of(record: Explanation) -> Article:
    if record.article is None:
        raise record.rejected or Rejected(RejectReason.NO_BODY)
    return record.article


def _open_page(page: RawPage, record: Explanation) -> "etree._Element":
    """Bytes → text → tree."""
    if reason := find_bytes_reason(page.body):
        raise Rejected(reason)
    text, record.encoding = decode_page(page.body, page.content_type)
    root = parse_tree(text)
    record.page_title, record.meta = read_head(root)
    record.login = asks_password(page.body)
    return root


def _reject_long(record: Explanation) -> None:
    """Raise Rejected where there is more text than any article has."""
    if len(record.lines) > MAX_LINES or sum(len(line.text) for line in record.lines) > MAX_TEXT:
        raise Rejected(RejectReason.TOO_LARGE)


def _find_headline(record: Explanation) -> None:
    """The headline, with what stands right above and below it."""
    body = record.candidates[0]
    hints = [record.named.get("title"), record.listed_title]
    hints += [record.meta.get("articletitle"), record.meta.get("og:title")]
    known = [cut_title(hint) for hint in hints if hint]
    if body.layout:
        record.headline = find_headline(record.lines, body.start, known, record.page_title)
    else:
        record.headline = find_text_headline(record.lines, known)
    find_beside(record.headline, record.lines)


def _drop_page_lines(record: Explanation) -> None:
    """Body candidate → lines of the article; every other line of it with the rule that dropped it."""
    body, headline, lines = record.candidates[0], record.headline, record.lines
    start = body.start
    if headline.end is not None and body.start < headline.end < body.end and not body.declared:
        start = headline.end
    end = body.end if body.declared else _find_next_article(record, start)
    above = [Dropped(line, "headline and above") for line in lines[body.start : start]]
    inside = [line for line in lines[start:end] if line.text]
    keywords = record.meta.get("keywords", "")
    record.kept, dropped = drop_boilerplate(inside, headline.title, keywords, declared=body.declared)
    record.dropped = above + dropped + [Dropped(line, "next article") for line in lines[end : body.end]]
    if headline.subtitle is None:
        headline.subtitle = next((drop.line.text for drop in dropped if drop.rule == "subtitle"), None)


def _find_next_article(record: Explanation, start: int) -> int:
    """Where a body ends that holds the next article too, as pages do that go on without end: at the next headline
    made like the first, above a date, with an article before it. The name of a law, which its text repeats above the
    day it was passed, is none."""
    lines, end, at = record.lines, record.candidates[0].end, record.headline.end
    first = lines[at - 1].block if at else None
    if first is None or first.tag not in ("h1", "h2"):
        return end
    told, prose = bare(record.headline.title or ""), 0
    for i in range(start, end):
        block = lines[i].block
        prose += prose_length(lines[i])
        if prose < _LEAST_ARTICLE or bare(lines[i].text) in told:
            continue
        if block is None or block is first or block.tag != first.tag or block.get("class") != first.get("class"):
            continue
        if any(is_info_line(line.text) and parse_moment(line.text) for line in lines[i + 1 : i + 6]):
            return i
    return end


def _reject_lists(record: Explanation) -> None:
    """Raise Rejected where a page holds no article: a list, a shell, a form."""
    body = record.candidates[0]
    if not body.layout:
        return
    first, last = kept_span(record)
    reason = find_list_reason(
        [line for line in record.lines[first : last + 1] if not line.zone],
        record.kept,
        known=body.layout not in ("density", "trafilatura") or is_answered_letter(record.lines),
        dated=is_dated(record) or is_sourced(record),
        titled=record.headline.start is not None and not is_home_title(record.page_title),
        login=record.login,
    )
    if reason is None and _is_of_other_box(record, first):
        reason = RejectReason.NO_BODY
    if reason:
        raise Rejected(reason)


def _is_of_other_box(record: Explanation, first: int) -> bool:
    """True for the few words of a box beside an article of pictures: headlines of others stand above them."""
    above = record.lines[record.headline.end or first : first]
    if sum(map(prose_length, record.kept)) >= _LEAST_ALONE or len(above) < _LEAST_OTHERS:
        return False
    others = (line for line in above if is_linked(line) and len(line.text) >= 8)
    return sum(line.zone in ("", "related") for line in others) >= _LEAST_OTHERS
