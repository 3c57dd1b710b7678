"""This machine fails a crawl: one sentence, nothing lost, and the next run makes it whole."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import DEMO, HOST, QUICK, ROOT, DemoCrawl, Scrapy, articles, environment, last_report, run_cold
from disturbed import (
    CRAWL,
    RUN,
    Run,
    check_completed,
    check_end,
    check_reprocessed,
    check_whole,
    crawl_where,
    reprocess_where,
)

from promo_crawler.loopback import PortalServer

# --- a database that another process holds --------------------------------------------------------------------------

IMPATIENT = """
import sqlite3
connect = sqlite3.connect
sqlite3.connect = lambda *arguments, **options: connect(*arguments, **(options | {"timeout": 0.5}))
"""
"""Who waits for a lock gives up after half a second, not after a minute."""


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Another process that writes to a database and does not end."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=60)
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        db.execute("ROLLBACK")
        db.close()


@pytest.mark.parametrize("name", ["index.sqlite", "frontier.sqlite"])
def test_database_that_is_locked_from_the_start(
    name: str, demo_crawl: DemoCrawl, portal: PortalServer, scrapy: Scrapy, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    assert scrapy(*CRAWL, "-a", "max_pages=6", server=portal).returncode == 0
    with holding(data / name):
        run = crawl_where(IMPATIENT, data, portal)
    check_end(run, f"cannot use {data / name}: database is locked")
    check_whole(data)
    check_completed(data, demo_crawl, portal, scrapy)


@pytest.mark.parametrize("name", [pytest.param("index.sqlite"), pytest.param("frontier.sqlite")])
def test_database_that_is_locked_during_a_crawl(
    name: str, demo_crawl: DemoCrawl, portal: PortalServer, scrapy: Scrapy, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    portal.latency = 0.05
    command = [sys.executable, "-c", IMPATIENT + RUN, *CRAWL, "-s", f"DATA_DIR={data}", *QUICK]
    with subprocess.Popen(command, cwd=ROOT, env=environment(portal), stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 60
        while len(portal.asked) < 12 and time.monotonic() < until:
            time.sleep(0.01)
        with holding(data / name):
            try:
                _, stderr = process.communicate(timeout=15)
            finally:
                process.kill()
    check_end(Run(command, process.returncode, "", stderr), "cannot be written: .*locked")
    check_whole(data)
    portal.latency = 0
    check_completed(data, demo_crawl, portal, scrapy)


def test_reprocess_whose_index_is_locked(demo_crawl: DemoCrawl, scrapy: Scrapy, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "empty.html").write_bytes(b"")
    assert scrapy("reprocess", str(tmp_path / "empty.html")).returncode == 0
    with holding(data / "index.sqlite"):
        run = reprocess_where(IMPATIENT, demo_crawl.data / "raw", data)
    check_end(run, f"cannot use {data / 'index.sqlite'}: database is locked")
    check_reprocessed(data, demo_crawl, scrapy)


# --- a clock that is wrong, name servers that are gone, an archive that was damaged --------------------------------

YEAR_BACK = """
import datetime, time
class SetBack(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) - datetime.timedelta(days=400)
datetime.datetime = SetBack
clock = time.time
time.time = lambda: clock() - 400 * 86400
"""
NAMES = """
import socket
left = {answers}
def ask(*_, **__):
    global left
    left -= 1
    if left < 0:
        raise socket.gaierror(-3, "Temporary failure in name resolution")
    return "127.0.0.1"
socket.gethostbyname = ask
"""
"""Name servers that know one address, and are gone after so many answers."""


def test_clock_that_is_set_back(demo_crawl: DemoCrawl, portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert scrapy(*CRAWL, "-a", "max_pages=12", server=portal).returncode == 0
    before = len(articles(data))
    run = crawl_where(YEAR_BACK, data, portal)
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert 0 < before < len(articles(data)) == len(articles(demo_crawl.data))
    check_completed(data, demo_crawl, portal, scrapy)
    asked = [path for _, path, code in portal.asked if code == 200 and path != "/robots.txt"]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("answers", [0, 9])
def test_name_servers_that_are_gone(answers: int, tmp_path: Path, portal: PortalServer, scrapy: Scrapy) -> None:
    url = f"http://{HOST}:{portal.server_port}/"
    crawl = ("crawl", "portal", "-a", f"url={url}", "-s", "ALLOW_PRIVATE_ADDRESSES=1", "-s", "DNSCACHE_ENABLED=0")
    settings = (*QUICK, "-s", "RETRY_TIMES=0", "-s", f"DATA_DIR={tmp_path / 'data'}")
    direct = environment(None) | {"no_proxy": "*"}
    run = run_cold(["-c", NAMES.format(answers=answers) + RUN, *crawl, *settings], direct)
    assert run.returncode == (0 if answers else 1), run.stderr  # 0: some pages were read
    assert "Traceback" not in run.stderr
    assert last_report(tmp_path / "data")["counts"]["pages/failed/dns"] >= 1
    assert "there is no such host, or no name server answers" in run.stderr
    assert (last_report(tmp_path / "data")["end"] == "unreachable") is bool(answers)
    check_whole(tmp_path / "data")
    run = run_cold(["-c", NAMES.format(answers=10**6) + RUN, *crawl, *settings], direct)
    assert run.returncode == 0, run.stderr
    expected = json.loads((DEMO / "expected.json").read_text("utf-8"))
    assert len(articles(tmp_path / "data")) == expected["articles"]


def test_archive_that_is_damaged_inside(crawled: Path, scrapy: Scrapy, tmp_path: Path) -> None:
    (path,) = (crawled / "raw").rglob("*.warc.gz")
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + b"\x00" * 64 + whole[middle + 64 :])
    run = scrapy("reprocess", str(path), data="again")
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert f"{path}: damaged or cut off at byte " in run.stderr
    assert last_report(tmp_path / "again")["counts"]["input/unreadable"] == 1
    assert len(articles(tmp_path / "again")) >= len(articles(crawled)) - 1
