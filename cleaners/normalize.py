"""One spelling among right ones: Unicode form, width, punctuation, white space. A policy, not a repair.

Widths follow Chinese print, and they follow the neighbours, not what the page happened to have: a corpus that
folded `，` to `,` and one that did not come out alike. Nothing is decided in a line without Han characters.
"""

import re
import unicodedata
from bisect import bisect
from collections.abc import Callable

_HAN = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_RE = re.compile(f"[{_HAN}]")
_WIDE = "，。、；：？！“”‘’（）《》【】「」『』〈〉〔〕…—·"

_ACCENT = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a"
    "\ufe20-\ufe2f"
)
# thousands of accents on one letter take minutes to sort; no script needs more than Unicode's limit for streams
_ACCENTS_RE = re.compile(f"([{_ACCENT}]{{30}})[{_ACCENT}]+")

_SPACES_RE = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_SPACE_RE = re.compile(_SPACES_RE.pattern[:-1])
# a space that a full-width mark already holds: `基础, 实现`, `（ 见图 ）`
_SPACE_AT_MARK_RE = re.compile(r"(?<=[，。、；：？！“‘（《【「『〈〔]) | (?=[，。、；：？！”’）》】」』〉〕])")
# `2月21 日`, `2023 年 5 月`
_SPACE_IN_DATE_RE = re.compile(
    r"(?<=[0-9]) (?=[年月日号时点分秒])|(?<=[0-9]年) (?=[0-9]{1,2}月)|(?<=[0-9]月) (?=[0-9]{1,2}日)"
)

_ALNUM = str.maketrans(
    {code: code - 0xFEE0 for a, z in ("０９", "ＡＺ", "ａｚ") for code in range(ord(a), ord(z) + 1)}
    | {"％": "%", "＂": '"'}
)
_WIDE_ALNUM_RE = re.compile(r"[０-９Ａ-Ｚａ-ｚ％＂]")
# `１．５亿`, `ｗｗｗ．ｇｏｖ．ｃｎ`, `２０１９／９／７`: signs inside figures; `５：３０`, `1：3`, `１，０００`
_WIDE_SIGN_RE = re.compile(
    r"[．／＠－＋＝＆＿](?<=[0-9A-Za-z].)(?=[0-9A-Za-z])|：(?<=[0-9].)(?=[0-9])|，(?<=[0-9].)(?=[0-9]{3}(?![0-9]))"
    r"|．(?<=[0-9].)"  # `1．总则`
)

_MARK_GATE_RE = re.compile(r"[,:;?!.]")
_ASCII_MARK_RE = re.compile(r"[,:;?!]+")
_WIDEN = str.maketrans(",:;?!()", "，：；？！（）")
_BRACKET_RE = re.compile(r"[()（）]")
_FORMULA_RE = re.compile(r"[a-z](?:[,+*/=-][a-z0-9]{1,3})+")  # `区间(a,b)`
_ADDRESS_RE = re.compile(
    r"(?:https?|ftp)://[!-'*-~]+|&#?\w{1,31};|(?<![\w.-])[\w.-]{1,64}@[\w.-]+\.\w+", re.ASCII
)  # http://a.cn/?x=1,2 &nbsp; a.b@c.cn
_FULL_STOP_RE = re.compile(f"(?<=[{_HAN}”’）》])\\.(?=[{_HAN}“”’）《]|$)")

_DASH_RE = re.compile(r"[—―─]+(?: [—―─]+)*|--(?!-)(?<!---)")
_ELLIPSIS_RE = re.compile(r"[…⋯]+|。{3,}|\.{3,}|·{6,}")
_NAME_DOT_RE = re.compile(f"[•‧･・∙](?<=[{_HAN}].)(?=[{_HAN}])")
_SINGLE_QUOTES_RE = re.compile(rf"(?<![A-Za-z0-9'])'(?=[^'\n]{{0,40}}[{_HAN}])([^'\n]{{1,60}})'(?![A-Za-z'])")


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
    if punctuation:
        steps += (step for gate, step in _PUNCTUATION if gate.search(text))
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
    """Letters, digits and the signs inside figures to ASCII. Leaves full-width marks beside Han alone.

    >>> normalize_width("ＧＤＰ增长８．８％，Ａ区")
    'GDP增长8.8%，A区'
    """
    if _WIDE_ALNUM_RE.search(line):
        line = line.translate(_ALNUM)
    return _WIDE_SIGN_RE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), line)


