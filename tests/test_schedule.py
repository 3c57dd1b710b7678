"""`scrapy schedule`: portals crawled when they are due, as a user runs it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import QUICK, ROOT, Scrapy, articles, environment

from bench.many_portals import SITE, Asked, ManyPortals, serve_many
from promo_crawler.portal_lock import PortalLock

FAST = ("-s", "AUTOTHROTTLE_ENABLED=0", "-s", "RETRY_TIMES=0")
OFTEN = ("-s", "SCHEDULE_SHORTEST=1", "-s", "SCHEDULE_LONGEST=3")
# one of the pages holds a picture only, and is rejected
ARTICLES = {path.relative_to(SITE).as_posix() for path in SITE.rglob("t20*.html")} - {"zsyz/202404/t20240403_1006.html"}
NO_GUESS = {"robots.txt", "sitemap.xml"}

Begin = Callable[..., subprocess.Popen[str]]
Schedule = Callable[..., str]


@pytest.fixture
def portals() -> Iterator[ManyPortals]:
    with serve_many(8) as server:
        yield server


@pytest.fixture
def urls(portals: ManyPortals, tmp_path: Path) -> Path:
    """A file with the start pages of all portals of the server."""
    path = tmp_path / "portals.txt"
    path.write_text("# of the test\n" + "".join(f"http://{host}/\n" for host in portals.hosts), "utf-8")
    return path


@pytest.fixture
def begin(portals: ManyPortals, urls: Path, tmp_path: Path) -> Iterator[Begin]:
    """Starts `scrapy schedule` over the portals of the server, log and all on one pipe."""
    begun = []

    def run(*arguments: str, undeclared: bool = True) -> subprocess.Popen[str]:
        which = ("--undeclared", "--urls", str(urls)) if undeclared else ()
        command = [sys.executable, "-m", "scrapy", "schedule", *which, *QUICK, *FAST, *arguments]
        process = subprocess.Popen(
            [*command, "-s", f"DATA_DIR={tmp_path / 'data'}"],
            cwd=ROOT,
            env=environment(portals),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        begun.append(process)
        return process

    yield run
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def schedule(portals: ManyPortals, urls: Path, scrapy: Scrapy) -> Schedule:
    """Runs `scrapy schedule` to its end; gives what it printed, log and all."""

    def run(*arguments: str, exitcode: int = 0) -> str:
        done = scrapy("schedule", "--undeclared", "--urls", str(urls), *FAST, *arguments, server=portals)
        assert done.returncode == exitcode, done.stderr
        return done.stdout + done.stderr

    return run


def end(process: subprocess.Popen[str], exitcode: int = 0) -> str:
    """What a process printed until its end."""
    output = process.communicate(timeout=120)[0]
    assert process.returncode == exitcode, output
    return output


def listed(schedule: Schedule, *arguments: str) -> dict[str, dict[str, Any]]:
    lines = schedule("--list", "--json", *arguments).splitlines()
    return {each["portal"]: each for each in map(json.loads, lines)}


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)


def pages(asked: list[Asked]) -> Counter[tuple[str, str]]:
    """How often each page was read; 304 and what is no page of the portal are left out."""
    return Counter((each.host, each.path) for each in asked if each.path not in NO_GUESS and each.status == 200)


def addresses(portals: ManyPortals, data: Path) -> dict[str, set[str]]:
    """Paths of all places where an article was seen, by host."""
    found: dict[str, set[str]] = {host: set() for host in portals.hosts}
    for article in articles(data).values():
        for sighting in article["sightings"]:
            host, _, path = sighting["url"].removeprefix("http://").partition("/")
            found[host].add(path)
    return found


def overlaps(asked: list[Asked]) -> int:
    """Requests that reached a portal while it was still answering another one."""
    by_host: dict[str, list[Asked]] = {}
    for each in sorted(asked):
        by_host.setdefault(each.host, []).append(each)
    return sum(later.came < earlier.done for each in by_host.values() for earlier, later in pairwise(each))


def test_all_due_portals_are_crawled_once_each(portals: ManyPortals, schedule: Schedule, tmp_path: Path) -> None:
    output = schedule("--once")
    assert "8 portals crawled: 8 finished" in output
    found = addresses(portals, tmp_path / "data")
    assert all(paths >= ARTICLES for paths in found.values())
    assert set(pages(portals.asked).values()) == {1}
    assert overlaps(portals.asked) == 0
    for line in output.splitlines():  # each line says whose it is
        if (
            "[schedule]" not in line
            and (about := re.search(r"www\.county\d+\.example", line.partition("]")[2])) is not None
        ):
            assert f"[{about[0]}]" in line, line
    assert len(re.findall(r"\] finished after", output)) == 8

    standing = listed(schedule)
    assert len(standing) == 8
    for each in standing.values():
        assert not each["is_due"]
        assert (each["last_end"], each["failures"]) == ("finished", 0)
        assert each["new_in_last_round"] >= len(ARTICLES)
    asked = len(portals.asked)
    assert "0 portals crawled" in schedule("--once")
    assert len(portals.asked) == asked


def test_killed_schedule_is_finished_by_the_next(
    portals: ManyPortals, begin: Begin, schedule: Schedule, tmp_path: Path
) -> None:
    portals.latency = 0.02
    first = begin("--once", "--parallel", "4")
    wait_for(lambda: len(portals.asked) >= 60)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    time.sleep(0.2)
    asked = len(portals.asked)
    assert 60 <= asked < 250
    assert "8 portals crawled: 8 finished" in schedule("--once")
    found = addresses(portals, tmp_path / "data")
    assert all(paths >= ARTICLES for paths in found.values())
    again = [
        page for page, times in pages(portals.asked).items() if times > 1 and page[1].startswith(("yw/2", "zsyz/2"))
    ]
    assert len(again) <= 4, "one request of each crawl was under way"


def test_sigterm_closes_the_crawls_and_nothing_is_lost(
    portals: ManyPortals, begin: Begin, schedule: Schedule, tmp_path: Path
) -> None:
    portals.latency = 0.05
    first = begin("--once", "--parallel", "3")
    wait_for(lambda: len(portals.asked) >= 40)
    first.terminate()
    output = end(first, exitcode=1)
    assert "SIGTERM: closing what is under way (3)" in output
    assert "3 portals crawled: 3 shutdown" in output
    assert re.search(r"stopped; \d portals that are due were not crawled", output)
    assert "Traceback" not in output
    portals.latency = 0
    assert "8 portals crawled: 8 finished" in schedule("--once")
    assert all(paths >= ARTICLES for paths in addresses(portals, tmp_path / "data").values())
    assert set(pages([each for each in portals.asked if each.path.startswith(("yw/2", "zsyz/2"))]).values()) == {1}


def test_second_signal_ends_at_once(portals: ManyPortals, begin: Begin) -> None:
    portals.latency = 5
    process = begin("--once")
    wait_for(lambda: Path(f"/proc/{process.pid}").exists() and portals.waiting > 0)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    assert "once more" in end(process, exitcode=128 + signal.SIGINT)
    assert time.monotonic() - began < 3


def test_two_schedules_never_crawl_a_portal_at_once(portals: ManyPortals, begin: Begin, tmp_path: Path) -> None:
    portals.latency = 0.01
    both = [begin("--once", "--parallel", "3") for _ in range(2)]
    outputs = [end(process) for process in both]
    assert overlaps(portals.asked) == 0
    crawled = [int(re.search(r"(\d) portals? crawled", output)[1]) for output in outputs]  # type: ignore[index]
    assert sum(crawled) == 8
    assert min(crawled) > 0
    assert set(pages(portals.asked).values()) == {1}
    assert all(paths >= ARTICLES for paths in addresses(portals, tmp_path / "data").values())


def test_busy_portal_is_skipped_with_a_word(portals: ManyPortals, schedule: Schedule, tmp_path: Path) -> None:
    busy, other = list(portals.hosts)[:2]
    lock = PortalLock(tmp_path / "data", busy)
    lock.acquire()
    output = schedule("--once", busy, other)
    lock.release()
    assert f"{busy} is being crawled already (process {os.getpid()})" in output
    assert "1 portal crawled: 1 finished" in output
    assert "1 portal skipped" in output
    assert {each.host for each in portals.asked} == {other}


def test_broken_crawl_ends_no_other(portals: ManyPortals, schedule: Schedule, tmp_path: Path) -> None:
    broken, *others = list(portals.hosts)[:4]
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "data" / "raw" / broken).write_text("a file where its archive should be")
    output = schedule("--once", "--portals", ",".join([broken, *others]), exitcode=1)
    assert "4 portals crawled: 3 finished, 1 " in output
    (tmp_path / "data" / "raw" / broken).unlink()
    standing = listed(schedule)
    assert standing[broken]["failures"] == 1
    assert not standing[broken]["is_due"]
    assert {standing[host]["last_end"] for host in others} == {"finished"}


BROKEN = """
from datetime import timedelta
from promo_crawler.portal_spider import PortalSpider

