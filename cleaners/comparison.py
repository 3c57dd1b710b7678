"""Whether one text is a version of another, in what way, and what was changed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

from cleaners.alignment import Block, find_blocks
from cleaners.facts import compare_facts, have_other_matters
from cleaners.fingerprint import FOLDS, POINT_RE, fold_text
from cleaners.normalize import normalize_unicode

MIN_KEPT = 0.68
"""Share of the one text that the other must have. Texts that share half by chance stay below it, a copy with a tenth
of its letters changed stays above."""
_IN_LONG, _BUT = 0.5, 30
"""A version has half of its letters, but for so many, in stretches of eight and more: of a copy with a tenth of its
letters changed three quarters are."""
MIN_LETTERS = 20
"""Fewer letters in common make no reprint."""
_SAMPLES, _SAMPLE, _MIN_HITS = 32, 6, 5
"""So many places of the shorter text are looked up in the other, so many letters each, and so many must be there: of
a copy with a tenth of its letters changed more than half are, and less than five with a chance of one in ten thousand
even where a quarter was cut besides."""
_STRAY = 0.05
"""Share of the common letters that may lie apart from the passage at either end."""
_WHOLE = 0.97
"""A text that keeps so much is there in full."""


class Relation(StrEnum):
    """What one text is to another."""

    SAME = "same"
    """The same but for a word here or there."""
    EDITED = "edited"
    """A version with changes in the wording, or with parts both cut and added."""
    ABRIDGED = "abridged"
    """A version with parts left out."""
    EXTENDED = "extended"
    """A version with parts added: a lead, a tail, a paragraph."""
    JOINED = "joined"
    """It holds this one and others that have nothing to do with it. Told by three texts, never by two."""
    INDIRECT = "indirect"
    """A version of a version, and no longer one of this text. Told by three texts too."""
    UNRELATED = "unrelated"
    """Another text, whatever stock phrases they share."""


class Piece(NamedTuple):
    """A stretch of a diff."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two texts have in common. Shares are of letters, as `fold_text` leaves them."""

    kept: float
    """Share of the first text that stands in the other."""
    other_kept: float
    """Share of the other text that stands in the first."""
    span: tuple[float, float]
    """From where to where in the first text the common passage reaches, 0 to 1."""
    other_span: tuple[float, float]
    """The same in the other text."""
    is_version: bool
    """Whether one is a version of the other (never `joined`, which takes three texts)."""

    @property
    def relation(self) -> Relation:
        """What the first text is to the other."""
        return find_relation(self.kept, self.other_kept) if self.is_version else Relation.UNRELATED

    def turned(self) -> "Comparison":
        """The same, with the texts changed round."""
        return Comparison(self.other_kept, self.kept, self.other_span, self.span, self.is_version)


def compare_texts(one: str, other: str) -> Comparison:
    """`compare_folded` of two texts in any script and spelling."""
    return compare_folded(fold_text(one), fold_text(other))


def compare_folded(one: str, other: str, only_versions: bool = False) -> Comparison:
    """Compares two texts that `fold_text` made.

    They are versions of one text if one of them holds most of the other (`MIN_KEPT`), the figures and names in the
    common passages are not others, and they are not forms about different matters.
    `compare_folded(a, b) == compare_folded(b, a).turned()`, whatever the texts. With `only_versions`, texts that are
    clearly none are said to have nothing in common: what they have is not looked for to the end.

    >>> report = "一季度全县签约项目{}个，总投资{}亿元，到位资金{}亿元，同比增长{}%，主要经济指标实现开门红。"
    >>> compare_texts(report.format(12, 35, "8.1", 20), report.format(17, 48, "9.4", 31)).relation
    <Relation.UNRELATED: 'unrelated'>
    >>> compare_texts(report.format(12, 35, "8.1", 20), "本报讯 " + report.format(12, 35, "8.1", 20)).relation
    <Relation.ABRIDGED: 'abridged'>
    """
    if (len(one), one) > (len(other), other):
        return compare_folded(other, one, only_versions).turned()
    if one == other:
        return Comparison(1.0, 1.0, (0.0, 1.0), (0.0, 1.0), bool(one))
    blocks = []
    if not only_versions:
        blocks = find_blocks(one, other)
    elif one and not have_other_matters(one, other):
        blocks = find_blocks(one, other, max(0.0, _IN_LONG - _BUT / len(one)))
    if not blocks:
        return Comparison(0.0, 0.0, (0.0, 0.0), (0.0, 0.0), False)
    matched = sum(block.size for block in blocks)
    kept = matched / len(one)
    low, high = _bulk(blocks, matched)
    return Comparison(
        kept,
        matched / len(other),
        (low.start / len(one), (high.start + high.size) / len(one)),
        (low.other_start / len(other), (high.other_start + high.size) / len(other)),
        matched >= MIN_LETTERS
        and kept >= MIN_KEPT
        and not have_other_matters(one, other, blocks)
        and not compare_facts(one, other, blocks).are_others,
    )


