"""Finding articles by their words.

A query is words with spaces between them, all of which an article must have in its headline or body; `"..."` keeps
words together. A word is found as it stands, wherever it stands: 招商 also in 招商引资. Script, width and case of
query and corpus do not matter.

**Order.** Where at most `WEIGHED` articles have all the words: by bm25 over their texts (all words weigh the same, a
hit in the headline counts tenfold), the newest first among equals. Of more hits, weighing all takes a second where
there are a million, and weighing some leaves the rest out; then those with all words in the headline come first (of
the newest `RECENT` articles), then the others, in both the newest first.

**Time.** Of a few very common characters side by side the full text has to compare all places, a second for a million
articles. So a search goes from the newest articles to the older ones and stops after `PATIENCE`, where it has found
some but not enough by then; it says at which day it stopped, and `thorough` looks at all. Otherwise no hit is left out,
and "nothing found" is said of all articles.
"""

import re
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple

from promo_crawler import fulltext
from promo_crawler.corpus import Corpus
from promo_crawler.fulltext import Bounds, folded, match_words, spaced
from promo_crawler.records import date_of
from promo_crawler.selection import Selection

WEIGHED = 30
"""Hits that are weighed; their texts are read for it."""
RECENT = 200_000
"""Of the newest so many articles, those with all words in the headline come first."""
PATIENCE = 0.03
"""Seconds after which a search that has found something looks at no older articles; reading the texts of the hits takes
as long at most."""
_NEAR = 10_000
"""So many articles before a day that is the last one asked for are looked at by themselves."""
_HEADLINE = 10.0
"""What a hit in the headline counts, in hits of the body."""
_SATURATION, _BY_LENGTH = 1.2, 0.75
"""The parameters k1 and b of bm25, at their usual values."""
SNIPPET = 90
"""Characters of a body that a hit shows."""

_QUOTES = str.maketrans("“”„＂«»", '""""""')
_LETTER = r"[^\W_\u3400-\u9fff]"
_WORD_RE = re.compile(r'"([^"]*)"|([^\s"]+)')


class QueryError(ValueError):
    """A query that makes no sense; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, with a piece of its text."""

    row: sqlite3.Row
    url: str | None
    path: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    """Where in the snippet words of the query stand."""


class Hits(list[Hit]):
    """The first hits of a query, in their order."""

    stopped_at: date | None = None
    """The day of publication at which the search stopped, where older articles (and undated ones) were left out."""


class _Found(NamedTuple):
    """Numbers of hits, and the number below which nothing was looked at."""

    docs: list[int]
    low: int | None


def parse_query(query: str) -> tuple[str, ...]:
    """The phrases of a query, as the full text has them. Raises QueryError."""
    plain = query.translate(_QUOTES)
    if plain.count('"') % 2:
        raise QueryError(f"a quotation mark is left open in {query!r}")
    words = [quoted or word for quoted, word in _WORD_RE.findall(plain)]
    phrases = tuple(dict.fromkeys(" ".join(spaced(word).split()) for word in words))
    if not any(phrases):
        raise QueryError(f"there is no word to search for in {query!r}")
    return tuple(filter(None, phrases))


def search(corpus: Corpus, query: str, selection: Selection, limit: int, thorough: bool = False) -> Hits:
    """The first hits of a query. Raises QueryError."""
    phrases = parse_query(query)
    pattern = _pattern(phrases)
    found = find(corpus, phrases, selection, limit, thorough)
    hits = Hits()
    if found.low is not None:
        hits.stopped_at = date_of(found.low)
    for doc in found.docs:
        row = corpus.index.numbered(doc)
        if row is not None:
            path = corpus.path(row)
            snippet, marks = _snippet(corpus.files.read_text(path) or "", pattern)
            first = corpus.index.sightings(row["id"])[0]
            hits.append(Hit(row, first.record["url"], path, snippet, marks))
    return hits