def normalize_brackets(line: str) -> str:
    """Round brackets around Han, or beside it, to full width, in pairs. Leaves `f(x)`, `(a+b)`, `print("好")` alone.

    >>> normalize_brackets("格力(赣州)基地(一期）,函数f(x)")
    '格力（赣州）基地（一期）,函数f(x)'
    """
    if ("(" not in line and ")" not in line) or not _HAN_RE.search(line):
        return line
    chars, opened = list(line), []
    han = [match.start() for match in _HAN_RE.finditer(line)]
    addresses = _addresses(line)
    for match in _BRACKET_RE.finditer(line):
        at = match.start()
        if at in addresses:
            continue
        if match[0] in "(（":
            opened.append(at)
        elif opened:
            start = opened.pop()
            if _is_chinese_bracket(line, start, at, bisect(han, start) < bisect(han, at)):
                chars[start], chars[at] = "（", "）"
        elif _is_chinese(line[at - 1 : at] or line[1:2]):
            chars[at] = "）"
    for at in opened:  # never closed in this line
        if _is_chinese(line[at - 1 : at]) and _is_chinese(line[at + 1 : at + 2]):
            chars[at] = "（"
    return "".join(chars)


def _is_chinese_bracket(line: str, start: int, end: int, holds_han: bool) -> bool:
    if line[start] == "（" or line[end] == "）":
        return True
    before, after = line[start - 1 : start], line[end + 1 : end + 2]
    if line[start + 1] in {'"', "'"} and before.isascii() and before.isalnum():
        return False
    if holds_han:
        return True
    if (before.isascii() and before.strip()) or _FORMULA_RE.fullmatch(line, start + 1, end):
        return False
    return end > start + 1 and (_is_chinese(before) or _is_chinese(after))


def _is_chinese(char: str) -> bool:
    return bool(char) and (char in _WIDE or bool(_HAN_RE.match(char)))


def _addresses(line: str) -> set[int]:
    """Where addresses are: every place in one."""
    if "://" not in line and "@" not in line and "&" not in line:
        return set()
    return {at for match in _ADDRESS_RE.finditer(line) for at in range(*match.span())}


def normalize_marks(line: str) -> str:
    """`,:;?!` to full width where a Chinese clause uses them. Leaves figures, Latin phrases and addresses alone.

    >>> normalize_marks("项目30个,金额1,000万元;他说:Hello, world!")
    '项目30个，金额1,000万元；他说：Hello, world!'
    """
    if not _MARK_GATE_RE.search(line) or not _HAN_RE.search(line):
        return line
    addresses = _addresses(line)

    def widen(match: re.Match[str]) -> str:
        start, end = match.span()
        if start in addresses:
            return match[0]
        before, after = line[max(0, start - 4) : start].rstrip()[-1:], line[end : end + 4].lstrip()[:1]
        if before == "\\" or (not before and not _HAN_RE.match(line, end)):  # `,为此` where a line was cut
            return match[0]
        if _is_chinese(before) or (_HAN_RE.match(after) if after else False):
            return match[0].translate(_WIDEN)
        if (not after or _is_chinese(after)) and _is_chinese_clause(line, start):
            return match[0].translate(_WIDEN)
        return match[0]

    line = _ASCII_MARK_RE.sub(widen, line)
    if "." in line and "。" not in line:
        line = _FULL_STOP_RE.sub(lambda m: "。" if m.end() == len(line) or "，" in line else ".", line)
    return line


_CLAUSE_START_RE = re.compile(r"[，。；：？！“‘（《,;:?!(]")


