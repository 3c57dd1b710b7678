"""Lines of the page at the head of a body: repeated headline, info line, document table, repeated lead."""

import re

from cleaners.dates import parse_moment
from cleaners.head_rules import HEAD
from cleaners.labels import has_label
from cleaners.line_rules import (
    CAPTION_RE,
    DOCUMENT_TABLE_RE,
    Dropped,
    find_rule,
    is_document_heading,
    is_document_row,
)
from cleaners.measures import SENTENCE_RE, bare, is_info_line, is_linked, prose_length
from cleaners.names import is_medium
from cleaners.people import parse_bare_names
from cleaners.tree import Line

_LEAD_LABEL_RE = re.compile(r"[\[【（(]?(?:摘要|核心提示|导读|内容提要|提要)\s*[:：】\]]")

# what a layout of the portal takes for article is: an official document repeats its name, a report its day
_ARTICLE_IF_DECLARED = frozenset(("repeated title", "subtitle", "links", "info line"))

DAY_RE = re.compile(r"(?:(?:19|20)\d\d年)?\d{1,2}月\d{1,2}日")
_NOTICE_RE = re.compile(r"(?:通告|公告|通知|公示|意见|办法|决定|条例|命令|方案|规定|批复|函)$")
_PLACE_RE = re.compile(r"(?:地\s*点|地\s*址|主\s*[题办讲持]|参[会加]|出席|嘉\s*宾|主持人|记\s*录|议\s*[题程]|天\s*气)")

# 云岭网, on a line of its own below the date
_MEDIUM_BELOW_RE = re.compile(r"[一-龥·]{1,10}(?:网|报|台|社|客户端|新闻|发布|[新全融]媒体?|融媒体中心)")

# before the lead's second coming: `本报讯`, `本报讯（记者 王建国）`
_MAX_BEFORE_LEAD = 16


def drop_head(lines: list[Line], title: str | None, dropped: list[Dropped], declared: bool) -> list[Line]:
    headline = bare(title or "")
    start = 0
    kept: list[Line] = []
    of_document = any(DOCUMENT_TABLE_RE.match(row.text) for row in lines[:20])
    reprint = next((i for i, row in enumerate(lines[:8]) if row.text.startswith("本文转自")), 0)
    if sum(map(prose_length, lines[:reprint])) > sum(map(prose_length, lines[reprint:])):
        reprint = 0  # the line stands below a short text
    for row in lines[:reprint]:  # slogans of a reprinter above `本文转自：淄博日报`
        dropped.append(Dropped(row, "above the reprint line"))
    lines = lines[reprint:]
    if split := _title_size(lines, headline):
        dropped.extend(Dropped(row, "repeated title") for row in lines[:split])
        lines = lines[split:]
    if len(lines) > 2 and is_document_heading(lines[0].text):
        dropped.extend(Dropped(row, "document table") for row in lines[:2])
        lines = lines[2:]
    for i, row in enumerate(lines[:20]):
        if len(kept) > 3:
            break
        if kept:  # behind a line that stays only what cannot be text: an info line with labels
            is_info = has_label(row.text) and is_info_line(row.text)
            rule = "info line" if is_info else None
        else:
            rule = find_rule(row, HEAD) or _head_rule(row, headline)
            if declared and not (rule == "info line" and has_label(row.text)) and rule in _ARTICLE_IF_DECLARED:
                rule = None
        if rule == "info line" and (_is_time_and_place(lines[i : i + 2]) or _is_chronicle(row, lines)):
            rule = None
        below = _next(lines, i)
        if (
            rule is None
            and not kept
            and parse_bare_names(row.text)
            and (prose_length(below) or is_info_line(below.text))
        ):
            rule = "names"
        if (
            rule is None
            and not kept
            and dropped
            and dropped[-1].rule == "info line"
            and _MEDIUM_BELOW_RE.fullmatch(row.text)
        ):
            rule = "info line"
        if of_document and is_document_row(row.text):
            rule = "document table"
        if rule:
            dropped.append(Dropped(row, rule))
            if rule == "info line" and kept and parse_moment(row.text):  # 县教字〔2020〕8号 over it
                dropped.extend(Dropped(line, "above the info line") for line in kept)
                kept = []
        elif kept and _names_medium(kept[-1].text) and is_info_line(row.text) and parse_moment(row.text):
            dropped.extend(
                (Dropped(kept.pop(), "info line"), Dropped(row, "info line"))
            )  # 云岭电台 over 2024-05-22 8:21
        elif prose_length(row) or row.text.endswith(("。", "！", "？")):
            break
        else:
            kept.append(row)  # a column name above the byline: 【新春走基层】
        start += 1
    return kept + lines[start:]


