"""Identity of a text."""

import hashlib
import re
import unicodedata
from functools import lru_cache

from cleaners.normalize import normalize_unicode
from cleaners.script import character_variants

_NO_LETTER_RE = re.compile(r"[\W_]+")
# the point of `9.71%`, which makes it another figure than `97.1%`
POINT_RE = re.compile(r"[.．](?<=\d.)(?=\d)")  # looked for by the point: three times as fast


def content_hash(text: str) -> str:
    """SHA-256 (hex) over the letters, digits and Han characters of a text, whatever script it is in.

    Blind to width, punctuation, white space, case and script, so that a GBK and a UTF-8 copy, or a desktop and a
    mobile copy, are one text. Digits count: `增长9.71%` and `增长97.1%` would be one text without a guard, so a
    point between digits stays. Script is folded character by character (乾 and 干 are one, 著 and 着, 畫 画 and 划),
    which needs no decision about the document and cannot depend on it.

    >>> content_hash("項目計畫，增長９.71%") == content_hash("项目计划,增长9.71％")
    True
    >>> content_hash("增长9.71%") == content_hash("增长97.1%")
    False
    """
    return hashlib.sha256(fold_text(text).encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=16)  # who hashes a text compares it next, and the folding costs as much as the comparison
def fold_text(text: str) -> str:
    """The letters, digits and Han characters of a text, as `content_hash` counts them: to compare, not to read.

    >>> fold_text("項目計畫，增長９.71%") == fold_text("项目计划,增长9.71％")
    True
    """
    return POINT_RE.sub("点", normalize_unicode(text)).translate(FOLDS)


class _Folds(dict[int, str]):
    """A character to what counts of it: nothing, or its narrow, small, Simplified form."""

    def __missing__(self, code: int) -> str:
        narrow = unicodedata.normalize("NFKC", chr(code)).lower()
        folded = self[code] = _NO_LETTER_RE.sub("", narrow.translate(character_variants()))
        return folded


FOLDS = _Folds()
