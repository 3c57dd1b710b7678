"""clean_page(): raw page to article, as one readable list of steps."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from cleaners.boilerplate import Dropped, drop_boilerplate
from cleaners.charset import decode_page
from cleaners.dates import find_published, find_short_moment, parse_moment
from cleaners.explanation import Explanation as Explanation
from cleaners.extract import Candidate, extract_body, find_zones
from cleaners.fingerprint import content_hash
from cleaners.headline import cut_title, find_beside, find_headline, find_text_headline
from cleaners.images import find_images
from cleaners.labels import has_label, parse_labels
from cleaners.layouts import read_page_lines
from cleaners.line_rules import DOCUMENT_TABLE_RE
from cleaners.measures import is_info_line, is_linked
from cleaners.metadata import find_facts, join_labels, read_head
from cleaners.names import parse_names, parse_source
from cleaners.normalize import normalize_text
from cleaners.parts import join_parts
from cleaners.rejects import MIN_LETTERS, count_letters, find_bytes_reason, find_list_reason, find_wall_reason
from cleaners.repair import fix_text
from cleaners.schema import Article, Image, NormalForm, PageRules, RawPage, Rejected, RejectReason, Script
from cleaners.script import find_script, to_simplified
from cleaners.section import find_section
from cleaners.tree import Line, parse_tree
from cleaners.urls import canonical_url

if TYPE_CHECKING:
    from lxml import etree

DEFAULT_FORM = NormalForm()
CLEANER_VERSION = "1"
"""Raised with every change of a rule: articles of another version are due for reprocessing."""


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
        _mend(record)
        if not record.candidates:
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
    record.lines = [Line(line.strip(), raw=line.strip()) for line in text.splitlines() if line.strip()]
    try:
        if not record.lines:
            raise Rejected(RejectReason.EMPTY)
        _mend(record)
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
    _read_facts(record)
    _reject_lists(record)
    record.article = _build_article(record)


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
    return root


def _mend(record: Explanation) -> None:
    """Repair and script conversion, once, before anything is matched: every pattern is written for sound
    Simplified text alone. Costs next to nothing where there is nothing to do."""
    head = [" ".join(value.split()) for value in (record.page_title, *record.meta.values(), *record.named.values())]
    texts = [*(line.text for line in record.lines), *head]
    text = "\n".join(texts)
    record.script = find_script("\n".join(t for t in texts if len(t) > 12) or text)
    mended, record.changes = fix_text(text)
    own = mended.split("\n")
    if len(own) != len(texts):  # a repair joined or split lines
        own = [fix_text(t)[0].replace("\n", " ") for t in texts]
    rows = own
    if record.script in (Script.HANT, Script.MIXED):
        rows = to_simplified("\n".join(own), record.form.script or DEFAULT_FORM.script).split("\n")
    if rows == texts:
        return
    for line, row, unconverted in zip(record.lines, rows, own, strict=False):
        line.text, line.own = row.strip(), unconverted.strip()
        line.links = min(line.links, len(line.text))
        line.prose = None
    values = iter(rows[len(record.lines) :])
    record.page_title = next(values)
    record.meta = {name: next(values) for name in record.meta}
    record.named = {name: next(values) for name in record.named}


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
    above = [Dropped(line, "headline and above") for line in lines[body.start : start]]
    inside = [line for line in lines[start : body.end] if line.text]
    keywords = record.meta.get("keywords", "")
    record.kept, dropped = drop_boilerplate(inside, headline.title, keywords, declared=body.declared)
    record.dropped = above + dropped
    if headline.subtitle is None:
        headline.subtitle = next((drop.line.text for drop in dropped if drop.rule == "subtitle"), None)


def _read_facts(record: Explanation) -> None:
    """Time, source and people from the lines around what was kept, and from the page head."""
    first, last = _kept_span(record)
    top = max(0, min(record.headline.start if record.headline.start is not None else first, first) - 4, first - 40)
    top = _find_document_table(record.lines, top)
    above = [line.text for line in record.lines[top:first] if not is_linked(line) or _may_inform(line)]
    above = join_labels([record.named.get("info", ""), *above])
    above += [
        drop.line.text
        for drop in record.dropped
        if drop.rule in ("byline", "info line") and drop.line.text not in above
    ]
    above += [f"作者：{drop.line.text}" for drop in record.dropped if drop.rule == "names"]
    below = join_labels([line.text for line in record.lines[last + 1 : last + 16]])
    kept = [line.text for line in record.kept]
    record.info = above
    record.facts = find_facts(above, kept, below, record.meta)
    record.witnesses = find_published(
        named=record.named.get("published") or record.named.get("info"),
        info=above,
        tail=below,
        meta=record.meta,
        urls=(record.url, record.meta.get("canonical"), record.meta.get("og:url")),
        listed_at=record.listed_at,
        dateline=kept[0] if kept else "",
        fetched_at=record.fetched_at,
    )


def _find_document_table(lines: list[Line], top: int) -> int:
    """Where the table above a government document begins, `索引号：` to `公开范围：`; `top` where there is none."""
    rows = range(max(0, top - 24), top)
    return next((i for i in rows if DOCUMENT_TABLE_RE.match(lines[i].text)), top)


def _may_inform(line: Line) -> bool:
    """A line of links that tells facts all the same: `来源：新华网`, `http://www.qianlong.com/ 2005-07-18 13:03:17`."""
    return has_label(line.text) or line.text.startswith(("http://", "www.")) or find_short_moment(line.text) is not None


def _kept_span(record: Explanation) -> tuple[int, int]:
    """First and last line of the article among the lines of the page."""
    kept = {id(line) for line in record.kept}
    found = [i for i, line in enumerate(record.lines) if id(line) in kept]
    return (found[0], found[-1]) if found else (record.candidates[0].start, record.candidates[0].start - 1)


def _reject_lists(record: Explanation) -> None:
    """Raise Rejected where a page holds no article: a list, a shell, a form."""
    body = record.candidates[0]
    if not body.layout:
        return
    first, last = _kept_span(record)
    reason = find_list_reason(
        [line for line in record.lines[first : last + 1] if not line.zone],
        record.kept,
        known=body.layout not in ("density", "trafilatura"),
        dated=_is_dated(record) or _is_sourced(record),
        titled=record.headline.start is not None,
    )
    if reason:
        raise Rejected(reason)


def _is_dated(record: Explanation) -> bool:
    """True where an info line tells a date; a row of them is a list: the dates of its entries."""
    dated = [line for line in record.info[-12:] if is_info_line(line) and parse_moment(line)]
    return bool(dated) and sum(len(line) < 24 and not has_label(line) for line in dated) < 4


def _is_sourced(record: Explanation) -> bool:
    """True where a line names the source, as lines of lists do not: `本文转自：海滨晚报`."""
    return any(has_label(line) and parse_labels(line)[0].source for line in record.info[-12:])


def _build_article(record: Explanation) -> Article:
    """Everything in normal form."""
    form = record.form
    keeps_script = not form.script and record.script in (Script.HANT, Script.MIXED)
    kept = [(keeps_script and line.own) or line.text for line in record.kept]
    text = normalize_text("\n".join(kept), width=form.width, punctuation=form.punctuation)
    if count_letters(text) < MIN_LETTERS:
        raise Rejected(RejectReason.NO_BODY)
    named, facts, headline = record.named, record.facts, record.headline
    moment = record.witnesses[0].moment if record.witnesses else None
    title = named.get("title") or headline.title
    crumbs = [line.text for line in record.lines[: record.candidates[0].start + 8]]

    def normal(value: str | None) -> str | None:
        if not value:
            return None
        value = _in_own_script(value, record.lines) if keeps_script else value
        return " ".join(normalize_text(value, width=form.width, punctuation=form.punctuation).split()) or None

    def names(values: Iterable[str]) -> tuple[str, ...]:
        return tuple(_in_own_script(value, record.lines) if keeps_script else value for value in values)

    images = find_images(record.pictures, record.lines, _kept_span(record), record.url or "")
    return Article(
        url=record.url,
        canonical_url=canonical_url(record.url) if record.url else None,
        portal=record.portal,
        title=normal(title),
        kicker=normal(named.get("kicker") or headline.kicker),
        subtitle=normal(named.get("subtitle") or headline.subtitle),
        text=text,
        published_at=moment.when if moment else None,
        published_raw=moment.raw if moment else None,
        published_from=record.witnesses[0].origin if moment else None,
        published_precision=moment.precision if moment else None,
        source=normal(parse_source(named["source"]) if "source" in named else facts.source),
        publisher=normal(facts.publisher),
        authors=names(parse_names(named["authors"], free=True) if "authors" in named else facts.authors),
        editors=names(parse_names(named["editors"]) if "editors" in named else facts.editors),
        reviewers=names(facts.reviewers),
        section=names(find_section([named["section"]] if "section" in named else crumbs, title, record.page_title)),
        images=tuple(Image(image.url, normal(image.caption)) for image in images),
        script=record.script,
        encoding=record.encoding,
        layout=record.candidates[0].layout or None,
        changes=record.changes,
        content_hash=content_hash(text),
        fetched_at=record.fetched_at,
        cleaner_version=CLEANER_VERSION,
    )


def _in_own_script(value: str, lines: Iterable[Line]) -> str:
    """A converted string as the page writes it, taken from the line it stands in; itself where no line has it."""
    for line in lines:
        at = line.text.find(value)
        if at >= 0 and len(line.own) == len(line.text):
            return line.own[at : at + len(value)]
    return value
