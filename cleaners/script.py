"""Traditional to Simplified, and when not to."""

import json
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from itertools import groupby, islice

from cleaners.mainland import PHRASES, VARIANTS, finish_zhe
from cleaners.schema import Script

_QUOTES = dict(zip("「」『』﹁﹂﹃﹄〝〞", "“”‘’“”‘’“”", strict=True))
_ONLY_QUOTES = dict(zip("『』﹃﹄〝〞", "“”“”“”", strict=True))
# a stretch between two marks, long enough to be a quotation: `“臨川四夢”` alone is none
_STRETCH_RE = re.compile(r"[^\n。！？；“”‘’「」『』《》（）]+")
_PLACE_RE = re.compile(
    r"[\u3400-\u9fff]{1,9}(?:[村屯镇乡县市州旗区里路街]|社区|街道|居委会|村委会|林场|农场|牧场|渔场)"
)
_MIN_EVIDENCE = 6
"""A quotation with fewer Traditional characters is a name or a word, no script."""


def find_script(text: str) -> Script:
    """Script the text is written in, by the characters that only one of the two scripts has.

    HANS and HANT stand where nine tenths of that evidence do; a Simplified article that holds a stretch of
    Traditional text is MIXED; a text without any evidence (`中山`, English, figures) is OTHER.

    >>> find_script("项目建设"), find_script("項目建設"), find_script("中山")
    (<Script.HANS: 'hans'>, <Script.HANT: 'hant'>, <Script.OTHER: 'other'>)
    """
    only_hans, only_hant = _evidence()
    hant = len(only_hant.findall(text))
    if not hant:
        return Script.HANS if only_hans.search(text) else Script.OTHER
    hans = len(only_hans.findall(text))
    if hant >= 9 * hans:
        return Script.HANT
    if hans < 9 * hant:
        return Script.MIXED if min(hans, hant) >= 2 else (Script.HANT if hant > hans else Script.HANS)
    if hant >= _MIN_EVIDENCE:
        for stretch in _STRETCH_RE.findall(text):
            if _is_quotation(stretch):
                return Script.MIXED
    return Script.HANS


def to_simplified(text: str, config: str = "t2s", *, quotes: bool = True) -> str:
    """A Traditional text in the Simplified script of the mainland.

    `config` names a chain of the opencc package: t2s, tw2s, tw2sp (also Taiwanese words), hk2s. The
    dictionaries are the package's own; `mainland` adds names (乾安县), words (批复) and 着. `quotes` makes
    「」『』 the “”‘’ of the mainland. A text that has nothing Traditional in it is returned as it is, whatever
    the chain (乾安县, 显著, 什么 stay), and so is a Simplified line of a Traditional text but for quotations.

    >>> to_simplified("「陜西乾安縣」牆上貼著著名的標語")
    '“陕西乾安县”墙上贴着著名的标语'
    >>> to_simplified("乾安县效果显著，为什么")
    '乾安县效果显著，为什么'
    """
    only_hans, only_hant = _evidence()
    if not only_hant.search(text) or _is_plain_name(text):
        return text
    if not only_hans.search(text):
        return _convert(text, config, quotes)
    plain = Script.HANS if find_script(text) is Script.HANS else Script.HANT
    pieces = []
    for kind, lines in groupby(text.split("\n"), _script_of_line):
        piece = "\n".join(lines)
        if (plain if kind is Script.OTHER else kind) is Script.HANT:
            piece = _convert(piece, config, quotes)
        elif kind is Script.MIXED:
            piece = _STRETCH_RE.sub(lambda m: _convert(m[0], config, quotes) if _is_quotation(m[0]) else m[0], piece)
        pieces.append(piece)
    return "\n".join(pieces)


