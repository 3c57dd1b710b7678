"""Lines beside the article that tell facts of it: which they are, and what they say."""

from cleaners.dates import BELOW_RE, find_published, find_short_moment, parse_moment
from cleaners.explanation import Explanation
from cleaners.labels import has_label, parse_labels
from cleaners.line_rules import DOCUMENT_TABLE_RE
from cleaners.measures import is_info_line, is_linked
from cleaners.metadata import find_facts, find_issue_line, join_labels
from cleaners.tree import Line

_MOST_DROPPED = 200
"""Dropped lines that are read for facts."""
_LONGEST = 2_000
"""Characters of a line that tells where an article is from."""


def read_facts(record: Explanation) -> None:
    """Time, source and people from the lines around what was kept, and from the page head."""
    first, last = kept_span(record)
    top = max(0, min(record.headline.start if record.headline.start is not None else first, first) - 4, first - 40)
    top = _find_document_table(record.lines, top)
    above = [line.text for line in record.lines[top:first] if not is_linked(line) or _may_inform(line)]
    if (title := record.headline.title) and not record.candidates[0].layout:  # 云岭县召开会议 2024-03-05 来源：云岭网
        above = [text.removeprefix(title) or text for text in above]
    above = join_labels([record.named.get("info", ""), *above])
    told = [drop.line.text for drop in record.dropped if drop.rule in ("byline", "info line")]
    above += [text for text in told[:_MOST_DROPPED] if text not in above]
    above += [f"作者：{drop.line.text}" for drop in record.dropped if drop.rule == "names"]
    if not any(map(parse_moment, above)):
        above += find_issue_line([line.text for line in record.lines[:first]])
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


def is_dated(record: Explanation) -> bool:
    """True where an info line tells a date, above the text or below it; a row of them is a list: the dates of its
    entries."""
    last = kept_span(record)[1]
    if any(BELOW_RE.fullmatch(line.text) for line in record.lines[last + 1 : last + 4]):
        return True
    dated = [line for line in record.info[-12:] if is_info_line(line) and parse_moment(line)]
    return bool(dated) and sum(len(line) < 24 and not has_label(line) for line in dated) < 4


def is_sourced(record: Explanation) -> bool:
    """True where a line names the source, as lines of lists do not: `本文转自：海滨晚报`."""
    return any(len(line) <= _LONGEST and has_label(line) and parse_labels(line)[0].source for line in record.info[-12:])


def kept_span(record: Explanation) -> tuple[int, int]:
    """First and last line of the article among the lines of the page."""
    kept = {id(line) for line in record.kept}
    found = [i for i, line in enumerate(record.lines) if id(line) in kept]
    return (found[0], found[-1]) if found else (record.candidates[0].start, record.candidates[0].start - 1)
