"""Headlines and teasers of other articles below a text that was taken out of its page: no link marks them there."""

import re
from collections.abc import Callable, Sequence

from cleaners.line_rules import ATTACHMENT_RE, CAPTION_RE, FILE_RE, find_rule
from cleaners.measures import prose_length
from cleaners.tail_rules import END, TAIL
from cleaners.tree import Line

_SENTENCE_END_RE = re.compile(r"[。！？!?；;：:）)】”’]$")
# 近日，某市召开推进会，要求各地各部门... · 5月22日，农户在采摘蓝莓……【详细】
_CUT_RE = re.compile(r"(?:…|\.{3})\s*$|[【\[（(](?:详细|全文|查看全文|查看详情|阅读全文|更多)[】\]）)]\s*$")
# 某市出台二十六条措施 2024/03/05 · 某市举行签约仪式 2024-03-05 20:19
_DATED_RE = re.compile(
    r"(?<=\S)[\s（(\[【](?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s\d{1,2}:\d\d(?::\d\d)?)?[）)\]】]?$"
)
# 云岭县人民政府 · 云岭县招商局办公室: who signs
_OFFICE_RE = re.compile(r"[一-龥]{2,20}(?:政府|委员会|[局厅部处室院会办司组]|中心|公司|大学|银行)")
# 关键词： over 招商 and 签约
_LABEL_RE = re.compile(r"(?:本文)?(?:关键[词字]|标签|tags?)\s*[:：]", re.IGNORECASE)
_LEAST_FEED, _LEAST_ENTRY, _LEAST_RUN, _MOST_ENTRIES = 8, 10, 3, 200
_NO_HEADING = frozenset(("attachment", "related documents", "byline"))


def is_plain(lines: Sequence[Line]) -> bool:
    """True for a text that has no page: where links were is not known."""
    return all(line.block is None and not line.links for line in lines)


def count_paragraphs(lines: Sequence[Line]) -> list[int]:
    """For each line 1 where it is a paragraph, else 0."""
    return [int(len(line.text) > 40 and "。" in line.text) for line in lines]


def is_feed(lines: int, paragraphs: int) -> bool:
    """True for a stream of headlines, menus and the like: many lines, one in four of them a paragraph at most."""
    return lines >= _LEAST_FEED and 4 * paragraphs <= lines


def are_teasers(lines: Sequence[Line]) -> bool:
    """True where at least half of the long lines are beginnings of articles, cut at a number of characters."""
    long = [line.text for line in lines[:12] if len(line.text) > 30]
    cut = [text for text in long if _CUT_RE.search(text) or not _SENTENCE_END_RE.search(text)]
    return bool(long) and 2 * len(cut) >= len(long)


def count_entries(lines: Sequence[Line], end: int) -> int:
    """How many lines before `end` are a list of other articles, dated ones or headlines below a line of the page, or
    the keywords below their label.

    Left alone: signatures of offices, captions, names of files, fewer than three of them.
    """
    last = lines[max(0, end - _MOST_ENTRIES) : end]
    dated = _count_back(last, _is_dated)
    if dated >= _LEAST_RUN:
        return dated
    words = _count_back(last[-8:], lambda line: len(line.text) < 16 and not _SENTENCE_END_RE.search(line.text))
    if 0 < words < len(last) and _LABEL_RE.fullmatch(last[-words - 1].text):
        return words + 1
    run = _count_back(last, _is_entry)
    if _LEAST_RUN <= run < len(last):
        above = last[len(last) - run - 1]
        rule = find_rule(above, END) or find_rule(above, TAIL)
        if rule and rule not in _NO_HEADING and prose_length(above) < 60:
            return run
    return 0


def _count_back(lines: Sequence[Line], is_one: Callable[[Line], bool]) -> int:
    return next((i for i, line in enumerate(reversed(lines)) if not is_one(line)), len(lines))


def _is_dated(line: Line) -> bool:
    match = _DATED_RE.search(line.text) if len(line.text) < 70 else None
    return match is not None and match.start() >= _LEAST_ENTRY - 2


def _is_entry(line: Line) -> bool:
    text = line.text
    return (
        _LEAST_ENTRY <= len(text) < 50
        and not _SENTENCE_END_RE.search(text)
        and not (ATTACHMENT_RE.match(text) or FILE_RE.search(text) or CAPTION_RE.search(text))
        and not _OFFICE_RE.fullmatch(text)
    )
