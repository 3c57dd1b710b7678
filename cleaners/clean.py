"""clean_page(): raw page to article, as one readable list of steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cleaners.boilerplate import Dropped, drop_boilerplate, prose_length
from cleaners.charset import decode_page
from cleaners.dates import Witness, find_published
from cleaners.extract import Candidate, extract_body, extract_named, find_zones
from cleaners.fingerprint import content_hash
from cleaners.headline import Headline, cut_title, find_beside, find_headline, find_section, find_text_headline
from cleaners.metadata import Facts, find_facts, join_labels, read_head
from cleaners.normalize import normalize_text
from cleaners.people import parse_names, parse_source
from cleaners.rejects import count_letters, find_bytes_reason, find_list_reason, find_wall_reason
from cleaners.repair import fix_text
from cleaners.schema import Article, PageRules, RawPage, Rejected, RejectReason, Script
from cleaners.script import find_script, to_simplified
from cleaners.tree import Line, PageLines, parse_tree, read_lines
from cleaners.urls import canonical_url

CLEANER_VERSION = "1"


@dataclass(slots=True)
class Explanation:
    """How a page or a text was read: every decision and what it rested on. `clean_page` returns its article."""

    url: str | None = None
    portal: str | None = None
    listed_title: str | None = None
    listed_at: datetime | None = None
    fetched_at: datetime | None = None
    encoding: str | None = None
    script: Script = Script.OTHER
    changes: dict[str, int] = field(default_factory=dict)
    page_title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    """What the layout of the portal found: `title`, `source`, ... → text."""
    lines: list[Line] = field(default_factory=list)
    """The whole page or text, in reading order."""
    candidates: list[Candidate] = field(default_factory=list)
    """Candidates for the body, the winner first."""
    headline: Headline = field(default_factory=Headline)
    kept: list[Line] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    """Who tells the publication time, the one believed first."""
    facts: Facts = field(default_factory=Facts)
    article: Article | None = None
    rejected: Rejected | None = None


def clean_page(page: RawPage, rules: Iterable[PageRules] = ()) -> Article:
    """The article of a raw page. `rules` are the layouts of its portal, newest first.

    Raises Rejected for what is no article; any other exception is a bug.
    """
    return _article_of(explain_page(page, rules))


def clean_text(
    text: str,
    url: str | None = None,
    portal: str | None = None,
    fetched_at: datetime | None = None,
    listed_title: str | None = None,
    listed_at: datetime | None = None,
) -> Article:
    """The article of a text that someone already took out of its page: the second half of `clean_page`.

    Raises Rejected like `clean_page`.
    """
    return _article_of(explain_text(text, url, portal, fetched_at, listed_title, listed_at))


def explain_page(page: RawPage, rules: Iterable[PageRules] = ()) -> Explanation:
    """`clean_page` with everything it decided on the way; a rejection is in the record, not raised."""
    record = Explanation(
        url=page.url,
        portal=page.portal,
        listed_title=page.listed_title,
        listed_at=page.listed_at,
        fetched_at=page.fetched_at,
    )
    try:
        tree = _open_page(page, tuple(rules), record)
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
) -> Explanation:
    """`clean_text` with everything it decided on the way; a rejection is in the record, not raised."""
    record = Explanation(url=url, portal=portal, fetched_at=fetched_at, listed_title=listed_title, listed_at=listed_at)
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


def _article_of(record: Explanation) -> Article:
    if record.article is None:
        raise record.rejected or Rejected(RejectReason.NO_BODY)
    return record.article


def _open_page(page: RawPage, rules: Sequence[PageRules], record: Explanation) -> PageLines:
    """Bytes → text → tree → lines, and what the portal's own layout finds in them."""
    if reason := find_bytes_reason(page.body):
        raise Rejected(reason)
    text, record.encoding = decode_page(page.body, page.content_type)
    root = parse_tree(text)
    layout = next((rule for rule in rules if "".join(extract_named(PageLines(root), (rule.body,))).strip()), None)
    bodies = root.xpath(layout.body) if layout else []
    unwanted = [element for path in layout.drop for element in root.xpath(path)] if layout else []
    tree = read_lines(root, {*bodies, *unwanted})
    record.lines = tree.lines
    record.page_title, record.meta = read_head(root)
    if layout:
        record.named = {
            name: found
            for name in ("title", "kicker", "subtitle", "info", "published", "source", "authors", "editors", "section")
            if (path := getattr(layout, name)) and (found := extract_named(tree, (path,)))
        }
        spans = {block.element: block for block in tree.blocks}
        for element in unwanted:
            for line in tree.lines[spans[element].start : spans[element].end]:
                line.zone = "dropped by the layout"
        wanted = [spans[element] for element in bodies if element in spans]
        start, end = min(b.start for b in wanted), max(b.end for b in wanted)
        inside = {i for b in wanted for i in range(b.start, b.end)}
        for i in range(start, end):
            if i not in inside:
                tree.lines[i].zone = "between the bodies of the layout"
        record.candidates = [Candidate(layout.layout, start, end, note="the portal's layout")]
    return tree


