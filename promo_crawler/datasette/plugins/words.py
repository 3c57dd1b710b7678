"""Lets Datasette search as `scrapy search` does: `match_query('招商 "重点项目"')` in SQL."""

import sqlite3
import sys
from pathlib import Path

from datasette import hookimpl

# Datasette is a program of its own, and this project need not be installed
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from promo_crawler.fulltext import match_words
from promo_crawler.search import QueryError, parse_query


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    conn.create_function("match_query", 1, _match, deterministic=True)


def _match(query: str | None) -> str:
    """The query in the language of FTS5; one that finds nothing where it makes no sense."""
    try:
        return match_words(parse_query(query or ""))
    except QueryError:
        return '""'
