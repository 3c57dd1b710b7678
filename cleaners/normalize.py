"""One spelling among right ones: Unicode form, width, punctuation, white space. A policy, not a repair.

Widths follow Chinese print, and they follow the neighbours, not what the page happened to have: a corpus that
folded `，` to `,` and one that did not come out alike. Nothing is decided in a line without Han characters.
"""

import re
import unicodedata
from collections.abc import Callable

from cleaners.punctuation import PUNCTUATION

_ACCENT = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a"
    "\ufe20-\ufe2f"
)
# thousands of accents on one letter take minutes to sort; no script needs more than Unicode's limit for streams
_ACCENTS_RE = re.compile(f"([{_ACCENT}][{_ACCENT}]{{29}})[{_ACCENT}]+")  # looked for by the first one

_SPACES_RE = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_SPACE_RE = re.compile(_SPACES_RE.pattern[:-1])
# a space that a full-width mark already holds: `基础, 实现`, `（ 见图 ）`
_SPACE_AT_MARK_RE = re.compile(r"(?<=[，。、；：？！“‘（《【「『〈〔]) | (?=[，。、；：？！”’）》】」』〉〕])")
# `2月21 日`, `2023 年 5 月`
_SPACE_IN_DATE_RE = re.compile(
    r"(?<=[0-9]) (?=[年月日号时点分秒])|(?<=[0-9]年) (?=[0-9]{1,2} ?月)|(?<=[0-9]月) (?=[0-9]{1,2} ?日)"
)

_ALNUM = str.maketrans(
    {code: code - 0xFEE0 for a, z in ("０９", "ＡＺ", "ａｚ") for code in range(ord(a), ord(z) + 1)}
    | dict(zip("％＂［］－／＋＝＜＞＆＠＿＃＊＄｜", '%"[]-/+=<>&@_#*$|', strict=True))
)
_WIDE_ALNUM_RE = re.compile(r"[０-９Ａ-Ｚａ-ｚ％＂［］－／＋＝＜＞＆＠＿＃＊＄｜]")
# `１．５亿`, `ｗｗｗ．ｇｏｖ．ｃｎ`: signs inside figures; `５：３０`, `1：3`, `１，０００`
_WIDE_SIGN_RE = re.compile(
    r"．(?<=[0-9A-Za-z].)(?=[0-9A-Za-z])|：(?<=[0-9].)(?=[0-9])|，(?<=[0-9].)(?=[0-9]{3}(?![0-9]))"
    r"|．(?<=[0-9].)"  # `1．总则`
)
_WIDE_GATE_RE = re.compile(r"[\uff01-\uff5e](?<![，：；？！（）])|(?<=[0-9\s])[，：](?=[0-9\s])")


def normalize_text(text: str, *, width: bool = True, punctuation: bool = True) -> str:
    """Paragraphs one a line, in normal form. Each policy can be switched off; NFC and white space cannot.

    >>> normalize_text("　　“招商”,１２个项目(含３个外资) , 增长9.71%;网址 http://a.cn/?x=1,2")
    '“招商”，12个项目（含3个外资），增长9.71%；网址 http://a.cn/?x=1,2'
    >>> normalize_text("f(x)=1,000; 8:30 Hello, world!")
    'f(x)=1,000; 8:30 Hello, world!'
    """
    text = normalize_unicode(text)
    steps: list[Callable[[str], str]] = []
    if width and _WIDE_GATE_RE.search(text):
        steps.append(normalize_width)
        text = normalize_unicode(text.translate(_ALNUM))  # `－－` is a dash, too, and `Ａ\u0301` a letter
    if punctuation:
        steps += (step for gate, step in PUNCTUATION if gate.search(text))
    lines = []
    for line in map(normalize_spaces, text.splitlines()):
        if not line:
            continue
        for _ in range(4 if steps else 0):  # a mark looks at its neighbours: until none moves
            before = line
            for step in steps:
                line = step(line)
            if line == before:
                break
            line = unicodedata.normalize("NFC", normalize_spaces(line))  # `Ａ\u0301` is a letter only now
        lines.append(line)
    return "\n".join(filter(None, lines))


def normalize_unicode(text: str) -> str:
    """NFC, and no more than 30 accents on a letter. Leaves full-width forms and compatibility signs (㎡, ①) alone.

    >>> normalize_unicode("cafe\u0301 ㎡")
    'café ㎡'
    """
    return unicodedata.normalize("NFC", _ACCENTS_RE.sub(r"\1", text))


def normalize_spaces(line: str) -> str:
    """One kind of space, one at a time, none at the ends, none beside a full-width mark or inside a date.

    Leaves a space between words alone: `真抓实干 奋力抢跑`, `AI 时代`.

    >>> normalize_spaces("\u3000\u3000基础， 实现了\u00a0 2月21 日")
    '基础，实现了 2月21日'
    """
    line = line.strip()
    if not _SPACE_RE.search(line):
        return line
    line = _SPACES_RE.sub(" ", line).strip(" ")
    return _SPACE_IN_DATE_RE.sub("", _SPACE_AT_MARK_RE.sub("", line))


def normalize_width(line: str) -> str:
    """Letters, digits, signs (`／＋［］`) and the marks inside figures to ASCII. Leaves `，：；？！（）～` alone.

    >>> normalize_width("ＧＤＰ增长８．８％，Ａ区")
    'GDP增长8.8%，A区'
    """
    if _WIDE_ALNUM_RE.search(line):
        line = line.translate(_ALNUM)
    return _WIDE_SIGN_RE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), line)
