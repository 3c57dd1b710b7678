"""Pages a second of each step and of whole runs, one table; every figure as a ratio to a baseline of the same run.

python -m bench throughput [--articles 600] [--polite]

The pages are those of a portal on loopback with so many made articles. A step is timed in this process, in CPU time; a
run is a process of its own, timed from its first page to its last; `lag` is the longest time for which its event loop
did nothing else.
"""

import argparse
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Self

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.project import get_project_settings

from bench.articles import ArticleMaker
from bench.corpus import AT_ONCE
from bench.many_portals import ManyPortals, serve_many
from bench.pages import extract_with_trafilatura, parse
from bench.processes import cpu_seconds, find_workers
from cleaners import Article, RawPage, Rejected, clean_page
from promo_crawler.archive import read_pages
from promo_crawler.arguments import sister_hosts
from promo_crawler.corpus import Corpus
from promo_crawler.discovery import discover_links
from promo_crawler.portals import load_portals
from promo_crawler.reprocess import ReprocessSpider, find_files

ROOT = Path(__file__).resolve().parents[1]
TICK = 0.005
FAST: dict[str, Any] = {
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 8,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "AUTOTHROTTLE_ENABLED": False,
    "ROBOTSTXT_OBEY": False,  # which asks for twenty pages a second at most
    "LOG_LEVEL": "ERROR",
}
POLITE: dict[str, Any] = {"DOWNLOAD_DELAY": 0.25, "LOG_LEVEL": "ERROR"}


class Run(NamedTuple):
    """What a run did: seconds of the clock and of CPU (its workers' too), milliseconds, MiB of the largest process."""

    pages: int
    seconds: float
    cpu: float
    lag: float
    memory: float

    @property
    def rate(self) -> float:
        return self.pages / self.seconds


