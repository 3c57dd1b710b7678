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
from dataclasses import dataclass

from cleaners.plausible import WEIGHTS
from cleaners.script import simplified_char

_START_RE = re.compile(r"[?？](?=[^\s])")
# `(wǎng)` behind the last character of a run: `ńW(wǎng)`
_GLOSS_RE = re.compile(r"\([a-zêüāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹɡ]{1,6}\s?\)")
# what is left of `</P>` when its first character was swallowed: `?！?/P>`
_TAG_END_RE = re.compile(r"/?(?:p|br|td|div|span|strong|font|b|li)\s*/?>", re.IGNORECASE)
_PROOF = 9.0
"""Gain in likelihood (natural logarithm) that proves a run; chance gives a true question mark less (see the tests)."""
_PROOF_WHERE_OTHERS = 5.0
"""The same in a text that has another proven run."""
_BEAM = 6
_HOPELESS = -14.0


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a run may have been, up to some place."""

    text: str
    pending: int
    """First byte of the character that is not complete yet; 0 where the run ended well."""
    gain: float
    end: int = 0
    lost: bool = False
    """The second byte of the last character is gone."""


def fix_shifted_gbk(text: str) -> tuple[str, int, int]:
    """The text with its shifted runs put back, how many were, and how many could not be without guessing.

    Leaves alone: a question mark that is one (nothing behind it becomes likelier), and a run whose last character
    lost a byte, unless a quotation or bracket that is still open, or the end of the line, says which mark it was.

    >>> fix_shifted_gbk("?!罢猩痰牡谝徊绞恰疅o中生有’")
    ('。“招商的第一步是‘無中生有’', 1, 0)
    >>> fix_shifted_gbk("为什么?因为招商。")
    ('为什么?因为招商。', 0, 0)
    """
    fixed = left = 0
    if "?" not in text and "？" not in text:
        return text, 0, 0
    lines = text.split("\n")
    for proof in (_PROOF, _PROOF_WHERE_OTHERS):
        left = 0
        for number, line in enumerate(lines):
            if "?" in line or "？" in line:
                lines[number], done, not_done = _fix_line(line, proof)
                fixed, left = fixed + done, left + not_done
        if not fixed:
            break
    return "\n".join(lines), fixed, left


def _fix_line(line: str, proof: float) -> tuple[str, int, int]:
    fixed = left = at = 0
    while match := _START_RE.search(line, at):
        at = match.start()
        best = max(_readings(line, at), key=lambda r: r.gain, default=None)
        if best is None or best.gain < proof:
            at += 1
            continue
        if best.lost:
            mark = _lost_mark(line[:at] + best.text, best.pending, line[best.end :])
            if not mark:
                left, at = left + 1, best.end
                continue
            tag = _TAG_END_RE.match(line, best.end)
            line, at = line[:at] + best.text + mark + line[tag.end() if tag else best.end :], at + len(best.text) + 1
        else:
            line, at = line[:at] + best.text + line[best.end :], at + len(best.text)
        fixed += 1
    return line, fixed, left


def _readings(line: str, start: int) -> Iterator[_Reading]:
    """Every likely reading of the run that begins with the `?` at start."""
    readings = [_Reading("", 0xA1, -WEIGHTS[line[start]] - 6.0)]
    at = start + 1
    glosses: dict[int, list[_Reading]] = {}
    while (readings or glosses) and at <= len(line):
        readings += glosses.pop(at, [])
        following: list[_Reading] = []
        for reading in readings:
            if at == len(line):
                if reading.text:
                    yield _Reading(reading.text, reading.pending, reading.gain, at, lost=True)
                continue
            for nxt in _steps(reading, line, at):
                if nxt.end:
                    yield nxt
                elif nxt.gain > _HOPELESS:
                    following.append(nxt)
            if line[at] == "(" and (gloss := _GLOSS_RE.match(line, at)):
                glosses.setdefault(gloss.end(), []).append(reading)
        readings = sorted(following, key=lambda r: -r.gain)[:_BEAM]
        at += 1


def _steps(reading: _Reading, line: str, at: int) -> Iterator[_Reading]:
    """The reading with one more character of the line taken in, in each way it may have come about."""
    char = line[at]
    if char.isascii():
        code = ord(char)
        if 0x40 <= code < 0x7F:  # the second byte of a Traditional character: `疅o` is `‘無`
            bonus = 4.0 if _GLOSS_RE.match(line, at + 1) else 0.0
            yield from _complete(reading, code, 0, char, at, bonus)
        if 0x20 < code < 0x7F:  # a full-width sign that was folded later: `！` to `!`
            yield from _complete(reading, 0xA3, code + 0x80, char, at)
        elif char == " ":
            yield from _complete(reading, 0xA1, 0xA1, char, at)
        if char == "?" and reading.text:
            yield _Reading(reading.text, reading.pending, reading.gain, at + 1, lost=True)
        return
    if char == "\ufffd":
        if reading.text:
            yield _Reading(reading.text, reading.pending, reading.gain, at + 1, lost=True)
        return
    # the damaged page may have been converted to Traditional script afterwards
    for written in {char, simplified_char(char)}:
        try:
            code_pair = written.encode("gb18030")
        except UnicodeEncodeError:
            continue
        if len(code_pair) == 2:
            yield from _complete(reading, *code_pair, char, at, -1.0 * (written != char))


def _complete(reading: _Reading, second: int, first: int, old: str, at: int, bonus: float = 0.0) -> Iterator[_Reading]:
    """Close the pending character with its second byte; `first` opens the next one, or is ASCII and ends the run."""
    try:
        new = bytes((reading.pending, second)).decode("gb18030")
    except UnicodeDecodeError:
        return
    gain = reading.gain + WEIGHTS[new] - WEIGHTS[old] + bonus
    if first >= 0x80:
        yield _Reading(reading.text + new, first, gain)
        return
    if first:  # `、A` was read as one pair
        new, gain = new + chr(first), gain + WEIGHTS[chr(first)]
    yield _Reading(reading.text + new, 0, gain, at + 1)


def _lost_mark(before: str, first: int, after: str) -> str:
    """The mark whose second byte was lost, where what is open around it allows only one; else nothing."""
    at_end = not after.strip() or bool(_TAG_END_RE.match(after))
    last = before[-1]
    if first == 0xA1:
        if last in "…—" and before[-2:-1] != last:
            return last
        if last in "。！？…":
            for opening, closing in ("‘’", "“”"):
                if before.count(opening) > before.count(closing):
                    return closing
        elif at_end and last not in "，、；：" and not any(before.count(a) > before.count(b) for a, b in ("“”", "《》", "‘’")):
            return "。"
    if first == 0xA3 and at_end and before.count("（") > before.count("）"):
        return "）"
    return ""