def _script_of_line(line: str) -> Script:
    """HANT for a line to convert, MIXED for a Simplified one that may hold Traditional stretches.

    Single characters are no reason to convert: names keep old forms in Simplified text (濛阳镇, `“臨川四夢”上演`).
    """
    only_hans, only_hant = _evidence()
    hans = len(only_hans.findall(line))
    if not hans:
        return Script.HANT if only_hant.search(line) else Script.OTHER
    hant = _count(only_hant, line, max(_MIN_EVIDENCE, hans // 4 + 1))
    if hans < (hant if hant < 3 else 4 * hant):
        return Script.HANT
    return Script.HANS if hant < _MIN_EVIDENCE else Script.MIXED


def _is_quotation(stretch: str) -> bool:
    only_hans, only_hant = _evidence()
    return _count(only_hant, stretch, _MIN_EVIDENCE) == _MIN_EVIDENCE and not only_hans.search(stretch)


def _count(pattern: re.Pattern[str], text: str, most: int) -> int:
    return sum(1 for _ in islice(pattern.finditer(text), most))


def _is_plain_name(text: str) -> bool:
    """A place by itself whose only old characters are variants, as names keep them: 伍塚村, 並塘村, 裡村."""
    return (
        len(text) < 16 and bool(_PLACE_RE.fullmatch(text)) and _name_variants().issuperset(_evidence()[1].findall(text))
    )


def _convert(text: str, config: str, quotes: bool) -> str:
    for step in _chain(config):
        text = step(text)
    text = finish_zhe(text)
    return _convert_quotes(text) if quotes else text


def _convert_quotes(text: str) -> str:
    """「甲『乙』」 to “甲‘乙’”; where 『』 is the only kind, it is the outer one."""
    outer = "「" in text or "﹁" in text
    for old, new in _QUOTES.items() if outer else _ONLY_QUOTES.items():
        text = text.replace(old, new)
    return text


def has_traditional(text: str) -> bool:
    """Whether there is a character that only Traditional text has."""
    return bool(_evidence()[1].search(text))


def simplified_char(char: str) -> str:
    """One character in Simplified script, whatever stands beside it (`無` to `无`, `无` to `无`)."""
    return _characters().get(char, char)


@cache
def simplified_forms(char: str) -> tuple[str, ...]:
    """The character itself and every one that a converter to Traditional script may have made it from.

    >>> simplified_forms("後"), simplified_forms("招")
    (('後', '后'), ('招',))
    """
    return (char, *_sources().get(char, ()))


@cache
def _sources() -> dict[str, list[str]]:
    sources: dict[str, list[str]] = {}
    for line in (files("opencc") / "dictionary" / "STCharacters.txt").read_text("utf-8").splitlines():
        hans, _, hants = line.partition("\t")
        for hant in hants.split():
            if hant != hans:
                sources.setdefault(hant, []).append(hans)
    return sources


@cache
def _characters() -> dict[str, str]:
    return _read("TSCharacters.txt")


@cache
def character_variants() -> dict[int, str]:
    """A table for `str.translate` that makes one of all characters that any conversion may take for another.

    For comparing only: 乾 and 干 are one, 畫 画 and 划, 著 and 着.
    """
    first: dict[str, str] = {}
    for name in ("TSCharacters.txt", "TWVariantsRev.txt", "HKVariantsRev.txt"):
        for line in (files("opencc") / "dictionary" / name).read_text("utf-8").splitlines():
            key, _, values = line.partition("\t")
            group = [key, *values.split(" ")]
            root = _root(first, group[0])
            for char in group[1:]:
                first[_root(first, char)] = root
    for char, variant in VARIANTS.items():
        first[_root(first, char)] = _root(first, variant)
    return {ord(char): _root(first, char) for char in first}


def _root(first: dict[str, str], char: str) -> str:
    while first.get(char, char) != char:
        char = first[char]
    return char


def _read(name: str) -> dict[str, str]:
    lines = (files("opencc") / "dictionary" / name).read_text("utf-8").splitlines()
    return {key: values.split(" ")[0] for key, values in (line.split("\t") for line in lines if line)}


@cache
def _evidence() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns for one character that only Simplified, or only Traditional text has.

    What GB2312 has is never proof of Traditional script (乾 徵 於 are in it), and a Simplified character that is
    also an old one (后 里 干 台) proves nothing. Names in Simplified text keep rare variants (衕, 浿): one that is not
    among the frequent characters of Taiwan, or has no Simplified form that every computer shows, proves nothing.
    """
    lines = (files("opencc") / "dictionary" / "STCharacters.txt").read_text("utf-8").splitlines()
    hans = {s for s, t in (line.split("\t") for line in lines if line) if s not in t and _is_gb2312(s)}
    hans -= set("峰床晒灶痴秘粽群肴虱雇霉")  # Traditional text has these as often as 峯牀曬
    hant = {t for t, s in _characters().items() if s != t and _is_gb2312(s) and not _is_gb2312(t) and t not in hans}
    hant -= {char for char in _name_variants() if char != "裏" and not _is_frequent_in_taiwan(char)}
    hant -= set(
        "喆堃昇鮀鍾鎔濛礐酇輋龑巘鮰魟誾頠甯湧迴陞淩脩甦嶽巖峯羣硃崑崙塚菴苧霑閤洩璿暘査靄"
    )  # also in Simplified names
    # `re` looks a class of the basic plane up in a bitmap, any other one character by character (40 times slower)
    hans, hant = {c for c in hans if c <= "\uffff"}, {c for c in hant if c <= "\uffff"}
    return re.compile(f"[{''.join(sorted(hans))}]"), re.compile(f"[{''.join(sorted(hant))}]")


@cache
def _name_variants() -> frozenset[str]:
    """Old forms of characters that Traditional text has beside them (里 裡, 朱 硃), so that a name may have either."""
    lines = (files("opencc") / "dictionary" / "STCharacters.txt").read_text("utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line]
    return frozenset(t for s, ts in pairs if s in ts for t in ts.split() if t != s) | {"並", "裡"}


def _is_gb2312(char: str) -> bool:
    try:
        return bool(char.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _is_frequent_in_taiwan(char: str) -> bool:
    """Whether a character is in the first part of Big5, the 5,401 that schools teach."""
    return b"" < char.encode("big5", "ignore") < b"\xc9\x40"


@cache
def _chain(config: str) -> tuple[Callable[[str], str], ...]:
    settings = json.loads((files("opencc") / "config" / f"{config}.json").read_text("utf-8"))
    steps = []
    for number, link in enumerate(settings["conversion_chain"], 1):
        group = link["dict"]
        names = [d["file"] for d in group["dicts"]] if group["type"] == "group" else [group["file"]]
        words: dict[str, str] = {}
        for name in reversed(names):  # the first dictionary of a group is the strongest
            words |= _read(name)
        steps.append(_step(words, last=number == len(settings["conversion_chain"])))
    return tuple(steps)


def _step(words: dict[str, str], last: bool) -> Callable[[str], str]:
    """One pass: phrases from left to right, the longest first, everything between them by the character."""
    chars = {key: value for key, value in words.items() if len(key) == 1}
    phrases = {key: value for key, value in words.items() if len(key) > 1}
    if last:
        chars |= VARIANTS
        rise = chars | {"昇": "升"}
        phrases |= {key: value or "".join(rise.get(c, c) for c in key) for key, value in PHRASES.items()}
    # a phrase keeps what the table would change (乾縣 to 乾县) as a lone surrogate, which no text has, and gets it back
    kept = sorted({c for value in phrases.values() for c in value if c in chars})
    stand_ins = {ord(char): chr(0xD800 + number) for number, char in enumerate(kept)}
    values = {key: value.translate(stand_ins) for key, value in phrases.items()}
    table = [chr(code) for code in range(0x10000)]
    for key, value in chars.items():
        if ord(key) < len(table):
            table[ord(key)] = value
    for number, char in enumerate(kept):
        table[0xD800 + number] = char
    if not phrases:
        return lambda text: text.translate(table)
    pattern = re.compile(_alternation(phrases))
    return lambda text: pattern.sub(lambda match: values[match[0]], text).translate(table)


def _alternation(words: dict[str, str]) -> str:
    """A pattern that finds the longest of the words: alternatives by first character, each list longest first."""
    by_first: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda w: (-len(w), w)):
        by_first.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in sorted(by_first.items()))
