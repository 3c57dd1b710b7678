"""Clean, deduplicate, store: each step one call into the room where the work is done."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self, TypeVar

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.settings import BaseSettings

from cleaners import Article, DateOrigin, NormalForm, RawPage, Rejected, RejectReason, clean_page, clean_text
from promo_crawler.arguments import ArgumentError
from promo_crawler.corpus import Corpus
from promo_crawler.corpus_thread import CorpusThread
from promo_crawler.crawl_round import LIST
from promo_crawler.halt import CORPUS, NOT_WRITTEN, find_halt
from promo_crawler.items import PageItem, TextItem
from promo_crawler.links import FoundLinks, may_be_article
from promo_crawler.workers import WorkerError, read_pool

LEAST_TEXT = 40
"""Characters of the shortest article that is taken from a page with a list's address."""

T = TypeVar("T")


class Dropped(DropItem):
    """An item that ends here on purpose; `outcome` is what reports count and the frontier remembers."""

    def __init__(self, outcome: str, detail: str = ""):
        super().__init__(f"{outcome} {detail}".strip(), log_level="DEBUG")
        self.outcome = outcome


class ArticlePipeline:
    """What the steps share: the crawler with its stats, and the corpus of the run."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.corpus: CorpusThread

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        corpus = self.crawler.get_extension(CorpusThread)
        assert corpus is not None, "the setting EXTENSIONS has it"
        self.corpus = corpus

    async def or_halt(self, step: Awaitable[T]) -> T:
        """Waits for a step of the corpus; a full disk or a locked index stops the run instead of losing page after
        page."""
        with find_halt(self.crawler).at_failure(CORPUS):
            return await step
        raise Dropped(NOT_WRITTEN)

    def count(self, key: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"promo/{key}")


SCRIPT_CONFIGS = ("t2s", "tw2s", "tw2sp", "hk2s")


def read_normal_form(settings: BaseSettings) -> NormalForm:
    """The spelling that the settings ask for. Raises ArgumentError for a chain that is not known."""
    config = settings["SCRIPT_CONFIG"]
    if config not in SCRIPT_CONFIGS:
        raise ArgumentError(f"SCRIPT_CONFIG={config}: say one of {', '.join(SCRIPT_CONFIGS)}")
    script = config if settings.getbool("SCRIPT") else ""
    return NormalForm(script, settings.getbool("WIDTH"), settings.getbool("PUNCTUATION"))


class CleanPipeline(ArticlePipeline):
    """Page or text to article; what is none is remembered with its reason."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self.form = read_normal_form(crawler.settings)
        self.workers = read_pool(crawler.settings)

    async def process_item(self, item: PageItem | TextItem) -> Article:
        is_guess = isinstance(item, PageItem) and item.is_guess
        try:
            article = await self._clean(item)
        except Rejected as no:
            if is_guess:
                self.count("pages/lists")
                raise Dropped(LIST) from None
            self.count(f"rejected/{no.reason}")
            if isinstance(item, PageItem):
                await self.or_halt(self.corpus.run(Corpus.reject, item.page, no.reason, no.detail))
            raise Dropped(f"rejected/{no.reason}", no.detail) from None
        if is_guess and not is_certain(article):
            self.count("pages/lists")
            raise Dropped(LIST)
        since = getattr(self.crawler.spider, "since", None)
        if since and article.published_at and article.published_at.date() < since:
            self.count("articles/before_since")
            raise Dropped("before_since", article.published_at.isoformat())
        return article

    async def _clean(self, item: PageItem | TextItem) -> Article:
        try:
            if isinstance(item, TextItem):
                return await self.workers.run(clean_text, item.text, url=item.url, portal=item.portal, form=self.form)
            if item.find_links is not None and not await self._may_be_article(item.page, item.find_links):
                raise Rejected(RejectReason.NOT_AN_ARTICLE)
            return await self.workers.run(clean_page, item.page, item.rules, self.form)
        except WorkerError as error:
            find_halt(self.crawler).begin(str(error))
            raise Dropped(NOT_WRITTEN) from None

    async def _may_be_article(self, page: RawPage, find_links: Callable[[RawPage], FoundLinks]) -> bool:
        with suppress(Rejected):  # clean_page will say why
            return may_be_article(await self.workers.run(find_links, page))
        return True


def is_certain(article: Article) -> bool:
    """Whether a page that nobody took for an article is one: it says when it was published, and is no mere note."""
    says_when = article.published_from in (DateOrigin.INFO_LINE, DateOrigin.META)
    return says_when and article.title is not None and len(article.text) >= LEAST_TEXT


class DeduplicatePipeline(ArticlePipeline):
    """A text that the corpus has already becomes one more sighting of it, and goes no further."""

    async def process_item(self, article: Article) -> Article:
        if not await self.or_halt(self.corpus.run(Corpus.has, article.content_hash)):
            return article
        outcome = await self.or_halt(self.corpus.write(Corpus.add, article))
        self.count(f"articles/{outcome}")
        raise Dropped(outcome, article.canonical_url or "")


class StorePipeline(ArticlePipeline):
    """A new text goes to disk."""

    async def process_item(self, article: Article) -> Article:
        outcome = await self.or_halt(self.corpus.write(Corpus.add, article))
        self.count(f"articles/{outcome}")
        if outcome != "stored":  # another page with this text was under way
            raise Dropped(outcome, article.canonical_url or "")
        return article
