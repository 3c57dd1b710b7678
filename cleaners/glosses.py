"""Pinyin that a converter put behind characters: `項目建設(shè)`."""

import re
from bisect import bisect_right

from cleaners.plausible import is_frequent
from cleaners.script import has_traditional, simplified_char

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿếề"
_LETTERS = f"a-zêüɡ{_TONED}"
_HAN = "\u3400-\u9fff"
# the whole form: `設(shè)`, `絡(luò )`, `網（wǎng）`
_GLOSS_RE = re.compile(rf"(?P<char>[{_HAN}])\s?[(（](?P<sound>[{_LETTERS}]{{1,6}})\s?[)）]")
# half-lost: a letter no charset had (`設(sh?)`, `設(sh�)`, `設(sh)`), a bracket gone (`設(shè的`, `設shè)的`)
_HALF_GLOSS_RE = re.compile(
    rf"(?<=[{_HAN}])(?:[(（](?P<sound>[{_LETTERS}]{{0,5}}[?\ufffd]?[{_LETTERS}]{{0,4}})\s?[)）]"
    rf"|[(（](?P<open>[a-z]{{0,3}}[{_TONED}][a-z]{{0,3}})(?![{_LETTERS})）])"
    rf"|(?P<close>[a-z]{{0,3}}[{_TONED}][a-z]{{0,3}})\s?[)）])"
)
_GATE_RE = re.compile(rf"[(（][{_LETTERS}]")
_SYLLABLE_RE = re.compile(r"(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:[aeiouü]{1,3}(?:ng?|r)?)")
_ONSET_RE = re.compile(r"[zcs]h|[bpmfdtnlgkhjqxrzcsyw]")
_PLAIN = str.maketrans(dict(zip("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿếềêɡ", "aaaaeeeeiiiioooouuuuüüüünnnmeeeg", strict=True)))

# frequent characters that two sounds with one initial belong to: `六(lù)安`, `台(tāi)州`, `处(chǔ)理`, `大(dài)城`
_OF_MANY_SOUNDS = frozenset(
    "六台乐大任盖华燕葛那过应令处模血角强当相为中间数量种重传调难差散冠观供号和荷横几济假将教结禁尽劲卷看累露论落蒙磨宁泡片铺奇"
    "切曲少舍胜识似宿吐鲜兴要与载正只转钻作都发分干好还行长朝得地着了的不么家子没系参藏车称乘弹倒度恶服否革更合会见解空率绿陆"
    "便薄背奔别泊伯创打担答待单更喝哄划晃混降嚼校咽尽卡夫父可拉俩笼率埋脉闷粘弄便屏朴期栖亲圈雀塞扫色杉扇什石属说遂缩踏挑"
    "通同拓委温吾吁削雪压烟殷饮予员约晕扎炸占涨折着征挣指中轴术柱著追自足"
)

# GB2312 has its 3,755 frequent characters in the order of their sounds: the first character of each initial
_INITIALS = "abcdefghjklmnopqrstwxyz"
_FIRST_OF_INITIAL = [char.encode("gb2312") for char in "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"]
_LAST = "座".encode("gb2312")


def fix_glosses(text: str) -> tuple[str, int]:
    """The text without the pinyin a converter put behind its characters, and how many there were.

    Only where glosses are the text's habit: three or more behind frequent characters with the sound they mostly
    have, or fewer, all behind characters
    that are Traditional or too frequent to be explained. Leaves alone: the explanations
    of an author, which stand behind rare characters, unusual readings (`六(lù)安`) or words of several syllables
    (`陕西(shǎn xī)`), and `f(x)`, `方案(a)`, `(CEO)`.

    >>> fix_glosses("項目建設(shè)")
    ('項目建設', 1)
    >>> fix_glosses("安徽六(lù)安、亳(bó)州，函数f(x)")
    ('安徽六(lù)安、亳(bó)州，函数f(x)', 0)
    """
    if not _GATE_RE.search(text) or not _is_habit(text):
        return text, 0
    text, whole = _GLOSS_RE.subn(lambda m: m["char"] if _is_gloss(m["char"], m["sound"]) else m[0], text)
    count = 0

    def drop_half(match: re.Match[str]) -> str:
        nonlocal count
        char = text[match.start() - 1]
        sound = match["open"] or match["close"] or match["sound"] or ""
        if not _is_half_gloss(char, sound, bare=match["sound"] is not None):
            return match[0]
        count += 1
        return ""

    fixed = _HALF_GLOSS_RE.sub(drop_half, text)
    return fixed, whole + count


def _is_habit(text: str) -> bool:
    injected: list[str] = []
    explained = 0
    for match in _GLOSS_RE.finditer(text):
        if not _SYLLABLE_RE.fullmatch(match["sound"].translate(_PLAIN)) or (
            len(match["sound"]) == 1 and not _has_tone(match["sound"])
        ):
            continue  # `f(x)`, `方案(a)`, `(com)`
        if _is_usual(match["char"], match["sound"]):
            injected.append(match["char"])
        else:
            explained += 1
    if (len(injected) < 3 and explained) or len(injected) <= 2 * explained:
        return False
    # nobody explains how 網 is read, or 设; but `六(lù)安、台(tāi)州、乐(lào)亭` are explained
    return any(has_traditional(char) or _is_plain(char) for char in injected)


def _is_plain(char: str) -> bool:
    """Whether a character is among the most frequent and has one sound, so that no writer would explain it."""
    return is_frequent(char, 7.0) and char not in _OF_MANY_SOUNDS


def _is_usual(char: str, sound: str) -> bool:
    """Whether a frequent character (or the Traditional form of one) has a sound with this initial."""
    simplified = simplified_char(char)
    initial = _initial(simplified)
    if initial is None or (simplified == char and not is_frequent(char)):
        return False
    return sound.translate(_PLAIN)[:1] == initial


def _initial(char: str) -> str | None:
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return None
    if not _FIRST_OF_INITIAL[0] <= code <= _LAST:
        return None
    return _INITIALS[bisect_right(_FIRST_OF_INITIAL, code) - 1]


def _has_tone(sound: str) -> bool:
    return not sound.isascii()


def _is_gloss(char: str, sound: str) -> bool:
    plain = sound.translate(_PLAIN)
    if not _SYLLABLE_RE.fullmatch(plain):
        return False
    return _has_tone(sound) or (len(sound) > 1 and plain[:1] == _initial(simplified_char(char)))


def _is_half_gloss(char: str, sound: str, bare: bool) -> bool:
    """What remains of a gloss begins as the character sounds; a lone letter (`方案(a)`) or a word proves nothing."""
    rest = sound.strip("?\ufffd")
    if not rest:
        return bare and has_traditional(char)
    plain = sound.translate(_PLAIN)
    if plain[:1] != _initial(simplified_char(char)):
        return False
    if bare and rest == sound and sound.isascii():
        return _ONSET_RE.fullmatch(sound) is not None and (len(sound) > 1 or has_traditional(char))
    return len(rest) > 1 or not rest.isascii() or has_traditional(char)
