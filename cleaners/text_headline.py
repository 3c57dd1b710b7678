"""The headline of a text that someone took out of its page: no element marks it, only the lines around it do."""

import re
from collections.abc import Sequence

from cleaners.furniture import ANYWHERE
from cleaners.head_rules import HEAD
from cleaners.headline import SITE_RE, Headline, cut_title, is_dashed, is_heading_text
from cleaners.labels import has_label
from cleaners.line_rules import find_rule
from cleaners.measures import bare, is_info_line, prose_length
from cleaners.names import is_medium
from cleaners.people import parse_bare_names, parse_byline
from cleaners.tail_rules import END
from cleaners.tree import Line

_HAN_RE = re.compile(r"[一-龥]")
_CLOCK_RE = re.compile(r"\d{1,2}[:：]\d\d")
_PARAGRAPH_END_RE = re.compile(r"[。！？；：…”）)]\s*$")
# 招商记 - 云岭网, 招商记_云岭频道_云岭网; not 一图读懂 | 全国一张网
_SITE_PART_RE = re.compile(r"\s*(?:_|-{2,}|\s-\s|(?<=[一-龥”])-(?=[一-龥]))\s*[^_-]{2,16}$")
# where info on the line of the headline begins: 云岭县召开招商会 2024-03-05 17:10 来源：云岭网
_INFO_BEGINS_RE = re.compile(
    r"\s+[（(\[【]?(?:(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}|(?:发布|发表)?(?:时间|日期)\s*[:：]|来源\s*[:：]|作者\s*[:：])"
)
# 刘建军出席并致辞, below the headline: what an official did there
_OFFICIAL_RE = re.compile(
    r"[一-龥]{2,4}(?:[\s、][一-龥]{2,4}){0,5}(?:分别|共同|先后|主持会议并|作|到会|等)?"
    r"(?:出席|主持|讲话|致辞|参加|宣布|陪同|发言|批示|强调|指出|要求|提出|带队)[^，。：]{0,24}"
)
# a heading of a notice set in several lines: 云岭县人民政府关于 / 禁止新增建设项目的通告
_NOTICE_END_RE = re.compile(r"的(?:通告|公告|通知|公示|意见|办法|决定|命令|方案|规定|批复|函|报告)$")
# 云政发〔2024〕3号: the text of a notice begins · 云通社 3月5日报道: a dateline
_NO_HEADLINE_RE = re.compile(
    r"[【\[].{2,8}[】\]]|\S{2,14}[〔\[（(](?:19|20)\d\d[〕\]）)]\s?(?:第\s?)?\d+\s?号|.*\d{1,2}月\d{1,2}日\s?(?:报道|消息|电|讯)|.*电\s?题\s?[:：].*"
)
# 云岭日报新媒体, between headline and date
_MEDIUM_RE = re.compile(
    r"[一-龥·A-Za-z]{2,9}(?:报|(?<!张)网|网站|客户端|电视台|[全新融]媒体?|在线|频道|杂志|周刊)|[一-龥]{2,4}(?:发布|新闻|号)"
)
_SLOGANS = 0.2
"""Share of the text that may stand above the line `本文转自：`."""
_MOST_HEAD, _MOST_SLOGANS = 3000, 400
"""Lines among which a text begins, and lines behind its first paragraph that may yet be above it."""
_LEAST_KICKER = 7
_MAX_ROWS = 3
_LONGEST_TITLE = 200


def find_text_headline(lines: Sequence[Line], hints: Sequence[str]) -> Headline:
    """The headline of a text without a page: the short lines beside the info line, the byline or 转自.

    They are looked for above the first paragraph only: an editor line below a short text has none above it.
    """
    start = _find_text_start(lines)
    wanted = {bare(hint) for hint in hints if bare(hint)}
    if lines and (cut := _cut_site(lines[0].text)) != lines[0].text:
        wanted.add(bare(cut))  # <title> stands above the text, the headline once more below it
    for i in range(min(start + 1, len(lines)) - 1, -1, -1):
        if bare(lines[i].text) in wanted:
            return Headline(lines[i].text, i, i + 1, why="as listed")
    marks = [_find_mark(line) for line in lines[:start]]
    first, last = _find_rows(lines, marks, start)
    if first == last:
        return _find_in_info(lines, marks) or Headline(why="no short line at the head")
    return _read_rows(lines, first, last)


def _find_text_start(lines: Sequence[Line]) -> int:
    """The first line that is a paragraph of the text; behind slogans of the page, where `本文转自：` or a dated info
    line stands below them."""
    head = lines[:_MOST_HEAD]
    start = next((i for i, line in enumerate(head) if _is_paragraph(line)), None)
    if start is None:
        return next((i for i, line in enumerate(head) if prose_length(line)), len(head))
    above, total = 0, sum(prose_length(line) for line in lines if "。" in line.text)
    for i, line in enumerate(head[: start + _MOST_SLOGANS]):
        if above > _SLOGANS * total:
            break
        dated = is_info_line(line.text) and _CLOCK_RE.search(line.text)
        if above and (dated or find_rule(line, HEAD) == "reprint"):
            start = next((j for j in range(i, len(head)) if _is_paragraph(head[j])), start)
        above += prose_length(line) if _is_paragraph(line) else 0
    return start


def _is_paragraph(line: Line) -> bool:
    text = line.text
    ends = "。" in text or (len(text) > 30 and "，" in text.replace(",", "，") and _PARAGRAPH_END_RE.search(text))
    return bool(ends) and prose_length(line) > 0 and _find_mark(line) is None


