"""XPath for what platforms declare."""


def has_class(name: str) -> str:
    """A condition: the element has this class, among others."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def outermost(condition: str) -> str:
    """The elements that meet a condition and lie in no other element that does."""
    return f"//*[{condition}][not(ancestor::*[{condition}])]"
