"""One pass over a portal: which of the pages that are found are asked for, and in which order.

Every link found is remembered in the frontier. It is *wanted*, that is, it gets a place in the queue, where it is
due: an article or a list that was never read; the later pages of a list where the page before them showed something
new; known lists at the end of the round, more of them where the portal shows news.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from cleaners.urls import canonical_url
from promo_crawler.archive import Found
from promo_crawler.discovery import FoundLinks, Link, is_article_url
from promo_crawler.frontier import OLDER, Frontier
from promo_crawler.known_page import KnownPage, Rank
from promo_crawler.parts import is_part
from promo_crawler.templates import ArticleTemplates
from promo_crawler.traps import BarrenLists, is_endless
from promo_crawler.url_shapes import UrlPatterns, find_url_day

ARTICLE, LIST, PART = "article", "list", "part"
SITEMAP = "/sitemap.xml"
"""Where a sitemap is that robots.txt does not name, if there is one."""
FEWEST_LISTS, QUIET_SHARE = 20, 0.05
"""Lists that a round asks for where nothing is new: so many, or this share of the portal's pages."""
REVISITS = (timedelta(days=1), timedelta(days=4))
"""When an article is asked for again after its publication: corrections come on the next day or not at all."""
OLD_ROUND = timedelta(hours=1)
"""A round that began longer ago, and was taken up again, is followed by a new one in the same run."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run wants of a portal."""

    portal: str
    spider: str
    start_urls: tuple[str, ...]
    hosts: tuple[str, ...]
    patterns: UrlPatterns
    since: date | None = None
    refetch: bool = False
    revisit: bool = False
    depth_limit: int = 0


@dataclass(slots=True)
class News:
    """What a page showed."""

    in_round: bool = False
    """An article that was found in this round, be it on another page."""
    is_first: bool = False
    """An article that no page showed before."""


