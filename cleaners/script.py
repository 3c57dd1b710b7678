"""Traditional to Simplified, and when not to."""

import json
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from cleaners.mainland import PHRASES, VARIANTS, finish_zhe
from cleaners.schema import Script

_QUOTES = str.maketrans("「」『』﹁﹂﹃﹄〝〞", "“”‘’“”‘’“”")
_INNER_TO_OUTER = str.maketrans("『』﹃﹄", "「」「」")
_ANY_QUOTE_RE = re.compile("[「」『』﹁﹂﹃﹄〝〞]")
# a stretch between two marks, long enough to be a quotation: `“臨川四夢”` alone is none
_STRETCH_RE = re.compile(r"[^\n。！？；“”‘’「」『』《》（）]+")
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
            if len(only_hant.findall(stretch)) >= _MIN_EVIDENCE and not only_hans.search(stretch):
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
    if not only_hant.search(text):
        return text
    if not only_hans.search(text):
        return _convert(text, config, quotes)
    return "\n".join(_convert_line(line, config, quotes) for line in text.split("\n"))


def _convert_line(line: str, config: str, quotes: bool) -> str:
    """A line in Simplified script; of a Simplified one only its Traditional stretches, not single characters.

    Names keep old forms in Simplified text: 濛阳镇, 霑益区, `“臨川四夢”上演`.
    """
    only_hans, only_hant = _evidence()
    hans = len(only_hans.findall(line))
    if not hans:
        return _convert(line, config, quotes)
    hant = len(only_hant.findall(line))
    if hans < (hant if hant < 3 else 4 * hant):
        return _convert(line, config, quotes)
    if hant < _MIN_EVIDENCE:
        return line

    def convert(match: re.Match[str]) -> str:
        stretch = match[0]
        is_hant = len(only_hant.findall(stretch)) >= _MIN_EVIDENCE and not only_hans.search(stretch)
        return _convert(stretch, config, quotes) if is_hant else stretch

    return _STRETCH_RE.sub(convert, line)


def _convert(text: str, config: str, quotes: bool) -> str:
    for step in _chain(config):
        text = step(text)
    text = finish_zhe(text)
    return _convert_quotes(text) if quotes else text


def _convert_quotes(text: str) -> str:
    """「甲『乙』」 to “甲‘乙’”; where 『』 is the only kind, it is the outer one."""
    outer = "「" in text or "﹁" in text
    return _ANY_QUOTE_RE.sub(lambda m: (m[0] if outer else m[0].translate(_INNER_TO_OUTER)).translate(_QUOTES), text)


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
    also an old one (后 里 干 台) proves nothing.
    """

    def is_gb2312(char: str) -> bool:
        try:
            char.encode("gb2312")
        except UnicodeEncodeError:
            return False
        return True

    lines = (files("opencc") / "dictionary" / "STCharacters.txt").read_text("utf-8").splitlines()
    hans = {s for s, t in (line.split("\t") for line in lines if line) if s not in t and is_gb2312(s)}
    hant = {t for t, s in _read("TSCharacters.txt").items() if s != t and not is_gb2312(t) and t not in hans}
    hant -= set("喆堃昇鮀鍾鎔濛礐酇輋龑巘鮰魟誾頠甯湧迴陞淩脩甦嶽巖峯羣")  # also in Simplified names
    # `re` looks a class of the basic plane up in a bitmap, any other one character by character (40 times slower)
    hans, hant = {c for c in hans if c <= "\uffff"}, {c for c in hant if c <= "\uffff"}
    return re.compile(f"[{''.join(sorted(hans))}]"), re.compile(f"[{''.join(sorted(hant))}]")


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
    table: list[int | str] = list(range(0x10000))
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
