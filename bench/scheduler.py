"""What the durable queue costs: the same pages fetched with Scrapy's scheduler in memory and from the frontier.

Fetch only: no archive, no cleaning. Both crawls run in a process of their own, one after the other and back, against
a page on loopback, eight requests at once.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.utils.project import get_project_settings

from promo_crawler.archive import Found
from promo_crawler.known_page import Rank
from promo_crawler.loopback import serve_portal
from promo_crawler.portal_spider import PortalSpider

HOST = "bench.example"
PAGES = 2_000
FAST: dict[str, Any] = {
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 8,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "AUTOTHROTTLE_ENABLED": False,
    "ITEM_PIPELINES": {},
    "EXTENSIONS": {},
    "LOG_LEVEL": "ERROR",
}


def addresses() -> Iterator[str]:
    return (f"http://{HOST}/page.html?id={number}" for number in range(PAGES))


class InMemory(scrapy.Spider):
    name = "in_memory"

    async def start(self) -> AsyncIterator[Any]:
        for url in addresses():
            yield scrapy.Request(url)

    def parse(self, response: Response, **_: Any) -> None:
        assert response.status == 200


class FromFrontier(PortalSpider):
    name = "from_frontier"
    start_urls = (f"http://{HOST}/page.html",)

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> "FromFrontier":
        spider = super().from_crawler(crawler, *args, **kwargs)
        with spider.frontier.together():
            for url in addresses():
                spider.frontier.add(url, url, Found(spider.portal, spider.name, "article"), round_=1)
                spider.frontier.want(spider.portal, url, Rank.ARTICLE)
        return spider  # type: ignore[return-value]

    def parse(self, response: Response, page: str, found: Found) -> Iterator[Any]:
        now = datetime.now(UTC)
        with self.frontier.together():
            self.frontier.fetched(self.portal, page, status=response.status, at=now, round_=self.round.number)
            self.frontier.settle(self.portal, page, "stored")
        yield from ()


def crawl(name: str, data: str) -> None:
    spider = {cls.name: cls for cls in (InMemory, FromFrontier)}[name]
    process = CrawlerProcess(get_project_settings().copy())
    process.settings.setdict({**FAST, "DATA_DIR": data}, priority="cmdline")
    crawler = process.create_crawler(spider)
    process.crawl(crawler)
    process.start()
    assert crawler.stats is not None
    print(PAGES / crawler.stats.get_value("elapsed_time_seconds"))


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    (folder / "page.html").write_text("<p>招商引资</p>" * 200, "utf-8")
    speeds: dict[str, list[float]] = {InMemory.name: [], FromFrontier.name: []}
    with serve_portal(HOST, folder) as server:
        environment = os.environ | {"http_proxy": server.proxy, "no_proxy": ""}
        for turn, name in enumerate([*speeds, *reversed(speeds), *speeds]):
            command = [sys.executable, "-m", "bench.scheduler", name, str(folder / f"data{turn}")]
            run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            speeds[name].append(float(run.stdout.split()[-1]))
    shutil.rmtree(folder)
    base = max(speeds[InMemory.name])
    print(f"{PAGES:,} pages fetched, nothing else\n{'':28s}{'pages a second':>16s}{'x in memory':>14s}")
    for name, measured in speeds.items():
        print(f"{name:28s}{max(measured):16.0f}{max(measured) / base:14.2f}")


if __name__ == "__main__":
    crawl(*sys.argv[1:3]) if len(sys.argv) > 1 else main()
