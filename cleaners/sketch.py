"""A few numbers that two versions of one text have in common: bottom-k sketch over character shingles.

What is sketched is the text as `content_hash` reads it: letters, digits and Han characters, blind to script, width,
punctuation and white space. Two texts of which one holds most of the other share some of their numbers; two texts
without a common stretch of five characters share none (but for one chance in a billion).
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from heapq import nsmallest
from typing import TypeVar

from cleaners.fingerprint import fold_text

Hash = TypeVar("Hash", int, bytes)

SHINGLE = 5
"""Characters that are hashed together. Longer ones are rarer, shorter ones survive more edits."""
SKETCH_SIZE = 24
"""Hashes of a text of usual length: so many tell apart a tenth from a half in common."""
KEYS_FLOOR = 8
"""The smallest hashes of a text, which an index holds: two versions of usual length share one with certainty enough."""
KEYS_CEILING = 48
LETTERS_A_KEY = 90
"""A long text has one key for so many letters, so that a short one inside it is found."""
HASH_BITS = 40
"""A hash is below 2 ** HASH_BITS: five bytes, and no two of a million articles meet by chance."""

# multiply and add: numbers without a pattern (square roots of primes); stored sketches depend on them
_FACTORS = (0x16A09E667F3B, 0x1BB67AE8584D, 0x11E3779B97F5, 0x152A7FA9D2F9, 0x1A887293FD6F)
_LANE = 8
"""Bytes a shingle's sum needs: five products of 16 and 45 bits stay below 2 ** 64."""
_FACTOR = sum(factor << (8 * _LANE * (SHINGLE - 1 - place)) for place, factor in enumerate(_FACTORS))
_MASK = (1 << HASH_BITS) - 1
_HIGHEST = HASH_BITS // 8 - 1


def sketch_text(text: str) -> tuple[int, ...]:
    """`sketch_folded` of the folded text."""
    return sketch_folded(fold_text(text))


def sketch_folded(folded: str) -> tuple[int, ...]:
    """The smallest hashes of the shingles of a text that `fold_text` made, ascending, each once.

    Their number depends on the length alone (`sketch_size`), and a longer text never takes a larger share of its
    shingles than a shorter one: what it takes of a passage is taken by every shorter text with that passage.
    Empty for a text shorter than one shingle. The same on every machine and in every process.
    """
    hashes = _shingle_hashes(folded)
    size = sketch_size(len(folded))
    # most are far above the ones wanted, as their highest byte says: sort only what may be among them
    high = (2 * size + 8) * 256 // len(hashes) if hashes else 256
    if high < 256:
        highest = hashes.cast("B")[_HIGHEST::_LANE].tobytes()
        small = {hashes[match.start()] & _MASK for match in _is_at_most(high).finditer(highest)}
        if len(small) >= size:
            return tuple(nsmallest(size, small) if len(small) > 8 * size else sorted(small)[:size])
    return tuple(sorted({value & _MASK for value in hashes})[:size])


def sketch_size(letters: int) -> int:
    """How many hashes a text of so many letters is given, if it has that many."""
    return max(SKETCH_SIZE, key_count(letters))


def key_count(letters: int) -> int:
    """How many of the hashes, the smallest ones, are its keys in an index."""
    return min(max(KEYS_FLOOR, letters // LETTERS_A_KEY), KEYS_CEILING)


def shared_part(one: Sequence[Hash], other: Sequence[Hash]) -> tuple[int, int]:
    """How many hashes two sketches share, and how many they could share were one text inside the other.

    Only the range that both sketches cover in full is counted: a sketch says nothing of hashes above its last one.
    Hashes may be numbers, or bytes of one length with the highest first.
    """
    if not one or not other:
        return 0, 0
    last = min(one[-1], other[-1])
    could = min(bisect_right(one, last), bisect_right(other, last))
    return len(set(one).intersection(other)), could


def _shingle_hashes(folded: str) -> memoryview:
    """A number for each shingle, in order, whose lower HASH_BITS are its hash.

    All at once, as one long number: the text is laid out with 64 bits a character, so that multiplying by a number that
    has a constant every 64 bits does for every shingle what a loop would do for one.
    """
    units = folded.encode("utf-16-le", "surrogatepass")
    letters = len(units) // 2
    lanes = bytearray(_LANE * letters)
    lanes[0::_LANE] = units[0::2]
    lanes[1::_LANE] = units[1::2]
    sums = (int.from_bytes(lanes, "little") * _FACTOR).to_bytes(_LANE * (letters + SHINGLE), "little")
    # those of the first and last characters are no whole shingles
    return memoryview(sums)[_LANE * (SHINGLE - 1) : max(SHINGLE - 1, letters) * _LANE].cast("Q")


@cache
def _is_at_most(byte: int) -> re.Pattern[bytes]:
    return re.compile(b"[\\x00-\\x%02x]" % byte, re.DOTALL)
