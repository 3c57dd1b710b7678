"""What a portal has taught about its addresses: the templates of pages that proved to be articles."""

from collections import Counter
from collections.abc import Iterable

from promo_crawler.links import Link
from promo_crawler.url_shapes import url_template

ENOUGH = 5
"""Pages of one template that prove something together."""
LEAST_SHARE = 0.9
SHORTEST_HEADLINE = 9


class ArticleTemplates:
    """Addresses like `/SITE/302249/302266/4899931/index.html`, which tell nothing by themselves (EasySite has the same
    form for channels), become telling when nearly all pages of their form were articles."""

    def __init__(self, outcomes: Iterable[tuple[str, bool]] = ()):
        self._articles: Counter[str] = Counter()
        self._pages: Counter[str] = Counter()
        for url, is_article in outcomes:
            self.note(url, is_article)

    def note(self, url: str, is_article: bool) -> None:
        """What a page proved to be."""
        template = url_template(url)
        self._pages[template] += 1
        self._articles[template] += is_article

    def is_article(self, link: Link) -> bool:
        """Whether a link with a date or a headline leads to an article, by all that is known of its template."""
        template = url_template(link.url)
        is_proven = (
            self._articles[template] >= ENOUGH and self._articles[template] >= LEAST_SHARE * self._pages[template]
        )
        return is_proven and (link.listed_at is not None or len(link.title or "") >= SHORTEST_HEADLINE)
