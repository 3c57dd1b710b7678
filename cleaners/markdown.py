"""Texts that were made as Markdown: what was a link is known there."""

import re

from cleaners.tree import Line

# [某市出台措施](http://…/t1.html "某市…") · ![](/a.jpg) ; not [1](见注)
_LINK_RE = re.compile(
    r"(?P<image>!?)\[(?P<text>[^\[\]]{0,300})\]\((?:https?:|/|\.|#|javascript|mailto:|\w[\w-]*\.|\w[\w/-]*/|\))"
    r"[^\s()]{0,600}(?:\([^\s()]{0,80}\)[^\s()]{0,80})?(?:\s\"[^\"]{0,300}\")?\)?"
)
_HEADING_RE = re.compile(r"^#{1,6}\s+")
_BULLET_RE = re.compile(r"^(?:[*+-]|\d{1,2}\.)\s+")
_STRONG_RE = re.compile(r"(?<!\*)(\*\*|__)(?=\S)([^*_]{1,400})(?<=\S)\1(?!\*)")
# not U+0085, which is half a character where UTF-8 was read as Latin-1
_BREAK_RE = re.compile(r"\r\n?|[\n\x0b\x0c\u2028\u2029]")
_LEAST_LINKS = 3


def read_text_lines(text: str) -> list[Line]:
    """The lines of a text; of a Markdown text without its marks, each with the number of its characters in links.

    Leaves alone: a text with fewer than three links or images, whose brackets and stars are its own.
    """
    rows = [row.strip() for row in _BREAK_RE.split(text) if row.strip()]
    if "](" not in text or len(_LINK_RE.findall(text)) < _LEAST_LINKS:
        return [Line(row, raw=row) for row in rows]
    lines = []
    for row in rows:
        linked = 0

        def show(match: re.Match[str]) -> str:
            nonlocal linked
            if match["image"]:
                return " "
            linked += len(match["text"].strip())
            return match["text"]

        shown = _HEADING_RE.sub("", _STRONG_RE.sub(r"\2", row))
        shown = _LINK_RE.sub(show, shown)
        if linked:
            shown = _BULLET_RE.sub("", shown)
        if shown := " ".join(shown.split()).strip("| "):
            lines.append(Line(shown, links=min(linked, len(shown)), raw=row))
    return lines
