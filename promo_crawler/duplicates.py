"""What is told of a cluster: where its text comes from, who had it when, and what each made of it.

A text that several pages show word for word is one article; its pages are members of the cluster as well, and make one
if nobody has another version.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from cleaners.comparison import Piece, diff_texts
from promo_crawler.corpus import Corpus
from promo_crawler.origin import Publication, find_origin
from promo_crawler.reprint_clusters import Cluster

_AROUND = 14
"""Letters of the text that are shown before and after a change."""
_LONG = 200
"""Of what is cut or added at one place, so many letters are shown."""


@dataclass(frozen=True, slots=True)
class Member:
    """A page that shows a text of the cluster."""

    id: str
    """Of the article."""
    url: str | None
    portal: str | None
    published_at: str | None
    """ISO 8601."""
    source: str | None
    title: str | None
    relation: str
    """What the text is to the origin: a value of `Relation`, or `origin`."""
    kept: float
    """Share of the text that stands in the origin."""
    origin_kept: float
    """Share of the origin that stands in the text."""


@dataclass(frozen=True, slots=True)
class Family:
    """A cluster with all its pages."""

    id: str
    origin: str
    """Id of the article that the others were taken from."""
    members: tuple[Member, ...]
    """The origin's own page first, then in the order of publication, undated ones last."""


class Families:
    """The clusters of a corpus. `titles` says how portals are called, by their names."""

    def __init__(self, corpus: Corpus, titles: Mapping[str, str]):
        self._corpus = corpus
        self._titles = titles
        self._reprints = corpus.reprints

    def all(self, portal: str | None = None) -> Iterator[Family]:
        """Clusters of several texts, the largest first; then texts that were seen at several pages, the newest first.
        With a portal, those that one of its pages belongs to."""
        for cluster in chain(self._reprints.clusters(), self._copies()):
            family = self._describe(cluster)
            if portal is None or any(member.portal == portal for member in family.members):
                yield family

    def of(self, article: str) -> list[Family]:
        """The cluster with this id, or that the article belongs to; several for a text that holds others."""
        clusters = self._reprints.clusters_of(article)
        row = self._corpus.index.article(article)
        if not clusters and row and row["places"] > 1:
            clusters = [_alone(article)]
        return [self._describe(cluster) for cluster in clusters]

    def changes(self, family: Family, article: str) -> list[list[Piece]]:
        """What an article has changed of the origin's text, change after change, with some words around each."""
        old, new = self._corpus.text(family.origin), self._corpus.text(article)
        return list(_with_surroundings(diff_texts(old or "", new or "")))

    def _copies(self) -> Iterator[Cluster]:
        for row in self._corpus.index.newest():
            if row["places"] > 1 and not self._reprints.clusters_of(row["id"]):
                yield _alone(row["id"])

    def _describe(self, cluster: Cluster) -> Family:
        publications = {}
        for article in cluster.members:
            seen = set()
            for sighting in self._corpus.index.sightings(article):
                if sighting.page in seen:
                    continue
                seen.add(sighting.page)
                record = sighting.record
                names = {record.get("publisher"), self._titles.get(record["portal"] or "")} - {None}
                published = record["published_at"]
                publication = Publication(
                    f"{article} {sighting.page}",
                    datetime.fromisoformat(published) if published else None,
                    record["source"],
                    frozenset(name for name in names if name),
                )
                publications[publication.id] = (publication, article, record)
        if not publications:  # withdrawn by another process a moment ago
            return Family(cluster.id, cluster.id, ())
        first = find_origin(publication for publication, _, _ in publications.values()).id
        origin = publications[first][1]
        shares = {each: self._shares(each, origin) for each in cluster.members}
        members = []
        for publication, article, record in publications.values():
            relation = "origin" if publication.id == first else str(self._reprints.relation(cluster, article, origin))
            told = {name: record[name] for name in ("url", "portal", "published_at", "source", "title")}
            kept, origin_kept = shares[article]
            members.append(Member(article, **told, relation=relation, kept=kept, origin_kept=origin_kept))
        members.sort(
            key=lambda member: (member.relation != "origin", member.published_at or "9", member.url or "", member.id)
        )
        return Family(cluster.id, origin, tuple(members))

    def _shares(self, article: str, origin: str) -> tuple[float, float]:
        return (1.0, 1.0) if article == origin else self._reprints.shares(article, origin)


def describe(family: Family) -> dict[str, Any]:
    """A cluster as JSON has it."""
    names = ("id", "url", "portal", "published_at", "relation")
    members = [{name: getattr(member, name) for name in names} for member in family.members]
    return {"id": family.id, "origin": family.origin, "members": members}


def _alone(article: str) -> Cluster:
    return Cluster(article, (article,), frozenset())


def _with_surroundings(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """The changes of a diff, each with a few letters of what stands before and after it; changes near one another
    together."""
    shown: list[Piece] = []
    for number, piece in enumerate(pieces):
        if piece.kind != "same":
            shown.append(_shortened(piece))
        elif number in (0, len(pieces) - 1) or len(piece.text) > 2 * _AROUND + 1:
            if number:
                yield [*shown, _cut(piece, end=False)]
            shown = [_cut(piece, end=True)]
        else:
            shown.append(piece)
    if any(piece.kind != "same" for piece in shown):
        yield shown


def _shortened(piece: Piece) -> Piece:
    text = piece.text
    if len(text) <= _LONG:
        return piece
    left_out = len(text) - _LONG
    return Piece(piece.kind, f"{text[: _LONG - _AROUND]} …{left_out} characters… {text[-_AROUND:]}")


def _cut(piece: Piece, end: bool) -> Piece:
    if len(piece.text) <= _AROUND:
        return piece
    return Piece("same", f"…{piece.text[-_AROUND:]}" if end else f"{piece.text[:_AROUND]}…")
