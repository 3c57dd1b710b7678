"""What a first look at a portal shows: its channels measured, one article read. Pure; `survey_spider` fetches."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

from lxml import etree

from cleaners import Article, PageRules, RawPage, Rejected, RejectReason, clean_page
from cleaners.charset import decode_page
from cleaners.tree import parse_tree
from cleaners.urls import canonical_url
from promo_crawler.discovery import FoundLinks, Link
from promo_crawler.page_scripts import MAX_PAGES
from promo_crawler.recognition import Platform
from promo_crawler.site_facts import RobotsRules, find_stated_size
from promo_crawler.url_shapes import find_url_day

SUBJECT_RE = re.compile(r"招商|投资|营商")
"""Names of the channels that this corpus is made for: they are looked at first."""
BLOCKED = "it answered with a block page"
_WALLS = {
    RejectReason.BLOCKED_PAGE: BLOCKED,
    RejectReason.NOT_FOUND_PAGE: "it answered that there is no such page",
    RejectReason.EMPTY: "it answered with an empty page",
    RejectReason.NOT_HTML: "what it answered is no web page",
    RejectReason.UNDECODABLE: "its page cannot be decoded",
    RejectReason.TOO_LARGE: "its page is too large",
}
NO_LINKS = FoundLinks()
_LINKS_OF_PORTAL = 5
# fields that a fixture compares with and without the rules of the portal
_COMPARED = ("title", "text", "published_at")


@dataclass(frozen=True, slots=True)
class Channel:
    """One page that lists articles, as its first page shows it."""

    url: str
    title: str
    page: RawPage = field(repr=False)
    links: FoundLinks = field(repr=False)
    own: frozenset[str] = frozenset()
    """Addresses of articles that it shows and most other channels do not."""
    newest: date | None = None
    pages: int = 1
    size: int = 0
    """How many articles it has, by estimate."""
    is_open: bool = False
    """Whether there may be more pages than are named."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One article as the rules of the platform read it."""

    page: RawPage = field(repr=False)
    article: Article
    differs: tuple[str, ...] = ()
    """Fields that the general rules read differently."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first look at a portal shows."""

    url: str
    """Where a crawl begins."""
    title: str | None
    region: tuple[str, str] | None
    """Code, and where it stands."""
    charset: str
    platform: Platform | None
    robots: RobotsRules | None
    """None where there is no robots.txt."""
    channels: tuple[Channel, ...]
    """Pages that show articles, the home page among them, the largest first."""
    others: int
    """Channels asked for that show none."""
    left: int
    """Channels found and not asked for."""
    failures: tuple[tuple[str, str], ...]
    """Addresses that gave nothing, with the reason."""
    templates: tuple[tuple[str, int, str], ...]
    """Forms of the addresses of articles: form, how many, an example."""
    feeds: tuple[str, ...]
    other_hosts: tuple[tuple[str, int], ...]
    """Other hosts of the same owner that articles lie on, with how many."""
    sample: Sample | None
    asked: int
    """Pages asked for."""

    @property
    def size(self) -> int:
        """Articles of all channels by estimate; what several of them list is counted once, as far as pages show it."""
        seen: set[str] = set()
        total = 0.0
        for channel in self.channels:
            if channel.own:
                total += channel.size * len(channel.own - seen) / len(channel.own)
            seen |= channel.own
        return round(total)

    @property
    def is_open(self) -> bool:
        """Whether there are more articles than the estimate counts."""
        return bool(self.left) or any(channel.is_open for channel in self.channels)


class ChannelQueue:
    """Channels to be looked at, each once: those of the subject first, then outer before inner, in page order."""

    def __init__(self, hosts: Sequence[str], *seen: str):
        self._hosts = hosts
        self._seen = {canonical_url(url) for url in seen}
        self._waiting: list[Link] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, links: Iterable[Link]) -> None:
        for link in links:
            page = canonical_url(link.url)
            if urlsplit(link.url).netloc.lower() in self._hosts and page not in self._seen:
                self._seen.add(page)
                self._waiting.append(link)

    def take(self) -> Link | None:
        if not self._waiting:
            return None
        first = min(self._waiting, key=lambda link: (not SUBJECT_RE.search(link.title or ""), _depth(link.url)))
        self._waiting.remove(first)
        return first


