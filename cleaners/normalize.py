"""One spelling among right ones: Unicode form, width, punctuation, white space. A policy, not a repair."""


def normalize_text(text: str) -> str:
    """Paragraphs one a line, in normal form."""
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())
