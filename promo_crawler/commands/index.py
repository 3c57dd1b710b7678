"""`scrapy index`: the index, checked or made anew."""

import argparse

from promo_crawler.arguments import ArgumentError
from promo_crawler.corpus_command import CorpusCommand
from promo_crawler.rebuild import rebuild


class Command(CorpusCommand):
    def syntax(self) -> str:
        return "--rebuild"

    def short_desc(self) -> str:
        return "Make the index of the corpus anew from its files"

    def long_desc(self) -> str:
        return (
            "Makes index.sqlite from the files below corpus/ and reports/; the old index stays until the new one is"
            " whole. What was rejected is taken over from the old index where it can be read, else 'scrapy reprocess'"
            " brings it back from the archive."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--rebuild", action="store_true", help="make the index anew")

    def look(self, args: list[str], opts: argparse.Namespace) -> None:
        if args or not opts.rebuild:
            raise ArgumentError("say --rebuild; nothing else is done")
        result = rebuild(self.data)
        print(f"{result.articles} articles are in {self.data / 'index.sqlite'}")
        if result.unreadable:
            print(f"{result.unreadable} files are left out: no article of ours, or one that another file holds too")
        if result.rejects is None:
            print("what was rejected is not known any more: 'scrapy reprocess' finds it in the archive")
