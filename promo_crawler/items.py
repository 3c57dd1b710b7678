"""What a spider hands to the pipelines."""

from dataclasses import dataclass, field

from cleaners import PageRules, RawPage


@dataclass(frozen=True, slots=True)
class PageItem:
    """A page taken for an article, with the layouts that its portal declares."""

    page: RawPage
    rules: tuple[PageRules, ...] = ()
    is_guess: bool = False
    """The address was a list's, but the page links to no article: it is one itself where nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class TextItem:
    """A text that somebody already took out of its page."""

    text: str = field(repr=False)
    url: str
    portal: str | None = None