class CrawlRound:
    """The round of one run. `count` is told what is not asked for and why."""

    def __init__(self, frontier: Frontier, plan: Plan, count: Callable[[str], None]):
        self.frontier = frontier
        self.plan = plan
        self._count = count
        self._barren = BarrenLists()
        self._templates = ArticleTemplates(frontier.outcomes(plan.portal))
        self._begin(datetime.now(UTC))

    def _begin(self, now: datetime) -> None:
        """Wants the start pages, and what is due though no page leads there now."""
        plan, portal = self.plan, self.plan.portal
        arguments = f"since={plan.since or ''} refetch={plan.refetch:d} url={','.join(plan.start_urls)}"
        with self.frontier.together():
            begun = self.frontier.begin_round(portal, arguments, now)
            self.number, self._began, self._is_resumed = begun.number, begun.began, begun.is_resumed
            self.frontier.take_up_older(portal, plan.since)
            for url in plan.start_urls:
                self.want(Link(url), ARTICLE if self.is_article_url(url) else LIST, None, 0, again=True)
            if plan.revisit:
                for known in self.frontier.to_revisit(portal, REVISITS, now):
                    self.frontier.want(portal, known.url, Rank.ARTICLE)

    def end(self) -> None:
        """Everything that was due has been asked for."""
        self.frontier.end_round(self.plan.portal, self.number, datetime.now(UTC))

    # --- the queue ------------------------------------------------------------------------------------------------

    def has_waiting(self) -> bool:
        return self.frontier.has_waiting(self.plan.portal)

    def next_page(self) -> KnownPage | None:
        """The page whose turn it is, claimed; None where nothing waits."""
        while (known := self.frontier.claim(self.plan.portal)) is not None:
            if known.found.kind != LIST or known.outcome is not None or not self._barren.is_barren(known.url):
                return known
            self.frontier.settle(self.plan.portal, known.url, "barren")
            self._count("pages/not_asked/barren")
        return None

    def want_what_is_left(self) -> bool:
        """When the queue is empty: wants the known lists, and begins anew where the round was an old one taken up
        again. Returns whether anything waits.

        Of a portal that has shown nothing new in this round, only a share of the lists is asked for, those first that
        were not asked for the longest; the first news opens the rest.
        """
        now = datetime.now(UTC)
        portal, number = self.plan.portal, self.number
        due = self.frontier.unread_lists(portal, number)
        if not self.plan.refetch:
            due = [known for known in due if known.is_due(number, now)]
            if not self.frontier.has_news(portal, number):
                read, pages = self.frontier.count_lists_read(portal, number), self.frontier.count_pages(portal)
                due = due[: max(0, max(FEWEST_LISTS, int(pages * QUIET_SHARE)) - read)]
        for known in due:
            self.frontier.want(portal, known.url, Rank.CHANNEL)
        if not self.has_waiting() and self._is_resumed and now - self._began > OLD_ROUND:
            self.end()
            self._begin(now)
        return self.has_waiting()

    # --- what a page leads to ---------------------------------------------------------------------------------------

    def follow(self, links: FoundLinks, via: str, kind: str, depth: int) -> News:
        """Wants what a page of a kind, at `depth`, links to, as far as it is due."""
        news, is_recent = News(), False
        if depth == 0:
            self.want(Link(urljoin(via, SITEMAP)), LIST, via, 1)
        proven = tuple(link for link in links.channels if self._templates.is_article(link))
        for link in filter(self._is_own, links.articles + proven):
            if self._is_recent(link):
                is_recent = True
                known, is_first = self.want(link, ARTICLE, via, depth + 1)
            else:
                known, is_first = self._leave_out(link, ARTICLE, via, depth + 1)
            news.in_round |= known is not None and known.found_in == self.number
            news.is_first |= is_first
        for link in filter(self._is_own, links.channels):
            # 陆溪镇 among the friendly links has the address of an article, and may be one: the page will tell
            if link not in proven:
                self.want(link, ARTICLE if self.is_article_url(link.url) else LIST, via, depth + 1)
        for url in filter(self.is_own, links.feeds):
            self.want(Link(url), LIST, via, depth + 1)
        for link in filter(self._is_own, links.next_pages):
            if kind == ARTICLE and is_part(link.url, via):
                continue
            if is_recent or not links.articles:
                self.want(link, LIST, via, depth + 1, rank=Rank.LATER, again=news.in_round)
            else:  # a list whose articles are all too old has no newer ones behind it
                self._leave_out(link, LIST, via, depth + 1)
        return news

    def note_outcome(self, url: str, is_article: bool) -> None:
        """Learns from what a page proved to be."""
        self._templates.note(url, is_article)

    def settle_list(self, before: KnownPage, news: News) -> None:
        """The links of a list page are in the frontier. `before` is what was known of it until now."""
        if before.outcome is None:
            self._barren.note(before.url, has_new=news.is_first)
        has_news = news.in_round or before.outcome is None
        self.frontier.settle_list(self.plan.portal, before.url, round_=self.number, has_news=has_news)

    def want(
        self, link: Link, kind: str, via: str | None, depth: int, *, rank: Rank | None = None, again: bool = False
    ) -> tuple[KnownPage | None, bool]:
        """Remembers a page, and gives it a turn where it is due. `again`: also a list that is not due yet, or a known
        article. Returns what is known of it, None for no page, and whether nobody had found it before."""
        page = self._find_identity(link.url, depth)
        if page is None:
            return None, False
        rank = rank if rank is not None else Rank.ARTICLE if kind == ARTICLE else Rank.CHANNEL
        known, is_first = self.frontier.add(
            page, link.url, self._found(link, kind, via), round_=self.number, depth=depth, is_later=rank is Rank.LATER
        )
        if known.is_wanted or known.read_in == self.number:
            return known, is_first
        if again or self.plan.refetch or self._is_due(known):
            self.frontier.want(self.plan.portal, page, rank)
        return known, is_first

    def _is_due(self, known: KnownPage) -> bool:
        if known.outcome == LIST:
            return False  # known lists wait for `want_what_is_left`
        is_under_way = known.outcome is None and known.location is not None  # the run began with its rest
        return not is_under_way and not known.is_settled(datetime.now(UTC))

    def _leave_out(self, link: Link, kind: str, via: str, depth: int) -> tuple[KnownPage | None, bool]:
        """Remembers what is older than `since` asks for."""
        page = self._find_identity(link.url, depth)
        if page is None:
            return None, False
        known, is_first = self.frontier.add(
            page, link.url, self._found(link, kind, via), round_=self.number, depth=depth, is_later=kind == LIST
        )
        if known.outcome is None and not known.is_wanted and known.location is None:
            self.frontier.settle(self.plan.portal, page, OLDER)
        return known, is_first

    def _find_identity(self, url: str, depth: int) -> str | None:
        try:
            page = canonical_url(url)
        except ValueError:
            return None
        if (self.plan.depth_limit and depth > self.plan.depth_limit) or is_endless(page):
            self._count("pages/not_asked/endless")
            return None
        return page

    def _found(self, link: Link, kind: str, via: str | None) -> Found:
        title = " ".join(link.title.split()) if link.title else None
        return Found(self.plan.portal, self.plan.spider, kind, via, title, link.listed_at)

    def is_article_url(self, url: str) -> bool:
        return bool(is_article_url(canonical_url(url), self.plan.patterns["article_urls"]))

    def is_own(self, url: str) -> bool:
        """Whether an address is one of the portal's."""
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and parts.netloc.lower() in self.plan.hosts

    def _is_own(self, link: Link) -> bool:
        return self.is_own(link.url)

    def _is_recent(self, link: Link) -> bool:
        if not self.plan.since:
            return True
        # the day in an address is that of the page's making, never before its publication
        day = link.listed_at.date() if link.listed_at else find_url_day(link.url)
        return day is None or day >= self.plan.since
