"""What a spider hands to the pipelines."""

from collections.abc import Callable
from dataclasses import dataclass, field

from cleaners import PageRules, RawPage
from promo_crawler.links import FoundLinks


@dataclass(frozen=True, slots=True)
class PageItem:
    """A page taken for an article, with the layouts that its portal declares."""

    page: RawPage
    rules: tuple[PageRules, ...] = ()
    is_guess: bool = False
    """The address was a list's, but the page links to no article: it is one itself where nothing speaks against it."""
    find_links: Callable[[RawPage], FoundLinks] | None = None
    """How to tell whether a guess links to articles, where nobody has looked yet."""


@dataclass(frozen=True, slots=True)
class TextItem:
    """A text that somebody already took out of its page."""

    text: str = field(repr=False)
    url: str
    portal: str | None = None
