"""Whether two texts in the same words tell of the same thing: figures and names where the wording agrees.

Two quarterly reports of a county share nine tenths of their letters and hardly a figure; a reprint, however badly
copied, keeps most of its figures. So what counts is not how many differ but whether figures and names differ far more
than the words around them.
"""

import re
from bisect import bisect_right
from functools import cache, lru_cache
from itertools import pairwise
from math import comb
from typing import NamedTuple

from cleaners.alignment import Block, find_blocks
from cleaners.fingerprint import fold_text

# a point inside a figure was made 点
_NUMBER = r"(?<!\d)(?<!\d点)\d+(?:点\d+)?(?!\d)"
# without dates: two quarters of one year have those in common
_FIGURE = _NUMBER + r"(?![点年月日时分秒号届])|[一二三四五六七八九十百千]+(?=季度|[个家人项名次亿万件户])"
# the two letters before 县, 公司, 同志; not 全县, 园区, 农村, 上市
_NAME = (
    r"[^\W\d_]{2}(?<![全我该本各外出新老城郊园社地景校厂小山灾林矿库农乡上超门股楼都省市辖属下分子总])"
    r"(?=[县市区镇乡村州]|街道|公司|集团|同志)"
)
# 我县 and 该公司 stand for the name itself
_PRONOUN = r"[全我该本]$"
_NUMERAL = r"[\d一二三四五六七八九十百千两]"
# `表彰2011年度全县安全生产工作先进单位`, and a year later the same with 2010
_YEAR = r"(?<!\d)(?:19|20)\d\d(?=年)"
_OTHER_YEAR = r"^(?:19|20)\d\d$"
# `事项名称 采矿权变更登记 受理机构 ...`: what a form is about stands between its name and the next of its fixed labels
_MATTER = (
    r"(?:事项|项目|工程|标的|标段|采购|服务|职权|许可|产品|企业|单位|案件|文书|证书)名称(.{2,60}?)"
    r"(?:受理|办理|办公|承办|实施|主管|审批|审核|行使|责任|申请|建设|施工|采购|招标|代理|投资|服务|联系|设定|法律|政策"
    r"|项目|事项|职权|许可|收费|统一|工程|行业|公示|所属|业务)"
    r"(?:机构|单位|部门|机关|主体|时间|时限|地点|地址|场所|窗口|方式|电话|依据|编号|编码|代码|类型|类别|性质|内容|条件"
    r"|对象|范围|规模|金额|概况|概述|流程|程序|材料|标准)"
)
_LETTERS_OF_A_FIGURE = 3
_LETTERS_OF_A_NAME = 2
_HEAD = 40
"""Dates within so many letters of the beginning are those of a place line, and not counted."""
_SLACK = 12
"""A stretch of the other text that is so many letters longer than the fact is no counterpart of it."""
_TYPOS, _TYPO_LETTERS = 0.015, 3
"""Where so large a share of the letters differ one by one, so many letters in a name may differ at a place."""
_FLOOR = 0.05
"""Share of facts that an edition changes even where it leaves the words alone: corrections, names added."""
_CHANCE = 0.01
"""Facts count as other ones when so many changes come about by chance more rarely than this."""


class Tally(NamedTuple):
    """What became of the figures, or of the names, of one text in another."""

    kept: int
    replaced: int
    """Others stand in the same place."""

    def are_others(self, edits: float, letters: int) -> bool:
        """Whether half or more are replaced, and far more than words of so many letters, where so large a share of
        the letters was changed."""
        count = self.kept + self.replaced
        if self.replaced < 2 or 2 * self.replaced < count:
            return False
        rate = min(1.0, 1 - (1 - edits) ** letters + _FLOOR)
        tail = sum(
            comb(count, hits) * rate**hits * (1 - rate) ** (count - hits) for hits in range(self.replaced, count + 1)
        )
        return tail < _CHANCE


class Facts(NamedTuple):
    """What became of the figures and names of one text in another, and of the words around them."""

    figures: Tally
    numbers: Tally
    """Figures and dates."""
    names: Tally
    years: Tally
    edits: float
    """Share of the other letters that was changed, between passages in common."""

    @property
    def are_others(self) -> bool:
        """Whether it is another event in the same words."""
        return (
            self.figures.are_others(self.edits, _LETTERS_OF_A_FIGURE)
            or self.numbers.are_others(self.edits, _LETTERS_OF_A_FIGURE)
            or self.names.are_others(self.edits, _LETTERS_OF_A_NAME)
            # no edition makes other years of them; one may be a mistake that was put right
            or (self.years.replaced > 1 and self.years.replaced > 2 * self.years.kept)
        )


