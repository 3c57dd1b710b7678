"""`scrapy savefixture`: a page as a fixture, with what today's rules read from it, for a person to correct."""

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import Response
from scrapy.spiderloader import get_spider_loader

from cleaners import RawPage
from promo_crawler.fixtures import FIXTURES, read_now, save_fixture
from promo_crawler.run_command import FAILURE_EXIT, RunSpiderCommand
from promo_crawler.saved_pages import SavedPageError, read_saved_page


class OnePage(scrapy.Spider):
    """Fetches one page, as politely as a crawl."""

    name = "one_page"
    custom_settings = {"ITEM_PIPELINES": {}, "EXTENSIONS": {"promo_crawler.report.RunReport": None}}  # noqa: RUF012
    page: RawPage | None = None

    def parse(self, response: Response, **_: Any) -> None:
        content_type = response.headers.get("Content-Type")
        type(self).page = RawPage(
            url=response.url,
            body=response.body,
            content_type=content_type.decode("latin-1") if content_type else None,
            fetched_at=datetime.now(UTC).replace(microsecond=0),
        )


class Command(RunSpiderCommand):
    def syntax(self) -> str:
        return "[options] <portal>/<slug> <url or file>"

    def short_desc(self) -> str:
        return "Save a page as a test fixture, with an expectation to correct"

    def long_desc(self) -> str:
        return (
            "Writes fixtures/<portal>/<slug>.html (the page, byte for byte) and .json (what today's rules read from"
            " it). Read the .json as a person would, correct it, and 'make test' holds the rules to it."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--list", action="store_true", help="a list page: expect its links, not an article")
        parser.add_argument("--url", help="the address that a page saved in a file came from")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        portal, _, slug = (args[0] if args else "").partition("/")
        if len(args) != 2 or not portal or not slug.replace("-", "").replace("_", "").isalnum():
            return self.refuse("say <portal>/<slug> and a URL or a file")
        loader = get_spider_loader(self.settings)
        name = portal if portal in loader.list() else "portal"
        try:
            page = self._page(args[1], opts.url)
            if page is None:
                return self.refuse(f"{args[1]} could not be fetched", FAILURE_EXIT)
            reading = read_now(page, loader.load(name), opts.list)  # type: ignore[arg-type]
            html, expectation = save_fixture(FIXTURES / portal, slug, page, reading)
        except (SavedPageError, OSError) as error:
            return self.refuse(str(error), FAILURE_EXIT)
        print(f"{html}\n{expectation}: {reading['kind']}, read by the rules of '{name}'; now correct it by eye")

    def _page(self, place: str, url: str | None) -> RawPage | None:
        if "://" not in place:
            page = read_saved_page(Path(place)).page
            if page.url.startswith("file:") and not url:
                raise SavedPageError(f"{place} does not say where it came from: give its address with --url")
            return replace(page, url=url or page.url)
        OnePage.start_urls = [place]
        self.run_spider(OnePage)
        return OnePage.page
