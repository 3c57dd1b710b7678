"""Interviews: who speaks, told by labels that stand before sentences."""

import re

from cleaners.tree import Line

# 记者：请问今年的目标是什么？
_SPEECH_RE = re.compile(r"([一-龥·]{2,8})\s?[:：].*[，。！？!?…]")


def find_speakers(lines: list[Line]) -> set[str]:
    """Who speaks in an interview: labels that stand before sentences, `记者：请问……？`, more than once."""
    found: dict[str, int] = {}
    for row in lines:
        if match := _SPEECH_RE.match(row.text):
            found[match[1]] = found.get(match[1], 0) + 1
    return {label for label, count in found.items() if count > 1}


def is_speech(text: str, speakers: set[str]) -> bool:
    return bool(speakers) and re.split(r"[:：]", text, maxsplit=1)[0].strip() in speakers
