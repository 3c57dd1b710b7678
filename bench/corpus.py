"""What storing, indexing and searching cost, on articles made by program.

python -m bench corpus --articles 100000 [--folder DIR]
"""

import argparse
import os
import resource
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from bench.articles import ArticleMaker
from cleaners.fingerprint import content_hash
from promo_crawler.article_files import ArticleFiles
from promo_crawler.corpus import Corpus
from promo_crawler.database import hurry, open_database
from promo_crawler.records import article_number
from promo_crawler.reprints import ReprintIndex
from promo_crawler.search import search
from promo_crawler.selection import Selection

_PLACES = "CREATE TABLE places (article INTEGER PRIMARY KEY, place INTEGER, size INTEGER)"
AT_ONCE = 16
"""Articles that are added together: about as many as two cores clean in a tenth of a second."""
_SLOW = 0.5
"""Seconds that such an addition should not take."""
QUERIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("a word of most articles", "招商", {}),
    ("another one", "中国", {}),
    ("one character", "县", {}),
    ("a long word", "战略合作框架协议", {}),
    ("two common words", "招商引资 签约", {}),
    ("a common and a rare word", "招商引资 {company}", {}),
    ("a rare name", "{company}", {}),
    ("a name of common characters", "{person}", {}),
    ("common characters, no word", "资工业", {}),
    ("common characters, nowhere", "业资县工", {}),
    ("a common word at a small portal", "招商", {"portals": ("portal299",)}),
    ("a common word before a day", "招商", {"until": date(2006, 3, 31)}),
    ("a common word in one month", "中国", {"since": date(2012, 3, 1), "until": date(2012, 3, 31)}),
    ("a common word from one 来源", "招商", {"source": "{source}"}),
    ("a word that is nowhere", "饕餮", {}),
    ("a Traditional word", "招商引資", {}),
    ("a number", "2012", {}),
)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench corpus", description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000, metavar="N")
    parser.add_argument(
        "--no-files", action="store_true", help="the index alone: texts lie in one file, which is not counted"
    )
    parser.add_argument("--folder", type=Path, help="where to (default: a temporary folder, removed afterwards)")
    opts = parser.parse_args(arguments)
    folder = opts.folder or Path(tempfile.mkdtemp(prefix="bench-corpus-"))
    try:
        if not (folder / "index.sqlite").exists():
            _fill(folder, opts.articles, opts.no_files)
        _measure_sizes(folder)
        _measure_searches(folder)
    finally:
        if opts.folder is None:
            shutil.rmtree(folder)


class _NoFiles(ArticleFiles):
    """Keeps the texts in one file beside the corpus: what is compared and indexed is read from there."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self._places = open_database(folder.parent / "texts" / "places.sqlite", _PLACES, 1)
        hurry(self._places)
        self._texts = (folder.parent / "texts" / "texts").open("w+b")

    def write_text(self, path: str, text: str, is_new: bool = False) -> None:
        data = text.encode()
        place = self._texts.seek(0, os.SEEK_END)
        self._texts.write(data)
        row = (article_number(Path(path).stem), place, len(data))
        self._places.execute("INSERT OR REPLACE INTO places VALUES (?, ?, ?)", row)

    def read_text(self, path: str) -> str | None:
        query = "SELECT place, size FROM places WHERE article = ?"
        row = self._places.execute(query, (article_number(Path(path).stem),)).fetchone()
        if row is None:
            return None
        self._texts.seek(row["place"])
        return self._texts.read(row["size"]).decode()

    def has_text(self, path: str) -> bool:
        return True

    def write_fields(self, path: str, fields: dict[str, Any], is_new: bool = False) -> None:
        pass

    def remove(self, path: str) -> None:
        pass


class _Clock:
    """CPU time by what it was spent on. What runs inside another is not counted there again."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._inside = [0.0]

    def watch(self, owner: object, method: str, name: str) -> None:
        run = getattr(owner, method)

        def timed(*arguments: object, **options: object) -> object:
            self._inside.append(0.0)
            start = time.process_time()
            try:
                return run(*arguments, **options)
            finally:
                took = time.process_time() - start
                self.spent[name] += took - self._inside.pop()  # type: ignore[assignment]
                self._inside[-1] += took

        setattr(owner, method, timed)


