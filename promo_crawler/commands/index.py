"""`scrapy index`: the index, checked or made anew."""

import argparse
import sqlite3

from promo_crawler.arguments import ArgumentError
from promo_crawler.corpus import CorpusError
from promo_crawler.corpus_command import CorpusCommand
from promo_crawler.database import compact
from promo_crawler.rebuild import rebuild


class Command(CorpusCommand):
    def syntax(self) -> str:
        return "--rebuild | --compact"

    def short_desc(self) -> str:
        return "Make the index of the corpus anew from its files, or smaller"

    def long_desc(self) -> str:
        return (
            "Makes index.sqlite from the files below corpus/ and reports/; the old index stays until the new one is"
            " whole. What was rejected is taken over from the old index where it can be read, else 'scrapy reprocess'"
            " brings it back from the archive. --compact writes it without gaps, a quarter smaller: worth it once in"
            " ten thousand articles."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--rebuild", action="store_true", help="make the index anew")
        parser.add_argument("--compact", action="store_true", help="write the index without gaps")

    def look(self, args: list[str], opts: argparse.Namespace) -> None:
        if args or opts.rebuild == opts.compact:
            raise ArgumentError("say --rebuild or --compact")
        if opts.compact:
            return self._compact()
        result = rebuild(self.data)
        print(f"{result.articles} articles are in {self.data / 'index.sqlite'}")
        if result.unreadable:
            print(f"{result.unreadable} files are left out: no article of ours, or one that another file holds too")
        if result.rejects is None:
            print("what was rejected is not known any more: 'scrapy reprocess' finds it in the archive")
        return None

    def _compact(self) -> None:
        path = self.data / "index.sqlite"
        before = path.stat().st_size if path.exists() else 0
        with self.corpus() as corpus:
            try:
                compact(corpus.index.db)
            except sqlite3.OperationalError as error:
                raise CorpusError(f"cannot make {path} smaller: {error}") from error
        print(f"{path}: {before / 1e6:.1f} MB before, {path.stat().st_size / 1e6:.1f} MB now")
