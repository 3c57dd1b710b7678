"""Pinyin that a converter put behind characters: `項目建設(shè)`."""

import re

from cleaners.plausible import is_frequent
from cleaners.script import has_traditional, simplified_char
from cleaners.sounds import find_syllable

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
_SYLLABLE_RE = re.compile(r"(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:[aeiou]{1,3}(?:ng?|r)?)")
_ONSET_RE = re.compile(r"[zcs]h|[bpmfdtnlgkhjqxrzcsyw]")
_PLAIN = str.maketrans(dict(zip("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿếềêɡü", "aaaaeeeeiiiioooouuuuuuuunnnmeeegu", strict=True)))

# frequent characters with one syllable in two tones, which a writer may explain: `台(tāi)州`, `处(chǔ)理`
_OF_TWO_TONES = frozenset(
    "台任华燕葛那过应令处强当相为中间数量种难差散冠观供号和荷横几济假将教结禁尽卷看累论落蒙磨宁泡片铺切曲少舍胜识宿吐鲜兴"
    "要与载正只转钻作发分干好行藏称倒恶服更解空绿便薄背奔别泊创打担答待喝哄划晃混降嚼校咽夫父可拉笼闷屏朴圈雀塞扫扇遂踏挑"
    "通委吁压殷饮予员晕扎炸占涨折挣指轴术柱著"
)


# the other sound of frequent ones, by which glosses of a converter go now and then
_ALSO = {"长": "zhang", "还": "hai", "调": "tiao", "参": "shen", "系": "ji", "校": "jiao", "重": "chong", "觉": "jiao"}


def fix_glosses(text: str) -> tuple[str, int]:
    """The text without the pinyin a converter put behind its characters, and how many there were.

    Only where glosses are the text's habit: behind characters that nobody explains, because they are Traditional or
    frequent and have the sound they always have. Leaves alone: the explanations of an author, which stand behind rare
    characters (`亳(bó)`), unusual readings (`六(lù)安`) or words of several syllables (`陕西(shǎn xī)`), and `f(x)`,
    `方案(a)`, `(CEO)`.

    >>> fix_glosses("項目建設(shè)")
    ('項目建設', 1)
    >>> fix_glosses("安徽六(lù)安、亳(bó)州，函数f(x)")
    ('安徽六(lù)安、亳(bó)州，函数f(x)', 0)
    """
    if not _GATE_RE.search(text) or not (habit := _measure_habit(text)):
        return text, 0
    count = 0

    def drop(match: re.Match[str]) -> str:
        nonlocal count
        if not _is_gloss(match["char"], match["sound"], habit):
            return match[0]
        count += 1
        return match["char"]

    def drop_half(match: re.Match[str]) -> str:
        nonlocal count
        char = text[match.start() - 1]
        sound = match["open"] or match["close"] or match["sound"] or ""
        if not _is_half_gloss(char, sound, bare=match["sound"] is not None):
            return match[0]
        count += 1
        return ""

    text = _GLOSS_RE.sub(drop, text)
    return _HALF_GLOSS_RE.sub(drop_half, text), count


def _measure_habit(text: str) -> int:
    """How many glosses agree with their character, where they show that a converter was at work; else 0."""
    agreeing = unexplained = unusual = 0
    toned = False
    for match in _GLOSS_RE.finditer(text):
        char, sound = match["char"], match["sound"]
        plain = sound.translate(_PLAIN)
        if not _SYLLABLE_RE.fullmatch(plain) or (len(sound) == 1 and sound.isascii()):
            continue  # `f(x)`, `方案(a)`, `(com)`
        syllable = find_syllable(char)
        if plain in (syllable, _ALSO.get(simplified_char(char))):
            agreeing += 1
            if simplified_char(char) != char or (is_frequent(char, 9.0) and char not in _OF_TWO_TONES):
                unexplained += 1
                toned = toned or _has_tone(sound)
        elif syllable:
            unusual += 1
    proven = toned or agreeing > 9 or (unexplained and agreeing > 2)
    return agreeing if proven and agreeing > unusual else 0


def _has_tone(sound: str) -> bool:
    return not sound.isascii()


def _is_gloss(char: str, sound: str, habit: int) -> bool:
    plain = sound.translate(_PLAIN)
    if not _SYLLABLE_RE.fullmatch(plain):
        return habit > 9 and _has_tone(sound) and len(sound) < 3  # `嗯(ń)`
    if _has_tone(sound) or plain == find_syllable(char):
        return True
    return len(sound) > 1 and (habit > 9 or plain[0] == _initial(char))  # `钥匙(shi)`


def _initial(char: str) -> str:
    return (find_syllable(char) or " ")[0]


def _is_half_gloss(char: str, sound: str, bare: bool) -> bool:
    """What remains of a gloss begins as the character sounds; a lone letter (`方案(a)`) or a word proves nothing."""
    rest = sound.strip("?\ufffd")
    if not rest:
        return bare and has_traditional(char)
    plain = sound.translate(_PLAIN)
    if plain[:1] != _initial(char):
        return False
    if bare and rest == sound and sound.isascii():
        return len(sound) > 1 and _ONSET_RE.fullmatch(sound) is not None  # not `第三場(c)`
    return len(rest) > 1 or not rest.isascii() or has_traditional(char)
