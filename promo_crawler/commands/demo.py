"""`scrapy demo`: a bundled portal, crawled end to end, and what came of it."""

import argparse
import filecmp
import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from promo_crawler.corpus import Corpus
from promo_crawler.loopback import PortalServer, serve_portal
from promo_crawler.terminal import pad

HOST = "www.qinglan.example"
SITE = Path(__file__).resolve().parents[2] / "fixtures" / "demo" / "site"


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        return "Crawl a bundled portal on this machine and show what came of it"

    def long_desc(self) -> str:
        return (
            "Serves a small portal of an invented county on loopback, crawls it, crawls it again, reads the archive"
            " again, and shows the corpus. Works in the folder demo/ of DATA_DIR, which is emptied first."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        data = Path(self.settings["DATA_DIR"]) / "demo"
        again = data / "again"
        shutil.rmtree(data, ignore_errors=True)
        crawl = ["crawl", "portal", "-a", f"url=http://{HOST}/", "-s", f"DATA_DIR={data}", "-s", "DOWNLOAD_DELAY=0.05"]
        with serve_portal(HOST, SITE) as server:
            print(f"A portal of an invented county is served on {server.proxy} as http://{HOST}/\n")
            steps = [
                ("1. The first crawl finds everything", crawl),
                ("2. The second asks only whether the lists have changed", crawl),
                (
                    "3. The archive read again, without the network, gives the same corpus",
                    ["reprocess", str(data / "raw"), "-s", f"DATA_DIR={again}"],
                ),
            ]
            for title, arguments in steps:
                print(f"{title}\n   $ scrapy {' '.join(arguments)}", flush=True)
                if _run(arguments, server):
                    self.exitcode = 1
                    return
        same = _are_same(data / "corpus", again / "corpus")
        print(f"   the two corpora are {'the same, byte for byte' if same else 'NOT the same'}\n")
        _show(data)
        self.exitcode = 0 if same else 1


def _run(arguments: list[str], server: PortalServer) -> int:
    asked = len(server.asked)
    environment = os.environ | {"http_proxy": server.proxy, "no_proxy": ""}
    code = subprocess.run([sys.executable, "-m", "scrapy", *arguments], env=environment, check=False).returncode
    print(f"   {len(server.asked) - asked} requests reached the portal\n", flush=True)
    return code


def _show(data: Path) -> None:
    corpus = Corpus(data)
    rows = list(corpus.articles())
    corpus.close()
    print(f"{len(rows)} articles, seen at {sum(row['sightings'] for row in rows)} places:\n")
    columns = {"published": 16, "title": 52, "source": 16, "seen": 4}
    print("  ".join(pad(name, width) for name, width in columns.items()))
    for row in rows:
        published = (row["published_at"] or "")[:16].replace("T", " ").removesuffix(" 00:00")
        cells = (published, row["title"] or "", row["source"] or "-", str(row["sightings"]))
        print("  ".join(pad(cell, width) for cell, width in zip(cells, columns.values(), strict=True)))
    path = corpus.folder / max(rows, key=lambda row: row["sightings"])["path"]
    print(f"\nOne of them in full: {path}\n")
    for paragraph in path.read_text("utf-8").splitlines():
        print(textwrap.indent("\n".join(textwrap.wrap(paragraph, 48)), "    "))
    fields = json.loads(path.with_suffix(".json").read_text("utf-8"))
    print(f"\nand what is known of it: {path.with_suffix('.json')}\n")
    print(textwrap.indent(json.dumps(fields, ensure_ascii=False, indent=1), "    "))
    places = {"raw pages (WARC)": "raw", "articles": "corpus", "index": "index.sqlite", "reports": "reports"}
    print("\nWhere things are:")
    for name, place in places.items():
        print(f"  {pad(name, 18)}{data / place}")


def _are_same(one: Path, other: Path) -> bool:
    names = [{path.relative_to(folder) for path in folder.rglob("*") if path.is_file()} for folder in (one, other)]
    return names[0] == names[1] and all(filecmp.cmp(one / name, other / name, shallow=False) for name in names[0])
