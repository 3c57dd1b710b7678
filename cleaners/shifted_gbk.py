"""GBK text that was read one byte late.

Some converter put `?` for one byte A1, the first half of a full-width mark. Everything behind it was then read in
pairs that begin in the middle of a character, until a byte below 80 fell where a pair begins:

    。  “  招  商  的  第  ‘  無  中        。 “ 招商的第‘無中
    A1A3A1B0D5D0C9CCB5C4B5DAA1AE9F6FD6D0
    ? A3A1B0D5D0C9CCB5C4B5DAA1AE9F6FD6D0
    ? ！  罢  猩  痰  牡  凇  疅  o  中         ?！罢猩痰牡凇疅o中

Nothing is lost but the one byte, so the run is put back by writing it as GB18030 behind an A1 and reading it again.
Each line is read once from left to right, and the likeliest way to cut it into sound text and runs is taken. What may
have happened to a run since is part of the search: full-width signs folded to ASCII (`！` to `!`), a gloss put into it,
conversion to Traditional script, its last byte lost because it made no pair with the ASCII character behind it.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

from cleaners.plausible import WEIGHTS, weigh
from cleaners.schema import Script
from cleaners.script import find_script, has_traditional, simplified_forms, to_simplified

# where a run may begin: with the `?` for A1 (widened since), with U+FFFD for another first byte (`胡�础⒑钗睦ぃ`)
_START_RE = re.compile(r"[?？\ufffd](?=[^\s])(?![?？]{2})")
_PRIVATE_RE = re.compile(r"[\ue000-\ue765]")
_GATE_RE = re.compile(r"[?？\ufffd\ue000-\ue765]")
# a private-use character and all up to the next ASCII one
_STRETCH_RE = re.compile(r"[\ue000-\ue765][^\x00-\x7f]+")
_LEAST_RUN = 6
_LOOK_BACK = 20
_MOST_STRETCHES = 2000
_MOST_READ = 200_000
"""Characters of a text that are read as part of a run; what stands behind them is left as it is."""
_UNKNOWN = -1
# `(wǎng)` behind the last character of a run: `ńW(wǎng)`
_GLOSS_RE = re.compile(r"\([a-zêüāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿɡ]{1,6}\s?\)")
_BEFORE_HAN_RE = re.compile(r"[,:;?!()]?[\u3000-\u9fff\uff00-\uffef“”‘’…—]")
# what is left of `</P>` when its first character was swallowed: `?！?/P>`
_TAG_END_RE = re.compile(r"/?(?:p|br|td|div|span|strong|font|b|li)\s{0,9}/?>", re.IGNORECASE)
# behind a `[` that was swallowed: `盵32]`
_BRACKET_REST_RE = re.compile(r"[^\[\]\n]{1,20}\]")
# a lost byte right behind the one for A1: `上报?�`
_BARE_LOSS_RE = re.compile(r"[?？](?=\ufffd)")

# All weights are natural logarithms of likelihoods. A run is believed when what it gains outweighs what it costs to
# suppose one. Of 4,000 question marks in true text the best came 0.5 short of that.
_BEGIN, _BEGIN_WIDE, _BEGIN_UNMARKED = -8.4, -12.4, -26.0
"""A run begins with `?` or U+FFFD; with `？`; a little before a private-use character, its first byte gone."""
_CONVERTED = -6.0
_LOST = -6.5
"""It never came back into step because its last byte was lost."""
_BEAM, _HOPELESS, _MARGIN = 5, -20.0, 16.0


class _Sound(NamedTuple):
    """The line up to some place, the last run in it, and what was before that run."""

    gain: float
    run: "_Reading | None" = None
    end: int = 0
    lost: bool = False
    """The second byte of the last character is gone."""
    before: "_Sound | None" = None


class _Reading(NamedTuple):
    """What a run may have been, up to some place: its last piece of text and, before it, the others."""

    gain: float
    pending: int
    """First byte of the character that is not complete yet."""
    converted: bool
    start: int
    outside: _Sound
    """What stands before the run."""
    piece: str = ""
    before: "_Reading | None" = None


class Effort:
    """How many characters may yet be read as part of a run."""

    __slots__ = ("left",)

    def __init__(self, left: int = _MOST_READ) -> None:
        self.left = left


def fix_shifted_gbk(text: str, *, markup: bool = False, effort: Effort | None = None) -> tuple[str, int, int]:
    """The text with its shifted runs put back, how many were, and how many lost their last character or are left.

    Where a run lost its last byte, U+FFFD stands for the character that only one byte is left of, unless an open
    quotation says that it was `”`. Leaves alone: a question mark that is one (nothing behind it becomes likelier),
    and what stands behind 200,000 characters of such runs. `effort` is shared by the pieces of one text.

    >>> fix_shifted_gbk("?!罢猩痰牡谝徊绞恰疅o中生有’")
    ('。“招商的第一步是‘無中生有’', 1, 0)
    >>> fix_shifted_gbk("为什么?因为招商。")
    ('为什么?因为招商。', 0, 0)
    """
    if not _GATE_RE.search(text):
        return text, 0, 0
    effort = effort or Effort()
    lines, fixed, left = text.split("\n"), 0, 0
    hans = find_script(text) is Script.HANS
    for number, line in enumerate(lines):
        if not _GATE_RE.search(line):
            continue
        if effort.left <= 0:
            return "\n".join(lines), fixed, left + 1
        lines[number], done, not_done = _fix_line(line, markup, hans, effort)
        fixed, left = fixed + done, left + not_done
    return "\n".join(lines), fixed, left


def _fix_line(line: str, markup: bool, hans: bool, effort: Effort) -> tuple[str, int, int]:
    runs: list[_Sound] = []
    sound: _Sound | None = _read_line(line, hans, effort)
    doubtful = 0
    while sound and sound.run:
        doubtful += _is_doubtful(sound.run)
        if not _is_doubtful(sound.run):
            runs.append(sound)
        sound = sound.before
    # a run that was Simplified stands in a line that was
    converted = any(sound.run and sound.run.converted for sound in runs)
    fixed, at, lost = _Written(), 0, 0
    for sound in reversed(runs):
        run, pieces = sound.run, []
        while run:
            pieces.append(run.piece)
            start, run = run.start, run.before
        outside = line[at:start]
        fixed.add(to_simplified(outside, quotes=False) if converted else outside)
        fixed.add("".join(reversed(pieces)))
        at = sound.end
        if not sound.lost and (gloss := _GLOSS_RE.match(line, at)) and not gloss[0].isascii():
            at = gloss.end()  # of the character that the run's last letter was in: `存储癐(yōng)DM`
        if sound.lost and sound.run:
            mark = fixed.lost_mark(sound.run.pending)
            fixed.add(mark or "\ufffd")
            lost += not mark
            if tag := _TAG_END_RE.match(line, at):
                if markup:
                    fixed.add("<")
                else:
                    at = tag.end()
    fixed.add(to_simplified(line[at:], quotes=False) if converted else line[at:])
    whole = "".join(fixed.pieces)
    return whole, len(runs), doubtful + lost + len(_BARE_LOSS_RE.findall(whole))


class _Written:
    """A line that is written piece by piece, and which quotations are open in it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.open = {"‘’": 0, "“”": 0}

    def add(self, piece: str) -> None:
        if piece:
            self.pieces.append(piece)
            for pair in self.open:
                self.open[pair] += piece.count(pair[0]) - piece.count(pair[1])

    def lost_mark(self, first: int) -> str:
        """The mark whose second byte was lost, if an open quotation allows only one (`“招商。` and `”`); or nothing."""
        if first == 0xA1 and self.pieces[-1][-1] in "。！？":
            return next((pair[1] for pair, surplus in self.open.items() if surplus > 0), "")
        return ""