def _depth(url: str) -> int:
    return len(urlsplit(canonical_url(url)).path.rstrip("/").split("/"))


def measure_channels(channels: Sequence[Channel]) -> list[Channel]:
    """The channels with what their first pages tell of their size.

    Articles that half of all channels show (热点, 最新) belong to none of them. A channel has as many articles as it
    says (总数774) where its pages could hold them, else its pages times what the first shows.
    """
    shown = Counter(link.url for channel in channels for link in channel.links.articles)
    common = {url for url, count in shown.items() if count > 2 and count * 2 > len(channels)}
    return [_measure(channel, common) for channel in channels]


def _measure(channel: Channel, common: set[str]) -> Channel:
    own = frozenset(link.url for link in channel.links.articles) - common
    listed = [link for link in channel.links.articles if link.url in own]
    days = filter(None, (link.listed_at.date() if link.listed_at else find_url_day(link.url) for link in listed))
    later = len(channel.links.next_pages)
    # the last page is half full by expectation
    size = round(len(own) * (later + 0.5)) if later else len(own)
    stated = find_stated_size(_visible_text(channel.page)) if later else None
    is_stated = stated is not None and len(own) <= stated and (later == 1 or stated <= size * 1.5)
    return replace(
        channel,
        own=own,
        newest=max(days, default=None),
        pages=later + 1,
        size=stated if is_stated and stated is not None else size,
        # a lone 下一页 says nothing of those after it
        is_open=not is_stated and (later == 1 or later >= MAX_PAGES),
    )


def parse_page(page: RawPage) -> "etree._Element | None":
    """The page as a tree, or None for what is no HTML."""
    try:
        return parse_tree(decode_page(page.body, page.content_type)[0])
    except Rejected:
        return None


def _visible_text(page: RawPage) -> str:
    root = parse_page(page)
    return "" if root is None else " ".join(" ".join(map(str, root.itertext())).split())


def read_sample(page: RawPage, rules: tuple[PageRules, ...]) -> Sample:
    """An article with the rules of a platform, and where the general rules disagree. Raises Rejected."""
    article = clean_page(page, rules)
    if not rules:
        return Sample(page, article)
    try:
        general = clean_page(page)
    except Rejected:
        return Sample(page, article, _COMPARED)
    return Sample(page, article, tuple(n for n in _COMPARED if getattr(article, n) != getattr(general, n)))


def choose_samples(channels: Iterable[Channel], hosts: Sequence[str]) -> Iterator[Link]:
    """Articles to be read, one of each channel: those of the subject first, then the channels that show most."""
    measured = measure_channels(list(channels))
    ranked = sorted(measured, key=lambda channel: (not SUBJECT_RE.search(channel.title), -len(channel.own)))
    chosen: set[str] = set()
    for channel in ranked:
        for link in channel.links.articles:
            is_own = urlsplit(link.url).netloc.lower() in hosts
            if is_own and link.url in channel.own and link.url not in chosen:
                chosen.add(link.url)
                yield link
                break


def count_hosts(links: FoundLinks, hosts: Sequence[str]) -> list[tuple[str, int]]:
    """Hosts that are not the portal's own with the articles that a page links there, the most first."""
    counts = Counter(urlsplit(link.url).netloc.lower() for link in links.articles)
    return [(host, count) for host, count in counts.most_common() if host not in hosts]


def find_wall(page: RawPage, links: FoundLinks = NO_LINKS) -> str | None:
    """Why a page is none of a portal: a firewall's, an error's, no page at all. None for lists and articles.

    A page that links to several pages of the portal is none of these, whatever it says in its few other words.
    """
    if len(links.articles) + len(links.channels) >= _LINKS_OF_PORTAL:
        return None
    try:
        clean_page(page)
    except Rejected as no:
        return _WALLS.get(no.reason)
    return None