class Broken(PortalSpider):
    name = "broken"
    hosts = ("www.county000.example",)
    start_urls = ("http://www.county000.example/",)

    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        super().from_crawler(crawler, *args, **kwargs)
        raise RuntimeError("a mistake in a portal's class")

class Well(PortalSpider):
    name = "well"
    hosts = ("www.county001.example",)
    start_urls = ("http://www.county001.example/",)
    interval = timedelta(hours=6)
"""


def test_portal_whose_class_is_broken_ends_no_other(begin: Begin, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "more_spiders").mkdir()
    (tmp_path / "more_spiders" / "__init__.py").write_text(BROKEN, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    more = ("-s", "SPIDER_MODULES=promo_crawler.spiders,more_spiders", *OFTEN)
    process = begin("broken", "well", *more, undeclared=False)
    reports = tmp_path / "data" / "reports"
    wait_for(lambda: any(reports.glob("well-*")))
    time.sleep(6)
    process.terminate()
    output = end(process)
    assert output.count("The crawl broke: RuntimeError: a mistake in a portal's class") >= 2
    assert "being crawled already" not in output, "the broken run has left its lock"
    assert re.search(r"\[well\] finished after .* due again in 6 h", output)
    standing = map(json.loads, end(begin("--list", "--json", *more, undeclared=False)).splitlines())
    assert {each["portal"]: each["is_own_interval"] for each in standing}["well"]
    again = ("--once", "broken", *more, "-s", "SCHEDULE_SHORTEST=0.001")
    assert "1 portal crawled: 1 failed" in end(begin(*again, undeclared=False), exitcode=1)


def test_portals_that_do_not_answer_are_left_alone_for_longer(portals: ManyPortals, schedule: Schedule) -> None:
    deaf, refusing, well = list(portals.hosts)[:3]
    portals.deaf.add(deaf)
    portals.refusing[refusing] = 403
    ends = schedule("--once", deaf, refusing, well)
    assert re.search(r"3 portals crawled: .*1 unreachable", ends)
    assert re.search(r"3 portals crawled: .*1 blocked", ends)
    standing = listed(schedule)
    assert (standing[deaf]["because"], standing[refusing]["because"]) == ("unreachable", "blocked")
    asked = len(portals.asked)
    schedule("--once", deaf, refusing)
    assert len(portals.asked) == asked
    portals.deaf.clear()
    assert "1 portal crawled: 1 unreachable" not in schedule("--once", deaf, "-s", "SCHEDULE_SHORTEST=0.001")
    assert listed(schedule)[deaf]["last_end"] == "finished"


def test_nothing_reached_at_all_is_a_failure(portals: ManyPortals, schedule: Schedule) -> None:
    portals.deaf.update(portals.hosts)
    assert "8 portals crawled: 8 unreachable" in schedule("--once", exitcode=1)


def test_schedule_that_stays_finds_what_is_published(portals: ManyPortals, begin: Begin, tmp_path: Path) -> None:
    lively, silent = list(portals.hosts)[:2]
    process = begin("--portals", f"{lively},{silent}", *OFTEN)
    wait_for(lambda: sum(each.path == "robots.txt" for each in portals.asked) >= 4)
    news = [
        portals.publish(
            lively, f"{county}县第{n}批重点项目集中开工", f"6月{n}日上午，{county}县第{n}批重点项目集中开工仪式举行。"
        )
        for n, county in enumerate("永兴嘉丰", 1)
    ]
    paths = {url.partition("example/")[2] for url in news}
    wait_for(lambda: paths <= {each.path for each in portals.asked if each.host == lively})
    time.sleep(1)
    process.terminate()
    output = end(process)
    assert paths <= addresses(portals, tmp_path / "data")[lively]
    assert overlaps(portals.asked) == 0
    assert "Traceback" not in output


MISTAKES = {
    "unknown portal": (("nowhere",), "no portal with a start page is called nowhere"),
    "no file": (("--urls", "/nowhere/at/all"), "/nowhere/at/all cannot be read: No such file or directory"),
    "none at once": (("--parallel", "0"), "--parallel 0: not a number of crawls like 8"),
    "less than none": (("--parallel", "-2"), "--parallel -2: not a number of crawls like 8"),
    "no number": (("-s", "SCHEDULE_LONGEST=soon"), "SCHEDULE_LONGEST=soon: not a number of seconds like 3600"),
    "bounds crossed": (("-s", "SCHEDULE_LONGEST=5"), "SCHEDULE_SHORTEST has to be more than 0, and not more than"),
    "one url": (("-a", "url=http://a.example/"), "-a url= is for one crawl"),
    "unknown argument": (("-a", "sincs=2024-01-01"), "has no argument sincs"),
    "unknown option": (("--twice",), "--twice: no such option"),
}


@pytest.mark.parametrize(("arguments", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_said_in_one_sentence(schedule: Schedule, arguments: tuple[str, ...], sentence: str) -> None:
    (line,) = schedule("--once", *arguments, exitcode=2).splitlines()
    assert line.startswith("scrapy schedule: ")
    assert sentence in line


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("http://a.example/\n\nwww.b.example\n", "line 3: 'www.b.example' is not an address"),
        ("http://a.example/ http://b.example/\n", "line 1: "),
        ("# nothing yet\n", "holds no address"),
    ],
)
def test_line_that_is_no_address_is_named(schedule: Schedule, tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(text, "utf-8")
    (line,) = schedule("--once", "--urls", str(path), exitcode=2).splitlines()
    assert sentence in line
