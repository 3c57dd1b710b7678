"""Which articles are versions of one text: what is compared when an article comes or goes, and what is linked.

What holds after any sequence of `add` and `remove`, in any order, by any number of processes:

- Two articles are compared if they share a key (a hash of their sketches) that no more than `REPRESENTATIVES` articles
  have, or share two keys, for one of which one of the two is among the `REPRESENTATIVES` lowest ids that have it; and
  if their sketches do not rule out a version. So a stock phrase that a hundred thousand articles share brings nobody
  together, while a family of any size hangs together through its representatives. Ids are digits of a hash: which
  articles represent a key has nothing to do with time or portal.
- A pair is linked if `compare_folded` calls it versions of one text, which depends on the two texts alone.
- Clusters are what hangs together by links: `reprint_clusters.py`.

All three depend on the set of articles, not on its history. When a new article displaces a representative, or makes a
key a crowded one, links that rest on that alone are dissolved, and a new representative is compared with all that share
the key and another one; the more articles have a key, the more rarely this happens, so the cost an article stays
bounded on average. What is given up: two versions that share no key but crowded ones, and are linked to no common
representative.

Texts are not kept here: they are read through the function that the owner gives.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import combinations

from cleaners.comparison import MIN_KEPT, Relation, compare_folded, find_relation, may_be_versions
from cleaners.fingerprint import fold_text
from cleaners.sketch import shared_part
from promo_crawler import reprint_clusters, reprint_sketches
from promo_crawler.database import together
from promo_crawler.records import article_id, article_number
from promo_crawler.reprint_clusters import Cluster, ClusterTable
from promo_crawler.reprint_sketches import Sketch, SketchTable, make_sketch

REPRESENTATIVES = 4
SCHEMA = reprint_sketches.SCHEMA + reprint_clusters.SCHEMA
_MIN_SHARED = 2
_SHARED_OF = 6
"""Two hashes and one in so many of those in reach must be shared for texts to be compared: a copy with a tenth of its
letters changed has half of them, a text with the same stock phrases one in ten."""
_SHARED_OF_FEW = 0.6
"""Where few are in reach, as of a short text inside a very long one, this share is enough."""
_TEXTS_KEPT = 2048
"""Folded texts kept at hand, more than a batch of the corpus; some MB."""


class ReprintIndex:
    """Sketches, links and clusters in the tables of `SCHEMA`, in a database that the caller opened.

    `read_text` gives the text of an article that was added, or None if it is gone (it is then a version of nothing).
    Ids are 16 hex digits; all that write to one database have the same `representatives`. Every method that writes is
    all or nothing; inside a transaction of the caller it is part of that one, so that an article and its links are
    written together, and many articles in one batch.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        read_text: Callable[[str], str | None],
        representatives: int = REPRESENTATIVES,
    ):
        self._db = db
        self._sketches = SketchTable(db)
        self._clusters = ClusterTable(db)
        self._count = representatives
        self._read_text = read_text
        self._texts: OrderedDict[int, str] = OrderedDict()

    def expect(self, article: str, text: str) -> None:
        """Readies what `add` wants of a text, while `fold_text` has it at hand."""
        self._remember(article_number(article), fold_text(text))

    def add(self, article: str, text: str) -> tuple[str, ...]:
        """Takes in an article; returns the ids it is linked to. One that is known already is left as it is."""
        number = article_number(article)
        with self._writing():
            if not self._sketches.has(number):
                folded = self._texts.get(number) or self._remember(number, fold_text(text))
                if not self._add(number, make_sketch(folded)):
                    return ()
            return tuple(article_id(other) for other in sorted(self._clusters.linked(number)))

    def add_all(self, articles: Iterable[tuple[str, str]]) -> None:
        """`add` for many ids and texts, in one transaction."""
        with self._writing():
            for article, text in articles:
                self.add(article, text)

    def remove(self, article: str) -> None:
        """Takes an article out, and apart what only it held together. Unknown ids are ignored."""
        number = article_number(article)
        with self._writing():
            if (sketch := self._sketches.get(number)) and self._sketches.has(number):
                self._remove(number, sketch)
                self._texts.pop(number, None)

    def articles(self) -> set[str]:
        """The ids of all that were taken in."""
        return set(map(article_id, self._sketches.articles()))

    def has(self, article: str) -> bool:
        return self._sketches.has(article_number(article))

    def versions_of(self, article: str) -> dict[str, Relation]:
        """The articles linked to this one, and what each is to it."""
        links = self._clusters.links(article_number(article))
        return {article_id(link.other): find_relation(link.other_kept, link.kept) for link in links}

    def clusters_of(self, article: str) -> list[Cluster]:
        """The cluster of an article; several for a joined text, none for one without versions."""
        return self._clusters.clusters_of(article)

    def cluster(self, id_: str) -> Cluster | None:
        """The cluster with this id."""
        return self._clusters.cluster(id_)

    def clusters(self) -> Iterator[Cluster]:
        """All clusters, the largest first."""
        return self._clusters.clusters()

    def relation(self, cluster: Cluster, article: str, origin: str) -> Relation:
        """What a member of a cluster is to its origin."""
        if article == origin:
            return Relation.SAME
        if article in cluster.joined and origin not in cluster.joined:
            return Relation.JOINED
        kept, origin_kept = self.shares(article, origin)
        return find_relation(kept, origin_kept) if max(kept, origin_kept) >= MIN_KEPT else Relation.INDIRECT

    def shares(self, article: str, origin: str) -> tuple[float, float]:
        """How much of an article stands in the origin, and of the origin in the article; 0 where a text is gone. Reads
        texts only where the two are linked through others."""
        number, other = article_number(article), article_number(origin)
        for link in self._clusters.links(number):
            if link.other == other:
                return link.kept, link.other_kept
        one, two = self._text(number), self._text(other)
        if one is None or two is None:
            return 0.0, 0.0
        found = compare_folded(one, two)
        return found.kept, found.other_kept

    def _add(self, article: int, sketch: Sketch) -> bool:
        """Whether it is linked to any."""
        sure: set[int] = set()  # share a key that few have
        doubtful: set[int] = set()  # share a crowded one
        demoted: set[int] = set()
        crowded: list[list[int]] = []
        keys = frozenset(sketch.keys)
        lowest = self._sketches.lowest(keys, self._count + 1)
        full = {key for key, holders in lowest.items() if len(holders) >= self._count}
        for key, holders in lowest.items():
            if key not in full:
                sure.update(holders)
                continue
            if len(holders) == self._count:
                crowded.append(holders)
            last = holders[self._count - 1]
            if article < last:
                demoted.add(last)
                doubtful.update(self._sketches.sharing(key, full - {key}))  # who shares another one is sure
            else:
                doubtful.update(holders[: self._count])
        self._sketches.insert(article, sketch)
        candidates = self._sketches.several(sure | doubtful)
        for other in doubtful - sure:
            if len(keys.intersection(candidates[other].keys)) < 2:
                del candidates[other]
        linked = self._link(article, sketch, candidates)
        touched = self._unlink_unfounded(demoted, crowded)
        if touched:
            self._clusters.regroup(touched | linked)
        elif linked:
            self._clusters.grow(article)
        return bool(linked)

    def _remove(self, article: int, sketch: Sketch) -> None:
        pairs: set[tuple[int, int]] = set()
        promoted: list[tuple[int, int]] = []
        for key, holders in self._sketches.lowest(set(sketch.keys), self._count + 2).items():
            if len(holders) == self._count + 1:  # no crowd any more
                pairs.update(combinations([holder for holder in holders if holder != article], 2))
            elif len(holders) > self._count + 1 and article <= holders[self._count - 1]:
                promoted.append((key, holders[self._count]))
        touched = self._clusters.linked(article)
        self._clusters.unlink(article, touched)
        self._sketches.delete(article, sketch)
        for key, other in promoted:
            keys = set(self._sketch(other).keys) - {key}
            pairs.update((other, holder) for holder in self._sketches.sharing(key, keys) if holder != other)
        others: dict[int, set[int]] = {}
        for one, other in {(min(pair), max(pair)) for pair in pairs}:
            others.setdefault(one, set()).add(other)
        for one, candidates in others.items():
            new = self._sketches.several(candidates - self._clusters.linked(one))
            touched |= self._link(one, self._sketch(one), new)
        self._clusters.regroup(touched | {article})

    def _link(self, article: int, sketch: Sketch, others: dict[int, Sketch]) -> set[int]:
        """Compares an article with others, and records which are versions of it. Returns whose links changed."""
        touched = set()
        own = sketch.hashes
        own_set = frozenset(own)
        for other, other_sketch in others.items():
            hashes = other_sketch.hashes
            if len(own_set.intersection(hashes)) < _MIN_SHARED:  # most end here
                continue
            shared, could = shared_part(own, hashes)
            if shared < max(_MIN_SHARED, min(_MIN_SHARED + could / _SHARED_OF, _SHARED_OF_FEW * could)):
                continue
            one, two = self._text(article), self._text(other)
            if one is None or two is None:
                continue
            if may_be_versions(one, two) and (found := compare_folded(one, two, only_versions=True)).is_version:
                self._clusters.link(article, other, found)
                touched |= {article, other}
        return touched

    def _unlink_unfounded(self, demoted: set[int], crowded: list[list[int]]) -> set[int]:
        """Dissolves the links of those that no longer represent a key, and of those whose key became a crowded one,
        where nothing else holds them. Returns whose links changed."""
        linked = {one: self._clusters.linked(one) for one in demoted.union(*crowded)}
        pairs = {(one, other) for one in demoted for other in linked[one]}
        for holders in crowded:
            pairs.update((one, other) for one, other in combinations(holders, 2) if other in linked[one])
        lowest: dict[int, list[int]] = {}
        touched = set()
        for one, other in {(min(pair), max(pair)) for pair in pairs}:
            shared = set(self._sketch(one).keys).intersection(self._sketch(other).keys)
            lowest |= self._sketches.lowest(shared - lowest.keys(), self._count + 1)
            if not any(self._brings_together(lowest[key], one, len(shared)) for key in shared):
                self._clusters.unlink(one, [other])
                touched |= {one, other}
        return touched

    def _brings_together(self, holders: list[int], lower: int, shared: int) -> bool:
        """Whether a key with these lowest holders has two articles compared that share so many keys."""
        return len(holders) <= self._count or (shared > 1 and lower <= holders[self._count - 1])

    def _sketch(self, article: int) -> Sketch:
        sketch = self._sketches.get(article)
        assert sketch is not None, "keys and sketches are written together"
        return sketch

    def _text(self, article: int) -> str | None:
        """The folded text of an article."""
        if article in self._texts:
            self._texts.move_to_end(article)
            return self._texts[article]
        text = self._read_text(article_id(article))
        return None if text is None else self._remember(article, fold_text(text))

    def _remember(self, article: int, folded: str) -> str:
        self._texts[article] = folded
        if len(self._texts) > _TEXTS_KEPT:
            self._texts.popitem(last=False)
        return folded

    def _writing(self) -> AbstractContextManager[None]:
        return nullcontext() if self._db.in_transaction else together(self._db)
