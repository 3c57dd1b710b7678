"""The corpus, used in a thread of its own: a slow disk or a locked index holds up storing, not fetching.

Articles are gathered for a moment and written in one go; they are on disk when `write` returns.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from scrapy import signals
from scrapy.crawler import Crawler

from promo_crawler.corpus import Corpus

logger = logging.getLogger(__name__)

GATHERED = 0.1
"""Seconds from the first article on, after which all that came are written; a polite crawl has one by then."""

P = ParamSpec("P")
T = TypeVar("T")


class CorpusThread:
    """An extension that the pipelines share. The corpus is opened when it is first used. Crawls in one process that
    write to the same folder have one thread and one corpus."""

    def __init__(self, crawler: Crawler):
        self._data_dir = Path(crawler.settings["DATA_DIR"])
        self._shared: _SharedCorpus | None = None
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def run(self, step: Callable[Concatenate[Corpus, P], T], *arguments: P.args, **options: P.kwargs) -> T:
        """`step(corpus, *arguments)` at once, such as `run(Corpus.has, digest)`, with what it returns or raises. What
        is gathered just now may not be seen. For `reject`, too: whether a portal blocks the crawl is told by that."""
        return await self._corpus().run(step, *arguments, **options)

    async def write(self, step: Callable[Concatenate[Corpus, P], T], *arguments: P.args, **options: P.kwargs) -> T:
        """The same for `add`, together with others; in the order of asking."""
        return await self._corpus().write(step, *arguments, **options)

    def _corpus(self) -> "_SharedCorpus":
        if self._shared is None:
            self._shared = _share(self._data_dir)
        return self._shared

    async def spider_closed(self) -> None:
        try:
            if self._shared is not None:
                await self._shared.leave()
        except (OSError, sqlite3.Error) as error:
            logger.error("The full text cannot be written: %s. The next run or search takes in what is missing.", error)


class _SharedCorpus:
    """One corpus, its thread, and how many use it."""

    def __init__(self, data_dir: Path):
        self.users = 0
        self._data_dir = data_dir
        self._thread = ThreadPoolExecutor(1, "corpus")
        self._corpus: Corpus | None = None
        self._gathered: list[tuple[Callable[[Corpus], Any], asyncio.Future[Any]]] = []
        self._writing: set[asyncio.Task[None]] = set()  # else nothing holds them

    async def run(self, step: Callable[Concatenate[Corpus, P], T], *arguments: P.args, **options: P.kwargs) -> T:
        def work() -> T:
            if self._corpus is None:
                self._corpus = Corpus(self._data_dir)
            return step(self._corpus, *arguments, **options)

        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def write(self, step: Callable[Concatenate[Corpus, P], T], *arguments: P.args, **options: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        written: asyncio.Future[T] = loop.create_future()
        if not self._gathered:
            loop.call_later(GATHERED, self._begin)
        self._gathered.append((lambda corpus: step(corpus, *arguments, **options), written))
        return await written

    def _begin(self) -> None:
        gathered, self._gathered = self._gathered, []
        task = asyncio.ensure_future(self._write_all(gathered))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write_all(self, gathered: list[tuple[Callable[[Corpus], Any], asyncio.Future[Any]]]) -> None:
        def work(corpus: Corpus) -> list[Any]:
            return corpus.together(partial(step, corpus) for step, _ in gathered)

        try:
            results = await self.run(work)
        except Exception as error:
            results = [error] * len(gathered)
        for (_, written), result in zip(gathered, results, strict=True):
            if written.cancelled():
                continue
            if isinstance(result, Exception):
                written.set_exception(result)
            else:
                written.set_result(result)

    async def leave(self) -> None:
        """The full text takes in what waits; the last to leave closes."""
        self.users -= 1
        if not self.users:
            del _SHARED[self._data_dir]
        try:
            if self._corpus is not None:
                await self.run(Corpus.catch_up if self.users else Corpus.close)
        finally:
            if not self.users:
                self._thread.shutdown(wait=False)


_SHARED: dict[Path, _SharedCorpus] = {}


def _share(data_dir: Path) -> _SharedCorpus:
    if data_dir not in _SHARED:
        _SHARED[data_dir] = _SharedCorpus(data_dir)
    _SHARED[data_dir].users += 1
    return _SHARED[data_dir]