def may_be_versions(one: str, other: str) -> bool:
    """A quick look at two folded texts: False where `compare_folded` would say no, but for one in many thousands."""
    one, other = sorted((one, other), key=lambda text: (len(text), text))
    step = max(1, (len(one) - _SAMPLE) // _SAMPLES)
    hits = 0
    for at in range(0, len(one) - _SAMPLE + 1, step):
        hits += one[at : at + _SAMPLE] in other
        if hits == _MIN_HITS:
            return True
    return False


def _bulk(blocks: list[Block], matched: int) -> tuple[Block, Block]:
    """The first and last common stretch but for stray ones: a stock phrase in the header is no part of the passage."""
    stray = matched * _STRAY
    low = high = 0
    weight = blocks[0].size
    while weight <= stray:
        low += 1
        weight += blocks[low].size
    weight = blocks[-1].size
    while weight <= stray:
        high += 1
        weight += blocks[-1 - high].size
    return blocks[low], blocks[-1 - high]


def find_relation(kept: float, other_kept: float) -> Relation:
    """What a text is to another version of it, from the share of it that the other has, and the other way round."""
    if min(kept, other_kept) >= _WHOLE:
        return Relation.SAME
    lacking, other_lacking = 1 - kept, 1 - other_kept
    # words changed count on both sides, what is cut or added on one
    if max(lacking, other_lacking) < 2 * min(lacking, other_lacking):
        return Relation.EDITED
    return Relation.ABRIDGED if kept > other_kept else Relation.EXTENDED


def diff_texts(old: str, new: str) -> list[Piece]:
    """What was changed from one text to the other, to be read: stretches in common, removed, added, in order.

    Changes of script, width, punctuation and white space are none; common stretches are shown as the new text has
    them. A change inside a figure shows the whole figure; two changes with a letter between them are shown as one.
    All `same` and `added` pieces together are the new text, in Unicode normal form.

    >>> [tuple(piece) for piece in diff_texts("签约项目12个，总投资35亿元", "共签约项目12个、总投资38亿元")]
    [('added', '共'), ('same', '签约项目12个、总投资'), ('removed', '35'), ('added', '38'), ('same', '亿元')]
    """
    old, new = normalize_unicode(old), normalize_unicode(new)
    old_letters, old_places = _letters(old)
    new_letters, new_places = _letters(new)
    pieces: list[Piece] = []
    old_at = new_at = 0
    for block in _readable(old_letters, new_letters, find_blocks(old_letters, new_letters)):
        old_start, new_start = old_places[block.start], new_places[block.other_start]
        old_end, new_end = old_places[block.start + block.size], new_places[block.other_start + block.size]
        _add(pieces, "removed", old[old_at:old_start])
        _add(pieces, "added", new[new_at:new_start])
        _add(pieces, "same", new[new_start:new_end])
        old_at, new_at = old_end, new_end
    _add(pieces, "removed", old[old_at:])
    _add(pieces, "added", new[new_at:])
    return pieces


def _letters(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each letter of it where it stands in the text; one more place for the end.

    Marks go with the letter before them, those at the start with the first one.
    """
    letters: list[str] = []
    places: list[int] = []
    pointed = POINT_RE.sub("点", text)
    for place, char in enumerate(pointed):
        folded = char.translate(FOLDS)
        letters.append(folded)
        places += [place] * len(folded)
    places[:1] = [0] if places else []
    return "".join(letters), [*places, len(text)]


def _readable(old: str, new: str, blocks: list[Block]) -> list[Block]:
    """The common stretches without parts of figures, and without single letters between two changes."""
    kept = []
    for start, new_start, size in blocks:
        end, new_end = start + size, new_start + size
        while start < end and _splits_figure(old, start, new, new_start):
            start, new_start = start + 1, new_start + 1
        while start < end and _splits_figure(old, end, new, new_end):
            end, new_end = end - 1, new_end - 1
        if end - start > 1 or (end > start and (start == 0 or end == len(old))):
            kept.append(Block(start, new_start, end - start))
    return kept


def _splits_figure(old: str, place: int, new: str, new_place: int) -> bool:
    figure = "0123456789" + fold_text("点")
    return any(
        0 < at < len(text) and text[at - 1] in figure and text[at] in figure
        for text, at in ((old, place), (new, new_place))
    )


def _add(pieces: list[Piece], kind: Literal["same", "removed", "added"], text: str) -> None:
    if not text:
        return
    if pieces and pieces[-1].kind == kind:
        pieces[-1] = Piece(kind, pieces[-1].text + text)
    else:
        pieces.append(Piece(kind, text))