def _is_doubtful(run: _Reading) -> bool:
    """A run of one mark nobody writes, and a frequent one if A3 was lost, not A1: `?珹BC` is `‖ABC` or `，ABC`."""
    if not run.before or run.before.before or not run.piece:
        return False
    mark = run.piece[0].encode("gb18030")
    other = _decode(0xA3, mark[1]) if mark[0] == 0xA1 else ""
    return bool(other) and WEIGHTS[other] > WEIGHTS[run.piece[0]] + 4.0


def _read_line(line: str, hans: bool, effort: Effort) -> _Sound:
    """The likeliest cut of a line into sound text and runs, as far as the effort goes."""
    marks = {match.start() for match in _START_RE.finditer(line)}
    unmarked = _unmarked_starts(line) if _PRIVATE_RE.search(line) else set()
    starts = sorted(marks | unmarked, reverse=True)
    sound, readings, glosses = _Sound(0.0), list[_Reading](), dict[int, list[_Reading]]()
    many = 1.0 * min(6, max(0, len(marks) - 3))  # where every mark became `?`
    scripts = (False, True) if has_traditional(line) else (False,)
    at = 0
    while True:
        if not readings and not glosses:  # on to the next place where a run may begin
            while starts and starts[-1] < at:
                starts.pop()
            if not starts:
                return sound
            at = starts.pop()
        readings += glosses.pop(at, ())
        char = line[at : at + 1]
        if char < "@":  # also the end of the line: a run that lost its last byte without a trace
            sound = _best_end(sound, readings, at, _LOST)
        effort.left -= 1
        if not char or effort.left <= 0:
            return sound
        following = dict[tuple[int, bool], _Reading]()
        closed = sound
        if at in unmarked:
            for converted in scripts:
                gain = sound.gain + _BEGIN_UNMARKED + _CONVERTED * converted
                readings += (_Reading(gain, first, converted, at, sound) for first in (0xA1, 0xA3))
        for reading in readings:
            for step in _steps(reading, line, at, hans):
                if isinstance(step, _Sound):
                    closed = step if step.gain > closed.gain else closed
                elif step.gain - step.outside.gain > _HOPELESS:
                    key = (step.pending, step.converted)
                    if key not in following or following[key].gain < step.gain:
                        following[key] = step
            if char == "(" and (gloss := _GLOSS_RE.match(line, at)) and reading.before:
                glosses.setdefault(gloss.end(), []).append(reading)
        if at in marks:
            for converted in scripts:
                gain = _BEGIN_WIDE if char == "？" else _BEGIN
                gain += sound.gain - many + _CONVERTED * converted - (0.0 if char == "\ufffd" else WEIGHTS[char])
                first = _UNKNOWN if char == "\ufffd" else 0xA1
                following.setdefault((first, converted), _Reading(gain, first, converted, at, sound))
        readings = sorted(following.values(), key=lambda r: -r.gain)[:_BEAM]
        readings = [r for r in readings if r.gain > max(readings[0].gain, closed.gain) - _MARGIN - 8.0]
        sound = closed
        at += 1


