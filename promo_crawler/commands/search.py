"""`scrapy search`: articles by their words."""

import argparse
import sys
from datetime import date

from promo_crawler.arguments import ArgumentError
from promo_crawler.corpus_command import CorpusCommand
from promo_crawler.search import Hit, mark, query_pattern, search
from promo_crawler.selection import add_selection_options, read_selection
from promo_crawler.terminal import emphasize, has_colours, plain, plain_json


class Command(CorpusCommand):
    def syntax(self) -> str:
        return "[options] <words>"

    def short_desc(self) -> str:
        return "Find articles by the words of their headline and body"

    def long_desc(self) -> str:
        return (
            'Shows the articles that have all the words, best first; "..." keeps words together. Traditional and'
            " full-width words find Simplified text, 招商 finds 招商引资. Of more than thirty hits, those with all"
            " words in the headline come first, the newest first; fewer are weighed by their texts. Where the newest"
            " articles of a very large corpus have too few hits for a quick answer, that is said, and --all goes on."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_selection_options(parser)
        parser.add_argument("--limit", type=int, default=10, metavar="N", help="how many at most (default: 10)")
        parser.add_argument("--all", action="store_true", help="look at all articles, however long it takes")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def look(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.limit < 1:
            raise ArgumentError(f"--limit {opts.limit}: not a number like 10")
        query = " ".join(args)
        selection = read_selection(opts)
        with self.corpus() as corpus:
            hits = search(corpus, query, selection, opts.limit, opts.all)
        colours = has_colours(sys.stdout)
        for hit in hits:
            print(_as_json(hit) if opts.json else _as_text(hit, query, colours))
        if not hits:
            print("nothing found", file=sys.stderr)
        if day := hits.stopped_at:
            what = f"Articles published up to {day} and undated ones" if day > date.min else "Undated articles"
            print(f"{what} were not all looked at, which would take longer: --all does", file=sys.stderr)


def _as_json(hit: Hit) -> str:
    names = ("id", "title", "portal", "source", "published_at", "section", "characters")
    fields = {name: hit.row[name] for name in names} | {"url": hit.url, "snippet": plain(hit.snippet), "path": hit.path}
    return plain_json(fields)


def _as_text(hit: Hit, query: str, colours: bool) -> str:
    row = hit.row
    title = row["title"] or "(no headline)"
    about = [(row["published_at"] or "undated")[:10], row["portal"] or "", row["source"] or "", row["id"]]
    places = f"{row['places']} places" if row["places"] > 1 else ""
    lines = (
        emphasize(title, mark(title, query_pattern(query)), colours),
        "  " + "  ".join(plain(part) for part in (*about, places) if part),
        "  " + plain(hit.url or ""),
        "  " + emphasize(hit.snippet, hit.marks, colours) + "\n",
    )
    return "\n".join(lines)
