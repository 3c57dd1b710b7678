"""Undo damage: what a converter, a proxy or a bad export did to a text. Always right, or left alone."""

from cleaners.shifted_gbk import fix_shifted_gbk


def fix_text(text: str) -> tuple[str, dict[str, int]]:
    """The text with its damage undone, and how often each repair was made."""
    changes: dict[str, int] = {}
    text, fixed, left = fix_shifted_gbk(text)
    if fixed:
        changes["shifted_gbk"] = fixed
    if left:
        changes["shifted_gbk_left"] = left
    return text, changes
