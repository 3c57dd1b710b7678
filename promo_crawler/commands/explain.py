"""`scrapy explain`: how one page was read, and why."""

import argparse
import sys
from pathlib import Path

from cleaners import Rejected
from cleaners.charset import decode_page
from cleaners.clean import explain_page, explain_text
from promo_crawler.arguments import ArgumentError
from promo_crawler.explain import explain_as_html, explain_for_terminal
from promo_crawler.one_page import OnePageCommand
from promo_crawler.pipelines import read_normal_form
from promo_crawler.refusal import FAILURE_EXIT
from promo_crawler.saved_pages import SavedPageError, read_bytes


class Command(OnePageCommand):
    def syntax(self) -> str:
        return "[options] <url or file>"

    def short_desc(self) -> str:
        return "Show how a page is read: body, dropped lines, where each field came from"

    def long_desc(self) -> str:
        return (
            "Shows for one page which candidate for the body won, which lines were dropped by which rule, and where"
            " each field came from. A page that a crawl brought comes from the archive; a .txt file is read as a text."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--html", metavar="FILE", help="write a web page instead")
        parser.add_argument("--portal", help="read with the rules of this portal, whatever the address")
        parser.add_argument("--url", help="the address that a page saved in a file came from")
        parser.add_argument("--all", action="store_true", help="also the page's lines far from the article")
        parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            return self.refuse("say one URL or file")
        assert self.settings is not None
        try:
            form = read_normal_form(self.settings)
            if args[0].endswith(".txt") and "://" not in args[0]:
                record = explain_text(decode_page(read_bytes(Path(args[0])))[0], form=form)
            else:
                page = self.get_page(args[0], opts.url)
                record = explain_page(page, self.spider_for(page, opts.portal).page_rules, form)
            if opts.html:
                Path(opts.html).write_text(explain_as_html(record), "utf-8")
                print(opts.html)
                return None
        except (ArgumentError, SavedPageError, Rejected, OSError) as error:
            return self.refuse(str(error), FAILURE_EXIT)
        colours = opts.color == "always" or (opts.color == "auto" and sys.stdout.isatty())
        for line in explain_for_terminal(record, colours, opts.all):
            print(line)
        return None
