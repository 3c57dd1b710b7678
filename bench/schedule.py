"""`scrapy schedule` over many portals on loopback: what a pass costs, and whether days of news are found.

python -m bench.schedule passes [--portals 300]                   two passes; the second finds nothing new
python -m bench.schedule days [--portals 20] [--seconds 300]      a day takes 30 seconds
"""

import argparse
import atexit
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from bench.many_portals import Asked, ManyPortals, serve_many
from bench.processes import resident
from promo_crawler.frontier import Frontier

ROOT = Path(__file__).resolve().parents[1]
DAY = 30.0
"""Seconds in which a simulated day passes: an interval of one hour is 1.25 s, of seven days 210 s."""
PER_DAY = (12.0, 6.0, 3.0, 1.0, 0.5, 0.0)
"""New articles a day, portal by portal in turn."""
FAST = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.schedule", description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("passes", "days"))
    parser.add_argument("--portals", type=int)
    parser.add_argument("--seconds", type=float, default=300.0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        if options.what == "passes":
            measure_passes(Path(folder), options.portals or 300)
        else:
            simulate_days(Path(folder), options.portals or 20, options.seconds)


def measure_passes(folder: Path, number: int) -> None:
    with serve_many(number) as server:
        print(f"{number} portals, 8 at once, no delay")
        for name, settings in (("first pass", ()), ("second pass", ("SCHEDULE_SHORTEST=1", "SCHEDULE_LONGEST=1"))):
            asked, began = len(server.asked), time.monotonic()
            process = begin(folder, server, "--once", settings=settings)
            sizes = []
            while process.poll() is None:
                sizes.append(resident(process.pid))
                time.sleep(1)
            took = time.monotonic() - began
            quarter = max(1, len(sizes) // 4)
            print(f"{name}: exit code {process.returncode}, {took:.0f} s, {len(server.asked) - asked} requests,")
            middle, last = (max(part, default=0) for part in (sizes[quarter : 2 * quarter], sizes[-quarter:]))
            print(f"  resident: {middle:.0f} MiB in the second quarter, {last:.0f} MiB in the last one")
        print(f"requests that came while the portal was answering another one: {overlaps(server.asked)}")


def simulate_days(folder: Path, number: int, seconds: float) -> None:
    """News appear at random moments for so many seconds; then the schedule goes on until the longest interval has
    passed once more, or everything is found."""
    chance = random.Random(7)
    with serve_many(number, latency=0.002) as server:
        rates = {host: PER_DAY[n % len(PER_DAY)] for n, host in enumerate(server.hosts)}
        published: dict[tuple[str, str], float] = {}
        settings = (f"SCHEDULE_SHORTEST={DAY / 24}", f"SCHEDULE_LONGEST={DAY * 7}")
        process = begin(folder, server, settings=settings)
        atexit.register(process.kill)
        wait_until(lambda: len(list((folder / "data" / "reports").glob("*.json"))) >= number, 120)
        began = time.monotonic()
        next_at = {host: began + chance.expovariate(rate / DAY) for host, rate in rates.items() if rate}
        while time.monotonic() - began < seconds:
            for host in [host for host, at in next_at.items() if at <= time.monotonic()]:
                next_at[host] += chance.expovariate(rates[host] / DAY)
                n = len(published)
                county = server.hosts[host]
                title = f"{county}县第{n}个重点项目签约 总投资{n % 97 + 2}亿元"
                text = f"6月12日，{title}，项目落户经济开发区，占地{n * 7 % 390 + 20}亩，计划明年8月投产。"
                url = server.publish(host, title, text)
                published[host, url.partition(".example/")[2]] = time.monotonic()
            time.sleep(0.05)
        wait_until(lambda: published.keys() <= found(server).keys(), DAY * 7 + 10)
        waited = time.monotonic() - began - seconds
        time.sleep(3)
        size = resident(process.pid)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        tell(server, rates, published, folder / "data", seconds)
        print(f"after the last of the news the schedule went on for {waited:.0f} s; resident: {size:.0f} MiB")
        print(f"exit code after SIGTERM: {process.returncode}")


def tell(
    server: ManyPortals, rates: dict[str, float], published: dict[tuple[str, str], float], data: Path, seconds: float
) -> None:
    seen = stored(data)
    first = found(server)
    print(f"{len(published)} articles published in {seconds / DAY:.0f} days by {len(rates)} portals:", end=" ")
    print(f"{len(published.keys() & first.keys())} asked for, {len(published.keys() & seen)} in the corpus")
    frontier = Frontier(data / "frontier.sqlite")
    for host, path in sorted(published.keys() - seen):
        known = frontier.get(host, f"http://{host}/{path}")
        print(f"not in the corpus: http://{host}/{path}, {known.outcome if known else 'never found'}")
    frontier.close()
    print("articles a day | portals | runs a day and portal | requests a run | found after (median, days)")
    runs: dict[str, int] = {}
    for each in server.asked:
        runs[each.host] = runs.get(each.host, 0) + (each.path == "robots.txt")
    for rate in PER_DAY:
        hosts = {host for host, of_host in rates.items() if of_host == rate}
        late = [(first[key] - at) / DAY for key, at in published.items() if key[0] in hosts and key in first]
        count = sum(runs[host] for host in hosts)
        span = (max(each.done for each in server.asked) - min(each.came for each in server.asked)) / DAY
        requests = sum(each.host in hosts for each in server.asked)
        delay = f"{statistics.median(late):.2f}" if late else "-"
        print(
            f"{rate:14g} | {len(hosts):7} | {count / len(hosts) / span:21.1f} | {requests / count:14.1f} | {delay:>12}"
        )
    print(f"requests that came while the portal was answering another one: {overlaps(server.asked)}")


def begin(
    folder: Path, server: ManyPortals, *arguments: str, settings: tuple[str, ...] = ()
) -> subprocess.Popen[bytes]:
    urls = folder / "portals.txt"
    urls.write_text("".join(f"http://{host}/\n" for host in server.hosts), "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    command = [sys.executable, "-m", "scrapy", "schedule", "--undeclared", "--urls", str(urls), *arguments]
    for setting in (f"DATA_DIR={folder / 'data'}", *FAST, *settings):
        command += ["-s", setting]
    environment = kept | {"http_proxy": server.proxy, "no_proxy": ""}
    return subprocess.Popen([*command, "--logfile", str(folder / "log")], cwd=ROOT, env=environment)


def found(server: ManyPortals) -> dict[tuple[str, str], float]:
    """When each page was first answered."""
    with server.lock:
        asked = list(server.asked)
    first: dict[tuple[str, str], float] = {}
    for each in asked:
        if each.status == 200:
            first.setdefault((each.host, each.path), each.done)
    return first


def stored(data: Path) -> set[tuple[str, str]]:
    """Host and path of every place where an article of the corpus was seen."""
    places = set()
    for path in (data / "corpus").rglob("*.json"):
        for sighting in json.loads(path.read_text("utf-8"))["sightings"]:
            host, _, page = sighting["url"].removeprefix("http://").partition("/")
            places.add((host, page))
    return places


def overlaps(asked: list[Asked]) -> int:
    by_host: dict[str, list[Asked]] = {}
    for each in sorted(asked):
        by_host.setdefault(each.host, []).append(each)
    return sum(later.came < earlier.done for each in by_host.values() for earlier, later in pairwise(each))


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.5)


if __name__ == "__main__":
    main(sys.argv[1:])
