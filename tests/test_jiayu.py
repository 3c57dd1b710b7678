"""A whole real portal, with faults: every article, its fields against the template, the second run, reprocess.

Needs `../shared` (the saved portal and the program that serves it); skips without.
"""

import json
import os
import re
import subprocess
import sys
import tarfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from conftest import ROOT, SHARED, tree

ARCHIVED = SHARED / "portals" / "jiayu.tar.xz"
HOST = "http://www.jiayu.gov.cn/"
ARTICLE_RE = re.compile(r"/\d{4}-\d{2}-\d{2}/\d+\.html$")
# pages whose template says something else than a person would
WRONG_IN_TEMPLATE = {"jiayuzhengwu/zhengwudongtai/2012-12-10/2013.html"}  # 1970-01-01

pytestmark = pytest.mark.skipif(not ARCHIVED.exists(), reason="needs ../shared/portals/jiayu.tar.xz")


@dataclass
class Crawls:
    data: Path
    again: Path
    portal: Path
    reports: list[dict[str, Any]] = field(default_factory=list)
    asked: list[list[dict[str, Any]]] = field(default_factory=list)


def bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    """Two crawls with faults, and a reprocess of their archive."""
    tmp = tmp_path_factory.mktemp("jiayu")
    with tarfile.open(ARCHIVED) as tar:
        tar.extractall(tmp / "portal", filter="data")
    log = tmp / "log.jsonl"
    faults = ["--fail-every", "20", "--reset-every", "30", "--log", str(log)]
    replay = [sys.executable, str(SHARED / "bench" / "replay.py"), f"www.jiayu.gov.cn={tmp / 'portal'}", *faults]
    server = subprocess.Popen(replay, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    proxy = server.stdout.readline().strip().partition("=")[2]
    crawls = Crawls(tmp / "data", tmp / "again", tmp / "portal")

    def scrapy(data: Path, *arguments: str) -> None:
        # eight at once, because the replay server answers 40 ms late (Nagle); politeness is for test_crawl.py
        fast = ["-s", "DOWNLOAD_DELAY=0", "-s", "CONCURRENT_REQUESTS=8", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8"]
        command = [sys.executable, "-m", "scrapy", *arguments, "-s", f"DATA_DIR={data}", *fast]
        environment = os.environ | {"http_proxy": proxy, "no_proxy": ""}
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        report = max((data / "reports").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        crawls.reports.append(json.loads(report.read_text("utf-8")))
        lines = log.read_text("utf-8").splitlines()
        crawls.asked.append([json.loads(line) for line in lines[sum(map(len, crawls.asked)) :]])

    try:
        scrapy(crawls.data, "crawl", "jiayu")
        scrapy(crawls.data, "crawl", "jiayu")
        scrapy(crawls.again, "reprocess", str(crawls.data / "raw"))
        yield crawls
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.wait(timeout=10)


@pytest.fixture(scope="module")
def stored(crawls: Crawls) -> dict[str, tuple[dict[str, Any], str]]:
    """Every place where an article was seen: what is said of it there, and the text."""
    seen = {}
    for path in (crawls.data / "corpus").rglob("*.json"):
        text = path.with_suffix(".txt").read_text("utf-8")
        for place in json.loads(path.read_text("utf-8"))["sightings"]:
            seen[place["url"].removeprefix(HOST)] = (place, text)
    return seen


def test_every_article_is_found(crawls: Crawls) -> None:
    counts = crawls.reports[0]["counts"]
    assert counts["pages/articles"] == 1810
    # 1,662 bodies differ by a letter or a mark, two of them by a mark only: `’` for `′`, one `、`
    assert counts["articles/stored"] == 1660
    assert counts["articles/duplicate"] == 1788 - 1660
    assert {k: n for k, n in counts.items() if k.startswith("rejected/")} == {"rejected/no_body": 22}
    assert "articles/error" not in counts
    assert crawls.reports[0]["warnings"] == []


def test_fields_are_those_of_the_template(crawls: Crawls, stored: dict[str, tuple[dict[str, Any], str]]) -> None:
    wrong: dict[str, list[str]] = {"title": [], "date": [], "source": [], "body": []}
    for path, (place, text) in stored.items():
        page = lxml.html.fromstring((crawls.portal / path).read_bytes().decode("gb18030", "replace"))
        said = {
            name: page.xpath(f"string(//*[@id='p_{name}'])") for name in ("title", "publishtime", "origin", "content")
        }
        source = re.match(r"\s*来源：(.*?)(?:\xa0|责任编辑|$)", said["origin"], re.DOTALL)
        if bare(said["title"]) != bare(place["title"]):
            wrong["title"].append(path)
        if said["publishtime"].strip()[:10] != (place["published_at"] or "")[:10] and path not in WRONG_IN_TEMPLATE:
            wrong["date"].append(path)
        if bare(source[1] if source else "") != bare(place["source"] or ""):
            wrong["source"].append(path)
        if bare(said["content"]) != bare(text):
            wrong["body"].append(path)
    print({name: len(paths) for name, paths in wrong.items()}, wrong["body"])
    assert not wrong["title"]
    assert not wrong["date"]
    assert not wrong["source"]
    assert len(wrong["body"]) <= len(stored) // 100


def test_no_page_is_asked_twice_but_after_a_fault(crawls: Crawls) -> None:
    good = [row["path"] for row in crawls.asked[0] if row["status"] in (200, 304, 404)]
    assert len(good) == len(set(good))


def test_second_run_asks_for_lists_only(crawls: Crawls) -> None:
    second = [row for row in crawls.asked[1] if row["path"] != "/robots.txt"]
    assert {row["status"] for row in second} <= {304}
    assert not [row["path"] for row in second if ARTICLE_RE.search(row["path"])]
    assert "articles/stored" not in crawls.reports[1]["counts"]


def test_reprocess_gives_the_same_corpus(crawls: Crawls) -> None:
    assert crawls.asked[2] == []
    assert tree(crawls.again / "corpus") == tree(crawls.data / "corpus")
