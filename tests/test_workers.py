"""Work in other processes: bounded, tried again, and the same as in one process."""

import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import DEMO, Scrapy, last_report
from scrapy.settings import Settings

from cleaners import RawPage, Rejected, RejectReason, clean_page
from fuzz import kills
from promo_crawler.arguments import ArgumentError
from promo_crawler.reprocess_journal import Journal, Place
from promo_crawler.workers import WorkerError, WorkerPool, read_pool

PAGE = RawPage(url="http://www.qinglan.example/1.html", body=b"<p>x</p>")


@pytest.fixture(scope="module")
def pool() -> WorkerPool:
    return WorkerPool(2)


def end_once(flag: str) -> str:
    """Ends the process the first time, as the kernel does where memory runs out."""
    if not os.path.exists(flag):  # noqa: PTH110
        with open(flag, "w"):  # noqa: PTH123
            os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def test_a_worker_returns_what_the_function_does(pool: WorkerPool) -> None:
    page = DEMO / "site" / "yw" / "202406" / "t20240611_2015.html"
    raw = RawPage(url="http://www.qinglan.example/yw/202406/t20240611_2015.html", body=page.read_bytes())
    assert asyncio.run(pool.run(clean_page, raw)) == clean_page(raw)


def test_a_rejection_comes_back_as_it_was_raised(pool: WorkerPool) -> None:
    with pytest.raises(Rejected) as rejected:
        asyncio.run(pool.run(clean_page, PAGE))
    assert rejected.value.reason in RejectReason


def test_an_error_says_where_in_the_worker_it_was(pool: WorkerPool) -> None:
    with pytest.raises(ValueError, match="invalid literal") as error:
        asyncio.run(pool.run(int, "x"))
    assert "worker_process.py" in error.value.__notes__[0]


def test_what_takes_too_long_is_given_up(pool: WorkerPool) -> None:
    with pytest.raises(Rejected) as rejected:
        asyncio.run(pool.run(re.match, r"(a+)+b", "a" * 60))
    assert rejected.value.reason is RejectReason.TOO_COSTLY
    assert asyncio.run(pool.run(int, "7")) == 7


def test_what_takes_too_much_memory_is_given_up(pool: WorkerPool) -> None:
    with pytest.raises(Rejected) as rejected:
        asyncio.run(pool.run(bytes, 1 << 30))
    assert (rejected.value.reason, rejected.value.detail) == (RejectReason.TOO_COSTLY, "more than 384 MB")


def test_work_of_a_killed_worker_is_done_by_another(pool: WorkerPool, tmp_path: Path) -> None:
    assert asyncio.run(pool.run(end_once, str(tmp_path / "flag"))) == "done"


def test_what_ends_every_worker_is_given_up(pool: WorkerPool) -> None:
    with pytest.raises(Rejected) as rejected:
        asyncio.run(pool.run(os._exit, 3))
    assert rejected.value.reason is RejectReason.TOO_COSTLY


