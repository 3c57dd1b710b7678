"""Undo damage: what a converter, a proxy or a bad export did to a text. Always right, or left alone."""

from cleaners.entities import fix_entities, fix_escapes
from cleaners.glosses import fix_glosses
from cleaners.invisible import UNSEEN_RE, fix_controls, fix_lost, fix_private_use
from cleaners.mojibake import fix_mojibake
from cleaners.shifted_gbk import Effort, fix_shifted_gbk
from cleaners.strays import fix_strays


def fix_text(text: str, *, markup: bool = False, effort: Effort | None = None) -> tuple[str, dict[str, int]]:
    """The text with its damage undone, and how often each repair was made.

    `markup` is for the source of a page: character references and escapes are left to its parser. Names that end in
    `_left` count damage that was seen and could not be undone without guessing. `effort` bounds what is tried in all
    pieces of one text together.

    >>> fix_text("&ldquo;項目建設(shè)&rdquo;")
    ('“項目建設”', {'entities': 2, 'glosses': 1})
    >>> fix_text("为什么?f(x)=1,喆镕堃")
    ('为什么?f(x)=1,喆镕堃', {})
    """
    changes: dict[str, int] = {}
    if not markup:
        text, changes["entities"] = fix_entities(text)
        text, changes["escapes"] = fix_escapes(text)
    text, changes["mojibake"], changes["mojibake_left"] = fix_mojibake(text)
    text, changes["shifted_gbk"], changes["shifted_gbk_left"] = fix_shifted_gbk(text, markup=markup, effort=effort)
    if not markup:
        text, changes["strays"] = fix_strays(text)
    unseen = UNSEEN_RE.search(text)
    if unseen:
        text, changes["controls"] = fix_controls(text)
    text, changes["glosses"] = fix_glosses(text)
    if unseen and not changes["shifted_gbk_left"]:  # what is left holds its bytes in private-use characters
        text, changes["private_use"] = fix_private_use(text)
    text, changes["lost_left"] = fix_lost(text)
    return text, {name: count for name, count in changes.items() if count}
