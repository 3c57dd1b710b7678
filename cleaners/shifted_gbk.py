"""GBK text that was read one byte late.

Some converter put `?` for one byte A1, the first half of a full-width mark. Everything behind it was then read in
pairs that begin in the middle of a character, until a byte below 80 fell where a pair begins:

    。  “  招  商  的  第  ‘  無  中        。 “ 招商的第‘無中
    A1A3A1B0D5D0C9CCB5C4B5DAA1AE9F6FD6D0
    ? A3A1B0D5D0C9CCB5C4B5DAA1AE9F6FD6D0
    ? ！  罢  猩  痰  牡  凇  疅  o  中         ?！罢猩痰牡凇疅o中

Nothing is lost but the one byte, so the run is put back by writing it as GB18030 behind an A1 and reading it again.
The search below knows what may have happened to the run since: full-width signs folded to ASCII (`！` to `!`), a gloss
put into it, its last byte lost because it made no pair with the ASCII character behind it (`?` or U+FFFD).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cleaners.plausible import WEIGHTS, weigh
from cleaners.script import simplified_char

# where a run may begin: with the `?` for A1 (widened since), with U+FFFD for another first byte (`胡�础⒑钗睦ぃ`), or a
# little before a private-use character, the byte being gone without a trace
_START_RE = re.compile(r"[?？\ufffd](?=[^\s])(?![?？]{2})|[\ue000-\ue765]")
_GATE_RE = re.compile(r"[?？\ufffd\ue000-\ue765]")
_STRETCH_RE = re.compile(r"[^\x00-\x7f]+")
_LEAST_RUN = 6
_LOOK_BACK = 20
_UNKNOWN = -1
# `(wǎng)` behind the last character of a run: `ńW(wǎng)`
_GLOSS_RE = re.compile(r"\([a-zêüāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹɡ]{1,6}\s?\)")
_BEFORE_HAN_RE = re.compile(r"[\u3000-\u9fff\uff00-\uffef“”‘’…—]")
# what is left of `</P>` when its first character was swallowed: `?！?/P>`
_TAG_END_RE = re.compile(r"/?(?:p|br|td|div|span|strong|font|b|li)\s*/?>", re.IGNORECASE)
_PAIRS = ("‘’", "“”", "《》", "【】", "（）", "「」", "『』", "〈〉", "〔〕")
_CREDIT_RE = re.compile(r"（(?:本报|本网)?(?:记者|通讯员|文|图|作者|责任编辑|编辑|来源)[^（）]*$")
_PROOF, _PROOF_WHERE_LOST = 2.5, 9.0
"""Gain in likelihood (natural logarithm) that proves a run, and one that never came back into step because its last
byte was lost. Of 4,000 question marks in true text the best gained 2.0 and 8.5."""
_PROOF_WITHOUT_MARK = 20.0
"""The same where no `?` shows the beginning."""
_BEAM = 6
_HOPELESS = -14.0


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a run may have been, up to some place."""

    start: int
    text: str
    pending: int
    """First byte of the character that is not complete yet; 0 where the run ended well."""
    gain: float
    end: int = 0
    lost: bool = False
    """The second byte of the last character is gone."""


def fix_shifted_gbk(text: str, *, markup: bool = False) -> tuple[str, int, int]:
    """The text with its shifted runs put back, how many were, and how many could not be without guessing.

    Leaves alone: a question mark that is one (nothing behind it becomes likelier), and a run whose last character
    lost a byte, unless a quotation or bracket that is still open, or the end of the line, says which mark it was.

    >>> fix_shifted_gbk("?!罢猩痰牡谝徊绞恰疅o中生有’")
    ('。“招商的第一步是‘無中生有’', 1, 0)
    >>> fix_shifted_gbk("为什么?因为招商。")
    ('为什么?因为招商。', 0, 0)
    """
    if not _GATE_RE.search(text):
        return text, 0, 0
    lines, fixed, left = text.split("\n"), 0, 0
    for number, line in enumerate(lines):
        if _GATE_RE.search(line):
            lines[number], done, not_done = _fix_line(line, markup)
            fixed, left = fixed + done, left + not_done
    return "\n".join(lines), fixed, left


def _fix_line(line: str, markup: bool) -> tuple[str, int, int]:
    fixed = left = at = 0
    while match := _START_RE.search(line, at):
        at = match.end()
        if match[0] >= "\ue000" and match[0] <= "\ue765":  # one look at each stretch that is long and unlikely enough
            stretch = _STRETCH_RE.match(line, at)
            at = stretch.end() if stretch else at
            if at - match.start() < _LEAST_RUN or weigh(line[match.end() : at]) > -8.8 * (at - match.end()):
                continue
        best = _best_reading(line, match.start())
        if best is None:
            continue
        mark = ""
        if best.lost:
            mark = _lost_mark(line[: best.start] + best.text, best.pending, line[best.end :])
            if not mark:
                left, at = left + 1, best.end
                continue
        tag = _TAG_END_RE.match(line, best.end) if best.lost else None
        rest = line[tag.end() if tag and not markup else best.end :]
        before = line[: best.start] + best.text + mark
        line, at = before + ("<" if tag and markup else "") + rest, len(before)
        fixed += 1
    return line, fixed, left