def test_workers_end_with_the_process_that_started_them() -> None:
    script = (
        "import asyncio, os, signal\nfrom promo_crawler.workers import WorkerPool\n"
        "print(asyncio.run(WorkerPool(2).run(os.getpid)), flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(kills.ROOT)}
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    worker = int(run.stdout)
    until = time.monotonic() + 10
    while Path(f"/proc/{worker}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists()


def test_a_machine_that_starts_no_process_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(WorkerError, match="no worker process can be started"):
        asyncio.run(WorkerPool(2).run(int, "7"))


@pytest.mark.parametrize("said", ["0", "-1", "many", "1.5", "1000"])
def test_a_number_of_workers_that_makes_no_sense_is_refused(said: str) -> None:
    with pytest.raises(ArgumentError, match="say a number of processes"):
        read_pool(Settings({"WORKERS": said}))


def test_reprocess_refuses_it_in_one_sentence(scrapy: Scrapy) -> None:
    run = scrapy("reprocess", str(DEMO / "site"), "-s", "WORKERS=none")
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1] == "scrapy reprocess: WORKERS=none: say a number of processes, 1 to 256"


def test_the_corpus_is_the_same_with_many_workers_as_with_one(crawled: Path, scrapy: Scrapy) -> None:
    for workers in ("1", "3"):
        run = scrapy("reprocess", str(crawled / "raw"), "-s", f"WORKERS={workers}", data=workers)
        assert run.returncode == 0, run.stderr
    one, many = (kills.read_corpus(crawled.parent / data) for data in ("1", "3"))
    assert one == many == kills.read_corpus(crawled)
    assert last_report(crawled.parent / "1")["counts"] == last_report(crawled.parent / "3")["counts"]
    assert not list((crawled.parent / "3" / "corpus").glob(".reprocess*"))


# --- where a killed reprocess goes on ---------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "a.warc.gz", tmp_path / "b.warc.gz"]
    for path in paths:
        path.write_bytes(b"12345")
    return paths


def test_the_journal_knows_the_first_page_that_is_not_done(files: list[Path], tmp_path: Path) -> None:
    journal = Journal(tmp_path, files, "")
    places = [Place(files[0], 0), Place(files[0], 10), Place(files[1], 0), Place(files[1], 20)]
    entries = [journal.begin(place) for place in places]
    read = []
    for done in (1, 3, 0, 2):
        journal.end(entries[done])
        journal.save()
        read.append(Journal(tmp_path, files, "").read())
    assert read == [None, None, places[2], places[3]]
    journal.remove()
    assert Journal(tmp_path, files, "").read() is None


def test_a_run_about_something_else_has_another_journal(files: list[Path], tmp_path: Path) -> None:
    journal = Journal(tmp_path, files, "since 2024")
    journal.end(journal.begin(Place(files[1], 3)))
    journal.save()
    assert Journal(tmp_path, files, "since 2024").read() == Place(files[1], 3)
    assert Journal(tmp_path, files, "").read() is None
    assert Journal(tmp_path, files[:1], "since 2024").read() is None
    files[0].write_bytes(b"123456")
    assert Journal(tmp_path, files, "since 2024").read() is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"file": 9, "offset": 0}', b'{"file": 0, "offset": "x"}'])
def test_a_damaged_journal_is_none(files: list[Path], tmp_path: Path, damage: bytes) -> None:
    journal = Journal(tmp_path, files, "")
    journal.end(journal.begin(Place(files[1], 3)))
    journal.save()
    next(tmp_path.glob(".reprocess*")).write_bytes(damage)
    assert Journal(tmp_path, files, "").read() is None


def test_reprocess_goes_on_where_a_killed_run_stopped(crawled: Path, scrapy: Scrapy, tmp_path: Path) -> None:
    archive = next((crawled / "raw").rglob("*.warc.gz"))
    whole = scrapy("reprocess", str(archive), data="whole")
    assert whole.returncode == 0, whole.stderr
    pages = last_report(tmp_path / "whole")["counts"]["pages/total"]
    scrapy("reprocess", str(archive), "-s", "CLOSESPIDER_ITEMCOUNT=5", data="cut")
    journal = next((tmp_path / "cut" / "corpus").glob(".reprocess*"))
    assert json.loads(journal.read_text())["offset"] > 0
    rest = scrapy("reprocess", str(archive), data="cut")
    assert not journal.exists()
    assert (whole.returncode, rest.returncode) == (0, 0)
    assert "goes on where a run of before stopped" in rest.stderr
    assert last_report(tmp_path / "cut")["counts"]["pages/total"] < pages
    assert kills.read_corpus(tmp_path / "cut") == kills.read_corpus(tmp_path / "whole")


def test_kills_at_random_moments_change_nothing(tmp_path: Path) -> None:
    kills.run(tmp_path, kills=1, seed=random.SystemRandom().randrange(10**6), articles=30)
