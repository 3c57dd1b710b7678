"""The corpus of one run, used in a thread of its own: a slow disk or a locked index holds up storing, not fetching."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from scrapy import signals
from scrapy.crawler import Crawler

from promo_crawler.corpus import Corpus

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class CorpusThread:
    """An extension that the pipelines share. The corpus is opened when it is first used; what is asked of it is done
    in the order of asking."""

    def __init__(self, crawler: Crawler):
        self._data_dir = Path(crawler.settings["DATA_DIR"])
        self._thread = ThreadPoolExecutor(1, "corpus")
        self._corpus: Corpus | None = None
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def run(self, step: Callable[Concatenate[Corpus, P], T], *arguments: P.args, **options: P.kwargs) -> T:
        """`step(corpus, *arguments)`, such as `run(Corpus.add, article)`, with what it returns or raises."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: step(self._open(), *arguments, **options)
        )

    async def spider_closed(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _open(self) -> Corpus:
        if self._corpus is None:
            self._corpus = Corpus(self._data_dir)
        return self._corpus

    def _close(self) -> None:
        try:
            if self._corpus is not None:
                self._corpus.close()
        except (OSError, sqlite3.Error) as error:
            logger.error("The full text cannot be written: %s. The next run or search takes in what is missing.", error)
