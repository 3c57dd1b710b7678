"""Which articles are linked as versions of one text, and the clusters that hang together by these links.

A joined text, one that holds two or more others side by side (an overview, a page with two articles), belongs to the
cluster of each part and does not make one cluster of them. The text alone cannot tell an overview from an article whose
first and second half are also there as articles of their own (the pages of a 分页 read one by one): that counts as
joined too, and belongs to both clusters. Which came first, find_origin says.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from cleaners.comparison import Comparison
from promo_crawler.records import article_id, article_number

SCHEMA = """
CREATE TABLE IF NOT EXISTS versions (    -- each pair twice
    article INTEGER, other INTEGER,
    kept REAL NOT NULL,              -- share of the article that stands in the other
    other_kept REAL NOT NULL,
    span_start REAL NOT NULL, span_end REAL NOT NULL, -- where in the article the common passage lies, 0 to 1
    PRIMARY KEY (article, other)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cluster_members (
    cluster INTEGER, article INTEGER,
    joined INTEGER NOT NULL,         -- 1: holds texts of other clusters too
    PRIMARY KEY (cluster, article)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS clusters_of_article ON cluster_members (article);
CREATE VIEW IF NOT EXISTS clusters AS    -- for people
    SELECT printf('%016x', c.cluster) AS cluster, a.title, a.portal, a.source, a.published_at, a.places, c.joined,
        a.id AS article
    FROM cluster_members c JOIN articles a ON a.id = printf('%016x', c.article);
"""
_PART = 0.8
"""Of a part so much stands in the joined text, and it makes up no more than this of it."""
_INSERT_MEMBER = """INSERT INTO cluster_members (cluster, article, joined) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET joined = min(joined, excluded.joined)"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles that are versions of one text."""

    id: str
    """The lowest id of the members that are not joined texts."""
    members: tuple[str, ...]
    """Ids in order, joined texts included."""
    joined: frozenset[str]
    """Members that hold the texts of other clusters too."""


@dataclass(frozen=True, slots=True)
class Link:
    """What an article has in common with another; shares as in `Comparison`."""

    other: int
    kept: float
    other_kept: float
    start: float
    end: float

    @property
    def holds_other(self) -> bool:
        """Whether the other text stands in this one, as one thing among others."""
        return self.other_kept >= _PART >= self.kept

    @property
    def is_held(self) -> bool:
        """Whether this text stands in the other one, as one thing among others."""
        return self.kept >= _PART >= self.other_kept


class ClusterTable:
    """Articles are named by numbers of 64 bits. Nothing is committed here."""

    def __init__(self, db: sqlite3.Connection):
        self._cursor = db.cursor()
        self._cursor.row_factory = None  # tuples

    # --- links ------------------------------------------------------------------------------------------------------

    def link(self, article: int, other: int, found: Comparison) -> None:
        turned = found.turned()
        self._cursor.executemany(
            "INSERT INTO versions (article, other, kept, other_kept, span_start, span_end) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (article, other, found.kept, found.other_kept, *found.span),
                (other, article, turned.kept, turned.other_kept, *turned.span),
            ],
        )

    def unlink(self, article: int, others: Iterable[int]) -> None:
        pairs = [(article, other) for other in others]
        pairs += [(other, one) for one, other in pairs]
        self._cursor.executemany("DELETE FROM versions WHERE article = ? AND other = ?", pairs)

    def links(self, article: int) -> list[Link]:
        rows = self._cursor.execute(
            "SELECT other, kept, other_kept, span_start, span_end FROM versions WHERE article = ?", (article,)
        ).fetchall()
        return [Link(*row) for row in rows]

    def linked(self, article: int) -> set[int]:
        rows = self._cursor.execute("SELECT other FROM versions WHERE article = ?", (article,)).fetchall()
        return {row[0] for row in rows}

    # --- clusters ---------------------------------------------------------------------------------------------------

    def clusters_of(self, article: str) -> list[Cluster]:
        query = "SELECT cluster FROM cluster_members WHERE article = ? ORDER BY cluster"
        rows = self._cursor.execute(query, (article_number(article),)).fetchall()
        return [self._read(row[0]) for row in rows]

    def cluster(self, id_: str) -> Cluster | None:
        found = self._read(article_number(id_))
        return found if found.members else None

    def clusters(self) -> Iterator[Cluster]:
        """All of them, the largest first, then in the order of their ids' bits."""
        query = "SELECT cluster FROM cluster_members GROUP BY cluster ORDER BY count(*) DESC, cluster"
        for row in self._cursor.execute(query).fetchall():
            yield self._read(row[0])

    def grow(self, article: int) -> None:
        """Brings the clusters in line with the links of a new article, where no other link has changed. Costs as much
        as it has links, but for clusters that become one: then the members of those with the higher ids, which are
        the smaller ones more often than not."""
        links = self.links(article)
        wholes = {link.other: self.links(link.other) for link in links if link.is_held}
        joined = {other for other, held in wholes.items() if _is_joined(held)}
        if any(not _is_joined(link for link in wholes[other] if link.other != article) for other in joined):
            self.regroup({article, *(link.other for link in links)})  # what hung together through it does so no more
            return
        is_joined = _is_joined(links)
        parts = {link.other for link in links if is_joined and link.holds_other}
        attached = joined - parts
        core = self._unite(article, {link.other for link in links} - parts - attached)
        rows = [(core, member, 1) for member in attached]
        if rows:
            rows.append((core, article, 0))
        for part in parts:
            cluster = self._core(part)
            if cluster is None:
                cluster = part
                rows.append((part, part, 0))
            rows.append((cluster, article, 1))
        self._cursor.executemany(_INSERT_MEMBER, rows)

    def regroup(self, touched: Collection[int]) -> None:
        """Brings the clusters in line with the links, where any links of these articles changed. Walks all that hangs
        together with them."""
        links: dict[int, list[Link]] = {}
        joined: dict[int, bool] = {}

        def links_of(article: int) -> list[Link]:
            if article not in links:
                links[article] = self.links(article)
                joined[article] = _is_joined(links[article])
            return links[article]

        start = set(touched).union(*([link.other for link in links_of(article)] for article in touched))
        old = {self._core(article) for article in start}
        seen: set[int] = set()
        rows = []
        for article in start:
            if article in seen:
                continue
            core, attached, stack = set(), set(), [article]
            while stack:
                at = stack.pop()
                if at in core:
                    continue
                core.add(at)
                for link in links_of(at):
                    if joined[at] and link.holds_other:
                        continue
                    if link.is_held and links_of(link.other) and joined[link.other]:
                        attached.add(link.other)
                    elif link.other not in core:
                        stack.append(link.other)
            seen |= core
            if len(core | attached) > 1:
                rows += [(min(core), member, member in attached - core) for member in core | attached]
        self._cursor.executemany("DELETE FROM cluster_members WHERE cluster = ?", [(each,) for each in old])
        self._cursor.executemany("INSERT INTO cluster_members (cluster, article, joined) VALUES (?, ?, ?)", rows)

    def _unite(self, article: int, others: set[int]) -> int:
        """Makes one cluster of a new article and the clusters of others; returns its number."""
        if not others:
            return article
        cores = {other: self._core(other) for other in others}
        single = {other for other, core in cores.items() if core is None}
        clusters = {core for core in cores.values() if core is not None}
        united = min(chain((article,), single, clusters))
        rows = [(united, member, 0) for member in (article, *single)]
        for cluster in clusters - {united}:
            query = "DELETE FROM cluster_members WHERE cluster = ? RETURNING article, joined"
            rows += [(united, *row) for row in self._cursor.execute(query, (cluster,)).fetchall()]
        self._cursor.executemany(_INSERT_MEMBER, rows)
        return united

    def _core(self, article: int) -> int | None:
        """The cluster that an article belongs to as no joined text."""
        query = "SELECT cluster FROM cluster_members WHERE article = ? AND NOT joined"
        row = self._cursor.execute(query, (article,)).fetchone()
        return row[0] if row else None

    def _read(self, number: int) -> Cluster:
        query = "SELECT article, joined FROM cluster_members WHERE cluster = ?"
        rows = self._cursor.execute(query, (number,)).fetchall()
        return Cluster(
            article_id(number),
            tuple(sorted(article_id(article) for article, _ in rows)),
            frozenset(article_id(article) for article, joined in rows if joined),
        )


def _is_joined(links: Iterable[Link]) -> bool:
    """Whether a text holds others side by side, by the places of its parts in it."""
    parts = sorted((link.start, link.end) for link in links if link.holds_other)
    reach = 0.0
    groups = 0
    length = 0.0
    for start, end in parts:
        slack = min(length, end - start) / 10
        if not groups or start >= reach - slack:
            groups += 1
            length = end - start
        reach = max(reach, end)
        length = max(length, end - start)
    return groups > 1