def find(corpus: Corpus, phrases: Sequence[str], selection: Selection, limit: int, thorough: bool) -> _Found:
    """Numbers of the first hits, in their order."""
    db, bounds, old = corpus.index.db, selection.bounds, selection.old_versions
    also = selection.match()
    match = f"({match_words(phrases)}) AND {also}" if also else match_words(phrases)
    newest, low = _find_newest(corpus, match, selection, max(limit, WEIGHED) + 1, thorough)
    if len(newest) <= WEIGHED:
        return _Found(_weigh(corpus, newest, phrases)[:limit], low)
    match = match_words(phrases, "title") + (f" AND {also}" if also else "")
    recent = bounds._replace(low=max(bounds.low, corpus.index.number_before(bounds.high, RECENT)))
    heads = [*islice(fulltext.find_newest(db, "headlines", match, recent, old), limit)]
    first = set(heads)
    return _Found((heads + [doc for doc in newest if doc not in first])[:limit], low)


def _find_newest(corpus: Corpus, match: str, selection: Selection, count: int, thorough: bool) -> _Found:
    """The newest hits, no more than so many; all articles are looked at, or the newer ones for `PATIENCE`."""
    db, bounds, old = corpus.index.db, selection.bounds, selection.old_versions
    if bounds.high != Bounds().high:
        near = max(bounds.low, corpus.index.number_before(bounds.high, _NEAR))
        docs = fulltext.find_between(db, match, bounds._replace(low=near), old)[:count]
        if near == bounds.low or len(docs) == count:
            return _Found(docs, None)
    docs = []
    start = time.perf_counter()
    for doc in fulltext.find_newest(db, "words", match, bounds, old):
        docs.append(doc)
        if len(docs) == count:
            break
        if not thorough and time.perf_counter() - start >= PATIENCE:
            return _Found(docs, doc)
    return _Found(docs, None)


def _weigh(corpus: Corpus, docs: list[int], phrases: Sequence[str]) -> list[int]:
    """Articles by bm25; those of the same weight stay in their order."""
    rows = [row for doc in docs if (row := corpus.index.numbered(doc)) is not None]
    mean = sum(row["characters"] for row in rows) / len(rows) if rows else 1
    patterns = [_pattern([phrase]) for phrase in phrases]
    weights = {}
    for row in rows:
        title, text = folded(row["title"] or ""), folded(corpus.files.read_text(corpus.path(row)) or "")
        length = 1 - _BY_LENGTH + _BY_LENGTH * row["characters"] / mean
        counts = [_HEADLINE * len(pattern.findall(title)) + len(pattern.findall(text)) for pattern in patterns]
        weights[row["doc"]] = sum(count / (count + _SATURATION * length) for count in counts)
    return sorted(weights, key=lambda doc: -weights[doc])


def mark(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where the words of a query stand in a text."""
    return [match.span() for match in pattern.finditer(folded(text))]


def query_pattern(query: str) -> re.Pattern[str]:
    return _pattern(parse_query(query))


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    """What a folded text has where a phrase stands in it."""
    return re.compile("|".join(map(_phrase_pattern, sorted(phrases, key=len, reverse=True))))


def _phrase_pattern(phrase: str) -> str:
    return r"[\W_]*".join(
        token if fulltext.is_han(token) else rf"(?<!{_LETTER}){re.escape(token)}(?!{_LETTER})"
        for token in phrase.split()
    )


def _snippet(text: str, pattern: re.Pattern[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The first passage of a body with a word of the query; its beginning where there is none."""
    line = text.replace("\n", " ")
    found = mark(line, pattern)
    start = max(0, found[0][0] - SNIPPET // 3) if found else 0
    end = min(len(line), start + SNIPPET)
    start = max(0, end - SNIPPET)
    before, after = "…" if start else "", "…" if end < len(line) else ""
    shift = len(before) - start
    marks = tuple((a + shift, min(b, end) + shift) for a, b in found if start <= a < end)
    return f"{before}{line[start:end]}{after}", marks