def _unmarked_starts(line: str) -> set[int]:
    """Where a run may begin without a mark: a little before stretches that are long and unlikely enough."""
    starts: set[int] = set()
    for stretch in islice(_STRETCH_RE.finditer(line), _MOST_STRETCHES):
        at, end = stretch.span()
        if end - at >= _LEAST_RUN and weigh(line[at + 1 : end]) <= -8.8 * (end - at - 1):
            starts.update(range(max(0, at - _LOOK_BACK), at + 1))
    return starts


def _best_end(sound: _Sound, readings: list[_Reading], end: int, gain: float) -> _Sound:
    for reading in readings:
        if reading.before and reading.gain + gain > sound.gain:
            sound = _Sound(reading.gain + gain, reading, end, True, reading.outside)
    return sound


def _steps(reading: _Reading, line: str, at: int, hans: bool) -> Iterator[_Reading | _Sound]:
    """The reading with one more character of the line taken in, in each way it may have come about."""
    char, after = line[at], line[at + 1 : at + 2]
    if char == "\ufffd" or (char == "?" and reading.before):
        if reading.before:  # the last byte made no pair with the one behind; half a tag behind it proves as much
            bonus = 6.0 if char == "\ufffd" else 12.0 if _TAG_END_RE.match(line, at + 1) else 0.0
            yield _Sound(reading.gain + _LOST + bonus, reading, at + 1, True, reading.outside)
        if char == "\ufffd":
            return
    if char.isascii():
        code = ord(char)
        if 0x40 <= code < 0x7F:  # the second byte of a Traditional character: `疅o` is `‘無`
            # a lone letter before Han (`伴T前`) or before a gloss (`ńW(wǎng)`) is seldom a letter
            alone = char.isalpha() and (_BEFORE_HAN_RE.match(line, at + 1) or _GLOSS_RE.match(line, at + 1))
            bonus = 4.0 if alone else 0.0
            yield from _complete(reading, code, 0, WEIGHTS[char] - bonus, at)
        if 0x20 < code < 0x7F:  # a full-width sign that was folded later: `！` to `!`
            yield from _complete(reading, 0xA3, code + 0x80, WEIGHTS[char], at)
        elif char == " ":
            yield from _complete(reading, 0xA1, 0xA1, WEIGHTS[char], at)
        return
    for pair, seldom in _pairs(char, reading.converted):
        bonus = 0.0
        if pair[1] < 0x80:
            # `“Sun` is `?癝un`, `”[3]` is `？盵3]`: what has lost its first character is likelier to be a word
            word = after.isascii() and after.isalpha()
            bonus = 4.0 if word or (pair[1] == 0x5B and _BRACKET_REST_RE.match(line, at + 1)) else 0.0
            bonus += 3.0 if seldom and (hans or _PRIVATE_RE.match(char)) else 0.0
        yield from _complete(reading, pair[0], pair[1], WEIGHTS[char] - bonus, at)


def _complete(reading: _Reading, second: int, first: int, old: float, at: int) -> Iterator[_Reading | _Sound]:
    """Close the pending character with its second byte; `first` opens the next one, or is ASCII and ends the run."""
    new = "\ufffd" if reading.pending == _UNKNOWN else _decode(reading.pending, second)
    if not new or (first < 0x80 and reading.pending == _UNKNOWN):
        return
    gain = reading.gain + (WEIGHTS[new] if new != "\ufffd" else 0.0) - old
    if 0 < first < 0x80:  # `、A` was read as one pair
        new, gain = new + chr(first), gain + WEIGHTS[chr(first)]
    longer = _Reading(gain, first, reading.converted, reading.start, reading.outside, new, reading)
    yield longer if first >= 0x80 else _Sound(gain, longer, at + 1, False, reading.outside)


@cache
def _decode(first: int, second: int) -> str:
    try:
        return bytes((first, second)).decode("gb18030")
    except UnicodeDecodeError:
        return ""


@cache
def _pairs(char: str, converted: bool) -> tuple[tuple[bytes, bool], ...]:
    """The bytes a character may have been read from, and whether Simplified text has such a one seldom."""
    forms = simplified_forms(char) if converted else (char,)
    pairs = [form.encode("gb18030", "ignore") for form in forms]
    return tuple((pair, pair < b"\xb0\xa1" or pair > b"\xf7\xfe" or pair[1] < 0xA1) for pair in pairs if len(pair) == 2)
