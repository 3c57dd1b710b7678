"""A portal from the first request to the files on disk, as a user runs it."""

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from conftest import DEMO, HOST, QUICK, ROOT, Scrapy, articles, environment, last_report, pages_asked, tree
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from warcio.checker import Checker

from promo_crawler.loopback import PortalServer
from promo_crawler.plain_answers import PlainAnswers

EXPECTED = json.loads((DEMO / "expected.json").read_text("utf-8"))
CRAWL = ("crawl", "portal", "-a", f"url=http://{HOST}/")


def test_first_crawl_finds_every_article_once(crawled: Path, portal: PortalServer) -> None:
    stored = articles(crawled)
    assert len(stored) == EXPECTED["articles"]
    assert sum(len(fields["sightings"]) for fields in stored.values()) == EXPECTED["sightings"]
    for path, expected in EXPECTED["pages"].items():
        fields = stored.get(f"http://{HOST}{path}")
        if fields:
            got = {name: fields[name] for name in expected}
            assert got == expected, path
    asked = pages_asked(portal)
    assert len(asked) == len(set(asked))
    assert not [path for path in asked if path.startswith(("/admin/", "/nbzl/")) or path.endswith(".pdf")]
    assert pages_asked(portal, 404) == EXPECTED["dead"]


def test_report_adds_up(crawled: Path) -> None:
    report = last_report(crawled)
    counts = report["counts"]
    ends = [
        n
        for key, n in counts.items()
        if key.startswith(("rejected/", "articles/", "pages/failed/", "pages/not_asked/"))
    ]
    assert counts["pages/total"] == counts["pages/lists"] + counts["pages/no_sitemap"] + sum(ends)
    assert counts["articles/stored"] == EXPECTED["articles"]
    assert {key.removeprefix("rejected/"): n for key, n in counts.items() if key.startswith("rejected/")} == EXPECTED[
        "rejected"
    ]
    assert counts["pages/failed/http_404"] == EXPECTED["dead_links"]
    assert report["end"] == "finished"


def test_second_crawl_asks_for_lists_only(crawled: Path, portal: PortalServer, scrapy: Scrapy) -> None:
    before = tree(crawled / "corpus")
    portal.asked.clear()
    run = scrapy(*CRAWL, server=portal)
    assert run.returncode == 0
    assert pages_asked(portal) == pages_asked(portal, 304) != []
    assert tree(crawled / "corpus") == before
    assert "articles/stored" not in last_report(crawled)["counts"]


def test_second_crawl_fetches_what_is_new(crawled: Path, portal: PortalServer, scrapy: Scrapy) -> None:
    new = portal.folder / "zsyz/202406/t20240614_1030.html"
    old = portal.folder / "zsyz/202406/t20240612_1024.html"
    new.write_bytes(old.read_bytes().replace("7个".encode("gb18030"), "9个".encode("gb18030")))
    index = portal.folder / "zsyz/index.html"
    page = index.read_bytes()
    link = b'<a href="202406/t20240612_1024.html"'
    assert page.count(b"t20240612_1024.html") == 1
    line = next(line for line in page.splitlines(keepends=True) if b"t20240612_1024.html" in line)
    index.write_bytes(page.replace(line, line.replace(b"t20240612_1024", b"t20240614_1030") + line))
    os.utime(index, (time.time() + 10, time.time() + 10))
    portal.asked.clear()
    assert scrapy(*CRAWL, server=portal).returncode == 0, link
    assert pages_asked(portal, 200) == ["/zsyz/index.html", "/zsyz/202406/t20240614_1030.html"] or pages_asked(
        portal, 200
    ) == ["/zsyz/", "/zsyz/202406/t20240614_1030.html"]
    assert len(articles(crawled)) == EXPECTED["articles"] + 1


def test_refetch_asks_for_everything_and_stores_nothing_twice(
    crawled: Path, portal: PortalServer, scrapy: Scrapy
) -> None:
    before, first = tree(crawled / "corpus"), set(pages_asked(portal))
    portal.asked.clear()
    assert scrapy(*CRAWL, "-a", "refetch=1", server=portal).returncode == 0
    assert set(pages_asked(portal)) == first
    assert tree(crawled / "corpus") == before
    assert last_report(crawled)["counts"]["articles/known"] == EXPECTED["sightings"]


