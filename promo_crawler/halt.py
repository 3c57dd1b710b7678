"""The end of a run that cannot go on: its data folder cannot be written, or no worker can be started."""

import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro

from promo_crawler.corpus import CorpusError
from promo_crawler.database import is_foreign
from promo_crawler.index import say_unusable
from promo_crawler.workers import WorkerError

logger = logging.getLogger(__name__)

NOT_WRITTEN = "not_written"
"""Why such a run ends; also the outcome of a page that was under way, which a later run takes up."""
ARCHIVE, FRONTIER, CORPUS = "archive", "frontier", "corpus"
"""What cannot be written."""

P = ParamSpec("P")
S = TypeVar("S", bound=Spider)


class Halt:
    """An extension that all parts of a run share, so that one sentence is said and the run is closed once."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self.has_begun = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @contextmanager
    def at_failure(self, what: str) -> Iterator[None]:
        """Around steps that write: a failure ends the run and is not raised."""
        try:
            yield
        except (OSError, sqlite3.Error, CorpusError) as error:
            said: object = error
            if what == CORPUS and is_foreign(error):
                said = say_unusable(Path(self._crawler.settings["DATA_DIR"]) / "index.sqlite", error)
            self.begin(f"The {what} cannot be written: {said}")
        except WorkerError as error:
            self.begin(str(error))

    def begin(self, sentence: str) -> None:
        """Says why, and closes the run. Of what goes wrong after that for the same reason, nothing is said."""
        if self.has_begun:
            return
        self.has_begun = True
        logger.error("%s. The run stops; all pages so far are in the archive.", sentence)
        if self._crawler.engine is not None and self._crawler.engine.running:
            deferred_from_coro(self._crawler.engine.close_spider_async(reason=NOT_WRITTEN))


def find_halt(crawler: Crawler) -> Halt:
    """The one of a run."""
    halt = crawler.get_extension(Halt)
    assert halt is not None, "the setting EXTENSIONS has it"
    return halt


def halting(steps: Callable[Concatenate[S, P], AsyncIterator[Any]]) -> Callable[Concatenate[S, P], AsyncIterator[Any]]:
    """For steps of a spider: ends its run where they find that the frontier cannot be written."""

    @wraps(steps)
    async def guarded(spider: S, /, *arguments: P.args, **options: P.kwargs) -> AsyncIterator[Any]:
        with find_halt(spider.crawler).at_failure(FRONTIER):
            async for item_or_request in steps(spider, *arguments, **options):
                yield item_or_request

    return guarded


def has_halted(crawler: Crawler) -> bool:
    """Whether a run was ended so; never one that keeps nothing, and has no such extension."""
    halt = crawler.get_extension(Halt) if crawler.extensions is not None else None
    return halt is not None and halt.has_begun