def _best_reading(line: str, at: int) -> _Reading | None:
    """The reading of a run that begins here, if it is proven."""
    if "\ue000" <= line[at] <= "\ue765":
        starts = [(start, start, first) for start in range(max(0, at - _LOOK_BACK), at + 1) for first in (0xA1, 0xA3)]
        proof = proof_where_lost = _PROOF_WITHOUT_MARK
    else:
        starts = [(at, at + 1, _UNKNOWN if line[at] == "\ufffd" else 0xA1)]
        wide = 4.0 if line[at] == "？" else 0.0  # seldom the one that stands for a byte: `難道不是？?保ㄒ`
        proof, proof_where_lost = _PROOF + wide, _PROOF_WHERE_LOST + wide
    best: _Reading | None = None
    for converted in (False, True):  # the damaged page may have been converted to Traditional script afterwards
        for start, after, first in starts:
            for reading in _readings(line, start, after, first, converted):
                if reading.gain >= (proof_where_lost if reading.lost else proof) and (
                    not best or reading.gain > best.gain
                ):
                    best = reading
        if best:
            break
    if best and line[at] == "？":  # `哪個站？?边@樣`: the second mark is the one
        for later in range(at + 1, best.end):
            if line[later] == "?" and any(r.gain > best.gain - 4.0 for r in _readings(line, later, later + 1, 0xA1)):
                return None
    return best


def _readings(line: str, start: int, at: int, first: int, converted: bool = False) -> Iterator[_Reading]:
    """Every likely reading of a run: its mark begins at start, its characters at `at`, its first byte was `first`."""
    gain = -6.0 - (3.0 if converted else 0.0)
    if at > start and first != _UNKNOWN:
        gain -= WEIGHTS[line[start]]
    readings = [_Reading(start, "", first, gain)]
    glosses: dict[int, list[_Reading]] = {}
    while (readings or glosses) and at <= len(line):
        readings += glosses.pop(at, [])
        following: list[_Reading] = []
        for reading in readings:
            if at == len(line):
                if reading.text:
                    yield replace(reading, end=at, lost=True)
                continue
            for step in _steps(reading, line, at, converted):
                if step.end:
                    yield step
                elif step.gain > _HOPELESS:
                    following.append(step)
            if line[at] == "(" and (gloss := _GLOSS_RE.match(line, at)):
                glosses.setdefault(gloss.end(), []).append(reading)
        readings = sorted(following, key=lambda r: -r.gain)[:_BEAM]
        at += 1


def _steps(reading: _Reading, line: str, at: int, converted: bool) -> Iterator[_Reading]:
    """The reading with one more character of the line taken in, in each way it may have come about."""
    char, after = line[at], line[at + 1 : at + 2]
    if char == "\ufffd" or (char == "?" and reading.text):
        if reading.text:  # the last byte made no pair with the one behind; half a tag behind it proves as much
            bonus = 6.0 if char == "\ufffd" else 12.0 if _TAG_END_RE.match(line, at + 1) else 0.0
            yield replace(reading, gain=reading.gain + bonus, end=at + 1, lost=True)
        if char == "\ufffd":
            return
    if char.isascii():
        code = ord(char)
        if 0x40 <= code < 0x7F:  # the second byte of a Traditional character: `疅o` is `‘無`
            # a lone letter before Han (`伴T前`) or before a gloss (`ńW(wǎng)`) is seldom a letter
            bonus = 4.0 if _BEFORE_HAN_RE.match(after) or _GLOSS_RE.match(line, at + 1) else 0.0
            yield from _complete(reading, code, 0, char, at, bonus)
        if 0x20 < code < 0x7F:  # a full-width sign that was folded later: `！` to `!`
            yield from _complete(reading, 0xA3, code + 0x80, char, at, 0.0)
        elif char == " ":
            yield from _complete(reading, 0xA1, 0xA1, char, at, 0.0)
        return
    try:
        pair = (simplified_char(char) if converted else char).encode("gb18030")
    except UnicodeEncodeError:
        return
    if len(pair) == 2:
        # `“Sun` is `?癝un`: a word that has lost its first letter is likelier to be one
        bonus = 4.0 if pair[1] < 0x80 and after.isascii() and after.isalpha() else 0.0
        yield from _complete(reading, pair[0], pair[1], char, at, bonus)


def _complete(reading: _Reading, second: int, first: int, old: str, at: int, bonus: float) -> Iterator[_Reading]:
    """Close the pending character with its second byte; `first` opens the next one, or is ASCII and ends the run."""
    if reading.pending == _UNKNOWN:
        new = "\ufffd"
    else:
        try:
            new = bytes((reading.pending, second)).decode("gb18030")
        except UnicodeDecodeError:
            return
    gain = reading.gain + (WEIGHTS[new] if new != "\ufffd" else 0.0) - WEIGHTS[old] + bonus
    if first >= 0x80:
        yield replace(reading, text=reading.text + new, pending=first, gain=gain)
        return
    if first:  # `、A` was read as one pair
        new, gain = new + chr(first), gain + WEIGHTS[chr(first)]
    yield replace(reading, text=reading.text + new, pending=0, gain=gain, end=at + 1)


def _lost_mark(before: str, first: int, after: str) -> str:
    """The mark whose second byte was lost, where what is open around it allows only one; else nothing.

    `招商。` and what was `”` in an open quotation, `。` where a sentence with a comma ends the line and nothing is
    open, `）` behind a line's `（记者 ...`. Leaves alone: headlines, `链接：`, `↓↓↓`, 【打印】.
    """
    at_end = not after.strip() or bool(_TAG_END_RE.match(after))
    last = before[-1]
    is_open = {pair[1]: before.count(pair[0]) > before.count(pair[1]) for pair in _PAIRS}
    if first == 0xA1:
        if last in "…—" and before[-2:-1] != last:
            return last
        if last in "。！？…":
            return next((closing for closing in "’”" if is_open[closing]), "")
        if at_end and "，" in before and last.isalnum() and not any(is_open.values()):
            return "。"
    if first == 0xA3 and at_end and is_open["）"] and _CREDIT_RE.search(before):
        return "）"
    return ""
