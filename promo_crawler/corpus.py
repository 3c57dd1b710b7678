"""The corpus: each text once, with every place where it was seen.

    data/corpus/<portal>/<year>/<id>.txt    the body, paragraphs one a line
    data/corpus/<portal>/<year>/<id>.json   everything else, with the sightings and versions
    data/index.sqlite                       what is known, where it was seen, what was rejected and why

A sighting is one fetch of one page; it shows one text. The text belongs to its earliest publication: that
sighting gives the headline, the other fields and the folder, so the order of arrival changes nothing.
Reading a fetch again (reprocess) replaces what it showed before. Where a page showed another text later, both
are kept, and each names the versions.

Every `add` and `reject` is on disk when it returns (after a kill; a power cut may take the last seconds), and so are
all steps of `together`, which costs less. The full text and the search for reprints follow in batches: what a killed
run left out, the next one or the next command that reads the corpus takes in.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from cleaners import Article, RawPage, RejectReason
from promo_crawler.article_files import ArticleFiles
from promo_crawler.index import CorpusError, Index, Key, Sighting
from promo_crawler.records import ID_LENGTH, PLACE_FIELDS, canonical, page_name, read_fields, seconds, utc_time
from promo_crawler.reprints import ReprintIndex

__all__ = ["Corpus", "CorpusError"]

T = TypeVar("T")

_BATCH = 1024
"""Articles that go into full text and reprints together: with 16 at a time, each costs at least a quarter more."""
_SHORT = 20_000
"""Characters; texts no longer than this are kept until `catch_up` has taken them in, others are read again."""
_CROWDED = 50
"""A text seen at more places is a phrase of some template. Its files are brought in line once a batch, or each new
place would cost as much as all the places before."""


class Corpus:
    """The corpus below one data folder. Several processes may write to it at once."""

    def __init__(self, data_dir: Path, index: Path | None = None):
        self.folder = data_dir / "corpus"
        self.files = ArticleFiles(self.folder)
        path = index or data_dir / "index.sqlite"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CorpusError(f"cannot use {path}: {error}") from error
        self.index = Index(path)
        self.reprints = ReprintIndex(self.index.db, partial(_read_text, self.index, self.files))
        self._waiting = 0
        self._texts: dict[str, str] = {}

    def close(self) -> None:
        """Takes in what waits. Raises OSError or sqlite3.Error; the index is closed all the same."""
        try:
            self.catch_up()
        finally:
            self.index.close()

    def has(self, content_hash: str) -> bool:
        return self.index.has(content_hash[:ID_LENGTH])

    def together(self, steps: Iterable[Callable[[], T]]) -> list[T | Exception]:
        """What several steps (`add`, `reject`) return, written in one go; for a step that failed, what it raised, and
        nothing of it is written. Raises OSError or sqlite3.Error where nothing of any of them is. Sixteen articles
        together spend half as much time on commits as one by one."""
        self._make_room()
        results: list[T | Exception] = []
        with self.index.together():
            for step in steps:
                try:
                    results.append(step())
                except Exception as error:
                    if not self.index.db.in_transaction:  # SQLite took back all of them
                        raise
                    results.append(error)
        return results

    def add(self, article: Article) -> str:
        """Records that a page shows this text, and writes the text if it is new.

        Returns `stored` for a new text, `duplicate` for a known one seen at a new place, `known` where this place
        showed it before. Raises OSError or sqlite3.Error when it cannot be written; nothing is changed then.
        """
        self._make_room()
        record = read_fields(article)
        key = (page_name(record), seconds(record["fetched_at"]))
        return self.add_record(key, record, article.text)

    def add_record(self, key: Key, record: dict[str, Any], text: str) -> str:
        """`add`, for fields as `read_fields` gives them; full text and reprints wait for `catch_up`."""
        id_ = record["id"]
        with self.index.together():
            is_new = not self.index.has(id_)
            shown = self.index.articles_of_page(key[0])
            outcome = "stored" if is_new else "known" if id_ in shown else "duplicate"
            self.index.forget(key)
            self.index.add_sighting(key, id_, record)
            if is_new and not shown:
                self._write_new(key, record, text)
            elif self.index.is_seen_more_often(id_, _CROWDED) and self.index.first_sighting(id_) != key:
                self.index.defer(id_)
            else:
                self._write(id_, key, text, record["content_hash"])
            self._write_others(set(shown) - {id_})
        self._waiting += 1
        return outcome

    def reject(self, page: RawPage, reason: RejectReason, detail: str = "") -> None:
        """Records why a page is no article; an article that the same fetch showed under older rules is withdrawn."""
        stamp = page.fetched_at.isoformat() if page.fetched_at else None
        key = (canonical(page.url), seconds(stamp))
        with self.index.together():
            shown = self.index.articles_of_page(key[0])
            self.index.forget(key)
            self.index.reject(key, page.portal, reason.value, detail)
            self._write_others(set(shown))

    def catch_up(self, batch: int = _BATCH) -> None:
        """Brings in line what waits: full text, reprints, and the files of texts seen at very many places."""
        texts, self._texts, self._waiting = self._texts, {}, 0
        for id_ in self.index.deferred():
            with self.index.together():
                self._write(id_)
                self.index.settle(id_)
        while rows := self.index.pending(batch):
            with self.index.together():
                rows = self.index.pending(batch)  # another process may have been faster
                taken = [(row, texts.get(row["id"]) or self.files.read_text(self.path(row)) or "") for row in rows]
                self.index.take_in(taken)
                self.reprints.add_all((row["id"], text) for row, text in taken if text)

    def articles(self, portal: str | None = None) -> Iterator[dict[str, Any]]:
        """The articles (id, portal, title, source, published_at, path, sightings), newest first."""
        for row in self.index.newest(portal):
            yield dict(row) | {"path": self.path(row), "sightings": row["places"]}

    def text(self, id_: str) -> str | None:
        """The body of an article, or None where it is not there."""
        return _read_text(self.index, self.files, id_)

    def path(self, row: sqlite3.Row) -> str:
        """Place of an article's text, relative to the corpus folder."""
        return self.files.path(row["portal"], row["published_at"], row["id"])

    def _make_room(self) -> None:
        """Takes in what waits, where it is as much as goes in together; between two transactions, not inside one."""
        if self._waiting >= _BATCH and not self.index.db.in_transaction:
            self.catch_up()

    def _write_others(self, articles: set[str]) -> None:
        """Brings the other articles in line that a page shows or showed."""
        for id_ in sorted(articles):
            if len(articles) > _CROWDED:
                self.index.defer(id_)
            else:
                self._write(id_)

    def _write_new(self, key: Key, record: dict[str, Any], text: str) -> None:
        """`_write` for the one sighting of a new text at a new page."""
        path = self.files.path(record["portal"], record["published_at"], record["id"])
        self.files.write_text(path, text, is_new=True)
        fields = record | {"sightings": _places([Sighting(*key, record)]), "versions": []}
        self.files.write_fields(path, fields, is_new=True)
        self.index.write_article(None, fields, characters=len(text), places=1, superseded=0)
        self._keep(record["id"], text)

    def _write(self, id_: str, key: Key | None = None, text: str | None = None, digest: str | None = None) -> None:
        """Brings an article's row and files in line with its sightings. `text` is what the sighting `key` shows,
        `digest` the content hash, which the .json has where it is not said."""
        sightings = self.index.sightings(id_)
        row = self.index.article(id_)
        old = self.path(row) if row else None
        if not sightings:
            if row and old:
                self.index.drop_article(row)
                self.reprints.remove(id_)
                self.files.remove(old)
            return
        first = sightings[0]
        digest = digest or (self.files.read_fields(old).get("content_hash") if old else None)
        fields = first.record | {"content_hash": digest}
        path = self.files.path(fields["portal"], fields["published_at"], id_)
        has_file = old is not None and self.files.has_text(old)
        if text is None or (has_file and key != (first.page, first.fetched)):
            text = self.files.read_text(old) if old and has_file and old != path else None
        if text is not None:
            self.files.write_text(path, text)
        fields["sightings"] = _places(sightings)
        fields["versions"], superseded = self._versions(id_)
        self.files.write_fields(path, fields)
        if old and old != path:
            self.files.remove(old)
        characters = len(text) if text is not None else row["characters"] if row else 0
        places = len(fields["sightings"])
        self.index.write_article(row, fields, characters=characters, places=places, superseded=int(superseded))
        if row is None and text is not None:
            self._keep(id_, text)

    def _keep(self, id_: str, text: str) -> None:
        """Keeps the text of a new article at hand until `catch_up` wants it."""
        if len(text) <= _SHORT:
            self._texts[id_] = text
            self.reprints.expect(id_, text)

    def _versions(self, id_: str) -> tuple[list[dict[str, Any]], bool]:
        """What the pages of an article showed one after the other, where that was more than one text; and whether
        none of the pages shows this article now."""
        shown: dict[str, list[tuple[int, str]]] = {}
        for page, fetched, article in self.index.fetches_of_pages(id_):
            texts = shown.setdefault(page, [])
            if not texts or texts[-1][1] != article:
                texts.append((fetched, article))
        versions = [
            {"id": article, "url": page, "fetched_at": utc_time(fetched), "newest": number == len(texts)}
            for page, texts in shown.items()
            for number, (fetched, article) in enumerate(texts, 1)
            if len(texts) > 1
        ]
        return versions, all(texts[-1][1] != id_ for texts in shown.values())


def _read_text(index: Index, files: ArticleFiles, id_: str) -> str | None:
    row = index.article(id_)
    return files.read_text(files.path(row["portal"], row["published_at"], id_)) if row else None


def _places(sightings: list[Sighting]) -> list[dict[str, Any]]:
    """Each place once, at its first fetch, in the order of publication. Of the fields that a place does not have to
    say, it says those that differ from the article's."""
    article = sightings[0].record
    places: dict[str, dict[str, Any]] = {}
    for sighting in sightings:
        record = sighting.record
        if sighting.page not in places:
            place = {name: record[name] for name in PLACE_FIELDS}
            places[sighting.page] = place | {name: value for name, value in record.items() if value != article[name]}
    return list(places.values())
