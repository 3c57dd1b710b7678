"""Lines of the page at the end of a body: where the article ends, and what stands below its last paragraph."""

from collections.abc import Callable
from itertools import accumulate

from cleaners.labels import People
from cleaners.line_rules import Dropped, find_rule, find_text_rule
from cleaners.link_lines import lead_out
from cleaners.measures import is_linked, prose_length
from cleaners.speech import is_speech
from cleaners.tail_rules import END, END_ABOVE_LINKS, PAGE_HEADING_RE, TAIL
from cleaners.teasers import are_teasers, count_entries, count_paragraphs, is_feed, is_plain
from cleaners.tree import Line

_LEAST_NEWS = 40
"""Characters of short news, below which a stream begins."""


def find_end_rule(text: str) -> str | None:
    """Name of the rule that a line is a case of where an article ends with it."""
    return find_text_rule(text, END)


def drop_end(
    lines: list[Line],
    dropped: list[Dropped],
    speakers: set[str],
    rule_of: Callable[[str], str | None],
    byline_of: Callable[[str], People | None],
) -> list[Line]:
    """Without the line that an article ends with, and all below it. `rule_of` is `find_end_rule`, `byline_of` is
    `parse_byline`, both for texts that may have been asked for before."""
    before, plain = 0, is_plain(lines)
    lengths = [prose_length(row) for row in lines]
    total = sum(lengths)
    links_below, longest_below = _below(list(map(int, map(is_linked, lines))), int.__add__), _below(lengths, max)
    paragraphs_below = _below(count_paragraphs(lines), int.__add__)
    for i, row in enumerate(lines):
        feed = plain and before >= _LEAST_NEWS and is_feed(len(lines) - i - 1, paragraphs_below[i])
        rule = rule_of(row.text) if not is_speech(row.text, speakers) else None
        if rule == "related documents":  # a heading of links to pages, not of what a notice encloses
            rule = "related" if any(lead_out(lines[i + 1 : i + 2])) else None
        if (
            rule is None
            and len(row.text) < 40
            and "编" in row.text
            and (people := byline_of(row.text))
            and people.editors
        ):
            rule = "editor line"  # （松花江网编辑 孙桂芳）
        share = {"previous and next": 0.25, "statement": 0.2}.get(rule or "", 1 / 3)
        if rule == "related" and links_below[i] >= max(3, 0.2 * (len(lines) - i - 1)):
            share = 0.02  # a stream of teasers below short news
        if feed and rule is None and len(row.text) < 20 and find_rule(row, TAIL) == "footer":
            rule = "footer"  # 关于我们 above the menus of a whole page
        if rule and feed:
            share = 0.01
        elif rule in END_ABOVE_LINKS and plain and are_teasers(lines[i + 1 : i + 13]):
            share = 0.1
        if rule in ("comments", "login form") and not before and 2 * lengths[i] > total:
            dropped.extend(Dropped(r, rule) for r in lines[i:])  # nothing but the form for comments
            return lines[:i]
        if rule and before > 0 and before >= share * total:
            below = lines[i + 1 : i + 13]
            teasers = any(map(is_linked, below[:4])) or (
                plain and (PAGE_HEADING_RE.fullmatch(row.text.strip(" :：")) or are_teasers(below))
            )
            if rule in END_ABOVE_LINKS and longest_below[i] > 40 and not teasers:
                before += lengths[i]
                continue
            dropped.append(Dropped(row, rule))
            dropped.extend(Dropped(r, f"after {rule}") for r in lines[i + 1 :])
            return lines[:i]
        before += lengths[i]
    return lines


def _below(values: list[int], join: Callable[[int, int], int]) -> list[int]:
    """For each place what all values behind it come to; 0 behind the last."""
    return list(accumulate(reversed(values[1:]), join, initial=0))[::-1]


def drop_tail(lines: list[Line], dropped: list[Dropped], declared: bool) -> list[Line]:
    end = len(lines)
    out = lead_out(lines)
    plain = is_plain(lines)
    while end > 0:
        row = lines[end - 1]
        rule = find_rule(row, END) or find_rule(row, TAIL)
        if rule is None and out[end - 1] and not declared:
            rule = "links"
        if rule is None and plain and not declared and (entries := count_entries(lines, end)):
            dropped.extend(Dropped(line, "links") for line in lines[end - entries : end])
            end -= entries
            continue
        if rule is None:
            break
        dropped.append(Dropped(row, rule))
        end -= 1
    return lines[:end]