class LoopLag:
    """An extension that notes the longest time between two turns of the event loop, after the first second."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._last = 0.0
        self._tick = create_looping_call(self._look)
        crawler.signals.connect(self.begin, signal=signals.spider_opened)
        crawler.signals.connect(self.end, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def begin(self) -> None:
        self._last = time.perf_counter()
        self._tick.start(TICK, now=False)

    def end(self) -> None:
        self._tick.stop()

    def _look(self) -> None:
        now = time.perf_counter()
        assert self._crawler.stats is not None
        self._crawler.stats.max_value("bench/lag", now - self._last - TICK)
        self._last = now


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench throughput", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--articles", type=int, default=600, metavar="N")
    parser.add_argument("--polite", action="store_true", help="also eight portals at once at a polite rate: a minute")
    options = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="bench-throughput-"))
    try:
        with serve_many(1) as server:
            host = next(iter(server.hosts))
            for article in ArticleMaker().articles(options.articles):
                server.publish(host, article.title or "", article.text.replace("\n", "</P><P>　　"))
            measure_runs(folder, server, host)
            measure_steps(folder)
        if options.polite:
            measure_polite(folder)
    finally:
        shutil.rmtree(folder)


def measure_runs(folder: Path, server: ManyPortals, host: str) -> None:
    crawl = {"spider": "portal", "arguments": {"url": f"http://{host}/"}}
    fetched = run(folder / "fetched", server, FAST | {"ITEM_PIPELINES": {}}, crawl)
    inline = run(folder / "inline", server, FAST | {"WORKERS": 1}, crawl)
    crawled = run(folder / "crawled", server, FAST | {"WORKERS": 2}, crawl)
    again = {"reprocess": str(folder / "crawled" / "raw")}
    one = run(folder / "one", server, {"WORKERS": 1, "LOG_LEVEL": "ERROR"}, again)
    two = run(folder / "two", server, {"WORKERS": 2, "LOG_LEVEL": "ERROR"}, again)
    print(f"{'':34}{'pages/s':>9}{'':>22}{'cores':>8}{'lag, ms':>9}{'MiB':>6}")
    for name, done, base, of in (
        ("crawl, fetch only", fetched, fetched, ""),
        ("crawl, cleaning in the same process", inline, fetched, "of fetch only"),
        ("crawl, 2 workers", crawled, fetched, "of fetch only"),
        ("reprocess, 1 worker", one, one, ""),
        ("reprocess, 2 workers", two, one, "of 1 worker"),
    ):
        ratio = f"{done.rate / base.rate:6.2f} {of}" if of else ""
        print(f"{name:35}{done.rate:8.0f}  {ratio:20}{done.cpu / done.seconds:8.2f}{done.lag:9.0f}{done.memory:6.0f}")


def measure_steps(folder: Path) -> None:
    archived = [page for path in (folder / "crawled" / "raw").rglob("*.warc.gz") for page in read_pages(path)]
    pages = [each.page for each in archived if each.found.kind == "article"]
    articles: list[Article] = []

    def clean(page: RawPage) -> None:
        try:
            articles.append(clean_page(page))
        except Rejected:
            return

    def discover(page: RawPage) -> None:
        discover_links(page, hosts=sister_hosts(page.url))

    base = seconds(extract_with_trafilatura, pages)
    print(f"\n{len(pages)} articles of {sum(len(page.body) for page in pages) / len(pages) / 1000:.0f} kB, CPU time")
    print(f"{'':34}{'pages/s':>9}")
    costs = {"parse (lxml)": seconds(parse, pages), "trafilatura alone": base}
    costs["clean"] = seconds(clean, pages)
    costs["find links"] = seconds(discover, pages)
    corpus = Corpus(folder / "stored")
    costs["deduplicate"] = seconds(lambda page: corpus.has("0" * 64), pages)
    articles = articles[len(pages) :]  # of the second time
    start = time.process_time()
    steps = (partial(corpus.add, article) for article in articles)
    while some := list(islice(steps, AT_ONCE)):
        corpus.together(some)
    corpus.close()
    costs["store, index, find reprints"] = time.process_time() - start
    for name, cost in costs.items():
        of_cleaning = f"{cost / costs['clean']:6.2f} of cleaning" if name.startswith(("store", "dedup")) else ""
        print(f"{name:35}{len(pages) / cost:8.0f}  {base / cost:6.2f} x trafilatura {of_cleaning}")


def seconds(step: Callable[[RawPage], object], pages: list[RawPage]) -> float:
    """CPU seconds of the second time."""
    took = 0.0
    for _ in range(2):
        start = time.process_time()
        for page in pages:
            step(page)
        took = time.process_time() - start
    return took


def measure_polite(folder: Path) -> None:
    """What eight portals at once fetch with cleaning and without."""
    with serve_many(8) as server:
        rates = []
        for name, settings in (("off", {"ITEM_PIPELINES": {}}), ("on", {"WORKERS": 2})):
            crawls = [{"spider": "portal", "arguments": {"url": f"http://{host}/"}} for host in server.hosts]
            rates.append(run(folder / f"polite-{name}", server, POLITE | settings, *crawls).rate)
    print(f"\neight portals at a polite rate, with cleaning: {rates[1] / rates[0]:.3f} of what is fetched without")


def run(folder: Path, server: ManyPortals, settings: dict[str, Any], *what: dict[str, Any]) -> Run:
    """Crawls or reprocess runs, in one process of their own."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.throughput", json.dumps([what, settings | {"DATA_DIR": str(folder)}])],
        cwd=ROOT,
        env=kept | {"http_proxy": server.proxy, "no_proxy": ""},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"the run in {folder} failed")
    return Run(*json.loads(said), usage.ru_maxrss / 1024)


def serve_run(what: list[dict[str, Any]], changes: dict[str, Any]) -> None:
    """The other process: prints pages, seconds, CPU seconds, lag."""
    settings = get_project_settings()
    settings.setdict(changes, priority="cmdline")
    settings["EXTENSIONS"]["bench.throughput.LoopLag"] = 10
    process = AsyncCrawlerProcess(settings)
    crawlers = []
    for each in what:
        if "reprocess" in each:
            crawlers.append(process.create_crawler(ReprocessSpider))
            paths = find_files(Path(each["reprocess"]), Path(settings["DATA_DIR"]))
            process.crawl(crawlers[-1], paths=paths)
        else:
            crawlers.append(process.create_crawler(load_portals(settings)[each["spider"]]))
            process.crawl(crawlers[-1], **each["arguments"])
    started = cpu_seconds(os.getpid())
    process.start()
    stats = [crawler.stats.get_stats() for crawler in crawlers if crawler.stats is not None]
    result = [
        sum(each["promo/pages/total"] for each in stats),
        max(each["elapsed_time_seconds"] for each in stats),
        sum(map(cpu_seconds, [os.getpid(), *find_workers(os.getpid())])) - started,
        1000 * max(each["bench/lag"] for each in stats),
    ]
    print(json.dumps(result))


if __name__ == "__main__":
    serve_run(*json.loads(sys.argv[1]))
