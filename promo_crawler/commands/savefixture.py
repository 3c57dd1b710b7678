"""`scrapy savefixture`: a page as a fixture, with what today's rules read from it, for a person to correct."""

import argparse

from promo_crawler.fixtures import FIXTURES, read_now, save_fixture
from promo_crawler.one_page import OnePageCommand
from promo_crawler.refusal import FAILURE_EXIT
from promo_crawler.saved_pages import SavedPageError


class Command(OnePageCommand):
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
        try:
            page = self.get_page(args[1], opts.url)
            if page.url.startswith("file:"):
                return self.refuse(f"{args[1]} does not say where it came from: give its address with --url")
            spider = self.spider_for(page, portal)
            reading = read_now(page, spider, opts.list)
            html, expectation = save_fixture(FIXTURES / portal, slug, page, reading)
        except (SavedPageError, OSError) as error:
            return self.refuse(str(error), FAILURE_EXIT)
        print(f"{html}\n{expectation}: {reading['kind']}, read by the rules of '{spider.name}'; now correct it by eye")