def _names_medium(text: str) -> bool:
    return is_medium(text) or _MEDIUM_BELOW_RE.fullmatch(text) is not None


def _next(lines: list[Line], i: int) -> Line:
    return lines[min(i + 1, len(lines) - 1)]


def _title_size(lines: list[Line], headline: str) -> int:
    """How many lines repeat the headline: set in two or three lines, or below the headline that a paper gave it.

    `为新时代述学立论` above `——社会科学优秀成果奖评选综述`, the headline. The name of a notice, which is part of
    the document, is left alone.
    """
    if not headline or _NOTICE_RE.search(headline):
        return 0
    for size in (2, 3):
        rows = lines[:size]
        if len(rows) == size and all(len(row.text) < 50 and not SENTENCE_RE.search(row.text) for row in rows):
            if bare("".join(row.text for row in rows)) == headline:
                return size
            if rows[-1].text.startswith(("—", "--")) and bare(rows[-1].text) == headline:
                return size
    if len(lines) > 2 and bare(lines[1].text) == headline and prose_length(lines[2]):
        above = lines[0].text  # 15家企业, over the headline once more; not 事项名称 over 户外广告登记, a form
        if len(above) < 30 and not re.search(r"[，。；：！？:]|(?:名称|标题|题目|主题|事项|项目)$", above):
            return 2
    return 0


def _is_time_and_place(rows: list[Line]) -> bool:
    """`时间：2024年3月5日` above `地点：县会议中心`: the head of an interview or the minutes of a meeting."""
    return len(rows) > 1 and rows[0].text.startswith(("时间", "日期")) and bool(_PLACE_RE.match(rows[1].text))


def _is_chronicle(row: Line, lines: list[Line]) -> bool:
    """`2024年3月1日` where two more lines are days: the headings of a chronicle, a programme."""
    return bool(DAY_RE.fullmatch(row.text)) and sum(bool(DAY_RE.fullmatch(line.text)) for line in lines) > 2


def _head_rule(line: Line, headline: str) -> str | None:
    text = line.text
    if headline and len(text) < 160 and bare(text) == headline:
        return "repeated title"
    if headline and len(headline) > 5 and len(text) < 80 and bare(text).startswith(headline) and "——" in text:
        return "subtitle"  # the headline again, with its second half
    if text.startswith(("——", "--")) and len(text) < 60 and not re.search(r"[，。；]", text[2:]):
        return "subtitle"
    if is_info_line(text):
        return "info line"
    if is_linked(line) and not prose_length(line):
        return "links"
    return None


def drop_repeated_lead(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    """Without an abstract that the template printed above the text it was cut from (DedeCMS, 163).

    It is one line or a few, whole or cut at its end, and stands again at the very beginning of what follows:
    not a sentence that the text comes back to later.
    """
    start = 0
    while size := _lead_size(lines[start : start + 200]):
        dropped.extend(Dropped(row, "repeated lead") for row in lines[start : start + size])
        start += size
    return lines[start:]


def _lead_size(lines: list[Line]) -> int:
    """How many lines are a repeated lead."""
    first = lines[0].text if lines else ""
    label = _LEAD_LABEL_RE.match(first)
    if CAPTION_RE.search(first) or not (label or SENTENCE_RE.search(first)):
        return 0
    for size in range(min(3, len(lines) - 1), 0, -1):
        lead = bare("".join(row.text for row in lines[:size])[label.end() if label else 0 :])
        if len(lead) < 20:
            break
        rest = bare("".join(row.text for row in lines[size : None if label else size + 12]))
        opening = lead if size > 1 else lead[: max(20, len(lead) * 2 // 3)]
        begins = any(bare(row.text).startswith(opening) for row in lines[size : size + 4])
        if begins or -1 < rest.find(opening) <= _MAX_BEFORE_LEAD or (label and lead in rest):
            return size
    return 0
