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
from pathlib import Path
from typing import Any

from bench.articles import ArticleMaker
from promo_crawler.article_files import ArticleFiles
from promo_crawler.corpus import Corpus
from promo_crawler.search import search
from promo_crawler.selection import Selection

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
    ("a common word at a small portal", "招商", {"portals": ("portal299",)}),
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
        "--no-files", action="store_true", help="the index alone: texts are kept until they are indexed"
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
    """Keeps texts in memory until they are read, which the full text does once."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self._texts: dict[str, str] = {}

    def write_text(self, path: str, text: str, is_new: bool = False) -> None:
        self._texts[path] = text

    def read_text(self, path: str) -> str | None:
        return self._texts.pop(path, "")

    def has_text(self, path: str) -> bool:
        return True

    def write_fields(self, path: str, fields: dict[str, Any], is_new: bool = False) -> None:
        pass

    def remove(self, path: str) -> None:
        self._texts.pop(path, None)


def _fill(folder: Path, count: int, no_files: bool) -> None:
    corpus = Corpus(folder)
    if no_files:
        corpus.files = _NoFiles(corpus.folder)
    costs: Counter[str] = Counter()
    _time(corpus.files, "write_text", costs, "text files")
    _time(corpus.files, "write_fields", costs, "json files")
    _time(corpus, "catch_up", costs, "full text")
    outcomes: Counter[str] = Counter()
    maker = ArticleMaker()
    whole = 0.0
    began = time.monotonic()
    for number, article in enumerate(maker.articles(count), 1):
        start = time.process_time()
        outcomes[corpus.add(article)] += 1
        whole += time.process_time() - start
        if number % 50_000 == 0:
            print(f"  {number:,}: {1e6 * whole / number:.0f} us of CPU an article", flush=True)
    start = time.process_time()
    corpus.close()
    whole += time.process_time() - start
    print(f"{count:,} pages added in {time.monotonic() - began:.0f} s: {dict(outcomes)}")
    files = costs["text files"] + costs["json files"]
    costs["rows"] = whole - sum(costs.values())
    for name, cost in costs.items():
        print(f"  {name:24}{1e6 * cost / count:9.0f} us of CPU an article")
    print(
        f"  {'index and full text':24}{1e6 * (whole - files) / count:9.0f} us, {'all':4}{1e6 * whole / count:6.0f} us"
    )
    print(f"  memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _time(owner: object, method: str, costs: Counter[str], name: str) -> None:
    run = getattr(owner, method)

    def timed(*arguments: object, **options: object) -> object:
        start = time.process_time()
        try:
            return run(*arguments, **options)
        finally:
            costs[name] += time.process_time() - start  # type: ignore[assignment]

    setattr(owner, method, timed)


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
