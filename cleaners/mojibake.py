"""Text decoded with another charset than it was written in. Undone where the way back proves itself."""

import re
from collections.abc import Callable
from functools import cache

from cleaners.plausible import weigh

_CP1252 = {
    bytes((code,)).decode("cp1252"): code for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_HIGH = "\x80-\xff" + "".join(_CP1252)
_CONT = "\x80-\xbf" + "".join(_CP1252)
# `æ‹›å•†` and `ÕÐÉÌ£¬`: characters that stand for bytes; nothing to do without two of them in a row
_LATIN_RE = re.compile("[¡-÷][^\x00-\x7f]")
_LATIN_RUN_RE = re.compile(f"[{_HIGH}]{{2,}}")
# in pairs, whose second byte may be ASCII
_LATIN_PAIRS_RE = re.compile(f"(?=[{_HIGH}]{{2}})(?:[{_HIGH}][{_HIGH}@-~])+")
# `â€œ`, `Ã©`, `Â·` beside true marks; not `××—××年`, which would be Hebrew
_UTF8_CHAR_RE = re.compile(f"[ÂÃ][{_CONT}]|[à-ï][{_CONT}]{{2}}|[ð-ô][{_CONT}]{{3}}")
_NOT_ASCII_RE = re.compile("[^\x00-\x7f]+")
# U+FFFD, written as UTF-8 and read as GBK
_KUN_JIN_KAO_RE = re.compile("(?:锟斤拷)+(?:锟斤|锟)?")
_KANA_RE = re.compile("[\u3041-\u30fe]")
_HAN_RE = re.compile("[\u3400-\u9fff]")
_FREQUENT_IN_GBK = (
    "的一是不在有我他中来上大和国这说时会对生能而子得年过发后作人以到要们为个地出也多可用方成行市业部分月公全区新长工作进经与政府"
    "民主开第项目建设资合同其之于将及高法理机体化动场服务电车站水平安加产企面力文现家员展"
)
_FREQUENT_IN_BIG5 = (
    "的一是不在有我他中來上大和國這說時會對生能而子得年著過發後作日本人以到要們為個地出也多可用方成行市業部分月公全區新長工作"
    "進經與政府民主開第第三十二五六項目建設資合同民等其之於將及高政法理機體化動場服務電車站水平安加產企全面力文現家員展"
)
# what UTF-8 text decodes to when it is one: Han, Chinese marks, ASCII, common signs
_CHINESE_RE = re.compile(
    "[\u0000-\u007f\u00a0-\u00ff\u2010-\u2027\u2030-\u203b\u2100-\u2312\u2460-\u24ff\u25a0-\u2605\u3000-\u303f\u3200-\u33ff\u3400-\u9fff\uff00-\uffef\ufffd]*"
)


def fix_mojibake(text: str) -> tuple[str, int, int]:
    """The text read with the right charset, how many runs were, and how many marks of lost text remain.

    UTF-8 read as Windows-1252 or as GBK, GBK read as Latin-1, Big5 and GBK read as each other: a run is put back
    only where its bytes are valid in the other charset and what comes out is Chinese and much likelier; a short run
    only beside a long one that proves the text. Leaves alone: accented letters (`café`), rare characters, Japanese,
    text that lost bytes on the way, and 锟斤拷 where the text speaks of 乱码.

    >>> fix_mojibake("æ‹›å•†å¼•èµ„â€”Â·")
    ('招商引资—·', 1, 0)
    >>> fix_mojibake("café ÄÖÜ 喆镕堃")
    ('café ÄÖÜ 喆镕堃', 0, 0)
    """
    fixed = left = 0
    if _LATIN_RE.search(text):
        text, fixed = _fix_runs(text, _LATIN_RUN_RE, _from_utf8_bytes, 2)
        text, count = _fix_runs(text, _LATIN_PAIRS_RE, _from_gbk_bytes, 3, _is_chinese)
        fixed += count
        if not count:
            text, count = _UTF8_CHAR_RE.subn(lambda m: _from_utf8_char(m[0]), text)
            fixed += count
    if not _gate().search(text):
        return text, fixed, left
    if _utf8_pairs().search(text):
        text, count = _fix_runs(text, _NOT_ASCII_RE, _from_utf8_in_gbk, 2)
        fixed += count
    for written, read, marks in (("big5", "gb18030", _big5_marks()), ("gb18030", "big5", _gbk_marks())):
        if marks.search(text):
            text, count = _fix_whole(text, written, read, marks)
            fixed += count
    if "锟斤拷" in text and "乱码" not in text:
        text, left = _KUN_JIN_KAO_RE.subn("\ufffd", text)
    return text, fixed, left


def _fix_runs(
    text: str,
    pattern: re.Pattern[str],
    read: Callable[[str], str | None],
    proof: int,
    is_sure: Callable[[str], bool] = bool,
) -> tuple[str, int]:
    """Every run that can be read otherwise, if one of them gives as many Han characters as prove the text."""
    runs = set(pattern.findall(text))
    readings = {run: new for run in runs if (new := read(run)) is not None}
    better = {run: new for run, new in readings.items() if is_sure(new)}
    if not any(len(_HAN_RE.findall(new)) >= proof for new in better.values()):
        return text, 0
    if sum(map(len, better)) > 4 * sum(len(run) for run in runs - better.keys()):
        better = readings  # rare characters of such a text, too
    return pattern.sub(lambda m: better.get(m[0], m[0]), text), sum(run in better for run in pattern.findall(text))


def _latin_bytes(run: str) -> bytes:
    return bytes(_CP1252.get(char) or ord(char) for char in run)


def _from_utf8_bytes(run: str) -> str | None:
    """Also what went wrong twice: `Ã¦Â‹Â›Ã¥Â•Â†` is 招商."""
    try:
        new = _latin_bytes(run).decode("utf-8")
    except UnicodeDecodeError:
        return None
    again = _from_utf8_bytes(new) if _LATIN_RUN_RE.fullmatch(new) else None
    return again or new


def _from_utf8_char(char: str) -> str:
    """One character from its bytes; not a Han character, which `café–“` would give too."""
    new = _from_utf8_bytes(char)
    return char if new is None or _HAN_RE.match(new) else new


def _from_gbk_bytes(run: str) -> str | None:
    try:
        new = _latin_bytes(run).decode("gb18030")
    except UnicodeDecodeError:
        return None
    return new if "\ufffd" not in new else None


def _is_chinese(new: str) -> bool:
    return bool(_CHINESE_RE.fullmatch(new)) and weigh(new) > -9.5 * len(new)


def _from_utf8_in_gbk(run: str) -> str | None:
    try:
        new = run.encode("gb18030").decode("utf-8")
    except UnicodeError:
        return None
    return new if _CHINESE_RE.fullmatch(new) and weigh(new) > weigh(run) else None


def _fix_whole(text: str, written: str, read: str, marks: re.Pattern[str]) -> tuple[str, int]:
    """A text that is Big5 (or GBK) as a whole: `Русский` and `ê` have such a reading too, and so has a name."""
    runs = _NOT_ASCII_RE.findall(text)
    readings = {run: new for run in set(runs) if (new := _reread(run, written, read)) is not None}
    likelier = {run for run, new in readings.items() if weigh(new) > weigh(run)}
    if not any(_is_sure(run, readings[run], marks) for run in likelier):
        return text, 0
    if 10 * sum(len(run) for run in runs if run in likelier) < 8 * sum(map(len, runs)):
        return text, 0
    return _NOT_ASCII_RE.sub(lambda m: readings.get(m[0], m[0]), text), sum(run in readings for run in runs)


def _reread(run: str, written: str, read: str) -> str | None:
    try:
        new = run.encode(read).decode(written)
    except UnicodeError:
        return None
    return new if len(new) == len(run) else None


def _is_sure(run: str, new: str, marks: re.Pattern[str]) -> bool:
    """Four characters and more, two of them typical, not mostly kana (a Japanese word), and frequent ones behind it."""
    typical = len(marks.findall(run)) > 1 and 3 * len(_KANA_RE.findall(run)) < len(run)
    return len(run) > 3 and typical and weigh(new) > -8.5 * len(run) and weigh(new) - weigh(run) > 2.0 * len(run)


@cache
def _utf8_pairs() -> re.Pattern[str]:
    """The first two bytes of Han characters in UTF-8 (E480 .. E9BF), of `，` (EFBC) and `。` (E380), in GBK."""
    pairs = [bytes((a, b)) for a in range(0xE4, 0xEA) for b in range(0x80, 0xC0)] + [b"\xef\xbc", b"\xe3\x80"]
    return re.compile(f"[{''.join(pair.decode('gb18030') for pair in pairs)}]")


@cache
def _gate() -> re.Pattern[str]:
    """Any character of the other three patterns, or of 锟斤拷."""
    return re.compile(f"{_utf8_pairs().pattern[:-1]}{_big5_marks().pattern[1:-1]}{_gbk_marks().pattern[1:-1]}锟]")


@cache
def _big5_marks() -> re.Pattern[str]:
    """Frequent characters of Big5 as GBK has them: 的 is a private one, 是 is 琌, 中 is い."""
    chars = [char.encode("big5").decode("gb18030") for char in _FREQUENT_IN_BIG5]
    return re.compile(f"[{''.join(char for char in chars if weigh(char) < -11)}]")


@cache
def _gbk_marks() -> re.Pattern[str]:
    """Frequent characters of GBK as Big5 has them: 一 is 珨, 会 is 頗, 发 is 楷."""
    chars = [char.encode("gb18030").decode("big5", "ignore") for char in _FREQUENT_IN_GBK]
    return re.compile(f"[{''.join(char for char in chars if char and weigh(char) < -11)}]")
