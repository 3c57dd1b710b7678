"""Runs in a world that is otherwise, and what has to be left after each."""

import json
import re
import sqlite3
import subprocess
from pathlib import Path

from conftest import HOST, QUICK, DemoCrawl, Scrapy, environment, run_cold, undated

from promo_crawler.archive import read_pages
from promo_crawler.loopback import PortalServer

CRAWL = ("crawl", "portal", "-a", f"url=http://{HOST}/")
RUN = "import sys\nfrom scrapy.cmdline import execute\nexecute(['scrapy', *sys.argv[1:]])\n"
Run = subprocess.CompletedProcess[str]


def crawl_where(patch: str, data: Path, server: PortalServer, *arguments: str) -> Run:
    """A crawl in a world that is otherwise."""
    return run_cold(["-c", patch + RUN, *CRAWL, "-s", f"DATA_DIR={data}", *QUICK, *arguments], environment(server))


def reprocess_where(patch: str, archive: Path, data: Path) -> Run:
    command = ("reprocess", str(archive), "-s", f"DATA_DIR={data}", *QUICK)
    return run_cold(["-c", patch + RUN, *command], environment(None), timeout=20)


def check_end(run: Run, sentence: str) -> None:
    """It failed, and said once what was wrong; besides, what else could not be written for that reason."""
    said = re.findall(r"^(?:\S+ \S+ ERROR|scrapy [a-z]+:) (.*)", run.stderr, re.MULTILINE)
    assert run.returncode == 1, said
    assert "Traceback" not in run.stderr, said
    others = ("The report cannot be written", "The full text cannot be written")
    what = [line for line in said if not line.startswith(others)]
    assert len(what) == 1, said
    assert re.search(sentence, what[0]), said
    assert len(said) == len(set(said)), said


def check_whole(data: Path) -> None:
    """What is there can be read: each page of the archive, each article with its text, the index."""
    assert not list(data.rglob("*.tmp"))
    for path in data.rglob("*.warc.gz*"):
        assert all(archived.page.body for archived in read_pages(path))
    for path in (data / "corpus").rglob("*.json"):
        assert json.loads(path.read_text("utf-8"))["id"] == path.stem
        assert path.with_suffix(".txt").read_text("utf-8").endswith("\n")
    for path in data.glob("*.sqlite"):
        with sqlite3.connect(path) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.close()


def check_completed(data: Path, demo: DemoCrawl, portal: PortalServer, scrapy: Scrapy) -> None:
    """The next run brings what a run without the fault brings, and so does reading the archive again."""
    run = scrapy(*CRAWL, server=portal, data=data.name)
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    check_whole(data)
    assert undated(data) == undated(demo.data)
    run = scrapy("reprocess", str(data / "raw"), data="again")
    assert run.returncode == 0, run.stderr
    assert undated(data.parent / "again") == undated(demo.data)


def check_reprocessed(data: Path, demo: DemoCrawl, scrapy: Scrapy) -> None:
    """Reading once more brings everything."""
    check_whole(data)
    run = scrapy("reprocess", str(demo.data / "raw"), data=data.name)
    assert run.returncode == 0, run.stderr
    check_whole(data)
    assert undated(data) == undated(demo.data)
