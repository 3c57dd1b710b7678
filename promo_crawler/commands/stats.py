"""`scrapy stats`: the quality of the corpus in numbers."""

import argparse
from datetime import UTC, datetime
from typing import Any

from promo_crawler.arguments import ArgumentError
from promo_crawler.corpus_command import CorpusCommand
from promo_crawler.quality import measure
from promo_crawler.terminal import plain_json, table

_WITH = {"title": "title", "published_at": "date", "source": "source", "authors": "authors", "editors": "editors"}
_COLUMNS = ("portal", "articles", "places", "dup.", *_WITH.values(), "newest", "silent", "rejected", "last run")
_NUMBERS = frozenset(_COLUMNS) - {"portal", "newest", "last run"}


class Command(CorpusCommand):
    def short_desc(self) -> str:
        return "Show the quality of the corpus in numbers, portal by portal"

    def long_desc(self) -> str:
        return (
            "Shows for each portal its articles, at how many places they were seen, the share of places that repeat"
            " another (dup.), the share of articles with each field, where dates came from, what was rejected and why,"
            " the days since the newest article, and how the last run ended."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--portal", metavar="NAME", help="only this one")
        parser.add_argument("--json", action="store_true", help="one JSON object a line, one line a portal")

    def look(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise ArgumentError(f"{args[0]}: not an option; a portal is given with --portal")
        with self.corpus() as corpus:
            portals = measure(corpus.index.db, datetime.now(UTC), opts.portal)
        if opts.portal and not portals:
            raise ArgumentError(f"nothing is known of a portal called {opts.portal}")
        if opts.json:
            for found in portals:
                print(plain_json(found))
            return
        print("\n".join(table(map(_row, portals), _COLUMNS, _NUMBERS)))
        for name, title in (("dates_from", "dates from"), ("rejects", "rejected")):
            counted = [(found["portal"], *each) for found in portals for each in _most(found[name])]
            if counted:
                print(f"\n{title}:\n" + "\n".join(table(counted, ("portal", "", "n"), frozenset({"n"}))))


def _row(found: dict[str, Any]) -> list[object]:
    run = found["last_run"]
    has = [_share(found["with"][name]) if found["articles"] else "" for name in _WITH]
    days = "" if found["days_silent"] is None else f"{found['days_silent']} d"
    last = f"{run['ended'][:16].replace('T', ' ')} {run['end']}, {run['pages']} pages" if run else ""
    figures = (found["articles"], found["places"], _share(found["duplicates"]))
    return [found["portal"], *figures, *has, (found["newest"] or "")[:10], days, sum(found["rejects"].values()), last]


def _share(share: float) -> str:
    """Per cent, rounded down: 100% is all of them."""
    return f"{int(share * 1000) / 10:g}%"


def _most(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))
