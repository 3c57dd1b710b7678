"""What commands that run a spider share."""

import asyncio
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.commands import BaseRunSpiderCommand
from scrapy.crawler import Crawler

from promo_crawler.arguments import ArgumentError
from promo_crawler.corpus import Corpus, CorpusError
from promo_crawler.frontier import Frontier, FrontierError
from promo_crawler.halt import has_halted
from promo_crawler.pipelines import read_normal_form
from promo_crawler.portal_lock import PortalBusyError
from promo_crawler.portal_log import COMPONENTS, tell_less
from promo_crawler.refusal import FAILURE_EXIT, Refusing
from promo_crawler.workers import read_pool

UNREAD = ("promo/pages/failed/", "promo/pages/not_asked/")
"""Statistics of pages, counted in `promo/pages/total` too, that were not read."""


class RunSpiderCommand(Refusing, BaseRunSpiderCommand):
    """Says mistakes in one sentence on standard error, and exits with a code that tells."""

    requires_project = True

    def is_ready(self) -> bool:
        """Reads the settings of the run and opens what it will write to; refuses where that fails."""
        assert self.settings is not None
        try:
            read_normal_form(self.settings)
            read_pool(self.settings)
        except ArgumentError as error:
            self.refuse(str(error))
            return False
        data = Path(self.settings["DATA_DIR"])
        try:
            Corpus(data).close()
            Frontier(data / "frontier.sqlite").close()
        except (CorpusError, FrontierError) as error:
            self.refuse(str(error), FAILURE_EXIT)
            return False
        return True

    def run_spider(self, spider: type[Spider] | str, **arguments: Any) -> Crawler:
        """Runs to the end and sets the exit code: 1 where nothing could be read, or not everything written."""
        assert self.crawler_process is not None
        tell_less(COMPONENTS)
        crawler = self._create_crawler(spider)
        task = asyncio.ensure_future(self.crawler_process.crawl(crawler, **arguments))
        self.crawler_process.start()
        if task.done() and isinstance(error := task.exception(), PortalBusyError):
            self.refuse(str(error), FAILURE_EXIT)
            return crawler
        assert crawler.stats is not None
        stats = crawler.stats.get_stats()
        unread = sum(n for key, n in stats.items() if key.startswith(UNREAD))
        read = stats.get("promo/pages/total", 0) - unread
        if self.crawler_process.bootstrap_failed or has_halted(crawler):
            self.exitcode = FAILURE_EXIT
        elif read <= 0 and (unread or stats.get("promo/input/unreadable")):
            self.refuse("not one page could be read; the report says why", FAILURE_EXIT)
        return crawler
