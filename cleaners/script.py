"""Traditional to Simplified, and when not to."""

from cleaners.schema import Script


def find_script(text: str) -> Script:
    """Script the text is written in."""
    return Script.HANS


def to_simplified(text: str, config: str = "t2s") -> str:
    """A Traditional text in Simplified script."""
    return text