def _fill(folder: Path, count: int, no_files: bool) -> None:
    corpus = Corpus(folder)
    if no_files:
        corpus.files = _NoFiles(corpus.folder)
        corpus.reprints = ReprintIndex(corpus.index.db, corpus.text)
    clock = _Clock()
    for method in ("write_text", "write_fields", "read_text"):
        clock.watch(corpus.files, method, "files")
    clock.watch(corpus, "catch_up", "full text")
    clock.watch(corpus.reprints, "add", "reprints")
    clock.watch(corpus, "together", "rows")
    outcomes: Counter[str] = Counter()
    parts = ("files", "full text", "reprints", "rows")
    before = dict.fromkeys(parts, 0.0)
    step = max(1, count // 20)
    slow, slowest = 0, 0.0
    began = time.monotonic()
    print(
        f"us of CPU an article, at so many\n{'':11}{''.join(f'{part:>10}' for part in parts)}  slowest ms, MB of memory"
    )
    made = ArticleMaker().articles(count)
    number = 0
    while articles := list(islice(made, AT_ONCE)):
        for article in articles:
            content_hash(article.text)  # as a crawl does, just before
        start = time.perf_counter()
        outcomes.update(map(str, corpus.together(partial(corpus.add, article) for article in articles)))
        took = time.perf_counter() - start
        slow += took > _SLOW
        slowest = max(slowest, took)
        number += len(articles)
        if number % step < AT_ONCE:
            figures = "".join(f"{1e6 * (clock.spent[part] - before[part]) / step:10.0f}" for part in parts)
            print(f"{number:11,}{figures}{1e3 * slowest:12.0f}{_memory():14.0f}", flush=True)
            before, slowest = dict(clock.spent), 0.0
    corpus.close()
    print(f"{count:,} pages added in {time.monotonic() - began:.0f} s: {dict(outcomes)}")
    counted = sum(clock.spent[part] for part in parts[1:])
    print(f"index, full text and reprints {1e6 * counted / count:.0f} us of CPU an article", end="")
    print(f", files {1e6 * clock.spent['files'] / count:.0f} us")
    print(f"{slow} additions of {AT_ONCE} took more than {1e3 * _SLOW:.0f} ms; memory at most {_memory():.0f} MB")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _measure_sizes(folder: Path) -> None:
    path = folder / "index.sqlite"
    db = sqlite3.connect(path)
    try:
        sizes = dict(db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
    except sqlite3.OperationalError:
        sizes = {}
        print("this SQLite does not say how large a table is")
    db.close()
    words = sum(size for name, size in sizes.items() if name.startswith(("words", "headlines")))
    print(f"index {path.stat().st_size / 1e6:.0f} MB, {(path.stat().st_size - words) / 1e6:.0f} MB without full text")
    for name, size in sorted(sizes.items(), key=lambda each: -each[1])[:12]:
        print(f"  {name:36}{size / 1e6:8.1f} MB")
    start = time.perf_counter()
    count = content = disk = 0
    for parent, _, names in os.walk(folder / "corpus"):
        for name in names:
            stat = os.stat(f"{parent}/{name}")  # noqa: PTH116
            count, content, disk = count + 1, content + stat.st_size, disk + stat.st_blocks * 512
    took = time.perf_counter() - start
    print(f"{count:,} files, {content / 1e6:.0f} MB, {disk / 1e6:.0f} MB on disk; {took:.1f} s to list them")


def _measure_searches(folder: Path) -> None:
    start = time.perf_counter()
    corpus = Corpus(folder)
    print(f"opened in {1000 * (time.perf_counter() - start):.0f} ms\n{'ms: first, again':>46s}  hits")
    maker = ArticleMaker()
    names = {name: maker.words[name][len(maker.words[name]) // 2] for name in ("company", "person")}
    names["source"] = maker.portals[7]
    for title, query, filters in QUERIES:
        chosen = {name: value.format(**names) if isinstance(value, str) else value for name, value in filters.items()}
        selection = Selection(**chosen)
        times = []
        for _ in range(3):
            start = time.perf_counter()
            hits = search(corpus, query.format(**names), selection, 10)
            times.append(1000 * (time.perf_counter() - start))
        print(f"{title:32}{times[0]:7.1f}{min(times[1:]):7.1f}  {len(hits):4}")
    corpus.close()


if __name__ == "__main__":
    main()
