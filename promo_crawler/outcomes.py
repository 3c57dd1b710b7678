"""What became of each page of a crawl: counted, remembered in the frontier, taken as a sign of the portal's health."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from scrapy import Request
from twisted.python.failure import Failure

from cleaners import Article, RejectReason
from cleaners.urls import canonical_url
from promo_crawler.crawl_round import LIST, SITEMAP, CrawlRound, News
from promo_crawler.failures import NOT_ASKED, explain_failure, name_failure
from promo_crawler.frontier import OLDER
from promo_crawler.halt import NOT_WRITTEN
from promo_crawler.health import BLOCK_STATUSES, Health
from promo_crawler.items import PageItem
from promo_crawler.known_page import KnownPage
from promo_crawler.pipelines import Dropped

GONE = {404, 410}

logger = logging.getLogger(__name__)


class PageOutcomes:
    """Those of one run. `count` is told each, `stop` the reason when the run had better end; `learns` says whether what
    a page proves to be changes what it is taken for, which a portal that declares its articles does not want; `guard`
    stands around what Scrapy's signals set going."""

    def __init__(
        self,
        round_: CrawlRound,
        *,
        learns: bool,
        count: Callable[[str], None],
        stop: Callable[[str | None], None],
        guard: Callable[[], AbstractContextManager[None]],
    ):
        self._round = round_
        self._frontier = round_.frontier
        self._portal = round_.plan.portal
        self._learns = learns
        self._count = count
        self._stop = stop
        self._guard = guard
        self._health = Health()
        self._guesses: dict[str, tuple[KnownPage, News]] = {}

    def note_good(self) -> None:
        """An answer that shows that the portal serves this crawl."""
        self._health.note_good()

    def await_guess(self, before: KnownPage, news: News) -> None:
        """The pipelines will tell whether a page with a list's address is an article."""
        self._guesses[before.url] = before, news

    def note_wall(self, page: str) -> None:
        """A firewall answered in the place of a list, with status 200."""
        self._count("pages/failed/block_page")
        self._frontier.failed(self._portal, page)
        self._stop(self._health.note_blocked())

    def note_status(self, page: str, status: int, at: datetime) -> None:
        """An answer that is neither a page nor a word that it has not changed."""
        is_guess = status in GONE and page.endswith(SITEMAP)
        self._count("pages/no_sitemap" if is_guess else f"pages/failed/http_{status}")
        if status in GONE:
            with self._frontier.together():
                self._frontier.fetched(self._portal, page, status=status, at=at, round_=self._round.number)
                self._frontier.settle(self._portal, page, f"http_{status}")
            return
        self._frontier.failed(self._portal, page, at)
        self._stop(self._health.note_blocked() if status in BLOCK_STATUSES else self._health.note_failure())

    def note_failure(self, failure: Failure) -> None:
        """No answer, or one that may not be asked for."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        assert error is not None
        reason = name_failure(error)
        page = request.cb_kwargs.get("part") or request.cb_kwargs["page"]
        self._count("pages/total")
        if reason in NOT_ASKED:
            self._count(f"pages/not_asked/{reason}")
            self._frontier.forgo(self._portal, page)
            return
        self._count(f"pages/failed/{reason}")
        logger.warning("%s: %s", request.url, explain_failure(error))
        if "part" in request.cb_kwargs:
            self._frontier.add(page, request.url, request.cb_kwargs["found"], round_=self._round.number)
        self._frontier.failed(self._portal, page)
        self._stop(self._health.note_failure())

    def note_offsite(self, page: str, url: str) -> None:
        """A redirect that leaves the portal."""
        self._count("pages/total")
        self._count("pages/not_asked/offsite")
        logger.info("%s leads to another portal: %s", page, url)
        self._frontier.forgo(self._portal, page)

    # --- signals of Scrapy: what the pipelines made of an item --------------------------------------------------------

    def on_scraped(self, item: Article | PageItem) -> None:
        self._health.note_good()
        if isinstance(item, PageItem):
            return  # the pipelines are switched off: a later run takes the page up from the archive
        page = item.canonical_url or ""
        self._guesses.pop(page, None)
        self._round.note_outcome(page, is_article=True)
        with self._guard():
            self._frontier.settle(self._portal, page, "stored", published_at=item.published_at)

    def on_dropped(self, item: PageItem, exception: Dropped) -> None:
        with self._guard():
            self._note_dropped(canonical_url(item.page.url), exception.outcome)

    def on_item_error(self, item: PageItem) -> None:
        self._count("articles/error")
        with self._guard():
            self._frontier.settle(self._portal, canonical_url(item.page.url), "error")

    def _note_dropped(self, page: str, outcome: str) -> None:
        guess = self._guesses.pop(page, None)
        if outcome == NOT_WRITTEN:
            return
        if outcome == f"rejected/{RejectReason.BLOCKED_PAGE}":
            self._frontier.failed(self._portal, page)
            self._stop(self._health.note_blocked())
            return
        self._health.note_good()
        if guess is not None and outcome == LIST:
            self._round.settle_list(*guess)
            return
        self._round.note_outcome(page, is_article=not outcome.startswith("rejected"))
        if outcome == f"rejected/{RejectReason.NOT_AN_ARTICLE}" and self._learns:
            outcome = LIST  # the general rules took a list for an article
        elif outcome == "before_since":
            outcome = OLDER
        self._frontier.settle(self._portal, page, outcome)
