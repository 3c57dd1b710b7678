"""Whole lines that belong to the page and not to the article, dropped at the head and the tail of the body."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cleaners.dates import parse_moment
from cleaners.labels import has_label
from cleaners.line_rules import (
    ANYWHERE,
    ATTACHMENT_RE,
    CAPTION_RE,
    DOCUMENT_TABLE_RE,
    END,
    END_ABOVE_LINKS,
    FILE_RE,
    HEAD,
    TAIL,
    find_rule,
    is_document_row,
)
from cleaners.measures import SENTENCE_RE, bare, is_info_line, is_linked, prose_length
from cleaners.names import is_medium
from cleaners.people import parse_bare_names, parse_byline
from cleaners.tree import Line

_LEAD_LABEL_RE = re.compile(r"[\[【（(]?(?:摘要|核心提示|导读|内容提要|提要)\s*[:：】\]]")
_LETTER_RE = re.compile(r"\w|…{2}|\*{3}")

# what a layout of the portal takes for article is: an official document repeats its name, a report its day
_ARTICLE_IF_DECLARED = frozenset(("repeated title", "subtitle", "links", "info line"))
# 记者：请问今年的目标是什么？
_SPEECH_RE = re.compile(r"([一-龥·]{2,8})\s?[:：].*[，。！？!?…]")
# glued to the last paragraph: …取得实效。返回搜狐，查看更多
_LAST_LINK_RE = re.compile(r"(?<=[。！？”）)])\s*(?:返回[一-龥]{2,6}，查看更多|查看更多|阅读原文|点击查看原文)$")
_DAY_RE = re.compile(r"(?:(?:19|20)\d\d年)?\d{1,2}月\d{1,2}日")
_NOTICE_RE = re.compile(r"(?:通告|公告|通知|公示|意见|办法|决定|条例|命令|方案|规定|批复|函)$")
_PLACE_RE = re.compile(r"(?:地\s*点|地\s*址|主\s*[题办讲持]|参[会加]|出席|嘉\s*宾|主持人|记\s*录|议\s*[题程]|天\s*气)")
_HEAD_LINES, _TAIL_LINES = 4, 12
# before the lead's second coming: `本报讯`, `本报讯（记者 王建国）`
_MAX_BEFORE_LEAD = 16


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that was dropped, and the rule that did it."""

    line: Line
    rule: str


def drop_boilerplate(
    lines: list[Line], title: str | None, keywords: str = "", *, declared: bool = False
) -> tuple[list[Line], list[Dropped]]:
    """The lines of the article, and those that are page, each with the rule that dropped it.

    `keywords` are those of the page head: a line that is nothing but them is a row of tags. `declared` says that
    a layout of the portal names the body: headings, lone dates and links in it are article then.
    Idempotent. Left alone: lines between the first and the last paragraph, except what no article contains
    (template code, share bars), photo captions, subheadings, 编者按, signatures of offices and their dates.
    """
    words = {word for word in re.split(r"[\s,，;；|、]+", keywords) if word}
    speakers = _find_speakers(lines)
    dropped: list[Dropped] = []
    before = -1
    while before != len(dropped):  # what one step drops may show another its case
        before = len(dropped)
        lines = _drop_if(lines, lambda row: _anywhere_rule(row, words), dropped)
        lines = _drop_end(lines, dropped, speakers)
        lines = _drop_link_boxes(lines, dropped)
        if not declared:
            lines = _drop_link_runs(lines, dropped)
        lines = _drop_head(lines, title, dropped, declared)
        lines = _drop_bylines(lines, dropped, speakers)
        lines = _drop_tail(lines, dropped, declared)
        lines = _drop_repeated_lead(lines, dropped)
    if lines and (cut := _LAST_LINK_RE.sub("", lines[-1].text)) != lines[-1].text:
        lines[-1].text = cut
    return lines, dropped


def _drop_if(lines: list[Line], rule_of: Callable[[Line], str | None], dropped: list[Dropped]) -> list[Line]:
    kept = []
    for row in lines:
        if rule := rule_of(row):
            dropped.append(Dropped(row, rule))
        else:
            kept.append(row)
    return kept


def _find_speakers(lines: list[Line]) -> set[str]:
    """Who speaks in an interview: labels that stand before sentences, `记者：请问……？`, more than once."""
    found: dict[str, int] = {}
    for row in lines:
        if match := _SPEECH_RE.match(row.text):
            found[match[1]] = found.get(match[1], 0) + 1
    return {label for label, count in found.items() if count > 1}


def _is_speech(text: str, speakers: set[str]) -> bool:
    return bool(speakers) and re.split(r"[:：]", text, maxsplit=1)[0].strip() in speakers


def _drop_bylines(lines: list[Line], dropped: list[Dropped], speakers: set[str]) -> list[Line]:
    """Without lines of people alone. Deep inside the text only reporters count: `设计：王建国` may be a prize."""
    kept = []
    for i, row in enumerate(lines):
        inside = _HEAD_LINES < i < len(lines) - _TAIL_LINES
        people = parse_byline(row.text) if len(row.text) < 90 and not _is_speech(row.text, speakers) else None
        if people and not (inside and not people.authors):
            dropped.append(Dropped(row, "byline"))
        else:
            kept.append(row)
    return kept


def _anywhere_rule(line: Line, keywords: set[str]) -> str | None:
    if line.zone:
        return line.zone
    if not _LETTER_RE.search(line.text):
        return "no letters"
    return find_rule(line, ANYWHERE) or ("keywords" if _is_keywords(line.text, keywords) else None)