def test_since_leaves_older_articles_out(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    assert scrapy(*CRAWL, "-a", "since=2024-06-01", server=portal).returncode == 0
    published = [fields["published_at"] for fields in articles(tmp_path / "data").values()]
    expected = [p["published_at"] for p in EXPECTED["pages"].values() if (p.get("published_at") or "") >= "2024-06"]
    assert published
    assert min(published) >= "2024-06-01"
    assert len(published) >= len(expected) - 1  # two of them are one text
    assert not [path for path in pages_asked(portal) if "/202403/" in path]


def test_max_pages_is_kept_and_the_next_run_goes_on(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    assert scrapy(*CRAWL, "-a", "max_pages=5", server=portal).returncode == 0
    assert len([path for _, path, _ in portal.asked if path != "/robots.txt"]) == 5
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert len(articles(tmp_path / "data")) == EXPECTED["articles"]
    asked = pages_asked(portal, 200)
    assert len(asked) == len(set(asked))


def test_feed_has_each_text_once(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    feed = tmp_path / "out.jsonl"
    assert scrapy(*CRAWL, "-o", str(feed), server=portal).returncode == 0
    lines = [json.loads(line) for line in feed.read_text("utf-8").splitlines()]
    assert len(lines) == len({line["content_hash"] for line in lines}) == EXPECTED["articles"]
    assert all(line["text"] and line["title"] for line in lines)


def test_reprocessing_the_archive_gives_the_same_corpus(crawled: Path, scrapy: Scrapy, tmp_path: Path) -> None:
    def state(folder: Path) -> dict[str, tuple[str, int]]:
        return {name: (digest, (folder / name).stat().st_mtime_ns) for name, digest in tree(folder).items()}

    archive = state(crawled / "raw")
    run = scrapy("reprocess", str(crawled / "raw"), data="again", cold=True)  # sets in another order
    assert run.returncode == 0, run.stderr
    assert tree(tmp_path / "again" / "corpus") == tree(crawled / "corpus")
    assert state(crawled / "raw") == archive
    # over what is there already, nothing changes and nothing is lost
    assert scrapy("reprocess", str(crawled / "raw")).returncode == 0
    assert tree(crawled / "corpus") == tree(tmp_path / "again" / "corpus")
    report = last_report(crawled)
    assert report["counts"]["articles/known"] == EXPECTED["sightings"]
    assert state(crawled / "raw") == archive


def test_archive_is_whole_for_other_programs(crawled: Path, portal: PortalServer) -> None:
    files = sorted((crawled / "raw").rglob("*"))
    warcs = [str(path) for path in files if path.name.endswith(".warc.gz")]
    assert len(warcs) == 1
    assert not [path for path in files if path.name.endswith(".open")]
    checker = Checker(type("Options", (), {"inputs": warcs, "verbose": False}))
    checker.process_all()
    assert checker.exit_value == 0


def test_a_portal_is_crawled_once_at_a_time(portal: PortalServer, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scrapy", *CRAWL, "-s", f"DATA_DIR={tmp_path / 'data'}", *QUICK]
    runs = [
        subprocess.Popen(command, cwd=ROOT, env=environment(portal), stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    errors = [run.communicate(timeout=120)[1] for run in runs]
    assert sorted(run.returncode for run in runs) == [0, 1], errors
    refused = errors[0] if runs[0].returncode else errors[1]
    assert f"scrapy crawl: {HOST} is being crawled already (process " in refused
    assert "Traceback" not in refused
    assert len(list((tmp_path / "data" / "raw").rglob("*.warc.gz"))) == 1
    assert len(articles(tmp_path / "data")) == EXPECTED["articles"]
    assert len(pages_asked(portal)) == len(set(pages_asked(portal)))


def test_killed_crawl_is_finished_by_the_next(portal: PortalServer, scrapy: Scrapy, tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    data = tmp_path / "data"
    command = [sys.executable, "-m", "scrapy", *CRAWL, "-s", f"DATA_DIR={data}", *QUICK, "-s", "DOWNLOAD_DELAY=0.02"]
    for _ in range(2):
        asked = len(portal.asked)
        run = subprocess.Popen(command, cwd=ROOT, env=environment(portal), stderr=subprocess.DEVNULL)
        until = asked + chance.randint(3, 12)
        while len(portal.asked) < until and run.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.random() * 0.05)
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert len(articles(data)) == EXPECTED["articles"]
    assert sum(len(fields["sightings"]) for fields in articles(data).values()) == EXPECTED["sightings"]
    assert not list(data.rglob("*.tmp"))
    asked_twice = [path for path in set(pages_asked(portal, 200)) if pages_asked(portal, 200).count(path) > 1]
    assert len(asked_twice) <= 2, asked_twice  # what was in flight at each kill
    run_again = scrapy("reprocess", str(data / "raw"), data="again")
    assert run_again.returncode == 0, run_again.stderr
    texts = {url: fields["text"] for url, fields in articles(data).items()}
    assert {url: fields["text"] for url, fields in articles(tmp_path / "again").items()} == texts


def test_one_request_at_a_time(portal: PortalServer, scrapy: Scrapy) -> None:
    portal.latency = 0.01
    assert scrapy(*CRAWL, server=portal).returncode == 0
    assert portal.most_at_once == 1


def test_crawl_delay_of_robots_is_kept(portal: PortalServer, scrapy: Scrapy) -> None:
    (portal.folder / "robots.txt").write_text("User-agent: *\nCrawl-delay: 0.3\nDisallow: /yw/\n")
    began = time.monotonic()
    assert scrapy(*CRAWL, "-a", "max_pages=6", server=portal).returncode == 0
    assert time.monotonic() - began > 0.3 * 5
    assert not [path for path in pages_asked(portal) if path.startswith("/yw/")]


def test_packed_answers_are_handed_on_without_a_guess_at_their_charset() -> None:
    packed = HtmlResponse(
        f"http://{HOST}/", body=gzip.compress(b"<p>\xd5\xd0</p>"), headers={"Content-Encoding": "gzip"}
    )
    plain = HtmlResponse(f"http://{HOST}/", body=b"<p>a</p>")
    passed = PlainAnswers().process_response(Request(packed.url), packed)
    assert type(passed) is Response
    assert (passed.url, passed.body, passed.headers) == (packed.url, packed.body, packed.headers)
    assert PlainAnswers().process_response(Request(plain.url), plain) is plain
