"""`scrapy show`: one article, with all that is known of it."""

import argparse
import textwrap
from collections.abc import Mapping
from typing import Any

from promo_crawler.arguments import ArgumentError
from promo_crawler.corpus import Corpus, CorpusError
from promo_crawler.corpus_command import CorpusCommand
from promo_crawler.duplicates import Families, describe
from promo_crawler.portals import load_portals
from promo_crawler.records import canonical, utc_time
from promo_crawler.terminal import plain, plain_json, table

_HEAD = (
    "id", "title", "kicker", "subtitle", "published_at", "published_from", "published_raw", "source", "publisher",
    "authors", "editors", "reviewers", "section", "script", "layout", "changes", "url",
)  # fmt: skip


class Command(CorpusCommand):
    def syntax(self) -> str:
        return "[options] <id or url>"

    def short_desc(self) -> str:
        return "Show an article with its metadata, places and versions"

    def long_desc(self) -> str:
        return (
            "Shows the article with this id (its first digits are enough where they are its alone), or the one that a"
            " page shows, with every place where it was seen, its versions, its cluster of reprints, and why the page"
            " was rejected if it was."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object, text included")

    def look(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise ArgumentError("say the id of one article, or the address of its page")
        assert self.settings is not None
        titles = {name: portal.title for name, portal in load_portals(self.settings).items()}
        with self.corpus() as corpus:
            found = read_article(corpus, args[0], titles)
        print(plain_json(found, indent=1) if opts.json else "\n".join(_lines(found)))


def read_article(corpus: Corpus, name: str, titles: Mapping[str, str]) -> dict[str, Any]:
    """All that is known of an article, named by id or address. Raises CorpusError where it is not there. `titles` says
    how portals are called."""
    page = canonical(name) if ":" in name else None
    if page:
        shown = corpus.index.articles_of_page(page)
        rejects = corpus.index.rejects_of_page(page)
        id_ = shown[-1] if shown else None
        if not id_ and not rejects:
            raise CorpusError(f"{name} is not in the corpus, and was not rejected")
    else:
        ids = corpus.index.ids_from(name.lower())
        if len(ids) != 1:
            raise CorpusError(f"{'more than one' if ids else 'no'} article has an id that begins with {name}")
        (id_,) = ids
        rejects = []
    fields: dict[str, Any] = {}
    if id_:
        row = corpus.index.article(id_)
        assert row is not None
        path = corpus.path(row)
        fields = corpus.files.read_fields(path) | {"text": corpus.files.read_text(path), "path": path}
        pages = dict.fromkeys(sighting.page for sighting in corpus.index.sightings(id_))
        rejects = [reject for known in pages for reject in corpus.index.rejects_of_page(known)]
        families = Families(corpus, titles).of(id_)
        # pages that show this very text are among the places
        fields["clusters"] = [describe(family) for family in families if {each.id for each in family.members} != {id_}]
    names = ("page", "reason", "detail")
    fields["rejects"] = [
        {name: row[name] for name in names} | {"fetched_at": utc_time(row["fetched"])} for row in rejects
    ]
    return fields


def _lines(found: dict[str, Any]) -> list[str]:
    lines = []
    for name in _HEAD:
        if value := found.get(name):
            text = "、".join(value) if isinstance(value, list) else value
            lines.append(f"{name:15} {plain(str(text))}")
    if found.get("text"):
        lines += ["", *(textwrap.fill(plain(line), 48) for line in found["text"].splitlines()), ""]
        lines += [f"{found['path']}", ""]
    names: tuple[str, ...] = ("published_at", "portal", "source", "fetched_at", "title", "url")
    if found.get("sightings"):
        lines += table(
            [[place.get(name) for name in names] for place in found["sightings"]], ("seen: published", *names[1:])
        )
    for cluster in found.get("clusters", ()):
        names = ("published_at", "portal", "relation", "id", "url")
        rows = [[member[name] for name in names] for member in cluster["members"]]
        head = (f"cluster {cluster['id']}: published", *names[1:])
        lines += ["", *table(rows, head)]
    if found.get("versions"):
        rows = [
            [version["fetched_at"], version["id"], "newest" if version["newest"] else "", version["url"]]
            for version in found["versions"]
        ]
        lines += ["", *table(rows, ("versions: fetched", "id", "", "url"))]
    if found["rejects"]:
        rows = [[each["fetched_at"], each["reason"], each["detail"], each["page"]] for each in found["rejects"]]
        lines += ["", *table(rows, ("rejected: fetched", "reason", "detail", "page"))]
    return lines
