"""Signs that a converter strewed over a text: question marks for blanks it could not write, commas before marks."""

import re

_HAN = "\u3400-\u9fff"
# `????云岭网讯`, `。??? 会议指出`: one `?` for each blank of an indent
_INDENT_RE = re.compile(rf"(?:^|(?<=[。！？”’）)\d\s]))\?{{2,8}}[ \t\u3000\xa0]*(?=[{_HAN}\d“‘（(《【])", re.MULTILINE)
# `市委副书记,、市长` and `会议,。` of mirrors that set a comma before marks
_COMMA_RE = re.compile(rf"(?<=[{_HAN}）)”])[,，](?=[,，、。；;：:])")
# in such a text, behind figures too: `35.48%,,同比增长`
_ANY_COMMA_RE = re.compile(rf"(?<=[{_HAN}）)”%\d])[,，](?=[,，、。；;：:](?!\d))")
_LEAST = 2


def fix_strays(text: str) -> tuple[str, int]:
    """The text without question marks that stand for indents and commas before other marks, and how many there were.

    An indent within a line begins a new one. Only where it is the text's habit: two indents, three commas. Leaves
    alone: `真的吗???`, a lone line `??? 什么情况`, `,,` between numbers.

    >>> fix_strays("????云岭网讯 县里开会。\\n????会议指出")
    ('云岭网讯 县里开会。\\n会议指出', 2)
    >>> fix_strays("真的吗???\\n??? 什么情况")[1]
    0
    """
    count = 0
    if "??" in text and len(found := _INDENT_RE.findall(text)) >= _LEAST:
        size = found[0].count("?")
        if size > 2 and all(mark.count("?") == size for mark in found):  # also below a heading: 紧盯产业链????今年
            pattern = re.compile(rf"(?<!\?)\?{{{size}}}(?!\?)[ \t\u3000\xa0]*(?=\S)")
        else:
            pattern = _INDENT_RE
        text, count = pattern.subn(lambda m: "\n" if m.start() and text[m.start() - 1] != "\n" else "", text)
    if len(_COMMA_RE.findall(text)) > _LEAST:
        text, commas = _ANY_COMMA_RE.subn("", text)
        count += commas
    return text, count
