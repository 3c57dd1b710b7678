"""Pinyin that a converter put behind characters: `項目建設(shè)`."""

import re
import unicodedata

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
_PLAIN = str.maketrans(
    dict(zip("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿếềêɡüv", "aaaaeeeeiiiioooouuuuuuuunnnmeeeguu", strict=True))
)

# frequent characters with one syllable in two tones, of which a writer explains the less usual one (`台(tāi)州`,
# `中(zhòng)牟`); the usual one behind each, where there is one
_USUAL_TONES = dict(
    pair
    for pair in re.findall(
        r"([\u4e00-\u9fff])([0-9]*)",
        "台2任4华2燕葛那4过4应1令4处强2当1相1为24中1间1数4量4种3难2差1散冠4观1供1号4和2荷2横2几3济4假3将1教4结2禁4尽4卷看4累论4落4蒙"
        "磨宁2泡片4铺切1曲少4舍胜4识2宿吐鲜1兴要4与3载4正4只3转3钻作4发1分1干4好3行2藏称1倒恶服2更4解3空1绿4便4薄背4奔1别2泊创4打3担1待4答2喝1"
        "哄划4晃混4降4嚼校4咽夫1父4可3拉1笼闷屏朴圈1雀塞扫3扇遂踏挑通1委3吓压1殷饮予晕扎炸占4涨3折2挣指3轴术4柱4著4员2",
    )
)
# frequent enough for GB2312, but what a writer may explain: names of places and people, chemistry, old words
_EXPLAINED = frozenset(
    "郴涪泸濮莆郸邯邢沂淄漳汾渭滇黔鄂皖邵郝祁隋虞禹蔺樊岑殷覃侗傣彝羌蚌尉涡蔚翟傅阮牟邱澳峨歧沁郧埔薛蓟冀贾缪曾"
    "滁阜泌埂堰峪潭淦圭垣彦戊戌戍巳戎棘肄翌裔粳豢酗绎谆诌阉龋篆箕疽痈粟黍楔榷砧碴镐镍铆锗锑钡铱硒锂氦氖炔烃酞胺烯酚酮苯醛啮噬皿酋羹"
    "诣臀踞臻谧隅茗蓦藐茸荫谙迸遏邃霓饯髓沏阂赅赈"
)
# words and units that have their pinyin for a name in other languages: `亩(mu)`
_LOANS = frozenset("亩里元角分斤两钱道气阴阳礼仁义孝茶帕卡法米")
# nobody explains how a particle sounds
_PARTICLES = frozenset(("的de", "地de", "得de", "了le", "着zhe", "们men", "么me", "吗ma", "呢ne", "吧ba", "啊a"))
_TONE_MARKS = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}

# the other sound of frequent ones, by which glosses of a converter go now and then
_ALSO = {
    "长": "zhang",
    "还": "hai",
    "调": "tiao",
    "参": "shen",
    "系": "ji",
    "校": "jiao",
    "重": "chong",
    "觉": "jiao",
    "畜": "xu",
    "曲": "qu",
    "给": "ji",
}


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
    proven = False
    for match in _GLOSS_RE.finditer(text):
        char, sound = match["char"], match["sound"]
        plain = sound.translate(_PLAIN)
        if not _SYLLABLE_RE.fullmatch(plain) or (len(sound) == 1 and sound.isascii() and char != "啊"):
            continue  # `f(x)`, `方案(a)`, `(com)`
        syllable = find_syllable(char)
        if plain in _sounds_of(char):
            agreeing += 1
            if _is_never_explained(char, sound):
                unexplained += 1
                proven = True
        elif syllable:
            unusual += 1
    proven = proven or agreeing > 9
    return agreeing if proven and agreeing > unusual else 0


def _is_never_explained(char: str, sound: str) -> bool:
    """Whether no writer would tell how a character sounds: everybody knows it, and it has the sound it always has."""
    hans = simplified_char(char)
    if hans + sound in _PARTICLES:
        return True
    if not _has_tone(sound):
        return hans not in _EXPLAINED and hans not in _LOANS
    return hans != char or (_tone(sound) in _USUAL_TONES.get(hans, "1234") and hans not in _EXPLAINED)


def _sounds_of(char: str) -> tuple[str, ...]:
    hans = simplified_char(char)
    particle = (name[1:] for name in _PARTICLES if name[0] == hans)
    return tuple(filter(None, (find_syllable(char), _ALSO.get(hans), *particle)))


def _has_tone(sound: str) -> bool:
    return not sound.isascii()


def _tone(sound: str) -> str:
    return next((_TONE_MARKS[mark] for mark in unicodedata.normalize("NFD", sound) if mark in _TONE_MARKS), "0")


def _is_gloss(char: str, sound: str, habit: int) -> bool:
    plain = sound.translate(_PLAIN)
    if not _SYLLABLE_RE.fullmatch(plain):
        return habit > 9 and _has_tone(sound) and len(sound) < 3  # `嗯(ń)`
    if _has_tone(sound) or plain in _sounds_of(char):
        return True
    return len(sound) > 1 and (habit > 9 or (habit > 2 and plain[0] == _initial(char)))  # `钥匙(shi)`


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