def _find_mark(line: Line) -> str | None:
    """What a line of the page's head is: `info` tells facts and stands below the headline, other rules do not."""
    text = line.text
    if rule := find_rule(line, ANYWHERE) or find_rule(line, HEAD):
        return "info" if rule in ("original", "info line") else rule
    if is_info_line(text):
        return "info"
    if find_rule(line, END) == "previous and next":
        return "pager"
    if parse_byline(text) or (len(text) < 12 and parse_bare_names(text)):
        return "names"
    return None


def _may_be_headline(line: Line) -> bool:
    text = line.text
    return (
        is_heading_text(text)
        and len(_HAN_RE.findall(text)) >= 3
        and not _NO_HEADLINE_RE.fullmatch(text)
        and not _is_passed_over(text)
    )


def _find_rows(lines: Sequence[Line], marks: Sequence[str | None], start: int) -> tuple[int, int]:
    """The short lines that are the headline: above the last line of facts, else above the text."""
    below = _rows_above(lines, marks, start, stop=max((i for i, m in enumerate(marks) if m), default=-1))
    for at in range(start - 1, -1, -1):
        if marks[at] not in ("info", "names") or (at + 1 < start and marks[at + 1] in ("info", "names")):
            continue  # above a row of them stands what is above its first
        rows = _rows_above(lines, marks, at)
        if rows[0] == rows[1]:
            continue
        told = has_label(lines[at].text) or _CLOCK_RE.search(lines[at].text) or marks[at] == "names"
        if below[0] < below[1] and not told and len(bare(lines[rows[1] - 1].text)) < _LEAST_KICKER:
            return below  # a date of the page's head, with a name of the menu above it
        return rows
    if lines and start and _cut_site(lines[0].text) != lines[0].text:
        return 0, 1  # <title>, and no line of facts below it
    if below[0] == below[1]:
        return _rows_above(lines, marks, start)
    if not any(marks) and lines and _may_be_headline(lines[0]):
        # nothing of the page above: two lines are kicker and headline, of more the first is the headline
        own = below[1] - _is_subtitle(lines[below[1] - 1].text)
        return below if below[0] == 0 and own <= 2 and _cut_site(lines[0].text) == lines[0].text else (0, 1)
    return below


def _rows_above(lines: Sequence[Line], marks: Sequence[str | None], at: int, stop: int = -1) -> tuple[int, int]:
    """The lines above `at` that may be a headline, up to three; lines of the page between are passed over."""
    end = at
    while end > stop + 1 and (marks[end - 1] not in (None, "breadcrumb") or _is_passed_over(lines[end - 1].text)):
        end -= 1
    first = end
    while first > stop + 1 and end - first < _MAX_ROWS and marks[first - 1] is None:
        if not _may_be_headline(lines[first - 1]):
            break
        first -= 1
    while end - first > 1 and _MEDIUM_RE.fullmatch(lines[end - 1].text) and len(lines[end - 2].text) > 8:
        end -= 1
    return first, end


def _is_passed_over(text: str) -> bool:
    """Too short for a headline, or what a paper sums up below it: `●第一产业投资完成16亿元`."""
    return len(text) < 4 or text.startswith(("●", "■", "◆", "▲", "★"))


def _is_subtitle(text: str) -> bool:
    return is_dashed(text) or _OFFICIAL_RE.fullmatch(text) is not None


def _read_rows(lines: Sequence[Line], first: int, last: int) -> Headline:
    """Kicker, headline and subtitle of the lines that are one of each at most."""
    rows = [line.text for line in lines[first:last]]
    headline = Headline(start=first, end=last, why="the short lines at the head")
    if len(rows) > 1 and _is_subtitle(rows[-1]):
        headline.subtitle = rows.pop()
    about = next((i for i, row in enumerate(rows[:-1]) if "关于" in row), None)
    if about is not None and "关于" not in rows[-1] and _NOTICE_END_RE.search(rows[-1]):
        rows[about:] = ["".join(rows[about:])]
    headline.title = _cut_site(rows.pop()) if first == 0 else rows.pop()
    crowded = last - first == _MAX_ROWS and first > 0 and _may_be_headline(lines[first - 1])
    if rows and len(bare(rows[-1])) >= _LEAST_KICKER and not is_medium(rows[-1]) and not crowded:
        headline.kicker = rows[-1]
    return headline


def _find_in_info(lines: Sequence[Line], marks: Sequence[str | None]) -> Headline | None:
    """The headline that stands on the line of its own facts: `云岭县召开招商会 2024-03-05 来源：云岭网`."""
    for i, mark in enumerate(marks):
        if mark == "info" and (match := _INFO_BEGINS_RE.search(lines[i].text)):
            text = lines[i].text[: match.start()].strip()
            if (
                len(bare(text)) > 9
                and is_heading_text(text)
                and not is_medium(text)
                and not re.search(r"[/／:：|]", text)
            ):
                return Headline(text, i, i + 1, why="on the line of its facts")
    return None


def _cut_site(text: str) -> str:
    """`<title>` as the first line of a text, without the names of site and channel behind the headline."""
    match = _SITE_PART_RE.search(text) if len(text) < _LONGEST_TITLE else None
    if match is None or not SITE_RE.search(text):
        return text
    return cut_title(text) if "_" in match[0] or "--" in match[0] else text[: match.start()].rstrip()
