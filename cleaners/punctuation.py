"""Brackets, marks, dashes and quotes of a line, as Chinese print has them."""

import re
from bisect import bisect

_HAN = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_RE = re.compile(f"[{_HAN}]")
_WIDE = "，。、；：？！“”‘’（）《》【】「」『』〈〉〔〕…—·"

_MARK_GATE_RE = re.compile(r"[,:;?!.~]")
# `16~20℃`, `11月~12月`, `来了~`; not `~/`, `a~b`
_TILDE_RE = re.compile(f"(?<=[{_HAN}℃%）～Ⅰ-Ⅻ])~+(?!/)|(?<=[0-9])~(?=[0-9])")
# marks that no figure and no Latin phrase has: `25%,50余亩`, `2.64%;[12]`, `83501436;022-23508`, `JAY,SONY又力捧`
_AFTER_SHARE_RE = re.compile(r"(?<=[%‰℃×])[,;:](?![ )])")
_SEMICOLON_RE = re.compile(r"(?<=[0-9a-zA-Z%)]);(?=[0-9A-Za-z①-⑳\[]|$)")
_LATIN_LIST_RE = re.compile(
    r"(?<=[A-Za-z]{2}),(?=[A-Z][A-Za-z]|[0-9])|(?<=[A-Z][A-Z0-9]),(?=[A-Z]{2})|(?<=[0-9]),(?=[A-Za-z]{2})"
)
# `12:00,14:30`, `369,9705.3元`; not `1,200`, `1,2-二氯乙烷`
_BETWEEN_FIGURES_RE = re.compile(r"(?<=[0-9]{2}),(?=[0-9]{2}(?:[^-0-9]|[0-9]{2}|$))(?![0-9]+-)")
_CHINESE_MARK_RE = re.compile(
    "|".join(p.pattern for p in (_AFTER_SHARE_RE, _SEMICOLON_RE, _LATIN_LIST_RE, _BETWEEN_FIGURES_RE))
)
_CODE_RE = re.compile(r"[{}=<>\\]")
_ASCII_MARK_RE = re.compile(r"[,:;?!]+")
_WIDEN = str.maketrans(",:;?!()", "，：；？！（）")
_BRACKET_RE = re.compile(r"[()（）]")
_MAX_IN_BRACKETS = 2_000
"""Characters that one pair of brackets may hold."""
_FORMULA_RE = re.compile(r"[a-z](?:[,+*/=-][a-z0-9]{1,3})+")  # `区间(a,b)`
_ITEM_RE = re.compile(r"[(（][0-9]{1,2}[)）]")  # `(2)18周岁以上`, `；(3) 法定代表人`
_ITEM_END_RE = re.compile(f"(?<=[0-9])\\)(?=[{_HAN}])")  # `1)收集数据`
# `RFID(Radio Frequency)技术`; a hyphen in one place of the pattern only, or thirty of them take minutes
_NAME_IN_LATIN_RE = re.compile(r"[A-Z][A-Za-z]{2,}(?:-[A-Za-z-]+)?(?: [A-Za-z-]+)*")
# http://a.cn/?x=1,2 www.a.cn &nbsp; a.b@c.cn
_ADDRESS_RE = re.compile(
    r"(?:(?:https?|ftp)://|www\.)[!-'*-~]*[\w/=&%#~+-]|&#?\w{1,31};|(?<![\w.-])[\w.-]{1,64}@[\w.-]+\.\w+", re.ASCII
)
_FULL_STOP_RE = re.compile(f"(?<=[{_HAN}”’）》])\\.(?=[{_HAN}“”’）《]|$)")

