"""Which stretches two texts have in common, in the same order."""

from bisect import bisect_left
from typing import NamedTuple

_WIDTHS = (16, 8, 4, 2)
"""Letters a common stretch must have: long ones first, then shorter ones between them."""
_LONG = 8
_STEPS = {16: 8}
"""Of the long ones every so many are looked for: each stretch of so many letters more has one."""
_REACH = {4: 400, 2: 12}
"""A gap longer than this is not searched for stretches of so few letters: they would be there by chance."""
_STRIDES = (256, 32, 4, 1)
_MOST_FINDS = 1 << 17
"""Few pieces are found faster one by one; pieces times letters."""


class Block(NamedTuple):
    """A stretch that both texts have: `one[start:start + size] == other[other_start:other_start + size]`."""

    start: int
    other_start: int
    size: int


def find_blocks(one: str, other: str, least: float = 0.0) -> list[Block]:
    """The common stretches of two texts, ascending in both and without overlap.

    Not the longest common subsequence but what a reader would call the same passage: single letters in common do not
    count, nor do short stretches far from any long one. Time is linear in the length for texts in ordinary language.
    Nothing is found where the stretches of eight letters and more are less than the share `least` of the first text:
    looking for the shorter ones takes half of the time.
    """
    found: list[Block] = []
    gaps = [(0, len(one), 0, len(other))]
    for width in _WIDTHS:
        if width < _LONG and least and sum(block.size for block in found) < least * len(one):
            return []
        reach = _REACH.get(width)
        open_gaps = []
        for gap in gaps:
            low, high, other_low, other_high = gap
            shorter, longer = sorted((high - low, other_high - other_low))
            if shorter < 2 or (reach and longer > reach):
                continue
            chain = _chain(_matches(one, other, gap, width)) if shorter >= width else []
            found += chain
            for block in chain:
                open_gaps.append((low, block.start, other_low, block.other_start))
                low, other_low = block.start + block.size, block.other_start + block.size
            open_gaps.append((low, high, other_low, other_high))
        gaps = open_gaps
    return _joined(sorted(found))


def _matches(one: str, other: str, gap: tuple[int, int, int, int], width: int) -> list[Block]:
    """Stretches of at least `width` letters around a place that is the only one of its kind in `one`."""
    low, high, other_low, other_high = gap
    step = _STEPS.get(width, 1)
    places: dict[str, int] = {}
    for place in range(low, high - width + 1, step):
        piece = one[place : place + width]
        places[piece] = -1 if piece in places else place
    matches = []
    end = other_low
    few = step > 1 and len(places) * (other_high - other_low) <= _MOST_FINDS
    for at in _find_pieces(places, other, other_low, other_high) if few else range(other_low, other_high - width + 1):
        if at < end:
            continue
        place = places.get(other[at : at + width], -1)
        if place < 0 or (step > 1 and not _is_single(one, place, low, high, width)):
            continue
        back = 0
        most = min(place - low, at - other_low)
        while back < most and one[place - back - 1] == other[at - back - 1]:
            back += 1
        size = width
        most = min(high - place, other_high - at)
        for stride in _STRIDES:
            while (
                size + stride <= most
                and one[place + size : place + size + stride] == other[at + size : at + size + stride]
            ):
                size += stride
        matches.append(Block(place - back, at - back, size + back))
        end = at + size
    return matches


def _find_pieces(places: dict[str, int], text: str, low: int, high: int) -> list[int]:
    """Where in a stretch of a text pieces with a place stand, ascending."""
    found = []
    for piece, place in places.items():
        at = text.find(piece, low, high) if place >= 0 else -1
        while at >= 0:
            found.append(at)
            at = text.find(piece, at + 1, high)
    return sorted(found)


def _is_single(text: str, place: int, low: int, high: int, width: int) -> bool:
    piece = text[place : place + width]
    return text.find(piece, low, high) == place and text.find(piece, place + 1, high) < 0


def _chain(matches: list[Block]) -> list[Block]:
    """The heaviest choice of matches that ascends in both texts, cut where neighbours overlap."""
    if len(matches) < 2:
        return matches
    matches = sorted(matches, key=lambda match: (match.other_start, match.start))
    starts = sorted({match.start for match in matches})
    best: list[tuple[int, int]] = [(0, -1)] * (len(starts) + 1)  # Fenwick tree: best weight up to a start, and its end
    before = []
    for index, match in enumerate(matches):
        rank = bisect_left(starts, match.start) + 1
        weight, previous = 0, -1
        at = rank - 1
        while at:
            if best[at][0] > weight:
                weight, previous = best[at]
            at &= at - 1
        before.append(previous)
        at, reached = rank, (weight + match.size, index)
        while at < len(best):
            if reached[0] > best[at][0]:
                best[at] = reached
            at += at & -at
    weight, index, at = 0, -1, len(starts)
    while at:
        if best[at][0] > weight:
            weight, index = best[at]
        at &= at - 1
    chain = []
    while index >= 0:
        chain.append(matches[index])
        index = before[index]
    chain.reverse()
    return _without_overlap(chain)


def _without_overlap(chain: list[Block]) -> list[Block]:
    cut: list[Block] = []
    end = other_end = 0
    for block in chain:
        over = max(0, end - block.start, other_end - block.other_start)
        if over < block.size:
            block = Block(block.start + over, block.other_start + over, block.size - over)
            cut.append(block)
            end, other_end = block.start + block.size, block.other_start + block.size
    return cut


def _joined(blocks: list[Block]) -> list[Block]:
    """Blocks that touch in both texts as one."""
    joined: list[Block] = []
    for block in blocks:
        if joined:
            last = joined[-1]
            if last.start + last.size == block.start and last.other_start + last.size == block.other_start:
                joined[-1] = Block(last.start, last.other_start, last.size + block.size)
                continue
        joined.append(block)
    return joined
