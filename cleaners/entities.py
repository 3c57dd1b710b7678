"""Character references and escapes that stayed in a text as letters: `&amp;ldquo;`, `&rdqu`, `\\n`."""

import re
from html import unescape
from html.entities import html5

# what editors of Chinese portals produce; only these are believed without their semicolon
_COMMON = ("nbsp", "ldquo", "rdquo", "lsquo", "rsquo", "mdash", "ndash", "hellip", "middot", "ensp", "emsp", "thinsp")
_MARKUP = ("amp", "quot", "lt", "gt")
_names = "|".join(_COMMON)
_PARTS = frozenset(name[:length] for name in (*_COMMON, "quot") for length in range(2, len(name)))
_UNIQUE = {part: [n for n in (*_COMMON, "quot") if n.startswith(part)] for part in _PARTS}

_ENTITY_RE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# `&nbsp招商`, `&#8220招`, `&nbsp；` (the semicolon widened), `&nbspnbsp;`; not `?a=1&lt=2`
_OPEN_ENTITY_RE = re.compile(rf"&(?:(?:{_names}|{'|'.join(_MARKUP)})(?:；|(?![A-Za-z0-9=;]))|#[0-9]{{4,5}}(?![0-9;]))")
# `nbsp;` and `amp;ldquo;` whose first letter was taken for an escape
_HEADLESS_RE = re.compile(rf"(?<![A-Za-z0-9&])(?:amp;)?({_names});")
# `“高大上&rdqu` where a lead was cut at 100 bytes; `&rdqu...` before the dots of such a cut
_CUT_ENTITY_RE = re.compile(r"&([a-z]{2,5})(?=\s*(?:\.\.\.|…|$))", re.MULTILINE)
# `&rdqu，` in the middle: three letters and Chinese behind them
_CUT_INSIDE_RE = re.compile(r"&([a-z]{3,5})(?=[\u3000-\u303f\u3400-\u9fff\uff00-\uff5e])")

# `\n\n　　会议`, `\t`; not `C:\new`, `\nabla`, `"%d\n"` in code
_LITERAL_SPACE_RE = re.compile(r"(?<![A-Za-z0-9\\:])(?:\\[nrt]|\\u3000|\\u00a0|\\xa0)+(?![A-Za-z\"'])")
# in a text that has several of those: `2011年\n`, `\nPPP`; still not `C:\new`, `\nabla`
_LITERAL_BREAK_RE = re.compile(r"(?<![A-Za-z][:\\])(?<!\\)(?:\\r)?\\n(?![a-z\"'])")
_LITERAL_MARK_RE = re.compile(r"\\[nrt]|\\u3000|\\u00a0|\\xa0")
# `\u62db\u5546`: two or more, all Han or Chinese marks
_LITERAL_HAN_RE = re.compile(
    r"(?:\\u(?:[4-9][0-9a-fA-F]{3}|30[01][0-9a-fA-F]|ff[0-5][0-9a-fA-F]|20[12][0-9a-fA-F])){2,}"
)


def fix_entities(text: str) -> tuple[str, int]:
    """Character references to their characters: escaped once, twice or three times, without semicolon, or cut.

    Leaves alone: `AT&T`, `R&D`, `?a=1&lt=2`, names that HTML does not know, a cut one that could be two (`&r`).

    >>> fix_entities("&ldquo;招商&amp;rdquo;&nbsp引资&rdqu")
    ('“招商”\\xa0引资”', 4)
    >>> fix_entities("AT&T的R&D;见http://a.cn/?a=1&lt=2")
    ('AT&T的R&D;见http://a.cn/?a=1&lt=2', 0)
    """
    if "&" not in text and "sp;" not in text and "quo;" not in text:
        return text, 0
    count = 0

    def name(match: re.Match[str]) -> str:
        known = match[0][1] == "#" or match[0][1:] in html5
        nonlocal count
        count += known
        return unescape(match[0]) if known else match[0]

    def open_name(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return unescape(match[0].rstrip("；") + ";")

    def headless(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return unescape(f"&{match[1]};")

    def cut(match: re.Match[str]) -> str:
        nonlocal count
        names = _UNIQUE.get(match[1], ())
        if len(names) != 1:
            return match[0]
        count += 1
        return unescape(f"&{names[0]};")

    text = _ENTITY_RE.sub(name, text)
    once = count  # what was hidden in a reference is no second repair
    for _ in range(7):  # `&amp;amp;amp;amp;amp;lt;` was seen
        if "&" in text:
            text = _ENTITY_RE.sub(name, text)
    count = once
    text = _OPEN_ENTITY_RE.sub(open_name, text)
    text = _HEADLESS_RE.sub(headless, text)
    text = _CUT_ENTITY_RE.sub(cut, text)
    return _CUT_INSIDE_RE.sub(cut, text), count


def fix_escapes(text: str) -> tuple[str, int]:
    """Escapes of a program, never undone: `\\\\n` to a line break, `\\\\t` to a space, `\\\\u62db\\\\u5546` to 招商.

    Leaves alone: paths (`C:\\\\new`), formulas (`\\\\nabla`), code (`"%d\\\\n"`).

    >>> fix_escapes(r"招商。\\n\\n引资\\t会议")
    ('招商。\\n\\n引资 会议', 2)
    >>> fix_escapes(r'C:\\new printf("%d\\n")')[1]
    0
    """
    if "\\" not in text:
        return text, 0
    text, spaces = _LITERAL_SPACE_RE.subn(
        lambda m: _LITERAL_MARK_RE.sub(lambda e: "\n" if e[0] == "\\n" else "" if e[0] == "\\r" else " ", m[0]), text
    )
    if spaces > 1:
        text, more = _LITERAL_BREAK_RE.subn("\n", text)
        spaces += more
    text, han = _LITERAL_HAN_RE.subn(lambda m: m[0].encode("ascii").decode("unicode-escape"), text)
    return text, spaces + han
