"""clean_page(): raw page to article, as one readable list of steps."""

from collections.abc import Iterable

from cleaners.schema import Article, PageRules, RawPage


def clean_page(page: RawPage, rules: Iterable[PageRules] = ()) -> Article:
    raise NotImplementedError


def clean_text(text: str, url: str | None = None, portal: str | None = None) -> Article:
    raise NotImplementedError
