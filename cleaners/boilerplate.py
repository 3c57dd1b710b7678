"""Whole lines that belong to the page and not to the article, dropped at the head and the tail of the body."""

import re
from collections.abc import Callable
from functools import cache

from cleaners.furniture import ANYWHERE
from cleaners.head_lines import DAY_RE, drop_head, drop_repeated_lead
from cleaners.labels import People
from cleaners.line_rules import Dropped, find_rule
from cleaners.link_lines import drop_link_boxes, drop_link_runs, drop_lone_links
from cleaners.people import parse_byline
from cleaners.speech import find_speakers, is_speech
from cleaners.tail_lines import drop_end, drop_tail, find_end_rule
from cleaners.tree import Line

_LETTER_RE = re.compile(r"\w|…{2}|\*{3}")

_MAX_ROUNDS, _MAX_READ = 40, 250_000
"""Rounds, and lines read in all of them: a page of ten thousand info lines would be peeled a few lines at a time."""
# glued to the last paragraph: …取得实效。返回搜狐，查看更多
_LAST_LINK_RE = re.compile(r"(?<=[。！？”）)])\s*(?:返回[一-龥]{2,6}，查看更多|查看更多|阅读原文|点击查看原文)$")
_HEAD_LINES, _TAIL_LINES = 4, 12


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
    speakers = find_speakers(lines)
    byline_of, end_rule_of = cache(parse_byline), cache(find_end_rule)  # each round reads all lines again
    dropped: list[Dropped] = []
    lines = _drop_if(lines, lambda row: _anywhere_rule(row, words), dropped)
    rounds = max(2, min(_MAX_ROUNDS, _MAX_READ // (len(lines) + 1)))
    for _ in range(rounds):  # what one step drops may show another its case
        before = len(dropped)
        lines = drop_end(lines, dropped, speakers, end_rule_of, byline_of)
        lines = drop_link_boxes(lines, dropped)
        if not declared:
            lines = drop_link_runs(lines, dropped)
            lines = drop_lone_links(lines, dropped)
        lines = drop_head(lines, title, dropped, declared)
        lines = _drop_bylines(lines, dropped, speakers, byline_of)
        lines = drop_tail(lines, dropped, declared)
        lines = drop_repeated_lead(lines, dropped)
        if len(dropped) == before:
            break
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


def _drop_bylines(
    lines: list[Line], dropped: list[Dropped], speakers: set[str], byline_of: Callable[[str], People | None]
) -> list[Line]:
    """Without lines of people alone. Deep inside the text only reporters count: `设计：王建国` may be a prize."""
    kept: list[Line] = []
    for i, row in enumerate(lines):
        if dropped and i == len(lines) - 1 and dropped[-1].line is lines[i - 1] and DAY_RE.fullmatch(row.text):
            dropped.append(Dropped(row, "info line"))  # 图、文/王建国 above 2024年3月5日
            continue
        inside = _HEAD_LINES < i < len(lines) - _TAIL_LINES
        people = byline_of(row.text) if len(row.text) < 90 and not is_speech(row.text, speakers) else None
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
