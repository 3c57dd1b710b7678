"""Characters that nobody sees, and characters that nobody can read."""

import re

_EMOJI = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
# joiners and selectors stay inside emoji (👨‍👩‍👧, ❤️, 1️⃣) and between letters that need them (فارسی, हिन्दी)
_INVISIBLE_RE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    "\ufff9-\ufffc\ufffe\uffff\U000e0100-\U000e01ef\ufe00-\ufe0d]"
    f"|(?<![{_EMOJI}\ufe0f\U0001f3fb-\U0001f3ff\u0600-\u06ff\u0900-\u0dff])\u200d"
    f"|(?<![\u0600-\u06ff\u0900-\u0dff])\u200c|\u200d(?![{_EMOJI}\u0600-\u06ff\u0900-\u0dff])"
    f"|(?<![{_EMOJI}0-9#*])[\ufe0e\ufe0f]"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0001\U000e0020-\U000e007f]"
)
_CONTROL_RE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_LINE_BREAK_RE = re.compile(r"\r\n?|[\x0b\x0c\u2028\u2029]")
_GATE_RE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffc\ufffe\uffff]|[\U000e0000-\U000e01ef]"
)
# U+0091..U+0097: a quote of Windows-1252 in a page that said ISO-8859-1: `\x93招商\x94`
_WINDOWS = {code: bytes((code,)).decode("cp1252") for code in (*range(0x91, 0x98), 0x85, 0x80, 0x99)}

# what GB18030 gave a place of its own later, and the full-width space of Windows (A3A0)
_PRIVATE = {"\ue5e5": "\u3000", "\ue7c7": "ḿ", "\ue7c8": "ǹ", "\ue76c": "", "\ue5cf": "", "\ue4c6": "\u3000"}
_PRIVATE_RE = re.compile("[\ue000-\uf8ff]+|[\U000f0000-\U0010ffff]+")
# what either of the two steps below looks for
_UNSEEN = _GATE_RE.pattern.split("|")[0][:-1]
UNSEEN_RE = re.compile(_UNSEEN + "\ue000-\uf8ff\U000e0000-\U000e01ef\U000f0000-\U0010ffff]")
_PRIVATE_GATE_RE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_HAN_RE = re.compile("[\u3400-\u9fff\U00020000-\U000323af]")
_LOST_RE = re.compile("\ufffd{2,}")


def fix_controls(text: str) -> tuple[str, int]:
    """The text without control, zero-width and other invisible characters; quotes of Windows-1252 to “”‘’.

    Leaves alone: line breaks and tabs, emoji with all their joiners, the joiners of Persian and Indic scripts.

    >>> fix_controls("招\\u200b商\\x93引资\\x94 \U0001f468\u200d\U0001f469")
    ('招商“引资” \U0001f468\u200d\U0001f469', 3)
    """
    if not _GATE_RE.search(text):
        return text, 0
    text = _LINE_BREAK_RE.sub("\n", text)
    text, controls = _CONTROL_RE.subn(lambda m: _WINDOWS.get(ord(m[0]), ""), text)
    text, invisible = _INVISIBLE_RE.subn("", text)
    return text, controls + invisible


def fix_private_use(text: str) -> tuple[str, int]:
    """The text without icons of web fonts; the full-width space of Windows GBK (U+E5E5) to a space.

    Leaves alone: a private-use character between Han characters, which stands for one that no charset had (a rare
    name): what it was cannot be known, but that there was one must not be lost.

    >>> fix_private_use("\ue600 \ue5e5招商 张\ue123华")
    (' \u3000招商 张\ue123华', 2)
    """
    if not _PRIVATE_GATE_RE.search(text):
        return text, 0
    count = 0

    def drop(match: re.Match[str]) -> str:
        nonlocal count
        kept = "".join(_PRIVATE.get(char, char) for char in match[0])
        if kept == match[0] and len(kept) == 1:
            before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
            if _HAN_RE.match(before) and (_HAN_RE.match(after) or after in set("，。、）（；：”")):
                return kept
        count += 1
        return kept if kept != match[0] else ""

    return _PRIVATE_RE.sub(drop, text), count


def fix_lost(text: str) -> tuple[str, int]:
    """Each run of U+FFFD to one: that something was lost stays visible, how many bytes it had says nothing.

    >>> fix_lost("胡\ufffd\ufffd\ufffd础")
    ('胡\ufffd础', 1)
    """
    return _LOST_RE.subn("\ufffd", text) if "\ufffd\ufffd" in text else (text, 0)