def _is_chinese_clause(line: str, end: int) -> bool:
    """Whether the clause that ends here has Han in it: `用过App?` has, `“How are you?”` has not."""
    clause = line[max(0, end - 40) : end]
    return bool(_HAN_RE.search(_CLAUSE_START_RE.split(clause)[-1] or clause))


def normalize_dashes(line: str) -> str:
    """`——` and `……` whole, `·` in foreign names. Leaves a single `—` (`1—8月`), `1--5月` and rules (`------`) alone.

    >>> normalize_dashes("工作──一瞥...... 卡尔•马克思 1—8月")
    '工作——一瞥…… 卡尔·马克思 1—8月'
    """
    if not _HAN_RE.search(line):
        return line
    line = _DASH_RE.sub(lambda m: m[0] if _is_latin_mark(m) or len(m[0]) > 5 else "—" if m[0] in "—―─" else "——", line)
    line = _ELLIPSIS_RE.sub(lambda m: m[0] if _is_latin_mark(m) else "……", line)
    return _NAME_DOT_RE.sub("·", line)


def _is_latin_mark(match: re.Match[str]) -> bool:
    """Whether dots or hyphens stand beside ASCII: `Wait...`, `1--5月`."""
    if not match[0].isascii():
        return False
    around = match.string[max(0, match.start() - 1) : match.start()] + match.string[match.end() : match.end() + 1]
    return any("!" <= char <= "~" for char in around)


def normalize_quotes(line: str) -> str:
    """Straight quotes in pairs to “” and ‘’, a pair that opens twice or runs backwards to a right one.

    Only where the pairing is certain: an even number in the line, no empty pair, Han in the line. Leaves inches
    (`5"`), code (`print("好")`) and a quotation that goes on in the next paragraph alone.

    >>> normalize_quotes('实现"开门红"')
    '实现“开门红”'
    >>> normalize_quotes('实现“双过半“')
    '实现“双过半”'
    """
    if not _HAN_RE.search(line):
        return line
    if '"' in line and "“" not in line and "”" not in line:
        line = _pair_straight_quotes(line)
    if "“" in line or "”" in line:
        line = _pair_curly_quotes(line)
    return _SINGLE_QUOTES_RE.sub(r"‘\1’", line) if "'" in line else line


def _pair_straight_quotes(line: str) -> str:
    pieces = line.split('"')
    if len(pieces) % 2 == 0:
        return line
    for number in range(1, len(pieces), 2):
        before, inside, after = pieces[number - 1][-1:], pieces[number], pieces[number + 1][:1]
        if not inside.strip() or inside != inside.strip() or before in set("=([{\\/<>#") or after in set(">)]}\\/"):
            return line
    return "".join(
        piece + ("“”"[number % 2] if number < len(pieces) - 1 else "") for number, piece in enumerate(pieces)
    )


def _pair_curly_quotes(line: str) -> str:
    depth, balanced = 0, True
    marks = [m.start() for m in re.finditer("[“”]", line)]
    for at in marks:
        depth += 1 if line[at] == "“" else -1
        balanced = balanced and depth >= 0
    if (balanced and depth == 0) or len(marks) % 2:
        return line
    chars = list(line)
    for number, at in enumerate(marks):
        chars[at] = "“”"[number % 2]
        if number % 2 and at == marks[number - 1] + 1:
            return line  # an empty pair: the marks are not what they seem
    return "".join(chars)


_WIDE_GATE_RE = re.compile(r"[\uff01-\uff5e](?<![，：；？！（）])|(?<=[0-9\s])[，：](?=[0-9\s])")
_PUNCTUATION = (
    (re.compile(r"[()]"), normalize_brackets),
    (re.compile(r"[,:;?!.]"), normalize_marks),
    (re.compile(r"[—―─…⋯•‧･・∙]|--|\.\.\.|。\s*。|·····"), normalize_dashes),
    (re.compile("[\"'“”]"), normalize_quotes),
)
"""What a text must hold to be worth the step, and the step."""
