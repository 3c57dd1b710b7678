"""What several tests need: a portal on loopback, and `scrapy` as a user runs it."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from warm_scrapy import WarmScrapy

from promo_crawler.loopback import PortalServer, serve_portal

pytest.register_assert_rewrite("disturbed")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
HOST = "www.qinglan.example"
DEMO = ROOT / "fixtures" / "demo"

Scrapy = Callable[..., subprocess.CompletedProcess[str]]


class HasProxy(Protocol):
    """A server of the tests."""

    @property
    def proxy(self) -> str: ...


QUICK = ("-s", "DOWNLOAD_DELAY=0", "-s", "WORKERS=1")
"""What runs have in common where neither politeness nor many processes are tested."""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[PortalServer]:
    """The demo portal, in a copy that a test may change."""
    site = tmp_path / "site"
    shutil.copytree(DEMO / "site", site)
    with serve_portal(HOST, site) as server:
        yield server


@pytest.fixture(scope="session")
def warm_scrapy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmScrapy]:
    warm = WarmScrapy(tmp_path_factory.mktemp("warm"))
    yield warm
    warm.close()


@pytest.fixture
def scrapy(tmp_path: Path, warm_scrapy: WarmScrapy) -> Scrapy:
    """Runs `scrapy ...` in the project with the data folder `tmp_path/data`; pages come from `server`, if given.

    `cold` runs start as a user's do; so do those with options of `subprocess.run`.
    """
    return scrapy_in(tmp_path, warm_scrapy)


def scrapy_in(folder: Path, warm_scrapy: WarmScrapy) -> Scrapy:
    def run(
        command: str,
        *arguments: str,
        server: HasProxy | None = None,
        data: str = "data",
        cold: bool = False,
        **options: Any,
    ) -> subprocess.CompletedProcess[str]:
        whole = [command, "-s", f"DATA_DIR={folder / data}", *QUICK, *arguments]
        if cold or options:
            return run_cold(["-m", "scrapy", *whole], environment(server), **options)
        return warm_scrapy.run(whole, environment(server), timeout=300)

    return run


@dataclass(frozen=True)
class DemoCrawl:
    """A first crawl of the demo portal: its data folder, which nobody may change, and what it asked for."""

    data: Path
    asked: list[tuple[str, str, int]]


@pytest.fixture(scope="session")
def demo_crawl(tmp_path_factory: pytest.TempPathFactory, warm_scrapy: WarmScrapy) -> DemoCrawl:
    folder = tmp_path_factory.mktemp("demo")
    with serve_portal(HOST, DEMO / "site") as server:
        run = scrapy_in(folder, warm_scrapy)("crawl", "portal", "-a", f"url=http://{HOST}/", server=server)
    assert run.returncode == 0, run.stderr
    return DemoCrawl(folder / "data", server.asked)


@pytest.fixture
def crawled(demo_crawl: DemoCrawl, portal: PortalServer, tmp_path: Path) -> Path:
    """The data folder after a first crawl of the demo portal, in a copy; `portal` remembers what was asked for."""
    shutil.copytree(demo_crawl.data, tmp_path / "data")
    portal.asked.extend(demo_crawl.asked)
    return tmp_path / "data"


def run_cold(
    command: list[str], env: dict[str, str], timeout: float = 300, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Runs Python in the project."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        **options,
    )


def environment(server: HasProxy | None) -> dict[str, str]:
    """Nothing of the machine's proxies: either the test's portal or no network at all."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return kept | {"http_proxy": server.proxy if server else "http://127.0.0.1:9", "no_proxy": ""}


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with the digest of its bytes."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def articles(data: Path) -> dict[str, dict[str, Any]]:
    """The stored articles by address, `text` included, as another program would read them."""
    found = {}
    for path in (data / "corpus").rglob("*.json"):
        fields = json.loads(path.read_text("utf-8"))
        fields["text"] = path.with_suffix(".txt").read_text("utf-8").removesuffix("\n")
        found[fields["url"]] = fields
    return found


def undated(data: Path) -> dict[str, Any]:
    """What the corpus says, but for the times at which the pages were fetched."""

    def without_times(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: without_times(each) for name, each in value.items() if name != "fetched_at"}
        return [without_times(each) for each in value] if isinstance(value, list) else value

    found: dict[str, Any] = without_times(articles(data))
    return found


def last_report(data: Path) -> dict[str, Any]:
    return json.loads(
        max((data / "reports").glob("*.json"), key=lambda path: path.stat().st_mtime_ns).read_text("utf-8")
    )


def pages_asked(server: PortalServer, status: int | None = None) -> list[str]:
    """Paths that were asked for, without robots.txt and the guess where a sitemap might be."""
    guesses = {"/robots.txt", "/sitemap.xml"}
    return [path for _, path, code in server.asked if path not in guesses and status in (None, code)]
