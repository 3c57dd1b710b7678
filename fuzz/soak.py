"""`scrapy schedule` over many portals that break, hang and go on publishing, for an hour or as long as is wanted.

python -m fuzz.soak [--minutes 60] [--portals 24] [--seed N] [--folder DIR]

Watched meanwhile: memory and open files of the process and its workers, size of the index; from time to time a worker
is killed. At the end the schedule gets SIGTERM. Then the figures of each run's report must add up (every page asked for
is stored, a duplicate, rejected, a list, unchanged, failed or not asked), the archive must be readable, and every
article that was published early enough must be in the corpus.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import NamedTuple

from bench.articles import ArticleMaker
from bench.many_portals import ManyPortals, PortalHandler
from bench.processes import find_workers, resident
from bench.schedule import begin, stored
from promo_crawler.archive import ArchiveError, read_pages
from promo_crawler.loopback import serving
from promo_crawler.report import add_up

PER_MINUTE = (6.0, 2.0, 0.5, 0.0)
"""New articles a minute, portal by portal in turn."""
SETTINGS = ("SCHEDULE_SHORTEST=20", "SCHEDULE_LONGEST=120", "WORKERS=2", "RETRY_TIMES=1", "DOWNLOAD_TIMEOUT=5")
SETTINGS += ("BACKOFF_START=0.2", "BACKOFF_MAX=20", "PROGRESS_INTERVAL=60")
FAULTS = ("error", "reset", "half", "slow", "garbage", "bomb")
SHARE = 0.03
"""Of all answers, so many are none."""
SAMPLES_EVERY = 15.0
WORKER_KILLED_EVERY = 120.0
LATEST = 300.0
"""Seconds before the end after which nothing is published: what the longest interval needs, and time for the crawl."""


class FaultyPortals(ManyPortals):
    """Portals of whose answers a share goes wrong, robots.txt excepted."""

    def __init__(self, number: int, seed: int):
        super().__init__(number, 0.002, _FaultyHandler)
        self.random = random.Random(seed)
        self.faults: Counter[str] = Counter()
        self.spoiled: set[tuple[str, str]] = set()
        """Pages that once came as rubbish with status 200, as which they are known since."""

    def find_fault(self) -> str | None:
        with self.lock:
            fault = self.random.choice(FAULTS) if self.random.random() < SHARE else None
            self.faults[fault or "none"] += 1
        return fault


class _FaultyHandler(PortalHandler):
    server: FaultyPortals

    def do_GET(self) -> None:
        fault = None if self.path.endswith("robots.txt") else self.server.find_fault()
        if fault is None:
            super().do_GET()
        elif fault == "error":
            self._reply(random.choice((500, 502, 503)), b"<html>error</html>")
        elif fault == "reset":
            self.close_connection = True
        elif fault == "half":
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"<html><p>" + b"x" * 500)
            self.close_connection = True
        elif fault == "slow":
            time.sleep(1.5)
            super().do_GET()
        else:
            host, _, path = self.path.removeprefix("http://").partition("/")
            self.server.spoiled.add((host, path))
            self._reply(200, random.randbytes(2000) if fault == "garbage" else b"<div>" * 1_200_000)

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        BaseHTTPRequestHandler.end_headers(self)
        self.wfile.write(body)


class Sample(NamedTuple):
    """One look at the process: MiB, files, MB."""

    at: float
    resident: float
    workers: float
    files: int
    index: float
    articles: int


class Soak:
    """One soak below `folder`."""

    def __init__(self, folder: Path, server: FaultyPortals, seconds: float):
        self.folder = folder
        self.server = server
        self.seconds = seconds
        self.samples: list[Sample] = []
        self.published: set[tuple[str, str]] = set()
        self.killed = 0

    def run(self) -> bool:
        """Whether all is as it should be; what was seen is printed."""
        rates = {host: PER_MINUTE[n % len(PER_MINUTE)] for n, host in enumerate(self.server.hosts)}
        articles = ArticleMaker().articles(10_000_000)
        process = begin(self.folder, self.server, settings=SETTINGS)
        began = time.monotonic()
        next_sample, next_kill = began + SAMPLES_EVERY, began + WORKER_KILLED_EVERY
        chance = self.server.random
        while process.poll() is None and time.monotonic() - began < self.seconds:
            now = time.monotonic()
            for host, rate in rates.items():
                if now - began < self.seconds - LATEST and chance.random() < rate / 60:
                    article = next(articles)
                    url = self.server.publish(host, article.title or "", article.text.replace("\n", "</P><P>　　"))
                    self.published.add((host, url.partition(".example/")[2]))
            if now > next_sample:
                next_sample += SAMPLES_EVERY
                self._look(process.pid, now - began)
            if now > next_kill and (workers := find_workers(process.pid)):
                next_kill += WORKER_KILLED_EVERY
                os.kill(chance.choice(workers), signal.SIGKILL)
                self.killed += 1
            time.sleep(1)
        if process.poll() is not None:
            print(f"! the schedule ended by itself, exit code {process.returncode}")
            return False
        process.send_signal(signal.SIGTERM)
        code = process.wait(120)
        print(f"exit code after SIGTERM: {code}; workers killed: {self.killed}; answers: {dict(self.server.faults)}")
        return all((code == 0, self._is_flat(), self._adds_up(), self._is_readable(), self._is_complete()))

    def _look(self, pid: int, at: float) -> None:
        data = self.folder / "data"
        workers = sum(map(resident, find_workers(pid)))
        files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        index = sum(path.stat().st_size for path in data.glob("index.sqlite*")) / 1e6
        articles = sum(1 for _ in (data / "corpus").rglob("*.txt"))
        self.samples.append(Sample(at, resident(pid), workers, files, index, articles))
        if len(self.samples) % 8 == 1:
            at, own, workers, files, index, articles = self.samples[-1]
            print(
                f"{at / 60:5.1f} min: {own:.0f} MiB, workers {workers:.0f} MiB, {files} files, index {index:.1f} MB,"
                f" {articles} articles",
                flush=True,
            )

    def _is_flat(self) -> bool:
        """Whether the last third takes no more than the one before, but for a tenth; the index grows with its articles
        only."""
        third = len(self.samples) // 3
        if not third:
            return True
        parts = self.samples[third : 2 * third], self.samples[-third:]
        good = True
        for name in ("resident", "workers", "files"):
            middle, last = (max(getattr(sample, name) for sample in part) for part in parts)
            is_flat = last <= middle * 1.1 + 2
            good &= is_flat
            sign = "" if is_flat else "! "
            print(f"{sign}{name}: at most {middle:.0f} in the second third, {last:.0f} in the last")
        sizes = [1e3 * part[-1].index / max(1, part[-1].articles) for part in parts]
        print(f"index: {sizes[0]:.1f} kB an article after two thirds, {sizes[1]:.1f} at the end")
        return good

    def _adds_up(self) -> bool:
        reports = [json.loads(path.read_text("utf-8")) for path in (self.folder / "data" / "reports").glob("*.json")]
        by_portal: dict[str, Counter[str]] = {}
        wrong = []
        for report in reports:
            outcomes = add_up(report["counts"])
            of_portal = by_portal.setdefault(report["portal"], Counter())
            of_portal.update(outcomes)
            of_portal["runs"] += 1
            of_portal["pages"] += (pages := report["counts"].get("pages/total", 0))
            if sum(outcomes.values()) != pages and report["end"] != "shutdown":
                wrong.append(f"{report['portal']} {report['began']}: {pages} pages, {outcomes}")
        for portal, sums in sorted(by_portal.items()):
            rest = ", ".join(f"{n} {name}" for name, n in sorted(sums.items()) if name not in ("runs", "pages"))
            print(f"  {portal}: {sums['runs']} runs, {sums['pages']} pages = {rest}")
        print(f"{len(reports)} runs, {len(wrong)} whose figures do not add up")
        for line in wrong[:5]:
            print(f"! {line}")
        return not wrong

    def _is_readable(self) -> bool:
        pages = 0
        for path in (self.folder / "data" / "raw").rglob("*.warc.gz"):
            try:
                pages += sum(1 for _ in read_pages(path))
            except ArchiveError as error:
                print(f"! {error}")
                return False
        print(f"{pages} pages in the archive, all of them readable")
        return True

    def _is_complete(self) -> bool:
        missing = self.published - stored(self.folder / "data")
        spoiled = missing & self.server.spoiled
        missing -= spoiled
        print(f"{len(self.published)} articles published, {len(missing)} of them not in the corpus", end="")
        print(f", nor {len(spoiled)} that first came as rubbish")
        for host, path in sorted(missing)[:5]:
            print(f"! http://{host}/{path}")
        return not missing


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fuzz.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--portals", type=int, default=24)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--folder", type=Path, help="where to (default: a temporary folder, which stays)")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(f"seed {options.seed}, {options.portals} portals, {options.minutes:.0f} minutes, in {folder}", flush=True)
    server = FaultyPortals(options.portals, options.seed)
    with serving(server):
        is_good = Soak(folder, server, options.minutes * 60).run()
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
