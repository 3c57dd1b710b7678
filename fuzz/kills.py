"""Kills crawls, reprocess runs and their workers with SIGKILL at random moments, and looks at what is left.

python -m fuzz.kills [--kills 10] [--seed N] [--articles 200]

After the kills each run is let come to its end; the corpus must then be the one of an undisturbed run, no page fetched
twice beyond those under way at a kill, nothing half-written left, and the index sound.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.articles import ArticleMaker
from bench.many_portals import ManyPortals, serve_many
from bench.processes import find_workers

ROOT = Path(__file__).resolve().parents[1]
AT_ONCE = 4
"""Requests under way at a time."""
LATENCY = 0.02
"""Seconds that the portal takes for an answer: a crawl of 200 pages lasts two seconds, without what the program needs
to start."""
CRAWL = ("crawl", "portal", "-a", "url=http://{host}/", "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0")
CRAWL += ("-s", f"CONCURRENT_REQUESTS={AT_ONCE}", "-s", f"CONCURRENT_REQUESTS_PER_DOMAIN={AT_ONCE}")


class KillsError(Exception):
    """Something is not as after an undisturbed run; the message says what."""


class Harness:
    """One portal, crawled and reprocessed again and again in folders below `folder`."""

    def __init__(self, server: ManyPortals, folder: Path, seed: int, say: Callable[[str], None] = print):
        self.server = server
        self.folder = folder
        self.random = random.Random(seed)
        self.say = say
        self.host = next(iter(server.hosts))
        self.environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        self.environment |= {"http_proxy": server.proxy, "no_proxy": ""}
        began = time.monotonic()
        self._run(self._crawl("undisturbed"))
        self.takes = time.monotonic() - began
        self.expected = read_corpus(folder / "undisturbed")
        if not self.expected:
            raise KillsError("the undisturbed crawl stored nothing")

    def kill_crawls(self, kills: int) -> None:
        """Kills crawls, each a while after its start."""
        before = len(self.server.asked)
        for _ in range(kills):
            self._kill(self._crawl("crawl"))
        self._run(self._crawl("crawl"))
        self._check("crawl")
        pages = [asked.path for asked in self.server.asked[before:] if asked.path not in ("robots.txt", "sitemap.xml")]
        again = sum(n - 1 for n in Counter(pages).values())
        self.say(f"crawl: {kills} kills, {len(pages)} requests, {again} of them again")
        # those under way, and the list that each run asks for first
        if again > kills * (AT_ONCE + 1):
            raise KillsError(f"{again} pages were fetched again after {kills} kills, {AT_ONCE} at once")

    def kill_reprocessing(self, kills: int) -> None:
        for _ in range(kills):
            self._kill(self._reprocess("reprocess"))
        self._run(self._reprocess("reprocess"))
        self._check("reprocess")
        self.say(f"reprocess: {kills} kills")

    def kill_workers(self, kills: int) -> None:
        """Kills workers of one crawl and one reprocess run after the other; the runs themselves go on."""
        for command, data in ((self._crawl("workers"), "workers"), (self._reprocess("again"), "again")):
            process = self._start(command)
            killed = 0
            while process.poll() is None and killed < kills:
                time.sleep(self.random.uniform(0.05, self.takes / (kills + 1)))
                if workers := find_workers(process.pid):
                    os.kill(self.random.choice(workers), signal.SIGKILL)
                    killed += 1
            if process.wait(300):
                raise KillsError(f"{data}: exit code {process.returncode} after {killed} workers were killed")
            self._check(data)
            self.say(f"{data}: {killed} workers killed")

    def _crawl(self, data: str) -> list[str]:
        return [part.format(host=self.host) for part in CRAWL] + self._common(data)

    def _reprocess(self, data: str) -> list[str]:
        return ["reprocess", str(self.folder / "undisturbed" / "raw"), *self._common(data)]

    def _common(self, data: str) -> list[str]:
        return ["-s", f"DATA_DIR={self.folder / data}", "-s", "WORKERS=2", "-s", "LOG_LEVEL=ERROR"]

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "scrapy", *command], cwd=ROOT, env=self.environment)

    def _run(self, command: list[str]) -> None:
        if code := self._start(command).wait(600):
            raise KillsError(f"exit code {code}: scrapy {' '.join(command)}")

    def _kill(self, command: list[str]) -> None:
        process = self._start(command)
        try:
            process.wait(self.random.uniform(0.3, self.takes))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _check(self, data: str) -> None:
        folder = self.folder / data
        found = read_corpus(folder)
        if found != self.expected:
            missing, more = self.expected.keys() - found.keys(), found.keys() - self.expected.keys()
            other = [path for path in found if path in self.expected and found[path] != self.expected[path]]
            raise KillsError(
                f"{data}: {len(missing)} files missing, {len(more)} more, other than expected: {other[:3]}"
            )
        if left := [str(path) for end in ("*.tmp", "*.open") for path in folder.rglob(end)]:
            raise KillsError(f"left behind: {', '.join(left[:3])}")
        for path in folder.glob("*.sqlite"):
            with sqlite3.connect(path) as db:
                if (said := db.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                    raise KillsError(f"{path}: {said}")


def read_corpus(data: Path) -> dict[str, Any]:
    """All files of a corpus, without the times of fetching."""

    def without_times(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: without_times(each) for name, each in value.items() if name != "fetched_at"}
        return [without_times(each) for each in value] if isinstance(value, list) else value

    folder = data / "corpus"
    files: dict[str, Any] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            files[str(path.relative_to(folder))] = without_times(json.loads(text)) if path.suffix == ".json" else text
    return files


def publish_articles(server: ManyPortals, count: int) -> None:
    """So many articles more on the first portal."""
    host = next(iter(server.hosts))
    for article in ArticleMaker().articles(count):
        server.publish(host, article.title or "", article.text.replace("\n", "</P><P>　　"))


def run(folder: Path, kills: int, seed: int, articles: int, say: Callable[[str], None] = print) -> None:
    """Everything once. Raises KillsError."""
    with serve_many(1, LATENCY) as server:
        publish_articles(server, articles)
        harness = Harness(server, folder, seed, say)
        say(f"seed {seed}: {len(harness.expected) // 2} articles, {harness.takes:.1f} s undisturbed")
        harness.kill_crawls(kills)
        harness.kill_reprocessing(kills)
        harness.kill_workers(kills)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fuzz.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=10, metavar="N", help="of each kind (default: 10)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--articles", type=int, default=200, metavar="N")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    try:
        run(folder, options.kills, options.seed, options.articles)
    except KillsError as error:
        sys.exit(f"seed {options.seed}: {error} (see {folder})")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