def _is_keywords(text: str, words: set[str]) -> bool:
    """`20190926|国贸|增长率`: nothing but keywords of the page head, at least two."""
    parts = [part for part in re.split(r"[\s,，;；|、]+", text) if part]
    return len(parts) > 1 and words.issuperset(parts)


def _lead_out(lines: list[Line]) -> list[bool]:
    """For each line whether it is a link and no attachment: neither a file nor a link under the heading 附件."""
    out: list[bool] = []
    enclosed = False
    for row in lines:
        linked = is_linked(row) and not prose_length(row)
        enclosed = bool(ATTACHMENT_RE.match(row.text)) or (enclosed and linked)
        out.append(linked and not enclosed and not FILE_RE.search(row.text))
    return out


def _drop_link_boxes(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    """Without `相关新闻：` and the links right below it, beside the first paragraphs too."""
    kept: list[Line] = []
    in_box = False
    for i, row in enumerate(lines):
        opens = i + 1 < len(lines) and is_linked(lines[i + 1]) and find_rule(row, END) in END_ABOVE_LINKS
        in_box = opens or (in_box and is_linked(row))
        if in_box:
            dropped.append(Dropped(row, "related"))
        else:
            kept.append(row)
    return kept


def _drop_link_runs(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    """Without lists of links to other articles, three or more in a row, with the short headings between them."""
    out = _lead_out(lines)
    if sum(out) < 3:
        return lines
    kept: list[Line] = []
    i = 0
    while i < len(lines):
        end = i
        while end < len(lines) and (
            out[end] or (end > i and len(lines[end].text) <= 8 and any(out[end + 1 : end + 2]))
        ):
            end += 1
        if sum(out[i:end]) >= 3:
            dropped.extend(Dropped(row, "links") for row in lines[i:end])
        else:
            end = max(end, i + 1)
            kept.extend(lines[i:end])
        i = end
    return kept


def _drop_head(lines: list[Line], title: str | None, dropped: list[Dropped], declared: bool) -> list[Line]:
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
        if rule is None and not kept and parse_bare_names(row.text) and prose_length(_next(lines, i)):
            rule = "names"
        if of_document and is_document_row(row.text):
            rule = "document table"
        if rule:
            dropped.append(Dropped(row, rule))
        elif prose_length(row) or row.text.endswith(("。", "！", "？")):
            break
        elif kept and is_medium(kept[-1].text) and is_info_line(row.text) and parse_moment(row.text):
            dropped.extend(
                (Dropped(kept.pop(), "info line"), Dropped(row, "info line"))
            )  # 云岭电台 over 2024-05-22 8:21
        else:
            kept.append(row)  # a column name above the byline: 【新春走基层】
        start += 1
    return kept + lines[start:]


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
    return 0


def _is_time_and_place(rows: list[Line]) -> bool:
    """`时间：2024年3月5日` above `地点：县会议中心`: the head of an interview or the minutes of a meeting."""
    return len(rows) > 1 and rows[0].text.startswith(("时间", "日期")) and bool(_PLACE_RE.match(rows[1].text))


def _is_chronicle(row: Line, lines: list[Line]) -> bool:
    """`2024年3月1日` where two more lines are days: the headings of a chronicle, a programme."""
    return bool(_DAY_RE.fullmatch(row.text)) and sum(bool(_DAY_RE.fullmatch(line.text)) for line in lines) > 2


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


def _drop_end(lines: list[Line], dropped: list[Dropped], speakers: set[str]) -> list[Line]:
    before = 0
    lengths = [prose_length(row) for row in lines]
    total = sum(lengths)
    for i, row in enumerate(lines):
        rule = find_rule(row, END) if not _is_speech(row.text, speakers) else None
        if rule == "related documents":  # a heading of links to pages, not of what a notice encloses
            rule = "related" if any(_lead_out(lines[i + 1 : i + 2])) else None
        if (
            rule is None
            and len(row.text) < 40
            and "编" in row.text
            and (people := parse_byline(row.text))
            and people.editors
        ):
            rule = "editor line"  # （松花江网编辑 孙桂芳）
        share = {"previous and next": 0.25, "statement": 0.2}.get(rule or "", 1 / 3)
        if rule == "related" and sum(map(is_linked, lines[i + 1 :])) >= max(3, 0.2 * (len(lines) - i - 1)):
            share = 0.02  # a stream of teasers below short news
        if rule in ("comments", "login form") and not before and 2 * lengths[i] > total:
            dropped.extend(Dropped(r, rule) for r in lines[i:])  # nothing but the form for comments
            return lines[:i]
        if rule and before > 0 and before >= share * total:
            rest = lines[i + 1 :]
            if (
                rule in END_ABOVE_LINKS
                and max(lengths[i + 1 :], default=0) > 40
                and not any(is_linked(r) for r in rest[:4])
            ):
                before += lengths[i]
                continue
            dropped.append(Dropped(row, rule))
            dropped.extend(Dropped(r, f"after {rule}") for r in rest)
            return lines[:i]
        before += lengths[i]
    return lines


def _drop_tail(lines: list[Line], dropped: list[Dropped], declared: bool) -> list[Line]:
    end = len(lines)
    out = _lead_out(lines)
    while end > 0:
        row = lines[end - 1]
        rule = find_rule(row, END) or find_rule(row, TAIL)
        if rule is None and out[end - 1] and not declared:
            rule = "links"
        if rule is None:
            break
        dropped.append(Dropped(row, rule))
        end -= 1
    return lines[:end]


def _drop_repeated_lead(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
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