def compare_facts(one: str, other: str, blocks: list[Block]) -> Facts:
    """Follows the figures and names of `one` into `other`, both folded, along their common stretches.

    A fact outside the passages in common, or without any counterpart, is left out: it was cut, not changed.

    >>> from cleaners.alignment import find_blocks
    >>> one, other = "全县签约项目12个总投资35亿元同比增长", "全县签约项目17个总投资48亿元同比增长"
    >>> compare_facts(one, other, find_blocks(one, other)).figures
    Tally(kept=0, replaced=2)
    """
    figure, number, name, pronoun, numeral, year, other_year, _ = _patterns()
    starts = [block.start for block in blocks]

    def follow(pattern: re.Pattern[str], head: int = 0) -> Tally:
        kept = replaced = 0
        for match in pattern.finditer(one, head):
            low, high = match.span()
            index = bisect_right(starts, low) - 1
            if index >= 0 and high <= starts[index] + blocks[index].size:
                shift = blocks[index].other_start - starts[index]
                same = pattern is name or _is_whole_figure(other, low + shift, high + shift)
                kept += same
                replaced += not same
                continue
            counterpart = _counterpart(other, blocks, index, low, high)
            if not counterpart or len(counterpart) > high - low + _SLACK:
                continue
            if pattern is name:
                replaced += not pronoun.search(counterpart)
            else:
                replaced += bool((other_year if pattern is year else numeral).search(counterpart))
        return Tally(kept, replaced)

    names = follow(name)
    return Facts(
        follow(figure),
        follow(number, _HEAD),
        names,
        follow(year),
        _edits(one, other, blocks, _LETTERS_OF_A_NAME * names.replaced),
    )


def have_other_matters(one: str, other: str, blocks: list[Block] | None = None) -> bool:
    """Whether both texts are filled-in forms, and about different matters, whatever else the forms have in common.

    The first matter of neither is among those of the other. A text without a named matter is about any. `blocks` are
    the common stretches of the two, both folded; where they were not looked for, only matters count that are others
    even if the texts are full of misprints.

    >>> form = "事项名称{}受理机构县行政服务中心窗口办理时间周一至周五联系方式见公告"
    >>> one, other = (fold_text(form.format(matter)) for matter in ("采矿权变更登记", "采矿权申请登记"))
    >>> have_other_matters(one, other, find_blocks(one, other))
    True
    """
    matters = _find_matters(one)
    other_matters = _find_matters(other) if matters else ()
    if not other_matters:
        return False
    most = _TYPO_LETTERS if blocks is None or _has_typos(one, other, blocks) else 1
    return not (
        any(_is_same_matter(matters[0], matter, most) for matter in other_matters)
        or any(_is_same_matter(other_matters[0], matter, most) for matter in matters)
    )


@lru_cache(maxsize=256)  # a form is compared with many
def _find_matters(text: str) -> tuple[str, ...]:
    return tuple(_patterns()[-1].findall(text))


def _has_typos(one: str, other: str, blocks: list[Block]) -> bool:
    """Whether so many single letters differ that two of them may well stand side by side."""
    typos = 0
    for before, after in pairwise(blocks):
        gap = one[before.start + before.size : after.start]
        other_gap = other[before.other_start + before.size : after.other_start]
        typos += max(len(gap), len(other_gap)) == 1 and not (gap + other_gap).isdigit()
    return typos >= _TYPOS * sum(block.size for block in blocks)


def _is_same_matter(one: str, other: str, most: int) -> bool:
    """Whether the one name is in the other, but for so many letters at a place: more are another word."""
    at = other_at = 0
    for block in [*find_blocks(one, other), Block(len(one), len(other), 0)]:
        gap, other_gap = one[at : block.start], other[other_at : block.other_start]
        while gap and other_gap and gap[-1] == other_gap[-1]:
            gap, other_gap = gap[:-1], other_gap[:-1]
        is_end = not at or not block.size
        if max(len(gap), len(other_gap)) > most and ((gap and other_gap) or not is_end):
            return False
        at, other_at = block.start + block.size, block.other_start + block.size
    return at > 0


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """The patterns in the characters that `fold_text` writes."""
    return tuple(
        re.compile("".join(char if char.isascii() else fold_text(char) for char in pattern))
        for pattern in (_FIGURE, _NUMBER, _NAME, _PRONOUN, _NUMERAL, _YEAR, _OTHER_YEAR, _MATTER)
    )


def _is_whole_figure(text: str, low: int, high: int) -> bool:
    return not (low and text[low - 1].isdigit()) and not text[high : high + 1].isdigit()


def _counterpart(other: str, blocks: list[Block], index: int, low: int, high: int) -> str | None:
    """What stands in `other` for the letters from `low` to `high`; None before the first and after the last passage."""
    if index < 0:
        return None
    block = blocks[index]
    other_low = block.other_start + min(low - block.start, block.size)
    for following in blocks[index + 1 :]:
        if high <= following.start + following.size:
            return other[other_low : following.other_start + max(0, high - following.start)]
    return None


def _edits(one: str, other: str, blocks: list[Block], replaced: int) -> float:
    """Share of letters changed between neighbouring passages, without figures and those of replaced names."""
    matched = sum(block.size for block in blocks)
    changed = 0
    for before, after in pairwise(blocks):
        gap = one[before.start + before.size : after.start]
        other_gap = other[before.other_start + before.size : after.other_start]
        if max(len(gap), len(other_gap)) <= 2 * _SLACK:
            changed += max(_words(gap), _words(other_gap))
    changed = max(0, changed - replaced)
    return changed / (matched + changed) if matched else 0.0


def _words(text: str) -> int:
    return sum(not char.isdigit() for char in text)
