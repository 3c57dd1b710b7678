"""The index made anew from the files of the corpus.

The files hold all but what was rejected, which is taken over from the index of before if that can be read, and
fetches that showed a page unchanged; `scrapy reprocess` brings both back from the archive.
"""

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from promo_crawler.corpus import Corpus
from promo_crawler.database import close_to_replace, hurry, make_whole, open_to_replace
from promo_crawler.index import CorpusError, Index, read_rejects
from promo_crawler.records import ID_LENGTH, canonical, page_name, seconds
from promo_crawler.terminal import with_progress

_BATCH = 2000


@dataclass(slots=True)
class Rebuilt:
    """What came of it."""

    articles: int = 0
    unreadable: int = 0
    """Files that are no article of ours; they are left where they are."""
    rejects: int | None = None
    """None where the index of before could not be read."""


def rebuild(data_dir: Path) -> Rebuilt:
    """Makes `index.sqlite` from `corpus/`. The old index stays until the new one is whole. Raises CorpusError where
    there are no files, or another process is writing."""
    folder, path = data_dir / "corpus", data_dir / "index.sqlite"
    if not folder.is_dir():
        raise CorpusError(f"{folder}: no such folder, so there is nothing to make an index from")
    new = data_dir / f".index-{os.getpid()}.sqlite"
    try:
        old = open_to_replace(path)
        result = _fill(data_dir, new, old)
        close_to_replace(path, old)
        new.replace(path)
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        raise CorpusError(f"another program uses {path}: end it first") from error
    finally:
        for leftover in ("", "-wal", "-shm"):
            new.with_name(new.name + leftover).unlink(missing_ok=True)
    return result


def _fill(data_dir: Path, new: Path, old: sqlite3.Connection | None) -> Rebuilt:
    corpus = Corpus(data_dir, new)
    result = Rebuilt()
    try:
        hurry(corpus.index.db)
        total = sum(name.endswith(".json") for _, _, names in os.walk(corpus.folder) for name in names)
        articles = with_progress(corpus.files.walk(), total, "index")
        while batch := list(islice(articles, _BATCH)):
            with corpus.index.together():
                for path, fields in batch:
                    if _take(corpus, path, fields):
                        result.articles += 1
                    else:
                        result.unreadable += 1
            corpus.catch_up(_BATCH)
        result.rejects = _copy_rejects(corpus.index, old)
        corpus.index.read_reports(data_dir / "reports")
        make_whole(corpus.index.db)
    finally:
        corpus.index.close()
    return result


def _take(corpus: Corpus, path: str, fields: dict[str, Any]) -> bool:
    """Takes in one article; False for what is none, or says what another file said before (a kill can leave both)."""
    text = corpus.files.read_text(path)
    try:
        id_ = fields["id"]
        sightings = list(read_sightings(fields))
        is_ours = path == corpus.files.path(fields["portal"], fields["published_at"], id_)
        newest = {version["url"]: version["id"] for version in fields.get("versions", []) if version["newest"]}
        shows = [newest.get(page, id_) == id_ for page, _, _ in sightings]
        if not is_ours or text is None or len(id_) != ID_LENGTH or corpus.index.has(id_):
            return False
        fresh = [each for each in sightings if not corpus.index.is_fetch_known(each[:2])]
        if fresh:
            for page, fetched, record in fresh:
                corpus.index.add_sighting((page, fetched), id_, record)
            counts = {"characters": len(text), "places": len(fields["sightings"]), "superseded": int(not any(shows))}
            corpus.index.write_article(None, fields, **counts)
        return bool(fresh)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _copy_rejects(index: Index, old: sqlite3.Connection | None) -> int | None:
    if old is None:
        return None
    try:
        rows = read_rejects(old)
    except sqlite3.DatabaseError:
        return None
    with index.together():
        for row in rows:
            index.reject((row[0], row[1]), *row[2:])
    return len(rows)


def read_sightings(fields: dict[str, Any]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """What the .json of an article says of each fetch: page, time, and the fields as they were there."""
    article = {name: value for name, value in fields.items() if name not in ("sightings", "versions")}
    times: dict[str, set[int]] = {}
    records = {}
    for place in fields["sightings"]:
        record = article | place
        if "canonical_url" not in place and place["url"] != article["url"]:
            record["canonical_url"] = canonical(place["url"]) if place["url"] else None
        page = page_name(record)
        records[page] = record
        times.setdefault(page, set()).add(seconds(place["fetched_at"]))
        yield page, seconds(place["fetched_at"]), record
    for version in fields.get("versions", []):
        fetched = seconds(version["fetched_at"])
        page = version["url"]
        if version["id"] == fields["id"] and page in records and fetched not in times[page]:
            yield page, fetched, records[page] | {"fetched_at": version["fetched_at"]}