def _mend(record: Explanation) -> None:
    """Repair and script conversion, once for all that is read later, so that patterns are in Simplified only."""
    head = [record.page_title, *record.meta.values(), *record.named.values()]
    head = [" ".join(value.split()) for value in head]
    text = "\n".join([*(line.text for line in record.lines), *head])
    mended, record.changes = fix_text(text)
    record.script = find_script("\n".join(line.text for line in record.lines if len(line.text) > 12) or text)
    if record.script in (Script.HANT, Script.MIXED):
        mended = to_simplified(mended)
    if mended == text:
        return
    rows = mended.split("\n")
    if len(rows) != len(record.lines) + len(head):  # a repair joined or split lines: mend them one by one
        rows = [to_simplified(fix_text(row)[0]) if record.script in (Script.HANT, Script.MIXED) else fix_text(row)[0]
                for row in text.split("\n")]
    for line, row in zip(record.lines, rows, strict=False):
        line.text = row.strip()
        line.links = min(line.links, len(line.text))
    values = rows[len(record.lines) :]
    record.page_title = values[0]
    record.meta = dict(zip(record.meta, values[1:], strict=False))
    record.named = dict(zip(record.named, values[1 + len(record.meta) :], strict=False))


def _finish(record: Explanation) -> None:
    """Lines → headline → boilerplate → metadata → normal form → Article."""
    if not record.candidates:
        raise Rejected(RejectReason.NO_BODY)
    body, is_page = record.candidates[0], bool(record.candidates[0].layout)
    lines = record.lines
    hints = [record.named.get("title"), record.listed_title, record.meta.get("articletitle"), record.meta.get("og:title")]
    hints = [cut_title(hint) for hint in hints if hint]
    if is_page:
        headline = find_headline(lines, body.start, hints, record.page_title)
    else:
        headline = find_text_headline(lines, hints)
    find_beside(headline, lines, body.start)
    record.headline = headline
    start = body.start
    if headline.end is not None and body.start < headline.end < body.end:
        start = headline.end
        record.dropped = [Dropped(line, "headline and above") for line in lines[body.start : start]]
    inside = [line for line in lines[start : body.end] if line.text]
    record.kept, dropped = drop_boilerplate(inside, headline.title, headline.title is not None)
    record.dropped += dropped

    first = lines.index(record.kept[0]) if record.kept else body.end
    last = max((i for i in range(body.start, body.end) if record.kept and lines[i] is record.kept[-1]), default=body.end)
    top = max(0, min(headline.start if headline.start is not None else first, first) - 4)
    above = join_labels([line.text for line in lines[max(top, first - 40) : first]])
    below = join_labels([line.text for line in lines[last + 1 : last + 16]])
    kept = [line.text for line in record.kept]
    record.facts = find_facts([record.named.get("info", ""), *above], kept, below, record.meta)
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
    if is_page:
        reason = find_list_reason(
            lines[body.start : body.end],
            record.kept,
            known=body.layout not in ("density", "trafilatura"),
            dated=bool(record.witnesses),
            titled=headline.start is not None,
        )
        if reason:
            raise Rejected(reason)
    record.article = _article(record, above)


def _article(record: Explanation, above: Sequence[str]) -> Article:
    text = normalize_text("\n".join(line.text for line in record.kept))
    if count_letters(text) < 10:
        raise Rejected(RejectReason.NO_BODY)
    named, facts, witness = record.named, record.facts, record.witnesses[0] if record.witnesses else None
    title = named.get("title") or record.headline.title

    def normal(value: str | None) -> str | None:
        return " ".join(normalize_text(value).split()) or None if value else None

    return Article(
        url=record.url,
        canonical_url=canonical_url(record.url) if record.url else None,
        portal=record.portal,
        title=normal(title),
        kicker=normal(named.get("kicker") or record.headline.kicker),
        subtitle=normal(named.get("subtitle") or record.headline.subtitle),
        text=text,
        published_at=witness.moment.when if witness else None,
        published_raw=witness.moment.raw if witness else None,
        published_from=witness.origin if witness else None,
        published_precision=witness.moment.precision if witness else None,
        source=normal(parse_source(named["source"]) if "source" in named else facts.source),
        publisher=normal(facts.publisher),
        authors=tuple(parse_names(named["authors"], free=True)) if "authors" in named else facts.authors,
        editors=tuple(parse_names(named["editors"])) if "editors" in named else facts.editors,
        reviewers=facts.reviewers,
        section=find_section([named.get("section", ""), *(line.text for line in record.lines[:400])], title),
        script=record.script,
        encoding=record.encoding,
        layout=record.candidates[0].layout or None,
        changes=record.changes,
        content_hash=content_hash(text),
        fetched_at=record.fetched_at,
        cleaner_version=CLEANER_VERSION,
    )
