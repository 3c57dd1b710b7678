"""What several tests need: a portal on loopback, and `scrapy` as a user runs it."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from promo_crawler.loopback import PortalServer, serve_portal

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
HOST = "www.qinglan.example"
DEMO = ROOT / "fixtures" / "demo"

Scrapy = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[PortalServer]:
    """The demo portal, in a copy that a test may change."""
    site = tmp_path / "site"
    shutil.copytree(DEMO / "site", site)
    with serve_portal(HOST, site) as server:
        yield server


@pytest.fixture
def scrapy(tmp_path: Path) -> Scrapy:
    """Runs `scrapy ...` in the project with the data folder `tmp_path/data`; pages come from `server`, if given."""

    def run(
        *arguments: str, server: PortalServer | None = None, data: str = "data", **options: Any
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scrapy", *arguments, "-s", f"DATA_DIR={tmp_path / data}", "-s", "DOWNLOAD_DELAY=0"],
            cwd=ROOT,
            env=environment(server),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            **options,
        )

    return run


def environment(server: PortalServer | None) -> dict[str, str]:
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


def last_report(data: Path) -> dict[str, Any]:
    return json.loads(
        max((data / "reports").glob("*.json"), key=lambda path: path.stat().st_mtime_ns).read_text("utf-8")
    )


def pages_asked(server: PortalServer, status: int | None = None) -> list[str]:
    """Paths that were asked for, without robots.txt and the guess where a sitemap might be."""
    guesses = {"/robots.txt", "/sitemap.xml"}
    return [path for _, path, code in server.asked if path not in guesses and status in (None, code)]
