"""What is said of a portal: by its class, and by the arguments of a run."""

import re
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

import scrapy

from cleaners import PageRules
from promo_crawler.arguments import ArgumentError, parse_count, parse_day, parse_start_url, parse_switch, sister_hosts
from promo_crawler.url_shapes import UrlPatterns


class PortalFacts(scrapy.Spider):
    """The facts of one portal; what is done with them is in `PortalSpider`.

    Arguments: `url` start page(s) instead of the declared ones, comma separated; `since` (YYYY-MM-DD) only what
    was published on that day or later; `max_pages` ask for at most so many pages; `refetch=1` ask for known
    articles again; `revisit=1` ask for articles again one and four days after their publication.
    """

    title: ClassVar[str] = ""
    """Chinese name of the portal."""
    region: ClassVar[str] = ""
    """Six-digit code of the county, city or province (GB/T 2260)."""
    hosts: tuple[str, ...] = ()
    """Host names that belong to the portal. Empty: those of the start pages."""
    start_urls: tuple[str, ...] = ()  # type: ignore[assignment]
    """Where a crawl begins. Empty: `-a url=` is needed."""
    article_urls: ClassVar[tuple[str, ...]] = ()
    """Patterns searched in canonical URLs; a page that matches one is an article. Empty: the general rules."""
    list_urls: ClassVar[tuple[str, ...]] = ()
    """Likewise for list pages."""
    page_rules: ClassVar[tuple[PageRules, ...]] = ()
    """Layouts of the articles, newest first. Empty: the general rules."""
    expected_articles: ClassVar[tuple[int, int] | None] = None
    """Least and most article pages that a whole crawl finds; the report warns outside."""
    interval: ClassVar[timedelta | None] = None
    """How often `scrapy schedule` crawls the portal. None: as often as it shows news."""

    def __init__(
        self,
        *,
        url: str = "",
        since: str = "",
        max_pages: str = "",
        refetch: str = "",
        revisit: str = "",
        **unknown: Any,
    ):
        if strange := {name for name in unknown if not name.startswith("_")}:  # scrapyd passes `_job`
            names = ", ".join(sorted(strange))
            raise ArgumentError(
                f"{self.name} has no argument {names}; it takes url, since, max_pages, refetch, revisit"
            )
        super().__init__()
        if url:
            self.start_urls = tuple(parse_start_url(part) for part in url.split(","))
        if not self.start_urls:
            raise ArgumentError(f"the start page of {self.name} is not known: give it with -a url=http://...")
        started = tuple(dict.fromkeys(host for start in self.start_urls for host in sister_hosts(start)))
        is_declared = bool(set(started) & set(self.hosts))
        self.hosts = tuple(dict.fromkeys((*self.hosts, *started))) if is_declared else started
        self.allowed_domains = [urlsplit(f"//{host}").hostname or host for host in self.hosts]
        self.portal = self.name if is_declared else started[0]
        """Name of the portal: the spider's, or the host where one template serves many portals."""
        self.since = parse_day(since) if since else None
        self.max_pages = parse_count(max_pages) if max_pages else None
        self.refetch = parse_switch("refetch", refetch)
        self.revisit = parse_switch("revisit", revisit)

    @classmethod
    def url_patterns(cls) -> UrlPatterns:
        """`article_urls` and `list_urls`, compiled, as `discover_links` takes them."""
        return {
            "article_urls": [re.compile(pattern) for pattern in cls.article_urls],
            "list_urls": [re.compile(pattern) for pattern in cls.list_urls],
        }
