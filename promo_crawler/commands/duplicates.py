"""`scrapy duplicates`: texts that were published more than once."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import islice

from cleaners.comparison import Piece
from promo_crawler.arguments import ArgumentError
from promo_crawler.corpus import Corpus, CorpusError
from promo_crawler.corpus_command import CorpusCommand
from promo_crawler.duplicates import Families, Family, Member, describe
from promo_crawler.portals import load_portals
from promo_crawler.terminal import has_colours, plain, plain_json, table

_MARKS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_COLOURS = {"same": ("", ""), "removed": ("\x1b[31m", "\x1b[0m"), "added": ("\x1b[32m", "\x1b[0m")}


class Command(CorpusCommand):
    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "List texts that were published more than once, and who had them from whom"

    def long_desc(self) -> str:
        return (
            "Lists the clusters of reprints and near-duplicates, the largest first: the origin, who published the text"
            " when, and what it is to the origin: same, edited, abridged, extended, joined (with other texts) or"
            " indirect (a version of a version). 'shared' is the part of the origin that stands in the text. --show"
            " shows one cluster with what each member has changed."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--portal", metavar="NAME", help="only clusters with a page of this portal")
        parser.add_argument("--limit", type=int, metavar="N", help="how many at most (default: all)")
        parser.add_argument("--show", metavar="ID", help="one cluster, by its id or that of an article in it")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def look(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise ArgumentError(f"{args[0]}: say --show {args[0]} for the cluster of an article")
        if opts.limit is not None and opts.limit < 1:
            raise ArgumentError(f"--limit {opts.limit}: not a number like 10")
        if opts.show is not None and (opts.portal is not None or opts.limit):
            raise ArgumentError("--show shows one cluster; --portal and --limit choose among all")
        assert self.settings is not None
        titles = {name: portal.title for name, portal in load_portals(self.settings).items()}
        with self.corpus() as corpus:
            article = None if opts.show is None else _find_article(corpus, opts.show)
            families = Families(corpus, titles)
            found: Iterable[Family] = islice(families.all(opts.portal), opts.limit)
            if article:
                found = families.of(article)
                if not found:
                    raise CorpusError(f"article {article} was seen once, and nothing like it")
            shown = False
            for family in found:
                shown = True
                if opts.json:
                    print(plain_json(describe(family)))
                else:
                    print("\n".join(_lines(family)))
                    if article:
                        print("\n".join(_changes(families, family, has_colours(sys.stdout))))
        if not shown:
            print("nothing found", file=sys.stderr)


def _find_article(corpus: Corpus, start: str) -> str:
    ids = corpus.index.ids_from(start.lower())
    if len(ids) != 1 or not start:
        raise CorpusError(f"{'more than one' if ids else 'no'} article has an id that begins with {plain(start)}")
    return ids[0]


def _lines(family: Family) -> Iterator[str]:
    title = next((member.title for member in family.members if member.title), None)
    pages = len(family.members)
    yield f"{family.id}  {plain(title or '(no headline)')}  ({pages} page{'s' if pages != 1 else ''})"
    rows = [
        (
            (member.published_at or "undated")[:16].replace("T", " "),
            member.portal,
            member.source,
            member.relation,
            "" if member.relation == "origin" else f"{member.origin_kept:.0%}",
            member.id,
            member.url,
        )
        for member in family.members
    ]
    names = ("published", "portal", "source", "relation", "shared", "article", "url")
    yield from (f"  {line}" for line in table(rows, names, frozenset({"shared"})))
    yield ""


def _changes(families: Families, family: Family, colours: bool) -> Iterator[str]:
    """What each other text of a cluster has changed."""
    for member in {member.id: member for member in reversed(family.members)}.values():
        if member.id == family.origin:
            continue
        yield _heading(member)
        changes = families.changes(family, member.id)
        for change in changes:
            yield "  " + "".join(_marked(piece, colours) for piece in change)
        if all(piece.kind == "same" for change in changes for piece in change):
            yield "  (nothing but script, width, punctuation or white space)"
        yield ""


def _heading(member: Member) -> str:
    where = " ".join(plain(part) for part in ((member.published_at or "undated")[:10], member.portal or "") if part)
    return (
        f"{member.id}  {where}  {member.relation}: {member.origin_kept:.0%} of the origin is there,"
        f" {member.kept:.0%} of it comes from there"
    )


def _marked(piece: Piece, colours: bool) -> str:
    """A stretch of a diff: in colour on a terminal, else between signs. Paragraphs are told by a sign."""
    before, after = (_COLOURS if colours else _MARKS)[piece.kind]
    return before + plain(piece.text.replace("\n", "¶")) + after
