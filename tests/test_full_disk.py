"""No room, or a folder that nothing may be written to: one sentence, nothing torn, and the next run makes it whole."""

import errno
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import QUICK, ROOT, DemoCrawl, Scrapy, environment, last_report, undated
from disturbed import (
    CRAWL,
    Run,
    check_completed,
    check_end,
    check_reprocessed,
    check_whole,
    crawl_where,
    reprocess_where,
)

from promo_crawler.loopback import PortalServer

NO_ROOM = """
import errno, os, re, sys
left, place = {spared}, re.compile({place!r})
def refuse(event, args):
    global left
    if event == "open":
        names, writes = args[:1], args[2] & (os.O_WRONLY | os.O_RDWR)
    else:
        names, writes = args[:2], event in ("os.rename", "os.mkdir")
    if writes and any(isinstance(name, str) and place.search(name) for name in names):
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), names[0])
sys.addaudithook(refuse)
"""
"""Files are neither made nor moved below a place, but for the first few."""

NO_ROOM_IN_DATABASE = """
import sqlite3
connect = sqlite3.connect
def connect_full(path, *arguments, **options):
    db = connect(path, *arguments, **options)
    if str(path).endswith({name!r}):
        db.execute("PRAGMA max_page_count=1")  # SQLite takes it as: no larger than now
    return db
sqlite3.connect = connect_full
"""


@pytest.mark.parametrize(
    ("place", "spared"),
    [
        pytest.param("/raw/", 0, id="archive"),
        pytest.param("/corpus/.*txt", 0, id="first text"),
        pytest.param("/corpus/.*txt", 9, id="a text"),
        pytest.param("/corpus/.*json", 4, id="a .json"),
        pytest.param("/corpus/", 1, id="folders"),
    ],
)
def test_no_room_for_a_file(
    place: str, spared: int, demo_crawl: DemoCrawl, portal: PortalServer, scrapy: Scrapy, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    run = crawl_where(NO_ROOM.format(place=f"^{re.escape(str(data))}{place}", spared=spared), data, portal)
    check_end(run, f"cannot be written: .*{os.strerror(errno.ENOSPC)}")
    check_whole(data)
    assert last_report(data)["end"] == "not_written"
    check_completed(data, demo_crawl, portal, scrapy)


def test_no_room_for_the_report(demo_crawl: DemoCrawl, portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    run = crawl_where(NO_ROOM.format(place="/reports/", spared=0), tmp_path / "data", portal)
    assert "Traceback" not in run.stderr
    assert f"The report cannot be written: [Errno {errno.ENOSPC}]" in run.stderr
    assert undated(tmp_path / "data") == undated(demo_crawl.data)
    check_completed(tmp_path / "data", demo_crawl, portal, scrapy)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("index.sqlite"),
        pytest.param("frontier.sqlite"),
    ],
)
def test_no_room_in_a_database(
    name: str, demo_crawl: DemoCrawl, portal: PortalServer, scrapy: Scrapy, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    assert scrapy(*CRAWL, "-a", "max_pages=4", server=portal).returncode == 0
    run = crawl_where(NO_ROOM_IN_DATABASE.format(name=name), data, portal)
    check_end(run, "cannot be written: .*full")
    check_whole(data)
    check_completed(data, demo_crawl, portal, scrapy)


def test_no_file_may_grow(demo_crawl: DemoCrawl, portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    # the tables of the index are larger than the limit before the first page
    assert scrapy(*CRAWL, "-a", "max_pages=1", server=portal).returncode == 0
    check_end(
        scrapy(*CRAWL, server=portal, preexec_fn=small_disk),
        "cannot (be written|use .*): .*(full|too large|disk I/O error)",
    )
    check_whole(tmp_path / "data")
    check_completed(tmp_path / "data", demo_crawl, portal, scrapy)


def in_own_mounts(*commands: str) -> list[str]:
    """A shell that sees mounts of its own, which end with it; `$1` is the data folder."""
    return ["unshare", "-rm", "sh", "-c", "\n".join(commands), "sh"]


def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run([*in_own_mounts("mount -t tmpfs none /mnt")], capture_output=True, check=False)
    return tried.returncode == 0


needs_mounts = pytest.mark.skipif(not can_mount(), reason="this machine lets no user mount a small disk (unshare -rm)")


@needs_mounts
@pytest.mark.parametrize("part", ["first third", "second third", "last third"])
def test_disk_that_runs_full(
    part: str, demo_crawl: DemoCrawl, portal: PortalServer, scrapy: Scrapy, tmp_path: Path
) -> None:
    """A real one, of any size between too small for the tables and just too small for everything."""
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    print("seed", seed)
    third = ("first third", "second third", "last third").index(part)
    size = 200 + third * 250 + random.Random(seed).randrange(250)
    data = tmp_path / "data"
    data.mkdir()
    crawl = " ".join(map(repr, [sys.executable, "-m", "scrapy", *CRAWL, "-s", f"DATA_DIR={data}", *QUICK]))
    shell = in_own_mounts(
        f"mount -t tmpfs -o size={size}k none $1",
        f"{crawl}; echo $? > $1.exitcode",
        "mount -o remount,size=64m $1",
        "cp -a $1/. $1.left",
    )
    run = subprocess.run(
        [*shell, str(data)], cwd=ROOT, env=environment(portal), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert Path(f"{data}.exitcode").read_text() == "1\n", (size, run.stderr)
    check_end(Run([], 1, "", run.stderr), "cannot (be written|use .*): .*(disk is full|No space left)")
    data.rmdir()
    Path(f"{data}.left").rename(data)
    check_whole(data)
    check_completed(data, demo_crawl, portal, scrapy)


@pytest.mark.parametrize(
    ("patch", "sentence"),
    [
        pytest.param(NO_ROOM.format(place="/data/corpus/.*txt", spared=9), "No space left", id="a text"),
        pytest.param(NO_ROOM_IN_DATABASE.format(name="index.sqlite"), "full", id="index"),
    ],
)
def test_reprocess_that_finds_no_room(
    patch: str, sentence: str, demo_crawl: DemoCrawl, scrapy: Scrapy, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    (tmp_path / "empty.html").write_bytes(b"")
    assert scrapy("reprocess", str(tmp_path / "empty.html")).returncode == 0  # makes the tables
    check_end(reprocess_where(patch, demo_crawl.data / "raw", data), f"cannot be written: .*{sentence}")
    check_reprocessed(data, demo_crawl, scrapy)


# --- a folder that nothing may be written to ----------------------------------------------------------------------


@needs_mounts
@pytest.mark.parametrize("is_begun", [False, True], ids=["empty", "begun"])
def test_data_folder_that_is_read_only(
    is_begun: bool, demo_crawl: DemoCrawl, portal: PortalServer, scrapy: Scrapy, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    if is_begun:
        assert scrapy(*CRAWL, "-a", "max_pages=6", server=portal).returncode == 0
    before = undated(data)
    crawl = " ".join(map(repr, [sys.executable, "-m", "scrapy", *CRAWL, "-s", f"DATA_DIR={data}", *QUICK]))
    shell = in_own_mounts("mount --bind $1 $1 && mount -o remount,bind,ro $1 || exit 9", crawl)
    asked = len(portal.asked)
    run = subprocess.run(
        [*shell, str(data)], cwd=ROOT, env=environment(portal), capture_output=True, text=True, check=False
    )
    check_end(run, f"cannot use {re.escape(str(data))}.*(readonly|[Rr]ead-only|unable to open)")
    assert len(portal.asked) == asked
    assert undated(data) == before
    check_completed(data, demo_crawl, portal, scrapy)