_DASH_RE = re.compile(r"[—―─]+(?: [—―─]+)*|--(?!-)(?<!---)")
_ELLIPSIS_RE = re.compile(r"[…⋯]+|。{3,}|\.{3,}|·{6,}")
_NAME_DOT_RE = re.compile(f"[•‧･・∙](?<=[{_HAN}].)(?=[{_HAN}])")
_SINGLE_QUOTES_RE = re.compile(rf"(?<![A-Za-z0-9'])'(?=[^'\n]{{0,40}}[{_HAN}])([^'\n]{{1,60}})'(?![A-Za-z'])")


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
        elif _is_chinese(line[at - 1 : at] or line[1:2]) or _ITEM_END_RE.match(line, at):
            chars[at] = "）"
    for at in opened:  # never closed in this line
        if _is_chinese(line[at - 1 : at]) and _is_chinese(line[at + 1 : at + 2]):
            chars[at] = "（"
    return "".join(chars)


def _is_chinese_bracket(line: str, start: int, end: int, holds_han: bool) -> bool:
    if line[start] == "（" or line[end] == "）":
        return True
    before, after = line[max(0, start - 1) : start], line[end + 1 : end + 3].lstrip()[:1]
    if _ITEM_RE.match(line, start) and (
        not (above := line[max(0, start - 40) : start].rstrip()) or _is_beside(above[-1])
    ):
        return True
    if line[start + 1] in {'"', "'"} and before.isascii() and before.isalnum():
        return False
    if holds_han:
        return True
    if before.isalpha() and _is_chinese(after) and _NAME_IN_LATIN_RE.fullmatch(line, start + 1, end):
        return True
    if (before.isascii() and before.strip()) or _FORMULA_RE.fullmatch(line, start + 1, end):
        return False
    return end > start + 1 and (_is_beside(before) or _is_beside(after))


def _is_beside(char: str) -> bool:
    """Whether a bracket stands beside Chinese; another bracket proves nothing: `(1)(2)`."""
    return char not in "（）" and _is_chinese(char)


def _is_chinese(char: str) -> bool:
    return bool(char) and (char in _WIDE or bool(_HAN_RE.match(char)))


def _addresses(line: str) -> set[int]:
    """Where addresses are: every place in one."""
    if "://" not in line and "@" not in line and "&" not in line and "www." not in line:
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
        if before == "\\" or (not before and not _is_chinese(after)):  # `,为此` where a line was cut
            return match[0]
        if after and after in "“‘《（【「『〈〔":
            return match[0].translate(_WIDEN)
        if _is_chinese(before) or (_HAN_RE.match(after) if after else False):
            return match[0].translate(_WIDEN)
        if (not after or _is_chinese(after)) and _is_chinese_clause(line, start):
            return match[0].translate(_WIDEN)
        return match[0]

    line = _ASCII_MARK_RE.sub(widen, line)
    if not _CODE_RE.search(line):
        has_brackets = "(" in line
        line = _CHINESE_MARK_RE.sub(
            lambda m: m[0] if _is_latin(m, addresses, has_brackets) else m[0].translate(_WIDEN), line
        )
    line = _TILDE_RE.sub(lambda m: "～" * len(m[0]), line)
    if "." in line and "。" not in line:
        line = _FULL_STOP_RE.sub(lambda m: "。" if m.end() == len(line) or "，" in line else ".", line)
    return line


def _is_latin(match: re.Match[str], addresses: set[int], has_brackets: bool) -> bool:
    """Whether a mark is part of an address or inside ASCII brackets: `(a,bc)`."""
    line, at = match.string, match.start()
    if at in addresses or not has_brackets:
        return at in addresses
    start = max(0, at - _MAX_IN_BRACKETS)
    return line.rfind("(", start, at) > line.rfind(")", start, at)


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


PUNCTUATION = (
    (re.compile(r"[()]"), normalize_brackets),
    (re.compile(r"[,:;?!.~]"), normalize_marks),
    (re.compile(r"[—―─…⋯•‧･・∙]|--|\.\.\.|。\s*。|·····"), normalize_dashes),
    (re.compile("[\"'“”]"), normalize_quotes),
)
"""What a text must hold to be worth the step, and the step."""
